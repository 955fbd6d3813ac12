/* test-run.c - a run notifies what changed, and nothing else
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/run.h"
#include "tests/core/session/random-recipe.h"

#include <math.h>
#include <string.h>

typedef struct
{
  TlRun *run;
  GPtrArray *notified; /* names */
} Fixture;

static void
on_notify_cb (TlRun *run, GParamSpec *pspec, GPtrArray *notified)
{
  g_ptr_array_add (notified, (gpointer) pspec->name);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static TlSteer *
steer_of_length (gint64 n_iterations)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("snow");
  TlSettings settings;

  tl_settings_init (&settings);
  settings.n_iterations = n_iterations;
  return tl_steer_new (prompt, &settings, NULL);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const TlStartValues values = { .seed = 5, .width = 64, .height = 64 };
  g_autoptr (TlStart) start = tl_start_new (&values);
  g_autoptr (TlSteer) steer = steer_of_length (100);

  f->run = tl_run_new (start, steer);
  f->notified = g_ptr_array_new ();
  g_signal_connect (f->run, "notify", G_CALLBACK (on_notify_cb), f->notified);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->run);
  g_ptr_array_unref (f->notified);
}

/* @names: sorted; in which order they are notified is GObject's affair. */
static void
assert_notified (Fixture *f, const char *names)
{
  g_autofree char *notified = NULL;

  g_ptr_array_sort (f->notified, compare_names);
  g_ptr_array_add (f->notified, NULL);
  notified = g_strjoinv (" ", (char **) f->notified->pdata);
  g_assert_cmpstr (notified, ==, names);
  g_ptr_array_set_size (f->notified, 0);
}

static TlFrame *
make_frame (guint64 iteration)
{
  g_autoptr (GBytes) pixels = g_bytes_new_take (g_malloc0 (16), 16);

  return tl_frame_new (2, 2, 8, pixels, iteration, 0.5);
}

static void
only_what_changed_is_notified (Fixture *f, gconstpointer data)
{
  TlRunNews news = { .state = TL_RUN_STARTING, .loss = NAN, .similarity = NAN, .rate = NAN };
  g_autoptr (TlFrame) frame = make_frame (7);
  g_autoptr (TlFrame) held = NULL;

  tl_run_update (f->run, &news);
  assert_notified (f, "state");
  tl_run_update (f->run, &news);
  assert_notified (f, "");

  news = (TlRunNews){ TL_RUN_RUNNING, 8, frame, 0.25, 0.5, 4, NULL };
  tl_run_update (f->run, &news);
  assert_notified (f, "frame iteration loss rate seconds-left similarity state");
  g_assert_cmpfloat (tl_run_get_seconds_left (f->run), ==, 23);
  tl_run_update (f->run, &news);
  assert_notified (f, "");

  /* What is no news stays as it was. */
  news = (TlRunNews){ TL_RUN_FAILED, 8, NULL, NAN, NAN, NAN, (char *) "no memory" };
  tl_run_update (f->run, &news);
  assert_notified (f, "message seconds-left state");
  held = tl_run_dup_frame (f->run);
  g_assert_true (held == frame);
  g_assert_cmpfloat (tl_run_get_similarity (f->run), ==, 0.5);
  g_assert_cmpstr (tl_run_get_message (f->run), ==, "no memory");

  news = (TlRunNews){ TL_RUN_RUNNING, 8, NULL, NAN, NAN, NAN, NULL };
  tl_run_update (f->run, &news);
  assert_notified (f, "message seconds-left state");

  /* But what was said of an iteration that it has gone back from. */
  news = (TlRunNews){ TL_RUN_RUNNING, 5, NULL, NAN, NAN, NAN, NULL };
  tl_run_update (f->run, &news);
  assert_notified (f, "iteration seconds-left similarity");
  g_assert_true (isnan (tl_run_get_similarity (f->run)));
}

/* A candidate waits at its hold, and that is what somebody waits for. */
static void
the_hold_is_the_nearer_goal (Fixture *f, gconstpointer data)
{
  const TlRunOrigin origin = { .id = 1, .exploration = 1, .hold = 50 };

  tl_run_set_origin (f->run, &origin);
  tl_run_update (f->run, &(TlRunNews){ TL_RUN_RUNNING, 10, NULL, NAN, NAN, 2, NULL });
  g_assert_cmpuint (tl_run_get_goal (f->run), ==, 50);
  g_assert_cmpfloat (tl_run_get_seconds_left (f->run), ==, 20);
  tl_run_update (f->run, &(TlRunNews){ TL_RUN_RUNNING, 50, NULL, NAN, NAN, 2, NULL });
  g_assert_cmpuint (tl_run_get_goal (f->run), ==, 100);
  g_assert_cmpfloat (tl_run_get_seconds_left (f->run), ==, 25);
}

