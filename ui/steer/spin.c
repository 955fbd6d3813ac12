/* spin.c - numbers in spin buttons, as exact as they are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/spin.h"

#include <math.h>

/* What differs by less is one number to a spin button; it takes 12 digits to say the rest. */
#define PRECISION 1e-10

static gboolean
print (GtkSpinButton *self, const char *text)
{
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self)), text))
    gtk_editable_set_text (GTK_EDITABLE (self), text);
  return TRUE;
}

gboolean
tl_spin_button_print_rate (GtkSpinButton *self)
{
  g_autofree char *text = g_strdup_printf ("%.12g", gtk_spin_button_get_value (self));

  return print (self, text);
}

gboolean
tl_spin_button_print_share (GtkSpinButton *self)
{
  gdouble value = gtk_spin_button_get_value (self);
  gboolean is_fine = fabs (value - round (value * 100) / 100) > PRECISION;
  g_autofree char *text = g_strdup_printf (is_fine ? "%.12g" : "%.2f", value);

  return print (self, text);
}

void
tl_spin_button_settle (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *spin = focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_SPIN_BUTTON) : NULL;

  if (spin != NULL)
    gtk_spin_button_update (GTK_SPIN_BUTTON (spin));
}
