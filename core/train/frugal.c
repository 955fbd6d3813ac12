/* frugal.c - codes that cost fewer bits, for nearly the same pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/frugal.h"

#include <math.h>

/* By then few codes give way to others. */
#define N_ROUNDS 8

static gfloat
measure (const gfloat *one, const gfloat *other, guint d)
{
  gfloat square = 0;

  for (guint k = 0; k < d; k++)
    square += (one[k] - other[k]) * (one[k] - other[k]);
  return square;
}

/* Of the codes that so many cells have each, over all of their numbers. */
static gdouble
find_variance (const gfloat *vectors, guint n_codes, guint d, const guint *uses, gsize n_cells)
{
  gdouble variance = 0;

  for (guint k = 0; k < d; k++)
    {
      gdouble sum = 0, squares = 0;

      for (guint i = 0; i < n_codes; i++)
        {
          const gdouble x = vectors[(gsize) i * d + k];

          sum += uses[i] * x;
          squares += uses[i] * x * x;
        }
      sum /= (gdouble) n_cells;
      variance += squares / (gdouble) n_cells - sum * sum;
    }
  return variance;
}

/* -> instead: [n_codes]: for each of those that cells have, what is least of distance and cost;
 * @living: of n_living codes, what each costs in @costs */
static void
give_way (const gfloat *vectors, guint n_codes, guint d, const guint *uses, const guint *living,
          const gfloat *costs, guint n_living, guint *instead)
{
  for (guint i = 0; i < n_codes; i++)
    {
      gfloat least = INFINITY;

      if (uses[i] == 0)
        continue;
      for (guint j = 0; j < n_living; j++)
        {
          const gfloat *other = vectors + (gsize) living[j] * d;
          const gfloat loss =
            costs[j] < least ? measure (vectors + (gsize) i * d, other, d) + costs[j] : INFINITY;

          if (loss < least)
            {
              least = loss;
              instead[i] = living[j];
            }
        }
    }
}

void
tl_frugal_choose (const gfloat *vectors, guint n_codes, guint d, gdouble price, gint16 *cells,
                  gsize n_cells)
{
  g_autofree guint *uses = g_new0 (guint, n_codes), *instead = g_new (guint, n_codes);
  g_autofree guint *living = g_new (guint, n_codes);
  g_autofree gfloat *costs = g_new (gfloat, n_codes);
  gdouble unit;

  for (gsize i = 0; i < n_cells; i++)
    uses[cells[i]]++;
  for (guint i = 0; i < n_codes; i++)
    instead[i] = i;
  unit = price * find_variance (vectors, n_codes, d, uses, n_cells);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      g_autofree guint *left = g_new0 (guint, n_codes);
      guint n_living = 0;

      for (guint i = 0; i < n_codes; i++)
        left[instead[i]] += uses[i];
      for (guint i = 0; i < n_codes; i++)
        if (left[i] > 0)
          {
            costs[n_living] = (gfloat) (unit * -log2 (left[i] / (gdouble) n_cells));
            living[n_living++] = i;
          }
      give_way (vectors, n_codes, d, uses, living, costs, n_living, instead);
    }
  for (gsize i = 0; i < n_cells; i++)
    cells[i] = (gint16) instead[cells[i]];
}
