/* test-resume.c - going on from what was kept is the same as never having stopped
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/engine/keeper.h"

#include "core/base/random.h"
#include "core/session/journal.h"

#include <math.h>

static guint64
shown (TlRun *run)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run);

  return ticker_read_frame (frame);
}

/* Turns at 7 and 13, the second a hard one; then to the end. */
static void
make_run_with_turns (Fixture *f, TlRun *run)
{
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 40), rain = fixture_steer ("rain", 40);

  ticker_gate (f->ticker);
  ticker_let (f->ticker, 6);
  tl_engine_start (f->engine, run);
  ticker_wait_entered (f->ticker, 7);
  tl_engine_steer (f->engine, run, snow, TL_TURN_GENTLE);
  ticker_let (f->ticker, 6);
  ticker_wait_entered (f->ticker, 13);
  tl_engine_steer (f->engine, run, rain, TL_TURN_HARD);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FINISHED);
}

/* With the step of @other in hand, so that all that is asked for until ticker_open() comes at once.
 */
static void
hold_worker (Fixture *f, TlRun *other)
{
  ticker_gate (f->ticker);
  tl_engine_start (f->engine, other);
  ticker_wait_entered (f->ticker, 1);
}

/* From each of its states, with the turns that came later. */
static void
from_everywhere_to_the_same_end (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40);
  g_autoptr (Keeper) keeper = keeper_new (run);

  tl_engine_set_checkpoint_every (f->engine, 1);
  make_run_with_turns (f, run);
  for (guint64 iteration = 1; iteration < 40; iteration++)
    {
      g_autoptr (TlRun) again = keeper_restore (keeper, 40, NULL);
      g_autoptr (Keeper) its = keeper_new (again);
      guint64 found;

      tl_engine_resume (f->engine, again, keeper_find (keeper, iteration, &found), FALSE);
      g_assert_cmpuint (found, ==, iteration);
      g_assert_cmpint (tl_run_get_state (again), ==, TL_RUN_STARTING);
      fixture_wait_state (again, TL_RUN_RUNNING);
      fixture_wait_state (again, TL_RUN_FINISHED);
      g_assert_cmphex (shown (again), ==, shown (run));
      fixture_assert_exact (again);
      g_assert_true (tl_run_get_steer (again) == tl_run_get_steer (run));
      /* What was written down once is not written again. */
      g_assert_cmpuint (its->turns->len, ==, 0);
      g_assert_cmpuint (tl_run_get_journal (again)->len, ==, 3);
    }
}

static void
an_older_steer_is_in_force_again (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40), again = NULL;
  g_autoptr (Keeper) keeper = keeper_new (run);
  g_autoptr (TlSteer) fog = fixture_steer ("fog", 40);
  guint64 found;

  tl_engine_set_checkpoint_every (f->engine, 5);
  make_run_with_turns (f, run);
  again = keeper_restore (keeper, 40, NULL);
  ticker_gate (f->ticker);
  ticker_let (f->ticker, 1);
  tl_engine_resume (f->engine, again, keeper_find (keeper, 10, &found), FALSE);
  fixture_wait_state (again, TL_RUN_RUNNING);
  ticker_wait_entered (f->ticker, 2);
  fixture_settle ();
  g_assert_true (tl_run_get_steer (again)
                 == g_array_index (keeper->turns, TlJournalEntry, 1).steer);

  /* Somebody steers: what came later never happened. */
  tl_engine_steer (f->engine, again, fog, TL_TURN_GENTLE);
  ticker_open (f->ticker);
  fixture_wait_state (again, TL_RUN_FINISHED);
  g_assert_cmpuint (tl_run_get_journal (again)->len, ==, 3);
  g_assert_cmpuint (g_array_index (tl_run_get_journal (again), TlJournalEntry, 2).iteration, ==,
                    12);
  fixture_assert_exact (again);
  g_assert_cmphex (shown (again), !=, shown (run));
}

/* Before the state is there nobody knows at which iteration that is. */
static void
a_turn_before_the_state_is_loaded (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40), again = NULL;
  g_autoptr (TlRun) other = fixture_run (8, "a red tractor", 5);
  g_autoptr (Keeper) keeper = keeper_new (run);
  g_autoptr (TlSteer) fog = fixture_steer ("fog", 40);
  guint64 found;

  tl_engine_set_checkpoint_every (f->engine, 5);
  make_run_with_turns (f, run);
  again = keeper_restore (keeper, 40, NULL);
  hold_worker (f, other);
  tl_engine_resume (f->engine, again, keeper_find (keeper, 13, &found), FALSE);
  tl_engine_pause (f->engine, again);
  tl_engine_steer (f->engine, again, fog, TL_TURN_GENTLE);
  ticker_open (f->ticker);
  fixture_wait_state (again, TL_RUN_PAUSED);
  fixture_save (f, again, NULL);
  g_assert_cmpint (tl_run_get_state (again), ==, TL_RUN_PAUSED);
  g_assert_cmpuint (tl_run_get_iteration (again), ==, 13);
  tl_engine_continue (f->engine, again);
  fixture_wait_state (again, TL_RUN_FINISHED);
  fixture_assert_exact (again);
  /* The hard turn there was is one still. */
  g_assert_cmpint (g_array_index (tl_run_get_journal (again), TlJournalEntry, 2).turn, ==,
                   TL_TURN_HARD);
}

