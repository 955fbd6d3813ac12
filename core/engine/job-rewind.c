/* job-rewind.c - back to where all was well, when numbers run away
 *
 * A step that comes to what is no number changes nothing, but the steps to come would fail alike.
 * So the run goes back to the last state that was kept, or began with, and from there on with half
 * the learning rate. That is a turn at that iteration like any other: the journal has it, and a
 * replay takes it there and never sees what went wrong.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/job-private.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>

/* From one and the same state; then it is for somebody to decide. */
#define MAX_REWINDS 3

/* As the table of settings has it. */
#define LEAST_LR 1e-6

void
tl_job_remember_steer (TlJob *self, TlSteer *steer)
{
  TlHaven *haven = &self->haven;

  if (!haven->is_set || haven->iteration != self->iteration)
    return;
  tl_steer_ref (steer);
  g_clear_pointer (&haven->steer, tl_steer_unref);
  haven->steer = steer;
}

void
tl_job_remember (TlJob *self, GBytes *bytes, gboolean is_own)
{
  TlHaven *haven = &self->haven;

  g_clear_pointer (&haven->bytes, g_bytes_unref);
  haven->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  haven->is_own = is_own;
  if (haven->is_set && haven->iteration == self->iteration)
    return;
  haven->is_set = TRUE;
  haven->iteration = self->iteration;
  haven->turn = TL_TURN_GENTLE;
  haven->jitter = (TlJitter){ 0, 0 };
  haven->n_rewinds = 0;
  tl_job_remember_steer (self, self->steer);
}

void
tl_job_remember_turn (TlJob *self, const TlJournalEntry *entry)
{
  TlHaven *haven = &self->haven;

  /* One where a run leaves its parent keeps nothing; whoever goes back past it takes it again. */
  if (haven->iteration != self->iteration)
    return;
  if (entry->turn == TL_TURN_HARD)
    haven->turn = TL_TURN_HARD;
  if (entry->jitter.sigma > 0)
    haven->jitter = entry->jitter;
  haven->n_rewinds = 0;
}

void
tl_job_forget_haven (TlJob *self)
{
  g_clear_pointer (&self->haven.bytes, g_bytes_unref);
  g_clear_pointer (&self->haven.steer, tl_steer_unref);
  self->haven = (TlHaven){ .is_set = FALSE };
}

/* (transfer full) (nullable) */
static TlState *
load_haven (TlJob *self)
{
  const TlStepperClass *klass = tl_job_get_class (self);
  TlStepper *stepper = self->worker->stepper;
  GCancellable *cancellable = self->worker->cancellable;
  GBytes *bytes = self->haven.bytes;

  /* NULL: what made it go back is said instead. */
  return bytes != NULL ? klass->load (stepper, self->link->start, bytes, cancellable, NULL)
                       : klass->start (stepper, self->link->start, cancellable, NULL);
}

/* Turns that were taken since come again. */
static void
put_back (TlJob *self, TlState *state)
{
  tl_job_get_class (self)->free_state (self->worker->stepper, self->state);
  self->state = state;
  self->owes_picture = self->owes_picture && self->iteration == self->haven.iteration;
  self->iteration = self->haven.iteration;
  self->has_moved = FALSE;
  tl_job_set_steer (self, self->haven.steer);
  while (self->script != NULL && self->n_taken > 0
         && g_array_index (self->script, TlJournalEntry, self->n_taken - 1).iteration
              > self->iteration)
    self->n_taken--;
}

/* What was done to it there is done again. Of what a run begins with the jitter is in its own
 * states, but the optimiser forgets. */
static gboolean
redo (TlJob *self, GError **error)
{
  const TlHaven *haven = &self->haven;
  gboolean has_begun = haven->is_own && haven->iteration == self->link->origin;

  if (haven->jitter.sigma > 0 && !has_begun)
    {
      if (!tl_job_get_class (self)->jitter (self->worker->stepper, self->state, &haven->jitter,
                                            error))
        return FALSE;
      self->has_moved = self->iteration != self->link->origin;
    }
  if (haven->turn == TL_TURN_HARD)
    tl_job_get_class (self)->forget (self->worker->stepper, self->state);
  return TRUE;
}

static TlSteer *
halve (TlSteer *steer)
{
  TlSettings settings = *tl_steer_get_settings (steer);

  settings.lr /= 2;
  return tl_steer_new (tl_steer_get_prompt (steer), &settings, tl_steer_get_assets (steer));
}

/* What is still to come, or to come again, has fallen out of the journal with the turn made here.
 */
static void
tell_ahead (TlJob *self)
{
  for (guint i = self->n_taken; self->script != NULL && i < self->script->len; i++)
    tl_job_tell_entry (self, &g_array_index (self->script, TlJournalEntry, i));
}

static void
go_on (TlJob *self, guint64 from)
{
  g_autoptr (TlSteer) steer = halve (self->steer);
  const TlJournalEntry entry = { .iteration = self->iteration,
                                 .steer = steer,
                                 .turn = self->haven.turn,
                                 .jitter = self->haven.jitter };
  g_autofree char *message =
    g_strdup_printf (_ ("The latent was no longer a number at %lu: it went back to %lu and goes on "
                        "with half the learning rate, %g."),
                     (gulong) from, (gulong) self->iteration, tl_steer_get_settings (steer)->lr);

  self->haven.n_rewinds++;
  tl_job_set_steer (self, steer);
  tl_job_tell_message (self, message);
  tl_job_tell_entry (self, &entry);
  tell_ahead (self);
}

static void
pause_there (TlJob *self, guint64 from)
{
  g_autofree char *message = g_strdup_printf (
    _ ("Paused at %lu: from here the latent is no longer a number at %lu, even "
       "with a learning rate of %g."),
    (gulong) self->iteration, (gulong) from, tl_steer_get_settings (self->steer)->lr);

  self->status = TL_RUN_PAUSED;
  /* Who goes on all the same may have three more. */
  self->haven.n_rewinds = 0;
  tl_job_show (self, TL_KEPT_PAUSE);
  if (self->status == TL_RUN_PAUSED)
    tl_job_tell_message (self, message);
}

gboolean
tl_job_rewind (TlJob *self, const GError *error)
{
  guint64 from = self->iteration;
  gboolean may_halve = self->haven.n_rewinds < MAX_REWINDS
                       && tl_steer_get_settings (self->haven.steer)->lr / 2 >= LEAST_LR;
  g_autoptr (GError) problem = NULL;
  TlState *state;

  if (!g_error_matches (error, TL_ERROR, TL_ERROR_NUMBER))
    return FALSE;
  state = load_haven (self);
  if (state == NULL)
    return FALSE;

  g_info ("A run goes back from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ": %s", from,
          self->haven.iteration, error->message);
  put_back (self, state);
  /* As it arrived there, before anything is done to it. */
  if (may_halve && self->iteration != self->link->origin && !tl_job_keep_now (self, TL_KEPT_TURN))
    return TRUE;
  if (!redo (self, &problem))
    tl_job_fail (self, problem);
  else if (may_halve)
    go_on (self, from);
  else
    pause_there (self, from);
  return TRUE;
}
