/* test-prompt-list.c - rows and text are one value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/prompt-list.h"

#include <string.h>

static guint
get_n (TlPromptList *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

/* Borrowed: the list keeps it. */
static TlClauseItem *
get (TlPromptList *list, guint position)
{
  g_autoptr (TlClauseItem) item = g_list_model_get_item (G_LIST_MODEL (list), position);

  return item;
}

static void
assert_text (TlPromptList *list, const char *expected)
{
  g_autofree char *text = tl_prompt_list_dup_text (list);

  g_assert_cmpstr (text, ==, expected);
}

static char *
dup_hint (TlClauseItem *item)
{
  char *hint = NULL;

  g_object_get (item, "hint", &hint, NULL);
  return hint;
}

static void
test_text_round_trip (void)
{
  const char *const texts[] = { "raccoon driving a tractor",
                                "apple | psychedelic | surreal:0.5",
                                "photo:-1:-0.94 | a",
                                "sunflower | photo:-1 ^ a rose ^ a tulip",
                                "raccoon ^ @400~50 raccoon in a spacesuit",
                                "unreal engine @..200 | AC\\|DC poster:2",
                                "" };
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      tl_prompt_list_set_text (list, texts[i]);
      assert_text (list, texts[i]);
    }
  g_assert_cmpuint (get_n (list), ==, 1);
}

/* What is odd about the whole can be mended as a whole. */
static void
test_hint_of_the_whole (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  const TlHint *hint;

  tl_prompt_list_set_text (list, "a ^ @200 b ^ @100 c");
  hint = tl_prompt_list_get_hint (list, FALSE);
  g_assert_nonnull (hint);
  g_assert_cmpint (hint->code, ==, TL_HINT_REORDERED);
  g_assert_nonnull (hint->fix_label);
  tl_prompt_list_set_text (list, hint->fix);
  assert_text (list, "a ^ @100 c ^ @200 b");
  g_assert_null (tl_prompt_list_get_hint (list, TRUE));

  tl_prompt_list_set_text (list, "ratio 16:9");
  g_assert_null (tl_prompt_list_get_hint (list, FALSE));
  g_assert_nonnull (tl_prompt_list_get_hint (list, TRUE));
}

/* A picture that is only named steers nothing, and says so until somebody brings it. */
static void
test_missing_picture (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("drawn", 5);
  g_autoptr (TlAsset) asset = tl_asset_new ("another.png", bytes);
  g_autofree char *missing = NULL;
  g_autofree char *none = NULL;

  tl_prompt_list_set_text (list, "a cat | <image:drawing.png>:0.5");
  missing = dup_hint (get (list, 1));
  g_assert_nonnull (strstr (missing, "“drawing.png”"));
  tl_prompt_list_bring_image (list, "drawing.png", asset);
  assert_text (list, "a cat | <image:drawing.png>:0.5");
  none = dup_hint (get (list, 1));
  g_assert_null (none);
  g_assert_cmpstr (tl_asset_get_sha256 (tl_prompt_list_find_asset (list, "drawing.png")), ==,
                   tl_asset_get_sha256 (asset));
}

/* One that is known by name and hash only steers nothing either; the picture takes its place. */
static void
test_absent_picture (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("drawn", 5);
  g_autoptr (TlAsset) asset = tl_asset_new ("drawing.png", bytes);
  g_autoptr (TlAsset) absent = tl_asset_new_absent ("drawing.png", tl_asset_get_sha256 (asset));
  g_autofree char *missing = NULL;
  g_autofree char *none = NULL;

  tl_prompt_list_set_asset (list, absent);
  tl_prompt_list_set_text (list, "a cat | <image:drawing.png>:0.5");
  missing = dup_hint (get (list, 1));
  g_assert_nonnull (missing);
  tl_prompt_list_add_image (list, asset);
  assert_text (list, "a cat | <image:drawing.png>:0.5");
  none = dup_hint (get (list, 1));
  g_assert_null (none);
  g_assert_nonnull (tl_asset_get_bytes (tl_prompt_list_find_asset (list, "drawing.png")));

  tl_prompt_list_set_asset (list, absent);
  g_assert_nonnull (tl_asset_get_bytes (tl_prompt_list_find_asset (list, "drawing.png")));
}

