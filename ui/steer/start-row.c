/* start-row.c - what a run starts from: random codes or a picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/start-row.h"

#include "ui/images.h"
#include "ui/inner-button.h"
#include "ui/steer/spin.h"

#include <glib/gi18n-lib.h>

#define THUMBNAIL_SIZE 64

struct _TlStartRow
{
  GtkWidget parent_instance;

  TlAsset *image;

  GtkLabel *name;
  GtkPicture *thumbnail;
  GtkWidget *clear;
  GtkWidget *missing;
  GtkWidget *details;
  GtkWidget *fit_line;
  GtkDropDown *fit;
  GtkAdjustment *hold;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TlStartRow, tl_start_row, GTK_TYPE_WIDGET)

static void
thumbnail_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlStartRow) self = user_data;
  /* It was seen to be a picture; without a thumbnail the row still has its name. */
  g_autoptr (GdkTexture) texture = tl_image_thumbnail_finish (result, NULL);

  if (texture != NULL && tl_image_thumbnail_get_asset (result) == self->image)
    gtk_picture_set_paintable (self->thumbnail, GDK_PAINTABLE (texture));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlStartRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlAsset) image = tl_image_load_finish (result, &error);

  if (image == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-error", "s", error->message);
  else
    tl_start_row_set_image (self, image);
}

static void
chosen_cb (GtkNativeDialog *chooser, gint response, TlStartRow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      tl_image_load_file_async (file, loaded_cb, g_object_ref (self));
    }
  g_object_unref (chooser);
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkFileChooserNative *chooser = tl_image_chooser_new (widget, _ ("Start From a Picture"));

  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_start_row_set_image (TL_START_ROW (widget), NULL);
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, gdouble x, gdouble y, TlStartRow *self)
{
  if (tl_image_load_value_async (value, loaded_cb, g_object_ref (self)))
    return TRUE;
  g_object_unref (self);
  return FALSE;
}

static void
changed_cb (TlStartRow *self)
{
  g_signal_emit (self, changed_signal, 0);
}

/* A run may be held close to random codes too: what is in force is shown. */
static void
show_details (TlStartRow *self)
{
  gboolean has_image = self->image != NULL;

  gtk_widget_set_visible (self->fit_line, has_image);
  gtk_widget_set_visible (self->details, has_image || tl_start_row_get_hold (self) > 0);
}

static void
tl_start_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&TL_START_ROW (object)->image, tl_asset_unref);

  G_OBJECT_CLASS (tl_start_row_parent_class)->dispose (object);
}

static void
tl_start_row_class_init (TlStartRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_start_row_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "start.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "start.clear", NULL, clear_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/steer/start-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TlStartRow, clear);
  gtk_widget_class_bind_template_child (widget_class, TlStartRow, details);
  gtk_widget_class_bind_template_child (widget_class, TlStartRow, fit);
  gtk_widget_class_bind_template_child (widget_class, TlStartRow, fit_line);
  gtk_widget_class_bind_template_child (widget_class, TlStartRow, hold);
  gtk_widget_class_bind_template_child (widget_class, TlStartRow, missing);
  gtk_widget_class_bind_template_child (widget_class, TlStartRow, name);
  gtk_widget_class_bind_template_child (widget_class, TlStartRow, thumbnail);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, tl_spin_button_print_share);
}

static void
tl_start_row_init (TlStartRow *self)
{
  GtkDropTarget *target = tl_image_drop_target_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->fit);
  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

TlAsset *
tl_start_row_get_image (TlStartRow *self)
{
  return self->image;
}

void
tl_start_row_set_image (TlStartRow *self, TlAsset *image)
{
  gboolean has_image = image != NULL;
  gboolean is_here = has_image && tl_asset_get_bytes (image) != NULL;

  if (has_image)
    tl_asset_ref (image);
  g_clear_pointer (&self->image, tl_asset_unref);
  self->image = image;

  gtk_picture_set_paintable (self->thumbnail, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->thumbnail), is_here);
  gtk_widget_set_visible (self->missing, has_image && !is_here);
  gtk_widget_set_visible (self->clear, has_image);
  gtk_label_set_label (self->name, has_image ? tl_asset_get_name (image) : _ ("Random"));
  if (!has_image)
    gtk_adjustment_set_value (self->hold, 0);
  show_details (self);
  if (is_here)
    tl_image_thumbnail_async (image, THUMBNAIL_SIZE, thumbnail_cb, g_object_ref (self));
  changed_cb (self);
}

TlFit
tl_start_row_get_fit (TlStartRow *self)
{
  return gtk_drop_down_get_selected (self->fit);
}

void
tl_start_row_set_fit (TlStartRow *self, TlFit fit)
{
  gtk_drop_down_set_selected (self->fit, fit);
}

gdouble
tl_start_row_get_hold (TlStartRow *self)
{
  return gtk_adjustment_get_value (self->hold);
}

void
tl_start_row_set_hold (TlStartRow *self, gdouble hold)
{
  gtk_adjustment_set_value (self->hold, hold);
  show_details (self);
}
