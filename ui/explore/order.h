/* order.h - in which order candidates stand
 *
 * Pure functions of what is known of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/exploration.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* As the menu lists them. */
typedef enum
{
  TL_ORDER_SEED,
  TL_ORDER_SIMILARITY,
  TL_ORDER_JUDGE,
  TL_ORDER_STARS,
  TL_ORDER_MINE,
} TlOrder;

/* As qsort() takes it. @exploration: (nullable): says how they were laid out by hand; @judge:
 * (nullable): whose scores count */
gint tl_order_compare (TlOrder order, TlExploration *exploration, const char *judge, TlRun *a,
                       TlRun *b);

/* Where @run is in @order ((nullable): ids as text); those that are not in it are behind all
 * others. */
guint tl_order_find_place (const char *order, TlRun *run);

/* (transfer full): for tl_exploration_set_order(): what @grid shows, but with @child at @index; the
 * rest moves up */
char *tl_order_print (GtkFlowBox *grid, GtkFlowBoxChild *child, gint index);

G_END_DECLS
