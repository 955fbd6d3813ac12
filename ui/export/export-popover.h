/* export-popover.h - under which name a picture goes out, and with what
 *
 * Holds on to the picture that was on screen when it opened: a run that goes on meanwhile does not
 * change what is exported.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/pictures.h"

G_BEGIN_DECLS

#define TL_TYPE_EXPORT_POPOVER (tl_export_popover_get_type ())

G_DECLARE_FINAL_TYPE (TlExportPopover, tl_export_popover, TL, EXPORT_POPOVER, GtkPopover)

/* @preferences: (nullable) */
void tl_export_popover_set_up (TlExportPopover *self, TlPictures *pictures, GSettings *preferences);

void tl_export_popover_open (TlExportPopover *self, TlRun *run, TlFrame *frame);

/* As its button does. */
void tl_export_popover_export (TlExportPopover *self);

/* Where pictures go. */
const char *tl_export_popover_get_folder (TlExportPopover *self);

G_END_DECLS
