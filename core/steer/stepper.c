/* stepper.c - the real stepper: one iteration of CLIP+VQGAN
 *
 * Whatever can fail works on tensors of a scope; a state takes what came of it only when nothing
 * can fail any more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/stepper.h"

#include "core/base/error.h"
#include "core/steer/coarse.h"
#include "core/steer/denoise.h"
#include "core/steer/iteration.h"
#include "core/steer/latent.h"
#include "core/steer/memory.h"
#include "core/steer/state.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Iterations after the one that a turn names in which it may still be taken, more than a run in
 * progress needs. */
#define MOST_LATE 8

typedef struct
{
  TlStepper parent;
  char *vqgan, *clip, *vocab; /* (nullable): of the choice */
  TlModelChoice choice;
  TlModels *models; /* NULL until they are needed */
  TlEmbeds *embeds;
  TlStageTimes times;
} SteerStepper;

static SteerStepper *
steer_stepper (TlStepper *stepper)
{
  return (SteerStepper *) stepper;
}

gboolean
tl_steer_stepper_load_models (TlStepper *stepper, GCancellable *cancellable, GError **error)
{
  SteerStepper *self = steer_stepper (stepper);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->models != NULL)
    return TRUE;

  /* Each tensor asks, several readers down. */
  if (cancellable != NULL)
    g_cancellable_push_current (cancellable);
  self->models = tl_models_load (&self->choice, TL_MODELS_ALL, error);
  if (cancellable != NULL)
    g_cancellable_pop_current (cancellable);
  if (self->models != NULL)
    self->embeds = tl_embeds_new (self->models);
  return self->models != NULL;
}

/* --- start --- */

/* (transfer full): the latent of iteration 0 */
static TlTensor *
make_start (SteerStepper *self, const TlStartValues *start, GCancellable *cancellable,
            GError **error)
{
  TlScope *s = tl_scope_open (cancellable);
  /* Row by row, as a checkpoint holds it: sums depend on the order in memory. */
  g_autoptr (TlTensor) z = tl_own (tl_contiguous (s, tl_latent_start (s, start, self->models)));

  return tl_scope_close (s, error) ? g_steal_pointer (&z) : NULL;
}

static TlState *
start_state (TlStepper *stepper, TlStart *begin, GCancellable *cancellable, GError **error)
{
  SteerStepper *self = steer_stepper (stepper);
  const TlStartValues *values = tl_start_get_values (begin);
  TlTensor *z;

  if (!tl_steer_stepper_load_models (stepper, cancellable, error)
      || !tl_latent_check_size (values, tl_models_get_vqgan (self->models), error))
    return NULL;

  z = make_start (self, values, cancellable, error);
  return z != NULL ? tl_state_new (begin, z) : NULL;
}

/* Only runs that are pulled towards their start need it, and not all of those were started here. */
static gboolean
remember_start (SteerStepper *self, TlState *state, TlSteer *steer, GCancellable *cancellable,
                GError **error)
{
  if (state->z_start != NULL || tl_steer_get_settings (steer)->init_weight <= 0)
    return TRUE;

  state->z_start = make_start (self, tl_start_get_values (state->start), cancellable, error);
  return state->z_start != NULL;
}

/* --- step --- */

static TlIteration
make_iteration (SteerStepper *self, TlState *state, TlSteer *steer)
{
  return (TlIteration){ .models = self->models,
                        .embeds = self->embeds,
                        .steer = steer,
                        .start = tl_start_get_values (state->start),
                        .iteration = state->iteration,
                        .is_random = state->is_random,
                        .z = state->z,
                        .z_start = state->z_start };
}

/* (transfer full) (nullable): NULL in a failed scope */
static TlFrame *
make_frame (TlScope *s, TlTensor *picture, guint64 iteration, gdouble similarity)
{
  g_autoptr (GBytes) pixels = NULL;
  guint8 *data;
  guint width, height;

  if (tl_scope_has_failed (s))
    return NULL;

  width = (guint) tl_tensor_get_size (picture, 3);
  height = (guint) tl_tensor_get_size (picture, 2);
  data = g_malloc ((gsize) width * height * 4);
  pixels = g_bytes_new_take (data, (gsize) width * height * 4);
  if (!tl_to_argb32 (s, picture, data, (gsize) width * 4))
    return NULL;
  return tl_frame_new (width, height, (gsize) width * 4, pixels, iteration, similarity);
}

