/* test-session-file.c - the file of a session: whose it is, copies, and what a kill leaves of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "tests/core/session/session-file.h"
#include "tests/core/session/session-fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

typedef SessionFixture Fixture;

static TlRun *
run_at (TlSession *session, gint64 id)
{
  return tl_session_find_run (session, id);
}

/* As a kill would leave it: what is committed, and nothing tidied. By another process, since this
 * one must not open the file besides SQLite. */
static char *
copy_as_killed (Fixture *f)
{
  const char *path = tl_session_get_path (f->session);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  char *copy = g_build_filename (f->folder, "killed.tiller", NULL);
  g_autofree char *copy_wal = g_strconcat (copy, "-wal", NULL);
  const char *commands[][4] = { { "cp", path, copy, NULL }, { "cp", wal, copy_wal, NULL } };

  session_fixture_settle (f->session);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GError) error = NULL;
      gint status;

      g_spawn_sync (NULL, (char **) commands[i], NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                    &status, &error);
      g_assert_no_error (error);
      g_assert_cmpint (status, ==, 0);
    }
  return copy;
}

static void
count_cb (TlSession *session, guint *n)
{
  ++*n;
}

static guint
count_interrupted (TlSession *session)
{
  g_autoptr (GPtrArray) interrupted = tl_session_dup_interrupted (session);

  return interrupted->len;
}

/* 1 was at 42 with a checkpoint at 25, 2 at 7 with none, 3 left 1 at 25 and was at 30, 4 had ended,
 * 5 was going on and is deleted. */
static void
build_going (Fixture *f)
{
  TlRun *runs[6];

  for (guint i = 1; i <= 5; i++)
    runs[i] =
      i == 3 ? session_fixture_fork (f, runs[1], 25, "fog") : session_fixture_add (f, i, "snow");
  for (guint i = 1; i <= 5; i++)
    session_fixture_begin (runs[i]);
  session_fixture_keep (runs[1], 25, TL_KEPT_PERIODIC);
  session_fixture_go (runs[1], TL_RUN_RUNNING, 42);
  session_fixture_go (runs[2], TL_RUN_RUNNING, 7);
  session_fixture_go (runs[3], TL_RUN_RUNNING, 30);
  session_fixture_go (runs[4], TL_RUN_FINISHED, 50);
  session_fixture_keep (runs[4], 50, TL_KEPT_END);
  session_fixture_go (runs[5], TL_RUN_RUNNING, 10);
  tl_session_delete_run (f->session, runs[5]);
}

static void
assert_paused_at (TlSession *session, gint64 id, guint64 iteration)
{
  g_assert_cmpint (tl_run_get_state (run_at (session, id)), ==, TL_RUN_PAUSED);
  g_assert_cmpuint (tl_run_get_iteration (run_at (session, id)), ==, iteration);
}

