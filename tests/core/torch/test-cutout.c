/* test-cutout.c - passes over cutouts against the chains of operations that they stand for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/cutout.h"
#include "tests/core/torch/check.h"

#include <math.h>

#define N 3
#define WIDTH 7
#define HEIGHT 5
#define SIZE 6

/* A shift with shear, a perspective whose horizon is outside of the picture, and one far away: all
 * three reach over each edge. */
static const gdouble matrices[N][9] = {
  { 1.3, 0.4, -2.2, -0.3, 1.1, 0.7, 0, 0, 1 },
  { 2, 0.1, -1, 0.2, 1.7, -2, 0.05, 0.08, 1 },
  { 1, 0, 40.3, 0, 1, -35.6, 0, 0, 1 },
};

/* The places that a matrix leads to, as grid_sample wants them: [N, SIZE, SIZE, 2] */
static TlTensor *
make_grid (TlScope *s)
{
  gfloat *grid;
  TlTensor *t = tl_floats_to_fill (s, TL_SHAPE (N, SIZE, SIZE, 2), &grid);

  for (guint i = 0; i < N; i++)
    for (guint y = 0; y < SIZE; y++)
      for (guint x = 0; x < SIZE; x++)
        {
          const gdouble *m = matrices[i];
          gdouble w = m[6] * x + m[7] * y + m[8];

          *grid++ = (gfloat) ((2 * (m[0] * x + m[1] * y + m[2]) / w + 1) / WIDTH - 1);
          *grid++ = (gfloat) ((2 * (m[3] * x + m[4] * y + m[5]) / w + 1) / HEIGHT - 1);
        }
  return t;
}

static void
assert_near (TlScope *s, TlTensor *x, TlTensor *y, gdouble tolerance)
{
  gsize n = (gsize) tl_tensor_get_n_elements (x);
  g_autofree gfloat *a = g_new (gfloat, n), *b = g_new (gfloat, n);

  g_assert_cmpint (tl_tensor_get_n_elements (y), ==, (gint64) n);
  g_assert_true (tl_to_floats (s, x, a, n));
  g_assert_true (tl_to_floats (s, y, b, n));
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], tolerance * (1 + fabsf (b[i])));
}

/* Values, and the gradient of their products with other waves. */
static void
compare_warps (gint64 n_sources, TlSampleMode outside)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *source, *upstream, *x[2], *y[2], *gradients[2];

  tl_scope_set_grad (s, TRUE);
  source = check_waves (s, TL_SHAPE (n_sources, 3, HEIGHT, WIDTH));
  upstream = check_waves (s, TL_SHAPE (N, 3, SIZE, SIZE));
  for (guint i = 0; i < 2; i++)
    x[i] = tl_leaf (s, source);
  y[0] = tl_cutout_warp (s, x[0], matrices[0], N, SIZE, outside);
  y[1] = tl_grid_sample (s, tl_expand (s, x[1], TL_SHAPE (N, 3, HEIGHT, WIDTH)), make_grid (s),
                         outside, FALSE);
  assert_near (s, y[0], y[1], 2e-5);
  for (guint i = 0; i < 2; i++)
    gradients[i] = tl_backward_from (s, y[i], upstream, x[i]);
  assert_near (s, gradients[0], gradients[1], 5e-5);
  check_scope_close (s);
}

static void
test_warp (void)
{
  for (TlSampleMode outside = TL_SAMPLE_ZEROS; outside <= TL_SAMPLE_REFLECT; outside++)
    {
      compare_warps (1, outside);
      compare_warps (N, outside);
    }
}

