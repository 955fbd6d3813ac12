/* init.h - what the widgets need before the first of them is made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Templates and icons from the program's own resources, and its style, for the display that GTK
 * has opened. Once, after gtk_init(). */
void tl_ui_init (void);

G_END_DECLS
