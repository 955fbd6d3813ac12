/* job.c - a run, as the worker does it
 *
 * What it tells and keeps is in job-tell.c, what it does when its numbers run away in job-rewind.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/job-private.h"

#include "core/base/error.h"
#include "core/session/journal.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define NOWHERE G_MAXUINT64

static guint64
planned_length (TlJob *self)
{
  return (guint64) tl_steer_get_settings (self->steer)->n_iterations;
}

/* --- turns that were taken before ------------------------------------------------------------- */

/* (nullable): the next one, if it is time for it */
static const TlJournalEntry *
find_due (TlJob *self)
{
  const TlJournalEntry *entry;

  if (self->script == NULL || self->n_taken == self->script->len)
    return NULL;
  entry = &g_array_index (self->script, TlJournalEntry, self->n_taken);
  return entry->iteration <= self->iteration ? entry : NULL;
}

void
tl_job_set_steer (TlJob *self, TlSteer *steer)
{
  tl_steer_ref (steer);
  tl_steer_unref (self->steer);
  self->steer = steer;
  tl_job_remember_steer (self, steer);
}

/* The picture that is owed is of before. */
static gboolean
move (TlJob *self, const TlJitter *jitter)
{
  g_autoptr (TlFrame) frame = self->owes_picture ? tl_job_decode (self) : NULL;
  g_autoptr (GError) error = NULL;

  if (frame != NULL)
    tl_job_tell_picture (self, frame);
  else if (self->owes_picture)
    return FALSE;
  if (!tl_job_get_class (self)->jitter (self->worker->stepper, self->state, jitter, &error))
    {
      tl_job_fail (self, error);
      return FALSE;
    }
  self->has_moved = self->iteration != self->link->origin;
  return TRUE;
}

/* FALSE: the run has failed, and may try again. */
static gboolean
take_turn (TlJob *self, const TlJournalEntry *entry, gboolean moves)
{
  /* What a run begins with is no turn of its own. */
  if (entry->iteration != self->link->origin && !tl_job_keep_now (self, TL_KEPT_TURN))
    return FALSE;
  tl_job_remember_turn (self, entry);
  if (moves && entry->jitter.sigma > 0 && !move (self, &entry->jitter))
    return FALSE;
  if (entry->turn == TL_TURN_HARD)
    tl_job_get_class (self)->forget (self->worker->stepper, self->state);

  tl_job_set_steer (self, entry->steer);
  self->n_taken++;
  tl_job_tell_steer (self);
  return TRUE;
}

static gboolean
take_turns (TlJob *self)
{
  const TlJournalEntry *entry;

  while ((entry = find_due (self)) != NULL)
    if (!take_turn (self, entry, TRUE))
      return FALSE;
  return TRUE;
}

/* --- going on --------------------------------------------------------------------------------- */

/* What the state has been through already. */
static void
skip_turns (TlJob *self)
{
  while (self->n_taken < self->script->len)
    {
      const TlJournalEntry *entry = &g_array_index (self->script, TlJournalEntry, self->n_taken);

      if (entry->iteration >= self->iteration)
        break;
      tl_job_set_steer (self, entry->steer);
      self->n_taken++;
    }
  tl_job_tell_steer (self);
}

/* A state of the run's own was kept before the turn at its iteration, but after what it began with.
 */
static gboolean
take_up (TlJob *self)
{
  gboolean is_own = !self->is_parents;
  gboolean has_begun = is_own && self->iteration == self->link->origin;
  const TlJournalEntry *entry;

  skip_turns (self);
  entry = find_due (self);
  if (is_own)
    {
      self->kept_at = self->iteration;
      self->kept = entry != NULL ? TL_KEPT_TURN : TL_KEPT_PERIODIC;
    }
  return entry == NULL || take_turn (self, entry, !has_begun);
}

