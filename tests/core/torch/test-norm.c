/* test-norm.c - group norm in every type and layout against plain C in double
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include "core/base/random.h"
#include "core/torch/device.h"

#include <math.h>

#define EPSILON 1e-6

typedef struct
{
  guint n, channels, pixels, groups; /* pixels = height x width */
  gboolean has_silu;
} Shape;

typedef struct
{
  const char *name;
  guint n, channels, height, width, groups;
  gdouble mean; /* of the input; its deviation is 1 */
} Size;

/* More than one block of rows, channels past a tile, odd numbers, one pixel. */
static const Size sizes[] = {
  { "small", 2, 6, 3, 5, 3, 0 },        { "blocks", 1, 96, 37, 41, 32, 0.3 },
  { "wide", 2, 520, 9, 7, 4, 0 },       { "far-from-zero", 1, 64, 33, 17, 32, 30 },
  { "one-group", 3, 7, 8, 8, 1, -0.5 }, { "one-pixel", 2, 32, 1, 1, 4, 0 },
};

static gdouble
weight_of (guint c)
{
  return 1 + 0.5 * check_wave (c);
}

/* --- the reference
 * -------------------------------------------------------------------------------- */

/* Mean and 1 / deviation of one group of @count numbers, which lie one after the other in NCHW. */
static void
get_moments (const gfloat *x, gsize count, gdouble *mean, gdouble *rstd)
{
  gdouble square = 0;

  *mean = 0;
  for (gsize i = 0; i < count; i++)
    *mean += x[i];
  *mean /= count;
  for (gsize i = 0; i < count; i++)
    square += (x[i] - *mean) * (x[i] - *mean);
  *rstd = 1 / sqrt (square / count + EPSILON);
}

static void
normalize_group (const Shape *z, guint first_channel, const gfloat *x, const gfloat *upstream,
                 gdouble *y, gdouble *gradient)
{
  gsize count = (gsize) z->channels / z->groups * z->pixels;
  gdouble mean, rstd, sum = 0, product = 0;

  get_moments (x, count, &mean, &rstd);
  for (gsize i = 0; i < count; i++)
    {
      guint c = first_channel + i / z->pixels;
      gdouble normal = (x[i] - mean) * rstd;
      gdouble h = normal * weight_of (c) + check_wave (c);
      gdouble s = 1 / (1 + exp (-h));

      y[i] = z->has_silu ? h * s : h;
      gradient[i] = upstream[i] * weight_of (c) * (z->has_silu ? s + h * s * (1 - s) : 1);
      sum += gradient[i] / count;
      product += gradient[i] * normal / count;
    }
  for (gsize i = 0; i < count; i++)
    gradient[i] = rstd * (gradient[i] - sum - (x[i] - mean) * rstd * product);
}

static void
reference (const Shape *z, const gfloat *x, const gfloat *upstream, gdouble *y, gdouble *gradient)
{
  guint per_group = z->channels / z->groups;

  for (guint i = 0; i < z->n * z->groups; i++)
    {
      gsize start = (gsize) i * per_group * z->pixels;

      normalize_group (z, i % z->groups * per_group, x + start, upstream + start, y + start,
                       gradient + start);
    }
}

/* --- the comparison
 * -------------------------------------------------------------------------------- */

typedef struct
{
  gfloat *x, *upstream;
  gdouble *y, *gradient;
  gsize n;
} Numbers;

/* Numbers that a bfloat16 can hold, so that only the operation's own error is seen. */
static void
fill (Numbers *numbers, const Size *size, gboolean has_silu)
{
  Shape shape = { size->n, size->channels, size->height * size->width, size->groups, has_silu };
  TlRandom random;

  numbers->n = (gsize) shape.n * shape.channels * shape.pixels;
  numbers->x = g_new (gfloat, numbers->n);
  numbers->upstream = g_new (gfloat, numbers->n);
  numbers->y = g_new (gdouble, numbers->n);
  numbers->gradient = g_new (gdouble, numbers->n);
  tl_random_init (&random, 1, 0, TL_PURPOSE_WEIGHTS, 0);
  for (gsize i = 0; i < numbers->n; i++)
    {
      numbers->x[i] = rint ((tl_random_normal (&random) + size->mean) * 4) / 4;
      numbers->upstream[i] = rint (tl_random_normal (&random) * 16) / 16;
    }
  reference (&shape, numbers->x, numbers->upstream, numbers->y, numbers->gradient);
}

