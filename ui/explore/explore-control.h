/* explore-control.h - how many starts, how far, and how long that takes
 *
 * Signal `changed`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_EXPLORE_CONTROL (tl_explore_control_get_type ())

G_DECLARE_FINAL_TYPE (TlExploreControl, tl_explore_control, TL, EXPLORE_CONTROL, GtkWidget)

guint tl_explore_control_get_n_seeds (TlExploreControl *self);
guint tl_explore_control_get_hold (TlExploreControl *self);
gboolean tl_explore_control_get_keeps_best_half (TlExploreControl *self);

/* @seconds: 0: not known */
void tl_explore_control_set_estimate (TlExploreControl *self, gdouble seconds);

G_END_DECLS
