/* store-facts.c - the usual facts, packed for the store's thread
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/frame-file.h"
#include "core/session/store.h"

#include <math.h>

/* --- runs ------------------------------------------------------------------------------------- */

static gboolean
write_run (TlDatabase *database, gconstpointer data, GError **error)
{
  return tl_database_put_run (database, data, error);
}

void
tl_store_put_run (TlStore *self, const TlRunRecord *record)
{
  tl_store_write (self, write_run, tl_run_record_copy (record),
                  (GDestroyNotify) tl_run_record_free);
}

typedef struct
{
  gint64 run;
  TlRunState state;
  guint64 iteration;
  gdouble similarity;
} Progress;

static gboolean
write_progress (TlDatabase *database, gconstpointer data, GError **error)
{
  const Progress *progress = data;

  return tl_database_put_progress (database, progress->run, progress->state, progress->iteration,
                                   progress->similarity, error);
}

void
tl_store_put_progress (TlStore *self, gint64 run, TlRunState state, guint64 iteration,
                       gdouble similarity)
{
  const Progress progress = { run, state, iteration, similarity };

  tl_store_write_newest (self, write_progress, g_memdup2 (&progress, sizeof progress), g_free, run);
}

static gboolean
remove_run (TlDatabase *database, gconstpointer data, GError **error)
{
  return tl_database_remove_run (database, *(const gint64 *) data, error);
}

void
tl_store_remove_run (TlStore *self, gint64 run)
{
  tl_store_write (self, remove_run, g_memdup2 (&run, sizeof run), g_free);
}

/* --- turns ------------------------------------------------------------------------------------ */

typedef struct
{
  gint64 run;
  TlJournalEntry entry;
} Turn;

static gboolean
write_turn (TlDatabase *database, gconstpointer data, GError **error)
{
  const Turn *turn = data;

  return tl_database_put_turn (database, turn->run, &turn->entry, error);
}

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  tl_steer_unref (turn->entry.steer);
  g_free (turn);
}

void
tl_store_put_turn (TlStore *self, gint64 run, const TlJournalEntry *entry)
{
  Turn *turn = g_new (Turn, 1);

  *turn = (Turn){ run, *entry };
  tl_steer_ref (entry->steer);
  tl_store_write (self, write_turn, turn, turn_free);
}

/* --- checkpoints ------------------------------------------------------------------------------ */

typedef struct
{
  gint64 run;
  TlCheckpointValues values;
} Checkpoint;

static gboolean
write_checkpoint (TlDatabase *database, gconstpointer data, GError **error)
{
  const Checkpoint *checkpoint = data;

  return tl_database_put_checkpoint (database, checkpoint->run, &checkpoint->values, error);
}

static void
checkpoint_free (gpointer data)
{
  Checkpoint *checkpoint = data;

  g_bytes_unref (checkpoint->values.state);
  g_free (checkpoint);
}

void
tl_store_put_checkpoint (TlStore *self, gint64 run, const TlCheckpointValues *values)
{
  Checkpoint *checkpoint = g_new (Checkpoint, 1);

  *checkpoint = (Checkpoint){ run, *values };
  g_bytes_ref (values->state);
  tl_store_write (self, write_checkpoint, checkpoint, checkpoint_free);
}

static gboolean
write_kept (TlDatabase *database, gconstpointer data, GError **error)
{
  const Checkpoint *checkpoint = data;

  return tl_database_set_kept (database, checkpoint->run, checkpoint->values.iteration,
                               checkpoint->values.kept, error);
}

void
tl_store_set_kept (TlStore *self, gint64 run, guint64 iteration, TlKept kept)
{
  Checkpoint *checkpoint = g_new0 (Checkpoint, 1);

  checkpoint->run = run;
  checkpoint->values.iteration = iteration;
  checkpoint->values.kept = kept;
  tl_store_write (self, write_kept, checkpoint, g_free);
}

/* --- frames ----------------------------------------------------------------------------------- */

typedef struct
{
  gint64 run;
  TlFrame *frame;
} Picture;

/* The state of an iteration is kept before anybody has looked at its picture. */
static gboolean
write_similarity (TlDatabase *database, const Picture *picture, GError **error)
{
  gdouble similarity = tl_frame_get_similarity (picture->frame);

  return isnan (similarity)
         || tl_database_set_similarity (database, picture->run,
                                        tl_frame_get_iteration (picture->frame), similarity, error);
}

static gboolean
write_picture (TlDatabase *database, gconstpointer data, GError **error)
{
  const Picture *picture = data;
  g_autoptr (GBytes) png = NULL, thumbnail = NULL;

  return tl_frame_encode (picture->frame, &png, &thumbnail, error)
         && tl_database_put_frame (database, picture->run, tl_frame_get_iteration (picture->frame),
                                   png, thumbnail, error)
         && write_similarity (database, picture, error);
}

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  tl_frame_unref (picture->frame);
  g_free (picture);
}

void
tl_store_put_frame (TlStore *self, gint64 run, TlFrame *frame)
{
  Picture *picture = g_new (Picture, 1);

  *picture = (Picture){ run, tl_frame_ref (frame) };
  tl_store_write (self, write_picture, picture, picture_free);
}

/* --- the small ones --------------------------------------------------------------------------- */

static gboolean
write_score (TlDatabase *database, gconstpointer data, GError **error)
{
  return tl_database_put_score (database, data, error);
}

void
tl_store_put_score (TlStore *self, const TlScoreRecord *record)
{
  tl_store_write (self, write_score, tl_score_record_copy (record),
                  (GDestroyNotify) tl_score_record_free);
}

static gboolean
write_exploration (TlDatabase *database, gconstpointer data, GError **error)
{
  return tl_database_put_exploration (database, data, error);
}

void
tl_store_put_exploration (TlStore *self, const TlExplorationRecord *record)
{
  tl_store_write (self, write_exploration, tl_exploration_record_copy (record),
                  (GDestroyNotify) tl_exploration_record_free);
}

typedef struct
{
  char *key, *value;
} Meta;

static gboolean
write_meta (TlDatabase *database, gconstpointer data, GError **error)
{
  const Meta *meta = data;

  return tl_database_set_meta (database, meta->key, meta->value, error);
}

static void
meta_free (gpointer data)
{
  Meta *meta = data;

  g_free (meta->key);
  g_free (meta->value);
  g_free (meta);
}

void
tl_store_set_meta (TlStore *self, const char *key, const char *value)
{
  Meta *meta = g_new (Meta, 1);

  *meta = (Meta){ g_strdup (key), g_strdup (value) };
  tl_store_write (self, write_meta, meta, meta_free);
}
