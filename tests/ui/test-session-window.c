/* test-session-window.c - sessions and families, on a real window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/journal.h"
#include "tests/ui/harness.h"

#include <string.h>

static guint64
get_iteration (TlWindow *window)
{
  return tl_run_get_iteration (tl_window_get_run (window));
}

/* --- The family ------------------------------------------------------------------------------ */

/* A new Run takes nothing away: the one before it stays, paused. */
static void
test_runs_stay (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *first;

  harness_start_long_run (window);
  first = tl_window_get_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_press (window, "Run");
  harness_wait_iteration (window, 5);
  g_assert_true (tl_window_get_run (window) != first);
  g_assert_cmpuint (harness_count_runs (window), ==, 2);
  g_assert_cmpint (tl_run_get_state (first), ==, TL_RUN_PAUSED);

  /* Selecting it shows it, with its fields, and it goes on from where it was. */
  tl_session_set_selected (tl_window_get_session (window), first);
  harness_settle ();
  harness_press (window, "Continue");
  harness_wait_iteration (window, tl_run_get_iteration (first) + 3);
  harness_close_window (window);
}

static void
test_selecting_fills_fields (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *prompt = NULL;
  g_autofree char *seed = NULL;
  TlRun *first;

  harness_type (window, "Prompt 1", "a boat");
  harness_type (window, "Seed", "7");
  harness_type (window, "Iterations", "4");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  first = tl_window_get_run (window);
  harness_type (window, "Prompt 1", "a house");
  harness_type (window, "Seed", "8");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);

  tl_session_set_selected (tl_window_get_session (window), first);
  harness_settle ();
  prompt = harness_read (window, "Prompt 1");
  seed = harness_read (window, "Seed");
  g_assert_cmpstr (prompt, ==, "a boat");
  g_assert_cmpstr (seed, ==, "7");
  g_assert_false (harness_can_press (window, "Apply turn"));
  harness_close_window (window);
}

static gboolean
has_other_run (gpointer data)
{
  gpointer *pair = data;

  return tl_window_get_run (pair[0]) != pair[1];
}

static TlRun *
wait_for_other_run (TlWindow *window, TlRun *run)
{
  gpointer pair[] = { window, run };

  harness_wait (has_other_run, pair);
  return tl_window_get_run (window);
}

/* The fork of a run that is going leaves where it was paused for it, with what was changed. */
static void
test_fork (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *title = NULL;
  TlRun *parent, *child;

  harness_type (window, "Prompt 1", "a boat");
  harness_start_long_run (window);
  parent = tl_window_get_run (window);
  harness_type (window, "Prompt 1", "a boat | snow");
  harness_press (window, "Fork");
  child = wait_for_other_run (window, parent);
  harness_wait_iteration (window, tl_run_get_iteration (parent) + 3);

  g_assert_cmpint (tl_run_get_state (parent), ==, TL_RUN_PAUSED);
  g_assert_true (tl_run_get_parent (child) == parent);
  title = tl_run_dup_title (child);
  g_assert_nonnull (strstr (title, "“snow” added"));
  harness_close_window (window);
}

/* A seed that was typed: the same picture goes on, with that one's luck. */
static void
test_fork_with_other_seed (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *title = NULL;
  TlRun *parent, *child;

  harness_type (window, "Seed", "7");
  harness_start_long_run (window);
  parent = tl_window_get_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_type (window, "Seed", "99");
  harness_press (window, "Fork");
  child = wait_for_other_run (window, parent);
  harness_wait_iteration (window, tl_run_get_iteration (parent) + 3);

  g_assert_true (tl_run_get_origin (child)->continues_parent);
  g_assert_cmpuint (tl_start_get_values (tl_run_get_start (child))->seed, ==, 7);
  g_assert_cmpint (tl_steer_get_settings (tl_run_get_steer (child))->variation, ==, 99);
  title = tl_run_dup_title (child);
  g_assert_nonnull (strstr (title, "seed 99"));
  /* The fields are the child's own now, its luck with them. */
  g_assert_false (harness_can_press (window, "Apply turn"));
  harness_close_window (window);
}

