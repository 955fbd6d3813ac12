/* test-coarse.c - forms before details: a run begins at half its size, and nothing is lost by it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/coarse.h"
#include "core/weights/safetensors.h"
#include "tests/core/steer/fixture.h"

/* Iterations at half the size. */
#define N_COARSE "2"

static TlStart *
make_sized (guint width, guint height)
{
  const TlStartValues values = { .seed = 5, .width = width, .height = height };

  return tl_start_new (&values);
}

static TlSteer *
make_coarse (const char *iterations, const char *rate)
{
  return make_steer ("a red tractor", NULL, "lr", "0.6", "coarse", iterations, "detail-rate", rate,
                     "denoise", "0", NULL);
}

static void
check_cells (Fixture *fixture, TlState *state, gint64 height, gint64 width)
{
  g_autoptr (GBytes) bytes = fixture_save (fixture, state);
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "state", NULL);
  const TlBlob *z = tl_weights_lookup (weights, "z");

  g_assert_cmpint (z->shape[2], ==, height);
  g_assert_cmpint (z->shape[3], ==, width);
}

/* What a step shows is what its state looks like, in the run's size, whatever becomes of it. */
static void
check_frame (Fixture *fixture, TlState *state, TlSteer *steer, guint width, guint height)
{
  g_autoptr (TlFrame) decoded =
    fixture->stepper->klass->decode (fixture->stepper, state, steer, NULL, NULL);
  TlReport report = fixture_step (fixture, state, steer, TL_WANT_FRAME | TL_WANT_SIMILARITY);

  g_assert_cmpuint (tl_frame_get_width (decoded), ==, width);
  g_assert_cmpuint (tl_frame_get_height (decoded), ==, height);
  g_assert_true (g_bytes_equal (tl_frame_get_pixels (decoded), tl_frame_get_pixels (report.frame)));
  g_assert_cmpfloat (tl_frame_get_similarity (decoded), ==, report.similarity);
  tl_frame_unref (report.frame);
}

static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    guint width, height;
    gint64 columns, rows; /* of the coarse latent */
  } cases[] = { { 64, 64, 4, 4 }, { 72, 64, 5, 4 }, { 64, 88, 4, 6 } };
  g_autoptr (TlSteer) steer = make_coarse (N_COARSE, "0.5");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlStart) begin = make_sized (cases[i].width, cases[i].height);
      TlState *state = fixture_start (fixture, begin);
      gint64 columns = cases[i].width / 8, rows = cases[i].height / 8;

      g_test_message ("%u x %u", cases[i].width, cases[i].height);
      check_cells (fixture, state, rows, columns);
      check_frame (fixture, state, steer, cases[i].width, cases[i].height);
      check_cells (fixture, state, cases[i].rows, cases[i].columns);
      check_frame (fixture, state, steer, cases[i].width, cases[i].height);
      check_cells (fixture, state, cases[i].rows, cases[i].columns);
      check_frame (fixture, state, steer, cases[i].width, cases[i].height);
      check_cells (fixture, state, rows, columns);
      check_frame (fixture, state, steer, cases[i].width, cases[i].height);
      fixture_free_state (fixture, state);
    }
}

/* Saved before, at and after each change of form. */
static void
test_resume (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (3, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_coarse (N_COARSE, "0.5");
  TlState *straight = fixture_start (fixture, begin);

  fixture_walk (fixture, straight, steer, 4);
  for (guint at = 1; at < 4; at++)
    {
      TlState *stopped = fixture_start (fixture, begin), *resumed;
      g_autoptr (GBytes) bytes = NULL;

      fixture_walk (fixture, stopped, steer, at);
      bytes = fixture_save (fixture, stopped);
      resumed = fixture_load (fixture, begin, bytes);
      fixture_walk (fixture, resumed, steer, 4 - at);
      g_assert_true (fixture_are_equal (fixture, straight, resumed));
      fixture_free_state (fixture, stopped);
      fixture_free_state (fixture, resumed);
    }
  fixture_free_state (fixture, straight);
}

/* Half the rate for details is half the rate, and none of it counts before them. */
static void
test_detail_rate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (4, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) less = make_coarse (N_COARSE, "0.5");
  g_autoptr (TlSteer) same = make_coarse (N_COARSE, "1");
  g_autoptr (TlSteer) half = make_steer ("a red tractor", NULL, "coarse", N_COARSE, "detail-rate",
                                         "1", "lr", "0.3", "denoise", "0", NULL);
  TlState *one = fixture_start (fixture, begin), *other = fixture_start (fixture, begin);

  fixture_walk (fixture, one, less, 2);
  fixture_walk (fixture, other, same, 2);
  g_assert_true (fixture_are_equal (fixture, one, other));
  fixture_walk (fixture, one, less, 2);
  fixture_walk (fixture, other, half, 2);
  g_assert_true (fixture_are_equal (fixture, one, other));
  fixture_free_state (fixture, one);
  fixture_free_state (fixture, other);
}

