/* test-palette.c - which colours a picture has, and where
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"
#include "core/steer/palette.h"

#include <math.h>

#define HEIGHT 24
#define WIDTH 32
#define N (HEIGHT * WIDTH)

static const gfloat red[3] = { 0.9f, 0.1f, 0.1f };
static const gfloat green[3] = { 0.1f, 0.6f, 0.2f };

static void
paint (gfloat *picture, guint i, const gfloat colour[3])
{
  for (guint c = 0; c < 3; c++)
    picture[c * N + i] = colour[c];
}

/* Shares, and all of every pixel. */
static void
check_shares (const gfloat *masks, gint64 n)
{
  for (gint64 i = 0; i < n; i++)
    {
      gdouble sum = 0;

      for (guint m = 0; m < TL_PALETTE_N; m++)
        {
          g_assert_cmpfloat (masks[m * n + i], >=, 0);
          sum += masks[m * n + i];
        }
      g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
    }
}

static void
test_any_picture (void)
{
  g_autofree gfloat *picture = g_new (gfloat, 3 * N);
  g_autofree gfloat *masks = g_new (gfloat, TL_PALETTE_N * N);
  TlRandom random;

  tl_random_init (&random, 1, 0, TL_PURPOSE_DENOISE, 0);
  for (guint i = 0; i < 3 * N; i++)
    picture[i] = (gfloat) tl_random_uniform (&random);
  tl_palette_find (picture, HEIGHT, WIDTH, masks);
  check_shares (masks, N);
}

/* A thing before a background: what is of the one is not of the other, wherever it is; and only
 * where both meet in one pixel has that something of both. */
static void
test_a_thing (void)
{
  g_autofree gfloat *picture = g_new (gfloat, 3 * N);
  g_autofree gfloat *masks = g_new (gfloat, TL_PALETTE_N * N);
  g_autofree gboolean *is_thing = g_new (gboolean, N);
  gdouble inside[TL_PALETTE_N] = { 0 }, outside[TL_PALETTE_N] = { 0 }, both = 0;
  const guint edge = HEIGHT / 2 * WIDTH + 8;

  for (guint i = 0; i < N; i++)
    {
      is_thing[i] = i % WIDTH >= 8 && i % WIDTH < 20 && i / WIDTH >= 6 && i / WIDTH < 18;
      paint (picture, i, is_thing[i] ? red : green);
    }
  for (guint c = 0; c < 3; c++)
    picture[c * N + edge] = (red[c] + green[c]) / 2;
  tl_palette_find (picture, HEIGHT, WIDTH, masks);
  check_shares (masks, N);

  for (guint m = 0; m < TL_PALETTE_N; m++)
    for (guint i = 0; i < N; i++)
      *(is_thing[i] ? &inside[m] : &outside[m]) += i != edge ? masks[m * N + i] : 0;
  for (guint m = 0; m < TL_PALETTE_N; m++)
    both += MIN (inside[m], outside[m]);
  g_assert_cmpfloat (both, <, 0.01 * N);
}

/* What has the same colour in two corners can have another in each. */
static void
test_places (void)
{
  g_autofree gfloat *picture = g_new (gfloat, 3 * N);
  g_autofree gfloat *masks = g_new (gfloat, TL_PALETTE_N * N);
  gdouble shared = 0;

  for (guint i = 0; i < N; i++)
    paint (picture, i, red);
  tl_palette_find (picture, HEIGHT, WIDTH, masks);
  check_shares (masks, N);
  for (guint m = 0; m < TL_PALETTE_N; m++)
    shared += MIN (masks[m * N], masks[m * N + N - 1]);
  g_assert_cmpfloat (shared, <, 0.1);
}

static void
test_one_pixel (void)
{
  const gfloat picture[3] = { 0.2f, 0.4f, 0.6f };
  gfloat masks[TL_PALETTE_N];

  tl_palette_find (picture, 1, 1, masks);
  check_shares (masks, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steer/palette/any-picture", test_any_picture);
  g_test_add_func ("/steer/palette/a-thing", test_a_thing);
  g_test_add_func ("/steer/palette/places", test_places);
  g_test_add_func ("/steer/palette/one-pixel", test_one_pixel);
  return g_test_run ();
}
