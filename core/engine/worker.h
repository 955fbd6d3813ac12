/* worker.h - the thread that owns the stepper and every state
 *
 * The loop is: take the commands that came, in order; pick a job; advance it by one iteration. With
 * nothing to advance it sleeps until a command comes, and where none came for a while the stepper
 * rests. Private to core/engine.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/outbox.h"
#include "core/engine/scorer.h"
#include "core/engine/stepper.h"

G_BEGIN_DECLS

typedef struct _TlWorker TlWorker;
typedef struct _TlOrder TlOrder;

/* A command: what commands.c defines one a function. Runs on the worker's thread between
 * iterations. */
typedef void (*TlCommand) (TlWorker *worker, TlOrder *order);

/* What a command is about. Written by the main thread, then the worker's. */
struct _TlOrder
{
  TlLink *link;   /* (nullable) (owned) */
  TlSteer *steer; /* (nullable) (owned) */
  TlTurn turn;
  GArray *journal; /* (nullable) (owned): turns to take */
  GBytes *state;   /* (nullable) (owned): what to go on from */
  gboolean is_parents;
  guint number;
  TlScorer *scorer; /* (nullable) (owned) */
  TlFrame *frame;   /* (nullable) (owned): to score, with start and steer */
  TlStart *start;
  GTask *task; /* (nullable): whose answer is asked for; a GObject, so only handed on here */
};

/* Fields of the worker's thread, for the jobs and commands that run on it. */
struct _TlWorker
{
  GThread *thread;
  GAsyncQueue *commands;
  GCancellable *cancellable; /* cancelled when the engine goes */
  TlOutbox *outbox;

  TlStepper *stepper;
  TlScorer *scorer; /* (nullable) */
  GPtrArray *jobs;  /* of TlJob, in the order in which they came */
  TlLink *focus;    /* (nullable) */
  guint frame_rate; /* pictures a second of all runs together */
  guint keep_every; /* iterations; 0: never for that alone */
  TlLink *turn;     /* (nullable): whose it was last; only to be compared with */
  gboolean is_done;
};

/* Main thread. Takes @stepper. */
TlWorker *tl_worker_new (TlStepper *stepper);

/* Main thread. Gives up the iteration in hand and waits for the thread's end. */
void tl_worker_free (TlWorker *self);

/* Main thread. Takes what @order holds. */
void tl_worker_push (TlWorker *self, TlCommand command, const TlOrder *order);

/* Main thread. Answers that the engine has ended, and lets go of @task. */
void tl_task_give_up (GTask *task);

G_END_DECLS
