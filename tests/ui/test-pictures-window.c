/* test-pictures-window.c - the picture on the canvas is that of the run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

/* A run that shows nothing yet has no picture to be given away: that on the canvas is another's. */
static void
test_picture_of_another (void)
{
  TlWindow *window = harness_open_window ();
  TlSession *session = tl_window_get_session (window);
  TlRun *first, *second;

  harness_type (window, "Iterations", "5");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  first = tl_window_get_run (window);
  g_assert_true (harness_can_press (window, "Export"));

  second = tl_session_add_run (session, tl_run_get_start (first), tl_run_get_steer (first), NULL);
  tl_session_set_selected (session, second);
  harness_settle ();
  g_assert_false (harness_can_press (window, "Export"));
  tl_session_set_selected (session, first);
  harness_settle ();
  g_assert_true (harness_can_press (window, "Export"));
  harness_close_window (window);
}

static gboolean
shows (gpointer data)
{
  gpointer *pair = data; /* window, iteration */
  TlFrame *frame = tl_steer_page_get_frame (tl_window_get_page (pair[0]));

  return frame != NULL && tl_frame_get_iteration (frame) == GPOINTER_TO_SIZE (pair[1]);
}

/* Pictures of a run that was read from a file are in the file, that of now too. */
static void
test_back_to_now (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GVariant) back = g_variant_ref_sink (g_variant_new_int32 (-1));
  gpointer past[2] = { NULL, GSIZE_TO_POINTER (50) }, now[2] = { NULL, GSIZE_TO_POINTER (60) };

  harness_type (window, "Iterations", "60");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  path = harness_copy_session (window, "now.tiller");
  harness_close_window (window);

  window = past[0] = now[0] = harness_open_window ();
  file = g_file_new_for_path (path);
  tl_window_open (window, file);
  harness_wait (shows, now);
  g_assert_true (
    gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.go-checkpoint", back));
  harness_wait (shows, past);
  harness_press_label (window, "Back to Now");
  harness_wait (shows, now);
  harness_close_window (window);
}

int
main (int argc, char **argv)
{
  harness_init (&argc, &argv);
  g_test_add_func ("/window/pictures/of-another", test_picture_of_another);
  g_test_add_func ("/window/pictures/back-to-now", test_back_to_now);
  return g_test_run ();
}