/* A run may go back to forms: the setting counts, not the age. Where no clause acts, the form
 * changes all the same. */
static void
test_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (6, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) whole = make_coarse ("0", "1");
  g_autoptr (TlSteer) coarse = make_coarse ("9", "1");
  g_autoptr (TlSteer) silent = make_steer ("a robot @90..91", NULL, NULL);
  TlState *state = fixture_start (fixture, begin);

  fixture_walk (fixture, state, whole, 2);
  check_cells (fixture, state, SIDE / 8, SIDE / 8);
  fixture_walk (fixture, state, coarse, 1);
  check_cells (fixture, state, SIDE / 16, SIDE / 16);
  fixture_walk (fixture, state, silent, 1);
  check_cells (fixture, state, SIDE / 8, SIDE / 8);
  fixture_free_state (fixture, state);
}

/* A turn that lays out forms anew: from where it is taken, as long as at the start and at the full
 * rate, then details again; whatever came before is shrunk, not thrown away. */
static void
test_anew (Fixture *fixture, gconstpointer data)
{
  const TlStartValues values = { .image = NULL };
  g_autoptr (TlStart) begin = make_start (6, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) first = make_coarse ("1", "0.5");
  g_autoptr (TlSteer) anew =
    make_steer ("a blue boat", NULL, "coarse", "2", "coarse-from", "3", "detail-rate", "0.5", NULL);
  const TlSettings *settings = tl_steer_get_settings (anew);
  TlState *state = fixture_start (fixture, begin);

  fixture_walk (fixture, state, first, 3);
  check_cells (fixture, state, SIDE / 8, SIDE / 8);
  fixture_walk (fixture, state, anew, 1);
  check_cells (fixture, state, SIDE / 16, SIDE / 16);
  fixture_walk (fixture, state, anew, 1);
  check_cells (fixture, state, SIDE / 16, SIDE / 16);
  fixture_walk (fixture, state, anew, 1);
  check_cells (fixture, state, SIDE / 8, SIDE / 8);
  for (guint64 i = 2; i < 7; i++)
    {
      gboolean is_coarse = i >= 3 && i < 5;

      g_assert_cmpint (tl_coarse_is_wanted (settings, &values, i), ==, is_coarse);
      g_assert_cmpfloat (tl_coarse_get_lr (settings, &values, i), ==,
                         settings->lr * (is_coarse ? 1 : 0.5));
    }
  fixture_free_state (fixture, state);
}

/* A picture that a run starts from has its forms already, until others are asked for. */
static void
test_start_picture (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlAsset) picture = make_picture ("start.png", SIDE, SIDE);
  g_autoptr (TlStart) begin = make_start (7, picture, TL_FIT_CROP);
  g_autoptr (TlSteer) coarse = make_coarse ("9", "0.1");
  g_autoptr (TlSteer) whole = make_coarse ("0", "1");
  g_autoptr (TlSteer) anew =
    make_steer ("a blue boat", NULL, "coarse", "9", "coarse-from", "2", NULL);
  TlState *one = fixture_start (fixture, begin), *other = fixture_start (fixture, begin);

  fixture_walk (fixture, one, coarse, 2);
  fixture_walk (fixture, other, whole, 2);
  g_assert_true (fixture_are_equal (fixture, one, other));
  fixture_walk (fixture, one, anew, 1);
  check_cells (fixture, one, SIDE / 16, SIDE / 16);
  fixture_free_state (fixture, one);
  fixture_free_state (fixture, other);
}

