/* test-window.c - what an artist does, on a real window with the fake stepper
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/png.h"
#include "tests/ui/harness.h"

#include <glib/gstdio.h>
#include <string.h>

static guint64
get_iteration (TlWindow *window)
{
  return tl_run_get_iteration (tl_window_get_run (window));
}

/* design.md 5: screen readers and other programs go by these. */
static void
test_names (void)
{
  TlWindow *window = harness_open_window ();
  const char *const names[] = { "Prompt 1", "Weight 1",    "Run",   "Add text", "Add image",
                                "Export",   "New session", "Width", "Height",   "Iterations",
                                "Seed",     "Picture",     "Status" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (harness_find (GTK_WIDGET (window), names[i]) == NULL)
      g_error ("there is no “%s”", names[i]);
  g_assert_null (harness_find (GTK_WIDGET (window), "Pause"));
  g_assert_null (harness_find (GTK_WIDGET (window), "Apply turn"));
  g_assert_cmpint (gtk_accessible_get_accessible_role (
                     GTK_ACCESSIBLE (harness_find (GTK_WIDGET (window), "Picture"))),
                   ==, GTK_ACCESSIBLE_ROLE_IMG);
  harness_close_window (window);
}

static void
test_run_pause_continue_stop (void)
{
  TlWindow *window = harness_open_window ();
  guint64 paused_at;

  g_assert_true (harness_can_press (window, "Run"));
  harness_start_long_run (window);
  g_assert_false (harness_can_press (window, "Run"));

  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  paused_at = get_iteration (window);
  g_assert_true (harness_can_press (window, "Run"));
  harness_press (window, "Continue");
  harness_wait_iteration (window, paused_at + 5);

  harness_press (window, "Stop");
  harness_wait_state (window, TL_RUN_STOPPED);
  g_assert_false (harness_can_press (window, "Pause"));
  g_assert_true (harness_can_press (window, "Run"));
  harness_close_window (window);
}

static void
test_turn (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run;
  g_autofree char *words = NULL;

  harness_start_long_run (window);
  run = tl_window_get_run (window);
  g_assert_false (harness_can_press (window, "Apply turn"));
  harness_type (window, "Prompt 1", "something else");
  g_assert_true (harness_can_press (window, "Apply turn"));
  harness_press (window, "Apply turn");
  harness_wait_iteration (window, get_iteration (window) + 3);

  words = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (run)));
  g_assert_cmpstr (words, ==, "something else");
  g_assert_true (tl_window_get_run (window) == run);
  g_assert_false (harness_can_press (window, "Apply turn"));
  harness_close_window (window);
}

/* What was typed is applied even if nothing was pressed in between: the row is committed with it.
 */
static void
test_second_row (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *second = NULL;

  harness_type (window, "Prompt 1", "a boat | photo");
  harness_press (window, "Run");
  second = harness_read (window, "Prompt 2");
  g_assert_cmpstr (second, ==, "photo");
  harness_type (window, "Weight 2", "-0.5");
  g_assert_true (harness_can_press (window, "Apply turn"));
  harness_press (window, "Add text");
  g_assert_nonnull (harness_find (GTK_WIDGET (window), "Prompt 3"));
  harness_close_window (window);
}

static void
test_no_prompt_no_run (void)
{
  TlWindow *window = harness_open_window ();

  harness_type (window, "Prompt 1", "");
  g_assert_false (harness_can_press (window, "Run"));
  harness_type (window, "Prompt 1", "a cat");
  g_assert_true (harness_can_press (window, "Run"));
  harness_close_window (window);
}

static void
test_status (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *before = harness_read (window, "Status");
  g_autofree char *after = NULL;

  g_assert_true (g_str_has_prefix (before, "0/200"));
  harness_type (window, "Iterations", "20");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  after = harness_read (window, "Status");
  g_assert_true (g_str_has_prefix (after, "20/20 · finished"));
  g_assert_nonnull (strstr (after, "similarity 0."));
  harness_close_window (window);
}

static void
test_picture (void)
{
  TlWindow *window = harness_open_window ();
  TlCanvas *canvas = tl_steer_page_get_canvas (tl_window_get_page (window));
  g_autofree char *differs = NULL;

  g_assert_null (tl_canvas_get_frame (canvas));
  harness_type (window, "Width", "100");
  harness_type (window, "Height", "64");
  harness_type (window, "Iterations", "12");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);

  g_assert_cmpuint (tl_frame_get_width (tl_canvas_get_frame (canvas)), ==, 104);
  g_assert_cmpuint (tl_frame_get_height (tl_canvas_get_frame (canvas)), ==, 64);
  g_assert_cmpuint (tl_frame_get_iteration (tl_canvas_get_frame (canvas)), ==, 12);
  harness_close_window (window);
}