static void
clear (Numbers *numbers)
{
  g_free (numbers->x);
  g_free (numbers->upstream);
  g_free (numbers->y);
  g_free (numbers->gradient);
}

typedef TlTensor *(*Layout) (TlScope *s, TlTensor *x);

static TlTensor *
place (TlScope *s, const gfloat *data, const Size *size, TlDtype dtype, Layout layout)
{
  TlTensor *x =
    tl_from_floats (s, data, TL_SHAPE (size->n, size->channels, size->height, size->width));

  return layout (s, tl_to_dtype (s, x, dtype));
}

static void
check_one (const Size *size, Numbers *numbers, TlDtype dtype, Layout layout, gboolean has_silu)
{
  /* Half a unit in the last of 8 or 11 bits, and float32's rounding of numbers far from zero. */
  gdouble tolerance = dtype == TL_BFLOAT16  ? 0.005
                      : dtype == TL_FLOAT16 ? 0.0006
                                            : 2e-6 + 1e-6 * fabs (size->mean);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x, *weight, *y;

  weight = tl_add_scalar (s, tl_mul_scalar (s, check_waves (s, TL_SHAPE (size->channels)), 0.5), 1);
  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, place (s, numbers->x, size, dtype, layout));
  y = tl_group_norm (s, x, size->groups, weight, check_waves (s, TL_SHAPE (size->channels)),
                     EPSILON, has_silu);
  g_assert_cmpint (tl_tensor_get_dtype (y), ==, dtype);
  check_close (s, y, numbers->y, numbers->n, tolerance);
  check_close (s, tl_backward_from (s, y, place (s, numbers->upstream, size, dtype, layout), x),
               numbers->gradient, numbers->n, 2 * tolerance);
  check_scope_close (s);
}

static void
test_group_norm (gconstpointer data)
{
  static const TlDtype dtypes[] = { TL_FLOAT32, TL_BFLOAT16, TL_FLOAT16, TL_FLOAT64 };
  static const Layout layouts[] = { tl_channels_last, tl_contiguous };
  const Size *size = data;

  for (guint silu = 0; silu < 2; silu++)
    {
      Numbers numbers;

      fill (&numbers, size, silu);
      for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
        for (guint k = 0; k < G_N_ELEMENTS (layouts); k++)
          check_one (size, &numbers, dtypes[i], layouts[k], silu);
      clear (&numbers);
    }
}

/* Large values of the affine map, where exp () runs out of range. */
static void
test_silu_at_its_ends (void)
{
  static const gfloat values[] = { -1, 1, -1, 1 };
  static const gdouble expected[] = { 0, 1000, 0, 1000 };
  static const gdouble zeros[] = { 0, 0, 0, 0 };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x, *y;

  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, tl_from_floats (s, values, TL_SHAPE (1, 1, 2, 2)));
  y = tl_group_norm (s, x, 1, tl_full (s, 1000, TL_SHAPE (1)), tl_zeros (s, TL_SHAPE (1)), 0, TRUE);
  check_close (s, y, expected, 4, 1e-6);
  check_close (s, tl_backward (s, tl_sum (s, y, NULL, 0, FALSE), x), zeros, 4, 1e-3);
  check_scope_close (s);
}

static void
test_bits_do_not_depend_on_threads (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_reshape (s, check_waves (s, TL_SHAPE (96 * 64 * 64)), TL_SHAPE (1, 96, 64, 64));
  TlTensor *one = tl_full (s, 1, TL_SHAPE (96));
  GBytes *bytes[3];

  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (tl_device_set_threads (i + 1), ==, i + 1);
      bytes[i] = tl_to_bytes (s, tl_group_norm (s, x, 32, one, one, EPSILON, TRUE));
    }
  g_assert_true (g_bytes_equal (bytes[0], bytes[1]));
  g_assert_true (g_bytes_equal (bytes[0], bytes[2]));
  for (guint i = 0; i < 3; i++)
    g_bytes_unref (bytes[i]);
  check_scope_close (s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/torch/norm/group-norm/%s", sizes[i].name);

      g_test_add_data_func (path, &sizes[i], test_group_norm);
    }
  g_test_add_func ("/torch/norm/silu-at-its-ends", test_silu_at_its_ends);
  g_test_add_func ("/torch/norm/bits-do-not-depend-on-threads", test_bits_do_not_depend_on_threads);
  return g_test_run ();
}