/* Any that is not finite makes the sum so. */
static gboolean
has_only_numbers (TlScope *s, TlTensor *x)
{
  return isfinite (tl_to_double (s, tl_sum (s, tl_mul_scalar (s, x, 0), NULL, 0, FALSE)));
}

static void
check_numbers (TlScope *s, const TlState *state, gdouble loss, TlTensor *gradient, TlTensor *z)
{
  g_autofree char *iteration = NULL;
  GError *error = NULL;

  if (tl_scope_has_failed (s)
      || (isfinite (loss) && has_only_numbers (s, gradient) && has_only_numbers (s, z)))
    return;

  iteration = g_strdup_printf ("%" G_GUINT64_FORMAT, state->iteration);
  tl_error_set (&error, TL_ERROR_NUMBER,
                _ ("The latent is no longer a number at iteration %s: a lower learning rate or "
                   "precision float32 may help"),
                iteration);
  tl_scope_fail (s, error);
}

/* z in the form that the step wants, coarse or whole; the state's own where it has that already.
 * @picture: (out): what the state's shows where it is another */
static TlTensor *
take_form (TlScope *s, SteerStepper *self, const TlState *state, const TlIteration *iteration,
           TlTensor **picture)
{
  const TlVqganConfig *config = tl_vqgan_get_config (tl_models_get_vqgan (self->models));
  gboolean is_coarse = tl_coarse_is_wanted (tl_steer_get_settings (iteration->steer),
                                            iteration->start, iteration->iteration);
  TlStageTimes times = { 0 };
  gint64 shape[4];

  *picture = NULL;
  tl_coarse_get_shape (iteration->start, config, is_coarse, shape);
  if (tl_tensor_get_size (state->z, 2) == shape[2] && tl_tensor_get_size (state->z, 3) == shape[3])
    return state->z;

  tl_scope_set_grad (s, FALSE);
  *picture = tl_iteration_decode (s, iteration, state->z, &times);
  return tl_coarse_encode (s, *picture, iteration->start, is_coarse, self->models);
}

/* Whether the step is the first of a turn that asks for new forms; while a run goes on it is taken
 * a little later than it says. */
static gboolean
begins_forms (const TlState *state, const TlSettings *settings)
{
  const guint64 from = (guint64) settings->coarse_from;
  const guint64 most_late = (guint64) MAX (MOST_LATE, settings->coarse);

  return from > 0 && from != state->forms_from && state->forms_from != TL_STATE_NOT_SAID
         && state->iteration >= from && state->iteration - from < most_late;
}

/* z after the step, within the range of the codebook; @next is left empty where nothing pulls.
 * Moments are of a latent of the same form, and of the same picture. */
static TlTensor *
descend (TlScope *s, SteerStepper *self, const TlState *state, const TlIteration *iteration,
         const GArray *targets, TlTensor *gradient, TlMoments *next)
{
  const TlSettings *settings = tl_steer_get_settings (iteration->steer);
  const TlMoments none = { 0 };
  TlVqgan *vqgan = tl_models_get_vqgan (self->models);
  gboolean is_same = state->optimizer == (TlOptimizer) settings->optimizer
                     && iteration->z == state->z && !iteration->begins_forms;
  gdouble lr = tl_coarse_get_lr (settings, iteration->start, iteration->iteration);
  TlTensor *z = tl_optimizer_step (s, settings->optimizer, lr, is_same ? &state->moments : &none,
                                   iteration->z, gradient, next);

  z = tl_denoise (s, iteration, targets, z);
  z = tl_maximum (s, z, tl_vqgan_get_z_min (vqgan));
  return tl_contiguous (s, tl_minimum (s, z, tl_vqgan_get_z_max (vqgan)));
}

/* What a step computes; owned, and empty where it stays as it was. */
typedef struct
{
  TlTensor *z;
  TlMoments moments;
  gboolean waits; /* for words: forms that a turn lays out anew have not begun yet */
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->z, tl_tensor_free);
  tl_moments_clear (&outcome->moments);
}

/* Nothing can fail from here on. */
static void
advance (TlState *state, Outcome *outcome, const TlSettings *settings)
{
  if (outcome->z != NULL)
    {
      tl_tensor_free (state->z);
      tl_moments_clear (&state->moments);
      state->z = outcome->z;
      state->moments = outcome->moments;
      state->optimizer = (TlOptimizer) settings->optimizer;
      state->is_random = state->is_random && state->moments.n_steps == 0;
    }
  if (!outcome->waits)
    state->forms_from = (guint64) settings->coarse_from;
  state->iteration++;
}

