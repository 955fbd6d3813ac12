/* pictures.c - pictures that come into a window and go out of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/pictures.h"

#include "core/base/error.h"
#include "core/export/png.h"
#include "ui/images.h"

#include <glib/gi18n-lib.h>

struct _TlPictures
{
  GObject parent_instance;

  TlSteerPage *page; /* (nullable): the window is gone */
  TlSteerPane *pane;
  TlBar *bar;
  TlAsset *offered;  /* (nullable): came in, until it is said what for */
  TlRecipe *recipe;  /* (nullable): of the offered one */
  TlFrame *exported; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (TlPictures, tl_pictures, G_TYPE_OBJECT)

enum
{
  EXPORT_BEGAN,
  EXPORT_ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- In ------------------------------------------------------------------------------------- */

/* @reason: (nullable): why not what it was made from */
static void
offer_picture (TlPictures *self, const char *reason)
{
  const TlBarButton buttons[] = { { _ ("Steer Towards It"), "win.use-picture::prompt" },
                                  { _ ("Start From It"), "win.use-picture::start" },
                                  { NULL, NULL } };
  const char *name = tl_asset_get_name (self->offered);
  g_autofree char *message =
    reason == NULL ? g_strdup_printf (_ ("What is “%s” for?"), name)
                   /* Translators: the first is a sentence: "This recipe was written by…" */
                   : g_strdup_printf (_ ("%s. What is “%s” itself for?"), reason, name);

  tl_bar_show (self->bar, TL_BAR_QUESTION, message, buttons);
}

static void
offer_recipe (TlPictures *self)
{
  const TlBarButton buttons[] = { { _ ("Use All"), "win.use-picture::all" },
                                  { _ ("Remix"), "win.use-picture::remix" },
                                  { _ ("Prompt"), "win.use-picture::words" },
                                  { _ ("Seed"), "win.use-picture::seed" },
                                  { NULL, NULL } };
  g_autofree char *message =
    g_strdup_printf (_ ("“%s” says what it was made from."), tl_asset_get_name (self->offered));

  tl_bar_show (self->bar, TL_BAR_QUESTION, message, buttons);
}

/* It cannot be repeated; what there is of it can still be used. */
static void
offer_rest (TlPictures *self, const char *reason)
{
  const TlBarButton buttons[] = { { _ ("Remix"), "win.use-picture::remix" },
                                  { _ ("Prompt"), "win.use-picture::words" },
                                  { _ ("Seed"), "win.use-picture::seed" },
                                  { NULL, NULL } };

  tl_bar_show (self->bar, TL_BAR_ERROR, reason, buttons);
}

static void
read_recipe (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autofree char *text = tl_png_find_recipe (tl_asset_get_bytes (data), &error);
  TlRecipe *recipe = text != NULL ? tl_recipe_parse (text, &error) : NULL;

  if (recipe == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, recipe, (GDestroyNotify) tl_recipe_unref);
}

static void
recipe_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TlPictures *self = TL_PICTURES (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlRecipe) recipe = g_task_propagate_pointer (G_TASK (result), &error);

  /* Another one may have come in since. */
  if (self->page == NULL || g_task_get_task_data (G_TASK (result)) != self->offered)
    return;
  g_clear_pointer (&self->recipe, tl_recipe_unref);
  self->recipe = g_steal_pointer (&recipe);
  if (self->recipe != NULL)
    offer_recipe (self);
  else
    /* A picture without a recipe, or with a damaged one, is a picture; another Tiller may be able
     * to read one that this one cannot. */
    offer_picture (self,
                   g_error_matches (error, TL_ERROR, TL_ERROR_UNTRUSTED) ? error->message : NULL);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlPictures) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlAsset) asset = tl_image_load_finish (result, &error);
  g_autoptr (GTask) task = NULL;

  if (self->page == NULL)
    return;
  if (asset == NULL)
    {
      tl_bar_show (self->bar, TL_BAR_ERROR, error->message, NULL);
      return;
    }

  g_clear_pointer (&self->offered, tl_asset_unref);
  g_clear_pointer (&self->recipe, tl_recipe_unref);
  self->offered = tl_asset_ref (asset);
  task = g_task_new (self, NULL, recipe_cb, NULL);
  g_task_set_task_data (task, tl_asset_ref (asset), (GDestroyNotify) tl_asset_unref);
  g_task_run_in_thread (task, read_recipe);
}

