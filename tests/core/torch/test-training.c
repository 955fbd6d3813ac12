/* test-training.c - gradients of many leaves, through everything that a model keeps of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/training.h"
#include "tests/core/torch/check.h"

#include "core/base/error.h"
#include "core/torch/layer.h"

#include <math.h>

static TlTensor *
sum_of (TlScope *s, TlTensor *x)
{
  return tl_sum (s, x, NULL, 0, FALSE);
}

/* --- many leaves --------------------------------------------------------------------------- */

static void
test_backward_many (void)
{
  static const gfloat a[] = { 1, -2, 3 }, b[] = { 0.5f, 4, -1 };
  static const gdouble by_a[] = { 0.5, 4, -1 }, by_b[] = { 2, 6, 1 }, zeros[] = { 0, 0 };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *leaves[3], *gradients[3], *loss;

  tl_scope_set_grad (s, TRUE);
  leaves[0] = tl_leaf (s, tl_from_floats (s, a, TL_SHAPE (3)));
  leaves[1] = tl_leaf (s, tl_from_floats (s, b, TL_SHAPE (3)));
  leaves[2] = tl_leaf (s, tl_zeros (s, TL_SHAPE (2)));
  loss = sum_of (s, tl_mul (s, leaves[0], leaves[1]));
  loss = tl_add (s, loss, tl_mul_scalar (s, sum_of (s, tl_mul (s, leaves[1], leaves[1])), 1));
  g_assert_true (tl_backward_many (s, loss, leaves, 3, gradients));
  check_close (s, gradients[0], by_a, 3, 1e-6);
  check_close (s, gradients[1], by_b, 3, 1e-6);
  check_close (s, gradients[2], zeros, 2, 0);
  check_scope_close (s);
}

static void
test_losses_are_one_number (void)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *leaf, *gradient;

  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, tl_zeros (s, TL_SHAPE (2)));
  g_assert_false (tl_backward_many (s, tl_mul (s, leaf, leaf), &leaf, 1, &gradient));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
}

/* --- functions ------------------------------------------------------------------------------- */

static TlTensor *
log_softmax (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_log_softmax (s, x, 1);
}

static void
reference_log_softmax (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint row = 0; row < 3; row++, x += 4, y += 4)
    {
      gdouble sum = exp (x[0]) + exp (x[1]) + exp (x[2]) + exp (x[3]);

      for (guint i = 0; i < 4; i++)
        y[i] = x[i] - log (sum);
    }
}

static TlTensor *
softplus (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_softplus (s, x);
}

static void
reference_softplus (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 12; i++)
    y[i] = log1p (exp (x[i]));
}

static const Check checks[] = {
  { "log-softmax", log_softmax, reference_log_softmax, NULL, { 3, 4 }, "[3, 4]", -3, 3 },
  { "softplus", softplus, reference_softplus, NULL, { 3, 4 }, "[3, 4]", -6, 6 },
};

/* --- weights of the norms ----------------------------------------------------------------------
 */

#define CHANNELS 6
#define PIXELS 15
#define IMAGES 2
#define GROUPS 3

/* sum (y wave) of y = silu (norm (x) weight + bias), in double */
static gdouble
norm_loss (const gfloat *x, const gdouble *weight, const gdouble *bias)
{
  const guint n = CHANNELS / GROUPS * PIXELS;
  gdouble loss = 0;

  for (guint group = 0; group < IMAGES * GROUPS; group++)
    {
      const gfloat *values = x + group * n;
      gdouble mean = 0, square = 0;

      for (guint i = 0; i < n; i++)
        mean += values[i] / (gdouble) n;
      for (guint i = 0; i < n; i++)
        square += (values[i] - mean) * (values[i] - mean) / n;
      for (guint i = 0; i < n; i++)
        {
          guint c = group % GROUPS * (CHANNELS / GROUPS) + i / PIXELS;
          gdouble h = (values[i] - mean) / sqrt (square + 1e-6) * weight[c] + bias[c];

          loss += h / (1 + exp (-h)) * check_wave (group * n + i);
        }
    }
  return loss;
}

static gdouble
difference (const gfloat *x, gdouble *weight, gdouble *bias, gdouble *value)
{
  const gdouble step = 1e-5;
  gdouble above, below;

  *value += step;
  above = norm_loss (x, weight, bias);
  *value -= 2 * step;
  below = norm_loss (x, weight, bias);
  *value += step;
  return (above - below) / (2 * step);
}