static void
report_wants (TlScope *s, SteerStepper *self, const TlIteration *iteration, const GArray *targets,
              TlTensor *picture, TlWants wants, TlReport *report)
{
  gint64 began = g_get_monotonic_time ();

  report->similarity = NAN;
  if ((wants & TL_WANT_SIMILARITY) != 0)
    report->similarity = tl_iteration_measure (s, iteration, targets, picture);
  if ((wants & TL_WANT_FRAME) != 0)
    report->frame = make_frame (s, picture, iteration->iteration, report->similarity);
  self->times.frame = (g_get_monotonic_time () - began) / 1e6;
}

static void
compute (TlScope *s, SteerStepper *self, const TlState *state, TlSteer *steer, TlWants wants,
         Outcome *outcome, TlReport *report)
{
  TlIteration iteration = make_iteration (self, (TlState *) state, steer);
  g_autoptr (GArray) targets = tl_iteration_find_targets (s, &iteration);
  TlTensor *picture, *gradient, *z, *before;
  gint64 began;

  iteration.z = take_form (s, self, state, &iteration, &before);
  iteration.begins_forms = begins_forms (state, tl_steer_get_settings (steer));
  report->loss = tl_iteration_evaluate (s, &iteration, targets, wants != TL_WANT_NOTHING, &picture,
                                        &gradient, &self->times);

  began = g_get_monotonic_time ();
  if (gradient != NULL)
    {
      z = descend (s, self, state, &iteration, targets, gradient, &outcome->moments);
      check_numbers (s, state, report->loss, gradient, z);
      outcome->z = tl_own (z);
    }
  else if (iteration.z != state->z)
    outcome->z = tl_own (iteration.z);
  outcome->waits = iteration.begins_forms && gradient == NULL;
  self->times.optimizer = (g_get_monotonic_time () - began) / 1e6;

  report_wants (s, self, &iteration, targets, before != NULL ? before : picture, wants, report);
}

/* What the decoder may hold, beside all else. Only time depends on it. */
static void
set_budget (SteerStepper *self, const TlStartValues *start, const TlSettings *settings)
{
  TlVqgan *vqgan = tl_models_get_vqgan (self->models);
  TlMemoryQuestion question = { .vqgan = tl_vqgan_get_config (vqgan),
                                .clip = tl_clip_get_config (tl_models_get_clip (self->models)),
                                .dtype = tl_models_get_dtype (self->models),
                                .width = start->width,
                                .height = start->height,
                                .n_cutouts = (guint) settings->n_cutouts };
  guint64 available = tl_memory_get_available (tl_models_get_device (self->models));
  guint64 budget = tl_memory_get_budget (available);

  tl_vqgan_set_budget (vqgan, tl_memory_get_decoder_budget (&question, budget));
}

/* Says of what there was not enough. */
static void
explain_memory (GError **error, const TlStartValues *start, const TlSettings *settings)
{
  if (error == NULL || !g_error_matches (*error, TL_ERROR, TL_ERROR_TOO_LARGE))
    return;
  g_clear_error (error);
  tl_error_set (error, TL_ERROR_TOO_LARGE,
                g_dngettext (GETTEXT_PACKAGE,
                             "Not enough memory for %d cutout at %u × %u: try fewer cutouts or a "
                             "smaller picture",
                             "Not enough memory for %d cutouts at %u × %u: try fewer cutouts or a "
                             "smaller picture",
                             (gulong) settings->n_cutouts),
                (int) settings->n_cutouts, start->width, start->height);
}

static gboolean
step (TlStepper *stepper, TlState *state, TlSteer *steer, TlWants wants, TlReport *report,
      GCancellable *cancellable, GError **error)
{
  SteerStepper *self = steer_stepper (stepper);
  const TlStartValues *start = tl_start_get_values (state->start);
  const TlSettings *settings = tl_steer_get_settings (steer);
  Outcome outcome = { 0 };
  TlScope *s;

  *report = (TlReport){ .similarity = NAN };
  self->times = (TlStageTimes){ 0 };
  if (!remember_start (self, state, steer, cancellable, error))
    return FALSE;

  set_budget (self, start, settings);
  s = tl_scope_open (cancellable);
  compute (s, self, state, steer, wants, &outcome, report);
  if (!tl_scope_close (s, error))
    {
      explain_memory (error, start, settings);
      outcome_clear (&outcome);
      g_clear_pointer (&report->frame, tl_frame_unref);
      return FALSE;
    }

  advance (state, &outcome, settings);
  report->iteration = state->iteration;
  return TRUE;
}

