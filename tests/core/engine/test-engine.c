/* test-engine.c - commands, news and pictures of the engine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "tests/core/engine/fixture.h"

#include <math.h>
#include <string.h>

static const TlJournalEntry *
entry_of (TlRecipe *recipe, guint index)
{
  g_assert_cmpuint (index, <, tl_recipe_get_n_entries (recipe));
  return tl_recipe_get_entry (recipe, index);
}

static void
runs_to_its_length (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);
  g_autoptr (TlRecipe) recipe = NULL;

  g_assert_null (tl_run_dup_recipe (run, 0));
  tl_engine_start (f->engine, run);
  g_assert_true (tl_run_is_active (run));
  fixture_wait_state (run, TL_RUN_FINISHED);

  g_assert_cmpuint (tl_run_get_iteration (run), ==, 50);
  g_assert_null (tl_run_get_message (run));
  g_assert_true (isfinite (tl_run_get_loss (run)));
  g_assert_cmpfloat (tl_run_get_seconds_left (run), ==, -1);
  fixture_assert_exact (run);
  recipe = fixture_recipe (run);
  g_assert_cmpuint (tl_recipe_get_n_entries (recipe), ==, 1);
  g_assert_cmpuint (f->ticker->n_log, ==, 50);
}

static void
a_turn_holds_at_the_next_iteration (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 50);
  g_autoptr (TlRecipe) recipe = NULL;

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, run);
  ticker_let (f->ticker, 3);
  ticker_wait_entered (f->ticker, 4);
  /* The step that leaves iteration 3 is in hand. */
  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FINISHED);

  recipe = fixture_recipe (run);
  g_assert_cmpuint (tl_recipe_get_n_entries (recipe), ==, 2);
  g_assert_cmpuint (entry_of (recipe, 1)->iteration, ==, 4);
  g_assert_true (entry_of (recipe, 1)->steer == snow);
  g_assert_cmpint (entry_of (recipe, 1)->turn, ==, TL_TURN_HARD);
  g_assert_true (tl_run_get_steer (run) == snow);
  fixture_assert_exact (run);
}

static void
pause_acts_within_one_iteration (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, run);
  ticker_let (f->ticker, 2);
  ticker_wait_entered (f->ticker, 3);
  tl_engine_pause (f->engine, run);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_PAUSED);

  g_assert_cmpuint (tl_run_get_iteration (run), ==, 3);
  g_assert_cmpuint (f->ticker->n_log, ==, 3);
  fixture_assert_exact (run);
  g_assert_false (tl_run_is_active (run));
}

static void
pausing_changes_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 60);
  g_autoptr (TlRun) other = fixture_run (7, "a red tractor", 60);
  g_autoptr (TlFrame) frame = NULL, other_frame = NULL;

  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, other);
  for (guint n = 1; n < 20; n++)
    {
      ticker_let (f->ticker, 1);
      ticker_wait_entered (f->ticker, n);
      if (n % 2 == 0)
        tl_engine_pause (f->engine, other);
      else
        tl_engine_stop (f->engine, other);
      tl_engine_continue (f->engine, other);
    }
  ticker_open (f->ticker);
  fixture_wait_state (other, TL_RUN_FINISHED);

  frame = tl_run_dup_frame (run);
  other_frame = tl_run_dup_frame (other);
  g_assert_cmphex (ticker_read_frame (frame), ==, ticker_read_frame (other_frame));
  fixture_assert_exact (other);
}

static void
a_turn_while_paused_is_journalled_now (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 50), rain = fixture_steer ("rain", 50);
  g_autoptr (TlRecipe) recipe = NULL, before = NULL;

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, 1);
  tl_engine_pause (f->engine, run);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_PAUSED);

  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  tl_engine_steer (f->engine, run, rain, TL_TURN_GENTLE);
  /* The answer comes after the turns. */
  fixture_save (f, run, NULL);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_PAUSED);
  g_assert_true (tl_run_get_steer (run) == rain);
  recipe = fixture_recipe (run);
  g_assert_cmpuint (tl_recipe_get_n_entries (recipe), ==, 2);
  g_assert_cmpuint (entry_of (recipe, 1)->iteration, ==, 1);
  g_assert_true (entry_of (recipe, 1)->steer == rain);
  /* The optimiser has forgotten, whatever came after. */
  g_assert_cmpint (entry_of (recipe, 1)->turn, ==, TL_TURN_HARD);
  /* The picture that is shown was not made by either. */
  before = tl_run_dup_recipe (run, 1);
  g_assert_cmpuint (tl_recipe_get_n_entries (before), ==, 1);

  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_assert_exact (run);
}

