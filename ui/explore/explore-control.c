/* explore-control.c - how many starts, how far, and how long that takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/explore-control.h"

#include "ui/steer/status.h"

#include <glib/gi18n-lib.h>

struct _TlExploreControl
{
  GtkWidget parent_instance;

  GtkSpinButton *seeds;
  GtkSpinButton *hold;
  GtkCheckButton *keeps_best_half;
  GtkLabel *estimate;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TlExploreControl, tl_explore_control, GTK_TYPE_WIDGET)

static void
changed_cb (TlExploreControl *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
tl_explore_control_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_explore_control_parent_class)->dispose (object);
}

static void
tl_explore_control_class_init (TlExploreControlClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_explore_control_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/explore/explore-control.ui");
  gtk_widget_class_bind_template_child (widget_class, TlExploreControl, estimate);
  gtk_widget_class_bind_template_child (widget_class, TlExploreControl, hold);
  gtk_widget_class_bind_template_child (widget_class, TlExploreControl, keeps_best_half);
  gtk_widget_class_bind_template_child (widget_class, TlExploreControl, seeds);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
tl_explore_control_init (TlExploreControl *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_explore_control_set_estimate (self, 0);
}

guint
tl_explore_control_get_n_seeds (TlExploreControl *self)
{
  return gtk_spin_button_get_value_as_int (self->seeds);
}

guint
tl_explore_control_get_hold (TlExploreControl *self)
{
  return gtk_spin_button_get_value_as_int (self->hold);
}

gboolean
tl_explore_control_get_keeps_best_half (TlExploreControl *self)
{
  return gtk_check_button_get_active (self->keeps_best_half);
}

void
tl_explore_control_set_estimate (TlExploreControl *self, gdouble seconds)
{
  g_autofree char *duration = seconds > 0 ? tl_status_print_duration (seconds) : NULL;
  g_autofree char *text = NULL;

  if (duration != NULL)
    /* Translators: %s is a duration, "7 min" */
    text = g_strdup_printf (_ ("Takes %s, measured here"), duration);
  else
    text =
      g_strdup_printf (_ ("%lu iterations in all"), (gulong) tl_explore_control_get_n_seeds (self)
                                                      * tl_explore_control_get_hold (self));
  gtk_label_set_label (self->estimate, text);
}
