/* test-math.c - arithmetic and reductions against plain C
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include <math.h>

/* --- one argument: [2, 3, 4] ---------------------------------------------------------------- */

#define N 24

typedef struct
{
  TlTensor *(*apply) (TlScope *s, TlTensor *x);
  gdouble (*reference) (gdouble x);
} Unary;

static TlTensor *
apply_unary (TlScope *s, TlTensor *x, gconstpointer data)
{
  const Unary *unary = data;

  return unary->apply (s, x);
}

static void
reference_unary (const gdouble *x, gdouble *y, gconstpointer data)
{
  const Unary *unary = data;

  for (guint i = 0; i < N; i++)
    y[i] = unary->reference (x[i]);
}

static gdouble
sigmoid (gdouble x)
{
  return 1 / (1 + exp (-x));
}

static gdouble
sign (gdouble x)
{
  return (x > 0) - (x < 0);
}

static gdouble
relu (gdouble x)
{
  return x > 0 ? x : 0;
}

static gdouble
silu (gdouble x)
{
  return x * sigmoid (x);
}

static gdouble
gelu (gdouble x)
{
  return x * (1 + erf (x / sqrt (2))) / 2;
}

static gdouble
quick_gelu (gdouble x)
{
  return x * sigmoid (1.702 * x);
}

static TlTensor *
add_half (TlScope *s, TlTensor *x)
{
  return tl_add_scalar (s, x, 0.5);
}

static gdouble
reference_add_half (gdouble x)
{
  return x + 0.5;
}

static TlTensor *
triple (TlScope *s, TlTensor *x)
{
  return tl_mul_scalar (s, x, 3);
}

static gdouble
reference_triple (gdouble x)
{
  return 3 * x;
}

static TlTensor *
cube (TlScope *s, TlTensor *x)
{
  return tl_pow_scalar (s, x, 3);
}

static gdouble
reference_cube (gdouble x)
{
  return x * x * x;
}

static TlTensor *
remainder_of_0_7 (TlScope *s, TlTensor *x)
{
  return tl_remainder_scalar (s, x, 0.7);
}

static gdouble
reference_remainder (gdouble x)
{
  return x - 0.7 * floor (x / 0.7);
}

static TlTensor *
clamp_to_half (TlScope *s, TlTensor *x)
{
  return tl_clamp (s, x, -0.25, 0.5);
}

static gdouble
reference_clamp (gdouble x)
{
  return CLAMP (x, -0.25, 0.5);
}

static TlTensor *
is_below_0_2 (TlScope *s, TlTensor *x)
{
  return tl_less_scalar (s, x, 0.2);
}

static gdouble
reference_below (gdouble x)
{
  return x < 0.2;
}

static gdouble
same (gdouble x)
{
  return x;
}

static const Unary unaries[] = {
  { tl_abs, fabs },
  { tl_sqrt, sqrt },
  { tl_exp, exp },
  { tl_asin, asin },
  { tl_floor, floor },
  { tl_sign, sign },
  { tl_sigmoid, sigmoid },
  { tl_relu, relu },
  { tl_silu, silu },
  { tl_gelu, gelu },
  { tl_quick_gelu, quick_gelu },
  { add_half, reference_add_half },
  { triple, reference_triple },
  { cube, reference_cube },
  { remainder_of_0_7, reference_remainder },
  { clamp_to_half, reference_clamp },
  { is_below_0_2, reference_below },
  { tl_clone, same },
  { tl_contiguous, same },
};

#define UNARY(name, index, ...)                                                                    \
  {                                                                                                \
    name, apply_unary, reference_unary, &unaries[index], { 2, 3, 4 }, "[2, 3, 4]", __VA_ARGS__     \
  }

static const Check unary_checks[] = {
  UNARY ("abs", 0, .has_bfloat16 = TRUE),
  UNARY ("sqrt", 1, .low = 0.1, .high = 4),
  UNARY ("exp", 2, .low = -3, .high = 2),
  UNARY ("asin", 3, .low = -0.9, .high = 0.9),
  UNARY ("floor", 4, .low = -3, .high = 3),
  UNARY ("sign", 5),
  UNARY ("sigmoid", 6, .low = -6, .high = 6, .has_bfloat16 = TRUE),
  UNARY ("relu", 7, .has_bfloat16 = TRUE),
  UNARY ("silu", 8, .low = -8, .high = 8, .has_bfloat16 = TRUE),
  UNARY ("gelu", 9, .low = -4, .high = 4, .has_bfloat16 = TRUE),
  UNARY ("quick-gelu", 10, .low = -8, .high = 8, .has_bfloat16 = TRUE),
  UNARY ("add-scalar", 11, .has_bfloat16 = TRUE),
  UNARY ("mul-scalar", 12, .has_bfloat16 = TRUE),
  UNARY ("pow-scalar", 13, .low = -2, .high = 2),
  UNARY ("remainder-has-the-divisors-sign", 14, .low = -2, .high = 2),
  UNARY ("clamp", 15, .has_bfloat16 = TRUE),
  UNARY ("less-scalar", 16, .has_no_gradient = TRUE),
  UNARY ("clone", 17, .has_bfloat16 = TRUE),
  UNARY ("contiguous", 18, .has_bfloat16 = TRUE),
};

