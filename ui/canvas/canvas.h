/* canvas.h - the picture, live
 *
 * Draws the newest frame of a run, fitted, zoomed or panned. It keeps the frame's own bytes: from
 * the engine's memory to the screen nothing is copied here. Zoom is in device pixels, so 100 % is
 * exact on every screen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_CANVAS (tl_canvas_get_type ())

G_DECLARE_FINAL_TYPE (TlCanvas, tl_canvas, TL, CANVAS, GtkWidget)

/* (nullable) (transfer none) */
TlFrame *tl_canvas_get_frame (TlCanvas *self);
void tl_canvas_set_frame (TlCanvas *self, TlFrame *frame);

/* (nullable) (transfer full): the frame as a texture over the same bytes */
GdkTexture *tl_frame_dup_texture (TlFrame *frame);

/* Device pixels per pixel of the picture. */
gdouble tl_canvas_get_zoom (TlCanvas *self);
gboolean tl_canvas_is_fitted (TlCanvas *self);
/* Some of the picture is outside; then a drag pans, else it carries the picture away. */
gboolean tl_canvas_can_pan (TlCanvas *self);

void tl_canvas_fit (TlCanvas *self);
/* About the middle of the view. */
void tl_canvas_zoom_to (TlCanvas *self, gdouble zoom);
void tl_canvas_pan (TlCanvas *self, gdouble dx, gdouble dy);

/* Enlarged pixels are shown as squares (the default) or blended. */
gboolean tl_canvas_get_smooth (TlCanvas *self);
void tl_canvas_set_smooth (TlCanvas *self, gboolean smooth);

/* What a screen reader says after the name: translated. */
void tl_canvas_set_description (TlCanvas *self, const char *description);

G_END_DECLS
