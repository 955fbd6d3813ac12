/* journal.c - the turns of a run, in order
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/journal.h"

static void
clear_entry (gpointer data)
{
  TlJournalEntry *entry = data;

  tl_steer_unref (entry->steer);
}

/* Entries before @iteration. */
static guint
count_before (GArray *journal, guint64 iteration)
{
  guint n = journal->len;

  while (n > 0 && g_array_index (journal, TlJournalEntry, n - 1).iteration >= iteration)
    n--;
  return n;
}

/* What an entry at the same iteration has done to the state cannot be undone by replacing it. */
static void
keep_deeds (TlJournalEntry *entry, const TlJournalEntry *replaced)
{
  if (replaced->turn == TL_TURN_HARD)
    entry->turn = TL_TURN_HARD;
  if (entry->jitter.sigma == 0)
    entry->jitter = replaced->jitter;
}

GArray *
tl_journal_new (void)
{
  GArray *journal = g_array_new (FALSE, FALSE, sizeof (TlJournalEntry));

  g_array_set_clear_func (journal, clear_entry);
  return journal;
}

void
tl_journal_add (GArray *journal, const TlJournalEntry *entry)
{
  TlJournalEntry copy = *entry;
  guint index = count_before (journal, entry->iteration);

  if (index < journal->len
      && g_array_index (journal, TlJournalEntry, index).iteration == entry->iteration)
    keep_deeds (&copy, &g_array_index (journal, TlJournalEntry, index));
  /* There is nothing to forget at the start. */
  if (entry->iteration == 0)
    copy.turn = TL_TURN_GENTLE;

  tl_steer_ref (copy.steer);
  g_array_set_size (journal, index);
  g_array_append_val (journal, copy);
}

GArray *
tl_journal_copy (GArray *journal)
{
  GArray *copy = tl_journal_new ();

  for (guint i = 0; i < journal->len; i++)
    tl_journal_add (copy, &g_array_index (journal, TlJournalEntry, i));
  return copy;
}

const TlJournalEntry *
tl_journal_find (GArray *journal, guint64 iteration)
{
  guint n = count_before (journal, iteration + 1);

  return n > 0 ? &g_array_index (journal, TlJournalEntry, n - 1) : NULL;
}

guint
tl_journal_count (GArray *journal, guint64 iteration)
{
  return count_before (journal, MAX (iteration, 1));
}
