/* size-row.c - width and height, in steps that the model can work with
 *
 * The spin buttons take nearly any number, so that this file, not they, decides what becomes of it
 * and can say so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/size-row.h"

#include "core/session/steer.h"

#include <glib/gi18n-lib.h>

struct _TlSizeRow
{
  GtkWidget parent_instance;

  guint step;
  gboolean is_snapping;

  GtkSpinButton *width;
  GtkSpinButton *height;
  GtkLabel *note;
  GtkWidget *room; /* holds an icon and the words */
  GtkImage *room_icon;
  GtkLabel *room_label;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TlSizeRow, tl_size_row, GTK_TYPE_WIDGET)

static char *
print_note (TlSizeRow *self, guint typed, guint snapped)
{
  if (typed < TL_MIN_SIDE)
    return g_strdup_printf (_ ("%u → %u (the smallest side)"), typed, snapped);
  if (typed > TL_MAX_SIDE)
    return g_strdup_printf (_ ("%u → %u (the largest side)"), typed, snapped);
  return g_strdup_printf (_ ("%u → %u (the model works in steps of %u)"), typed, snapped,
                          self->step);
}

static void
snap (TlSizeRow *self, GtkSpinButton *spin)
{
  guint typed = gtk_spin_button_get_value_as_int (spin);
  guint snapped = tl_snap_size (typed, self->step);
  g_autofree char *note = NULL;

  if (self->is_snapping)
    return;
  if (typed != snapped)
    {
      note = print_note (self, typed, snapped);
      gtk_label_set_label (self->note, note);
      self->is_snapping = TRUE;
      gtk_spin_button_set_value (spin, snapped);
      self->is_snapping = FALSE;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
}

static void
value_changed_cb (GtkSpinButton *spin, TlSizeRow *self)
{
  snap (self, spin);
  if (!self->is_snapping)
    g_signal_emit (self, changed_signal, 0);
}

static void
tl_size_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_size_row_parent_class)->dispose (object);
}

static void
tl_size_row_class_init (TlSizeRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_size_row_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/steer/size-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TlSizeRow, height);
  gtk_widget_class_bind_template_child (widget_class, TlSizeRow, note);
  gtk_widget_class_bind_template_child (widget_class, TlSizeRow, room);
  gtk_widget_class_bind_template_child (widget_class, TlSizeRow, room_icon);
  gtk_widget_class_bind_template_child (widget_class, TlSizeRow, room_label);
  gtk_widget_class_bind_template_child (widget_class, TlSizeRow, width);
  gtk_widget_class_bind_template_callback (widget_class, value_changed_cb);
}

static void
tl_size_row_init (TlSizeRow *self)
{
  self->step = 1;
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
tl_size_row_get_settled_size (TlSizeRow *self, guint *width, guint *height)
{
  *width = gtk_spin_button_get_value_as_int (self->width);
  *height = gtk_spin_button_get_value_as_int (self->height);
}

void
tl_size_row_get_size (TlSizeRow *self, guint *width, guint *height)
{
  gtk_spin_button_update (self->width);
  gtk_spin_button_update (self->height);
  tl_size_row_get_settled_size (self, width, height);
}

void
tl_size_row_set_size (TlSizeRow *self, guint width, guint height)
{
  gtk_spin_button_set_value (self->width, width);
  gtk_spin_button_set_value (self->height, height);
}

void
tl_size_row_set_step (TlSizeRow *self, guint step)
{
  GtkSpinButton *spins[] = { self->width, self->height };

  self->step = step;
  for (guint i = 0; i < G_N_ELEMENTS (spins); i++)
    {
      gtk_spin_button_set_increments (spins[i], step, 4 * step);
      snap (self, spins[i]);
    }
}

void
tl_size_row_set_room (TlSizeRow *self, TlRoom room, guint64 n_bytes)
{
  g_autofree char *size = g_format_size (n_bytes);
  g_autofree char *words = NULL;

  if (room == TL_ROOM_ENOUGH)
    words = g_strdup (_ ("fits into memory"));
  else if (room == TL_ROOM_TIGHT)
    words = g_strdup_printf (_ ("tight: slower, with %s of memory"), size);
  else if (room == TL_ROOM_TOO_LITTLE)
    words = g_strdup_printf (_ ("will not fit: %s of memory needed"), size);

  gtk_image_set_from_icon_name (
    self->room_icon, room == TL_ROOM_ENOUGH ? "object-select-symbolic" : "dialog-warning-symbolic");
  gtk_label_set_label (self->room_label, words != NULL ? words : "");
  gtk_widget_set_visible (self->room, words != NULL);
}
