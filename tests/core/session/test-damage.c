/* test-damage.c - session files that are torn, or lie
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/database-sql.h"
#include "tests/core/session/session-census.h"

#include <glib/gstdio.h>
#include <string.h>

#define TEST(path, func)                                                                           \
  g_test_add (path, SessionFile, NULL, session_file_set_up, func, session_file_tear_down)

#define TEST_PAGE 8192

/* Opens what is at the file's path: refused with an error, or read, reported and left as it is. */
static void
assert_open_or_refuse (SessionFile *file, gboolean must_report)
{
  g_autofree char *copy = g_build_filename (file->folder, "copy.tiller", NULL);
  g_autoptr (GBytes) before = read_bytes (file->path), after = NULL;
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
      census_count (database, &census);
      is_reported = tl_database_get_damage (database) != NULL;
      g_assert_true (is_reported || census_is_whole (&census));
      g_assert_true (is_reported || !must_report);

      /* What can be read can be saved. */
      if (database->is_damaged && tl_database_copy (database, copy, NULL))
        {
          g_autoptr (TlDatabase) salvaged = tl_database_open (copy, TL_DATABASE_WRITE, &error);

          g_assert_no_error (error);
          g_assert_cmpint (tl_database_get_access (salvaged), ==, TL_ACCESS_WRITE);
          census_count (salvaged, &in_copy);
          g_assert_null (tl_database_get_damage (salvaged));
          g_assert_cmpuint (in_copy.n_runs, ==, census.n_runs);
          g_assert_cmpuint (in_copy.n_states, ==, census.n_states);
        }
      tl_database_close (database);
    }
  after = read_bytes (file->path);
  g_assert_true (g_bytes_equal (before, after));
  remove_journals (file->path);
  g_unlink (copy);
}

/* --- torn files ------------------------------------------------------------------------------- */

static void
any_page_may_be_garbage (SessionFile *file, gconstpointer data)
{
  g_autoptr (GBytes) good = NULL, garbage = make_bytes (5, TEST_PAGE);
  gsize size;

  make_census_session (file);
  good = read_bytes (file->path);
  size = g_bytes_get_size (good);
  g_assert_cmpuint (size / TEST_PAGE, >, 50);
  for (gsize page = 0; page < size / TEST_PAGE; page++)
    {
      g_autofree guint8 *bad = g_memdup2 (g_bytes_get_data (good, NULL), size);

      memcpy (bad + page * TEST_PAGE, g_bytes_get_data (garbage, NULL), TEST_PAGE);
      write_bytes (file->path, bad, size);
      assert_open_or_refuse (file, FALSE);
    }
}

static void
any_page_may_be_empty (SessionFile *file, gconstpointer data)
{
  g_autoptr (GBytes) good = NULL;
  gsize size;

  make_census_session (file);
  good = read_bytes (file->path);
  size = g_bytes_get_size (good);
  for (gsize page = 0; page < size / TEST_PAGE; page++)
    {
      g_autofree guint8 *bad = g_memdup2 (g_bytes_get_data (good, NULL), size);

      memset (bad + page * TEST_PAGE, 0, TEST_PAGE);
      write_bytes (file->path, bad, size);
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

  make_census_session (file);
  good = read_bytes (file->path);
  bytes = g_bytes_get_data (good, &size);
  for (guint i = 1; i < 40; i++)
    {
      write_bytes (file->path, bytes, size * i / 40 + i % 3);
      assert_open_or_refuse (file, TRUE);
    }

  write_bytes (file->path, bytes, size / 2);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_READ);
  census_count (database, &census);
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

  make_census_session (file);
  do_sql (file->path, "UPDATE state SET bytes = zeroblob (20000) WHERE checkpoint ="
                      " (SELECT id FROM checkpoint WHERE run = 2 AND iteration = 100)");
  database = session_file_open (file, TL_DATABASE_WRITE);
  state = tl_database_get_state (database, 2, G_MAXUINT64, &found, NULL);
  g_assert_nonnull (state);
  g_assert_cmpuint (found, ==, 75);
  assert_state (database, 2, 75, CENSUS_STATE);
  g_assert_cmpstr (tl_database_get_damage (database), ==,
                   "Damaged, and left out: checkpoint 100 of run 2");
  /* And the run goes on: the torn one is written anew. */
  put_checkpoint (database, 2, 100, TL_KEPT_PERIODIC, CENSUS_STATE);
  assert_state (database, 2, 100, CENSUS_STATE);
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

  make_census_session (file);
  none = tl_database_check (file->path, NULL);
  g_assert_null (none);
  root = ask_sql (file->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'state'");
  page = (gsize) g_ascii_strtoull (root, NULL, 10) - 1;
  good = read_bytes (file->path);
  size = g_bytes_get_size (good);
  bad = g_memdup2 (g_bytes_get_data (good, NULL), size);
  memset (bad + page * TEST_PAGE, 0xaa, TEST_PAGE);
  write_bytes (file->path, bad, size);

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

/* Whatever room there is for it: what is said to be saved is. */
static void
what_is_saved_of_it_is_whole (SessionFile *file, gconstpointer data)
{
  g_autofree char *disk = g_build_filename (file->folder, "disk", NULL);
  g_autofree char *copy = g_build_filename (disk, "copy.tiller", NULL);
  g_autoptr (TlDatabase) database = NULL;
  guint n_saved = 0;

  make_census_session (file);
  database = session_file_open (file, TL_DATABASE_WRITE);
  tl_database_set_damaged (database, "a page");
  g_mkdir (disk, 0700);
  for (guint kilobytes = 500; kilobytes <= 6000 && n_saved < 3; kilobytes += 150)
    {
      g_autofree char *size = g_strdup_printf ("%uk", kilobytes);
      g_autoptr (TlDatabase) saved = NULL;
      g_autoptr (GError) error = NULL;
      Census census;

      if (!mount_small_disk (disk, size))
        break;
      if (tl_database_copy (database, copy, &error))
        {
          saved = tl_database_open (copy, TL_DATABASE_READ, NULL);
          g_assert_nonnull (saved);
          census_count (saved, &census);
          g_assert_true (census_is_whole (&census));
          tl_database_close (g_steal_pointer (&saved));
          n_saved++;
        }
      else
        {
          g_autoptr (GDir) folder = g_dir_open (disk, 0, NULL);

          g_test_message ("%u kB: %s", kilobytes, error->message);
          g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
          g_assert_null (g_dir_read_name (folder));
        }
      unmount_small_disk (disk);
      g_assert_true (n_saved > 0 || kilobytes < 5500);
    }
  g_rmdir (disk);
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

  make_census_session (file);
  good = read_bytes (file->path);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      TlDatabase *database;
      Census census;

      write_bytes (file->path, g_bytes_get_data (good, NULL), g_bytes_get_size (good));
      do_sql (file->path, lies[i]);
      database = session_file_open (file, TL_DATABASE_WRITE);
      g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_WRITE);
      census_count (database, &census);
      if (tl_database_get_damage (database) == NULL)
        g_error ("nothing was reported after: %s", lies[i]);
      g_assert_true (g_utf8_validate (tl_database_get_damage (database), -1, NULL));
      /* The others are as they were. */
      g_assert_cmpuint (census.n_runs, >=, CENSUS_RUNS - 1);
      g_assert_cmpuint (census.n_states, >=, (CENSUS_RUNS - 1) * CENSUS_CHECKPOINTS);
      tl_database_close (database);
    }
}

