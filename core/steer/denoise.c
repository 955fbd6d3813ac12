/* denoise.c - what the picture would be if it were one of those that the image model learnt from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/denoise.h"

#include "core/steer/coarse.h"
#include "core/steer/latent.h"

#include <math.h>

/* Shares of random codes: of the step in which forms begin, of the one after, and of those when
 * forms are done. */
#define FIRST_LEVEL 1
#define MOST_LEVEL 0.5
#define LEAST_LEVEL 0.15

/* Of all the beginnings that one is chosen from: 32 of 8 x 8, one of more than 32 x 32. */
#define MAX_CELLS 2048

gdouble
tl_denoise_get_level (const TlSettings *settings, const TlStartValues *start, guint64 iteration,
                      gboolean begins_forms)
{
  gdouble share = tl_coarse_get_share (settings, start, iteration);

  /* Forms that are laid out anew while the latent is coarse still begin by number alone. */
  if (begins_forms || share <= 0)
    return FIRST_LEVEL;
  return MAX (LEAST_LEVEL, MOST_LEVEL * (1 - share));
}

/* -> [1, words] of length 1: what the clauses ask for, all in all; zeros, for anything, where
 * another CLIP than the denoiser's reads them, and where they ask for nothing */
static TlTensor *
add_up_words (TlScope *outer, const TlIteration *self, const GArray *targets)
{
  TlDenoiser *denoiser = tl_models_get_denoiser (self->models);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *sum = tl_zeros (s, TL_SHAPE (1, tl_denoiser_get_config (denoiser)->words));

  sum = tl_to_device (s, sum, tl_models_get_device (self->models));
  if (!tl_models_has_words_for_denoiser (s, self->models))
    return tl_scope_leave (s, sum);
  for (guint i = 0; i < targets->len; i++)
    {
      const TlTarget *target = &g_array_index (targets, TlTarget, i);
      TlTensor *embed;

      if (target->is_noise)
        continue;
      embed = tl_mean (s, tl_normalize (s, target->embed), (const gint64[]){ 0 }, 1, TRUE);
      sum = tl_add (s, sum, tl_mul_scalar (s, embed, target->weight));
    }
  return tl_scope_leave (s, tl_normalize (s, sum));
}

/* z: [1, e_dim, h, w] -> as many random codes, @n times */
static TlTensor *
draw_codes (TlScope *s, const TlIteration *self, TlTensor *z, gint64 n)
{
  const TlSettings *settings = tl_steer_get_settings (self->steer);
  guint64 seed = tl_random_vary_seed (self->start->seed, (guint64) settings->variation);
  TlRandom random;

  tl_random_init (&random, seed, self->iteration, TL_PURPOSE_DENOISE, 0);
  return tl_latent_draw_codes (s, tl_models_get_vqgan (self->models),
                               tl_models_get_device (self->models), &random, n,
                               tl_tensor_get_size (z, 2), tl_tensor_get_size (z, 3));
}

/* Details are denoised as much less as their learning rate is lower. */
static gdouble
find_strength (const TlIteration *self)
{
  const TlSettings *settings = tl_steer_get_settings (self->steer);

  return settings->denoise * tl_coarse_get_lr (settings, self->start, self->iteration)
         / settings->lr;
}

/* Words are made louder where forms are found; little noise hides none, and asking twice is what
 * takes longest of denoising a whole picture (Kynkäänniemi et al. 2024, arXiv:2404.07724: guidance
 * in an interval of levels alone). */
static gdouble
find_guidance (TlScope *s, const TlIteration *self)
{
  const TlSettings *settings = tl_steer_get_settings (self->steer);
  gboolean is_detail = tl_coarse_get_share (settings, self->start, self->iteration) >= 1;

  if (is_detail && !self->is_random)
    return 1;
  return tl_models_has_words_for_denoiser (s, self->models) ? TL_DENOISER_GUIDANCE : 1;
}

/* z: [n, e_dim, h, w] -> the one whose picture CLIP finds nearest to what is wanted, or else
 * farthest from what is not; the first where neither is */
static TlTensor *
choose (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *z)
{
  TlScope *s = tl_scope_enter (outer);
  const gdouble sign = tl_iteration_only_pushes (targets) ? -1 : 1;
  TlTensor *best = NULL;
  gdouble most = NAN;

  for (gint64 i = 0; i < tl_tensor_get_size (z, 0); i++)
    {
      TlTensor *one = tl_contiguous (s, tl_narrow (s, z, 0, i, 1));
      TlStageTimes times = { 0 };
      TlTensor *picture = tl_iteration_decode (s, self, one, &times);
      gdouble nearness = sign * tl_iteration_measure (s, self, targets, picture);

      if (best == NULL || nearness > most)
        {
          best = one;
          most = nearness;
        }
    }
  return tl_scope_leave (s, best);
}

/* -> [1, e_dim, h, w], like z: a picture that the denoiser draws of random codes as wished */
static TlTensor *
begin (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *z,
       TlDenoiserWish wish)
{
  TlDenoiser *denoiser = tl_models_get_denoiser (self->models);
  const gint64 n_cells = tl_tensor_get_size (z, 2) * tl_tensor_get_size (z, 3);
  const gint64 n = MAX (1, MAX_CELLS / n_cells);
  TlScope *s = tl_scope_enter (outer);

  wish.words = tl_expand (s, wish.words, TL_SHAPE (n, -1));
  z = draw_codes (s, self, z, n);
  z = tl_denoiser_draw (s, denoiser, z, &wish, TL_DENOISE_LAST_LEVEL, TL_DENOISE_N_ANSWERS);
  return tl_scope_leave (s, n > 1 ? choose (s, self, targets, z) : z);
}

TlTensor *
tl_denoise (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *z)
{
  const gdouble strength = find_strength (self);
  TlDenoiser *denoiser = tl_models_get_denoiser (self->models);
  TlDenoiserWish wish;
  TlTensor *levels, *found;
  gdouble level;
  TlScope *s;

  if (denoiser == NULL || strength <= 0 || tl_scope_has_failed (outer))
    return z;
  s = tl_scope_enter (outer);
  tl_scope_set_grad (s, FALSE);
  wish.words = add_up_words (s, self, targets);
  wish.guidance = find_guidance (s, self);
  /* Nobody has asked for random codes, and nothing is lost with them. */
  if (self->is_random)
    return tl_scope_leave (s, begin (s, self, targets, z, wish));
  level = tl_denoise_get_level (tl_steer_get_settings (self->steer), self->start, self->iteration,
                                self->begins_forms);
  levels = tl_to_like (s, tl_full (s, level, TL_SHAPE (1)), z);
  found = tl_denoiser_mix (s, z, draw_codes (s, self, z, 1), levels);
  found = tl_denoiser_run (s, denoiser, found, levels, &wish);
  return tl_scope_leave (s, tl_add (s, z, tl_mul_scalar (s, tl_sub (s, found, z), strength)));
}
