/* database-upkeep.c - removing, thinning, measuring and checking a session file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/database.h"

#include "core/session/database-sql.h"
#include "core/session/run.h"

#include <glib/gi18n-lib.h>

/* Pages that one step gives back to the disk: 8 MB, so that the WAL stays small. */
#define GIVE_BACK "PRAGMA incremental_vacuum (1024)"
/* Instructions of SQLite between two looks at the cancellable. */
#define CHECK_STEPS 20000

guint64
tl_database_get_size (TlDatabase *self)
{
  gint64 n_pages = tl_sql_get_int (self, "PRAGMA page_count", 0);
  gint64 n_free = tl_sql_get_int (self, "PRAGMA freelist_count", 0);
  gint64 page_size = tl_sql_get_int (self, "PRAGMA page_size", 4096);

  return (guint64) (MAX (n_pages - n_free, 0) * page_size);
}

/* --- giving space back ------------------------------------------------------------------------ */

/* Best done, not needed: free pages are used again. So errors are left for the next write. */
static void
give_back_space (TlDatabase *self)
{
  gint64 last = G_MAXINT64, n_free;

  while ((n_free = tl_sql_get_int (self, "PRAGMA freelist_count", 0)) > 0 && n_free < last)
    {
      last = n_free;
      if (!tl_database_begin (self, NULL)
          || !tl_database_end (self, tl_sql_exec (self, GIVE_BACK, NULL), NULL))
        return;
    }
}

gboolean
tl_database_remove_run (TlDatabase *self, gint64 run, GError **error)
{
  gboolean is_good;

  if (!tl_database_begin (self, error))
    return FALSE;

  /* Pictures that only this run has used; a journal names them by their hash. */
  is_good =
    tl_sql_run (self, error,
                "DELETE FROM asset WHERE (sha256 = (SELECT start_sha256 FROM run WHERE id = ?1)"
                " OR EXISTS (SELECT 1 FROM journal WHERE run = ?1 AND instr (value, sha256)))"
                " AND NOT EXISTS (SELECT 1 FROM run WHERE id <> ?1 AND start_sha256 = sha256)"
                " AND NOT EXISTS (SELECT 1 FROM journal WHERE run <> ?1 AND instr (value, sha256))",
                "i", run)
    && tl_sql_run (self, error, "DELETE FROM run WHERE id = ?", "i", run);
  if (!tl_database_end (self, is_good, error))
    return FALSE;
  give_back_space (self);
  return TRUE;
}

/* --- thinning --------------------------------------------------------------------------------- */

typedef struct
{
  gint64 id;
  guint64 n_bytes;
} Periodic;

/* Of each run that nobody starred, its periodic checkpoints but for the last and those that a child
 * left from. */
#define PERIODIC                                                                                   \
  "SELECT run, id, n_bytes FROM checkpoint AS c WHERE kept = 0"                                    \
  " AND iteration < (SELECT max (iteration) FROM checkpoint WHERE run = c.run)"                    \
  " AND NOT EXISTS (SELECT 1 FROM run WHERE parent = c.run AND parent_iteration = c.iteration)"    \
  " AND NOT EXISTS (SELECT 1 FROM run WHERE id = c.run AND mark = ?)"                              \
  " ORDER BY run, iteration"

