/* codes.c - a codebook that follows the latents: k-means, then moving averages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/codes.h"

#include "core/base/random.h"

#include <math.h>
#include <string.h>

#define STREAM_CODEBOOK 4

#define DECAY 0.98f
#define DEAD_AGE 120
/* A dead one starts over at once: whoever counts sees only how many are on their way. */
#define IDLE_AGE (DEAD_AGE / 2)
#define NEW_COUNT 0.3f
#define JITTER 0.01
#define LEAST_COUNT 1e-4f

/* Sweeps of Jacobi's method; it converges quadratically, ten are plenty. */
#define MAX_SWEEPS 30

void
tl_codes_init (TlCodes *self, guint n, guint d, guint64 seed)
{
  TlRandom random;

  *self = (TlCodes){ .n = n, .d = d, .seed = seed };
  self->vectors = g_new (gfloat, (gsize) n * d);
  self->sums = g_new (gfloat, (gsize) n * d);
  self->counts = g_new (gfloat, n);
  self->ages = g_new0 (gfloat, n);
  tl_random_init (&random, seed, 0, TL_PURPOSE_WEIGHTS, STREAM_CODEBOOK);
  tl_random_fill_normal (&random, self->vectors, (gsize) n * d);
  memcpy (self->sums, self->vectors, (gsize) n * d * sizeof *self->sums);
  for (guint i = 0; i < n; i++)
    self->counts[i] = 1;
}

void
tl_codes_clear (TlCodes *self)
{
  g_clear_pointer (&self->vectors, g_free);
  g_clear_pointer (&self->sums, g_free);
  g_clear_pointer (&self->counts, g_free);
  g_clear_pointer (&self->ages, g_free);
}

/* --- k-means --- */

/* Codes whose distances are found beside each other: as many lanes for the compiler to fill. */
#define BLOCK 64

/* The codes by columns, [ceil (n / BLOCK), d, BLOCK]; what is left of the last block is infinite.
 */
static gfloat *
arrange (const TlCodes *self)
{
  gsize n_blocks = (self->n + BLOCK - 1) / BLOCK;
  gfloat *blocks = g_new (gfloat, n_blocks * self->d * BLOCK);

  for (gsize i = 0; i < n_blocks * BLOCK; i++)
    for (gsize k = 0; k < self->d; k++)
      blocks[(i / BLOCK * self->d + k) * BLOCK + i % BLOCK] =
        i < self->n ? self->vectors[i * self->d + k] : INFINITY;
  return blocks;
}

static gsize
find_nearest (const TlCodes *self, const gfloat *blocks, const gfloat *cell)
{
  gfloat least = INFINITY;
  gsize nearest = 0;

  for (gsize first = 0; first < self->n; first += BLOCK)
    {
      gfloat distances[BLOCK] = { 0 };

      for (guint k = 0; k < self->d; k++, blocks += BLOCK)
        for (guint i = 0; i < BLOCK; i++)
          distances[i] += (cell[k] - blocks[i]) * (cell[k] - blocks[i]);
      for (guint i = 0; i < BLOCK; i++)
        if (distances[i] < least)
          {
            least = distances[i];
            nearest = first + i;
          }
    }
  return nearest;
}

static void
start_over (TlCodes *self, gsize i, const gfloat *cells, gsize n_cells, TlRandom *random)
{
  const gfloat *cell = cells + (gsize) tl_random_below (random, (guint32) n_cells) * self->d;
  gfloat *vector = self->vectors + i * self->d;

  for (guint k = 0; k < self->d; k++)
    vector[k] = cell[k] + (gfloat) (JITTER * tl_random_normal (random));
}

static void
add_cells (TlCodes *self, const gfloat *cells, const gint64 *choices, gsize n_cells, gfloat share)
{
  for (gsize i = 0; i < n_cells; i++)
    {
      gfloat *sum = self->sums + choices[i] * self->d;

      self->counts[choices[i]] += share;
      for (guint k = 0; k < self->d; k++)
        sum[k] += share * cells[i * self->d + k];
    }
}

