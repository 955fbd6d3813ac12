/* test-session-engine.c - an engine that works for a session: what is read back goes on exactly
 *
 * The ticker's state is a hash of all that a run was steered by, and its recipe says which hash is
 * right; so a turn, a jitter or a checkpoint that is lost on the way through the file shows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/engine/fixture.h"
#include "tests/core/session/session-fixture.h"

typedef struct
{
  Fixture engine;
  SessionFixture files;
} Studio;

static void
set_up (Studio *self, gconstpointer data)
{
  session_fixture_set_up (&self->files, data);
  fixture_set_up (&self->engine, data);
  tl_engine_set_checkpoint_every (self->engine.engine, 5);
}

static void
tear_down (Studio *self, gconstpointer data)
{
  /* The engine first, which still speaks; the ticker last, which counts the session's pictures. */
  g_clear_object (&self->engine.engine);
  fixture_settle ();
  session_fixture_tear_down (&self->files, data);
  fixture_tear_down (&self->engine, data);
}

/* The program ends, and begins again. */
static void
restart (Studio *self)
{
  g_clear_object (&self->engine.engine);
  fixture_settle ();
  session_fixture_reopen (&self->files);
  ticker_open (self->engine.ticker);
  self->engine.engine = tl_engine_new (ticker_stepper_new (self->engine.ticker));
  tl_engine_set_checkpoint_every (self->engine.engine, 5);
}

static TlRun *
run_at (Studio *self, gint64 id)
{
  return tl_session_find_run (self->files.session, id);
}

static void
go_on (Studio *self, TlRun *run)
{
  gboolean is_parents;
  g_autoptr (GBytes) state =
    session_fixture_load (self->files.session, run, G_MAXUINT64, NULL, &is_parents, NULL);

  if (state != NULL)
    tl_engine_resume (self->engine.engine, run, state, is_parents);
  else
    tl_engine_start (self->engine.engine, run);
}

static TlRun *
add (Studio *self, guint64 seed, const char *words, gint64 n_iterations)
{
  g_autoptr (TlStart) start = session_fixture_start (seed);
  g_autoptr (TlSteer) steer = session_fixture_steer (words, n_iterations);

  return tl_session_add_run (self->files.session, start, steer, NULL);
}

static TlRun *
fork_with (Studio *self, TlRun *parent, guint64 iteration, const char *words, TlTurn turn,
           TlJitter jitter)
{
  g_autoptr (TlSteer) steer = session_fixture_steer (words, 60);
  const TlForkValues values = { .steer = steer, .turn = turn, .jitter = jitter, .change = words };
  g_autoptr (GError) error = NULL;
  TlRun *run = tl_session_fork (self->files.session, parent, iteration, &values, &error);

  g_assert_no_error (error);
  return run;
}

/* To 22, turned at 7 and, hard, at 13. */
static void
make_turned (Studio *self, TlRun *run)
{
  g_autoptr (TlSteer) snow = session_fixture_steer ("snow", 60);
  g_autoptr (TlSteer) rain = session_fixture_steer ("rain", 60);
  Ticker *ticker = self->engine.ticker;

  ticker_gate (ticker);
  ticker_let (ticker, 6);
  tl_engine_start (self->engine.engine, run);
  ticker_wait_entered (ticker, 7);
  tl_engine_steer (self->engine.engine, run, snow, TL_TURN_GENTLE);
  ticker_let (ticker, 6);
  ticker_wait_entered (ticker, 13);
  tl_engine_steer (self->engine.engine, run, rain, TL_TURN_HARD);
  ticker_let (ticker, 8);
  ticker_wait_entered (ticker, 21);
  tl_engine_pause (self->engine.engine, run);
  ticker_let (ticker, 1);
  fixture_wait_state (run, TL_RUN_PAUSED);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 21);
  ticker_open (ticker);
}

static void
a_line_of_forks_goes_on_exactly (Studio *self, gconstpointer data)
{
  TlRun *root = add (self, 7, "a red tractor", 60), *fork, *grandchild;
  g_autofree char *checkpoints = NULL;

  make_turned (self, root);
  checkpoints = session_fixture_print_checkpoints (self->files.session, root);
  g_assert_cmpstr (checkpoints, ==, "5 7t 10 13t 15 20 21p");
  /* One begins, the other is only made, before the program ends. */
  fork = fork_with (self, root, 13, "fog", TL_TURN_HARD, (TlJitter){ 0.5, 3 });
  go_on (self, fork);
  fixture_wait_state (fork, TL_RUN_FINISHED);
  fixture_assert_exact (fork);
  grandchild = fork_with (self, fork, 30, "sun", TL_TURN_GENTLE, (TlJitter){ 0.25, 1 });
  g_assert_cmpint (tl_run_get_state (grandchild), ==, TL_RUN_NEW);

  restart (self);
  for (gint64 id = 1; id <= 3; id += 2)
    {
      go_on (self, run_at (self, id));
      fixture_wait_state (run_at (self, id), TL_RUN_FINISHED);
      g_assert_cmpuint (tl_run_get_iteration (run_at (self, id)), ==, 60);
      fixture_assert_exact (run_at (self, id));
    }
  g_assert_cmpuint (tl_run_get_journal (run_at (self, 1))->len, ==, 3);
  g_assert_cmpuint (tl_run_get_journal (run_at (self, 3))->len, ==, 4);
}

