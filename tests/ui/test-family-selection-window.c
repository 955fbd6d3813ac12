/* test-family-selection-window.c - what the family shows of the selected run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/session-checkpoints.h"
#include "tests/ui/harness.h"

#include <string.h>

static TlRun *
make_run (TlWindow *window, const char *n_iterations)
{
  harness_type (window, "Iterations", n_iterations);
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  return tl_window_get_run (window);
}

static GtkSingleSelection *
get_selection (TlWindow *window)
{
  GtkWidget *list = harness_find (GTK_WIDGET (window), "Family");

  return GTK_SINGLE_SELECTION (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
}

static void
assert_row_is_selected (TlWindow *window)
{
  GtkTreeListRow *row = gtk_single_selection_get_selected_item (get_selection (window));
  g_autoptr (TlRun) run = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  g_assert_true (run == tl_window_get_run (window));
}

/* --- Rows ------------------------------------------------------------------------------------ */

static gboolean
is_held (gpointer window)
{
  g_autoptr (TlRun) run =
    g_list_model_get_item (tl_session_get_runs (tl_window_get_session (window)), 0);

  return run != NULL && tl_run_get_state (run) == TL_RUN_HELD;
}

/* A start that is forked is one of the family from then on. */
static void
test_fork_of_start (void)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (TlRun) start = NULL;

  harness_show_view (window, "explore");
  harness_type (window, "Explore seeds", "1");
  harness_type (window, "Hold at", "5");
  harness_press (window, "Explore");
  harness_wait (is_held, window);
  start = g_list_model_get_item (tl_session_get_runs (tl_window_get_session (window)), 0);
  harness_select_run (window, start);
  harness_show_view (window, "steer");
  harness_press (window, "Fork");
  g_assert_true (tl_run_get_parent (tl_window_get_run (window)) == start);
  assert_row_is_selected (window);
  harness_close_window (window);
}

static void
test_forebears_are_opened (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *parent = make_run (window, "4");
  g_autoptr (GtkTreeListRow) row = NULL;
  TlRun *child;

  harness_press (window, "Fork");
  child = tl_window_get_run (window);
  g_assert_true (child != parent);
  harness_select_run (window, parent);
  row = g_list_model_get_item (G_LIST_MODEL (get_selection (window)), 0);
  gtk_tree_list_row_set_expanded (row, FALSE);
  harness_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_selection (window))), ==, 1);
  harness_select_run (window, child);
  g_assert_true (gtk_tree_list_row_get_expanded (row));
  assert_row_is_selected (window);

  /* By hand they close nevertheless. */
  gtk_tree_list_row_set_expanded (row, FALSE);
  harness_settle ();
  g_assert_false (gtk_tree_list_row_get_expanded (row));
  harness_close_window (window);
}

/* --- The past -------------------------------------------------------------------------------- */

static gboolean
shows_past (gpointer window)
{
  return tl_steer_page_is_past (tl_window_get_page (window));
}

static void
go_back (TlWindow *window)
{
  g_autoptr (GVariant) first = g_variant_ref_sink (g_variant_new_int32 (G_MININT));

  g_assert_true (
    gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.go-checkpoint", first));
  harness_wait (shows_past, window);
  harness_settle ();
}

/* The past of one run is not that of the next. */
static void
test_past_of_another (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *first = make_run (window, "60");

  make_run (window, "60");
  go_back (window);
  harness_select_run (window, first);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.continue-from-here", NULL);
  harness_settle ();
  g_assert_cmpuint (harness_count_runs (window), ==, 2);
  harness_close_window (window);
}

/* A checkpoint that is dropped while it is looked at is none any more. */
static void
test_dropped_checkpoint (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run = make_run (window, "60");
  GListModel *checkpoints = tl_session_get_checkpoints (tl_window_get_session (window), run);

  go_back (window);
  g_list_store_remove (G_LIST_STORE (checkpoints), 0);
  harness_settle ();
  g_assert_false (shows_past (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.continue-from-here", NULL);
  harness_settle ();
  g_assert_cmpuint (harness_count_runs (window), ==, 1);
  harness_close_window (window);
}

/* --- Name and note --------------------------------------------------------------------------- */

/* They are for the run that they were opened for. */
static void
test_name_stays_with_its_run (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *first = make_run (window, "4");
  TlRun *second = make_run (window, "4");
  GtkWidget *entry, *popover;

  harness_activate (window, "win.name-run");
  harness_type (window, "Name of the run", "the second");
  entry = harness_find (GTK_WIDGET (window), "Name of the run");
  popover = gtk_widget_get_ancestor (entry, GTK_TYPE_POPOVER);
  harness_select_run (window, first);
  gtk_popover_popdown (GTK_POPOVER (popover));
  harness_settle ();
  g_assert_cmpstr (tl_run_get_name (second), ==, "the second");
  g_assert_null (tl_run_get_name (first));
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/family-selection-window/fork-of-start", test_fork_of_start);
  g_test_add_func ("/family-selection-window/forebears-are-opened", test_forebears_are_opened);
  g_test_add_func ("/family-selection-window/past-of-another", test_past_of_another);
  g_test_add_func ("/family-selection-window/dropped-checkpoint", test_dropped_checkpoint);
  g_test_add_func ("/family-selection-window/name-stays-with-its-run",
                   test_name_stays_with_its_run);
  return g_test_run ();
}
