/* database-write.c - facts into a session file
 *
 * Each put is a transaction; what belongs together (a turn and its pictures, a checkpoint and its
 * state) is in one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/database.h"

#include "core/session/database-sql.h"

#include <string.h>

/* --- whose a number is ------------------------------------------------------------------------ */

static gboolean
contradict (gint64 run, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "What was to be written contradicts run %" G_GINT64_FORMAT " of the session", run);
  return FALSE;
}

/* For a fact of @run. One that was refused has left its number to another, whose turns and states
 * must not be mixed with its own. */
static gboolean
begin (TlDatabase *self, gint64 run, GError **error)
{
  if (g_hash_table_contains (self->refused, &run))
    return contradict (run, error);
  return tl_database_begin (self, error);
}

/* --- pictures --------------------------------------------------------------------------------- */

/* Asked for first, so that megabytes are not bound with each turn only to be ignored. */
static gboolean
has_asset (TlDatabase *self, const char *sha256)
{
  g_autoptr (TlQuery) query =
    tl_query_new (self, NULL, "SELECT 1 FROM asset WHERE sha256 = ?", "t", sha256);

  return query != NULL && tl_query_next (self, query, NULL);
}

/* One whose bytes are elsewhere stays so. */
static gboolean
write_asset (TlDatabase *self, TlAsset *asset, GError **error)
{
  GBytes *bytes = asset != NULL ? tl_asset_get_bytes (asset) : NULL;

  return bytes == NULL || has_asset (self, tl_asset_get_sha256 (asset))
         || tl_sql_run (self, error, "INSERT OR IGNORE INTO asset VALUES (?, ?, ?)", "ttb",
                        tl_asset_get_sha256 (asset), tl_asset_get_name (asset), bytes);
}

gboolean
tl_database_put_asset (TlDatabase *self, TlAsset *asset, GError **error)
{
  if (!tl_database_begin (self, error))
    return FALSE;
  return tl_database_end (self, write_asset (self, asset, error), error);
}

/* --- runs ------------------------------------------------------------------------------------- */

#define PUT_RUN                                                                                    \
  "INSERT INTO run (id, parent, parent_iteration, continues_parent, exploration, hold,"            \
  " seed, width, height, fit, start_name, start_sha256,"                                           \
  " vqgan_name, vqgan_sha256, clip_name, clip_sha256, precision, device, n_threads,"               \
  " name, note, change, mark, is_deleted, state, iteration, similarity, created)"                  \
  " VALUES (?, nullif (?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"                  \
  " ?, ?, ?, ?, ?, ?, ?, ?, ?)"                                                                    \
  " ON CONFLICT (id) DO UPDATE SET"                                                                \
  " vqgan_name = excluded.vqgan_name, vqgan_sha256 = excluded.vqgan_sha256,"                       \
  " clip_name = excluded.clip_name, clip_sha256 = excluded.clip_sha256,"                           \
  " precision = excluded.precision, device = excluded.device, n_threads = excluded.n_threads,"     \
  " name = excluded.name, note = excluded.note, change = excluded.change,"                         \
  " mark = excluded.mark, is_deleted = excluded.is_deleted, state = excluded.state,"               \
  " iteration = excluded.iteration, similarity = excluded.similarity"                              \
  " WHERE seed = excluded.seed AND created = excluded.created"

static gboolean
write_run (TlDatabase *self, const TlRunRecord *run, GError **error)
{
  const TlStartValues *start = tl_start_get_values (run->start);
  const TlMaker none = { .vqgan = { NULL, NULL }, .clip = { NULL, NULL } };
  const TlMaker *maker = run->maker != NULL ? run->maker : &none;

  return tl_sql_run (self, error, PUT_RUN, "iiiiiiiiiittttttttitttiiiidi", run->id, run->parent,
                     (gint64) run->parent_iteration, (gint64) run->continues_parent,
                     run->exploration, (gint64) run->hold, (gint64) start->seed,
                     (gint64) start->width, (gint64) start->height, (gint64) start->fit,
                     start->image != NULL ? tl_asset_get_name (start->image) : NULL,
                     start->image != NULL ? tl_asset_get_sha256 (start->image) : NULL,
                     maker->vqgan.name, maker->vqgan.sha256, maker->clip.name, maker->clip.sha256,
                     maker->precision, maker->device, (gint64) maker->n_threads, run->name,
                     run->note, run->change, (gint64) run->mark, (gint64) run->is_deleted,
                     (gint64) run->state, (gint64) run->iteration, run->similarity, run->created);
}

