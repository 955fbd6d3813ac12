/* test-attack.c - pictures changed so that a loss rises most
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/attack.h"

#include <math.h>

#define N 6
#define EACH (3 * 4 * 4)
#define RADIUS 2

/* Rises along the waves, and nowhere else. */
static TlTensor *
slope (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_sum (s, tl_mul (s, x, (TlTensor *) data), NULL, 0, FALSE);
}

static void
run (guint n_moves, guint64 step, gfloat *offsets)
{
  const TlAttack attack = { .seed = 1, .step = step, .radius = RADIUS, .n_moves = n_moves };
  TlScope *s = tl_scope_open (NULL);
  gfloat waves[N * EACH];
  TlTensor *x;

  for (guint i = 0; i < G_N_ELEMENTS (waves); i++)
    waves[i] = (gfloat) sin (i * 0.7);
  x = tl_full (s, 0.25, TL_SHAPE (N, 3, 4, 4));
  x = tl_sub (
    s, tl_attack_apply (s, &attack, x, slope, tl_from_floats (s, waves, TL_SHAPE (N, 3, 4, 4))), x);
  g_assert_true (tl_to_floats (s, x, offsets, N * EACH));
  g_assert_true (tl_scope_close (s, NULL));
}

/* Cosine of picture @i's offset with the waves, and the offset's length. */
static gdouble
compare (const gfloat *offsets, guint i, gdouble *length)
{
  gdouble product = 0, square = 0, wave_square = 0;

  for (guint k = i * EACH; k < (i + 1) * EACH; k++)
    {
      product += offsets[k] * sin (k * 0.7);
      square += offsets[k] * offsets[k];
      wave_square += sin (k * 0.7) * sin (k * 0.7);
    }
  *length = sqrt (square);
  return product / sqrt (square * wave_square);
}

static void
test_goes_up_within_the_ball (void)
{
  gfloat start[N * EACH], one[N * EACH], three[N * EACH];

  run (0, 0, start);
  run (1, 0, one);
  run (3, 0, three);
  for (guint i = 0; i < N; i++)
    {
      gdouble radius, length_one, length_three;
      gdouble at_start = compare (start, i, &radius), by_one = compare (one, i, &length_one);
      gdouble by_three = compare (three, i, &length_three);

      radius /= 0.7; /* about: a start's length varies a little */
      g_assert_cmpfloat (at_start, <, 0.6);
      g_assert_cmpfloat (by_one, >, 0.85);
      g_assert_cmpfloat (by_three, >, 0.85);
      g_assert_cmpfloat (length_one, <=, RADIUS * 1.0001);
      g_assert_cmpfloat_with_epsilon (length_one, length_three, 1e-3);
      g_assert_cmpfloat (fabs (length_one / radius - 1), <, 0.4);
    }
}

static void
test_is_drawn_from_its_step (void)
{
  gfloat a[N * EACH], b[N * EACH], c[N * EACH];
  gdouble distance = 0;

  run (1, 4, a);
  run (1, 4, b);
  run (1, 5, c);
  g_assert_cmpmem (a, sizeof a, b, sizeof b);
  for (guint i = 0; i < N * EACH; i++)
    distance += fabs (a[i] - c[i]);
  g_assert_cmpfloat (distance, >, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/attack/goes-up-within-the-ball", test_goes_up_within_the_ball);
  g_test_add_func ("/train/attack/is-drawn-from-its-step", test_is_drawn_from_its_step);
  return g_test_run ();
}
