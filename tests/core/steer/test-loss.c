/* test-loss.c - the loss of clauses against generate.py's class Prompt
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/loss.h"
#include "tests/core/steer/golden.h"

#include <math.h>

#define N_PROMPTS 7

static void
test_reference (void)
{
  g_autoptr (TlWeights) golden = golden_open ("steering-a.golden.safetensors");

  for (guint k = 0; golden != NULL && k < N_PROMPTS; k++)
    {
      TlScope *s = tl_scope_open (NULL);
      TlTensor *features, *loss;

      tl_scope_set_grad (s, TRUE);
      features = tl_leaf (s, golden_get (s, golden, "piece.prompt.features"));
      loss = tl_loss_clause (s, features, golden_get (s, golden, "piece.prompt.%u.embed", k),
                             golden_number (golden, "piece.prompt.%u.weight", k),
                             golden_number (golden, "piece.prompt.%u.stop", k));
      assert_near (s, loss, golden_get (s, golden, "piece.prompt.%u.loss", k), 2e-6);
      assert_near (s, tl_backward (s, loss, features),
                   golden_get (s, golden, "piece.prompt.%u.grad", k), 1e-7);
      close_scope (s);
    }
}

static TlTensor *
vectors (TlScope *s, gfloat x, gfloat y)
{
  const gfloat values[4] = { x, y, x, y };

  return tl_from_floats (s, values, TL_SHAPE (2, 2));
}

/* Equal and opposite vectors are where norm and arcsine have no slope. */
static void
test_ends_of_the_scale (void)
{
  const struct
  {
    gfloat x, y;
    gdouble distance;
  } cases[] = {
    { 3, 4, 0 },                           /* the clause itself */
    { -3, -4, 2 * G_PI_2 * G_PI_2 },       /* its opposite */
    { 4, -3, 2 * G_PI_4 * G_PI_4 },        /* at a right angle */
    { 0, 0, 2 * asin (0.5) * asin (0.5) }, /* no direction at all */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TlScope *s = tl_scope_open (NULL);
      TlTensor *features, *loss;

      tl_scope_set_grad (s, TRUE);
      features = tl_leaf (s, vectors (s, cases[i].x, cases[i].y));
      loss = tl_loss_clause (s, features, vectors (s, 30, 40), 1, -INFINITY);
      g_assert_cmpfloat_with_epsilon (tl_to_double (s, loss), cases[i].distance, 0.02);
      g_assert_true (isfinite (largest (s, tl_backward (s, loss, features))));
      close_scope (s);
    }
}

static gdouble
steepness (gdouble weight, gdouble stop)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *features, *loss;
  gdouble result;

  tl_scope_set_grad (s, TRUE);
  features = tl_leaf (s, vectors (s, 1, 0));
  loss = tl_loss_clause (s, features, vectors (s, 0, 1), weight, stop);
  result = largest (s, tl_backward (s, loss, features));
  close_scope (s);
  return result;
}

/* The right angle is at a distance of 1.23. */
static void
test_stop (void)
{
  g_assert_cmpfloat (steepness (1, 1), >, 0.1);
  g_assert_cmpfloat (steepness (1, 1.5), ==, 0);
  g_assert_cmpfloat (steepness (-1, -1.5), >, 0.1);
  g_assert_cmpfloat (steepness (-1, -1), ==, 0);
  g_assert_cmpfloat_with_epsilon (steepness (-2, -INFINITY), 2 * steepness (1, -INFINITY), 1e-6);
}

static void
test_start (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z, *loss;

  tl_scope_set_grad (s, TRUE);
  z = tl_leaf (s, vectors (s, 1, 3));
  loss = tl_loss_start (s, z, vectors (s, 0, 1), 0.6, 2, 4);
  g_assert_cmpfloat_with_epsilon (tl_to_double (s, loss), 2.5 * 0.6 / 9 / 2, 1e-7);
  g_assert_cmpfloat_with_epsilon (largest (s, tl_backward (s, loss, z)), 2 * 0.6 / 9 / 4, 1e-7);
  g_assert_cmpfloat_with_epsilon (tl_to_double (s, tl_loss_start (s, z, NULL, 1, 0, 7)), 2.5, 1e-6);
  close_scope (s);
}

static void
test_cosine (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *cosine = tl_loss_cosine (s, vectors (s, 3, 4), vectors (s, 8, -6));

  g_assert_cmpint (tl_tensor_get_size (cosine, 0), ==, 2);
  g_assert_cmpint (tl_tensor_get_size (cosine, 1), ==, 2);
  g_assert_cmpfloat (largest (s, cosine), <, 1e-6);
  cosine = tl_loss_cosine (s, vectors (s, 3, 4), vectors (s, -6, -8));
  g_assert_cmpfloat_with_epsilon (tl_to_double (s, tl_mean (s, cosine, NULL, 0, FALSE)), -1, 1e-6);
  close_scope (s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steer/loss/as-generate-py", test_reference);
  g_test_add_func ("/steer/loss/finite-at-the-ends-of-the-scale", test_ends_of_the_scale);
  g_test_add_func ("/steer/loss/stop-takes-the-gradient", test_stop);
  g_test_add_func ("/steer/loss/start-pulls-less-with-time", test_start);
  g_test_add_func ("/steer/loss/cosine-of-each-with-each", test_cosine);
  return g_test_run ();
}
