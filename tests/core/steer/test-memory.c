/* test-memory.c - what a run takes: the arithmetic, measured peaks, nothing left over, running out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/memory.h"

#include "core/base/error.h"
#include "core/steer/iteration.h"
#include "tests/core/steer/fixture.h"

#include <math.h>
#include <sys/resource.h>

/* Bytes in 240 iterations: 16 kB each. */
#define MAX_GROWTH (4 << 20)

typedef struct
{
  TlVqganConfig vqgan;
  TlClipConfig clip;
} Pair;

static Pair
get_pair (const char *clip)
{
  g_autoptr (GError) error = NULL;
  Pair pair;

  tl_vqgan_config_preset (&pair.vqgan, "imagenet-f16-16384", &error);
  g_assert_no_error (error);
  tl_clip_config_preset (&pair.clip, clip, &error);
  g_assert_no_error (error);
  return pair;
}

static TlMemoryEstimate
estimate (const Pair *pair, guint side, guint n_cutouts)
{
  const TlMemoryQuestion question = {
    &pair->vqgan, &pair->clip, TL_FLOAT32, side, side, n_cutouts
  };
  TlMemoryEstimate result;

  tl_memory_estimate (&question, &result);
  return result;
}

/* The reference's SPEED.md counted them on its own. */
static void
test_operations (void)
{
  static const struct
  {
    guint side;
    gdouble gflop;
  } cases[] = { { 128, 63.1 }, { 256, 252.7 }, { 512, 1017.4 } };
  Pair pair = get_pair ("ViT-B/32");
  gdouble there, back;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TlVqganCost cost;

      tl_vqgan_estimate (&pair.vqgan, TL_FLOAT32, cases[i].side, cases[i].side, G_MAXUINT64, &cost);
      g_assert_cmpfloat (fabs (cost.forward / 1e9 - cases[i].gflop), <, 0.1);
      g_assert_cmpfloat (cost.backward, >=, cost.forward);
    }
  tl_memory_count_clip (&pair.clip, 32, &there, &back);
  g_assert_cmpfloat (fabs (there / 1e9 - 282.2), <, 0.1);
  g_assert_cmpfloat (back, >, there);

  /* Counted by a loop over the layers of CLIP's ModifiedResNet. */
  pair = get_pair ("RN50");
  tl_memory_count_clip (&pair.clip, 1, &there, &back);
  g_assert_cmpfloat (fabs (there / 1e9 - 11.59), <, 0.01);
  g_assert_cmpfloat (back, >, there);
}

static void
test_plan_keeps_budget (void)
{
  Pair pair = get_pair ("ViT-B/32");
  TlVqganCost fastest, least, between;

  tl_vqgan_estimate (&pair.vqgan, TL_FLOAT32, 1024, 1024, G_MAXUINT64, &fastest);
  tl_vqgan_estimate (&pair.vqgan, TL_FLOAT32, 1024, 1024, 0, &least);
  g_assert_cmpuint (least.peak, <, fastest.peak);
  g_assert_cmpuint (least.held, <, fastest.held);
  for (guint64 budget = least.peak; budget < fastest.peak; budget += fastest.peak / 16)
    {
      tl_vqgan_estimate (&pair.vqgan, TL_FLOAT32, 1024, 1024, budget, &between);
      g_assert_cmpuint (between.peak, <=, budget);
      g_assert_cmpuint (between.held, >=, least.held);
      g_assert_cmpfloat (between.forward, ==, fastest.forward);
    }
}

static void
test_estimate_grows (void)
{
  Pair pair = get_pair ("ViT-B/32");
  TlMemoryEstimate small = estimate (&pair, 256, 32), large = estimate (&pair, 512, 32);
  TlMemoryEstimate more = estimate (&pair, 256, 64), huge = estimate (&pair, 1024, 32);

  g_assert_cmpuint (small.fastest, <, large.fastest);
  g_assert_cmpuint (large.fastest, <, huge.fastest);
  g_assert_cmpuint (small.fastest, <, more.fastest);
  g_assert_cmpuint (huge.least, <, huge.fastest);
  g_assert_cmpint (tl_memory_judge (&huge, huge.fastest * 2), ==, TL_MEMORY_FITS);
  g_assert_cmpint (tl_memory_judge (&huge, huge.least + 1), ==, TL_MEMORY_TIGHT);
  g_assert_cmpint (tl_memory_judge (&huge, huge.least - 1), ==, TL_MEMORY_TOO_LARGE);
}