static void
a_bad_state_fails_and_may_be_tried_again (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40), again = NULL, other = NULL;
  g_autoptr (Keeper) keeper = keeper_new (run);
  g_autoptr (GBytes) half = g_bytes_new_static ("half", 4);
  guint64 found;

  make_run_with_turns (f, run);
  other = keeper_restore (keeper, 40, NULL);
  tl_engine_resume (f->engine, other, half, FALSE);
  fixture_wait_state (other, TL_RUN_FAILED);
  g_assert_cmpstr (tl_run_get_message (other), ==, "no state of this run");
  tl_engine_discard (f->engine, other);

  again = keeper_restore (keeper, 40, NULL);
  ticker_fail (f->ticker, TICKER_START, 1);
  tl_engine_resume (f->engine, again, keeper_find (keeper, 13, &found), FALSE);
  fixture_wait_state (again, TL_RUN_FAILED);
  tl_engine_continue (f->engine, again);
  fixture_wait_state (again, TL_RUN_FINISHED);
  g_assert_cmphex (shown (again), ==, shown (run));
}

/* --- forks ------------------------------------------------------------------------------------ */

/* (transfer full): as a session makes it */
static TlRun *
leave (TlRun *parent, guint64 iteration, const TlJournalEntry *entry)
{
  const TlRunOrigin origin = {
    .id = 2, .parent = parent, .parent_iteration = iteration, .continues_parent = TRUE
  };
  TlRun *run = tl_run_new (tl_run_get_start (parent), entry->steer);

  tl_run_set_origin (run, &origin);
  tl_run_add_journal (run, entry);
  return run;
}

static void
a_fork_of_a_fork_is_one_line (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40);
  g_autoptr (TlSteer) fog = fixture_steer ("fog", 60), sun = fixture_steer ("sun", 60);
  g_autoptr (Keeper) keeper = keeper_new (run);
  g_autoptr (TlRun) child = NULL, grandchild = NULL;
  g_autoptr (Keeper) childs = NULL, grandchilds = NULL;
  g_autoptr (TlRecipe) recipe = NULL;
  guint64 found;

  make_run_with_turns (f, run);
  child = leave (run, 25, &(TlJournalEntry){ 25, fog, TL_TURN_HARD, { 0.1, 3 } });
  childs = keeper_new (child);
  tl_engine_resume (f->engine, child, keeper_find (keeper, 25, &found), TRUE);
  fixture_wait_state (child, TL_RUN_FINISHED);
  g_assert_cmpstr (childs->text->str, ==, "50 60e");
  fixture_assert_exact (child);

  grandchild = leave (child, 50, &(TlJournalEntry){ 50, sun, TL_TURN_GENTLE, { 0.2, 0 } });
  grandchilds = keeper_new (grandchild);
  tl_engine_resume (f->engine, grandchild, keeper_find (childs, 50, &found), TRUE);
  fixture_wait_state (grandchild, TL_RUN_FINISHED);
  fixture_assert_exact (grandchild);
  g_assert_cmphex (shown (grandchild), !=, shown (child));

  /* start, two turns of the first run, and one where each left */
  recipe = tl_run_dup_recipe (grandchild, 60);
  g_assert_cmpuint (tl_recipe_get_n_entries (recipe), ==, 5);
  {
    g_autoptr (TlRun) alone = fixture_run (7, "never in force", 40);
    g_autoptr (Keeper) alones = keeper_new (alone);

    tl_engine_replay (f->engine, alone, recipe);
    fixture_wait_state (alone, TL_RUN_FINISHED);
    g_assert_cmphex (shown (alone), ==, shown (grandchild));
    g_assert_cmpuint (tl_run_get_journal (alone)->len, ==, 5);
    fixture_assert_exact (alone);
    /* Before each turn, and in the run that was replayed as well. */
    g_assert_cmpstr (alones->text->str, ==, "7t 13t 25t 50t 60e");
    g_assert_cmpstr (alones->pictures->str, ==, "7 13 25 50 60");

    /* From each of which it goes on to the same end. */
    for (guint64 iteration = 7; iteration < 60; iteration++)
      {
        g_autoptr (TlRun) again = keeper_restore (alones, 60, NULL);

        tl_engine_resume (f->engine, again, keeper_find (alones, iteration, &found), FALSE);
        fixture_wait_state (again, TL_RUN_FINISHED);
        g_assert_cmphex (shown (again), ==, shown (grandchild));
      }
  }
}