/* The mean of a plane in [0, 1] of the upper or lower half, away from the seam. */
static gdouble
mean_of (const gfloat *plane, gboolean is_lower)
{
  guint from = is_lower ? SIDE * 5 / 8 : 0;
  gdouble sum = 0;

  for (guint i = from * SIDE; i < (from + SIDE * 3 / 8) * SIDE; i++)
    sum += plane[i];
  return sum / (SIDE * SIDE * 3 / 8);
}

/* Encoded coarse, decoded and enlarged, a picture is still itself. */
static void
test_keeps_the_picture (Fixture *fixture, gconstpointer data)
{
  const TlStartValues start = { .width = SIDE, .height = SIDE };
  g_autoptr (TlStart) begin = make_start (8, NULL, TL_FIT_CROP);
  TlState *state = fixture_start (fixture, begin);
  TlModels *models = tl_steer_stepper_get_models (fixture->stepper);
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  g_autofree gfloat *pixels = g_new0 (gfloat, 3 * SIDE * SIDE);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z, *x;

  for (guint i = 0; i < SIDE * SIDE; i++)
    pixels[i < SIDE * SIDE / 2 ? i : 2 * SIDE * SIDE + i] = 0.9f;
  x = tl_from_floats (s, pixels, TL_SHAPE (1, 3, SIDE, SIDE));
  z = tl_coarse_encode (s, x, &start, TRUE, models);
  g_assert_cmpint (tl_tensor_get_size (z, 2), ==, SIDE / 16);
  g_assert_true (tl_coarse_is (&start, tl_vqgan_get_config (vqgan), z));
  x = tl_vqgan_decode (s, vqgan, tl_vqgan_quantize (s, vqgan, z));
  x = tl_coarse_enlarge (s, x, &start);
  x = tl_mul_scalar (s, tl_add_scalar (s, x, 1), 0.5);
  g_assert_true (tl_to_floats (s, x, pixels, 3 * SIDE * SIDE));
  g_assert_true (tl_scope_close (s, NULL));

  g_assert_cmpfloat (mean_of (pixels, FALSE), >, 0.7);
  g_assert_cmpfloat (mean_of (pixels, TRUE), <, 0.3);
  g_assert_cmpfloat (mean_of (pixels + 2 * SIDE * SIDE, FALSE), <, 0.3);
  g_assert_cmpfloat (mean_of (pixels + 2 * SIDE * SIDE, TRUE), >, 0.7);
  fixture_free_state (fixture, state);
}

static void
test_steers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (1, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a red tractor under a blue sky", NULL, "cutouts", "4",
                                          "coarse", "99", "denoise", "0", NULL);
  TlState *state = fixture_start (fixture, begin);
  gdouble before = fixture_step (fixture, state, steer, TL_WANT_SIMILARITY).similarity;

  fixture_walk (fixture, state, steer, 25);
  g_assert_cmpfloat (fixture_step (fixture, state, steer, TL_WANT_SIMILARITY).similarity, >,
                     before + 0.2);
  fixture_free_state (fixture, state);
}

int
main (int argc, char *argv[])
{
  const struct
  {
    const char *path;
    void (*run) (Fixture *fixture, gconstpointer data);
  } cases[] = {
    { "/steer/coarse/sizes", test_sizes },
    { "/steer/coarse/resume", test_resume },
    { "/steer/coarse/detail_rate", test_detail_rate },
    { "/steer/coarse/anew", test_anew },
    { "/steer/coarse/back", test_back },
    { "/steer/coarse/start_picture", test_start_picture },
    { "/steer/coarse/keeps_the_picture", test_keeps_the_picture },
    { "/steer/coarse/steers", test_steers },
  };

  g_test_init (&argc, &argv, NULL);
  tl_device_set_threads (2);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, fixture_set_up, cases[i].run, fixture_tear_down);
  return g_test_run ();
}
