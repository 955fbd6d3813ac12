/* height-limit.h - a text that grows with what is written, up to a height
 *
 * A scrolled window that never scrolls asks for the height of its text, one that scrolls does not: so
 * it begins to scroll only where the text has outgrown the limit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @scrolled: with the vertical policy NEVER; for as long as it lives */
void tl_height_limit_add (GtkScrolledWindow *scrolled, gint height);

G_END_DECLS