static void
the_mailbox_never_grows (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", TL_MAX_ITERATIONS);
  gint n_pictures;

  tl_engine_set_frame_rate (f->engine, 1000);
  tl_engine_set_checkpoint_every (f->engine, 0);
  ticker_gate (f->ticker);
  ticker_let (f->ticker, 20000);
  tl_engine_start (f->engine, run);
  /* The main loop does not run meanwhile. */
  ticker_wait_entered (f->ticker, 20000);
  n_pictures = g_atomic_int_get (&f->ticker->n_pictures);
  /* One lies there, one may be on its way. */
  g_assert_cmpint (n_pictures, >=, 1);
  g_assert_cmpint (n_pictures, <=, 2);

  tl_engine_pause (f->engine, run);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_PAUSED);
  fixture_assert_exact (run);
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_pictures), ==, 1);
}

static void
without_frames_the_last_still_comes (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 2000);

  tl_engine_set_frame_rate (f->engine, 0);
  tl_engine_set_checkpoint_every (f->engine, 0);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_assert_exact (run);
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_frames_wanted), ==, 0);
}

static void
the_first_picture_is_the_start (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, run);
  ticker_let (f->ticker, 1);
  fixture_wait_frame (run, 0);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 1);
}

static void
a_failed_step_can_be_tried_again (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);

  ticker_fail (f->ticker, 10, 2);
  tl_engine_start (f->engine, run);
  for (guint n = 0; n < 2; n++)
    {
      fixture_wait_state (run, TL_RUN_FAILED);
      g_assert_cmpstr (tl_run_get_message (run), ==, "out of patience at 10");
      g_assert_cmpuint (tl_run_get_iteration (run), ==, 10);
      tl_engine_continue (f->engine, run);
      fixture_wait_state (run, TL_RUN_RUNNING);
    }
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_null (tl_run_get_message (run));
  fixture_assert_exact (run);
}

static void
a_failed_run_can_be_stopped_and_saved (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);
  g_autoptr (TlRecipe) recipe = NULL;

  ticker_fail (f->ticker, 10, 1);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FAILED);
  recipe = tl_run_dup_recipe (run, 10);
  g_assert_cmphex (fixture_save (f, run, NULL), ==, ticker_replay (recipe));
  tl_engine_stop (f->engine, run);
  fixture_wait_state (run, TL_RUN_STOPPED);
  fixture_assert_exact (run);
}

static void
a_failed_start_can_be_tried_again (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 5);
  g_autoptr (GError) error = NULL;

  ticker_fail (f->ticker, TICKER_START, 1);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FAILED);
  fixture_save (f, run, &error);
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_assert_exact (run);
}

static void
two_runs_share_in_slices (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) one = fixture_run (1, "a red tractor", 25);
  g_autoptr (TlRun) two = fixture_run (2, "snow", 25);

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, one);
  tl_engine_start (f->engine, two);
  ticker_let (f->ticker, 6);
  ticker_wait_entered (f->ticker, 7);
  /* In the second run's first slice; from the next round on it leads. */
  tl_engine_set_focus (f->engine, two);
  ticker_open (f->ticker);
  fixture_wait_state (one, TL_RUN_FINISHED);
  fixture_wait_state (two, TL_RUN_FINISHED);

  g_assert_cmpuint (f->ticker->n_log, ==, 50);
  for (guint i = 0; i < 50; i++)
    g_assert_cmpuint (f->ticker->log[i], ==, i / 5 % 2 == (i < 10) ? 2 : 1);
  fixture_assert_exact (one);
  fixture_assert_exact (two);
}

static void
dispose_gives_up_the_step_in_hand (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, 1);
  g_clear_object (&f->engine);
  g_assert_cmpuint (f->ticker->n_cancelled, ==, 1);
  g_assert_cmpuint (f->ticker->n_log, ==, 0);
}

static void
fail_cb (void)
{
  g_assert_not_reached ();
}

static void
nothing_is_said_after_dispose (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, run);
  ticker_let (f->ticker, 10);
  ticker_wait_entered (f->ticker, 11);
  /* News lie there. */
  g_signal_connect (run, "notify", G_CALLBACK (fail_cb), NULL);
  g_clear_object (&f->engine);
  fixture_settle ();
  /* Ours alone is left. */
  g_assert_cmpuint (G_OBJECT (run)->ref_count, ==, 1);
}

