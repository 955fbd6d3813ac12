/* cutouts.c - squares of the picture, as CLIP wants to see it
 *
 * A cutout is drawn from (seed, iteration, index) alone, so that a run that was paused, forked or
 * replayed sees the same ones. Everything here is differentiable: the gradient flows from the
 * cutouts back to the picture.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/cutouts.h"

#include "core/base/random.h"
#include "core/steer/draws.h"
#include "core/steer/fused.h"
#include "core/torch/device.h"

#include <math.h>

#define LANCZOS_LOBES 2

/* --- notebook: boxes and their resampling --- */

void
tl_cutouts_draw_boxes (guint64 seed, guint64 iteration, guint n, gdouble cut_pow, gint64 width,
                       gint64 height, gint64 cut_size, TlBox *boxes)
{
  gint64 shorter = MIN (width, height);
  gint64 least = MIN (shorter, cut_size);

  for (guint i = 0; i < n; i++)
    {
      TlRandom random;
      gdouble share;

      tl_random_init (&random, seed, iteration, TL_PURPOSE_CUTOUTS, i);
      share = pow (tl_random_uniform (&random), cut_pow);
      boxes[i].size = (gint64) (share * (shorter - least)) + least;
      boxes[i].x = tl_random_below (&random, (guint32) (width - boxes[i].size + 1));
      boxes[i].y = tl_random_below (&random, (guint32) (height - boxes[i].size + 1));
    }
}

static gdouble
sinc (gdouble x)
{
  return x == 0 ? 1 : sin (G_PI * x) / (G_PI * x);
}

/* Taps of generate.py's lanczos (ramp (ratio, 2), 2), summing to one: n of them, the middle one at
 * n / 2. */
static gdouble *
lanczos_taps (gdouble ratio, gint64 *n)
{
  gint64 reach = (gint64) ceil (LANCZOS_LOBES / ratio + 1) - 2;
  gdouble *taps;
  gdouble sum = 0;

  *n = 2 * reach + 1;
  taps = g_new (gdouble, *n);
  for (gint64 i = 0; i < *n; i++)
    {
      gdouble x = (i - reach) * ratio;

      taps[i] = fabs (x) < LANCZOS_LOBES ? sinc (x) * sinc (x / LANCZOS_LOBES) : 0;
      sum += taps[i];
    }
  for (gint64 i = 0; i < *n; i++)
    taps[i] /= sum;
  return taps;
}

/* Mirrored at the first and last pixel, which are not repeated. */
static gint64
reflect (gint64 i, gint64 size)
{
  if (i < 0)
    i = -i;
  if (i >= size)
    i = 2 * (size - 1) - i;
  return CLAMP (i, 0, size - 1);
}

/* torch's bicubic weights (a = -3/4) of the four pixels around a point at @t between the middle two
 * (Keys, "Cubic convolution interpolation for digital image processing", 1981). */
static void
cubic_weights (gdouble t, gdouble weights[4])
{
  const gdouble a = -0.75;
  const gdouble distances[4] = { 1 + t, t, 1 - t, 2 - t };

  for (guint i = 0; i < 4; i++)
    {
      gdouble x = distances[i];

      weights[i] = i == 1 || i == 2 ? ((a + 2) * x - (a + 3)) * x * x + 1
                                    : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
    }
}

/* One axis of generate.py's resample(): a low-pass where it shrinks, then bicubic with the corners
 * aligned. Both are linear, so they are one matrix: [out, in] */
static TlTensor *
resampling_matrix (TlScope *s, gint64 in, gint64 out, TlTensor *like)
{
  g_autofree gdouble *taps = NULL;
  g_autofree gdouble *rows = g_new0 (gdouble, out * in);
  g_autofree gfloat *matrix = g_new (gfloat, out * in);
  gint64 n_taps = 1;

  taps = out < in ? lanczos_taps ((gdouble) out / in, &n_taps) : g_new0 (gdouble, 1);
  if (out >= in)
    taps[0] = 1;

  for (gint64 row = 0; row < out; row++)
    {
      gdouble position = out > 1 ? (gdouble) row * (in - 1) / (out - 1) : 0;
      gint64 before = (gint64) floor (position);
      gdouble weights[4];

      cubic_weights (position - before, weights);
      for (gint64 i = 0; i < 4; i++)
        for (gint64 tap = 0; tap < n_taps; tap++)
          {
            gint64 pixel = CLAMP (before - 1 + i, 0, in - 1);

            rows[row * in + reflect (pixel + tap - n_taps / 2, in)] += weights[i] * taps[tap];
          }
    }

  for (gint64 i = 0; i < out * in; i++)
    matrix[i] = (gfloat) rows[i];
  return tl_to_like (s, tl_from_floats (s, matrix, TL_SHAPE (out, in)), like);
}

TlTensor *
tl_cutouts_resample (TlScope *outer, TlTensor *picture, gint64 height, gint64 width)
{
  TlScope *s;
  TlTensor *vertical, *horizontal;
  gint64 rows, columns;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  rows = tl_tensor_get_size (picture, 2);
  columns = tl_tensor_get_size (picture, 3);
  vertical = resampling_matrix (s, rows, height, picture);
  horizontal =
    columns == rows && width == height ? vertical : resampling_matrix (s, columns, width, picture);
  picture = tl_matmul (s, picture, tl_transpose (s, horizontal, 0, 1));
  return tl_scope_leave (s, tl_matmul (s, vertical, picture));
}

