/* test-session-kept.c - checkpoints of a session: listed, spared, thinned, and gone on from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/session-private.h"
#include "tests/core/session/session-fixture.h"

#include <math.h>
#include <string.h>

typedef SessionFixture Fixture;

static void
assert_state (Fixture *f, TlRun *run, guint64 at_most, TlRun *owner, guint64 iteration)
{
  g_autoptr (GError) error = NULL;
  gboolean is_parents = FALSE;
  guint64 found = 0;
  g_autoptr (GBytes) state =
    session_fixture_load (f->session, run, at_most, &found, &is_parents, &error);
  g_autoptr (GBytes) expected = session_fixture_state (tl_run_get_origin (owner)->id, iteration);

  g_assert_no_error (error);
  g_assert_cmpuint (found, ==, iteration);
  g_assert_cmpint (is_parents, ==, run != owner);
  g_assert_true (g_bytes_equal (state, expected));
}

static void
assert_frame (Fixture *f, TlRun *run, guint64 at_most, TlRun *owner, guint64 iteration)
{
  for (gint is_thumbnail = 0; is_thumbnail < 2; is_thumbnail++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TlFrame) frame =
        session_fixture_load_frame (f->session, run, at_most, is_thumbnail, &error);
      guint32 pixel;

      g_assert_no_error (error);
      memcpy (&pixel, g_bytes_get_data (tl_frame_get_pixels (frame), NULL), sizeof pixel);
      g_assert_cmpuint (pixel >> 16 & 0xFF, ==, (guint) tl_run_get_origin (owner)->id);
      g_assert_cmpuint (pixel & 0xFFFF, ==, iteration);
      g_assert_cmpuint (tl_frame_get_iteration (frame), ==, iteration);
      g_assert_cmpfloat (tl_frame_get_similarity (frame), ==, (gdouble) iteration / 1024);
      g_assert_cmpuint (tl_frame_get_width (frame), <=, TL_THUMBNAIL_SIDE);
    }
}

static void
assert_missing (Fixture *f, TlRun *run, guint64 at_most)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (session_fixture_load (f->session, run, at_most, NULL, NULL, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (session_fixture_load_frame (f->session, run, at_most, FALSE, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
}

static void
assert_checkpoints (Fixture *f, TlRun *run, const char *expected)
{
  g_autofree char *text = session_fixture_print_checkpoints (f->session, run);

  g_assert_cmpstr (text, ==, expected);
}

/* 1 left nobody, 2 left 1 at 50, 3 left 2 at 60. */
static void
build_line (Fixture *f, TlRun **runs)
{
  runs[0] = session_fixture_add (f, 1, "snow");
  session_fixture_begin (runs[0]);
  for (guint64 i = 25; i <= 100; i += 25)
    session_fixture_keep (runs[0], i, TL_KEPT_PERIODIC);
  session_fixture_go (runs[0], TL_RUN_PAUSED, 100);
  runs[1] = session_fixture_fork (f, runs[0], 50, "rain");
  session_fixture_begin (runs[1]);
  session_fixture_keep (runs[1], 60, TL_KEPT_PAUSE);
  session_fixture_go (runs[1], TL_RUN_PAUSED, 60);
  runs[2] = session_fixture_fork (f, runs[1], 60, "hail");
}

static void
a_state_is_found_up_the_line (Fixture *f, gconstpointer data)
{
  static const struct
  {
    guint run;
    guint64 at_most;
    guint owner;
    guint64 iteration;
  } cases[] = {
    { 0, G_MAXUINT64, 0, 100 }, { 0, 100, 0, 100 }, { 0, 99, 0, 75 }, { 0, 25, 0, 25 },
    { 1, G_MAXUINT64, 1, 60 },  { 1, 59, 0, 50 },   { 1, 49, 0, 25 }, { 2, G_MAXUINT64, 1, 60 },
    { 2, 60, 1, 60 },           { 2, 55, 0, 50 },   { 2, 30, 0, 25 },
  };
  TlRun *runs[3];

  build_line (f, runs);
  for (guint round = 0; round < 2; round++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          assert_state (f, runs[cases[i].run], cases[i].at_most, runs[cases[i].owner],
                        cases[i].iteration);
          assert_frame (f, runs[cases[i].run], cases[i].at_most, runs[cases[i].owner],
                        cases[i].iteration);
        }
      assert_missing (f, runs[0], 24);
      assert_missing (f, runs[2], 24);

      session_fixture_reopen (f);
      for (guint i = 0; i < 3; i++)
        runs[i] = tl_session_find_run (f->session, i + 1);
    }
}

static void
what_began_anew_has_nothing_to_go_on_from (Fixture *f, gconstpointer data)
{
  g_autoptr (TlStart) start = session_fixture_start (5);
  g_autoptr (TlSteer) steer = session_fixture_steer ("snow", 100);
  const TlForkValues values = { .steer = steer, .start = start };
  TlRun *runs[3], *anew;

  build_line (f, runs);
  anew = tl_session_fork (f->session, runs[0], 50, &values, NULL);
  assert_missing (f, anew, G_MAXUINT64);
  session_fixture_begin (anew);
  session_fixture_keep (anew, 25, TL_KEPT_PERIODIC);
  assert_state (f, anew, G_MAXUINT64, anew, 25);
}

