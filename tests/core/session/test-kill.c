/* test-kill.c - a program that writes a session is killed at any moment
 *
 * After each kill the file opens, is whole, and holds all that the program had been told was
 * written. TL_KILL_ROUNDS says how often: a thousand by hand, a few with every test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"
#include "tests/core/session/session-file.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_ROUNDS 25
/* A new file every so often, so that the checks do not take ever longer. */
#define ROUNDS_PER_FILE 40
#define MAX_LINES 60
#define MAX_WAIT_US 30000

/* Reads lines up to @n_lines, waits a moment more, kills, and returns all that was said. */
static GPtrArray *
write_until_killed (SessionFile *file, TlRandom *random, guint round, guint n_lines)
{
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "core", "session", "session-process", NULL);
  g_autofree char *seed = g_strdup_printf ("%u", tl_random_next (random));
  /* A number that was removed is not given again, or nobody could say whether it was removed. */
  g_autofree char *first_run = g_strdup_printf ("%u", round * 1000 + 1);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "write", file->path, seed, first_run, NULL);
  g_autoptr (GDataInputStream) output = NULL;
  gboolean is_killed = FALSE;

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  while (TRUE)
    {
      char *line;

      if (lines->len >= n_lines && !is_killed)
        {
          g_usleep (tl_random_below (random, MAX_WAIT_US));
          g_subprocess_send_signal (process, SIGKILL);
          is_killed = TRUE;
        }
      line = g_data_input_stream_read_line (output, NULL, NULL, &error);
      g_assert_no_error (error);
      if (line == NULL)
        break;
      g_ptr_array_add (lines, line);
    }
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (process));
  g_assert_cmpint (g_subprocess_get_term_sig (process), ==, SIGKILL);
  return lines;
}

/* --- what was said ---------------------------------------------------------------------------- */

static gboolean
has_run (TlDatabase *database, gint64 id, guint64 *iteration)
{
  g_autoptr (GPtrArray) runs = tl_database_list_runs (database, NULL);

  for (guint i = 0; i < runs->len; i++)
    {
      const TlRunRecord *run = runs->pdata[i];

      if (run->id == id)
        {
          *iteration = run->iteration;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
has_turn (TlDatabase *database, gint64 run, guint64 iteration)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT count (*) FROM journal WHERE run = %" G_GINT64_FORMAT
                     " AND iteration = %" G_GUINT64_FORMAT,
                     run, iteration);
  g_autofree char *n = ask_sql (tl_database_get_path (database), sql);

  return atoi (n) > 0;
}

static TlCheckpoint *
find_checkpoint (GPtrArray *list, guint64 iteration)
{
  for (guint i = 0; i < list->len; i++)
    if (tl_checkpoint_get_iteration (list->pdata[i]) == iteration)
      return list->pdata[i];
  g_error ("checkpoint %" G_GUINT64_FORMAT " is lost", iteration);
}

static gboolean
has_score (TlDatabase *database, gint64 run, guint64 iteration)
{
  g_autoptr (GPtrArray) scores = tl_database_list_scores (database, run, NULL);

  for (guint i = 0; i < scores->len; i++)
    if (((TlScoreRecord *) scores->pdata[i])->iteration == iteration)
      return TRUE;
  return FALSE;
}

static gboolean
has_exploration (TlDatabase *database, gint64 id)
{
  g_autoptr (GPtrArray) list = tl_database_list_explorations (database, NULL);

  for (guint i = 0; i < list->len; i++)
    if (((TlExplorationRecord *) list->pdata[i])->id == id)
      return TRUE;
  return FALSE;
}

typedef struct
{
  char what[16];
  gint64 run;
  guint64 iteration;
  gsize size;
} Fact;

static void
check_checkpoint (TlDatabase *database, const Fact *fact)
{
  g_autoptr (GPtrArray) list = tl_database_list_checkpoints (database, fact->run, NULL);
  TlCheckpoint *checkpoint = find_checkpoint (list, fact->iteration);

  if (g_str_equal (fact->what, "star"))
    g_assert_cmpint (tl_checkpoint_get_kept (checkpoint), ==, TL_KEPT_STAR);
  else
    assert_state (database, fact->run, fact->iteration, fact->size);
}

static void
check_frame (TlDatabase *database, const Fact *fact)
{
  g_autoptr (GBytes) png = NULL;
  guint64 found = 0;

  png = tl_database_get_frame (database, fact->run, fact->iteration, &found, NULL);
  g_assert_nonnull (png);
  g_assert_cmpuint (found, ==, fact->iteration);
}

static void
check_fact (TlDatabase *database, const Fact *fact, GHashTable *removed, GHashTable *unsaid)
{
  guint64 iteration = 0;

  if (g_str_equal (fact->what, "exploration"))
    g_assert_true (has_exploration (database, fact->run));
  else if (g_hash_table_contains (removed, &fact->run))
    g_assert_false (has_run (database, fact->run, &iteration));
  else if (!has_run (database, fact->run, &iteration))
    /* Removed just before the end, which there was no time to say. */
    g_hash_table_add (unsaid, g_memdup2 (&fact->run, sizeof fact->run));
  else if (g_str_equal (fact->what, "turn"))
    g_assert_true (has_turn (database, fact->run, fact->iteration));
  else if (g_str_equal (fact->what, "checkpoint") || g_str_equal (fact->what, "star"))
    check_checkpoint (database, fact);
  else if (g_str_equal (fact->what, "frame"))
    check_frame (database, fact);
  else if (g_str_equal (fact->what, "score"))
    g_assert_true (has_score (database, fact->run, fact->iteration));
  else if (g_str_equal (fact->what, "progress"))
    g_assert_cmpuint (iteration, >=, fact->iteration);
}

static void
check_copy (SessionFile *file)
{
  g_autofree char *path = g_strconcat (file->path, ".copy", NULL);
  g_autofree char *answer = ask_sql (path, "PRAGMA integrity_check");
  g_autoptr (TlDatabase) copy = tl_database_open (path, TL_DATABASE_WRITE, NULL);

  g_assert_cmpstr (answer, ==, "ok");
  g_assert_nonnull (copy);
  g_assert_null (tl_database_get_damage (copy));
}

/* Facts about removed runs are gone with them. At most one removal had no time to be said; from now
 * on it counts as said. */
static void
check_all (TlDatabase *database, GArray *facts)
{
  g_autoptr (GHashTable) removed =
    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) unsaid = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer run;

  for (guint i = 0; i < facts->len; i++)
    {
      const Fact *fact = &g_array_index (facts, Fact, i);

      if (g_str_equal (fact->what, "remove"))
        g_hash_table_add (removed, g_memdup2 (&fact->run, sizeof fact->run));
    }
  for (guint i = 0; i < facts->len; i++)
    check_fact (database, &g_array_index (facts, Fact, i), removed, unsaid);
  g_assert_cmpuint (g_hash_table_size (unsaid), <=, 1);
  g_hash_table_iter_init (&iter, unsaid);
  while (g_hash_table_iter_next (&iter, &run, NULL))
    {
      const Fact fact = { .what = "remove", .run = *(const gint64 *) run };

      g_array_append_val (facts, fact);
    }
}

