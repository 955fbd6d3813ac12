/* test-wishes-window.c - what is asked for before it can be done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

#include <string.h>

static gboolean
has_run (gpointer window)
{
  return tl_window_get_run (window) != NULL;
}

static TlWindow *
open_copy (const char *path)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (GFile) file = g_file_new_for_path (path);

  tl_window_open (window, file);
  harness_wait (has_run, window);
  harness_settle ();
  return window;
}

/* --- Without an engine ----------------------------------------------------------------------- */

static void
test_stop_of_what_was_read (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  guint64 reached;

  harness_start_long_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  path = harness_copy_session (window, "stop.tiller");
  harness_close_window (window);

  window = open_copy (path);
  reached = tl_run_get_iteration (tl_window_get_run (window));
  harness_press (window, "Stop");
  harness_wait_state (window, TL_RUN_STOPPED);
  g_assert_false (harness_can_press (window, "Stop"));
  harness_leave_window (window);

  window = open_copy (path);
  g_assert_cmpint (tl_run_get_state (tl_window_get_run (window)), ==, TL_RUN_STOPPED);
  harness_press (window, "Continue");
  harness_wait_iteration (window, reached + 3);
  harness_close_window (window);
}

/* --- Without models -------------------------------------------------------------------------- */

static char *
make_interrupted (const char *name)
{
  TlWindow *window = harness_open_window ();
  char *path;

  harness_start_long_run (window);
  harness_wait_iteration (window, 30);
  path = harness_copy_session (window, name);
  harness_close_window (window);
  return path;
}

static void
test_continues_with_the_models (void)
{
  g_autofree char *path = make_interrupted ("early.tiller");
  TlWindow *window = open_copy (path);
  TlBackend *backend = g_object_get_data (G_OBJECT (window), "backend");
  guint64 reached = tl_run_get_iteration (tl_window_get_run (window));

  tl_window_set_backend (window, NULL, TRUE);
  harness_press_label (window, "Continue It");
  g_assert_null (tl_window_get_message (window));
  g_assert_cmpuint (tl_run_get_iteration (tl_window_get_run (window)), ==, reached);
  tl_window_set_backend (window, backend, FALSE);
  harness_wait_iteration (window, reached + 3);
  harness_close_window (window);
}

static void
test_continues_without_models (void)
{
  g_autofree char *path = make_interrupted ("never.tiller");
  TlWindow *window = open_copy (path);
  TlBackend *backend = g_object_get_data (G_OBJECT (window), "backend");
  guint64 reached = tl_run_get_iteration (tl_window_get_run (window));
  gboolean is_active;

  tl_window_set_backend (window, NULL, TRUE);
  harness_press (window, "Continue");
  tl_window_set_backend (window, NULL, FALSE);
  harness_settle ();
  g_assert_nonnull (strstr (tl_window_get_message (window), "There is no model to run with"));
  g_object_get (window, "active", &is_active, NULL);
  g_assert_false (is_active);

  /* It is not remembered for longer. */
  tl_window_set_backend (window, backend, FALSE);
  harness_settle ();
  g_assert_cmpuint (tl_run_get_iteration (tl_window_get_run (window)), ==, reached);
  harness_close_window (window);
}

/* What was asked for may have become impossible. */
static void
test_no_run_without_words (void)
{
  TlWindow *window = harness_open_window ();
  TlBackend *backend = g_object_get_data (G_OBJECT (window), "backend");

  tl_window_set_backend (window, NULL, TRUE);
  harness_press (window, "Run");
  harness_type (window, "Prompt 1", "");
  tl_window_set_backend (window, backend, FALSE);
  harness_settle ();
  g_assert_cmpuint (harness_count_runs (window), ==, 0);
  harness_close_window (window);
}

static gboolean
has_exported (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && g_str_has_prefix (message, "Exported");
}

static gboolean
offers_recipe (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && strstr (message, "says what it was made from") != NULL;
}

/* (transfer full): a picture that was made at seed 42 */
static GFile *
export_picture (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *name = NULL;
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;

  harness_type (window, "Seed", "42");
  harness_type (window, "Iterations", "4");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  harness_press (window, "Export");
  name = harness_read (window, "File name");
  harness_press (window, "Export");
  harness_wait (has_exported, window);
  harness_close_window (window);
  file = g_strconcat (name, ".png", NULL);
  path = g_build_filename (g_get_home_dir (), file, NULL);
  return g_file_new_for_path (path);
}

static void
test_uses_all_with_the_models (void)
{
  g_autoptr (GFile) file = export_picture ();
  TlWindow *window = harness_open_window ();
  TlBackend *backend = g_object_get_data (G_OBJECT (window), "backend");

  tl_window_set_backend (window, NULL, TRUE);
  tl_window_open (window, file);
  harness_wait (offers_recipe, window);
  harness_press_label (window, "Use All");
  g_assert_null (tl_window_get_message (window));
  g_assert_cmpuint (harness_count_runs (window), ==, 0);
  tl_window_set_backend (window, backend, FALSE);
  harness_wait_state (window, TL_RUN_FINISHED);
  g_assert_cmpuint (tl_start_get_values (tl_run_get_start (tl_window_get_run (window)))->seed, ==,
                    42);
  harness_close_window (window);
}

