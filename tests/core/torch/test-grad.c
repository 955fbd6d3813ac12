/* test-grad.c - the backward pass, gradients of our own, and recomputation
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include "core/base/error.h"

#include <math.h>

static const gfloat values[] = { -1.5f, -0.25f, 0.5f, 0.75f, 1.25f, 2.0f };

#define N G_N_ELEMENTS (values)

static TlScope *
open_with_leaf (TlTensor **leaf)
{
  TlScope *s = tl_scope_open (NULL);

  tl_scope_set_grad (s, TRUE);
  *leaf = tl_leaf (s, tl_from_floats (s, values, TL_SHAPE (2, 3)));
  return s;
}

static TlTensor *
sum_of (TlScope *s, TlTensor *x)
{
  return tl_sum (s, x, NULL, 0, FALSE);
}

/* --- backward --------------------------------------------------------------------------------- */

static void
test_backward (void)
{
  TlTensor *x, *y;
  TlScope *s = open_with_leaf (&x);
  gdouble twice[N], thrice[N];

  for (guint i = 0; i < N; i++)
    {
      twice[i] = 2 * values[i];
      thrice[i] = 3 * values[i] * 2;
    }
  check_close (s, tl_backward (s, sum_of (s, tl_mul (s, x, x)), x), twice, N, 1e-6);
  y = tl_mul (s, x, x);
  check_close (s, tl_backward_from (s, y, tl_full (s, 3, TL_SHAPE (2, 3)), x), thrice, N, 1e-6);
  check_scope_close (s);
}

static void
test_detached_is_constant (void)
{
  static const gdouble zeros[N] = { 0 };
  TlTensor *x, *y;
  TlScope *s = open_with_leaf (&x);
  gdouble expected[N];

  for (guint i = 0; i < N; i++)
    expected[i] = values[i];
  y = sum_of (s, tl_mul (s, x, tl_detach (s, x)));
  check_close (s, tl_backward (s, y, x), expected, N, 1e-6);
  check_close (s, tl_backward (s, sum_of (s, tl_detach (s, x)), x), zeros, N, 0);
  check_scope_close (s);
}

static void
test_off_records_nothing (void)
{
  static const gdouble zeros[N] = { 0 };
  TlTensor *x, *y;
  TlScope *s = open_with_leaf (&x);

  tl_scope_set_grad (s, FALSE);
  y = sum_of (s, tl_mul (s, x, x));
  tl_scope_set_grad (s, TRUE);
  check_close (s, tl_backward (s, y, x), zeros, N, 0);
  check_scope_close (s);
}

static void
test_losses_are_one_number (void)
{
  g_autoptr (GError) error = NULL;
  TlTensor *x;
  TlScope *s = open_with_leaf (&x);

  g_assert_null (tl_backward (s, tl_mul (s, x, x), x));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
}

/* --- gradients of our own -----------------------------------------------------------------------
 */

static void
test_straight_through (void)
{
  static const gdouble rounded[] = { -2, -1, 0, 0, 1, 2 };
  static const gdouble column_sums[] = { 2, 2, 2 };
  TlTensor *x, *y, *row;
  TlScope *s = open_with_leaf (&x);
  gdouble upstream[N];

  for (guint i = 0; i < N; i++)
    upstream[i] = 2 * rounded[i];
  y = tl_straight_through (s, tl_floor (s, x), x);
  check_close (s, y, rounded, N, 0);
  check_close (s, tl_backward (s, sum_of (s, tl_mul (s, y, y)), x), upstream, N, 1e-6);

  /* Broadcast: value [2, 3], gradient to [1, 3]. */
  row = tl_leaf (s, tl_zeros (s, TL_SHAPE (1, 3)));
  y = tl_straight_through (s, tl_detach (s, x), row);
  check_close (s, tl_backward (s, sum_of (s, y), row), column_sums, 3, 1e-6);
  check_scope_close (s);
}

static void
test_clamp_with_grad (void)
{
  static const gdouble clamped[] = { 0, 0, 0.5, 0.75, 1, 1 };
  /* A step goes against the gradient: 1 lowers x, which is let through above 1 only. */
  static const gdouble lowering[] = { 0, 0, 1, 1, 1, 1 };
  static const gdouble raising[] = { -1, -1, -1, -1, 0, 0 };
  TlTensor *x, *y;
  TlScope *s = open_with_leaf (&x);

  y = tl_clamp_with_grad (s, x, 0, 1);
  check_close (s, y, clamped, N, 0);
  check_close (s, tl_backward (s, sum_of (s, y), x), lowering, N, 0);
  y = tl_mul_scalar (s, tl_clamp_with_grad (s, x, 0, 1), -1);
  check_close (s, tl_backward (s, sum_of (s, y), x), raising, N, 0);
  check_scope_close (s);
}

/* --- checkpoints
 * ---------------------------------------------------------------------------------- */

typedef struct
{
  TlTensor *weight;
  gint *n_calls;
} Block;

/* x: [2, 3] -> [2, 3] */
static TlTensor *
block (TlScope *outer, TlTensor *x, gconstpointer data)
{
  const Block *b = data;
  TlScope *s = tl_scope_enter (outer);
  TlTensor *h;

  ++*b->n_calls;
  h = tl_sweep (s, tl_silu (s, tl_linear (s, x, b->weight, NULL)));
  h = tl_sweep (s, tl_mul (s, h, x));
  return tl_scope_leave (s, tl_add (s, x, h));
}

