/* iteration.c - one iteration of CLIP+VQGAN, as far as the gradient of the latent
 *
 * The picture is decoded once; it is what CLIP looks at, what is shown and what is scored.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/iteration.h"

#include "core/base/random.h"
#include "core/clip/preprocess.h"
#include "core/steer/coarse.h"
#include "core/steer/cutouts.h"
#include "core/steer/loss.h"
#include "core/steer/memory.h"

#include <math.h>

static void
note_time (gdouble *stage, gint64 since)
{
  *stage += (g_get_monotonic_time () - since) / 1e6;
}

GArray *
tl_iteration_find_targets (TlScope *s, const TlIteration *self)
{
  const TlSettings *settings = tl_steer_get_settings (self->steer);
  TlStory story = { .n_iterations = (guint64) settings->n_iterations,
                    .change_every = (guint64) settings->change_every,
                    .loop = settings->loop };
  g_autoptr (GArray) clauses =
    tl_prompt_at (tl_steer_get_prompt (self->steer), &story, self->iteration);
  GArray *targets = g_array_new (FALSE, FALSE, sizeof (TlTarget));

  for (guint i = 0; i < clauses->len; i++)
    {
      const TlActiveClause *active = &g_array_index (clauses, TlActiveClause, i);
      TlTarget target = { .embed = tl_embeds_get (self->embeds, s, active->clause, self->steer,
                                                  self->start),
                          .weight = active->weight,
                          .stop = active->clause->stop,
                          .is_noise = active->clause->kind == TL_CLAUSE_NOISE };

      if (target.embed != NULL)
        g_array_append_val (targets, target);
    }
  return targets;
}

TlTensor *
tl_iteration_decode (TlScope *outer, const TlIteration *self, TlTensor *z, TlStageTimes *times)
{
  TlScope *s = tl_scope_enter (outer);
  TlVqgan *vqgan = tl_models_get_vqgan (self->models);
  gint64 began = g_get_monotonic_time ();
  TlTensor *x;

  x = tl_vqgan_quantize (s, vqgan, z);
  note_time (&times->quantize, began);

  began = g_get_monotonic_time ();
  x = tl_vqgan_decode (s, vqgan, x);
  if (tl_coarse_is (self->start, tl_vqgan_get_config (vqgan), z))
    x = tl_coarse_enlarge (s, x, self->start);
  x = tl_clamp_with_grad (s, tl_vqgan_to_picture (s, x), 0, 1);
  note_time (&times->decode, began);
  return tl_scope_leave (s, x);
}

/* picture -> [n_cutouts, 3, resolution, resolution] */
static TlTensor *
cut (TlScope *outer, const TlIteration *self, TlTensor *picture, TlStageTimes *times)
{
  TlClip *clip = tl_models_get_clip (self->models);
  const TlSettings *settings = tl_steer_get_settings (self->steer);
  TlCutting cutting = { .settings = settings,
                        .seed =
                          tl_random_vary_seed (self->start->seed, (guint64) settings->variation),
                        .iteration = self->iteration,
                        .cut_size = tl_clip_get_config (clip)->resolution };
  gint64 began = g_get_monotonic_time ();
  TlTensor *x = tl_cutouts_make (outer, picture, &cutting);

  note_time (&times->cutouts, began);
  return x;
}

static TlTensor *
add_term (TlScope *s, TlTensor *loss, TlTensor *term)
{
  return loss == NULL ? term : tl_add (s, loss, term);
}

/* The clauses' loss of some of the cutouts, as their share of the mean over all. */
static TlTensor *
sum_clauses (TlScope *outer, const GArray *targets, TlTensor *features, gdouble share)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *loss = NULL;

  for (guint i = 0; i < targets->len; i++)
    {
      const TlTarget *target = &g_array_index (targets, TlTarget, i);

      loss = add_term (s, loss,
                       tl_loss_clause (s, features, target->embed, target->weight, target->stop));
    }
  if (share != 1)
    loss = tl_mul_scalar (s, loss, share);
  return tl_scope_leave (s, loss);
}

/* What CLIP sees in @n cutouts from @first on, and the gradient on them; adds to *value. */
static TlTensor *
look_at_some (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *cutouts,
              gint64 first, gint64 n, gdouble *value, TlStageTimes *times)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n_all = tl_tensor_get_size (cutouts, 0);
  gint64 began = g_get_monotonic_time ();
  TlTensor *x, *features, *loss, *gradient;

  x = tl_leaf (s, tl_narrow (s, tl_detach (s, cutouts), 0, first, n));
  features = tl_clip_encode_image (s, tl_models_get_clip (self->models), x);
  note_time (&times->encode, began);

  began = g_get_monotonic_time ();
  loss = sum_clauses (s, targets, features, (gdouble) n / (gdouble) n_all);
  *value += tl_to_double (s, tl_detach (s, loss));
  note_time (&times->loss, began);

  began = g_get_monotonic_time ();
  gradient = tl_backward (s, loss, x);
  note_time (&times->encode_back, began);
  return tl_scope_leave (s, gradient);
}

/* The gradient of the clauses' loss on the cutouts; adds to *value. CLIP looks at so many at a time
 * as the model alone says, so that results depend on nothing else. */
static TlTensor *
look (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *cutouts,
      gdouble *value, TlStageTimes *times)
{
  TlScope *s = tl_scope_enter (outer);
  TlClip *clip = tl_models_get_clip (self->models);
  gint64 n = tl_tensor_get_size (cutouts, 0);
  gint64 at_once =
    self->at_once > 0 ? self->at_once : tl_memory_get_chunk (tl_clip_get_config (clip));
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  if (n <= at_once)
    return tl_scope_leave (s, look_at_some (s, self, targets, cutouts, 0, n, value, times));

  for (gint64 i = 0; i < n && !tl_scope_has_failed (s); i += at_once)
    g_ptr_array_add (
      parts, look_at_some (s, self, targets, cutouts, i, MIN (at_once, n - i), value, times));
  return tl_scope_leave (s, tl_cat (s, (TlTensor *const *) parts->pdata, parts->len, 0));
}

