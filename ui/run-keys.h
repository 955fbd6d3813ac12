/* run-keys.h - the keys that act on runs
 *
 * Single letters belong to the canvas, the grid and the tree, where nobody types (product.md, 4.6).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* In class_init: the widget, and what is in it, names the window's actions by these keys. */
void tl_run_keys_add (GtkWidgetClass *class);

G_END_DECLS
