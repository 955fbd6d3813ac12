/* draws.c - parameters of augmentations, drawn from (seed, iteration, kind, cutout) alone
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/draws.h"

#include <math.h>

/* What a batch shares is drawn as if by one more cutout. */
#define SHARED TL_DRAW_MAX_CUTOUTS
#define STREAMS_PER_KIND (TL_DRAW_MAX_CUTOUTS + 1)

/* Where the parameters of a kind are (session/augment.h); p is always the last. */
enum
{
  JITTER_BRIGHTNESS,
  JITTER_CONTRAST,
  JITTER_SATURATION,
  JITTER_HUE
};
enum
{
  AFFINE_DEGREES,
  AFFINE_TRANSLATE,
  AFFINE_SHEAR
};
enum
{
  ERASING_SCALE_MIN,
  ERASING_SCALE_MAX,
  ERASING_RATIO_MIN,
  ERASING_RATIO_MAX
};
enum
{
  NOISE_MEAN,
  NOISE_STD
};

static const guint probability_index[TL_N_AUGMENTS] = {
  [TL_AUGMENT_JITTER] = 4,   [TL_AUGMENT_AFFINE] = 3,    [TL_AUGMENT_PERSPECTIVE] = 1,
  [TL_AUGMENT_ERASING] = 4,  [TL_AUGMENT_SHARPNESS] = 1, [TL_AUGMENT_NOISE] = 2,
  [TL_AUGMENT_ROTATION] = 1, [TL_AUGMENT_ELASTIC] = 3,
};

gdouble
tl_draw_get_probability (const TlAugment *augment)
{
  return augment->parameters[probability_index[augment->kind]];
}

/* Opens the stream of @cutout; its first number says whether the augmentation is on. */
static gboolean
open_stream (const TlDraw *draw, guint cutout, TlRandom *random)
{
  tl_random_init (random, draw->seed, draw->iteration, TL_PURPOSE_AUGMENT,
                  draw->augment->kind * STREAMS_PER_KIND + cutout);
  return tl_random_uniform (random) < tl_draw_get_probability (draw->augment);
}

static gdouble
around (TlRandom *random, gdouble center, gdouble reach)
{
  return tl_random_range (random, center - reach, center + reach);
}

/* Given as one number, kornia's translation moves up and down only (its range for x is clamped to
 * 0 ... 0) and its shear is along x only; generate.py gives one number for each. */
gboolean
tl_draw_affine (const TlDraw *draw, guint cutout, TlAffine *row)
{
  const gdouble *parameters = draw->augment->parameters;
  gdouble center = (draw->size - 1) / 2.0;
  TlRandom random;

  if (!open_stream (draw, cutout, &random))
    return FALSE;

  *row = (TlAffine){ .center_x = center, .center_y = center, .scale_x = 1, .scale_y = 1 };
  row->angle = around (&random, 0, parameters[AFFINE_DEGREES]);
  row->translate_y = around (&random, 0, parameters[AFFINE_TRANSLATE]) * draw->size;
  row->shear_x = around (&random, 0, parameters[AFFINE_SHEAR]);
  return TRUE;
}

/* Each corner moves inwards by up to distortion / 2 of the side. */
gboolean
tl_draw_perspective (const TlDraw *draw, guint cutout, TlQuad *row)
{
  const gdouble inwards[8] = { 1, 1, -1, 1, -1, -1, 1, -1 };
  gdouble last = draw->size - 1;
  gdouble reach = draw->augment->parameters[0] * draw->size / 2;
  TlRandom random;

  if (!open_stream (draw, cutout, &random))
    return FALSE;

  *row = (TlQuad){ .from = { 0, 0, last, 0, last, last, 0, last } };
  for (guint i = 0; i < 8; i++)
    row->to[i] = row->from[i] + inwards[i] * reach * tl_random_uniform (&random);
  return TRUE;
}

gboolean
tl_draw_rotation (const TlDraw *draw, guint cutout, gdouble *degrees)
{
  TlRandom random;

  if (!open_stream (draw, cutout, &random))
    return FALSE;

  *degrees = around (&random, 0, draw->augment->parameters[0]);
  return TRUE;
}

