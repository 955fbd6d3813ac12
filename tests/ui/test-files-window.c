/* test-files-window.c - what is on its way to a file, or must not get there
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

#include <string.h>

static void
start_and_pause (TlWindow *window)
{
  harness_start_long_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
}

static gboolean
says_saved (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && g_str_has_prefix (message, "A copy with everything in it");
}

/* The dialog has asked about the name that was typed, not about what it becomes. */
static void
test_copy_replaces_nothing (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *folder = tl_session_dup_default_folder ();
  g_autofree char *typed = g_build_filename (folder, "typed", NULL);
  g_autofree char *path = g_strconcat (typed, ".tiller", NULL);
  g_autofree char *uri = g_filename_to_uri (typed, NULL, NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize size;

  start_and_pause (window);
  g_assert_true (g_file_set_contents (path, "mine", -1, NULL));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.copy-to", "s", uri));
  harness_settle ();
  g_assert_nonnull (strstr (tl_window_get_message (window), "“typed.tiller” is there already"));
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  g_assert_cmpstr (before, ==, "mine");

  harness_press_label (window, "Replace It");
  harness_wait (says_saved, window);
  g_assert_true (g_file_get_contents (path, &after, &size, NULL));
  g_assert_cmpuint (size, >, 1000);
  harness_close_window (window);
}

static guint
count_files (void)
{
  g_autofree char *folder = tl_session_dup_default_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".tiller"))
      n++;
  return n;
}

/* A window that closes waits for the copy, and gives the session up, whoever still holds it. */
static void
test_closing_waits_for_copy (void)
{
  TlWindow *window = harness_open_window ();
  TlWindow *held = g_object_ref (window);
  guint n;

  start_and_pause (window);
  n = count_files ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.duplicate", NULL);
  harness_leave_window (window);
  g_assert_cmpuint (count_files (), ==, n + 1);
  g_assert_null (tl_window_get_session (held));
  g_object_unref (held);
}

static gboolean
is_let_go (gpointer window)
{
  return G_OBJECT (window)->ref_count == 1;
}

/* Nobody waits for what nobody will see. */
static void
test_closing_ends_verifying (void)
{
  TlWindow *window = g_object_ref (harness_open_window ());

  harness_type (window, "Iterations", "60");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.verify", NULL);
  harness_leave_window (window);
  g_assert_null (tl_window_get_session (window));
  harness_wait (is_let_go, window);
  g_object_unref (window);
}

static gboolean
has_runs (gpointer window)
{
  return harness_count_runs (window) == 2;
}

static gboolean
is_saved (gpointer window)
{
  return tl_session_is_saved (tl_window_get_session (window));
}

/* What cannot be written is not shown as if it were. */
static void
test_read_only (void)
{
  TlWindow *first = harness_open_window ();
  TlWindow *second = harness_open_window ();
  g_autoptr (GFile) file = NULL;
  g_autoptr (TlRun) run = NULL;

  start_and_pause (first);
  harness_press (first, "Run");
  harness_wait_iteration (first, 3);
  harness_wait (is_saved, first);
  file = g_file_new_for_path (tl_session_get_path (tl_window_get_session (first)));
  tl_window_open (second, file);
  harness_wait (has_runs, second);
  harness_settle ();
  run = g_list_model_get_item (tl_session_get_runs (tl_window_get_session (second)), 0);
  gtk_widget_activate_action (GTK_WIDGET (second), "win.prefer-run", "(xs)",
                              tl_run_get_origin (run)->id, "It is best.");
  harness_settle ();
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_NONE);
  g_assert_null (tl_run_get_note (run));
  harness_activate (second, "win.compare");
  g_assert_false (harness_can_press (second, "Prefer B"));
  harness_close_window (second);
  harness_close_window (first);
}

/* Nor is an order by hand. */
static void
test_no_order_when_read_only (void)
{
  TlWindow *first = harness_open_window ();
  TlWindow *second = harness_open_window ();
  g_autoptr (GFile) file = NULL;
  g_autoptr (TlExploration) exploration = NULL;
  GtkWidget *grid;

  harness_show_view (first, "explore");
  harness_type (first, "Explore seeds", "2");
  harness_type (first, "Hold at", "5");
  harness_press (first, "Explore");
  harness_wait (has_runs, first);
  harness_wait (is_saved, first);
  file = g_file_new_for_path (tl_session_get_path (tl_window_get_session (first)));
  tl_window_open (second, file);
  harness_wait (has_runs, second);
  harness_show_view (second, "explore");
  exploration =
    g_list_model_get_item (tl_session_get_explorations (tl_window_get_session (second)), 0);
  grid = harness_find (GTK_WIDGET (second), "Candidates");
  gtk_widget_activate_action (grid, "explore.lay", "(ii)", 1, 0);
  harness_settle ();
  g_assert_null (tl_exploration_get_order (exploration));
  harness_close_window (second);
  harness_close_window (first);
}

static gboolean
has_run (gpointer window)
{
  return harness_count_runs (window) == 1;
}

/* Whatever a file is called, a session is opened as one. */
static void
test_session_of_any_name (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  start_and_pause (window);
  path = harness_copy_session (window, "downloaded");
  harness_close_window (window);
  window = harness_open_window ();
  file = g_file_new_for_path (path);
  tl_window_open (window, file);
  harness_wait (has_run, window);
  g_assert_cmpstr (tl_session_get_path (tl_window_get_session (window)), ==, path);
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/files-window/copy-replaces-nothing", test_copy_replaces_nothing);
  g_test_add_func ("/files-window/closing-waits-for-copy", test_closing_waits_for_copy);
  g_test_add_func ("/files-window/closing-ends-verifying", test_closing_ends_verifying);
  g_test_add_func ("/files-window/read-only", test_read_only);
  g_test_add_func ("/files-window/no-order-when-read-only", test_no_order_when_read_only);
  g_test_add_func ("/files-window/session-of-any-name", test_session_of_any_name);
  return g_test_run ();
}