/* With runs that go on: what was kept last is where they are paused. */
static void
leaving_in_the_middle_loses_nothing (Studio *self, gconstpointer data)
{
  TlRun *run = add (self, 7, "a red tractor", 100000);
  guint64 left_at;

  tl_engine_start (self->engine.engine, run);
  fixture_wait_state (run, TL_RUN_RUNNING);
  left_at = tl_run_get_iteration (run);
  tl_engine_keep_all (self->engine.engine);
  fixture_save (&self->engine, run, NULL);

  restart (self);
  run = run_at (self, 1);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_PAUSED);
  g_assert_cmpuint (tl_run_get_iteration (run), >=, left_at);
  go_on (self, run);
  fixture_wait_state (run, TL_RUN_RUNNING);
  tl_engine_pause (self->engine.engine, run);
  fixture_wait_state (run, TL_RUN_PAUSED);
  fixture_assert_exact (run);
}

static void
an_undo_is_a_fork_from_before_the_turn (Studio *self, gconstpointer data)
{
  TlRun *root = add (self, 7, "a red tractor", 60), *owner, *undone;
  TlForkValues values = { .change = "undone" };
  g_autofree char *words = NULL;
  guint64 iteration;

  make_turned (self, root);
  owner = tl_session_find_undo (self->files.session, root, &iteration, &values.steer);
  g_assert_true (owner == root);
  g_assert_cmpuint (iteration, ==, 13);
  undone = tl_session_fork (self->files.session, owner, iteration, &values, NULL);
  go_on (self, undone);
  fixture_wait_state (undone, TL_RUN_FINISHED);
  fixture_assert_exact (undone);
  words = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (undone)));
  g_assert_cmpstr (words, ==, "snow");
}

static void
siblings_hold_and_are_exact (Studio *self, gconstpointer data)
{
  TlRun *root = add (self, 7, "a red tractor", 60);
  g_autoptr (GPtrArray) siblings = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint64 hashes[3];

  make_turned (self, root);
  siblings = tl_session_add_siblings (self->files.session, root, 21, 3, 0.5, NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (TlFrame) frame = NULL;

      go_on (self, siblings->pdata[i]);
      fixture_wait_state (siblings->pdata[i], TL_RUN_HELD);
      g_assert_cmpuint (tl_run_get_iteration (siblings->pdata[i]), ==, 51);
      fixture_assert_exact (siblings->pdata[i]);
      frame = tl_run_dup_frame (siblings->pdata[i]);
      hashes[i] = ticker_read_frame (frame);
      g_hash_table_add (seen, &hashes[i]);
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 3);

  restart (self);
  for (gint64 id = 2; id <= 4; id++)
    {
      TlRun *run = run_at (self, id);

      g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_HELD);
      go_on (self, run);
      fixture_wait_state (run, TL_RUN_FINISHED);
      g_assert_cmpuint (tl_run_get_iteration (run), ==, 60);
      fixture_assert_exact (run);
    }
}

static guint64
shown (TlRun *run)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run);

  return ticker_read_frame (frame);
}

/* Paused after @iteration steps of what @recipe repeats, its later turns still ahead. */
static void
repeat_until (Studio *self, TlRun *run, TlRecipe *recipe, guint n_steps)
{
  Ticker *ticker = self->engine.ticker;

  ticker_gate (ticker);
  ticker_let (ticker, n_steps - 1);
  tl_engine_replay (self->engine.engine, run, recipe);
  ticker_wait_entered (ticker, n_steps);
  tl_engine_pause (self->engine.engine, run);
  ticker_let (ticker, 1);
  fixture_wait_state (run, TL_RUN_PAUSED);
}

/* Before the first turn, between both, where the second is due, and past it. */
static void
what_is_repeated_goes_on_with_the_turns_ahead (Studio *self, gconstpointer data)
{
  static const guint until[] = { 3, 10, 13, 20 };
  TlRun *root = add (self, 7, "a red tractor", 60), *owner;
  g_autoptr (TlRecipe) recipe = NULL;
  guint64 expected, iteration = 0;
  TlSteer *before;

  make_turned (self, root);
  tl_engine_continue (self->engine.engine, root);
  fixture_wait_state (root, TL_RUN_FINISHED);
  expected = shown (root);
  recipe = fixture_recipe (root);
  for (guint i = 0; i < G_N_ELEMENTS (until); i++)
    {
      TlRun *run = add (self, 7, "a red tractor", 60);

      repeat_until (self, run, recipe, until[i]);
      restart (self);
      run = run_at (self, i + 2);
      g_assert_cmpuint (tl_run_get_iteration (run), ==, until[i]);
      /* What has not been done yet cannot be undone. */
      owner = tl_session_find_undo (self->files.session, run, &iteration, &before);
      g_assert_true (until[i] == 3 ? owner == NULL : iteration <= until[i]);
      go_on (self, run);
      fixture_wait_state (run, TL_RUN_FINISHED);
      g_assert_cmphex (shown (run), ==, expected);
      g_assert_cmpuint (tl_run_get_journal (run)->len, ==, 3);
    }
}

