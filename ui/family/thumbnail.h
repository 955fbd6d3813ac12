/* thumbnail.h - a small picture of a run
 *
 * Moves while the run does. A run that has no picture in memory shows the one that its session
 * keeps, once it is read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session-checkpoints.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_THUMBNAIL (tl_thumbnail_get_type ())

G_DECLARE_FINAL_TYPE (TlThumbnail, tl_thumbnail, TL, THUMBNAIL, GtkWidget)

/* Property size: of its longer side, in pixels. */

/* The newest picture of @run; (nullable) both. */
void tl_thumbnail_show_run (TlThumbnail *self, TlSession *session, TlRun *run);
/* The picture at or last before @iteration. */
void tl_thumbnail_show_past (TlThumbnail *self, TlSession *session, TlRun *run, guint64 iteration);

void tl_thumbnail_set_size (TlThumbnail *self, guint size);
/* How much of it has grown, from 0 to 1, drawn along its lower edge; 1 draws nothing. */
void tl_thumbnail_set_growth (TlThumbnail *self, gdouble growth);

G_END_DECLS
