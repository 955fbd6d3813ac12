/* inner-button.c - the name of a drop-down or menu button, where the focus is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/inner-button.h"

void
tl_inner_button_name (gpointer widget)
{
  GtkWidget *button = gtk_widget_get_first_child (widget);

  if (GTK_IS_BUTTON (button))
    gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                    widget, NULL, -1);
}
