/* test-picture.c - picture files become pixels, or a sentence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/picture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* 3 × 2, every pixel another colour; the top left one is half transparent if @has_alpha. */
static GdkPixbuf *
make_pixbuf (gboolean has_alpha)
{
  GdkPixbuf *pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, has_alpha, 8, 3, 2);
  guint n_channels = has_alpha ? 4 : 3;

  for (guint y = 0; y < 2; y++)
    for (guint x = 0; x < 3; x++)
      {
        guint8 *p = gdk_pixbuf_get_pixels (pixbuf) + y * (guint) gdk_pixbuf_get_rowstride (pixbuf)
                    + x * n_channels;

        p[0] = (guint8) (100 * x);
        p[1] = (guint8) (200 * y);
        p[2] = 50;
        if (has_alpha)
          p[3] = x == 0 && y == 0 ? 0 : 255;
      }
  return pixbuf;
}

static GBytes *
save (GdkPixbuf *pixbuf, const char *type)
{
  char *data;
  gsize size;

  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, type, NULL, NULL));
  return g_bytes_new_take (data, size);
}

static guint32
pixel_at (TlFrame *frame, guint x, guint y)
{
  const guint8 *row = (const guint8 *) g_bytes_get_data (tl_frame_get_pixels (frame), NULL)
                      + y * tl_frame_get_stride (frame);

  return ((const guint32 *) (const void *) row)[x];
}

static void
every_pixel_is_kept (void)
{
  static const char *const types[] = { "png", "bmp", "tiff" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GdkPixbuf) pixbuf = make_pixbuf (FALSE);
      g_autoptr (GBytes) bytes = save (pixbuf, types[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (TlFrame) frame = tl_picture_read (bytes, "x", &error);

      g_assert_no_error (error);
      g_assert_cmpuint (tl_frame_get_width (frame), ==, 3);
      g_assert_cmpuint (tl_frame_get_height (frame), ==, 2);
      g_assert_true (isnan (tl_frame_get_similarity (frame)));
      for (guint y = 0; y < 2; y++)
        for (guint x = 0; x < 3; x++)
          g_assert_cmphex (pixel_at (frame, x, y), ==,
                           0xFF000032 | (100 * x) << 16 | (200 * y) << 8);
    }
}

/* Wherever it was cut. */
static void
half_a_png_is_none (void)
{
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf (FALSE);
  g_autoptr (GBytes) bytes = save (pixbuf, "png");

  for (gsize n = 1; n < g_bytes_get_size (bytes); n++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, n);
      g_autoptr (GError) error = NULL;
      g_autoptr (TlFrame) frame = tl_picture_read (part, "x", &error);

      g_assert_null (frame);
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
    }
}

static void
transparency_is_white (void)
{
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf (TRUE);
  g_autoptr (GBytes) bytes = save (pixbuf, "png");
  g_autoptr (TlFrame) frame = tl_picture_read (bytes, "x", NULL);

  g_assert_cmphex (pixel_at (frame, 0, 0), ==, 0xFFFFFFFF);
  g_assert_cmphex (pixel_at (frame, 1, 0), ==, 0xFF640032);
}

/* An Exif segment that holds an orientation alone (Exif 2.3, 4.6.4), put in behind the start of a
 * JPEG file. */
static GBytes *
with_orientation (GBytes *jpeg, guint8 orientation)
{
  guint8 segment[] = { 0xFF, 0xE1, 0, 34,   'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
                       0,    1,    1, 0x12, 0,   3,   0,   0,   0, 1, 0,   0,   0, 0,  0, 0, 0, 0 };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  segment[29] = orientation;
  g_byte_array_append (out, data, 2);
  g_byte_array_append (out, segment, sizeof segment);
  g_byte_array_append (out, data + 2, (guint) size - 2);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static void
the_camera_is_turned_back (void)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 32, 16);
  g_autoptr (GBytes) jpeg = NULL, turned = NULL;
  g_autoptr (TlFrame) frame = NULL;

  /* Left half black, right half white. */
  gdk_pixbuf_fill (pixbuf, 0x000000FF);
  for (guint y = 0; y < 16; y++)
    memset (gdk_pixbuf_get_pixels (pixbuf) + y * (guint) gdk_pixbuf_get_rowstride (pixbuf) + 16 * 3,
            0xFF, 16 * 3);
  jpeg = save (pixbuf, "jpeg");
  /* 6: the camera was turned; the picture's left side is its top. */
  turned = with_orientation (jpeg, 6);
  frame = tl_picture_read (turned, "x", NULL);

  g_assert_cmpuint (tl_frame_get_width (frame), ==, 16);
  g_assert_cmpuint (tl_frame_get_height (frame), ==, 32);
  g_assert_cmpuint (pixel_at (frame, 8, 2) & 0xFF, <, 30);
  g_assert_cmpuint (pixel_at (frame, 8, 29) & 0xFF, >, 225);
}

