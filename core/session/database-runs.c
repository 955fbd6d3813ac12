/* database-runs.c - runs out of a session file
 *
 * A file may be torn, or made by somebody who means no good: each value is checked before it
 * becomes part of a record, and a row that does not hold is left out and noted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/database-read.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- pictures --------------------------------------------------------------------------------- */

/* (transfer full) (nullable): one whose bytes are what its name says */
static TlAsset *
read_asset (TlDatabase *self, const char *name, const char *sha256)
{
  g_autoptr (TlQuery) query =
    tl_query_new (self, NULL, "SELECT bytes FROM asset WHERE sha256 = ?", "t", sha256);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TlAsset) asset = NULL;

  if (query == NULL)
    return NULL;
  /* One that was never put is no damage. */
  if (!tl_query_next (self, query, NULL) && !tl_database_is_corrupt (self))
    return NULL;

  bytes = tl_query_get_bytes (query, 0);
  if (bytes != NULL && g_bytes_get_size (bytes) <= TL_ASSET_MAX_BYTES)
    asset = tl_asset_new (name, bytes);
  if (asset != NULL && strcmp (tl_asset_get_sha256 (asset), sha256) == 0)
    return g_steal_pointer (&asset);

  tl_database_note_damage (self, _ ("the picture “%s”"), name);
  return NULL;
}

TlAsset *
tl_database_load_asset (TlDatabase *self, const char *name, const char *sha256)
{
  TlAsset *asset = g_hash_table_lookup (self->assets, sha256);

  if (asset == NULL)
    {
      asset = read_asset (self, name, sha256);
      if (asset == NULL)
        return tl_asset_new_absent (name, sha256);
      g_hash_table_insert (self->assets, g_strdup (sha256), asset);
    }
  return tl_asset_new_alias (asset, name);
}

/* --- runs ------------------------------------------------------------------------------------- */

/* In the order of RUN_COLUMNS. */
enum
{
  RUN_ID,
  RUN_PARENT,
  RUN_PARENT_ITERATION,
  RUN_CONTINUES_PARENT,
  RUN_EXPLORATION,
  RUN_HOLD,
  RUN_SEED,
  RUN_WIDTH,
  RUN_HEIGHT,
  RUN_FIT,
  RUN_START_NAME,
  RUN_START_SHA256,
  RUN_VQGAN_NAME,
  RUN_VQGAN_SHA256,
  RUN_CLIP_NAME,
  RUN_CLIP_SHA256,
  RUN_PRECISION,
  RUN_DEVICE,
  RUN_N_THREADS,
  RUN_NAME,
  RUN_NOTE,
  RUN_CHANGE,
  RUN_MARK,
  RUN_IS_DELETED,
  RUN_STATE,
  RUN_ITERATION,
  RUN_SIMILARITY,
  RUN_CREATED,
};

#define RUN_COLUMNS                                                                                \
  "id, parent, parent_iteration, continues_parent, exploration, hold, seed, width, height, fit,"   \
  " start_name, start_sha256, vqgan_name, vqgan_sha256, clip_name, clip_sha256, precision, "       \
  "device,"                                                                                        \
  " n_threads, name, note, change, mark, is_deleted, state, iteration, similarity, created"

static gboolean
read_start_image (TlDatabase *self, TlQuery *query, TlAsset **image)
{
  g_autofree char *name = NULL, *sha256 = NULL;

  if (!tl_query_get_text (query, RUN_START_NAME, &name)
      || !tl_query_get_text (query, RUN_START_SHA256, &sha256) || (name == NULL) != (sha256 == NULL)
      || (sha256 != NULL && !tl_asset_is_sha256 (sha256)))
    return FALSE;

  if (sha256 != NULL)
    *image = tl_database_load_asset (self, name, sha256);
  return TRUE;
}

static gboolean
read_start (TlDatabase *self, TlQuery *query, TlStart **start)
{
  g_autoptr (TlAsset) image = NULL;
  TlStartValues values;
  gint64 seed, width, height, fit;

  if (!tl_query_get_int (query, RUN_SEED, G_MININT64, G_MAXINT64, &seed)
      || !tl_query_get_int (query, RUN_WIDTH, TL_MIN_SIDE, TL_MAX_SIDE, &width)
      || !tl_query_get_int (query, RUN_HEIGHT, TL_MIN_SIDE, TL_MAX_SIDE, &height)
      || !tl_query_get_int (query, RUN_FIT, TL_FIT_CROP, TL_FIT_STRETCH, &fit)
      || !read_start_image (self, query, &image))
    return FALSE;

  values = (TlStartValues){ (guint64) seed, (guint) width, (guint) height, image, (TlFit) fit };
  *start = tl_start_new (&values);
  return TRUE;
}

static gboolean
is_sha256_or_none (const char *text)
{
  return *text == '\0' || tl_asset_is_sha256 (text);
}