/* A card of a build without CUDA is one of which nothing can be asked. */
static void
test_unknown_is_not_none (void)
{
  Pair pair = get_pair ("ViT-B/32");
  const TlMemoryQuestion question = { &pair.vqgan, &pair.clip, TL_FLOAT32, 512, 512, 32 };
  TlMemoryEstimate large = estimate (&pair, 512, 32);
  guint64 available;

  if (tl_device_get_n_cuda () > 0)
    {
      g_test_skip ("there is a graphics card, and it says what is free");
      return;
    }
  available = tl_memory_get_available ((TlDevice){ TL_CUDA, 0 });
  g_assert_cmpuint (available, ==, TL_BYTES_UNKNOWN);
  g_assert_cmpint (tl_memory_judge (&large, available), ==, TL_MEMORY_UNKNOWN);
  g_assert_cmpuint (tl_memory_get_decoder_budget (&question, tl_memory_get_budget (available)), ==,
                    G_MAXUINT64);
  g_assert_cmpint (tl_memory_judge (&large, 0), ==, TL_MEMORY_TOO_LARGE);
}

/* Peaks of the whole process, by `tiller-cli bench --vqgan random:imagenet-f16-16384 --clip
 * random:CLIP --precision float32` on two processors. */
static void
test_estimate_as_measured (void)
{
  static const struct
  {
    const char *clip;
    guint side, n_cutouts;
    gdouble gigabytes;
  } peaks[] = { { "ViT-B/32", 256, 32, 2.48 },
                { "ViT-B/32", 512, 32, 3.58 },
                { "RN50", 64, 8, 1.51 },
                { "RN50", 64, 24, 2.36 } };

  for (gsize i = 0; i < G_N_ELEMENTS (peaks); i++)
    {
      Pair pair = get_pair (peaks[i].clip);
      gdouble ratio =
        estimate (&pair, peaks[i].side, peaks[i].n_cutouts).fastest / 1e9 / peaks[i].gigabytes;

      g_test_message ("%s, %u pixels, %u cutouts: %.2f", peaks[i].clip, peaks[i].side,
                      peaks[i].n_cutouts, ratio);
      g_assert_cmpfloat (ratio, >, 0.85);
      g_assert_cmpfloat (ratio, <, 1.25);
    }
}

/* --- a real stepper --- */

