/* colour.c - augmentations that change pixels where they are
 *
 * HSV appears as (hue in sixths of a turn, saturation, value). Of equal channels the first is taken
 * for the largest and for the smallest and alone gets the gradient, as in kornia. What the default
 * augmentations change is done in one pass where there is one (core/torch/cutout.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/augments.h"
#include "core/torch/cutout.h"

#include <math.h>

typedef struct
{
  TlTensor *hue, *saturation, *value; /* [n, 1, h, w] */
} Hsv;

typedef struct
{
  const gboolean *on;
  const TlColourJitter *rows;
  guint n;
  gboolean additive;
  gboolean needs_choice; /* steps were taken that touch all cutouts */
} Jittering;

static TlTensor *
constant (TlScope *s, gdouble value, TlTensor *like)
{
  return tl_to_like (s, tl_full (s, value, TL_SHAPE (1)), like);
}

/* [n, 1, 1, 1] on the device of @like */
static TlTensor *
column (TlScope *s, const gfloat *values, guint n, TlTensor *like)
{
  return tl_to_like (s, tl_from_floats (s, values, TL_SHAPE (n, 1, 1, 1)), like);
}

/* --- HSV --- */

/* Sextant of the largest channel, then where between its neighbours (kornia rgb_to_hsv). */
static TlTensor *
find_hue (TlScope *s, TlTensor *const rgb[3], TlTensor *is_green, TlTensor *is_blue,
          TlTensor *chroma)
{
  TlTensor *sextant, *lead;

  lead = tl_where (s, is_green, tl_sub (s, rgb[2], rgb[0]), tl_sub (s, rgb[1], rgb[2]));
  lead = tl_where (s, is_blue, tl_sub (s, rgb[0], rgb[1]), lead);
  sextant = tl_where (s, is_green, constant (s, 2, lead), constant (s, 0, lead));
  sextant = tl_where (s, is_blue, constant (s, 4, lead), sextant);
  /* Greys have no hue; any divisor will do. */
  chroma = tl_where (s, tl_less_scalar (s, chroma, G_MINFLOAT), constant (s, 1, chroma), chroma);
  return tl_add (s, tl_div (s, lead, chroma), sextant);
}

/* x: [n, 3, h, w] */
static Hsv
hsv_from_rgb (TlScope *s, TlTensor *x, gdouble epsilon)
{
  TlTensor *const rgb[3] = { tl_narrow (s, x, 1, 0, 1), tl_narrow (s, x, 1, 1, 1),
                             tl_narrow (s, x, 1, 2, 1) };
  TlTensor *is_green = tl_less (s, rgb[0], rgb[1]);
  TlTensor *larger = tl_where (s, is_green, rgb[1], rgb[0]);
  TlTensor *is_blue = tl_less (s, larger, rgb[2]);
  TlTensor *smaller = tl_where (s, tl_less (s, rgb[1], rgb[0]), rgb[1], rgb[0]);
  TlTensor *least = tl_where (s, tl_less (s, rgb[2], smaller), rgb[2], smaller);
  Hsv hsv = { .value = tl_where (s, is_blue, rgb[2], larger) };
  TlTensor *chroma = tl_sub (s, hsv.value, least);

  hsv.saturation = tl_div (s, chroma, tl_add_scalar (s, hsv.value, epsilon));
  hsv.hue = find_hue (s, rgb, is_green, is_blue, chroma);
  return hsv;
}

/* A channel is value · (1 - saturation · w), where w falls from 1 to 0 and rises again as the hue
 * passes; level = 2 - w. On a border of two sextants, where all pure colours are, the slope is the
 * later one's, which kornia's floor() chooses. */
static TlTensor *
rgb_from_hsv (TlScope *s, const Hsv *hsv)
{
  const gfloat shifts[3] = { 4, 2, 0 };
  TlTensor *shift = tl_to_like (s, tl_from_floats (s, shifts, TL_SHAPE (1, 3, 1, 1)), hsv->hue);
  TlTensor *k = tl_remainder_scalar (s, tl_add (s, hsv->hue, shift), 6);
  TlTensor *rising = tl_clamp (s, tl_add_scalar (s, k, -1), 1, 2);
  TlTensor *falling = tl_clamp (s, tl_add_scalar (s, tl_mul_scalar (s, k, -1), 7), 1, 2);
  TlTensor *level = tl_where (s, tl_less_scalar (s, k, 3), rising, falling);
  TlTensor *depth = tl_mul (s, hsv->value, hsv->saturation);
  TlTensor *floor = tl_sub (s, hsv->value, tl_mul_scalar (s, depth, 2));

  return tl_add (s, tl_mul (s, depth, level), floor);
}