static void
a_damaged_picture_is_known_by_name_only (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  TlAsset *image;

  make_census_session (file);
  do_sql (file->path, "UPDATE asset SET bytes = x'00'");
  database = session_file_open (file, TL_DATABASE_WRITE);
  runs = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (runs->len, ==, CENSUS_RUNS);
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

  make_census_session (file);
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

/* Whoever walks up or down such a family would never come back. */
static void
a_family_that_bites_its_tail_is_cut (SessionFile *file, gconstpointer data)
{
  static const char *const lies[] = {
    "INSERT INTO run SELECT * FROM run WHERE id = 1;"
    "UPDATE run SET parent = 1 WHERE rowid = (SELECT max (rowid) FROM run)",
    "UPDATE run SET parent = 3 WHERE id = 2",
    "UPDATE run SET parent = 2 WHERE id = 2",
  };
  g_autoptr (GBytes) good = NULL;

  make_census_session (file);
  /* Without a key a number may be there twice. */
  do_sql (file->path, "CREATE TABLE other AS SELECT * FROM run; DROP TABLE run;"
                      "ALTER TABLE other RENAME TO run");
  good = read_bytes (file->path);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (TlDatabase) database = NULL;
      g_autoptr (GPtrArray) runs = NULL;
      gint64 last = 0;

      write_bytes (file->path, g_bytes_get_data (good, NULL), g_bytes_get_size (good));
      do_sql (file->path, lies[i]);
      database = session_file_open (file, TL_DATABASE_READ);
      runs = tl_database_list_runs (database, NULL);
      g_assert_cmpuint (runs->len, ==, CENSUS_RUNS);
      for (guint k = 0; k < runs->len; k++)
        {
          const TlRunRecord *run = runs->pdata[k];

          g_assert_cmpint (run->id, >, last);
          g_assert_cmpint (run->parent, <, run->id);
          last = run->id;
        }
      g_assert_nonnull (tl_database_get_damage (database));
    }
}

static void
a_family_is_only_so_deep (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  guint n_roots = 0;

  make_census_session (file);
  do_sql (file->path,
          "WITH RECURSIVE n (i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
          "INSERT INTO run SELECT i, i - 1, 25, 1, 0, 0, 7, 64, 64, 0, NULL, NULL, NULL, NULL,"
          " NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, 0, 0, 0, NULL, 0 FROM n");
  database = session_file_open (file, TL_DATABASE_READ);
  runs = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (runs->len, ==, 5000);
  for (guint i = 0; i < runs->len; i++)
    n_roots += ((TlRunRecord *) runs->pdata[i])->parent == 0;
  g_assert_cmpuint (n_roots, >, 4);
  g_assert_nonnull (tl_database_get_damage (database));
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

  make_census_session (file);
  good = read_bytes (file->path);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlDatabase) database = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) runs = NULL;

      write_bytes (file->path, g_bytes_get_data (good, NULL), g_bytes_get_size (good));
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
      g_assert_cmpuint (runs->len, ==, CENSUS_RUNS);
    }
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
  TEST ("/session/damage/what-is-saved-of-it-is-whole", what_is_saved_of_it_is_whole);
  TEST ("/session/damage/rows-that-lie-are-left-out", rows_that_lie_are_left_out);
  TEST ("/session/damage/a-damaged-picture-is-known-by-name-only",
        a_damaged_picture_is_known_by_name_only);
  TEST ("/session/damage/a-child-outlives-a-torn-parent", a_child_outlives_a_torn_parent);
  TEST ("/session/damage/a-family-that-bites-its-tail-is-cut", a_family_that_bites_its_tail_is_cut);
  TEST ("/session/damage/a-family-is-only-so-deep", a_family_is_only_so_deep);
  TEST ("/session/damage/a-schema-that-lies-is-refused-or-does-nothing",
        a_schema_that_lies_is_refused_or_does_nothing);
  return g_test_run ();
}
