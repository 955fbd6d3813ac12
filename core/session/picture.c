/* picture.c - reading picture files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/picture.h"

#include "core/base/error.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Of a PNG whose end is missing the loader gives what there is, and grey for the rest: half of a
 * download is no picture. Chunks are length, type, data and CRC (PNG specification, 5.3). */
static gboolean
is_cut_off_png (GBytes *bytes)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n' };
  gsize size, at = sizeof signature;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size < sizeof signature || memcmp (data, signature, sizeof signature) != 0)
    return FALSE;
  while (size - at >= 12)
    {
      guint32 length;

      memcpy (&length, data + at, sizeof length);
      length = GUINT32_FROM_BE (length);
      if (length > size - at - 12)
        return TRUE;
      if (memcmp (data + at + 4, "IEND", 4) == 0)
        return FALSE;
      at += 12 + (gsize) length;
    }
  return TRUE;
}

/* Runs before the pixels are allocated. Every loader gives up on a size of nothing; at any other it
 * would allocate the size that the file claims first. */
static void
on_size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gboolean *is_too_large)
{
  *is_too_large = (gint64) width * height > TL_PICTURE_MAX_PIXELS;
  if (*is_too_large)
    gdk_pixbuf_loader_set_size (loader, 0, 0);
}

static GdkPixbuf *
decode (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  g_autoptr (GError) reason = NULL;
  gboolean is_too_large = FALSE, is_whole;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared_cb), &is_too_large);
  is_whole = gdk_pixbuf_loader_write_bytes (loader, bytes, &reason);
  /* Closing is due even after a failed write; the first reason is the one to tell. */
  is_whole = gdk_pixbuf_loader_close (loader, reason == NULL ? &reason : NULL) && is_whole;

  if (is_too_large)
    tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("“%s” has more than %d million pixels"), name,
                  TL_PICTURE_MAX_PIXELS / 1000000);
  else if (!is_whole || gdk_pixbuf_loader_get_pixbuf (loader) == NULL)
    tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is no picture that Tiller can read"), name);
  else
    return gdk_pixbuf_apply_embedded_orientation (gdk_pixbuf_loader_get_pixbuf (loader));
  return NULL;
}

static guint32
over_white (const guint8 *p, gboolean has_alpha)
{
  guint alpha = has_alpha ? p[3] : 255;
  guint32 out = 0xFF;

  for (guint c = 0; c < 3; c++)
    out = out << 8 | ((p[c] * alpha + 255 * (255 - alpha) + 127) / 255);
  return out;
}

static TlFrame *
frame_of (GdkPixbuf *pixbuf)
{
  guint width = gdk_pixbuf_get_width (pixbuf), height = gdk_pixbuf_get_height (pixbuf);
  gboolean has_alpha = gdk_pixbuf_get_has_alpha (pixbuf);
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);
  gsize stride = gdk_pixbuf_get_rowstride (pixbuf), n_channels = gdk_pixbuf_get_n_channels (pixbuf);
  guint32 *out = g_new (guint32, (gsize) width * height);
  g_autoptr (GBytes) bytes = g_bytes_new_take (out, (gsize) width * height * 4);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      out[(gsize) y * width + x] = over_white (pixels + y * stride + x * n_channels, has_alpha);
  return tl_frame_new (width, height, (gsize) width * 4, bytes, 0, NAN);
}

TlFrame *
tl_picture_read (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (g_bytes_get_size (bytes) == 0)
    {
      tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is empty"), name);
      return NULL;
    }
  if (is_cut_off_png (bytes))
    {
      tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is cut off: its end is missing"), name);
      return NULL;
    }

  pixbuf = decode (bytes, name, error);
  return pixbuf != NULL ? frame_of (pixbuf) : NULL;
}

TlFrame *
tl_picture_load (const char *path, GError **error)
{
  g_autoptr (TlAsset) asset = tl_asset_load (path, error);

  return asset != NULL ? tl_picture_read (tl_asset_get_bytes (asset), path, error) : NULL;
}
