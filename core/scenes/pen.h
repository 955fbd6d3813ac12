/* pen.h - one way to say a shape, drawn in whichever style the scene has
 *
 * Objects and backgrounds name shapes and colours; the pen decides about fills, outlines and tints.
 * Coordinates are those of the current transform: the whole picture is 0 ... 1, an object's box is
 * -1 ... 1 with y downwards and its feet at 1 (see tl_pen_enter()). Paths are written as in SVG
 * with the commands M L C Q Z, absolute and one letter for each segment. A pen is a plain value on
 * the stack of the thread that draws.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"
#include "core/scenes/colours.h"

#include <cairo.h>

G_BEGIN_DECLS

typedef struct
{
  cairo_t *cr;
  TlSceneStyle style;
  TlRandom random;
  gboolean has_outline;
  gdouble pixel; /* in widths of the picture, as the next */
  gdouble line;  /* of outlines */
  gdouble unit;  /* of one unit of the current transform */
  TlRgb ink, paper;
} TlPen;

/* @cr: scaled so that the picture is 0 ... 1 */
void tl_pen_init (TlPen *self, cairo_t *cr, TlSceneStyle style, guint size, TlRandom random);

/* A box around (x, y) with half the side @k, turned by @angle; @flip mirrors it. */
void tl_pen_enter (TlPen *self, gdouble x, gdouble y, gdouble k, gdouble angle, gboolean flip);
/* @outer: the pen's unit before tl_pen_enter() */
void tl_pen_leave (TlPen *self, gdouble outer);

/* Shapes with the style's fill and outline. */
void tl_pen_path (TlPen *self, const char *path, TlRgb colour);
void tl_pen_oval (TlPen *self, gdouble x, gdouble y, gdouble rx, gdouble ry, TlRgb colour);
void tl_pen_tilted_oval (TlPen *self, gdouble x, gdouble y, gdouble rx, gdouble ry, gdouble angle,
                         TlRgb colour);
/* @x, @y: upper left corner */
void tl_pen_box (TlPen *self, gdouble x, gdouble y, gdouble w, gdouble h, gdouble radius,
                 TlRgb colour);
/* Around (x, y), each point of @n at radius @outer, between them @inner. */
void tl_pen_star (TlPen *self, gdouble x, gdouble y, guint n, gdouble outer, gdouble inner,
                  TlRgb colour);
/* A thick line, with outlines along both sides where the style has them. */
void tl_pen_tube (TlPen *self, const char *path, gdouble width, TlRgb colour);

/* Marks upon shapes: no outline, and dark ones stay visible in styles without colour. */
void tl_pen_patch (TlPen *self, const char *path, TlRgb colour);
void tl_pen_dot (TlPen *self, gdouble x, gdouble y, gdouble rx, gdouble ry, TlRgb colour);
void tl_pen_bar (TlPen *self, gdouble x, gdouble y, gdouble w, gdouble h, TlRgb colour);
void tl_pen_line (TlPen *self, const char *path, gdouble width, TlRgb colour);
/* White with a pupil and a glint. */
void tl_pen_eye (TlPen *self, gdouble x, gdouble y, gdouble r);
/* Only the pupil. */
void tl_pen_bead (TlPen *self, gdouble x, gdouble y, gdouble r);

/* Backgrounds. A wash runs from @top to @bottom over the whole width. */
void tl_pen_wash (TlPen *self, gdouble y0, gdouble y1, TlRgb top, TlRgb bottom);
/* Fills the context's path as land or water; drawn styles get its contour. */
void tl_pen_land (TlPen *self, TlRgb colour);

TlRgb tl_pen_vary (TlPen *self, TlRgb colour, gdouble amount);
gboolean tl_pen_chance (TlPen *self, gdouble p);

G_END_DECLS