static void
end_engine_cb (TlRun *run, GParamSpec *pspec, Fixture *f)
{
  g_clear_object (&f->engine);
}

static void
a_handler_may_end_the_engine (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);

  tl_engine_start (f->engine, run);
  g_signal_connect (run, "notify::iteration", G_CALLBACK (end_engine_cb), f);
  while (f->engine != NULL)
    fixture_settle ();
  g_assert_cmpuint (G_OBJECT (run)->ref_count, ==, 1);
}

static void
discard_cb (TlRun *run, GParamSpec *pspec, Fixture *f)
{
  tl_engine_discard (f->engine, run);
}

static void
a_discarded_run_may_start_anew (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);
  g_autoptr (TlRun) other = fixture_run (8, "a red tractor", 5);
  gulong handler;

  tl_engine_start (f->engine, run);
  handler = g_signal_connect (run, "notify::iteration", G_CALLBACK (discard_cb), f);
  fixture_wait_state (run, TL_RUN_NEW);
  g_signal_handler_disconnect (run, handler);
  g_assert_cmpuint (G_OBJECT (run)->ref_count, ==, 1);

  /* The worker comes to it before this one. */
  tl_engine_start (f->engine, other);
  fixture_wait_state (other, TL_RUN_FINISHED);
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_states), ==, 1);

  tl_engine_pause (f->engine, run);
  tl_engine_continue (f->engine, run);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_assert_exact (run);
}

static void
a_longer_plan_continues (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 20);
  g_autoptr (TlSteer) longer = fixture_steer ("a red tractor", 30);
  g_autoptr (TlSteer) shorter = fixture_steer ("a red tractor", 5);

  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  tl_engine_continue (f->engine, run);
  tl_engine_pause (f->engine, run);
  fixture_save (f, run, NULL);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_FINISHED);

  tl_engine_steer (f->engine, run, longer, TL_TURN_GENTLE);
  fixture_wait_state (run, TL_RUN_RUNNING);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpuint (tl_run_get_n_iterations (run), ==, 30);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 30);
  fixture_assert_exact (run);

  tl_engine_steer (f->engine, run, shorter, TL_TURN_GENTLE);
  fixture_save (f, run, NULL);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_FINISHED);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 30);
}

static void
saving_waits_for_the_step_in_hand (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);
  g_autoptr (TlRun) unknown = fixture_run (7, "a red tractor", 50);
  g_autoptr (TlRecipe) recipe = NULL;
  g_autoptr (GError) error = NULL;
  guint64 hash;

  fixture_save (f, unknown, &error);
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, run);
  ticker_let (f->ticker, 5);
  ticker_wait_entered (f->ticker, 6);
  /* The sixth step is in hand. */
  tl_engine_pause (f->engine, run);
  hash = fixture_save (f, run, NULL);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 6);
  recipe = tl_run_dup_recipe (run, 6);
  g_assert_cmphex (hash, ==, ticker_replay (recipe));
}

static void
on_cancelled_save_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_engine_save_finish (TL_ENGINE (object), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(guint *) data += 1;
}

static void
a_save_is_always_answered (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", TL_MAX_ITERATIONS);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint n_answers = 0;

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, 1);
  tl_engine_save_async (f->engine, run, cancellable, on_cancelled_save_cb, &n_answers);
  tl_engine_save_async (f->engine, run, NULL, on_cancelled_save_cb, &n_answers);
  g_cancellable_cancel (cancellable);
  /* The ordinary end of an engine waits for its answers; a window that is torn down does not. */
  g_object_run_dispose (G_OBJECT (f->engine));
  while (n_answers < 2)
    fixture_settle ();
}

static void
ten_thousand_iterations_leave_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 10000);

  tl_engine_set_frame_rate (f->engine, 1000);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_assert_exact (run);
  /* The one that the run shows. */
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_pictures), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_states), ==, 1);
}

/* --- the judge -------------------------------------------------------------------------------- */

typedef struct
{
  TlScorer scorer;
  gdouble factor;
  gint *n_alive;
} TestScorer;

/* Refuses seed 13. */
static gboolean
test_score (TlScorer *scorer, TlFrame *frame, TlStart *start, TlSteer *steer, gdouble *value,
            GCancellable *cancellable, GError **error)
{
  const TestScorer *self = (const TestScorer *) scorer;

  if (tl_start_get_values (start)->seed == 13)
    return tl_error_set (error, TL_ERROR_FORMAT, "Thirteen is not judged");
  *value = self->factor * (gdouble) tl_frame_get_iteration (frame)
           + (gdouble) tl_steer_get_settings (steer)->n_iterations;
  return TRUE;
}

