/* sort-items.h - the orders that the candidates may be brought into, as a menu
 *
 * An order that nothing is known for yet cannot be chosen, and says why.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @reason: (nullable): why there is no judge to sort by; NULL: there is one */
void tl_sort_items_show (GtkDropDown *sort, const char *reason);

G_END_DECLS