static void
move_to_means (TlCodes *self)
{
  for (gsize i = 0; i < self->n; i++)
    for (guint k = 0; k < self->d; k++)
      self->vectors[i * self->d + k] =
        self->sums[i * self->d + k] / MAX (self->counts[i], LEAST_COUNT);
}

static void
round_of_means (TlCodes *self, const gfloat *cells, gsize n_cells, TlRandom *random)
{
  g_autofree gint64 *choices = g_new (gint64, n_cells);
  g_autofree gfloat *blocks = arrange (self);

  for (gsize i = 0; i < n_cells; i++)
    choices[i] = (gint64) find_nearest (self, blocks, cells + i * self->d);
  memset (self->sums, 0, (gsize) self->n * self->d * sizeof *self->sums);
  memset (self->counts, 0, self->n * sizeof *self->counts);
  add_cells (self, cells, choices, n_cells, 1);
  move_to_means (self);
  for (gsize i = 0; i < self->n; i++)
    if (self->counts[i] == 0)
      start_over (self, i, cells, n_cells, random);
}

void
tl_codes_find (TlCodes *self, const gfloat *cells, gsize n_cells, guint n_rounds)
{
  TlRandom random;

  tl_random_init (&random, self->seed, 0, TL_PURPOSE_TRAINING, STREAM_CODEBOOK);
  for (gsize i = 0; i < self->n; i++)
    start_over (self, i, cells, n_cells, &random);
  for (guint round = 0; round < n_rounds; round++)
    round_of_means (self, cells, n_cells, &random);

  /* All start with the weight of one cell, near where the average of many was found. */
  memcpy (self->sums, self->vectors, (gsize) self->n * self->d * sizeof *self->sums);
  for (gsize i = 0; i < self->n; i++)
    {
      self->counts[i] = 1;
      self->ages[i] = 0;
    }
}

/* --- moving averages --- */

void
tl_codes_follow (TlCodes *self, const gfloat *cells, const gint64 *choices, gsize n_cells,
                 guint64 step)
{
  TlRandom random;

  tl_random_init (&random, self->seed, step, TL_PURPOSE_TRAINING, STREAM_CODEBOOK);
  for (gsize i = 0; i < (gsize) self->n * self->d; i++)
    self->sums[i] *= DECAY;
  for (gsize i = 0; i < self->n; i++)
    {
      self->counts[i] *= DECAY;
      self->ages[i]++;
    }
  add_cells (self, cells, choices, n_cells, 1 - DECAY);
  for (gsize i = 0; i < n_cells; i++)
    self->ages[choices[i]] = 0;
  move_to_means (self);

  for (gsize i = 0; i < self->n; i++)
    {
      if (self->ages[i] <= DEAD_AGE)
        continue;
      start_over (self, i, cells, n_cells, &random);
      self->counts[i] = NEW_COUNT;
      self->ages[i] = 0;
      for (guint k = 0; k < self->d; k++)
        self->sums[i * self->d + k] = NEW_COUNT * self->vectors[i * self->d + k];
    }
}

guint
tl_codes_count_idle (const TlCodes *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n; i++)
    n += self->ages[i] > IDLE_AGE;
  return n;
}

/* --- spectrum --- */

static void
fill_covariance (const gfloat *cells, gsize n_cells, guint d, gdouble *covariance)
{
  g_autofree gdouble *mean = g_new0 (gdouble, d);

  for (gsize i = 0; i < n_cells; i++)
    for (guint k = 0; k < d; k++)
      mean[k] += cells[i * d + k] / (gdouble) n_cells;
  for (gsize i = 0; i < n_cells; i++)
    for (guint row = 0; row < d; row++)
      for (guint column = 0; column < d; column++)
        covariance[row * d + column] += (cells[i * d + row] - mean[row])
                                        * (cells[i * d + column] - mean[column])
                                        / (gdouble) n_cells;
}