/* For what must have changed a row. */
static gboolean
check_changed (TlDatabase *self, gint64 run, GError **error)
{
  return sqlite3_changes (self->sqlite) > 0 || contradict (run, error);
}

static void
refuse (TlDatabase *self, gint64 run)
{
  g_hash_table_add (self->refused, g_memdup2 (&run, sizeof run));
}

gboolean
tl_database_put_run (TlDatabase *self, const TlRunRecord *record, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gboolean is_good;

  g_return_val_if_fail (record->id > 0 && record->start != NULL, FALSE);

  if (g_hash_table_contains (self->refused, &record->parent))
    refuse (self, record->id);
  if (!begin (self, record->id, error))
    return FALSE;

  is_good = write_asset (self, tl_start_get_values (record->start)->image, &reason)
            && write_run (self, record, &reason) && check_changed (self, record->id, &reason);
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    refuse (self, record->id);
  if (!is_good)
    g_propagate_error (error, g_steal_pointer (&reason));
  return tl_database_end (self, is_good, error);
}

gboolean
tl_database_put_progress (TlDatabase *self, gint64 run, TlRunState state, guint64 iteration,
                          gdouble similarity, GError **error)
{
  if (!begin (self, run, error))
    return FALSE;
  return tl_database_end (
    self,
    tl_sql_run (self, error, "UPDATE run SET state = ?, iteration = ?, similarity = ? WHERE id = ?",
                "iidi", (gint64) state, (gint64) iteration, similarity, run)
      && check_changed (self, run, error),
    error);
}

/* --- turns ------------------------------------------------------------------------------------ */

