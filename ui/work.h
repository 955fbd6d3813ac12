/* work.h - the runs of a session, on the engine
 *
 * Knows which runs the engine has and gives it those that it has not: a run that was read from a
 * file, or a fork, goes on from the state that the session kept. A run keeps to the backend it was
 * started on while it is going. One that has ended, was rejected or deleted, or is not going any
 * more on a backend of before, the engine forgets, and it goes on as one that was read from a file.
 * Main thread; one per window.
 *
 * Property active (notify): something runs, or is about to.
 * Signals: `changed` (TlRun): its state is another; `said` (TlRun): its message is one sentence
 * about what it did by itself, and it has not failed; `failed` (string): one sentence.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session-checkpoints.h"
#include "ui/models/backend.h"

G_BEGIN_DECLS

#define TL_TYPE_WORK (tl_work_get_type ())

G_DECLARE_FINAL_TYPE (TlWork, tl_work, TL, WORK, GObject)

TlWork *tl_work_new (TlSession *session);

/* @backend: (nullable): what runs are begun on from now on. @is_loading: another one is on its way;
 * without one, what is asked to go on waits for it. */
void tl_work_set_backend (TlWork *self, TlBackend *backend, gboolean is_loading);
TlBackend *tl_work_get_backend (TlWork *self);
/* (nullable): what the run is on, where the engine has it */
TlBackend *tl_work_find_backend (TlWork *self, TlRun *run);

/* (nullable): what made @run, or the ancestor that a fresh fork goes on from */
const TlMaker *tl_work_find_maker (TlRun *run);
/* FALSE, with the sentence that says so, if its state is known to be of other models than the
 * present ones. TL_ERROR_MISSING */
gboolean tl_work_check_models (TlWork *self, TlRun *run, GError **error);

/* A NEW run of the session. @recipe (nullable): its turns are taken where they were taken. */
void tl_work_begin (TlWork *self, TlRun *run, TlRecipe *recipe);
/* Goes on, wherever its state is. */
void tl_work_continue (TlWork *self, TlRun *run);
void tl_work_pause (TlWork *self, TlRun *run);
void tl_work_pause_all (TlWork *self);
/* Also one that no engine has: in the file it has ended then. */
void tl_work_stop (TlWork *self, TlRun *run);
void tl_work_steer (TlWork *self, TlRun *run, TlSteer *steer, TlTurn turn);
/* (nullable): goes first */
void tl_work_set_focus (TlWork *self, TlRun *run);
/* Of all that runs; as tl_engine_set_checkpoint_every(). */
void tl_work_set_checkpoint_every (TlWork *self, guint n_iterations);

gboolean tl_work_is_active (TlWork *self);
/* (transfer container) (element-type TlRun): those that are going */
GPtrArray *tl_work_dup_active (TlWork *self);

/* Seconds that one iteration of a picture of @n_pixels takes on the present backend, by what was
 * seen here so far; 0: not known. */
gdouble tl_work_estimate (TlWork *self, guint64 n_pixels);
/* What was seen: @per_second iterations, of all that runs together. */
void tl_work_observe (TlWork *self, gdouble per_second, guint64 n_pixels);

G_END_DECLS