/* The last state is torn: the run stands where the one before is, and says so. */
static void
a_torn_checkpoint_sets_back (Fixture *f, gconstpointer data)
{
  TlRun *first = session_fixture_add (f, 1, "snow"), *second = session_fixture_add (f, 2, "fog");
  g_autofree char *path = NULL;
  g_autoptr (GBytes) state = NULL, expected = session_fixture_state (1, 50);
  g_autoptr (GError) error = NULL;
  TlSession *session;
  guint64 found;

  session_fixture_begin (first);
  session_fixture_begin (second);
  for (guint64 i = 25; i <= 75; i += 25)
    session_fixture_keep (first, i, TL_KEPT_PERIODIC);
  session_fixture_keep (second, 25, TL_KEPT_PERIODIC);
  session_fixture_go (first, TL_RUN_RUNNING, 80);
  session_fixture_go (second, TL_RUN_RUNNING, 30);
  path = copy_as_killed (f);
  do_sql (path, "UPDATE state SET bytes = zeroblob (20) WHERE checkpoint IN"
                " (SELECT id FROM checkpoint WHERE iteration = 75 OR run = 2)");

  session = session_fixture_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_interrupted (session), ==, 2);
  assert_paused_at (session, 1, 50);
  g_assert_cmpuint (tl_session_get_torn (session, run_at (session, 1)), ==, 75);
  assert_paused_at (session, 2, 0);
  g_assert_cmpuint (tl_session_get_torn (session, run_at (session, 2)), ==, 25);
  g_assert_nonnull (strstr (tl_session_get_damage (session), "checkpoint 75 of run 1"));
  state = session_fixture_load (session, run_at (session, 1), G_MAXUINT64, &found, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found, ==, 50);
  g_assert_true (g_bytes_equal (state, expected));

  /* It comes there again. */
  session_fixture_begin (run_at (session, 1));
  session_fixture_keep (run_at (session, 1), 75, TL_KEPT_PERIODIC);
  session_fixture_keep (run_at (session, 1), 80, TL_KEPT_PAUSE);
  session_fixture_go (run_at (session, 1), TL_RUN_PAUSED, 80);
  session_fixture_settle (session);
  g_assert_true (tl_session_close (session, NULL));
  g_object_unref (session);
  session = session_fixture_open (path, &error);
  assert_paused_at (session, 1, 80);
  g_assert_cmpuint (tl_session_get_torn (session, run_at (session, 1)), ==, 0);
  g_assert_true (tl_session_close (session, NULL));
  g_object_unref (session);
}

static void
a_kill_leaves_interrupted_runs (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) interrupted = NULL;
  g_autoptr (GBytes) state = NULL, expected = session_fixture_state (1, 25);
  g_autoptr (GError) error = NULL;
  TlSession *session;
  gboolean is_parents;
  guint64 found;
  guint n_changes = 0;

  build_going (f);
  path = copy_as_killed (f);
  g_assert_cmpuint (count_interrupted (f->session), ==, 0);
  session = session_fixture_open_well (path);
  interrupted = tl_session_dup_interrupted (session);
  g_assert_cmpuint (interrupted->len, ==, 3);
  assert_paused_at (session, 1, 25);
  assert_paused_at (session, 2, 0);
  assert_paused_at (session, 3, 25);
  g_assert_cmpfloat (tl_run_get_similarity (run_at (session, 1)), ==, 25.0 / 1024);
  g_assert_true (isnan (tl_run_get_similarity (run_at (session, 2))));
  g_assert_cmpint (tl_run_get_state (run_at (session, 4)), ==, TL_RUN_FINISHED);
  g_assert_null (run_at (session, 5));

  /* The fork goes on from its parent's. */
  state =
    session_fixture_load (session, run_at (session, 3), G_MAXUINT64, &found, &is_parents, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (state, expected));
  g_assert_true (is_parents);

  g_signal_connect (session, "interrupted-changed", G_CALLBACK (count_cb), &n_changes);
  session_fixture_begin (run_at (session, 1));
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (count_interrupted (session), ==, 2);
  tl_session_forget_interrupted (session);
  g_assert_cmpuint (n_changes, ==, 2);
  session_fixture_keep (run_at (session, 1), 50, TL_KEPT_PAUSE);
  g_clear_pointer (&interrupted, g_ptr_array_unref);
  session_fixture_close (session);

  /* Closed as it should be, it has nothing to report. */
  session = session_fixture_open_well (path);
  g_assert_cmpuint (count_interrupted (session), ==, 0);
  assert_paused_at (session, 1, 50);
  assert_paused_at (session, 3, 25);
  session_fixture_close (session);
}

static void
closing_pauses_where_the_last_checkpoint_is (Fixture *f, gconstpointer data)
{
  build_going (f);
  session_fixture_reopen (f);
  /* What has no checkpoint has lost something. */
  assert_paused_at (f->session, 1, 25);
  g_assert_cmpfloat (tl_run_get_similarity (run_at (f->session, 1)), ==, 25.0 / 1024);
  g_assert_cmpuint (count_interrupted (f->session), ==, 2);
  assert_paused_at (f->session, 2, 0);
  assert_paused_at (f->session, 3, 25);

  session_fixture_reopen (f);
  g_assert_cmpuint (count_interrupted (f->session), ==, 0);
  assert_paused_at (f->session, 2, 0);
}

