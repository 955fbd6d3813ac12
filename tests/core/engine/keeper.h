/* keeper.h - what a session file would have of a run, as a test wants it
 *
 * Listens to a run, checks that each state and each picture that is kept is just what the recipe
 * makes, and remembers them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "tests/core/engine/fixture.h"

G_BEGIN_DECLS

typedef struct
{
  TlRun *run;         /* not held */
  GPtrArray *states;  /* GBytes, the last of an iteration */
  GArray *iterations; /* guint64, of the states */
  GArray *turns;      /* TlJournalEntry, in the order of writing */
  GString *text;      /* "25p 40t": iterations and why they were kept */
  GString *pictures;  /* "25 40" */
} Keeper;

Keeper *keeper_new (TlRun *run);
void keeper_free (Keeper *self);

/* Writes down an entry that the run's journal had before anybody listened. */
void keeper_write (Keeper *self, guint index);

/* At @iteration or the last before it; @found says which. Fails the test if there is none. */
GBytes *keeper_find (Keeper *self, guint64 iteration, guint64 *found);

/* (transfer full): the run as a session file would give it back after a crash */
TlRun *keeper_restore (Keeper *self, gint64 n_iterations, const TlRunOrigin *origin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Keeper, keeper_free)

G_END_DECLS