/* {"turn": "hard", "jitter": {"sigma", "index"}, "steer": {…}} */
static char *
print_turn (const TlJournalEntry *entry)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "turn");
  json_builder_add_string_value (builder, entry->turn == TL_TURN_HARD ? "hard" : "gentle");
  json_builder_set_member_name (builder, "jitter");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sigma");
  json_builder_add_double_value (builder, entry->jitter.sigma);
  json_builder_set_member_name (builder, "index");
  json_builder_add_int_value (builder, entry->jitter.index);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "steer");
  tl_steer_write (entry->steer, builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static gboolean
write_assets (TlDatabase *self, GPtrArray *assets, GError **error)
{
  for (guint i = 0; i < assets->len; i++)
    if (!write_asset (self, assets->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
write_turn (TlDatabase *self, gint64 run, const TlJournalEntry *entry, GError **error)
{
  g_autofree char *json = print_turn (entry);
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));

  return tl_sql_run (
    self, error,
    "INSERT INTO journal (run, iteration, what, value, checksum) VALUES (?, ?, 'turn', ?, ?)",
    "iiti", run, (gint64) entry->iteration, json,
    tl_database_checksum (run, entry->iteration, bytes));
}

gboolean
tl_database_put_turn (TlDatabase *self, gint64 run, const TlJournalEntry *entry, GError **error)
{
  if (!begin (self, run, error))
    return FALSE;
  return tl_database_end (self,
                          write_assets (self, tl_steer_get_assets (entry->steer), error)
                            && write_turn (self, run, entry, error),
                          error);
}

/* --- checkpoints and frames ------------------------------------------------------------------- */

#define PUT_CHECKPOINT                                                                             \
  "INSERT INTO checkpoint (run, iteration, kept, similarity, n_bytes, checksum)"                   \
  " VALUES (?, ?, ?, ?, ?, ?)"                                                                     \
  " ON CONFLICT (run, iteration) DO UPDATE SET kept = kept | excluded.kept,"                       \
  " similarity = coalesce (excluded.similarity, similarity), n_bytes = excluded.n_bytes,"          \
  " checksum = excluded.checksum"

static gboolean
write_checkpoint (TlDatabase *self, gint64 run, const TlCheckpointValues *values, GError **error)
{
  return tl_sql_run (self, error, PUT_CHECKPOINT, "iiidii", run, (gint64) values->iteration,
                     (gint64) values->kept, values->similarity,
                     (gint64) g_bytes_get_size (values->state),
                     tl_database_checksum (run, values->iteration, values->state))
         && tl_sql_run (self, error,
                        "INSERT OR REPLACE INTO state (checkpoint, bytes)"
                        " SELECT id, ? FROM checkpoint WHERE run = ? AND iteration = ?",
                        "bii", values->state, run, (gint64) values->iteration);
}

gboolean
tl_database_put_checkpoint (TlDatabase *self, gint64 run, const TlCheckpointValues *values,
                            GError **error)
{
  g_return_val_if_fail (values->state != NULL, FALSE);

  if (!begin (self, run, error))
    return FALSE;
  return tl_database_end (self, write_checkpoint (self, run, values, error), error);
}

gboolean
tl_database_set_kept (TlDatabase *self, gint64 run, guint64 iteration, TlKept kept, GError **error)
{
  if (!begin (self, run, error))
    return FALSE;
  return tl_database_end (
    self,
    tl_sql_run (self, error,
                "UPDATE checkpoint SET kept = (kept & ~?1) | ?2 WHERE run = ?3 AND iteration = ?4",
                "iiii", (gint64) TL_KEPT_STAR, (gint64) kept, run, (gint64) iteration),
    error);
}

gboolean
tl_database_set_similarity (TlDatabase *self, gint64 run, guint64 iteration, gdouble similarity,
                            GError **error)
{
  if (!begin (self, run, error))
    return FALSE;
  return tl_database_end (
    self,
    tl_sql_run (self, error, "UPDATE checkpoint SET similarity = ? WHERE run = ? AND iteration = ?",
                "dii", similarity, run, (gint64) iteration),
    error);
}

gboolean
tl_database_put_frame (TlDatabase *self, gint64 run, guint64 iteration, GBytes *png,
                       GBytes *thumbnail, GError **error)
{
  g_return_val_if_fail (png != NULL && thumbnail != NULL, FALSE);

  if (!begin (self, run, error))
    return FALSE;
  return tl_database_end (
    self,
    tl_sql_run (self, error,
                "INSERT OR REPLACE INTO frame"
                " (run, iteration, thumbnail_checksum, picture_checksum, thumbnail, picture)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                "iiiibb", run, (gint64) iteration, tl_database_checksum (run, iteration, thumbnail),
                tl_database_checksum (run, iteration, png), thumbnail, png),
    error);
}

/* --- the small ones --------------------------------------------------------------------------- */

gboolean
tl_database_put_score (TlDatabase *self, const TlScoreRecord *record, GError **error)
{
  if (!begin (self, record->run, error))
    return FALSE;
  return tl_database_end (self,
                          tl_sql_run (self, error,
                                      "INSERT OR REPLACE INTO score VALUES (?, ?, ?, ?, ?)",
                                      "iittd", record->run, (gint64) record->iteration,
                                      record->judge, record->clause, record->value),
                          error);
}

gboolean
tl_database_put_exploration (TlDatabase *self, const TlExplorationRecord *record, GError **error)
{
  if (!tl_database_begin (self, error))
    return FALSE;
  return tl_database_end (self,
                          tl_sql_run (self, error,
                                      "INSERT OR REPLACE INTO exploration VALUES (?, ?, ?, ?)",
                                      "iiii", record->id, (gint64) record->hold,
                                      (gint64) record->keeps_best_half, record->created),
                          error);
}

gboolean
tl_database_set_meta (TlDatabase *self, const char *key, const char *value, GError **error)
{
  gboolean is_good;

  if (!tl_database_begin (self, error))
    return FALSE;
  if (value != NULL)
    is_good =
      tl_sql_run (self, error, "INSERT OR REPLACE INTO meta VALUES (?, ?)", "tt", key, value);
  else
    is_good = tl_sql_run (self, error, "DELETE FROM meta WHERE key = ?", "t", key);
  return tl_database_end (self, is_good, error);
}
