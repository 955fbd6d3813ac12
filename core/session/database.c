/* database.c - a session file: opening, closing, and whose it is
 *
 * What a file is opened as is decided once, from the outside in: can it be written, is it anybody
 * else's, is it a session, of which version, is it whole. Each answer can only take rights away.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/database.h"

#include "core/base/error.h"
#include "core/session/database-sql.h"
#include "core/session/file-lock.h"
#include "core/session/schema.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* How long a write waits for another program, such as one that is just closing the file. */
#define BUSY_TIMEOUT_MS 5000

/* FULL: a commit is on the disk, not only in the system's memory, when it returns. The WAL is
 * copied into the file every 16 MB, since one checkpoint of a run may have 3. What is deleted can
 * be given back to the disk. */
#define SETTINGS                                                                                   \
  "PRAGMA foreign_keys = ON;"                                                                      \
  "PRAGMA trusted_schema = OFF;"                                                                   \
  "PRAGMA cell_size_check = ON;"                                                                   \
  "PRAGMA synchronous = FULL;"                                                                     \
  "PRAGMA wal_autocheckpoint = 2048;"                                                              \
  "PRAGMA journal_size_limit = 33554432;"                                                          \
  "PRAGMA temp_store = MEMORY;"
/* Pages of 8 kB rather than 4: states and pictures are large, and the fewer pages they are in, the
 * faster all of them are looked over. */
#define NEW_FILE "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;"

/* --- the connection --------------------------------------------------------------------------- */

typedef enum
{
  CONNECT_WRITE,     /* may be written, though we may not want to */
  CONNECT_READ,      /* the file cannot be written */
  CONNECT_IMMUTABLE, /* its folder cannot be written: no room for a lock beside it */
  CONNECT_BROKEN,    /* shorter than it says: read what is there */
} Connect;

static void
disconnect (TlDatabase *self)
{
  g_hash_table_remove_all (self->statements);
  /* It cannot fail: there are no statements left. */
  sqlite3_close (self->sqlite);
  self->sqlite = NULL;
}

/* The file may come from anyone: no triggers or views of its, and no writing of its schema. */
static void
distrust (sqlite3 *sqlite, gboolean is_broken)
{
  sqlite3_db_config (sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (sqlite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_db_config (sqlite, SQLITE_DBCONFIG_DEFENSIVE, !is_broken, NULL);
  /* What SQLite calls so is also its leave to open a file that is shorter than its header says. */
  sqlite3_db_config (sqlite, SQLITE_DBCONFIG_WRITABLE_SCHEMA, is_broken, NULL);
}

/* Connects and looks at what it is. */
static gboolean
connect_as (TlDatabase *self, Connect how, TlSchemaState *state, GError **error)
{
  g_autofree char *uri = g_filename_to_uri (self->path, NULL, NULL);
  g_autofree char *name = g_strconcat (uri, how == CONNECT_IMMUTABLE ? "?immutable=1" : "", NULL);
  int flags =
    how == CONNECT_READ || how == CONNECT_IMMUTABLE ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

  if (self->sqlite != NULL)
    disconnect (self);
  if (sqlite3_open_v2 (name, &self->sqlite, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL)
      != SQLITE_OK)
    return tl_database_set_error (self, error);

  sqlite3_extended_result_codes (self->sqlite, TRUE);
  sqlite3_busy_timeout (self->sqlite, BUSY_TIMEOUT_MS);
  distrust (self->sqlite, how == CONNECT_BROKEN);
  return tl_sql_exec (self, SETTINGS, error)
         && tl_schema_look (self, TL_DATABASE_VERSION, state, error);
}

/* The size of its WAL; -1: there is none. */
static gint64
get_wal_size (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  GStatBuf info;

  return g_stat (wal, &info) == 0 ? (gint64) info.st_size : -1;
}

/* A folder that cannot be written has no room for what SQLite shares between programs. */
static gboolean
connect_immutable (TlDatabase *self, TlSchemaState *state, GError **error)
{
  if (get_wal_size (self->path) > 0)
    tl_database_note_damage (self, "%s",
                             _ ("what was done last, since its folder cannot be written"));
  self->access = TL_ACCESS_READ;
  return connect_as (self, CONNECT_IMMUTABLE, state, error);
}

static gboolean
connect_broken (TlDatabase *self, TlSchemaState *state, GError **error)
{
  tl_database_note_damage (self, "%s", _ ("the end of the file"));
  self->is_damaged = TRUE;
  return connect_as (self, CONNECT_BROKEN, state, error);
}

/* With less and less to ask for. */
static gboolean
connect_somehow (TlDatabase *self, TlSchemaState *state, GError **error)
{
  g_autoptr (GError) first_error = NULL;
  int code;

  if (connect_as (self, self->lock != NULL ? CONNECT_WRITE : CONNECT_READ, state, &first_error))
    return TRUE;

  code = sqlite3_errcode (self->sqlite) & 0xff;
  if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY)
    return connect_immutable (self, state, error);
  if (code == SQLITE_CORRUPT)
    return connect_broken (self, state, error);
  g_propagate_error (error, g_steal_pointer (&first_error));
  return FALSE;
}

/* --- opening ---------------------------------------------------------------------------------- */

static gboolean
explain_open (const char *path, int error_number, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);

  switch (error_number)
    {
    case EEXIST:
      return tl_error_set (error, TL_ERROR_UNTRUSTED, _ ("There already is a file “%s”"), name);
    case ENOSPC:
    case EDQUOT:
      return tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("The disk is full"));
    case ENOENT:
    case ENOTDIR:
      return tl_error_set (error, TL_ERROR_MISSING, _ ("There is no “%s”"), name);
    case EISDIR:
      return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is not a Tiller session"), name);
    default:
      return tl_error_set (error, TL_ERROR_MISSING, _ ("Cannot open “%s”: %s"), name,
                           g_strerror (error_number));
    }
}

