/* test-database.c - what is put into a session file comes out of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/database.h"
#include "tests/core/session/random-recipe.h"
#include "tests/core/session/session-file.h"

#include <glib/gstdio.h>
#include <math.h>

#define TEST(path, func)                                                                           \
  g_test_add (path, SessionFile, NULL, session_file_set_up, func, session_file_tear_down)

/* --- round trips ------------------------------------------------------------------------------ */

static void
runs_come_back (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (TlRunRecord) first = make_run (1, 0), second = make_run (2, 1);
  g_autoptr (GPtrArray) runs = NULL, again = NULL;

  g_clear_pointer (&second->maker, tl_maker_free);
  g_clear_pointer (&second->name, g_free);
  g_clear_pointer (&second->note, g_free);
  second->similarity = NAN;
  g_assert_true (tl_database_put_run (database, first, NULL));
  g_assert_true (tl_database_put_run (database, second, NULL));
  runs = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (runs->len, ==, 2);
  assert_runs_equal (runs->pdata[0], first);
  assert_runs_equal (runs->pdata[1], second);

  tl_database_close (g_steal_pointer (&database));
  database = session_file_open (file, TL_DATABASE_READ);
  again = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (again->len, ==, 2);
  assert_runs_equal (again->pdata[0], first);
  assert_runs_equal (again->pdata[1], second);
  g_assert_null (tl_database_get_damage (database));
}

static void
what_may_change_of_a_run_does (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (TlRunRecord) run = make_run (1, 0), other = make_run (1, 0);
  g_autoptr (GPtrArray) runs = NULL, again = NULL;
  g_autoptr (GError) error = NULL;
  TlStartValues start;

  g_assert_true (tl_database_put_run (database, run, NULL));
  g_free (run->name);
  run->name = g_strdup ("renamed");
  g_clear_pointer (&run->note, g_free);
  run->mark = TL_MARK_REJECTED;
  run->is_deleted = TRUE;
  run->state = TL_RUN_HELD;
  run->iteration = 124;
  run->maker->n_threads = 7;
  g_assert_true (tl_database_put_run (database, run, NULL));
  runs = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (runs->len, ==, 1);
  assert_runs_equal (runs->pdata[0], run);

  run->state = TL_RUN_PAUSED;
  run->iteration = 125;
  run->similarity = 0.75;
  g_assert_true (tl_database_put_progress (database, 1, TL_RUN_PAUSED, 125, 0.75, NULL));
  again = tl_database_list_runs (database, NULL);
  assert_runs_equal (again->pdata[0], run);

  /* Another run under the same number is a mistake of ours, and changes nothing. */
  start = *tl_start_get_values (other->start);
  start.seed = 5;
  g_clear_pointer (&run->start, tl_start_unref);
  run->start = g_steal_pointer (&other->start);
  other->start = tl_start_new (&start);
  g_assert_false (tl_database_put_run (database, other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
turns_come_back (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GPtrArray) steers = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_steer_unref);
  g_autoptr (GArray) turns = NULL;
  TlRandom random;

  tl_random_init (&random, 1, 0, TL_PURPOSE_START, 0);
  put_run (database, 1, 0);
  for (guint i = 0; i < 100; i++)
    {
      TlJournalEntry entry = { 10 * i, random_steer (&random), i % 3 == 1, { i / 30.0, i } };

      g_ptr_array_add (steers, entry.steer);
      g_assert_true (tl_database_put_turn (database, 1, &entry, NULL));
    }
  tl_database_close (g_steal_pointer (&database));

  database = session_file_open (file, TL_DATABASE_WRITE);
  turns = tl_database_list_turns (database, 1, NULL);
  g_assert_cmpuint (turns->len, ==, 100);
  for (guint i = 0; i < 100; i++)
    {
      const TlJournalEntry *entry = &g_array_index (turns, TlJournalEntry, i);

      g_assert_cmpuint (entry->iteration, ==, 10 * i);
      g_assert_true (tl_steer_equal (entry->steer, steers->pdata[i]));
      g_assert_cmpint (entry->turn, ==, i % 3 == 1 ? TL_TURN_HARD : TL_TURN_GENTLE);
      g_assert_cmpfloat (entry->jitter.sigma, ==, i / 30.0);
      g_assert_cmpuint (entry->jitter.index, ==, i);
    }
}

/* Whatever it is called, and open as it is: also by who has it open, whose locks stay. */
static void
it_is_recognised (SessionFile *file, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (file->path);
  g_autofree char *text = g_build_filename (folder, "text", NULL);
  g_autofree char *other = g_build_filename (folder, "other", NULL);
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);

  put_run (database, 1, 0);
  g_assert_true (tl_database_recognise (file->path));
  put_run (database, 2, 1);
  tl_database_close (g_steal_pointer (&database));
  g_assert_true (tl_database_recognise (file->path));

  g_assert_true (g_file_set_contents (text, "SQLite format 3", -1, NULL));
  do_sql (other, "CREATE TABLE a (b)");
  g_assert_false (tl_database_recognise (text));
  g_assert_false (tl_database_recognise (other));
  g_assert_false (tl_database_recognise (folder));
  g_assert_false (tl_database_recognise ("/no/such/file"));
  g_unlink (text);
  g_unlink (other);
}

