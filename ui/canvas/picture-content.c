/* picture-content.c - a picture on its way out of the window, by drag and drop
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/canvas/picture-content.h"

#include "core/export/png.h"
#include "ui/canvas/canvas.h"

#define NAME "{prompt}-{seed}-{iter}"
#define ICON_SIZE 96
#define PNG "image/png"
#define FILES "text/uri-list"

#define TL_TYPE_PICTURE_CONTENT (tl_picture_content_get_type ())

G_DECLARE_FINAL_TYPE (TlPictureContent, tl_picture_content, TL, PICTURE_CONTENT, GdkContentProvider)

struct _TlPictureContent
{
  GdkContentProvider parent_instance;

  TlFrame *frame;
  TlRecipe *recipe;
  char *prompt;
  TlExportFacts facts;
};

G_DEFINE_FINAL_TYPE (TlPictureContent, tl_picture_content, GDK_TYPE_CONTENT_PROVIDER)

/* The file lies in the cache, where it stays until somebody tidies up: whoever it was dropped on
 * may still read it when Tiller is gone. */
static GBytes *
write_file (TlPictureContent *self, GBytes *png, GError **error)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "tiller", NULL);
  g_autofree char *path = NULL;
  g_autofree char *uri = NULL;

  /* If it cannot be made, writing the file says why in better words. */
  g_mkdir_with_parents (folder, 0700);
  path = tl_export_write_new (png, folder, NAME, &self->facts, error);
  if (path == NULL)
    return NULL;
  uri = g_filename_to_uri (path, NULL, error);
  return uri != NULL ? g_bytes_new_take (g_strconcat (uri, "\r\n", NULL), strlen (uri) + 2) : NULL;
}

static void
encode (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  TlPictureContent *self = TL_PICTURE_CONTENT (source);
  GError *error = NULL;
  GBytes *bytes = tl_png_encode (self->frame, self->recipe, &error);

  if (bytes != NULL && g_str_equal (data, FILES))
    {
      g_autoptr (GBytes) png = g_steal_pointer (&bytes);

      bytes = write_file (self, png, &error);
    }
  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
encoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *bytes = g_task_propagate_pointer (G_TASK (result), &error);
  gsize size;
  const void *data;

  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  data = g_bytes_get_data (bytes, &size);
  g_object_set_data_full (G_OBJECT (task), "bytes", bytes, (GDestroyNotify) g_bytes_unref);
  g_output_stream_write_all_async (g_task_get_task_data (task), data, size,
                                   g_task_get_priority (task), g_task_get_cancellable (task),
                                   written_cb, g_object_ref (task));
}

static void
write_async (GdkContentProvider *provider, const char *mime_type, GOutputStream *stream,
             int priority, GCancellable *cancellable, GAsyncReadyCallback callback,
             gpointer user_data)
{
  g_autoptr (GTask) encoding = NULL;
  GTask *task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_priority (task, priority);
  g_task_set_task_data (task, g_object_ref (stream), g_object_unref);
  encoding = g_task_new (provider, cancellable, encoded_cb, task);
  g_task_set_task_data (encoding, g_strdup (mime_type), g_free);
  g_task_run_in_thread (encoding, encode);
}

static gboolean
write_finish (GdkContentProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static GdkContentFormats *
ref_formats (GdkContentProvider *provider)
{
  GdkContentFormatsBuilder *builder = gdk_content_formats_builder_new ();

  gdk_content_formats_builder_add_gtype (builder, GDK_TYPE_TEXTURE);
  gdk_content_formats_builder_add_mime_type (builder, PNG);
  gdk_content_formats_builder_add_mime_type (builder, FILES);
  return gdk_content_formats_builder_free_to_formats (builder);
}

static gboolean
get_value (GdkContentProvider *provider, GValue *value, GError **error)
{
  TlPictureContent *self = TL_PICTURE_CONTENT (provider);

  if (!G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    return GDK_CONTENT_PROVIDER_CLASS (tl_picture_content_parent_class)
      ->get_value (provider, value, error);
  g_value_take_object (value, tl_frame_dup_texture (self->frame));
  return TRUE;
}

static void
tl_picture_content_finalize (GObject *object)
{
  TlPictureContent *self = TL_PICTURE_CONTENT (object);

  tl_frame_unref (self->frame);
  g_clear_pointer (&self->recipe, tl_recipe_unref);
  g_free (self->prompt);

  G_OBJECT_CLASS (tl_picture_content_parent_class)->finalize (object);
}

static void
tl_picture_content_class_init (TlPictureContentClass *class)
{
  GdkContentProviderClass *provider_class = GDK_CONTENT_PROVIDER_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = tl_picture_content_finalize;
  provider_class->ref_formats = ref_formats;
  provider_class->get_value = get_value;
  provider_class->write_mime_type_async = write_async;
  provider_class->write_mime_type_finish = write_finish;
}

static void
tl_picture_content_init (TlPictureContent *self)
{
}

GdkContentProvider *
tl_picture_content_new (TlFrame *frame, TlRecipe *recipe, const TlExportFacts *facts)
{
  TlPictureContent *self = g_object_new (TL_TYPE_PICTURE_CONTENT, NULL);

  self->frame = tl_frame_ref (frame);
  self->recipe = recipe != NULL ? tl_recipe_ref (recipe) : NULL;
  self->prompt = g_strdup (facts->prompt);
  self->facts = *facts;
  self->facts.prompt = self->prompt;
  return GDK_CONTENT_PROVIDER (self);
}

GdkPaintable *
tl_picture_content_dup_icon (TlFrame *frame)
{
  g_autoptr (GdkTexture) texture = tl_frame_dup_texture (frame);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  gdouble width = tl_frame_get_width (frame);
  gdouble height = tl_frame_get_height (frame);
  gdouble scale = ICON_SIZE / MAX (width, height);
  graphene_size_t size = GRAPHENE_SIZE_INIT (width * scale, height * scale);

  gtk_snapshot_append_texture (snapshot, texture,
                               &GRAPHENE_RECT_INIT (0, 0, size.width, size.height));
  return gtk_snapshot_free_to_paintable (snapshot, &size);
}
