/* test-wishes-window.c - what is asked for before it can be done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

static TlRun *
get_run (TlWindow *window)
{
  return tl_window_get_run (window);
}

static gboolean
has_run (gpointer window)
{
  return get_run (window) != NULL;
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
  reached = tl_run_get_iteration (get_run (window));
  harness_press (window, "Stop");
  harness_wait_state (window, TL_RUN_STOPPED);
  g_assert_false (harness_can_press (window, "Stop"));
  harness_leave_window (window);

  window = open_copy (path);
  g_assert_cmpint (tl_run_get_state (get_run (window)), ==, TL_RUN_STOPPED);
  harness_press (window, "Continue");
  harness_wait_iteration (window, reached + 3);
  harness_close_window (window);
}

/* --- A fork of what goes -----------------------------------------------------------------------
 */

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/wishes-window/stop-of-what-was-read", test_stop_of_what_was_read);
  return g_test_run ();
}
