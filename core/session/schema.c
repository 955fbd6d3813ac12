/* schema.c - the tables of a session file, and how older ones become today's
 *
 * The states of checkpoints have a table of their own, so that a star, or a list of ten thousand
 * checkpoints, does not touch gigabytes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/schema.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>

/* seed is the 64 bits of an unsigned number; checksums are CRC-32 (tl_database_checksum()). */
static const char version_1[] =
  "CREATE TABLE meta ("
  "  key TEXT PRIMARY KEY NOT NULL,"
  "  value TEXT NOT NULL"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE asset ("
  "  sha256 TEXT PRIMARY KEY NOT NULL,"
  "  name TEXT NOT NULL,"
  "  bytes BLOB NOT NULL"
  ") STRICT;"

  "CREATE TABLE exploration ("
  "  id INTEGER PRIMARY KEY,"
  "  hold INTEGER NOT NULL,"
  "  keeps_best_half INTEGER NOT NULL,"
  "  created INTEGER NOT NULL"
  ") STRICT;"

  "CREATE TABLE run ("
  "  id INTEGER PRIMARY KEY,"
  "  parent INTEGER REFERENCES run (id),"
  "  parent_iteration INTEGER NOT NULL,"
  "  continues_parent INTEGER NOT NULL,"
  "  exploration INTEGER NOT NULL,"
  "  hold INTEGER NOT NULL,"
  "  seed INTEGER NOT NULL,"
  "  width INTEGER NOT NULL,"
  "  height INTEGER NOT NULL,"
  "  fit INTEGER NOT NULL,"
  "  start_name TEXT,"
  "  start_sha256 TEXT,"
  "  vqgan_name TEXT,"
  "  vqgan_sha256 TEXT,"
  "  clip_name TEXT,"
  "  clip_sha256 TEXT,"
  "  precision TEXT,"
  "  device TEXT,"
  "  n_threads INTEGER,"
  "  name TEXT,"
  "  note TEXT,"
  "  change TEXT,"
  "  mark INTEGER NOT NULL,"
  "  is_deleted INTEGER NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  iteration INTEGER NOT NULL,"
  "  similarity REAL,"
  "  created INTEGER NOT NULL"
  ") STRICT;"
  "CREATE INDEX run_parent ON run (parent);"

  "CREATE TABLE journal ("
  "  id INTEGER PRIMARY KEY,"
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  iteration INTEGER NOT NULL,"
  "  what TEXT NOT NULL,"
  "  value TEXT NOT NULL,"
  "  checksum INTEGER NOT NULL"
  ") STRICT;"
  "CREATE INDEX journal_run ON journal (run);"

  "CREATE TABLE checkpoint ("
  "  id INTEGER PRIMARY KEY,"
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  iteration INTEGER NOT NULL,"
  "  kept INTEGER NOT NULL,"
  "  similarity REAL,"
  "  n_bytes INTEGER NOT NULL,"
  "  checksum INTEGER NOT NULL,"
  "  UNIQUE (run, iteration)"
  ") STRICT;"
  "CREATE TABLE state ("
  "  checkpoint INTEGER PRIMARY KEY REFERENCES checkpoint (id) ON DELETE CASCADE,"
  "  bytes BLOB NOT NULL"
  ") STRICT;"

  /* The small one first: what comes after a large one is slow to reach. */
  "CREATE TABLE frame ("
  "  id INTEGER PRIMARY KEY,"
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  iteration INTEGER NOT NULL,"
  "  thumbnail_checksum INTEGER NOT NULL,"
  "  picture_checksum INTEGER NOT NULL,"
  "  thumbnail BLOB NOT NULL,"
  "  picture BLOB NOT NULL,"
  "  UNIQUE (run, iteration)"
  ") STRICT;"

  "CREATE TABLE score ("
  "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
  "  iteration INTEGER NOT NULL,"
  "  judge TEXT NOT NULL,"
  "  clause TEXT NOT NULL,"
  "  value REAL,"
  "  PRIMARY KEY (run, iteration, judge, clause)"
  ") STRICT, WITHOUT ROWID;";

static const char *const steps[] = { version_1 };

G_STATIC_ASSERT (G_N_ELEMENTS (steps) == TL_DATABASE_VERSION);

/* What the statements of database-*.c rely on. */
static const char *const shapes[] = {
  "SELECT key, value FROM meta LIMIT 0",
  "SELECT sha256, name, bytes FROM asset LIMIT 0",
  "SELECT id, hold, keeps_best_half, created FROM exploration LIMIT 0",
  "SELECT id, parent, parent_iteration, continues_parent, exploration, hold, seed, width, height,"
  " fit, start_name, start_sha256, vqgan_name, vqgan_sha256, clip_name, clip_sha256, precision,"
  " device, n_threads, name, note, change, mark, is_deleted, state, iteration, similarity, created"
  " FROM run LIMIT 0",
  "SELECT id, run, iteration, what, value, checksum FROM journal LIMIT 0",
  "SELECT id, run, iteration, kept, similarity, n_bytes, checksum FROM checkpoint LIMIT 0",
  "SELECT checkpoint, bytes FROM state LIMIT 0",
  "SELECT id, run, iteration, thumbnail_checksum, picture_checksum, thumbnail, picture FROM frame"
  " LIMIT 0",
  "SELECT run, iteration, judge, clause, value FROM score LIMIT 0",
};

/* What is lost, in the user's words, if a table is damaged. */
static const struct
{
  const char *check, *what;
} small_tables[] = {
  { "PRAGMA quick_check ('meta')", N_ ("some of the session's title and marks") },
  { "PRAGMA quick_check ('exploration')", N_ ("some of the list of explorations") },
  { "PRAGMA quick_check ('run')", N_ ("some of the list of runs") },
  { "PRAGMA quick_check ('journal')", N_ ("some of the list of turns") },
  { "PRAGMA quick_check ('checkpoint')", N_ ("some of the list of checkpoints") },
  { "PRAGMA quick_check ('score')", N_ ("some of the list of scores") },
};

const char *const *
tl_schema_get_steps (guint *n)
{
  *n = G_N_ELEMENTS (steps);
  return steps;
}

gboolean
tl_schema_look (TlDatabase *self, guint n_steps, TlSchemaState *state, GError **error)
{
  g_autofree char *name = g_filename_display_basename (self->path);
  gint64 application_id, version;

  /* The first statement that reads: what is no database, or cannot be locked, fails here. */
  if (!tl_sql_exec (self, "SELECT count (*) FROM sqlite_schema", error))
    return FALSE;

  application_id = tl_sql_get_int (self, "PRAGMA application_id", 0);
  version = tl_sql_get_int (self, "PRAGMA user_version", 0);
  if (application_id == 0 && version == 0
      && tl_sql_get_int (self, "SELECT count (*) FROM sqlite_schema", 1) == 0)
    {
      *state = TL_SCHEMA_EMPTY;
      return TRUE;
    }
  if (application_id != TL_SCHEMA_APPLICATION_ID || version < 1)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is not a Tiller session"), name);

  *state = version > n_steps   ? TL_SCHEMA_NEWER
           : version < n_steps ? TL_SCHEMA_OLDER
                               : TL_SCHEMA_CURRENT;
  return TRUE;
}

static gboolean
do_step (TlDatabase *self, const char *step, guint version, GError **error)
{
  g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version = %u", version);

  return tl_sql_exec (self, step, error) && tl_sql_exec (self, pragma, error);
}

gboolean
tl_schema_migrate (TlDatabase *self, const char *const *all_steps, guint n_steps, GError **error)
{
  g_autofree char *identify =
    g_strdup_printf ("PRAGMA application_id = %d", TL_SCHEMA_APPLICATION_ID);
  gboolean is_good;
  gint64 version;

  if (!tl_sql_exec (self, "BEGIN IMMEDIATE", error))
    return FALSE;

  /* Asked for again under the lock: another program may have done it meanwhile. */
  version = tl_sql_get_int (self, "PRAGMA user_version", 0);
  is_good = tl_sql_exec (self, identify, error);
  for (guint i = (guint) version; is_good && i < n_steps; i++)
    is_good = do_step (self, all_steps[i], i + 1, error);
  is_good = is_good && tl_sql_exec (self, "COMMIT", error);
  if (!is_good)
    tl_sql_exec (self, "ROLLBACK", NULL); /* SQLite may have done so itself */
  return is_good;
}

gboolean
tl_schema_check_columns (TlDatabase *self, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (!tl_sql_exec (self, shapes[i], error))
      return FALSE;
  return TRUE;
}

/* A check has one row, "ok", or a row for each thing that is wrong. */
static gboolean
is_ok_check (TlDatabase *self, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  gboolean is_ok = sqlite3_prepare_v2 (self->sqlite, sql, -1, &statement, NULL) == SQLITE_OK
                   && sqlite3_step (statement) == SQLITE_ROW
                   && g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;

  sqlite3_finalize (statement);
  return is_ok;
}

gboolean
tl_schema_check_small_tables (TlDatabase *self)
{
  gboolean is_good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (small_tables); i++)
    {
      gboolean is_ok = is_ok_check (self, small_tables[i].check);

      if (!is_ok)
        tl_database_note_damage (self, "%s", _ (small_tables[i].what));
      is_good &= is_ok;
    }
  return is_good;
}
