/* test-train-eval.c - tiller-train eval as a user types it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/app/trainer.h"

#include <string.h>

/* clip.safetensors and clip-heads.safetensors, of m.txt, after one step of two pictures. */
static void
learn_nothing (Fixture *fixture)
{
  g_assert_cmpint (trainer_run (fixture, "merges -o m.txt --count 200", NULL, NULL), ==, 0);
  g_assert_cmpint (
    trainer_run (fixture,
                 "clip --folder . --merges m.txt --width 64 --layers 1 --text-width 64 "
                 "--text-layers 1 --batch 2 --held-out 2 --threads 1 --steps 1 --warm 1",
                 NULL, NULL),
    ==, 0);
}

/* Without a judge of one's own it is the starter's, which recognises what is drawn. */
static void
starters_judge_is_at_hand (Fixture *fixture, gconstpointer data)
{
  g_autofree char *out = NULL, *err = NULL;

  g_assert_cmpint (
    trainer_run (fixture,
                 "eval --objects tree,house --prompts 2 --seeds 1 --iterations 1 --turns 1 "
                 "--turn-at 5 --new-forms --threads 1",
                 &out, &err),
    ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_nonnull (strstr (out, "scenes as they are drawn:  first 1.00  first three 1.00  object "
                                 "1.00"));
  g_assert_nonnull (strstr (out, "5 iterations after them:  first "));
}

/* A judge that learnt nothing has an opinion all the same. */
static void
evaluation_tells_shares (Fixture *fixture, gconstpointer data)
{
  g_autofree char *out = NULL, *err = NULL, *err_heads = NULL, *plain = NULL;
  g_autofree char *out_mean = NULL;
  const char *judge = "eval --judge clip.safetensors --judge-merges m.txt --prompts 3 --seeds 1 "
                      "--iterations 1,2 --turns 1 --turn-at 5 --size 64 --threads 1 --sheet e.png";
  g_autofree char *right = g_strconcat (judge, " --judge-heads clip-heads.safetensors", NULL);
  g_autofree char *mean =
    g_strconcat (right, " --judge mean.safetensors", NULL); /* the last of two counts */
  g_autofree char *mistaken = g_strconcat (judge, " --judge-heads clip.safetensors", NULL);

  learn_nothing (fixture);
  g_assert_cmpint (trainer_run (fixture, mistaken, NULL, &err_heads), ==, 1);
  g_assert_false (trainer_exists (fixture, "e.png"));

  /* The mean of a model and itself is that model, and judges as it does. */
  g_assert_cmpint (trainer_run (fixture,
                                "average -o mean.safetensors clip.safetensors clip.safetensors",
                                NULL, NULL),
                   ==, 0);
  g_assert_cmpint (trainer_run (fixture, mean, &out_mean, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, right, &out, &err), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpstr (out_mean, ==, out);
  g_assert_nonnull (strstr (out, "64 scenes rebuilt from codes: 2"));
  g_assert_nonnull (strstr (out, " of 16384 codes used by them\n"));
  g_assert_nonnull (strstr (out, "scenes as they are drawn:  first "));
  g_assert_nonnull (strstr (out, "iteration 1, 3 runs:  first "));
  g_assert_nonnull (strstr (out, "iteration 2, 3 runs:  first "));
  g_assert_nonnull (strstr (out, "right turns: "));
  g_assert_nonnull (strstr (out, "  background "));
  g_assert_true (trainer_exists (fixture, "e.png"));

  g_assert_cmpint (trainer_run (fixture, judge, &plain, NULL), ==, 0);
  g_assert_nonnull (strstr (plain, "iteration 1, 3 runs:  first "));
  g_assert_null (strstr (plain, "  background "));
}

/* Before anything is opened, and not after hours. */
static void
sheets_that_cannot_be_are_told (Fixture *fixture, gconstpointer data)
{
  g_autofree char *err = NULL;

  g_assert_cmpint (trainer_run (fixture,
                                "eval --prompts 250 --size 1024 --sheet e.png --vqgan no-such-file "
                                "--judge no-such-file --judge-merges no-such-file",
                                NULL, &err),
                   ==, 1);
  g_assert_cmpstr (err, ==,
                   "tiller-train: That sheet would be too large; take fewer or smaller pictures\n");
}

/* The starter's cells are of 8 pixels. */
static void
sizes_are_whole_cells (Fixture *fixture, gconstpointer data)
{
  g_autofree char *err = NULL;

  g_assert_cmpint (trainer_run (fixture, "eval --size 100 --prompts 2 --threads 1", NULL, &err), ==,
                   1);
  g_assert_cmpstr (err, ==,
                   "tiller-train: 100 × 100 is no size for this model, which works in steps of "
                   "8\n");
}

/* Lines of what is printed from @prefix on, up to the next. */
static char *
dup_line (const char *out, const char *prefix)
{
  const char *line = strstr (out, prefix);

  g_assert_nonnull (line);
  return g_strndup (line, strcspn (line, "\n"));
}

/* What was steered can be looked at again, by the same eyes with the same result, and by others. */
static void
evaluation_is_recorded (Fixture *fixture, gconstpointer data)
{
  const char *eval = "eval --objects tree,house --prompts 2 --seeds 1 --seed 3 --iterations 1,2 "
                     "--turns 0 --size 64 --threads 1 --record seen";
  g_autofree char *again = g_strconcat (eval, " --again", NULL);
  g_autofree char *longer = g_strconcat (again, " --iterations 1,2,3", NULL);
  g_autofree char *other = g_strconcat (again, " --first 4", NULL); /* the same prompts */
  g_autofree char *blind = g_strconcat (again,
                                        " --judge clip.safetensors --judge-merges m.txt"
                                        " --sheet again.png",
                                        NULL);
  g_autofree char *out = NULL, *out_again = NULL, *out_blind = NULL, *err = NULL;
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (GBytes) table = NULL, table_again = NULL, table_blind = NULL;
  g_auto (GStrv) lines = NULL, words = NULL;

  g_assert_cmpint (trainer_run (fixture, eval, &out, NULL), ==, 0);
  table = trainer_read (fixture, "seen/runs.csv");
  lines = g_strsplit (g_bytes_get_data (table, NULL), "\n", -1);
  g_assert_cmpstr (lines[0], ==, "prompt,seed,iteration,rank,thing,colour,place");
  g_assert_cmpuint (g_bytes_get_size (table), >, strlen (lines[0]) + 4 * strlen ("\"\",3,1,1,,,"));
  words = g_strsplit (lines[4], "\",3,2,", -1); /* the last: its second prompt, second stop */
  g_assert_cmpuint (g_strv_length (words), ==, 2);
  g_assert_nonnull (strstr (words[0], "house"));

  /* The very pictures. */
  g_assert_cmpint (trainer_run (fixture, again, &out_again, NULL), ==, 0);
  table_again = trainer_read (fixture, "seen/runs.csv");
  g_assert_true (g_bytes_equal (table, table_again));
  first = dup_line (out, "iteration 2, 2 runs:");
  second = dup_line (out_again, "iteration 2, 2 runs:");
  g_assert_cmpstr (first, ==, second);

  /* By who has no names for what it sees. */
  learn_nothing (fixture);
  g_assert_cmpint (trainer_run (fixture, blind, &out_blind, NULL), ==, 0);
  table_blind = trainer_read (fixture, "seen/runs.csv");
  g_assert_nonnull (strstr (g_bytes_get_data (table_blind, NULL), ",,,\n"));
  g_assert_true (trainer_exists (fixture, "again.png"));

  /* What was not seen cannot be seen again, and the table stays. */
  g_assert_cmpint (trainer_run (fixture, longer, NULL, &err), ==, 1);
  g_assert_nonnull (strstr (err, ", seed 3, 3.png"));
  g_clear_pointer (&err, g_free);
  g_assert_cmpint (trainer_run (fixture, other, NULL, &err), ==, 1);
  g_assert_nonnull (strstr (err, "a tree"));
  g_assert_nonnull (strstr (err, ", seed 4, 1.png"));
  g_clear_pointer (&table, g_bytes_unref);
  table = trainer_read (fixture, "seen/runs.csv");
  g_assert_true (g_bytes_equal (table, table_blind));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/train/eval/starters-judge", Fixture, NULL, fixture_set_up,
              starters_judge_is_at_hand, fixture_tear_down);
  g_test_add ("/train/eval/is-recorded", Fixture, NULL, fixture_set_up, evaluation_is_recorded,
              fixture_tear_down);
  g_test_add ("/train/eval/sheets-that-cannot-be", Fixture, NULL, fixture_set_up,
              sheets_that_cannot_be_are_told, fixture_tear_down);
  g_test_add ("/train/eval/sizes-are-whole-cells", Fixture, NULL, fixture_set_up,
              sizes_are_whole_cells, fixture_tear_down);
  g_test_add ("/train/eval/tells-shares", Fixture, NULL, fixture_set_up, evaluation_tells_shares,
              fixture_tear_down);
  return g_test_run ();
}
