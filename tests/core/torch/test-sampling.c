/* test-sampling.c - pooling, resizing and sampling against plain C
 *
 * Conventions of the coordinates: torch.nn.functional.interpolate and grid_sample.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include <math.h>

/* --- pooling -----------------------------------------------------------------------------------
 */

/* All pictures here are [2, 3, H, W]: six planes. */
#define N_PLANES 6

typedef struct
{
  gint in_height, in_width, out_height, out_width;
} Size;

static TlTensor *
avg_pool2d (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_avg_pool2d (s, x, 2);
}

static TlTensor *
adaptive_avg_pool2d (TlScope *s, TlTensor *x, gconstpointer data)
{
  const Size *size = data;

  return tl_adaptive_avg_pool2d (s, x, size->out_height, size->out_width);
}

static TlTensor *
adaptive_max_pool2d (TlScope *s, TlTensor *x, gconstpointer data)
{
  const Size *size = data;

  return tl_adaptive_max_pool2d (s, x, size->out_height, size->out_width);
}

/* Cell @i of @n_out covers floor (i n_in / n_out) up to ceil ((i + 1) n_in / n_out). */
static void
pool (const Size *z, const gdouble *x, gboolean is_max, gdouble *y)
{
  for (gint i = 0; i < z->out_height; i++)
    for (gint k = 0; k < z->out_width; k++)
      {
        gint top = i * z->in_height / z->out_height, left = k * z->in_width / z->out_width;
        gint bottom = ((i + 1) * z->in_height + z->out_height - 1) / z->out_height;
        gint right = ((k + 1) * z->in_width + z->out_width - 1) / z->out_width;
        gdouble sum = 0, largest = -INFINITY;

        for (gint r = top; r < bottom; r++)
          for (gint c = left; c < right; c++)
            {
              sum += x[r * z->in_width + c];
              largest = fmax (largest, x[r * z->in_width + c]);
            }
        *y++ = is_max ? largest : sum / ((bottom - top) * (right - left));
      }
}

static void
pool_planes (const gdouble *x, gdouble *y, const Size *z, gboolean is_max)
{
  for (gint p = 0; p < N_PLANES; p++)
    pool (z, x + p * z->in_height * z->in_width, is_max, y + p * z->out_height * z->out_width);
}

static void
reference_avg (const gdouble *x, gdouble *y, gconstpointer data)
{
  pool_planes (x, y, data, FALSE);
}

static void
reference_max (const gdouble *x, gdouble *y, gconstpointer data)
{
  pool_planes (x, y, data, TRUE);
}

/* --- resizing ----------------------------------------------------------------------------------
 */

typedef struct
{
  Size size;
  gboolean is_cubic, align_corners;
} Resize;

static TlTensor *
upsample (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_upsample_nearest2x (s, x);
}

static void
reference_upsample (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (gint p = 0; p < N_PLANES; p++)
    for (gint i = 0; i < 6; i++)
      for (gint k = 0; k < 8; k++)
        *y++ = x[p * 12 + i / 2 * 4 + k / 2];
}

static TlTensor *
resize (TlScope *s, TlTensor *x, gconstpointer data)
{
  const Resize *r = data;

  return (r->is_cubic ? tl_interpolate_bicubic : tl_interpolate_bilinear) (
    s, x, r->size.out_height, r->size.out_width, r->align_corners);
}

/* Keys' cubic convolution, a = -0.75 */
static gdouble
cubic (gdouble x)
{
  const gdouble a = -0.75;

  x = fabs (x);
  if (x <= 1)
    return (a + 2) * x * x * x - (a + 3) * x * x + 1;
  return x < 2 ? a * (x * x * x - 5 * x * x + 8 * x - 4) : 0;
}

static gdouble
triangle (gdouble x)
{
  return fmax (0, 1 - fabs (x));
}

/* Weights of the @n_in places for place @i of @n_out; places outside count for the last inside. */
static void
fill_weights (gdouble *weights, gint i, gint n_in, gint n_out, const Resize *r)
{
  gdouble place =
    r->align_corners ? (gdouble) i * (n_in - 1) / (n_out - 1) : (i + 0.5) * n_in / n_out - 0.5;

  memset (weights, 0, n_in * sizeof *weights);
  for (gint k = floor (place) - 1; k <= floor (place) + 2; k++)
    weights[CLAMP (k, 0, n_in - 1)] += r->is_cubic ? cubic (place - k) : triangle (place - k);
}

static void
resize_plane (const Resize *r, const gdouble *x, gdouble *y)
{
  gdouble down[16], across[16];

  for (gint i = 0; i < r->size.out_height; i++)
    for (gint k = 0; k < r->size.out_width; k++)
      {
        gdouble sum = 0;

        fill_weights (down, i, r->size.in_height, r->size.out_height, r);
        fill_weights (across, k, r->size.in_width, r->size.out_width, r);
        for (gint a = 0; a < r->size.in_height; a++)
          for (gint b = 0; b < r->size.in_width; b++)
            sum += down[a] * across[b] * x[a * r->size.in_width + b];
        *y++ = sum;
      }
}

static void
reference_resize (const gdouble *x, gdouble *y, gconstpointer data)
{
  const Resize *r = data;

  for (gint p = 0; p < N_PLANES; p++)
    resize_plane (r, x + p * r->size.in_height * r->size.in_width,
                  y + p * r->size.out_height * r->size.out_width);
}

