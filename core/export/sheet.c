/* sheet.c - a contact sheet: the pictures of an exploration on one page
 *
 * A grid as wide as high, dark as a light table's frame, so that pictures of any colour stand out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/sheet.h"

#include "core/base/error.h"

#include <cairo.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define MARGIN 16
#define LABEL_HEIGHT 22
#define LINE_HEIGHT 16 /* of a second line of the label */
#define LABEL_GAP 4    /* to the next one */
#define TITLE_HEIGHT 34
#define LEAST_WIDTH 320 /* for the title */
#define LABEL_SIZE 12
#define TITLE_SIZE 16

typedef struct
{
  guint n_columns, n_rows;
  gint cell_width, cell_height; /* of the pictures */
  gint label_height;
  gint width, height;
} Layout;

static gdouble
find_scale (TlFrame *frame)
{
  guint longer = MAX (tl_frame_get_width (frame), tl_frame_get_height (frame));

  return longer > TL_SHEET_MAX_SIDE ? (gdouble) TL_SHEET_MAX_SIDE / longer : 1;
}

static char *
make_label (const TlSheetCell *cell)
{
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, cell->seed);
  g_autofree char *similarity = NULL;

  /* A judge's line says both. */
  if (isnan (cell->similarity) || !isnan (cell->judge))
    return g_strdup_printf (_ ("seed %s"), seed);
  similarity = g_strdup_printf ("%.2f", cell->similarity);
  /* Translators: a seed and a similarity: "seed 4117 · 0.31" */
  return g_strdup_printf (_ ("seed %s · %s"), seed, similarity);
}

static char *
make_judge_label (const TlSheetCell *cell)
{
  if (isnan (cell->similarity))
    return g_strdup_printf (_ ("judge %.2f"), cell->judge);
  /* Translators: a similarity and what the judge says: "0.31 · judge 0.27" */
  return g_strdup_printf (_ ("%.2f · judge %.2f"), cell->similarity, cell->judge);
}

static void
choose_font (cairo_t *cr)
{
  cairo_select_font_face (cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
}

static gint
measure_text (cairo_t *cr, const char *text)
{
  cairo_text_extents_t extents;

  cairo_text_extents (cr, text, &extents);
  return (gint) ceil (extents.x_advance);
}

/* What is written under the pictures is read, so they stand as far apart as it needs. */
static gint
measure_labels (const TlSheetCell *cells, guint n)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 1, 1);
  cairo_t *cr = cairo_create (surface);
  gint widest = 0;

  choose_font (cr);
  cairo_set_font_size (cr, LABEL_SIZE);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = make_label (&cells[i]);
      g_autofree char *judge = isnan (cells[i].judge) ? NULL : make_judge_label (&cells[i]);

      widest = MAX (widest, measure_text (cr, label));
      widest = MAX (widest, judge != NULL ? measure_text (cr, judge) : 0);
    }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return widest;
}

static Layout
lay_out (const TlSheetCell *cells, guint n)
{
  Layout layout = { .n_columns = (guint) ceil (sqrt (n)),
                    .cell_width = measure_labels (cells, n) + LABEL_GAP - MARGIN,
                    .label_height = LABEL_HEIGHT };

  layout.n_rows = (n + layout.n_columns - 1) / layout.n_columns;
  for (guint i = 0; i < n; i++)
    {
      gdouble scale = find_scale (cells[i].frame);
      gint width = (gint) ceil (tl_frame_get_width (cells[i].frame) * scale);
      gint height = (gint) ceil (tl_frame_get_height (cells[i].frame) * scale);

      layout.cell_width = MAX (layout.cell_width, width);
      layout.cell_height = MAX (layout.cell_height, height);
      if (!isnan (cells[i].judge))
        layout.label_height = LABEL_HEIGHT + LINE_HEIGHT;
    }
  layout.width = MARGIN + (gint) layout.n_columns * (layout.cell_width + MARGIN);
  layout.width = MAX (layout.width, LEAST_WIDTH);
  layout.height =
    TITLE_HEIGHT + (gint) layout.n_rows * (layout.cell_height + layout.label_height + MARGIN);
  return layout;
}

