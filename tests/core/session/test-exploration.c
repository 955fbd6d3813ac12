/* test-exploration.c - what several starts add up to, and who goes when half must
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/exploration.h"

#include <math.h>

#define N 6

typedef struct
{
  TlExploration *exploration;
  TlRun *runs[N];
  GString *halved; /* ids, a line a signal */
} Fixture;

static void
on_halve_cb (TlExploration *exploration, GPtrArray *worse, Fixture *f)
{
  for (guint i = 0; i < worse->len; i++)
    g_string_append_printf (f->halved, "%u ", (guint) tl_run_get_origin (worse->pdata[i])->id);
  g_string_append_c (f->halved, '\n');
}

static TlRun *
make_run (guint index)
{
  const TlStartValues values = { .seed = index, .width = 64, .height = 64 };
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("snow");
  g_autoptr (TlStart) start = tl_start_new (&values);
  g_autoptr (TlSteer) steer = NULL;
  TlSettings settings;
  TlRun *run;

  tl_settings_init (&settings);
  steer = tl_steer_new (prompt, &settings, NULL);
  run = tl_run_new (start, steer);
  tl_run_set_origin (run, &(TlRunOrigin){ .id = index + 1, .exploration = 1, .hold = 100 });
  return run;
}

/* What a damaged file says of it is passed over. */
static void
hands_lay_it_out (void)
{
  g_autoptr (TlExploration) exploration =
    tl_exploration_new (&(TlExplorationRecord){ .id = 1, .hold = 100 });
  g_autoptr (TlRun) first = make_run (0);
  g_autoptr (TlRun) third = make_run (2);

  g_assert_null (tl_exploration_get_order (exploration));
  g_assert_cmpuint (tl_exploration_get_place (exploration, first), ==, G_MAXUINT);
  tl_exploration_set_order (exploration, "3 1");
  g_assert_cmpuint (tl_exploration_get_place (exploration, third), ==, 0);
  g_assert_cmpuint (tl_exploration_get_place (exploration, first), ==, 1);
  tl_exploration_set_order (exploration, " -3 x 99999999999999999999 1  7");
  g_assert_cmpuint (tl_exploration_get_place (exploration, third), ==, G_MAXUINT);
  g_assert_cmpuint (tl_exploration_get_place (exploration, first), ==, 0);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->exploration = tl_exploration_new (&(TlExplorationRecord){ .id = 1, .hold = 100 });
  f->halved = g_string_new (NULL);
  g_signal_connect (f->exploration, "halve", G_CALLBACK (on_halve_cb), f);
  for (guint i = 0; i < N; i++)
    f->runs[i] = make_run (i);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->exploration);
  g_string_free (f->halved, TRUE);
  /* None is held on to. */
  for (guint i = 0; i < N; i++)
    g_assert_finalize_object (f->runs[i]);
}

static void
add (Fixture *f, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    tl_exploration_add (f->exploration, f->runs[i]);
}

static void
go (Fixture *f, guint index, guint64 iteration, gdouble similarity)
{
  tl_run_update (f->runs[index], &(TlRunNews){ .state = TL_RUN_RUNNING,
                                               .iteration = iteration,
                                               .similarity = similarity,
                                               .loss = NAN,
                                               .rate = NAN });
}

static void
assert_counts (Fixture *f, guint64 n_done, guint64 n_total, gboolean is_held)
{
  guint64 done, total;
  gboolean held;

  g_object_get (f->exploration, "n-done", &done, "n-total", &total, "is-held", &held, NULL);
  g_assert_cmpuint (done, ==, n_done);
  g_assert_cmpuint (total, ==, n_total);
  g_assert_cmpint (held, ==, is_held);
  g_assert_cmpuint (tl_exploration_get_n_done (f->exploration), ==, n_done);
  g_assert_cmpuint (tl_exploration_get_n_total (f->exploration), ==, n_total);
  g_assert_cmpint (tl_exploration_is_held (f->exploration), ==, is_held);
}

/* One that somebody stopped before waits for nothing, and nobody for it. */
static void
a_stopped_one_is_not_waited_for (Fixture *f, gconstpointer data)
{
  add (f, 0, N);
  for (guint i = 0; i < N; i++)
    {
      gboolean is_last = i == N - 1;

      tl_run_update (f->runs[i], &(TlRunNews){ .state = is_last ? TL_RUN_STOPPED : TL_RUN_HELD,
                                               .iteration = is_last ? 40 : 100,
                                               .similarity = 0.3,
                                               .loss = NAN,
                                               .rate = NAN });
    }
  assert_counts (f, 100 * (N - 1) + 40, 100 * N, TRUE);
}

