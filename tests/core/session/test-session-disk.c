/* test-session-disk.c - a session whose disk is full loses nothing, here or elsewhere
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/session-upkeep.h"
#include "tests/core/session/session-file.h"
#include "tests/core/session/session-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* What is free besides the ballast is soon used up; with what is free without it, all is well. */
#define DISK "8m"
#define BALLAST (7 * 1024 * 1024)

typedef SessionFixture Fixture;

/* A session on a disk that has become full. */
typedef struct
{
  char *disk, *ballast;
  Fixture fixture;
  TlRun *run;
  guint64 last; /* of its checkpoints */
} Full;

static void
on_notify_cb (TlSession *session, GParamSpec *pspec, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

static void
wait_notify (TlSession *session, const char *signal)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  gulong handler = g_signal_connect (session, signal, G_CALLBACK (on_notify_cb), loop);

  g_main_loop_run (loop);
  g_signal_handler_disconnect (session, handler);
}

/* FALSE, and the test is skipped, where there can be no such disk. */
static gboolean
fill_disk (Fixture *f, Full *full)
{
  g_autofree char *zeros = g_malloc0 (BALLAST);

  full->disk = g_build_filename (f->folder, "disk", NULL);
  full->ballast = g_build_filename (full->disk, "ballast", NULL);
  g_assert_cmpint (g_mkdir (full->disk, 0700), ==, 0);
  if (!mount_small_disk (full->disk, DISK))
    return FALSE;

  full->fixture = (Fixture){ full->disk, tl_session_new (full->disk) };
  full->run = session_fixture_add (&full->fixture, 1, "snow");
  session_fixture_begin (full->run);
  session_fixture_keep (full->run, 25, TL_KEPT_PERIODIC);
  session_fixture_settle (full->fixture.session);
  g_assert_true (g_file_set_contents (full->ballast, zeros, BALLAST, NULL));

  for (full->last = 25; tl_session_get_problem (full->fixture.session) == NULL;)
    {
      session_fixture_keep (full->run, ++full->last, TL_KEPT_PERIODIC);
      session_fixture_settle (full->fixture.session);
    }
  g_assert_nonnull (strstr (tl_session_get_problem (full->fixture.session), "full"));
  return TRUE;
}

static void
clear_disk (Full *full)
{
  unmount_small_disk (full->disk);
  g_free (full->disk);
  g_free (full->ballast);
}

static void
assert_last_state (const Full *full, TlSession *session, TlRun *run)
{
  g_autoptr (GBytes) expected = session_fixture_state (1, full->last), state = NULL;
  g_autoptr (TlFrame) frame = NULL;
  g_autoptr (GError) error = NULL;
  guint64 found;

  state = session_fixture_load (session, run, G_MAXUINT64, &found, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found, ==, full->last);
  g_assert_true (g_bytes_equal (state, expected));
  frame = session_fixture_load_frame (session, run, G_MAXUINT64, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tl_frame_get_iteration (frame), ==, full->last);
}

static void
on_planned_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
plan (TlSession *session, guint *n, guint64 *n_bytes)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  tl_session_plan_thinning_async (session, NULL, on_planned_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  tl_session_plan_thinning_finish (session, result, n, n_bytes, &error);
  g_assert_no_error (error);
  g_object_unref (result);
}

