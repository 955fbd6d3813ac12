/* compare-page.h - two runs beside each other, what differs between them, and which is preferred
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/compare/compare-view.h"
#include "ui/compare/side-picker.h"

G_BEGIN_DECLS

#define TL_TYPE_COMPARE_PAGE (tl_compare_page_get_type ())

G_DECLARE_FINAL_TYPE (TlComparePage, tl_compare_page, TL, COMPARE_PAGE, GtkWidget)

void tl_compare_page_set_session (TlComparePage *self, TlSession *session);

/* (nullable): what is not named stays as it is, or is found: the run before, the parent.
 * @iteration: TL_NOW or a checkpoint's */
void tl_compare_page_compare (TlComparePage *self, TlRun *a, guint64 a_iteration, TlRun *b,
                              guint64 b_iteration);

/* Both sides show the same, so there is nothing to see. */
gboolean tl_compare_page_is_idle (TlComparePage *self);

TlCompareView *tl_compare_page_get_view (TlComparePage *self);
void tl_compare_page_focus (TlComparePage *self);

G_END_DECLS
