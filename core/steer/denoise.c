/* denoise.c - what the picture would be if it were one of those that the image model learnt from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/denoise.h"

#include "core/denoiser/examples.h"
#include "core/steer/coarse.h"
#include "core/steer/latent.h"
#include "core/steer/parts.h"
#include "core/steer/recolour.h"

#include <math.h>

/* Shares of random codes: of the step in which forms begin, of the one after, and of those when
 * forms are done. */
#define FIRST_LEVEL 1
#define MOST_LEVEL 0.5
#define LEAST_LEVEL 0.15

/* Of all the beginnings that one is chosen from: 32 of 8 x 8, one of more than 32 x 32. */
#define MAX_CELLS 2048

/* Ways to a beginning: of codes alone, and of examples under so few codes that all of a shape is
 * left. */
static const TlDenoiserWay from_codes = TL_DENOISE_FROM_CODES;
static const TlDenoiserWay from_examples = { 0.1, 0.08, 1 };

/* Of so many examples one is begun with, so that the starts of one prompt are several pictures; a
 * turn is one, and goes to the nearest. */
#define N_NEAR 8

/* Examples that are tried: of many, every seed would begin with the one that CLIP likes best. */
#define N_TRIED 2

/* How far a turn goes to what its forms begin with, at least. */
#define LEAST_TURN 0.75

/* Streams of TL_PURPOSE_DENOISE. */
#define STREAM_CODES 0
#define STREAM_EXAMPLES 1
#define STREAM_PARTS 2

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

static TlRandom
begin_stream (const TlIteration *self, guint32 stream)
{
  const TlSettings *settings = tl_steer_get_settings (self->steer);
  guint64 seed = tl_random_vary_seed (self->start->seed, (guint64) settings->variation);
  TlRandom random;

  tl_random_init (&random, seed, self->iteration, TL_PURPOSE_DENOISE, stream);
  return random;
}

/* -> [n, e_dim, height, width]: random codes */
static TlTensor *
draw_codes (TlScope *s, const TlIteration *self, gint64 n, gint64 height, gint64 width)
{
  TlRandom random = begin_stream (self, STREAM_CODES);

  return tl_latent_draw_codes (s, tl_models_get_vqgan (self->models),
                               tl_models_get_device (self->models), &random, n, height, width);
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

/* z: [n, e_dim, h, w] -> their pictures, in their own size */
static TlTensor *
show (TlScope *outer, const TlIteration *self, TlTensor *z)
{
  TlVqgan *vqgan = tl_models_get_vqgan (self->models);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = tl_vqgan_decode (s, vqgan, tl_vqgan_quantize (s, vqgan, z));

  return tl_scope_leave (s, tl_clamp (s, tl_vqgan_to_picture (s, x), 0, 1));
}

/* x: [n, 3, H, W] in [0, 1] -> [n, e_dim, h, w] */
static TlTensor *
encode (TlScope *outer, const TlIteration *self, TlTensor *x)
{
  TlVqgan *vqgan = tl_models_get_vqgan (self->models);
  TlScope *s = tl_scope_enter (outer);

  x = tl_vqgan_encode_latent (s, vqgan, tl_vqgan_from_picture (s, x));
  return tl_scope_leave (s, tl_contiguous (s, x));
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
      gdouble nearness = sign * tl_iteration_measure (s, self, targets, show (s, self, one));

      if (best == NULL || nearness > most)
        {
          best = one;
          most = nearness;
        }
    }
  return tl_scope_leave (s, best);
}

/* @z: [1, e_dim, h, w] -> as large as @like: the middle of its picture, enlarged or reduced */
static TlTensor *
fit (TlScope *outer, const TlIteration *self, TlTensor *z, TlTensor *like)
{
  const gint64 downscale = tl_vqgan_get_config (tl_models_get_vqgan (self->models))->downscale;
  const gint64 height = tl_tensor_get_size (like, 2), width = tl_tensor_get_size (like, 3);
  const gint64 high = tl_tensor_get_size (z, 2), wide = tl_tensor_get_size (z, 3);
  const gdouble factor = MAX ((gdouble) height / high, (gdouble) width / wide);
  const gint64 all_high = MAX (height, lround (high * factor));
  const gint64 all_wide = MAX (width, lround (wide * factor));
  TlScope *s;
  TlTensor *x;

  if (height == high && width == wide)
    return z;
  s = tl_scope_enter (outer);
  x = tl_interpolate_bicubic (s, show (s, self, z), all_high * downscale, all_wide * downscale,
                              FALSE);
  x = tl_narrow (s, x, 2, (all_high - height) / 2 * downscale, height * downscale);
  x = tl_narrow (s, x, 3, (all_wide - width) / 2 * downscale, width * downscale);
  return tl_scope_leave (s, encode (s, self, tl_clamp (s, tl_contiguous (s, x), 0, 1)));
}

