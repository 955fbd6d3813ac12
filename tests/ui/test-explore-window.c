/* test-explore-window.c - many starts, and comparing, on a real window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"
#include "ui/explore/explore-page.h"

#include <string.h>

/* --- Explore --------------------------------------------------------------------------------- */

static void
test_names (void)
{
  TlWindow *window = harness_open_window ();
  const char *const names[] = { "Family", "Fork", "Compare", "Star", "Reject", "Undo turn" };
  GVariant *view = g_variant_ref_sink (g_variant_new_string ("explore"));

  harness_start_long_run (window);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (harness_find (GTK_WIDGET (window), names[i]) == NULL)
      g_error ("there is no “%s”", names[i]);
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", view);
  harness_settle ();
  g_assert_nonnull (harness_find (GTK_WIDGET (window), "Explore"));
  g_assert_nonnull (harness_find (GTK_WIDGET (window), "Explore seeds"));
  g_assert_nonnull (harness_find (GTK_WIDGET (window), "Hold at"));
  g_variant_unref (view);
  harness_close_window (window);
}

static gboolean
is_held (gpointer data)
{
  GListModel *explorations = tl_session_get_explorations (tl_window_get_session (data));
  guint n = g_list_model_get_n_items (explorations);
  g_autoptr (TlExploration) last = n > 0 ? g_list_model_get_item (explorations, n - 1) : NULL;

  return last != NULL && tl_exploration_is_held (last);
}

static TlRun *
get_candidate (TlWindow *window, guint i)
{
  GListModel *explorations = tl_session_get_explorations (tl_window_get_session (window));
  g_autoptr (TlExploration) exploration = g_list_model_get_item (explorations, 0);
  g_autoptr (TlRun) run = g_list_model_get_item (G_LIST_MODEL (exploration), i);

  return run;
}

static TlWindow *
explore (const char *n_seeds, const char *hold)
{
  TlWindow *window = harness_open_window ();
  GVariant *view = g_variant_ref_sink (g_variant_new_string ("explore"));

  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", view);
  g_variant_unref (view);
  harness_settle ();
  harness_type (window, "Seed", "40");
  harness_type (window, "Explore seeds", n_seeds);
  harness_type (window, "Hold at", hold);
  harness_type (window, "Iterations", "500");
  harness_press (window, "Explore");
  return window;
}

/* Held, they wait; a star makes one of the family and lets it go on. */
static void
test_explore (void)
{
  TlWindow *window = explore ("3", "10");
  GtkWidget *grid = harness_find (GTK_WIDGET (window), "Candidates");
  TlRun *run;

  g_assert_nonnull (grid);
  harness_wait (is_held, window);
  harness_settle ();
  g_assert_cmpuint (harness_count_runs (window), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      run = get_candidate (window, i);
      g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_HELD);
      g_assert_cmpuint (tl_run_get_iteration (run), ==, 10);
      g_assert_cmpuint (tl_start_get_values (tl_run_get_start (run))->seed, ==, 40 + i);
    }
  g_assert_nonnull (harness_find_prefix (grid, "Seed 41, iteration 10, similarity 0."));

  run = get_candidate (window, 1);
  gtk_flow_box_select_child (
    GTK_FLOW_BOX (grid), GTK_FLOW_BOX_CHILD (harness_find_prefix (grid, "Seed 41, iteration 10")));
  harness_settle ();
  harness_activate (window, "win.star");
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_STARRED);
  harness_activate (window, "win.continue-starred");
  g_assert_true (tl_window_get_run (window) == run);
  harness_wait_iteration (window, 15);
  g_assert_cmpuint (tl_run_get_iteration (get_candidate (window, 0)), ==, 10);
  harness_close_window (window);
}

static gboolean
has_candidates (gpointer window)
{
  return g_list_model_get_n_items (tl_session_get_explorations (tl_window_get_session (window))) > 0
         && harness_find (window, "Candidates") != NULL;
}

static gboolean
says_how_far (gpointer window)
{
  g_autofree char *status = harness_read (window, "Status");

  return g_str_has_prefix (status, "3 starts · ") && strstr (status, " of 6") != NULL
         && strstr (status, " it/s · ") != NULL;
}

