/* export-popover.c - under which name a picture goes out, and with what
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/export/export-popover.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DEFAULT_NAME "{prompt}-{seed}-{iter}"

struct _TlExportPopover
{
  GtkPopover parent_instance;

  TlPictures *pictures;
  GSettings *preferences; /* (nullable) */
  TlFrame *frame;
  TlRecipe *recipe; /* (nullable) */
  char *folder;
  char *prompt;
  TlExportFacts facts;

  GtkEntry *name;
  GtkLabel *folder_name;
  GtkCheckButton *with_recipe;
  GtkCheckButton *with_pictures;
  GtkLabel *left_out;
};

G_DEFINE_FINAL_TYPE (TlExportPopover, tl_export_popover, GTK_TYPE_POPOVER)

static char *
dup_preference (TlExportPopover *self, const char *key)
{
  return self->preferences != NULL ? g_settings_get_string (self->preferences, key) : g_strdup ("");
}

static char *
dup_default_folder (void)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);

  return g_strdup (pictures != NULL ? pictures : g_get_home_dir ());
}

static void
set_folder (TlExportPopover *self, const char *folder)
{
  char *copy = g_strdup (folder);
  g_autofree char *name = g_filename_display_basename (folder);

  g_free (self->folder);
  self->folder = copy;
  gtk_label_set_label (self->folder_name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->folder_name), folder);
}

/* (transfer full) (nullable): what the file will say */
static TlRecipe *
dup_recipe (TlExportPopover *self)
{
  if (self->recipe == NULL || !gtk_check_button_get_active (self->with_recipe))
    return NULL;
  return gtk_check_button_get_active (self->with_pictures)
           ? tl_recipe_ref (self->recipe)
           : tl_recipe_dup_without_pictures (self->recipe);
}

/* Pictures travel in the recipe; without it, or where it has none, there is nothing to choose. */
static void
update_with_pictures (TlExportPopover *self)
{
  g_autoptr (TlRecipe) recipe = dup_recipe (self);
  g_autofree char *names = recipe != NULL ? tl_recipe_dup_left_out (recipe) : NULL;
  g_autofree char *message = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->with_pictures),
                            recipe != NULL && tl_recipe_has_pictures (self->recipe));
  if (names != NULL)
    message = g_strdup_printf (_ ("Too large to travel, and needed to repeat it: %s"), names);
  gtk_label_set_label (self->left_out, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->left_out), message != NULL);
}

/* The name that the file will have, without its extension. */
static void
suggest_name (TlExportPopover *self)
{
  g_autofree char *wish = dup_preference (self, "export-name");
  g_autofree char *path =
    tl_export_make_path (self->folder, *wish != '\0' ? wish : DEFAULT_NAME, &self->facts, "png");
  g_autofree char *base = g_filename_display_basename (path);

  *strrchr (base, '.') = '\0';
  gtk_editable_set_text (GTK_EDITABLE (self->name), base);
}

static void
folder_chosen_cb (GtkNativeDialog *chooser, gint response, TlExportPopover *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        set_folder (self, path);
      if (path != NULL && self->preferences != NULL)
        g_settings_set_string (self->preferences, "export-folder", path);
    }
  gtk_popover_popup (GTK_POPOVER (self));
  g_object_unref (chooser);
}

static void
choose_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    _ ("Export Pictures To"), GTK_WINDOW (gtk_widget_get_root (widget)),
    GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, NULL);

  gtk_popover_popdown (GTK_POPOVER (widget));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (folder_chosen_cb), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_export_popover_export (TL_EXPORT_POPOVER (widget));
}

static void
clear (TlExportPopover *self)
{
  g_clear_pointer (&self->frame, tl_frame_unref);
  g_clear_pointer (&self->recipe, tl_recipe_unref);
  g_clear_pointer (&self->prompt, g_free);
}

static void
tl_export_popover_dispose (GObject *object)
{
  TlExportPopover *self = TL_EXPORT_POPOVER (object);

  clear (self);
  g_clear_object (&self->pictures);
  g_clear_object (&self->preferences);
  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (tl_export_popover_parent_class)->dispose (object);
}

static void
tl_export_popover_class_init (TlExportPopoverClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_export_popover_dispose;
  gtk_widget_class_install_action (widget_class, "export.choose-folder", NULL,
                                   choose_folder_action);
  gtk_widget_class_install_action (widget_class, "export.export", NULL, export_action);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/export/export-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, TlExportPopover, folder_name);
  gtk_widget_class_bind_template_child (widget_class, TlExportPopover, left_out);
  gtk_widget_class_bind_template_child (widget_class, TlExportPopover, name);
  gtk_widget_class_bind_template_child (widget_class, TlExportPopover, with_pictures);
  gtk_widget_class_bind_template_child (widget_class, TlExportPopover, with_recipe);
  gtk_widget_class_bind_template_callback (widget_class, tl_export_popover_export);
  gtk_widget_class_bind_template_callback (widget_class, update_with_pictures);
}

static void
tl_export_popover_init (TlExportPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
tl_export_popover_set_up (TlExportPopover *self, TlPictures *pictures, GSettings *preferences)
{
  g_autofree char *wish = NULL;
  g_autofree char *usual = dup_default_folder ();

  g_set_object (&self->pictures, pictures);
  g_set_object (&self->preferences, preferences);
  wish = dup_preference (self, "export-folder");
  set_folder (self, *wish != '\0' ? wish : usual);
}

void
tl_export_popover_open (TlExportPopover *self, TlRun *run, TlFrame *frame)
{
  TlPrompt *prompt = tl_steer_get_prompt (tl_run_get_steer (run));

  clear (self);
  self->frame = tl_frame_ref (frame);
  self->recipe = tl_run_dup_recipe (run, tl_frame_get_iteration (frame));
  self->prompt = tl_prompt_print (prompt);
  self->facts = (TlExportFacts){ .prompt = self->prompt,
                                 .seed = tl_start_get_values (tl_run_get_start (run))->seed,
                                 .iteration = tl_frame_get_iteration (frame) };
  gtk_widget_set_sensitive (GTK_WIDGET (self->with_recipe), self->recipe != NULL);
  update_with_pictures (self);
  suggest_name (self);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

void
tl_export_popover_export (TlExportPopover *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
  g_autoptr (TlRecipe) recipe = dup_recipe (self);

  if (self->frame == NULL)
    return;
  if (g_str_has_suffix (name, ".png"))
    name[strlen (name) - strlen (".png")] = '\0';
  tl_pictures_export (self->pictures, self->frame, recipe, self->folder,
                      *name != '\0' ? name : DEFAULT_NAME, &self->facts);
  clear (self);
  gtk_popover_popdown (GTK_POPOVER (self));
}

const char *
tl_export_popover_get_folder (TlExportPopover *self)
{
  return self->folder;
}
