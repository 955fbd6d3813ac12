/* test-checkpoints.c - what is kept, when and why; and that going on from it is exact
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/engine/keeper.h"

#include "core/session/journal.h"

#include <math.h>
#include <string.h>

/* The step of @iteration is in hand, and nothing goes on. */
static void
stop_in (Fixture *f, TlRun *run, guint n)
{
  ticker_gate (f->ticker);
  ticker_let (f->ticker, n);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, n + 1);
}

static void
at_intervals_and_at_the_end (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 60);
  g_autoptr (TlRun) other = fixture_run (8, "a red tractor", 20);
  g_autoptr (TlRun) quiet = fixture_run (9, "a red tractor", 60);
  g_autoptr (Keeper) keeper = keeper_new (run), others = keeper_new (other),
                     quiets = keeper_new (quiet);

  /* Pictures of what is kept come whatever the window wants. */
  tl_engine_set_frame_rate (f->engine, 0);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpstr (keeper->text->str, ==, "25 50 60e");
  g_assert_cmpstr (keeper->pictures->str, ==, "25 50 60");
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_frames_wanted), ==, 0);

  tl_engine_set_checkpoint_every (f->engine, 10);
  tl_engine_start (f->engine, other);
  fixture_wait_state (other, TL_RUN_FINISHED);
  g_assert_cmpstr (others->text->str, ==, "10 20e");

  tl_engine_set_checkpoint_every (f->engine, 0);
  tl_engine_start (f->engine, quiet);
  fixture_wait_state (quiet, TL_RUN_FINISHED);
  g_assert_cmpstr (quiets->text->str, ==, "60e");
}

static void
pictured_already_cb (TlRun *run, const TlCheckpointValues *values, Keeper *keeper)
{
  g_assert_cmpstr (keeper->pictures->str, ==, "5");
  g_assert_false (isnan (values->similarity));
}

/* Others may go on for long before it does, or the program end: no state is without its picture. */
static void
with_a_picture_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) one = fixture_run (7, "a red tractor", 50), two = fixture_run (8, "snow", 50);
  g_autoptr (Keeper) keeper = keeper_new (one);

  tl_engine_set_checkpoint_every (f->engine, 5);
  g_signal_connect (one, "kept", G_CALLBACK (pictured_already_cb), keeper);
  ticker_gate (f->ticker);
  tl_engine_start (f->engine, one);
  tl_engine_start (f->engine, two);
  ticker_let (f->ticker, 5);
  /* The other's first. */
  ticker_wait_entered (f->ticker, 6);
  fixture_settle ();
  g_assert_cmpstr (keeper->text->str, ==, "5");
  g_assert_cmpstr (keeper->pictures->str, ==, "5");
  g_signal_handlers_disconnect_by_func (one, pictured_already_cb, keeper);
}

static void
at_turns_pauses_and_stops (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 60);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 60), rain = fixture_steer ("rain", 60);
  g_autoptr (Keeper) keeper = keeper_new (run);

  stop_in (f, run, 4);
  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  /* Comes to it when the fifth is done; nothing is kept twice. */
  tl_engine_steer (f->engine, run, rain, TL_TURN_GENTLE);
  tl_engine_pause (f->engine, run);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_PAUSED);
  g_assert_cmpstr (keeper->text->str, ==, "5t");
  g_assert_cmpstr (keeper->pictures->str, ==, "5");
  fixture_assert_exact (run);

  ticker_gate (f->ticker);
  ticker_let (f->ticker, 2);
  tl_engine_continue (f->engine, run);
  ticker_wait_entered (f->ticker, 3);
  tl_engine_pause (f->engine, run);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_PAUSED);
  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  tl_engine_stop (f->engine, run);
  fixture_wait_state (run, TL_RUN_STOPPED);
  g_assert_cmpstr (keeper->text->str, ==, "5t 8p");
  g_assert_cmpstr (keeper->pictures->str, ==, "5 8");

  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpstr (keeper->text->str, ==, "5t 8p 25 50 60e");
  fixture_assert_exact (run);
}

