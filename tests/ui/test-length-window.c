/* test-length-window.c - how long and how large: what suits the models, or what was wished for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

/* "Iterations", as the field shows them. */
static void
assert_length (TlWindow *window, const char *expected)
{
  g_autofree char *length = harness_read (window, "Iterations");

  g_assert_cmpstr (length, ==, expected);
}

static GSettings *
open_preferences (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettingsSchemaSource) source =
    g_settings_schema_source_new_from_directory (TL_SCHEMA_DIR, NULL, TRUE, &error);
  g_autoptr (GSettingsSchema) schema = NULL;

  g_assert_no_error (error);
  schema = g_settings_schema_source_lookup (source, TL_APPLICATION_ID, FALSE);
  g_assert_nonnull (schema);
  return g_settings_new_full (schema, NULL, NULL);
}

/* One whose models are not there yet. */
static TlWindow *
open_early (GSettings *preferences)
{
  TlWindow *window = TL_WINDOW (tl_window_new (NULL, preferences));

  gtk_window_present (GTK_WINDOW (window));
  harness_settle ();
  return window;
}

static void
test_models_propose (void)
{
  TlWindow *window = harness_open_window ();

  assert_length (window, "200");
  harness_use_model (window, "painter");
  assert_length (window, "500");
  harness_use_model (window, NULL);
  assert_length (window, "200");
  harness_type (window, "Iterations", "77");
  harness_use_model (window, "painter");
  assert_length (window, "77");
  harness_close_window (window);
}

static void
assert_size (TlWindow *window, const char *width, const char *height)
{
  g_autofree char *w = harness_read (window, "Width");
  g_autofree char *h = harness_read (window, "Height");

  g_assert_cmpstr (w, ==, width);
  g_assert_cmpstr (h, ==, height);
}

/* Real models were taught larger pictures; a size that was wished for stays, and only that is
 * remembered. */
static void
test_models_propose_a_size (void)
{
  g_autoptr (GSettings) preferences = open_preferences ();
  TlWindow *window = open_early (preferences);

  harness_use_model (window, NULL);
  assert_size (window, "128", "128");
  harness_use_model (window, "painter");
  assert_size (window, "256", "256");
  harness_close_window (window);
  g_assert_cmpuint (g_settings_get_uint (preferences, "picture-width"), ==, 0);

  window = open_early (preferences);
  harness_use_model (window, NULL);
  harness_type (window, "Width", "192");
  harness_use_model (window, "painter");
  assert_size (window, "192", "128");
  harness_close_window (window);
  g_assert_cmpuint (g_settings_get_uint (preferences, "picture-width"), ==, 192);

  window = open_early (preferences);
  assert_size (window, "192", "128");
  harness_use_model (window, NULL);
  assert_size (window, "192", "128");
  harness_close_window (window);
}

/* Only what was wished for is remembered, and taken back by taking what is proposed. */
static void
test_wish_is_remembered (void)
{
  g_autoptr (GSettings) preferences = open_preferences ();
  TlWindow *window = open_early (preferences);

  harness_use_model (window, NULL);
  assert_length (window, "200");
  harness_close_window (window);
  g_assert_cmpuint (g_settings_get_uint (preferences, "length"), ==, 0);

  window = open_early (preferences);
  harness_use_model (window, NULL);
  harness_type (window, "Iterations", "77");
  harness_close_window (window);
  g_assert_cmpuint (g_settings_get_uint (preferences, "length"), ==, 77);

  /* Also what is proposed for other models, or by nobody yet. */
  window = open_early (preferences);
  harness_type (window, "Iterations", "500");
  harness_use_model (window, NULL);
  harness_type (window, "Iterations", "500");
  harness_close_window (window);
  window = open_early (preferences);
  harness_use_model (window, NULL);
  assert_length (window, "500");
  harness_type (window, "Iterations", "77");
  harness_close_window (window);

  window = open_early (preferences);
  assert_length (window, "77");
  harness_use_model (window, NULL);
  assert_length (window, "77");
  harness_type (window, "Iterations", "200");
  harness_close_window (window);
  g_assert_cmpuint (g_settings_get_uint (preferences, "length"), ==, 0);
}

static gboolean
has_run (gpointer window)
{
  return tl_window_get_run (window) != NULL;
}

/* What a run was steered by stays in the fields when its models come after it, also where that is
 * the length that any models would have. */
static void
check_run_before_models (gboolean is_edited)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *forms = NULL;

  harness_press (window, "Fine control");
  harness_type (window, "Iterations for large forms", "7");
  harness_type (window, "Iterations", "500");
  harness_press (window, "Run");
  harness_wait_iteration (window, 5);
  harness_press (window, "Stop");
  harness_wait_state (window, TL_RUN_STOPPED);
  path = harness_copy_session (window, is_edited ? "edited.tiller" : "early.tiller");
  harness_close_window (window);

  window = open_early (NULL);
  file = g_file_new_for_path (path);
  tl_window_open (window, file);
  harness_wait (has_run, window);
  harness_settle ();
  assert_length (window, "500");
  if (is_edited)
    harness_type (window, "Prompt 1", "something else");
  harness_use_model (window, NULL);
  assert_length (window, "500");
  if (is_edited)
    {
      harness_close_window (window);
      return;
    }
  harness_press (window, "Fine control");
  forms = harness_read (window, "Iterations for large forms");
  g_assert_cmpstr (forms, ==, "7");

  /* Other models, later, are for another run. */
  harness_use_model (window, "painter");
  g_clear_pointer (&forms, g_free);
  forms = harness_read (window, "Iterations for large forms");
  g_assert_cmpstr (forms, ==, "0");
  harness_close_window (window);
}

static void
test_run_before_models (void)
{
  check_run_before_models (FALSE);
}

static void
test_edited_run_before_models (void)
{
  check_run_before_models (TRUE);
}

int
main (int argc, char **argv)
{
  harness_init (&argc, &argv);
  g_test_add_func ("/window/length/models-propose", test_models_propose);
  g_test_add_func ("/window/length/models-propose-a-size", test_models_propose_a_size);
  g_test_add_func ("/window/length/wish-is-remembered", test_wish_is_remembered);
  g_test_add_func ("/window/length/run-before-models", test_run_before_models);
  g_test_add_func ("/window/length/edited-run-before-models", test_edited_run_before_models);
  return g_test_run ();
}
