/* track.h - a run as the command line drives it
 *
 * Steps from a start, or from a state that was kept, and takes the turns of its journal where they
 * were taken. A state is kept before the turns of its iteration; going on from it takes them again
 * (engine.h, tl_engine_resume()).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/stepper.h"

G_BEGIN_DECLS

/* The first four are filled by whoever begins, the rest by track_start() or track_load(). */
typedef struct
{
  TlStepper *stepper; /* borrowed */
  TlStart *start;     /* (owned) */
  GArray *journal;    /* (owned) TlJournalEntry */
  guint64 origin;     /* iteration where it left its parent; 0: a root */

  TlState *state;
  TlSteer *steer; /* in force; the journal's */
  guint n_taken;  /* of the journal */
  guint64 iteration;
} Track;

gboolean track_start (Track *self, GError **error);
/* @is_parents: what the run left its parent with is still to be done. */
gboolean track_load (Track *self, GBytes *state, gboolean is_parents, GError **error);
void track_clear (Track *self);

/* (nullable): the next turn, if it is time for it */
const TlJournalEntry *track_find_due (const Track *self);
/* Takes the turns that are due. */
gboolean track_take (Track *self, GError **error);

gboolean track_step (Track *self, TlWants wants, TlReport *report, GError **error);
TlFrame *track_decode (Track *self, GError **error);
GBytes *track_save (Track *self, GError **error);

/* The planned length. */
guint64 track_get_length (const Track *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Track, track_clear)

G_END_DECLS
