/* test-reductions.c - sums, means, largest and smallest against plain C
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include <math.h>

/* --- of [2, 3, 4] ----------------------------------------------------------------------------- */

#define N 24

static TlTensor *
sum_all (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_sum (s, x, NULL, 0, FALSE);
}

static void
reference_sum_all (const gdouble *x, gdouble *y, gconstpointer data)
{
  y[0] = 0;
  for (guint i = 0; i < N; i++)
    y[0] += x[i];
}

static TlTensor *
sum_outer (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_sum (s, x, TL_SHAPE (0, -1), TRUE);
}

static void
reference_sum_outer (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint j = 0; j < 3; j++)
    {
      y[j] = 0;
      for (guint i = 0; i < 8; i++)
        y[j] += x[i / 4 * 12 + j * 4 + i % 4];
    }
}

static TlTensor *
mean_middle (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_mean (s, x, TL_SHAPE (1), FALSE);
}

static TlTensor *
mean_all_kept (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_mean (s, x, NULL, 0, TRUE);
}

static void
reference_mean_all (const gdouble *x, gdouble *y, gconstpointer data)
{
  reference_sum_all (x, y, data);
  y[0] /= N;
}

/* y[i, k] = f (x[i, 0, k], x[i, 1, k], x[i, 2, k]) */
static void
reduce_middle (const gdouble *x, gdouble *y, gdouble (*f) (const gdouble *three))
{
  for (guint i = 0; i < 8; i++)
    {
      const gdouble *first = x + i / 4 * 12 + i % 4;
      gdouble three[] = { first[0], first[4], first[8] };

      y[i] = f (three);
    }
}

static gdouble
mean_of (const gdouble *v)
{
  return (v[0] + v[1] + v[2]) / 3;
}

static gdouble
largest_of (const gdouble *v)
{
  return fmax (v[0], fmax (v[1], v[2]));
}

static gdouble
smallest_of (const gdouble *v)
{
  return fmin (v[0], fmin (v[1], v[2]));
}

static gdouble
first_largest_of (const gdouble *v)
{
  guint best = 0;

  for (guint i = 1; i < 3; i++)
    if (v[i] > v[best])
      best = i;
  return best;
}

static gdouble
first_smallest_of (const gdouble *v)
{
  gdouble negated[] = { -v[0], -v[1], -v[2] };

  return first_largest_of (negated);
}