/* Same start, other model: what was seen is where it begins; the latent stays behind. */
static void
test_fork_on_other_model (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *title = NULL;
  const TlStartValues *start;
  TlRun *parent, *child;

  harness_type (window, "Prompt 1", "a boat");
  harness_type (window, "Seed", "7");
  harness_start_long_run (window);
  parent = tl_window_get_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_use_model (window, "painter");
  harness_press (window, "Fork");
  child = wait_for_other_run (window, parent);
  harness_wait_iteration (window, 3);

  start = tl_start_get_values (tl_run_get_start (child));
  g_assert_true (tl_run_get_parent (child) == parent);
  g_assert_false (tl_run_get_origin (child)->continues_parent);
  g_assert_nonnull (start->image);
  g_assert_nonnull (tl_asset_get_bytes (start->image));
  g_assert_cmpuint (start->seed, ==, 7);
  g_assert_cmpuint (start->width, ==, tl_start_get_values (tl_run_get_start (parent))->width);
  g_assert_cmpstr (tl_run_get_maker (child)->vqgan.name, ==, "painter");
  g_assert_cmpstr (tl_run_get_maker (parent)->vqgan.name, ==, "gradient");
  title = tl_run_dup_title (child);
  g_assert_nonnull (strstr (title, "on painter"));
  harness_close_window (window);
}

/* Nothing was changed: it waits for that. */
static void
test_plain_fork_waits (void)
{
  TlWindow *window = harness_open_window ();
  const TlJournalEntry *entry;
  g_autofree char *words = NULL;
  TlRun *parent, *child;

  harness_start_long_run (window);
  parent = tl_window_get_run (window);
  harness_press (window, "Fork");
  child = wait_for_other_run (window, parent);
  harness_settle ();
  g_assert_cmpint (tl_run_get_state (child), ==, TL_RUN_NEW);
  g_assert_cmpuint (get_iteration (window), ==, tl_run_get_iteration (parent));

  harness_type (window, "Prompt 1", "snow");
  harness_press (window, "Apply turn");
  harness_press (window, "Continue");
  harness_wait_iteration (window, tl_run_get_iteration (parent) + 2);
  entry = tl_journal_find (tl_run_get_journal (child), tl_run_get_iteration (parent));
  g_assert_cmpuint (entry->iteration, ==, tl_run_get_iteration (parent));
  words = tl_prompt_print (tl_steer_get_prompt (entry->steer));
  g_assert_cmpstr (words, ==, "snow");
  harness_close_window (window);
}

/* Back to just before the turn; what the turn made stays. */
static void
test_undo_turn (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *words = NULL;
  TlRun *turned, *undone;

  harness_type (window, "Prompt 1", "a boat");
  harness_start_long_run (window);
  turned = tl_window_get_run (window);
  g_assert_false (harness_can_press (window, "Undo turn"));
  harness_type (window, "Prompt 1", "a house");
  harness_press (window, "Apply turn");
  harness_wait_iteration (window, get_iteration (window) + 5);
  g_assert_true (harness_can_press (window, "Undo turn"));

  harness_press (window, "Undo turn");
  undone = wait_for_other_run (window, turned);
  harness_wait_iteration (window, tl_run_get_origin (undone)->parent_iteration + 2);
  words = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (undone)));
  g_assert_cmpstr (words, ==, "a boat");
  g_assert_true (tl_run_get_parent (undone) == turned);
  g_free (g_steal_pointer (&words));
  words = harness_read (window, "Prompt 1");
  g_assert_cmpstr (words, ==, "a boat");
  harness_close_window (window);
}

static void
test_marks (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run;

  harness_start_long_run (window);
  run = tl_window_get_run (window);
  harness_press (window, "Star");
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_STARRED);
  harness_press (window, "Star");
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_NONE);
  harness_press (window, "Reject");
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_REJECTED);
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_activate (window, "win.unreject");
  g_assert_cmpint (tl_run_get_mark (run), ==, TL_MARK_NONE);
  harness_close_window (window);
}

static void
test_delete_is_undone (void)
{
  TlWindow *window = harness_open_window ();
  TlRun *run;

  harness_start_long_run (window);
  run = tl_window_get_run (window);
  harness_activate (window, "win.delete");
  g_assert_cmpuint (harness_count_runs (window), ==, 0);
  g_assert_null (tl_window_get_run (window));
  harness_press_label (window, "Undo");
  g_assert_cmpuint (harness_count_runs (window), ==, 1);
  g_assert_true (tl_window_get_run (window) == run);
  harness_close_window (window);
}

/* --- The past -------------------------------------------------------------------------------- */

static gboolean
shows_past (gpointer window)
{
  return tl_steer_page_is_past (tl_window_get_page (window));
}

