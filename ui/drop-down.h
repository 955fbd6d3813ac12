/* drop-down.h - the name of a drop-down, where the focus is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The button inside, which takes the focus, is called as @drop_down is: a screen reader would say
 * the name of its type. */
void tl_drop_down_name_button (GtkDropDown *drop_down);

G_END_DECLS