static TlFrame *
decode (TlStepper *stepper, TlState *state, TlSteer *steer, GCancellable *cancellable,
        GError **error)
{
  SteerStepper *self = steer_stepper (stepper);
  TlIteration iteration = make_iteration (self, state, steer);
  TlStageTimes times = { 0 };
  TlScope *s = tl_scope_open (cancellable);
  g_autoptr (GArray) targets = tl_iteration_find_targets (s, &iteration);
  TlTensor *picture = tl_iteration_decode (s, &iteration, state->z, &times);
  gdouble similarity = tl_iteration_measure (s, &iteration, targets, picture);
  g_autoptr (TlFrame) frame = make_frame (s, picture, state->iteration, similarity);

  return tl_scope_close (s, error) ? g_steal_pointer (&frame) : NULL;
}

/* --- the rest of a stepper --- */

static void
forget (TlStepper *stepper, TlState *state)
{
  tl_moments_clear (&state->moments);
}

static gboolean
jitter (TlStepper *stepper, TlState *state, const TlJitter *values, GError **error)
{
  SteerStepper *self = steer_stepper (stepper);
  TlScope *s = tl_scope_open (NULL);
  guint64 seed = tl_start_get_values (state->start)->seed;
  g_autoptr (TlTensor) z =
    tl_own (tl_latent_jitter (s, state->z, values, seed, state->iteration, self->models));

  if (!tl_scope_close (s, error))
    return FALSE;

  tl_tensor_free (state->z);
  state->z = g_steal_pointer (&z);
  return TRUE;
}

static guint64
get_iteration (TlStepper *stepper, TlState *state)
{
  return state->iteration;
}

static GBytes *
save (TlStepper *stepper, TlState *state, GError **error)
{
  return tl_state_save (state, steer_stepper (stepper)->models, error);
}

static TlState *
load (TlStepper *stepper, TlStart *begin, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  SteerStepper *self = steer_stepper (stepper);

  if (!tl_steer_stepper_load_models (stepper, cancellable, error)
      || !tl_latent_check_size (tl_start_get_values (begin), tl_models_get_vqgan (self->models),
                                error))
    return NULL;

  return tl_state_load (bytes, begin, self->models, error);
}

static void
free_state (TlStepper *stepper, TlState *state)
{
  tl_state_free (state);
}

static TlMaker *
get_maker (TlStepper *stepper)
{
  g_return_val_if_fail (steer_stepper (stepper)->models != NULL, NULL);

  return tl_models_dup_maker (steer_stepper (stepper)->models);
}

/* Of the judge, too: all tensors of the process share what is kept. */
static void
rest (TlStepper *stepper)
{
  tl_memory_trim ();
}

static void
free_stepper (TlStepper *stepper)
{
  SteerStepper *self = steer_stepper (stepper);

  g_clear_pointer (&self->embeds, tl_embeds_free);
  g_clear_pointer (&self->models, tl_models_free);
  g_free (self->vqgan);
  g_free (self->clip);
  g_free (self->vocab);
  g_free (self);
}

static const TlStepperClass steer_stepper_class = {
  .start = start_state,
  .step = step,
  .decode = decode,
  .forget = forget,
  .jitter = jitter,
  .get_iteration = get_iteration,
  .save = save,
  .load = load,
  .free_state = free_state,
  .get_maker = get_maker,
  .rest = rest,
  .free = free_stepper,
};

TlStepper *
tl_steer_stepper_new (const TlModelChoice *choice)
{
  SteerStepper *self = g_new0 (SteerStepper, 1);

  self->parent.klass = &steer_stepper_class;
  self->choice = *choice;
  self->choice.vqgan = self->vqgan = g_strdup (choice->vqgan);
  self->choice.clip = self->clip = g_strdup (choice->clip);
  self->choice.vocab = self->vocab = g_strdup (choice->vocab);
  return &self->parent;
}

TlModels *
tl_steer_stepper_get_models (TlStepper *stepper)
{
  return steer_stepper (stepper)->models;
}

void
tl_steer_stepper_get_times (TlStepper *stepper, TlStageTimes *times)
{
  *times = steer_stepper (stepper)->times;
}