static gdouble
get_rate (TlWindow *window)
{
  return tl_steer_get_settings (tl_run_get_steer (tl_window_get_run (window)))->lr;
}

static gboolean
has_gone_back (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && strstr (message, "went back to 25") != NULL;
}

static gdouble
get_first_rate (void)
{
  TlSettings settings;

  tl_settings_init_starter (&settings);
  return settings.lr;
}

static gboolean
has_first_rate (gpointer window)
{
  return get_rate (window) == get_first_rate ();
}

/* Numbers run away: it goes back and on by itself, says so, and the first rate can be had again. */
static void
test_runs_wild (void)
{
  TlWindow *window = harness_open_window ();

  harness_type (window, "Prompt 1", "a wild cat");
  harness_type (window, "Iterations", "100000");
  harness_press (window, "Run");
  harness_wait (has_gone_back, window);
  harness_wait_iteration (window, 31);
  g_assert_cmpfloat (get_rate (window), ==, get_first_rate () / 8);
  harness_press_label (window, "Keep Original Rate");
  harness_wait (has_first_rate, window);
  g_assert_null (tl_window_get_message (window));
  harness_close_window (window);
}

static void
test_runs_wild_in_vain (void)
{
  TlWindow *window = harness_open_window ();

  harness_type (window, "Prompt 1", "a wilder cat");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_settle ();
  g_assert_cmpuint (tl_run_get_iteration (tl_window_get_run (window)), ==, 25);
  g_assert_true (g_str_has_prefix (tl_window_get_message (window), "Paused at 25: "));
  g_assert_true (harness_can_press (window, "Continue"));
  harness_close_window (window);
}

