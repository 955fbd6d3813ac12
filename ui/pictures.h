/* pictures.h - pictures that come into a window and go out of it
 *
 * Opened, dropped and pasted pictures are looked at on another thread; then the bar asks what they
 * are for. A picture that Tiller made offers what it was made from. Going out: the clipboard, and
 * files that carry their recipe. The window's actions call these.
 *
 * Signals: "export-began"; "export-ended" (gboolean: whether it is written), before the bar says
 * so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/export/export.h"
#include "core/session/run.h"
#include "ui/bar.h"
#include "ui/steer/steer-page.h"
#include "ui/steer/steer-pane.h"

G_BEGIN_DECLS

#define TL_TYPE_PICTURES (tl_pictures_get_type ())

G_DECLARE_FINAL_TYPE (TlPictures, tl_pictures, TL, PICTURES, GObject)

/* Borrows all; tl_pictures_detach() before they go. */
TlPictures *tl_pictures_new (TlSteerPage *page, TlSteerPane *pane, TlBar *bar);
void tl_pictures_detach (TlPictures *self);

void tl_pictures_open (TlPictures *self, GFile *file);
/* FALSE: it is no kind of picture */
gboolean tl_pictures_drop (TlPictures *self, const GValue *value);
void tl_pictures_paste (TlPictures *self);

/* Pictures that the recipe of the one offered only names, if they are among @known (element-type
 * TlAsset). */
void tl_pictures_fill (TlPictures *self, GPtrArray *known);
/* Fills the fields. FALSE: not all that is needed is here, as the bar says. @what: "prompt" or
 * "start" for the picture itself; "all", "remix" (all but the seed), "words" or "seed" for what it
 * was made from */
gboolean tl_pictures_use (TlPictures *self, const char *what);
/* (nullable): of the picture that is offered */
TlRecipe *tl_pictures_get_recipe (TlPictures *self);

/* The picture on screen. */
void tl_pictures_copy (TlPictures *self);
/* The one that was exported last. */
void tl_pictures_copy_exported (TlPictures *self);
/* Shows a file in the desktop's file manager. */
void tl_pictures_show_file (TlPictures *self, const char *path);

/**
 * tl_pictures_export:
 * @frame: what is written
 * @recipe: (nullable): what it was made from; NULL: not in the file
 * @folder: made if need be
 * @name: as tl_export_write_new() takes it
 *
 * Writes a PNG on another thread; the bar says what came of it.
 */
void tl_pictures_export (TlPictures *self, TlFrame *frame, TlRecipe *recipe, const char *folder,
                         const char *name, const TlExportFacts *facts);

G_END_DECLS
