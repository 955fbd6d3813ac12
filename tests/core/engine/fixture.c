/* fixture.c - an engine with a ticker in it, and waiting for what its runs say
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/engine/fixture.h"

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->ticker = ticker_new ();
  self->engine = tl_engine_new (ticker_stepper_new (self->ticker));
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->engine);
  fixture_settle ();
  g_clear_pointer (&self->ticker, ticker_free);
}

TlSteer *
fixture_steer (const char *words, gint64 n_iterations)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (words);
  TlSettings settings;

  tl_settings_init (&settings);
  settings.n_iterations = n_iterations;
  return tl_steer_new (prompt, &settings, NULL);
}

TlRun *
fixture_run (guint64 seed, const char *words, gint64 n_iterations)
{
  const TlStartValues values = { .seed = seed, .width = 64, .height = 64 };
  g_autoptr (TlStart) start = tl_start_new (&values);
  g_autoptr (TlSteer) steer = fixture_steer (words, n_iterations);

  return tl_run_new (start, steer);
}

typedef struct
{
  GMainLoop *loop;
  gboolean (*is_met) (TlRun *run, guint64 value);
  guint64 value;
} Wait;

static void
on_notify_cb (TlRun *run, GParamSpec *pspec, Wait *wait)
{
  if (wait->is_met (run, wait->value))
    g_main_loop_quit (wait->loop);
}

static void
wait_until (TlRun *run, gboolean (*is_met) (TlRun *run, guint64 value), guint64 value)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Wait wait = { loop, is_met, value };
  gulong handler;

  if (is_met (run, value))
    return;
  handler = g_signal_connect (run, "notify", G_CALLBACK (on_notify_cb), &wait);
  g_main_loop_run (loop);
  g_signal_handler_disconnect (run, handler);
}

static gboolean
is_in_state (TlRun *run, guint64 state)
{
  return tl_run_get_state (run) == state;
}

void
fixture_wait_state (TlRun *run, TlRunState state)
{
  wait_until (run, is_in_state, state);
}

static gboolean
has_frame (TlRun *run, guint64 iteration)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run);

  return frame != NULL && tl_frame_get_iteration (frame) == iteration;
}

void
fixture_wait_frame (TlRun *run, guint64 iteration)
{
  wait_until (run, has_frame, iteration);
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
fixture_settle (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  /* After everything that is due already. */
  g_idle_add_full (G_PRIORITY_LOW, quit_cb, loop, NULL);
  g_main_loop_run (loop);
}

typedef struct
{
  GMainLoop *loop;
  GAsyncResult *result;
} Answer;

static void
on_saved_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->result = g_object_ref (result);
  g_main_loop_quit (answer->loop);
}

guint64
fixture_save (Fixture *self, TlRun *run, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GBytes) bytes = NULL;
  Answer answer = { loop, NULL };

  tl_engine_save_async (self->engine, run, NULL, on_saved_cb, &answer);
  ticker_let (self->ticker, 1);
  g_main_loop_run (loop);
  bytes = tl_engine_save_finish (self->engine, answer.result, error);
  g_object_unref (answer.result);
  return bytes != NULL ? ticker_read_bytes (bytes) : 0;
}

TlRecipe *
fixture_recipe (TlRun *run)
{
  return tl_run_dup_recipe (run, TL_MAX_ITERATIONS);
}

void
fixture_assert_exact (TlRun *run)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run);
  g_autoptr (TlRecipe) recipe = tl_run_dup_recipe (run, tl_run_get_iteration (run));

  g_assert_nonnull (frame);
  g_assert_nonnull (recipe);
  g_assert_cmpuint (tl_frame_get_iteration (frame), ==, tl_run_get_iteration (run));
  g_assert_cmphex (ticker_read_frame (frame), ==, ticker_replay (recipe));
  g_assert_cmpfloat (tl_run_get_similarity (run), ==, tl_frame_get_similarity (frame));
}