/* What more starts would take, as these show. */
static gboolean
says_how_long (gpointer window)
{
  return harness_find_prefix (window, "Takes ") != NULL;
}

static gboolean
says_ready (gpointer window)
{
  g_autofree char *status = harness_read (window, "Status");

  return g_str_has_prefix (status, "0/20000 · ready");
}

/* Where no run is selected the line of status is theirs, whatever is in view. */
static void
test_status (void)
{
  TlWindow *window = harness_open_window ();
  GVariant *views[] = { g_variant_ref_sink (g_variant_new_string ("explore")),
                        g_variant_ref_sink (g_variant_new_string ("steer")) };

  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", views[0]);
  harness_settle ();
  harness_type (window, "Iterations", "20000");
  harness_type (window, "Explore seeds", "3");
  harness_type (window, "Hold at", "20000");
  harness_press (window, "Explore");
  harness_wait (has_candidates, window);
  g_assert_null (tl_window_get_run (window));
  g_assert_false (says_how_long (window));
  harness_wait (says_how_far, window);
  harness_wait (says_how_long, window);
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", views[1]);
  harness_settle ();
  g_assert_true (says_how_far (window));

  for (guint i = 0; i < 3; i++)
    tl_session_delete_run (tl_window_get_session (window), get_candidate (window, 0));
  harness_wait (says_ready, window);
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", views[0]);
  harness_settle ();
  g_assert_true (says_how_long (window));
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    g_variant_unref (views[i]);
  harness_close_window (window);
}

static void
assert_order (TlWindow *window, const guint64 *seeds)
{
  GtkWidget *grid = harness_find (GTK_WIDGET (window), "Candidates");

  for (guint i = 0; i < 3; i++)
    {
      GtkWidget *child =
        GTK_WIDGET (gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (grid), (gint) i));
      g_autofree char *name = g_strdup_printf ("Seed %" G_GUINT64_FORMAT ",", seeds[i]);

      g_assert_true (harness_find_prefix (child, name) == child);
    }
}

static void
move (TlWindow *window, const char *name, gint by)
{
  GtkWidget *child = harness_find_prefix (harness_find (GTK_WIDGET (window), "Candidates"), name);

  gtk_widget_grab_focus (child);
  g_assert_true (gtk_widget_activate_action (child, "explore.move", "i", by));
  harness_settle ();
}

/* As the hand lets go of one candidate over another. */
static void
drop (TlWindow *window, const char *name, const char *on)
{
  GtkWidget *grid = harness_find (GTK_WIDGET (window), "Candidates");
  GtkWidget *dragged = harness_find_prefix (grid, name);
  g_autoptr (GListModel) controllers =
    gtk_widget_observe_controllers (harness_find_prefix (grid, on));
  GValue value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  g_value_init (&value, G_OBJECT_TYPE (dragged));
  g_value_set_object (&value, dragged);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &is_taken);
    }
  g_value_unset (&value);
  g_assert_true (is_taken);
  harness_settle ();
}

/* Laid out by hand, it stays so, in the file too. */
static void
test_order_by_hand (void)
{
  TlWindow *window = explore ("3", "10");
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  GVariant *view = g_variant_ref_sink (g_variant_new_string ("explore"));

  harness_wait (is_held, window);
  harness_settle ();
  assert_order (window, (guint64[]){ 40, 41, 42 });
  move (window, "Seed 42", -1);
  assert_order (window, (guint64[]){ 40, 42, 41 });
  move (window, "Seed 42", -1);
  move (window, "Seed 42", -1);
  assert_order (window, (guint64[]){ 42, 40, 41 });
  move (window, "Seed 40", 1);
  assert_order (window, (guint64[]){ 42, 41, 40 });
  drop (window, "Seed 40", "Seed 42");
  assert_order (window, (guint64[]){ 40, 42, 41 });
  path = g_strdup (tl_session_get_path (tl_window_get_session (window)));
  harness_close_window (window);

  window = harness_open_window ();
  file = g_file_new_for_path (path);
  tl_window_open (window, file);
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", view);
  harness_wait (has_candidates, window);
  harness_settle ();
  assert_order (window, (guint64[]){ 40, 42, 41 });
  g_variant_unref (view);
  harness_close_window (window);
}

