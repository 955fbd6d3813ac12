/* test-abandoned.c - what a killed program leaves is found, what is closed or in use is not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/abandoned.h"
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/session/abandoned/found", test_found);
  return g_test_run ();
}