/* Paused before its first iteration, its picture and its state are of after the jitter. */
static void
a_sibling_paused_where_it_left (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40);
  g_autoptr (TlRun) other = fixture_run (8, "a red tractor", 5);
  g_autoptr (TlSteer) fog = fixture_steer ("fog", 60);
  g_autoptr (Keeper) keeper = keeper_new (run);
  g_autoptr (TlRun) child = NULL, again = NULL;
  g_autoptr (Keeper) childs = NULL;
  TlRunOrigin origin = { .id = 2, .parent = run, .parent_iteration = 25, .continues_parent = TRUE };
  guint64 found;

  make_run_with_turns (f, run);
  child = leave (run, 25, &(TlJournalEntry){ 25, fog, TL_TURN_HARD, { 0.1, 3 } });
  childs = keeper_new (child);
  keeper_write (childs, 3);
  hold_worker (f, other);
  tl_engine_resume (f->engine, child, keeper_find (keeper, 25, &found), TRUE);
  tl_engine_steer (f->engine, child, fog, TL_TURN_GENTLE);
  tl_engine_pause (f->engine, child);
  ticker_open (f->ticker);
  fixture_wait_state (child, TL_RUN_PAUSED);
  fixture_assert_exact (child);
  g_assert_cmphex (shown (child), !=, ticker_read_bytes (keeper_find (keeper, 25, &found)));
  g_assert_cmpstr (childs->text->str, ==, "25t");
  tl_engine_continue (f->engine, child);
  fixture_wait_state (child, TL_RUN_FINISHED);
  fixture_assert_exact (child);

  again = keeper_restore (childs, 60, &origin);
  tl_engine_resume (f->engine, again, keeper_find (childs, 25, &found), FALSE);
  fixture_wait_state (again, TL_RUN_FINISHED);
  g_assert_cmphex (shown (again), ==, shown (child));
}

static void
a_failed_jitter_can_be_tried_again (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40), child = NULL;
  g_autoptr (TlSteer) fog = fixture_steer ("fog", 60);
  g_autoptr (Keeper) keeper = keeper_new (run);
  guint64 found;

  make_run_with_turns (f, run);
  child = leave (run, 25, &(TlJournalEntry){ 25, fog, TL_TURN_HARD, { 0.1, 3 } });
  ticker_fail (f->ticker, TICKER_JITTER, 1);
  tl_engine_resume (f->engine, child, keeper_find (keeper, 25, &found), TRUE);
  fixture_wait_state (child, TL_RUN_FAILED);
  tl_engine_continue (f->engine, child);
  fixture_wait_state (child, TL_RUN_FINISHED);
  fixture_assert_exact (child);
}

/* The state at which it left is torn; an older one of its parent's leads there. */
static void
a_fork_from_an_older_state (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40);
  g_autoptr (TlSteer) fog = fixture_steer ("fog", 60);
  g_autoptr (Keeper) keeper = keeper_new (run);
  const TlJournalEntry entry = { 25, fog, TL_TURN_HARD, { 0.1, 3 } };
  g_autoptr (TlRun) child = NULL, other = NULL;
  guint64 found;

  make_run_with_turns (f, run);
  child = leave (run, 25, &entry);
  other = leave (run, 25, &entry);
  tl_engine_resume (f->engine, child, keeper_find (keeper, 25, &found), TRUE);
  tl_engine_resume (f->engine, other, keeper_find (keeper, 7, &found), TRUE);
  fixture_wait_state (child, TL_RUN_FINISHED);
  fixture_wait_state (other, TL_RUN_FINISHED);
  g_assert_cmphex (shown (other), ==, shown (child));
}