static void
test_nothing_is_left (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (1, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a red tractor", NULL, NULL);
  TlState *state = fixture_start (fixture, begin);
  guint64 live;

  fixture_walk (fixture, state, steer, 3);
  live = tl_device_get_live_bytes ();
  fixture_walk (fixture, state, steer, 20);
  g_assert_cmpuint (tl_device_get_live_bytes (), ==, live);
  g_assert_cmpuint (live, >, 0);
  fixture_free_state (fixture, state);
}

/* What malloc() and the pool hold as well: all that the process has. Much is in use for the first
 * time in the first iterations; afterwards a tensor that each forgot would show. */
static void
test_resident_stays (Fixture *fixture, gconstpointer data)
{
  const TlDevice cpu = { 0 };
  g_autoptr (TlStart) begin = make_start (3, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a red tractor | fog:-0.3", NULL, NULL);
  TlState *state = fixture_start (fixture, begin);
  guint64 before, after;

  fixture_walk (fixture, state, steer, 60);
  before = tl_device_get_memory (cpu).used;
  for (guint i = 0; i < 240; i++)
    {
      TlReport report = fixture_step (fixture, state, steer, TL_WANT_FRAME | TL_WANT_SIMILARITY);

      tl_frame_unref (report.frame);
    }
  after = tl_device_get_memory (cpu).used;
  g_test_message ("resident: %.1f MB, then %.1f MB", before / 1e6, after / 1e6);
  g_assert_cmpuint (before, >, 0);
  g_assert_cmpuint (after, <, before + MAX_GROWTH);
  fixture_free_state (fixture, state);
}

/* One way or in parts, CLIP sees the same cutouts. */
static void
test_parts_add_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (2, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a red tractor | grass:-0.3", NULL, "cutouts", "5", NULL);
  TlState *state = fixture_start (fixture, begin);
  TlModels *models = tl_steer_stepper_get_models (fixture->stepper);
  TlEmbeds *embeds = tl_embeds_new (models);
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  TlScope *s = tl_scope_open (NULL);
  TlIteration iteration = {
    .models = models, .embeds = embeds, .steer = steer, .start = tl_start_get_values (begin)
  };
  g_autoptr (GArray) targets = NULL;
  g_autoptr (GError) error = NULL;
  TlStageTimes times = { 0 };
  TlTensor *picture, *whole, *parts;
  gdouble loss, loss_of_parts, distance, peak;

  iteration.z = tl_narrow (s, tl_vqgan_get_codebook (vqgan), 0, 0, 16);
  iteration.z = tl_reshape (s, tl_transpose (s, iteration.z, 0, 1), TL_SHAPE (1, -1, 4, 4));
  targets = tl_iteration_find_targets (s, &iteration);
  loss = tl_iteration_evaluate (s, &iteration, targets, FALSE, &picture, &whole, &times);
  iteration.at_once = 2;
  loss_of_parts = tl_iteration_evaluate (s, &iteration, targets, FALSE, &picture, &parts, &times);

  g_assert_cmpfloat_with_epsilon (loss, loss_of_parts, 1e-5);
  peak = tl_to_double (s, tl_amax (s, tl_reshape (s, tl_abs (s, whole), TL_SHAPE (-1)), 0, FALSE));
  distance = tl_to_double (
    s, tl_amax (s, tl_reshape (s, tl_abs (s, tl_sub (s, whole, parts)), TL_SHAPE (-1)), 0, FALSE));
  tl_scope_close (s, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (peak, >, 0);
  g_assert_cmpfloat (distance, <, 1e-3 * peak);

  tl_embeds_free (embeds);
  fixture_free_state (fixture, state);
}

/* A pause long enough for rest changes no bit. */
static void
test_rest_changes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (5, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer ("a red tractor", NULL, NULL);
  TlState *state = fixture_start (fixture, begin), *spared = fixture_start (fixture, begin);

  fixture_walk (fixture, state, steer, 4);
  fixture_walk (fixture, spared, steer, 2);
  tl_stepper_rest (fixture->stepper);
  fixture_walk (fixture, spared, steer, 2);
  g_assert_true (fixture_are_equal (fixture, state, spared));
  fixture_free_state (fixture, state);
  fixture_free_state (fixture, spared);
}

/* In a process of its own, since the limit stays with it if the test fails. */
static void
test_running_out_loses_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin =
    tl_start_new (&(TlStartValues){ .seed = 4, .width = 512, .height = 512 });
  g_autoptr (TlSteer) steer = make_steer ("a red tractor", NULL, "cutouts", "3", NULL);
  TlState *state, *spared;
  struct rlimit limit, narrow;
  g_autoptr (GError) error = NULL;
  TlReport report;
  gboolean done;

  state = fixture_start (fixture, begin);
  spared = fixture_start (fixture, begin);
  g_assert_cmpint (getrlimit (RLIMIT_AS, &limit), ==, 0);
  narrow = (struct rlimit){ .rlim_cur = 1, .rlim_max = limit.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_AS, &narrow), ==, 0);
  done = fixture->stepper->klass->step (fixture->stepper, state, steer, TL_WANT_FRAME, &report,
                                        NULL, &error);
  g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);

  g_assert_false (done);
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "3 cutouts at 512 × 512"));
  g_assert_true (fixture_are_equal (fixture, state, spared));

  fixture_walk (fixture, state, steer, 1);
  fixture_walk (fixture, spared, steer, 1);
  g_assert_true (fixture_are_equal (fixture, state, spared));
  fixture_free_state (fixture, state);
  fixture_free_state (fixture, spared);
}

static void
add_real (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steer/memory/operations", test_operations);
  g_test_add_func ("/steer/memory/plan-keeps-budget", test_plan_keeps_budget);
  g_test_add_func ("/steer/memory/estimate-grows", test_estimate_grows);
  g_test_add_func ("/steer/memory/unknown-is-not-none", test_unknown_is_not_none);
  g_test_add_func ("/steer/memory/estimate-as-measured", test_estimate_as_measured);
  add_real ("/steer/memory/nothing-is-left", test_nothing_is_left);
  add_real ("/steer/memory/resident-stays", test_resident_stays);
  add_real ("/steer/memory/parts-add-up", test_parts_add_up);
  add_real ("/steer/memory/rest-changes-nothing", test_rest_changes_nothing);
  add_real ("/steer/memory/running-out-loses-nothing", test_running_out_loses_nothing);
  return g_test_run ();
}
