/* test-undo-window.c - what was done last is undone first, on a real window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

static gboolean
can_undo_turn (gpointer window)
{
  return harness_can_press (window, "Undo turn");
}

static void
turn (TlWindow *window, const char *prompt)
{
  guint64 iteration = tl_run_get_iteration (tl_window_get_run (window));

  harness_type (window, "Prompt 1", prompt);
  harness_press (window, "Apply turn");
  harness_wait_iteration (window, iteration + 5);
  harness_wait (can_undo_turn, window);
}

static char *
print_words (TlRun *run)
{
  return tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (run)));
}

static gboolean
has_other_run (gpointer data)
{
  gpointer *pair = data;

  return tl_window_get_run (pair[0]) != NULL && tl_window_get_run (pair[0]) != pair[1];
}

/* A run with a turn, then one that was deleted: the deleted one comes back, the turn stays; once
 * more, and the turn goes. */
static void
test_delete_before_turn (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *words = NULL;
  TlRun *turned, *second;

  harness_type (window, "Prompt 1", "a boat");
  harness_start_long_run (window);
  turned = tl_window_get_run (window);
  turn (window, "a house");
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_press (window, "Run");
  harness_wait (has_other_run, (gpointer[]){ window, turned });
  harness_wait_iteration (window, 3);
  second = tl_window_get_run (window);
  harness_activate (window, "win.delete");
  tl_session_set_selected (tl_window_get_session (window), turned);
  harness_settle ();
  g_assert_cmpuint (harness_count_runs (window), ==, 1);

  harness_activate (window, "win.undo");
  g_assert_cmpuint (harness_count_runs (window), ==, 2);
  g_assert_true (tl_window_get_run (window) == second);
  g_assert_null (tl_window_get_message (window));
  words = print_words (turned);
  g_assert_cmpstr (words, ==, "a house");

  /* It is not on screen, but it was what was done before. */
  harness_activate (window, "win.undo");
  harness_wait (has_other_run, (gpointer[]){ window, second });
  g_assert_cmpuint (harness_count_runs (window), ==, 3);
  g_assert_true (tl_run_get_parent (tl_window_get_run (window)) == turned);
  g_clear_pointer (&words, g_free);
  words = print_words (tl_window_get_run (window));
  g_assert_cmpstr (words, ==, "a boat");
  harness_close_window (window);
}

/* Deleted, then turned: now the turn is the first to go. */
static void
test_turn_before_delete (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *first, *second;

  harness_type (window, "Iterations", "3");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  first = tl_window_get_run (window);
  harness_activate (window, "win.delete");
  harness_type (window, "Prompt 1", "a boat");
  harness_start_long_run (window);
  second = tl_window_get_run (window);
  turn (window, "a house");

  harness_activate (window, "win.undo");
  harness_wait (has_other_run, (gpointer[]){ window, second });
  g_assert_true (tl_run_get_parent (tl_window_get_run (window)) == second);
  g_assert_cmpuint (harness_count_runs (window), ==, 2);
  harness_activate (window, "win.undo");
  g_assert_cmpuint (harness_count_runs (window), ==, 3);
  g_assert_true (tl_window_get_run (window) == first);
  harness_close_window (window);
}

/* Two that were deleted one after the other come back one after the other. */
static void
test_two_deletes (void)
{
  TlWindow *window = harness_open_window ();
  TlSession *session = tl_window_get_session (window);
  TlRun *runs[2];

  for (guint i = 0; i < 2; i++)
    {
      harness_type (window, "Iterations", "3");
      harness_press (window, "Run");
      harness_wait_state (window, TL_RUN_FINISHED);
      runs[i] = tl_window_get_run (window);
    }
  for (guint i = 0; i < 2; i++)
    {
      tl_session_set_selected (session, runs[i]);
      harness_settle ();
      harness_activate (window, "win.delete");
    }
  g_assert_cmpuint (harness_count_runs (window), ==, 0);
  harness_activate (window, "win.undo");
  g_assert_true (tl_window_get_run (window) == runs[1]);
  harness_activate (window, "win.undo");
  g_assert_true (tl_window_get_run (window) == runs[0]);
  g_assert_cmpuint (harness_count_runs (window), ==, 2);
  harness_close_window (window);
}

static void
test_marks (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run;

  harness_type (window, "Iterations", "3");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  run = tl_window_get_run (window);
  harness_press (window, "Star");
  harness_press (window, "Reject");
  harness_activate (window, "win.undo");
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_STARRED);
  harness_activate (window, "win.undo");
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_NONE);
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/undo-window/delete-before-turn", test_delete_before_turn);
  g_test_add_func ("/undo-window/turn-before-delete", test_turn_before_delete);
  g_test_add_func ("/undo-window/two-deletes", test_two_deletes);
  g_test_add_func ("/undo-window/marks", test_marks);
  return g_test_run ();
}