/* What was paused has its state where it stands: nothing is lost when it has only just begun to go
 * on. */
static void
closing_is_no_crash_for_what_goes_on_again (Fixture *f, gconstpointer data)
{
  TlRun *runs[2];

  for (guint i = 0; i < 2; i++)
    {
      runs[i] = session_fixture_add (f, i + 1, "snow");
      session_fixture_begin (runs[i]);
      session_fixture_keep (runs[i], 25, TL_KEPT_PAUSE);
      session_fixture_go (runs[i], TL_RUN_PAUSED, 25);
    }
  session_fixture_reopen (f);
  session_fixture_go (run_at (f->session, 1), TL_RUN_STARTING, 25);
  session_fixture_begin (run_at (f->session, 2));
  session_fixture_go (run_at (f->session, 2), TL_RUN_RUNNING, 30);
  session_fixture_reopen (f);
  g_assert_cmpuint (count_interrupted (f->session), ==, 0);
  assert_paused_at (f->session, 1, 25);
  assert_paused_at (f->session, 2, 25);
  g_assert_cmpfloat (tl_run_get_similarity (run_at (f->session, 2)), ==, 25.0 / 1024);
}

static void
what_is_deleted_is_not_interrupted (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  TlSession *session;
  guint n_changes = 0;
  TlRun *run;

  build_going (f);
  path = copy_as_killed (f);
  session = session_fixture_open_well (path);
  run = run_at (session, 1);
  g_signal_connect (session, "interrupted-changed", G_CALLBACK (count_cb), &n_changes);
  /* Its fork goes with it. */
  tl_session_delete_run (session, run);
  g_assert_cmpuint (count_interrupted (session), ==, 1);
  g_assert_cmpuint (n_changes, ==, 1);
  tl_session_undelete_run (session, run);
  g_assert_cmpuint (count_interrupted (session), ==, 3);
  session_fixture_close (session);
}

static void
what_the_engine_lets_go_of_is_not_undone (Fixture *f, gconstpointer data)
{
  TlRun *run = session_fixture_add (f, 1, "snow");

  session_fixture_begin (run);
  session_fixture_go (run, TL_RUN_RUNNING, 30);
  session_fixture_keep (run, 30, TL_KEPT_PAUSE);
  session_fixture_go (run, TL_RUN_NEW, 30);
  tl_run_set_name (run, "let go of");
  session_fixture_reopen (f);
  assert_paused_at (f->session, 1, 30);
  g_assert_cmpuint (count_interrupted (f->session), ==, 0);
  g_assert_cmpstr (tl_run_get_name (run_at (f->session, 1)), ==, "let go of");
}

/* The journal has what happened, not how often it was said. */
static void
a_turn_is_written_once (Fixture *f, gconstpointer data)
{
  TlRun *run = session_fixture_add (f, 1, "snow");
  g_autofree char *path = g_strdup (tl_session_get_path (f->session));
  g_autofree char *n_turns = NULL;

  session_fixture_begin (run);
  session_fixture_turn (run, 10, "rain");
  session_fixture_go (run, TL_RUN_PAUSED, 10);
  session_fixture_reopen (f);
  session_fixture_turn (run_at (f->session, 1), 10, "rain");
  session_fixture_turn (run_at (f->session, 1), 10, "hail");
  session_fixture_close (f->session);
  f->session = NULL;
  n_turns = ask_sql (path, "SELECT count(*) FROM journal");
  g_assert_cmpstr (n_turns, ==, "3");
}

/* --- names ------------------------------------------------------------------------------------ */

