/* steer-page.h - one run and the fields that the next one or the next turn is made from
 *
 * The left pane holds what the artist asks for, the canvas what the run has come to. The page shows
 * a run and builds starts and steers; it does not command the engine - the window's actions do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"
#include "ui/bar.h"
#include "ui/canvas/canvas-view.h"
#include "ui/models/backend.h"
#include "ui/steer/prompt-list.h"

G_BEGIN_DECLS

#define TL_TYPE_STEER_PAGE (tl_steer_page_get_type ())

G_DECLARE_FINAL_TYPE (TlSteerPage, tl_steer_page, TL, STEER_PAGE, GtkWidget)

/* Signal `changed`: the fields ask for something else now. Property show-pane. */

/* (nullable): what the next run is computed with; @is_loading: another one is on its way */
void tl_steer_page_set_backend (TlSteerPage *self, TlBackend *backend, gboolean is_loading);

/* (nullable): @backend is what the run is computed with. The picture stays until the run has one.
 */
void tl_steer_page_set_run (TlSteerPage *self, TlRun *run, TlBackend *backend);

/* There is something to steer towards or away from. */
gboolean tl_steer_page_has_prompt (TlSteerPage *self);
/* There is a run, and it is neither stopped nor over: what is changed is a turn of it. */
gboolean tl_steer_page_is_going (TlSteerPage *self);
/* The fields ask for something else than what the run is steered by. */
gboolean tl_steer_page_has_changes (TlSteerPage *self);

/* (transfer full): the fields as they stand; what is being typed counts. The prompt is remembered.
 */
TlSteer *tl_steer_page_dup_steer (TlSteerPage *self);
/* (transfer full): for a run that begins now: an unlocked seed is drawn */
TlStart *tl_steer_page_take_start (TlSteerPage *self);

/* Fills the fields from what another picture was made from: all that steered it, or its words. */
void tl_steer_page_use_steer (TlSteerPage *self, TlSteer *steer);
void tl_steer_page_use_words (TlSteerPage *self, TlSteer *steer);
void tl_steer_page_use_start (TlSteerPage *self, TlStart *start);
void tl_steer_page_use_seed (TlSteerPage *self, guint64 seed);
/* A prompt to begin with. */
void tl_steer_page_write_example (TlSteerPage *self);

/* Size, length and how the picture is drawn, from one start of the program to the next. */
void tl_steer_page_use_preferences (TlSteerPage *self, GSettings *preferences);
void tl_steer_page_keep_preferences (TlSteerPage *self, GSettings *preferences);

void tl_steer_page_set_start_image (TlSteerPage *self, TlAsset *image);
guint tl_steer_page_get_n_iterations (TlSteerPage *self);
void tl_steer_page_set_n_iterations (TlSteerPage *self, guint n_iterations);

TlPromptList *tl_steer_page_get_prompts (TlSteerPage *self);
/* What the page has to say, over the canvas. */
TlBar *tl_steer_page_get_bar (TlSteerPage *self);
TlCanvas *tl_steer_page_get_canvas (TlSteerPage *self);
void tl_steer_page_focus_prompt (TlSteerPage *self, gboolean select);

G_END_DECLS
