/* test-fields-window.c - what stands in the fields is what is asked for, and stays
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/paths.h"
#include "tests/ui/harness.h"

#include <string.h>

static void
assert_reads (TlWindow *window, const char *name, const char *expected)
{
  g_autofree char *text = harness_read (window, name);

  g_assert_cmpstr (text, ==, expected);
}

/* One text for all rows is the rows, whoever changes them. */
static void
test_text_follows (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *first;

  harness_type (window, "Prompt 1", "a cat");
  harness_start_long_run (window);
  first = tl_window_get_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_press (window, "As text");
  harness_type (window, "Prompt as text", "a dog | a boat:-1 | ");
  assert_reads (window, "Prompt as text", "a dog | a boat:-1 | "); /* as it is typed */
  harness_press (window, "Run");
  harness_wait_iteration (window, 2);
  g_assert_true (tl_window_get_run (window) != first);

  tl_session_set_selected (tl_window_get_session (window), first);
  harness_settle ();
  assert_reads (window, "Prompt as text", "a cat");
  harness_press (window, "As text");
  assert_reads (window, "Prompt 1", "a cat");
  harness_close_window (window);
}

/* Models that are on their way, and those that were there and stay when they do not come. */
static void
test_loading_changes_nothing (void)
{
  TlWindow *window = harness_open_window ();
  TlBackend *backend = g_object_get_data (G_OBJECT (window), "backend");

  harness_press (window, "Fine control");
  harness_type (window, "Iterations for large forms", "7");
  tl_window_set_backend (window, backend, TRUE);
  harness_settle ();
  assert_reads (window, "Iterations for large forms", "7");
  tl_window_set_backend (window, backend, FALSE);
  harness_settle ();
  assert_reads (window, "Iterations for large forms", "7");
  harness_close_window (window);
}

/* What is said of many starts every second does not take a number away that is being written. */
static void
test_half_a_number_stays (void)
{
  TlWindow *window = harness_open_window ();

  harness_show_view (window, "explore");
  gtk_editable_set_text (GTK_EDITABLE (harness_find (GTK_WIDGET (window), "Width")), "2");
  harness_linger (2500);
  assert_reads (window, "Width", "2");
  harness_close_window (window);
}

static gboolean
has_both (gpointer data)
{
  g_autofree char *path = tl_path_user_data ("prompts.txt");
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, "said here\n") != NULL
         && strstr (text, "said there\n") != NULL;
}

static void
test_windows_share_a_history (void)
{
  TlWindow *here = harness_open_window (), *there = harness_open_window ();

  harness_type (here, "Prompt 1", "said here");
  harness_start_long_run (here);
  harness_type (there, "Prompt 1", "said there");
  harness_start_long_run (there);
  harness_wait (has_both, NULL);
  harness_close_window (here);
  harness_close_window (there);
}

/* --- Pictures -------------------------------------------------------------------------------- */

static TlRun *
add_run (TlWindow *window, const char *text, TlAsset *asset, TlAsset *start_image, gdouble hold)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);
  g_autoptr (GPtrArray) assets = g_ptr_array_new ();
  TlStartValues values = { .seed = 1, .width = 64, .height = 64, .image = start_image };
  g_autoptr (TlStart) start = tl_start_new (&values);
  g_autoptr (TlSteer) steer = NULL;
  TlSettings settings;

  tl_settings_init (&settings);
  if (asset != NULL)
    g_ptr_array_add (assets, asset);
  settings.init_weight = hold;
  steer = tl_steer_new (prompt, &settings, assets);
  return tl_session_add_run (tl_window_get_session (window), start, steer, NULL);
}

static TlAsset *
make_asset (const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));

  return tl_asset_new ("pasted.png", bytes);
}

/* Pictures of two runs may have one name: each run is steered by its own. */
static void
test_pictures_of_one_name (void)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (TlAsset) first_asset = make_asset ("1"), second_asset = make_asset ("2");
  TlRun *first = add_run (window, "<image:pasted.png>", first_asset, NULL, 0);
  TlRun *second = add_run (window, "<image:pasted.png>", second_asset, NULL, 0);
  GPtrArray *assets;

  harness_select_run (window, second);
  harness_select_run (window, first);
  g_assert_false (harness_can_press (window, "Apply turn"));
  harness_press (window, "Run");
  assets = tl_steer_get_assets (tl_run_get_steer (tl_window_get_run (window)));
  g_assert_cmpuint (assets->len, ==, 1);
  g_assert_cmpstr (tl_asset_get_sha256 (g_ptr_array_index (assets, 0)), ==,
                   tl_asset_get_sha256 (first_asset));
  harness_close_window (window);
}

