/* test-recipe.c - recipes print and read back, and read strangers' text without fear
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/journal.h"
#include "tests/core/session/random-recipe.h"

#include <string.h>

static void
printing_is_the_inverse (void)
{
  for (guint seed = 0; seed < 300; seed++)
    {
      TlRandom random;
      g_autoptr (TlRecipe) recipe = NULL, again = NULL;
      g_autofree char *text = NULL, *twice = NULL;
      g_autoptr (GError) error = NULL;

      tl_random_init (&random, seed, 0, TL_PURPOSE_START, 0);
      recipe = random_recipe (&random);
      text = tl_recipe_print (recipe);
      again = tl_recipe_parse (text, &error);
      g_assert_no_error (error);
      assert_recipes_equal (recipe, again);
      twice = tl_recipe_print (again);
      g_assert_cmpstr (text, ==, twice);
      g_assert_null (strchr (text, '\n'));
    }
}

static TlRecipe *
recipe_with_image (gsize n_bytes)
{
  const TlMaker maker = { { (char *) "a", (char *) "" },
                          { (char *) "b", (char *) "" },
                          (char *) "float32",
                          (char *) "cpu",
                          1 };
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (n_bytes), n_bytes);
  g_autoptr (TlAsset) image = tl_asset_new ("photo.jpg", bytes);
  const TlStartValues values = { .seed = 1, .width = 64, .height = 64, .image = image };
  g_autoptr (TlStart) start = tl_start_new (&values);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("<image:photo.jpg>");
  g_autoptr (GPtrArray) assets = g_ptr_array_new ();
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (GArray) journal = tl_journal_new ();
  TlSettings settings;

  tl_settings_init (&settings);
  g_ptr_array_add (assets, image);
  steer = tl_steer_new (prompt, &settings, assets);
  tl_journal_add (journal, &(TlJournalEntry){ 0, steer, TL_TURN_GENTLE });
  return tl_recipe_new (start, &maker, journal, 10);
}

/* Whoever exports may keep the pictures to themselves: what is left says which they were. */
static void
pictures_stay_at_home (void)
{
  g_autoptr (TlRecipe) recipe = recipe_with_image (1000);
  g_autoptr (TlRecipe) bare = tl_recipe_dup_without_pictures (recipe);
  g_autofree char *text = tl_recipe_print (bare);
  g_autofree char *twice = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlRecipe) again = tl_recipe_parse (text, &error);
  TlAsset *image;

  g_assert_no_error (error);
  image = tl_start_get_values (tl_recipe_get_start (again))->image;
  g_assert_null (tl_asset_get_bytes (image));
  g_assert_cmpstr (tl_asset_get_sha256 (image), ==,
                   tl_asset_get_sha256 (tl_start_get_values (tl_recipe_get_start (recipe))->image));
  g_assert_null (tl_steer_find_asset (tl_recipe_get_entry (again, 0)->steer, "photo.jpg"));
  g_assert_null (strstr (text, "AAAAAAAA"));
  twice = tl_recipe_print (again);
  g_assert_cmpstr (text, ==, twice);

  g_assert_true (tl_recipe_has_pictures (recipe));
  g_assert_false (tl_recipe_has_pictures (bare));
  g_assert_false (tl_recipe_has_pictures (again));
}

static void
large_pictures_travel_by_hash (void)
{
  for (guint n = 0; n < 2; n++)
    {
      g_autoptr (TlRecipe) recipe = recipe_with_image (TL_RECIPE_MAX_EMBEDDED + n);
      g_autofree char *text = tl_recipe_print (recipe);
      g_autoptr (TlRecipe) again = tl_recipe_parse (text, NULL);
      TlAsset *image = tl_start_get_values (tl_recipe_get_start (again))->image;
      TlSteer *steer = tl_recipe_get_entry (again, 0)->steer;

      g_assert_cmpint (tl_asset_get_bytes (image) != NULL, ==, n == 0);
      g_assert_cmpint (tl_steer_find_asset (steer, "photo.jpg") != NULL, ==, n == 0);
      g_assert_cmpuint (tl_steer_get_assets (steer)->len, ==, 1);
      /* Once, though it is both start and clause. */
      g_assert_cmpuint (strlen (text), <, TL_RECIPE_MAX_EMBEDDED * 3 / 2);
    }
}

