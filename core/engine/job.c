/* job.c - a run, as the worker does it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/job.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const TlStepperClass *
stepper_class (TlJob *self)
{
  return self->worker->stepper->klass;
}

static guint64
planned_length (TlJob *self)
{
  return (guint64) tl_steer_get_settings (self->steer)->n_iterations;
}

/* --- telling ---------------------------------------------------------------------------------- */

static TlRunNews
make_news (TlJob *self)
{
  return (TlRunNews){
    .state = self->status,
    .iteration = self->iteration,
    .loss = NAN,
    .similarity = NAN,
    .rate = NAN,
  };
}

static void
tell_status (TlJob *self)
{
  TlRunNews news = make_news (self);

  tl_outbox_post_news (self->worker->outbox, self->link, &news);
}

static void
tell_progress (TlJob *self, const TlReport *report)
{
  TlRunNews news = make_news (self);

  news.frame = report->frame;
  news.loss = report->loss;
  news.similarity = report->similarity;
  news.rate = tl_pace_get_rate (&self->pace);
  tl_outbox_post_progress (self->worker->outbox, self->link, &news);
}

static void
free_entry (gpointer data)
{
  TlJournalEntry *entry = data;

  tl_steer_unref (entry->steer);
  g_free (entry);
}

static void
open_entry (TlLink *link, gpointer content)
{
  if (link->run != NULL)
    {
      g_autoptr (TlRun) run = g_object_ref (link->run);

      tl_run_add_journal (run, content);
    }
  free_entry (content);
}

static void
tell_turn (TlJob *self, TlTurn turn)
{
  TlJournalEntry *entry = g_new (TlJournalEntry, 1);

  *entry = (TlJournalEntry){ self->iteration, tl_steer_ref (self->steer), turn };
  tl_outbox_post (self->worker->outbox, self->link, open_entry, entry, free_entry);
}

static void
free_maker (gpointer data)
{
  tl_maker_free (data);
}

static void
open_maker (TlLink *link, gpointer content)
{
  if (link->run != NULL)
    tl_run_set_maker (link->run, content);
  tl_maker_free (content);
}

static void
tell_maker (TlJob *self)
{
  tl_outbox_post (self->worker->outbox, self->link, open_maker,
                  stepper_class (self)->get_maker (self->worker->stepper), free_maker);
}

/* Keeps the state, so that the run may be tried again. */
static void
fail (TlJob *self, const GError *error)
{
  TlRunNews news;

  /* Only the end of the engine cancels, and then nobody listens. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_info ("A run failed at iteration %" G_GUINT64_FORMAT ": %s", self->iteration, error->message);
  self->status = TL_RUN_FAILED;
  news = make_news (self);
  news.message = error->message;
  tl_outbox_post_news (self->worker->outbox, self->link, &news);
}

/* The status with the exact picture of the iteration: what is shown then is what is exported. */
static void
show (TlJob *self)
{
  TlRunNews news = make_news (self);
  g_autoptr (TlFrame) frame = NULL;
  g_autoptr (GError) error = NULL;

  if (self->state != NULL)
    {
      frame = stepper_class (self)->decode (self->worker->stepper, self->state, self->steer,
                                            self->worker->cancellable, &error);
      if (frame == NULL)
        {
          fail (self, error);
          return;
        }
      news.frame = frame;
      news.similarity = tl_frame_get_similarity (frame);
    }
  tl_outbox_post_news (self->worker->outbox, self->link, &news);
}

/* --- going on --------------------------------------------------------------------------------- */

static void
draw_start (TlJob *self)
{
  g_autoptr (GError) error = NULL;

  self->state = stepper_class (self)->start (self->worker->stepper, self->link->start,
                                             self->worker->cancellable, &error);
  if (self->state == NULL)
    {
      fail (self, error);
      return;
    }

  self->iteration = stepper_class (self)->get_iteration (self->worker->stepper, self->state);
  self->status = TL_RUN_RUNNING;
  tl_pace_start (&self->pace, g_get_monotonic_time ());
  tell_maker (self);
  tell_status (self);
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
step (TlJob *self)
{
  TlWants wants = is_frame_due (self) ? TL_WANT_FRAME | TL_WANT_SIMILARITY : TL_WANT_NOTHING;
  TlReport report = { .similarity = NAN };
  g_autoptr (GError) error = NULL;

  if (!stepper_class (self)->step (self->worker->stepper, self->state, self->steer, wants, &report,
                                   self->worker->cancellable, &error))
    {
      fail (self, error);
      return;
    }

  self->iteration = report.iteration;
  self->n_done++;
  tl_pace_add (&self->pace, g_get_monotonic_time ());
  if (report.frame != NULL)
    self->last_frame = g_get_monotonic_time ();
  tell_progress (self, &report);
  g_clear_pointer (&report.frame, tl_frame_unref);
}

void
tl_job_advance (TlJob *self)
{
  if (self->state == NULL)
    {
      draw_start (self);
      return;
    }

  if (self->iteration < planned_length (self))
    step (self);
  if (self->status == TL_RUN_RUNNING && self->iteration >= planned_length (self))
    {
      self->status = TL_RUN_FINISHED;
      show (self);
    }
}

gboolean
tl_job_is_runnable (const TlJob *self)
{
  return self->status == TL_RUN_STARTING || self->status == TL_RUN_RUNNING;
}

/* --- orders ----------------------------------------------------------------------------------- */

static void
go (TlJob *self)
{
  self->status = self->state != NULL ? TL_RUN_RUNNING : TL_RUN_STARTING;
  tl_pace_start (&self->pace, g_get_monotonic_time ());
  tell_status (self);
}

TlJob *
tl_job_new (TlWorker *worker, TlLink *link, TlSteer *steer)
{
  TlJob *self = g_new0 (TlJob, 1);

  self->worker = worker;
  self->link = tl_link_ref (link);
  self->steer = tl_steer_ref (steer);
  tell_turn (self, TL_TURN_GENTLE);
  go (self);
  return self;
}

void
tl_job_free (TlJob *self)
{
  if (self->state != NULL)
    stepper_class (self)->free_state (self->worker->stepper, self->state);
  tl_steer_unref (self->steer);
  tl_link_unref (self->link);
  g_free (self);
}

void
tl_job_halt (TlJob *self, TlRunState status)
{
  gboolean is_waiting = self->status == TL_RUN_PAUSED || self->status == TL_RUN_FAILED;

  if (!tl_job_is_runnable (self) && !(status == TL_RUN_STOPPED && is_waiting))
    return;

  self->status = status;
  show (self);
}

void
tl_job_continue (TlJob *self)
{
  gboolean has_ended = self->state != NULL && self->iteration >= planned_length (self);

  if (tl_job_is_runnable (self) || (self->status == TL_RUN_FINISHED && has_ended))
    return;

  go (self);
}

void
tl_job_steer (TlJob *self, TlSteer *steer, TlTurn turn)
{
  tl_steer_ref (steer);
  tl_steer_unref (self->steer);
  self->steer = steer;
  if (turn == TL_TURN_HARD && self->state != NULL)
    stepper_class (self)->forget (self->worker->stepper, self->state);
  tell_turn (self, turn);

  /* The plan grew: a run that had come to its end has not any more. */
  if (self->status == TL_RUN_FINISHED && self->iteration < planned_length (self))
    go (self);
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

  return stepper_class (self)->save (self->worker->stepper, self->state, error);
}
