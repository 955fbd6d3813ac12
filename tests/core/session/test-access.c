/* test-access.c - files that are no session, old, new, or cannot be written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/schema.h"
#include "tests/core/session/session-census.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEST(path, func)                                                                           \
  g_test_add (path, SessionFile, NULL, session_file_set_up, func, session_file_tear_down)

/* --- what is no session of ours --------------------------------------------------------------- */

static void
what_is_no_session_is_refused_and_left_alone (SessionFile *file, gconstpointer data)
{
  static const TlDatabaseMode modes[] = { TL_DATABASE_WRITE, TL_DATABASE_READ };
  g_autoptr (GBytes) noise = make_bytes (1, 10000);
  g_autofree char *sqlite = g_build_filename (file->folder, "other.db", NULL);
  g_autofree char *text = g_build_filename (file->folder, "text", NULL);
  g_autofree char *bytes = g_build_filename (file->folder, "bytes", NULL);
  g_autofree char *gone = g_build_filename (file->folder, "gone", "x", NULL);
  const struct
  {
    const char *path;
    TlError code;
  } cases[] = {
    { sqlite, TL_ERROR_FORMAT },       { text, TL_ERROR_FORMAT },  { bytes, TL_ERROR_FORMAT },
    { file->folder, TL_ERROR_FORMAT }, { gone, TL_ERROR_MISSING }, { "/dev/null", TL_ERROR_FORMAT },
  };

  do_sql (sqlite, "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  write_bytes (text, "not a session", 13);
  write_bytes (bytes, g_bytes_get_data (noise, NULL), 10000);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < G_N_ELEMENTS (modes); j++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_null (tl_database_open (cases[i].path, modes[j], &error));
        g_assert_error (error, TL_ERROR, (gint) cases[i].code);
      }
  do_sql (sqlite, "INSERT INTO t VALUES (2)");
}

