/* test-family-window.c - the rows of the family are the runs that are there, whatever is done to
 * them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

#define N_ROUNDS 60
#define MAX_RUNS 8

static GListModel *
get_runs (TlWindow *window)
{
  return tl_session_get_runs (tl_window_get_session (window));
}

/* A list view keeps widgets that it may need again, which are not on screen. */
static guint
count_rows (TlWindow *window)
{
  GtkWidget *list = harness_find (GTK_WIDGET (window), "Family");
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (gtk_widget_get_mapped (row))
      n++;
  return n;
}

/* What came back by an undo may be more than the pane has room for. */
static gboolean
has_right_rows (gpointer window)
{
  guint n = g_list_model_get_n_items (get_runs (window));

  return n > MAX_RUNS || count_rows (window) == n;
}

/* Paused, or at its end before it could be. */
static gboolean
can_run (gpointer window)
{
  return harness_can_press (window, "Run");
}

static void
begin_run (TlWindow *window)
{
  const gboolean is_long = g_test_rand_bit ();

  if (harness_can_press (window, "Pause"))
    harness_press (window, "Pause");
  harness_wait (can_run, window);
  harness_type (window, "Iterations", is_long ? "100000" : "3");
  harness_press (window, "Run");
  if (is_long)
    harness_wait_iteration (window, 2);
}

static void
select_any (TlWindow *window)
{
  guint n = g_list_model_get_n_items (get_runs (window));
  g_autoptr (TlRun) run = NULL;

  if (n == 0)
    return;
  run = g_list_model_get_item (get_runs (window), (guint) g_test_rand_int_range (0, (gint) n));
  tl_session_set_selected (tl_window_get_session (window), run);
}

static void
do_something (TlWindow *window)
{
  guint n = g_list_model_get_n_items (get_runs (window));

  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      if (n < MAX_RUNS)
        begin_run (window);
      break;
    case 1:
      if (n < MAX_RUNS && harness_can_press (window, "Fork"))
        harness_press (window, "Fork");
      break;
    case 2:
    case 3:
      if (tl_window_get_run (window) != NULL)
        harness_activate (window, "win.delete");
      break;
    case 4:
      gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
      break;
    default:
      select_any (window);
    }
}

static void
test_rows (void)
{
  TlWindow *window = harness_open_window ();

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      do_something (window);
      harness_settle ();
      harness_wait (has_right_rows, window);
    }
  harness_close_window (window);
}

static gboolean
has_candidates (gpointer window)
{
  return g_list_model_get_n_items (get_runs (window)) == 2;
}

/* A candidate that was preferred is one of the family, until that is undone. */
static void
test_preferred (void)
{
  TlWindow *window = harness_open_window ();
  GVariant *view = g_variant_ref_sink (g_variant_new_string ("explore"));
  g_autoptr (TlRun) run = NULL;

  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", view);
  harness_settle ();
  harness_type (window, "Explore seeds", "2");
  harness_type (window, "Hold at", "5");
  harness_press (window, "Explore");
  harness_wait (has_candidates, window);
  g_assert_cmpuint (count_rows (window), ==, 0);

  run = g_list_model_get_item (get_runs (window), 1);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.prefer-run", "(xs)",
                                             tl_run_get_origin (run)->id, "It is best."));
  harness_settle ();
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_STARRED);
  g_assert_cmpstr (tl_run_get_note (run), ==, "It is best.");
  g_assert_cmpuint (count_rows (window), ==, 1);
  harness_activate (window, "win.undo");
  g_assert_cmpuint (count_rows (window), ==, 0);
  g_assert_null (tl_run_get_note (run));
  g_variant_unref (view);
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/family-window/rows", test_rows);
  g_test_add_func ("/family-window/preferred", test_preferred);
  return g_test_run ();
}
