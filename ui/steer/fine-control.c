/* fine-control.c - the numbers of steering, for those who want them
 *
 * The settings stand here as a value; controls show it and change it. The learning rate spans four
 * powers of ten, so its slider moves in the exponent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/fine-control.h"

#include "ui/inner-button.h"
#include "ui/steer/spin.h"

#include <math.h>

struct _TlFineControl
{
  GtkWidget parent_instance;

  TlSettings settings;
  gboolean is_showing; /* controls are being set, nobody turned them */

  GtkDropDown *optimizer;
  GtkDropDown *cut_method;
  GtkScale *lr_slider;
  GtkSpinButton *lr;
  GtkSpinButton *coarse;
  GtkCheckButton *anew;
  GtkSpinButton *detail_rate;
  GtkSpinButton *denoise;
  GtkSpinButton *n_cutouts;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TlFineControl, tl_fine_control, GTK_TYPE_WIDGET)

static void
show (TlFineControl *self)
{
  self->is_showing = TRUE;
  gtk_drop_down_set_selected (self->optimizer, self->settings.optimizer);
  gtk_drop_down_set_selected (self->cut_method, self->settings.cut_method);
  gtk_spin_button_set_value (self->lr, self->settings.lr);
  gtk_range_set_value (GTK_RANGE (self->lr_slider), log10 (self->settings.lr));
  gtk_spin_button_set_value (self->coarse, self->settings.coarse);
  gtk_spin_button_set_value (self->detail_rate, self->settings.detail_rate);
  gtk_spin_button_set_value (self->denoise, self->settings.denoise);
  gtk_widget_set_sensitive (GTK_WIDGET (self->detail_rate), self->settings.coarse > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->anew), tl_settings_can_begin_forms (&self->settings));
  gtk_spin_button_set_value (self->n_cutouts, self->settings.n_cutouts);
  self->is_showing = FALSE;
}

static void
turned_cb (TlFineControl *self)
{
  TlSettings *settings = &self->settings;

  if (self->is_showing)
    return;

  settings->optimizer = gtk_drop_down_get_selected (self->optimizer);
  settings->cut_method = gtk_drop_down_get_selected (self->cut_method);
  settings->lr = gtk_spin_button_get_value (self->lr);
  settings->coarse = gtk_spin_button_get_value_as_int (self->coarse);
  settings->detail_rate = gtk_spin_button_get_value (self->detail_rate);
  settings->denoise = gtk_spin_button_get_value (self->denoise);
  settings->n_cutouts = gtk_spin_button_get_value_as_int (self->n_cutouts);
  show (self);
  g_signal_emit (self, changed_signal, 0);
}

/* Two digits that count: 0.043, 0.12, 1.3. */
static gboolean
lr_slider_moved_cb (GtkRange *range, GtkScrollType scroll, gdouble value, TlFineControl *self)
{
  gdouble lr = pow (10, CLAMP (value, -4, 1));
  gdouble unit = pow (10, floor (log10 (lr)) - 1);

  gtk_spin_button_set_value (self->lr, round (lr / unit) * unit);
  return GDK_EVENT_STOP;
}

static void
tl_fine_control_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_fine_control_parent_class)->dispose (object);
}

static void
tl_fine_control_class_init (TlFineControlClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_fine_control_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/steer/fine-control.ui");
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, anew);
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, coarse);
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, cut_method);
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, denoise);
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, detail_rate);
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, lr);
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, lr_slider);
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, n_cutouts);
  gtk_widget_class_bind_template_child (widget_class, TlFineControl, optimizer);
  gtk_widget_class_bind_template_callback (widget_class, lr_slider_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, tl_spin_button_print_rate);
  gtk_widget_class_bind_template_callback (widget_class, tl_spin_button_print_share);
  gtk_widget_class_bind_template_callback (widget_class, turned_cb);
}

static void
tl_fine_control_init (TlFineControl *self)
{
  self->is_showing = TRUE;
  tl_settings_init (&self->settings);
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->optimizer);
  tl_inner_button_name (self->cut_method);
  show (self);
}

void
tl_fine_control_get_settings (TlFineControl *self, TlSettings *settings)
{
  *settings = self->settings;
}

void
tl_fine_control_set_settings (TlFineControl *self, const TlSettings *settings)
{
  self->settings = *settings;
  show (self);
  g_signal_emit (self, changed_signal, 0);
}

gboolean
tl_fine_control_is_anew (TlFineControl *self)
{
  return gtk_check_button_get_active (self->anew);
}