/* Whoever makes it again without them makes another picture. */
static void
absent_pictures_are_named_and_found_again (void)
{
  g_autoptr (TlRecipe) whole = recipe_with_image (1000);
  g_autoptr (TlRecipe) large = recipe_with_image (TL_RECIPE_MAX_EMBEDDED + 1);
  g_autofree char *text = tl_recipe_print (large);
  g_autoptr (TlRecipe) bare = tl_recipe_parse (text, NULL);
  g_autoptr (GPtrArray) known = tl_recipe_list_pictures (large);
  g_autoptr (GPtrArray) others = tl_recipe_list_pictures (whole);
  g_autoptr (TlRecipe) filled = tl_recipe_dup_filled (bare, known);
  g_autoptr (TlRecipe) still_bare = tl_recipe_dup_filled (bare, others);
  g_autofree char *kept = tl_recipe_dup_left_out (whole);
  g_autofree char *left_out = tl_recipe_dup_left_out (large);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (known->len, ==, 1);
  g_assert_null (kept);
  g_assert_cmpstr (left_out, ==, "“photo.jpg”");
  g_assert_true (tl_recipe_check_pictures (large, NULL));
  g_assert_false (tl_recipe_check_pictures (bare, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "photo.jpg"));
  g_assert_false (tl_recipe_check_pictures (still_bare, NULL));
  g_assert_true (tl_recipe_check_pictures (filled, NULL));
  assert_recipes_equal (filled, large);
  g_assert_nonnull (tl_steer_find_asset (tl_recipe_get_entry (filled, 0)->steer, "photo.jpg"));
}

static void
entries_are_found_by_iteration (void)
{
  TlRandom random;
  g_autoptr (TlRecipe) recipe = NULL;

  tl_random_init (&random, 4, 0, TL_PURPOSE_START, 0);
  do
    {
      g_clear_pointer (&recipe, tl_recipe_unref);
      recipe = random_recipe (&random);
    }
  while (tl_recipe_get_n_entries (recipe) < 3);

  for (guint i = 0; i < tl_recipe_get_n_entries (recipe); i++)
    {
      const TlJournalEntry *entry = tl_recipe_get_entry (recipe, i);

      g_assert_true (tl_recipe_find_entry (recipe, entry->iteration) == entry);
      g_assert_true (i == 0 || tl_recipe_find_entry (recipe, entry->iteration - 1) == entry - 1);
    }
}

/* --- what strangers write --------------------------------------------------------------------- */

#define STEER "\"steer\":{\"prompt\":\"x\",\"settings\":{},\"assets\":[]}"
#define JITTER(sigma, index)                                                                       \
  "[{\"iteration\":0,\"turn\":\"hard\",\"jitter\":{\"sigma\":" sigma ",\"index\":" index           \
  "}," STEER "}]"
#define SHA "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* A good recipe, of which a case replaces one member. */
static const struct
{
  const char *name, *value;
} members[] = {
  { "version", "1" },
  { "seed", "\"18446744073709551615\"" },
  { "size", "[64,128]" },
  { "start", "{\"fit\":\"crop\"}" },
  { "models",
    "{\"vqgan\":{\"name\":\"a\",\"sha256\":\"\"},\"clip\":{\"name\":\"b\",\"sha256\":\"\"}}" },
  { "precision", "\"float32\"" },
  { "device", "\"cpu\"" },
  { "threads", "2" },
  { "iteration", "100" },
  { "journal", "[{\"iteration\":0,\"turn\":\"gentle\"," STEER "}]" },
  { "assets", "[]" },
};