static void
rotate_rows (gdouble *a, guint d, guint p, guint q, gdouble c, gdouble s)
{
  for (guint k = 0; k < d; k++)
    {
      gdouble x = a[p * d + k], y = a[q * d + k];

      a[p * d + k] = c * x - s * y;
      a[q * d + k] = s * x + c * y;
    }
}

/* One of Jacobi's rotations (Golub and Van Loan, "Matrix Computations", 8.5): makes a[p][q] zero.
 * @axes: rows, turned along */
static void
rotate (gdouble *a, gdouble *axes, guint d, guint p, guint q)
{
  gdouble theta = (a[q * d + q] - a[p * d + p]) / (2 * a[p * d + q]);
  gdouble t = (theta >= 0 ? 1 : -1) / (fabs (theta) + sqrt (theta * theta + 1));
  gdouble c = 1 / sqrt (t * t + 1), s = t * c;

  for (guint k = 0; k < d; k++)
    {
      gdouble x = a[k * d + p], y = a[k * d + q];

      a[k * d + p] = c * x - s * y;
      a[k * d + q] = s * x + c * y;
    }
  rotate_rows (a, d, p, q, c, s);
  rotate_rows (axes, d, p, q, c, s);
}

/* Sum of squares beside the diagonal, and on it. */
static gboolean
is_diagonal (const gdouble *a, guint d)
{
  gdouble off = 0, on = 0;

  for (guint i = 0; i < d; i++)
    for (guint k = 0; k < d; k++)
      *(i == k ? &on : &off) += a[i * d + k] * a[i * d + k];
  return off <= 1e-20 * on;
}

typedef struct
{
  gdouble value;
  const gdouble *axis; /* [d] */
} Principal;

static int
compare_descending (gconstpointer a, gconstpointer b)
{
  gdouble x = ((const Principal *) a)->value, y = ((const Principal *) b)->value;

  return (x < y) - (x > y);
}

void
tl_codes_get_axes (const gfloat *cells, gsize n_cells, guint d, gdouble *spectrum, gdouble *axes)
{
  g_autofree gdouble *a = g_new0 (gdouble, (gsize) d * d);
  g_autofree gdouble *turned = g_new0 (gdouble, (gsize) d * d);
  g_autofree Principal *all = g_new (Principal, d);

  fill_covariance (cells, n_cells, d, a);
  for (guint i = 0; i < d; i++)
    turned[i * d + i] = 1;
  for (guint sweep = 0; sweep < MAX_SWEEPS && !is_diagonal (a, d); sweep++)
    for (guint p = 0; p + 1 < d; p++)
      for (guint q = p + 1; q < d; q++)
        if (a[p * d + q] != 0)
          rotate (a, turned, d, p, q);
  for (guint i = 0; i < d; i++)
    all[i] = (Principal){ a[i * d + i], turned + (gsize) i * d };
  qsort (all, d, sizeof *all, compare_descending);
  for (guint i = 0; i < d; i++)
    {
      spectrum[i] = all[i].value;
      memcpy (axes + (gsize) i * d, all[i].axis, d * sizeof *axes);
    }
}

void
tl_codes_get_spectrum (const gfloat *cells, gsize n_cells, guint d, gdouble *spectrum)
{
  g_autofree gdouble *axes = g_new (gdouble, (gsize) d * d);

  tl_codes_get_axes (cells, n_cells, d, spectrum, axes);
}

gdouble
tl_codes_get_rank (const gdouble *spectrum, guint d)
{
  gdouble sum = 0, entropy = 0;

  for (guint i = 0; i < d; i++)
    sum += MAX (spectrum[i], 0);
  for (guint i = 0; i < d; i++)
    if (spectrum[i] > 0)
      entropy -= spectrum[i] / sum * log (spectrum[i] / sum);
  return exp (entropy);
}
