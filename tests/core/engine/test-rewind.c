/* test-rewind.c - back with smaller steps when numbers run away, and that this replays exactly
 *
 * The keeper checks each state and picture that is kept against the journal as it is then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/engine/keeper.h"

#include "core/session/journal.h"

#include <string.h>

/* What a run says while it goes on, or where it pauses. */
static void
on_message_cb (TlRun *run, GParamSpec *pspec, GPtrArray *said)
{
  if (tl_run_get_message (run) != NULL)
    g_ptr_array_add (said, g_strdup (tl_run_get_message (run)));
}

static GPtrArray *
listen (TlRun *run)
{
  GPtrArray *said = g_ptr_array_new_with_free_func (g_free);

  g_signal_connect_data (run, "notify::message", G_CALLBACK (on_message_cb), g_ptr_array_ref (said),
                         (GClosureNotify) (void (*) (void)) g_ptr_array_unref, 0);
  return said;
}

/* "0:0.1 25:0.05" */
static char *
print_journal (TlRun *run)
{
  GArray *journal = tl_run_get_journal (run);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < journal->len; i++)
    {
      const TlJournalEntry *entry = &g_array_index (journal, TlJournalEntry, i);

      g_string_append_printf (text, "%s%u:%g%s", i > 0 ? " " : "", (guint) entry->iteration,
                              tl_steer_get_settings (entry->steer)->lr,
                              entry->turn == TL_TURN_HARD ? "!" : "");
    }
  return g_string_free (text, FALSE);
}

static void
assert_journal (TlRun *run, const char *expected)
{
  g_autofree char *text = print_journal (run);

  g_assert_cmpstr (text, ==, expected);
}

/* From nothing, by its recipe alone, on an engine where nothing runs away. */
static void
assert_replays (Fixture *f, TlRun *run)
{
  g_autoptr (TlRecipe) recipe = tl_run_dup_recipe (run, tl_run_get_iteration (run));
  g_autoptr (TlRun) again =
    fixture_run (tl_start_get_values (tl_run_get_start (run))->seed, "x", 1);
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run), replayed = NULL;

  ticker_run_wild (f->ticker, 0, 0);
  tl_engine_replay (f->engine, again, recipe);
  fixture_wait_state (again, TL_RUN_FINISHED);
  replayed = tl_run_dup_frame (again);
  g_assert_cmphex (ticker_read_frame (replayed), ==, ticker_read_frame (frame));
}

static void
to_the_last_checkpoint (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 60);
  g_autoptr (Keeper) keeper = keeper_new (run);
  g_autoptr (GPtrArray) said = listen (run);

  ticker_run_wild (f->ticker, 40, 0.06);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 60);
  assert_journal (run, "0:0.1 25:0.05");
  g_assert_cmpstr (keeper->text->str, ==, "25 25t 50 60e");
  fixture_assert_exact (run);

  g_assert_cmpuint (said->len, ==, 1);
  g_assert_nonnull (strstr (said->pdata[0], "40"));
  g_assert_nonnull (strstr (said->pdata[0], "25"));
  g_assert_nonnull (strstr (said->pdata[0], "0.05"));
  g_assert_null (tl_run_get_message (run));
  assert_replays (f, run);
}

static void
to_the_start (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 20);
  g_autoptr (Keeper) keeper = keeper_new (run);

  ticker_run_wild (f->ticker, 10, 0.03);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  assert_journal (run, "0:0.025");
  g_assert_cmpstr (keeper->text->str, ==, "20e");
  fixture_assert_exact (run);
  assert_replays (f, run);
}

/* The very step that leaves the checkpoint: its picture is still owed. */
static void
where_it_stands (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 60);
  g_autoptr (Keeper) keeper = keeper_new (run);

  ticker_run_wild (f->ticker, 25, 0.03);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  assert_journal (run, "0:0.1 25:0.025");
  g_assert_cmpstr (keeper->pictures->str, ==, "25 50 60");
  fixture_assert_exact (run);
  assert_replays (f, run);
}