static void
the_later_turn_at_an_iteration_holds (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GArray) turns = NULL;
  g_autofree char *prompt = NULL;

  put_run (database, 1, 0);
  put_turn (database, 1, 0, "a");
  put_turn (database, 1, 30, "b");
  put_turn (database, 1, 30, "c");
  turns = tl_database_list_turns (database, 1, NULL);
  g_assert_cmpuint (turns->len, ==, 2);
  prompt = tl_prompt_print (tl_steer_get_prompt (g_array_index (turns, TlJournalEntry, 1).steer));
  g_assert_cmpstr (prompt, ==, "c");
}

static void
checkpoints_come_back (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) state = NULL;
  guint64 found = 0;

  put_run (database, 1, 0);
  put_run (database, 2, 1);
  put_checkpoint (database, 1, 50, TL_KEPT_TURN, 300000);
  put_checkpoint (database, 1, 25, TL_KEPT_PERIODIC, 1000);
  put_checkpoint (database, 2, 25, TL_KEPT_PERIODIC, 10);

  list = tl_database_list_checkpoints (database, 1, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpuint (tl_checkpoint_get_iteration (list->pdata[0]), ==, 25);
  g_assert_cmpuint (tl_checkpoint_get_n_bytes (list->pdata[0]), ==, 1000);
  g_assert_cmpuint (tl_checkpoint_get_iteration (list->pdata[1]), ==, 50);
  g_assert_cmpint (tl_checkpoint_get_kept (list->pdata[1]), ==, TL_KEPT_TURN);
  g_assert_cmpfloat (tl_checkpoint_get_similarity (list->pdata[1]), ==, 0.5);
  assert_state (database, 1, 25, 1000);
  assert_state (database, 1, 50, 300000);
  assert_state (database, 2, 25, 10);

  state = tl_database_get_state (database, 1, 49, &found, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found, ==, 25);
  g_assert_null (tl_database_get_state (database, 1, 24, &found, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
}

static TlKept
get_kept (TlDatabase *database)
{
  g_autoptr (GPtrArray) list = tl_database_list_checkpoints (database, 1, NULL);

  g_assert_cmpuint (list->len, ==, 1);
  return tl_checkpoint_get_kept (list->pdata[0]);
}

static void
reasons_to_keep_add_up (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);

  put_run (database, 1, 0);
  put_checkpoint (database, 1, 25, TL_KEPT_PERIODIC, 100);
  g_assert_true (tl_database_set_kept (database, 1, 25, TL_KEPT_FORK | TL_KEPT_STAR, NULL));
  g_assert_cmpint (get_kept (database), ==, TL_KEPT_FORK | TL_KEPT_STAR);
  /* The same iteration again, for another reason: a state that is the same, and both reasons. */
  put_checkpoint (database, 1, 25, TL_KEPT_PAUSE, 100);
  g_assert_cmpint (get_kept (database), ==, TL_KEPT_FORK | TL_KEPT_STAR | TL_KEPT_PAUSE);
  g_assert_true (tl_database_set_kept (database, 1, 25, TL_KEPT_PERIODIC, NULL));
  g_assert_cmpint (get_kept (database), ==, TL_KEPT_FORK | TL_KEPT_PAUSE);
  assert_state (database, 1, 25, 100);
}

static void
frames_come_back (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GBytes) png = make_bytes (1, 70000), thumbnail = make_bytes (2, 3000), got = NULL,
                     small = NULL;
  guint64 found = 0;

  put_run (database, 1, 0);
  g_assert_true (tl_database_put_frame (database, 1, 25, png, thumbnail, NULL));
  got = tl_database_get_frame (database, 1, 40, &found, NULL);
  g_assert_true (g_bytes_equal (got, png));
  g_assert_cmpuint (found, ==, 25);
  small = tl_database_get_thumbnail (database, 1, G_MAXUINT64, &found, NULL);
  g_assert_true (g_bytes_equal (small, thumbnail));
  g_assert_cmpuint (found, ==, 25);
  g_assert_null (tl_database_get_frame (database, 1, 24, &found, NULL));
}

