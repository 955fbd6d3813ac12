/* test-draws.c - parameters of augmentations stay in their ranges and repeat
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/draws.h"

#include <math.h>
#include <string.h>

#define N_DRAWS 4000
#define SIZE 64

static TlAugment
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  TlAugmentList list;

  tl_augment_list_parse (&list, text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list.n, ==, 1);
  return list.items[0];
}

typedef struct
{
  gdouble least, most, sum;
  guint n;
} Spread;

static void
note (Spread *spread, gdouble value)
{
  spread->least = spread->n == 0 ? value : MIN (spread->least, value);
  spread->most = spread->n == 0 ? value : MAX (spread->most, value);
  spread->sum += value;
  spread->n++;
}

/* Reaches both ends, nearly, and no further; the mean is in the middle. */
static void
assert_uniform (const Spread *spread, gdouble low, gdouble high)
{
  gdouble room = (high - low) * 0.02;

  g_assert_cmpfloat (spread->least, >=, low - 1e-6);
  g_assert_cmpfloat (spread->most, <=, high + 1e-6);
  g_assert_cmpfloat (spread->least, <=, low + room);
  g_assert_cmpfloat (spread->most, >=, high - room);
  g_assert_cmpfloat_with_epsilon (spread->sum / spread->n, (low + high) / 2, 2 * room + 1e-9);
}

/* The share of draws that are applied is p. */
static void
assert_share (guint n, gdouble p)
{
  g_assert_cmpfloat_with_epsilon ((gdouble) n / N_DRAWS, p, 0.03);
}

static void
test_affine (void)
{
  TlAugment augment = parse ("affine");
  TlDraw draw = { .augment = &augment, .seed = 1, .size = SIZE };
  Spread angle = { 0 }, x = { 0 }, y = { 0 }, shear = { 0 };
  TlAffine row;

  for (guint i = 0; i < N_DRAWS; i++)
    if (tl_draw_affine (&draw, i, &row))
      {
        note (&angle, row.angle);
        note (&x, row.translate_x);
        note (&y, row.translate_y);
        note (&shear, row.shear_x);
        g_assert_cmpfloat (row.shear_y, ==, 0);
        g_assert_cmpfloat (row.center_x, ==, 31.5);
      }
  assert_share (angle.n, 0.7);
  assert_uniform (&angle, -15, 15);
  assert_uniform (&shear, -5, 5);
  assert_uniform (&y, -6.4, 6.4);
  assert_uniform (&x, 0, 0);
}

static void
test_perspective (void)
{
  TlAugment augment = parse ("perspective(distortion=0.5 p=1)");
  TlDraw draw = { .augment = &augment, .seed = 2, .size = SIZE };
  Spread left = { 0 }, right = { 0 };
  TlQuad row;

  for (guint i = 0; i < N_DRAWS; i++)
    {
      g_assert_true (tl_draw_perspective (&draw, i, &row));
      note (&left, row.to[0]);
      note (&right, row.to[4]);
      g_assert_cmpfloat (row.from[4], ==, 63);
    }
  assert_uniform (&left, 0, 16);
  assert_uniform (&right, 47, 63);
}

static void
test_jitter (void)
{
  TlAugment augment = parse ("jitter(brightness=0.2 hue=0.05 p=0.5)");
  TlDraw draw = { .augment = &augment, .seed = 3, .size = SIZE };
  Spread brightness = { 0 }, contrast = { 0 }, hue = { 0 };
  guint n_first[4] = { 0 };
  TlColourJitter row;

  for (guint i = 0; i < N_DRAWS; i++)
    {
      TlJitterStep order[4];
      guint seen = 0;

      draw.iteration = i;
      if (tl_draw_jitter (&draw, i % 32, &row))
        {
          note (&brightness, row.brightness);
          note (&contrast, row.contrast);
          note (&hue, row.hue);
        }
      tl_draw_jitter_order (&draw, order);
      for (guint k = 0; k < 4; k++)
        seen |= 1u << order[k];
      g_assert_cmpuint (seen, ==, 15);
      n_first[order[0]]++;
    }
  assert_share (hue.n, 0.5);
  assert_uniform (&brightness, 0.8, 1.2);
  assert_uniform (&contrast, 0.9, 1.1);
  assert_uniform (&hue, -0.05, 0.05);
  for (guint k = 0; k < 4; k++)
    assert_share (n_first[k], 0.25);
}

static void
test_erasing (void)
{
  TlAugment augment = parse ("erasing");
  TlDraw draw = { .augment = &augment, .seed = 4, .size = SIZE };
  Spread x = { 0 };
  guint n_tall = 0;
  TlEraser row;

  for (guint i = 0; i < N_DRAWS; i++)
    {
      gdouble share, ratio;

      draw.iteration = i;
      if (!tl_draw_eraser (&draw, &row))
        continue;
      share = (gdouble) row.width * row.height / (SIZE * SIZE);
      ratio = (gdouble) row.height / row.width;
      note (&x, row.x);
      n_tall += row.height > row.width;
      g_assert_cmpfloat (share, >, 0.09);
      g_assert_cmpfloat (share, <, 0.42);
      g_assert_cmpfloat (ratio, >, 0.27);
      g_assert_cmpfloat (ratio, <, 3.7);
      g_assert_cmpint (row.x, >=, 0);
      g_assert_cmpint (row.y, >=, 0);
      g_assert_cmpint (row.x + row.width, <=, SIZE);
      g_assert_cmpint (row.y + row.height, <=, SIZE);
      g_assert_cmpfloat (row.value, ==, 0);
    }
  assert_share (x.n, 0.7);
  g_assert_cmpfloat_with_epsilon ((gdouble) n_tall / x.n, 0.5, 0.05);
}