static void
files_of_one_title_do_not_collide (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "snow.tiller", "snow 3.tiller", "snow 5.tiller" };
  g_autofree char *taken = g_build_filename (f->folder, "snow 2.tiller", NULL);
  g_autofree char *dangling = g_build_filename (f->folder, "snow 4.tiller", NULL);

  g_assert_cmpint (g_mkdir (taken, 0700), ==, 0);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (TlSession) session = tl_session_new (f->folder);
      g_autoptr (TlStart) start = session_fixture_start (7);
      g_autoptr (TlSteer) steer = session_fixture_steer ("snow", 100);
      g_autofree char *name = NULL;

      g_assert_nonnull (tl_session_add_run (session, start, steer, NULL));
      name = g_path_get_basename (tl_session_get_path (session));
      g_assert_cmpstr (name, ==, names[i]);
      g_assert_true (tl_session_close (session, NULL));
    }
}

static void
a_title_may_change (Fixture *f, gconstpointer data)
{
  g_autofree char *name = NULL;

  tl_session_rename (f->session, "Winter: studies");
  session_fixture_add (f, 1, "snow");
  name = g_path_get_basename (tl_session_get_path (f->session));
  g_assert_cmpstr (name, ==, "Winter- studies.tiller");
  g_assert_cmpstr (tl_session_get_title (f->session), ==, "Winter: studies");
  tl_session_rename (f->session, "Frühling");
  session_fixture_reopen (f);
  g_assert_cmpstr (tl_session_get_title (f->session), ==, "Frühling");
}

/* --- copies ----------------------------------------------------------------------------------- */

