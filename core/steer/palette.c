/* palette.c - the colours that a picture is painted in, and where each of them is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/palette.h"

#include <math.h>

/* Red, green, blue, x, y. */
#define N_SIDES 5

/* From one edge of the picture to the other is so far as so much of a channel. */
#define PLACE 0.3

/* A pixel that is farther from one mean than from another by this, squared, has e times less of
 * it. */
#define SOFTNESS 0.01

#define N_ROUNDS 8

typedef struct
{
  gdouble at[N_SIDES];
} Point;

typedef struct
{
  const gfloat *picture;
  gint64 height, width;
  Point means[TL_PALETTE_N];
} Palette;

static gint64
count_pixels (const Palette *self)
{
  return self->height * self->width;
}

static Point
get_point (const Palette *self, gint64 i)
{
  const gint64 n = count_pixels (self);
  const gdouble side = (gdouble) MAX (self->height, self->width);

  return (Point){ { self->picture[i], self->picture[n + i], self->picture[2 * n + i],
                    PLACE * (i % self->width) / side, PLACE * (i / self->width) / side } };
}

/* Squared. */
static gdouble
measure (const Point *a, const Point *b)
{
  gdouble sum = 0;

  for (guint k = 0; k < N_SIDES; k++)
    sum += (a->at[k] - b->at[k]) * (a->at[k] - b->at[k]);
  return sum;
}

static void
begin (Palette *self)
{
  const gint64 n = count_pixels (self);
  g_autofree gdouble *nearest = g_new (gdouble, n);
  gint64 farthest = self->height / 2 * self->width + self->width / 2;

  for (gint64 i = 0; i < n; i++)
    nearest[i] = INFINITY;
  for (guint m = 0; m < TL_PALETTE_N; m++)
    {
      self->means[m] = get_point (self, farthest);
      for (gint64 i = 0; i < n; i++)
        {
          const Point point = get_point (self, i);

          nearest[i] = MIN (nearest[i], measure (&point, &self->means[m]));
          if (nearest[i] > nearest[farthest])
            farthest = i;
        }
    }
}

static guint
find_nearest (const Palette *self, const Point *point)
{
  gdouble least = INFINITY;
  guint nearest = 0;

  for (guint m = 0; m < TL_PALETTE_N; m++)
    {
      const gdouble distance = measure (point, &self->means[m]);

      if (distance < least)
        {
          least = distance;
          nearest = m;
        }
    }
  return nearest;
}

/* Each mean to the middle of what is nearest to it; one that nothing is nearest to stays. */
static void
settle (Palette *self)
{
  Point sums[TL_PALETTE_N] = { 0 };
  gint64 counts[TL_PALETTE_N] = { 0 };

  for (gint64 i = 0; i < count_pixels (self); i++)
    {
      const Point point = get_point (self, i);
      const guint m = find_nearest (self, &point);

      counts[m]++;
      for (guint k = 0; k < N_SIDES; k++)
        sums[m].at[k] += point.at[k];
    }
  for (guint m = 0; m < TL_PALETTE_N; m++)
    for (guint k = 0; counts[m] > 0 && k < N_SIDES; k++)
      self->means[m].at[k] = sums[m].at[k] / counts[m];
}

static void
share (const Palette *self, gfloat *masks)
{
  const gint64 n = count_pixels (self);

  for (gint64 i = 0; i < n; i++)
    {
      const Point point = get_point (self, i);
      const gdouble least = measure (&point, &self->means[find_nearest (self, &point)]);
      gdouble shares[TL_PALETTE_N], sum = 0;

      for (guint m = 0; m < TL_PALETTE_N; m++)
        sum += shares[m] = exp ((least - measure (&point, &self->means[m])) / SOFTNESS);
      for (guint m = 0; m < TL_PALETTE_N; m++)
        masks[m * n + i] = (gfloat) (shares[m] / sum);
    }
}

void
tl_palette_find (const gfloat *picture, gint64 height, gint64 width, gfloat *masks)
{
  Palette self = { picture, height, width, { { { 0 } } } };

  begin (&self);
  for (guint i = 0; i < N_ROUNDS; i++)
    settle (&self);
  share (&self, masks);
}
