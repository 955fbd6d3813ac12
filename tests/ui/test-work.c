/* test-work.c - runs that engines forget, and that go on as if they had not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

#include "ui/work.h"

#include <string.h>

typedef struct
{
  TlSession *session;
  TlWork *work;
  GString *said; /* of what failed */
} Desk;

static void
failed_cb (TlWork *work, const char *message, GString *said)
{
  g_string_append (said, message);
}

static void
sit_down (Desk *self, TlSession *session)
{
  g_autoptr (TlBackend) backend = harness_make_backend (NULL);

  self->session = session;
  self->work = tl_work_new (session);
  self->said = g_string_new (NULL);
  g_signal_connect (self->work, "failed", G_CALLBACK (failed_cb), self->said);
  tl_work_set_backend (self->work, backend, FALSE);
}

static void
set_up (Desk *self, gconstpointer data)
{
  g_autofree char *folder = tl_session_dup_default_folder ();

  sit_down (self, tl_session_new (folder));
}

/* As a window does. */
static void
tear_down (Desk *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  tl_session_close (self->session, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (self->work);
  g_object_unref (self->session);
  g_string_free (self->said, TRUE);
}

/* (transfer full) */
static TlSteer *
make_steer (gint64 n_iterations)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("a red tractor");
  TlSettings settings;

  tl_settings_init (&settings);
  settings.n_iterations = n_iterations;
  return tl_steer_new (prompt, &settings, NULL);
}

static TlRun *
add (Desk *self, gint64 n_iterations)
{
  g_autoptr (TlStart) start =
    tl_start_new (&(TlStartValues){ .seed = 7, .width = 64, .height = 64 });
  g_autoptr (TlSteer) steer = make_steer (n_iterations);

  return tl_session_add_run (self->session, start, steer, NULL);
}

static TlRun *
begin (Desk *self, gint64 n_iterations)
{
  TlRun *run = add (self, n_iterations);

  tl_work_begin (self->work, run, NULL);
  return run;
}

/* --- waiting ---------------------------------------------------------------------------------- */

typedef struct
{
  Desk *desk;
  TlRun *run;
  TlRunState state;
  guint64 iteration;
} Goal;

static gboolean
has_state (gpointer data)
{
  const Goal *goal = data;

  return tl_run_get_state (goal->run) == goal->state;
}

static void
wait_state (TlRun *run, TlRunState state)
{
  harness_wait (has_state, &(Goal){ .run = run, .state = state });
}

static gboolean
has_come_to (gpointer data)
{
  const Goal *goal = data;

  return tl_run_get_iteration (goal->run) >= goal->iteration;
}

static void
wait_iteration (TlRun *run, guint64 iteration)
{
  harness_wait (has_come_to, &(Goal){ .run = run, .iteration = iteration });
}

static gboolean
is_forgotten (gpointer data)
{
  const Goal *goal = data;

  return tl_work_find_backend (goal->desk->work, goal->run) == NULL;
}

static void
wait_forgotten (Desk *self, TlRun *run)
{
  harness_wait (is_forgotten, &(Goal){ .desk = self, .run = run });
}

static void
pause_at_once (Desk *self, TlRun *run)
{
  tl_work_pause (self->work, run);
  wait_state (run, TL_RUN_PAUSED);
}

typedef struct
{
  gboolean is_done;
  GBytes *state;
  guint64 found;
} Answer;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->state =
    tl_session_load_state_finish (TL_SESSION (source), result, &answer->found, NULL, NULL);
  answer->is_done = TRUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Answer *) data)->is_done;
}

/* (transfer full): where it stands */
static GBytes *
load (TlSession *session, TlRun *run)
{
  Answer answer = { FALSE };

  tl_session_load_state_async (session, run, tl_run_get_iteration (run), NULL, loaded_cb, &answer);
  harness_wait (is_done, &answer);
  g_assert_cmpuint (answer.found, ==, tl_run_get_iteration (run));
  return answer.state;
}

/* To the bit what comes of it without any interruption. */
static void
assert_undisturbed (Desk *self, TlRun *run)
{
  TlRun *other = begin (self, (gint64) tl_run_get_iteration (run));
  g_autoptr (GBytes) state = load (self->session, run), expected = NULL;

  wait_state (other, TL_RUN_FINISHED);
  expected = load (self->session, other);
  g_assert_true (g_bytes_equal (state, expected));
}

/* --- tests ------------------------------------------------------------------------------------ */

static void
what_has_ended_is_forgotten_and_goes_on (Desk *self, gconstpointer data)
{
  g_autoptr (TlSteer) longer = make_steer (60);
  TlRun *run = begin (self, 30);

  wait_state (run, TL_RUN_FINISHED);
  wait_forgotten (self, run);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_FINISHED);
  /* That the plan grows is enough, as it is for the engine. */
  tl_work_steer (self->work, run, longer, TL_TURN_GENTLE);
  g_assert_true (tl_work_is_active (self->work));
  wait_state (run, TL_RUN_RUNNING);
  wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 60);
  assert_undisturbed (self, run);

  run = begin (self, 60);
  wait_iteration (run, 10);
  tl_work_stop (self->work, run);
  wait_state (run, TL_RUN_STOPPED);
  wait_forgotten (self, run);
  tl_work_continue (self->work, run);
  wait_state (run, TL_RUN_FINISHED);
  assert_undisturbed (self, run);
}