/* @value NULL leaves the member out. */
static char *
write_recipe (const char *name, const char *value)
{
  GString *text = g_string_new ("{\"unknown\":{\"deep\":[1,2,{}]}");

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const char *written = g_strcmp0 (name, members[i].name) == 0 ? value : members[i].value;

      if (written != NULL)
        g_string_append_printf (text, ",\"%s\":%s", members[i].name, written);
    }
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static void
each_member_is_needed_and_unknown_ones_are_not (void)
{
  g_autofree char *good = write_recipe (NULL, NULL);
  g_autoptr (GError) good_error = NULL;
  g_autoptr (TlRecipe) recipe = tl_recipe_parse (good, &good_error);

  g_assert_no_error (good_error);
  g_assert_cmpuint (tl_start_get_values (tl_recipe_get_start (recipe))->seed, ==, G_MAXUINT64);
  g_assert_cmpuint (tl_start_get_values (tl_recipe_get_start (recipe))->height, ==, 128);

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autofree char *text = write_recipe (members[i].name, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_recipe_parse (text, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, members[i].name));
    }
}

static void
wrong_members_are_refused (void)
{
  static const struct
  {
    const char *name, *value;
    TlError code;
  } cases[] = {
    { "version", "3", TL_ERROR_UNTRUSTED },
    { "version", "0", TL_ERROR_FORMAT },
    { "version", "\"1\"", TL_ERROR_FORMAT },
    { "version", "1.5", TL_ERROR_FORMAT },
    { "seed", "5", TL_ERROR_FORMAT },
    { "seed", "\"18446744073709551616\"", TL_ERROR_FORMAT },
    { "seed", "\"-1\"", TL_ERROR_FORMAT },
    { "seed", "\"\\ud800\"", TL_ERROR_FORMAT },
    { "size", "[64]", TL_ERROR_FORMAT },
    { "size", "[64,64,64]", TL_ERROR_FORMAT },
    { "size", "[63,64]", TL_ERROR_FORMAT },
    { "size", "[64,8193]", TL_ERROR_FORMAT },
    { "size", "[64,1e9]", TL_ERROR_FORMAT },
    { "size", "[64,99999999999999999999]", TL_ERROR_FORMAT },
    { "size", "[[64],64]", TL_ERROR_FORMAT },
    { "size", "[null,64]", TL_ERROR_FORMAT },
    { "start", "[]", TL_ERROR_FORMAT },
    { "start", "{\"fit\":\"fill\"}", TL_ERROR_FORMAT },
    { "start", "{\"fit\":\"crop\",\"image\":\"x.png\"}", TL_ERROR_FORMAT },
    { "start", "{\"fit\":\"crop\",\"image\":{\"name\":\"x\",\"sha256\":\"abc\"}}",
      TL_ERROR_FORMAT },
    { "models", "{\"vqgan\":{\"name\":\"a\",\"sha256\":\"\"}}", TL_ERROR_FORMAT },
    { "models",
      "{\"vqgan\":{\"name\":\"a\",\"sha256\":\"z\"},\"clip\":{\"name\":\"b\",\"sha256\":\"\"}}",
      TL_ERROR_FORMAT },
    { "threads", "-1", TL_ERROR_FORMAT },
    { "iteration", "-1", TL_ERROR_FORMAT },
    { "iteration", "10000001", TL_ERROR_FORMAT },
    { "journal", "[]", TL_ERROR_FORMAT },
    { "journal", "{}", TL_ERROR_FORMAT },
    { "journal", "[1]", TL_ERROR_FORMAT },
    { "journal", "[{\"iteration\":1,\"turn\":\"gentle\"," STEER "}]", TL_ERROR_FORMAT },
    { "journal", "[{\"iteration\":0,\"turn\":\"sharp\"," STEER "}]", TL_ERROR_FORMAT },
    { "journal", "[{\"iteration\":0,\"turn\":\"gentle\"}]", TL_ERROR_FORMAT },
    { "journal",
      "[{\"iteration\":0,\"turn\":\"hard\"," STEER "},{\"iteration\":0,\"turn\":\"hard\"," STEER
      "}]",
      TL_ERROR_FORMAT },
    { "journal",
      "[{\"iteration\":0,\"turn\":\"hard\"," STEER "},{\"iteration\":9,\"turn\":\"hard\"," STEER
      "},{\"iteration\":8,\"turn\":\"hard\"," STEER "}]",
      TL_ERROR_FORMAT },
    { "journal",
      "[{\"iteration\":0,\"turn\":\"hard\"," STEER "},{\"iteration\":101,\"turn\":\"hard\"," STEER
      "}]",
      TL_ERROR_FORMAT },
    { "journal",
      "[{\"iteration\":0,\"turn\":\"gentle\",\"steer\":{\"prompt\":\"x\",\"settings\":{\"lr\":"
      "-1},\"assets\":[]}}]",
      TL_ERROR_FORMAT },
    { "journal", "[{\"iteration\":0,\"turn\":\"hard\",\"jitter\":0.1," STEER "}]",
      TL_ERROR_FORMAT },
    { "journal", "[{\"iteration\":0,\"turn\":\"hard\",\"jitter\":{}," STEER "}]", TL_ERROR_FORMAT },
    { "journal", JITTER ("-0.1", "0"), TL_ERROR_FORMAT },
    { "journal", JITTER ("10.5", "0"), TL_ERROR_FORMAT },
    { "journal", JITTER ("1e999", "0"), TL_ERROR_FORMAT },
    { "journal", JITTER ("\"0.1\"", "0"), TL_ERROR_FORMAT },
    { "journal", JITTER ("0.1", "-1"), TL_ERROR_FORMAT },
    { "journal", JITTER ("0.1", "4294967296"), TL_ERROR_FORMAT },
    { "journal", JITTER ("0.1", "0.5"), TL_ERROR_FORMAT },
    { "assets", "[{\"name\":\"x\",\"sha256\":\"" SHA "\"}]", TL_ERROR_FORMAT },
    { "assets", "[{\"name\":\"x\",\"sha256\":\"" SHA "\",\"bytes\":\"AAAA\"}]", TL_ERROR_FORMAT },
    { "assets", "[{\"name\":\"x\",\"sha256\":\"" SHA "\",\"bytes\":7}]", TL_ERROR_FORMAT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = write_recipe (cases[i].name, cases[i].value);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s: %s", cases[i].name, cases[i].value);
      g_assert_null (tl_recipe_parse (text, &error));
      g_assert_error (error, TL_ERROR, (gint) cases[i].code);
    }
}

static void
jitter_is_read_and_asks_for_a_new_reader (void)
{
  static const struct
  {
    const char *journal, *version;
    gdouble sigma;
    guint32 index;
  } cases[] = {
    { JITTER ("0.05", "4294967295"), "\"version\":2,", 0.05, G_MAXUINT32 },
    { JITTER ("10", "0"), "\"version\":2,", 10, 0 },
    { JITTER ("0", "0"), "\"version\":1,", 0, 0 },
    { "[{\"iteration\":0,\"turn\":\"gentle\"," STEER "}]", "\"version\":1,", 0, 0 },
    { "[{\"iteration\":0,\"turn\":\"gentle\",\"steer\":{\"prompt\":\"x\",\"settings\":{"
      "\"variation\":9223372036854775807},\"assets\":[]}}]",
      "\"version\":2,", 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = write_recipe ("journal", cases[i].journal);
      g_autoptr (GError) error = NULL;
      g_autoptr (TlRecipe) recipe = tl_recipe_parse (text, &error);
      g_autofree char *printed = NULL;

      g_assert_no_error (error);
      g_assert_cmpfloat (tl_recipe_get_entry (recipe, 0)->jitter.sigma, ==, cases[i].sigma);
      g_assert_cmpuint (tl_recipe_get_entry (recipe, 0)->jitter.index, ==, cases[i].index);
      printed = tl_recipe_print (recipe);
      g_assert_nonnull (strstr (printed, cases[i].version));
    }
}

static void
a_picture_inside_is_checked_by_its_hash (void)
{
  g_autofree char *text =
    write_recipe ("assets", "[{\"name\":\"x\",\"sha256\":\"" SHA "\",\"bytes\":\"YWJj\"}]");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlRecipe) recipe = tl_recipe_parse (text, &error);

  g_assert_no_error (error);
}

/* n times @piece, in a member that would be ignored. */
static char *
write_bomb (const char *piece, guint n)
{
  GString *text = g_string_new ("{\"x\":");

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  return g_string_free (text, FALSE);
}

static void
bombs_do_not_go_off (void)
{
  static const struct
  {
    const char *piece;
    guint n;
  } cases[] = {
    { "[", 1000000 },         { "{\"x\":", 1000000 }, { "[[],", 1000000 },
    { "/*\"*/[", 1000000 },   { "//\"\n[", 1000000 }, { "'\"'[", 1000000 },
    { "[\"\\\"\",", 300000 }, { "0,", 1000000 },      { "\"", 1000001 },
    { "\\", 1000001 },        { "[\"", 999999 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = write_bomb (cases[i].piece, cases[i].n);
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_recipe_parse (text, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == TL_ERROR);
    }
}

static void
what_is_no_recipe (void)
{
  static const char *const texts[] = {
    "",     " ",         "null",  "[]",          "\"x\"",           "7",       "{",  "}", "{\"x\"",
    "\xff", "{}garbage", "{},{}", "var x = {};", "{\"a\":1 /* */}", "{'a':1}", "\0",
  };
  g_autofree char *large = g_strnfill (TL_RECIPE_MAX_BYTES + 1, ' ');
  g_autoptr (GError) large_error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_recipe_parse (texts[i], &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
    }
  g_assert_null (tl_recipe_parse (large, &large_error));
  g_assert_error (large_error, TL_ERROR, TL_ERROR_TOO_LARGE);
}

static void
test_same_models (void)
{
  const TlModelName none = { .name = (char *) "random:RN50", .sha256 = (char *) "" };
  const TlModelName other = { .name = (char *) "random:ViT-B/32", .sha256 = (char *) "" };
  const TlModelName file = { .name = (char *) "a.pt", .sha256 = (char *) "12" };
  const TlModelName renamed = { .name = (char *) "b.pt", .sha256 = (char *) "12" };
  const TlModelName anew = { .name = (char *) "a.pt", .sha256 = (char *) "34" };

  g_assert_true (tl_model_name_equal (&none, &none));
  g_assert_false (tl_model_name_equal (&none, &other));
  g_assert_true (tl_model_name_equal (&file, &renamed));
  g_assert_false (tl_model_name_equal (&file, &anew));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recipe/round-trip", printing_is_the_inverse);
  g_test_add_func ("/recipe/large-pictures", large_pictures_travel_by_hash);
  g_test_add_func ("/recipe/absent-pictures-are-named-and-found-again",
                   absent_pictures_are_named_and_found_again);
  g_test_add_func ("/recipe/pictures-stay-at-home", pictures_stay_at_home);
  g_test_add_func ("/recipe/find", entries_are_found_by_iteration);
  g_test_add_func ("/recipe/members", each_member_is_needed_and_unknown_ones_are_not);
  g_test_add_func ("/recipe/wrong", wrong_members_are_refused);
  g_test_add_func ("/recipe/asset-hash", a_picture_inside_is_checked_by_its_hash);
  g_test_add_func ("/recipe/jitter", jitter_is_read_and_asks_for_a_new_reader);
  g_test_add_func ("/recipe/bombs", bombs_do_not_go_off);
  g_test_add_func ("/recipe/garbage", what_is_no_recipe);
  g_test_add_func ("/recipe/same-models", test_same_models);
  return g_test_run ();
}
