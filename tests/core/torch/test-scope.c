/* test-scope.c - who owns temporaries, what sticks, what is told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include "core/base/error.h"
#include "core/torch/device.h"

#include <math.h>

static TlTensor *
number (TlScope *s, gdouble value)
{
  return tl_full (s, value, TL_SHAPE (1));
}

/* --- errors -------------------------------------------------------------------------------------
 */

static void
test_first_error_sticks (void)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlScope *inner = tl_scope_enter (s);
  TlTensor *wrong = tl_matmul (inner, tl_zeros (inner, TL_SHAPE (2, 3)), number (inner, 1));
  gfloat value = 7;

  g_assert_null (wrong);
  g_assert_true (tl_scope_has_failed (s));
  g_assert_null (tl_add (s, wrong, wrong));
  g_assert_null (tl_zeros (s, TL_SHAPE (1)));
  g_assert_null (tl_cat (s, &wrong, 1, 0));
  g_assert_true (isnan (tl_to_double (s, wrong)));
  g_assert_false (tl_to_floats (s, wrong, &value, 1));
  g_assert_cmpfloat (value, ==, 7);
  g_assert_null (tl_to_bytes (s, wrong));
  g_assert_null (tl_own (wrong));
  g_assert_null (tl_sweep (inner, wrong));
  g_assert_null (tl_scope_leave (inner, wrong));
  tl_scope_fail (s, g_error_new_literal (TL_ERROR, TL_ERROR_FORMAT, "second"));

  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
  g_assert_nonnull (strstr (error->message, "2x3"));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_null_has_sizes_to_compute_with (void)
{
  g_autofree char *shape = tl_tensor_describe_shape (NULL);

  g_assert_cmpint (tl_tensor_get_size (NULL, 3), ==, 1);
  g_assert_cmpuint (tl_tensor_get_n_dims (NULL), ==, 0);
  g_assert_cmpuint (tl_tensor_get_n_elements (NULL), ==, 1);
  g_assert_cmpstr (shape, ==, "[]");
}

static void
test_too_large (void)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);

  /* Eight exabytes of addresses are not there, however the machine overcommits. */
  g_assert_null (tl_zeros (s, TL_SHAPE (G_GINT64_CONSTANT (1) << 60)));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
}