static void
nothing_is_made_over_what_is_there (SessionFile *file, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) contents = NULL;

  write_bytes (file->path, "precious", 8);
  g_assert_null (tl_database_open (file->path, TL_DATABASE_CREATE, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  contents = read_bytes (file->path);
  g_assert_cmpuint (g_bytes_get_size (contents), ==, 8);
}

/* As a kill right after the file was made leaves it. */
static void
an_empty_file_becomes_a_session (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  write_bytes (file->path, "", 0);
  g_assert_null (tl_database_open (file->path, TL_DATABASE_READ, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  database = session_file_open (file, TL_DATABASE_WRITE);
  put_run (database, 1, 0);
}

static void
newer_versions_are_only_read (SessionFile *file, gconstpointer data)
{
  g_autoptr (GBytes) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  TlDatabase *database;
  Census census;

  make_census_session (file);
  do_sql (file->path, "ALTER TABLE run ADD COLUMN mood TEXT; PRAGMA user_version = 99");
  before = read_bytes (file->path);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_NEWER);
  census_count (database, &census);
  g_assert_true (census_is_whole (&census));
  g_assert_false (tl_database_put_progress (database, 1, TL_RUN_PAUSED, 1, 0.5, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  g_assert_false (tl_database_take_over (database, NULL));
  tl_database_close (database);
  after = read_bytes (file->path);
  g_assert_true (g_bytes_equal (before, after));
}

/* --- older versions --------------------------------------------------------------------------- */

static char *
ask_version (SessionFile *file)
{
  return ask_sql (file->path, "PRAGMA user_version");
}

/* From each version that ever was: today that is the empty file. */
static void
each_older_version_becomes_todays (SessionFile *file, gconstpointer data)
{
  guint n;
  const char *const *steps = tl_schema_get_steps (&n);

  for (guint version = 0; version < n; version++)
    {
      g_autofree char *pragmas = g_strdup_printf (
        "PRAGMA application_id = %d; PRAGMA user_version = %u", TL_SCHEMA_APPLICATION_ID, version);
      g_autofree char *now = NULL;
      g_autoptr (TlDatabase) database = NULL;
      Census census;

      g_unlink (file->path);
      do_sql (file->path, "PRAGMA journal_mode = WAL");
      for (guint i = 0; i < version; i++)
        do_sql (file->path, steps[i]);
      if (version > 0)
        do_sql (file->path, pragmas);
      database = session_file_open (file, TL_DATABASE_WRITE);
      g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_WRITE);
      put_run (database, 1, 0);
      census_count (database, &census);
      g_assert_cmpuint (census.n_runs, ==, 1);
      tl_database_close (g_steal_pointer (&database));
      now = ask_version (file);
      g_assert_cmpuint (g_ascii_strtoull (now, NULL, 10), ==, TL_DATABASE_VERSION);
    }
}

/* What a version of the future will do to the files of today. */
static void
migrating_keeps_all_or_changes_nothing (SessionFile *file, gconstpointer data)
{
  guint n;
  const char *const *today = tl_schema_get_steps (&n);
  const char *good[] = { today[0], "ALTER TABLE run ADD COLUMN mood TEXT DEFAULT 'calm'",
                         "UPDATE run SET mood = 'wild' WHERE id = 1" };
  const char *bad[] = { today[0], good[1], "UPDATE run SET nothing = 1" };
  g_autofree char *version = NULL, *later = NULL, *mood = NULL;
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GError) error = NULL;
  TlSchemaState state;
  Census census;

  g_assert_cmpuint (n, ==, 1);
  make_census_session (file);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_true (tl_schema_look (database, 3, &state, NULL));
  g_assert_cmpint (state, ==, TL_SCHEMA_OLDER);
  g_assert_false (tl_schema_migrate (database, bad, 3, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  version = ask_version (file);
  g_assert_cmpstr (version, ==, "1");
  census_count (database, &census);
  g_assert_true (census_is_whole (&census));

  g_assert_true (tl_schema_migrate (database, good, 3, NULL));
  g_assert_true (tl_schema_look (database, 3, &state, NULL));
  g_assert_cmpint (state, ==, TL_SCHEMA_CURRENT);
  later = ask_version (file);
  g_assert_cmpstr (later, ==, "3");
  mood = ask_sql (file->path, "SELECT group_concat (mood) FROM run");
  g_assert_cmpstr (mood, ==, "wild,calm,calm");
  census_count (database, &census);
  g_assert_true (census_is_whole (&census));
}

/* --- where nothing can be written ------------------------------------------------------------- */

static void
assert_only_read (SessionFile *file)
{
  TlDatabase *database = session_file_open (file, TL_DATABASE_WRITE);
  g_autoptr (GError) error = NULL;
  Census census;

  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_READ);
  census_count (database, &census);
  g_assert_true (census_is_whole (&census));
  g_assert_false (tl_database_set_meta (database, "title", "x", &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  tl_database_close (database);
}

/* Root may write anywhere, so the rest is done as nobody. */
static void
become_nobody (SessionFile *file)
{
  if (geteuid () != 0)
    return;
  g_assert_cmpint (chown (file->folder, 65534, 65534), ==, 0);
  g_assert_cmpint (chown (file->path, 65534, 65534), ==, 0);
  g_assert_cmpint (setegid (65534), ==, 0);
  g_assert_cmpint (seteuid (65534), ==, 0);
}

static void
become_root_again (void)
{
  if (getuid () != 0)
    return;
  g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (setegid (0), ==, 0);
}

static void
what_cannot_be_written_is_only_read (SessionFile *file, gconstpointer data)
{
  make_census_session (file);
  become_nobody (file);
  g_assert_cmpint (g_chmod (file->folder, 0555), ==, 0);
  assert_only_read (file);
  g_assert_cmpint (g_chmod (file->path, 0444), ==, 0);
  assert_only_read (file);
  g_assert_cmpint (g_chmod (file->folder, 0755), ==, 0);
  assert_only_read (file);
  become_root_again ();
  remove_journals (file->path);
}

/* As from a backup that was cut short. */
static void
half_a_file_that_cannot_be_written_is_read (SessionFile *file, gconstpointer data)
{
  g_autoptr (GBytes) good = NULL;
  TlDatabase *database;
  Census census;

  make_census_session (file);
  good = read_bytes (file->path);
  write_bytes (file->path, g_bytes_get_data (good, NULL), g_bytes_get_size (good) / 2);
  become_nobody (file);
  g_assert_cmpint (g_chmod (file->path, 0444), ==, 0);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_READ);
  g_assert_nonnull (tl_database_get_damage (database));
  census_count (database, &census);
  g_assert_cmpuint (census.n_states, >, 1);
  tl_database_close (database);
  become_root_again ();
  remove_journals (file->path);
}

static void
a_file_on_a_read_only_disk_is_only_read (SessionFile *file, gconstpointer data)
{
  g_autofree char *disk = g_build_filename (file->folder, "disk", NULL);
  SessionFile there = { disk, g_build_filename (disk, "work.tiller", NULL) };
  g_autofree char *remount = g_strdup_printf ("mount -o remount,ro %s", disk);
  int status;

  g_mkdir (disk, 0700);
  if (mount_small_disk (disk, "4m"))
    {
      make_census_session (&there);
      g_assert_true (g_spawn_command_line_sync (remount, NULL, NULL, &status, NULL));
      g_assert_cmpint (status, ==, 0);
      assert_only_read (&there);
      unmount_small_disk (disk);
    }
  g_rmdir (disk);
  g_free (there.path);
}

static void
nothing_half_is_left_where_no_file_can_be_made (SessionFile *file, gconstpointer data)
{
  g_autofree char *disk = g_build_filename (file->folder, "disk", NULL);
  g_autofree char *path = g_build_filename (disk, "work.tiller", NULL);
  g_autoptr (GError) error = NULL;

  g_mkdir (disk, 0700);
  if (mount_small_disk (disk, "16k"))
    {
      g_assert_null (tl_database_open (path, TL_DATABASE_CREATE, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      unmount_small_disk (disk);
    }
  g_rmdir (disk);
}

/* --- a full disk, without one ----------------------------------------------------------------- */

static void
a_fact_that_does_not_fit_leaves_nothing_behind (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GBytes) state = make_bytes (1, 500000);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;

  put_run (database, 1, 0);
  g_assert_true (tl_sql_exec (database, "PRAGMA max_page_count = 50", NULL));
  g_assert_false (
    tl_database_put_checkpoint (database, 1, &(TlCheckpointValues){ 25, 0, 0.5, state }, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_assert_cmpstr (error->message, ==, "The disk is full");
  list = tl_database_list_checkpoints (database, 1, NULL);
  g_assert_cmpuint (list->len, ==, 0);

  g_assert_true (tl_sql_exec (database, "PRAGMA max_page_count = 100000", NULL));
  put_checkpoint (database, 1, 25, 0, CENSUS_STATE);
  assert_state (database, 1, 25, CENSUS_STATE);
}

static void
a_file_that_may_not_grow_is_a_full_disk (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autofree char *copy = g_build_filename (file->folder, "copy.tiller", NULL);
  g_autoptr (GBytes) state = make_bytes (1, 500000);
  g_autoptr (GError) error = NULL;
  struct rlimit limit, tight;

  put_run (database, 1, 0);
  put_checkpoint (database, 1, 25, 0, 300000);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  tight = limit;
  tight.rlim_cur = 500000;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  g_assert_false (
    tl_database_put_checkpoint (database, 1, &(TlCheckpointValues){ 50, 0, 0.5, state }, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  tight.rlim_cur = 200000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  g_assert_false (tl_database_copy (database, copy, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  signal (SIGXFSZ, SIG_DFL);

  g_assert_true (tl_database_copy (database, copy, NULL));
  put_checkpoint (database, 1, 50, 0, 500000);
  assert_state (database, 1, 25, 300000);
  assert_state (database, 1, 50, 500000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/session/access/what-is-no-session-is-refused-and-left-alone",
        what_is_no_session_is_refused_and_left_alone);
  TEST ("/session/access/nothing-is-made-over-what-is-there", nothing_is_made_over_what_is_there);
  TEST ("/session/access/an-empty-file-becomes-a-session", an_empty_file_becomes_a_session);
  TEST ("/session/access/newer-versions-are-only-read", newer_versions_are_only_read);
  TEST ("/session/access/each-older-version-becomes-todays", each_older_version_becomes_todays);
  TEST ("/session/access/migrating-keeps-all-or-changes-nothing",
        migrating_keeps_all_or_changes_nothing);
  TEST ("/session/access/what-cannot-be-written-is-only-read", what_cannot_be_written_is_only_read);
  TEST ("/session/access/half-a-file-that-cannot-be-written-is-read",
        half_a_file_that_cannot_be_written_is_read);
  TEST ("/session/access/a-file-on-a-read-only-disk-is-only-read",
        a_file_on_a_read_only_disk_is_only_read);
  TEST ("/session/access/nothing-half-is-left-where-no-file-can-be-made",
        nothing_half_is_left_where_no_file_can_be_made);
  TEST ("/session/access/a-fact-that-does-not-fit-leaves-nothing-behind",
        a_fact_that_does_not_fit_leaves_nothing_behind);
  TEST ("/session/access/a-file-that-may-not-grow-is-a-full-disk",
        a_file_that_may_not_grow_is_a_full_disk);
  return g_test_run ();
}