/* Three times from one state; then somebody must decide, and may go on. */
static void
in_vain_it_pauses (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 60);
  g_autoptr (Keeper) keeper = keeper_new (run);
  g_autoptr (GPtrArray) said = listen (run);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 60);

  ticker_run_wild (f->ticker, 40, 1e-9);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_PAUSED);
  /* That it pauses is told before it is said why. */
  while (said->len < 4)
    g_main_context_iteration (NULL, TRUE);
  fixture_settle ();
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 25);
  assert_journal (run, "0:0.1 25:0.0125");
  g_assert_cmpuint (said->len, ==, 4);
  g_assert_nonnull (strstr (said->pdata[3], "Paused at 25"));
  g_assert_nonnull (strstr (said->pdata[3], "0.0125"));
  fixture_assert_exact (run);

  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  ticker_run_wild (f->ticker, 0, 0);
  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  assert_journal (run, "0:0.1 25:0.1!");
  fixture_assert_exact (run);
}

/* A state from which it came further counts anew. */
static void
further_each_time (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 80);
  g_autoptr (Keeper) keeper = keeper_new (run);

  ticker_run_wild (f->ticker, 40, 0.02);
  ticker_gate (f->ticker);
  ticker_let (f->ticker, 40 + 3 * 16 + 20);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, 40 + 3 * 16 + 20);
  ticker_run_wild (f->ticker, 70, 0.003);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FINISHED);
  assert_journal (run, "0:0.1 25:0.0125 50:0.0015625");
  fixture_assert_exact (run);
  assert_replays (f, run);
}

/* What was done to the state where it goes back to is done again. */
static void
to_a_hard_turn (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 30);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 30);
  g_autoptr (Keeper) keeper = keeper_new (run);

  ticker_run_wild (f->ticker, 9, 0.06);
  ticker_gate (f->ticker);
  ticker_let (f->ticker, 5);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, 6);
  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FINISHED);
  assert_journal (run, "0:0.1 6:0.05!");
  fixture_assert_exact (run);
  assert_replays (f, run);
}

/* A run and its fork, jittered where it left. */
static TlRun *
fork_at (Fixture *f, TlRun *run, TlTurn turn)
{
  g_autoptr (TlSteer) fog = fixture_steer ("fog", 60);
  const TlStartValues *start = tl_start_get_values (tl_run_get_start (run));
  TlRun *child = fixture_run (start->seed, "never in force", 60);

  tl_run_set_origin (
    child,
    &(TlRunOrigin){ .id = 2, .parent = run, .parent_iteration = 25, .continues_parent = TRUE });
  tl_run_add_journal (child, &(TlJournalEntry){ 25, fog, turn, { 0.1, 3 } });
  return child;
}

static void
to_where_it_left_its_parent (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40);
  g_autoptr (Keeper) keeper = keeper_new (run);
  g_autoptr (TlRun) child = NULL, again = NULL;
  g_autoptr (Keeper) childs = NULL, agains = NULL;
  TlRunOrigin origin = { .id = 3, .parent = run, .parent_iteration = 25, .continues_parent = TRUE };
  guint64 found;

  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  child = fork_at (f, run, TL_TURN_HARD);
  childs = keeper_new (child);
  keeper_write (childs, 1);
  ticker_run_wild (f->ticker, 30, 0.03);
  tl_engine_resume (f->engine, child, keeper_find (keeper, 25, &found), TRUE);
  fixture_wait_state (child, TL_RUN_FINISHED);
  assert_journal (child, "0:0.1 25:0.025!");
  fixture_assert_exact (child);

  /* From its file, at a state of its own. */
  ticker_run_wild (f->ticker, 0, 0);
  again = keeper_restore (childs, 60, &origin);
  agains = keeper_new (again);
  tl_engine_resume (f->engine, again, keeper_find (childs, 50, &found), FALSE);
  fixture_wait_state (again, TL_RUN_FINISHED);
  fixture_assert_exact (again);
}

/* Its own state there has the jitter in it already. */
static void
to_its_own_state_where_it_left (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40), child = NULL;
  g_autoptr (Keeper) keeper = keeper_new (run), childs = NULL;
  guint64 found;

  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  child = fork_at (f, run, TL_TURN_GENTLE);
  childs = keeper_new (child);
  ticker_run_wild (f->ticker, 25, 0.03);
  ticker_gate (f->ticker);
  tl_engine_resume (f->engine, child, keeper_find (keeper, 25, &found), TRUE);
  ticker_wait_entered (f->ticker, 1);
  ticker_run_wild (f->ticker, 30, 0.03);
  tl_engine_keep_all (f->engine);
  ticker_open (f->ticker);
  fixture_wait_state (child, TL_RUN_FINISHED);
  fixture_assert_exact (child);
}

