/* bench.c - tiller-cli bench: seconds per stage, and what this machine could do at most
 *
 * The ceilings are measured in the same run as the stages, since machines are shared and their
 * speed drifts: quote the stages against them, not alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/plan.h"
#include "config.h"

#include "core/base/random.h"
#include "core/session/journal.h"
#include "core/steer/memory.h"
#include "core/steer/stepper.h"
#include "core/torch/device.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <time.h>

#define N_TRIALS 5
/* Of one ceiling, but for the first trial: in a precision that the machine does not have, one is
 * enough to see it. */
#define MAX_SECONDS 2.0
#define GEMM_SIDE 2048
#define CONV_CHANNELS 256
#define CONV_SIDE 64
#define MAX_ITERATIONS 1000

static const struct
{
  const char *name;
  gsize offset; /* in TlStageTimes */
} stages[] = {
  { N_ ("quantize"), G_STRUCT_OFFSET (TlStageTimes, quantize) },
  { N_ ("decode"), G_STRUCT_OFFSET (TlStageTimes, decode) },
  { N_ ("cutouts"), G_STRUCT_OFFSET (TlStageTimes, cutouts) },
  { N_ ("encode"), G_STRUCT_OFFSET (TlStageTimes, encode) },
  { N_ ("loss"), G_STRUCT_OFFSET (TlStageTimes, loss) },
  { N_ ("encode back"), G_STRUCT_OFFSET (TlStageTimes, encode_back) },
  { N_ ("cutouts back"), G_STRUCT_OFFSET (TlStageTimes, cutouts_back) },
  { N_ ("decode back"), G_STRUCT_OFFSET (TlStageTimes, decode_back) },
  { N_ ("optimizer"), G_STRUCT_OFFSET (TlStageTimes, optimizer) },
  { N_ ("frame"), G_STRUCT_OFFSET (TlStageTimes, frame) },
};

typedef struct
{
  const char *name;
  TlDtype dtype;
  gboolean is_conv;
  gdouble gflops;
} Ceiling;

typedef struct
{
  gdouble stages[G_N_ELEMENTS (stages)]; /* medians, seconds */
  gdouble step, cpu;                     /* seconds: medians, of the clock and of all threads */
  guint n_steps;
  Ceiling ceilings[4];
  TlMemory memory;
  gdouble gflop;    /* of decode and CLIP, there and back */
  gdouble fraction; /* of the ceiling that they were done at */
  guint64 estimate; /* bytes */
} Result;

