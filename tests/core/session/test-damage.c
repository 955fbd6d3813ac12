/* test-damage.c - session files that are torn, strange, old, new, or cannot be written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/schema.h"
#include "tests/core/session/session-file.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEST(path, func)                                                                           \
  g_test_add (path, SessionFile, NULL, session_file_set_up, func, session_file_tear_down)

#define STATE 20000
#define N_RUNS 3
#define N_CHECKPOINTS 4
#define PAGE 8192

/* Three runs in a line, each with turns, checkpoints, pictures and a score. */
static void
make_session (SessionFile *file)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GBytes) png = make_bytes (1, 9000), thumbnail = make_bytes (2, 500);

  g_assert_true (
    tl_database_put_exploration (database, &(TlExplorationRecord){ 3, 100, TRUE, 1 }, NULL));
  for (gint64 run = 1; run <= N_RUNS; run++)
    {
      put_run (database, run, run - 1);
      put_turn (database, run, run > 1 ? 25 : 0, "a");
      for (guint i = 1; i <= N_CHECKPOINTS; i++)
        {
          put_checkpoint (database, run, i * 25, TL_KEPT_PERIODIC, STATE);
          g_assert_true (tl_database_put_frame (database, run, i * 25, png, thumbnail, NULL));
        }
      g_assert_true (tl_database_put_score (
        database, &(TlScoreRecord){ run, 25, (char *) "j", (char *) "c", 0.5 }, NULL));
    }
}

typedef struct
{
  guint n_runs, n_turns, n_states, n_frames, n_scores, n_explorations;
} Census;

static const Census whole = { N_RUNS, N_RUNS, N_RUNS *N_CHECKPOINTS, N_RUNS *N_CHECKPOINTS,
                              N_RUNS, 1 };

static gboolean
is_whole_census (const Census *census)
{
  return memcmp (census, &whole, sizeof whole) == 0;
}

/* What is read is what was put, or is not read. */
static void
count_run (TlDatabase *database, gint64 run, Census *census)
{
  g_autoptr (GArray) turns = tl_database_list_turns (database, run, NULL);
  g_autoptr (GPtrArray) checkpoints = tl_database_list_checkpoints (database, run, NULL);
  g_autoptr (GPtrArray) scores = tl_database_list_scores (database, run, NULL);
  g_autoptr (GBytes) png = make_bytes (1, 9000);

  census->n_turns += turns != NULL ? turns->len : 0;
  census->n_scores += scores != NULL ? scores->len : 0;
  for (guint i = 1; i <= N_CHECKPOINTS; i++)
    {
      guint64 found = 0;
      g_autoptr (GBytes) state = tl_database_get_state (database, run, i * 25, &found, NULL);
      g_autoptr (GBytes) frame = NULL;

      if (state != NULL)
        assert_state (database, run, found, STATE);
      census->n_states += state != NULL && found == i * 25;
      frame = tl_database_get_frame (database, run, i * 25, &found, NULL);
      g_assert_true (frame == NULL || g_bytes_equal (frame, png));
      census->n_frames += frame != NULL && found == i * 25;
    }
}

static gboolean
has_its_picture (const TlRunRecord *run)
{
  TlAsset *image = tl_start_get_values (run->start)->image;

  return image == NULL || tl_asset_get_bytes (image) != NULL;
}

static void
count_all (TlDatabase *database, Census *census)
{
  g_autoptr (GPtrArray) runs = tl_database_list_runs (database, NULL);
  g_autoptr (GPtrArray) explorations = tl_database_list_explorations (database, NULL);

  *census = (Census){ 0 };
  census->n_explorations = explorations != NULL ? explorations->len : 0;
  for (guint i = 0; runs != NULL && i < runs->len; i++)
    {
      TlRunRecord *run = runs->pdata[i];
      g_autoptr (TlRunRecord) expected = make_run (run->id, run->id - 1);

      if (run->id >= 1 && run->id <= N_RUNS && run->parent == expected->parent
          && has_its_picture (run))
        assert_runs_equal (run, expected);
      census->n_runs++;
      count_run (database, run->id, census);
    }
}

static GBytes *
read_file (const char *path)
{
  char *contents;
  gsize size;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  return g_bytes_new_take (contents, size);
}