/* A recipe may know its pictures by name and hash only. */
static void
test_absent_pictures (void)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (TlAsset) asset = make_asset ("1");
  g_autoptr (TlAsset) absent = tl_asset_new_absent ("a.png", tl_asset_get_sha256 (asset));

  harness_select_run (window, add_run (window, "a cat", NULL, asset, 0));
  g_assert_null (harness_find_prefix (GTK_WIDGET (window), "This picture is not"));
  harness_select_run (window, add_run (window, "<image:a.png>", absent, absent, 0));
  g_assert_nonnull (harness_find_prefix (GTK_WIDGET (window), "This picture is not"));
  g_assert_nonnull (harness_find_prefix (GTK_WIDGET (window), "There is no picture “a.png”"));
  g_assert_false (harness_can_press (window, "Apply turn"));
  harness_close_window (window);
}

/* What a run is steered by is what its fields say, also where no picture is stayed close to. */
static void
test_settings_survive_the_fields (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run = add_run (window, "a cat", NULL, NULL, 0.125);

  harness_select_run (window, run);
  g_assert_false (harness_can_press (window, "Apply turn"));
  assert_reads (window, "Stay close to the start", "0.125");
  gtk_spin_button_update (
    GTK_SPIN_BUTTON (harness_find (GTK_WIDGET (window), "Stay close to the start")));
  harness_settle ();
  g_assert_false (harness_can_press (window, "Apply turn"));
  harness_close_window (window);
}

/* --- What is being typed --------------------------------------------------------------------- */

static gboolean
press_key (GtkWidget *widget, guint keyval, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean is_taken = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !is_taken; i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &is_taken);
    }
  harness_settle ();
  return is_taken;
}

/* A weight is that of the row; what was typed into it is all there. */
static void
test_weight_keeps_clauses (void)
{
  TlWindow *window = harness_open_window ();
  GtkWidget *row;
  gboolean is_taken;

  harness_type (window, "Prompt 1", "a red car | blurry");
  row =
    gtk_widget_get_ancestor (harness_find (GTK_WIDGET (window), "Prompt 1"), GTK_TYPE_LIST_BOX_ROW);
  g_assert_true (press_key (row, GDK_KEY_Down, GDK_CONTROL_MASK));
  assert_reads (window, "Prompt 1", "a red car");
  assert_reads (window, "Weight 1", "0.90");
  assert_reads (window, "Prompt 2", "blurry");

  harness_type (window, "Prompt 2", "dark | rain");
  g_signal_emit_by_name (harness_find (GTK_WIDGET (window), "Weight 2, slider"), "change-value",
                         GTK_SCROLL_JUMP, -0.5, &is_taken);
  harness_settle ();
  assert_reads (window, "Prompt 2", "dark");
  assert_reads (window, "Weight 2", "-0.50");
  assert_reads (window, "Prompt 3", "rain");
  harness_close_window (window);
}

static const TlSettings *
get_settings (TlRun *run)
{
  return tl_steer_get_settings (tl_run_get_steer (run));
}

static gdouble
get_weight (TlRun *run)
{
  TlPrompt *prompt = tl_steer_get_prompt (tl_run_get_steer (run));

  return tl_prompt_get_segment (prompt, 0)->clauses[0].weight;
}

static gboolean
is_shorter (gpointer run)
{
  return get_settings (run)->n_iterations == 90000;
}

static gboolean
is_lighter (gpointer run)
{
  return get_weight (run) == 0.75;
}

/* Ctrl+Return takes a number as it stands in the field, also where nothing else has changed. */
static void
test_number_in_hand_counts (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run;

  harness_half_type (window, "Iterations", "100000");
  harness_activate (window, "win.apply-or-run");
  run = tl_window_get_run (window);
  g_assert_cmpint (get_settings (run)->n_iterations, ==, 100000);
  harness_wait_iteration (window, 2);

  harness_half_type (window, "Iterations", "90000");
  harness_activate (window, "win.apply-or-run");
  harness_wait (is_shorter, run);
  harness_half_type (window, "Weight 1", "0.75");
  harness_activate (window, "win.apply-or-run");
  harness_wait (is_lighter, run);
  harness_activate (window, "win.apply-or-run");
  g_assert_true (tl_window_get_run (window) == run);
  harness_close_window (window);
}

