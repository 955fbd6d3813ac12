/* test-homography.c - projections map points where they should
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/homography.h"

#include <math.h>

static void
assert_maps (const TlHomography *h, gdouble x, gdouble y, gdouble to_x, gdouble to_y)
{
  gdouble got_x, got_y;

  tl_homography_map (h, x, y, &got_x, &got_y);
  g_assert_cmpfloat_with_epsilon (got_x, to_x, 1e-9);
  g_assert_cmpfloat_with_epsilon (got_y, to_y, 1e-9);
}

static void
test_affine (void)
{
  TlAffine affine = { .center_x = 10, .center_y = 20, .scale_x = 1, .scale_y = 1 };
  TlHomography h;

  affine.translate_x = 3;
  affine.translate_y = -4;
  tl_homography_from_affine (&h, &affine);
  assert_maps (&h, 0, 0, 3, -4);

  /* Angles turn clockwise as seen, from x to y. */
  affine.angle = 90;
  tl_homography_from_affine (&h, &affine);
  assert_maps (&h, 11, 20, 13, 17);

  affine = (TlAffine){ .center_x = 10, .center_y = 20, .scale_x = 2, .scale_y = 3, .shear_x = 45 };
  tl_homography_from_affine (&h, &affine);
  assert_maps (&h, 11, 20, 12, 20);
  assert_maps (&h, 10, 21, 8, 23);
}

static void
test_points (void)
{
  const gdouble from[8] = { 0, 0, 31, 0, 31, 31, 0, 31 };
  const gdouble to[8] = { 8, 11, 20, 1, 27, 28, 4.5, 28 };
  TlHomography h, back, product;

  g_assert_true (tl_homography_from_points (&h, from, to));
  g_assert_true (tl_homography_invert (&back, &h));
  tl_homography_multiply (&product, &back, &h);
  for (guint i = 0; i < 8; i += 2)
    {
      assert_maps (&h, from[i], from[i + 1], to[i], to[i + 1]);
      assert_maps (&back, to[i], to[i + 1], from[i], from[i + 1]);
      assert_maps (&product, from[i], from[i + 1], from[i], from[i + 1]);
    }

  g_assert_true (tl_homography_from_points (&h, to, from));
  assert_maps (&h, to[2], to[3], from[2], from[3]);
}

static void
test_degenerate (void)
{
  const gdouble good[8] = { 0, 0, 31, 0, 31, 31, 0, 31 };
  const gdouble line[8] = { 0, 0, 1, 1, 2, 2, 3, 3 };
  const gdouble point[8] = { 5, 5, 5, 5, 5, 5, 5, 5 };
  const gdouble bad[8] = { 0, 0, NAN, 0, 31, 31, 0, 31 };
  TlHomography h, flat = { { 1, 0, 0, 1, 0, 0, 0, 0, 1 } };

  g_assert_false (tl_homography_from_points (&h, good, line));
  g_assert_false (tl_homography_from_points (&h, line, good));
  g_assert_false (tl_homography_from_points (&h, good, point));
  g_assert_false (tl_homography_from_points (&h, good, bad));
  g_assert_false (tl_homography_invert (&h, &flat));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steer/homography/affine", test_affine);
  g_test_add_func ("/steer/homography/four-points-to-four-points", test_points);
  g_test_add_func ("/steer/homography/degenerate-is-refused", test_degenerate);
  return g_test_run ();
}
