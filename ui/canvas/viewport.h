/* viewport.h - which part of a picture shows where
 *
 * Plain arithmetic without widgets, in device pixels: how large a picture is drawn in a view, and
 * how zooming and panning move it. At zoom 1 a picture's pixel covers exactly one pixel of the
 * screen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TL_ZOOM_MIN 0.05
#define TL_ZOOM_MAX 64.0

/* Zero-initialised it fits nothing into nothing; set the sizes first. */
typedef struct
{
  gint view_width, view_height;       /* device pixels */
  gint picture_width, picture_height; /* its own pixels; 0: no picture */
  gint margin;                        /* device pixels left free around a fitted picture */
  gboolean is_free;           /* FALSE: the picture is fitted, zoom and centre are not used */
  gdouble zoom;               /* device pixels per picture pixel */
  gdouble center_x, center_y; /* the point of the picture in the middle of the view */
} TlViewport;

/* Where the picture is drawn, in device pixels of the view. */
typedef struct
{
  gdouble x, y, width, height;
} TlPlace;

gdouble tl_viewport_get_zoom (const TlViewport *self);
TlPlace tl_viewport_get_place (const TlViewport *self);

/* Some of the picture lies outside the view. */
gboolean tl_viewport_can_pan (const TlViewport *self);

void tl_viewport_fit (TlViewport *self);

/* The point of the picture under (@x, @y) of the view stays there. */
void tl_viewport_zoom_to (TlViewport *self, gdouble zoom, gdouble x, gdouble y);

/* Moves the picture by (@dx, @dy); it never leaves the view more than it must. */
void tl_viewport_pan (TlViewport *self, gdouble dx, gdouble dy);

/* The next step of a row of round zooms (… 50 %, 100 %, 200 % …) above or below @zoom. */
gdouble tl_zoom_step (gdouble zoom, gboolean up);

G_END_DECLS
