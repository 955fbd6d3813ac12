/* test-codes.c - codes that are found in latents and follow them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/codes.h"

#include "core/base/random.h"

#include <math.h>

static void
codes_are_clusters (void)
{
  static const gfloat middles[] = { 0, 0, 8, 0, 0, 8 };
  g_autofree gfloat *cells = g_new (gfloat, 300 * 2);
  TlCodes codes;
  TlRandom random;

  tl_random_init (&random, 2, 0, TL_PURPOSE_TRAINING, 0);
  for (guint i = 0; i < 600; i++)
    cells[i] = middles[i / 2 % 3 * 2 + i % 2] + (gfloat) (0.1 * tl_random_normal (&random));
  tl_codes_init (&codes, 12, 2, 5);
  tl_codes_find (&codes, cells, 300, 8);
  for (guint m = 0; m < 3; m++)
    {
      gdouble nearest = INFINITY;

      for (guint i = 0; i < codes.n; i++)
        nearest = MIN (nearest, hypot (codes.vectors[2 * i] - middles[2 * m],
                                       codes.vectors[2 * i + 1] - middles[2 * m + 1]));
      g_assert_cmpfloat (nearest, <, 0.3);
    }
  tl_codes_clear (&codes);
}

/* 81 middles, eight apart, of eleven cells or twelve: each of 400 codes is at one, and each middle
 * has its codes. */
static void
many_codes_are_clusters (void)
{
  g_autofree gfloat *cells = g_new (gfloat, 900 * 2);
  guint n_at[9 * 9] = { 0 };
  TlCodes codes;
  TlRandom random;

  tl_random_init (&random, 3, 0, TL_PURPOSE_TRAINING, 0);
  for (guint i = 0; i < 1800; i++)
    cells[i] = (gfloat) (8 * (i / 2 / (i % 2 ? 9 : 1) % 9) + 0.1 * tl_random_normal (&random));
  tl_codes_init (&codes, 400, 2, 5);
  tl_codes_find (&codes, cells, 900, 1);
  for (guint i = 0; i < 400; i++)
    {
      gdouble x = round (codes.vectors[2 * i] / 8), y = round (codes.vectors[2 * i + 1] / 8);

      g_assert_cmpfloat (fabs (codes.vectors[2 * i] - 8 * x), <, 1);
      g_assert_cmpfloat (fabs (codes.vectors[2 * i + 1] - 8 * y), <, 1);
      g_assert_true (x >= 0 && x < 9 && y >= 0 && y < 9);
      n_at[(guint) (9 * y + x)]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (n_at); i++)
    {
      g_assert_cmpuint (n_at[i], >=, 1);
      g_assert_cmpuint (n_at[i], <=, 12);
    }
  tl_codes_clear (&codes);
}

static void
codes_move_to_their_cells (void)
{
  static const gfloat cells[] = { 3, -1, 3, -1 };
  static const gint64 choices[] = { 1, 1 };
  TlCodes codes;
  gfloat other;

  tl_codes_init (&codes, 3, 2, 0);
  other = codes.vectors[0];
  for (guint64 step = 0; step < 110; step++)
    tl_codes_follow (&codes, cells, choices, 2, step);
  g_assert_cmpfloat_with_epsilon (codes.vectors[2], 3, 0.3);
  g_assert_cmpfloat_with_epsilon (codes.vectors[3], -1, 0.3);
  /* Whom nobody chose stays where it was. */
  g_assert_cmpfloat_with_epsilon (codes.vectors[0], other, 1e-3);
  tl_codes_clear (&codes);
}

static void
dead_codes_start_over (void)
{
  static const gfloat cells[] = { 30, -10 };
  static const gint64 choices[] = { 1 };
  TlCodes codes;

  tl_codes_init (&codes, 3, 2, 0);
  for (guint64 step = 0; step < 120; step++)
    {
      /* Two of three, and nobody knows of it before it has lasted. */
      g_assert_cmpuint (tl_codes_count_idle (&codes), ==, step > 60 ? 2 : 0);
      tl_codes_follow (&codes, cells, choices, 1, step);
    }
  g_assert_cmpuint (tl_codes_count_idle (&codes), ==, 2);
  g_assert_cmpfloat (fabs (codes.vectors[4] - 30), >, 1);
  tl_codes_follow (&codes, cells, choices, 1, 120);
  g_assert_cmpuint (tl_codes_count_idle (&codes), ==, 0);
  g_assert_cmpfloat (fabs (codes.vectors[4] - 30), <, 1);
  tl_codes_clear (&codes);
}

/* Points on two lines at right angles, turned by an angle: variances 9 and 1. */
static void
spectrum_is_that_of_the_covariance (void)
{
  gfloat cells[4 * 3];
  gdouble spectrum[3];

  for (guint i = 0; i < 4; i++)
    {
      gdouble a = i < 2 ? (i % 2 ? 3 : -3) * G_SQRT2 : 0;
      gdouble b = i >= 2 ? (i % 2 ? 1 : -1) * G_SQRT2 : 0;

      cells[3 * i] = (gfloat) (0.6 * a - 0.8 * b + 5);
      cells[3 * i + 1] = (gfloat) (0.8 * a + 0.6 * b);
      cells[3 * i + 2] = 7;
    }
  tl_codes_get_spectrum (cells, 4, 3, spectrum);
  g_assert_cmpfloat_with_epsilon (spectrum[0], 9, 1e-5);
  g_assert_cmpfloat_with_epsilon (spectrum[1], 1, 1e-5);
  g_assert_cmpfloat_with_epsilon (spectrum[2], 0, 1e-5);
  g_assert_cmpfloat_with_epsilon (tl_codes_get_rank (spectrum, 3),
                                  exp (-0.9 * log (0.9) - 0.1 * log (0.1)), 1e-4);
}

static void
equal_dimensions_all_count (void)
{
  static const gdouble equal[] = { 2, 2, 2, 2 }, one[] = { 5, 0, 0, 0 };

  g_assert_cmpfloat_with_epsilon (tl_codes_get_rank (equal, 4), 4, 1e-9);
  g_assert_cmpfloat_with_epsilon (tl_codes_get_rank (one, 4), 1, 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/codes/are-clusters", codes_are_clusters);
  g_test_add_func ("/train/codes/many-are-clusters", many_codes_are_clusters);
  g_test_add_func ("/train/codes/move-to-their-cells", codes_move_to_their_cells);
  g_test_add_func ("/train/codes/dead-ones-start-over", dead_codes_start_over);
  g_test_add_func ("/train/codes/spectrum-is-that-of-the-covariance",
                   spectrum_is_that_of_the_covariance);
  g_test_add_func ("/train/codes/equal-dimensions-all-count", equal_dimensions_all_count);
  return g_test_run ();
}