/* What it was made with: all of it, or nothing. */
static gboolean
read_maker (TlQuery *query, TlMaker **maker)
{
  g_autoptr (TlMaker) self = g_new0 (TlMaker, 1);
  gint64 n_threads;

  if (sqlite3_column_type (query, RUN_VQGAN_NAME) == SQLITE_NULL)
    return TRUE;

  if (!tl_query_get_text (query, RUN_VQGAN_NAME, &self->vqgan.name)
      || !tl_query_get_text (query, RUN_VQGAN_SHA256, &self->vqgan.sha256)
      || !tl_query_get_text (query, RUN_CLIP_NAME, &self->clip.name)
      || !tl_query_get_text (query, RUN_CLIP_SHA256, &self->clip.sha256)
      || !tl_query_get_text (query, RUN_PRECISION, &self->precision)
      || !tl_query_get_text (query, RUN_DEVICE, &self->device)
      || !tl_query_get_int (query, RUN_N_THREADS, 0, G_MAXINT16, &n_threads))
    return FALSE;
  if (self->vqgan.name == NULL || self->vqgan.sha256 == NULL || self->clip.name == NULL
      || self->clip.sha256 == NULL || self->precision == NULL || self->device == NULL
      || !is_sha256_or_none (self->vqgan.sha256) || !is_sha256_or_none (self->clip.sha256))
    return FALSE;

  self->n_threads = (guint) n_threads;
  *maker = g_steal_pointer (&self);
  return TRUE;
}

static gboolean
read_origin (TlQuery *query, TlRunRecord *run)
{
  run->parent = sqlite3_column_int64 (query, RUN_PARENT);
  return tl_query_get_int (query, RUN_ID, 1, G_MAXINT64, &run->id)
         && tl_query_get_iteration (query, RUN_PARENT_ITERATION, &run->parent_iteration)
         && tl_query_get_boolean (query, RUN_CONTINUES_PARENT, &run->continues_parent)
         && tl_query_get_int (query, RUN_EXPLORATION, 0, G_MAXINT64, &run->exploration)
         && tl_query_get_iteration (query, RUN_HOLD, &run->hold)
         && tl_query_get_int (query, RUN_CREATED, G_MININT64, G_MAXINT64, &run->created);
}

static gboolean
read_rest (TlQuery *query, TlRunRecord *run)
{
  gint64 mark, state;

  if (!tl_query_get_text (query, RUN_NAME, &run->name)
      || !tl_query_get_text (query, RUN_NOTE, &run->note)
      || !tl_query_get_text (query, RUN_CHANGE, &run->change)
      || !tl_query_get_int (query, RUN_MARK, TL_MARK_NONE, TL_MARK_REJECTED, &mark)
      || !tl_query_get_boolean (query, RUN_IS_DELETED, &run->is_deleted)
      || !tl_query_get_int (query, RUN_STATE, TL_RUN_NEW, TL_RUN_HELD, &state)
      || !tl_query_get_iteration (query, RUN_ITERATION, &run->iteration))
    return FALSE;

  run->mark = (TlMark) mark;
  run->state = (TlRunState) state;
  run->similarity = tl_query_get_double (query, RUN_SIMILARITY);
  return TRUE;
}

static TlRunRecord *
read_run (TlDatabase *self, TlQuery *query)
{
  g_autoptr (TlRunRecord) run = g_new0 (TlRunRecord, 1);

  if (read_origin (query, run) && read_start (self, query, &run->start)
      && read_maker (query, &run->maker) && read_rest (query, run))
    return g_steal_pointer (&run);
  return NULL;
}

/* A child whose parent could not be read becomes a root: it has its own checkpoints. That a parent
 * is always older also rules out a family that bites its tail, and that none is deeper than this,
 * one that whoever walks it falls into. Returns how deep @run is, a root 1. */
static guint
check_parent (TlDatabase *self, GHashTable *depths, TlRunRecord *run)
{
  guint depth = GPOINTER_TO_UINT (g_hash_table_lookup (depths, &run->parent));

  if (run->parent == 0)
    return 1;
  if (depth > 0 && depth < TL_MAX_GENERATIONS)
    return depth + 1;

  tl_database_note_damage (self, _ ("what run %s came from"),
                           tl_sql_print_number ((char[TL_NUMBER_SIZE]){ 0 }, run->id));
  run->parent = 0;
  run->continues_parent = FALSE;
  return 1;
}

/* (transfer full) (nullable): a table of somebody else's making may have one number twice */
static TlRunRecord *
read_new_run (TlDatabase *self, GHashTable *depths, TlQuery *query)
{
  g_autoptr (TlRunRecord) run = read_run (self, query);

  if (run == NULL || g_hash_table_contains (depths, &run->id))
    return NULL;
  return g_steal_pointer (&run);
}

/* @depths: of those that are known, which are older since they come by id */
static void
add_run (TlDatabase *self, GPtrArray *runs, GHashTable *depths, TlQuery *query)
{
  TlRunRecord *run = read_new_run (self, depths, query);
  guint depth;

  if (run == NULL)
    {
      tl_database_note_damage (
        self, _ ("run %s"),
        tl_sql_print_number ((char[TL_NUMBER_SIZE]){ 0 }, sqlite3_column_int64 (query, RUN_ID)));
      return;
    }
  depth = check_parent (self, depths, run);
  g_hash_table_insert (depths, &run->id, GUINT_TO_POINTER (depth));
  g_ptr_array_add (runs, run);
}

GPtrArray *
tl_database_list_runs (TlDatabase *self, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_run_record_free);
  g_autoptr (GHashTable) depths = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (TlQuery) query =
    tl_query_new (self, error, "SELECT " RUN_COLUMNS " FROM run ORDER BY id", "");
  GError *problem = NULL;

  if (query == NULL)
    return NULL;
  while (tl_query_next (self, query, &problem))
    add_run (self, runs, depths, query);
  return tl_database_end_list (self, problem, _ ("some of the list of runs"), error)
           ? g_steal_pointer (&runs)
           : NULL;
}
