/* worker.c - the thread that owns the stepper and every state
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/worker.h"

#include "core/engine/commands.h"
#include "core/engine/job.h"
#include "core/engine/scheduler.h"

#include <glib/gi18n-lib.h>

#ifdef __linux__
#include <sys/resource.h>
#endif

#define DEFAULT_FRAME_RATE 10
#define DEFAULT_KEEP_EVERY 25

/* Enough that a desktop stays smooth beside a run, and that a run alone loses nothing. */
#define NICENESS 5

/* So long after the last command the stepper lets go of what it would want again at the next. */
#define REST_AFTER (2 * G_USEC_PER_SEC)

typedef struct
{
  TlCommand command;
  TlOrder order;
} Errand;

static void
errand_free (Errand *errand)
{
  g_clear_pointer (&errand->order.link, tl_link_unref);
  g_clear_pointer (&errand->order.steer, tl_steer_unref);
  g_clear_pointer (&errand->order.journal, g_array_unref);
  g_clear_pointer (&errand->order.state, g_bytes_unref);
  g_clear_pointer (&errand->order.scorer, tl_scorer_free);
  g_clear_pointer (&errand->order.frame, tl_frame_unref);
  g_clear_pointer (&errand->order.start, tl_start_unref);
  g_free (errand);
}

/* Main thread: one that the worker never took. */
static void
errand_discard (gpointer data)
{
  Errand *errand = data;

  if (errand->order.task != NULL)
    tl_task_give_up (g_steal_pointer (&errand->order.task));
  errand_free (errand);
}

/* --- the thread ------------------------------------------------------------------------------- */

/* On Linux niceness is a thread's own, and the threads that libtorch starts from here inherit it.
 */
static void
step_back (void)
{
#ifdef __linux__
  if (setpriority (PRIO_PROCESS, 0, NICENESS) != 0)
    g_debug ("The worker keeps its priority");
#endif
}

/* Workers that compute. What a stepper keeps may be all steppers', so nothing is given back while
 * one of them does. */
static gint n_awake;

static Errand *
sleep_until_errand (TlWorker *self)
{
  Errand *errand;

  g_atomic_int_add (&n_awake, -1);
  errand = g_async_queue_timeout_pop (self->commands, REST_AFTER);
  if (errand == NULL)
    {
      if (g_atomic_int_get (&n_awake) == 0)
        tl_stepper_rest (self->stepper);
      errand = g_async_queue_pop (self->commands);
    }
  g_atomic_int_inc (&n_awake);
  return errand;
}

static void
take_commands (TlWorker *self, gboolean may_sleep)
{
  Errand *errand = may_sleep ? sleep_until_errand (self) : g_async_queue_try_pop (self->commands);

  while (errand != NULL)
    {
      errand->command (self, &errand->order);
      errand_free (errand);
      errand = self->is_done ? NULL : g_async_queue_try_pop (self->commands);
    }
}

/* Past the hold each goes its own way. */
static gint64
get_together (const TlJob *job)
{
  return job->iteration < job->link->hold ? job->link->exploration : 0;
}

static TlJob *
pick_job (TlWorker *self)
{
  g_autofree TlRound *runs = g_new (TlRound, self->jobs->len);
  gboolean starts_round;
  gint index;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      const TlJob *job = self->jobs->pdata[i];

      runs[i] = (TlRound){ tl_job_is_runnable (job), job->link == self->focus, job->n_done,
                           get_together (job), job->iteration };
    }

  index = tl_scheduler_pick (runs, self->jobs->len, &starts_round);
  for (guint i = 0; starts_round && i < self->jobs->len; i++)
    ((TlJob *) self->jobs->pdata[i])->n_done = 0;
  return index >= 0 ? self->jobs->pdata[index] : NULL;
}

static gpointer
run (gpointer data)
{
  TlWorker *self = data;
  TlJob *job = NULL;

  step_back ();
  g_atomic_int_inc (&n_awake);
  while (TRUE)
    {
      /* Where nothing could be advanced, only a command can change that. */
      take_commands (self, job == NULL);
      if (self->is_done)
        break;
      job = pick_job (self);
      if (job != NULL)
        tl_job_advance (job);
    }

  g_atomic_int_add (&n_awake, -1);
  /* The models are this thread's, to the end. */
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_pointer (&self->focus, tl_link_unref);
  g_clear_pointer (&self->scorer, tl_scorer_free);
  g_clear_pointer (&self->stepper, tl_stepper_free);
  return NULL;
}

/* --- the main thread's side ------------------------------------------------------------------- */

TlWorker *
tl_worker_new (TlStepper *stepper)
{
  TlWorker *self = g_new0 (TlWorker, 1);

  self->commands = g_async_queue_new_full (errand_discard);
  self->cancellable = g_cancellable_new ();
  self->outbox = tl_outbox_new ();
  self->stepper = stepper;
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_job_free);
  self->frame_rate = DEFAULT_FRAME_RATE;
  self->keep_every = DEFAULT_KEEP_EVERY;
  self->thread = g_thread_new ("tiller-engine", run, self);
  return self;
}

void
tl_worker_free (TlWorker *self)
{
  tl_worker_push (self, tl_command_quit, &(TlOrder){ 0 });
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);

  g_async_queue_unref (self->commands);
  tl_outbox_close (self->outbox);
  g_object_unref (self->cancellable);
  g_free (self);
}

void
tl_worker_push (TlWorker *self, TlCommand command, const TlOrder *order)
{
  Errand *errand = g_new (Errand, 1);

  *errand = (Errand){ command, *order };
  g_async_queue_push (self->commands, errand);
}

void
tl_task_give_up (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                           _ ("The engine has ended"));
  g_object_unref (task);
}
