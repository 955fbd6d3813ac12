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

/* A texture no larger than @size pixels along its longer side. */
void tl_image_thumbnail_async (TlAsset *asset, guint size, GAsyncReadyCallback callback,
                               gpointer user_data);
/* (transfer full) */
GdkTexture *tl_image_thumbnail_finish (GAsyncResult *result, GError **error);

/* What a drop target of pictures accepts. */
GtkDropTarget *tl_image_drop_target_new (void);

/* Loads what was dropped. Returns FALSE if it is no kind of picture. */
gboolean tl_image_load_value_async (const GValue *value, GAsyncReadyCallback callback,
                                    gpointer user_data);

/* (transfer full): asks for one picture file; show it */
GtkFileChooserNative *tl_image_chooser_new (GtkWidget *parent, const char *title);

G_END_DECLS
