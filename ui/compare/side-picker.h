/* side-picker.h - which run, and which of its iterations, is one side of a comparison
 *
 * Signal `changed`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_SIDE_PICKER (tl_side_picker_get_type ())

G_DECLARE_FINAL_TYPE (TlSidePicker, tl_side_picker, TL, SIDE_PICKER, GtkWidget)

/* Property letter: "A" or "B". */

#define TL_NOW G_MAXUINT64

void tl_side_picker_set_session (TlSidePicker *self, TlSession *session);
/* @iteration: of a checkpoint, or TL_NOW */
void tl_side_picker_choose (TlSidePicker *self, TlRun *run, guint64 iteration);

/* (nullable) (transfer none) */
TlRun *tl_side_picker_get_run (TlSidePicker *self);
/* TL_NOW, or a checkpoint's */
guint64 tl_side_picker_get_iteration (TlSidePicker *self);
/* (transfer full): "seed 4117 at 240" */
char *tl_side_picker_dup_title (TlSidePicker *self);

G_END_DECLS