static void
small_facts_come_back (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  const TlExplorationRecord exploration = { 3, 100, TRUE, 1700000000 };
  const TlScoreRecord score = { 1, 50, (char *) "starter:abc", (char *) "a ☃", 0.1 + 0.2 };
  g_autoptr (GPtrArray) explorations = NULL, scores = NULL;
  const TlExplorationRecord *got;
  g_autofree char *title = NULL;

  put_run (database, 1, 0);
  g_assert_true (tl_database_put_exploration (database, &exploration, NULL));
  g_assert_true (tl_database_put_score (database, &score, NULL));
  g_assert_true (tl_database_put_score (database, &score, NULL));
  g_assert_true (tl_database_set_meta (database, "title", "winter", NULL));

  explorations = tl_database_list_explorations (database, NULL);
  g_assert_cmpuint (explorations->len, ==, 1);
  got = explorations->pdata[0];
  g_assert_cmpint (got->id, ==, exploration.id);
  g_assert_cmpuint (got->hold, ==, exploration.hold);
  g_assert_true (got->keeps_best_half);
  g_assert_cmpint (got->created, ==, exploration.created);
  scores = tl_database_list_scores (database, 1, NULL);
  g_assert_cmpuint (scores->len, ==, 1);
  g_assert_cmpstr (((TlScoreRecord *) scores->pdata[0])->judge, ==, "starter:abc");
  g_assert_cmpstr (((TlScoreRecord *) scores->pdata[0])->clause, ==, "a ☃");
  g_assert_cmpfloat (((TlScoreRecord *) scores->pdata[0])->value, ==, 0.1 + 0.2);
  title = tl_database_get_meta (database, "title");
  g_assert_cmpstr (title, ==, "winter");
  g_assert_true (tl_database_set_meta (database, "title", NULL, NULL));
  g_assert_null (tl_database_get_meta (database, "title"));
}

static void
a_file_may_have_any_name (SessionFile *file, gconstpointer data)
{
  static const char *const names[] = { "a?b#c", "50%41 off", "with space", "☃", "file:x", "'; --" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (file->folder, names[i], NULL);
      g_autofree char *copy = g_strconcat (path, ".copy", NULL);
      g_autofree char *damage = NULL;
      g_autoptr (TlDatabase) database = tl_database_open (path, TL_DATABASE_CREATE, NULL);

      put_run (database, 1, 0);
      g_assert_true (tl_database_copy (database, copy, NULL));
      damage = tl_database_check (path, NULL);
      g_assert_null (damage);
      tl_database_close (g_steal_pointer (&database));
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
      database = tl_database_open (copy, TL_DATABASE_WRITE, NULL);
      put_run (database, 2, 1);
    }
}

/* --- what belongs to what --------------------------------------------------------------------- */

static guint
count_assets (SessionFile *file)
{
  g_autofree char *n = ask_sql (file->path, "SELECT count (*) FROM asset");

  return (guint) g_ascii_strtoull (n, NULL, 10);
}

static void
a_picture_is_kept_once_and_as_long_as_it_is_used (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GPtrArray) runs = NULL;
  const TlStartValues *first, *second;

  put_run (database, 1, 0);
  put_run (database, 2, 0);
  g_assert_cmpuint (count_assets (file), ==, 1);
  g_assert_true (tl_database_remove_run (database, 1, NULL));
  g_assert_cmpuint (count_assets (file), ==, 1);
  put_run (database, 3, 0);
  runs = tl_database_list_runs (database, NULL);
  first = tl_start_get_values (((TlRunRecord *) runs->pdata[0])->start);
  second = tl_start_get_values (((TlRunRecord *) runs->pdata[1])->start);
  g_assert_true (tl_asset_get_bytes (first->image) == tl_asset_get_bytes (second->image));

  g_assert_true (tl_database_remove_run (database, 2, NULL));
  g_assert_true (tl_database_remove_run (database, 3, NULL));
  g_assert_cmpuint (count_assets (file), ==, 0);
}