/* --- two arguments: [3, 4] and, broadcast, [4], one after the other in a vector of 16 -----------
 */

typedef struct
{
  TlTensor *(*apply) (TlScope *s, TlTensor *a, TlTensor *b);
  gdouble (*reference) (gdouble a, gdouble b);
} Binary;

static TlTensor *
apply_binary (TlScope *s, TlTensor *x, gconstpointer data)
{
  const Binary *binary = data;

  return binary->apply (s, tl_reshape (s, tl_narrow (s, x, 0, 0, 12), TL_SHAPE (3, 4)),
                        tl_narrow (s, x, 0, 12, 4));
}

static void
reference_binary (const gdouble *x, gdouble *y, gconstpointer data)
{
  const Binary *binary = data;

  for (guint i = 0; i < 12; i++)
    y[i] = binary->reference (x[i], x[12 + i % 4]);
}

static gdouble
sum (gdouble a, gdouble b)
{
  return a + b;
}

static gdouble
difference (gdouble a, gdouble b)
{
  return a - b;
}

static gdouble
product (gdouble a, gdouble b)
{
  return a * b;
}

static gdouble
quotient (gdouble a, gdouble b)
{
  return a / b;
}

static gdouble
is_less (gdouble a, gdouble b)
{
  return a < b;
}

static TlTensor *
equal_after_floor (TlScope *s, TlTensor *a, TlTensor *b)
{
  return tl_equal (s, tl_floor (s, a), tl_floor (s, b));
}

static gdouble
is_equal (gdouble a, gdouble b)
{
  return floor (a) == floor (b);
}

static TlTensor *
choose (TlScope *s, TlTensor *a, TlTensor *b)
{
  return tl_where (s, tl_less_scalar (s, a, 0.1), tl_mul (s, a, b), b);
}

static gdouble
reference_choose (gdouble a, gdouble b)
{
  return a < 0.1 ? a * b : b;
}

static const Binary binaries[] = {
  { tl_add, sum },
  { tl_sub, difference },
  { tl_mul, product },
  { tl_div, quotient },
  { tl_maximum, fmax },
  { tl_minimum, fmin },
  { tl_less, is_less },
  { equal_after_floor, is_equal },
  { choose, reference_choose },
};

#define BINARY(name, index, ...)                                                                   \
  {                                                                                                \
    name, apply_binary, reference_binary, &binaries[index], { 16 }, "[3, 4]", __VA_ARGS__          \
  }

static const Check binary_checks[] = {
  BINARY ("add", 0, .has_bfloat16 = TRUE),
  BINARY ("sub", 1, .has_bfloat16 = TRUE),
  BINARY ("mul", 2, .has_bfloat16 = TRUE),
  BINARY ("div", 3, .low = 0.5, .high = 2),
  BINARY ("maximum", 4),
  BINARY ("minimum", 5),
  BINARY ("less", 6, .has_no_gradient = TRUE),
  BINARY ("equal", 7, .low = -2, .high = 2, .has_no_gradient = TRUE),
  BINARY ("where", 8),
};

/* --- reductions of [2, 3, 4] ------------------------------------------------------------------ */

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
  check_add_all ("/torch/math", unary_checks, G_N_ELEMENTS (unary_checks));
  check_add_all ("/torch/math", binary_checks, G_N_ELEMENTS (binary_checks));
  check_add_all ("/torch/math", reduction_checks, G_N_ELEMENTS (reduction_checks));
  g_test_add_func ("/torch/math/argmin-and-argmax-take-the-first", test_first_of_equal_ones);
  g_test_add_func ("/torch/math/argmax-finds-the-largest-of-rows", test_largest_of_rows);
  g_test_add_func ("/torch/math/normalize-leaves-zero-alone", test_normalize_keeps_zero);
  return g_test_run ();
}