/* (nullable): the label that says @text */
static GtkWidget *
find_label (GtkWidget *root, const char *text)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (root) && gtk_widget_get_mapped (root)
      && g_str_equal (gtk_label_get_label (GTK_LABEL (root)), text))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_label (child, text);
  return found;
}

/* What the menu says of the order by judge: (nullable): it may be chosen */
static const char *
read_reason (TlWindow *window)
{
  GtkWidget *sort = harness_find (GTK_WIDGET (window), "Sort by");
  GtkWidget *popover, *label;
  const char *reason = NULL;

  popover = gtk_widget_get_last_child (sort);
  g_assert_true (GTK_IS_POPOVER (popover));
  gtk_popover_popup (GTK_POPOVER (popover));
  harness_settle ();
  label = find_label (popover, "By judge");
  g_assert_nonnull (label);
  if (!gtk_widget_is_sensitive (label))
    reason = gtk_widget_get_tooltip_text (gtk_widget_get_parent (label));
  gtk_popover_popdown (GTK_POPOVER (popover));
  harness_settle ();
  return reason;
}

static gboolean
are_judged (gpointer data)
{
  GListModel *runs = tl_session_get_runs (tl_window_get_session (data));
  guint64 iteration = 0;

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (runs, i);

      tl_run_get_score (run, "second.pt:0", &iteration);
      if (tl_run_get_state (run) != TL_RUN_HELD || iteration != 6)
        return FALSE;
    }
  return TRUE;
}

/* Those that hold already are judged at once, those to come when they hold. */
static void
test_judge (void)
{
  TlWindow *window = explore ("3", "6");
  g_autoptr (TlJudges) judges = tl_judges_new (), later = tl_judges_new ();
  GtkWidget *grid = harness_find (GTK_WIDGET (window), "Candidates");
  GtkDropDown *sort = GTK_DROP_DOWN (harness_find (GTK_WIDGET (window), "Sort by"));
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  tl_window_set_judges (window, judges);
  harness_wait (is_held, window);
  g_assert_nonnull (strstr (read_reason (window), "no second CLIP"));
  tl_judges_set_clips (judges, (const char *const[]){ "second.pt", NULL });
  g_assert_nonnull (strstr (read_reason (window), "Nobody judges"));
  tl_judges_set (judges, "second.pt", NULL, TRUE);
  g_assert_nonnull (strstr (read_reason (window), "on its way"));

  harness_use_judge (window, judges, "second.pt");
  harness_wait (are_judged, window);
  g_assert_null (read_reason (window));
  harness_settle ();
  g_assert_nonnull (harness_find_prefix (grid, "Seed 41, iteration 6, similarity 0."));
  g_assert_nonnull (find_label (grid, "0.70"));
  gtk_drop_down_set_selected (sort, 2);
  harness_settle ();
  assert_order (window, (guint64[]){ 41, 42, 40 });

  harness_activate (window, "win.more-seeds");
  g_assert_cmpuint (harness_count_runs (window), ==, 3 + 12);
  harness_wait (are_judged, window);
  path = g_strdup (tl_session_get_path (tl_window_get_session (window)));
  harness_use_judge (window, judges, NULL);
  g_assert_cmpuint (gtk_drop_down_get_selected (sort), ==, 1);
  g_assert_null (find_label (grid, "0.70"));
  harness_close_window (window);

  /* They are facts of the session. */
  window = harness_open_window ();
  tl_window_set_judges (window, later);
  file = g_file_new_for_path (path);
  tl_window_open (window, file);
  harness_wait (has_candidates, window);
  g_assert_true (are_judged (window));
  harness_close_window (window);
}

static void
test_judge_that_fails (void)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (TlJudges) judges = tl_judges_new ();
  GVariant *view = g_variant_ref_sink (g_variant_new_string ("explore"));

  tl_window_set_judges (window, judges);
  harness_use_judge (window, judges, "second.pt");
  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", view);
  g_variant_unref (view);
  harness_settle ();
  harness_type (window, "Seed", "13");
  harness_type (window, "Explore seeds", "2");
  harness_type (window, "Hold at", "6");
  harness_press (window, "Explore");
  harness_wait (is_held, window);
  harness_settle ();
  g_assert_cmpstr (tl_window_get_message (window), ==, "The judge has left.");
  harness_close_window (window);
}

