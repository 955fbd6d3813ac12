/* test-spoil.c - codes of a picture with some of them wrong
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/spoil.h"

#include <math.h>

#define N 200
#define SIDE 8
#define N_CELLS (SIDE * SIDE)
#define N_CODES 5000

static void
spoil_codes (const TlSpoiling *spoiling, gint64 *codes)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_zeros (s, TL_SHAPE (N, SIDE, SIDE));

  x = tl_spoil_codes (s, spoiling, tl_to_dtype (s, x, TL_INT64));
  g_assert_true (tl_to_int64s (s, x, codes, N * N_CELLS));
  g_assert_true (tl_scope_close (s, NULL));
}

/* As many pictures as were asked for, each to another degree, none wholly; the rest stay. */
static void
test_codes (void)
{
  TlSpoiling spoiling = { .seed = 1, .step = 2, .n_codes = N_CODES, .share = 0.5, .most = 0.6 };
  g_autofree gint64 *codes = g_new (gint64, N * N_CELLS), *again = g_new (gint64, N * N_CELLS);
  guint n_spoilt = 0, n_slightly = 0, n_badly = 0, n_blocks = 0;

  spoil_codes (&spoiling, codes);
  for (guint i = 0; i < N; i++)
    {
      const gint64 *own = codes + i * N_CELLS;
      guint n = 0, n_whole_blocks = 0;

      for (guint k = 0; k < N_CELLS; k++)
        {
          g_assert_true (own[k] >= 0 && own[k] < N_CODES);
          n += own[k] != 0;
          n_whole_blocks +=
            k / SIDE % 2 == 0 && k % 2 == 0
            && (own[k] != 0) + (own[k + 1] != 0) + (own[k + SIDE] != 0) + (own[k + SIDE + 1] != 0)
                 == 4;
        }
      n_spoilt += n > 0;
      n_slightly += n > 0 && n < N_CELLS / 5;
      n_badly += n > N_CELLS * 2 / 5;
      n_blocks += n > 0 && 4 * n_whole_blocks == n;
      g_assert_cmpuint (n, <, N_CELLS);
    }
  g_assert_cmpfloat_with_epsilon ((gdouble) n_spoilt / N, 0.5, 0.15);
  g_assert_cmpuint (n_slightly, >, N / 20);
  g_assert_cmpuint (n_badly, >, N / 20);
  g_assert_cmpuint (n_blocks, >, N / 8);
  g_assert_cmpuint (n_blocks, <, n_spoilt);

  spoil_codes (&spoiling, again);
  g_assert_cmpmem (codes, N * N_CELLS * sizeof *codes, again, N * N_CELLS * sizeof *again);
  spoiling.share = 0;
  spoil_codes (&spoiling, again);
  for (guint i = 0; i < N * N_CELLS; i++)
    g_assert_cmpint (again[i], ==, 0);
}

/* Noise up to the latents' size, in half of the pictures. */
static void
test_latents (void)
{
  const TlSpoiling spoiling = {
    .seed = 1, .step = 2, .n_codes = N_CODES, .share = 0.5, .most = 0.6
  };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_full (s, 3, TL_SHAPE (N, 4, SIDE, SIDE));
  gfloat deviations[N];
  guint n_noisy = 0, n_strongly = 0;

  x = tl_add_scalar (s, tl_spoil_latents (s, &spoiling, x), -3);
  x = tl_sqrt (s, tl_mean (s, tl_mul (s, x, x), TL_SHAPE (1, 2, 3), FALSE));
  g_assert_true (tl_to_floats (s, x, deviations, N));
  for (guint i = 0; i < N; i++)
    {
      n_noisy += deviations[i] > 0;
      n_strongly += deviations[i] > 1.5;
      g_assert_cmpfloat (deviations[i], <, 3.6);
    }
  g_assert_cmpfloat_with_epsilon ((gdouble) n_noisy / N, 0.5, 0.15);
  g_assert_cmpfloat_with_epsilon ((gdouble) n_strongly / n_noisy, 0.5, 0.2);
  g_assert_true (tl_scope_close (s, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/spoil/codes", test_codes);
  g_test_add_func ("/train/spoil/latents", test_latents);
  return g_test_run ();
}
