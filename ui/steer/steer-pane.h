/* steer-pane.h - the fields that the next run, the next turn or an exploration is made from
 *
 * Shared by the views: what the artist asks for, whatever is looked at. The pane builds starts and
 * steers; it does not command the engine - the window's actions do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"
#include "ui/models/backend.h"
#include "ui/steer/prompt-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_STEER_PANE (tl_steer_pane_get_type ())

G_DECLARE_FINAL_TYPE (TlSteerPane, tl_steer_pane, TL, STEER_PANE, GtkWidget)

/* Signal `changed`: the fields ask for something else now. */

/* (nullable): what the next run is computed with; @is_loading: another one is on its way. The
 * fields take what suits its models: also the length, where it is as the models before proposed it.
 */
void tl_steer_pane_set_backend (TlSteerPane *self, TlBackend *backend, gboolean is_loading);

/* (nullable): the run that the fields are compared with. They stay as they are. */
void tl_steer_pane_set_run (TlSteerPane *self, TlRun *run);
/* (nullable): what was in force at the past iteration that is looked at; fields that asked for
 * nothing else follow it. NULL: the run's present. */
void tl_steer_pane_set_past (TlSteerPane *self, TlSteer *steer);

/* (nullable): an exploration's fields and its button, in place of Run and Apply Turn */
void tl_steer_pane_set_explorer (TlSteerPane *self, GtkWidget *fields);
void tl_steer_pane_set_explores (TlSteerPane *self, gboolean explores);

/* There is something to steer towards or away from. */
gboolean tl_steer_pane_has_prompt (TlSteerPane *self);
/* There is a run, and it is neither stopped nor over: what is changed is a turn of it. */
gboolean tl_steer_pane_is_going (TlSteerPane *self);
/* The fields ask for something else than what the run is steered by. */
gboolean tl_steer_pane_has_changes (TlSteerPane *self);
/* Somebody has written what would be lost if the fields were filled: changes of the run or, where
 * there is none, whatever was not there when they were filled, run or explored last. */
gboolean tl_steer_pane_is_written (TlSteerPane *self);

/* A number that is still being typed, of whatever field, is that field's from now on. */
void tl_steer_pane_commit (TlSteerPane *self);
/* (transfer full): the fields as they stand, for something that begins; what is being typed counts.
 * The prompt is remembered. */
TlSteer *tl_steer_pane_dup_steer (TlSteerPane *self);
/* The same for something that goes on from @iteration of what the fields are compared with: where
 * the words are others, forms may be laid out anew. */
TlSteer *tl_steer_pane_dup_turn (TlSteerPane *self, guint64 iteration);
/* (transfer full): for a run that begins now: an unlocked seed is drawn */
TlStart *tl_steer_pane_take_start (TlSteerPane *self);

/* Fills the fields from what another picture was made from: all that steered it, or its words. */
void tl_steer_pane_use_steer (TlSteerPane *self, TlSteer *steer);
void tl_steer_pane_use_words (TlSteerPane *self, TlSteer *steer);
void tl_steer_pane_use_start (TlSteerPane *self, TlStart *start);
/* @locked: every run from now on uses it; else it is only shown */
void tl_steer_pane_use_seed (TlSteerPane *self, guint64 seed, gboolean locked);
/* A prompt to begin with. */
void tl_steer_pane_write_example (TlSteerPane *self);
/* What was typed is kept in the history before something else takes its place. */
void tl_steer_pane_remember (TlSteerPane *self);

/* Size and length, from one start of the program to the next. */
void tl_steer_pane_use_preferences (TlSteerPane *self, GSettings *preferences);
void tl_steer_pane_keep_preferences (TlSteerPane *self, GSettings *preferences);

void tl_steer_pane_set_start_image (TlSteerPane *self, TlAsset *image);
/* As it is shown; nothing is drawn. Returns whether it was typed or diced, and nothing has begun
 * with it yet. */
gboolean tl_steer_pane_get_chosen_seed (TlSteerPane *self, guint64 *seed);
void tl_steer_pane_get_size (TlSteerPane *self, guint *width, guint *height);
/* What is still being typed stays as it is. */
void tl_steer_pane_get_settled_size (TlSteerPane *self, guint *width, guint *height);
guint tl_steer_pane_get_n_iterations (TlSteerPane *self);

TlPromptList *tl_steer_pane_get_prompts (TlSteerPane *self);
void tl_steer_pane_focus_prompt (TlSteerPane *self, gboolean select);

G_END_DECLS