/* Steering where a turn of the recipe is due: both are taken, the recipe's first. */
static void
a_turn_where_one_is_due (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 40);
  g_autoptr (TlSteer) snow = fixture_steer ("snow", 40), fog = fixture_steer ("fog", 40);
  g_autoptr (GArray) journal = tl_journal_new ();
  g_autoptr (TlRecipe) recipe = NULL;
  const TlMaker maker = { { (char *) "a", (char *) "" },
                          { (char *) "b", (char *) "" },
                          (char *) "float32",
                          (char *) "cpu",
                          1 };
  const TlJournalEntry *entry;

  tl_journal_add (journal, &(TlJournalEntry){ .steer = tl_run_get_steer (run) });
  tl_journal_add (journal, &(TlJournalEntry){ 7, snow, TL_TURN_HARD, { 0.1, 2 } });
  tl_journal_add (journal, &(TlJournalEntry){ 20, snow, TL_TURN_HARD });
  recipe = tl_recipe_new (tl_run_get_start (run), &maker, journal, 40);

  ticker_gate (f->ticker);
  ticker_let (f->ticker, 6);
  tl_engine_replay (f->engine, run, recipe);
  ticker_wait_entered (f->ticker, 7);
  tl_engine_steer (f->engine, run, fog, TL_TURN_GENTLE);
  ticker_open (f->ticker);
  fixture_wait_state (run, TL_RUN_FINISHED);
  fixture_assert_exact (run);
  /* The rest of the recipe is not taken any more. */
  g_assert_cmpuint (tl_run_get_journal (run)->len, ==, 2);
  entry = &g_array_index (tl_run_get_journal (run), TlJournalEntry, 1);
  g_assert_true (entry->steer == fog);
  g_assert_cmpint (entry->turn, ==, TL_TURN_HARD);
  g_assert_cmpfloat (entry->jitter.sigma, ==, 0.1);
}

/* --- whatever happens ------------------------------------------------------------------------- */

#define N_COMMANDS 40

static void
command (Fixture *f, TlRun *run, TlRandom *random)
{
  static const char *const words[] = { "snow", "rain|fog:0.5", "a red tractor", "sun:2 ^ moon" };
  g_autoptr (TlSteer) steer = NULL;

  switch (tl_random_below (random, 8))
    {
    case 0:
    case 1:
      steer =
        fixture_steer (words[tl_random_below (random, G_N_ELEMENTS (words))], TL_MAX_ITERATIONS);
      tl_engine_steer (f->engine, run, steer,
                       tl_random_below (random, 2) ? TL_TURN_HARD : TL_TURN_GENTLE);
      break;
    case 2:
      tl_engine_pause (f->engine, run);
      break;
    case 3:
      tl_engine_keep_all (f->engine);
      break;
    case 4:
      tl_engine_stop (f->engine, run);
      break;
    default:
      tl_engine_continue (f->engine, run);
    }
}

/* Random commands, then the end of everything; what was written down by then is all there is. From
 * there on every state leads to what the recipe makes. */
static void
after_any_crash (Fixture *f, gconstpointer data)
{
  TlRandom random;

  tl_random_init (&random, 20261, 0, TL_PURPOSE_START, 0);
  for (guint round = 0; round < 40; round++)
    {
      g_autoptr (TlRun) run = fixture_run (round, "a red tractor", TL_MAX_ITERATIONS);
      g_autoptr (TlRun) again = NULL;
      g_autoptr (Keeper) keeper = keeper_new (run);
      guint64 found, until;

      ticker_gate (f->ticker);
      tl_engine_set_checkpoint_every (f->engine, tl_random_below (&random, 7));
      tl_engine_start (f->engine, run);
      for (guint i = 0; i < N_COMMANDS || keeper->states->len == 0; i++)
        {
          command (f, run, &random);
          ticker_let (f->ticker, tl_random_below (&random, 5));
          /* Nothing may be due for ever, so never wait for it. */
          g_usleep (100);
          while (g_main_context_iteration (NULL, FALSE))
            ;
        }
      until = tl_run_get_iteration (run);
      g_clear_object (&f->engine);
      ticker_gate (f->ticker);
      ticker_let (f->ticker, 1);
      f->engine = tl_engine_new (ticker_stepper_new (f->ticker));

      again = keeper_restore (keeper, TL_MAX_ITERATIONS, NULL);
      tl_engine_resume (
        f->engine, again,
        keeper_find (keeper, tl_random_below (&random, 2) ? until : G_MAXUINT64, &found), FALSE);
      fixture_wait_frame (again, found);
      tl_engine_pause (f->engine, again);
      ticker_open (f->ticker);
      fixture_wait_state (again, TL_RUN_PAUSED);
      fixture_assert_exact (again);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/resume/everywhere", from_everywhere_to_the_same_end },
    { "/resume/steer", an_older_steer_is_in_force_again },
    { "/resume/turn-before-load", a_turn_before_the_state_is_loaded },
    { "/resume/bad-state", a_bad_state_fails_and_may_be_tried_again },
    { "/resume/fork-of-a-fork", a_fork_of_a_fork_is_one_line },
    { "/resume/sibling", a_sibling_paused_where_it_left },
    { "/resume/failed-jitter", a_failed_jitter_can_be_tried_again },
    { "/resume/older-state", a_fork_from_an_older_state },
    { "/resume/due-turn", a_turn_where_one_is_due },
    { "/resume/crash", after_any_crash },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