static void
test_size_snaps_visibly (void)
{
  TlWindow *window = harness_open_window ();
  const struct
  {
    const char *typed, *width;
  } cases[] = { { "500", "504" }, { "0", "64" }, { "1000000", "8192" }, { "256", "256" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *width = NULL;

      harness_type (window, "Width", cases[i].typed);
      width = harness_read (window, "Width");
      g_assert_cmpstr (width, ==, cases[i].width);
    }
  harness_close_window (window);
}

static void
test_size_says_whether_it_fits (void)
{
  TlWindow *window = harness_open_window ();
  const struct
  {
    const char *side, *says;
  } cases[] = { { "128", "fits" }, { "512", "tight" }, { "1024", "will not fit: 8.4" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      harness_type (window, "Width", cases[i].side);
      harness_type (window, "Height", cases[i].side);
      harness_settle ();
      g_assert_nonnull (harness_find_prefix (GTK_WIDGET (window), cases[i].says));
    }
  harness_close_window (window);
}

/* A label's name is its text. The word at the cursor may not be finished. */
static void
test_unknown_words_are_named (void)
{
  const char *hint = "The model does not know “zebra”.";
  TlWindow *window = harness_open_window ();

  harness_type (window, "Prompt 1", "a red zebra ");
  g_assert_nonnull (harness_find_prefix (GTK_WIDGET (window), hint));

  harness_type (window, "Prompt 1", "a red tractor ");
  g_assert_null (harness_find_prefix (GTK_WIDGET (window), "The model"));

  harness_focus (window, "Prompt 1");
  harness_type (window, "Prompt 1", "a red zebra");
  g_assert_null (harness_find_prefix (GTK_WIDGET (window), "The model"));
  /* Whoever runs it has typed it. */
  harness_activate (window, "win.apply-or-run");
  g_assert_nonnull (harness_find_prefix (GTK_WIDGET (window), hint));
  harness_close_window (window);
}

static guint64
get_seed_of_run (TlWindow *window)
{
  return tl_start_get_values (tl_run_get_start (tl_window_get_run (window)))->seed;
}

static void
run_to_end (TlWindow *window)
{
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
}

static void
test_seed (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *first = harness_read (window, "Seed");
  g_autofree char *second = NULL;

  harness_type (window, "Iterations", "2");
  run_to_end (window);
  g_assert_cmpuint (get_seed_of_run (window), ==, g_ascii_strtoull (first, NULL, 10));
  run_to_end (window);
  second = harness_read (window, "Seed");
  g_assert_cmpstr (first, !=, second);

  /* A typed seed is meant. */
  harness_type (window, "Seed", "18446744073709551615");
  run_to_end (window);
  run_to_end (window);
  g_assert_cmpuint (get_seed_of_run (window), ==, G_MAXUINT64);
  harness_press (window, "New seed");
  run_to_end (window);
  g_assert_cmpuint (get_seed_of_run (window), !=, G_MAXUINT64);
  harness_close_window (window);
}

static void
test_failure_is_said (void)
{
  TlWindow *window = harness_open_window ();

  harness_start_long_run (window);
  harness_type (window, "Prompt 1", "broken");
  harness_press (window, "Apply turn");
  harness_wait_state (window, TL_RUN_FAILED);
  g_assert_cmpstr (tl_window_get_message (window), ==, "The gradient is broken.");

  /* The run is kept: other words, and on. */
  harness_type (window, "Prompt 1", "whole");
  harness_press (window, "Apply turn");
  harness_press (window, "Continue");
  harness_wait_iteration (window, get_iteration (window) + 3);
  g_assert_null (tl_window_get_message (window));
  harness_close_window (window);
}

static void
test_longer_goes_on (void)
{
  TlWindow *window = harness_open_window ();

  harness_type (window, "Iterations", "5");
  run_to_end (window);
  g_assert_null (harness_find (GTK_WIDGET (window), "Continue"));
  harness_type (window, "Iterations", "9");
  harness_press (window, "Continue");
  harness_wait_iteration (window, 9);
  g_assert_cmpuint (get_iteration (window), ==, 9);
  harness_close_window (window);
}

/* The first Export opens the popover, the second one takes the name that it suggests. */
static char *
export_to (TlWindow *window, const char *folder)
{
  g_autofree char *name = NULL;
  g_autofree char *file = NULL;

  harness_press (window, "Export");
  name = harness_read (window, "File name");
  harness_press (window, "Export");
  harness_wait_message (window, "Exported");
  file = g_strconcat (name, ".png", NULL);
  return g_build_filename (folder, file, NULL);
}

static void
test_export (void)
{
  TlWindow *window = harness_open_window ();
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlAsset) png = NULL;
  g_autoptr (TlRecipe) recipe = NULL;
  g_autofree char *text = NULL;

  harness_type (window, "Prompt 1", "a boat");
  harness_type (window, "Seed", "7");
  harness_type (window, "Iterations", "6");
  g_assert_false (harness_can_press (window, "Export"));
  run_to_end (window);
  first = export_to (window, folder != NULL ? folder : g_get_home_dir ());
  g_assert_true (g_str_has_suffix (first, "/a-boat-7-6.png"));
  harness_press (window, "Close this message");
  second = export_to (window, folder != NULL ? folder : g_get_home_dir ());
  g_assert_cmpstr (first, !=, second);

  png = tl_asset_load (first, &error);
  g_assert_no_error (error);
  text = tl_png_find_recipe (tl_asset_get_bytes (png), &error);
  g_assert_no_error (error);
  recipe = tl_recipe_parse (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tl_recipe_get_iteration (recipe), ==, 6);
  g_assert_cmpuint (tl_start_get_values (tl_recipe_get_start (recipe))->seed, ==, 7);
  g_remove (first);
  g_remove (second);
  harness_close_window (window);
}

/* What was exported gives back what it was made from. */
static void
test_recipe_comes_back (void)
{
  TlWindow *window = harness_open_window ();
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autofree char *path = NULL;
  g_autofree char *prompt = NULL;
  g_autofree char *seed = NULL;
  g_autofree char *width = NULL;
  g_autoptr (GFile) file = NULL;

  harness_type (window, "Prompt 1", "a boat | photo:-0.5");
  harness_type (window, "Seed", "42");
  harness_type (window, "Width", "192");
  harness_type (window, "Iterations", "4");
  run_to_end (window);
  path = export_to (window, folder != NULL ? folder : g_get_home_dir ());
  harness_close_window (window);

  window = harness_open_window ();
  file = g_file_new_for_path (path);
  tl_window_open (window, file);
  harness_wait_message (window, "“");
  harness_press_label (window, "Use All");
  prompt = harness_read (window, "Prompt 2");
  seed = harness_read (window, "Seed");
  width = harness_read (window, "Width");
  g_assert_cmpstr (prompt, ==, "photo");
  g_assert_cmpstr (seed, ==, "42");
  g_assert_cmpstr (width, ==, "192");
  g_remove (path);
  harness_close_window (window);
}

static gboolean
is_turned (gpointer window)
{
  g_autofree char *prompt = harness_read (window, "Prompt 1");

  return g_str_equal (prompt, "a house");
}

/* It turns by itself where it was turned, and the fields say so. */
static void
test_recipe_turns (void)
{
  TlWindow *window = harness_open_window ();
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  harness_type (window, "Prompt 1", "a boat");
  harness_start_long_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_type (window, "Prompt 1", "a house");
  harness_press (window, "Apply turn");
  harness_press (window, "Continue");
  harness_wait_iteration (window, tl_run_get_iteration (tl_window_get_run (window)) + 5);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  path = export_to (window, folder != NULL ? folder : g_get_home_dir ());
  harness_close_window (window);

  window = harness_open_window ();
  file = g_file_new_for_path (path);
  tl_window_open (window, file);
  harness_wait_message (window, "“");
  harness_press_label (window, "Use All");
  harness_wait (is_turned, window);
  harness_settle ();
  g_assert_false (harness_can_press (window, "Apply turn"));
  g_remove (path);
  harness_close_window (window);
}

static void
start_from_picture (TlWindow *window, const char *path)
{
  TlCanvas *canvas = tl_steer_page_get_canvas (tl_window_get_page (window));
  g_autoptr (GBytes) png = tl_png_encode (tl_canvas_get_frame (canvas), NULL, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gsize length;
  const char *data = g_bytes_get_data (png, &length);

  g_assert_true (g_file_set_contents (path, data, (gssize) length, NULL));
  tl_window_open (window, file);
  harness_wait_message (window, "What is");
  harness_press_label (window, "Start From It");
  g_remove (path);
}

/* (transfer full): of the picture that was exported there */
static TlAsset *
take_start_image (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlAsset) png = tl_asset_load (path, &error);
  g_autofree char *text = NULL;
  g_autoptr (TlRecipe) recipe = NULL;

  g_assert_no_error (error);
  text = tl_png_find_recipe (tl_asset_get_bytes (png), &error);
  g_assert_no_error (error);
  recipe = tl_recipe_parse (text, &error);
  g_assert_no_error (error);
  g_remove (path);
  return tl_asset_ref (tl_start_get_values (tl_recipe_get_start (recipe))->image);
}

/* The start picture travels in the exported one until that is unticked; then its hash does. */
static void
test_export_without_pictures (void)
{
  TlWindow *window = harness_open_window ();
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  const char *folder = pictures != NULL ? pictures : g_get_home_dir ();
  g_autofree char *start = g_build_filename (g_get_home_dir (), "start.png", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (TlAsset) whole = NULL;
  g_autoptr (TlAsset) named = NULL;
  GtkWidget *tick;

  harness_type (window, "Iterations", "2");
  run_to_end (window);
  start_from_picture (window, start);
  run_to_end (window);
  first = export_to (window, folder);
  whole = take_start_image (first);
  g_assert_nonnull (tl_asset_get_bytes (whole));

  harness_press (window, "Close this message");
  harness_press (window, "Export");
  tick = harness_find (GTK_WIDGET (window), "With its start and prompt pictures");
  g_assert_true (gtk_widget_is_sensitive (tick));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (tick), FALSE);
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (tick, GTK_TYPE_POPOVER)));
  harness_settle ();
  second = export_to (window, folder);
  named = take_start_image (second);
  g_assert_null (tl_asset_get_bytes (named));
  g_assert_cmpstr (tl_asset_get_sha256 (named), ==, tl_asset_get_sha256 (whole));
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/window/names", test_names);
  g_test_add_func ("/window/run-pause-continue-stop", test_run_pause_continue_stop);
  g_test_add_func ("/window/turn", test_turn);
  g_test_add_func ("/window/second-row", test_second_row);
  g_test_add_func ("/window/no-prompt-no-run", test_no_prompt_no_run);
  g_test_add_func ("/window/status", test_status);
  g_test_add_func ("/window/picture", test_picture);
  g_test_add_func ("/window/wild", test_runs_wild);
  g_test_add_func ("/window/wild-in-vain", test_runs_wild_in_vain);
  g_test_add_func ("/window/size-snaps-visibly", test_size_snaps_visibly);
  g_test_add_func ("/window/size-says-whether-it-fits", test_size_says_whether_it_fits);
  g_test_add_func ("/window/unknown-words-are-named", test_unknown_words_are_named);
  g_test_add_func ("/window/seed", test_seed);
  g_test_add_func ("/window/failure-is-said", test_failure_is_said);
  g_test_add_func ("/window/longer-goes-on", test_longer_goes_on);
  g_test_add_func ("/window/export", test_export);
  g_test_add_func ("/window/export-without-pictures", test_export_without_pictures);
  g_test_add_func ("/window/recipe-comes-back", test_recipe_comes_back);
  g_test_add_func ("/window/recipe-turns", test_recipe_turns);
  return g_test_run ();
}