TlTensor *
tl_cutouts_crop (TlScope *outer, TlTensor *picture, const TlBox *boxes, guint n, gint64 cut_size)
{
  TlScope *s = tl_scope_enter (outer);
  g_autofree TlTensor **crops = g_new0 (TlTensor *, n);
  TlTensor *all;

  for (guint i = 0; i < n; i++)
    {
      TlTensor *crop = tl_narrow (s, picture, 2, boxes[i].y, boxes[i].size);

      crop = tl_narrow (s, crop, 3, boxes[i].x, boxes[i].size);
      crops[i] = tl_cutouts_resample (s, crop, cut_size, cut_size);
    }

  all = tl_cat (s, crops, n, 0);
  return tl_scope_leave (s, tl_clamp_with_grad (s, all, 0, 1));
}

static TlTensor *
make_notebook (TlScope *s, TlTensor *picture, const TlCutting *cutting)
{
  guint n = (guint) cutting->settings->n_cutouts;
  g_autofree TlBox *boxes = g_new (TlBox, n);

  tl_cutouts_draw_boxes (cutting->seed, cutting->iteration, n, cutting->settings->cut_pow,
                         tl_tensor_get_size (picture, 3), tl_tensor_get_size (picture, 2),
                         cutting->cut_size, boxes);
  picture = tl_cutouts_crop (s, picture, boxes, n, cutting->cut_size);
  return tl_augment_all (s, picture, &cutting->settings->augments, cutting->seed,
                         cutting->iteration);
}

/* --- pooling --- */

TlTensor *
tl_cutouts_pool_to (TlScope *outer, TlTensor *picture, gint64 height, gint64 width)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *average = tl_adaptive_avg_pool2d (s, picture, height, width);
  TlTensor *maximum = tl_adaptive_max_pool2d (s, picture, height, width);

  return tl_scope_leave (s, tl_mul_scalar (s, tl_add (s, average, maximum), 0.5));
}

TlTensor *
tl_cutouts_pool (TlScope *s, TlTensor *picture, gint64 size)
{
  return tl_cutouts_pool_to (s, picture, size, size);
}

static TlTensor *
make_pooled (TlScope *s, TlTensor *picture, const TlCutting *cutting)
{
  gint64 size = cutting->cut_size;

  picture = tl_cutouts_pool (s, picture, size);
  picture = tl_expand (s, picture, TL_SHAPE (cutting->settings->n_cutouts, 3, size, size));
  return tl_augment_all (s, picture, &cutting->settings->augments, cutting->seed,
                         cutting->iteration);
}

/* --- all methods --- */

typedef struct
{
  const TlCutting *cutting;
  gsize each; /* numbers of a cutout */
  gfloat *values;
} Noise;

static void
draw_noise (guint cutout, gpointer data)
{
  const Noise *noise = data;
  const TlCutting *cutting = noise->cutting;
  gfloat *own = noise->values + cutout * noise->each;
  TlRandom random;
  gfloat strength;

  tl_random_init (&random, cutting->seed, cutting->iteration, TL_PURPOSE_NOISE, cutout);
  strength = (gfloat) tl_random_range (&random, 0, cutting->settings->noise);
  tl_random_fill_normal (&random, own, noise->each);
  for (gsize k = 0; k < noise->each; k++)
    own[k] *= strength;
}

/* Each cutout gets normal noise of a strength of its own, up to the setting. */
static TlTensor *
add_noise (TlScope *s, TlTensor *cutouts, const TlCutting *cutting)
{
  guint n = (guint) cutting->settings->n_cutouts;
  Noise noise = { cutting, (gsize) (3 * cutting->cut_size * cutting->cut_size), NULL };
  TlTensor *added =
    tl_floats_to_fill (s, TL_SHAPE (n, 3, cutting->cut_size, cutting->cut_size), &noise.values);

  if (added == NULL)
    return NULL;
  tl_for_each (n, draw_noise, &noise);
  return tl_add (s, cutouts, tl_to_like (s, added, cutouts));
}

TlTensor *
tl_cutouts_make (TlScope *outer, TlTensor *picture, const TlCutting *cutting)
{
  TlScope *s;

  g_return_val_if_fail (cutting->settings->n_cutouts <= TL_DRAW_MAX_CUTOUTS, NULL);

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  switch ((TlCutMethod) cutting->settings->cut_method)
    {
    case TL_CUT_POOLING:
      picture = make_pooled (s, picture, cutting);
      break;
    case TL_CUT_NOTEBOOK:
      picture = make_notebook (s, picture, cutting);
      break;
    case TL_CUT_FUSED:
      picture = tl_cutouts_make_fused (s, picture, cutting);
      break;
    }
  if (cutting->settings->noise > 0)
    picture = add_noise (s, picture, cutting);

  return tl_scope_leave (s, picture);
}
