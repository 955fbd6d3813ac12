/* test-ownership.c - one file, two windows, two programs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/file-lock.h"
#include "tests/core/session/session-file.h"

#include <glib/gstdio.h>
#include <signal.h>

#define TEST(path, func)                                                                           \
  g_test_add (path, SessionFile, NULL, session_file_set_up, func, session_file_tear_down)

/* --- another program -------------------------------------------------------------------------- */

/* Holds the file until its standard input ends. */
static GSubprocess *
start_holder (SessionFile *file, int *access)
{
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "core", "session", "session-process", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                      program, "hold", file->path, NULL);
  char digit = 0;

  g_assert_no_error (error);
  g_assert_cmpint (
    g_input_stream_read (g_subprocess_get_stdout_pipe (process), &digit, 1, NULL, &error), ==, 1);
  g_assert_no_error (error);
  *access = digit - '0';
  return process;
}

static void
end_holder (GSubprocess *process)
{
  g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL));
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  g_object_unref (process);
}

static gboolean
has_wal (SessionFile *file)
{
  g_autofree char *wal = g_strconcat (file->path, "-wal", NULL);

  return g_file_test (wal, G_FILE_TEST_EXISTS);
}

static gboolean
set_title (TlDatabase *database, const char *title, GError **error)
{
  return tl_database_set_meta (database, "title", title, error);
}

static void
assert_title (TlDatabase *database, const char *expected)
{
  g_autofree char *title = tl_database_get_meta (database, "title");

  g_assert_cmpstr (title, ==, expected);
}

/* --- within one program ----------------------------------------------------------------------- */

static void
the_second_reads_and_sees_what_the_first_writes (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) first = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (TlDatabase) second = session_file_open (file, TL_DATABASE_WRITE);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (tl_database_get_access (first), ==, TL_ACCESS_WRITE);
  g_assert_cmpint (tl_database_get_access (second), ==, TL_ACCESS_TAKEN);
  g_assert_true (set_title (first, "a", NULL));
  assert_title (second, "a");
  g_assert_false (set_title (second, "b", &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  assert_title (first, "a");
}

static void
who_is_taken_over_finds_out_and_can_take_back (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) first = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (TlDatabase) second = session_file_open (file, TL_DATABASE_WRITE), third = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (set_title (first, "a", NULL));
  g_assert_true (tl_database_take_over (second, NULL));
  g_assert_true (set_title (second, "b", NULL));
  g_assert_false (set_title (first, "c", &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  g_assert_cmpint (tl_database_get_access (first), ==, TL_ACCESS_TAKEN);
  assert_title (first, "b");

  /* Nobody slips in while the file changes hands. */
  third = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (third), ==, TL_ACCESS_TAKEN);

  g_assert_true (tl_database_take_over (first, NULL));
  g_assert_true (set_title (first, "d", NULL));
  g_assert_false (set_title (second, "e", NULL));
  assert_title (third, "d");
}

/* Neither has written yet, so neither's name is in the file. */
static void
taking_over_works_before_anything_was_written (SessionFile *file, gconstpointer data)
{
  TlDatabase *database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (TlDatabase) first = NULL, second = NULL;

  tl_database_close (database);
  first = session_file_open (file, TL_DATABASE_WRITE);
  second = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_true (tl_database_take_over (second, NULL));
  g_assert_false (set_title (first, "a", NULL));
  g_assert_true (set_title (second, "b", NULL));
}

static void
whoever_comes_after_the_owner_writes (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) first = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (TlDatabase) reader = session_file_open (file, TL_DATABASE_READ), next = NULL;

  g_assert_cmpint (tl_database_get_access (reader), ==, TL_ACCESS_READ);
  g_assert_true (set_title (first, "a", NULL));
  tl_database_close (g_steal_pointer (&first));
  next = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (next), ==, TL_ACCESS_WRITE);
  g_assert_true (set_title (next, "b", NULL));
  assert_title (reader, "b");
}

