/* test-fine-control.c - numbers come out of the fields as they went in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"
#include "ui/steer/fine-control.h"

/* As the focus does on its way through. */
static void
pass_through (GtkWidget *widget)
{
  if (GTK_IS_SPIN_BUTTON (widget))
    gtk_spin_button_update (GTK_SPIN_BUTTON (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    pass_through (child);
}

static void
test_numbers_survive (void)
{
  const gdouble rates[] = { 0.0026875, 0.1, 1 / 3.0, 1e-6, 12.345678 };
  const gdouble shares[] = { 0.125, 0.05, 2 / 3.0, 1, 0.0078125 };
  TlFineControl *control = g_object_new (TL_TYPE_FINE_CONTROL, NULL);

  g_object_ref_sink (control);
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      TlSettings settings, now;

      tl_settings_init (&settings);
      settings.lr = rates[i];
      settings.denoise = settings.detail_rate = shares[i];
      tl_fine_control_set_settings (control, &settings);
      tl_fine_control_get_settings (control, &now);
      g_assert_true (tl_settings_equal (&now, &settings));
      pass_through (GTK_WIDGET (control));
      tl_fine_control_get_settings (control, &now);
      g_assert_true (tl_settings_equal (&now, &settings));
    }
  g_object_unref (control);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/fine-control/numbers-survive", test_numbers_survive);
  return g_test_run ();
}