static void
check_norm_weights (TlDtype dtype, gdouble tolerance)
{
  gfloat x[IMAGES * CHANNELS * PIXELS];
  gdouble weight[CHANNELS], bias[CHANNELS], by_weight[CHANNELS], by_bias[CHANNELS];
  TlScope *s = tl_scope_open (NULL);
  TlTensor *leaves[2], *gradients[2], *input, *y, *waves;

  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    x[i] = rintf (check_wave (i + 7) * 8) / 4;
  for (guint c = 0; c < CHANNELS; c++)
    {
      weight[c] = 1 + 0.5 * check_wave (c);
      bias[c] = check_wave (c + 3);
    }
  for (guint c = 0; c < CHANNELS; c++)
    {
      by_weight[c] = difference (x, weight, bias, &weight[c]);
      by_bias[c] = difference (x, weight, bias, &bias[c]);
    }

  tl_scope_set_grad (s, TRUE);
  input = tl_from_floats (s, x, TL_SHAPE (IMAGES, CHANNELS, 3, 5));
  input = tl_channels_last (s, tl_to_dtype (s, input, dtype));
  leaves[0] =
    tl_leaf (s, tl_add_scalar (s, tl_mul_scalar (s, check_waves (s, TL_SHAPE (CHANNELS)), 0.5), 1));
  leaves[1] = tl_leaf (s, tl_narrow (s, check_waves (s, TL_SHAPE (CHANNELS + 3)), 0, 3, CHANNELS));
  waves = check_waves (s, TL_SHAPE (IMAGES, CHANNELS, 3, 5));
  y = tl_group_norm (s, input, GROUPS, leaves[0], leaves[1], 1e-6, TRUE);
  y = sum_of (s, tl_mul (s, tl_to_dtype (s, y, TL_FLOAT32), waves));
  g_assert_true (tl_backward_many (s, y, leaves, 2, gradients));
  check_close (s, gradients[0], by_weight, CHANNELS, tolerance);
  check_close (s, gradients[1], by_bias, CHANNELS, tolerance);
  check_scope_close (s);
}

static void
test_norm_weights (void)
{
  check_norm_weights (TL_FLOAT32, 1e-4);
  check_norm_weights (TL_BFLOAT16, 3e-2);
}

/* --- a loader of leaves -------------------------------------------------------------------- */

typedef struct
{
  TlTensor *weight, *bias;
  guint n_asked;
} Given;

static TlTensor *
give (const char *name, const gint64 *shape, guint n_dims, gpointer data)
{
  Given *given = data;

  given->n_asked++;
  return g_str_has_suffix (name, ".weight") ? given->weight : given->bias;
}

/* What is asked for as bfloat16 and channels-last has gradients in float32, of the leaf's shape. */
static void
check_loader (TlDtype dtype, gdouble tolerance)
{
  TlScope *s = tl_scope_open (NULL);
  Given given = { 0 };
  g_autoptr (TlLoader) loader =
    tl_loader_new_from_tensors (give, &given, dtype, (TlDevice){ TL_CPU });
  g_autoptr (GError) error = NULL;
  gdouble by_weight[2 * 3 * 9], by_bias[2] = { 25, 25 };
  TlTensor *x, *y, *gradients[2];
  TlConv conv = { 0 };

  tl_scope_set_grad (s, TRUE);
  given.weight = tl_leaf (s, check_waves (s, TL_SHAPE (2, 3, 3, 3)));
  given.bias = tl_leaf (s, tl_zeros (s, TL_SHAPE (2)));
  tl_loader_conv (loader, &conv, 3, 2, 3, TRUE, "a");
  g_assert_true (tl_loader_finish (loader, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (given.n_asked, ==, 2);
  g_assert_cmpint (tl_tensor_get_dtype (conv.weight), ==, dtype);

  x = tl_channels_last (s, tl_to_dtype (s, tl_full (s, 1, TL_SHAPE (1, 3, 5, 5)), dtype));
  y = tl_to_dtype (s, tl_conv2d (s, x, conv.weight, conv.bias, 1, 1, 1), TL_FLOAT32);
  tl_conv_clear (&conv);
  g_assert_true (tl_backward_many (s, sum_of (s, y),
                                   (TlTensor *const[]){ given.weight, given.bias }, 2, gradients));
  /* Each tap meets as many ones as there are pixels that it does not look past the edge from. */
  for (guint i = 0; i < G_N_ELEMENTS (by_weight); i++)
    by_weight[i] = (i % 9 / 3 == 1 ? 5 : 4) * (i % 3 == 1 ? 5 : 4);
  g_assert_cmpint (tl_tensor_get_dtype (gradients[0]), ==, TL_FLOAT32);
  check_close (s, gradients[0], by_weight, G_N_ELEMENTS (by_weight), tolerance);
  check_close (s, gradients[1], by_bias, 2, tolerance);
  check_scope_close (s);
}

static void
test_loader_hands_out_leaves (void)
{
  check_loader (TL_FLOAT32, 1e-5);
  check_loader (TL_BFLOAT16, 1e-2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/training/backward-many", test_backward_many);
  g_test_add_func ("/torch/training/losses-are-one-number", test_losses_are_one_number);
  g_test_add_func ("/torch/training/norm-weights", test_norm_weights);
  g_test_add_func ("/torch/training/loader-hands-out-leaves", test_loader_hands_out_leaves);
  check_add_all ("/torch/training", checks, G_N_ELEMENTS (checks));
  return g_test_run ();
}