/* z: [n, e_dim, h, w] -> as large, each seen in a way of the seed's */
static TlTensor *
vary (TlScope *outer, const TlIteration *self, TlTensor *z)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = show (s, self, z);
  const gint64 n = tl_tensor_get_size (x, 0), height = tl_tensor_get_size (x, 2);
  const gint64 width = tl_tensor_get_size (x, 3);
  g_autofree gfloat *grid = g_new (gfloat, (gsize) (n * height * width * 2));
  TlRandom random = begin_stream (self, STREAM_PARTS);
  TlTensor *parts;

  tl_parts_draw (&random, n, height, width, grid);
  parts = tl_to_like (s, tl_from_floats (s, grid, TL_SHAPE (n, height, width, 2)), x);
  x = tl_grid_sample (s, x, parts, TL_SAMPLE_BORDER, FALSE);
  return tl_scope_leave (s, encode (s, self, x));
}

/* -> [n, e_dim, h, w], as large as they are: examples for @words, [1, words]; NULL where the VQGAN
 * brings none, and where nothing is asked for that they could be near to */
static TlTensor *
recall (TlScope *outer, const TlIteration *self, TlTensor *words)
{
  TlExamples *examples = tl_models_get_examples (self->models);
  const gsize n_words = tl_tensor_get_n_elements (words);
  g_autofree gfloat *wanted = g_new0 (gfloat, n_words);
  TlRandom random = begin_stream (self, STREAM_EXAMPLES);
  gdouble square = 0;
  guint n_cells;
  TlTensor *codes;
  TlScope *s;

  if (examples == NULL || !tl_to_floats (outer, words, wanted, n_words))
    return NULL;
  for (gsize i = 0; i < n_words; i++)
    square += wanted[i] * wanted[i];
  if (!(square > 0))
    return NULL;
  n_cells = tl_examples_get_height (examples) * tl_examples_get_width (examples);
  s = tl_scope_enter (outer);
  codes = tl_examples_recall (s, examples, wanted, self->is_random ? N_NEAR : 1,
                              CLAMP (MAX_CELLS / n_cells, 1, N_TRIED), &random);
  codes = tl_to_device (s, codes, tl_models_get_device (self->models));
  codes = tl_vqgan_lookup (s, tl_models_get_vqgan (self->models), codes);
  return tl_scope_leave (s, vary (s, self, codes));
}

/* -> [1, e_dim, h, w], like z: a picture that the denoiser draws as wished, of examples or else of
 * random codes alone, in colours that the clauses ask for */
static TlTensor *
begin (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *z,
       TlDenoiserWish wish)
{
  TlDenoiser *denoiser = tl_models_get_denoiser (self->models);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *examples = recall (s, self, wish.words);
  const TlDenoiserWay *way = examples != NULL ? &from_examples : &from_codes;
  TlTensor *like = examples != NULL ? examples : z;
  const gint64 height = tl_tensor_get_size (like, 2), width = tl_tensor_get_size (like, 3);
  const gint64 n =
    examples != NULL ? tl_tensor_get_size (examples, 0) : MAX (1, MAX_CELLS / (height * width));
  TlTensor *drawn = draw_codes (s, self, n, height, width);

  wish.words = tl_expand (s, wish.words, TL_SHAPE (n, -1));
  if (examples != NULL)
    drawn = tl_denoiser_mix (s, examples, drawn,
                             tl_to_like (s, tl_full (s, way->first, TL_SHAPE (n)), drawn));
  drawn = tl_denoiser_draw (s, denoiser, drawn, &wish, way);
  if (n > 1)
    drawn = choose (s, self, targets, drawn);
  drawn = tl_recolour (s, self, targets, show (s, self, fit (s, self, drawn, z)));
  return tl_scope_leave (s, encode (s, self, drawn));
}

/* -> as z: what is behind it and so large a share of random codes */
static TlTensor *
find_behind (TlScope *outer, const TlIteration *self, TlTensor *z, gdouble level,
             const TlDenoiserWish *wish)
{
  TlDenoiser *denoiser = tl_models_get_denoiser (self->models);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *levels = tl_to_like (s, tl_full (s, level, TL_SHAPE (1)), z);

  z = tl_denoiser_mix (
    s, z, draw_codes (s, self, 1, tl_tensor_get_size (z, 2), tl_tensor_get_size (z, 3)), levels);
  return tl_scope_leave (s, tl_denoiser_run (s, denoiser, z, levels, wish));
}

TlTensor *
tl_denoise (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *z)
{
  gdouble strength = find_strength (self);
  TlDenoiserWish wish;
  TlTensor *found;
  gdouble level;
  TlScope *s;

  if (tl_models_get_denoiser (self->models) == NULL || strength <= 0 || tl_scope_has_failed (outer))
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
  if (level == FIRST_LEVEL)
    {
      strength = MAX (strength, LEAST_TURN);
      found = begin (s, self, targets, z, wish);
    }
  else
    found = find_behind (s, self, z, level, &wish);
  return tl_scope_leave (s, tl_add (s, z, tl_mul_scalar (s, tl_sub (s, found, z), strength)));
}
