/* test-session-damaged.c - a session whose file is found damaged while it is open
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "tests/core/session/session-file.h"
#include "tests/core/session/session-fixture.h"

#include <string.h>

typedef SessionFixture Fixture;

static void
quit_cb (GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

/* Opening does not look at the states. */
static void
reopen_torn (Fixture *f)
{
  g_autofree char *path = g_strdup (tl_session_get_path (f->session));
  g_autofree char *root = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GBytes) good = NULL;
  gsize size, page;

  session_fixture_close (f->session);
  root = ask_sql (path, "SELECT rootpage FROM sqlite_schema WHERE name = 'state'");
  page = (gsize) g_ascii_strtoull (root, NULL, 10) - 1;
  good = read_bytes (path);
  size = g_bytes_get_size (good);
  bytes = g_memdup2 (g_bytes_get_data (good, NULL), size);
  memset (bytes + page * 8192, 0xaa, 8192);
  write_bytes (path, bytes, size);
  f->session = session_fixture_open (path, NULL);
  g_assert_nonnull (f->session);
}

static void
wait_for_access (Fixture *f, TlAccess access)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_signal_connect_swapped (f->session, "notify::access", G_CALLBACK (quit_cb), loop);
  if (tl_session_get_access (f->session) != access)
    g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (f->session, loop);
  g_assert_cmpint (tl_session_get_access (f->session), ==, access);
}

static TlRun *
add_paused (Fixture *f)
{
  TlRun *run = session_fixture_add (f, 1, "snow");

  session_fixture_begin (run);
  session_fixture_keep (run, 25, TL_KEPT_PAUSE);
  session_fixture_go (run, TL_RUN_PAUSED, 25);
  return run;
}

/* The run is paused because its file is damaged, and what it has come to is for the copy. */
static void
what_goes_on_is_saved_elsewhere (Fixture *f, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (f->folder, "elsewhere.tiller", NULL);
  g_autoptr (GBytes) expected = session_fixture_state (1, 30), state = NULL;
  guint64 found = 0;
  TlRun *run;

  add_paused (f);
  reopen_torn (f);
  run = tl_session_find_run (f->session, 1);
  session_fixture_begin (run);
  wait_for_access (f, TL_ACCESS_READ);
  session_fixture_keep (run, 30, TL_KEPT_PAUSE);
  session_fixture_go (run, TL_RUN_PAUSED, 30);
  g_assert_false (tl_session_is_saved (f->session));
  state = session_fixture_load (f->session, run, G_MAXUINT64, &found, NULL, NULL);
  g_assert_cmpuint (found, ==, 30);
  g_clear_pointer (&state, g_bytes_unref);

  g_assert_true (session_fixture_copy (f->session, elsewhere, NULL));
  /* Once it knows that it has gone on there, it reads what is there. */
  wait_for_access (f, TL_ACCESS_WRITE);
  session_fixture_settle (f->session);
  session_fixture_close (f->session);
  f->session = session_fixture_open_well (elsewhere);
  run = tl_session_find_run (f->session, 1);
  g_assert_cmpint (tl_run_get_state (run), ==, TL_RUN_PAUSED);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, 30);
  state = session_fixture_load (f->session, run, G_MAXUINT64, &found, NULL, NULL);
  g_assert_true (g_bytes_equal (state, expected));
}

/* What can be read of it; the session itself stays where it is. */
static void
a_duplicate_is_another_session (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  TlSession *copy;

  add_paused (f);
  path = g_strdup (tl_session_get_path (f->session));
  reopen_torn (f);
  wait_for_access (f, TL_ACCESS_READ);
  copy = session_fixture_duplicate (f->session, NULL);
  g_assert_nonnull (copy);
  session_fixture_settle (f->session);
  g_assert_cmpstr (tl_session_get_path (f->session), ==, path);
  g_assert_cmpstr (tl_session_get_path (copy), !=, path);
  g_assert_cmpint (tl_session_get_access (f->session), ==, TL_ACCESS_READ);
  g_assert_cmpint (tl_session_get_access (copy), ==, TL_ACCESS_WRITE);
  g_assert_nonnull (tl_session_find_run (copy, 1));
  session_fixture_close (copy);
}

static void
what_is_no_session_is_one_sentence (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "poem.tiller", NULL);
  g_autofree char *missing = g_build_filename (f->folder, "missing.tiller", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "roses are red", -1, NULL));
  g_assert_null (session_fixture_open (path, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (session_fixture_open (missing, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
}

int
main (int argc, char **argv)
{
  static const SessionTest tests[] = {
    { "/session/damaged/goes-on", what_goes_on_is_saved_elsewhere },
    { "/session/damaged/duplicate", a_duplicate_is_another_session },
    { "/session/damaged/no-session", what_is_no_session_is_one_sentence },
  };

  return session_fixture_run_tests (&argc, &argv, tests, G_N_ELEMENTS (tests));
}