static void
test_own_eraser (void)
{
  TlAugment augment = parse ("erasing(ratio-min=2 ratio-max=3 p=0.4)");
  TlDraw draw = { .augment = &augment, .seed = 5, .size = SIZE };
  Spread value = { 0 };
  TlEraser row;

  for (guint i = 0; i < N_DRAWS; i++)
    if (tl_draw_own_eraser (&draw, i, &row))
      {
        note (&value, row.value);
        g_assert_cmpint (row.height, >, row.width);
      }
  assert_share (value.n, 0.4);
  assert_uniform (&value, 0, 1);
}

static void
test_others (void)
{
  TlAugment sharpness = parse ("sharpness"), rotation = parse ("rotation(degrees=30 p=0.2)");
  TlDraw draw = { .seed = 6, .size = SIZE };
  Spread factors = { 0 }, angles = { 0 };
  gdouble degrees;
  gfloat factor;

  for (guint i = 0; i < N_DRAWS; i++)
    {
      draw.augment = &sharpness;
      if (tl_draw_sharpness (&draw, i, &factor))
        note (&factors, factor);
      draw.augment = &rotation;
      if (tl_draw_rotation (&draw, i, &degrees))
        note (&angles, degrees);
    }
  assert_share (factors.n, 0.5);
  assert_share (angles.n, 0.2);
  assert_uniform (&factors, 0, 0.3);
  assert_uniform (&angles, -30, 30);
}

static void
test_noise (void)
{
  TlAugment noise = parse ("noise(mean=0.5 std=2 p=1)"), elastic = parse ("elastic(p=1)");
  TlDraw draw = { .augment = &noise, .seed = 7, .size = SIZE };
  gfloat values[3 * SIZE * SIZE];
  gdouble sum = 0, squares = 0;
  Spread spread = { 0 };

  g_assert_true (tl_draw_noise (&draw, 0, values));
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      sum += values[i];
      squares += (values[i] - 0.5) * (values[i] - 0.5);
    }
  g_assert_cmpfloat_with_epsilon (sum / G_N_ELEMENTS (values), 0.5, 0.1);
  g_assert_cmpfloat_with_epsilon (sqrt (squares / G_N_ELEMENTS (values)), 2, 0.1);

  draw.augment = &elastic;
  g_assert_true (tl_draw_elastic (&draw, 0, values));
  for (gsize i = 0; i < 2 * SIZE * SIZE; i++)
    note (&spread, values[i]);
  assert_uniform (&spread, -1, 1);
}

/* The same place gives the same numbers; another seed, iteration, cutout or kind gives others: of
 * two kinds the first corner and the angle, each as a share of its range. */
static void
test_repeats (void)
{
  TlAugment first = parse ("perspective(p=1)"), other = parse ("affine(p=1)");
  TlDraw draw = { .augment = &first, .seed = 8, .iteration = 9, .size = SIZE };
  TlQuad row, again;
  TlAffine affine;

  tl_draw_perspective (&draw, 3, &row);
  draw.augment = &other;
  tl_draw_affine (&draw, 3, &affine);
  g_assert_cmpfloat (fabs (row.to[0] / (first.parameters[0] * SIZE / 2)
                           - (affine.angle / other.parameters[0] + 1) / 2),
                     >, 1e-3);
  draw.augment = &first;
  tl_draw_perspective (&draw, 3, &again);
  g_assert_cmpmem (&row, sizeof row, &again, sizeof again);

  tl_draw_perspective (&draw, 4, &again);
  g_assert_cmpint (memcmp (&row, &again, sizeof row), !=, 0);
  draw.iteration = 10;
  tl_draw_perspective (&draw, 3, &again);
  g_assert_cmpint (memcmp (&row, &again, sizeof row), !=, 0);
  draw.iteration = 9;
  draw.seed = 7;
  tl_draw_perspective (&draw, 3, &again);
  g_assert_cmpint (memcmp (&row, &again, sizeof row), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steer/draws/affine", test_affine);
  g_test_add_func ("/steer/draws/perspective", test_perspective);
  g_test_add_func ("/steer/draws/jitter", test_jitter);
  g_test_add_func ("/steer/draws/erasing", test_erasing);
  g_test_add_func ("/steer/draws/own-eraser", test_own_eraser);
  g_test_add_func ("/steer/draws/sharpness-and-rotation", test_others);
  g_test_add_func ("/steer/draws/noise-and-elastic", test_noise);
  g_test_add_func ("/steer/draws/repeats", test_repeats);
  return g_test_run ();
}
