/* test-stepper.c - the real stepper on the starter models: what it computes repeats and resumes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/weights/safetensors.h"
#include "tests/core/steer/fixture.h"

#include <math.h>
#include <string.h>

/* --- exactness -------------------------------------------------------------------------------- */

/* Saved in the middle and gone on from there is the same, to the bit, as never stopped. */
static void
check_resume (Fixture *fixture, TlStart *begin, TlSteer *steer)
{
  TlState *straight = fixture_start (fixture, begin), *stopped = fixture_start (fixture, begin),
          *resumed;
  g_autoptr (GBytes) bytes = NULL;

  fixture_walk (fixture, straight, steer, 4);
  fixture_walk (fixture, stopped, steer, 2);
  bytes = fixture_save (fixture, stopped);
  resumed = fixture_load (fixture, begin, bytes);
  g_assert_cmpuint (fixture->stepper->klass->get_iteration (fixture->stepper, resumed), ==, 2);
  fixture_walk (fixture, resumed, steer, 2);
  fixture_walk (fixture, stopped, steer, 2);
  g_assert_true (fixture_are_equal (fixture, straight, resumed));
  g_assert_true (fixture_are_equal (fixture, straight, stopped));
  fixture_free_state (fixture, straight);
  fixture_free_state (fixture, stopped);
  fixture_free_state (fixture, resumed);
}

static void
test_resume_optimizers (Fixture *fixture, gconstpointer data)
{
  const char *const *names = tl_setting_find ("optimizer")->nicks;
  g_autoptr (TlStart) begin = make_start (3, NULL, TL_FIT_CROP);

  for (guint i = 0; i < TL_N_OPTIMIZERS; i++)
    {
      g_autoptr (TlSteer) steer =
        make_steer ("a red tractor | grass:-0.3", NULL, "optimizer", names[i], NULL);

      g_test_message ("%s", names[i]);
      check_resume (fixture, begin, steer);
    }
}

static void
test_resume_methods (Fixture *fixture, gconstpointer data)
{
  const char *const *names = tl_setting_find ("cut-method")->nicks;
  g_autoptr (TlStart) begin = make_start (4, NULL, TL_FIT_CROP);

  for (guint i = 0; i < TL_N_CUT_METHODS; i++)
    {
      g_autoptr (TlSteer) steer =
        make_steer ("a house ^10 a boat", NULL, "cut-method", names[i], "augment",
                    "affine, perspective, jitter, erasing, sharpness, noise, rotation, elastic",
                    "init-weight", "0.5", "init-decay", "1", NULL);

      g_test_message ("%s", names[i]);
      check_resume (fixture, begin, steer);
    }
}

static void
test_same_seed_same_bits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (5, NULL, TL_FIT_CROP);
  g_autoptr (TlStart) other = make_start (6, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a yellow flower", NULL, NULL);
  TlState *first = fixture_start (fixture, begin), *second = fixture_start (fixture, begin);
  TlState *third = fixture_start (fixture, other);

  /* In slices, as candidates take turns. */
  fixture_walk (fixture, first, steer, 1);
  fixture_walk (fixture, third, steer, 2);
  fixture_walk (fixture, second, steer, 3);
  fixture_walk (fixture, first, steer, 2);
  fixture_walk (fixture, third, steer, 1);
  g_assert_true (fixture_are_equal (fixture, first, second));
  g_assert_false (fixture_are_equal (fixture, first, third));
  fixture_free_state (fixture, first);
  fixture_free_state (fixture, second);
  fixture_free_state (fixture, third);
}

