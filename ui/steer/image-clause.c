/* image-clause.c - pictures that become clauses of a prompt
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/image-clause.h"

#include "ui/images.h"

#include <glib/gi18n-lib.h>

/* The window may be closed before the picture is read: then the list is nobody's, and the view says
 * nothing. */
typedef struct
{
  TlPromptList *list;
  GtkWidget *view;
  char *name; /* (nullable) */
} Wish;

static Wish *
wish_new (TlPromptList *list, GtkWidget *view, const char *name)
{
  Wish *self = g_new (Wish, 1);

  *self = (Wish){ g_object_ref (list), g_object_ref (view), g_strdup (name) };
  return self;
}

static void
wish_free (gpointer data)
{
  Wish *self = data;

  g_object_unref (self->list);
  g_object_unref (self->view);
  g_free (self->name);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wish, wish_free)

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Wish) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlAsset) asset = tl_image_load_finish (result, &error);

  if (asset == NULL)
    gtk_widget_activate_action (self->view, "win.show-error", "s", error->message);
  else if (self->name != NULL)
    tl_prompt_list_bring_image (self->list, self->name, asset);
  else
    tl_prompt_list_add_image (self->list, asset);
}

/* Takes the wish. */
static void
chosen_cb (GtkNativeDialog *chooser, gint response, gpointer user_data)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      tl_image_load_file_async (file, loaded_cb, user_data);
    }
  else
    wish_free (user_data);
  g_object_unref (chooser);
}

void
tl_image_clause_choose (TlPromptList *list, GtkWidget *view, const char *name)
{
  GtkFileChooserNative *chooser = tl_image_chooser_new (view, _ ("Steer Towards a Picture"));

  g_signal_connect (chooser, "response", G_CALLBACK (chosen_cb), wish_new (list, view, name));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

gboolean
tl_image_clause_drop (TlPromptList *list, GtkWidget *view, const GValue *value)
{
  Wish *wish = wish_new (list, view, NULL);

  if (tl_image_load_value_async (value, loaded_cb, wish))
    return TRUE;
  wish_free (wish);
  return FALSE;
}
