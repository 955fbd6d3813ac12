/* muon.c - moves of a matrix that are as long in every direction
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/muon.h"

#include <math.h>

#define N_STEPS 5
#define EPSILON 1e-12
#define ROOT_MEAN_SQUARE 0.2

/* a x + b x³ + c x⁵ of the singular values */
#define A 3.4445
#define B (-4.7750)
#define C 2.0315

/* x: [k, n, m], n <= m, no singular value above 1 */
static TlTensor *
step (TlScope *outer, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *square = tl_matmul (s, x, tl_transpose (s, x, 1, 2)), *factor;

  factor = tl_mul_scalar (s, tl_matmul (s, square, square), C);
  factor = tl_add (s, tl_mul_scalar (s, square, B), factor);
  return tl_scope_leave (s, tl_add (s, tl_mul_scalar (s, x, A), tl_matmul (s, factor, x)));
}

TlTensor *
tl_muon_orthogonalize (TlScope *outer, TlTensor *matrices)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (matrices, 1), m = tl_tensor_get_size (matrices, 2);
  TlTensor *x = n > m ? tl_transpose (s, matrices, 1, 2) : matrices;
  TlTensor *length = tl_sqrt (s, tl_sum (s, tl_mul (s, x, x), TL_SHAPE (1, 2), TRUE));

  x = tl_div (s, x, tl_add_scalar (s, length, EPSILON));
  for (guint i = 0; i < N_STEPS; i++)
    x = step (s, x);
  if (n > m)
    x = tl_transpose (s, x, 1, 2);
  x = tl_mul_scalar (s, x, ROOT_MEAN_SQUARE * sqrt ((gdouble) MAX (n, m)));
  return tl_scope_leave (s, tl_contiguous (s, x));
}