static void
test_wants_change_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (7, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a green tree", NULL, NULL);
  g_autoptr (TlFrame) decoded = NULL;
  TlState *plain = fixture_start (fixture, begin), *asked = fixture_start (fixture, begin);

  for (guint i = 0; i < 3; i++)
    {
      TlReport without = fixture_step (fixture, plain, steer, TL_WANT_NOTHING);
      TlReport with = fixture_step (fixture, asked, steer, TL_WANT_FRAME | TL_WANT_SIMILARITY);

      g_assert_cmpfloat (without.loss, ==, with.loss);
      g_assert_true (isnan (without.similarity));
      g_assert_null (without.frame);
      g_assert_cmpfloat (fabs (with.similarity), <, 1);
      g_assert_cmpfloat (tl_frame_get_similarity (with.frame), ==, with.similarity);
      g_assert_cmpuint (tl_frame_get_iteration (with.frame), ==, i);
      g_assert_cmpuint (with.iteration, ==, i + 1);
      tl_frame_unref (with.frame);
    }
  decoded = fixture->stepper->klass->decode (fixture->stepper, plain, steer, NULL, NULL);
  g_assert_true (fixture_are_equal (fixture, plain, asked));
  fixture_free_state (fixture, plain);
  fixture_free_state (fixture, asked);
}

/* The frame of a step is the picture of the iteration before it. */
static void
test_frame_is_decode (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (8, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a castle", NULL, NULL);
  g_autoptr (GError) error = NULL;
  TlState *state = fixture_start (fixture, begin);
  g_autoptr (TlFrame) decoded =
    fixture->stepper->klass->decode (fixture->stepper, state, steer, NULL, &error);
  TlReport report = fixture_step (fixture, state, steer, TL_WANT_FRAME | TL_WANT_SIMILARITY);

  g_assert_no_error (error);
  g_assert_cmpuint (tl_frame_get_width (decoded), ==, SIDE);
  g_assert_cmpuint (tl_frame_get_height (decoded), ==, SIDE);
  g_assert_true (g_bytes_equal (tl_frame_get_pixels (decoded), tl_frame_get_pixels (report.frame)));
  g_assert_cmpfloat (tl_frame_get_similarity (decoded), ==, report.similarity);
  tl_frame_unref (report.frame);
  fixture_free_state (fixture, state);
}

/* A turn holds from its iteration on; gone back before it, the run comes to where it would have
 * come without. */
static void
test_turn (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (9, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) first = make_steer ("a red tractor", NULL, NULL);
  g_autoptr (TlSteer) second = make_steer ("a blue sky", NULL, "lr", "0.2", NULL);
  TlState *plain = fixture_start (fixture, begin), *turned = fixture_start (fixture, begin), *back;
  g_autoptr (GBytes) before = NULL;

  fixture_walk (fixture, plain, first, 2);
  fixture_walk (fixture, turned, first, 2);
  before = fixture_save (fixture, turned);
  g_assert_true (fixture_are_equal (fixture, plain, turned));
  fixture_walk (fixture, turned, second, 1);
  fixture_walk (fixture, plain, first, 1);
  g_assert_false (fixture_are_equal (fixture, plain, turned));
  back = fixture_load (fixture, begin, before);
  fixture_walk (fixture, back, first, 1);
  g_assert_true (fixture_are_equal (fixture, plain, back));
  fixture_free_state (fixture, plain);
  fixture_free_state (fixture, turned);
  fixture_free_state (fixture, back);
}

/* Another optimiser starts with empty moments, as a hard turn does. */
static void
test_optimizer_turn (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (10, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) adam = make_steer ("a red tractor", NULL, NULL);
  g_autoptr (TlSteer) adamax = make_steer ("a red tractor", NULL, "optimizer", "adamax", NULL);
  TlState *gentle = fixture_start (fixture, begin), *hard = fixture_start (fixture, begin);

  fixture_walk (fixture, gentle, adam, 2);
  fixture_walk (fixture, hard, adam, 2);
  fixture->stepper->klass->forget (fixture->stepper, hard);
  fixture_walk (fixture, gentle, adamax, 2);
  fixture_walk (fixture, hard, adamax, 2);
  g_assert_true (fixture_are_equal (fixture, gentle, hard));

  fixture_walk (fixture, gentle, adamax, 1);
  fixture->stepper->klass->forget (fixture->stepper, hard);
  fixture_walk (fixture, hard, adamax, 1);
  g_assert_false (fixture_are_equal (fixture, gentle, hard));
  fixture_free_state (fixture, gentle);
  fixture_free_state (fixture, hard);
}

static void
test_threads_repeat (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (11, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a snowman", NULL, NULL);
  guint before = tl_device_get_threads ();

  for (guint n = 1; n <= 2; n++)
    {
      TlState *first, *second;

      tl_device_set_threads (n);
      first = fixture_start (fixture, begin);
      second = fixture_start (fixture, begin);
      fixture_walk (fixture, first, steer, 2);
      fixture_walk (fixture, second, steer, 2);
      g_assert_true (fixture_are_equal (fixture, first, second));
      fixture_free_state (fixture, first);
      fixture_free_state (fixture, second);
    }
  tl_device_set_threads (before);
}

/* --- other luck ------------------------------------------------------------------------------- */

static void
jitter (Fixture *fixture, TlState *state, gdouble sigma, guint32 index)
{
  const TlJitter values = { sigma, index };
  g_autoptr (GError) error = NULL;

  fixture->stepper->klass->jitter (fixture->stepper, state, &values, &error);
  g_assert_no_error (error);
}

/* The tensor of a saved state. */
static GArray *
read_latent (Fixture *fixture, TlState *state, const char *name)
{
  g_autoptr (GBytes) bytes = fixture_save (fixture, state);
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "state", NULL);
  const TlBlob *blob = tl_weights_lookup (weights, name);
  GArray *values = g_array_new (FALSE, FALSE, sizeof (gfloat));

  g_array_append_vals (values, blob->data, blob->n_bytes / sizeof (gfloat));
  return values;
}

static gdouble
spread (const gfloat *x, gsize n)
{
  gdouble sum = 0, squares = 0;

  for (gsize i = 0; i < n; i++)
    {
      sum += x[i];
      squares += (gdouble) x[i] * x[i];
    }
  return sqrt (squares / n - sum / n * sum / n);
}

/* Of the codebook, by other means than the stepper's. */
static gdouble
codebook_spread (Fixture *fixture)
{
  TlVqgan *vqgan = tl_models_get_vqgan (tl_steer_stepper_get_models (fixture->stepper));
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GBytes) bytes = tl_to_bytes (s, tl_vqgan_get_codebook (vqgan));
  gsize size;
  const gfloat *values = g_bytes_get_data (bytes, &size);

  g_assert_true (tl_scope_close (s, NULL));
  return spread (values, size / sizeof *values);
}