/* (transfer full) (element-type GArray of Periodic): one array a run, oldest first */
static GPtrArray *
list_periodic (TlDatabase *self, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autoptr (TlQuery) query = tl_query_new (self, error, PERIODIC, "i", (gint64) TL_MARK_STARRED);
  g_autoptr (GError) problem = NULL;
  gint64 last_run = 0;

  if (query == NULL)
    return NULL;
  while (tl_query_next (self, query, &problem))
    {
      gint64 run = sqlite3_column_int64 (query, 0);
      Periodic periodic = { sqlite3_column_int64 (query, 1),
                            (guint64) MAX (sqlite3_column_int64 (query, 2), 0) };

      if (runs->len == 0 || run != last_run)
        g_ptr_array_add (runs, g_array_new (FALSE, FALSE, sizeof (Periodic)));
      last_run = run;
      g_array_append_val ((GArray *) runs->pdata[runs->len - 1], periodic);
    }
  if (problem == NULL)
    return g_steal_pointer (&runs);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static GArray *
find_longest (GPtrArray *runs)
{
  GArray *longest = NULL;

  for (guint i = 0; i < runs->len; i++)
    {
      GArray *run = runs->pdata[i];

      if (run->len > 0 && (longest == NULL || run->len > longest->len))
        longest = run;
    }
  return longest;
}

typedef struct
{
  guint64 page_size, n_excess; /* bytes of the file that have to go */
  guint64 n_freed;             /* and that will, at least: whole pages */
  guint64 n_bytes;
  GArray *ids; /* (element-type gint64) */
} Plan;

/* Every second one of the oldest half, until enough is gone. */
static void
thin_run (Plan *plan, GArray *run)
{
  guint n_left = (run->len + 1) / 2;

  for (guint i = 0; i < n_left && plan->n_freed < plan->n_excess; i++, n_left--)
    {
      Periodic *periodic = &g_array_index (run, Periodic, i);

      plan->n_bytes += periodic->n_bytes;
      plan->n_freed += periodic->n_bytes / plan->page_size * plan->page_size;
      g_array_append_val (plan->ids, periodic->id);
      /* What follows moves up, so the next one to go is one further. */
      g_array_remove_index (run, i);
    }
}

static gboolean
drop (TlDatabase *self, GArray *dropped, GError **error)
{
  gboolean is_good = TRUE;

  if (!tl_database_begin (self, error))
    return FALSE;
  for (guint i = 0; is_good && i < dropped->len; i++)
    is_good = tl_sql_run (self, error, "DELETE FROM checkpoint WHERE id = ?", "i",
                          g_array_index (dropped, gint64, i));
  return tl_database_end (self, is_good, error);
}

gboolean
tl_database_thin (TlDatabase *self, guint64 budget, gboolean dry_run, guint *n_dropped,
                  guint64 *n_bytes, GError **error)
{
  g_autoptr (GPtrArray) runs = list_periodic (self, error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint64 size = tl_database_get_size (self);
  Plan plan = {
    .page_size = (guint64) tl_sql_get_int (self, "PRAGMA page_size", 4096),
    .n_excess = size > budget ? size - budget : 0,
    .ids = ids,
  };
  GArray *longest;

  if (runs == NULL)
    return FALSE;

  while (plan.n_freed < plan.n_excess && (longest = find_longest (runs)) != NULL)
    thin_run (&plan, longest);
  if (n_dropped != NULL)
    *n_dropped = ids->len;
  if (n_bytes != NULL)
    *n_bytes = plan.n_bytes;
  if (dry_run || ids->len == 0)
    return TRUE;
  if (!drop (self, ids, error))
    return FALSE;
  give_back_space (self);
  return TRUE;
}

/* --- checking --------------------------------------------------------------------------------- */

static int
stop_if_cancelled (void *cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

static gboolean
is_whole (sqlite3 *sqlite)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (sqlite, "PRAGMA quick_check (1)", -1, &statement, NULL);
  gboolean is_ok = TRUE;

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    is_ok = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  sqlite3_finalize (statement);
  /* Interrupted, or busy, or out of reach: nothing is known, and others will say so. */
  return is_ok && (code & 0xff) != SQLITE_CORRUPT && (code & 0xff) != SQLITE_NOTADB;
}

char *
tl_database_check (const char *path, GCancellable *cancellable)
{
  /* The connection that the file belongs to looks after its journal. */
  int leaves_wal = tl_file_lock_is_in_use (path);
  sqlite3 *sqlite = NULL;
  gboolean is_good = TRUE;

  if (sqlite3_open_v2 (path, &sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
      == SQLITE_OK)
    {
      sqlite3_db_config (sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leaves_wal, NULL);
      sqlite3_progress_handler (sqlite, CHECK_STEPS, stop_if_cancelled, cancellable);
      is_good = is_whole (sqlite);
    }
  sqlite3_close (sqlite);
  return is_good ? NULL : g_strdup (_ ("parts of the file"));
}