gboolean
tl_draw_jitter (const TlDraw *draw, guint cutout, TlColourJitter *row)
{
  const gdouble *parameters = draw->augment->parameters;
  TlRandom random;

  if (!open_stream (draw, cutout, &random))
    return FALSE;

  row->brightness = (gfloat) around (&random, 1, parameters[JITTER_BRIGHTNESS]);
  row->contrast = (gfloat) around (&random, 1, parameters[JITTER_CONTRAST]);
  row->saturation = (gfloat) around (&random, 1, parameters[JITTER_SATURATION]);
  row->hue = (gfloat) around (&random, 0, parameters[JITTER_HUE]);
  return TRUE;
}

/* Fisher and Yates. */
void
tl_draw_jitter_order (const TlDraw *draw, TlJitterStep order[4])
{
  TlRandom random;

  open_stream (draw, SHARED, &random);
  for (guint i = 0; i < 4; i++)
    order[i] = i;
  for (guint i = 3; i > 0; i--)
    {
      guint other = tl_random_below (&random, i + 1);
      TlJitterStep step = order[i];

      order[i] = order[other];
      order[other] = step;
    }
}

/* kornia's range around 0 ends at 0: never sharper than asked, only smoother. */
gboolean
tl_draw_sharpness (const TlDraw *draw, guint cutout, gfloat *factor)
{
  TlRandom random;

  if (!open_stream (draw, cutout, &random))
    return FALSE;

  *factor = (gfloat) tl_random_range (&random, 0, draw->augment->parameters[0]);
  return TRUE;
}

/* Height over width. Where the range has both, flat and tall are equally likely. */
static gdouble
draw_ratio (TlRandom *random, gdouble low, gdouble high)
{
  gdouble flat = tl_random_range (random, low, MIN (1, high));
  gdouble tall = tl_random_range (random, MAX (1, low), high);
  gboolean is_flat = tl_random_uniform (random) >= 0.5;

  if (low >= 1 || high <= 1)
    return low >= 1 ? tall : flat;
  return is_flat ? flat : tall;
}

static gint64
whole (gdouble length, gint64 size)
{
  return (gint64) CLAMP (nearbyint (length), 1, size);
}

static void
draw_rectangle (const TlDraw *draw, TlRandom *random, TlEraser *row)
{
  const gdouble *parameters = draw->augment->parameters;
  gdouble share =
    tl_random_range (random, parameters[ERASING_SCALE_MIN], parameters[ERASING_SCALE_MAX]);
  gdouble area = share * draw->size * draw->size;
  gdouble ratio = draw_ratio (random, parameters[ERASING_RATIO_MIN], parameters[ERASING_RATIO_MAX]);

  row->height = whole (sqrt (area * ratio), draw->size);
  row->width = whole (sqrt (area / ratio), draw->size);
  row->x = (gint64) (tl_random_uniform (random) * (draw->size - row->width + 1));
  row->y = (gint64) (tl_random_uniform (random) * (draw->size - row->height + 1));
  row->value = 0;
}

gboolean
tl_draw_eraser (const TlDraw *draw, TlEraser *row)
{
  TlRandom random;

  if (!open_stream (draw, SHARED, &random))
    return FALSE;

  draw_rectangle (draw, &random, row);
  return TRUE;
}

gboolean
tl_draw_own_eraser (const TlDraw *draw, guint cutout, TlEraser *row)
{
  TlRandom random;

  if (!open_stream (draw, cutout, &random))
    return FALSE;

  draw_rectangle (draw, &random, row);
  row->value = (gfloat) tl_random_uniform (&random);
  return TRUE;
}

gboolean
tl_draw_elastic (const TlDraw *draw, guint cutout, gfloat *noise)
{
  TlRandom random;

  if (!open_stream (draw, cutout, &random))
    return FALSE;

  for (gint64 i = 0; i < 2 * draw->size * draw->size; i++)
    noise[i] = (gfloat) around (&random, 0, 1);
  return TRUE;
}

gboolean
tl_draw_noise (const TlDraw *draw, guint cutout, gfloat *noise)
{
  gfloat mean = (gfloat) draw->augment->parameters[NOISE_MEAN];
  gfloat deviation = (gfloat) draw->augment->parameters[NOISE_STD];
  gsize n = (gsize) (3 * draw->size * draw->size);
  TlRandom random;

  if (!open_stream (draw, cutout, &random))
    return FALSE;

  tl_random_fill_normal (&random, noise, n);
  for (gsize i = 0; i < n; i++)
    noise[i] = mean + deviation * noise[i];
  return TRUE;
}