static void
write_file (const char *path, gconstpointer contents, gsize size)
{
  FILE *file = fopen (path, "wb"); /* in place, and without waiting for the disk */

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (contents, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
remove_journals (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);

  g_unlink (wal);
  g_unlink (shm);
}

/* Opens what is at the file's path: refused with an error, or read, reported and left as it is. */
static void
assert_open_or_refuse (SessionFile *file, gboolean must_report)
{
  g_autofree char *copy = g_build_filename (file->folder, "copy.tiller", NULL);
  g_autoptr (GBytes) before = read_file (file->path), after = NULL;
  g_autoptr (GError) error = NULL;
  TlDatabase *database = tl_database_open (file->path, TL_DATABASE_WRITE, &error);
  Census census, in_copy;
  gboolean is_reported;

  if (database == NULL)
    {
      g_assert_true (error->domain == TL_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  else
    {
      count_all (database, &census);
      is_reported = tl_database_get_damage (database) != NULL;
      g_assert_true (is_reported || is_whole_census (&census));
      g_assert_true (is_reported || !must_report);

      /* What can be read can be saved. */
      if (database->is_damaged && tl_database_copy (database, copy, NULL))
        {
          g_autoptr (TlDatabase) salvaged = tl_database_open (copy, TL_DATABASE_WRITE, &error);

          g_assert_no_error (error);
          g_assert_cmpint (tl_database_get_access (salvaged), ==, TL_ACCESS_WRITE);
          count_all (salvaged, &in_copy);
          g_assert_null (tl_database_get_damage (salvaged));
          g_assert_cmpuint (in_copy.n_runs, ==, census.n_runs);
          g_assert_cmpuint (in_copy.n_states, ==, census.n_states);
        }
      tl_database_close (database);
    }
  after = read_file (file->path);
  g_assert_true (g_bytes_equal (before, after));
  remove_journals (file->path);
  g_unlink (copy);
}

/* --- torn files ------------------------------------------------------------------------------- */

static void
any_page_may_be_garbage (SessionFile *file, gconstpointer data)
{
  g_autoptr (GBytes) good = NULL, garbage = make_bytes (5, PAGE);
  gsize size;

  make_session (file);
  good = read_file (file->path);
  size = g_bytes_get_size (good);
  g_assert_cmpuint (size / PAGE, >, 50);
  for (gsize page = 0; page < size / PAGE; page++)
    {
      g_autofree guint8 *bad = g_memdup2 (g_bytes_get_data (good, NULL), size);

      memcpy (bad + page * PAGE, g_bytes_get_data (garbage, NULL), PAGE);
      write_file (file->path, bad, size);
      assert_open_or_refuse (file, FALSE);
    }
}

static void
any_page_may_be_empty (SessionFile *file, gconstpointer data)
{
  g_autoptr (GBytes) good = NULL;
  gsize size;

  make_session (file);
  good = read_file (file->path);
  size = g_bytes_get_size (good);
  for (gsize page = 0; page < size / PAGE; page++)
    {
      g_autofree guint8 *bad = g_memdup2 (g_bytes_get_data (good, NULL), size);

      memset (bad + page * PAGE, 0, PAGE);
      write_file (file->path, bad, size);
      assert_open_or_refuse (file, FALSE);
    }
}

static void
half_a_file_is_read_as_far_as_it_goes (SessionFile *file, gconstpointer data)
{
  g_autoptr (GBytes) good = NULL;
  g_autoptr (TlDatabase) database = NULL;
  const guint8 *bytes;
  Census census;
  gsize size;

  make_session (file);
  good = read_file (file->path);
  bytes = g_bytes_get_data (good, &size);
  for (guint i = 1; i < 40; i++)
    {
      write_file (file->path, bytes, size * i / 40 + i % 3);
      assert_open_or_refuse (file, TRUE);
    }

  write_file (file->path, bytes, size / 2);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_READ);
  count_all (database, &census);
  g_assert_cmpuint (census.n_states, >, 1);
  g_assert_false (tl_database_set_meta (database, "title", "x", NULL));
  tl_database_close (g_steal_pointer (&database));
  remove_journals (file->path);
}

static void
the_last_checkpoint_torn_gives_the_one_before (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GBytes) state = NULL;
  guint64 found;

  make_session (file);
  do_sql (file->path, "UPDATE state SET bytes = zeroblob (20000) WHERE checkpoint ="
                      " (SELECT id FROM checkpoint WHERE run = 2 AND iteration = 100)");
  database = session_file_open (file, TL_DATABASE_WRITE);
  state = tl_database_get_state (database, 2, G_MAXUINT64, &found, NULL);
  g_assert_nonnull (state);
  g_assert_cmpuint (found, ==, 75);
  assert_state (database, 2, 75, STATE);
  g_assert_cmpstr (tl_database_get_damage (database), ==,
                   "Damaged, and left out: checkpoint 100 of run 2");
  /* And the run goes on: the torn one is written anew. */
  put_checkpoint (database, 2, 100, TL_KEPT_PERIODIC, STATE);
  assert_state (database, 2, 100, STATE);
}

static void
the_whole_file_is_checked_afterwards (SessionFile *file, gconstpointer data)
{
  g_autofree char *root = NULL, *damage = NULL, *none = NULL;
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GBytes) good = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bad = NULL;
  gsize size, page;

  make_session (file);
  none = tl_database_check (file->path, NULL);
  g_assert_null (none);
  root = ask_sql (file->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'state'");
  page = (gsize) g_ascii_strtoull (root, NULL, 10) - 1;
  good = read_file (file->path);
  size = g_bytes_get_size (good);
  bad = g_memdup2 (g_bytes_get_data (good, NULL), size);
  memset (bad + page * PAGE, 0xaa, PAGE);
  write_file (file->path, bad, size);

  /* Opening looks at what is small only. */
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_WRITE);
  damage = tl_database_check (file->path, NULL);
  g_assert_nonnull (damage);
  tl_database_set_damaged (database, damage);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_READ);
  g_assert_false (tl_database_set_meta (database, "title", "x", &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  tl_database_close (g_steal_pointer (&database));
  remove_journals (file->path);
}

/* --- hostile rows ----------------------------------------------------------------------------- */

static void
rows_that_lie_are_left_out (SessionFile *file, gconstpointer data)
{
  static const char *const lies[] = {
    "UPDATE run SET width = 99999 WHERE id = 3",
    "UPDATE run SET height = -64 WHERE id = 3",
    "UPDATE run SET state = 77 WHERE id = 3",
    "UPDATE run SET mark = -1 WHERE id = 3",
    "UPDATE run SET fit = 3 WHERE id = 3",
    "UPDATE run SET iteration = -5 WHERE id = 3",
    "UPDATE run SET is_deleted = 2 WHERE id = 3",
    "UPDATE run SET name = CAST (x'ff00' AS TEXT) WHERE id = 3",
    "UPDATE run SET note = CAST (x'6100' AS TEXT) WHERE id = 3",
    "UPDATE run SET start_sha256 = 'x', start_name = 'y' WHERE id = 3",
    "UPDATE run SET start_name = 'y' WHERE id = 3",
    "UPDATE run SET clip_name = NULL WHERE id = 3",
    "UPDATE run SET clip_sha256 = '../../etc' WHERE id = 3",
    "UPDATE run SET n_threads = -1 WHERE id = 3",
    "UPDATE run SET parent = 3 WHERE id = 3",
    "UPDATE run SET parent = 77 WHERE id = 3",
    "UPDATE run SET id = -3 WHERE id = 3",
    "UPDATE journal SET value = '{}' WHERE run = 3",
    "UPDATE journal SET value = replace (value, 'a', 'b') WHERE run = 3",
    "UPDATE journal SET value = CAST (randomblob (1000000) AS TEXT) WHERE run = 3",
    "UPDATE journal SET iteration = -1 WHERE run = 3",
    "UPDATE checkpoint SET kept = 1000 WHERE run = 3 AND iteration = 50",
    "UPDATE checkpoint SET n_bytes = -1 WHERE run = 3 AND iteration = 50",
    "UPDATE checkpoint SET iteration = -1 WHERE run = 3 AND iteration = 50",
    "UPDATE checkpoint SET checksum = checksum + 1 WHERE run = 3 AND iteration = 50",
    "UPDATE checkpoint SET iteration = 9223372036854775807 WHERE run = 3 AND iteration = 50",
    "DELETE FROM state WHERE checkpoint = (SELECT max (id) FROM checkpoint WHERE run = 3)",
    "UPDATE state SET bytes = x'' WHERE checkpoint = (SELECT max (id) FROM checkpoint)",
    "UPDATE frame SET picture = thumbnail WHERE run = 3 AND iteration = 50",
    "UPDATE frame SET picture_checksum = -1 WHERE run = 3 AND iteration = 50",
    "UPDATE score SET judge = CAST (x'ff' AS TEXT) WHERE run = 3",
    "UPDATE exploration SET hold = -1",
    "UPDATE exploration SET keeps_best_half = 5",
  };
  g_autoptr (GBytes) good = NULL;

  make_session (file);
  good = read_file (file->path);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      TlDatabase *database;
      Census census;

      write_file (file->path, g_bytes_get_data (good, NULL), g_bytes_get_size (good));
      do_sql (file->path, lies[i]);
      database = session_file_open (file, TL_DATABASE_WRITE);
      g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_WRITE);
      count_all (database, &census);
      if (tl_database_get_damage (database) == NULL)
        g_error ("nothing was reported after: %s", lies[i]);
      g_assert_true (g_utf8_validate (tl_database_get_damage (database), -1, NULL));
      /* The others are as they were. */
      g_assert_cmpuint (census.n_runs, >=, N_RUNS - 1);
      g_assert_cmpuint (census.n_states, >=, (N_RUNS - 1) * N_CHECKPOINTS);
      tl_database_close (database);
    }
}