static gboolean
has_starts (gpointer window)
{
  return harness_count_runs (window) == 12;
}

static void
test_explores_with_the_models (void)
{
  TlWindow *window = harness_open_window ();
  TlBackend *backend = g_object_get_data (G_OBJECT (window), "backend");

  tl_window_set_backend (window, NULL, TRUE);
  harness_type (window, "Prompt 1", "a house");
  harness_activate (window, "win.explore");
  harness_settle ();
  g_assert_null (tl_window_get_message (window));
  g_assert_cmpuint (harness_count_runs (window), ==, 0);
  tl_window_set_backend (window, backend, FALSE);
  harness_wait (has_starts, window);
  harness_close_window (window);
}

/* --- A fork of what goes -----------------------------------------------------------------------
 */

static gboolean
has_three_runs (gpointer window)
{
  return harness_count_runs (window) == 3;
}

/* It takes what stood in the fields when it was asked for. */
static void
test_fork_of_what_was_written (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *words = NULL;
  TlRun *other, *parent;

  harness_type (window, "Prompt 1", "a house");
  harness_type (window, "Iterations", "4");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  other = tl_window_get_run (window);
  harness_type (window, "Prompt 1", "a boat");
  harness_start_long_run (window);
  parent = tl_window_get_run (window);
  harness_type (window, "Prompt 1", "a boat | snow");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.fork", NULL);
  tl_session_set_selected (tl_window_get_session (window), other);
  harness_wait (has_three_runs, window);
  g_assert_true (tl_run_get_parent (tl_window_get_run (window)) == parent);
  words = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (tl_window_get_run (window))));
  g_assert_cmpstr (words, ==, "a boat | snow");
  harness_close_window (window);
}

/* Who leaves before it has forked finds the fork with the words, and nobody computes it. */
static void
test_fork_and_leave (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  g_autofree char *words = NULL;

  harness_start_long_run (window);
  path = g_strdup (tl_session_get_path (tl_window_get_session (window)));
  harness_type (window, "Prompt 1", "a boat | snow");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.fork", NULL);
  harness_leave_window (window);

  window = open_copy (path);
  g_assert_cmpuint (harness_count_runs (window), ==, 2);
  words = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (tl_window_get_run (window))));
  g_assert_cmpstr (words, ==, "a boat | snow");
  g_assert_false (tl_run_is_active (tl_window_get_run (window)));
  harness_close_window (window);
}

/* The same for one of another size, which begins with the picture that was seen. */
static void
test_larger_fork_and_leave (void)
{
  TlWindow *window = harness_open_window ();
  const TlStartValues *start;
  g_autofree char *path = NULL;
  guint width;

  harness_start_long_run (window);
  harness_wait_iteration (window, 3);
  path = g_strdup (tl_session_get_path (tl_window_get_session (window)));
  width = tl_start_get_values (tl_run_get_start (tl_window_get_run (window)))->width;
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_type (window, "Width", "96");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.fork", NULL);
  harness_leave_window (window);

  window = open_copy (path);
  g_assert_cmpuint (harness_count_runs (window), ==, 2);
  start = tl_start_get_values (tl_run_get_start (tl_window_get_run (window)));
  g_assert_cmpuint (width, !=, 96);
  g_assert_cmpuint (start->width, ==, 96);
  g_assert_nonnull (start->image);
  g_assert_cmpuint (tl_run_get_iteration (tl_window_get_run (window)), ==, 0);
  harness_close_window (window);
}

static gboolean
has_two_runs (gpointer window)
{
  return harness_count_runs (window) == 2;
}

/* The order to pause came too late: it forks where it has ended. */
static void
test_fork_of_what_ended (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *parent;

  harness_type (window, "Iterations", "60");
  harness_press (window, "Run");
  harness_wait_iteration (window, 2);
  parent = tl_window_get_run (window);
  g_usleep (2 * G_USEC_PER_SEC);
  g_assert_true (tl_run_is_active (parent));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.fork", NULL);
  harness_wait (has_two_runs, window);
  g_assert_true (tl_run_get_parent (tl_window_get_run (window)) == parent);
  g_assert_cmpuint (tl_run_get_origin (tl_window_get_run (window))->parent_iteration, ==,
                    tl_run_get_iteration (parent));
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/wishes-window/stop-of-what-was-read", test_stop_of_what_was_read);
  g_test_add_func ("/wishes-window/continues-with-the-models", test_continues_with_the_models);
  g_test_add_func ("/wishes-window/continues-without-models", test_continues_without_models);
  g_test_add_func ("/wishes-window/uses-all-with-the-models", test_uses_all_with_the_models);
  g_test_add_func ("/wishes-window/explores-with-the-models", test_explores_with_the_models);
  g_test_add_func ("/wishes-window/no-run-without-words", test_no_run_without_words);
  g_test_add_func ("/wishes-window/fork-of-what-was-written", test_fork_of_what_was_written);
  g_test_add_func ("/wishes-window/fork-and-leave", test_fork_and_leave);
  g_test_add_func ("/wishes-window/larger-fork-and-leave", test_larger_fork_and_leave);
  g_test_add_func ("/wishes-window/fork-of-what-ended", test_fork_of_what_ended);
  return g_test_run ();
}