static void
parse (GPtrArray *lines, GArray *facts, gboolean *has_copy)
{
  for (guint i = 0; i < lines->len; i++)
    {
      Fact fact = { .what = "" };
      int n = sscanf (lines->pdata[i], "%15s %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %zu",
                      fact.what, &fact.run, &fact.iteration, &fact.size);

      g_assert_cmpint (n, >=, 1);
      if (g_str_equal (fact.what, "copy"))
        *has_copy = TRUE;
      else
        g_array_append_val (facts, fact);
    }
}

/* The file may not be there yet, or be empty; it is never anything else than a session. */
static void
check_file (SessionFile *file, GArray *facts, gboolean has_copy)
{
  g_autofree char *answer = NULL;
  TlDatabase *database;

  if (facts->len == 0 && !g_file_test (file->path, G_FILE_TEST_EXISTS))
    return;
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_WRITE);
  check_all (database, facts);
  g_assert_null (tl_database_get_damage (database));
  tl_database_close (database);
  answer = ask_sql (file->path, "PRAGMA integrity_check");
  g_assert_cmpstr (answer, ==, "ok");
  if (has_copy)
    check_copy (file);
}

static void
remove_all_but_session (SessionFile *file, gboolean removes_session)
{
  g_autoptr (GDir) folder = g_dir_open (file->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (file->folder, name, NULL);

      /* A copy that was cut off leaves its part; nothing else is left beside the file. */
      if (g_str_has_suffix (name, ".part") || g_str_has_suffix (name, ".copy") || removes_session)
        g_unlink (path);
      else
        g_assert_cmpstr (name, ==, "work.tiller");
    }
}

static void
what_was_written_outlives_a_kill (SessionFile *file, gconstpointer data)
{
  const char *wanted = g_getenv ("TL_KILL_ROUNDS");
  guint n_rounds = wanted != NULL ? (guint) atoi (wanted) : DEFAULT_ROUNDS, n_facts = 0;
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (Fact));
  TlRandom random;

  tl_random_init (&random, (guint64) g_test_rand_int (), 0, TL_PURPOSE_SEED, 0);
  for (guint round = 0; round < n_rounds; round++)
    {
      /* Now and then before the file is made, or while it is opened. */
      guint n_lines = tl_random_below (&random, 5) == 0 ? 0 : tl_random_below (&random, MAX_LINES);
      g_autoptr (GPtrArray) lines = write_until_killed (file, &random, round, n_lines);
      gboolean has_copy = FALSE;

      n_facts += lines->len;
      parse (lines, facts, &has_copy);
      check_file (file, facts, has_copy);
      remove_all_but_session (file, FALSE);
      if (round % ROUNDS_PER_FILE == ROUNDS_PER_FILE - 1)
        {
          remove_all_but_session (file, TRUE);
          g_array_set_size (facts, 0);
        }
    }
  g_test_message ("%u kills, %u facts", n_rounds, n_facts);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/session/kill/what-was-written-outlives-a-kill", SessionFile, NULL,
              session_file_set_up, what_was_written_outlives_a_kill, session_file_tear_down);
  return g_test_run ();
}