/* Without leave to write it may still be read. */
static gboolean
is_readable_only (TlDatabaseMode mode, const char *path, int error_number)
{
  return mode != TL_DATABASE_CREATE
         && (error_number == EACCES || error_number == EROFS || error_number == EPERM)
         && g_access (path, R_OK) == 0;
}

static gboolean
lock_file (TlDatabase *self, TlDatabaseMode mode, GError **error)
{
  if (mode != TL_DATABASE_CREATE && !g_file_test (self->path, G_FILE_TEST_IS_REGULAR)
      && g_file_test (self->path, G_FILE_TEST_EXISTS))
    return explain_open (self->path, EISDIR, error);

  self->lock = tl_file_lock_open (self->path, mode == TL_DATABASE_CREATE);
  if (self->lock == NULL)
    {
      int error_number = errno;

      self->access = TL_ACCESS_READ;
      return is_readable_only (mode, self->path, error_number)
             || explain_open (self->path, error_number, error);
    }

  self->is_looking = mode == TL_DATABASE_READ;
  if (self->is_looking)
    {
      self->access = TL_ACCESS_READ;
      self->is_orphan = get_wal_size (self->path) > 0 && tl_file_lock_is_free (self->lock);
    }
  else
    self->access = tl_file_lock_acquire (self->lock) ? TL_ACCESS_WRITE : TL_ACCESS_TAKEN;
  return TRUE;
}

static gboolean
set_up (TlDatabase *self, TlSchemaState state, GError **error)
{
  guint n;
  const char *const *steps = tl_schema_get_steps (&n);

  if (state == TL_SCHEMA_EMPTY && !tl_sql_exec (self, NEW_FILE, error))
    return FALSE;
  /* A file system that cannot share memory refuses the WAL; the older way works there. */
  tl_sql_exec (self, "PRAGMA journal_mode = WAL", NULL);
  return state == TL_SCHEMA_CURRENT || tl_schema_migrate (self, steps, n, error);
}

static gboolean
check_state (TlDatabase *self, TlSchemaState state, GError **error)
{
  g_autofree char *name = g_filename_display_basename (self->path);

  if (state == TL_SCHEMA_NEWER)
    {
      self->access = TL_ACCESS_NEWER;
      return TRUE;
    }
  if (self->access == TL_ACCESS_WRITE && !self->is_damaged && !set_up (self, state, error))
    return FALSE;
  if (self->access == TL_ACCESS_WRITE || state == TL_SCHEMA_CURRENT)
    return tl_schema_check_columns (self, error);
  if (state == TL_SCHEMA_EMPTY)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is empty"), name);
  return tl_error_set (
    error, TL_ERROR_MISSING,
    _ ("“%s” was made by an older Tiller and has to be opened once where it can be written"), name);
}

