/* frame-file.c - a picture of a run as the session file keeps it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/frame-file.h"

#include "core/base/error.h"
#include "core/session/records.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>

/* Of zlib: pictures come while the engine wants the processors. A photograph of 512 x 512 takes a
 * quarter of the time that gdk-pixbuf's default takes, and 8 % more bytes. */
#define COMPRESSION "1"

static GdkPixbuf *
pixbuf_of (TlFrame *frame)
{
  guint width = tl_frame_get_width (frame), height = tl_frame_get_height (frame);
  const guint8 *pixels = g_bytes_get_data (tl_frame_get_pixels (frame), NULL);
  GdkPixbuf *pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width, (int) height);

  for (guint y = 0; pixbuf != NULL && y < height; y++)
    {
      const guint32 *from = (const guint32 *) (pixels + y * tl_frame_get_stride (frame));
      guint8 *to = gdk_pixbuf_get_pixels (pixbuf) + (gsize) y * gdk_pixbuf_get_rowstride (pixbuf);

      for (guint x = 0; x < width; x++, to += 3)
        {
          to[0] = (guint8) (from[x] >> 16);
          to[1] = (guint8) (from[x] >> 8);
          to[2] = (guint8) from[x];
        }
    }
  return pixbuf;
}

/* (transfer full): @pixbuf itself where it is small enough */
static GdkPixbuf *
shrink (GdkPixbuf *pixbuf)
{
  int width = gdk_pixbuf_get_width (pixbuf), height = gdk_pixbuf_get_height (pixbuf);
  int longer = MAX (width, height);

  if (longer <= TL_THUMBNAIL_SIDE)
    return g_object_ref (pixbuf);
  return gdk_pixbuf_scale_simple (pixbuf, MAX (width * TL_THUMBNAIL_SIDE / longer, 1),
                                  MAX (height * TL_THUMBNAIL_SIDE / longer, 1),
                                  GDK_INTERP_BILINEAR);
}

static GBytes *
save (GdkPixbuf *pixbuf, GError **error)
{
  g_autoptr (GError) reason = NULL;
  char *data;
  gsize size;

  if (pixbuf != NULL
      && gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, "png", &reason, "compression",
                                    COMPRESSION, NULL))
    return g_bytes_new_take (data, size);

  tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("There is not enough memory to write the picture"));
  return NULL;
}

gboolean
tl_frame_encode (TlFrame *frame, GBytes **png, GBytes **thumbnail, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = pixbuf_of (frame);
  g_autoptr (GdkPixbuf) small = pixbuf != NULL ? shrink (pixbuf) : NULL;
  g_autoptr (GBytes) large_bytes = save (pixbuf, error);

  if (large_bytes == NULL)
    return FALSE;

  *thumbnail = small == pixbuf ? g_bytes_ref (large_bytes) : save (small, error);
  if (*thumbnail == NULL)
    return FALSE;
  *png = g_steal_pointer (&large_bytes);
  return TRUE;
}