/* (transfer full): @text, or its beginning with an ellipsis, no wider than @width */
static char *
fit_text (cairo_t *cr, const char *text, gdouble width)
{
  cairo_text_extents_t extents;
  glong n = g_utf8_strlen (text, -1);

  cairo_text_extents (cr, text, &extents);
  if (extents.x_advance <= width)
    return g_strdup (text);

  for (n = MIN (n, (glong) width); n > 0; n--)
    {
      g_autofree char *beginning = g_utf8_substring (text, 0, n);
      g_autofree char *shortened = g_strconcat (beginning, "…", NULL);

      cairo_text_extents (cr, shortened, &extents);
      if (extents.x_advance <= width)
        return g_steal_pointer (&shortened);
    }
  return g_strdup ("");
}

/* cairo stops drawing for good at bytes that are no text. */
static void
draw_text (cairo_t *cr, const char *text, gdouble x, gdouble y, gdouble size, gdouble width)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *line = g_strdelimit (g_steal_pointer (&valid), "\n\r\t", ' ');
  g_autofree char *fitted = NULL;

  cairo_set_font_size (cr, size);
  fitted = fit_text (cr, line, width);
  cairo_move_to (cr, x, y);
  cairo_show_text (cr, fitted);
}

static void
draw_picture (cairo_t *cr, TlFrame *frame, gdouble x, gdouble y)
{
  gdouble scale = find_scale (frame);
  gconstpointer pixels = g_bytes_get_data (tl_frame_get_pixels (frame), NULL);
  /* Only read from. */
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
    (guint8 *) pixels, CAIRO_FORMAT_RGB24, (int) tl_frame_get_width (frame),
    (int) tl_frame_get_height (frame), (int) tl_frame_get_stride (frame));

  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr),
                            scale < 1 ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

static void
draw_cell (cairo_t *cr, const Layout *layout, const TlSheetCell *cell, guint index)
{
  gdouble x = MARGIN + index % layout->n_columns * (guint) (layout->cell_width + MARGIN);
  gdouble y =
    TITLE_HEIGHT
    + index / layout->n_columns * (guint) (layout->cell_height + layout->label_height + MARGIN);
  gdouble height = tl_frame_get_height (cell->frame) * find_scale (cell->frame);
  g_autofree char *label = make_label (cell);
  g_autofree char *judge = NULL;

  draw_picture (cr, cell->frame, x, y);
  cairo_set_source_rgb (cr, 0.85, 0.85, 0.85);
  draw_text (cr, label, x, y + height + LABEL_SIZE + 4, LABEL_SIZE,
             layout->cell_width + MARGIN - LABEL_GAP);
  if (isnan (cell->judge))
    return;
  judge = make_judge_label (cell);
  draw_text (cr, judge, x, y + height + LABEL_SIZE + 4 + LINE_HEIGHT, LABEL_SIZE,
             layout->cell_width + MARGIN - LABEL_GAP);
}

static void
draw_all (cairo_t *cr, const Layout *layout, const TlSheetCell *cells, guint n, const char *title)
{
  cairo_set_source_rgb (cr, 0.14, 0.14, 0.14);
  cairo_paint (cr);
  choose_font (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  if (title != NULL)
    draw_text (cr, title, MARGIN, TITLE_SIZE + 6, TITLE_SIZE, layout->width - 2 * MARGIN);
  for (guint i = 0; i < n; i++)
    draw_cell (cr, layout, &cells[i], i);
}

TlFrame *
tl_sheet_draw (const TlSheetCell *cells, guint n_cells, const char *title, GError **error)
{
  Layout layout;
  g_autoptr (GBytes) bytes = NULL;
  cairo_surface_t *surface;
  cairo_status_t status;
  guint8 *pixels;
  gsize stride;
  cairo_t *cr;

  g_return_val_if_fail (n_cells > 0, NULL);

  layout = lay_out (cells, n_cells);
  stride = (gsize) layout.width * 4;
  pixels = g_try_malloc_n ((gsize) layout.height, stride);
  if (pixels == NULL)
    {
      tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("There is not enough memory for the sheet"));
      return NULL;
    }
  bytes = g_bytes_new_take (pixels, (gsize) layout.height * stride);
  surface = cairo_image_surface_create_for_data (pixels, CAIRO_FORMAT_RGB24, layout.width,
                                                 layout.height, (int) stride);
  cr = cairo_create (surface);
  draw_all (cr, &layout, cells, n_cells, title);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("The sheet cannot be drawn: %s"),
                    cairo_status_to_string (status));
      return NULL;
    }
  return tl_frame_new ((guint) layout.width, (guint) layout.height, stride, bytes, 0, NAN);
}