/* On the horizon, beyond the numbers and not a number: still a pixel of the picture, or none. */
static void
test_warp_is_safe (void)
{
  const gdouble wild[N][9] = {
    { 1, 0, 0, 0, 1, 0, 1, 0, -2 },
    { NAN, NAN, NAN, INFINITY, 0, 0, 0, 0, 1 },
    { 1e300, 0, 1e300, 0, -1e300, 0, 0, 0, 1e-300 },
  };

  for (TlSampleMode outside = TL_SAMPLE_ZEROS; outside <= TL_SAMPLE_REFLECT; outside++)
    {
      TlScope *s = tl_scope_open (NULL);
      TlTensor *x = tl_full (s, 0.5, TL_SHAPE (1, 3, HEIGHT, WIDTH));
      gfloat found[N * 3 * SIZE * SIZE];

      x = tl_cutout_warp (s, x, wild[0], N, SIZE, outside);
      g_assert_true (tl_to_floats (s, x, found, G_N_ELEMENTS (found)));
      for (guint i = 0; i < G_N_ELEMENTS (found); i++)
        g_assert_true (found[i] >= 0 && found[i] <= 0.5001f
                       && (outside == TL_SAMPLE_ZEROS || found[i] > 0.4999f));
      check_scope_close (s);
    }
}

static void
test_refuses_what_is_no_picture (void)
{
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (
    tl_cutout_warp (s, tl_zeros (s, TL_SHAPE (2, 3, 4, 4)), matrices[0], N, SIZE, TL_SAMPLE_ZEROS));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_nonnull (error);
}

/* By the definition, for one pixel: a third of a turn makes red green and leaves grey alone. */
static void
test_hue (void)
{
  const gfloat pixels[2 * 3 * 3] = { 0.9f, 0.4f, 0.7f, 0.2f, 0.4f, 0.1f, 0.1f, 0.4f, 0.1f,
                                     0.9f, 0.4f, 0.7f, 0.2f, 0.4f, 0.1f, 0.1f, 0.4f, 0.1f };
  const gfloat turned[3 * 3] = { 0.1f, 0.4f, 0.1f, 0.9f, 0.4f, 0.7f, 0.2f, 0.4f, 0.1f };
  const gfloat sixths[2] = { 2, NAN };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_floats (s, pixels, TL_SHAPE (2, 3, 1, 3));
  gfloat found[2 * 3 * 3];

  g_assert_true (
    tl_to_floats (s, tl_cutout_turn_hue (s, x, sixths, 1e-8f), found, G_N_ELEMENTS (found)));
  for (guint i = 0; i < 9; i++)
    {
      g_assert_cmpfloat_with_epsilon (found[i], turned[i], 1e-6);
      g_assert_cmpfloat (found[9 + i], ==, pixels[i]);
    }
  check_scope_close (s);
}

/* Twice as far from grey, and no farther than black and white. */
static void
test_saturation (void)
{
  const gfloat pixels[3 * 2] = { 0.5f, 0.9f, 0.4f, 0.1f, 0.3f, 0.1f };
  const gfloat luma[2] = { 0.299f * 0.5f + 0.587f * 0.4f + 0.114f * 0.3f,
                           0.299f * 0.9f + 0.587f * 0.1f + 0.114f * 0.1f };
  const gfloat factor = 2;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_floats (s, pixels, TL_SHAPE (1, 3, 1, 2));
  gfloat found[3 * 2];

  g_assert_true (tl_to_floats (s, tl_cutout_saturate (s, x, &factor), found, 6));
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (
      found[i], CLAMP (luma[i % 2] + 2 * (pixels[i] - luma[i % 2]), 0, 1), 1e-6);
  g_assert_cmpfloat (found[1], ==, 1);
  g_assert_cmpfloat (found[3], ==, 0);
  check_scope_close (s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cutout/warp", test_warp);
  g_test_add_func ("/cutout/warp-is-safe", test_warp_is_safe);
  g_test_add_func ("/cutout/no-picture", test_refuses_what_is_no_picture);
  g_test_add_func ("/cutout/hue", test_hue);
  g_test_add_func ("/cutout/saturation", test_saturation);
  return g_test_run ();
}
