/* job.h - a run, as the worker does it
 *
 * State, steer in force and what the run is doing. Every function posts what it changed. All on the
 * worker's thread. Private to core/engine.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/pace.h"
#include "core/engine/worker.h"

G_BEGIN_DECLS

typedef struct
{
  TlWorker *worker;
  TlLink *link;
  TlSteer *steer;
  TlState *state; /* (nullable): until the start is drawn */
  TlRunState status;
  guint64 iteration;
  guint n_done;      /* iterations in this round of the scheduler */
  gint64 last_frame; /* when a picture was last copied out */
  TlPace pace;
} TlJob;

TlJob *tl_job_new (TlWorker *worker, TlLink *link, TlSteer *steer);
void tl_job_free (TlJob *self);

gboolean tl_job_is_runnable (const TlJob *self);

/* Draws the start, or does one iteration, or ends the run if it has its length. */
void tl_job_advance (TlJob *self);

/* Paused or stopped, with the exact picture; nothing happens to a run that has ended or waits. */
void tl_job_halt (TlJob *self, TlRunState status);

void tl_job_continue (TlJob *self);

/* @steer holds from the next iteration on. */
void tl_job_steer (TlJob *self, TlSteer *steer, TlTurn turn);

/* (transfer full) */
GBytes *tl_job_save (TlJob *self, GError **error);

G_END_DECLS
