/* database-sql.c - the few things that all of TlDatabase does with SQLite
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/database-sql.h"

#include "core/base/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <zlib.h>

/* Named in the sentence about damage; the others are counted. */
#define MAX_NAMED_DAMAGES 6
/* Noted at all; a file that is mostly damage needs no longer list. */
#define MAX_DAMAGES 1000

/* --- errors ----------------------------------------------------------------------------------- */

/* Of the last write that failed: errno itself has been through the rollback since. */
static int
get_file_errno (sqlite3 *sqlite, int pointer)
{
  sqlite3_file *file = NULL;
  int error_number = 0;

  sqlite3_file_control (sqlite, "main", pointer, &file);
  if (file != NULL && file->pMethods != NULL)
    file->pMethods->xFileControl (file, SQLITE_FCNTL_LAST_ERRNO, &error_number);
  return error_number;
}

static gboolean
is_about_space (int error_number)
{
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

/* SQLite knows ENOSPC only, and not everywhere. */
static gboolean
is_full (sqlite3 *sqlite)
{
  int code = sqlite3_errcode (sqlite) & 0xff;

  return code == SQLITE_FULL
         || (code == SQLITE_IOERR
             && (is_about_space (sqlite3_system_errno (sqlite))
                 || is_about_space (get_file_errno (sqlite, SQLITE_FCNTL_FILE_POINTER))
                 || is_about_space (get_file_errno (sqlite, SQLITE_FCNTL_JOURNAL_POINTER))));
}

static gboolean
is_reading (int extended_code)
{
  return extended_code == SQLITE_IOERR_READ || extended_code == SQLITE_IOERR_SHORT_READ
         || extended_code == SQLITE_IOERR_CORRUPTFS;
}

gboolean
tl_database_is_corrupt (TlDatabase *self)
{
  int code = sqlite3_errcode (self->sqlite) & 0xff;

  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

gboolean
tl_sql_set_error (sqlite3 *sqlite, const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *reason = g_utf8_make_valid (sqlite3_errmsg (sqlite), -1);
  int extended_code = sqlite3_extended_errcode (sqlite), code = extended_code & 0xff;

  if (is_full (sqlite))
    return tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("The disk is full"));

  switch (code)
    {
    case SQLITE_IOERR:
      if (is_reading (extended_code))
        return tl_error_set (error, TL_ERROR_MISSING, _ ("Cannot read “%s”"), name);
      /* fall through */
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return tl_error_set (error, TL_ERROR_MISSING, _ ("Cannot write to “%s”"), name);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return tl_error_set (error, TL_ERROR_MISSING,
                           _ ("Another program is busy with “%s”; try again"), name);
    case SQLITE_NOTADB:
      return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is not a Tiller session"), name);
    case SQLITE_CONSTRAINT:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "What was to be written contradicts the session: %s", reason);
      return FALSE;
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return tl_error_set (error, TL_ERROR_TOO_LARGE,
                           _ ("There is not enough memory to work with “%s”"), name);
    case SQLITE_CORRUPT:
      return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is damaged"), name);
    default:
      return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is damaged: %s"), name, reason);
    }
}

gboolean
tl_database_set_error (TlDatabase *self, GError **error)
{
  return tl_sql_set_error (self->sqlite, self->path, error);
}

static char *
describe_damages (GPtrArray *damages)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < MIN (damages->len, MAX_NAMED_DAMAGES); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", (char *) damages->pdata[i]);
  if (damages->len > MAX_NAMED_DAMAGES)
    {
      guint n = damages->len - MAX_NAMED_DAMAGES;

      g_string_append_printf (list, ngettext (" and %u more", " and %u more", n), n);
    }
  return g_strdup_printf (_ ("Damaged, and left out: %s"), list->str);
}

void
tl_database_note_damage (TlDatabase *self, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  if (self->damages->len == MAX_DAMAGES
      || g_ptr_array_find_with_equal_func (self->damages, what, g_str_equal, NULL))
    return;

  g_ptr_array_add (self->damages, g_steal_pointer (&what));
  g_free (self->damage);
  self->damage = describe_damages (self->damages);
}

const char *
tl_sql_print_number (char buffer[TL_NUMBER_SIZE], gint64 number)
{
  g_snprintf (buffer, TL_NUMBER_SIZE, "%" G_GINT64_FORMAT, number);
  return buffer;
}

/* --- statements ------------------------------------------------------------------------------- */

