/* database-salvage.c - what can still be read of a damaged session, put into another
 *
 * Fact by fact through the readers, which check what they read, and the writers. Pages would carry
 * the damage along.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/database.h"

#include "core/base/error.h"
#include "core/session/database-sql.h"

#include <glib/gi18n-lib.h>

/* What a writer says of a fact that contradicts the others is damage too: it is left out. */
static gboolean
forgive (TlDatabase *self, GError *problem, gint64 run, GError **error)
{
  if (!g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  tl_database_note_damage (self, _ ("some of run %s"),
                           tl_sql_print_number ((char[TL_NUMBER_SIZE]){ 0 }, run));
  g_error_free (problem);
  return TRUE;
}

static gboolean
copy_turns (TlDatabase *self, TlDatabase *copy, gint64 run, GError **error)
{
  g_autoptr (GArray) turns = tl_database_list_turns (self, run, error);

  for (guint i = 0; turns != NULL && i < turns->len; i++)
    if (!tl_database_put_turn (copy, run, &g_array_index (turns, TlJournalEntry, i), error))
      return FALSE;
  return turns != NULL;
}

static gboolean
copy_checkpoint (TlDatabase *self, TlDatabase *copy, gint64 run, TlCheckpoint *checkpoint,
                 GError **error)
{
  TlCheckpointValues values = {
    .iteration = tl_checkpoint_get_iteration (checkpoint),
    .kept = tl_checkpoint_get_kept (checkpoint),
    .similarity = tl_checkpoint_get_similarity (checkpoint),
  };
  g_autoptr (GBytes) state = NULL;
  guint64 found = 0;

  /* An earlier one in its place has been, or will be, copied as itself. */
  state = tl_database_get_state (self, run, values.iteration, &found, NULL);
  if (state == NULL || found != values.iteration)
    return TRUE;
  values.state = state;
  return tl_database_put_checkpoint (copy, run, &values, error);
}

static gboolean
copy_checkpoints (TlDatabase *self, TlDatabase *copy, gint64 run, GError **error)
{
  g_autoptr (GPtrArray) list = tl_database_list_checkpoints (self, run, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    if (!copy_checkpoint (self, copy, run, list->pdata[i], error))
      return FALSE;
  return list != NULL;
}

/* From the last backwards, as the readers find them. */
static gboolean
copy_frames (TlDatabase *self, TlDatabase *copy, gint64 run, GError **error)
{
  guint64 iteration = G_MAXINT64, found = 0, found_small = 0;

  while (TRUE)
    {
      g_autoptr (GBytes) picture = tl_database_get_frame (self, run, iteration, &found, NULL);
      g_autoptr (GBytes) thumbnail = NULL;

      if (picture == NULL)
        return TRUE;
      thumbnail = tl_database_get_thumbnail (self, run, found, &found_small, NULL);
      if (thumbnail != NULL && found_small == found
          && !tl_database_put_frame (copy, run, found, picture, thumbnail, error))
        return FALSE;
      if (found == 0)
        return TRUE;
      iteration = found - 1;
    }
}

static gboolean
copy_scores (TlDatabase *self, TlDatabase *copy, gint64 run, GError **error)
{
  g_autoptr (GPtrArray) scores = tl_database_list_scores (self, run, error);

  for (guint i = 0; scores != NULL && i < scores->len; i++)
    if (!tl_database_put_score (copy, scores->pdata[i], error))
      return FALSE;
  return scores != NULL;
}

static gboolean
copy_run (TlDatabase *self, TlDatabase *copy, const TlRunRecord *run, GError **error)
{
  GError *problem = NULL;

  return (tl_database_put_run (copy, run, &problem) && copy_turns (self, copy, run->id, &problem)
          && copy_checkpoints (self, copy, run->id, &problem)
          && copy_frames (self, copy, run->id, &problem)
          && copy_scores (self, copy, run->id, &problem))
         || forgive (self, problem, run->id, error);
}

static gboolean
copy_explorations (TlDatabase *self, TlDatabase *copy, GError **error)
{
  g_autoptr (GPtrArray) list = tl_database_list_explorations (self, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    if (!tl_database_put_exploration (copy, list->pdata[i], error))
      return FALSE;
  return list != NULL;
}

/* The title, and whatever else is text; whose the file was is not. */
static gboolean
copy_meta (TlDatabase *self, TlDatabase *copy, GError **error)
{
  g_autoptr (TlQuery) query =
    tl_query_new (self, error, "SELECT key, value FROM meta WHERE key <> 'owner'", "");

  while (query != NULL && tl_query_next (self, query, NULL))
    {
      g_autofree char *key = NULL, *value = NULL;

      if (tl_query_get_text (query, 0, &key) && tl_query_get_text (query, 1, &value) && key != NULL
          && value != NULL && !tl_database_set_meta (copy, key, value, error))
        return FALSE;
    }
  return query != NULL;
}

gboolean
tl_database_salvage (TlDatabase *self, TlDatabase *copy, GError **error)
{
  g_autoptr (GPtrArray) runs = tl_database_list_runs (self, error);

  if (runs == NULL || !copy_meta (self, copy, error) || !copy_explorations (self, copy, error))
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    if (!copy_run (self, copy, runs->pdata[i], error))
      return FALSE;
  return TRUE;
}
