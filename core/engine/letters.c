/* letters.c - facts that the worker posts to a run
 *
 * A handler of what arrives may discard the run, so it is held meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/letters.h"

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

void
tl_letter_post_entry (TlOutbox *outbox, TlLink *link, const TlJournalEntry *entry)
{
  TlJournalEntry *copy = g_new (TlJournalEntry, 1);

  *copy = *entry;
  tl_steer_ref (copy->steer);
  tl_outbox_post (outbox, link, open_entry, copy, free_entry);
}

static void
free_steer (gpointer data)
{
  tl_steer_unref (data);
}

static void
open_steer (TlLink *link, gpointer content)
{
  if (link->run != NULL)
    {
      g_autoptr (TlRun) run = g_object_ref (link->run);

      tl_run_set_steer (run, content);
    }
  free_steer (content);
}

void
tl_letter_post_steer (TlOutbox *outbox, TlLink *link, TlSteer *steer)
{
  tl_outbox_post (outbox, link, open_steer, tl_steer_ref (steer), free_steer);
}

static void
free_checkpoint (gpointer data)
{
  TlCheckpointValues *values = data;

  g_bytes_unref (values->state);
  g_free (values);
}

static void
open_checkpoint (TlLink *link, gpointer content)
{
  if (link->run != NULL)
    {
      g_autoptr (TlRun) run = g_object_ref (link->run);

      tl_run_add_checkpoint (run, content);
    }
  free_checkpoint (content);
}

void
tl_letter_post_checkpoint (TlOutbox *outbox, TlLink *link, const TlCheckpointValues *values)
{
  TlCheckpointValues *copy = g_new (TlCheckpointValues, 1);

  *copy = *values;
  g_bytes_ref (copy->state);
  tl_outbox_post (outbox, link, open_checkpoint, copy, free_checkpoint);
}

static void
free_picture (gpointer data)
{
  tl_frame_unref (data);
}

static void
open_picture (TlLink *link, gpointer content)
{
  if (link->run != NULL)
    {
      g_autoptr (TlRun) run = g_object_ref (link->run);

      tl_run_add_picture (run, content);
    }
  free_picture (content);
}

void
tl_letter_post_picture (TlOutbox *outbox, TlLink *link, TlFrame *frame)
{
  tl_outbox_post (outbox, link, open_picture, tl_frame_ref (frame), free_picture);
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
    {
      g_autoptr (TlRun) run = g_object_ref (link->run);

      tl_run_set_maker (run, content);
    }
  free_maker (content);
}

void
tl_letter_post_maker (TlOutbox *outbox, TlLink *link, TlMaker *maker)
{
  tl_outbox_post (outbox, link, open_maker, maker, free_maker);
}
