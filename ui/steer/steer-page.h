/* steer-page.h - the picture of one run, live, or as it was
 *
 * The page shows; it does not command the engine - the window's actions do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"
#include "ui/canvas/canvas-view.h"

G_BEGIN_DECLS

#define TL_TYPE_STEER_PAGE (tl_steer_page_get_type ())

G_DECLARE_FINAL_TYPE (TlSteerPage, tl_steer_page, TL, STEER_PAGE, GtkWidget)

/* (nullable): shown live. @frame (nullable): its picture, where the run has none in memory; without
 * either, the picture that is there stays until there is one. */
void tl_steer_page_set_run (TlSteerPage *self, TlRun *run, TlFrame *frame);

/* (nullable): a past picture of the run, in place of the live one; NULL goes back to that. */
void tl_steer_page_set_past (TlSteerPage *self, TlFrame *frame);
gboolean tl_steer_page_is_past (TlSteerPage *self);
/* (nullable) (transfer none): what is shown of the run. One that has no picture yet leaves on the
 * canvas that of the run before it, which is not its own. */
TlFrame *tl_steer_page_get_frame (TlSteerPage *self);

/* (nullable): what is waited for while there is no picture */
void tl_steer_page_set_loading (TlSteerPage *self, gboolean is_loading);

TlCanvas *tl_steer_page_get_canvas (TlSteerPage *self);

G_END_DECLS