static void
test_scorer_free (TlScorer *scorer)
{
  g_atomic_int_add (((TestScorer *) scorer)->n_alive, -1);
  g_free (scorer);
}

static TlScorer *
test_scorer_new (gdouble factor, gint *n_alive)
{
  static const TlScorerClass klass = { test_score, test_scorer_free };
  TestScorer *self = g_new (TestScorer, 1);

  *self = (TestScorer){ { &klass }, factor, n_alive };
  g_atomic_int_inc (n_alive);
  return &self->scorer;
}

typedef struct
{
  gboolean is_answered;
  gdouble value;
  GError *error;
} Verdict;

static void
on_score_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Verdict *verdict = data;

  tl_engine_score_finish (TL_ENGINE (object), result, &verdict->value, &verdict->error);
  verdict->is_answered = TRUE;
}

static Verdict
ask_judge (Fixture *f, TlRun *run)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run);
  Verdict verdict = { FALSE, 0, NULL };

  tl_engine_score_async (f->engine, frame, tl_run_get_start (run), tl_run_get_steer (run),
                         on_score_cb, &verdict);
  while (!verdict.is_answered)
    g_main_context_iteration (NULL, TRUE);
  return verdict;
}

static void
the_judge_that_is_there_answers (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 20);
  g_autoptr (TlRun) refused = fixture_run (13, "a red tractor", 20);
  gint n_alive = 0;
  Verdict verdict;

  tl_engine_start (f->engine, run);
  tl_engine_start (f->engine, refused);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_wait_state (refused, TL_RUN_FINISHED);
  verdict = ask_judge (f, run);
  g_assert_error (verdict.error, TL_ERROR, TL_ERROR_MISSING);
  g_clear_error (&verdict.error);

  tl_engine_set_scorer (f->engine, test_scorer_new (2, &n_alive));
  verdict = ask_judge (f, run);
  g_assert_no_error (verdict.error);
  g_assert_cmpfloat (verdict.value, ==, 60);
  verdict = ask_judge (f, refused);
  g_assert_error (verdict.error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&verdict.error);

  tl_engine_set_scorer (f->engine, test_scorer_new (3, &n_alive));
  verdict = ask_judge (f, run);
  g_assert_cmpfloat (verdict.value, ==, 80);
  g_assert_cmpint (g_atomic_int_get (&n_alive), ==, 1);

  /* What was asked while the engine ends is answered, and nothing is left. */
  tl_engine_set_scorer (f->engine, test_scorer_new (4, &n_alive));
  g_clear_object (&f->engine);
  g_assert_cmpint (g_atomic_int_get (&n_alive), ==, 0);
  /* Nothing that it said is in a run. */
  fixture_assert_exact (run);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/engine/length/reached", runs_to_its_length },
    { "/engine/turn/next-iteration", a_turn_holds_at_the_next_iteration },
    { "/engine/turn/paused", a_turn_while_paused_is_journalled_now },
    { "/engine/pause/within-one", pause_acts_within_one_iteration },
    { "/engine/pause/changes-nothing", pausing_changes_nothing },
    { "/engine/frames/mailbox", the_mailbox_never_grows },
    { "/engine/frames/none", without_frames_the_last_still_comes },
    { "/engine/frames/first", the_first_picture_is_the_start },
    { "/engine/failure/step", a_failed_step_can_be_tried_again },
    { "/engine/failure/stop", a_failed_run_can_be_stopped_and_saved },
    { "/engine/failure/start", a_failed_start_can_be_tried_again },
    { "/engine/slices", two_runs_share_in_slices },
    { "/engine/dispose/step", dispose_gives_up_the_step_in_hand },
    { "/engine/dispose/silence", nothing_is_said_after_dispose },
    { "/engine/dispose/handler", a_handler_may_end_the_engine },
    { "/engine/discard", a_discarded_run_may_start_anew },
    { "/engine/length/grows", a_longer_plan_continues },
    { "/engine/save/step-in-hand", saving_waits_for_the_step_in_hand },
    { "/engine/save/answered", a_save_is_always_answered },
    { "/engine/judge", the_judge_that_is_there_answers },
    { "/engine/leaks", ten_thousand_iterations_leave_nothing },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