/* --- jitter --- */

/* Rec. 601 luma: [n, 3, ...] -> [n, 1, ...] */
static TlTensor *
luma (TlScope *s, TlTensor *x)
{
  const gfloat weights[3] = { 0.299f, 0.587f, 0.114f };
  TlTensor *weight = tl_to_like (s, tl_from_floats (s, weights, TL_SHAPE (1, 3, 1, 1)), x);

  return tl_sum (s, tl_mul (s, x, weight), TL_SHAPE (1), TRUE);
}

/* base + (x - base) · factor */
static TlTensor *
move_from (TlScope *s, TlTensor *base, TlTensor *x, TlTensor *factor)
{
  return tl_add (s, base, tl_mul (s, tl_sub (s, x, base), factor));
}

static TlTensor *
jitter_brightness (TlScope *s, TlTensor *x, TlTensor *factor, gboolean additive)
{
  x = additive ? tl_add (s, x, tl_add_scalar (s, factor, -1)) : tl_mul (s, x, factor);
  return tl_clamp (s, x, 0, 1);
}

static TlTensor *
jitter_contrast (TlScope *s, TlTensor *x, TlTensor *factor, gboolean additive)
{
  if (additive)
    x = tl_mul (s, x, factor);
  else
    x = move_from (s, luma (s, tl_mean (s, x, TL_SHAPE (2, 3), TRUE)), x, factor);
  return tl_clamp (s, x, 0, 1);
}

static TlTensor *
jitter_saturation (TlScope *s, TlTensor *x, TlTensor *factor, gboolean additive)
{
  Hsv hsv;

  if (!additive)
    return tl_clamp (s, move_from (s, luma (s, x), x, factor), 0, 1);

  hsv = hsv_from_rgb (s, x, 1e-6);
  hsv.saturation = tl_clamp (s, tl_mul (s, hsv.saturation, factor), 0, 1);
  return rgb_from_hsv (s, &hsv);
}

/* @factor: in turns */
static TlTensor *
jitter_hue (TlScope *s, TlTensor *x, TlTensor *factor, gboolean additive)
{
  Hsv hsv = hsv_from_rgb (s, x, additive ? 1e-6 : 1e-8);

  hsv.hue = tl_add (s, hsv.hue, tl_mul_scalar (s, factor, 6));
  return rgb_from_hsv (s, &hsv);
}

/* kornia 0.5's factor is of HSV's saturation. */
static TlTensor *
saturate_at_once (TlScope *s, TlTensor *x, const gfloat *factors, G_GNUC_UNUSED guint n,
                  gboolean additive)
{
  return additive ? NULL : tl_cutout_saturate (s, x, factors);
}

static TlTensor *
turn_at_once (TlScope *s, TlTensor *x, const gfloat *factors, guint n, gboolean additive)
{
  g_autofree gfloat *sixths = g_new (gfloat, n);

  for (guint i = 0; i < n; i++)
    sixths[i] = 6 * factors[i];
  return tl_cutout_turn_hue (s, x, sixths, additive ? 1e-6f : 1e-8f);
}

typedef struct
{
  TlTensor *(*apply) (TlScope *s, TlTensor *x, TlTensor *factor, gboolean additive);
  /* (nullable): the same in one pass; NULL where it cannot */
  TlTensor *(*apply_at_once) (TlScope *s, TlTensor *x, const gfloat *factors, guint n,
                              gboolean additive);
  gsize offset; /* of its factor in TlColourJitter */
  gfloat neutral;
} Step;

static const Step steps[] = {
  [TL_JITTER_BRIGHTNESS] = { jitter_brightness, NULL, G_STRUCT_OFFSET (TlColourJitter, brightness),
                             1 },
  [TL_JITTER_CONTRAST] = { jitter_contrast, NULL, G_STRUCT_OFFSET (TlColourJitter, contrast), 1 },
  [TL_JITTER_SATURATION] = { jitter_saturation, saturate_at_once,
                             G_STRUCT_OFFSET (TlColourJitter, saturation), 1 },
  [TL_JITTER_HUE] = { jitter_hue, turn_at_once, G_STRUCT_OFFSET (TlColourJitter, hue), 0 },
};

/* factors: NAN where not on */
static TlTensor *
apply_step (TlScope *s, TlTensor *x, const Step *step, gfloat *factors, Jittering *jittering)
{
  TlTensor *changed = NULL;

  if (step->apply_at_once != NULL && tl_cutout_is_fast (x))
    changed = step->apply_at_once (s, x, factors, jittering->n, jittering->additive);
  if (changed != NULL || tl_scope_has_failed (s))
    return changed;
  for (guint i = 0; i < jittering->n; i++)
    if (!jittering->on[i])
      factors[i] = step->neutral;
  jittering->needs_choice = TRUE;
  return step->apply (s, x, column (s, factors, jittering->n, x), jittering->additive);
}

