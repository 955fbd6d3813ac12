/* database-copy.c - a session file once more
 *
 * The copy is made under a temporary name beside the one that it is for, put on the disk, and only
 * then renamed: whatever was there is whole until the copy is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/database.h"

#include "core/base/error.h"
#include "core/session/database-sql.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* The copy is thrown away if anything fails, so it needs neither journal nor waiting for the disk
 * before its end. */
#define COPY_SETTINGS "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"

static gboolean
back_up_into (TlDatabase *self, sqlite3 *target, const char *path, GError **error)
{
  sqlite3_backup *backup;

  sqlite3_exec (target, COPY_SETTINGS, NULL, NULL, NULL);
  backup = sqlite3_backup_init (target, "main", self->sqlite, "main");
  if (backup == NULL)
    return tl_sql_set_error (target, path, error);

  /* In one go: between two steps others could write, and all would begin again. */
  sqlite3_backup_step (backup, -1);
  /* Says what went wrong in the step, if anything did. */
  return sqlite3_backup_finish (backup) == SQLITE_OK || tl_sql_set_error (target, path, error);
}

static gboolean
back_up (TlDatabase *self, const char *part, const char *path, GError **error)
{
  sqlite3 *target = NULL;
  gboolean is_good;

  if (sqlite3_open_v2 (part, &target,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
      == SQLITE_OK)
    is_good = back_up_into (self, target, path, error);
  else
    is_good = tl_sql_set_error (target, path, error);
  sqlite3_close (target);
  return is_good;
}

/* Closing does it too, but does not say whether it could: what is only in the WAL would be left. */
static gboolean
empty_wal (TlDatabase *copy, GError **error)
{
  return sqlite3_wal_checkpoint_v2 (copy->sqlite, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL)
           == SQLITE_OK
         || tl_database_set_error (copy, error);
}

static gboolean
salvage (TlDatabase *self, const char *part, GError **error)
{
  g_autoptr (TlDatabase) copy = tl_database_open (part, TL_DATABASE_CREATE, error);

  return copy != NULL && tl_sql_exec (copy, "PRAGMA synchronous = OFF", error)
         && tl_database_salvage (self, copy, error) && empty_wal (copy, error);
}

/* Onto the disk: the bytes of a file, or the names in a folder. */
static gboolean
sync_path (const char *path, int flags)
{
  int fd = open (path, flags | O_RDONLY | O_CLOEXEC);
  gboolean is_good = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return is_good;
}

/* The journal of a file that had this name would be taken for the next one's. */
static void
remove_old_journal (const char *path)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *journal = g_strconcat (path, suffixes[i], NULL);

      g_unlink (journal);
    }
}

static gboolean
put_in_place (const char *part, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_filename_display_basename (path);

  if (!sync_path (part, 0))
    return errno == ENOSPC || errno == EDQUOT
             ? tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("The disk is full"))
             : tl_error_set (error, TL_ERROR_MISSING, _ ("Cannot write to “%s”"), name);

  remove_old_journal (path);
  if (g_rename (part, path) != 0)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("Cannot write to “%s”"), name);
  /* Some file systems cannot; then the name comes to the disk when they see fit. */
  sync_path (folder, O_DIRECTORY);
  return TRUE;
}

static char *
dup_part_name (const char *path)
{
  g_autofree char *random = g_uuid_string_random ();

  return g_strdup_printf ("%s.%.8s.part", path, random);
}

gboolean
tl_database_copy (TlDatabase *self, const char *path, GError **error)
{
  g_autofree char *target = g_canonicalize_filename (path, NULL);
  g_autofree char *name = g_filename_display_basename (target);
  g_autofree char *part = dup_part_name (target);
  gboolean is_good;

  /* Also if it is this very file. */
  if (tl_file_lock_is_in_use (target))
    return tl_error_set (error, TL_ERROR_UNTRUSTED, _ ("Another window has “%s” open"), name);

  is_good = (self->is_damaged ? salvage (self, part, error) : back_up (self, part, target, error))
            && put_in_place (part, target, error);
  if (!is_good)
    {
      g_unlink (part);
      remove_old_journal (part);
    }
  return is_good;
}
