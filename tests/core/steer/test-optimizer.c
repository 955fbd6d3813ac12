/* test-optimizer.c - the eight optimisers against the originals, and against themselves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/optimizer.h"
#include "tests/core/steer/golden.h"

#include <math.h>
#include <string.h>

#define N_STEPS 12

static const char *const names[TL_N_OPTIMIZERS] = {
  [TL_OPTIMIZER_ADAM] = "Adam",         [TL_OPTIMIZER_ADAMW] = "AdamW",
  [TL_OPTIMIZER_ADAGRAD] = "Adagrad",   [TL_OPTIMIZER_ADAMAX] = "Adamax",
  [TL_OPTIMIZER_RADAM] = "RAdam",       [TL_OPTIMIZER_RMSPROP] = "RMSprop",
  [TL_OPTIMIZER_DIFFGRAD] = "DiffGrad", [TL_OPTIMIZER_ADAMP] = "AdamP",
};

static void
test_reference (gconstpointer data)
{
  TlOptimizer optimizer = GPOINTER_TO_INT (data);
  g_autoptr (TlWeights) golden = golden_open ("optimisers.golden.safetensors");
  TlMoments moments = { 0 };
  TlTensor *z, *gradients, *expected;
  TlScope *s;

  if (golden == NULL)
    return;

  s = tl_scope_open (NULL);
  z = golden_get (s, golden, "z0");
  gradients = golden_get (s, golden, "grads");
  expected = golden_get (s, golden, "%s", names[optimizer]);
  for (gint64 i = 0; i < N_STEPS; i++)
    {
      TlMoments next;

      z =
        tl_optimizer_step (s, optimizer, 0.1, &moments, z, golden_row (s, gradients, i, z), &next);
      assert_near (s, z, golden_row (s, expected, i, z), 1e-5);
      tl_moments_clear (&moments);
      moments = next;
    }
  g_assert_cmpint (moments.n_steps, ==, N_STEPS);
  tl_moments_clear (&moments);
  close_scope (s);
}

/* A latent that pulls itself towards 1 with a strength of its own for each value. */
static TlTensor *
slope (TlScope *s, TlTensor *z)
{
  return tl_mul (s, tl_add_scalar (s, z, -1), tl_exp (s, tl_mul_scalar (s, z, -0.5)));
}

static TlTensor *
make_z (TlScope *s)
{
  gfloat values[2 * 3 * 2 * 2];

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = (gfloat) i * 0.3f - 3;
  return tl_from_floats (s, values, TL_SHAPE (2, 3, 2, 2));
}

static void
get_bits (TlScope *s, TlTensor *x, gfloat bits[24])
{
  g_assert_true (tl_to_floats (s, x, bits, 24));
}

/* Takes @n steps; @moments is left as after them. */
static TlTensor *
walk (TlScope *s, TlOptimizer optimizer, TlTensor *z, guint n, TlMoments *moments)
{
  for (guint i = 0; i < n; i++)
    {
      TlMoments next;

      z = tl_optimizer_step (s, optimizer, 0.1, moments, z, slope (s, z), &next);
      tl_moments_clear (moments);
      *moments = next;
    }
  return z;
}

/* The moments and the count are all there is: copied to fresh tensors they go on to the same bits.
 */
static void
test_state_is_whole (gconstpointer data)
{
  TlOptimizer optimizer = GPOINTER_TO_INT (data);
  TlScope *s = tl_scope_open (NULL);
  TlMoments moments = { 0 }, copy = { 0 };
  gfloat straight[24], resumed[24];
  TlTensor *z = walk (s, optimizer, make_z (s), 7, &moments);

  copy.n_steps = moments.n_steps;
  for (guint i = 0; i < tl_optimizer_get_n_moments (optimizer); i++)
    {
      g_assert_nonnull (tl_optimizer_get_moment_name (optimizer, i));
      copy.moments[i] = tl_own (tl_clone (s, moments.moments[i]));
    }
  get_bits (s, walk (s, optimizer, z, 5, &moments), straight);
  get_bits (s, walk (s, optimizer, tl_clone (s, z), 5, &copy), resumed);
  g_assert_cmpmem (straight, sizeof straight, resumed, sizeof resumed);
  tl_moments_clear (&moments);
  tl_moments_clear (&copy);
  close_scope (s);
}