static void
test_past (void)
{
  TlWindow *window = harness_open_window ();
  TlCanvas *canvas = tl_steer_page_get_canvas (tl_window_get_page (window));
  GVariant *back = g_variant_ref_sink (g_variant_new_int32 (-1));
  TlRun *run;
  guint64 past;

  harness_type (window, "Iterations", "60");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  run = tl_window_get_run (window);
  g_assert_true (
    gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.go-checkpoint", back));
  harness_wait (shows_past, window);
  past = tl_frame_get_iteration (tl_canvas_get_frame (canvas));
  g_assert_cmpuint (past, ==, 50);

  harness_press_label (window, "Back to Now");
  g_assert_false (tl_steer_page_is_past (tl_window_get_page (window)));
  g_assert_cmpuint (tl_frame_get_iteration (tl_canvas_get_frame (canvas)), ==, 60);

  g_assert_true (
    gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.go-checkpoint", back));
  harness_wait (shows_past, window);
  harness_press_label (window, "Continue From Here");
  g_assert_true (tl_window_get_run (window) != run);
  g_assert_cmpuint (tl_run_get_origin (tl_window_get_run (window))->parent_iteration, ==, 50);
  harness_wait_state (window, TL_RUN_FINISHED);
  g_variant_unref (back);
  harness_close_window (window);
}

static void
go_back (TlWindow *window)
{
  g_autoptr (GVariant) first = g_variant_ref_sink (g_variant_new_int32 (G_MININT));

  g_assert_true (
    gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.go-checkpoint", first));
  harness_wait (shows_past, window);
}

/* What is varied is what was on screen: a turn that came later has no part in it. */
static void
test_past_is_varied (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *words = NULL;
  TlRun *parent, *child, *sibling;

  harness_type (window, "Prompt 1", "a boat");
  harness_start_long_run (window);
  parent = tl_window_get_run (window);
  harness_wait_iteration (window, 30);
  harness_type (window, "Prompt 1", "a house");
  harness_press (window, "Apply turn");
  harness_wait_iteration (window, get_iteration (window) + 30);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);

  go_back (window);
  harness_activate (window, "win.reseed");
  child = wait_for_other_run (window, parent);
  g_assert_cmpuint (tl_run_get_origin (child)->parent_iteration, ==, 25);
  words = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (child)));
  g_assert_cmpstr (words, ==, "a boat");

  tl_session_set_selected (tl_window_get_session (window), parent);
  harness_settle ();
  go_back (window);
  harness_activate (window, "win.siblings");
  sibling = tl_session_find_run (tl_window_get_session (window), tl_run_get_origin (child)->id + 1);
  g_assert_true (tl_run_get_parent (sibling) == parent);
  g_assert_cmpuint (tl_run_get_origin (sibling)->parent_iteration, ==, 25);
  harness_close_window (window);
}

/* --- The file -------------------------------------------------------------------------------- */

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static gboolean
has_file_of (gpointer data)
{
  gpointer *pair = data;

  return g_strcmp0 (tl_session_get_path (tl_window_get_session (pair[0])), pair[1]) == 0;
}

static void
open_session (TlWindow *window, char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gpointer pair[] = { window, path };

  tl_window_open (window, file);
  /* Or a second file would take the place of this one. */
  g_assert_false (tl_window_is_fresh (window));
  harness_wait (has_file_of, pair);
  harness_settle ();
}

/* Nothing asks to be saved: a window that closes keeps what runs, and it is there again. */
static void
test_close_keeps (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  guint64 reached;

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  harness_start_long_run (window);
  path = g_strdup (tl_session_get_path (tl_window_get_session (window)));
  reached = get_iteration (window);
  harness_leave_window (window);
  harness_wait (is_gone, &window);

  window = harness_open_window ();
  open_session (window, path);
  g_assert_cmpuint (harness_count_runs (window), ==, 1);
  g_assert_cmpint (tl_run_get_state (tl_window_get_run (window)), ==, TL_RUN_PAUSED);
  g_assert_cmpuint (get_iteration (window), >=, reached);
  g_assert_null (tl_window_get_message (window));
  reached = get_iteration (window);
  harness_press (window, "Continue");
  harness_wait_iteration (window, reached + 3);
  harness_close_window (window);
}

static gboolean
is_let_go (gpointer window)
{
  return G_OBJECT (window)->ref_count == 1;
}

/* It may have gone before its copy is there. */
static void
test_gone_before_its_copy (void)
{
  TlWindow *window = g_object_ref (harness_open_window ());

  harness_start_long_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.duplicate", NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  harness_wait (is_let_go, window);
  g_object_unref (window);
}

static gboolean
names_models (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL
         && strstr (message, "was made with gradient and gradient; choose them under Model");
}