/* Prompts of different runs may name different pictures alike; that of the last one counts. */
static void
test_last_picture_of_a_name (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autoptr (GBytes) first_bytes = g_bytes_new_static ("1", 1);
  g_autoptr (GBytes) second_bytes = g_bytes_new_static ("2", 1);
  g_autoptr (TlAsset) first = tl_asset_new ("a.png", first_bytes);
  g_autoptr (TlAsset) second = tl_asset_new ("a.png", second_bytes);

  tl_prompt_list_set_asset (list, first);
  tl_prompt_list_set_asset (list, second);
  g_assert_true (tl_prompt_list_find_asset (list, "a.png") == second);
  tl_prompt_list_set_text (list, "<image:a.png>");
  tl_prompt_list_bring_image (list, "a.png", first);
  g_assert_cmpstr (tl_asset_get_sha256 (tl_prompt_list_find_asset (list, "a.png")), ==,
                   tl_asset_get_sha256 (first));
}

/* A segment goes with its last words, and its keyframe with it. */
static void
test_segments_close_up (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("b:0");
  g_autofree char *hint = NULL;
  g_autofree char *title = NULL;

  tl_prompt_list_set_text (list, "a ^ @400 b:0");
  tl_prompt_list_set_reference (list, prompt);
  tl_prompt_list_remove (list, get (list, 0));
  assert_text (list, "b:0");
  g_assert_cmpuint (tl_clause_item_get_segment (get (list, 0)), ==, 0);
  g_assert_false (tl_clause_item_get_changed (get (list, 0)));
  hint = dup_hint (get (list, 0));
  g_assert_nonnull (hint);

  tl_prompt_list_set_text (list, "a ^ @200 b | c ^ @400 d");
  tl_prompt_list_remove (list, get (list, 2));
  g_assert_cmpuint (tl_clause_item_get_segment (get (list, 2)), ==, 2);
  tl_clause_item_set_text (get (list, 1), "");
  tl_prompt_list_commit (list);
  assert_text (list, "a ^ @400 d");
  g_assert_cmpuint (get_n (list), ==, 3);
  g_assert_cmpuint (tl_clause_item_get_segment (get (list, 2)), ==, 1);
  title = tl_prompt_list_dup_segment_title (list, 1);
  g_assert_cmpstr (title, ==, "Then, at 400");

  tl_prompt_list_set_text (list, "a ^ b ^ @400 c");
  tl_prompt_list_move (list, get (list, 1), 1);
  assert_text (list, "a ^ @400 c | b");
}

/* Also while the words of one before are being written anew. */
static void
test_hint_beside_an_empty_segment (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autofree char *empty = NULL;
  g_autofree char *weightless = NULL;

  tl_prompt_list_set_text (list, "a ^ b ^ c:0");
  tl_clause_item_set_text (get (list, 1), "");
  empty = dup_hint (get (list, 1));
  weightless = dup_hint (get (list, 2));
  g_assert_null (empty);
  g_assert_nonnull (weightless);
}

static void
test_commit_splits (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  TlClauseItem *first;

  tl_prompt_list_set_text (list, "first | last");
  first = get (list, 0);
  tl_clause_item_set_text (first, "one | two:0.5");
  assert_text (list, "one | two:0.5 | last");
  g_assert_cmpuint (get_n (list), ==, 2);

  tl_prompt_list_commit (list);
  g_assert_cmpuint (get_n (list), ==, 3);
  g_assert_true (get (list, 0) == first);
  g_assert_cmpstr (tl_clause_item_get_text (get (list, 1)), ==, "two");
  g_assert_cmpfloat (tl_clause_item_get_weight (get (list, 1)), ==, 0.5);
  g_assert_cmpuint (tl_clause_item_get_number (get (list, 2)), ==, 3);
  assert_text (list, "one | two:0.5 | last");
}