static void
a_turn_is_journalled (Fixture *f, gconstpointer data)
{
  g_autoptr (TlSteer) same_length = steer_of_length (100), longer = steer_of_length (200);

  tl_run_add_journal (f->run, &(TlJournalEntry){ 0, tl_run_get_steer (f->run), TL_TURN_GENTLE });
  assert_notified (f, "");
  tl_run_update (f->run, &(TlRunNews){ TL_RUN_RUNNING, 9, NULL, NAN, NAN, NAN, NULL });
  assert_notified (f, "iteration state");
  tl_run_add_journal (f->run, &(TlJournalEntry){ 5, same_length, TL_TURN_GENTLE });
  assert_notified (f, "steer");
  tl_run_add_journal (f->run, &(TlJournalEntry){ 9, longer, TL_TURN_HARD });
  assert_notified (f, "n-iterations steer");
  /* One that is ahead is not in force yet. */
  tl_run_add_journal (f->run, &(TlJournalEntry){ 10, same_length, TL_TURN_GENTLE });
  assert_notified (f, "");
  g_assert_cmpuint (tl_run_get_journal (f->run)->len, ==, 4);
  g_assert_cmpuint (tl_run_get_n_iterations (f->run), ==, 200);
}

static void
the_recipe_holds_what_acted (Fixture *f, gconstpointer data)
{
  const TlMaker maker = { { (char *) "a", (char *) "" },
                          { (char *) "b", (char *) "" },
                          (char *) "float32",
                          (char *) "cpu",
                          2 };
  g_autoptr (TlSteer) later = steer_of_length (100);
  static const struct
  {
    guint64 iteration;
    guint n_entries;
  } cases[] = { { 0, 1 }, { 4, 1 }, { 5, 1 }, { 6, 2 }, { 100, 2 } };

  g_assert_null (tl_run_dup_recipe (f->run, 0));
  tl_run_add_journal (f->run, &(TlJournalEntry){ 0, tl_run_get_steer (f->run), TL_TURN_GENTLE });
  g_assert_null (tl_run_dup_recipe (f->run, 0));
  tl_run_set_maker (f->run, &maker);
  tl_run_add_journal (f->run, &(TlJournalEntry){ 5, later, TL_TURN_HARD });

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlRecipe) recipe = tl_run_dup_recipe (f->run, cases[i].iteration);

      g_assert_cmpuint (tl_recipe_get_n_entries (recipe), ==, cases[i].n_entries);
      g_assert_cmpuint (tl_recipe_get_iteration (recipe), ==, cases[i].iteration);
      g_assert_true (tl_recipe_get_start (recipe) == tl_run_get_start (f->run));
      g_assert_cmpuint (tl_recipe_get_maker (recipe)->n_threads, ==, 2);
    }
}

static void
properties_say_the_same (Fixture *f, gconstpointer data)
{
  g_autoptr (TlFrame) frame = make_frame (8), boxed = NULL;
  g_autoptr (TlSteer) steer = NULL;
  g_autofree char *message = NULL;
  guint64 iteration, n_iterations;
  gdouble similarity, loss, rate, seconds_left;
  TlRunState state;
  TlRunNews news = { TL_RUN_RUNNING, 8, frame, 0.25, 0.5, 4, NULL };

  tl_run_update (f->run, &news);
  g_object_get (f->run, "state", &state, "iteration", &iteration, "n-iterations", &n_iterations,
                "frame", &boxed, "similarity", &similarity, "loss", &loss, "rate", &rate,
                "seconds-left", &seconds_left, "steer", &steer, "message", &message, NULL);
  g_assert_cmpint (state, ==, TL_RUN_RUNNING);
  g_assert_cmpuint (iteration, ==, 8);
  g_assert_cmpuint (n_iterations, ==, 100);
  g_assert_true (boxed == frame);
  g_assert_cmpfloat (similarity, ==, 0.5);
  g_assert_cmpfloat (loss, ==, 0.25);
  g_assert_cmpfloat (rate, ==, 4);
  g_assert_cmpfloat (seconds_left, ==, 23);
  g_assert_true (steer == tl_run_get_steer (f->run));
  g_assert_null (message);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/run/notify", only_what_changed_is_notified },
    { "/run/goal", the_hold_is_the_nearer_goal },
    { "/run/journal", a_turn_is_journalled },
    { "/run/recipe", the_recipe_holds_what_acted },
    { "/run/properties", properties_say_the_same },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
