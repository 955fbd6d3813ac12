/* test-session-taken.c - a session that another window takes over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/session/session-fixture.h"

typedef SessionFixture Fixture;

static TlRun *
run_at (TlSession *session, gint64 id)
{
  return tl_session_find_run (session, id);
}

static void
assert_paused_at (TlSession *session, gint64 id, guint64 iteration)
{
  g_assert_cmpint (tl_run_get_state (run_at (session, id)), ==, TL_RUN_PAUSED);
  g_assert_cmpuint (tl_run_get_iteration (run_at (session, id)), ==, iteration);
}

static void
quit_cb (GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

/* By another window, which is returned once it has read what is there. */
static TlSession *
take_over (Fixture *f)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  TlSession *other = session_fixture_open_well (tl_session_get_path (f->session));

  g_signal_connect_swapped (other, "interrupted-changed", G_CALLBACK (quit_cb), loop);
  tl_session_take_over (other);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (other, loop);
  g_assert_cmpint (tl_session_get_access (other), ==, TL_ACCESS_WRITE);
  return other;
}

/* What was said last could not be written. */
static void
wait_for_problem (Fixture *f)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_signal_connect_swapped (f->session, "notify::problem", G_CALLBACK (quit_cb), loop);
  if (tl_session_get_problem (f->session) == NULL)
    g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (f->session, loop);
}

/* Goes on there, and is opened again from there. */
static void
save_elsewhere (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->folder, "elsewhere.tiller", NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_signal_connect_swapped (f->session, "notify::problem", G_CALLBACK (quit_cb), loop);
  g_assert_true (session_fixture_copy (f->session, path, NULL));
  /* Once it knows that it has gone on there, it reads what is there. */
  if (tl_session_get_problem (f->session) != NULL)
    g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (f->session, loop);
  session_fixture_settle (f->session);
  session_fixture_close (f->session);
  f->session = session_fixture_open_well (path);
}

/* The run is paused because it was taken over, and what it comes to then is kept with the rest. */
static void
what_was_taken_over_is_saved_elsewhere_as_it_is_now (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) expected = session_fixture_state (1, 116), state = NULL;
  guint64 found = 0;
  TlSession *other;
  TlRun *run = session_fixture_add (f, 1, "snow");

  session_fixture_begin (run);
  session_fixture_keep (run, 100, TL_KEPT_PERIODIC);
  session_fixture_settle (f->session);
  other = take_over (f);
  session_fixture_go (run, TL_RUN_RUNNING, 115);
  wait_for_problem (f);
  g_assert_cmpint (tl_session_get_access (f->session), ==, TL_ACCESS_TAKEN);
  session_fixture_keep (run, 116, TL_KEPT_PAUSE);
  session_fixture_go (run, TL_RUN_PAUSED, 116);

  save_elsewhere (f);
  session_fixture_close (other);
  assert_paused_at (f->session, 1, 116);
  state =
    session_fixture_load (f->session, run_at (f->session, 1), G_MAXUINT64, &found, NULL, NULL);
  g_assert_cmpuint (found, ==, 116);
  g_assert_true (g_bytes_equal (state, expected));
}

/* Both windows have forked since, and each thinks that its run is the next. */
static void
what_both_made_since_are_two_runs (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) state = NULL, expected = NULL;
  TlRun *first = session_fixture_add (f, 1, "snow"), *run;
  gint64 mine, theirs;
  TlSession *other;

  session_fixture_keep (first, 25, TL_KEPT_PAUSE);
  session_fixture_settle (f->session);
  other = take_over (f);
  run = session_fixture_fork (&(Fixture){ f->folder, other }, run_at (other, 1), 25, "fog");
  theirs = tl_run_get_origin (run)->id;
  session_fixture_settle (other);

  run = session_fixture_fork (f, first, 25, "rain");
  mine = tl_run_get_origin (run)->id;
  session_fixture_begin (run);
  session_fixture_keep (run, 30, TL_KEPT_PAUSE);
  session_fixture_go (run, TL_RUN_PAUSED, 30);
  wait_for_problem (f);
  save_elsewhere (f);
  session_fixture_close (other);

  g_assert_cmpint (mine, !=, theirs);
  g_assert_cmpstr (tl_run_get_origin (run_at (f->session, mine))->change, ==, "rain");
  g_assert_cmpstr (tl_run_get_origin (run_at (f->session, theirs))->change, ==, "fog");
  g_assert_cmpint (tl_run_get_state (run_at (f->session, theirs)), ==, TL_RUN_NEW);
  assert_paused_at (f->session, mine, 30);
  expected = session_fixture_state (mine, 30);
  state =
    session_fixture_load (f->session, run_at (f->session, mine), G_MAXUINT64, NULL, NULL, NULL);
  g_assert_true (g_bytes_equal (state, expected));
}

static void
count_cb (TlExploration *exploration, GPtrArray *worse, guint *n)
{
  ++*n;
}

/* What the others went for while this window looked on, and when, is theirs. */
static void
nobody_goes_for_what_was_passed_elsewhere (Fixture *f, gconstpointer data)
{
  g_autoptr (TlStart) start = session_fixture_start (1);
  g_autoptr (TlSteer) steer = session_fixture_steer ("snow", 500);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  TlExploration *exploration = tl_session_explore (f->session, start, steer, 4, 100, NULL);
  g_autoptr (TlExploration) theirs = NULL;
  TlSession *other;
  guint n = 0;

  tl_exploration_set_keeps_best_half (exploration, TRUE);
  session_fixture_settle (f->session);
  other = session_fixture_open_well (tl_session_get_path (f->session));
  theirs = g_list_model_get_item (tl_session_get_explorations (other), 0);
  g_assert_true (tl_exploration_get_keeps_best_half (theirs));
  g_signal_connect (theirs, "halve", G_CALLBACK (count_cb), &n);
  for (gint64 id = 1; id <= 4; id++)
    {
      session_fixture_begin (run_at (f->session, id));
      session_fixture_keep (run_at (f->session, id), 30, TL_KEPT_PAUSE);
      session_fixture_go (run_at (f->session, id), TL_RUN_PAUSED, 30);
    }
  session_fixture_settle (f->session);
  g_signal_connect_swapped (other, "interrupted-changed", G_CALLBACK (quit_cb), loop);
  tl_session_take_over (other);
  g_main_loop_run (loop);
  assert_paused_at (other, 4, 30);
  g_assert_cmpuint (n, ==, 0);

  /* The next time is its own. */
  for (gint64 id = 1; id <= 4; id++)
    session_fixture_go (run_at (other, id), TL_RUN_PAUSED, 50);
  g_assert_cmpuint (n, ==, 1);
  g_clear_object (&theirs);
  session_fixture_close (other);
}

int
main (int argc, char **argv)
{
  static const SessionTest tests[] = {
    { "/session/taken/elsewhere", what_was_taken_over_is_saved_elsewhere_as_it_is_now },
    { "/session/taken/both-made", what_both_made_since_are_two_runs },
    { "/session/taken/best-half", nobody_goes_for_what_was_passed_elsewhere },
  };

  return session_fixture_run_tests (&argc, &argv, tests, G_N_ELEMENTS (tests));
}