static void
test_commit_splits_story (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autofree char *title = NULL;

  tl_prompt_list_set_text (list, "a ^ z");
  tl_clause_item_set_text (get (list, 0), "a | b ^@200 c");
  tl_prompt_list_commit (list);
  assert_text (list, "a | b ^ @200 c ^ z");
  title = tl_prompt_list_dup_segment_title (list, 1);
  g_assert_cmpstr (title, ==, "Then, at 200");
}

static void
test_add_fills_empty_row (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();

  g_assert_cmpuint (get_n (list), ==, 1);
  tl_prompt_list_add (list, "cat");
  g_assert_cmpuint (get_n (list), ==, 1);
  tl_prompt_list_add (list, "");
  tl_prompt_list_remove (list, get (list, 0));
  tl_prompt_list_remove (list, get (list, 0));
  g_assert_cmpuint (get_n (list), ==, 1);
  assert_text (list, "");
}

static void
test_hint_stays_and_fixes (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autofree char *hint = NULL;
  g_autofree char *fix = NULL;

  tl_prompt_list_set_text (list, "x");
  tl_clause_item_set_text (get (list, 0), "ratio 16:9");
  tl_prompt_list_commit (list);
  g_assert_cmpstr (tl_clause_item_get_text (get (list, 0)), ==, "ratio 16");
  g_assert_cmpfloat (tl_clause_item_get_weight (get (list, 0)), ==, 9);
  tl_prompt_list_add (list, "other");
  hint = dup_hint (get (list, 0));
  g_assert_nonnull (hint);

  fix = g_strdup (tl_clause_item_get_fix (get (list, 0)));
  tl_prompt_list_set_text (list, fix);
  assert_text (list, "ratio 16\\:9 | other");
  g_assert_cmpfloat (tl_clause_item_get_weight (get (list, 0)), ==, 1);
}

static void
test_hints_find_their_row (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  const gboolean expected[] = { FALSE, TRUE, FALSE, TRUE };

  tl_prompt_list_set_text (list, "a | b:0 ^ c | d:0");
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *hint = dup_hint (get (list, i));

      g_assert_true ((hint != NULL) == expected[i]);
    }
}

static void
test_changed_rows (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("a | b");

  tl_prompt_list_set_text (list, "a | b");
  tl_prompt_list_set_reference (list, prompt);
  g_assert_false (tl_clause_item_get_changed (get (list, 1)));
  tl_clause_item_set_weight (get (list, 1), 0.5);
  g_assert_true (tl_clause_item_get_changed (get (list, 1)));
  g_assert_false (tl_clause_item_get_changed (get (list, 0)));
  tl_clause_item_set_text (get (list, 0), "ab");
  g_assert_true (tl_clause_item_get_changed (get (list, 0)));
  tl_clause_item_set_text (get (list, 0), "a");
  g_assert_false (tl_clause_item_get_changed (get (list, 0)));
}

static void
test_images_keep_apart (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();
  g_autoptr (GBytes) first_bytes = g_bytes_new_static ("1", 1);
  g_autoptr (GBytes) second_bytes = g_bytes_new_static ("2", 1);
  g_autoptr (TlAsset) first = tl_asset_new ("a.png", first_bytes);
  g_autoptr (TlAsset) second = tl_asset_new ("a.png", second_bytes);

  tl_prompt_list_add_image (list, first);
  tl_prompt_list_add_image (list, second);
  tl_prompt_list_add_image (list, first);
  assert_text (list, "<image:a.png> | <image:2 a.png> | <image:a.png>");
  g_assert_cmpint (tl_clause_item_get_kind (get (list, 1)), ==, TL_CLAUSE_IMAGE);
  g_assert_cmpstr (tl_asset_get_sha256 (tl_prompt_list_find_asset (list, "2 a.png")), ==,
                   tl_asset_get_sha256 (second));
}