/* So does Ctrl+Shift+Return. */
static void
test_number_of_starts_in_hand (void)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (GListModel) exploration = NULL;

  harness_show_view (window, "explore");
  harness_type (window, "Hold at", "5");
  harness_half_type (window, "Explore seeds", "3");
  harness_activate (window, "win.explore");
  exploration =
    g_list_model_get_item (tl_session_get_explorations (tl_window_get_session (window)), 0);
  g_assert_cmpuint (g_list_model_get_n_items (exploration), ==, 3);
  harness_close_window (window);
}

static gboolean
is_held (gpointer window)
{
  g_autoptr (TlExploration) first =
    g_list_model_get_item (tl_session_get_explorations (tl_window_get_session (window)), 0);

  return first != NULL && tl_exploration_is_held (first);
}

static void
explore_two (TlWindow *window)
{
  harness_show_view (window, "explore");
  harness_type (window, "Explore seeds", "2");
  harness_type (window, "Hold at", "5");
  harness_press (window, "Explore");
  harness_wait (is_held, window);
  harness_settle ();
}

static void
select_candidate (TlWindow *window, gint i)
{
  GtkFlowBox *grid = GTK_FLOW_BOX (harness_find (GTK_WIDGET (window), "Candidates"));

  gtk_flow_box_unselect_all (grid);
  gtk_flow_box_select_child (grid, gtk_flow_box_get_child_at_index (grid, i));
  harness_settle ();
}

/* Words for the next starts are not lost by looking at one of these, with no run before them. */
static void
test_next_words_stay (void)
{
  TlWindow *window = harness_open_window ();

  harness_type (window, "Prompt 1", "first words");
  explore_two (window);
  g_assert_null (tl_window_get_run (window));
  harness_type (window, "Prompt 1", "next words");
  select_candidate (window, 0);
  g_assert_nonnull (tl_window_get_run (window));
  assert_reads (window, "Prompt 1", "next words");
  select_candidate (window, 1);
  assert_reads (window, "Prompt 1", "next words");
  harness_close_window (window);
}

/* What nobody has written since they began follows the candidate that is looked at. */
static void
test_fields_follow_candidates (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run;
  g_autofree char *seed = NULL;

  harness_type (window, "Prompt 1", "first words");
  explore_two (window);
  select_candidate (window, 1);
  run = tl_window_get_run (window);
  seed = g_strdup_printf ("%" G_GUINT64_FORMAT, tl_start_get_values (tl_run_get_start (run))->seed);
  assert_reads (window, "Seed", seed);
  harness_close_window (window);
}

/* The seed that an exploration drew is no wish for other luck. */
static void
test_explored_seed_is_no_wish (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *parent, *fork;

  harness_start_long_run (window);
  parent = tl_window_get_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  explore_two (window);
  harness_show_view (window, "steer");
  g_assert_true (tl_window_get_run (window) == parent);
  harness_activate (window, "win.fork");
  fork = tl_window_get_run (window);
  g_assert_true (fork != parent);
  g_assert_cmpint (get_settings (fork)->variation, ==, 0);
  g_assert_false (tl_run_is_active (fork));

  harness_type (window, "Seed", "77");
  harness_activate (window, "win.fork");
  g_assert_true (tl_window_get_run (window) != fork);
  fork = tl_window_get_run (window);
  g_assert_cmpint (get_settings (fork)->variation, ==, 77);
  harness_close_window (window);
}

int
main (int argc, char **argv)
{
  harness_init (&argc, &argv);
  g_test_add_func ("/window/fields/text-follows", test_text_follows);
  g_test_add_func ("/window/fields/loading-changes-nothing", test_loading_changes_nothing);
  g_test_add_func ("/window/fields/half-a-number-stays", test_half_a_number_stays);
  g_test_add_func ("/window/fields/windows-share-a-history", test_windows_share_a_history);
  g_test_add_func ("/window/fields/pictures-of-one-name", test_pictures_of_one_name);
  g_test_add_func ("/window/fields/absent-pictures", test_absent_pictures);
  g_test_add_func ("/window/fields/settings-survive", test_settings_survive_the_fields);
  g_test_add_func ("/window/fields/weight-keeps-clauses", test_weight_keeps_clauses);
  g_test_add_func ("/window/fields/number-in-hand-counts", test_number_in_hand_counts);
  g_test_add_func ("/window/fields/number-of-starts-in-hand", test_number_of_starts_in_hand);
  g_test_add_func ("/window/fields/next-words-stay", test_next_words_stay);
  g_test_add_func ("/window/fields/follow-candidates", test_fields_follow_candidates);
  g_test_add_func ("/window/fields/explored-seed-is-no-wish", test_explored_seed_is_no_wish);
  return g_test_run ();
}
