/* job-private.h - what the files of a job share
 *
 * job.c takes turns and steps, job-tell.c tells and keeps, job-rewind.c goes back. Worker's thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/job.h"

G_BEGIN_DECLS

const TlStepperClass *tl_job_get_class (TlJob *self);

/* --- job.c ------------------------------------------------------------------------------------ */

void tl_job_set_steer (TlJob *self, TlSteer *steer);

/* --- job-tell.c ------------------------------------------------------------------------------- */

void tl_job_tell_status (TlJob *self);
/* The status, and one sentence. */
void tl_job_tell_message (TlJob *self, const char *message);
void tl_job_tell_progress (TlJob *self, const TlReport *report);
void tl_job_tell_entry (TlJob *self, const TlJournalEntry *entry);
/* What the journal has already is in force again. */
void tl_job_tell_steer (TlJob *self);
void tl_job_tell_maker (TlJob *self);
/* @frame: of the iteration that was kept */
void tl_job_tell_picture (TlJob *self, TlFrame *frame);

/* An iteration that is spared already need not be kept for one more reason. */
gboolean tl_job_is_kept (TlJob *self, TlKept why);
/* The bytes leave with the letter. @frame: (nullable): of this iteration; NULL: it has been told,
 * or is owed. */
gboolean tl_job_keep_state (TlJob *self, TlKept why, TlFrame *frame, GError **error);
/* The state and its picture. FALSE: the run has failed. */
gboolean tl_job_keep_now (TlJob *self, TlKept why);
/* Keeps the state, so that the run may be tried again. */
void tl_job_fail (TlJob *self, const GError *error);
/* (transfer full) (nullable): NULL: the run has failed */
TlFrame *tl_job_decode (TlJob *self);
/* The status with the exact picture of the iteration, which is what is exported, and is kept. */
void tl_job_show (TlJob *self, TlKept why);

/* --- job-rewind.c ----------------------------------------------------------------------------- */

/* The run may come back to its present iteration: @bytes (nullable: its start) is what it arrived
 * here with, its own or its parent's. */
void tl_job_remember (TlJob *self, GBytes *bytes, gboolean is_own);
/* @steer is in force now. */
void tl_job_remember_steer (TlJob *self, TlSteer *steer);
/* What was done to the state here since. */
void tl_job_remember_turn (TlJob *self, const TlJournalEntry *entry);
/* Goes back and on with smaller steps, or pauses there, if @error says that what was computed is no
 * number. FALSE: it says something else. */
gboolean tl_job_rewind (TlJob *self, const GError *error);
void tl_job_forget_haven (TlJob *self);

G_END_DECLS
