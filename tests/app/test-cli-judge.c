/* test-cli-judge.c - an exploration that another CLIP judges, as a user types it
 *
 * The judge is the starter's CLIP with a little of it scrambled: another network, which sees things
 * otherwise. What it must say of a picture is known from `tiller-cli score`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "core/base/hash.h"
#include "core/base/paths.h"
#include "tests/app/program.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define SCRAMBLED 65536
#define SMALL "--size 64x64 --cutouts 2 --threads 1 --iterations 9 --seed 40"
#define PROMPT "'a blue car:2 | snow | fog:-1'"

/* Two stretches change places: other weights of the same size. */
static void
write_judge (Fixture *fixture)
{
  g_autofree char *clip = tl_path_starter ("starter-clip.safetensors");
  g_autofree char *merges = tl_path_starter ("starter-merges.txt");
  g_autofree char *bytes = NULL, *words = NULL, *held = NULL;
  gsize n, n_words;

  g_assert_true (g_file_get_contents (clip, &bytes, &n, NULL));
  g_assert_true (g_file_get_contents (merges, &words, &n_words, NULL));
  g_assert_cmpuint (n, >, 4 * SCRAMBLED);
  held = g_memdup2 (bytes + n - SCRAMBLED, SCRAMBLED);
  memcpy (bytes + n - SCRAMBLED, bytes + n - 2 * SCRAMBLED, SCRAMBLED);
  memcpy (bytes + n - 2 * SCRAMBLED, held, SCRAMBLED);
  fixture_write (fixture, "judge.safetensors", bytes, (gssize) n);
  fixture_write (fixture, "merges.txt", words, (gssize) n_words);
}

static JsonNode *
read_line (const char *text, guint index)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  JsonNode *node;

  g_assert_cmpuint (index, <, g_strv_length (lines));
  node = json_from_string (lines[index], NULL);
  g_assert_nonnull (node);
  return node;
}

static gdouble
read_number (const char *text, guint index, const char *member)
{
  g_autoptr (JsonNode) node = read_line (text, index);

  return json_object_get_double_member (json_node_get_object (node), member);
}

/* What the judge says of one text and the picture of a run. */
static gdouble
score (Fixture *fixture, gint run, const char *words)
{
  g_auto (Outcome) picture =
    fixture_run (fixture, "export j.tiller:%d@5 -o held-%d.png --quiet", run, run);
  g_auto (Outcome) outcome = fixture_run (
    fixture, "score --json --threads 1 --clip judge.safetensors --text '%s' held-%d.png", words,
    run);

  outcome_assert_ok (&picture);
  outcome_assert_ok (&outcome);
  return read_number (outcome.out, 0, "similarity");
}

/* The score is among the facts of the run. */
static void
assert_kept (Fixture *fixture, gint run, gdouble value)
{
  g_auto (Outcome) outcome = fixture_run (fixture, "inspect --json j.tiller");
  g_autofree char *path = fixture_path (fixture, "judge.safetensors");
  g_autofree char *sum = tl_hash_file (path);
  g_autofree char *key = g_strconcat ("judge.safetensors:", sum, NULL);
  g_autoptr (JsonNode) node = NULL;
  JsonArray *scores;
  JsonObject *fact;

  outcome_assert_ok (&outcome);
  node = read_line (outcome.out, (guint) run - 1);
  scores = json_object_get_array_member (json_node_get_object (node), "scores");
  g_assert_cmpuint (json_array_get_length (scores), ==, 1);
  fact = json_array_get_object_element (scores, 0);
  g_assert_cmpint (json_object_get_int_member (fact, "iteration"), ==, 5);
  g_assert_cmpstr (json_object_get_string_member (fact, "judge"), ==, key);
  g_assert_cmpstr (json_object_get_string_member (fact, "clause"), ==, "");
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (fact, "value"), value, 1e-9);
}

static void
the_judge_sorts (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) explore = { 0 };
  gdouble last = 2;
  guint n_apart = 0;

  write_judge (fixture);
  explore = fixture_run (fixture, "explore --json --prompt " PROMPT " --seeds 4 --hold 5 " SMALL
                                  " --session j.tiller --judge judge.safetensors");
  outcome_assert_ok (&explore);
  for (guint i = 0; i < 4; i++)
    {
      gdouble judge = read_number (explore.out, i, "judge");
      g_autoptr (JsonNode) node = read_line (explore.out, i);
      gint run = (gint) json_object_get_int_member (json_node_get_object (node), "run");
      gdouble expected =
        (2 * score (fixture, run, "a blue car") + score (fixture, run, "snow")) / 3;

      g_assert_cmpfloat (judge, <=, last);
      last = judge;
      g_assert_cmpfloat_with_epsilon (judge, expected, 1e-5);
      n_apart += fabs (judge - read_number (explore.out, i, "similarity")) > 1e-4;
      assert_kept (fixture, run, judge);
    }
  /* Two CLIPs may agree about one by chance. */
  g_assert_cmpuint (n_apart, >=, 2);
}