/* Noise of just that size, and nothing else is touched. */
static void
test_jitter (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (15, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a castle", NULL, NULL);
  TlState *state = fixture_start (fixture, begin);
  g_autoptr (GArray) before = NULL, after = NULL, moment = NULL, kept = NULL;
  gdouble wanted;

  fixture_walk (fixture, state, steer, 2);
  before = read_latent (fixture, state, "z");
  moment = read_latent (fixture, state, "moment.exp_avg");
  wanted = 0.05 * codebook_spread (fixture);
  jitter (fixture, state, 0.05, 3);
  g_assert_cmpuint (fixture->stepper->klass->get_iteration (fixture->stepper, state), ==, 2);
  after = read_latent (fixture, state, "z");
  kept = read_latent (fixture, state, "moment.exp_avg");
  g_assert_cmpmem (moment->data, moment->len * sizeof (gfloat), kept->data,
                   kept->len * sizeof (gfloat));
  for (guint i = 0; i < after->len; i++)
    g_array_index (after, gfloat, i) -= g_array_index (before, gfloat, i);
  /* A little is cut off at the ends of the codebook's range. */
  g_assert_cmpfloat (spread ((gfloat *) (gpointer) after->data, after->len), >, 0.8 * wanted);
  g_assert_cmpfloat (spread ((gfloat *) (gpointer) after->data, after->len), <, 1.1 * wanted);

  /* However much: what comes out is a state that loads. */
  jitter (fixture, state, TL_MAX_JITTER, 0);
  {
    g_autoptr (GBytes) bytes = fixture_save (fixture, state);

    fixture_free_state (fixture, fixture_load (fixture, begin, bytes));
  }
  fixture_free_state (fixture, state);
}

static void
test_jitter_repeats (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (16, NULL, TL_FIT_CROP);
  TlState *one = fixture_start (fixture, begin), *same = fixture_start (fixture, begin),
          *other = fixture_start (fixture, begin);

  jitter (fixture, one, 0.1, 1);
  jitter (fixture, same, 0.1, 1);
  jitter (fixture, other, 0.1, 2);
  g_assert_true (fixture_are_equal (fixture, one, same));
  g_assert_false (fixture_are_equal (fixture, one, other));
  fixture_free_state (fixture, one);
  fixture_free_state (fixture, same);
  fixture_free_state (fixture, other);
}

/* Each cut method draws by it; the start and what clauses look like do not. */
static void
test_variation (Fixture *fixture, gconstpointer data)
{
  const char *const *methods = tl_setting_find ("cut-method")->nicks;
  g_autoptr (TlStart) begin = make_start (17, NULL, TL_FIT_CROP);

  for (guint i = 0; i < TL_N_CUT_METHODS; i++)
    {
      g_autoptr (TlSteer) plain = make_steer ("a castle", NULL, "cut-method", methods[i], NULL);
      g_autoptr (TlSteer) varied =
        make_steer ("a castle", NULL, "cut-method", methods[i], "variation", "5", NULL);
      TlState *one = fixture_start (fixture, begin), *two = fixture_start (fixture, begin),
              *three = fixture_start (fixture, begin);

      g_test_message ("%s", methods[i]);
      g_assert_true (fixture_are_equal (fixture, one, two));
      fixture_walk (fixture, one, plain, 1);
      fixture_walk (fixture, two, varied, 1);
      fixture_walk (fixture, three, varied, 1);
      g_assert_false (fixture_are_equal (fixture, one, two));
      g_assert_true (fixture_are_equal (fixture, two, three));
      check_resume (fixture, begin, varied);
      fixture_free_state (fixture, one);
      fixture_free_state (fixture, two);
      fixture_free_state (fixture, three);
    }
}

/* --- does it steer? --------------------------------------------------------------------------- */

static void
test_similarity_rises (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (1, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer =
    make_steer ("a red tractor under a blue sky", NULL, "cutouts", "4", NULL);
  TlState *state = fixture_start (fixture, begin);
  gdouble before = fixture_step (fixture, state, steer, TL_WANT_SIMILARITY).similarity;

  fixture_walk (fixture, state, steer, 25);
  g_assert_cmpfloat (fixture_step (fixture, state, steer, TL_WANT_SIMILARITY).similarity, >,
                     before + 0.2);
  fixture_free_state (fixture, state);
}

/* Where no clause acts, the run goes on and the picture holds still. */
static void
test_no_clause (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (12, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a robot @2..3", NULL, NULL);
  g_autoptr (TlSteer) pulled = make_steer ("a robot @9..10", NULL, "init-weight", "1", NULL);
  TlState *state = fixture_start (fixture, begin);
  TlReport first = fixture_step (fixture, state, steer, TL_WANT_FRAME | TL_WANT_SIMILARITY);
  TlReport second = fixture_step (fixture, state, steer, TL_WANT_FRAME);
  TlReport third;

  g_assert_cmpuint (second.iteration, ==, 2);
  g_assert_cmpfloat (first.loss, ==, 0);
  g_assert_true (isnan (first.similarity));
  g_assert_true (
    g_bytes_equal (tl_frame_get_pixels (first.frame), tl_frame_get_pixels (second.frame)));
  third = fixture_step (fixture, state, steer, TL_WANT_NOTHING);
  g_assert_cmpfloat (third.loss, >, 0);
  g_assert_cmpfloat (fixture_step (fixture, state, pulled, TL_WANT_NOTHING).loss, >, 0);
  tl_frame_unref (first.frame);
  tl_frame_unref (second.frame);
  fixture_free_state (fixture, state);
}

/* --- pictures --------------------------------------------------------------------------------- */

/* Mean of a channel (0 blue, 1 green, 2 red) over some rows of the middle columns. */
static gdouble
mean_of (TlFrame *frame, guint channel, guint from, guint to)
{
  const guint8 *pixels = g_bytes_get_data (tl_frame_get_pixels (frame), NULL);
  gdouble sum = 0;

  for (guint y = from; y < to; y++)
    for (guint x = 28; x < 36; x++)
      sum += pixels[y * tl_frame_get_stride (frame) + 4 * x + channel];
  return sum / ((to - from) * 8);
}

static void
test_start_image (Fixture *fixture, gconstpointer data)
{
  const gint sizes[][2] = { { 200, 100 }, { 64, 64 }, { 30, 90 } };
  g_autoptr (TlSteer) steer = make_steer ("a house", NULL, "init-weight", "2", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes) * 3; i++)
    {
      g_autoptr (TlAsset) asset = make_picture ("start.png", sizes[i / 3][0], sizes[i / 3][1]);
      g_autoptr (TlStart) begin = make_start (1, asset, i % 3);
      TlState *state = fixture_start (fixture, begin);
      g_autoptr (TlFrame) frame =
        fixture->stepper->klass->decode (fixture->stepper, state, steer, NULL, NULL);

      /* The middle of each half, which padding does not reach. */
      g_assert_cmpfloat (mean_of (frame, 2, 20, 26), >, mean_of (frame, 1, 20, 26) + 10);
      g_assert_cmpfloat (mean_of (frame, 1, 38, 44), >, mean_of (frame, 2, 38, 44) + 10);
      fixture_free_state (fixture, state);
    }
  {
    g_autoptr (TlAsset) asset = make_picture ("start.png", 80, 64);
    g_autoptr (TlStart) begin = make_start (1, asset, TL_FIT_CROP);

    check_resume (fixture, begin, steer);
  }
}

static void
test_image_clause (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  g_autoptr (TlStart) begin = make_start (13, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = NULL, without = NULL, nothing = NULL;
  TlState *state = fixture_start (fixture, begin), *other = fixture_start (fixture, begin);
  TlReport report;

  g_ptr_array_add (assets, make_picture ("flag.png", 90, 60));
  steer = make_steer ("<image:flag.png>:0.5 | <noise:7>:0.1 | a flag", assets, NULL);
  without = make_steer ("<image:flag.png>:0.5 | <noise:7>:0.1 | a flag", NULL, NULL);
  nothing = make_steer ("<image:flag.png>", NULL, NULL);

  report = fixture_step (fixture, state, steer, TL_WANT_SIMILARITY);
  g_assert_cmpfloat (fabs (report.similarity), <, 1);
  check_resume (fixture, begin, steer);

  /* Without its picture a clause is off. */
  g_assert_cmpfloat (fixture_step (fixture, other, without, TL_WANT_NOTHING).loss, <, report.loss);
  g_assert_cmpfloat (fixture_step (fixture, other, nothing, TL_WANT_NOTHING).loss, ==, 0);
  fixture_free_state (fixture, state);
  fixture_free_state (fixture, other);
}

/* --- what goes wrong -------------------------------------------------------------------------- */

static void
assert_refuses_to_start (Fixture *fixture, TlStart *begin, gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture->stepper->klass->start (fixture->stepper, begin, NULL, &error));
  g_assert_error (error, TL_ERROR, code);
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_bad_starts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("this is no picture", 18);
  g_autoptr (TlAsset) broken = tl_asset_new ("broken.png", text);
  g_autoptr (TlStart) no_picture = make_start (1, broken, TL_FIT_CROP);
  g_autoptr (TlStart) odd =
    tl_start_new (&(TlStartValues){ .seed = 1, .width = 100, .height = 99 });

  assert_refuses_to_start (fixture, no_picture, TL_ERROR_FORMAT);
  assert_refuses_to_start (fixture, odd, TL_ERROR_FORMAT);
}

/* A step that fails or is cancelled leaves the run where it was, and it may go on. */
static void
test_failure_changes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  g_autoptr (GBytes) text = g_bytes_new_static ("this is no picture", 18);
  g_autoptr (TlStart) begin = make_start (14, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) good = make_steer ("a house", NULL, NULL), broken = NULL;
  g_autoptr (GError) error = NULL;
  TlState *state = fixture_start (fixture, begin);
  g_autoptr (GBytes) before = NULL, after = NULL;
  TlReport report;

  g_ptr_array_add (assets, tl_asset_new ("broken.png", text));
  broken = make_steer ("<image:broken.png>", assets, NULL);
  fixture_walk (fixture, state, good, 1);
  before = fixture_save (fixture, state);

  g_assert_false (fixture->stepper->klass->step (fixture->stepper, state, broken, TL_WANT_FRAME,
                                                 &report, NULL, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (fixture->stepper->klass->step (fixture->stepper, state, good, TL_WANT_FRAME,
                                                 &report, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (report.frame);

  after = fixture_save (fixture, state);
  g_assert_true (g_bytes_equal (before, after));
  fixture_walk (fixture, state, good, 1);
  fixture_free_state (fixture, state);
}

static void
test_maker (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlMaker) maker = NULL;

  tl_steer_stepper_load_models (fixture->stepper, NULL, &error);
  g_assert_no_error (error);
  maker = fixture->stepper->klass->get_maker (fixture->stepper);
  g_assert_cmpstr (maker->vqgan.name, ==, "starter");
  g_assert_cmpuint (strlen (maker->vqgan.sha256), ==, 64);
  g_assert_cmpstr (maker->clip.sha256, !=, maker->vqgan.sha256);
  g_assert_cmpstr (maker->precision, ==, "float32");
  g_assert_cmpstr (maker->device, ==, "cpu");
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/steer/stepper/resumes-exactly/optimizers", test_resume_optimizers },
    { "/steer/stepper/resumes-exactly/cut-methods", test_resume_methods },
    { "/steer/stepper/same-seed-same-bits", test_same_seed_same_bits },
    { "/steer/stepper/wants-change-nothing", test_wants_change_nothing },
    { "/steer/stepper/frame-is-what-decode-gives", test_frame_is_decode },
    { "/steer/stepper/turn-holds-from-its-iteration", test_turn },
    { "/steer/stepper/other-optimizer-starts-anew", test_optimizer_turn },
    { "/steer/stepper/threads-repeat-themselves", test_threads_repeat },
    { "/steer/stepper/jitter/moves-the-latent", test_jitter },
    { "/steer/stepper/jitter/repeats", test_jitter_repeats },
    { "/steer/stepper/variation", test_variation },
    { "/steer/stepper/similarity-rises", test_similarity_rises },
    { "/steer/stepper/no-clause-holds-still", test_no_clause },
    { "/steer/stepper/start-image", test_start_image },
    { "/steer/stepper/image-and-noise-clauses", test_image_clause },
    { "/steer/stepper/bad-starts", test_bad_starts },
    { "/steer/stepper/failure-changes-nothing", test_failure_changes_nothing },
    { "/steer/stepper/maker", test_maker },
  };

  g_test_init (&argc, &argv, NULL);
  tl_device_set_threads (2);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