static gdouble
length_of (const gdouble *v)
{
  return sqrt (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static void
reference_mean_middle (const gdouble *x, gdouble *y, gconstpointer data)
{
  reduce_middle (x, y, mean_of);
}

static TlTensor *
amax_middle (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_amax (s, x, 1, FALSE);
}

static void
reference_amax (const gdouble *x, gdouble *y, gconstpointer data)
{
  reduce_middle (x, y, largest_of);
}

static TlTensor *
amin_middle (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_amin (s, x, -2, TRUE);
}

static void
reference_amin (const gdouble *x, gdouble *y, gconstpointer data)
{
  reduce_middle (x, y, smallest_of);
}

static TlTensor *
argmax_middle (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_argmax (s, x, 1);
}

static void
reference_argmax (const gdouble *x, gdouble *y, gconstpointer data)
{
  reduce_middle (x, y, first_largest_of);
}

static TlTensor *
argmin_middle (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_argmin (s, x, 1);
}

static void
reference_argmin (const gdouble *x, gdouble *y, gconstpointer data)
{
  reduce_middle (x, y, first_smallest_of);
}

static TlTensor *
norm_middle (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_norm (s, x, 1);
}

static void
reference_norm (const gdouble *x, gdouble *y, gconstpointer data)
{
  reduce_middle (x, y, length_of);
}

static TlTensor *
normalize (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_normalize (s, x);
}

static void
reference_normalize (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < N; i += 4)
    {
      gdouble square = 0;

      for (guint k = 0; k < 4; k++)
        square += x[i + k] * x[i + k];
      for (guint k = 0; k < 4; k++)
        y[i + k] = x[i + k] / fmax (sqrt (square), 1e-12);
    }
}

static const Check reduction_checks[] = {
  { "sum-of-everything", sum_all, reference_sum_all, NULL, { 2, 3, 4 }, "[]" },
  { "sum-keeps-dimensions", sum_outer, reference_sum_outer, NULL, { 2, 3, 4 }, "[1, 3, 1]" },
  { "mean", mean_middle, reference_mean_middle, NULL, { 2, 3, 4 }, "[2, 4]" },
  { "mean-of-everything", mean_all_kept, reference_mean_all, NULL, { 2, 3, 4 }, "[1, 1, 1]" },
  { "amax", amax_middle, reference_amax, NULL, { 2, 3, 4 }, "[2, 4]" },
  { "amin", amin_middle, reference_amin, NULL, { 2, 3, 4 }, "[2, 1, 4]" },
  { "argmax",
    argmax_middle,
    reference_argmax,
    NULL,
    { 2, 3, 4 },
    "[2, 4]",
    .has_no_gradient = TRUE },
  { "argmin",
    argmin_middle,
    reference_argmin,
    NULL,
    { 2, 3, 4 },
    "[2, 4]",
    .has_no_gradient = TRUE },
  { "norm", norm_middle, reference_norm, NULL, { 2, 3, 4 }, "[2, 1, 4]" },
  { "normalize",
    normalize,
    reference_normalize,
    NULL,
    { 2, 3, 4 },
    "[2, 3, 4]",
    .has_bfloat16 = TRUE },
};

/* --- what random numbers do not meet ---------------------------------------------------------- */

/* Long rows and columns, so that vectorised and threaded loops have to agree on which is first. */
static void
test_first_of_equal_ones (void)
{
  TlScope *s = tl_scope_open (NULL);
  gint64 first[2] = { -1, -1 };
  TlTensor *x = tl_zeros (s, TL_SHAPE (2, 40000));

  tl_to_int64s (s, tl_argmin (s, x, 1), first, 2);
  g_assert_cmpint (first[0] + first[1], ==, 0);
  tl_to_int64s (s, tl_argmax (s, tl_transpose (s, x, 0, 1), 0), first, 2);
  g_assert_cmpint (first[0] + first[1], ==, 0);

  /* -1, 0, 0, ..., -1: the smallest are at both ends. */
  x = tl_mul_scalar (
    s,
    tl_equal (s, tl_remainder_scalar (s, tl_arange (s, 39998), 39997), tl_zeros (s, TL_SHAPE (1))),
    -1);
  g_assert_cmpfloat (tl_to_double (s, tl_sum (s, x, NULL, 0, FALSE)), ==, -2);
  g_assert_cmpfloat (tl_to_double (s, tl_argmin (s, x, 0)), ==, 0);
  check_scope_close (s);
}

/* Rows of lengths that are no multiples of a vector's, the largest now here, now there, and again
 * after it; among what is no number it is found all the same. */
static void
test_largest_of_rows (void)
{
  static const gint64 lengths[] = { 1, 5, 31, 32, 33, 64, 100, 1021 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      const gint64 n = lengths[i], n_rows = 3 * n;
      g_autofree gfloat *x = g_new (gfloat, n_rows * n);
      g_autofree gint64 *found = g_new (gint64, n_rows);
      TlScope *s = tl_scope_open (NULL);

      for (gint64 row = 0; row < n_rows; row++)
        for (gint64 k = 0; k < n; k++)
          {
            gboolean is_largest = k == row % n || (k > row % n && k % 7 == 0);

            x[row * n + k] = is_largest    ? -1.5f
                             : row < n     ? -2.0f - k
                             : row < 2 * n ? -INFINITY
                                           : NAN;
          }
      tl_to_int64s (s, tl_argmax (s, tl_from_floats (s, x, TL_SHAPE (n_rows, n)), 1), found,
                    n_rows);
      for (gint64 row = 0; row < n_rows; row++)
        g_assert_cmpint (found[row], ==, row % n);
      check_scope_close (s);
    }
}

static void
test_normalize_keeps_zero (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x, *y;

  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, tl_zeros (s, TL_SHAPE (1, 4)));
  y = tl_normalize (s, x);
  check_close (s, y, (const gdouble[]){ 0, 0, 0, 0 }, 4, 0);
  g_assert_true (isfinite (tl_to_double (
    s, tl_sum (s, tl_backward (s, tl_sum (s, y, NULL, 0, FALSE), x), NULL, 0, FALSE))));
  check_scope_close (s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  check_add_all ("/torch/reductions", reduction_checks, G_N_ELEMENTS (reduction_checks));
  g_test_add_func ("/torch/reductions/take-the-first", test_first_of_equal_ones);
  g_test_add_func ("/torch/reductions/find-the-largest-of-rows", test_largest_of_rows);
  g_test_add_func ("/torch/reductions/normalize-leaves-zero-alone", test_normalize_keeps_zero);
  return g_test_run ();
}