static gboolean
open_database (TlDatabase *self, TlDatabaseMode mode, GError **error)
{
  TlSchemaState state;

  if (!lock_file (self, mode, error) || !connect_somehow (self, &state, error)
      || !check_state (self, state, error))
    return FALSE;

  if (self->access != TL_ACCESS_NEWER && !tl_schema_check_small_tables (self))
    self->is_damaged = TRUE;
  if (self->is_damaged || self->access == TL_ACCESS_NEWER)
    {
      self->access = self->is_damaged ? TL_ACCESS_READ : TL_ACCESS_NEWER;
      if (self->lock != NULL)
        tl_file_lock_release (self->lock);
    }
  self->expected_token = tl_database_get_meta (self, "owner");
  return TRUE;
}

/* The head of SQLite's files: 16 bytes of magic, and at 68 whose they are, the highest byte first.
 */
gboolean
tl_database_recognise (const char *path)
{
  static const char magic[] = "SQLite format 3";
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  guint8 head[72];
  guint32 application_id;

  if (!tl_file_lock_read (path, head, sizeof head) || memcmp (head, magic, sizeof magic) != 0)
    return FALSE;
  memcpy (&application_id, head + 68, sizeof application_id);
  application_id = GUINT32_FROM_BE (application_id);
  /* What was written last, perhaps all, may be in the log. */
  return application_id == TL_SCHEMA_APPLICATION_ID
         || (application_id == 0 && g_file_test (log, G_FILE_TEST_EXISTS));
}

static void
free_statement (gpointer data)
{
  sqlite3_finalize (data);
}

TlDatabase *
tl_database_open (const char *path, TlDatabaseMode mode, GError **error)
{
  g_autofree char *made = NULL;
  TlDatabase *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (TlDatabase, 1);
  self->path = g_canonicalize_filename (path, NULL);
  self->token = g_uuid_string_random ();
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_statement);
  self->assets =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tl_asset_unref);
  self->damages = g_ptr_array_new_with_free_func (g_free);
  self->refused = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  if (open_database (self, mode, error))
    return self;

  if (mode == TL_DATABASE_CREATE && self->lock != NULL)
    made = g_strdup (self->path);
  tl_database_close (self);
  if (made != NULL)
    g_unlink (made);
  return NULL;
}

/* --- closing ---------------------------------------------------------------------------------- */