static void
a_damaged_picture_is_known_by_name_only (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  TlAsset *image;

  make_session (file);
  do_sql (file->path, "UPDATE asset SET bytes = x'00'");
  database = session_file_open (file, TL_DATABASE_WRITE);
  runs = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (runs->len, ==, N_RUNS);
  image = tl_start_get_values (((TlRunRecord *) runs->pdata[0])->start)->image;
  g_assert_cmpstr (tl_asset_get_name (image), ==, "drawing.png");
  g_assert_null (tl_asset_get_bytes (image));
  g_assert_nonnull (tl_database_get_damage (database));
}

/* The journal of a root that is gone must not be missed by its child, nor its place in the tree. */
static void
a_child_outlives_a_torn_parent (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autofree char *parent = NULL;
  TlRunRecord *child;

  make_session (file);
  do_sql (file->path, "UPDATE run SET width = 0 WHERE id = 2");
  database = session_file_open (file, TL_DATABASE_WRITE);
  runs = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (runs->len, ==, 2);
  child = runs->pdata[1];
  g_assert_cmpint (child->id, ==, 3);
  g_assert_cmpint (child->parent, ==, 0);
  g_assert_false (child->continues_parent);
  g_assert_cmpstr (tl_database_get_damage (database), ==,
                   "Damaged, and left out: run 2, what run 3 came from");

  /* Writing it again does not change where it came from. */
  g_assert_true (tl_database_put_run (database, child, NULL));
  parent = ask_sql (file->path, "SELECT parent FROM run WHERE id = 3");
  g_assert_cmpstr (parent, ==, "2");
}

