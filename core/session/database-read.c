/* database-read.c - facts out of a session file
 *
 * A file may be torn, or made by somebody who means no good: each value is checked before it
 * becomes part of a record, and a row that does not hold is left out and noted. An error is only
 * returned where nothing at all can be said.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/database-read.h"

#include "core/base/error.h"
#include "core/session/journal.h"
#include "core/session/json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_TURN_BYTES (4 * 1024 * 1024)
#define ALL_KEPT (TL_KEPT_STAR | (TL_KEPT_STAR - 1))

gboolean
tl_query_get_iteration (TlQuery *query, int column, guint64 *value)
{
  gint64 number;

  if (!tl_query_get_int (query, column, 0, TL_MAX_ITERATIONS, &number))
    return FALSE;
  *value = (guint64) number;
  return TRUE;
}

gboolean
tl_query_get_boolean (TlQuery *query, int column, gboolean *value)
{
  gint64 number;

  if (!tl_query_get_int (query, column, 0, 1, &number))
    return FALSE;
  *value = number != 0;
  return TRUE;
}

gboolean
tl_database_end_list (TlDatabase *self, GError *problem, const char *what, GError **error)
{
  if (problem == NULL)
    return TRUE;

  if (!tl_database_is_corrupt (self))
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  tl_database_note_damage (self, "%s", what);
  g_error_free (problem);
  return TRUE;
}

/* --- turns ------------------------------------------------------------------------------------ */

/* (transfer full) (element-type TlAsset): the pictures that a steer names; what is wrong with the
 * list is said when the steer itself is read */
static GPtrArray *
load_assets (TlDatabase *self, JsonObject *steer)
{
  GPtrArray *assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  JsonArray *names = tl_json_get_array (steer, "assets", NULL);

  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    {
      g_autoptr (TlAsset) name =
        tl_json_read_asset_name (json_array_get_element (names, i), NULL, NULL);

      if (name != NULL)
        g_ptr_array_add (assets, tl_database_load_asset (self, tl_asset_get_name (name),
                                                         tl_asset_get_sha256 (name)));
    }
  return assets;
}

static gboolean
read_jitter (JsonObject *root, TlJitter *jitter)
{
  JsonObject *object = tl_json_get_object (root, "jitter", NULL);
  JsonNode *sigma = object != NULL ? json_object_get_member (object, "sigma") : NULL;
  gint64 index;

  if (sigma == NULL || !JSON_NODE_HOLDS_VALUE (sigma)
      || !tl_json_get_int (object, "index", 0, G_MAXUINT32, &index, NULL))
    return FALSE;

  jitter->sigma = json_node_get_double (sigma);
  jitter->index = (guint32) index;
  return jitter->sigma >= 0 && jitter->sigma <= TL_MAX_JITTER;
}

static gboolean
parse_turn (TlDatabase *self, const char *json, TlJournalEntry *entry)
{
  g_autoptr (JsonNode) node = tl_json_parse (json, MAX_TURN_BYTES, NULL);
  g_autoptr (GPtrArray) assets = NULL;
  JsonObject *root, *steer;
  const char *turn;

  if (node == NULL)
    return FALSE;
  root = json_node_get_object (node);
  turn = tl_json_get_string (root, "turn", NULL);
  steer = tl_json_get_object (root, "steer", NULL);
  if (turn == NULL || steer == NULL || !read_jitter (root, &entry->jitter))
    return FALSE;

  entry->turn = strcmp (turn, "hard") == 0 ? TL_TURN_HARD : TL_TURN_GENTLE;
  assets = load_assets (self, steer);
  entry->steer = tl_steer_read (steer, assets, NULL);
  return entry->steer != NULL;
}

/* iteration, value, checksum */
static gboolean
read_turn (TlDatabase *self, gint64 run, TlQuery *query, TlJournalEntry *entry)
{
  g_autofree char *json = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gint64 checksum;

  if (!tl_query_get_iteration (query, 0, &entry->iteration) || !tl_query_get_text (query, 1, &json)
      || json == NULL || !tl_query_get_int (query, 2, 0, G_MAXUINT32, &checksum))
    return FALSE;
  bytes = g_bytes_new_static (json, strlen (json));
  return checksum == tl_database_checksum (run, entry->iteration, bytes)
         && parse_turn (self, json, entry);
}

