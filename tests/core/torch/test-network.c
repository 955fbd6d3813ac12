/* test-network.c - products, convolution, attention and norms against plain C
 *
 * Where an operation takes several tensors that may carry gradients, the input of the check is cut
 * into them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include <math.h>

/* Elements @start ... of the vector @x in a shape. */
static TlTensor *
cut (TlScope *s, TlTensor *x, gint64 start, const gint64 *shape, guint n_dims)
{
  gint64 n = 1;

  for (guint i = 0; i < n_dims; i++)
    n *= shape[i];
  return tl_reshape (s, tl_narrow (s, x, 0, start, n), shape, n_dims);
}

/* Weights in the input's type, as models have them. */
static TlTensor *
waves_like (TlScope *s, TlTensor *x, const gint64 *shape, guint n_dims)
{
  return tl_to_like (s, check_waves (s, shape, n_dims), x);
}

/* --- products -------------------------------------------------------------------------------- */

/* [2, 3, 5] x [5, 4] */
static TlTensor *
matmul (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_matmul (s, cut (s, x, 0, TL_SHAPE (2, 3, 5)), cut (s, x, 30, TL_SHAPE (5, 4)));
}

static void
reference_matmul (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 6; i++)
    for (guint j = 0; j < 4; j++)
      {
        y[i * 4 + j] = 0;
        for (guint k = 0; k < 5; k++)
          y[i * 4 + j] += x[i * 5 + k] * x[30 + k * 4 + j];
      }
}

/* [2, 3, 5] -> [2, 3, 4]; @data: whether there is a bias */
static TlTensor *
linear (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_linear (s, x, waves_like (s, x, TL_SHAPE (4, 5)),
                    data != NULL ? waves_like (s, x, TL_SHAPE (4)) : NULL);
}

static void
reference_linear (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 6; i++)
    for (guint j = 0; j < 4; j++)
      {
        y[i * 4 + j] = data != NULL ? check_wave (j) : 0;
        for (guint k = 0; k < 5; k++)
          y[i * 4 + j] += x[i * 5 + k] * check_wave (j * 5 + k);
      }
}

/* --- convolution ----------------------------------------------------------------------------- */

typedef struct
{
  gint64 n, in, height, width, out, kernel, stride, padding, groups;
  gboolean has_bias;
} Conv;

static TlTensor *
conv2d (TlScope *s, TlTensor *x, gconstpointer data)
{
  const Conv *c = data;
  TlTensor *weight = waves_like (s, x, TL_SHAPE (c->out, c->in / c->groups, c->kernel, c->kernel));

  return tl_conv2d (s, x, weight, c->has_bias ? waves_like (s, x, TL_SHAPE (c->out)) : NULL,
                    c->stride, c->padding, c->groups);
}

/* One value: output channel @o of the picture whose first element is @x, at (row, column). */
static gdouble
convolve (const Conv *c, const gdouble *x, gint64 o, gint64 row, gint64 column)
{
  gint64 per_group = c->in / c->groups;
  gint64 first = o / (c->out / c->groups) * per_group;
  gdouble sum = c->has_bias ? check_wave (o) : 0;

  for (gint64 i = 0; i < per_group * c->kernel * c->kernel; i++)
    {
      gint64 channel = first + i / (c->kernel * c->kernel);
      gint64 y = row * c->stride - c->padding + i / c->kernel % c->kernel;
      gint64 z = column * c->stride - c->padding + i % c->kernel;

      if (y >= 0 && y < c->height && z >= 0 && z < c->width)
        sum += x[(channel * c->height + y) * c->width + z]
               * check_wave (o * per_group * c->kernel * c->kernel + i);
    }
  return sum;
}

static void
reference_conv2d (const gdouble *x, gdouble *y, gconstpointer data)
{
  const Conv *c = data;
  gint64 height = (c->height + 2 * c->padding - c->kernel) / c->stride + 1;
  gint64 width = (c->width + 2 * c->padding - c->kernel) / c->stride + 1;

  for (gint64 n = 0; n < c->n; n++)
    for (gint64 o = 0; o < c->out; o++)
      for (gint64 i = 0; i < height * width; i++)
        *y++ = convolve (c, x + n * c->in * c->height * c->width, o, i / width, i % width);
}

static const Conv convs[] = {
  { 2, 3, 5, 6, 4, 3, 1, 1, 1, TRUE },
  { 1, 4, 6, 7, 6, 3, 2, 0, 2, FALSE },
  { 2, 3, 4, 4, 5, 1, 1, 0, 1, TRUE },
};

/* --- softmax, attention ------------------------------------------------------------------------
 */

static TlTensor *
softmax (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_softmax (s, x, -1);
}

static void
softmax_row (gdouble *row, guint n)
{
  gdouble sum = 0, largest = -INFINITY;

  for (guint i = 0; i < n; i++)
    largest = fmax (largest, row[i]);
  for (guint i = 0; i < n; i++)
    sum += row[i] = exp (row[i] - largest);
  for (guint i = 0; i < n; i++)
    row[i] /= sum;
}

