/* job.h - a run, as the worker does it
 *
 * State, steer in force, turns that are still to come, and what the run is doing. Every function
 * posts what it changed. All on the worker's thread. Private to core/engine.
 *
 * A state that is kept at an iteration is what the run arrived there with: turns at that iteration
 * are not in it and are taken (again) by whoever goes on from it. Only the jitter that a run begins
 * with, at its start or where it leaves its parent, is in what it keeps there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/pace.h"
#include "core/engine/worker.h"

G_BEGIN_DECLS

/* Where it goes back to when its numbers run away: what was kept last, or what it began with. */
typedef struct
{
  gboolean is_set;
  GBytes *bytes; /* (nullable): NULL: the start is drawn again */
  gboolean is_own;
  guint64 iteration;
  TlSteer *steer; /* in force from there on */
  TlTurn turn;    /* what was done to the state there */
  TlJitter jitter;
  guint n_rewinds; /* since it went past for the first time, or somebody steered */
} TlHaven;

typedef struct
{
  TlWorker *worker;
  TlLink *link;
  TlSteer *steer;
  GArray *script; /* (nullable): TlJournalEntry; turns of the journal, to take where they are */
  guint n_taken;  /* of the script */

  GBytes *bytes; /* (nullable): state to go on from, until it is loaded */
  gboolean is_parents;
  TlState *state; /* (nullable): until the start is drawn, or bytes are loaded */

  TlRunState status;
  guint64 iteration;
  guint n_done;      /* iterations in this round of the scheduler */
  gint64 last_frame; /* when a picture was last copied out */
  TlPace pace;

  guint64 kept_at;       /* iteration that was kept last; G_MAXUINT64: none */
  TlKept kept;           /* why */
  gboolean owes_picture; /* of the iteration that was kept */
  gboolean has_moved;    /* since it arrived at its iteration */
  TlHaven haven;
} TlJob;

/* Takes journal and state of @order. */
TlJob *tl_job_new (TlWorker *worker, TlOrder *order);
void tl_job_free (TlJob *self);

gboolean tl_job_is_runnable (const TlJob *self);

/* Draws the start or loads the state, or does one iteration, or ends the run if it has its length.
 */
void tl_job_advance (TlJob *self);

/* Paused or stopped, with the exact picture; nothing happens to a run that has ended or waits. */
void tl_job_halt (TlJob *self, TlRunState status);

void tl_job_continue (TlJob *self);

/* @steer holds from the next iteration on. */
void tl_job_steer (TlJob *self, TlSteer *steer, TlTurn turn);

/* Keeps the state of a run that is going on, whether it was kept already or not. */
void tl_job_keep (TlJob *self);

/* (transfer full) */
GBytes *tl_job_save (TlJob *self, GError **error);

G_END_DECLS
