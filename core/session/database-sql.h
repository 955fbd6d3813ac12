/* database-sql.h - the few things that all of TlDatabase does with SQLite
 *
 * Statements are prepared once and kept by their text, which is a string literal of the file that
 * uses it. Whatever a row holds may be a stranger's: columns are asked for by type and range.
 * Private to core/session.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/database.h"
#include "core/session/file-lock.h"

#include <sqlite3.h>

G_BEGIN_DECLS

struct _TlDatabase
{
  sqlite3 *sqlite;
  char *path; /* absolute */
  TlAccess access;
  GHashTable *statements; /* (element-type utf8 sqlite3_stmt) */
  GHashTable *assets;     /* (element-type utf8 TlAsset): by sha256, shared by all who use one */

  /* Whose file it is. The lock is free in the kernel when its holder is gone; the token, in `meta`,
   * tells an owner that somebody has taken the file over. */
  TlFileLock *lock;     /* (nullable): the file cannot be written */
  char *token;          /* ours */
  char *expected_token; /* (nullable): ours, or until the first write the last owner's */
  gboolean claims;      /* this transaction writes our token */
  gboolean is_looking;  /* opened to be read: nobody is kept from it, nothing tidied */
  gboolean is_orphan;   /* whoever wrote it last was killed */

  gboolean is_damaged; /* in its structure: nothing may be written */
  GPtrArray *damages;  /* (element-type utf8): what was skipped, each once */
  char *damage;        /* (nullable): all of them, in a sentence */
  guint n_write_depth;
  GHashTable *refused; /* (element-type gint64): runs whose number in the file is another's */
};

/* --- statements ------------------------------------------------------------------------------- */

typedef sqlite3_stmt TlQuery;

/**
 * tl_query_new:
 * @types: of the arguments, one letter each: i gint64, d gdouble (NAN is NULL), t const char *,
 *   b GBytes *; the last two may be NULL and have to live as long as the query
 *
 * Returns: (transfer full) (nullable): to be stepped with tl_query_next()
 */
TlQuery *tl_query_new (TlDatabase *self, GError **error, const char *sql, const char *types, ...);
/* FALSE at the end, and on an error, which is set then. */
gboolean tl_query_next (TlDatabase *self, TlQuery *query, GError **error);
void tl_query_free (TlQuery *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlQuery, tl_query_free)

/* A statement without rows. */
gboolean tl_sql_run (TlDatabase *self, GError **error, const char *sql, const char *types, ...);
/* Several statements, or one that is used once. */
gboolean tl_sql_exec (TlDatabase *self, const char *sql, GError **error);
/* The first column of the first row, or @fallback. */
gint64 tl_sql_get_int (TlDatabase *self, const char *sql, gint64 fallback);

/* --- columns ---------------------------------------------------------------------------------- */

/* FALSE if it is no integer, or out of range. */
gboolean tl_query_get_int (TlQuery *query, int column, gint64 minimum, gint64 maximum,
                           gint64 *value);
/* NAN where there is no finite number. */
gdouble tl_query_get_double (TlQuery *query, int column);
/* FALSE if it is neither NULL nor text in UTF-8. (transfer full) */
gboolean tl_query_get_text (TlQuery *query, int column, char **text);
/* (transfer full) (nullable): NULL where it is no blob */
GBytes *tl_query_get_bytes (TlQuery *query, int column);

/* --- transactions and errors ------------------------------------------------------------------ */

/* May be nested; only the outermost counts. */
gboolean tl_database_begin (TlDatabase *self, GError **error);
/* Commits if @is_good, else takes back all that was done. Returns whether it is in the file. */
gboolean tl_database_end (TlDatabase *self, gboolean is_good, GError **error);

/* What SQLite just said, in the user's words. Returns FALSE. */
gboolean tl_database_set_error (TlDatabase *self, GError **error);
gboolean tl_sql_set_error (sqlite3 *sqlite, const char *path, GError **error);
/* Whether @self just found the file damaged, rather than unreachable. */
gboolean tl_database_is_corrupt (TlDatabase *self);
/* What was skipped: "checkpoint 300 of run 2" */
void tl_database_note_damage (TlDatabase *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
#define TL_NUMBER_SIZE 24
/* Into @buffer, which it returns: for translated strings, which have %s for numbers of 64 bits. */
const char *tl_sql_print_number (char buffer[TL_NUMBER_SIZE], gint64 number);

/* Whether readers and a writer need not wait for each other; some file systems cannot have that. */
gboolean tl_database_has_wal (TlDatabase *self);

/* Puts all of @self that can be read into @copy, which is empty; notes what cannot. */
gboolean tl_database_salvage (TlDatabase *self, TlDatabase *copy, GError **error);

/* Of @bytes at that place, so that neither a torn page nor one that strayed goes unnoticed. */
gint64 tl_database_checksum (gint64 run, guint64 iteration, GBytes *bytes);

G_END_DECLS
