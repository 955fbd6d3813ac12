/* commands.c - what the main thread asks of the worker
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/commands.h"

#include "core/base/error.h"
#include "core/engine/job.h"

#include <glib/gi18n-lib.h>

/* What a window may ask for; more is no use and would overflow the arithmetic of times. */
#define MAX_FRAME_RATE 1000

static TlJob *
find_job (TlWorker *worker, TlLink *link)
{
  for (guint i = 0; i < worker->jobs->len; i++)
    {
      TlJob *job = worker->jobs->pdata[i];

      if (job->link == link)
        return job;
    }
  return NULL;
}

void
tl_command_start (TlWorker *worker, TlOrder *order)
{
  g_ptr_array_add (worker->jobs, tl_job_new (worker, order));
}

void
tl_command_steer (TlWorker *worker, TlOrder *order)
{
  TlJob *job = find_job (worker, order->link);

  if (job != NULL)
    tl_job_steer (job, order->steer, order->turn);
}

void
tl_command_pause (TlWorker *worker, TlOrder *order)
{
  TlJob *job = find_job (worker, order->link);

  if (job != NULL)
    tl_job_halt (job, TL_RUN_PAUSED);
}

void
tl_command_continue (TlWorker *worker, TlOrder *order)
{
  TlJob *job = find_job (worker, order->link);

  if (job != NULL)
    tl_job_continue (job);
}

void
tl_command_stop (TlWorker *worker, TlOrder *order)
{
  TlJob *job = find_job (worker, order->link);

  if (job != NULL)
    tl_job_halt (job, TL_RUN_STOPPED);
}

void
tl_command_discard (TlWorker *worker, TlOrder *order)
{
  TlJob *job = find_job (worker, order->link);

  if (worker->focus == order->link)
    g_clear_pointer (&worker->focus, tl_link_unref);
  if (job != NULL)
    g_ptr_array_remove (worker->jobs, job);
}

void
tl_command_focus (TlWorker *worker, TlOrder *order)
{
  g_clear_pointer (&worker->focus, tl_link_unref);
  worker->focus = g_steal_pointer (&order->link);
}

void
tl_command_frame_rate (TlWorker *worker, TlOrder *order)
{
  worker->frame_rate = MIN (order->number, MAX_FRAME_RATE);
}

void
tl_command_keep_every (TlWorker *worker, TlOrder *order)
{
  worker->keep_every = order->number;
}

void
tl_command_keep_all (TlWorker *worker, TlOrder *order)
{
  for (guint i = 0; i < worker->jobs->len; i++)
    tl_job_keep (worker->jobs->pdata[i]);
}

void
tl_command_quit (TlWorker *worker, TlOrder *order)
{
  worker->is_done = TRUE;
}

void
tl_command_scorer (TlWorker *worker, TlOrder *order)
{
  g_clear_pointer (&worker->scorer, tl_scorer_free);
  worker->scorer = g_steal_pointer (&order->scorer);
}

/* --- answers ---------------------------------------------------------------------------------- */

/* What a task is to return. */
typedef struct
{
  GTask *task;
  gpointer value; /* or error */
  GDestroyNotify free_value;
  GError *error;
} Answer;

/* Main thread, where the task may end. */
static void
free_answer (Answer *answer)
{
  g_clear_object (&answer->task);
  g_clear_pointer (&answer->value, answer->free_value);
  g_clear_error (&answer->error);
  g_free (answer);
}

static void
open_answer (TlLink *link, gpointer content)
{
  Answer *answer = content;

  if (answer->value != NULL)
    g_task_return_pointer (answer->task, g_steal_pointer (&answer->value), answer->free_value);
  else
    g_task_return_error (answer->task, g_steal_pointer (&answer->error));
  free_answer (answer);
}

/* The engine went before the answer arrived. */
static void
discard_answer (gpointer content)
{
  Answer *answer = content;

  tl_task_give_up (g_steal_pointer (&answer->task));
  free_answer (answer);
}

static Answer *
answer_new (TlOrder *order, GDestroyNotify free_value)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->task = g_steal_pointer (&order->task);
  answer->free_value = free_value;
  return answer;
}

void
tl_command_score (TlWorker *worker, TlOrder *order)
{
  Answer *answer = answer_new (order, g_free);
  TlScorer *scorer = worker->scorer;
  gdouble value;

  if (scorer == NULL)
    tl_error_set (&answer->error, TL_ERROR_MISSING, _ ("There is no judge"));
  else if (scorer->klass->score (scorer, order->frame, order->start, order->steer, &value,
                                 worker->cancellable, &answer->error))
    answer->value = g_memdup2 (&value, sizeof value);
  tl_outbox_post (worker->outbox, NULL, open_answer, answer, discard_answer);
}

void
tl_command_settle (TlWorker *worker, TlOrder *order)
{
  Answer *answer = answer_new (order, g_free);

  /* That it comes is what it says. */
  answer->value = g_new0 (char, 1);
  tl_outbox_post (worker->outbox, NULL, open_answer, answer, discard_answer);
}

void
tl_command_save (TlWorker *worker, TlOrder *order)
{
  TlJob *job = find_job (worker, order->link);
  Answer *answer = answer_new (order, (GDestroyNotify) g_bytes_unref);

  if (job != NULL)
    answer->value = tl_job_save (job, &answer->error);
  else
    tl_error_set (&answer->error, TL_ERROR_MISSING, _ ("The run was discarded"));
  tl_outbox_post (worker->outbox, order->link, open_answer, answer, discard_answer);
}
