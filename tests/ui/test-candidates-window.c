/* test-candidates-window.c - starts that have come to their end, and siblings
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

#include <string.h>

static GListModel *
get_first (TlWindow *window)
{
  GListModel *all = tl_session_get_explorations (tl_window_get_session (window));
  g_autoptr (GListModel) first = g_list_model_get_item (all, 0);

  return first;
}

static gboolean
are_finished (gpointer window)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (get_first (window), i);

      if (tl_run_get_state (run) != TL_RUN_FINISHED)
        return FALSE;
    }
  return TRUE;
}

static GtkFlowBox *
get_grid (TlWindow *window)
{
  return GTK_FLOW_BOX (harness_find (GTK_WIDGET (window), "Candidates"));
}

/* A length that has grown is a turn of one run, in Steer: among the starts there is nothing to
 * continue, and above all not another run. */
static void
test_ended_starts_stay (void)
{
  TlWindow *window = harness_open_window ();
  GtkWidget *grid;
  TlRun *selected;

  harness_show_view (window, "explore");
  harness_type (window, "Explore seeds", "2");
  harness_type (window, "Hold at", "6");
  harness_type (window, "Iterations", "6");
  harness_press (window, "Explore");
  harness_wait (are_finished, window);
  harness_settle ();
  grid = harness_find (GTK_WIDGET (window), "Candidates");
  gtk_flow_box_select_child (GTK_FLOW_BOX (grid),
                             gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (grid), 0));
  harness_settle ();
  selected = tl_window_get_run (window);
  g_assert_nonnull (selected);
  harness_type (window, "Iterations", "12");
  g_assert_false (harness_can_press (window, "Continue"));
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.continue", NULL);
  harness_settle ();
  g_assert_true (are_finished (window));
  g_assert_true (tl_window_get_run (window) == selected);

  harness_show_view (window, "steer");
  harness_press (window, "Continue");
  harness_wait_iteration (window, 12);
  harness_close_window (window);
}

static gboolean
are_held (gpointer window)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (get_first (window), i);

      if (tl_run_get_state (run) != TL_RUN_HELD)
        return FALSE;
    }
  return TRUE;
}

/* The first of them selected. */
static TlWindow *
explore_two (void)
{
  TlWindow *window = harness_open_window ();

  harness_show_view (window, "explore");
  harness_type (window, "Explore seeds", "2");
  harness_type (window, "Hold at", "60");
  harness_press (window, "Explore");
  gtk_flow_box_select_child (get_grid (window),
                             gtk_flow_box_get_child_at_index (get_grid (window), 0));
  harness_settle ();
  return window;
}

/* That it pauses is not known yet when it is taken back, nor that it goes on when it is rejected
 * again. */
static void
test_rejected_by_mistake (void)
{
  TlWindow *window = explore_two ();
  TlRun *run = tl_window_get_run (window);

  g_assert_true (tl_run_is_active (run));
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.reject", NULL);
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.undo", NULL);
  harness_wait (are_held, window);
  harness_close_window (window);
}

static gboolean
is_second_held (gpointer window)
{
  g_autoptr (TlRun) run = g_list_model_get_item (get_first (window), 1);

  return tl_run_get_state (run) == TL_RUN_HELD;
}

static void
test_rejected_again (void)
{
  TlWindow *window = explore_two ();
  TlRun *run = tl_window_get_run (window);

  harness_activate (window, "win.reject");
  harness_wait_state (window, TL_RUN_PAUSED);
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.unreject", NULL);
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.reject", NULL);
  harness_wait (is_second_held, window);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_PAUSED);
  harness_close_window (window);
}

static gboolean
is_held (gpointer run)
{
  return tl_run_get_state (run) == TL_RUN_HELD;
}