static void
the_list_follows (Fixture *f, gconstpointer data)
{
  TlRun *runs[3];
  GListModel *list;

  build_line (f, runs);
  assert_checkpoints (f, runs[0], "25 50f 75 100");
  assert_checkpoints (f, runs[1], "60pf");
  assert_checkpoints (f, runs[2], "");

  list = tl_session_get_checkpoints (f->session, runs[0]);
  session_fixture_keep (runs[0], 125, TL_KEPT_PERIODIC);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 5);
  session_fixture_keep (runs[0], 125, TL_KEPT_PAUSE);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 5);
  tl_session_star_checkpoint (f->session, runs[0], 25, TRUE);
  tl_session_star_checkpoint (f->session, runs[0], 50, TRUE);
  tl_session_star_checkpoint (f->session, runs[0], 60, TRUE); /* there is none */
  assert_checkpoints (f, runs[0], "25s 50fs 75 100 125p");
  tl_session_star_checkpoint (f->session, runs[0], 50, FALSE);
  /* Another fork does not take the star away. */
  session_fixture_fork (f, runs[0], 25, "fog");
  assert_checkpoints (f, runs[0], "25fs 50f 75 100 125p");

  session_fixture_reopen (f);
  assert_checkpoints (f, tl_session_find_run (f->session, 1), "25fs 50f 75 100 125p");
}

/* --- the budget ------------------------------------------------------------------------------- */

static void
count_cb (TlSession *session, guint *n)
{
  ++*n;
}

static void
keep_large (TlRun *run, guint64 iteration, TlKept kept)
{
  g_autofree guint32 *noise = g_new (guint32, 16384);
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) iteration);
  g_autoptr (GBytes) state = NULL;

  for (guint i = 0; i < 16384; i++)
    noise[i] = g_rand_int (rand);
  state = g_bytes_new_take (g_steal_pointer (&noise), 16384 * sizeof *noise);
  tl_run_add_checkpoint (
    run, &(TlCheckpointValues){
           .iteration = iteration, .kept = kept, .similarity = NAN, .state = state });
}

typedef struct
{
  GMainLoop *loop;
  guint n_checkpoints;
  guint64 n_bytes;
} Plan;

static void
on_planned_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Plan *plan = data;
  g_autoptr (GError) error = NULL;

  tl_session_plan_thinning_finish (TL_SESSION (object), result, &plan->n_checkpoints,
                                   &plan->n_bytes, &error);
  g_assert_no_error (error);
  g_main_loop_quit (plan->loop);
}

static void
nothing_goes_before_it_was_shown (Fixture *f, gconstpointer data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *before = NULL, *after = NULL;
  TlRun *run = session_fixture_add (f, 1, "snow");
  Plan plan = { .loop = loop };
  guint n_signals = 0;

  g_signal_connect (f->session, "budget-exceeded", G_CALLBACK (count_cb), &n_signals);
  session_fixture_begin (run);
  for (guint64 i = 1; i <= 40; i++)
    keep_large (run, i * 25, i == 7 ? TL_KEPT_TURN : TL_KEPT_PERIODIC);
  tl_session_star_checkpoint (f->session, run, 200, TRUE);
  before = session_fixture_print_checkpoints (f->session, run);
  g_assert_cmpuint (n_signals, ==, 0);
  g_assert_cmpuint (tl_session_get_budget (f->session), ==, TL_BUDGET_DEFAULT);

  tl_session_set_budget (f->session, 2 * 1024 * 1024);
  g_assert_cmpuint (n_signals, ==, 1);
  tl_session_plan_thinning_async (f->session, NULL, on_planned_cb, &plan);
  g_main_loop_run (loop);
  g_assert_cmpuint (plan.n_checkpoints, >, 0);
  g_assert_cmpuint (plan.n_checkpoints, <, 38);
  after = session_fixture_print_checkpoints (f->session, run);
  g_assert_cmpstr (after, ==, before);

  tl_session_thin (f->session);
  g_free (after);
  after = session_fixture_print_checkpoints (f->session, run);
  g_assert_cmpuint (g_list_model_get_n_items (tl_session_get_checkpoints (f->session, run)), ==,
                    40 - plan.n_checkpoints);
  g_assert_nonnull (strstr (after, "175t"));
  g_assert_nonnull (strstr (after, "200s"));
  g_assert_true (g_str_has_suffix (after, " 1000"));

  session_fixture_reopen (f);
  g_assert_cmpuint (tl_session_get_budget (f->session), ==, 2 * 1024 * 1024);
  g_free (before);
  before = session_fixture_print_checkpoints (f->session, tl_session_find_run (f->session, 1));
  g_assert_cmpstr (after, ==, before);
}

