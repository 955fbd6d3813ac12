/* picture-content.h - a picture on its way out of the window, by drag and drop
 *
 * Offers the picture as pixels to Tiller's own widgets, as a PNG with its recipe to programs that
 * take one, and as a file to those that want a file. Nothing is encoded before somebody asks, and
 * then on another thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/export/export.h"
#include "core/session/frame.h"
#include "core/session/recipe.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @recipe: (nullable); @facts: name the file, should one be asked for; copied */
GdkContentProvider *tl_picture_content_new (TlFrame *frame, TlRecipe *recipe,
                                            const TlExportFacts *facts);

/* (transfer full): what hangs on the pointer meanwhile */
GdkPaintable *tl_picture_content_dup_icon (TlFrame *frame);

G_END_DECLS
