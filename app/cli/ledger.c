/* ledger.c - a run of a session file, as the command line writes and reads it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/ledger.h"
#include "config.h"

#include "app/cli/output.h"
#include "core/base/error.h"
#include "core/session/frame-file.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>

/* --- the file --------------------------------------------------------------------------------- */

static gboolean
check_access (TlDatabase *database, const char *path, GError **error)
{
  switch (tl_database_get_access (database))
    {
    case TL_ACCESS_WRITE:
      return TRUE;
    case TL_ACCESS_TAKEN:
      return tl_error_set (error, TL_ERROR_UNTRUSTED,
                           _ ("“%s” is open in another window or program; close it there first"),
                           path);
    case TL_ACCESS_NEWER:
      return tl_error_set (error, TL_ERROR_UNTRUSTED,
                           _ ("“%s” was made by a newer Tiller and can only be looked at"), path);
    case TL_ACCESS_READ:
    default:
      return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” cannot be written"), path);
    }
}

/* What was skipped is said, and no reason to stop. */
static void
tell_damage (TlDatabase *database)
{
  const char *damage = tl_database_get_damage (database);

  if (damage != NULL)
    cli_print_error (damage);
}

TlDatabase *
ledger_open (const char *path, gboolean may_create, GError **error)
{
  gboolean is_new = may_create && !g_file_test (path, G_FILE_TEST_EXISTS);
  g_autoptr (TlDatabase) database =
    tl_database_open (path, is_new ? TL_DATABASE_CREATE : TL_DATABASE_WRITE, error);

  if (database == NULL)
    return NULL;
  tell_damage (database);
  return check_access (database, path, error) ? g_steal_pointer (&database) : NULL;
}

TlDatabase *
ledger_open_to_read (const char *path, GError **error)
{
  TlDatabase *database = tl_database_open (path, TL_DATABASE_READ, error);

  if (database != NULL)
    tell_damage (database);
  return database;
}

void
ledger_drop_empty (TlDatabase *database)
{
  g_autofree char *path = g_strdup (tl_database_get_path (database));
  g_autoptr (GPtrArray) runs = tl_database_list_runs (database, NULL); /* NULL: then it stays */

  tl_database_close (database);
  if (runs != NULL && runs->len == 0)
    g_unlink (path);
}

gboolean
ledger_check_every (gint every, GError **error)
{
  if (every > 0)
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _ ("--checkpoint-every takes a number from 1 up"));
  return FALSE;
}

/* --- facts ------------------------------------------------------------------------------------ */

static gint64
find_next_id (GPtrArray *runs)
{
  gint64 last = 0;

  for (guint i = 0; i < runs->len; i++)
    last = MAX (last, ((TlRunRecord *) runs->pdata[i])->id);
  return last + 1;
}

/* Those to come as well: they are the run's plan, and what is not written now would be lost to
 * whoever goes on with it. */
static gboolean
write_journal (Ledger *self, const Track *track, GError **error)
{
  for (; self->n_written < track->journal->len; self->n_written++)
    if (!tl_database_put_turn (self->database, self->run,
                               &g_array_index (track->journal, TlJournalEntry, self->n_written),
                               error))
      return FALSE;
  return TRUE;
}

gboolean
ledger_add_run (Ledger *self, TlDatabase *database, TlRunRecord *record, const Track *track,
                GError **error)
{
  g_autoptr (GPtrArray) runs = tl_database_list_runs (database, error);

  if (runs == NULL)
    return FALSE;

  record->id = find_next_id (runs);
  record->state = TL_RUN_RUNNING;
  record->similarity = NAN;
  record->created = g_get_real_time () / G_USEC_PER_SEC;
  *self = (Ledger){
    .database = database, .run = record->id, .every = LEDGER_EVERY, .kept_at = G_MAXUINT64
  };
  return tl_database_put_run (database, record, error) && write_journal (self, track, error);
}

/* (nullable): NULL as well where it cannot be read, for then it is written anew */
static TlCheckpoint *
find_checkpoint (TlDatabase *database, gint64 run, guint64 iteration)
{
  g_autoptr (GPtrArray) checkpoints = tl_database_list_checkpoints (database, run, NULL);

  for (guint i = 0; checkpoints != NULL && i < checkpoints->len; i++)
    if (tl_checkpoint_get_iteration (checkpoints->pdata[i]) == iteration)
      return g_object_ref (checkpoints->pdata[i]);
  return NULL;
}

