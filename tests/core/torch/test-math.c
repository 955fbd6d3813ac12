/* test-math.c - arithmetic against plain C
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
  { tl_log, log },
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
  UNARY ("log", 19, .low = 0.1, .high = 4),
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  check_add_all ("/torch/math", unary_checks, G_N_ELEMENTS (unary_checks));
  check_add_all ("/torch/math", binary_checks, G_N_ELEMENTS (binary_checks));
  return g_test_run ();
}
