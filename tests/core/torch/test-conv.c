/* test-conv.c - convolutions of models' sizes, value and gradient, against libtorch in double
 *
 * In double nothing goes through winograd.h; in float32 and bfloat16 pictures with enough tiles do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/torch/device.h"

#include <math.h>

typedef struct
{
  const char *name;
  gint64 n, in, height, width, out, kernel;
  gboolean has_bias, is_libtorch;
} Shape;

/* Edges that cut tiles, several parts and a part that is not full, panels that are not full, one
 * row; more channels than pixels; what libtorch does. */
static const Shape shapes[] = {
  { "edges", 2, 16, 21, 31, 16, 3, TRUE },
  { "parts", 1, 48, 97, 61, 80, 3, FALSE },
  { "row", 1, 32, 1, 400, 16, 3, TRUE },
  { "column", 1, 16, 401, 2, 32, 3, TRUE },
  { "deep", 1, 512, 32, 32, 256, 3, TRUE },
  { "odd-channels", 1, 24, 30, 30, 3, 3, TRUE, TRUE },
  { "few-tiles", 1, 32, 6, 6, 32, 3, TRUE, TRUE },
  { "1x1", 1, 32, 30, 30, 64, 1, FALSE, TRUE },
};

static TlTensor *
draw (TlScope *s, guint index, gdouble scale, const gint64 *shape, guint n_dims)
{
  gsize n = 1;
  g_autofree gfloat *values = NULL;
  TlRandom random;

  for (guint i = 0; i < n_dims; i++)
    n *= (gsize) shape[i];
  values = g_new (gfloat, n);
  tl_random_init (&random, 7, 0, TL_PURPOSE_WEIGHTS, index);
  tl_random_fill_normal (&random, values, n);
  for (gsize i = 0; i < n; i++)
    values[i] *= (gfloat) scale;
  return tl_from_floats (s, values, shape, n_dims);
}

typedef struct
{
  TlTensor *x, *weight, *bias, *upstream;
} Operands;

typedef struct
{
  TlTensor *value, *gradient;
} Outcome;

static Outcome
compute (TlScope *outer, const Shape *shape, const Operands *o, TlDtype dtype)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *weight = tl_channels_last (s, tl_to_dtype (s, o->weight, dtype));
  TlTensor *bias = o->bias != NULL ? tl_to_dtype (s, o->bias, dtype) : NULL;
  TlTensor *x, *y, *gradient;

  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, tl_channels_last (s, tl_to_dtype (s, o->x, dtype)));
  y = tl_conv2d (s, x, weight, bias, 1, shape->kernel / 2, 1);
  gradient = tl_backward_from (s, y, tl_to_dtype (s, o->upstream, dtype), x);
  return (Outcome){ tl_to_dtype (outer, tl_detach (outer, y), TL_FLOAT64),
                    tl_to_dtype (outer, gradient, TL_FLOAT64) };
}

/* Largest difference. All values are about 1. */
static gdouble
distance (TlScope *s, TlTensor *a, TlTensor *b)
{
  TlTensor *difference = tl_abs (s, tl_sub (s, a, b));

  return tl_to_double (s, tl_amax (s, tl_reshape (s, difference, TL_SHAPE (-1)), 0, FALSE));
}

static Operands
draw_operands (TlScope *s, const Shape *z, TlDtype dtype)
{
  gdouble scale = 1 / sqrt ((gdouble) z->in * z->kernel * z->kernel);
  Operands o = {
    .x = draw (s, 0, 1, TL_SHAPE (z->n, z->in, z->height, z->width)),
    .weight = draw (s, 1, scale, TL_SHAPE (z->out, z->in, z->kernel, z->kernel)),
    .bias = z->has_bias ? draw (s, 2, 1, TL_SHAPE (z->out)) : NULL,
    .upstream = draw (s, 3, 1, TL_SHAPE (z->n, z->out, z->height, z->width)),
  };

  /* What is rounded is rounded before: the convolution is what is tested. */
  o.x = tl_to_dtype (s, tl_to_dtype (s, o.x, dtype), TL_FLOAT64);
  o.weight = tl_to_dtype (s, tl_to_dtype (s, o.weight, dtype), TL_FLOAT64);
  o.upstream = tl_to_dtype (s, tl_to_dtype (s, o.upstream, dtype), TL_FLOAT64);
  return o;
}

