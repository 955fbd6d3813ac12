/* canvas-view.h - the canvas with what belongs to it: zoom controls, empty state, waiting
 *
 * Installs the actions canvas.zoom-in, canvas.zoom-out, canvas.fit and canvas.actual-size. A frame
 * that arrives replaces the empty state.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/canvas/canvas.h"

G_BEGIN_DECLS

#define TL_TYPE_CANVAS_VIEW (tl_canvas_view_get_type ())

G_DECLARE_FINAL_TYPE (TlCanvasView, tl_canvas_view, TL, CANVAS_VIEW, GtkWidget)

TlCanvas *tl_canvas_view_get_canvas (TlCanvasView *self);

/* (nullable): shown over the empty canvas while something is prepared: translated, NULL when over
 */
void tl_canvas_view_set_waiting (TlCanvasView *self, const char *message);

G_END_DECLS