static sqlite3_stmt *
prepare (TlDatabase *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    return statement;

  if (sqlite3_prepare_v3 (self->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)
      != SQLITE_OK)
    {
      tl_database_set_error (self, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

static int
bind_bytes (sqlite3_stmt *statement, int index, GBytes *bytes)
{
  gsize size;
  const void *data;

  if (bytes == NULL)
    return sqlite3_bind_null (statement, index);
  data = g_bytes_get_data (bytes, &size);
  /* NULL would be bound as NULL, an empty blob is not. */
  return sqlite3_bind_blob64 (statement, index, data != NULL ? data : "", size, SQLITE_STATIC);
}

static int
bind_double (sqlite3_stmt *statement, int index, gdouble value)
{
  return isnan (value) ? sqlite3_bind_null (statement, index)
                       : sqlite3_bind_double (statement, index, value);
}

static int
bind_one (sqlite3_stmt *statement, int index, char type, va_list *args)
{
  switch (type)
    {
    case 'i':
      return sqlite3_bind_int64 (statement, index, va_arg (*args, gint64));
    case 'd':
      return bind_double (statement, index, va_arg (*args, gdouble));
    case 't':
      return sqlite3_bind_text (statement, index, va_arg (*args, const char *), -1, SQLITE_STATIC);
    case 'b':
      return bind_bytes (statement, index, va_arg (*args, GBytes *));
    default:
      g_assert_not_reached ();
    }
}

static TlQuery *
start_query (TlDatabase *self, GError **error, const char *sql, const char *types, va_list *args)
{
  sqlite3_stmt *statement = prepare (self, sql, error);

  if (statement == NULL)
    return NULL;

  g_assert (!sqlite3_stmt_busy (statement));
  for (int i = 0; types[i] != '\0'; i++)
    if (bind_one (statement, i + 1, types[i], args) != SQLITE_OK)
      {
        tl_database_set_error (self, error);
        tl_query_free (statement);
        return NULL;
      }
  return statement;
}

TlQuery *
tl_query_new (TlDatabase *self, GError **error, const char *sql, const char *types, ...)
{
  TlQuery *query;
  va_list args;

  va_start (args, types);
  query = start_query (self, error, sql, types, &args);
  va_end (args);
  return query;
}

gboolean
tl_query_next (TlDatabase *self, TlQuery *query, GError **error)
{
  int code = sqlite3_step (query);

  if (code == SQLITE_ROW)
    return TRUE;
  return code == SQLITE_DONE ? FALSE : tl_database_set_error (self, error);
}

/* The statement stays prepared, but lets go of the file and of what was bound. */
void
tl_query_free (TlQuery *query)
{
  sqlite3_reset (query);
  sqlite3_clear_bindings (query);
}

gboolean
tl_sql_run (TlDatabase *self, GError **error, const char *sql, const char *types, ...)
{
  g_autoptr (TlQuery) query = NULL;
  va_list args;
  int code;

  va_start (args, types);
  query = start_query (self, error, sql, types, &args);
  va_end (args);
  if (query == NULL)
    return FALSE;

  while ((code = sqlite3_step (query)) == SQLITE_ROW)
    ;
  return code == SQLITE_DONE || tl_database_set_error (self, error);
}

gboolean
tl_sql_exec (TlDatabase *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK
         || tl_database_set_error (self, error);
}

gint64
tl_sql_get_int (TlDatabase *self, const char *sql, gint64 fallback)
{
  sqlite3_stmt *statement = NULL;
  gint64 value = fallback;

  /* What fails here fails again, with an error, at whatever comes next. */
  if (sqlite3_prepare_v2 (self->sqlite, sql, -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    value = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return value;
}

gboolean
tl_database_has_wal (TlDatabase *self)
{
  g_autoptr (TlQuery) query = tl_query_new (self, NULL, "PRAGMA journal_mode", "");
  g_autofree char *mode = NULL;

  /* What cannot be asked for cannot be relied on. */
  return query != NULL && tl_query_next (self, query, NULL) && tl_query_get_text (query, 0, &mode)
         && g_strcmp0 (mode, "wal") == 0;
}

/* --- columns ---------------------------------------------------------------------------------- */

gboolean
tl_query_get_int (TlQuery *query, int column, gint64 minimum, gint64 maximum, gint64 *value)
{
  if (sqlite3_column_type (query, column) != SQLITE_INTEGER)
    return FALSE;

  *value = sqlite3_column_int64 (query, column);
  return *value >= minimum && *value <= maximum;
}

gdouble
tl_query_get_double (TlQuery *query, int column)
{
  int type = sqlite3_column_type (query, column);
  gdouble value = sqlite3_column_double (query, column);

  return (type == SQLITE_FLOAT || type == SQLITE_INTEGER) && isfinite (value) ? value : NAN;
}

gboolean
tl_query_get_text (TlQuery *query, int column, char **text)
{
  int type = sqlite3_column_type (query, column);
  const char *data = (const char *) sqlite3_column_text (query, column);
  int length = sqlite3_column_bytes (query, column);

  *text = NULL;
  if (type == SQLITE_NULL)
    return TRUE;
  /* g_utf8_validate() stops at a NUL: with a length it is an error, as it should be. */
  if (type != SQLITE_TEXT || data == NULL || !g_utf8_validate (data, length, NULL))
    return FALSE;

  *text = g_strndup (data, (gsize) length);
  return TRUE;
}

GBytes *
tl_query_get_bytes (TlQuery *query, int column)
{
  const void *data;

  if (sqlite3_column_type (query, column) != SQLITE_BLOB)
    return NULL;

  data = sqlite3_column_blob (query, column);
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (query, column));
}

gint64
tl_database_checksum (gint64 run, guint64 iteration, GBytes *bytes)
{
  const guint64 place[] = { GUINT64_TO_LE ((guint64) run), GUINT64_TO_LE (iteration) };
  gsize size;
  const Bytef *data = g_bytes_get_data (bytes, &size);
  uLong sum = crc32_z (0, (const Bytef *) place, sizeof place);

  return (gint64) (data != NULL ? crc32_z (sum, data, size) : sum);
}
