/* difference.c - how far apart two pictures are, pixel by pixel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/compare/compare-view.h"

#include <math.h>

/* Small differences are the interesting ones: they are shown this much stronger. */
#define GAIN 2

static guint32
subtract (guint32 a, guint32 b)
{
  guint32 pixel = 0xff000000u;

  for (guint shift = 0; shift < 24; shift += 8)
    {
      gint x = a >> shift & 0xff;
      gint y = b >> shift & 0xff;

      pixel |= (guint32) MIN (GAIN * ABS (x - y), 255) << shift;
    }
  return pixel;
}

static const guint32 *
get_row (TlFrame *frame, guint y)
{
  const guint8 *pixels = g_bytes_get_data (tl_frame_get_pixels (frame), NULL);

  return (const guint32 *) (gconstpointer) (pixels + y * tl_frame_get_stride (frame));
}

TlFrame *
tl_frame_new_difference (TlFrame *a, TlFrame *b)
{
  guint width = tl_frame_get_width (a);
  guint height = tl_frame_get_height (a);
  guint32 *pixels;
  g_autoptr (GBytes) bytes = NULL;

  if (width != tl_frame_get_width (b) || height != tl_frame_get_height (b))
    return NULL;

  pixels = g_new (guint32, (gsize) width * height);
  for (guint y = 0; y < height; y++)
    {
      const guint32 *from = get_row (a, y);
      const guint32 *to = get_row (b, y);

      for (guint x = 0; x < width; x++)
        pixels[(gsize) y * width + x] = subtract (from[x], to[x]);
    }
  bytes = g_bytes_new_take (pixels, 4 * (gsize) width * height);
  return tl_frame_new (width, height, 4 * (gsize) width, bytes, tl_frame_get_iteration (b), NAN);
}
