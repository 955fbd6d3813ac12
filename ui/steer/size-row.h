/* size-row.h - width and height, in steps that the model can work with
 *
 * Any number may be typed; what it is rounded to is shown, never done silently.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/models/backend.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_SIZE_ROW (tl_size_row_get_type ())

G_DECLARE_FINAL_TYPE (TlSizeRow, tl_size_row, TL, SIZE_ROW, GtkWidget)

/* Signal `changed`. */

/* Takes what is still being typed into account. */
void tl_size_row_get_size (TlSizeRow *self, guint *width, guint *height);
/* What is still being typed stays as it is. */
void tl_size_row_get_settled_size (TlSizeRow *self, guint *width, guint *height);
void tl_size_row_set_size (TlSizeRow *self, guint width, guint height);

/* Pixels per latent cell of the model. */
void tl_size_row_set_step (TlSizeRow *self, guint step);

/* Whether a picture of this size finds its memory; shown below it. @n_bytes: what it needs. */
void tl_size_row_set_room (TlSizeRow *self, TlRoom room, guint64 n_bytes);

G_END_DECLS