/* The gradient of the clauses' loss on @decoded, as cutouts show it; adds to *value. */
static TlTensor *
pull_at_picture (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *decoded,
                 gdouble *value, TlStageTimes *times)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *picture = tl_leaf (s, tl_detach (s, decoded));
  TlTensor *cutouts = cut (s, self, picture, times);
  TlTensor *gradient = look (s, self, targets, cutouts, value, times);
  gint64 began = g_get_monotonic_time ();

  gradient = tl_backward_from (s, cutouts, gradient, picture);
  note_time (&times->cutouts_back, began);
  return tl_scope_leave (s, gradient);
}

/* The gradient of the clauses' loss on z; adds to *value. Each stage goes back on its own, from a
 * leaf where it began: what CLIP kept is gone before the decoder's way back needs room. */
static TlTensor *
pull (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *decoded,
      TlTensor *z, gdouble *value, TlStageTimes *times)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *gradient = pull_at_picture (s, self, targets, decoded, value, times);
  gint64 began = g_get_monotonic_time ();

  gradient = tl_backward_from (s, decoded, gradient, z);
  note_time (&times->decode_back, began);
  return tl_scope_leave (s, gradient);
}

TlTensor *
tl_iteration_look (TlScope *outer, const TlIteration *self, const GArray *targets,
                   TlTensor *picture)
{
  TlScope *s = tl_scope_enter (outer);
  TlStageTimes times = { 0 };
  gdouble value = 0;

  if (targets->len == 0)
    return tl_scope_leave (s, NULL);
  tl_scope_set_grad (s, TRUE);
  return tl_scope_leave (s, pull_at_picture (s, self, targets, picture, &value, &times));
}

/* The gradient of the pull towards the start; adds to *value. */
static TlTensor *
pull_back (TlScope *outer, const TlIteration *self, TlTensor *z, gdouble *value)
{
  const TlSettings *settings = tl_steer_get_settings (self->steer);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *loss = tl_loss_start (s, z, self->z_start, settings->init_weight, settings->init_decay,
                                  self->iteration);

  *value += tl_to_double (s, tl_detach (s, loss));
  return tl_scope_leave (s, tl_backward (s, loss, z));
}

/* The start has no coarse form; nor has what starts from a picture, where holding matters. */
static gboolean
is_held (const TlIteration *self)
{
  const TlVqganConfig *config = tl_vqgan_get_config (tl_models_get_vqgan (self->models));

  return tl_steer_get_settings (self->steer)->init_weight > 0
         && !tl_coarse_is (self->start, config, self->z);
}

gdouble
tl_iteration_evaluate (TlScope *outer, const TlIteration *self, const GArray *targets,
                       gboolean wants_picture, TlTensor **picture, TlTensor **gradient,
                       TlStageTimes *times)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *decoded = NULL, *sum = NULL;
  gdouble value = 0;
  TlTensor *z;

  tl_scope_set_grad (s, TRUE);
  z = tl_leaf (s, self->z);
  if (is_held (self))
    sum = pull_back (s, self, z, &value);
  if (targets->len > 0)
    {
      decoded = tl_iteration_decode (s, self, z, times);
      sum = add_term (s, sum, pull (s, self, targets, decoded, z, &value, times));
    }
  else if (wants_picture)
    decoded = tl_iteration_decode (s, self, self->z, times);

  *picture = decoded != NULL ? tl_detach (outer, decoded) : NULL;
  *gradient = sum != NULL ? tl_detach (outer, sum) : NULL;
  tl_scope_leave (s, NULL);
  return value;
}

/* --- similarity --- */

static gboolean
is_counted (const TlTarget *target, gboolean only_away)
{
  return !target->is_noise && (target->weight < 0) == only_away;
}

static gboolean
has_counted (const GArray *targets, gboolean only_away)
{
  for (guint i = 0; i < targets->len; i++)
    if (is_counted (&g_array_index (targets, TlTarget, i), only_away))
      return TRUE;
  return FALSE;
}

gboolean
tl_iteration_only_pushes (const GArray *targets)
{
  return !has_counted (targets, FALSE);
}

gdouble
tl_iteration_measure (TlScope *outer, const TlIteration *self, const GArray *targets,
                      TlTensor *picture)
{
  gboolean only_away = tl_iteration_only_pushes (targets);
  TlClip *clip = tl_models_get_clip (self->models);
  gdouble sum = 0, weight = 0;
  TlTensor *features;
  TlScope *s;

  if (only_away && !has_counted (targets, TRUE))
    return NAN;

  s = tl_scope_enter (outer);
  tl_scope_set_grad (s, FALSE);
  features = tl_clip_encode_image (
    s, clip, tl_clip_preprocess (s, picture, tl_clip_get_config (clip)->resolution));
  for (guint i = 0; i < targets->len; i++)
    {
      const TlTarget *target = &g_array_index (targets, TlTarget, i);
      TlTensor *cosine;

      if (!is_counted (target, only_away))
        continue;
      cosine = tl_mean (s, tl_loss_cosine (s, features, target->embed), NULL, 0, FALSE);
      sum += fabs (target->weight) * tl_to_double (s, cosine);
      weight += fabs (target->weight);
    }
  tl_scope_leave (s, NULL);
  return sum / weight;
}