/* What was merely due is not thinned away where a turn follows at once. */
static void
a_turn_spares_what_was_due (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 12);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 12);
  g_autoptr (Keeper) keeper = keeper_new (run);

  tl_engine_set_checkpoint_every (f->engine, 5);
  stop_in (f, run, 4);
  tl_engine_steer (f->engine, run, snow, TL_TURN_GENTLE);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpstr (keeper->text->str, ==, "5 5t 10 12e");
  g_assert_cmpstr (keeper->pictures->str, ==, "5 10 12");
}

static void
at_a_failure (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 20);
  g_autoptr (Keeper) keeper = keeper_new (run);

  ticker_fail (f->ticker, 10, 2);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FAILED);
  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_RUNNING);
  fixture_wait_state (run, TL_RUN_FAILED);
  g_assert_cmpstr (keeper->text->str, ==, "10p");
  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpstr (keeper->text->str, ==, "10p 20e");
  g_assert_cmpstr (keeper->pictures->str, ==, "10 20");
}

static void
what_cannot_be_kept_fails (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40);
  g_autoptr (Keeper) keeper = keeper_new (run);

  /* Once when it is due, once more because of that failure. */
  ticker_fail (f->ticker, TICKER_SAVE, 2);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FAILED);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 25);
  g_assert_cmpstr (keeper->text->str, ==, "");
  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_assert_exact (run);
  g_assert_cmpstr (keeper->text->str, ==, "40e");
}

static void
all_that_go_on_are_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) one = fixture_run (7, "a red tractor", 50), two = fixture_run (8, "snow", 50);
  g_autoptr (Keeper) first = keeper_new (one), second = keeper_new (two);

  ticker_gate (f->ticker);
  tl_engine_start (f->engine, one);
  tl_engine_start (f->engine, two);
  ticker_let (f->ticker, 5);
  ticker_wait_entered (f->ticker, 6);
  tl_engine_keep_all (f->engine);
  ticker_open (f->ticker);
  fixture_wait_state (one, TL_RUN_FINISHED);
  fixture_wait_state (two, TL_RUN_FINISHED);
  g_assert_cmpstr (first->text->str, ==, "5p 25 50e");
  g_assert_cmpstr (second->text->str, ==, "1p 25 50e");
  tl_engine_keep_all (f->engine);
  fixture_save (f, one, NULL);
  g_assert_cmpstr (first->text->str, ==, "5p 25 50e");
}

/* Whatever it was kept for before, it stays so. */
static void
leaving_adds_a_reason (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 10);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 10);
  g_autoptr (Keeper) keeper = keeper_new (run);

  stop_in (f, run, 4);
  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  tl_engine_keep_all (f->engine);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpstr (keeper->text->str, ==, "5t 5tp 10e");
  g_assert_cmpstr (keeper->pictures->str, ==, "5 10");
}

/* --- the hold --------------------------------------------------------------------------------- */

static void
a_candidate_holds_and_goes_on (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 20);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 20);
  g_autoptr (Keeper) keeper = keeper_new (run);

  tl_run_set_origin (run, &(TlRunOrigin){ .id = 1, .exploration = 1, .hold = 10 });
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_HELD);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 10);
  fixture_assert_exact (run);
  g_assert_false (tl_run_is_active (run));
  tl_engine_pause (f->engine, run);
  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  fixture_save (f, run, NULL);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_HELD);

  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpstr (keeper->text->str, ==, "10h 20e");
  g_assert_cmpstr (keeper->pictures->str, ==, "10 20");
  fixture_assert_exact (run);
}

static void
a_held_run_can_be_stopped (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 20);
  g_autoptr (Keeper) keeper = keeper_new (run);

  tl_run_set_origin (run, &(TlRunOrigin){ .id = 1, .exploration = 1, .hold = 10 });
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_HELD);
  tl_engine_stop (f->engine, run);
  fixture_wait_state (run, TL_RUN_STOPPED);
  g_assert_cmpstr (keeper->text->str, ==, "10h");
}

/* Its length is no shorter for being a candidate, nor does it wait at its end. */
static void
a_hold_at_the_end_ends (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 10);

  tl_run_set_origin (run, &(TlRunOrigin){ .id = 1, .exploration = 1, .hold = 10 });
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_assert_exact (run);
}