/* FALSE: the run has failed, and may try again. */
static gboolean
make_state (TlJob *self)
{
  const TlStepperClass *klass = tl_job_get_class (self);
  TlStepper *stepper = self->worker->stepper;
  GCancellable *cancellable = self->worker->cancellable;
  g_autoptr (GBytes) bytes = self->bytes != NULL ? g_bytes_ref (self->bytes) : NULL;
  g_autoptr (GError) error = NULL;

  self->state = bytes != NULL ? klass->load (stepper, self->link->start, bytes, cancellable, &error)
                              : klass->start (stepper, self->link->start, cancellable, &error);
  if (self->state == NULL)
    {
      tl_job_fail (self, error);
      return FALSE;
    }

  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->iteration = klass->get_iteration (stepper, self->state);
  tl_job_forget_haven (self);
  tl_job_remember (self, bytes, bytes != NULL && !self->is_parents);
  tl_job_tell_maker (self);
  return bytes != NULL ? take_up (self) : take_turns (self);
}

static void
go (TlJob *self)
{
  self->status = self->state != NULL ? TL_RUN_RUNNING : TL_RUN_STARTING;
  tl_pace_start (&self->pace, g_get_monotonic_time ());
  tl_job_tell_status (self);
}

static guint
count_runnable (TlWorker *worker)
{
  guint n = 0;

  for (guint i = 0; i < worker->jobs->len; i++)
    n += tl_job_is_runnable (worker->jobs->pdata[i]);
  return n;
}

/* Each of n runs gets its n-th of the pictures per second, so that none is left out. */
static gboolean
is_frame_due (TlJob *self)
{
  guint rate = self->worker->frame_rate;
  gint64 elapsed = g_get_monotonic_time () - self->last_frame;

  return rate > 0 && elapsed * rate >= G_USEC_PER_SEC * (gint64) count_runnable (self->worker);
}

static void
note_turn (TlJob *self)
{
  if (self->worker->turn != self->link)
    tl_pace_take_turn (&self->pace, g_get_monotonic_time ());
  self->worker->turn = self->link;
}

/* FALSE: the run has failed, and may try again, or has gone back. */
static gboolean
step (TlJob *self)
{
  gboolean is_due = is_frame_due (self);
  TlWants wants =
    is_due || self->owes_picture ? TL_WANT_FRAME | TL_WANT_SIMILARITY : TL_WANT_NOTHING;
  TlReport report = { .similarity = NAN };
  g_autoptr (TlFrame) frame = NULL;
  g_autoptr (GError) error = NULL;

  if (!tl_job_get_class (self)->step (self->worker->stepper, self->state, self->steer, wants,
                                      &report, self->worker->cancellable, &error))
    {
      if (!tl_job_rewind (self, error))
        tl_job_fail (self, error);
      return FALSE;
    }

  frame = report.frame;
  if (self->owes_picture)
    tl_job_tell_picture (self, frame);
  if (is_due)
    self->last_frame = g_get_monotonic_time ();
  else
    report.frame = NULL;
  self->iteration = report.iteration;
  self->has_moved = FALSE;
  self->n_done++;
  tl_pace_add (&self->pace, g_get_monotonic_time ());
  tl_job_tell_progress (self, &report);
  return TRUE;
}

static void
end (TlJob *self, TlRunState status, TlKept why)
{
  self->status = status;
  tl_job_show (self, why);
}

/* What a new iteration means for the run. */
static void
arrive (TlJob *self)
{
  guint keep_every = self->worker->keep_every;
  gboolean is_last = self->iteration >= planned_length (self);

  if (self->iteration == self->link->hold && !is_last)
    end (self, TL_RUN_HELD, TL_KEPT_HOLD);
  else if (find_due (self) != NULL)
    return; /* which may change the plan */
  else if (is_last)
    end (self, TL_RUN_FINISHED, TL_KEPT_END);
  else if (keep_every > 0 && self->iteration % keep_every == 0)
    tl_job_keep_now (self, TL_KEPT_PERIODIC);
}

void
tl_job_advance (TlJob *self)
{
  note_turn (self);
  if (self->state == NULL)
    {
      if (make_state (self))
        go (self);
      return;
    }

  if (!take_turns (self))
    return;
  if (self->iteration >= planned_length (self))
    end (self, TL_RUN_FINISHED, TL_KEPT_END);
  else if (step (self))
    arrive (self);
}