static void
a_full_disk_is_left_for_another (Fixture *f, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (f->folder, "elsewhere.tiller", NULL);
  g_autoptr (GError) error = NULL;
  Full full;
  TlSession *session;
  TlRun *fork;

  if (!fill_disk (f, &full))
    return;

  /* In memory, and as good as kept. */
  session = full.fixture.session;
  assert_last_state (&full, session, full.run);
  g_assert_null (session_fixture_duplicate (session, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  fork = session_fixture_fork (&full.fixture, full.run, full.last, "fog");
  assert_last_state (&full, session, fork);

  g_assert_true (session_fixture_copy (session, elsewhere, &error));
  g_assert_no_error (error);
  if (strcmp (tl_session_get_path (session), elsewhere) != 0)
    wait_notify (session, "notify::path");
  g_assert_cmpstr (tl_session_get_path (session), ==, elsewhere);
  session_fixture_settle (session);
  g_assert_null (tl_session_get_problem (session));
  session_fixture_close (session);
  clear_disk (&full);

  f->session = session_fixture_open_well (elsewhere);
  assert_last_state (&full, f->session, tl_session_find_run (f->session, 2));
}

static void
a_full_disk_is_made_room_on (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL, *before = NULL, *after = NULL;
  Full full;
  TlSession *session;

  if (!fill_disk (f, &full))
    return;

  session = full.fixture.session;
  before = session_fixture_print_checkpoints (session, full.run);
  path = g_strdup (tl_session_get_path (session));
  g_assert_cmpint (g_unlink (full.ballast), ==, 0);
  tl_session_retry (session);
  if (tl_session_get_problem (session) != NULL)
    wait_notify (session, "notify::problem");
  g_assert_null (tl_session_get_problem (session));
  session_fixture_close (session);

  session = session_fixture_open_well (path);
  assert_last_state (&full, session, tl_session_find_run (session, 1));
  after = session_fixture_print_checkpoints (session, tl_session_find_run (session, 1));
  g_assert_cmpstr (after, ==, before);
  session_fixture_close (session);
  clear_disk (&full);
}

static void
count_cb (TlSession *session, guint *n)
{
  (*n)++;
}

/* Before it is full; and what can go is what is missing, by the rule of thinning. */
static void
little_room_is_said (Fixture *f, gconstpointer data)
{
  Full full = { NULL };
  TlSession *session;
  TlRun *run;
  guint n_said = 0, n_planned = 0;
  guint64 n_bytes = 0;

  full.disk = g_build_filename (f->folder, "disk", NULL);
  full.ballast = g_build_filename (full.disk, "ballast", NULL);
  g_assert_cmpint (g_mkdir (full.disk, 0700), ==, 0);
  if (!mount_small_disk (full.disk, "64m"))
    return;

  full.fixture = (Fixture){ full.disk, tl_session_new (full.disk) };
  session = full.fixture.session;
  g_signal_connect (session, "room-changed", G_CALLBACK (count_cb), &n_said);
  g_assert_false (tl_session_is_room_low (session));
  g_assert_cmpuint (tl_session_get_room (session), ==, G_MAXUINT64);
  run = session_fixture_add (&full.fixture, 1, "snow");
  session_fixture_begin (run);
  for (guint64 i = 25; i <= 250; i += 25)
    session_fixture_keep (run, i, TL_KEPT_PERIODIC);
  session_fixture_settle (session);

  /* Said once. */
  g_assert_true (tl_session_is_room_low (session));
  g_assert_cmpuint (n_said, ==, 1);
  g_assert_cmpuint (tl_session_get_room (session), <, 64 * 1024 * 1024);
  plan (session, &n_planned, &n_bytes);
  g_assert_cmpuint (n_planned, >, 0);
  g_assert_cmpuint (n_bytes, >, 0);
  tl_session_thin (session);
  session_fixture_settle (session);
  plan (session, &n_planned, &n_bytes);
  g_assert_cmpuint (n_planned, ==, 0);
  g_assert_cmpuint (n_said, ==, 1);

  /* Much less is said again. */
  {
    const gsize n = 56 * 1024 * 1024;
    g_autofree char *zeros = g_malloc0 (n);

    g_assert_true (g_file_set_contents (full.ballast, zeros, n, NULL));
  }
  tl_run_set_note (run, "a fact more");
  session_fixture_settle (session);
  g_assert_cmpuint (n_said, ==, 2);
  session_fixture_close (session);
  clear_disk (&full);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/session/disk/elsewhere", Fixture, NULL, session_fixture_set_up,
              a_full_disk_is_left_for_another, session_fixture_tear_down);
  g_test_add ("/session/disk/room", Fixture, NULL, session_fixture_set_up,
              a_full_disk_is_made_room_on, session_fixture_tear_down);
  g_test_add ("/session/disk/little", Fixture, NULL, session_fixture_set_up, little_room_is_said,
              session_fixture_tear_down);
  return g_test_run ();
}
