/* test-store.c - facts that are handed over are written, or kept until they can be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/database-sql.h"
#include "core/session/picture.h"
#include "core/session/store.h"
#include "tests/core/session/session-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define TEST(path, func)                                                                           \
  g_test_add (path, SessionFile, NULL, session_file_set_up, func, session_file_tear_down)

/* --- helpers ---------------------------------------------------------------------------------- */

static TlStore *
make_store (SessionFile *file)
{
  return tl_store_new (session_file_open (file, TL_DATABASE_CREATE));
}

static void
wait_for_pending (TlStore *store, guint n)
{
  while (tl_store_get_n_pending (store) != n)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_problem (TlStore *store)
{
  while (tl_store_get_problem (store) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
get_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static gpointer
count_checkpoints (TlDatabase *database, gconstpointer data, GError **error)
{
  g_autoptr (GPtrArray) list = tl_database_list_checkpoints (database, 1, error);
  guint *n = g_new (guint, 1);

  *n = list->len;
  return n;
}

static guint
ask_n_checkpoints (TlStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree guint *n = NULL;

  tl_store_read_async (store, count_checkpoints, NULL, NULL, g_free, NULL, get_result_cb, &result);
  n = tl_store_read_finish (store, wait_for_result (&result), NULL);
  return *n;
}

static void
store_run (TlStore *store, gint64 id)
{
  g_autoptr (TlRunRecord) run = make_run (id, 0);

  tl_store_put_run (store, run);
}

static void
store_checkpoint (TlStore *store, guint64 iteration, gsize size)
{
  g_autoptr (GBytes) state = make_bytes ((guint32) iteration, size);

  tl_store_put_checkpoint (store, 1, &(TlCheckpointValues){ iteration, 0, 0.5, state });
}

static gboolean
copy_store (TlStore *store, const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tl_store_copy_async (store, path, NULL, get_result_cb, &result);
  return tl_store_copy_finish (store, wait_for_result (&result), error);
}

static guint
count_in (const char *path, const char *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s", table);
  g_autofree char *n = ask_sql (path, sql);

  return (guint) g_ascii_strtoull (n, NULL, 10);
}

/* --- in fair weather -------------------------------------------------------------------------- */

static void
each_usual_fact_arrives (SessionFile *file, gconstpointer data)
{
  static const char *const tables[] = { "run",   "journal",     "checkpoint", "state",
                                        "frame", "exploration", "score" };
  g_autoptr (TlStore) store = make_store (file);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("a");
  g_autoptr (TlFrame) frame = make_frame (300, 200, 25), picture = NULL, small = NULL;
  g_autoptr (GBytes) png = NULL, thumbnail = NULL;
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (GError) error = NULL;
  TlSettings settings;

  tl_settings_init (&settings);
  steer = tl_steer_new (prompt, &settings, NULL);
  store_run (store, 1);
  store_run (store, 2);
  tl_store_remove_run (store, 2);
  tl_store_put_turn (store, 1, &(TlJournalEntry){ .steer = steer });
  store_checkpoint (store, 25, 1000);
  tl_store_set_kept (store, 1, 25, TL_KEPT_STAR);
  tl_store_put_frame (store, 1, frame);
  tl_store_put_score (store, &(TlScoreRecord){ 1, 25, (char *) "j", (char *) "c", 0.5 });
  tl_store_put_exploration (store, &(TlExplorationRecord){ 1, 100, FALSE, 0 });
  tl_store_set_meta (store, "title", "winter");
  tl_store_put_progress (store, 1, TL_RUN_HELD, 26, 0.5);
  g_assert_cmpuint (tl_store_get_n_pending (store), ==, 11);
  g_assert_true (tl_store_close (store, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (tl_store_get_n_pending (store), ==, 0);
  g_assert_cmpint (tl_store_get_saved_at (store), >, 0);
  g_assert_cmpuint (tl_store_get_size (store), >, 0);

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    g_assert_cmpuint (count_in (file->path, tables[i]), ==, 1);
  database = session_file_open (file, TL_DATABASE_READ);
  png = tl_database_get_frame (database, 1, 25, NULL, NULL);
  picture = tl_picture_read (png, "frame", NULL);
  g_assert_cmpmem (g_bytes_get_data (tl_frame_get_pixels (picture), NULL), 300 * 200 * 4,
                   g_bytes_get_data (tl_frame_get_pixels (frame), NULL), 300 * 200 * 4);
  thumbnail = tl_database_get_thumbnail (database, 1, 25, NULL, NULL);
  small = tl_picture_read (thumbnail, "thumbnail", NULL);
  g_assert_cmpuint (tl_frame_get_width (small), ==, TL_THUMBNAIL_SIDE);
  g_assert_cmpuint (tl_frame_get_height (small), ==, TL_THUMBNAIL_SIDE * 2 / 3);
}

static void
reads_come_after_the_writes_before_them (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlStore) store = make_store (file);
  guint n = 0;

  store_run (store, 1);
  for (guint i = 1; i <= 20; i++)
    {
      store_checkpoint (store, i, 1000);
      if (i % 5 == 0)
        g_assert_cmpuint (ask_n_checkpoints (store), ==, ++n * 5);
    }
  g_assert_true (tl_store_close (store, NULL));
}

static void
a_read_that_nobody_wants_any_more_is_not_done (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlStore) store = make_store (file);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  tl_store_read_async (store, count_checkpoints, NULL, NULL, g_free, cancellable, get_result_cb,
                       &result);
  g_assert_null (tl_store_read_finish (store, wait_for_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (tl_store_close (store, NULL));
}

typedef struct
{
  GMutex mutex;
  guint n_written;
} Counter;

static gboolean
count_write (TlDatabase *database, gconstpointer data, GError **error)
{
  Counter *counter = (Counter *) data;

  g_mutex_lock (&counter->mutex);
  counter->n_written++;
  g_mutex_unlock (&counter->mutex);
  return TRUE;
}

/* The store's thread is held by the mutex while the others queue up. */
static void
of_old_progress_only_the_newest_is_written (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlStore) store = make_store (file);
  Counter counter = { .n_written = 0 };

  g_mutex_init (&counter.mutex);
  g_mutex_lock (&counter.mutex);
  tl_store_write (store, count_write, &counter, NULL);
  for (guint i = 0; i < 1000; i++)
    {
      tl_store_write_newest (store, count_write, &counter, NULL, 1);
      tl_store_write_newest (store, count_write, &counter, NULL, 2);
    }
  g_mutex_unlock (&counter.mutex);
  g_assert_true (tl_store_close (store, NULL));
  /* The thread may have come to the first after any number of the others, but not to all. */
  g_assert_cmpuint (counter.n_written, <=, 5);
  g_assert_cmpuint (counter.n_written, >=, 3);
  g_assert_cmpuint (tl_store_get_n_pending (store), ==, 0);
  g_mutex_clear (&counter.mutex);
}

static void
a_fact_that_makes_no_sense_holds_up_nobody (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlStore) store = NULL;
  g_autoptr (GError) error = NULL;

  /* The store warns, in the domain of its library. */
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      g_test_trap_assert_stderr ("*contradicts*");
      return;
    }
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  store = make_store (file);
  store_checkpoint (store, 25, 100);
  store_run (store, 1);
  g_assert_true (tl_store_close (store, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_in (file->path, "checkpoint"), ==, 0);
  g_assert_cmpuint (count_in (file->path, "run"), ==, 1);
}

static void
the_last_reference_may_go_while_a_read_is_on (SessionFile *file, gconstpointer data)
{
  TlStore *store = make_store (file);
  GAsyncResult *result = NULL;
  gpointer weak = store;

  g_object_add_weak_pointer (G_OBJECT (store), &weak);
  store_run (store, 1);
  tl_store_read_async (store, count_checkpoints, NULL, NULL, g_free, NULL, get_result_cb, &result);
  g_object_unref (store);
  wait_for_result (&result);
  g_object_unref (result);
  while (weak != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_in (file->path, "run"), ==, 1);
}

/* --- in foul weather -------------------------------------------------------------------------- */

static gboolean
write_if_allowed (TlDatabase *database, gconstpointer data, GError **error)
{
  if (!g_atomic_int_get ((gint *) data))
    return tl_error_set (error, TL_ERROR_TOO_LARGE, "The disk is full");
  return tl_database_set_meta (database, "allowed", "yes", error);
}

static void
what_fails_stays_first_until_it_succeeds (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlStore) store = make_store (file);
  g_autoptr (GError) error = NULL;
  gint is_allowed = 0;

  store_run (store, 1);
  tl_store_write (store, write_if_allowed, &is_allowed, NULL);
  for (guint i = 1; i <= 10; i++)
    store_checkpoint (store, i, 1000);
  wait_for_problem (store);
  g_assert_cmpstr (tl_store_get_problem (store), ==, "The disk is full");
  g_assert_cmpuint (tl_store_get_n_pending (store), ==, 11);

  /* Reads are answered all the same, from what there is. */
  g_assert_cmpuint (ask_n_checkpoints (store), ==, 0);
  tl_store_retry (store);
  g_assert_cmpuint (ask_n_checkpoints (store), ==, 0);
  g_assert_cmpuint (tl_store_get_n_pending (store), ==, 11);

  g_atomic_int_set (&is_allowed, 1);
  tl_store_retry (store);
  wait_for_pending (store, 0);
  g_assert_null (tl_store_get_problem (store));
  g_assert_cmpuint (ask_n_checkpoints (store), ==, 10);
  g_assert_true (tl_store_close (store, &error));
}

static void
closing_says_what_is_lost (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlStore) store = make_store (file);
  g_autoptr (GError) error = NULL;
  gint is_allowed = 0;

  tl_store_write (store, write_if_allowed, &is_allowed, NULL);
  g_assert_false (tl_store_close (store, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_assert_cmpstr (error->message, ==, "The disk is full");
  g_assert_cmpuint (tl_store_get_n_pending (store), ==, 1);
}

static void
a_full_disk_loses_nothing (SessionFile *file, gconstpointer data)
{
  g_autofree char *disk = g_build_filename (file->folder, "disk", NULL);
  g_autofree char *ballast = g_build_filename (disk, "ballast", NULL);
  g_autofree char *path = g_build_filename (disk, "work.tiller", NULL);
  g_autofree char *block = g_malloc0 (3300 * 1024);
  TlStore *store;

  g_mkdir (disk, 0700);
  if (mount_small_disk (disk, "4m"))
    {
      g_assert_true (g_file_set_contents (ballast, block, 3300 * 1024, NULL));
      store = tl_store_new (tl_database_open (path, TL_DATABASE_CREATE, NULL));
      store_run (store, 1);
      for (guint i = 1; i <= 12; i++)
        store_checkpoint (store, i, 100 * 1024);
      wait_for_problem (store);
      g_assert_cmpstr (tl_store_get_problem (store), ==, "The disk is full");
      g_assert_cmpuint (tl_store_get_n_pending (store), >, 0);
      g_assert_cmpuint (ask_n_checkpoints (store) + tl_store_get_n_pending (store), ==, 12);

      g_unlink (ballast);
      tl_store_retry (store);
      wait_for_pending (store, 0);
      g_assert_null (tl_store_get_problem (store));
      g_assert_cmpuint (ask_n_checkpoints (store), ==, 12);
      g_assert_true (tl_store_close (store, NULL));
      g_object_unref (store);
      g_assert_cmpuint (count_in (path, "state"), ==, 12);
      unmount_small_disk (disk);
    }
  g_rmdir (disk);
}

static void
a_full_disk_can_be_left (SessionFile *file, gconstpointer data)
{
  g_autofree char *disk = g_build_filename (file->folder, "disk", NULL);
  g_autofree char *path = g_build_filename (disk, "work.tiller", NULL);
  g_autoptr (GError) error = NULL;
  TlStore *store;

  g_mkdir (disk, 0700);
  if (mount_small_disk (disk, "1m"))
    {
      store = tl_store_new (tl_database_open (path, TL_DATABASE_CREATE, NULL));
      store_run (store, 1);
      for (guint i = 1; i <= 12; i++)
        store_checkpoint (store, i, 100 * 1024);
      wait_for_problem (store);

      g_assert_true (copy_store (store, file->path, &error));
      g_assert_no_error (error);
      wait_for_pending (store, 0);
      g_assert_null (tl_store_get_problem (store));
      g_assert_cmpstr (tl_store_get_path (store), ==, file->path);
      store_checkpoint (store, 13, 1000);
      g_assert_true (tl_store_close (store, &error));
      g_object_unref (store);
      g_assert_cmpuint (count_in (file->path, "state"), ==, 13);
      unmount_small_disk (disk);
    }
  g_rmdir (disk);
}

static void
a_copy_holds_all_that_was_asked_for_before_it (SessionFile *file, gconstpointer data)
{
  g_autofree char *path = g_build_filename (file->folder, "copy.tiller", NULL);
  g_autoptr (TlStore) store = make_store (file);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  store_run (store, 1);
  for (guint i = 1; i <= 20; i++)
    store_checkpoint (store, i, 10000);
  tl_store_copy_async (store, path, NULL, get_result_cb, &result);
  store_checkpoint (store, 21, 10000);
  g_assert_true (tl_store_copy_finish (store, wait_for_result (&result), &error));
  g_assert_cmpstr (tl_store_get_path (store), ==, file->path);
  g_assert_cmpuint (ask_n_checkpoints (store), ==, 21);
  g_assert_true (tl_store_close (store, NULL));
  g_assert_cmpuint (count_in (path, "state"), ==, 20);
}

static void
a_file_that_is_gone_can_be_saved_elsewhere (SessionFile *file, gconstpointer data)
{
  g_autofree char *path = g_build_filename (file->folder, "other.tiller", NULL);
  g_autofree char *wal = g_strconcat (file->path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (file->path, "-shm", NULL);
  g_autoptr (TlStore) store = make_store (file);
  g_autoptr (GError) error = NULL;

  store_run (store, 1);
  store_checkpoint (store, 1, 1000);
  wait_for_pending (store, 0);
  g_unlink (file->path);
  store_checkpoint (store, 2, 1000);
  wait_for_problem (store);
  g_assert_nonnull (strstr (tl_store_get_problem (store), "is gone"));

  g_assert_true (copy_store (store, path, &error));
  g_assert_no_error (error);
  g_assert_true (tl_store_close (store, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_in (path, "state"), ==, 2);
  g_assert_false (g_file_test (file->path, G_FILE_TEST_EXISTS));
  g_unlink (wal);
  g_unlink (shm);
}

/* A page of states that opening does not look at. */
static void
damage_state_table (SessionFile *file)
{
  g_autofree char *root =
    ask_sql (file->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'state'");
  g_autofree guint8 *bad = NULL;
  g_autoptr (GBytes) good = read_bytes (file->path);
  gsize size = g_bytes_get_size (good);

  bad = g_memdup2 (g_bytes_get_data (good, NULL), size);
  memset (bad + (g_ascii_strtoull (root, NULL, 10) - 1) * 8192, 0xaa, 100);
  write_bytes (file->path, bad, size);
}

static void
damage_is_found_in_the_background_and_left_behind (SessionFile *file, gconstpointer data)
{
  g_autofree char *path = g_build_filename (file->folder, "other.tiller", NULL);
  g_autoptr (TlStore) store = NULL;
  g_autoptr (GError) error = NULL;

  {
    g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);

    put_run (database, 1, 0);
    put_checkpoint (database, 1, 25, TL_KEPT_PERIODIC, 20000);
  }
  damage_state_table (file);
  store = tl_store_new (session_file_open (file, TL_DATABASE_WRITE));
  while (tl_store_get_damage (store) == NULL || tl_store_get_access (store) != TL_ACCESS_READ)
    g_main_context_iteration (NULL, TRUE);
  store_checkpoint (store, 50, 1000);
  wait_for_problem (store);

  g_assert_true (copy_store (store, path, &error));
  g_assert_no_error (error);
  wait_for_pending (store, 0);
  g_assert_cmpint (tl_store_get_access (store), ==, TL_ACCESS_WRITE);
  g_assert_cmpstr (tl_store_get_path (store), ==, path);
  g_assert_nonnull (strstr (tl_store_get_damage (store), "checkpoint 25 of run 1"));
  g_assert_true (tl_store_close (store, &error));
  g_assert_cmpuint (count_in (path, "run"), ==, 1);
  g_assert_cmpuint (count_in (path, "state"), ==, 1);
  remove_journals (file->path);
}

/* --- two windows ------------------------------------------------------------------------------ */

/* Where the file system has no WAL, who reads the whole file would hold up who writes. */
static void
only_a_file_with_a_wal_is_looked_over (SessionFile *file, gconstpointer data)
{
  TlStore *store = make_store (file);
  TlDatabase *database;

  store_run (store, 1);
  store_checkpoint (store, 1, 1000);
  g_assert_true (tl_store_close (store, NULL));
  g_object_unref (store);
  damage_state_table (file);
  database = session_file_open (file, TL_DATABASE_WRITE);
  g_assert_true (tl_sql_exec (database, "PRAGMA journal_mode = DELETE", NULL));
  store = tl_store_new (database);
  g_usleep (G_USEC_PER_SEC / 5);
  store_run (store, 2);
  wait_for_pending (store, 0);
  g_assert_null (tl_store_get_damage (store));
  g_assert_true (tl_store_close (store, NULL));
  g_object_unref (store);
}

static void
taking_over_is_noticed (SessionFile *file, gconstpointer data)
{
  g_autofree char *path = g_build_filename (file->folder, "other.tiller", NULL);
  g_autoptr (TlStore) first = make_store (file), second = NULL;
  g_autoptr (GError) error = NULL;

  store_run (first, 1);
  wait_for_pending (first, 0);
  second = tl_store_new (session_file_open (file, TL_DATABASE_WRITE));
  g_assert_cmpint (tl_store_get_access (second), ==, TL_ACCESS_TAKEN);
  tl_store_take_over (second);
  while (tl_store_get_access (second) != TL_ACCESS_WRITE)
    g_main_context_iteration (NULL, TRUE);
  store_checkpoint (second, 1, 1000);
  wait_for_pending (second, 0);

  store_checkpoint (first, 2, 1000);
  wait_for_problem (first);
  g_assert_cmpint (tl_store_get_access (first), ==, TL_ACCESS_TAKEN);
  g_assert_cmpuint (tl_store_get_n_pending (first), ==, 1);

  /* What is pending would mix with what the other has written; so it goes elsewhere. */
  tl_store_take_over (first);
  while (strstr (tl_store_get_problem (first), "elsewhere") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (tl_store_get_access (first), ==, TL_ACCESS_TAKEN);
  g_assert_true (copy_store (first, path, &error));
  g_assert_no_error (error);
  g_assert_true (tl_store_close (first, &error));
  g_assert_true (tl_store_close (second, &error));
  g_assert_cmpuint (count_in (file->path, "state"), ==, 1);
  g_assert_cmpuint (count_in (path, "state"), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/session/store/each-usual-fact-arrives", each_usual_fact_arrives);
  TEST ("/session/store/reads-come-after-the-writes-before-them",
        reads_come_after_the_writes_before_them);
  TEST ("/session/store/a-read-that-nobody-wants-any-more-is-not-done",
        a_read_that_nobody_wants_any_more_is_not_done);
  TEST ("/session/store/of-old-progress-only-the-newest-is-written",
        of_old_progress_only_the_newest_is_written);
  TEST ("/session/store/a-fact-that-makes-no-sense-holds-up-nobody",
        a_fact_that_makes_no_sense_holds_up_nobody);
  TEST ("/session/store/the-last-reference-may-go-while-a-read-is-on",
        the_last_reference_may_go_while_a_read_is_on);
  TEST ("/session/store/what-fails-stays-first-until-it-succeeds",
        what_fails_stays_first_until_it_succeeds);
  TEST ("/session/store/closing-says-what-is-lost", closing_says_what_is_lost);
  TEST ("/session/store/a-full-disk-loses-nothing", a_full_disk_loses_nothing);
  TEST ("/session/store/a-full-disk-can-be-left", a_full_disk_can_be_left);
  TEST ("/session/store/a-copy-holds-all-that-was-asked-for-before-it",
        a_copy_holds_all_that_was_asked_for_before_it);
  TEST ("/session/store/a-file-that-is-gone-can-be-saved-elsewhere",
        a_file_that_is_gone_can_be_saved_elsewhere);
  TEST ("/session/store/damage-is-found-in-the-background-and-left-behind",
        damage_is_found_in_the_background_and_left_behind);
  TEST ("/session/store/only-a-file-with-a-wal-is-looked-over",
        only_a_file_with_a_wal_is_looked_over);
  TEST ("/session/store/taking-over-is-noticed", taking_over_is_noticed);
  return g_test_run ();
}