/* Turns that lie ahead are taken, and are in the journal again. */
static void
turns_to_come_are_taken (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 60), again = NULL;
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 60);
  g_autoptr (Keeper) keeper = keeper_new (run), agains = NULL;
  guint64 found;

  ticker_gate (f->ticker);
  ticker_let (f->ticker, 44);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, 45);
  tl_engine_steer (f->engine, run, snow, TL_TURN_HARD);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FINISHED);

  again = keeper_restore (keeper, 60, NULL);
  agains = keeper_new (again);
  ticker_run_wild (f->ticker, 30, 0.06);
  tl_engine_resume (f->engine, again, keeper_find (keeper, 25, &found), FALSE);
  fixture_wait_state (again, TL_RUN_FINISHED);
  assert_journal (again, "0:0.1 25:0.05 45:0.1!");
  fixture_assert_exact (again);
  assert_replays (f, again);
}

/* The state where it left is torn: it comes from an older one of its parent's, past its own turn.
 */
static void
past_where_it_left (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40), child = NULL;
  g_autoptr (TlSteer) fog = fixture_steer ("fog", 60);
  g_autoptr (Keeper) keeper = keeper_new (run), childs = NULL;
  guint64 found;

  tl_engine_set_checkpoint_every (f->engine, 10);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  child = fork_at (f, run, TL_TURN_HARD);
  childs = keeper_new (child);
  ticker_run_wild (f->ticker, 27, 0.06);
  tl_engine_resume (f->engine, child, keeper_find (keeper, 10, &found), TRUE);
  fixture_wait_state (child, TL_RUN_PAUSED);
  /* In vain, as its own turn has the rate that it had. */
  assert_journal (child, "0:0.1 20:0.0125 25:0.1!");
  g_assert_cmpuint (tl_run_get_iteration (child), ==, 20);
  fixture_assert_exact (child);
}

/* Steps that are too small to halve lead nowhere. */
static void
the_least_rate_pauses_at_once (Fixture *f, gconstpointer data)
{
  const TlStartValues values = { .seed = 7, .width = 64, .height = 64 };
  g_autoptr (TlStart) start = tl_start_new (&values);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("a red tractor");
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (TlRun) run = NULL;
  TlSettings settings;

  tl_settings_init (&settings);
  settings.n_iterations = 20;
  settings.lr = 1.5e-6;
  steer = tl_steer_new (prompt, &settings, NULL);
  run = tl_run_new (start, steer);
  ticker_run_wild (f->ticker, 10, 1e-9);
  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_PAUSED);
  assert_journal (run, "0:1.5e-06");
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 0);
}

/* Where the way back is barred, it fails as for any other reason. */
static void
a_state_that_cannot_be_had_again_fails (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 60);

  ticker_run_wild (f->ticker, 40, 0.06);
  ticker_gate (f->ticker);
  ticker_let (f->ticker, 30);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, 31);
  ticker_fail (f->ticker, TICKER_START, 1);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FAILED);
  g_assert_nonnull (strstr (tl_run_get_message (run), "no number at 40"));
  tl_engine_continue (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
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
    { "/rewind/checkpoint", to_the_last_checkpoint },
    { "/rewind/start", to_the_start },
    { "/rewind/where-it-stands", where_it_stands },
    { "/rewind/in-vain", in_vain_it_pauses },
    { "/rewind/further", further_each_time },
    { "/rewind/hard-turn", to_a_hard_turn },
    { "/rewind/fork/parents-state", to_where_it_left_its_parent },
    { "/rewind/fork/own-state", to_its_own_state_where_it_left },
    { "/rewind/fork/past-where-it-left", past_where_it_left },
    { "/rewind/turns-to-come", turns_to_come_are_taken },
    { "/rewind/least-rate", the_least_rate_pauses_at_once },
    { "/rewind/barred", a_state_that_cannot_be_had_again_fails },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
