/* test-worker.c - whatever is commanded, the recipe makes the picture; idle, the stepper rests
 *
 * Three runs get random commands while they run. The model is the recipe: replayed by itself it
 * must give the hash that each picture shows, at every pause and at the end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"
#include "tests/core/engine/fixture.h"

#include <string.h>

#define N_RUNS 3
#define N_COMMANDS 300

typedef struct
{
  TlRandom random;
  TlRun *runs[N_RUNS];
  guint n_pictures, n_answers, n_saves;
} Stress;

static void
on_frame_cb (TlRun *run, GParamSpec *pspec, Stress *self)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run);
  g_autoptr (TlRecipe) recipe = tl_run_dup_recipe (run, tl_frame_get_iteration (frame));

  g_assert_cmphex (ticker_read_frame (frame), ==, ticker_replay (recipe));
  g_assert_cmpuint (tl_frame_get_iteration (frame), <=, tl_run_get_iteration (run));
  self->n_pictures++;
}

static void
on_saved_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Stress *self = data;
  g_autoptr (GBytes) bytes = tl_engine_save_finish (TL_ENGINE (object), result, NULL);

  /* Without bytes: the run was discarded before its turn came. */
  self->n_saves += bytes != NULL;
  self->n_answers++;
}

static TlSteer *
draw_steer (Stress *self)
{
  static const char *const words[] = { "snow", "rain|fog:0.5", "a red tractor", "sun:2 ^ moon" };

  return fixture_steer (words[tl_random_below (&self->random, G_N_ELEMENTS (words))],
                        TL_MAX_ITERATIONS);
}

static void
command (Fixture *f, Stress *self, guint *n_asked)
{
  TlRun *run = self->runs[tl_random_below (&self->random, N_RUNS)];
  g_autoptr (TlSteer) steer = NULL;

  switch (tl_random_below (&self->random, 12))
    {
    case 0:
    case 1:
    case 2:
      steer = draw_steer (self);
      tl_engine_steer (f->engine, run, steer,
                       tl_random_below (&self->random, 2) ? TL_TURN_HARD : TL_TURN_GENTLE);
      break;
    case 3:
    case 4:
      tl_engine_pause (f->engine, run);
      break;
    case 5:
    case 6:
    case 7:
      tl_engine_continue (f->engine, run);
      break;
    case 8:
      tl_engine_stop (f->engine, run);
      break;
    case 9:
      tl_engine_set_focus (f->engine, tl_random_below (&self->random, 2) ? run : NULL);
      break;
    case 10:
      tl_engine_save_async (f->engine, run, NULL, on_saved_cb, self);
      *n_asked += 1;
      break;
    default:
      if (tl_random_below (&self->random, 3) == 0)
        {
          tl_engine_discard (f->engine, run);
          tl_engine_start (f->engine, run);
        }
      break;
    }
}

/* Sometimes the main loop looks at what has been posted, sometimes it waits for the worker. */
static void
look_now_and_then (Fixture *f, Stress *self)
{
  TlRun *run = self->runs[tl_random_below (&self->random, N_RUNS)];

  switch (tl_random_below (&self->random, 6))
    {
    case 0:
      fixture_settle ();
      break;
    case 1:
      self->n_saves += fixture_save (f, run, NULL) != 0;
      break;
    default:
      break;
    }
}

static void
end (Fixture *f, Stress *self)
{
  ticker_open (f->ticker);
  for (guint i = 0; i < N_RUNS; i++)
    {
      tl_engine_pause (f->engine, self->runs[i]);
      /* Its answer comes after the pause, whatever state the run is in. */
      fixture_save (f, self->runs[i], NULL);
      if (tl_run_get_state (self->runs[i]) == TL_RUN_STOPPED)
        continue;
      g_assert_cmpint (tl_run_get_state (self->runs[i]), ==, TL_RUN_PAUSED);
    }
  for (guint i = 0; i < N_RUNS; i++)
    {
      if (tl_run_get_iteration (self->runs[i]) > 0)
        fixture_assert_exact (self->runs[i]);
    }
}

static void
random_commands (Fixture *f, gconstpointer data)
{
  Stress self = { .n_pictures = 0 };
  guint n_asked = 0;

  tl_random_init (&self.random, GPOINTER_TO_UINT (data), 0, TL_PURPOSE_START, 0);
  tl_engine_set_frame_rate (f->engine, 1000);
  ticker_gate (f->ticker);
  for (guint i = 0; i < N_RUNS; i++)
    {
      self.runs[i] = fixture_run (i, "a red tractor", TL_MAX_ITERATIONS);
      g_signal_connect (self.runs[i], "notify::frame", G_CALLBACK (on_frame_cb), &self);
      tl_engine_start (f->engine, self.runs[i]);
    }
  /* Two slices each: all have begun. */
  ticker_let (f->ticker, N_RUNS * 10);
  for (guint i = 0; i < N_RUNS; i++)
    fixture_wait_frame (self.runs[i], 0);

  for (guint n = 0; n < N_COMMANDS; n++)
    {
      command (f, &self, &n_asked);
      /* So many that each run comes to its turn, so few that replaying stays cheap. */
      ticker_let (f->ticker, tl_random_below (&self.random, 8));
      look_now_and_then (f, &self);
    }
  end (f, &self);
  while (self.n_answers < n_asked)
    fixture_settle ();

  g_assert_cmpuint (self.n_pictures, >, 0);
  g_assert_cmpuint (self.n_saves, >, 0);
  g_test_message ("%u steps, %u pictures, %u states saved", f->ticker->n_log, self.n_pictures,
                  self.n_saves);
  g_clear_object (&f->engine);
  for (guint i = 0; i < N_RUNS; i++)
    {
      g_assert_cmpuint (G_OBJECT (self.runs[i])->ref_count, ==, 1);
      g_object_unref (self.runs[i]);
    }
}

/* Once until something is commanded again. The time is the worker's: about two seconds. */
static void
rests_when_idle (Fixture *f, gconstpointer data)
{
  g_autoptr (TlRun) run = fixture_run (7, "a red tractor", 50);
  gint n_before;

  tl_engine_start (f->engine, run);
  fixture_wait_state (run, TL_RUN_FINISHED);
  n_before = g_atomic_int_get (&f->ticker->n_rests);
  while (g_atomic_int_get (&f->ticker->n_rests) == n_before)
    g_usleep (G_USEC_PER_SEC / 20);
  g_usleep (G_USEC_PER_SEC * 5 / 2);
  g_assert_cmpint (g_atomic_int_get (&f->ticker->n_rests), ==, n_before + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint seed = 1; seed <= 5; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/worker/random-commands/%u", seed);

      g_test_add (path, Fixture, GUINT_TO_POINTER (seed), fixture_set_up, random_commands,
                  fixture_tear_down);
    }
  g_test_add ("/worker/rests-when-idle", Fixture, NULL, fixture_set_up, rests_when_idle,
              fixture_tear_down);
  return g_test_run ();
}
