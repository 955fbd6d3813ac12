/* preprocess.c - a whole picture as CLIP's own reader would see it
 *
 * Resampling along one axis is a product with a matrix of filter weights, so the whole resize and
 * crop is two matrix products, exact and differentiable. The weights are Pillow's (src/libImaging/
 * Resample.c, precompute_coeffs): a bicubic with a = -1/2, widened by the scale where it shrinks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/preprocess.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define BICUBIC_SUPPORT 2.0
/* Weights of an axis: 1 GB, at which 100 megapixels of ten times their height still come to 1024 x
 * 1024. What would take more is a few rows of pixels, a million long. */
#define MAX_WEIGHTS (256 * 1024 * 1024)

/* One axis: @out of the @resized positions, from @crop on, as sums over @in pixels. */
typedef struct
{
  gint64 in, resized, crop, out;
} Axis;

/* Keys, "Cubic convolution interpolation for digital image processing" (1981), a = -1/2. */
static gdouble
bicubic (gdouble x)
{
  const gdouble a = -0.5;

  x = fabs (x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2)
    return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

/* row: @axis->in weights of one resized position */
static void
fill_row (gfloat *row, const Axis *axis, gint64 position)
{
  gdouble scale = (gdouble) axis->in / axis->resized;
  gdouble widening = MAX (scale, 1);
  gdouble center = (position + 0.5) * scale;
  gint64 first = MAX (0, (gint64) (center - BICUBIC_SUPPORT * widening + 0.5));
  gint64 end = MIN (axis->in, (gint64) (center + BICUBIC_SUPPORT * widening + 0.5));
  gdouble sum = 0;

  for (gint64 x = first; x < end; x++)
    sum += bicubic ((x - center + 0.5) / widening);
  for (gint64 x = first; x < end; x++)
    row[x] = (gfloat) (bicubic ((x - center + 0.5) / widening) / sum);
}

/* -> [out, in], in the dtype and on the device of @like */
static TlTensor *
weights_of_axis (TlScope *s, const Axis *axis, TlTensor *like)
{
  g_autofree gfloat *rows =
    axis->in <= MAX_WEIGHTS / axis->out ? g_try_new0 (gfloat, axis->out * axis->in) : NULL;

  if (rows == NULL)
    {
      tl_scope_fail (s, g_error_new_literal (TL_ERROR, TL_ERROR_FORMAT,
                                             _ ("The picture is far too long for its width")));
      return NULL;
    }
  for (gint64 i = 0; i < axis->out; i++)
    fill_row (rows + i * axis->in, axis, axis->crop + i);

  return tl_to_like (s, tl_from_floats (s, rows, TL_SHAPE (axis->out, axis->in)), like);
}

/* x: [n, 3, h, w] -> [n, 3, vertical->out, horizontal->out] */
static TlTensor *
resample (TlScope *outer, TlTensor *x, const Axis *vertical, const Axis *horizontal)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *columns = tl_transpose (s, weights_of_axis (s, horizontal, x), 0, 1);

  x = tl_matmul (s, x, columns);
  x = tl_matmul (s, weights_of_axis (s, vertical, x), x);
  return tl_scope_leave (s, x);
}

/* torchvision's CenterCrop: int (round (half)), where Python rounds halves to even. */
static gint64
crop_start (gint64 length, gint64 size)
{
  return (gint64) nearbyint ((length - size) / 2.0);
}

TlTensor *
tl_clip_preprocess (TlScope *s, TlTensor *picture, gint64 size)
{
  gint64 height, width, shorter;
  Axis vertical, horizontal;

  if (tl_scope_has_failed (s))
    return NULL;

  height = tl_tensor_get_size (picture, 2);
  width = tl_tensor_get_size (picture, 3);
  shorter = MIN (height, width);
  vertical = (Axis){ .in = height, .resized = size * height / shorter, .out = size };
  horizontal = (Axis){ .in = width, .resized = size * width / shorter, .out = size };
  vertical.crop = crop_start (vertical.resized, size);
  horizontal.crop = crop_start (horizontal.resized, size);
  return resample (s, picture, &vertical, &horizontal);
}

TlTensor *
tl_resize_antialiased (TlScope *s, TlTensor *picture, gint64 height, gint64 width)
{
  Axis vertical, horizontal;

  if (tl_scope_has_failed (s))
    return NULL;

  vertical = (Axis){ .in = tl_tensor_get_size (picture, 2), .resized = height, .out = height };
  horizontal = (Axis){ .in = tl_tensor_get_size (picture, 3), .resized = width, .out = width };
  return resample (s, picture, &vertical, &horizontal);
}
