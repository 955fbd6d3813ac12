/* job-tell.c - what a run tells the main thread, and what it keeps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/job-private.h"

#include "core/engine/letters.h"

#include <math.h>

const TlStepperClass *
tl_job_get_class (TlJob *self)
{
  return self->worker->stepper->klass;
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

void
tl_job_tell_status (TlJob *self)
{
  TlRunNews news = make_news (self);

  tl_outbox_post_news (self->worker->outbox, self->link, &news);
}

void
tl_job_tell_message (TlJob *self, const char *message)
{
  TlRunNews news = make_news (self);

  /* It is only read from, and copied. */
  news.message = (char *) message;
  tl_outbox_post_news (self->worker->outbox, self->link, &news);
}

/* Iterations per second, when one of each that runs is done in turn. Of one whose pace is not known
 * yet it is taken for the same. NAN: not known. */
static gdouble
get_rate (TlJob *self)
{
  GPtrArray *jobs = self->worker->jobs;
  gdouble own = tl_pace_get_seconds (&self->pace), sum = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      const TlJob *job = jobs->pdata[i];
      gdouble its = tl_pace_get_seconds (&job->pace);

      if (tl_job_is_runnable (job))
        sum += isnan (its) ? own : its;
    }
  return 1 / sum;
}

void
tl_job_tell_progress (TlJob *self, const TlReport *report)
{
  TlRunNews news = make_news (self);

  news.frame = report->frame;
  news.loss = report->loss;
  news.similarity = report->similarity;
  news.rate = get_rate (self);
  tl_outbox_post_progress (self->worker->outbox, self->link, &news);
}

void
tl_job_tell_entry (TlJob *self, const TlJournalEntry *entry)
{
  tl_letter_post_entry (self->worker->outbox, self->link, entry);
}

void
tl_job_tell_steer (TlJob *self)
{
  tl_letter_post_steer (self->worker->outbox, self->link, self->steer);
}

void
tl_job_tell_maker (TlJob *self)
{
  tl_letter_post_maker (self->worker->outbox, self->link,
                        tl_job_get_class (self)->get_maker (self->worker->stepper));
}

/* --- keeping ---------------------------------------------------------------------------------- */

void
tl_job_tell_picture (TlJob *self, TlFrame *frame)
{
  self->owes_picture = FALSE;
  tl_letter_post_picture (self->worker->outbox, self->link, frame);
}

gboolean
tl_job_is_kept (TlJob *self, TlKept why)
{
  return self->kept_at == self->iteration && (self->kept != TL_KEPT_PERIODIC || self->kept == why);
}

static void
note_kept (TlJob *self, TlKept why)
{
  if (self->kept_at == self->iteration)
    {
      self->kept |= why;
      return;
    }
  self->kept_at = self->iteration;
  self->kept = why;
  self->owes_picture = TRUE;
}

gboolean
tl_job_keep_state (TlJob *self, TlKept why, TlFrame *frame, GError **error)
{
  TlCheckpointValues values = { .iteration = self->iteration, .similarity = NAN };
  g_autoptr (GBytes) bytes =
    tl_job_get_class (self)->save (self->worker->stepper, self->state, error);

  if (bytes == NULL)
    return FALSE;

  note_kept (self, why);
  tl_job_remember (self, bytes, TRUE);
  /* Before the state: whatever the program ends in, no state is without its picture. */
  if (frame != NULL && self->owes_picture)
    tl_job_tell_picture (self, frame);
  if (frame != NULL)
    values.similarity = tl_frame_get_similarity (frame);
  values.kept = self->kept;
  values.state = bytes;
  tl_letter_post_checkpoint (self->worker->outbox, self->link, &values);
  return TRUE;
}

void
tl_job_fail (TlJob *self, const GError *error)
{
  /* Only the end of the engine cancels, and then nobody listens. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_info ("A run failed at iteration %" G_GUINT64_FORMAT ": %s", self->iteration, error->message);
  if (self->state != NULL && !tl_job_is_kept (self, TL_KEPT_PAUSE))
    tl_job_keep_state (self, TL_KEPT_PAUSE, NULL, NULL); /* one failure is told already */
  self->status = TL_RUN_FAILED;
  tl_job_tell_message (self, error->message);
}

TlFrame *
tl_job_decode (TlJob *self)
{
  g_autoptr (GError) error = NULL;
  TlFrame *frame = tl_job_get_class (self)->decode (self->worker->stepper, self->state, self->steer,
                                                    self->worker->cancellable, &error);

  if (frame == NULL)
    tl_job_fail (self, error);
  return frame;
}

/* The run may not step again for long, or never; so its picture does not wait for that. */
gboolean
tl_job_keep_now (TlJob *self, TlKept why)
{
  gboolean has_picture = self->kept_at == self->iteration && !self->owes_picture;
  g_autoptr (TlFrame) frame = NULL;
  g_autoptr (GError) error = NULL;

  if (tl_job_is_kept (self, why))
    return TRUE;
  if (!has_picture)
    frame = tl_job_decode (self);
  if (!has_picture && frame == NULL)
    return FALSE;
  if (tl_job_keep_state (self, why, frame, &error))
    return TRUE;
  tl_job_fail (self, error);
  return FALSE;
}

void
tl_job_show (TlJob *self, TlKept why)
{
  TlRunNews news = make_news (self);
  g_autoptr (TlFrame) frame = NULL;
  g_autoptr (GError) error = NULL;

  if (self->state != NULL)
    {
      frame = tl_job_decode (self);
      if (frame == NULL)
        return;
      news.frame = frame;
      news.similarity = tl_frame_get_similarity (frame);
      if (!tl_job_is_kept (self, why) && !tl_job_keep_state (self, why, frame, &error))
        {
          tl_job_fail (self, error);
          return;
        }
      if (self->owes_picture)
        tl_job_tell_picture (self, frame);
    }
  tl_outbox_post_news (self->worker->outbox, self->link, &news);
}