/* Nothing that a judge says changes a run. */
static void
the_judge_does_not_steer (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) with = { 0 }, without = { 0 }, table = { 0 };
  static const char *const files[] = { "j", "alone" };

  write_judge (fixture);
  with = fixture_run (fixture, "explore --quiet --prompt " PROMPT " --seeds 2 --hold 5 " SMALL
                               " --session j.tiller --judge judge.safetensors --judge-vocab "
                               "merges.txt --sheet sheet.png");
  without = fixture_run (fixture, "explore --quiet --prompt " PROMPT " --seeds 2 --hold 5 " SMALL
                                  " --session alone.tiller --sheet plain.png");
  table = fixture_run (fixture, "explore --prompt x --seeds 2 --hold 2 " SMALL
                                " --session t.tiller --judge judge.safetensors");
  outcome_assert_ok (&with);
  outcome_assert_ok (&without);
  outcome_assert_ok (&table);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_auto (Outcome) outcome =
        fixture_run (fixture, "export %s.tiller:2@5 -o %s.png --quiet", files[i], files[i]);

      outcome_assert_ok (&outcome);
    }
  g_assert_true (fixture_same_pixels (fixture, "j.png", "alone.png"));
  g_assert_false (fixture_same_pixels (fixture, "sheet.png", "plain.png"));
  g_assert_nonnull (strstr (table.out, "judge"));
}

static void
mistakes_are_one_sentence (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *judge;
    gint status;
    const char *says;
  } cases[] = {
    { "--judge starter", 1, "steers already" },
    { "--judge same.safetensors --judge-vocab merges.txt", 1, "steers already" },
    { "--judge gone.safetensors", 1, "gone.safetensors" },
    { "--judge merges.txt", 1, "merges.txt" },
    { "--judge judge.safetensors --judge-vocab gone.txt", 1, "gone.txt" },
    { "--judge-vocab merges.txt", 2, "--judge" },
  };
  g_autofree char *clip = tl_path_starter ("starter-clip.safetensors");
  g_autofree char *bytes = NULL;
  gsize n;

  write_judge (fixture);
  g_assert_true (g_file_get_contents (clip, &bytes, &n, NULL));
  fixture_write (fixture, "same.safetensors", bytes, (gssize) n);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Outcome) outcome = fixture_run (
        fixture, "explore --prompt x --seeds 2 --hold 2 " SMALL " --session e.tiller %s",
        cases[i].judge);
      char *newline = strchr (outcome.err, '\n');

      g_test_message ("%s: %s", cases[i].judge, outcome.err);
      g_assert_cmpint (outcome.status, ==, cases[i].status);
      g_assert_nonnull (strstr (outcome.err, cases[i].says));
      g_assert_true (newline != NULL && newline[1] == '\0');
      g_assert_cmpstr (outcome.out, ==, "");
    }
}

/* It comes with the program, vocabulary and all. */
static void
the_starters_judge_is_at_hand (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) explore = fixture_run (
    fixture, "explore --json --prompt 'a blue car' --seeds 2 --hold 2 " SMALL " --session k.tiller"
             " --judge starter-judge");
  g_auto (Outcome) inspect = { 0 };

  outcome_assert_ok (&explore);
  g_assert_cmpfloat (fabs (read_number (explore.out, 0, "judge")), <=, 1);
  inspect = fixture_run (fixture, "inspect --json k.tiller");
  outcome_assert_ok (&inspect);
  g_assert_nonnull (strstr (inspect.out, "\"starter-judge:"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/cli/judge/sorts", Fixture, NULL, fixture_set_up, the_judge_sorts,
              fixture_tear_down);
  g_test_add ("/cli/judge/does-not-steer", Fixture, NULL, fixture_set_up, the_judge_does_not_steer,
              fixture_tear_down);
  g_test_add ("/cli/judge/starters", Fixture, NULL, fixture_set_up, the_starters_judge_is_at_hand,
              fixture_tear_down);
  g_test_add ("/cli/judge/mistakes", Fixture, NULL, fixture_set_up, mistakes_are_one_sentence,
              fixture_tear_down);
  return g_test_run ();
}