GArray *
tl_database_list_turns (TlDatabase *self, gint64 run, GError **error)
{
  g_autoptr (GArray) turns = tl_journal_new ();
  g_autoptr (TlQuery) query = tl_query_new (
    self, error,
    "SELECT iteration, value, checksum FROM journal WHERE run = ? AND what = 'turn' ORDER BY id",
    "i", run);
  GError *problem = NULL;

  if (query == NULL)
    return NULL;
  while (tl_query_next (self, query, &problem))
    {
      TlJournalEntry entry = { 0 };

      if (read_turn (self, run, query, &entry))
        {
          tl_journal_add (turns, &entry);
          tl_steer_unref (entry.steer);
        }
      else
        tl_database_note_damage (self, _ ("a turn of run %s"),
                                 tl_sql_print_number ((char[TL_NUMBER_SIZE]){ 0 }, run));
    }
  return tl_database_end_list (self, problem, _ ("some of the list of turns"), error)
           ? g_steal_pointer (&turns)
           : NULL;
}

/* --- checkpoints ------------------------------------------------------------------------------ */

/* iteration, kept, similarity, n_bytes */
static TlCheckpoint *
read_checkpoint (TlQuery *query)
{
  TlCheckpointValues values = { 0 };
  gint64 kept, n_bytes;

  if (!tl_query_get_iteration (query, 0, &values.iteration)
      || !tl_query_get_int (query, 1, 0, ALL_KEPT, &kept)
      || !tl_query_get_int (query, 3, 0, G_MAXINT64, &n_bytes))
    return NULL;

  values.kept = (TlKept) kept;
  values.similarity = tl_query_get_double (query, 2);
  return tl_checkpoint_new (&values, (gsize) n_bytes);
}

GPtrArray *
tl_database_list_checkpoints (TlDatabase *self, gint64 run, GError **error)
{
  g_autoptr (GPtrArray) checkpoints = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TlQuery) query =
    tl_query_new (self, error,
                  "SELECT iteration, kept, similarity, n_bytes FROM checkpoint WHERE run = ?"
                  " ORDER BY iteration",
                  "i", run);
  GError *problem = NULL;

  if (query == NULL)
    return NULL;
  while (tl_query_next (self, query, &problem))
    {
      TlCheckpoint *checkpoint = read_checkpoint (query);

      if (checkpoint != NULL)
        g_ptr_array_add (checkpoints, checkpoint);
      else
        tl_database_note_damage (self, _ ("a checkpoint of run %s"),
                                 tl_sql_print_number ((char[TL_NUMBER_SIZE]){ 0 }, run));
    }
  return tl_database_end_list (self, problem, _ ("some of the list of checkpoints"), error)
           ? g_steal_pointer (&checkpoints)
           : NULL;
}

/* --- the small ones --------------------------------------------------------------------------- */

static TlExplorationRecord *
read_exploration (TlQuery *query)
{
  g_autoptr (TlExplorationRecord) record = g_new0 (TlExplorationRecord, 1);

  if (tl_query_get_int (query, 0, 1, G_MAXINT64, &record->id)
      && tl_query_get_iteration (query, 1, &record->hold)
      && tl_query_get_boolean (query, 2, &record->keeps_best_half)
      && tl_query_get_int (query, 3, G_MININT64, G_MAXINT64, &record->created))
    return g_steal_pointer (&record);
  return NULL;
}