static void
looking_changes_nothing (SessionFile *file, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize n_before, n_after;

  tl_database_close (session_file_open (file, TL_DATABASE_CREATE));
  g_assert_true (g_file_get_contents (file->path, &before, &n_before, NULL));
  tl_database_close (session_file_open (file, TL_DATABASE_READ));
  tl_database_close (session_file_open (file, TL_DATABASE_WRITE));
  g_assert_true (g_file_get_contents (file->path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
a_file_in_use_is_not_copied_over (SessionFile *file, gconstpointer data)
{
  g_autofree char *other = g_build_filename (file->folder, "other.tiller", NULL);
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (TlDatabase) second = tl_database_open (other, TL_DATABASE_CREATE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (set_title (database, "a", NULL));
  g_assert_true (set_title (second, "b", NULL));
  g_assert_false (tl_database_copy (database, other, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  g_clear_error (&error);
  g_assert_false (tl_database_copy (database, file->path, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  assert_title (second, "b");
  tl_database_close (g_steal_pointer (&second));

  g_assert_true (tl_database_copy (database, other, NULL));
  second = tl_database_open (other, TL_DATABASE_WRITE, NULL);
  g_assert_cmpint (tl_database_get_access (second), ==, TL_ACCESS_WRITE);
  assert_title (second, "a");
  g_assert_true (set_title (second, "c", NULL));
  assert_title (database, "a");
}

/* Left by a program that was killed while another file had that name. */
static void
an_old_journal_is_not_taken_for_the_copys (SessionFile *file, gconstpointer data)
{
  g_autofree char *other = g_build_filename (file->folder, "other.tiller", NULL);
  g_autofree char *other_wal = g_strconcat (other, "-wal", NULL);
  g_autofree char *wal = g_strconcat (file->path, "-wal", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE), copy = NULL;
  gsize size;

  g_assert_true (set_title (database, "a", NULL));
  g_assert_true (g_file_get_contents (wal, &contents, &size, NULL));
  g_assert_true (g_file_set_contents (other_wal, contents, (gssize) size, NULL));
  g_assert_true (set_title (database, "b", NULL));
  g_assert_true (tl_database_copy (database, other, NULL));
  copy = tl_database_open (other, TL_DATABASE_WRITE, NULL);
  assert_title (copy, "b");
}

/* --- with another program --------------------------------------------------------------------- */

static void
another_program_is_another_window (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  GSubprocess *process;
  int access;

  g_assert_true (set_title (database, "a", NULL));
  process = start_holder (file, &access);
  g_assert_cmpint (access, ==, TL_ACCESS_TAKEN);
  end_holder (process);
  /* Whoever only looked has left the owner's journal alone. */
  g_assert_true (has_wal (file));
  g_assert_true (set_title (database, "b", NULL));
  tl_database_close (g_steal_pointer (&database));
  g_assert_false (has_wal (file));

  process = start_holder (file, &access);
  g_assert_cmpint (access, ==, TL_ACCESS_WRITE);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_TAKEN);
  assert_title (database, "b");
  end_holder (process);
}

static void
a_dead_owner_owns_nothing (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  GSubprocess *process;
  int access;

  tl_database_close (session_file_open (file, TL_DATABASE_CREATE));
  process = start_holder (file, &access);
  g_assert_cmpint (access, ==, TL_ACCESS_WRITE);
  g_subprocess_send_signal (process, SIGKILL);
  g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_WRITE);
  g_assert_true (set_title (database, "a", NULL));
}

/* The kernel drops all locks that SQLite has on a file when any descriptor of it is closed; then
 * the other program would think itself alone, and delete the journal. */
static void
closing_one_of_two_windows_keeps_the_locks_of_the_other (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) first = session_file_open (file, TL_DATABASE_CREATE);
  g_autofree char *answer = NULL;
  int status;
  g_autofree char *sqlite = g_find_program_in_path ("sqlite3");
  const char *argv[] = { sqlite, file->path, "SELECT value FROM meta WHERE key = 'title'", NULL };

  g_assert_true (set_title (first, "a", NULL));
  tl_database_close (session_file_open (file, TL_DATABASE_WRITE));
  g_assert_false (tl_database_copy (first, file->path, NULL));
  if (sqlite == NULL)
    {
      g_test_skip ("sqlite3 is not installed");
      return;
    }
  /* A program that knows nothing of us: SQLite's own, which tidies up after itself. */
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &answer,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (answer, ==, "a\n");
  g_assert_true (has_wal (file));
}

/* Of a copy that the other program was making when it was killed. */
static void
remove_parts (SessionFile *file)
{
  g_autoptr (GDir) folder = g_dir_open (file->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (file->folder, name, NULL);

      if (g_str_has_suffix (name, ".part"))
        g_unlink (path);
    }
}

/* What is written meanwhile is in the copy or not, but never half. */
static void
a_file_that_another_program_writes_can_be_copied (SessionFile *file, gconstpointer data)
{
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "core", "session", "session-process", NULL);
  g_autofree char *path = g_build_filename (file->folder, "copy", NULL);
  g_autofree char *other = g_strconcat (file->path, ".copy", NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (TlDatabase) database = NULL;
  guint n_states = 0;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, program, "write", file->path,
                              "1", "1", NULL);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_free (g_data_input_stream_read_line (output, NULL, NULL, NULL));
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_TAKEN);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = NULL, *n = NULL;

      for (guint line = 0; line < 10; line++)
        g_free (g_data_input_stream_read_line (output, NULL, NULL, NULL));
      g_assert_true (tl_database_copy (database, path, &error));
      g_assert_no_error (error);
      answer = ask_sql (path, "PRAGMA integrity_check");
      g_assert_cmpstr (answer, ==, "ok");
      n = ask_sql (path, "SELECT count (*) FROM state JOIN checkpoint ON id = checkpoint");
      n_states = MAX (n_states, (guint) g_ascii_strtoull (n, NULL, 10));
    }
  g_assert_cmpuint (n_states, >, 0);
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  tl_database_close (g_steal_pointer (&database));
  tl_database_close (session_file_open (file, TL_DATABASE_WRITE));
  g_unlink (other);
  remove_parts (file);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/session/ownership/the-second-reads-and-sees-what-the-first-writes",
        the_second_reads_and_sees_what_the_first_writes);
  TEST ("/session/ownership/who-is-taken-over-finds-out-and-can-take-back",
        who_is_taken_over_finds_out_and_can_take_back);
  TEST ("/session/ownership/taking-over-works-before-anything-was-written",
        taking_over_works_before_anything_was_written);
  TEST ("/session/ownership/whoever-comes-after-the-owner-writes",
        whoever_comes_after_the_owner_writes);
  TEST ("/session/ownership/looking-changes-nothing", looking_changes_nothing);
  TEST ("/session/ownership/a-file-in-use-is-not-copied-over", a_file_in_use_is_not_copied_over);
  TEST ("/session/ownership/an-old-journal-is-not-taken-for-the-copys",
        an_old_journal_is_not_taken_for_the_copys);
  TEST ("/session/ownership/another-program-is-another-window", another_program_is_another_window);
  TEST ("/session/ownership/a-dead-owner-owns-nothing", a_dead_owner_owns_nothing);
  TEST ("/session/ownership/closing-one-of-two-windows-keeps-the-locks-of-the-other",
        closing_one_of_two_windows_keeps_the_locks_of_the_other);
  TEST ("/session/ownership/a-file-that-another-program-writes-can-be-copied",
        a_file_that_another_program_writes_can_be_copied);
  return g_test_run ();
}
