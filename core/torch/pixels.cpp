/* pixels.cpp - pictures between tensors and cairo
 *
 * Cairo's ARGB32 is a native-endian word 0xAARRGGBB for each pixel; a tensor has a plane for each
 * colour, or, channels-last, three floats for each pixel. The loops read the planes through their
 * strides, so that neither layout needs a copy.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

/* Rows a thread takes at a time. */
#define GRAIN_ROWS 32

typedef struct
{
  const float *data;
  int64_t plane, row, column; /* strides */
  int64_t width;
} Picture;

/* NaN becomes 0; half a step is added and the rest cut off, which rounds to nearest. */
static inline guint32
quantize (float value)
{
  value = value > 0.0f ? value : 0.0f;
  value = value < 1.0f ? value : 1.0f;
  return (guint32) (gint32) (value * 255.0f + 0.5f);
}

static void
pack_row (const Picture *picture, int64_t y, guint32 *out)
{
  const float *r = picture->data + y * picture->row;
  const float *g = r + picture->plane;
  const float *b = g + picture->plane;

  for (int64_t x = 0; x < picture->width; x++)
    {
      int64_t i = x * picture->column;

      out[x] = 0xff000000u | quantize (r[i]) << 16 | quantize (g[i]) << 8 | quantize (b[i]);
    }
}

static void
pack (const at::Tensor &t, guint8 *out, gsize stride)
{
  TORCH_CHECK (t.dim () == 3 ? t.size (0) == 3
                             : t.dim () == 4 && t.size (0) == 1 && t.size (1) == 3,
               "a picture is [1, 3, h, w] or [3, h, w], not ", t.sizes ());

  at::Tensor rgb = (t.dim () == 4 ? t.select (0, 0) : t).detach ().to (at::kCPU, at::kFloat);
  Picture picture = { rgb.data_ptr<float> (), rgb.stride (0), rgb.stride (1), rgb.stride (2),
                      rgb.size (2) };

  at::parallel_for (0, rgb.size (1), GRAIN_ROWS, [&] (int64_t begin, int64_t end) {
    for (int64_t y = begin; y < end; y++)
      pack_row (&picture, y, (guint32 *) (out + y * stride));
  });
}

gboolean
tl_to_argb32 (TlScope *s, TlTensor *x, guint8 *out, gsize stride)
{
  return tl_try (
    s, [=] (const at::Tensor &t) { pack (t, out, stride); }, x);
}

static void
unpack_row (const guint32 *row, guint width, float *r, float *g, float *b)
{
  for (guint x = 0; x < width; x++)
    {
      r[x] = (float) (gint32) (row[x] >> 16 & 0xff) / 255.0f;
      g[x] = (float) (gint32) (row[x] >> 8 & 0xff) / 255.0f;
      b[x] = (float) (gint32) (row[x] & 0xff) / 255.0f;
    }
}

static at::Tensor
unpack (const guint8 *data, gsize stride, guint width, guint height)
{
  at::Tensor t = at::empty ({ 1, 3, height, width }, at::kFloat);
  float *planes = t.data_ptr<float> ();
  gsize plane = (gsize) width * height;

  for (guint y = 0; y < height; y++)
    {
      float *r = planes + (gsize) y * width;

      unpack_row ((const guint32 *) (data + y * stride), width, r, r + plane, r + 2 * plane);
    }
  return t;
}

TlTensor *
tl_from_argb32 (TlScope *s, const guint8 *data, gsize stride, guint width, guint height)
{
  return tl_op (s, [=] { return unpack (data, stride, width, height); });
}