static gboolean
has_moved (TlDatabase *self)
{
  int moved = 0;

  sqlite3_file_control (self->sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

static gboolean
may_tidy (TlDatabase *self)
{
  if (self->lock == NULL || self->is_orphan)
    return FALSE;
  return self->is_looking ? tl_file_lock_is_free (self->lock) : tl_file_lock_acquire (self->lock);
}

/* The last to close a file writes its WAL into it and deletes the WAL: not so if it is somebody
 * else's, who relies on it, or if another file bears its name by now. What a kill has left stays,
 * as the mark of one, until somebody opens the file to go on with it. */
static void
leave_wal (TlDatabase *self)
{
  gboolean is_ours = may_tidy (self);
  int persists = !is_ours || has_moved (self);

  if (!is_ours || self->is_damaged)
    sqlite3_db_config (self->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_file_control (self->sqlite, "main", SQLITE_FCNTL_PERSIST_WAL, &persists);
}

void
tl_database_close (TlDatabase *self)
{
  if (self->sqlite != NULL)
    {
      leave_wal (self);
      disconnect (self);
    }
  g_clear_pointer (&self->lock, tl_file_lock_close);
  g_hash_table_unref (self->statements);
  g_hash_table_unref (self->assets);
  g_ptr_array_unref (self->damages);
  g_hash_table_unref (self->refused);
  g_free (self->damage);
  g_free (self->expected_token);
  g_free (self->token);
  g_free (self->path);
  g_free (self);
}

TlAccess
tl_database_get_access (TlDatabase *self)
{
  return self->access;
}

const char *
tl_database_get_path (TlDatabase *self)
{
  return self->path;
}

const char *
tl_database_get_damage (TlDatabase *self)
{
  return self->damage;
}

void
tl_database_set_damaged (TlDatabase *self, const char *damage)
{
  self->is_damaged = TRUE;
  tl_database_note_damage (self, "%s", damage);
  if (self->access == TL_ACCESS_WRITE || self->access == TL_ACCESS_TAKEN)
    self->access = TL_ACCESS_READ;
}

/* --- whose it is ------------------------------------------------------------------------------ */

static gboolean
explain_access (TlDatabase *self, GError **error)
{
  g_autofree char *name = g_filename_display_basename (self->path);

  switch (self->access)
    {
    case TL_ACCESS_TAKEN:
      return tl_error_set (error, TL_ERROR_UNTRUSTED, _ ("Another window has “%s” open"), name);
    case TL_ACCESS_NEWER:
      return tl_error_set (error, TL_ERROR_UNTRUSTED, _ ("“%s” was made by a newer Tiller"), name);
    default:
      if (self->is_damaged)
        return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is damaged"), name);
      return tl_error_set (error, TL_ERROR_MISSING, _ ("Cannot write to “%s”"), name);
    }
}

static gboolean
read_owner (TlDatabase *self, char **owner, GError **error)
{
  g_autoptr (GError) own_error = NULL;
  g_autoptr (TlQuery) query =
    tl_query_new (self, error, "SELECT value FROM meta WHERE key = 'owner'", "");

  *owner = NULL;
  if (query == NULL)
    return FALSE;
  /* Whatever it is but text, it is not what we have put there. */
  if (tl_query_next (self, query, &own_error))
    tl_query_get_text (query, 0, owner);
  if (own_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&own_error));
  return FALSE;
}

/* Within a transaction. */
static gboolean
check_owner (TlDatabase *self, GError **error)
{
  g_autofree char *owner = NULL;

  if (!read_owner (self, &owner, error))
    return FALSE;

  self->claims = g_strcmp0 (self->expected_token, self->token) != 0;
  if (g_strcmp0 (owner, self->expected_token) != 0)
    {
      g_autofree char *name = g_filename_display_basename (self->path);

      self->access = TL_ACCESS_TAKEN;
      tl_file_lock_release (self->lock);
      return tl_error_set (error, TL_ERROR_UNTRUSTED, _ ("Another window has taken “%s” over"),
                           name);
    }
  if (!tl_file_lock_is_held (self->lock))
    tl_file_lock_join (self->lock);
  return !self->claims
         || tl_sql_run (self, error, "INSERT OR REPLACE INTO meta VALUES ('owner', ?)", "t",
                        self->token);
}

gboolean
tl_database_begin (TlDatabase *self, GError **error)
{
  if (self->n_write_depth++ > 0)
    return TRUE;

  if (self->access != TL_ACCESS_WRITE)
    {
      self->n_write_depth = 0;
      return explain_access (self, error);
    }
  if (has_moved (self))
    {
      g_autofree char *name = g_filename_display_name (self->path);

      self->n_write_depth = 0;
      return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” is gone"), name);
    }
  if (!tl_sql_run (self, error, "BEGIN IMMEDIATE", ""))
    {
      self->n_write_depth = 0;
      return FALSE;
    }
  return check_owner (self, error) || tl_database_end (self, FALSE, NULL);
}

gboolean
tl_database_end (TlDatabase *self, gboolean is_good, GError **error)
{
  if (--self->n_write_depth > 0)
    return is_good;

  if (is_good && tl_sql_run (self, error, "COMMIT", ""))
    {
      if (self->claims)
        {
          g_free (self->expected_token);
          self->expected_token = g_strdup (self->token);
        }
      return TRUE;
    }
  /* After some errors SQLite has done so itself. */
  if (!sqlite3_get_autocommit (self->sqlite))
    tl_sql_run (self, NULL, "ROLLBACK", "");
  return FALSE;
}

gboolean
tl_database_take_over (TlDatabase *self, GError **error)
{
  g_autofree char *last_owner = NULL;

  if (self->access == TL_ACCESS_WRITE)
    return TRUE;
  if (self->access != TL_ACCESS_TAKEN)
    return explain_access (self, error);

  last_owner = tl_database_get_meta (self, "owner");
  g_free (self->expected_token);
  self->expected_token = g_steal_pointer (&last_owner);
  self->access = TL_ACCESS_WRITE;
  tl_file_lock_join (self->lock);
  if (tl_database_begin (self, error) && tl_database_end (self, TRUE, error))
    return TRUE;

  self->access = TL_ACCESS_TAKEN;
  tl_file_lock_release (self->lock);
  return FALSE;
}
