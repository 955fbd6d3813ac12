/* inner-button.h - the name of a drop-down or menu button, where the focus is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The button inside @widget (GtkDropDown, GtkMenuButton), which takes the focus, is called as
 * @widget is: a screen reader would say the name of its type. */
void tl_inner_button_name (gpointer widget);

G_END_DECLS
