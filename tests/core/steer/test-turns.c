/* test-turns.c - a turn that lays out forms anew, in the whole size: once, where it is taken
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/steer/fixture.h"

#include "core/weights/safetensors.h"

#define SEED 3

/* Iterations before the turn. */
#define AT 12

/* So slow that what moves the latent is what the denoiser draws. */
static TlSteer *
make_slow (const char *prompt, const char *coarse_from)
{
  return make_steer (prompt, NULL, "denoise", "0.01", "lr", "0.0001", "coarse", "0", "coarse-from",
                     coarse_from, NULL);
}

static TlState *
walk (Fixture *fixture, guint n)
{
  g_autoptr (TlStart) begin = make_start (SEED, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_slow ("a red tractor", "0");
  TlState *state = fixture_start (fixture, begin);

  fixture_walk (fixture, state, steer, n);
  return state;
}

/* How far a step moves the latent, in the mean. */
static gdouble
step (Fixture *fixture, TlState *state, TlSteer *steer)
{
  gsize n, m;
  g_autofree gfloat *before = fixture_read_z (fixture, state, &n), *after = NULL;
  gdouble sum = 0;

  fixture_walk (fixture, state, steer, 1);
  after = fixture_read_z (fixture, state, &m);
  g_assert_cmpuint (n, ==, m);
  for (gsize i = 0; i < n; i++)
    sum += ABS (after[i] - before[i]) / n;
  return sum;
}

/* The same for other words without new forms. */
static gdouble
measure_usual (Fixture *fixture)
{
  g_autoptr (TlSteer) plain = make_slow ("a blue boat", "0");
  TlState *state = walk (fixture, AT);
  const gdouble usual = step (fixture, state, plain);

  fixture_free_state (fixture, state);
  return usual;
}

/* Far in the step of the turn, and as little as ever in the next ones and without new forms. */
static void
begins_once (Fixture *fixture, gconstpointer data)
{
  static const char *const named[] = { "12", "11", "5" };
  const gdouble usual = measure_usual (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    {
      g_autoptr (TlSteer) anew = make_slow ("a blue boat", named[i]);
      TlState *state = walk (fixture, AT);

      g_assert_cmpfloat (step (fixture, state, anew), >, 10 * usual);
      for (guint k = 0; k < 2; k++)
        g_assert_cmpfloat (step (fixture, state, anew), <, 3 * usual);
      fixture_free_state (fixture, state);
    }
}

/* Not before it says, nor long after: what is steered by an old turn again is not laid out again.
 */
static void
begins_in_time (Fixture *fixture, gconstpointer data)
{
  static const char *const named[] = { "13", "500", "4", "1" };
  const gdouble usual = measure_usual (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    {
      g_autoptr (TlSteer) anew = make_slow ("a blue boat", named[i]);
      TlState *state = walk (fixture, AT);

      g_assert_cmpfloat (step (fixture, state, anew), <, 3 * usual);
      fixture_free_state (fixture, state);
    }
}

/* Where the turn's words come a little after it, its forms do. */
static void
waits_for_words (Fixture *fixture, gconstpointer data)
{
  const gdouble usual = measure_usual (fixture);
  g_autoptr (TlSteer) anew = make_slow ("a blue boat @14..99", "12");
  TlState *state = walk (fixture, AT);

  g_assert_cmpfloat (step (fixture, state, anew), ==, 0);
  g_assert_cmpfloat (step (fixture, state, anew), ==, 0);
  g_assert_cmpfloat (step (fixture, state, anew), >, 10 * usual);
  g_assert_cmpfloat (step (fixture, state, anew), <, 3 * usual);
  fixture_free_state (fixture, state);
}

/* Saved after the turn's first step, it goes on as if it had not been. */
static void
resumes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (SEED, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) anew = make_slow ("a blue boat", "12");
  TlState *state = walk (fixture, AT), *loaded;
  g_autoptr (GBytes) bytes = NULL;

  fixture_walk (fixture, state, anew, 1);
  bytes = fixture_save (fixture, state);
  loaded = fixture_load (fixture, begin, bytes);
  fixture_walk (fixture, state, anew, 2);
  fixture_walk (fixture, loaded, anew, 2);
  g_assert_true (fixture_are_equal (fixture, state, loaded));
  fixture_free_state (fixture, state);
  fixture_free_state (fixture, loaded);
}

/* As it was written before a state said where its forms are from. */
static GBytes *
make_old (GBytes *bytes)
{
  static const char *const keys[] = { "tiller.state", "iteration", "optimizer",
                                      "n_steps",      "seed",      "width",
                                      "height",       "vqgan",     "vqgan.sha256" };
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "state", NULL);
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    tl_safetensors_writer_set_metadata (writer, keys[i],
                                        tl_weights_get_metadata (weights, keys[i]));
  for (guint i = 0; i < tl_weights_get_n_blobs (weights); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (weights, i);
      g_autoptr (GBytes) data = g_bytes_new (blob->data, blob->n_bytes);

      tl_safetensors_writer_add (writer, blob->name, blob->dtype, blob->n_dims, blob->shape, data);
    }
  return tl_safetensors_writer_finish (writer);
}

/* It may have begun them or not: nothing is thrown away for that. */
static void
old_states_go_on (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (SEED, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) anew = make_slow ("a blue boat", "12"),
                      plain = make_slow ("a blue boat", "0");
  TlState *state = walk (fixture, AT), *loaded;
  g_autoptr (GBytes) bytes = fixture_save (fixture, state), old = make_old (bytes);
  const gdouble usual = step (fixture, state, plain);

  loaded = fixture_load (fixture, begin, old);
  g_assert_cmpfloat (step (fixture, loaded, anew), <, 3 * usual);
  fixture_free_state (fixture, state);
  fixture_free_state (fixture, loaded);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } cases[] = {
    { "/steer/turns/begins-once", begins_once },
    { "/steer/turns/begins-in-time", begins_in_time },
    { "/steer/turns/waits-for-words", waits_for_words },
    { "/steer/turns/resumes", resumes },
    { "/steer/turns/old-states-go-on", old_states_go_on },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, fixture_set_up, cases[i].func, fixture_tear_down);
  return g_test_run ();
}
