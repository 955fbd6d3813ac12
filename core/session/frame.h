/* frame.h - one picture of a run
 *
 * Pixels in cairo's ARGB32 order (opaque), written once and never changed: the canvas, a file and a
 * thumbnail share the same bytes. Immutable, reference-counted, any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TL_TYPE_FRAME (tl_frame_get_type ())

typedef struct _TlFrame TlFrame;

GType tl_frame_get_type (void) G_GNUC_CONST;

/**
 * tl_frame_new:
 * @pixels: height rows of @stride bytes; keeps a reference
 * @iteration: which iteration's picture this is
 * @similarity: to the prompt's positive text clauses, weighted; NAN if not measured
 */
TlFrame *tl_frame_new (guint width, guint height, gsize stride, GBytes *pixels, guint64 iteration,
                       gdouble similarity);

TlFrame *tl_frame_ref (TlFrame *self);
void tl_frame_unref (TlFrame *self);

guint tl_frame_get_width (TlFrame *self);
guint tl_frame_get_height (TlFrame *self);
gsize tl_frame_get_stride (TlFrame *self);
GBytes *tl_frame_get_pixels (TlFrame *self);
guint64 tl_frame_get_iteration (TlFrame *self);
gdouble tl_frame_get_similarity (TlFrame *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlFrame, tl_frame_unref)

G_END_DECLS