static void
say_nothing_to_paste (TlPictures *self)
{
  tl_bar_show (self->bar, TL_BAR_MESSAGE, _ ("There is no picture on the clipboard."), NULL);
}

static void
pasted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlPictures) self = user_data;
  g_autoptr (GError) error = NULL;
  /* Borrowed: the clipboard's. */
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (self->page == NULL)
    return;
  if (value == NULL)
    tl_bar_show (self->bar, TL_BAR_ERROR, error->message, NULL);
  else if (!tl_pictures_drop (self, value))
    say_nothing_to_paste (self);
}

static void
use_recipe (TlPictures *self, const char *what)
{
  const TlJournalEntry *entry =
    tl_recipe_find_entry (self->recipe, tl_recipe_get_iteration (self->recipe));
  TlStart *start = tl_recipe_get_start (self->recipe);

  if (g_str_equal (what, "seed"))
    tl_steer_pane_use_seed (self->pane, tl_start_get_values (start)->seed, TRUE);
  else if (g_str_equal (what, "words"))
    tl_steer_pane_use_words (self->pane, entry->steer);
  else
    {
      tl_steer_pane_use_start (self->pane, start);
      if (!g_str_equal (what, "remix"))
        tl_steer_pane_use_seed (self->pane, tl_start_get_values (start)->seed, TRUE);
      tl_steer_pane_use_steer (self->pane, entry->steer);
    }
}

/* --- Out ------------------------------------------------------------------------------------ */

typedef struct
{
  TlFrame *frame;
  TlRecipe *recipe; /* (nullable) */
  char *folder, *name, *prompt;
  TlExportFacts facts;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  tl_frame_unref (self->frame);
  g_clear_pointer (&self->recipe, tl_recipe_unref);
  g_free (self->folder);
  g_free (self->name);
  g_free (self->prompt);
  g_free (self);
}

static void
export_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *export = data;
  GError *error = NULL;
  g_autoptr (GBytes) png = tl_png_encode (export->frame, export->recipe, &error);
  char *path = NULL;

  /* If it cannot be made, writing the file says why in better words. */
  g_mkdir_with_parents (export->folder, 0755);
  if (png != NULL)
    path = tl_export_write_new (png, export->folder, export->name, &export->facts, &error);
  if (path == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, path, g_free);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TlPictures *self = TL_PICTURES (source);
  GApplication *application = g_application_get_default ();
  const Export *export = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *base = NULL;
  g_autofree char *message = NULL;
  g_autofree char *show = NULL;

  if (application != NULL)
    g_application_release (application);
  if (self->page == NULL)
    return;
  g_signal_emit (self, signals[EXPORT_ENDED], 0, path != NULL);
  if (path == NULL)
    {
      tl_bar_show (self->bar, TL_BAR_ERROR, error->message,
                   (TlBarButton[]){ { _ ("Try Again"), "win.export" }, { NULL, NULL } });
      return;
    }

  g_clear_pointer (&self->exported, tl_frame_unref);
  self->exported = tl_frame_ref (export->frame);
  base = g_filename_display_basename (path);
  message = g_strdup_printf (_ ("Exported “%s”"), base);
  show = g_action_print_detailed_name ("win.show-file", g_variant_new_string (path));
  tl_bar_show (
    self->bar, TL_BAR_MESSAGE, message,
    (TlBarButton[]){ { _ ("Show"), show }, { _ ("Copy"), "win.copy-exported" }, { NULL, NULL } });
}

static void
copy_frame (TlPictures *self, TlFrame *frame)
{
  g_autoptr (GdkTexture) texture = tl_frame_dup_texture (frame);

  if (texture == NULL)
    return;
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self->page)), texture);
  tl_bar_show (self->bar, TL_BAR_MESSAGE, _ ("The picture is on the clipboard."), NULL);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *path = user_data;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autofree char *folder = NULL;
  g_autofree char *uri = NULL;

  /* Without a file manager that selects files, the folder is opened by whatever opens folders. */
  if (reply != NULL)
    return;
  folder = g_path_get_dirname (path);
  uri = g_filename_to_uri (folder, NULL, NULL);
  if (uri != NULL)
    gtk_show_uri (NULL, uri, GDK_CURRENT_TIME);
}

/* --- GObject -------------------------------------------------------------------------------- */

