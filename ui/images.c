/* images.c - pictures that come into the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/images.h"

#include "core/base/error.h"
#include "core/session/picture.h"

#include <glib/gi18n-lib.h>

static void
return_if_picture (GTask *task, TlAsset *asset)
{
  GError *error = NULL;
  TlFrame *frame = tl_picture_read (tl_asset_get_bytes (asset), tl_asset_get_name (asset), &error);

  if (frame == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, tl_asset_ref (asset), (GDestroyNotify) tl_asset_unref);
  g_clear_pointer (&frame, tl_frame_unref);
}

static void
load_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autofree char *path = g_file_get_path (data);
  g_autoptr (TlAsset) asset = NULL;
  GError *error = NULL;

  if (path == NULL)
    tl_error_set (&error, TL_ERROR_MISSING,
                  _ ("Only pictures on this computer can be used; save it here first."));
  else
    asset = tl_asset_load (path, &error);
  if (asset == NULL)
    g_task_return_error (task, error);
  else
    return_if_picture (task, asset);
}

static void
load_texture (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GBytes) bytes = gdk_texture_save_to_png_bytes (data);
  /* Translators: the name of a picture that came without a file */
  g_autoptr (TlAsset) asset = tl_asset_new (_ ("pasted.png"), bytes);

  return_if_picture (task, asset);
}

typedef struct
{
  TlAsset *asset;
  gint size;
} Thumbnail;

static void
thumbnail_free (gpointer data)
{
  Thumbnail *self = data;

  tl_asset_unref (self->asset);
  g_free (self);
}

static void
make_thumbnail (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Thumbnail *thumbnail = data;
  g_autoptr (GInputStream) stream =
    g_memory_input_stream_new_from_bytes (tl_asset_get_bytes (thumbnail->asset));
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GdkPixbuf) upright = NULL;
  GError *error = NULL;

  pixbuf = gdk_pixbuf_new_from_stream_at_scale (stream, thumbnail->size, thumbnail->size, TRUE,
                                                NULL, &error);
  if (pixbuf == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  upright = gdk_pixbuf_apply_embedded_orientation (pixbuf);
  g_task_return_pointer (task, gdk_texture_new_for_pixbuf (upright), g_object_unref);
}

static void
run_task (GTaskThreadFunc func, gpointer data, GDestroyNotify free_data,
          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_task_data (task, data, free_data);
  g_task_run_in_thread (task, func);
}

void
tl_image_load_file_async (GFile *file, GAsyncReadyCallback callback, gpointer user_data)
{
  run_task (load_file, g_object_ref (file), g_object_unref, callback, user_data);
}

void
tl_image_load_texture_async (GdkTexture *texture, GAsyncReadyCallback callback, gpointer user_data)
{
  run_task (load_texture, g_object_ref (texture), g_object_unref, callback, user_data);
}

TlAsset *
tl_image_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tl_image_thumbnail_async (TlAsset *asset, guint size, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Thumbnail *thumbnail = g_new (Thumbnail, 1);

  *thumbnail = (Thumbnail){ .asset = tl_asset_ref (asset), .size = size };
  run_task (make_thumbnail, thumbnail, thumbnail_free, callback, user_data);
}

TlAsset *
tl_image_thumbnail_get_asset (GAsyncResult *result)
{
  const Thumbnail *thumbnail = g_task_get_task_data (G_TASK (result));

  return thumbnail->asset;
}

GdkTexture *
tl_image_thumbnail_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

GtkDropTarget *
tl_image_drop_target_new (void)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  return target;
}

GFile *
tl_image_dup_dropped_file (const GValue *value)
{
  g_autoptr (GSList) files = NULL;

  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) || g_value_get_boxed (value) == NULL)
    return NULL;
  files = gdk_file_list_get_files (g_value_get_boxed (value));
  return files != NULL ? g_object_ref (files->data) : NULL;
}

gboolean
tl_image_load_value_async (const GValue *value, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GFile) file = tl_image_dup_dropped_file (value);

  if (file != NULL)
    tl_image_load_file_async (file, callback, user_data);
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    tl_image_load_texture_async (g_value_get_object (value), callback, user_data);
  else
    return FALSE;
  return TRUE;
}

GType
tl_image_find_on_clipboard (GdkClipboard *clipboard)
{
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  g_autoptr (GdkContentFormats) all =
    gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (formats));

  if (gdk_content_formats_contain_gtype (all, GDK_TYPE_FILE_LIST))
    return GDK_TYPE_FILE_LIST;
  if (gdk_content_formats_contain_gtype (all, G_TYPE_STRING)
      || !gdk_content_formats_contain_gtype (all, GDK_TYPE_TEXTURE))
    return G_TYPE_INVALID;
  return GDK_TYPE_TEXTURE;
}

static void
paste_cb (GtkTextView *text)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (text));

  if (tl_image_find_on_clipboard (clipboard) == G_TYPE_INVALID)
    return;
  g_signal_stop_emission_by_name (text, "paste-clipboard");
  gtk_widget_activate_action (GTK_WIDGET (text), "win.paste", NULL);
}

void
tl_image_let_paste (GtkTextView *text)
{
  g_signal_connect (text, "paste-clipboard", G_CALLBACK (paste_cb), NULL);
}

GtkFileChooserNative *
tl_image_chooser_new (GtkWidget *parent, const char *title)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    title, GTK_WINDOW (gtk_widget_get_root (parent)), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Pictures"));
  gtk_file_filter_add_pixbuf_formats (filter);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  return chooser;
}
