/* test-abandoned.c - what a killed program leaves is found, what is closed or in use is not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/abandoned.h"
#include "core/session/database.h"
#include "core/session/file-lock.h"

#include <glib/gstdio.h>
#include <utime.h>

static char *
write_file (const char *folder, const char *name, const char *text, gint64 written)
{
  char *path = g_build_filename (folder, name, NULL);
  const struct utimbuf times = { written, written };

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_utime (path, (struct utimbuf *) &times), ==, 0);
  return path;
}

static void
test_found (void)
{
  const char *folder = g_get_user_data_dir (); /* of this test alone, which takes it away */
  const struct
  {
    const char *name;
    gint64 written;
  } files[] = {
    { "closed.tiller", 50 },       { "old.tiller", 10 },     { "old.tiller-wal", 20 },
    { "new.tiller", 5 },           { "new.tiller-wal", 30 }, { "used.tiller", 40 },
    { "used.tiller-wal", 40 },     { "other.sqlite", 60 },   { "other.sqlite-wal", 60 },
    { "log-only.tiller-wal", 70 },
  };
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) one = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autofree char *used = g_build_filename (folder, "used.tiller", NULL);
  g_autoptr (TlFileLock) lock = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_free (write_file (folder, files[i].name, "x", files[i].written));
  g_free (write_file (folder, "empty-log.tiller", "x", 2));
  g_free (write_file (folder, "empty-log.tiller-wal", "", 2));
  lock = tl_file_lock_open (used, FALSE);
  g_assert_nonnull (lock);
  g_assert_true (tl_file_lock_acquire (lock));

  found = tl_abandoned_find (folder, 8);
  g_assert_cmpuint (found->len, ==, 3);
  g_assert_true (g_str_has_suffix (g_ptr_array_index (found, 0), "/new.tiller"));
  g_assert_true (g_str_has_suffix (g_ptr_array_index (found, 1), "/old.tiller"));
  g_assert_true (g_str_has_suffix (g_ptr_array_index (found, 2), "/empty-log.tiller"));
  one = tl_abandoned_find (folder, 1);
  g_assert_cmpuint (one->len, ==, 1);
  none = tl_abandoned_find ("/no/such/folder", 8);
  g_assert_cmpuint (none->len, ==, 0);
}

/* Another program's copies, since this one must not open the file besides SQLite. */
static void
copy_file (const char *from, const char *to)
{
  const char *const argv[] = { "cp", from, to, NULL };
  gint status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

static guint
count_abandoned (const char *folder)
{
  g_autoptr (GPtrArray) found = tl_abandoned_find (folder, 8);

  return found->len;
}

/* Looking at it is not going on with it. */
static void
test_looked_at (void)
{
  static const char *const left[] = { "killed.tiller", "killed.tiller-wal", "killed.tiller-shm" };
  g_autofree char *folder = g_dir_make_tmp ("abandoned-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "going.tiller", NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *killed = g_build_filename (folder, left[0], NULL);
  g_autofree char *killed_wal = g_build_filename (folder, left[1], NULL);
  g_autofree char *title = NULL;
  g_autoptr (TlDatabase) going = tl_database_open (path, TL_DATABASE_CREATE, NULL);
  TlDatabase *database;

  g_assert_true (tl_database_set_meta (going, "title", "a", NULL));
  copy_file (path, killed);
  copy_file (wal, killed_wal);
  g_assert_cmpuint (count_abandoned (folder), ==, 1);

  for (guint i = 0; i < 2; i++)
    {
      database = tl_database_open (killed, TL_DATABASE_READ, NULL);
      g_assert_nonnull (database);
      g_free (title);
      title = tl_database_get_meta (database, "title");
      g_assert_cmpstr (title, ==, "a");
      tl_database_close (database);
      g_assert_cmpuint (count_abandoned (folder), ==, 1);
    }

  tl_database_close (tl_database_open (killed, TL_DATABASE_WRITE, NULL));
  g_assert_cmpuint (count_abandoned (folder), ==, 0);
  /* What is in use is tidied by whoever uses it. */
  database = tl_database_open (path, TL_DATABASE_READ, NULL);
  tl_database_close (g_steal_pointer (&going));
  tl_database_close (database);
  g_assert_cmpuint (count_abandoned (folder), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autofree char *name = g_build_filename (folder, left[i], NULL);

      g_unlink (name);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/session/abandoned/found", test_found);
  g_test_add_func ("/session/abandoned/looked-at", test_looked_at);
  return g_test_run ();
}
