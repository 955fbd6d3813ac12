/* test-forms-window.c - turns that lay out forms anew
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

static gint64
get_iteration (TlWindow *window)
{
  return (gint64) tl_run_get_iteration (tl_window_get_run (window));
}

static gint64
get_coarse_from (TlWindow *window)
{
  return tl_steer_get_settings (tl_run_get_steer (tl_window_get_run (window)))->coarse_from;
}

static gboolean
has_turned (gpointer data)
{
  TlWindow *window = data;
  g_autofree char *words =
    tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (tl_window_get_run (window))));

  return g_str_has_prefix (words, "other");
}

/* Other words lay out forms anew, where there are any and nobody forbids it; other numbers do not,
 * nor does a run that begins. */
static void
test_new_words_bring_new_forms (void)
{
  TlWindow *window = harness_open_window ();
  GtkWidget *check;
  gint64 from;

  harness_press (window, "Fine control");
  harness_type (window, "Iterations for large forms", "7");
  harness_start_long_run (window);
  g_assert_cmpint (get_coarse_from (window), ==, 0);

  harness_type (window, "Prompt 1", "other");
  harness_press (window, "Apply turn");
  harness_wait (has_turned, window);
  from = get_coarse_from (window);
  g_assert_cmpint (from, >=, 5);
  g_assert_cmpint (from, <=, get_iteration (window));
  g_assert_false (harness_can_press (window, "Apply turn"));

  harness_wait_iteration (window, (guint64) from + 5);
  harness_type (window, "Iterations for large forms", "8");
  harness_press (window, "Apply turn");
  g_assert_cmpint (get_coarse_from (window), ==, from);

  check = harness_find (GTK_WIDGET (window), "New forms with new words");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), FALSE);
  harness_type (window, "Prompt 1", "other still");
  harness_press (window, "Apply turn");
  g_assert_cmpint (get_coarse_from (window), ==, from);

  harness_press (window, "Stop");
  harness_wait_state (window, TL_RUN_STOPPED);
  harness_press (window, "Run");
  harness_wait_iteration (window, 1);
  g_assert_cmpint (get_coarse_from (window), ==, 0);
  harness_close_window (window);
}

int
main (int argc, char **argv)
{
  harness_init (&argc, &argv);
  g_test_add_func ("/window/forms/new-words", test_new_words_bring_new_forms);
  return g_test_run ();
}