/* A step is pure: z and the moments it started from keep their bits, and it repeats. */
static void
test_pure (gconstpointer data)
{
  TlOptimizer optimizer = GPOINTER_TO_INT (data);
  TlScope *s = tl_scope_open (NULL);
  TlMoments moments = { 0 }, first = { 0 }, second = { 0 };
  gfloat before[24], after[24], one[24], two[24];
  TlTensor *z = walk (s, optimizer, make_z (s), 3, &moments);

  get_bits (s, moments.moments[0], before);
  get_bits (s, tl_optimizer_step (s, optimizer, 0.1, &moments, z, slope (s, z), &first), one);
  get_bits (s, tl_optimizer_step (s, optimizer, 0.1, &moments, z, slope (s, z), &second), two);
  get_bits (s, moments.moments[0], after);
  g_assert_cmpint (moments.n_steps, ==, 3);
  g_assert_cmpmem (before, sizeof before, after, sizeof after);
  g_assert_cmpmem (one, sizeof one, two, sizeof two);
  tl_moments_clear (&moments);
  tl_moments_clear (&first);
  tl_moments_clear (&second);
  close_scope (s);
}

#define N_ODD (5 * 7 * 3)

/* z after two steps by gradients that lie in memory as a convolution leaves them, or row by row */
static void
step_twice (TlOptimizer optimizer, gboolean is_row_major, gfloat bits[N_ODD])
{
  TlScope *s = tl_scope_open (NULL);
  TlMoments moments = { 0 };
  gfloat values[N_ODD];
  TlTensor *z, *gradient;

  for (guint i = 0; i < N_ODD; i++)
    values[i] = (gfloat) sin (i * 1.7) * 0.9f;
  z = tl_from_floats (s, values, TL_SHAPE (1, 5, 7, 3));
  for (guint i = 0; i < 2; i++)
    {
      TlMoments next;

      gradient = tl_channels_last (s, tl_mul_scalar (s, slope (s, z), 0.37));
      if (is_row_major)
        gradient = tl_contiguous (s, gradient);
      z = tl_optimizer_step (s, optimizer, 0.1, &moments, z, gradient, &next);
      tl_moments_clear (&moments);
      /* As a checkpoint keeps them. */
      for (guint j = 0; j < tl_optimizer_get_n_moments (optimizer); j++)
        moments.moments[j] = tl_own (tl_contiguous (s, next.moments[j]));
      moments.n_steps = next.n_steps;
      tl_moments_clear (&next);
    }
  g_assert_true (tl_to_floats (s, z, bits, N_ODD));
  tl_moments_clear (&moments);
  close_scope (s);
}

/* A vector's remainder is computed one by one, by other instructions: which numbers are in it must
 * not depend on how the gradient lies. */
static void
test_order_in_memory (gconstpointer data)
{
  TlOptimizer optimizer = GPOINTER_TO_INT (data);
  gfloat rows[N_ODD], channels[N_ODD];

  step_twice (optimizer, TRUE, rows);
  step_twice (optimizer, FALSE, channels);
  g_assert_cmpmem (rows, sizeof rows, channels, sizeof channels);
}

static void
test_descends (gconstpointer data)
{
  TlOptimizer optimizer = GPOINTER_TO_INT (data);
  TlScope *s = tl_scope_open (NULL);
  TlMoments moments = { 0 };
  TlTensor *z = make_z (s);
  gdouble before = largest (s, tl_add_scalar (s, z, -1));

  z = walk (s, optimizer, z, 40, &moments);
  g_assert_cmpfloat (largest (s, tl_add_scalar (s, z, -1)), <, before);
  tl_moments_clear (&moments);
  close_scope (s);
}

static void
test_failed_scope (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  TlMoments moments = { 0 }, next = { 0 };
  TlScope *s = tl_scope_open (cancellable);
  TlTensor *z = make_z (s);

  g_cancellable_cancel (cancellable);
  for (gint optimizer = 0; optimizer < TL_N_OPTIMIZERS; optimizer++)
    {
      g_assert_null (tl_optimizer_step (s, optimizer, 0.1, &moments, z, z, &next));
      g_assert_null (next.moments[0]);
    }
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *path;
    GTestDataFunc func;
  } tests[] = {
    { "/steer/optimizer/as-the-original", test_reference },
    { "/steer/optimizer/state-is-whole", test_state_is_whole },
    { "/steer/optimizer/step-is-pure", test_pure },
    { "/steer/optimizer/descends", test_descends },
    { "/steer/optimizer/order-in-memory", test_order_in_memory },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    for (gint optimizer = 0; optimizer < TL_N_OPTIMIZERS; optimizer++)
      {
        g_autofree char *path = g_strdup_printf ("%s/%s", tests[i].path, names[optimizer]);

        g_test_add_data_func (path, GINT_TO_POINTER (optimizer), tests[i].func);
      }
  g_test_add_func ("/steer/optimizer/failed-scope-steps-nowhere", test_failed_scope);
  return g_test_run ();
}