static void
a_duplicate_is_a_session_of_its_own (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  TlSession *copy;

  g_assert_null (session_fixture_duplicate (f->session, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_clear_error (&error);

  build_going (f);
  copy = session_fixture_duplicate (f->session, &error);
  g_assert_no_error (error);
  name = g_path_get_basename (tl_session_get_path (copy));
  g_assert_cmpstr (name, ==, "snow 2.tiller");
  g_assert_cmpstr (tl_session_get_title (copy), ==, "snow (copy)");
  g_assert_cmpint (tl_session_get_access (copy), ==, TL_ACCESS_WRITE);
  /* Its runs stand still, and nobody need be told. */
  g_assert_cmpuint (count_interrupted (copy), ==, 0);
  assert_paused_at (copy, 1, 25);
  g_assert_true (tl_run_is_active (run_at (f->session, 1)));

  tl_run_set_name (run_at (copy, 1), "of the copy");
  session_fixture_fork (&(Fixture){ f->folder, copy }, run_at (copy, 1), 25, "hail");
  g_assert_null (tl_run_get_name (run_at (f->session, 1)));
  g_assert_null (run_at (f->session, 6));
  session_fixture_close (copy);
}

static void
a_copy_is_saved_while_runs_go_on (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "elsewhere.tiller", NULL);
  g_autofree char *original = NULL;
  g_autoptr (GError) error = NULL;
  TlSession *copy;

  build_going (f);
  original = g_strdup (tl_session_get_path (f->session));
  g_assert_true (session_fixture_copy (f->session, path, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (tl_session_get_path (f->session), ==, original);
  session_fixture_go (run_at (f->session, 1), TL_RUN_RUNNING, 43);

  copy = session_fixture_open_well (path);
  g_assert_cmpuint (count_interrupted (copy), ==, 3);
  session_fixture_close (copy);
}

/* --- whose it is ------------------------------------------------------------------------------ */

static void
on_access_cb (TlSession *session, GParamSpec *pspec, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

static void
assert_refuses (TlSession *session)
{
  g_autoptr (TlStart) start = session_fixture_start (7);
  g_autoptr (TlSteer) steer = session_fixture_steer ("snow", 100);
  TlRun *run = run_at (session, 1);
  const TlForkValues values = { .steer = steer };
  g_autofree char *title = g_strdup (tl_session_get_title (session));

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i == 0)
        g_assert_null (tl_session_add_run (session, start, steer, &error));
      else if (i == 1)
        g_assert_null (tl_session_fork (session, run, 25, &values, &error));
      else if (i == 2)
        g_assert_null (tl_session_add_siblings (session, run, 25, 6, 0.1, &error));
      else if (i == 3)
        g_assert_null (tl_session_explore (session, start, steer, 3, 100, &error));
      else
        g_assert_false (tl_session_check_writable (session, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
      g_assert_cmpuint (strlen (error->message), >, 20);
    }
  tl_session_rename (session, "mine");
  g_assert_cmpstr (tl_session_get_title (session), ==, title);
  tl_session_delete_run (session, run);
  g_assert_true (run_at (session, 1) == run);
  tl_session_set_budget (session, 1);
  g_assert_cmpuint (tl_session_get_budget (session), ==, TL_BUDGET_DEFAULT);
}

static void
the_second_window_looks_on_until_it_takes_over (Fixture *f, gconstpointer data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *first = NULL;
  g_autoptr (GError) error = NULL;
  TlSession *other;

  build_going (f);
  session_fixture_settle (f->session);
  other = session_fixture_open_well (tl_session_get_path (f->session));
  g_assert_cmpint (tl_session_get_access (other), ==, TL_ACCESS_TAKEN);
  /* They are not interrupted: somebody has them. */
  g_assert_cmpuint (count_interrupted (other), ==, 0);
  assert_paused_at (other, 1, 25);
  assert_refuses (other);

  /* What the first one does meanwhile, the second must know before it writes. */
  tl_run_set_name (run_at (f->session, 4), "named meanwhile");
  session_fixture_add (f, 77, "sun");
  session_fixture_turn (run_at (f->session, 1), 45, "rain");
  session_fixture_go (run_at (f->session, 1), TL_RUN_PAUSED, 45);
  session_fixture_settle (f->session);

  g_signal_connect (other, "interrupted-changed", G_CALLBACK (on_access_cb), loop);
  tl_session_take_over (other);
  g_main_loop_run (loop);
  g_assert_cmpint (tl_session_get_access (other), ==, TL_ACCESS_WRITE);
  g_assert_cmpuint (count_interrupted (other), ==, 2);
  assert_paused_at (other, 1, 45);
  g_assert_cmpstr (tl_run_get_name (run_at (other, 4)), ==, "named meanwhile");
  g_assert_nonnull (run_at (other, 6));
  first = session_fixture_print_checkpoints (other, run_at (other, 1));
  g_assert_cmpstr (first, ==, "25 45t");
  g_assert_cmpuint (tl_run_get_journal (run_at (other, 1))->len, ==, 2);
  g_assert_nonnull (
    session_fixture_fork (&(Fixture){ f->folder, other }, run_at (other, 1), 45, "fog"));

  /* The first one finds out when it next has something to say. */
  g_signal_connect (f->session, "notify::problem", G_CALLBACK (on_access_cb), loop);
  tl_run_set_name (run_at (f->session, 4), "too late");
  g_main_loop_run (loop);
  g_assert_nonnull (tl_session_get_problem (f->session));
  g_assert_false (tl_session_close (f->session, &error));
  g_assert_nonnull (error);
  g_assert_finalize_object (f->session);
  f->session = other;
  session_fixture_reopen (f);
  g_assert_cmpstr (tl_run_get_name (run_at (f->session, 4)), ==, "named meanwhile");
}

static void
a_file_that_cannot_be_written_is_looked_at (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  if (getuid () == 0)
    {
      g_test_skip ("root may write everything");
      return;
    }

  build_going (f);
  path = g_strdup (tl_session_get_path (f->session));
  session_fixture_close (f->session);
  g_assert_cmpint (g_chmod (path, 0400), ==, 0);
  f->session = session_fixture_open_well (path);
  g_assert_cmpint (tl_session_get_access (f->session), ==, TL_ACCESS_READ);
  g_assert_cmpuint (count_interrupted (f->session), ==, 0);
  assert_refuses (f->session);
  assert_paused_at (f->session, 1, 25);
}

static void
what_a_newer_tiller_made_is_looked_at (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  build_going (f);
  path = g_strdup (tl_session_get_path (f->session));
  session_fixture_close (f->session);
  do_sql (path, "PRAGMA user_version = 99");
  f->session = session_fixture_open_well (path);
  g_assert_cmpint (tl_session_get_access (f->session), ==, TL_ACCESS_NEWER);
  g_assert_false (tl_session_check_writable (f->session, &error));
  g_assert_cmpstr (error->message, ==, "Made by a newer Tiller; look, export, but not continue");
  g_assert_cmpuint (count_interrupted (f->session), ==, 0);
  assert_refuses (f->session);
  assert_paused_at (f->session, 1, 25);
  /* A name that was given anyway is not written. */
  tl_run_set_name (run_at (f->session, 1), "anyway");
  session_fixture_reopen (f);
  g_assert_null (tl_run_get_name (run_at (f->session, 1)));
}

/* The rest opens, and nothing that could not be read is written over or deleted. */
static void
torn_rows_are_passed_over (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL, *n_runs = NULL, *seed = NULL;
  g_autoptr (GError) error = NULL;
  TlRun *orphan;

  build_going (f);
  session_fixture_keep (run_at (f->session, 3), 30, TL_KEPT_PAUSE);
  path = g_strdup (tl_session_get_path (f->session));
  session_fixture_close (f->session);
  do_sql (path, "UPDATE run SET width = -5 WHERE id = 1;"
                "UPDATE run SET mark = 77 WHERE id = 4");

  f->session = session_fixture_open (path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (tl_session_get_damage (f->session));
  g_assert_null (run_at (f->session, 1));
  g_assert_null (run_at (f->session, 4));
  orphan = run_at (f->session, 3);
  g_assert_null (tl_run_get_parent (orphan));
  /* It has its past for itself. */
  g_assert_cmpuint (tl_run_get_journal (orphan)->len, ==, 2);
  assert_paused_at (f->session, 3, 30);

  if (tl_session_check_writable (f->session, NULL))
    {
      TlRun *run = session_fixture_add (f, 77, "sun");

      g_assert_cmpint (tl_run_get_origin (run)->id, >, 4);
      tl_session_delete_run (f->session, orphan);
    }
  session_fixture_close (f->session);
  f->session = NULL;
  n_runs = ask_sql (path, "SELECT count(*) FROM run WHERE id <= 4");
  g_assert_cmpstr (n_runs, ==, "4");
  seed = ask_sql (path, "SELECT seed FROM run WHERE id = 4");
  g_assert_cmpstr (seed, ==, "4");
}

int
main (int argc, char **argv)
{
  static const SessionTest tests[] = {
    { "/session/file/torn-state", a_torn_checkpoint_sets_back },
    { "/session/file/killed", a_kill_leaves_interrupted_runs },
    { "/session/file/closed", closing_pauses_where_the_last_checkpoint_is },
    { "/session/file/goes-on-again", closing_is_no_crash_for_what_goes_on_again },
    { "/session/file/deleted", what_is_deleted_is_not_interrupted },
    { "/session/file/let-go-of", what_the_engine_lets_go_of_is_not_undone },
    { "/session/file/once", a_turn_is_written_once },
    { "/session/file/names", files_of_one_title_do_not_collide },
    { "/session/file/title", a_title_may_change },
    { "/session/file/duplicate", a_duplicate_is_a_session_of_its_own },
    { "/session/file/copy", a_copy_is_saved_while_runs_go_on },
    { "/session/file/two-windows", the_second_window_looks_on_until_it_takes_over },
    { "/session/file/read-only", a_file_that_cannot_be_written_is_looked_at },
    { "/session/file/newer", what_a_newer_tiller_made_is_looked_at },
    { "/session/file/torn", torn_rows_are_passed_over },
  };

  return session_fixture_run_tests (&argc, &argv, tests, G_N_ELEMENTS (tests));
}