static void
a_run_goes_with_all_that_is_its_own (SessionFile *file, gconstpointer data)
{
  static const char *const tables[] = { "run", "journal", "checkpoint", "state", "frame", "score" };
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GBytes) bytes = make_bytes (1, 100000);
  const TlScoreRecord score = { 1, 50, (char *) "j", (char *) "c", 0.5 };
  g_autoptr (GError) error = NULL;
  guint64 size = tl_database_get_size (database);

  put_run (database, 1, 0);
  put_run (database, 2, 1);
  put_turn (database, 1, 0, "a");
  put_checkpoint (database, 1, 25, 0, 100000);
  g_assert_true (tl_database_put_frame (database, 1, 25, bytes, bytes, NULL));
  g_assert_true (tl_database_put_score (database, &score, NULL));
  g_assert_cmpuint (tl_database_get_size (database), >, size + 250000);

  g_assert_false (tl_database_remove_run (database, 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (tl_database_remove_run (database, 2, NULL));
  g_assert_true (tl_database_remove_run (database, 1, NULL));
  g_assert_cmpuint (tl_database_get_size (database), ==, size);
  tl_database_close (g_steal_pointer (&database));

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s", tables[i]);
      g_autofree char *n = ask_sql (file->path, sql);

      g_assert_cmpstr (n, ==, "0");
    }
}

