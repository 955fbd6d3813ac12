/* sheet.c - pictures side by side in one PNG, to be looked at
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/sheet.h"
#include "config.h"

#include "core/base/error.h"

#include <cairo.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define GAP 4
#define FONT_SIZE 9.5
#define LINE_HEIGHT 12
#define N_LINES 3

struct _Sheet
{
  cairo_surface_t *surface;
  cairo_t *cr;
  guint size;
  guint step_x, step_y;
};

Sheet *
sheet_new (guint columns, guint rows, guint size, gboolean has_captions, GError **error)
{
  g_autoptr (Sheet) self = g_new0 (Sheet, 1);

  self->size = size;
  self->step_x = size + GAP;
  self->step_y = size + GAP + (has_captions ? N_LINES * LINE_HEIGHT : 0);
  self->surface = cairo_image_surface_create (
    CAIRO_FORMAT_RGB24, (int) (columns * self->step_x + GAP), (int) (rows * self->step_y + GAP));
  self->cr = cairo_create (self->surface);
  if (cairo_surface_status (self->surface) != CAIRO_STATUS_SUCCESS)
    {
      tl_error_set (error, TL_ERROR_TOO_LARGE,
                    _ ("That sheet would be too large; take fewer or smaller pictures"));
      return NULL;
    }
  cairo_set_source_rgb (self->cr, 1, 1, 1);
  cairo_paint (self->cr);
  cairo_select_font_face (self->cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                          CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (self->cr, FONT_SIZE);
  return g_steal_pointer (&self);
}

void
sheet_free (Sheet *self)
{
  cairo_destroy (self->cr);
  cairo_surface_destroy (self->surface);
  g_free (self);
}

static void
paint (Sheet *self, guint column, guint row, cairo_surface_t *picture, guint width)
{
  cairo_save (self->cr);
  cairo_translate (self->cr, GAP + column * self->step_x, GAP + row * self->step_y);
  cairo_scale (self->cr, (gdouble) self->size / width, (gdouble) self->size / width);
  cairo_set_source_surface (self->cr, picture, 0, 0);
  cairo_paint (self->cr);
  cairo_restore (self->cr);
}

static guint32
to_byte (gfloat value)
{
  return (guint32) lrintf (CLAMP (value, 0, 1) * 255);
}

void
sheet_put_planes (Sheet *self, guint column, guint row, const gfloat *planes, guint size)
{
  const gsize plane = (gsize) size * size;
  g_autofree guint32 *pixels = g_new (guint32, plane);

  for (gsize i = 0; i < plane; i++)
    pixels[i] = 0xff000000u | to_byte (planes[i]) << 16 | to_byte (planes[plane + i]) << 8
                | to_byte (planes[2 * plane + i]);
  sheet_put_pixels (self, column, row, (const guint8 *) pixels, 4 * size, size, size);
}

void
sheet_put_pixels (Sheet *self, guint column, guint row, const guint8 *pixels, guint stride,
                  guint width, guint height)
{
  cairo_surface_t *picture =
    cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  guint8 *data = cairo_image_surface_get_data (picture);
  int own = cairo_image_surface_get_stride (picture);

  for (guint y = 0; y < height; y++)
    memcpy (data + (gsize) y * own, pixels + (gsize) y * stride, 4 * (gsize) width);
  cairo_surface_mark_dirty (picture);
  paint (self, column, row, picture, MAX (width, height));
  cairo_surface_destroy (picture);
}

void
sheet_put_caption (Sheet *self, guint column, guint row, const char *caption)
{
  g_auto (GStrv) words = g_strsplit (caption, " ", -1);
  g_autoptr (GString) line = g_string_new (NULL);
  gdouble x = GAP + column * self->step_x, y = GAP + row * self->step_y + self->size;
  guint n_lines = 0;

  cairo_set_source_rgb (self->cr, 0.1, 0.1, 0.1);
  for (guint i = 0; words[i] != NULL && n_lines < N_LINES; i++)
    {
      cairo_text_extents_t extents;

      g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", words[i]);
      if (words[i + 1] != NULL)
        {
          g_autofree char *longer = g_strconcat (line->str, " ", words[i + 1], NULL);

          cairo_text_extents (self->cr, longer, &extents);
          if (extents.x_advance <= self->size)
            continue;
        }
      n_lines++;
      cairo_move_to (self->cr, x, y + LINE_HEIGHT * n_lines);
      cairo_show_text (self->cr, line->str);
      g_string_truncate (line, 0);
    }
}

static cairo_status_t
append_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

gboolean
sheet_write (Sheet *self, const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_status_t status = cairo_surface_write_to_png_stream (self->surface, append_bytes, bytes);

  if (status != CAIRO_STATUS_SUCCESS)
    return tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("Could not write “%s”: %s"), path,
                         cairo_status_to_string (status));
  return g_file_set_contents (path, (const char *) bytes->data, bytes->len, error);
}