/* Paused, it stays at hand. */
static void
what_was_rejected_or_deleted_is_forgotten (Desk *self, gconstpointer data)
{
  TlRun *run = begin (self, 60);

  wait_iteration (run, 10);
  pause_at_once (self, run);
  harness_settle ();
  g_assert_nonnull (tl_work_find_backend (self->work, run));
  tl_run_set_mark (run, TL_MARK_REJECTED);
  tl_work_pause (self->work, run);
  wait_forgotten (self, run);
  tl_run_set_mark (run, TL_MARK_NONE);
  tl_work_continue (self->work, run);
  wait_state (run, TL_RUN_RUNNING);

  tl_work_pause (self->work, run);
  tl_session_delete_run (self->session, run);
  wait_forgotten (self, run);
  tl_session_undelete_run (self->session, run);
  tl_work_continue (self->work, run);
  wait_state (run, TL_RUN_FINISHED);
  assert_undisturbed (self, run);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* They are as large as the machine's memory allows. */
static void
models_of_before_go_when_nothing_is_going_on_them (Desk *self, gconstpointer data)
{
  TlBackend *first = tl_work_get_backend (self->work);
  g_autoptr (TlBackend) painter = harness_make_backend ("painter");
  g_autoptr (TlBackend) again = harness_make_backend (NULL);
  TlRun *ended = begin (self, 10), *run;

  g_object_add_weak_pointer (G_OBJECT (first), (gpointer *) &first);
  wait_state (ended, TL_RUN_FINISHED);
  run = begin (self, 60);
  wait_iteration (run, 10);
  tl_work_set_backend (self->work, painter, FALSE);
  wait_iteration (run, 20);
  g_assert_nonnull (first);
  pause_at_once (self, run);
  harness_wait (is_gone, &first);

  tl_work_continue (self->work, run);
  harness_settle ();
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_PAUSED);
  g_assert_nonnull (strstr (self->said->str, "gradient"));
  tl_work_set_backend (self->work, again, FALSE);
  tl_work_continue (self->work, run);
  wait_state (run, TL_RUN_FINISHED);
  assert_undisturbed (self, run);
}

static void
lengthen_cb (TlRun *run, GParamSpec *pspec, Desk *self)
{
  g_autoptr (TlSteer) longer = make_steer (60);

  if (tl_run_get_state (run) == TL_RUN_FINISHED && tl_run_get_n_iterations (run) == 30)
    tl_work_steer (self->work, run, longer, TL_TURN_GENTLE);
}

/* What is on its way to the engine is done first. */
static void
nothing_asked_for_is_forgotten (Desk *self, gconstpointer data)
{
  g_autoptr (TlBackend) painter = harness_make_backend ("painter");
  TlRun *run = add (self, 30);

  g_signal_connect (run, "notify::state", G_CALLBACK (lengthen_cb), self);
  tl_work_begin (self->work, run, NULL);
  wait_iteration (run, 60);
  wait_state (run, TL_RUN_FINISHED);

  run = begin (self, 100);
  wait_iteration (run, 10);
  tl_work_set_backend (self->work, painter, FALSE);
  for (guint i = 0; i < 20; i++)
    {
      tl_work_pause (self->work, run);
      tl_work_continue (self->work, run);
      g_main_context_iteration (NULL, FALSE);
    }
  wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpstr (self->said->str, ==, "");
}

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = tl_engine_settle_finish (result, NULL);
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *) data;
}

/* Also what is about to go on, and does not say so yet. */
static void
all_are_paused (Desk *self, gconstpointer data)
{
  TlEngine *engine = tl_backend_get_engine (tl_work_get_backend (self->work));
  TlRun *run = begin (self, 1000);
  gboolean is_settled = FALSE;

  wait_iteration (run, 10);
  pause_at_once (self, run);
  tl_work_continue (self->work, run);
  tl_work_pause_all (self->work);
  tl_engine_settle_async (engine, settled_cb, &is_settled);
  harness_wait (is_set, &is_settled);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_PAUSED);
  g_assert_false (tl_work_is_active (self->work));
}

static gboolean
has_many_checkpoints (gpointer data)
{
  const Goal *goal = data;

  return g_list_model_get_n_items (tl_session_get_checkpoints (goal->desk->session, goal->run))
         > 10;
}

static void
models_of_before_keep_as_often (Desk *self, gconstpointer data)
{
  g_autoptr (TlBackend) painter = harness_make_backend ("painter");
  TlRun *run = begin (self, 100000);

  wait_iteration (run, 5);
  tl_work_set_backend (self->work, painter, FALSE);
  tl_work_set_checkpoint_every (self->work, 1);
  harness_wait (has_many_checkpoints, &(Goal){ .desk = self, .run = run });
  g_assert_cmpuint (tl_run_get_iteration (run), <, 25 * 10);
  pause_at_once (self, run);
}

