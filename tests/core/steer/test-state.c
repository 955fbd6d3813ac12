/* test-state.c - a state as bytes: what comes back is the same, and bad bytes are refused
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/weights/safetensors.h"
#include "tests/core/steer/fixture.h"

#include <math.h>

/* A checkpoint rewritten: one tensor or one line of its metadata replaced. */
static GBytes *
tamper (GBytes *bytes, const char *tensor, gint64 height, gfloat value, const char *key,
        const char *text)
{
  const char *const keys[] = { "tiller.state", "iteration",   "forms_from", "optimizer",
                               "n_steps",      "seed",        "width",      "height",
                               "vqgan",        "vqgan.sha256" };
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "test", NULL);
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *line = tl_weights_get_metadata (weights, keys[i]);

      if (g_strcmp0 (key, keys[i]) == 0)
        line = text;
      if (line != NULL)
        tl_safetensors_writer_set_metadata (writer, keys[i], line);
    }
  for (guint i = 0; i < tl_weights_get_n_blobs (weights); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (weights, i);
      gboolean is_it = g_strcmp0 (tensor, blob->name) == 0;
      gint64 shape[4] = { blob->shape[0], blob->shape[1], blob->shape[2], blob->shape[3] };
      g_autofree gfloat *values = g_memdup2 (blob->data, blob->n_bytes);
      gsize n = blob->n_elements;
      g_autoptr (GBytes) data = NULL;

      if (is_it && height == 0)
        continue;
      if (is_it)
        {
          n = n / shape[2] * height;
          shape[2] = height;
          values[3] = value;
        }
      data = g_bytes_new (values, n * sizeof *values);
      tl_safetensors_writer_add (writer, blob->name, TL_FLOAT32, 4, shape, data);
    }
  return tl_safetensors_writer_finish (writer);
}

static void
test_bad_checkpoints (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *tensor;
    gint64 height; /* 0: the tensor is left out */
    gfloat value;
    const char *key, *text;
    gint code;
  } cases[] = {
    { "z", 0, 0, NULL, NULL, TL_ERROR_FORMAT },
    { "z", 4, 0, NULL, NULL, TL_ERROR_FORMAT },
    { "z", 8, NAN, NULL, NULL, TL_ERROR_FORMAT },
    { "moment.exp_avg", 8, INFINITY, NULL, NULL, TL_ERROR_FORMAT },
    { "moment.exp_avg_sq", 0, 0, NULL, NULL, TL_ERROR_FORMAT },
    { NULL, 0, 0, "tiller.state", "2", TL_ERROR_UNTRUSTED },
    { NULL, 0, 0, "tiller.state", NULL, TL_ERROR_FORMAT },
    { NULL, 0, 0, "iteration", "-1", TL_ERROR_FORMAT },
    { NULL, 0, 0, "iteration", "99999999999999999999", TL_ERROR_FORMAT },
    { NULL, 0, 0, "forms_from", "-1", TL_ERROR_FORMAT },
    { NULL, 0, 0, "n_steps", "3", TL_ERROR_FORMAT },
    { NULL, 0, 0, "optimizer", "magic", TL_ERROR_FORMAT },
    { NULL, 0, 0, "optimizer", "adamax", TL_ERROR_FORMAT },
    { NULL, 0, 0, "seed", "16", TL_ERROR_FORMAT },
    { NULL, 0, 0, "width", "72", TL_ERROR_FORMAT },
    { NULL, 0, 0, "vqgan.sha256", "00", TL_ERROR_MISSING },
  };
  g_autoptr (TlStart) begin = make_start (15, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a house", NULL, NULL);
  TlState *state = fixture_start (fixture, begin);
  g_autoptr (GBytes) bytes = NULL;

  fixture_walk (fixture, state, steer, 2);
  bytes = fixture_save (fixture, state);
  {
    g_autoptr (GBytes) same = tamper (bytes, NULL, 0, 0, NULL, NULL);
    TlState *loaded = fixture_load (fixture, begin, same);

    g_assert_true (fixture_are_equal (fixture, state, loaded));
    fixture_free_state (fixture, loaded);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bad = tamper (bytes, cases[i].tensor, cases[i].height, cases[i].value,
                                       cases[i].key, cases[i].text);
      g_autoptr (GError) error = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_null (fixture->stepper->klass->load (fixture->stepper, begin, bad, NULL, &error));
      g_assert_error (error, TL_ERROR, cases[i].code);
    }
  for (gsize n = 0; n < g_bytes_get_size (bytes); n = n * 3 + 1)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (bytes, 0, n);
      g_autoptr (GError) error = NULL;

      g_assert_null (fixture->stepper->klass->load (fixture->stepper, begin, cut, NULL, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
    }
  fixture_free_state (fixture, state);
}

/* A latent from which no loss is a number: the step says so, and the state stays as it was. */
static void
test_no_number (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (15, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a house", NULL, "init-weight", "1", NULL);
  TlState *state = fixture_start (fixture, begin), *wild, *again;
  g_autoptr (GBytes) bytes = NULL, far = NULL;
  g_autoptr (GError) error = NULL;
  TlReport report;

  fixture_walk (fixture, state, steer, 2);
  bytes = fixture_save (fixture, state);
  far = tamper (bytes, "z", 8, 3e38f, NULL, NULL);
  wild = fixture_load (fixture, begin, far);
  g_assert_false (fixture->stepper->klass->step (fixture->stepper, wild, steer, TL_WANT_FRAME,
                                                 &report, NULL, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_NUMBER);
  g_assert_null (report.frame);
  again = fixture_load (fixture, begin, far);
  g_assert_true (fixture_are_equal (fixture, wild, again));
  fixture_free_state (fixture, again);
  fixture_free_state (fixture, state);
  fixture_free_state (fixture, wild);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  tl_device_set_threads (2);
  g_test_add ("/steer/state/bad-bytes-are-refused", Fixture, NULL, fixture_set_up,
              test_bad_checkpoints, fixture_tear_down);
  g_test_add ("/steer/state/no-number", Fixture, NULL, fixture_set_up, test_no_number,
              fixture_tear_down);
  return g_test_run ();
}