/* What is in the file goes on with its own models only, and so does a fork that waits. */
static void
test_other_model_is_refused (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  TlRun *parent, *child;
  guint64 reached;

  harness_start_long_run (window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  parent = tl_window_get_run (window);
  harness_press (window, "Fork");
  child = wait_for_other_run (window, parent);
  reached = tl_run_get_iteration (child);
  harness_use_model (window, "painter");
  harness_press (window, "Continue");
  harness_wait (names_models, window);
  g_assert_cmpint (tl_run_get_state (child), ==, TL_RUN_NEW);
  g_assert_cmpuint (tl_run_get_iteration (child), ==, reached);
  path = g_strdup (tl_session_get_path (tl_window_get_session (window)));
  harness_close_window (window);

  window = harness_open_window ();
  open_session (window, path);
  harness_use_model (window, "painter");
  reached = get_iteration (window);
  harness_press (window, "Continue");
  harness_wait (names_models, window);
  g_assert_cmpuint (get_iteration (window), ==, reached);
  g_assert_false (tl_run_is_active (tl_window_get_run (window)));
  harness_close_window (window);
}

static gboolean
may_run (gpointer window)
{
  return harness_can_press (window, "Run");
}

static gboolean
has_message (gpointer window)
{
  return tl_window_get_message (window) != NULL;
}

/* The second one may look, and take over; then it is the first one that may look. */
static void
test_two_windows (void)
{
  TlWindow *first = harness_open_window ();
  TlWindow *second = harness_open_window ();
  g_autofree char *path = NULL;

  harness_start_long_run (first);
  path = g_strdup (tl_session_get_path (tl_window_get_session (first)));
  open_session (second, path);
  g_assert_nonnull (tl_window_get_message (second));
  g_assert_false (harness_can_press (second, "Run"));
  g_assert_false (harness_can_press (second, "Fork"));
  harness_press (first, "Pause");
  harness_wait_state (first, TL_RUN_PAUSED);
  harness_press_label (second, "Take Over");
  harness_wait (may_run, second);
  harness_activate (first, "win.star");
  harness_wait (has_message, first);
  g_assert_false (harness_can_press (first, "Run"));
  harness_close_window (second);
  harness_close_window (first);
}

/* A copy that is made while a run goes is what a crash leaves. */
static void
test_interrupted (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  guint64 reached;

  harness_start_long_run (window);
  harness_wait_iteration (window, 30);
  path = harness_copy_session (window, "left-behind.tiller");
  harness_close_window (window);

  window = harness_open_window ();
  open_session (window, path);
  g_assert_true (g_str_has_prefix (tl_window_get_message (window),
                                   "Tiller closed while 1 run was going: seed "));
  reached = get_iteration (window);
  g_assert_cmpuint (reached, >=, 25);
  harness_press_label (window, "Continue It");
  harness_wait_iteration (window, reached + 3);
  harness_close_window (window);
}

static gboolean
says_same (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && strstr (message, "to the last bit") != NULL;
}

static void
test_verify (void)
{
  TlWindow *window = harness_open_window ();

  harness_type (window, "Iterations", "60");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  harness_activate (window, "win.verify");
  harness_wait (says_same, window);
  g_assert_cmpuint (harness_count_runs (window), ==, 1);
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/session-window/runs-stay", test_runs_stay);
  g_test_add_func ("/session-window/selecting-fills-fields", test_selecting_fills_fields);
  g_test_add_func ("/session-window/fork", test_fork);
  g_test_add_func ("/session-window/fork-with-other-seed", test_fork_with_other_seed);
  g_test_add_func ("/session-window/fork-on-other-model", test_fork_on_other_model);
  g_test_add_func ("/session-window/other-model-is-refused", test_other_model_is_refused);
  g_test_add_func ("/session-window/plain-fork-waits", test_plain_fork_waits);
  g_test_add_func ("/session-window/undo-turn", test_undo_turn);
  g_test_add_func ("/session-window/marks", test_marks);
  g_test_add_func ("/session-window/delete-is-undone", test_delete_is_undone);
  g_test_add_func ("/session-window/past", test_past);
  g_test_add_func ("/session-window/past-is-varied", test_past_is_varied);
  g_test_add_func ("/session-window/close-keeps", test_close_keeps);
  g_test_add_func ("/session-window/gone-before-its-copy", test_gone_before_its_copy);
  g_test_add_func ("/session-window/two-windows", test_two_windows);
  g_test_add_func ("/session-window/interrupted", test_interrupted);
  g_test_add_func ("/session-window/verify", test_verify);
  return g_test_run ();
}
