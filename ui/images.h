/* images.h - pictures that come into the window: files, drops, the clipboard
 *
 * Reading and decoding happen on another thread. What arrives is an asset that is known to be a
 * picture, or an error in one sentence.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/asset.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void tl_image_load_file_async (GFile *file, GAsyncReadyCallback callback, gpointer user_data);
/* A picture without a file: dropped or pasted pixels. */
void tl_image_load_texture_async (GdkTexture *texture, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* (transfer full): of either */
TlAsset *tl_image_load_finish (GAsyncResult *result, GError **error);

/* A texture no larger than @size pixels along its longer side, of a picture whose bytes are here.
 */
void tl_image_thumbnail_async (TlAsset *asset, guint size, GAsyncReadyCallback callback,
                               gpointer user_data);
/* Which picture it is of: another one may have been asked for since, and come first. */
TlAsset *tl_image_thumbnail_get_asset (GAsyncResult *result);
/* (transfer full) */
GdkTexture *tl_image_thumbnail_finish (GAsyncResult *result, GError **error);

/* What a drop target of pictures accepts. */
GtkDropTarget *tl_image_drop_target_new (void);

/* (nullable) (transfer full): the first of the files that were dropped */
GFile *tl_image_dup_dropped_file (const GValue *value);
/* Loads what was dropped or pasted. Returns FALSE if it is no kind of picture. */
gboolean tl_image_load_value_async (const GValue *value, GAsyncReadyCallback callback,
                                    gpointer user_data);

/* What a picture can be read from on a clipboard: GDK_TYPE_TEXTURE, GDK_TYPE_FILE_LIST, or
 * G_TYPE_INVALID. Words with pixels beside them, as of office programs, are words. */
GType tl_image_find_on_clipboard (GdkClipboard *clipboard);
/* From now on a picture on the clipboard is not pasted into @text: "win.paste" is. */
void tl_image_let_paste (GtkTextView *text);

/* (transfer full): asks for one picture file; show it */
GtkFileChooserNative *tl_image_chooser_new (GtkWidget *parent, const char *title);

G_END_DECLS
