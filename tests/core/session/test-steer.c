/* test-steer.c - steers compare and read back; sizes snap
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "tests/core/session/random-recipe.h"

static JsonNode *
write_steer (TlSteer *steer)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  tl_steer_write (steer, builder);
  return json_builder_get_root (builder);
}

static void
json_reads_back (void)
{
  for (guint seed = 0; seed < 200; seed++)
    {
      TlRandom random;
      g_autoptr (TlSteer) steer = NULL, again = NULL;
      g_autoptr (JsonNode) node = NULL;
      g_autoptr (GError) error = NULL;

      tl_random_init (&random, seed, 0, TL_PURPOSE_START, 0);
      steer = random_steer (&random);
      node = write_steer (steer);
      again = tl_steer_read (json_node_get_object (node), tl_steer_get_assets (steer), &error);
      g_assert_no_error (error);
      g_assert_true (tl_steer_equal (steer, again));
    }
}

static void
differences_are_seen (void)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("snow"), other = tl_prompt_parse ("rain");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (TlAsset) asset = tl_asset_new ("x", bytes);
  g_autoptr (GPtrArray) assets = g_ptr_array_new ();
  g_autoptr (TlSteer) base = NULL, same = NULL;
  TlSettings settings, slower;
  TlSteer *different[3];

  g_ptr_array_add (assets, asset);
  tl_settings_init (&settings);
  slower = settings;
  slower.lr = 0.05;
  base = tl_steer_new (prompt, &settings, NULL);
  same = tl_steer_new (prompt, &settings, NULL);
  different[0] = tl_steer_new (other, &settings, NULL);
  different[1] = tl_steer_new (prompt, &slower, NULL);
  different[2] = tl_steer_new (prompt, &settings, assets);

  g_assert_true (tl_steer_equal (base, base));
  g_assert_true (tl_steer_equal (base, same));
  for (guint i = 0; i < G_N_ELEMENTS (different); i++)
    {
      g_assert_false (tl_steer_equal (base, different[i]));
      tl_steer_unref (different[i]);
    }
}

static void
an_asset_without_bytes_is_not_found (void)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("<image:x>");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (TlAsset) asset = tl_asset_new ("x", bytes);
  g_autoptr (GPtrArray) assets = g_ptr_array_new (), none = g_ptr_array_new ();
  g_autoptr (TlSteer) steer = NULL, poorer = NULL;
  g_autoptr (JsonNode) node = NULL;
  TlSettings settings;

  g_ptr_array_add (assets, asset);
  tl_settings_init (&settings);
  steer = tl_steer_new (prompt, &settings, assets);
  g_assert_true (tl_steer_find_asset (steer, "x") == asset);
  g_assert_null (tl_steer_find_asset (steer, "y"));

  node = write_steer (steer);
  poorer = tl_steer_read (json_node_get_object (node), none, NULL);
  g_assert_null (tl_steer_find_asset (poorer, "x"));
  g_assert_true (tl_steer_equal (steer, poorer));
}

static void
a_prompt_of_megabytes_is_refused (void)
{
  g_autofree char *words = g_strnfill (2 * 1024 * 1024, 'x');
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (object, "prompt", words);
  json_object_set_object_member (object, "settings", json_object_new ());
  json_object_set_array_member (object, "assets", json_array_new ());
  g_assert_null (tl_steer_read (object, NULL, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
}

static void
sizes_snap (void)
{
  static const struct
  {
    guint size, step, snapped;
  } cases[] = {
    { 500, 16, 496 },   { 504, 16, 512 },  { 512, 16, 512 },        { 0, 16, 64 },
    { 1, 8, 64 },       { 70, 32, 64 },    { 80, 32, 96 },          { 9000, 16, 8192 },
    { 8192, 16, 8192 }, { 64, 24, 72 },    { G_MAXUINT, 24, 8184 }, { 100, 128, 128 },
    { 300, 1, 300 },    { 8191, 1, 8191 }, { G_MAXUINT, 1, 8192 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (tl_snap_size (cases[i].size, cases[i].step), ==, cases[i].snapped);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steer/round-trip", json_reads_back);
  g_test_add_func ("/steer/equal", differences_are_seen);
  g_test_add_func ("/steer/absent-asset", an_asset_without_bytes_is_not_found);
  g_test_add_func ("/steer/long-prompt", a_prompt_of_megabytes_is_refused);
  g_test_add_func ("/start/snap", sizes_snap);
  return g_test_run ();
}