/* A rejected candidate takes no more slices; taken back, it goes on to the hold. */
static void
test_reject (void)
{
  TlWindow *window = explore ("2", "400");
  GtkWidget *grid = harness_find (GTK_WIDGET (window), "Candidates");
  TlRun *run = get_candidate (window, 0);
  guint64 rejected_at;

  gtk_flow_box_select_child (GTK_FLOW_BOX (grid),
                             GTK_FLOW_BOX_CHILD (harness_find_prefix (grid, "Seed 40")));
  harness_settle ();
  harness_activate (window, "win.reject");
  harness_wait (is_held, window);
  rejected_at = tl_run_get_iteration (run);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_PAUSED);
  g_assert_cmpuint (rejected_at, <, 400);

  harness_activate (window, "win.unreject");
  harness_wait (is_held, window);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 400);
  harness_close_window (window);
}

static gboolean
has_exported (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && g_str_has_prefix (message, "Exported “");
}

static void
test_contact_sheet (void)
{
  TlWindow *window = explore ("2", "4");

  harness_wait (is_held, window);
  harness_activate (window, "win.contact-sheet");
  harness_wait (has_exported, window);
  g_assert_nonnull (strstr (tl_window_get_message (window), "-sheet"));
  harness_close_window (window);
}

/* As they are shown, which is what the sheet is made of. */
static void
test_all_are_in_order (void)
{
  TlWindow *window = explore ("3", "10");
  GtkWidget *page = gtk_widget_get_ancestor (harness_find (GTK_WIDGET (window), "Candidates"),
                                             TL_TYPE_EXPLORE_PAGE);
  g_autoptr (GPtrArray) runs = NULL;

  harness_wait (is_held, window);
  harness_settle ();
  move (window, "Seed 42", -1);
  runs = tl_explore_page_dup_all (TL_EXPLORE_PAGE (page));
  g_assert_cmpuint (runs->len, ==, 3);
  g_assert_true (g_ptr_array_index (runs, 0) == get_candidate (window, 0));
  g_assert_true (g_ptr_array_index (runs, 1) == get_candidate (window, 2));
  g_assert_true (g_ptr_array_index (runs, 2) == get_candidate (window, 1));
  harness_close_window (window);
}

/* A notification leads to its run: to the starts while it is one of them. */
static void
test_show_run (void)
{
  TlWindow *window = explore ("2", "10");
  TlRun *run = get_candidate (window, 1);

  harness_wait (is_held, window);
  harness_settle ();
  harness_press (window, "Steer");
  tl_window_show_run (window, tl_run_get_origin (run)->id);
  harness_settle ();
  g_assert_true (tl_window_get_run (window) == run);
  g_assert_nonnull (harness_find (GTK_WIDGET (window), "Candidates"));
  g_assert_true (gtk_flow_box_child_is_selected (
    GTK_FLOW_BOX_CHILD (harness_find_prefix (GTK_WIDGET (window), "Seed 41"))));

  harness_activate (window, "win.star");
  harness_activate (window, "win.continue-starred");
  harness_wait_iteration (window, 12);
  tl_session_set_selected (tl_window_get_session (window), get_candidate (window, 0));
  harness_settle ();
  tl_window_show_run (window, tl_run_get_origin (run)->id);
  harness_settle ();
  g_assert_true (tl_window_get_run (window) == run);
  g_assert_nonnull (harness_find (GTK_WIDGET (window), "Picture"));

  /* One that is gone leads nowhere. */
  tl_window_show_run (window, 1000);
  g_assert_true (tl_window_get_run (window) == run);
  harness_close_window (window);
}

static GtkWidget *
get_cell (TlWindow *window, gint index)
{
  return GTK_WIDGET (gtk_flow_box_get_child_at_index (
    GTK_FLOW_BOX (harness_find (GTK_WIDGET (window), "Candidates")), index));
}