GPtrArray *
tl_database_list_explorations (TlDatabase *self, GError **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) tl_exploration_record_free);
  g_autoptr (TlQuery) query = tl_query_new (
    self, error, "SELECT id, hold, keeps_best_half, created FROM exploration ORDER BY id", "");
  GError *problem = NULL;

  if (query == NULL)
    return NULL;
  while (tl_query_next (self, query, &problem))
    {
      TlExplorationRecord *record = read_exploration (query);

      if (record != NULL)
        g_ptr_array_add (records, record);
      else
        tl_database_note_damage (
          self, _ ("exploration %s"),
          tl_sql_print_number ((char[TL_NUMBER_SIZE]){ 0 }, sqlite3_column_int64 (query, 0)));
    }
  return tl_database_end_list (self, problem, _ ("some of the list of explorations"), error)
           ? g_steal_pointer (&records)
           : NULL;
}

/* iteration, judge, clause, value */
static TlScoreRecord *
read_score (gint64 run, TlQuery *query)
{
  g_autoptr (TlScoreRecord) record = g_new0 (TlScoreRecord, 1);

  record->run = run;
  record->value = tl_query_get_double (query, 3);
  if (tl_query_get_iteration (query, 0, &record->iteration)
      && tl_query_get_text (query, 1, &record->judge)
      && tl_query_get_text (query, 2, &record->clause) && record->judge != NULL
      && record->clause != NULL)
    return g_steal_pointer (&record);
  return NULL;
}

GPtrArray *
tl_database_list_scores (TlDatabase *self, gint64 run, GError **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) tl_score_record_free);
  g_autoptr (TlQuery) query = tl_query_new (
    self, error, "SELECT iteration, judge, clause, value FROM score WHERE run = ?", "i", run);
  GError *problem = NULL;

  if (query == NULL)
    return NULL;
  while (tl_query_next (self, query, &problem))
    {
      TlScoreRecord *record = read_score (run, query);

      if (record != NULL)
        g_ptr_array_add (records, record);
      else
        tl_database_note_damage (self, _ ("a score of run %s"),
                                 tl_sql_print_number ((char[TL_NUMBER_SIZE]){ 0 }, run));
    }
  return tl_database_end_list (self, problem, _ ("some of the list of scores"), error)
           ? g_steal_pointer (&records)
           : NULL;
}

char *
tl_database_get_meta (TlDatabase *self, const char *key)
{
  /* No title or no mark is nothing that anybody could do something about. */
  g_autoptr (TlQuery) query =
    tl_query_new (self, NULL, "SELECT value FROM meta WHERE key = ?", "t", key);
  char *value = NULL;

  if (query != NULL && tl_query_next (self, query, NULL))
    tl_query_get_text (query, 0, &value);
  return value;
}

/* --- blobs ------------------------------------------------------------------------------------ */

/* Where a kind of blob is. @find gives id, iteration and checksum of the last one of a run at or
 * before an iteration; @read the bytes of an id: separately, since bytes that cannot be read must
 * not hide which they were. */
typedef struct
{
  const char *find, *read, *list; /* the last: what is damaged if nothing is found */
  gboolean is_picture;
} BlobKind;

static const BlobKind state_kind = {
  "SELECT id, iteration, checksum FROM checkpoint WHERE run = ? AND iteration <= ?"
  " ORDER BY iteration DESC LIMIT 1",
  "SELECT bytes FROM state WHERE checkpoint = ?",
  N_ ("some of the list of checkpoints"),
  FALSE,
};

static const BlobKind frame_kind = {
  "SELECT id, iteration, picture_checksum FROM frame WHERE run = ? AND iteration <= ?"
  " ORDER BY iteration DESC LIMIT 1",
  "SELECT picture FROM frame WHERE id = ?",
  N_ ("some of the list of pictures"),
  TRUE,
};

static const BlobKind thumbnail_kind = {
  "SELECT id, iteration, thumbnail_checksum FROM frame WHERE run = ? AND iteration <= ?"
  " ORDER BY iteration DESC LIMIT 1",
  "SELECT thumbnail FROM frame WHERE id = ?",
  N_ ("some of the list of pictures"),
  TRUE,
};

typedef struct
{
  gint64 run, id, checksum;
  guint64 iteration;
} Blob;