/* One of the four, unless it changes none of the cutouts. */
static TlTensor *
jitter_step (TlScope *outer, TlTensor *x, const Step *step, Jittering *jittering)
{
  TlScope *s = tl_scope_enter (outer);
  g_autofree gfloat *factors = g_new (gfloat, jittering->n);
  gboolean has_effect = FALSE;

  for (guint i = 0; i < jittering->n; i++)
    {
      factors[i] =
        jittering->on[i] ? G_STRUCT_MEMBER (gfloat, &jittering->rows[i], step->offset) : NAN;
      has_effect = has_effect || (jittering->on[i] && factors[i] != step->neutral);
    }
  if (has_effect)
    x = apply_step (s, x, step, factors, jittering);

  return tl_scope_leave (s, x);
}

/* new where on, old elsewhere */
static TlTensor *
choose (TlScope *s, const gboolean *on, guint n, TlTensor *new, TlTensor *old)
{
  g_autofree gfloat *off = g_new (gfloat, n);
  guint n_on = 0;

  for (guint i = 0; i < n; i++)
    {
      off[i] = on[i] ? 0 : 1;
      n_on += on[i] ? 1 : 0;
    }
  if (n_on == 0 || n_on == n)
    return n_on == 0 ? old : new;

  return tl_where (s, tl_less_scalar (s, column (s, off, n, new), 0.5), new, old);
}

TlTensor *
tl_augment_jitter (TlScope *outer, TlTensor *x, const gboolean *on, const TlColourJitter *rows,
                   const TlJitterStep order[4], gboolean additive)
{
  TlScope *s;
  Jittering jittering = { .on = on, .rows = rows, .additive = additive };
  TlTensor *jittered = x;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  jittering.n = (guint) tl_tensor_get_size (x, 0);
  for (guint i = 0; i < 4; i++)
    jittered = jitter_step (s, jittered, &steps[order[i]], &jittering);

  if (jittering.needs_choice)
    jittered = choose (s, on, jittering.n, jittered, x);
  return tl_scope_leave (s, jittered);
}

/* --- sharpness --- */

/* A centre of five among ones, to one sum, for each channel. */
static TlTensor *
smooth (TlScope *s, TlTensor *x)
{
  gfloat kernel[27];

  for (guint i = 0; i < G_N_ELEMENTS (kernel); i++)
    kernel[i] = (i % 9 == 4 ? 5.0f : 1.0f) / 13.0f;

  x = tl_conv2d (s, x, tl_to_like (s, tl_from_floats (s, kernel, TL_SHAPE (3, 1, 3, 3)), x), NULL,
                 1, 1, 3);
  return tl_clamp (s, x, 0, 1);
}

/* 1 - factor inside of the cutouts that are on; their outermost pixels stay. [n, 1, size, size] */
static TlTensor *
smoothing (TlScope *s, const gboolean *on, const gfloat *factors, guint n, gint64 size)
{
  g_autofree gfloat *amounts = g_new0 (gfloat, n * size * size);

  for (guint i = 0; i < n; i++)
    for (gint64 y = 1; on[i] && y < size - 1; y++)
      for (gint64 x = 1; x < size - 1; x++)
        amounts[(i * size + y) * size + x] = 1 - factors[i];

  return tl_from_floats (s, amounts, TL_SHAPE (n, 1, size, size));
}

TlTensor *
tl_augment_sharpen (TlScope *outer, TlTensor *x, const gboolean *on, const gfloat *factors)
{
  TlScope *s;
  TlTensor *amount, *sharpened;
  g_autofree gboolean *is_clamped = NULL;
  guint n;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  n = (guint) tl_tensor_get_size (x, 0);
  amount = tl_to_like (s, smoothing (s, on, factors, n, tl_tensor_get_size (x, 2)), x);
  sharpened = tl_add (s, x, tl_mul (s, tl_sub (s, smooth (s, x), x), amount));

  /* Only what goes beyond the original can leave 0 ... 1, and only that is clamped in kornia. */
  is_clamped = g_new (gboolean, n);
  for (guint i = 0; i < n; i++)
    is_clamped[i] = on[i] && factors[i] > 1;
  sharpened = choose (s, is_clamped, n, tl_clamp (s, sharpened, 0, 1), sharpened);
  return tl_scope_leave (s, sharpened);
}