static void
test_cancelling_takes_one_operation (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (cancellable);
  TlScope *inner = tl_scope_enter (s);
  TlTensor *x = number (inner, 1);

  g_assert_nonnull (x);
  g_cancellable_cancel (cancellable);
  g_assert_null (tl_add (inner, x, x));
  g_cancellable_reset (cancellable);
  g_assert_null (tl_add (inner, x, x));
  tl_scope_leave (inner, NULL);
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* --- whose tensors they are ---------------------------------------------------------------------
 */

static void
test_leave_hands_one_on (void)
{
  g_autoptr (TlTensor) owned = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *outer = number (s, 1), *x;
  TlScope *inner = tl_scope_enter (s), *innermost = tl_scope_enter (inner);

  x = number (innermost, 2);
  number (innermost, 3);
  x = tl_scope_leave (innermost, x);
  g_assert_cmpfloat (tl_to_double (inner, x), ==, 2);
  x = tl_scope_leave (inner, x);
  g_assert_cmpfloat (tl_to_double (s, tl_add (s, x, outer)), ==, 3);

  /* A tensor of an outer scope, and an owned one, come back as they are. */
  owned = tl_own (x);
  g_assert_true (tl_scope_leave (tl_scope_enter (s), outer) == outer);
  g_assert_true (tl_scope_leave (tl_scope_enter (s), owned) == owned);
  g_assert_cmpfloat (tl_to_double (s, outer), ==, 1);
  check_scope_close (s);
}

static void
test_sweep_keeps_what_it_is_told (void)
{
  TlScope *s = tl_scope_open (NULL), *inner;
  TlTensor *outer = number (s, 10), *x, *y, *kept[4];

  inner = tl_scope_enter (s);
  x = number (inner, 1);
  for (guint i = 0; i < 5; i++)
    x = tl_sweep (inner, tl_add (inner, tl_add_scalar (inner, x, 1), outer));
  g_assert_cmpfloat (tl_to_double (inner, x), ==, 56);

  y = tl_mul_scalar (inner, x, 2);
  number (inner, 3);
  kept[0] = kept[3] = x;
  kept[1] = NULL;
  kept[2] = y;
  tl_sweep_all_but (inner, kept, G_N_ELEMENTS (kept));
  g_assert_cmpfloat (tl_to_double (inner, tl_add (inner, x, y)), ==, 168);
  x = tl_scope_leave (inner, x);
  g_assert_true (tl_sweep (s, x) == x);
  g_assert_cmpfloat (tl_to_double (s, x), ==, 56);
  check_scope_close (s);
}

static void
test_sweep_frees_memory (void)
{
  const gint64 n = 1 << 20;
  const TlDevice cpu = { TL_CPU, 0 };
  guint64 used;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_zeros (s, TL_SHAPE (n));

  used = tl_device_get_memory (cpu).used;
  for (guint i = 0; i < 50; i++)
    x = tl_sweep (s, tl_add_scalar (s, tl_clone (s, x), 1));
  g_assert_cmpfloat (tl_to_double (s, tl_narrow (s, x, 0, n - 1, 1)), ==, 50);

  /* 400 MB, if nothing were freed. */
  g_assert_cmpuint (tl_device_get_memory (cpu).used, <, used + (100 << 20));
  check_scope_close (s);
}

static void
test_gradient_mode_is_inherited (void)
{
  TlScope *s = tl_scope_open (NULL), *inner;

  g_assert_false (tl_scope_get_grad (s));
  tl_scope_set_grad (s, TRUE);
  inner = tl_scope_enter (s);
  g_assert_true (tl_scope_get_grad (inner));
  tl_scope_set_grad (inner, FALSE);
  g_assert_false (tl_scope_get_grad (inner));
  g_assert_true (tl_scope_get_grad (s));
  tl_scope_leave (inner, NULL);
  check_scope_close (s);
}

/* --- mistakes ------------------------------------------------------------------------------------
 */

static void
expect_critical (const char *pattern)
{
  g_test_expect_message ("tiller-torch", G_LOG_LEVEL_CRITICAL, pattern);
}

/* Closes a scope that a mistake of ours has failed. */
static void
close_failed (TlScope *s)
{
  g_autoptr (GError) error = NULL;

  g_test_assert_expected_messages ();
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
}

static void
test_null_is_a_mistake (void)
{
  TlScope *s = tl_scope_open (NULL);

  expect_critical ("*NULL tensor*");
  g_assert_null (tl_add (s, number (s, 1), NULL));
  close_failed (s);
}

#ifndef NDEBUG
static void
test_use_after_leaving (void)
{
  TlScope *s = tl_scope_open (NULL), *inner = tl_scope_enter (s);
  TlTensor *x = number (inner, 1);

  tl_scope_leave (inner, NULL);
  expect_critical ("*tensor used after its scope*");
  g_assert_null (tl_add_scalar (s, x, 1));
  close_failed (s);
}

static void
test_use_after_sweeping (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = number (s, 1);

  tl_sweep (s, tl_mul_scalar (s, x, 2));
  expect_critical ("*tensor used after its scope*");
  g_assert_null (tl_cat (s, &x, 1, 0));
  close_failed (s);
}
#endif

/* --- owned tensors
 * -------------------------------------------------------------------------------- */

static gpointer
free_in_thread (gpointer data)
{
  tl_tensor_free (data);
  return NULL;
}

static void
test_owned_tensors_outlive_scopes (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *owned;

  tl_scope_set_grad (s, TRUE);
  owned = tl_own (tl_mul_scalar (s, tl_leaf (s, number (s, 4)), 2));
  check_scope_close (s);

  s = tl_scope_open (NULL);
  g_assert_cmpfloat (tl_to_double (s, owned), ==, 8);
  tl_sweep (s, owned);
  g_assert_cmpfloat (tl_to_double (s, owned), ==, 8);
  check_scope_close (s);
  g_thread_join (g_thread_new ("free", free_in_thread, owned));
}

/* A scope of another thread, at the same time, with other errors and another mode. */
static gpointer
work_in_thread (gpointer data)
{
  TlTensor *shared = data;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x;
  gdouble gradient;

  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, number (s, 3));
  gradient = tl_to_double (s, tl_backward (s, tl_mul (s, tl_mul (s, x, x), shared), x));
  check_scope_close (s);
  return GINT_TO_POINTER ((gint) gradient);
}

static void
test_threads_do_not_share (void)
{
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (TlTensor) shared = tl_own (number (s, 2));
  GThread *thread = g_thread_new ("work", work_in_thread, shared);

  g_assert_null (tl_matmul (s, shared, tl_zeros (s, TL_SHAPE (3))));
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, 12);
  g_assert_true (tl_scope_has_failed (s));
  g_assert_false (tl_scope_close (s, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/scope/first-error-sticks", test_first_error_sticks);
  g_test_add_func ("/torch/scope/null-has-sizes", test_null_has_sizes_to_compute_with);
  g_test_add_func ("/torch/scope/no-memory-is-too-large", test_too_large);
  g_test_add_func ("/torch/scope/cancelling-takes-one-operation",
                   test_cancelling_takes_one_operation);
  g_test_add_func ("/torch/scope/leave-hands-one-on", test_leave_hands_one_on);
  g_test_add_func ("/torch/scope/sweep-keeps-what-it-is-told", test_sweep_keeps_what_it_is_told);
  g_test_add_func ("/torch/scope/sweep-frees-memory", test_sweep_frees_memory);
  g_test_add_func ("/torch/scope/gradient-mode-is-inherited", test_gradient_mode_is_inherited);
  g_test_add_func ("/torch/scope/null-is-a-mistake", test_null_is_a_mistake);
#ifndef NDEBUG
  g_test_add_func ("/torch/scope/use-after-leaving-is-told", test_use_after_leaving);
  g_test_add_func ("/torch/scope/use-after-sweeping-is-told", test_use_after_sweeping);
#endif
  g_test_add_func ("/torch/scope/owned-tensors-outlive-scopes", test_owned_tensors_outlive_scopes);
  g_test_add_func ("/torch/scope/threads-do-not-share", test_threads_do_not_share);
  return g_test_run ();
}