static void
facts_about_no_run_are_refused (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GBytes) bytes = make_bytes (1, 100);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;

  g_assert_false (
    tl_database_put_checkpoint (database, 9, &(TlCheckpointValues){ 25, 0, 0.5, bytes }, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (tl_database_put_frame (database, 9, 25, bytes, bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (tl_database_put_progress (database, 9, TL_RUN_PAUSED, 1, NAN, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  list = tl_database_list_checkpoints (database, 9, NULL);
  g_assert_cmpuint (list->len, ==, 0);
  /* And what comes after is not held up. */
  put_run (database, 1, 0);
}

/* --- thinning --------------------------------------------------------------------------------- */

#define STATE 100000

static void
assert_kept (TlDatabase *database, gint64 run, const guint *iterations, guint n)
{
  g_autoptr (GPtrArray) list = tl_database_list_checkpoints (database, run, NULL);

  g_assert_cmpuint (list->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (tl_checkpoint_get_iteration (list->pdata[i]), ==, iterations[i]);
      assert_state (database, run, iterations[i], STATE);
    }
}

/* Nobody starred it. */
static void
put_plain_run (TlDatabase *database, gint64 id, gint64 parent)
{
  g_autoptr (TlRunRecord) run = make_run (id, parent);

  run->mark = TL_MARK_NONE;
  g_assert_true (tl_database_put_run (database, run, NULL));
}

static void
thinning_takes_from_the_oldest_of_the_longest (SessionFile *file, gconstpointer data)
{
  static const guint first[] = { 50, 100, 125, 150, 175, 200 }, second[] = { 25, 50, 75 };
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  guint64 n_bytes, size, budget;
  guint n_dropped;

  put_plain_run (database, 1, 0);
  put_plain_run (database, 2, 0);
  for (guint i = 1; i <= 8; i++)
    put_checkpoint (database, 1, i * 25, TL_KEPT_PERIODIC, STATE);
  for (guint i = 1; i <= 3; i++)
    put_checkpoint (database, 2, i * 25, TL_KEPT_PERIODIC, STATE);

  size = tl_database_get_size (database);
  budget = size - 2 * STATE + 2 * 8192; /* whole pages are counted */
  g_assert_true (tl_database_thin (database, budget, TRUE, &n_dropped, &n_bytes, NULL));
  g_assert_cmpuint (n_dropped, ==, 2);
  g_assert_cmpuint (n_bytes, ==, 2 * STATE);
  g_assert_cmpuint (tl_database_get_size (database), ==, size);

  /* Seven of run 1 may go (not its last): the oldest half are 25 50 75 100, of which 25 and 75. */
  g_assert_true (tl_database_thin (database, budget, FALSE, &n_dropped, &n_bytes, NULL));
  g_assert_cmpuint (n_dropped, ==, 2);
  g_assert_cmpuint (tl_database_get_size (database), <=, budget);
  assert_kept (database, 1, first, G_N_ELEMENTS (first));
  assert_kept (database, 2, second, G_N_ELEMENTS (second));
}

static void
thinning_spares_what_was_kept_for_a_reason (SessionFile *file, gconstpointer data)
{
  static const guint kept[] = { 25, 50, 75, 100, 125, 150, 200 };
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  guint64 n_bytes;
  guint n_dropped;

  put_plain_run (database, 1, 0);
  put_plain_run (database, 2, 1); /* left at 25, though the checkpoint does not say so */
  put_checkpoint (database, 1, 25, TL_KEPT_PERIODIC, STATE);
  put_checkpoint (database, 1, 50, TL_KEPT_TURN, STATE);
  put_checkpoint (database, 1, 75, TL_KEPT_PAUSE, STATE);
  put_checkpoint (database, 1, 100, TL_KEPT_HOLD, STATE);
  put_checkpoint (database, 1, 125, TL_KEPT_FORK, STATE);
  put_checkpoint (database, 1, 150, TL_KEPT_STAR, STATE);
  put_checkpoint (database, 1, 175, TL_KEPT_PERIODIC, STATE);
  put_checkpoint (database, 1, 200, TL_KEPT_PERIODIC, STATE); /* the last */

  g_assert_true (tl_database_thin (database, 0, FALSE, &n_dropped, &n_bytes, NULL));
  g_assert_cmpuint (n_dropped, ==, 1);
  assert_kept (database, 1, kept, G_N_ELEMENTS (kept));
}

/* What belongs to the other run stays its own: nothing of the refused one comes after it. */
static void
a_number_that_is_taken_takes_nothing (SessionFile *file, gconstpointer data)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GBytes) state = make_bytes (1, 100);
  g_autoptr (TlRunRecord) other = make_run (1, 0), child = make_run (2, 1);
  g_autoptr (GPtrArray) checkpoints = NULL, runs = NULL;
  g_autoptr (GError) error = NULL;

  put_run (database, 1, 0);
  other->created++;
  g_assert_false (tl_database_put_run (database, other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_false (
    tl_database_put_checkpoint (database, 1, &(TlCheckpointValues){ 25, 0, 0.5, state }, NULL));
  g_assert_false (tl_database_put_progress (database, 1, TL_RUN_FAILED, 7, 0.5, NULL));
  g_assert_false (tl_database_put_run (database, child, NULL));
  checkpoints = tl_database_list_checkpoints (database, 1, NULL);
  g_assert_cmpuint (checkpoints->len, ==, 0);
  runs = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (runs->len, ==, 1);
  g_assert_cmpint (((TlRunRecord *) runs->pdata[0])->state, ==, TL_RUN_RUNNING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/session/database/runs-come-back", runs_come_back);
  TEST ("/session/database/what-may-change-of-a-run-does", what_may_change_of_a_run_does);
  TEST ("/session/database/turns-come-back", turns_come_back);
  TEST ("/session/database/it-is-recognised", it_is_recognised);
  TEST ("/session/database/the-later-turn-at-an-iteration-holds",
        the_later_turn_at_an_iteration_holds);
  TEST ("/session/database/checkpoints-come-back", checkpoints_come_back);
  TEST ("/session/database/reasons-to-keep-add-up", reasons_to_keep_add_up);
  TEST ("/session/database/frames-come-back", frames_come_back);
  TEST ("/session/database/small-facts-come-back", small_facts_come_back);
  TEST ("/session/database/a-file-may-have-any-name", a_file_may_have_any_name);
  TEST ("/session/database/a-picture-is-kept-once-and-as-long-as-it-is-used",
        a_picture_is_kept_once_and_as_long_as_it_is_used);
  TEST ("/session/database/a-run-goes-with-all-that-is-its-own",
        a_run_goes_with_all_that_is_its_own);
  TEST ("/session/database/facts-about-no-run-are-refused", facts_about_no_run_are_refused);
  TEST ("/session/database/thinning-takes-from-the-oldest-of-the-longest",
        thinning_takes_from_the_oldest_of_the_longest);
  TEST ("/session/database/thinning-spares-what-was-kept-for-a-reason",
        thinning_spares_what_was_kept_for_a_reason);
  TEST ("/session/database/a-number-that-is-taken-takes-nothing",
        a_number_that_is_taken_takes_nothing);
  return g_test_run ();
}
