/* track.c - a run as the command line drives it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/track.h"
#include "config.h"

#include "core/base/error.h"
#include "core/session/journal.h"
#include "core/session/number.h"

#include <glib/gi18n.h>

static const TlJournalEntry *
entry_at (const Track *self, guint index)
{
  return &g_array_index (self->journal, TlJournalEntry, index);
}

static gboolean
take (Track *self, const TlJournalEntry *entry, gboolean moves, GError **error)
{
  const TlStepperClass *klass = self->stepper->klass;

  if (moves && entry->jitter.sigma > 0
      && !klass->jitter (self->stepper, self->state, &entry->jitter, error))
    return FALSE;
  if (entry->turn == TL_TURN_HARD)
    klass->forget (self->stepper, self->state);
  self->steer = entry->steer;
  self->n_taken++;
  return TRUE;
}

gboolean
track_start (Track *self, GError **error)
{
  self->state = self->stepper->klass->start (self->stepper, self->start, NULL, error);
  return self->state != NULL && track_take (self, error);
}

gboolean
track_load (Track *self, GBytes *state, gboolean is_parents, GError **error)
{
  const TlStepperClass *klass = self->stepper->klass;
  const TlJournalEntry *due;

  self->state = klass->load (self->stepper, self->start, state, NULL, error);
  if (self->state == NULL)
    return FALSE;

  self->iteration = klass->get_iteration (self->stepper, self->state);
  while (self->n_taken < self->journal->len
         && entry_at (self, self->n_taken)->iteration < self->iteration)
    self->steer = entry_at (self, self->n_taken++)->steer;

  /* What a run began with is in its own states already. */
  due = track_find_due (self);
  return due == NULL || take (self, due, is_parents || self->iteration != self->origin, error);
}

void
track_clear (Track *self)
{
  if (self->state != NULL)
    self->stepper->klass->free_state (self->stepper, self->state);
  g_clear_pointer (&self->start, tl_start_unref);
  g_clear_pointer (&self->journal, g_array_unref);
  self->state = NULL;
}

const TlJournalEntry *
track_find_due (const Track *self)
{
  const TlJournalEntry *entry;

  if (self->n_taken == self->journal->len)
    return NULL;
  entry = entry_at (self, self->n_taken);
  return entry->iteration <= self->iteration ? entry : NULL;
}

gboolean
track_take (Track *self, GError **error)
{
  const TlJournalEntry *entry;

  while ((entry = track_find_due (self)) != NULL)
    if (!take (self, entry, TRUE, error))
      return FALSE;
  return TRUE;
}

/* Nothing goes back by itself here, as it does in the window. */
static void
advise (const Track *self, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *rate = NULL;

  if (error == NULL || !g_error_matches (*error, TL_ERROR, TL_ERROR_NUMBER))
    return;
  rate = tl_number_print (tl_steer_get_settings (self->steer)->lr);
  reason = g_steal_pointer (error);
  tl_error_set (error, TL_ERROR_NUMBER,
                _ ("%s; begin again with a smaller --lr than %s, or go on with its session in the "
                   "window, which goes back and on with half of that"),
                reason->message, rate);
}

gboolean
track_step (Track *self, TlWants wants, TlReport *report, GError **error)
{
  *report = (TlReport){ 0 };
  if (!self->stepper->klass->step (self->stepper, self->state, self->steer, wants, report, NULL,
                                   error))
    {
      advise (self, error);
      return FALSE;
    }

  self->iteration = report->iteration;
  return TRUE;
}

TlFrame *
track_decode (Track *self, GError **error)
{
  return self->stepper->klass->decode (self->stepper, self->state, self->steer, NULL, error);
}

GBytes *
track_save (Track *self, GError **error)
{
  return self->stepper->klass->save (self->stepper, self->state, error);
}

guint64
track_get_length (const Track *self)
{
  return (guint64) tl_steer_get_settings (self->steer)->n_iterations;
}