static TlRun *
candidate_of (guint session, guint64 seed)
{
  TlRun *run = fixture_run (seed, "a red tractor", 60);

  tl_run_set_origin (
    run, &(TlRunOrigin){ .id = (gint64) seed, .session = session, .exploration = 1, .hold = 30 });
  return run;
}

static TlRun *
candidate (guint64 seed)
{
  return candidate_of (1, seed);
}

/* However far behind, it comes to the hold with the others, and to the same pictures. */
static void
one_that_is_behind_catches_up (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) one = candidate (1), two = candidate (2);

  stop_in (f, one, 20);
  tl_engine_start (f->engine, two);
  ticker_open (f->ticker);
  fixture_wait_state (one, TL_RUN_HELD);
  fixture_wait_state (two, TL_RUN_HELD);
  g_assert_cmpuint (f->ticker->n_log, ==, 60);
  for (guint i = 0; i < 60; i++)
    g_assert_cmpuint (f->ticker->log[i], ==, i < 25 || (i >= 50 && i < 55) ? 1 : 2);
  fixture_assert_exact (one);
  fixture_assert_exact (two);

  /* Past the hold none waits for another. */
  tl_engine_continue (f->engine, one);
  fixture_wait_state (one, TL_RUN_FINISHED);
  fixture_assert_exact (one);
}

/* Two windows explore: what goes together in one does not wait for the other's. */
static void
those_of_another_session_are_others (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) one = candidate_of (1, 1), two = candidate_of (2, 2);
  guint n = 0;

  stop_in (f, one, 20);
  tl_engine_start (f->engine, two);
  ticker_open (f->ticker);
  fixture_wait_state (one, TL_RUN_HELD);
  fixture_wait_state (two, TL_RUN_HELD);
  for (guint i = 25; i < 40; i++)
    n += f->ticker->log[i] == 1;
  g_assert_cmpuint (n, ==, 5);
}

/* --- memory ----------------------------------------------------------------------------------- */

static void
discard_cb (TlRun *run, const TlCheckpointValues *values, Fixture *f)
{
  tl_engine_discard (f->engine, run);
}

static void
discarding_while_it_is_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", TL_MAX_ITERATIONS);
  g_autoptr (TlRun) other = fixture_run (8, "a red tractor", 5);

  tl_engine_set_checkpoint_every (f->engine, 1);
  g_signal_connect (run, "kept", G_CALLBACK (discard_cb), f);
  for (guint n = 0; n < 20; n++)
    {
      tl_engine_start (f->engine, run);
      fixture_wait_state (run, TL_RUN_NEW);
    }
  tl_engine_start (f->engine, other);
  fixture_wait_state (other, TL_RUN_FINISHED);
  fixture_settle ();
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_states), ==, 1);
  /* The one that the other might go back to. */
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_kept), ==, 1);
}

static void
kept_bytes_leave_with_their_letter (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 1000);

  tl_engine_set_checkpoint_every (f->engine, 1);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  /* The one that it might go back to. */
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_kept), ==, 1);
  /* The one that the run shows. */
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_pictures), ==, 1);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/checkpoints/intervals", at_intervals_and_at_the_end },
    { "/checkpoints/picture", with_a_picture_at_once },
    { "/checkpoints/turns", at_turns_pauses_and_stops },
    { "/checkpoints/turn-where-due", a_turn_spares_what_was_due },
    { "/checkpoints/failure", at_a_failure },
    { "/checkpoints/cannot-be-kept", what_cannot_be_kept_fails },
    { "/checkpoints/all", all_that_go_on_are_kept },
    { "/checkpoints/all/reasons", leaving_adds_a_reason },
    { "/checkpoints/hold", a_candidate_holds_and_goes_on },
    { "/checkpoints/hold/stop", a_held_run_can_be_stopped },
    { "/checkpoints/hold/end", a_hold_at_the_end_ends },
    { "/checkpoints/hold/behind", one_that_is_behind_catches_up },
    { "/checkpoints/hold/other-session", those_of_another_session_are_others },
    { "/checkpoints/discard", discarding_while_it_is_kept },
    { "/checkpoints/memory", kept_bytes_leave_with_their_letter },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