static void
reference_softmax (const gdouble *x, gdouble *y, gconstpointer data)
{
  memcpy (y, x, 12 * sizeof *y);
  for (guint i = 0; i < 12; i += 4)
    softmax_row (y + i, 4);
}

/* q: [2, 4, 3], k: [2, 5, 3], v: [2, 5, 2]; @data: whether causal */
#define SCALE 1.7

static TlTensor *
attention (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_attention (s, cut (s, x, 0, TL_SHAPE (2, 4, 3)), cut (s, x, 24, TL_SHAPE (2, 5, 3)),
                       cut (s, x, 54, TL_SHAPE (2, 5, 2)), SCALE, data != NULL);
}

static void
attend (const gdouble *q, const gdouble *k, const gdouble *v, guint n_keys, gdouble *y)
{
  gdouble weights[5];

  for (guint j = 0; j < n_keys; j++)
    weights[j] = SCALE * (q[0] * k[j * 3] + q[1] * k[j * 3 + 1] + q[2] * k[j * 3 + 2]);
  softmax_row (weights, n_keys);
  y[0] = y[1] = 0;
  for (guint j = 0; j < n_keys; j++)
    {
      y[0] += weights[j] * v[j * 2];
      y[1] += weights[j] * v[j * 2 + 1];
    }
}

static void
reference_attention (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint b = 0; b < 2; b++)
    for (guint i = 0; i < 4; i++)
      attend (x + b * 12 + i * 3, x + 24 + b * 15, x + 54 + b * 10, data != NULL ? i + 1 : 5,
              y + b * 8 + i * 2);
}

/* --- norms -------------------------------------------------------------------------------------
 */

/* [3, 8] */
static TlTensor *
layer_norm (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_layer_norm (s, x, check_waves (s, TL_SHAPE (8)), tl_full (s, 0.5, TL_SHAPE (8)), 1e-5);
}

static void
reference_layer_norm (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 24; i += 8)
    {
      gdouble mean = 0, square = 0;

      for (guint k = 0; k < 8; k++)
        mean += x[i + k] / 8;
      for (guint k = 0; k < 8; k++)
        square += (x[i + k] - mean) * (x[i + k] - mean) / 8;
      for (guint k = 0; k < 8; k++)
        y[i + k] = (x[i + k] - mean) / sqrt (square + 1e-5) * check_wave (k) + 0.5;
    }
}

/* [2, 3, 2, 2] */
static TlTensor *
scale_shift (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_scale_shift (s, x, check_waves (s, TL_SHAPE (3)), tl_full (s, 0.5, TL_SHAPE (3)));
}

static void
reference_scale_shift (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 24; i++)
    y[i] = x[i] * check_wave (i / 4 % 3) + 0.5;
}

static const Check checks[] = {
  { "matmul", matmul, reference_matmul, NULL, { 50 }, "[2, 3, 4]", .has_bfloat16 = TRUE },
  { "linear", linear, reference_linear, NULL, { 2, 3, 5 }, "[2, 3, 4]", .has_bfloat16 = TRUE },
  { "linear-with-bias",
    linear,
    reference_linear,
    "bias",
    { 2, 3, 5 },
    "[2, 3, 4]",
    .has_bfloat16 = TRUE },
  { "conv2d-3x3-padded",
    conv2d,
    reference_conv2d,
    &convs[0],
    { 2, 3, 5, 6 },
    "[2, 4, 5, 6]",
    .has_bfloat16 = TRUE },
  { "conv2d-strided-in-groups",
    conv2d,
    reference_conv2d,
    &convs[1],
    { 1, 4, 6, 7 },
    "[1, 6, 2, 3]",
    .has_bfloat16 = TRUE },
  { "conv2d-1x1",
    conv2d,
    reference_conv2d,
    &convs[2],
    { 2, 3, 4, 4 },
    "[2, 5, 4, 4]",
    .has_bfloat16 = TRUE },
  { "softmax", softmax, reference_softmax, NULL, { 3, 4 }, "[3, 4]", .has_bfloat16 = TRUE },
  { "attention", attention, reference_attention, NULL, { 74 }, "[2, 4, 2]", .has_bfloat16 = TRUE },
  { "attention-causal",
    attention,
    reference_attention,
    "causal",
    { 74 },
    "[2, 4, 2]",
    .has_bfloat16 = TRUE },
  { "layer-norm",
    layer_norm,
    reference_layer_norm,
    NULL,
    { 3, 8 },
    "[3, 8]",
    .has_bfloat16 = TRUE },
  { "scale-shift",
    scale_shift,
    reference_scale_shift,
    NULL,
    { 2, 3, 2, 2 },
    "[2, 3, 2, 2]",
    .has_bfloat16 = TRUE },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  check_add_all ("/torch/network", checks, G_N_ELEMENTS (checks));
  return g_test_run ();
}