static void
rejected_and_failed_do_not_count (Fixture *f, gconstpointer data)
{
  assert_counts (f, 0, 0, FALSE);
  add (f, 0, 3);
  assert_counts (f, 0, 300, FALSE);
  go (f, 0, 40, 0);
  go (f, 1, 100, 0);
  /* Beyond the hold it is somebody's run, and no longer the exploration's. */
  go (f, 2, 140, 0);
  assert_counts (f, 240, 300, FALSE);

  /* The iteration alone is not the hold: the run has yet to say that it waits. */
  tl_run_set_mark (f->runs[0], TL_MARK_REJECTED);
  assert_counts (f, 200, 200, FALSE);
  tl_run_update (f->runs[1], &(TlRunNews){ TL_RUN_HELD, 100, NULL, NAN, NAN, NAN, NULL });
  assert_counts (f, 200, 200, TRUE);
  tl_run_set_mark (f->runs[0], TL_MARK_NONE);
  assert_counts (f, 240, 300, FALSE);
  tl_run_update (f->runs[0], &(TlRunNews){ TL_RUN_FAILED, 40, NULL, NAN, NAN, NAN, NULL });
  assert_counts (f, 200, 200, TRUE);
  tl_exploration_remove (f->exploration, f->runs[2]);
  assert_counts (f, 100, 100, TRUE);
  tl_run_set_mark (f->runs[1], TL_MARK_REJECTED);
  assert_counts (f, 0, 0, FALSE);
}

static void
candidates_are_listed_by_seed (Fixture *f, gconstpointer data)
{
  static const guint order[] = { 3, 0, 5, 1 };
  static const gint64 ids[] = { 1, 2, 4, 6 };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    tl_exploration_add (f->exploration, f->runs[order[i]]);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->exploration)), ==, 4);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (G_LIST_MODEL (f->exploration), i);

      g_assert_cmpint (tl_run_get_origin (run)->id, ==, ids[i]);
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (f->exploration), 4));
}

static void
the_worse_half_goes_when_all_have_passed (Fixture *f, gconstpointer data)
{
  tl_exploration_set_keeps_best_half (f->exploration, TRUE);
  add (f, 0, 5);
  for (guint i = 0; i < 4; i++)
    go (f, i, 30, i == 2 ? 0.1 : 0.5 + i / 10.0);
  g_assert_cmpstr (f->halved->str, ==, "");
  go (f, 4, 24, 0.2);
  g_assert_cmpstr (f->halved->str, ==, "");

  /* Two of five, the worst first. */
  go (f, 4, 25, 0.2);
  g_assert_cmpstr (f->halved->str, ==, "3 5 \n");
  tl_run_set_mark (f->runs[2], TL_MARK_REJECTED);
  tl_run_set_mark (f->runs[4], TL_MARK_REJECTED);
  for (guint i = 0; i < 4; i++)
    go (f, i, 50, 0.5 + i / 10.0);
  g_assert_cmpstr (f->halved->str, ==, "3 5 \n1 \n");
  go (f, 0, 75, 0.9);
  go (f, 1, 75, 0.9);
  go (f, 3, 75, 0.9);
  g_assert_cmpstr (f->halved->str, ==, "3 5 \n1 \n");
}

static void
rejecting_the_last_straggler_is_passing (Fixture *f, gconstpointer data)
{
  tl_exploration_set_keeps_best_half (f->exploration, TRUE);
  add (f, 0, 3);
  go (f, 0, 25, 0.3);
  go (f, 1, 25, 0.2);
  tl_run_set_mark (f->runs[2], TL_MARK_REJECTED);
  g_assert_cmpstr (f->halved->str, ==, "2 \n");
}

static void
later_ones_are_measured_among_themselves (Fixture *f, gconstpointer data)
{
  tl_exploration_set_keeps_best_half (f->exploration, TRUE);
  add (f, 0, 2);
  go (f, 0, 60, 0.9);
  go (f, 1, 60, 0.8);
  g_string_truncate (f->halved, 0);

  add (f, 2, 4);
  for (guint i = 2; i < 6; i++)
    go (f, i, 25, i / 100.0);
  g_assert_cmpstr (f->halved->str, ==, "3 4 \n");
}

static void
nobody_goes_unasked_or_unmeasured (Fixture *f, gconstpointer data)
{
  add (f, 0, 4);
  for (guint i = 0; i < 4; i++)
    go (f, i, 26, i / 10.0);
  g_assert_cmpstr (f->halved->str, ==, "");

  /* What is past is past. */
  tl_exploration_set_keeps_best_half (f->exploration, TRUE);
  go (f, 0, 27, 0.1);
  g_assert_cmpstr (f->halved->str, ==, "");

  add (f, 4, 2);
  go (f, 4, 25, NAN);
  go (f, 5, 25, NAN);
  g_assert_cmpstr (f->halved->str, ==, "");
}

/* As when a file is opened. */
static void
what_was_passed_before_is_not_passed_again (Fixture *f, gconstpointer data)
{
  tl_exploration_set_keeps_best_half (f->exploration, TRUE);
  for (guint i = 0; i < 4; i++)
    go (f, i, 25, i / 10.0);
  add (f, 0, 4);
  go (f, 0, 26, 0);
  g_assert_cmpstr (f->halved->str, ==, "");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/exploration/counts", rejected_and_failed_do_not_count },
    { "/exploration/order", candidates_are_listed_by_seed },
    { "/exploration/halve/all-passed", the_worse_half_goes_when_all_have_passed },
    { "/exploration/held/stopped", a_stopped_one_is_not_waited_for },
    { "/exploration/halve/straggler-rejected", rejecting_the_last_straggler_is_passing },
    { "/exploration/halve/later-ones", later_ones_are_measured_among_themselves },
    { "/exploration/halve/unasked", nobody_goes_unasked_or_unmeasured },
    { "/exploration/halve/restored", what_was_passed_before_is_not_passed_again },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  g_test_add_func ("/exploration/laid-by-hand", hands_lay_it_out);
  return g_test_run ();
}
