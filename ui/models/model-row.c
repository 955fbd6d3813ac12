/* model-row.c - which models the next run is computed with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/models/model-row.h"

#include <glib/gi18n-lib.h>

typedef enum
{
  FILE_VQGAN,
  FILE_CLIP,
  FILE_VOCAB,
  N_FILES
} FileKind;

struct _TlModelRow
{
  GtkWidget parent_instance;

  char *paths[N_FILES]; /* (nullable): chosen in the popover, not yet in force */

  GtkWidget *button;
  GtkPopover *popover;
  GtkLabel *name;
  GtkSpinner *spinner;
  GtkImage *starter_mark;
  GtkLabel *vqgan;
  GtkLabel *clip;
  GtkLabel *vocab;
};

G_DEFINE_FINAL_TYPE (TlModelRow, tl_model_row, GTK_TYPE_WIDGET)

static void
show_paths (TlModelRow *self)
{
  GtkLabel *labels[N_FILES] = { self->vqgan, self->clip, self->vocab };
  const char *absent[N_FILES] = { _ ("Choose…"), _ ("Choose…"), _ ("Found by itself") };

  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *base =
        self->paths[i] != NULL ? g_filename_display_basename (self->paths[i]) : NULL;

      gtk_label_set_label (labels[i], base != NULL ? base : absent[i]);
    }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "models.use-files",
                                 self->paths[FILE_VQGAN] != NULL && self->paths[FILE_CLIP] != NULL);
}

static void
set_path (TlModelRow *self, FileKind kind, const char *path)
{
  char *copy = g_strdup (path);

  g_free (self->paths[kind]);
  self->paths[kind] = copy;
}

static void
chosen_cb (GtkNativeDialog *chooser, gint response, TlModelRow *self)
{
  FileKind kind = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chooser), "kind"));

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      g_autofree char *path = g_file_get_path (file);

      set_path (self, kind, path);
      show_paths (self);
    }
  gtk_popover_popup (self->popover);
  g_object_unref (chooser);
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlModelRow *self = TL_MODEL_ROW (widget);
  const char *titles[N_FILES] = { _ ("Image Model (VQGAN)"), _ ("Words and Pictures (CLIP)"),
                                  _ ("Vocabulary of CLIP") };
  guint kind = g_variant_get_uint32 (parameter);
  GtkFileChooserNative *chooser;

  g_return_if_fail (kind < N_FILES);
  gtk_popover_popdown (self->popover);
  chooser = gtk_file_chooser_native_new (titles[kind], GTK_WINDOW (gtk_widget_get_root (widget)),
                                         GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  if (self->paths[kind] != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_path (self->paths[kind]);

      /* A folder that is gone only means that the dialog opens elsewhere. */
      gtk_file_chooser_set_file (GTK_FILE_CHOOSER (chooser), file, NULL);
    }
  g_object_set_data (G_OBJECT (chooser), "kind", GUINT_TO_POINTER (kind));
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_popover_popup (TL_MODEL_ROW (widget)->popover);
}

static void
use_files_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlModelRow *self = TL_MODEL_ROW (widget);
  const char *vocab = self->paths[FILE_VOCAB];

  gtk_popover_popdown (self->popover);
  gtk_widget_activate_action (widget, "app.use-models", "(sss)", self->paths[FILE_VQGAN],
                              self->paths[FILE_CLIP], vocab != NULL ? vocab : "");
}

static void
use_starter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_popover_popdown (TL_MODEL_ROW (widget)->popover);
  gtk_widget_activate_action (widget, "app.use-models", "(sss)", "", "", "");
}

static void
tl_model_row_dispose (GObject *object)
{
  TlModelRow *self = TL_MODEL_ROW (object);
  GtkWidget *child;

  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->popover)));
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  for (guint i = 0; i < N_FILES; i++)
    g_clear_pointer (&self->paths[i], g_free);

  G_OBJECT_CLASS (tl_model_row_parent_class)->dispose (object);
}

static void
tl_model_row_class_init (TlModelRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_model_row_dispose;
  gtk_widget_class_install_action (widget_class, "models.choose", "u", choose_action);
  gtk_widget_class_install_action (widget_class, "models.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "models.use-files", NULL, use_files_action);
  gtk_widget_class_install_action (widget_class, "models.use-starter", NULL, use_starter_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/models/model-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TlModelRow, button);
  gtk_widget_class_bind_template_child (widget_class, TlModelRow, clip);
  gtk_widget_class_bind_template_child (widget_class, TlModelRow, name);
  gtk_widget_class_bind_template_child (widget_class, TlModelRow, popover);
  gtk_widget_class_bind_template_child (widget_class, TlModelRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, TlModelRow, starter_mark);
  gtk_widget_class_bind_template_child (widget_class, TlModelRow, vocab);
  gtk_widget_class_bind_template_child (widget_class, TlModelRow, vqgan);
}

static void
tl_model_row_init (TlModelRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->popover), self->button);
  show_paths (self);
}

void
tl_model_row_set_backend (TlModelRow *self, TlBackend *backend, gboolean is_loading)
{
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_loading);
  gtk_spinner_set_spinning (self->spinner, is_loading);
  if (backend != NULL)
    {
      const TlBackendValues *values = tl_backend_get_values (backend);
      g_autofree char *name = tl_backend_dup_name (backend);

      gtk_label_set_label (self->name, name);
      gtk_widget_set_opacity (GTK_WIDGET (self->starter_mark), values->is_starter ? 1 : 0);
      if (!values->is_starter)
        {
          set_path (self, FILE_VQGAN, values->files.vqgan);
          set_path (self, FILE_CLIP, values->files.clip);
          set_path (self, FILE_VOCAB, values->files.vocab);
        }
    }
  show_paths (self);
}