static void
test_move_and_split (void)
{
  g_autoptr (TlPromptList) list = tl_prompt_list_new ();

  tl_prompt_list_set_text (list, "a | b | c");
  tl_prompt_list_move (list, get (list, 2), -1);
  assert_text (list, "a | c | b");
  tl_prompt_list_move (list, get (list, 0), -1);
  assert_text (list, "a | c | b");
  tl_prompt_list_set_text (list, "one two three:0.5 | z");
  tl_prompt_list_split (list, get (list, 0), 8);
  tl_prompt_list_commit (list);
  assert_text (list, "one two:0.5 | three | z");
}

/* Files may have any name; what the rows write is read as that picture again. */
static void
test_any_name_is_read_back (void)
{
  const char *const names[] = { "a\\",        "a\\\\", "a\nb.png",     "a\tb.png",       "a\rb.png",
                                "a\x01b.png", "a\\>b", "\xc2\x85.png", "a>|^:2@{1:2}<b", " a .png ",
                                "<image:x>" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (TlPromptList) list = tl_prompt_list_new ();
      g_autoptr (GBytes) bytes = g_bytes_new (names[i], strlen (names[i]));
      g_autoptr (TlAsset) asset = tl_asset_new (names[i], bytes);
      g_autoptr (TlPrompt) prompt = NULL;
      g_autofree char *text = NULL;
      const TlSegment *segment;
      TlAsset *found;

      tl_prompt_list_set_text (list, "a cat");
      tl_prompt_list_add_image (list, asset);
      text = tl_prompt_list_dup_text (list);
      g_test_message ("%s", text);
      prompt = tl_prompt_parse (text);
      segment = tl_prompt_get_segment (prompt, 0);
      g_assert_cmpuint (segment->n_clauses, ==, 2);
      g_assert_cmpint (segment->clauses[1].kind, ==, TL_CLAUSE_IMAGE);
      found = tl_prompt_list_find_asset (list, segment->clauses[1].text);
      g_assert_nonnull (found);
      g_assert_cmpstr (tl_asset_get_sha256 (found), ==, tl_asset_get_sha256 (asset));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-list/hint-of-the-whole", test_hint_of_the_whole);
  g_test_add_func ("/prompt-list/missing-picture", test_missing_picture);
  g_test_add_func ("/prompt-list/absent-picture", test_absent_picture);
  g_test_add_func ("/prompt-list/last-picture-of-a-name", test_last_picture_of_a_name);
  g_test_add_func ("/prompt-list/segments-close-up", test_segments_close_up);
  g_test_add_func ("/prompt-list/text-round-trip", test_text_round_trip);
  g_test_add_func ("/prompt-list/commit-splits", test_commit_splits);
  g_test_add_func ("/prompt-list/commit-splits-a-story", test_commit_splits_story);
  g_test_add_func ("/prompt-list/add-fills-the-empty-row", test_add_fills_empty_row);
  g_test_add_func ("/prompt-list/hint-stays-and-fixes", test_hint_stays_and_fixes);
  g_test_add_func ("/prompt-list/hints-find-their-row", test_hints_find_their_row);
  g_test_add_func ("/prompt-list/hint-beside-an-empty-segment", test_hint_beside_an_empty_segment);
  g_test_add_func ("/prompt-list/changed-rows", test_changed_rows);
  g_test_add_func ("/prompt-list/images-keep-apart", test_images_keep_apart);
  g_test_add_func ("/prompt-list/move-and-split", test_move_and_split);
  g_test_add_func ("/prompt-list/any-name-is-read-back", test_any_name_is_read_back);
  return g_test_run ();
}