#define N_TOGETHER 4
/* Of the fake stepper, which sleeps for 4 ms. */
#define MOST_PER_SECOND 250.0

static void
rate_cb (TlRun *run, GParamSpec *pspec, gdouble *most)
{
  *most = MAX (*most, tl_run_get_rate (run));
}

/* From the first figure on, which comes before any of them has waited for the others. */
static void
the_rate_is_that_of_one_among_many (Desk *self, gconstpointer data)
{
  TlRun *runs[N_TOGETHER];
  gdouble most = 0;

  for (guint i = 0; i < N_TOGETHER; i++)
    {
      runs[i] = add (self, 1000);
      g_signal_connect (runs[i], "notify::rate", G_CALLBACK (rate_cb), &most);
    }
  for (guint i = 0; i < N_TOGETHER; i++)
    tl_work_begin (self->work, runs[i], NULL);
  wait_iteration (runs[N_TOGETHER - 1], 7);
  g_assert_cmpfloat (most, >, 0);
  g_assert_cmpfloat (most, <=, MOST_PER_SECOND / N_TOGETHER);
  for (guint i = 0; i < N_TOGETHER; i++)
    g_signal_handlers_disconnect_by_data (runs[i], &most);
}

/* --- another has it meanwhile ----------------------------------------------------------------- */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(TlSession **) user_data = tl_session_open_finish (result, NULL);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static void
set_cb (gboolean *is_read)
{
  *is_read = TRUE;
}

/* And reads what is there. */
static void
take_over (TlSession *session)
{
  gboolean is_read = FALSE;

  g_signal_connect_swapped (session, "interrupted-changed", G_CALLBACK (set_cb), &is_read);
  tl_session_take_over (session);
  harness_wait (is_set, &is_read);
  g_signal_handlers_disconnect_by_data (session, &is_read);
  g_assert_cmpint (tl_session_get_access (session), ==, TL_ACCESS_WRITE);
}

static gboolean
is_taken (gpointer session)
{
  return tl_session_get_access (session) == TL_ACCESS_TAKEN;
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = tl_session_copy_finish (TL_SESSION (source), result, NULL);
}

/* With what the others have written meanwhile. */
static void
save_elsewhere (TlSession *session)
{
  g_autofree char *folder = tl_session_dup_default_folder ();
  g_autofree char *path = g_build_filename (folder, "elsewhere.tiller", NULL);
  gboolean is_read = FALSE, is_copied = FALSE;

  g_signal_connect_swapped (session, "interrupted-changed", G_CALLBACK (set_cb), &is_read);
  tl_session_copy_async (session, path, NULL, copied_cb, &is_copied);
  harness_wait (is_set, &is_copied);
  harness_wait (is_set, &is_read);
  g_signal_handlers_disconnect_by_data (session, &is_read);
  g_assert_cmpint (tl_session_get_access (session), ==, TL_ACCESS_WRITE);
}

/* How far a run is waits for up to a second to be written. */
static void
wait_for_news_to_be_written (void)
{
  harness_linger (1500);
}

/* It is at hand still as it was before. */
static void
what_others_went_on_with_goes_on_from_there (Desk *self, gconstpointer data)
{
  TlRun *run = begin (self, 60), *theirs;
  TlSession *session = NULL;
  guint64 reached;
  Desk other;

  wait_iteration (run, 10);
  pause_at_once (self, run);
  wait_for_news_to_be_written ();
  tl_session_open_async (tl_session_get_path (self->session), NULL, opened_cb, &session);
  harness_wait (is_there, &session);
  sit_down (&other, session);
  take_over (session);
  theirs = tl_session_find_run (session, 1);
  tl_work_continue (other.work, theirs);
  wait_iteration (theirs, 40);
  pause_at_once (&other, theirs);
  reached = tl_run_get_iteration (theirs);
  tear_down (&other, NULL);

  /* It shows with the next fact. */
  tl_session_set_selected (self->session, run);
  harness_wait (is_taken, self->session);
  save_elsewhere (self->session);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, reached);
  tl_work_continue (self->work, run);
  wait_state (run, TL_RUN_RUNNING);
  g_assert_cmpuint (tl_run_get_iteration (run), >=, reached);
  wait_state (run, TL_RUN_FINISHED);
  assert_undisturbed (self, run);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Desk *self, gconstpointer data);
  } tests[] = {
    { "/ui-work/ended", what_has_ended_is_forgotten_and_goes_on },
    { "/ui-work/rejected", what_was_rejected_or_deleted_is_forgotten },
    { "/ui-work/models-of-before", models_of_before_go_when_nothing_is_going_on_them },
    { "/ui-work/on-its-way", nothing_asked_for_is_forgotten },
    { "/ui-work/pause-all", all_are_paused },
    { "/ui-work/rate", the_rate_is_that_of_one_among_many },
    { "/ui-work/checkpoint-every", models_of_before_keep_as_often },
    { "/ui-work/taken-over", what_others_went_on_with_goes_on_from_there },
  };

  harness_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Desk, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