void
ledger_continue (Ledger *self, TlDatabase *database, gint64 run, guint n_entries, guint64 kept_at)
{
  g_autoptr (TlCheckpoint) checkpoint = find_checkpoint (database, run, kept_at);

  *self = (Ledger){ .database = database,
                    .run = run,
                    .n_written = n_entries,
                    .every = LEDGER_EVERY,
                    .kept_at = kept_at };
  if (checkpoint != NULL)
    self->kept = tl_checkpoint_get_kept (checkpoint);
  self->owes_picture = kept_at != G_MAXUINT64;
}

gboolean
ledger_keep (Ledger *self, Track *track, TlKept why, GError **error)
{
  g_autoptr (GBytes) state = NULL;
  TlCheckpointValues values = { .iteration = track->iteration, .kept = why, .similarity = NAN };

  if (self->database == NULL)
    return TRUE;
  /* The state may have turned since it was written. */
  if (self->kept_at == track->iteration)
    {
      self->kept |= why;
      return tl_database_set_kept (self->database, self->run, self->kept_at, self->kept, error);
    }

  values.state = state = track_save (track, error);
  if (state == NULL || !tl_database_put_checkpoint (self->database, self->run, &values, error))
    return FALSE;
  self->kept_at = track->iteration;
  self->kept = why;
  self->owes_picture = TRUE;
  return tl_database_put_progress (self->database, self->run, TL_RUN_RUNNING, track->iteration, NAN,
                                   error);
}

/* What a run begins with is no turn of its own. */
static gboolean
is_turn (const Track *track, const TlJournalEntry *entry)
{
  return entry != NULL && entry->iteration != track->origin;
}

static gboolean
write_turns (Ledger *self, const Track *track, GError **error)
{
  for (; self->n_written < track->journal->len; self->n_written++)
    {
      const TlJournalEntry *entry =
        &g_array_index (track->journal, TlJournalEntry, self->n_written);

      if (entry->iteration > track->iteration)
        break;
      if (!tl_database_put_turn (self->database, self->run, entry, error))
        return FALSE;
    }
  return TRUE;
}

/* A picture that a jitter would spoil is made now. */
static gboolean
save_picture (Ledger *self, Track *track, const TlJournalEntry *due, GError **error)
{
  g_autoptr (TlFrame) frame = NULL;

  if (due == NULL || due->jitter.sigma == 0 || !self->owes_picture)
    return TRUE;
  frame = track_decode (track, error);
  return frame != NULL && ledger_picture (self, frame, error);
}

gboolean
ledger_note (Ledger *self, Track *track, GError **error)
{
  const TlJournalEntry *due = track_find_due (track);

  if (self->database == NULL)
    return TRUE;
  if (is_turn (track, due) && !ledger_keep (self, track, TL_KEPT_TURN, error))
    return FALSE;
  if (track->iteration > track->origin && track->iteration % self->every == 0
      && self->kept_at != track->iteration && !ledger_keep (self, track, TL_KEPT_PERIODIC, error))
    return FALSE;
  return save_picture (self, track, due, error) && write_turns (self, track, error);
}

TlWants
ledger_wants (const Ledger *self)
{
  return self->owes_picture ? TL_WANT_FRAME | TL_WANT_SIMILARITY : TL_WANT_NOTHING;
}

gboolean
ledger_picture (Ledger *self, TlFrame *frame, GError **error)
{
  g_autoptr (GBytes) png = NULL, thumbnail = NULL;

  if (frame == NULL || !self->owes_picture || tl_frame_get_iteration (frame) != self->kept_at)
    return TRUE;

  self->owes_picture = FALSE;
  return tl_frame_encode (frame, &png, &thumbnail, error)
         && tl_database_put_frame (self->database, self->run, self->kept_at, png, thumbnail, error)
         && tl_database_set_similarity (self->database, self->run, self->kept_at,
                                        tl_frame_get_similarity (frame), error)
         && tl_database_put_progress (self->database, self->run, TL_RUN_RUNNING, self->kept_at,
                                      tl_frame_get_similarity (frame), error);
}

gboolean
ledger_end (Ledger *self, const Track *track, TlFrame *frame, TlRunState state, GError **error)
{
  gdouble similarity = frame != NULL ? tl_frame_get_similarity (frame) : NAN;

  if (self->database == NULL)
    return TRUE;
  return ledger_picture (self, frame, error)
         && tl_database_put_progress (self->database, self->run, state, track->iteration,
                                      similarity, error);
}