/* Killed before anything was kept, it begins again. */
static void
what_is_repeated_begins_again_with_all_turns (Studio *self, gconstpointer data)
{
  TlRun *root = add (self, 7, "a red tractor", 60), *run;
  g_autoptr (TlRecipe) recipe = NULL;
  guint64 expected;

  make_turned (self, root);
  tl_engine_continue (self->engine.engine, root);
  fixture_wait_state (root, TL_RUN_FINISHED);
  expected = shown (root);
  recipe = fixture_recipe (root);
  run = add (self, 7, "a red tractor", 60);
  ticker_gate (self->engine.ticker);
  tl_engine_replay (self->engine.engine, run, recipe);
  ticker_wait_entered (self->engine.ticker, 1);

  restart (self);
  run = run_at (self, 2);
  go_on (self, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmphex (shown (run), ==, expected);
}

/* The turn that it goes back with does not take those that are ahead out of the file. */
static void
what_ran_away_keeps_the_turns_ahead (Studio *self, gconstpointer data)
{
  TlRun *root = add (self, 7, "a red tractor", 60), *run;
  g_autoptr (TlRecipe) recipe = NULL;
  guint64 found = 0;

  make_turned (self, root);
  tl_engine_continue (self->engine.engine, root);
  fixture_wait_state (root, TL_RUN_FINISHED);
  recipe = fixture_recipe (root);
  run = add (self, 7, "a red tractor", 60);
  ticker_run_wild (self->engine.ticker, 6, 0.06);
  tl_engine_replay (self->engine.engine, run, recipe);
  fixture_wait_state (run, TL_RUN_FINISHED);
  ticker_run_wild (self->engine.ticker, 0, 0);
  found = shown (run);
  g_assert_cmpuint (tl_run_get_journal (run)->len, ==, 4);

  /* Again, but closed when it has gone back and not yet come to them. */
  run = add (self, 7, "a red tractor", 60);
  ticker_run_wild (self->engine.ticker, 6, 0.06);
  repeat_until (self, run, recipe, 7);
  ticker_run_wild (self->engine.ticker, 0, 0);
  restart (self);
  run = run_at (self, 3);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 5);
  go_on (self, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  g_assert_cmphex (shown (run), ==, found);
}

/* Closed in the middle, it goes on where it was, and each is as if it had been alone. */
static void
an_exploration_goes_on_where_it_was (Studio *self, gconstpointer data)
{
  g_autoptr (TlStart) start = session_fixture_start (40);
  g_autoptr (TlSteer) steer = session_fixture_steer ("snow", 60);
  g_autoptr (TlExploration) found = NULL;
  TlExploration *exploration = tl_session_explore (self->files.session, start, steer, 4, 30, NULL);
  guint64 n_done;

  ticker_gate (self->engine.ticker);
  for (gint64 id = 1; id <= 4; id++)
    tl_engine_start (self->engine.engine, run_at (self, id));
  ticker_let (self->engine.ticker, 70);
  ticker_wait_entered (self->engine.ticker, 71);
  for (gint64 id = 1; id <= 4; id++)
    tl_engine_pause (self->engine.engine, run_at (self, id));
  ticker_open (self->engine.ticker);
  for (gint64 id = 1; id <= 4; id++)
    fixture_wait_state (run_at (self, id), TL_RUN_PAUSED);
  n_done = tl_exploration_get_n_done (exploration);
  g_assert_cmpuint (n_done, ==, 71);

  restart (self);
  found = g_list_model_get_item (tl_session_get_explorations (self->files.session), 0);
  g_assert_cmpuint (tl_exploration_get_n_done (found), ==, n_done);
  for (gint64 id = 1; id <= 4; id++)
    go_on (self, run_at (self, id));
  for (gint64 id = 1; id <= 4; id++)
    {
      fixture_wait_state (run_at (self, id), TL_RUN_HELD);
      fixture_assert_exact (run_at (self, id));
    }
  g_assert_true (tl_exploration_is_held (found));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Studio *self, gconstpointer data);
  } tests[] = {
    { "/session/engine/forks", a_line_of_forks_goes_on_exactly },
    { "/session/engine/leaving", leaving_in_the_middle_loses_nothing },
    { "/session/engine/undo", an_undo_is_a_fork_from_before_the_turn },
    { "/session/engine/siblings", siblings_hold_and_are_exact },
    { "/session/engine/exploration", an_exploration_goes_on_where_it_was },
    { "/session/engine/repeated", what_is_repeated_goes_on_with_the_turns_ahead },
    { "/session/engine/repeated-anew", what_is_repeated_begins_again_with_all_turns },
    { "/session/engine/repeated-wild", what_ran_away_keeps_the_turns_ahead },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Studio, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
