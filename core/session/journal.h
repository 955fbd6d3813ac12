/* journal.h - the turns of a run, in order
 *
 * A GArray of TlJournalEntry that owns its steers: by iteration, the first at 0, one an iteration.
 * It says what each step was steered by, and nothing that had no effect.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/recipe.h"

G_BEGIN_DECLS

/* (transfer full) (element-type TlJournalEntry) */
GArray *tl_journal_new (void);
GArray *tl_journal_copy (GArray *journal);

/**
 * tl_journal_add:
 *
 * Copies @entry to where it belongs and forgets what came at or after its iteration: a second turn
 * at one iteration replaces the first, and a run that starts again starts its journal again. If
 * either of two turns at one iteration was hard, so is what is left, as the optimiser has
 * forgotten; and what was jittered stays so.
 */
void tl_journal_add (GArray *journal, const TlJournalEntry *entry);

/* (nullable): the entry in force for the step that leaves @iteration */
const TlJournalEntry *tl_journal_find (GArray *journal, guint64 iteration);

/* Entries that had a part in the picture of @iteration: an entry at that iteration had none, unless
 * it is the start's. */
guint tl_journal_count (GArray *journal, guint64 iteration);

G_END_DECLS