static void
a_schema_that_lies_is_refused_or_does_nothing (SessionFile *file, gconstpointer data)
{
  static const struct
  {
    const char *sql;
    gboolean opens;
  } cases[] = {
    { "DROP TABLE score", FALSE },
    { "ALTER TABLE run RENAME COLUMN seed TO feed", FALSE },
    { "DROP TABLE score; CREATE VIEW score AS WITH RECURSIVE n (run) AS (SELECT 1 UNION ALL"
      " SELECT run + 1 FROM n) SELECT run, 1 iteration, '' judge, '' clause, 0 value FROM n",
      FALSE },
    { "CREATE TRIGGER evil AFTER INSERT ON checkpoint BEGIN DELETE FROM run; END", TRUE },
  };
  g_autoptr (GBytes) good = NULL;

  make_session (file);
  good = read_file (file->path);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlDatabase) database = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) runs = NULL;

      write_file (file->path, g_bytes_get_data (good, NULL), g_bytes_get_size (good));
      do_sql (file->path, cases[i].sql);
      database = tl_database_open (file->path, TL_DATABASE_WRITE, &error);
      g_assert_cmpint (database != NULL, ==, cases[i].opens);
      if (database == NULL)
        {
          g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
          continue;
        }
      put_checkpoint (database, 1, 200, 0, 100);
      runs = tl_database_list_runs (database, NULL);
      g_assert_cmpuint (runs->len, ==, N_RUNS);
    }
}

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
  write_file (text, "not a session", 13);
  write_file (bytes, g_bytes_get_data (noise, NULL), 10000);
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

  write_file (file->path, "precious", 8);
  g_assert_null (tl_database_open (file->path, TL_DATABASE_CREATE, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  contents = read_file (file->path);
  g_assert_cmpuint (g_bytes_get_size (contents), ==, 8);
}

/* As a kill right after the file was made leaves it. */
static void
an_empty_file_becomes_a_session (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  write_file (file->path, "", 0);
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

  make_session (file);
  do_sql (file->path, "ALTER TABLE run ADD COLUMN mood TEXT; PRAGMA user_version = 99");
  before = read_file (file->path);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_NEWER);
  count_all (database, &census);
  g_assert_true (is_whole_census (&census));
  g_assert_false (tl_database_put_progress (database, 1, TL_RUN_PAUSED, 1, 0.5, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  g_assert_false (tl_database_take_over (database, NULL));
  tl_database_close (database);
  after = read_file (file->path);
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
      count_all (database, &census);
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
  make_session (file);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_true (tl_schema_look (database, 3, &state, NULL));
  g_assert_cmpint (state, ==, TL_SCHEMA_OLDER);
  g_assert_false (tl_schema_migrate (database, bad, 3, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  version = ask_version (file);
  g_assert_cmpstr (version, ==, "1");
  count_all (database, &census);
  g_assert_true (is_whole_census (&census));

  g_assert_true (tl_schema_migrate (database, good, 3, NULL));
  g_assert_true (tl_schema_look (database, 3, &state, NULL));
  g_assert_cmpint (state, ==, TL_SCHEMA_CURRENT);
  later = ask_version (file);
  g_assert_cmpstr (later, ==, "3");
  mood = ask_sql (file->path, "SELECT group_concat (mood) FROM run");
  g_assert_cmpstr (mood, ==, "wild,calm,calm");
  count_all (database, &census);
  g_assert_true (is_whole_census (&census));
}

/* --- where nothing can be written ------------------------------------------------------------- */

static void
assert_only_read (SessionFile *file)
{
  TlDatabase *database = session_file_open (file, TL_DATABASE_WRITE);
  g_autoptr (GError) error = NULL;
  Census census;

  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_READ);
  count_all (database, &census);
  g_assert_true (is_whole_census (&census));
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
  make_session (file);
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
      make_session (&there);
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
  put_checkpoint (database, 1, 25, 0, STATE);
  assert_state (database, 1, 25, STATE);
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
  TEST ("/session/damage/any-page-may-be-garbage", any_page_may_be_garbage);
  TEST ("/session/damage/any-page-may-be-empty", any_page_may_be_empty);
  TEST ("/session/damage/half-a-file-is-read-as-far-as-it-goes",
        half_a_file_is_read_as_far_as_it_goes);
  TEST ("/session/damage/the-last-checkpoint-torn-gives-the-one-before",
        the_last_checkpoint_torn_gives_the_one_before);
  TEST ("/session/damage/the-whole-file-is-checked-afterwards",
        the_whole_file_is_checked_afterwards);
  TEST ("/session/damage/rows-that-lie-are-left-out", rows_that_lie_are_left_out);
  TEST ("/session/damage/a-damaged-picture-is-known-by-name-only",
        a_damaged_picture_is_known_by_name_only);
  TEST ("/session/damage/a-child-outlives-a-torn-parent", a_child_outlives_a_torn_parent);
  TEST ("/session/damage/a-schema-that-lies-is-refused-or-does-nothing",
        a_schema_that_lies_is_refused_or_does_nothing);
  TEST ("/session/damage/what-is-no-session-is-refused-and-left-alone",
        what_is_no_session_is_refused_and_left_alone);
  TEST ("/session/damage/nothing-is-made-over-what-is-there", nothing_is_made_over_what_is_there);
  TEST ("/session/damage/an-empty-file-becomes-a-session", an_empty_file_becomes_a_session);
  TEST ("/session/damage/newer-versions-are-only-read", newer_versions_are_only_read);
  TEST ("/session/damage/each-older-version-becomes-todays", each_older_version_becomes_todays);
  TEST ("/session/damage/migrating-keeps-all-or-changes-nothing",
        migrating_keeps_all_or_changes_nothing);
  TEST ("/session/damage/what-cannot-be-written-is-only-read", what_cannot_be_written_is_only_read);
  TEST ("/session/damage/a-file-on-a-read-only-disk-is-only-read",
        a_file_on_a_read_only_disk_is_only_read);
  TEST ("/session/damage/nothing-half-is-left-where-no-file-can-be-made",
        nothing_half_is_left_where_no_file_can_be_made);
  TEST ("/session/damage/a-fact-that-does-not-fit-leaves-nothing-behind",
        a_fact_that_does_not_fit_leaves_nothing_behind);
  TEST ("/session/damage/a-file-that-may-not-grow-is-a-full-disk",
        a_file_that_may_not_grow_is_a_full_disk);
  return g_test_run ();
}