static TlTensor *
two_blocks (TlScope *s, TlTensor *x, gconstpointer data)
{
  x = tl_checkpoint (s, block, x, data);
  x = tl_checkpoint (s, block, x, data);
  return tl_reshape (s, x, TL_SHAPE (3, 2));
}

static TlTensor *
plain_blocks (TlScope *s, TlTensor *x, gconstpointer data)
{
  x = block (s, block (s, x, data), data);
  return tl_reshape (s, x, TL_SHAPE (3, 2));
}

static TlTensor *
nested_blocks (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_checkpoint (s, two_blocks, x, data);
}

static void
get_gradient (TlBlockFunc func, gdouble *gradient, gint *n_calls)
{
  gfloat out[N];
  TlTensor *x, *y, *weight;
  TlScope *s = open_with_leaf (&x);
  Block b = { NULL, n_calls };

  weight = tl_reshape (s, check_waves (s, TL_SHAPE (9)), TL_SHAPE (3, 3));
  b.weight = weight;
  y = tl_mul (s, func (s, x, &b), check_waves (s, TL_SHAPE (3, 2)));
  g_assert_true (tl_to_floats (s, tl_backward (s, sum_of (s, y), x), out, N));
  for (guint i = 0; i < N; i++)
    gradient[i] = out[i];
  check_scope_close (s);
}

static void
test_checkpoint_equals_plain (void)
{
  gdouble plain[N], checkpointed[N], nested[N];
  gint n_plain = 0, n_checkpointed = 0, n_nested = 0;

  get_gradient (plain_blocks, plain, &n_plain);
  get_gradient (two_blocks, checkpointed, &n_checkpointed);
  get_gradient (nested_blocks, nested, &n_nested);
  g_assert_cmpmem (plain, sizeof plain, checkpointed, sizeof checkpointed);
  g_assert_cmpmem (plain, sizeof plain, nested, sizeof nested);

  /* Forward; forward and backward; forward, forward again to find the inner inputs, backward. */
  g_assert_cmpint (n_plain, ==, 2);
  g_assert_cmpint (n_checkpointed, ==, 4);
  g_assert_cmpint (n_nested, ==, 6);
}

static void
test_checkpoint_without_grad_is_a_call (void)
{
  TlTensor *x, *weight;
  TlScope *s = open_with_leaf (&x);
  gint n_calls = 0;
  Block b = { NULL, &n_calls };

  tl_scope_set_grad (s, FALSE);
  weight = tl_reshape (s, check_waves (s, TL_SHAPE (9)), TL_SHAPE (3, 3));
  b.weight = weight;
  g_assert_nonnull (tl_checkpoint (s, block, x, &b));
  g_assert_cmpint (n_calls, ==, 1);
  check_scope_close (s);
}

typedef struct
{
  gint n_calls, fails_at;
  GCancellable *cancellable;
} Failure;

/* Fails, or is cancelled, in call number fails_at. */
static TlTensor *
failing_block (TlScope *s, TlTensor *x, gconstpointer data)
{
  Failure *failure = (Failure *) data;

  if (++failure->n_calls != failure->fails_at)
    return tl_mul (s, x, x);
  if (failure->cancellable != NULL)
    g_cancellable_cancel (failure->cancellable);
  else
    tl_scope_fail (s, g_error_new_literal (TL_ERROR, TL_ERROR_MISSING, "on purpose"));
  return tl_mul (s, x, x);
}

static void
check_failing_checkpoint (Failure *failure, GQuark domain, gint code)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (failure->cancellable);
  TlTensor *x, *y;

  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, tl_from_floats (s, values, TL_SHAPE (2, 3)));
  y = sum_of (s, tl_checkpoint (s, failing_block, tl_mul_scalar (s, x, 2), failure));
  g_assert_cmpint (tl_scope_has_failed (s), ==, failure->fails_at == 1);
  g_assert_null (tl_backward (s, y, x));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, domain, code);
}

static void
test_checkpoint_errors_surface (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  check_failing_checkpoint (&(Failure){ .fails_at = 1 }, TL_ERROR, TL_ERROR_MISSING);
  check_failing_checkpoint (&(Failure){ .fails_at = 2 }, TL_ERROR, TL_ERROR_MISSING);
  check_failing_checkpoint (&(Failure){ .fails_at = 2, .cancellable = cancellable }, G_IO_ERROR,
                            G_IO_ERROR_CANCELLED);
}

/* After a failed backward pass the engine of this thread works as before. */
static void
test_recovers_from_failed_backward (void)
{
  test_checkpoint_errors_surface ();
  test_checkpoint_equals_plain ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/grad/backward", test_backward);
  g_test_add_func ("/torch/grad/detached-is-constant", test_detached_is_constant);
  g_test_add_func ("/torch/grad/off-records-nothing", test_off_records_nothing);
  g_test_add_func ("/torch/grad/losses-are-one-number", test_losses_are_one_number);
  g_test_add_func ("/torch/grad/straight-through", test_straight_through);
  g_test_add_func ("/torch/grad/clamp-with-grad", test_clamp_with_grad);
  g_test_add_func ("/torch/grad/checkpoint-equals-plain", test_checkpoint_equals_plain);
  g_test_add_func ("/torch/grad/checkpoint-without-grad-is-a-call",
                   test_checkpoint_without_grad_is_a_call);
  g_test_add_func ("/torch/grad/checkpoint-errors-surface", test_checkpoint_errors_surface);
  g_test_add_func ("/torch/grad/recovers-from-failed-backward", test_recovers_from_failed_backward);
  return g_test_run ();
}
