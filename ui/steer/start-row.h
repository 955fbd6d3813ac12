/* start-row.h - what a run starts from: random codes or a picture
 *
 * With a picture: how it is fitted to the size, and how strongly the run is held close to it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/steer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_START_ROW (tl_start_row_get_type ())

G_DECLARE_FINAL_TYPE (TlStartRow, tl_start_row, TL, START_ROW, GtkWidget)

/* Signal `changed`: the hold, which is a live setting. */

/* (nullable) (transfer none) */
TlAsset *tl_start_row_get_image (TlStartRow *self);
/* (nullable): known to be a picture */
void tl_start_row_set_image (TlStartRow *self, TlAsset *image);

TlFit tl_start_row_get_fit (TlStartRow *self);
void tl_start_row_set_fit (TlStartRow *self, TlFit fit);

/* init-weight of the settings; a picture that goes takes it along */
gdouble tl_start_row_get_hold (TlStartRow *self);
void tl_start_row_set_hold (TlStartRow *self, gdouble hold);

G_END_DECLS