static const Resize resizes[] = {
  { { 4, 5, 7, 9 }, FALSE, FALSE },
  { { 4, 5, 7, 9 }, FALSE, TRUE },
  { { 4, 5, 3, 9 }, TRUE, FALSE },
  { { 4, 5, 7, 3 }, TRUE, TRUE },
};

/* --- grid sample: picture [1, 2, 4, 5], grid [1, 3, 3, 2], one after the other -------------------
 */

typedef struct
{
  TlSampleMode outside;
  gboolean align_corners;
} Sample;

#define GRID_START 40

static TlTensor *
grid_sample (TlScope *s, TlTensor *x, gconstpointer data)
{
  const Sample *sample = data;

  return tl_grid_sample (s,
                         tl_reshape (s, tl_narrow (s, x, 0, 0, GRID_START), TL_SHAPE (1, 2, 4, 5)),
                         tl_reshape (s, tl_narrow (s, x, 0, GRID_START, 18), TL_SHAPE (1, 3, 3, 2)),
                         sample->outside, sample->align_corners);
}

/* Back and forth between @low and @high. */
static gdouble
reflect (gdouble place, gdouble low, gdouble high)
{
  gdouble span = high - low;
  gdouble way = fmod (fabs (place - low), 2 * span);

  return low + (way <= span ? way : 2 * span - way);
}

static gdouble
place_of (gdouble at, gint n, const Sample *sample)
{
  gdouble place = sample->align_corners ? (at + 1) / 2 * (n - 1) : ((at + 1) * n - 1) / 2;

  if (sample->outside == TL_SAMPLE_REFLECT)
    place = sample->align_corners ? reflect (place, 0, n - 1) : reflect (place, -0.5, n - 0.5);
  return sample->outside == TL_SAMPLE_ZEROS ? place : CLAMP (place, 0, n - 1);
}

static void
reference_grid_sample (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint c = 0; c < 2; c++)
    for (guint i = 0; i < 9; i++)
      {
        gdouble column = place_of (x[GRID_START + 2 * i], 5, data);
        gdouble row = place_of (x[GRID_START + 2 * i + 1], 4, data);
        gdouble sum = 0;

        for (guint a = 0; a < 4; a++)
          for (guint b = 0; b < 5; b++)
            sum += triangle (row - a) * triangle (column - b) * x[c * 20 + a * 5 + b];
        *y++ = sum;
      }
}

static const Sample samples[] = {
  { TL_SAMPLE_ZEROS, FALSE }, { TL_SAMPLE_ZEROS, TRUE },    { TL_SAMPLE_BORDER, FALSE },
  { TL_SAMPLE_BORDER, TRUE }, { TL_SAMPLE_REFLECT, FALSE }, { TL_SAMPLE_REFLECT, TRUE },
};

static const Size halved = { 4, 6, 2, 3 }, shrunk = { 7, 8, 3, 5 }, grown = { 3, 4, 5, 5 };

#define GRID(name, index)                                                                          \
  {                                                                                                \
    name, grid_sample, reference_grid_sample, &samples[index], { 58 }, "[1, 2, 3, 3]",             \
      .low = -1.6, .high = 1.6, .has_bfloat16 = TRUE                                               \
  }

static const Check checks[] = {
  { "avg-pool2d",
    avg_pool2d,
    reference_avg,
    &halved,
    { 2, 3, 4, 6 },
    "[2, 3, 2, 3]",
    .has_bfloat16 = TRUE },
  { "adaptive-avg-pool2d",
    adaptive_avg_pool2d,
    reference_avg,
    &shrunk,
    { 2, 3, 7, 8 },
    "[2, 3, 3, 5]",
    .has_bfloat16 = TRUE },
  { "adaptive-avg-pool2d-larger",
    adaptive_avg_pool2d,
    reference_avg,
    &grown,
    { 2, 3, 3, 4 },
    "[2, 3, 5, 5]" },
  { "adaptive-max-pool2d",
    adaptive_max_pool2d,
    reference_max,
    &shrunk,
    { 2, 3, 7, 8 },
    "[2, 3, 3, 5]",
    .has_bfloat16 = TRUE },
  { "upsample-nearest2x",
    upsample,
    reference_upsample,
    NULL,
    { 2, 3, 3, 4 },
    "[2, 3, 6, 8]",
    .has_bfloat16 = TRUE },
  { "bilinear",
    resize,
    reference_resize,
    &resizes[0],
    { 2, 3, 4, 5 },
    "[2, 3, 7, 9]",
    .has_bfloat16 = TRUE },
  { "bilinear-align-corners",
    resize,
    reference_resize,
    &resizes[1],
    { 2, 3, 4, 5 },
    "[2, 3, 7, 9]" },
  { "bicubic",
    resize,
    reference_resize,
    &resizes[2],
    { 2, 3, 4, 5 },
    "[2, 3, 3, 9]",
    .has_bfloat16 = TRUE },
  { "bicubic-align-corners",
    resize,
    reference_resize,
    &resizes[3],
    { 2, 3, 4, 5 },
    "[2, 3, 7, 3]" },
  GRID ("grid-sample-zeros", 0),
  GRID ("grid-sample-zeros-align-corners", 1),
  GRID ("grid-sample-border", 2),
  GRID ("grid-sample-border-align-corners", 3),
  GRID ("grid-sample-reflect", 4),
  GRID ("grid-sample-reflect-align-corners", 5),
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  check_add_all ("/torch/sampling", checks, G_N_ELEMENTS (checks));
  return g_test_run ();
}