static void
test_siblings_by_hand (void)
{
  TlWindow *window = harness_open_window ();
  GtkWidget *first, *second;

  harness_type (window, "Iterations", "30");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  harness_activate (window, "win.siblings");
  first = get_cell (window, 0);
  second = get_cell (window, 1);
  gtk_widget_grab_focus (second);
  g_assert_true (gtk_widget_activate_action (second, "explore.move", "i", -1));
  harness_settle ();
  g_assert_true (get_cell (window, 0) == second);
  g_assert_true (get_cell (window, 1) == first);
  harness_close_window (window);
}

static void
test_siblings (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run;

  harness_type (window, "Iterations", "30");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  run = tl_window_get_run (window);
  harness_activate (window, "win.siblings");
  g_assert_cmpuint (g_list_model_get_n_items (tl_run_get_children (run)), ==, 6);
  g_assert_nonnull (harness_find (GTK_WIDGET (window), "Candidates"));
  harness_close_window (window);
}

/* --- Compare --------------------------------------------------------------------------------- */

/* What nobody took to is not what a run is compared with. */
static void
test_compares_with_what_was_picked (void)
{
  TlWindow *window = explore ("3", "2");

  harness_wait (is_held, window);
  tl_run_set_mark (get_candidate (window, 0), TL_MARK_STARRED);
  harness_show_view (window, "steer");
  harness_type (window, "Iterations", "4");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  harness_show_view (window, "compare");
  harness_press_label (window, "Prefer A");
  g_assert_nonnull (tl_run_get_note (get_candidate (window, 0)));
  harness_close_window (window);
}

static void
test_compare (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *differs = NULL;
  TlRun *first, *second;

  harness_type (window, "Prompt 1", "a boat");
  harness_type (window, "Seed", "7");
  harness_type (window, "Iterations", "4");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  first = tl_window_get_run (window);
  harness_type (window, "Prompt 1", "a boat | snow");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  second = tl_window_get_run (window);
  g_assert_true (first != second);

  harness_press (window, "Compare");
  g_assert_nonnull (harness_find (GTK_WIDGET (window), "Comparison"));
  differs = harness_read (window, "What differs");
  g_assert_cmpstr (differs, ==, "“snow” added");
  harness_press_label (window, "Prefer B");
  g_assert_cmpint (tl_run_get_mark (second), ==, TL_MARK_STARRED);
  g_assert_nonnull (strstr (tl_run_get_note (second), "seed 7 at 4"));
  harness_activate (window, "win.undo");
  g_assert_cmpint (tl_run_get_mark (second), ==, TL_MARK_NONE);
  g_assert_null (tl_run_get_note (second));

  /* What somebody wrote stays. */
  tl_run_set_note (second, "more snow\non the roof");
  harness_press_label (window, "Prefer B");
  g_assert_nonnull (strstr (tl_run_get_note (second), "roof\nPreferred to"));
  harness_activate (window, "win.undo");
  g_assert_cmpstr (tl_run_get_note (second), ==, "more snow\non the roof");
  harness_press_label (window, "Fork A");
  g_assert_true (tl_run_get_parent (tl_window_get_run (window)) == first);
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/explore-window/names", test_names);
  g_test_add_func ("/explore-window/explore", test_explore);
  g_test_add_func ("/explore-window/status", test_status);
  g_test_add_func ("/explore-window/order-by-hand", test_order_by_hand);
  g_test_add_func ("/explore-window/judge", test_judge);
  g_test_add_func ("/explore-window/judge-that-fails", test_judge_that_fails);
  g_test_add_func ("/explore-window/reject", test_reject);
  g_test_add_func ("/explore-window/contact-sheet", test_contact_sheet);
  g_test_add_func ("/explore-window/all-are-in-order", test_all_are_in_order);
  g_test_add_func ("/explore-window/show-run", test_show_run);
  g_test_add_func ("/explore-window/siblings", test_siblings);
  g_test_add_func ("/explore-window/siblings-by-hand", test_siblings_by_hand);
  g_test_add_func ("/explore-window/compare", test_compare);
  g_test_add_func ("/explore-window/compares-with-picked", test_compares_with_what_was_picked);
  return g_test_run ();
}