/* A PNG whose header claims @side × @side pixels, and whose data are those of a small one. */
static GBytes *
with_claim (guint32 side)
{
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf (FALSE);
  g_autoptr (GBytes) png = save (pixbuf, "png");
  gsize size;
  guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&png), &size);
  guint32 claim = GUINT32_TO_BE (side), crc;

  memcpy (data + 16, &claim, 4);
  memcpy (data + 20, &claim, 4);
  /* CRC-32 of the chunk's type and data (PNG specification, annex D). */
  crc = 0xFFFFFFFF;
  for (guint i = 12; i < 29; i++)
    {
      crc ^= data[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
  crc = GUINT32_TO_BE (~crc);
  memcpy (data + 29, &crc, 4);
  return g_bytes_new_take (data, size);
}

static gsize
peak_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmHWM:");
  return line != NULL ? g_ascii_strtoull (line + 6, NULL, 10) * 1024 : 0;
}

static void
a_claim_of_gigapixels_costs_nothing (void)
{
  static const guint32 sides[] = { 10001, 60000, 1000000, 0x7FFFFFFF };

  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GBytes) bytes = with_claim (sides[i]);
      g_autoptr (GError) error = NULL;
      gsize before = peak_memory ();

      g_assert_null (tl_picture_read (bytes, "huge.png", &error));
      g_assert_true (error->domain == TL_ERROR);
      g_assert_nonnull (strstr (error->message, "huge.png"));
      g_assert_cmpuint (peak_memory (), <, before + 100 * 1024 * 1024);
    }
  if (peak_memory () == 0)
    g_test_skip ("there is no /proc that tells memory");
}

static void
what_is_no_picture_is_said (void)
{
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf (FALSE);
  g_autoptr (GBytes) png = save (pixbuf, "png");
  gsize size = g_bytes_get_size (png);
  const struct
  {
    GBytes *bytes;
  } cases[] = {
    { g_bytes_new_static ("", 0) },
    { g_bytes_new_static ("a red tractor", 13) },
    { g_bytes_new_static ("\x89PNG\r\n\x1a\n", 8) },
    { g_bytes_new_from_bytes (png, 0, size / 2) },
    { g_bytes_new_from_bytes (png, 0, 40) },
    { g_bytes_new_from_bytes (png, 1, size - 1) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_picture_read (cases[i].bytes, "odd.png", &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, "odd.png"));
      g_bytes_unref (cases[i].bytes);
    }
}

static void
files_are_read (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autofree char *gone = g_build_filename (folder, "gone.png", NULL);
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf (FALSE);
  g_autoptr (GBytes) png = save (pixbuf, "png");
  g_autoptr (TlFrame) frame = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (png, NULL),
                                      (gssize) g_bytes_get_size (png), NULL));
  frame = tl_picture_load (path, NULL);
  g_assert_cmpuint (tl_frame_get_width (frame), ==, 3);
  g_assert_null (tl_picture_load (gone, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);

  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/pixels", every_pixel_is_kept);
  g_test_add_func ("/picture/half-a-png", half_a_png_is_none);
  g_test_add_func ("/picture/transparency", transparency_is_white);
  g_test_add_func ("/picture/orientation", the_camera_is_turned_back);
  g_test_add_func ("/picture/claims", a_claim_of_gigapixels_costs_nothing);
  g_test_add_func ("/picture/errors", what_is_no_picture_is_said);
  g_test_add_func ("/picture/load", files_are_read);
  return g_test_run ();
}