static void
tl_pictures_finalize (GObject *object)
{
  TlPictures *self = TL_PICTURES (object);

  g_clear_pointer (&self->offered, tl_asset_unref);
  g_clear_pointer (&self->recipe, tl_recipe_unref);
  g_clear_pointer (&self->exported, tl_frame_unref);

  G_OBJECT_CLASS (tl_pictures_parent_class)->finalize (object);
}

static void
tl_pictures_class_init (TlPicturesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = tl_pictures_finalize;

  signals[EXPORT_BEGAN] = g_signal_new ("export-began", G_TYPE_FROM_CLASS (class),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EXPORT_ENDED] =
    g_signal_new ("export-ended", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
tl_pictures_init (TlPictures *self)
{
}

TlPictures *
tl_pictures_new (TlSteerPage *page, TlSteerPane *pane, TlBar *bar)
{
  TlPictures *self = g_object_new (TL_TYPE_PICTURES, NULL);

  self->page = page;
  self->pane = pane;
  self->bar = bar;
  return self;
}

void
tl_pictures_detach (TlPictures *self)
{
  self->page = NULL;
  self->pane = NULL;
  self->bar = NULL;
}

void
tl_pictures_open (TlPictures *self, GFile *file)
{
  tl_image_load_file_async (file, loaded_cb, g_object_ref (self));
}

gboolean
tl_pictures_drop (TlPictures *self, const GValue *value)
{
  if (tl_image_load_value_async (value, loaded_cb, g_object_ref (self)))
    return TRUE;
  g_object_unref (self);
  return FALSE;
}

void
tl_pictures_paste (TlPictures *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self->page));
  GType type = tl_image_find_on_clipboard (clipboard);

  if (type == G_TYPE_INVALID)
    say_nothing_to_paste (self);
  else
    gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, NULL, pasted_cb,
                                    g_object_ref (self));
}

void
tl_pictures_fill (TlPictures *self, GPtrArray *known)
{
  g_autoptr (TlRecipe) bare = self->recipe;

  if (bare != NULL)
    self->recipe = tl_recipe_dup_filled (bare, known);
}

gboolean
tl_pictures_use (TlPictures *self, const char *what)
{
  g_autoptr (GError) error = NULL;

  if (self->offered == NULL)
    return FALSE;
  if (g_str_equal (what, "all") && self->recipe != NULL
      && !tl_recipe_check_pictures (self->recipe, &error))
    {
      offer_rest (self, error->message);
      return FALSE;
    }

  if (g_str_equal (what, "start"))
    tl_steer_pane_set_start_image (self->pane, self->offered);
  else if (g_str_equal (what, "prompt"))
    tl_prompt_list_add_image (tl_steer_pane_get_prompts (self->pane), self->offered);
  else if (self->recipe != NULL)
    use_recipe (self, what);
  return TRUE;
}

TlRecipe *
tl_pictures_get_recipe (TlPictures *self)
{
  return self->recipe;
}

void
tl_pictures_copy (TlPictures *self)
{
  copy_frame (self, tl_steer_page_get_frame (self->page));
}

void
tl_pictures_copy_exported (TlPictures *self)
{
  copy_frame (self, self->exported);
}

void
tl_pictures_show_file (TlPictures *self, const char *path)
{
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus =
    application != NULL ? g_application_get_dbus_connection (application) : NULL;
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  const char *uris[] = { uri, NULL };

  if (bus != NULL && uri != NULL)
    g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                            "org.freedesktop.FileManager1", "ShowItems",
                            g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                            NULL, shown_cb, g_strdup (path));
}

void
tl_pictures_export (TlPictures *self, TlFrame *frame, TlRecipe *recipe, const char *folder,
                    const char *name, const TlExportFacts *facts)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, exported_cb, NULL);
  Export *export = g_new0 (Export, 1);

  /* The window waits for it; one that is closed all the same does not stop it. */
  g_signal_emit (self, signals[EXPORT_BEGAN], 0);
  if (g_application_get_default () != NULL)
    g_application_hold (g_application_get_default ());
  export->frame = tl_frame_ref (frame);
  export->recipe = recipe != NULL ? tl_recipe_ref (recipe) : NULL;
  export->folder = g_strdup (folder);
  export->name = g_strdup (name);
  export->prompt = g_strdup (facts->prompt);
  export->facts = *facts;
  export->facts.prompt = export->prompt;
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, export_in_thread);
}