static int
compare_doubles (const void *a, const void *b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static gdouble
median (gdouble *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static gdouble
seconds_since (gint64 start)
{
  return (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* Numbers that are neither all equal nor denormal. */
static TlTensor *
make_operand (TlScope *s, const gint64 *shape, guint n_dims, TlDtype dtype, TlDevice device)
{
  gsize n = 1;
  g_autofree gfloat *values = NULL;
  TlRandom random;

  for (guint i = 0; i < n_dims; i++)
    n *= (gsize) shape[i];
  values = g_new (gfloat, n);
  tl_random_init (&random, 0, 0, TL_PURPOSE_WEIGHTS, 0);
  for (gsize i = 0; i < n; i++)
    values[i] = (gfloat) tl_random_range (&random, -1, 1);
  return tl_to_device (s, tl_to_dtype (s, tl_from_floats (s, values, shape, n_dims), dtype),
                       device);
}

static TlTensor *
work (TlScope *s, gboolean is_conv, TlTensor *a, TlTensor *b)
{
  return is_conv ? tl_conv2d (s, a, b, NULL, 1, 1, 1) : tl_matmul (s, a, b);
}

/* A device works behind our back: reading one number waits for it. */
static void
wait_for (TlScope *s, TlTensor *x)
{
  tl_to_double (
    s, tl_sum (s, tl_narrow (s, tl_reshape (s, x, TL_SHAPE (-1)), 0, 0, 1), NULL, 0, FALSE));
}

static gboolean
measure_ceiling (Ceiling *ceiling, TlDevice device, GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  gdouble times[N_TRIALS], flop;
  gint64 began = g_get_monotonic_time ();
  guint n = 0;
  TlTensor *a, *b;

  if (ceiling->is_conv)
    {
      a =
        make_operand (s, TL_SHAPE (1, CONV_CHANNELS, CONV_SIDE, CONV_SIDE), ceiling->dtype, device);
      b = make_operand (s, TL_SHAPE (CONV_CHANNELS, CONV_CHANNELS, 3, 3), ceiling->dtype, device);
      a = tl_channels_last (s, a);
      /* As if it were trained: then the convolution is libtorch's, the yardstick, and not ours. */
      b = tl_leaf (s, tl_channels_last (s, b));
      flop = 2.0 * CONV_CHANNELS * CONV_CHANNELS * 9 * CONV_SIDE * CONV_SIDE;
    }
  else
    {
      a = make_operand (s, TL_SHAPE (GEMM_SIDE, GEMM_SIDE), ceiling->dtype, device);
      b = make_operand (s, TL_SHAPE (GEMM_SIDE, GEMM_SIDE), ceiling->dtype, device);
      flop = 2.0 * GEMM_SIDE * GEMM_SIDE * GEMM_SIDE;
    }
  for (guint i = 0; i < N_TRIALS + 1 && (n == 0 || seconds_since (began) < MAX_SECONDS); i++)
    {
      TlScope *inner = tl_scope_enter (s);
      gint64 start = g_get_monotonic_time ();

      wait_for (inner, work (inner, ceiling->is_conv, a, b));
      /* The first one warms up. */
      if (i > 0)
        times[n++] = seconds_since (start);
      tl_scope_leave (inner, NULL);
    }
  ceiling->gflops = flop / median (times, n) / 1e9;
  return tl_scope_close (s, error);
}

static gboolean
measure_ceilings (Result *result, TlDevice device, GError **error)
{
  const Ceiling ceilings[] = {
    { "gemm float32", TL_FLOAT32, FALSE, 0 },
    { "gemm bfloat16", TL_BFLOAT16, FALSE, 0 },
    { "conv float32", TL_FLOAT32, TRUE, 0 },
    { "conv bfloat16", TL_BFLOAT16, TRUE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ceilings); i++)
    {
      result->ceilings[i] = ceilings[i];
      if (!measure_ceiling (&result->ceilings[i], device, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
measure_steps (Result *result, TlStepper *stepper, const Plan *plan, TlState *state, GError **error)
{
  guint n = (guint) CLAMP (plan->n_iterations, 1, MAX_ITERATIONS);
  g_autofree gdouble *times = g_new0 (gdouble, (G_N_ELEMENTS (stages) + 2) * n);
  TlSteer *steer = tl_journal_find (plan->journal, 0)->steer;

  /* The first step warms up: kernels are chosen, buffers come from the system. */
  for (guint i = 0; i < n + 1; i++)
    {
      gint64 start = g_get_monotonic_time ();
      clock_t cpu = clock ();
      TlStageTimes stage_times;
      TlReport report = { 0 };

      if (!stepper->klass->step (stepper, state, steer, TL_WANT_FRAME, &report, NULL, error))
        return FALSE;
      g_clear_pointer (&report.frame, tl_frame_unref);
      if (i == 0)
        continue;
      times[G_N_ELEMENTS (stages) * n + i - 1] = seconds_since (start);
      times[(G_N_ELEMENTS (stages) + 1) * n + i - 1] = (gdouble) (clock () - cpu) / CLOCKS_PER_SEC;
      tl_steer_stepper_get_times (stepper, &stage_times);
      for (gsize k = 0; k < G_N_ELEMENTS (stages); k++)
        times[k * n + i - 1] = G_STRUCT_MEMBER (gdouble, &stage_times, stages[k].offset);
    }
  for (gsize k = 0; k < G_N_ELEMENTS (stages); k++)
    result->stages[k] = median (times + k * n, n);
  result->step = median (times + G_N_ELEMENTS (stages) * n, n);
  result->cpu = median (times + (G_N_ELEMENTS (stages) + 1) * n, n);
  result->n_steps = n;
  return TRUE;
}

/* Shape arithmetic: what libtorch's own algorithms would take, whatever ours do. Divided by the
 * time of these stages and by the best that the machine does in the models' precision. */
static void
judge (Result *result, const Plan *plan, TlModels *models)
{
  const char *const counted[] = { "decode", "encode", "encode back", "decode back" };
  const TlStartValues *start = tl_start_get_values (plan->start);
  const TlSettings *settings = tl_steer_get_settings (tl_journal_find (plan->journal, 0)->steer);
  const TlMemoryQuestion question = {
    .vqgan = tl_vqgan_get_config (tl_models_get_vqgan (models)),
    .clip = tl_clip_get_config (tl_models_get_clip (models)),
    .dtype = tl_models_get_dtype (models),
    .width = start->width,
    .height = start->height,
    .n_cutouts = (guint) settings->n_cutouts,
  };
  TlMemoryEstimate estimate;
  TlVqganCost decoder;
  gdouble there, back, seconds = 0, ceiling = 0;

  tl_memory_estimate (&question, &estimate);
  tl_vqgan_estimate (question.vqgan, question.dtype, start->height, start->width, G_MAXUINT64,
                     &decoder);
  tl_memory_count_clip (question.clip, question.n_cutouts, &there, &back);
  for (gsize i = 0; i < G_N_ELEMENTS (counted); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (stages); k++)
      if (g_str_equal (counted[i], stages[k].name))
        seconds += result->stages[k];
  for (gsize i = 0; i < G_N_ELEMENTS (result->ceilings); i++)
    if (result->ceilings[i].dtype == question.dtype)
      ceiling = MAX (ceiling, result->ceilings[i].gflops);

  result->estimate = estimate.fastest;
  result->gflop = (decoder.forward + decoder.backward + there + back) / 1e9;
  result->fraction = ceiling > 0 ? result->gflop / seconds / ceiling : 0;
}

static void
print_json (const Result *result, const Plan *plan, TlStepper *stepper)
{
  const TlStartValues *start = tl_start_get_values (plan->start);
  const TlSettings *settings = tl_steer_get_settings (tl_journal_find (plan->journal, 0)->steer);
  g_autoptr (TlMaker) maker = stepper->klass->get_maker (stepper);
  g_autoptr (CliJson) line = cli_json_new ();

  cli_json_add_string (line, "vqgan", maker->vqgan.name);
  cli_json_add_string (line, "clip", maker->clip.name);
  cli_json_add_string (line, "precision", maker->precision);
  cli_json_add_string (line, "device", maker->device);
  cli_json_add_int (line, "threads", maker->n_threads);
  cli_json_add_int (line, "width", start->width);
  cli_json_add_int (line, "height", start->height);
  cli_json_add_int (line, "cutouts", settings->n_cutouts);
  cli_json_add_int (line, "iterations", result->n_steps);
  cli_json_add_double (line, "seconds", result->step);
  for (gsize k = 0; k < G_N_ELEMENTS (stages); k++)
    cli_json_add_double (line, stages[k].name, result->stages[k]);
  for (gsize k = 0; k < G_N_ELEMENTS (result->ceilings); k++)
    cli_json_add_double (line, result->ceilings[k].name, result->ceilings[k].gflops);
  cli_json_add_double (line, "gflop", result->gflop);
  cli_json_add_double (line, "fraction_of_ceiling", result->fraction);
  cli_json_add_double (line, "cpu_seconds", result->cpu);
  cli_json_add_int (line, "peak_bytes", (gint64) result->memory.peak);
  cli_json_add_int (line, "estimated_bytes", (gint64) result->estimate);
  cli_json_print (line);
}

static void
print_table (const Result *result, const Plan *plan, TlStepper *stepper)
{
  const TlStartValues *start = tl_start_get_values (plan->start);
  const TlSettings *settings = tl_steer_get_settings (tl_journal_find (plan->journal, 0)->steer);
  g_autoptr (TlMaker) maker = stepper->klass->get_maker (stepper);

  g_print (_ ("%s + %s, %u × %u, %d cutouts, %s, %s, %u threads\n"), maker->vqgan.name,
           maker->clip.name, start->width, start->height, (int) settings->n_cutouts,
           maker->precision, maker->device, maker->n_threads);
  g_print (_ ("\n%-22s %10s\n"), _ ("stage"), _ ("seconds"));
  for (gsize k = 0; k < G_N_ELEMENTS (stages); k++)
    g_print ("%-22s %10.4f\n", _ (stages[k].name), result->stages[k]);
  g_print (_ ("%-22s %10.4f  (%.3g it/s)\n"), _ ("whole iteration"), result->step,
           1 / result->step);
  g_print (_ ("\n%-22s %10s\n"), _ ("ceiling"), _ ("GFLOP/s"));
  for (gsize k = 0; k < G_N_ELEMENTS (result->ceilings); k++)
    g_print ("%-22s %10.0f\n", result->ceilings[k].name, result->ceilings[k].gflops);
  if (result->fraction > 0)
    g_print (_ ("\n%.0f GFLOP an iteration, at %.0f %% of the ceiling\n"), result->gflop,
             100 * result->fraction);
  g_print (_ ("processor time of an iteration: %.2f s; medians of %u iterations\n"), result->cpu,
           result->n_steps);
  g_print (_ ("peak memory: %.2f GB, estimated %.2f GB without computing anything again\n"),
           result->memory.peak / 1e9, result->estimate / 1e9);
}

static gboolean
bench (const PlanOptions *options, const CliCommon *common, const TlModelChoice *choice,
       GError **error)
{
  g_autoptr (TlStepper) stepper = tl_steer_stepper_new (choice);
  g_auto (Plan) plan = { 0 };
  TlState *state = NULL;
  Result result = { 0 };
  TlModels *models;
  gboolean done;

  if (!plan_check (options, error) || !tl_steer_stepper_load_models (stepper, NULL, error))
    return FALSE;
  models = tl_steer_stepper_get_models (stepper);
  if (!plan_make (&plan, options, NULL, choice, models, error))
    return FALSE;

  state = stepper->klass->start (stepper, plan.start, NULL, error);
  done = state != NULL && measure_steps (&result, stepper, &plan, state, error);
  /* Before the ceilings' own matrices add to it. */
  result.memory = tl_device_get_memory (choice->device);
  done = done && measure_ceilings (&result, choice->device, error);
  if (done)
    judge (&result, &plan, models);
  if (done && common->json)
    print_json (&result, &plan, stepper);
  else if (done)
    print_table (&result, &plan, stepper);
  if (state != NULL)
    stepper->klass->free_state (stepper, state);
  return done;
}

CliStatus
cli_bench (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_auto (PlanOptions) options = { 0 };
  g_autofree GOptionEntry *entries = plan_options_make_entries (&options);
  g_autoptr (GError) error = NULL;
  TlModelChoice choice;
  CliStatus status;

  plan_entries_hide_recipe (entries);
  if (!cli_parse ("bench", entries, &common, &argc, &argv, 0, 0, &status))
    return status;

  if (options.recipe != NULL)
    return cli_fail (CLI_USAGE, _ ("a measurement is of a prompt, not of a recipe"));
  /* A measurement needs a prompt and a length; which ones does not matter to it. */
  if (options.prompt == NULL)
    options.prompt = g_strdup ("a red tractor under a blue sky");
  options.quiet = common.quiet;
  plan_options_set_default (&options, "iterations", "10");
  /* Stages, ceilings and memory are of an iteration of the whole picture. */
  plan_options_set_default (&options, "coarse", "0");
  if (!cli_common_resolve (&common, &choice, &error) || !bench (&options, &common, &choice, &error))
    return cli_fail_error (error);
  return CLI_OK;
}