static Operands
move (TlScope *s, const Operands *o, TlDevice device)
{
  return (Operands){ tl_to_device (s, o->x, device), tl_to_device (s, o->weight, device),
                     o->bias != NULL ? tl_to_device (s, o->bias, device) : NULL,
                     tl_to_device (s, o->upstream, device) };
}

static void
check_shape_on (const Shape *shape, TlDtype dtype, TlDevice device, gdouble tolerance)
{
  const TlDevice cpu = { TL_CPU, 0 };
  TlScope *s = tl_scope_open (NULL);
  Operands operands = draw_operands (s, shape, dtype), moved = move (s, &operands, device);
  Outcome expected = compute (s, shape, &operands, TL_FLOAT64);
  Outcome outcome = compute (s, shape, &moved, dtype);

  outcome.value = tl_to_device (s, outcome.value, cpu);
  outcome.gradient = tl_to_device (s, outcome.gradient, cpu);
  g_assert_cmpfloat (distance (s, outcome.value, expected.value), <, tolerance);
  g_assert_cmpfloat (distance (s, outcome.gradient, expected.gradient), <, tolerance);
  check_scope_close (s);
}

static void
check_shape (const Shape *shape, TlDtype dtype, gdouble tolerance)
{
  check_shape_on (shape, dtype, (TlDevice){ TL_CPU, 0 }, tolerance);
}

static void
test_float32 (gconstpointer data)
{
  check_shape (data, TL_FLOAT32, 2e-5);
}

/* The result is rounded to eight bits, and reaches 6 or so. Where libtorch computes for a processor
 * without bfloat16, its sums are rounded as well. */
static void
test_bfloat16 (gconstpointer data)
{
  const Shape *shape = data;

  check_shape (shape, TL_BFLOAT16, shape->is_libtorch ? 0.3 : 3e-2);
}

/* On a card float32 is float32, not TF32, whose products are off by 5e-4. */
static void
test_card (void)
{
  const TlDevice card = { TL_CUDA, 0 };

  if (tl_device_get_n_cuda () == 0)
    {
      g_test_skip ("there is no graphics card");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    check_shape_on (&shapes[i], TL_FLOAT32, card, 1e-4);
}

/* Computed twice, the same bits: blocks are computed again in the backward pass. */
static void
test_same_bits (gconstpointer data)
{
  TlScope *s = tl_scope_open (NULL);
  Operands operands = draw_operands (s, data, TL_FLOAT32);
  Outcome first = compute (s, data, &operands, TL_FLOAT32);
  Outcome second = compute (s, data, &operands, TL_FLOAT32);

  g_assert_cmpfloat (distance (s, first.value, second.value), ==, 0);
  g_assert_cmpfloat (distance (s, first.gradient, second.gradient), ==, 0);
  check_scope_close (s);
}

/* What winograd.h would read beyond is libtorch's to refuse. */
static void
test_mismatch (void)
{
  static const struct
  {
    gint64 in, weight_in, n_offsets;
  } cases[] = { { 16, 32, 32 }, { 32, 16, 32 }, { 16, 16, 16 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TlScope *s = tl_scope_open (NULL);
      g_autoptr (GError) error = NULL;
      TlTensor *x = tl_zeros (s, TL_SHAPE (1, cases[i].in, 64, 64));
      TlTensor *weight = tl_zeros (s, TL_SHAPE (32, cases[i].weight_in, 3, 3));
      TlTensor *bias = tl_zeros (s, TL_SHAPE (cases[i].n_offsets));

      g_assert_null (tl_conv2d (s, x, weight, bias, 1, 1, 1));
      g_assert_false (tl_scope_close (s, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
    }
}

static void
add_tests (const char *suite, GTestDataFunc test)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/torch/conv/%s/%s", suite, shapes[i].name);

      g_test_add_data_func (path, &shapes[i], test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_tests ("float32", test_float32);
  add_tests ("bfloat16", test_bfloat16);
  add_tests ("same-bits", test_same_bits);
  g_test_add_func ("/torch/conv/mismatch-is-refused", test_mismatch);
  g_test_add_func ("/torch/conv/float32-on-a-card", test_card);
  return g_test_run ();
}