gboolean
tl_job_is_runnable (const TlJob *self)
{
  return self->status == TL_RUN_STARTING || self->status == TL_RUN_RUNNING;
}

/* --- orders ----------------------------------------------------------------------------------- */

TlJob *
tl_job_new (TlWorker *worker, TlOrder *order)
{
  TlJob *self = g_new0 (TlJob, 1);
  const TlJournalEntry *first;

  self->worker = worker;
  self->link = tl_link_ref (order->link);
  self->script = g_steal_pointer (&order->journal);
  self->bytes = g_steal_pointer (&order->state);
  self->is_parents = order->is_parents;
  self->iteration = order->number;
  self->kept_at = NOWHERE;

  first = &g_array_index (self->script, TlJournalEntry, 0);
  self->steer = tl_steer_ref (first->steer);
  go (self);
  return self;
}

void
tl_job_free (TlJob *self)
{
  if (self->state != NULL)
    tl_job_get_class (self)->free_state (self->worker->stepper, self->state);
  g_clear_pointer (&self->script, g_array_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  tl_job_forget_haven (self);
  tl_steer_unref (self->steer);
  tl_link_unref (self->link);
  g_free (self);
}

void
tl_job_halt (TlJob *self, TlRunState status)
{
  gboolean is_waiting =
    self->status == TL_RUN_PAUSED || self->status == TL_RUN_FAILED || self->status == TL_RUN_HELD;

  if (!tl_job_is_runnable (self) && !(status == TL_RUN_STOPPED && is_waiting))
    return;

  end (self, status, TL_KEPT_PAUSE);
}

void
tl_job_continue (TlJob *self)
{
  gboolean has_ended = self->state != NULL && self->iteration >= planned_length (self);

  if (tl_job_is_runnable (self) || (self->status == TL_RUN_FINISHED && has_ended))
    return;

  go (self);
}

/* A state must be there before it is known where a turn comes, and turns that are due come first.
 * Runs that wait go on waiting. */
static gboolean
prepare_turn (TlJob *self)
{
  if (self->bytes == NULL)
    return self->state == NULL || take_turns (self);
  if (!make_state (self))
    return FALSE;
  if (self->status == TL_RUN_STARTING)
    go (self);
  else
    tl_job_tell_status (self);
  return TRUE;
}

void
tl_job_steer (TlJob *self, TlSteer *steer, TlTurn turn)
{
  TlJournalEntry entry = { .steer = steer, .turn = turn };

  if (!prepare_turn (self))
    return;

  /* What was done of the script stays so; the rest is somebody's plan of old. */
  entry.iteration = self->iteration;
  if (self->state == NULL)
    tl_journal_add (self->script, &entry);
  else
    g_clear_pointer (&self->script, g_array_unref);
  if (self->state != NULL && tl_job_keep_now (self, TL_KEPT_TURN))
    tl_job_remember_turn (self, &entry);
  if (self->state != NULL && turn == TL_TURN_HARD)
    tl_job_get_class (self)->forget (self->worker->stepper, self->state);
  tl_job_set_steer (self, steer);
  tl_job_tell_entry (self, &entry);

  /* The plan grew: a run that had come to its end has not any more. */
  if (self->status == TL_RUN_FINISHED && self->iteration < planned_length (self))
    go (self);
}

void
tl_job_keep (TlJob *self)
{
  g_autoptr (GError) error = NULL;

  /* What has moved was kept before it did. */
  if (!tl_job_is_runnable (self) || self->state == NULL || self->has_moved)
    return;
  if (!tl_job_keep_state (self, TL_KEPT_PAUSE, NULL, &error))
    tl_job_fail (self, error);
}

GBytes *
tl_job_save (TlJob *self, GError **error)
{
  if (self->state == NULL)
    {
      tl_error_set (error, TL_ERROR_MISSING,
                    _ ("The run has not begun, so there is nothing to save"));
      return NULL;
    }

  return tl_job_get_class (self)->save (self->worker->stepper, self->state, error);
}