/* As in a session that was closed before its starts had their turn. */
static void
test_rejected_before_it_began (void)
{
  TlWindow *window = harness_open_window ();
  TlSession *session = tl_window_get_session (window);
  g_autoptr (TlStart) start =
    tl_start_new (&(TlStartValues){ .seed = 7, .width = 64, .height = 64 });
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("a red tractor");
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (TlRun) first = NULL;
  TlExploration *exploration;
  TlSettings settings;

  tl_settings_init (&settings);
  steer = tl_steer_new (prompt, &settings, NULL);
  exploration = tl_session_explore (session, start, steer, 2, 6, NULL);
  first = g_list_model_get_item (G_LIST_MODEL (exploration), 0);
  tl_session_set_selected (session, first);
  harness_settle ();
  harness_activate (window, "win.reject");
  g_assert_cmpint (tl_run_get_state (first), ==, TL_RUN_NEW);
  harness_activate (window, "win.unreject");
  harness_wait (is_held, first);
  harness_close_window (window);
}

/* What was kept of the second was not looked at yet, as it is not the one on screen. */
static void
test_fork_of_the_second (void)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (TlRun) second = NULL;

  harness_show_view (window, "explore");
  harness_type (window, "Explore seeds", "2");
  harness_type (window, "Hold at", "10");
  harness_press (window, "Explore");
  harness_wait (are_held, window);
  harness_settle ();
  second = g_list_model_get_item (get_first (window), 1);
  gtk_flow_box_select_child (get_grid (window),
                             gtk_flow_box_get_child_at_index (get_grid (window), 1));
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.fork", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (tl_run_get_children (second)), ==, 1);
  harness_close_window (window);
}

/* --- How long it takes ----------------------------------------------------------------------- */

static gboolean
shows_text (GtkWidget *root, const char *text)
{
  gboolean is_shown =
    GTK_IS_LABEL (root) && strstr (gtk_label_get_label (GTK_LABEL (root)), text) != NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && !is_shown;
       child = gtk_widget_get_next_sibling (child))
    is_shown = shows_text (child, text);
  return is_shown;
}

static gboolean
has_rate (gpointer window)
{
  return tl_run_get_rate (tl_window_get_run (window)) > 0;
}

/* What still goes on models of before says nothing of these. */
static void
test_other_models_are_measured_anew (void)
{
  TlWindow *window = harness_open_window ();

  harness_start_long_run (window);
  harness_wait (has_rate, window);
  harness_show_view (window, "explore");
  harness_type (window, "Explore seeds", "5");
  g_assert_true (shows_text (GTK_WIDGET (window), "measured here"));
  harness_use_model (window, "painter");
  harness_type (window, "Explore seeds", "6");
  g_assert_true (tl_run_is_active (tl_window_get_run (window)));
  g_assert_false (shows_text (GTK_WIDGET (window), "measured here"));
  harness_close_window (window);
}

/* --- Siblings -------------------------------------------------------------------------------- */

/* Those of a run that was deleted went with it. */
static void
test_siblings_of_the_deleted (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run;

  harness_type (window, "Iterations", "30");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  run = tl_window_get_run (window);
  harness_activate (window, "win.siblings");
  g_assert_nonnull (gtk_flow_box_get_child_at_index (get_grid (window), 0));
  harness_show_view (window, "steer");
  tl_session_set_selected (tl_window_get_session (window), run);
  harness_settle ();
  harness_activate (window, "win.delete");
  harness_show_view (window, "explore");
  g_assert_null (gtk_flow_box_get_child_at_index (get_grid (window), 0));
  harness_close_window (window);
}

int
main (int argc, char **argv)
{
  harness_init (&argc, &argv);
  g_test_add_func ("/window/candidates/ended-stay", test_ended_starts_stay);
  g_test_add_func ("/window/candidates/rejected-by-mistake", test_rejected_by_mistake);
  g_test_add_func ("/window/candidates/rejected-again", test_rejected_again);
  g_test_add_func ("/window/candidates/rejected-before-it-began", test_rejected_before_it_began);
  g_test_add_func ("/window/candidates/fork-of-the-second", test_fork_of_the_second);
  g_test_add_func ("/window/candidates/other-models", test_other_models_are_measured_anew);
  g_test_add_func ("/window/candidates/siblings-of-the-deleted", test_siblings_of_the_deleted);
  return g_test_run ();
}