/* FALSE with @error set, or unset where there is none. */
static gboolean
find_blob (TlDatabase *self, const BlobKind *kind, guint64 iteration, Blob *blob, GError **error)
{
  g_autoptr (TlQuery) query =
    tl_query_new (self, error, kind->find, "ii", blob->run, (gint64) iteration);
  GError *problem = NULL;

  if (query == NULL)
    return FALSE;
  if (!tl_query_next (self, query, &problem))
    {
      if (problem == NULL)
        return FALSE;
      if (tl_database_is_corrupt (self))
        tl_database_note_damage (self, "%s", _ (kind->list));
      g_propagate_error (error, problem);
      return FALSE;
    }
  /* What makes no sense fails as its checksum does. */
  blob->id = sqlite3_column_int64 (query, 0);
  blob->iteration = (guint64) sqlite3_column_int64 (query, 1);
  if (!tl_query_get_int (query, 2, 0, G_MAXUINT32, &blob->checksum))
    blob->checksum = -1;
  return TRUE;
}

/* (transfer full): NULL with @error set, or unset where it is damaged */
static GBytes *
read_blob (TlDatabase *self, const BlobKind *kind, const Blob *blob, GError **error)
{
  g_autoptr (TlQuery) query = tl_query_new (self, error, kind->read, "i", blob->id);
  g_autoptr (GBytes) bytes = NULL;
  GError *problem = NULL;

  if (query == NULL)
    return NULL;
  if (tl_query_next (self, query, &problem))
    bytes = tl_query_get_bytes (query, 0);
  if (problem != NULL && !tl_database_is_corrupt (self))
    {
      g_propagate_error (error, problem);
      return NULL;
    }
  g_clear_error (&problem);

  if (bytes != NULL && tl_database_checksum (blob->run, blob->iteration, bytes) == blob->checksum)
    return g_steal_pointer (&bytes);
  return NULL;
}

static void
note_blob (TlDatabase *self, const BlobKind *kind, const Blob *blob)
{
  char iteration[TL_NUMBER_SIZE], run[TL_NUMBER_SIZE];

  tl_sql_print_number (iteration, (gint64) blob->iteration);
  tl_sql_print_number (run, blob->run);

  if (kind->is_picture)
    tl_database_note_damage (self, _ ("picture %s of run %s"), iteration, run);
  else
    tl_database_note_damage (self, _ ("checkpoint %s of run %s"), iteration, run);
}

static GBytes *
get_blob (TlDatabase *self, const BlobKind *kind, gint64 run, guint64 iteration, guint64 *found,
          GError **error)
{
  char name[TL_NUMBER_SIZE];
  g_autoptr (GError) problem = NULL;
  Blob blob = { .run = run };

  tl_sql_print_number (name, run);
  iteration = MIN (iteration, (guint64) G_MAXINT64);
  while (find_blob (self, kind, iteration, &blob, &problem))
    {
      GBytes *bytes = read_blob (self, kind, &blob, &problem);

      if (bytes != NULL && found != NULL)
        *found = blob.iteration;
      if (bytes != NULL)
        return bytes;
      if (problem != NULL)
        break;
      note_blob (self, kind, &blob);
      if (blob.iteration == 0 || blob.iteration > iteration)
        break;
      iteration = blob.iteration - 1;
    }
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (kind->is_picture)
    tl_error_set (error, TL_ERROR_MISSING, _ ("There is no readable picture of run %s"), name);
  else
    tl_error_set (error, TL_ERROR_MISSING, _ ("There is no readable checkpoint of run %s"), name);
  return NULL;
}

GBytes *
tl_database_get_state (TlDatabase *self, gint64 run, guint64 iteration, guint64 *found,
                       GError **error)
{
  return get_blob (self, &state_kind, run, iteration, found, error);
}

GBytes *
tl_database_get_frame (TlDatabase *self, gint64 run, guint64 iteration, guint64 *found,
                       GError **error)
{
  return get_blob (self, &frame_kind, run, iteration, found, error);
}

GBytes *
tl_database_get_thumbnail (TlDatabase *self, gint64 run, guint64 iteration, guint64 *found,
                           GError **error)
{
  return get_blob (self, &thumbnail_kind, run, iteration, found, error);
}