/* A star says that all of a run is worth its room. */
static void
a_star_keeps_all (Fixture *f, gconstpointer data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *before = NULL, *after = NULL;
  TlRun *run = session_fixture_add (f, 1, "snow");
  Plan plan = { .loop = loop };

  session_fixture_begin (run);
  for (guint64 i = 1; i <= 40; i++)
    keep_large (run, i * 25, TL_KEPT_PERIODIC);
  before = session_fixture_print_checkpoints (f->session, run);
  tl_run_set_mark (run, TL_MARK_STARRED);
  tl_session_set_budget (f->session, 2 * 1024 * 1024);
  tl_session_plan_thinning_async (f->session, NULL, on_planned_cb, &plan);
  g_main_loop_run (loop);
  g_assert_cmpuint (plan.n_checkpoints, ==, 0);
  tl_session_thin (f->session);
  after = session_fixture_print_checkpoints (f->session, run);
  g_assert_cmpstr (after, ==, before);
}

/* Whoever was told that it is large is told again when it is larger, not when it is smaller. */
static void
the_budget_is_told_as_the_file_grows (Fixture *f, gconstpointer data)
{
  static const struct
  {
    guint64 size;
    guint n_told;
  } cases[] = { { 900, 0 },  { 5000, 1 }, { 5050, 1 }, { 4000, 1 },
                { 5100, 2 }, { 900, 2 },  { 1600, 2 }, { 1601, 3 } };
  guint n = 0;

  f->session->budget = 1600;
  g_signal_connect (f->session, "budget-exceeded", G_CALLBACK (count_cb), &n);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      f->session->size = cases[i].size;
      tl_session_check_budget (f->session);
      g_assert_cmpuint (n, ==, cases[i].n_told);
    }
}

static gdouble
listed_similarity (Fixture *f, gint64 id)
{
  TlRun *run = tl_session_find_run (f->session, id);
  /* Waits until the list is there. */
  g_autofree char *text = session_fixture_print_checkpoints (f->session, run);
  g_autoptr (TlCheckpoint) checkpoint =
    g_list_model_get_item (tl_session_get_checkpoints (f->session, run), 0);

  g_assert_nonnull (checkpoint);
  return tl_checkpoint_get_similarity (checkpoint);
}

/* A state is kept before its picture is looked at; what is seen then is written beside it. */
static void
the_picture_brings_the_similarity (Fixture *f, gconstpointer data)
{
  TlRun *run = session_fixture_add (f, 1, "snow");
  gint64 id = tl_run_get_origin (run)->id;
  g_autoptr (GBytes) state = session_fixture_state (id, 25);
  g_autoptr (GBytes) pixels = g_bytes_new_take (g_malloc0 (64 * 64 * 4), 64 * 64 * 4);
  g_autoptr (TlFrame) frame = tl_frame_new (64, 64, 64 * 4, pixels, 25, 0.375);

  session_fixture_begin (run);
  tl_run_add_checkpoint (
    run, &(TlCheckpointValues){ .iteration = 25, .similarity = NAN, .state = state });
  g_assert_true (isnan (listed_similarity (f, id)));
  tl_run_add_picture (run, frame);
  g_assert_cmpfloat (listed_similarity (f, id), ==, 0.375);
  /* Kept again, for another reason, its picture is the same. */
  tl_run_add_checkpoint (
    run, &(TlCheckpointValues){
           .iteration = 25, .kept = TL_KEPT_TURN, .similarity = NAN, .state = state });
  g_assert_cmpfloat (listed_similarity (f, id), ==, 0.375);

  session_fixture_reopen (f);
  g_assert_cmpfloat (listed_similarity (f, id), ==, 0.375);
}

/* What could not be read again is not begun. */
static void
a_prompt_that_is_no_prompt_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *clause = g_strnfill (4000, 'a');
  g_autoptr (GString) words = g_string_new (clause);
  g_autoptr (TlStart) start = session_fixture_start (1);
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i < 300; i++)
    g_string_append_printf (words, " %c %s", i % 50 == 0 ? '^' : '|', clause);
  steer = session_fixture_steer (words->str, 100);
  g_assert_null (tl_session_add_run (f->session, start, steer, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (tl_session_explore (f->session, start, steer, 3, 100, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_assert_null (tl_session_get_path (f->session));
}

int
main (int argc, char **argv)
{
  static const SessionTest tests[] = {
    { "/session/kept/line", a_state_is_found_up_the_line },
    { "/session/kept/anew", what_began_anew_has_nothing_to_go_on_from },
    { "/session/kept/list", the_list_follows },
    { "/session/kept/similarity", the_picture_brings_the_similarity },
    { "/session/kept/budget", nothing_goes_before_it_was_shown },
    { "/session/kept/budget-told", the_budget_is_told_as_the_file_grows },
    { "/session/kept/long-prompt", a_prompt_that_is_no_prompt_is_refused },
    { "/session/kept/star", a_star_keeps_all },
  };

  return session_fixture_run_tests (&argc, &argv, tests, G_N_ELEMENTS (tests));
}
