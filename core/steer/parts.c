/* parts.c - most of a picture, as it is or mirrored
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/parts.h"

/* [-1, 1) */
static gdouble
draw_both_ways (TlRandom *random)
{
  return 2 * tl_random_uniform (random) - 1;
}

/* Where the middle of cell @i of @n is, from one edge at -1 to the other at 1. */
static gdouble
find_middle (gint64 i, gint64 n)
{
  return (2 * i + 1) / (gdouble) n - 1;
}

void
tl_parts_draw (TlRandom *random, gint64 n, gint64 height, gint64 width, gfloat *grid)
{
  for (gint64 i = 0; i < n; i++)
    {
      const gdouble part = TL_PARTS_LEAST + (1 - TL_PARTS_LEAST) * tl_random_uniform (random);
      const gdouble left = (1 - part) * draw_both_ways (random);
      const gdouble top = (1 - part) * draw_both_ways (random);
      const gdouble side = tl_random_below (random, 2) == 0 ? 1 : -1;

      for (gint64 y = 0; y < height; y++)
        for (gint64 x = 0; x < width; x++)
          {
            *grid++ = (gfloat) (side * (left + part * find_middle (x, width)));
            *grid++ = (gfloat) (top + part * find_middle (y, height));
          }
    }
}
