/* test-parts.c - which parts of a picture are drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/parts.h"

#include <math.h>
#include <string.h>

#define N 400
#define HEIGHT 3
#define WIDTH 5

static void
draw (guint64 seed, gfloat grid[N][HEIGHT][WIDTH][2])
{
  TlRandom random;

  tl_random_init (&random, seed, 0, TL_PURPOSE_DENOISE, 2);
  tl_parts_draw (&random, N, HEIGHT, WIDTH, (gfloat *) grid);
}

/* Straight, in proportion, within the picture, as large as said; half of them mirrored, and all
 * over what room there is. */
static void
test_shapes (void)
{
  static gfloat grid[N][HEIGHT][WIDTH][2];
  guint n_mirrored = 0, n_left = 0, n_up = 0;

  draw (1, grid);
  for (guint i = 0; i < N; i++)
    {
      const gdouble across = (grid[i][0][1][0] - grid[i][0][0][0]) * WIDTH / 2;
      const gdouble down = (grid[i][1][0][1] - grid[i][0][0][1]) * HEIGHT / 2;
      const gdouble middle_x = grid[i][0][WIDTH / 2][0], middle_y = grid[i][HEIGHT / 2][0][1];

      g_assert_cmpfloat_with_epsilon (fabs (across), down, 1e-5);
      g_assert_cmpfloat (down, >=, TL_PARTS_LEAST - 1e-5);
      g_assert_cmpfloat (down, <=, 1 + 1e-5);
      g_assert_cmpfloat (fabs (middle_x) + down, <=, 1 + 1e-5);
      g_assert_cmpfloat (fabs (middle_y) + down, <=, 1 + 1e-5);
      for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x < WIDTH; x++)
          {
            const gdouble from_x = 2.0 * x / WIDTH + 1.0 / WIDTH - 1;
            const gdouble from_y = 2.0 * y / HEIGHT + 1.0 / HEIGHT - 1;

            g_assert_cmpfloat_with_epsilon (grid[i][y][x][0], middle_x + across * from_x, 1e-5);
            g_assert_cmpfloat_with_epsilon (grid[i][y][x][1], middle_y + down * from_y, 1e-5);
          }
      n_mirrored += across < 0;
      n_left += middle_x < 0;
      n_up += middle_y < 0;
    }
  g_assert_cmpfloat_with_epsilon (n_mirrored / (gdouble) N, 0.5, 0.1);
  g_assert_cmpfloat_with_epsilon (n_left / (gdouble) N, 0.5, 0.1);
  g_assert_cmpfloat_with_epsilon (n_up / (gdouble) N, 0.5, 0.1);
}

static void
test_seeds (void)
{
  static gfloat one[N][HEIGHT][WIDTH][2], again[N][HEIGHT][WIDTH][2], other[N][HEIGHT][WIDTH][2];

  draw (1, one);
  draw (1, again);
  draw (2, other);
  g_assert_cmpmem (one, sizeof one, again, sizeof again);
  g_assert_true (memcmp (one, other, sizeof one) != 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steer/parts/shapes", test_shapes);
  g_test_add_func ("/steer/parts/seeds", test_seeds);
  return g_test_run ();
}
