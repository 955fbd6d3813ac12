/* spin.h - numbers in spin buttons, as exact as they are
 *
 * A spin button reads its own text again whenever the focus leaves it. What it prints therefore has
 * all the digits that its number has, or a number that nobody touched would change.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Handlers of GtkSpinButton::output. As many digits as it takes: 0.1, 0.0026875. */
gboolean tl_spin_button_print_rate (GtkSpinButton *self);
/* The same, but two after the point at least: 0.50, 0.125. */
gboolean tl_spin_button_print_share (GtkSpinButton *self);

/* What is being typed into a spin button below the root of @widget is its number now. */
void tl_spin_button_settle (GtkWidget *widget);

G_END_DECLS
