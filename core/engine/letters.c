/* letters.c - facts that the worker posts to a run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/letters.h"

static void
read_entry (TlRun *run, gpointer content)
{
  tl_run_add_journal (run, content);
}

static void
free_entry (gpointer data)
{
  TlJournalEntry *entry = data;

  tl_steer_unref (entry->steer);
  g_free (entry);
}

void
tl_letter_post_entry (TlOutbox *outbox, TlLink *link, const TlJournalEntry *entry)
{
  TlJournalEntry *copy = g_new (TlJournalEntry, 1);

  *copy = *entry;
  tl_steer_ref (copy->steer);
  tl_outbox_post_to_run (outbox, link, read_entry, copy, free_entry);
}

static void
read_steer (TlRun *run, gpointer content)
{
  tl_run_set_steer (run, content);
}

static void
free_steer (gpointer data)
{
  tl_steer_unref (data);
}

void
tl_letter_post_steer (TlOutbox *outbox, TlLink *link, TlSteer *steer)
{
  tl_outbox_post_to_run (outbox, link, read_steer, tl_steer_ref (steer), free_steer);
}

static void
read_checkpoint (TlRun *run, gpointer content)
{
  tl_run_add_checkpoint (run, content);
}

static void
free_checkpoint (gpointer data)
{
  TlCheckpointValues *values = data;

  g_bytes_unref (values->state);
  g_free (values);
}

void
tl_letter_post_checkpoint (TlOutbox *outbox, TlLink *link, const TlCheckpointValues *values)
{
  TlCheckpointValues *copy = g_new (TlCheckpointValues, 1);

  *copy = *values;
  g_bytes_ref (copy->state);
  tl_outbox_post_to_run (outbox, link, read_checkpoint, copy, free_checkpoint);
}

static void
read_picture (TlRun *run, gpointer content)
{
  tl_run_add_picture (run, content);
}

static void
free_picture (gpointer data)
{
  tl_frame_unref (data);
}

void
tl_letter_post_picture (TlOutbox *outbox, TlLink *link, TlFrame *frame)
{
  tl_outbox_post_to_run (outbox, link, read_picture, tl_frame_ref (frame), free_picture);
}

static void
read_maker (TlRun *run, gpointer content)
{
  tl_run_set_maker (run, content);
}

static void
free_maker (gpointer data)
{
  tl_maker_free (data);
}

void
tl_letter_post_maker (TlOutbox *outbox, TlLink *link, TlMaker *maker)
{
  tl_outbox_post_to_run (outbox, link, read_maker, maker, free_maker);
}
