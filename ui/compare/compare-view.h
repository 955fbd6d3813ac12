/* compare-view.h - two pictures in one place, or side by side
 *
 * Draws them in one of four ways. In `slider` the left and right arrow keys move the border, in
 * `blink` the space bar shows the other one while it is held.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_COMPARE_VIEW (tl_compare_view_get_type ())

G_DECLARE_FINAL_TYPE (TlCompareView, tl_compare_view, TL, COMPARE_VIEW, GtkWidget)

typedef enum
{
  TL_COMPARE_SLIDER,
  TL_COMPARE_SIDE,
  TL_COMPARE_BLINK,
  TL_COMPARE_DIFFERENCE,
} TlCompareMode;

void tl_compare_view_set_mode (TlCompareView *self, TlCompareMode mode);
TlCompareMode tl_compare_view_get_mode (TlCompareView *self);

/* (nullable): @side 0 is A, 1 is B */
void tl_compare_view_set_frame (TlCompareView *self, guint side, TlFrame *frame);

/* Where the border stands, from 0 to 1. */
void tl_compare_view_set_border (TlCompareView *self, gdouble border);
gdouble tl_compare_view_get_border (TlCompareView *self);
/* B is shown in place of A. */
void tl_compare_view_set_blinked (TlCompareView *self, gboolean is_blinked);

/* (transfer full) (nullable): how far apart the two are in each pixel, black where they are the
 * same; NULL if their sizes differ */
TlFrame *tl_frame_new_difference (TlFrame *a, TlFrame *b);

G_END_DECLS
