/* test-train.c - tiller-train as a user types it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/app/trainer.h"

#include <cairo.h>
#include <glib/gstdio.h>
#include <string.h>

static void
sheet_is_a_picture (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "a.png", NULL);
  g_autofree char *out = NULL, *err = NULL;
  cairo_surface_t *sheet;

  g_assert_cmpint (trainer_run (fixture,
                                "scenes --sheet a.png --count 6 --columns 3 --size 48 --seed 5",
                                &out, &err),
                   ==, 0);
  g_assert_cmpstr (err, ==, "");
  sheet = cairo_image_surface_create_from_png (path);
  g_assert_cmpint (cairo_surface_status (sheet), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmpint (cairo_image_surface_get_width (sheet), >=, 3 * 48);
  g_assert_cmpint (cairo_image_surface_get_height (sheet), >, 2 * 48);
  cairo_surface_destroy (sheet);
}

static void
sheets_repeat (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) a = NULL, b = NULL, c = NULL;

  g_assert_cmpint (
    trainer_run (fixture, "scenes --sheet a.png --count 4 --size 64 --seed 5 --from 9", NULL, NULL),
    ==, 0);
  g_assert_cmpint (
    trainer_run (fixture, "scenes --sheet b.png --count 4 --size 64 --seed 5 --from 9", NULL, NULL),
    ==, 0);
  g_assert_cmpint (trainer_run (fixture,
                                "scenes --sheet c.png --count 4 --size 64 --seed 5 --from 10", NULL,
                                NULL),
                   ==, 0);
  a = trainer_read (fixture, "a.png");
  b = trainer_read (fixture, "b.png");
  c = trainer_read (fixture, "c.png");
  g_assert_true (g_bytes_equal (a, b));
  g_assert_false (g_bytes_equal (a, c));
}

static void
merges_are_written (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) a = NULL, b = NULL;
  g_autofree char *out = NULL, *err = NULL, *fewer = NULL;

  g_assert_cmpint (trainer_run (fixture, "merges -o a.txt --count 300", &out, &err), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_nonnull (strstr (out, " merges, "));
  g_assert_cmpint (trainer_run (fixture, "merges -o b.txt --count 300 --merges 40", &fewer, NULL),
                   ==, 0);
  a = trainer_read (fixture, "a.txt");
  b = trainer_read (fixture, "b.txt");
  g_assert_true (g_str_has_prefix (g_bytes_get_data (a, NULL), "#version: 0.2\n"));
  /* Fewer merges are the first of more. */
  g_assert_cmpuint (g_bytes_get_size (b), <, g_bytes_get_size (a));
  g_assert_cmpint (
    memcmp (g_bytes_get_data (a, NULL), g_bytes_get_data (b, NULL), g_bytes_get_size (b)), ==, 0);
}

/* One sentence of what is wrong, the right status, no file. */
static void
mistakes_are_said (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *arguments;
    int status;
    const char *says;
  } cases[] = {
    { "", 2, "" },
    { "paint", 2, "no command “paint”" },
    { "scenes", 2, "Say --sheet" },
    { "scenes --sheet a.png --count 0", 2, "--count" },
    { "scenes --sheet a.png --count 100000", 2, "--count" },
    { "scenes --sheet a.png --size 5", 2, "--size 16" },
    { "scenes --sheet a.png --size 100000", 2, "--size" },
    { "scenes --sheet a.png --count 4000 --size 2048", 2, "too large" },
    { "scenes --sheet a.png --columns 2000000000", 2, "too large" },
    { "scenes --sheet a.png --from -1", 2, "numbers 0 and up" },
    { "scenes --sheet a.png --object zebra", 2, "no “zebra”" },
    { "scenes --sheet a.png more", 2, "options only" },
    { "scenes --shet a.png", 2, "Unknown option --shet" },
    { "merges", 2, "Say --output" },
    { "merges -o a.png --count 0", 2, "--count" },
    { "merges -o a.png --merges 100000", 2, "--merges take" },
    { "merges -o no/such/folder/a.txt --count 1", 1, "no/such/folder/a.txt" },
    { "scenes --sheet no/such/folder/a.png --count 1", 1, "no/such/folder/a.png" },
    { "average", 2, "two models or more" },
    { "average -o a.safetensors", 2, "two models or more" },
    { "average -o a.safetensors one.safetensors", 2, "two models or more" },
    { "average -o a.safetensors one.safetensors two.safetensors", 1, "no file “one.safetensors”" },
    { "clip", 2, "Say --merges" },
    { "clip --merges no-such-file.txt --folder .", 1, "no vocabulary file “no-such-file.txt”" },
    { "clip --merges m.txt --folder . --width 65", 2, "Widths" },
    { "clip --merges m.txt --folder . --steps 0", 2, "--steps" },
    { "clip --merges m.txt --folder . --until -1", 2, "--until" },
    { "clip --merges m.txt --folder . --stages 2,2,2 --width 24", 2, "--stages" },
    { "clip --merges m.txt --folder . --stages 2,2,2,0 --width 24", 2, "--stages" },
    { "clip --merges m.txt --folder . --stages 2,2,2,2 --width 25", 2, "--stages" },
    { "clip --merges m.txt --folder . --stages 2,2,2,2 --width 24 --resolution 40", 2, "--stages" },
    { "clip --merges m.txt --folder . --rebuilt 0.5", 2, "need --vqgan" },
    { "clip --merges m.txt --folder . --vqgan v --rebuilt 0.1 --spoilt 0.2", 2,
      "--spoilt is at most" },
    { "clip --merges m.txt --folder . --keep-words --drawn", 2, "--drawn needs" },
    { "clip --merges m.txt --folder . --vqgan v --steered 2 --drawn", 2, "--drawn needs" },
    { "clip --merges m.txt --folder . --device abacus", 1, "“abacus”" },
    { "vqgan", 2, "Say --folder" },
    { "eval --judge a", 2, "come together" },
    { "eval --judge-merges b", 2, "come together" },
    { "eval --judge-heads c", 2, "come together" },
    { "eval --judge a --judge-merges b --judge-heads c --iterations 50,25", 2,
      "--iterations takes" },
    { "eval --objects zebra", 1, "no “zebra”" },
    { "eval --judge a --judge-merges b --judge-heads c --set noise", 2, "--set takes" },
    { "eval --judge a --judge-merges b --judge-heads c --set noise=loud", 1, "not “loud”" },
    { "eval --judge a --judge-merges b --judge-heads c --set lr=1", 2, "--set takes" },
    { "eval --judge a --judge-merges b --judge-heads c", 1, "no file “a”" },
    { "eval --again", 2, "--record" },
    { "vqgan --folder . --ch 20", 2, "--ch is" },
    { "vqgan --folder . --spoilt 0.5", 2, "--spoilt is a share" },
    { "vqgan --folder . --decoder-only --spoilt 1.5", 2, "--spoilt is a share" },
    { "vqgan --folder . --decoder-only --steered 2 --clip c", 2, "--steered is" },
    { "vqgan --folder . --steered 2 --clip c --merges m.txt", 2, "--steered is" },
    { "vqgan --folder . --merges m.txt", 2, "--steered is" },
    { "denoiser", 2, "Say --vqgan" },
    { "denoiser --folder .", 2, "Say --vqgan" },
    { "denoiser --folder . --vqgan v --clip c --merges m.txt --width 33", 2, "--width a multiple" },
    { "denoiser --folder . --vqgan v --clip c --merges m.txt --levels 0", 2, "--levels" },
    { "denoiser --folder . --vqgan v --clip c --merges m.txt --inner 0", 2, "--inner" },
    { "denoiser --folder . --vqgan nowhere.safetensors --clip c --merges m.txt", 1,
      "no file “nowhere.safetensors”" },
    { "vqgan --folder . --start nowhere.safetensors", 1, "no file “nowhere.safetensors”" },
    { "vqgan --folder /dev/null/x", 1, "“/dev/null/x” cannot be made" },
    { "clip --merges m.txt --folder . --resolution 4 --patch 4", 2, "the resolution" },
    { "clip --merges m.txt --folder . --vqgan v --batch 8 --rebuilt 0.5 --steered 5", 2,
      "--steered" },
    { "clip --merges m.txt --folder . --batch 4096", 2, "--batch" },
    { "clip --merges m.txt --folder . --vqgan v --batch 4000 --garbage 0.1", 2, "--batch" },
    { "vqgan --folder . --save-minutes inf", 2, "minutes" },
    { "eval --set coarse-from=3", 2, "--set takes" },
    { "eval --objects tractor,elefant,", 1, "no “elefant”" },
    { "eval --turn-at 4", 2, "--turn-at" },
    { "eval --turn-at 12", 2, "--turn-at" },
    { "eval --objects rainbow --prompts 1000", 1, "prompts" },
  };

  g_assert_cmpint (trainer_run (fixture, "merges -o m.txt --count 200", NULL, NULL), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, "a.png", NULL);
      g_autofree char *out = NULL, *err = NULL;

      g_test_message ("%s", cases[i].arguments);
      g_assert_cmpint (trainer_run (fixture, cases[i].arguments, &out, &err), ==, cases[i].status);
      if (*cases[i].arguments == '\0')
        continue;
      g_assert_true (g_str_has_prefix (err, "tiller-train: "));
      g_assert_nonnull (strstr (err, cases[i].says));
      g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

/* The learners' own tests look at what is learnt; this is about the program around them. */
static void
training_goes_on (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *command;
    const char *files[3];
  } learners[] = {
    { "vqgan --folder . --ch 8 --groups 4 --codes 16 --e-dim 8 --size 32 --batch 2 --held-out 2 "
      "--threads 1 "
      "--warm 1 --report 2",
      { "vqgan.safetensors", "vqgan.png" } },
    { "clip --folder . --merges m.txt --width 64 --layers 1 --text-width 64 --text-layers 1 "
      "--resolution 32 --batch 4 --held-out 4 --threads 1 --warm 1 --report 2",
      { "clip.safetensors", "clip-heads.safetensors" } },
    { "clip --folder . --merges m.txt --stages 1,1,1,1 --width 8 --text-width 64 --text-layers 1 "
      "--resolution 32 --batch 4 --held-out 4 --threads 1 --warm 1 --report 2",
      { "clip.safetensors", "clip-heads.safetensors" } },
  };

  g_assert_cmpint (trainer_run (fixture, "merges -o m.txt --count 200", NULL, NULL), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (learners); i++)
    {
      /* Stopping after a phase is as stopping at the end. */
      const char *two = i == 0 ? " --steps 2" : " --steps 4 --until 2";
      g_autofree char *first = g_strconcat (learners[i].command, two, NULL);
      g_autofree char *more = g_strconcat (learners[i].command, " --steps 4", NULL);
      g_autofree char *out = NULL, *err = NULL, *out_more = NULL, *err_wrong = NULL;
      g_autofree char *path = g_build_filename (fixture->folder, "checkpoint.safetensors", NULL);

      g_unlink (path);
      g_assert_cmpint (trainer_run (fixture, first, &out, &err), ==, 0);
      g_assert_cmpstr (err, ==, "");
      g_assert_nonnull (strstr (out, i == 0 ? "2/2: loss " : "2/4: loss "));
      g_assert_null (strstr (out, "4/4: "));
      for (guint k = 0; learners[i].files[k] != NULL; k++)
        g_assert_true (trainer_exists (fixture, learners[i].files[k]));
      g_assert_cmpint (trainer_run (fixture, more, &out_more, NULL), ==, 0);
      g_assert_nonnull (strstr (out_more, "going on after step 2\n"));
      g_assert_null (strstr (out_more, "2/4: "));
      g_assert_nonnull (strstr (out_more, "4/4: loss "));

      /* A checkpoint that is none is not trained over. */
      g_assert_true (g_file_set_contents (path, "nothing", -1, NULL));
      g_assert_cmpint (trainer_run (fixture, more, NULL, &err_wrong), ==, 1);
      g_assert_true (strchr (err_wrong, '\n') == err_wrong + strlen (err_wrong) - 1);
    }
}

/* A script that trains one thing after the other is not to go on with half of the first. */
static void
interrupted_training_says_so (Fixture *fixture, gconstpointer data)
{
  static const char *const line = "vqgan --folder . --ch 8 --groups 4 --codes 16 --e-dim 8 "
                                  "--size 32 --batch 2 --held-out 2 --threads 1 --warm 1 "
                                  "--report 1 --steps 10000000";
  g_autofree char *err = NULL, *out = NULL;
  g_autofree char *more = g_strconcat (line, " --until 1", NULL);

  g_assert_cmpint (trainer_interrupt (fixture, line, &err), ==, 1);
  g_assert_true (g_str_has_prefix (err, "tiller-train: Stopped after step "));
  g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
  g_assert_cmpint (trainer_run (fixture, more, &out, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (out, "going on after step "));
}

/* All that was asked for is done: there is nothing to go on with. */
static void
the_last_save_is_no_interruption (Fixture *fixture, gconstpointer data)
{
  g_autofree char *err = NULL;

  g_assert_cmpint (trainer_interrupt (fixture,
                                      "vqgan --folder . --ch 8 --groups 4 --codes 16 --e-dim 8 "
                                      "--size 32 --batch 2 --held-out 2 --threads 1 --warm 1 "
                                      "--report 1 --steps 4 --until 1",
                                      &err),
                   ==, 0);
  g_assert_cmpstr (err, ==, "");
}

/* What stands behind @what in the line of @step of @out. */
static gdouble
read_figure (const char *out, const char *step, const char *what)
{
  const char *line = strstr (out, step), *at;

  g_assert_nonnull (line);
  at = strstr (line, what);
  g_assert_nonnull (at);
  g_assert_true (at < line + strcspn (line, "\n"));
  return g_ascii_strtod (at + strlen (what), NULL);
}

/* Codes come after two of four steps, the critic before the last. */
static void
averages_are_of_their_own_steps (Fixture *fixture, gconstpointer data)
{
  const char *vqgan = "vqgan --ch 8 --groups 4 --codes 16 --e-dim 8 --size 32 --batch 2 "
                      "--held-out 2 --threads 1 --warm 1 --free 0.5 --critic 0.1 --steps 4 ";
  g_autofree char *each = g_strconcat (vqgan, "--folder a --report 1", NULL);
  g_autofree char *all = g_strconcat (vqgan, "--folder b --report 4", NULL);
  g_autofree char *out_each = NULL, *out_all = NULL;
  gdouble commitment;

  g_assert_cmpint (trainer_run (fixture, each, &out_each, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, all, &out_all, NULL), ==, 0);
  commitment = (read_figure (out_each, "3/4: ", ", commitment ")
                + read_figure (out_each, "4/4: ", ", commitment "))
               / 2;
  g_assert_cmpfloat_with_epsilon (read_figure (out_all, "4/4: ", ", commitment "), commitment,
                                  2e-4);
  g_assert_cmpfloat_with_epsilon (read_figure (out_all, "4/4: ", ", critic "),
                                  read_figure (out_each, "4/4: ", ", critic "), 2e-3);
}

static gboolean
write_file (const char *path, GBytes *bytes)
{
  return g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                              (gssize) g_bytes_get_size (bytes), NULL);
}

/* Files of float16, alike but for zeros' signs. */
static void
assert_same_numbers (GBytes *a, GBytes *b)
{
  gsize n, n_b;
  const guint8 *x = g_bytes_get_data (a, &n), *y = g_bytes_get_data (b, &n_b);

  g_assert_cmpuint (n, ==, n_b);
  g_assert_cmpuint (n % 2, ==, 0);
  for (gsize i = 0; i < n; i += 2)
    if (memcmp (x + i, y + i, 2) != 0)
      g_assert_cmpuint ((x[i] | y[i]) + 256u * ((x[i + 1] | y[i + 1]) & 0x7f), ==, 0);
}

/* With steps that lead nowhere, what it began with is what comes out. */
static void
training_begins_with_a_model (Fixture *fixture, gconstpointer data)
{
  static const char *const sizes = "clip --folder . --merges m.txt --width 64 --layers 1 "
                                   "--text-width 64 --text-layers 1 --resolution 32 --batch 4 "
                                   "--held-out 4 --threads 1 --warm 1 --twins --steps 2";
  g_autofree char *start = g_strconcat (
    sizes, " --seed 9 --lr 1e-9 --start old.safetensors --start heads.safetensors", NULL);
  g_autofree char *other = g_strconcat (start, " --text-width 128", NULL);
  g_autoptr (GBytes) model = NULL, heads = NULL, new_model = NULL, new_heads = NULL;
  g_autofree char *err = NULL, *out = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "checkpoint.safetensors", NULL);
  g_autofree char *old = g_build_filename (fixture->folder, "old.safetensors", NULL);
  g_autofree char *old_heads = g_build_filename (fixture->folder, "heads.safetensors", NULL);

  g_assert_cmpint (trainer_run (fixture, "merges -o m.txt --count 200", NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, sizes, NULL, NULL), ==, 0);
  model = trainer_read (fixture, "clip.safetensors");
  heads = trainer_read (fixture, "clip-heads.safetensors");
  g_assert_true (write_file (old, model));
  g_assert_true (write_file (old_heads, heads));

  g_unlink (path);
  g_assert_cmpint (trainer_run (fixture, other, NULL, &err), ==, 1);
  g_assert_nonnull (strstr (err, "“old.safetensors”: "));
  g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_assert_cmpint (trainer_run (fixture, start, NULL, NULL), ==, 0);
  new_model = trainer_read (fixture, "clip.safetensors");
  assert_same_numbers (model, new_model);
  new_heads = trainer_read (fixture, "clip-heads.safetensors");
  assert_same_numbers (heads, new_heads);

  /* It is not needed again. */
  g_unlink (old);
  g_assert_cmpint (trainer_run (fixture, start, &out, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (out, "going on after step 2\n"));
}

/* A decoder, and heads, learn beside what stays as it was. */
static void
parts_learn_alone (Fixture *fixture, gconstpointer data)
{
  const char *vqgan = "vqgan --ch 8 --groups 4 --codes 16 --e-dim 8 --size 32 --batch 2 "
                      "--held-out 2 --threads 1 --warm 1";
  g_autofree char *whole = g_strconcat (vqgan, " --folder a --free 0.5 --steps 2", NULL);
  g_autofree char *decoder = g_strconcat (
    vqgan, " --folder b --start a/vqgan.safetensors --decoder-only --spoilt 1 --steps 2", NULL);
  const char *heads = "clip --folder c --merges m.txt --width 64 --layers 1 --text-width 64 "
                      "--text-layers 1 --resolution 32 --batch 4 --held-out 4 --threads 1 --warm 1 "
                      "--heads-only --steps 2 --start d/clip.safetensors";
  const char *clip = "clip --folder d --merges m.txt --width 64 --layers 1 --text-width 64 "
                     "--text-layers 1 --resolution 32 --batch 4 --held-out 4 --threads 1 --warm 1 "
                     "--steps 1";
  g_autofree char *guided =
    g_strconcat (vqgan,
                 " --start a/vqgan.safetensors --decoder-only --steered 1 --steps 2 --clip "
                 "d/clip.safetensors --folder e --merges",
                 NULL);
  g_autofree char *steered = g_strconcat (guided, " m.txt", NULL);
  g_autofree char *misread = g_strconcat (guided, " other.txt", NULL);
  g_autofree char *rebuilt = g_strconcat (
    clip, " --patch 2 --resolution 18 --vqgan a/vqgan.safetensors --rebuilt 0.5", NULL);
  g_autofree char *err = NULL, *err_cells = NULL;
  g_autoptr (GBytes) before = NULL, after = NULL, drawn = NULL, model = NULL, same_model = NULL;

  g_assert_cmpint (trainer_run (fixture, whole, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, decoder, NULL, NULL), ==, 0);
  before = trainer_read (fixture, "a/vqgan.safetensors");
  after = trainer_read (fixture, "b/vqgan.safetensors");
  g_assert_cmpuint (g_bytes_get_size (before), ==, g_bytes_get_size (after));
  g_assert_false (g_bytes_equal (before, after));

  g_assert_cmpint (trainer_run (fixture, "merges -o m.txt --count 200", NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, rebuilt, NULL, &err_cells), ==, 2);
  g_assert_nonnull (strstr (err_cells, " is a multiple of the VQGAN's 8, "));
  g_assert_cmpint (trainer_run (fixture, clip, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, heads, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, steered, NULL, NULL), ==, 0);
  drawn = trainer_read (fixture, "e/vqgan.safetensors");
  g_assert_false (g_bytes_equal (before, drawn));
  g_assert_cmpint (trainer_run (fixture, "merges -o other.txt --count 100", NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, misread, NULL, &err), ==, 1);
  g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
  model = trainer_read (fixture, "d/clip.safetensors");
  same_model = trainer_read (fixture, "c/clip.safetensors");
  assert_same_numbers (model, same_model);
}

/* The same scenes for several steps, also after a stop among these, whoever draws them. */
static void
scenes_are_looked_at_again (Fixture *fixture, gconstpointer data)
{
  const char *clip = "clip --merges m.txt --width 64 --layers 1 --text-width 64 --text-layers 1 "
                     "--resolution 32 --batch 4 --held-out 4 --threads 1 --warm 1 --steps 4";
  g_autofree char *twice = g_strconcat (clip, " --folder a --looks 2", NULL);
  g_autofree char *stopped =
    g_strconcat (clip, " --folder b --looks 2 --drawers 3 --until 1", NULL);
  g_autofree char *resumed = g_strconcat (clip, " --folder b --looks 2 --drawers 2", NULL);
  g_autofree char *once = g_strconcat (clip, " --folder c", NULL);
  g_autofree char *never = g_strconcat (clip, " --folder d --looks 0", NULL);
  g_autofree char *err = NULL;
  g_autoptr (GBytes) a = NULL, b = NULL, c = NULL;

  g_assert_cmpint (trainer_run (fixture, "merges -o m.txt --count 200", NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, twice, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, stopped, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, resumed, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, once, NULL, NULL), ==, 0);
  a = trainer_read (fixture, "a/clip.safetensors");
  b = trainer_read (fixture, "b/clip.safetensors");
  c = trainer_read (fixture, "c/clip.safetensors");
  g_assert_true (g_bytes_equal (a, b));
  g_assert_false (g_bytes_equal (a, c));
  g_assert_cmpint (trainer_run (fixture, never, NULL, &err), ==, 2);
  g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
}

/* Scenes are measured by in whole groups, and what is left of the last is said to be left. Those of
 * seed 5 begin with two of which neither shows a single thing. */
static void
held_out_are_whole_groups (Fixture *fixture, gconstpointer data)
{
  const char *clip = "clip --folder . --merges m.txt --width 64 --layers 1 --text-width 64 "
                     "--text-layers 1 --resolution 32 --batch 2 --threads 1 --warm 1 --report 1 "
                     "--steps 1 --held-out ";
  g_autofree char *odd = g_strconcat (clip, "150", NULL), *few = g_strconcat (clip, "3", NULL);
  g_autofree char *mixed = g_strconcat (clip, "2 --seed 5 --folder mixed", NULL);
  g_autofree char *out_odd = NULL, *out_few = NULL, *out_mixed = NULL;

  g_assert_cmpint (trainer_run (fixture, "merges -o m.txt --count 200", NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, odd, &out_odd, NULL), ==, 0);
  g_assert_nonnull (strstr (out_odd, "measuring by 100 scenes of 150, in whole groups of 100\n"));
  g_assert_nonnull (strstr (out_odd, "held out R@1 of 100 "));
  g_assert_cmpint (trainer_run (fixture, few, &out_few, NULL), ==, 0);
  g_assert_null (strstr (out_few, "measuring by "));
  g_assert_cmpint (trainer_run (fixture, mixed, &out_mixed, NULL), ==, 0);
  g_assert_null (strstr (out_mixed, "objects "));
  g_assert_null (strstr (out_mixed, "nan"));
}

/* It comes into the VQGAN's file, from where it is steered with. */
static void
denoiser_joins_a_vqgan (Fixture *fixture, gconstpointer data)
{
  const char *vqgan = "vqgan --folder a --ch 8 --groups 4 --codes 16 --e-dim 8 --size 32 --batch 2 "
                      "--held-out 2 --threads 1 --warm 1 --free 0.5 --steps 2";
  const char *clip = "clip --folder b --merges m.txt --width 64 --layers 1 --text-width 64 "
                     "--text-layers 1 --resolution 32 --batch 4 --held-out 4 --threads 1 --warm 1 "
                     "--steps 1";
  const char *denoiser =
    "denoiser --folder c --vqgan a/vqgan.safetensors --clip b/clip.safetensors --merges m.txt "
    "--axes 4 --width 32 --blocks 1 --levels 2 --large 2 --size 32 --batch 4 --held-out 4 "
    "--threads 1 --warm 1 --steps 4 --report 2";
  g_autofree char *two = g_strconcat (denoiser, " --until 2", NULL);
  g_autofree char *odd = g_strconcat (denoiser, " --size 36", NULL); /* the last of two counts */
  const char *eval = "eval --clip b/clip.safetensors --vocab m.txt --prompts 2 --seeds 1 "
                     "--iterations 2 --turns 0 --size 64 --threads 1 --vqgan ";
  g_autofree char *plain = g_strconcat (eval, "a/vqgan.safetensors --sheet a.png", NULL);
  g_autofree char *pulled = g_strconcat (eval, "c/vqgan.safetensors --sheet c.png", NULL);
  g_autofree char *out = NULL, *err = NULL, *out_more = NULL, *err_odd = NULL;
  g_autoptr (GBytes) before = NULL, after = NULL, a = NULL, c = NULL;

  g_assert_cmpint (trainer_run (fixture, "merges -o m.txt --count 200", NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, vqgan, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, clip, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, odd, NULL, &err_odd), ==, 2);
  g_assert_true (strchr (err_odd, '\n') == err_odd + strlen (err_odd) - 1);
  g_assert_cmpint (trainer_run (fixture, two, &out, &err), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_nonnull (strstr (out, "2/4: loss "));
  g_assert_cmpint (trainer_run (fixture, denoiser, &out_more, NULL), ==, 0);
  g_assert_nonnull (strstr (out_more, "going on after step 2\n"));
  g_assert_nonnull (strstr (out_more, "4/4: loss "));
  g_assert_true (trainer_exists (fixture, "c/denoiser.png"));
  before = trainer_read (fixture, "a/vqgan.safetensors");
  after = trainer_read (fixture, "c/vqgan.safetensors");
  g_assert_cmpuint (g_bytes_get_size (after), >, g_bytes_get_size (before));

  g_assert_cmpint (trainer_run (fixture, plain, NULL, NULL), ==, 0);
  g_assert_cmpint (trainer_run (fixture, pulled, NULL, NULL), ==, 0);
  a = trainer_read (fixture, "a.png");
  c = trainer_read (fixture, "c.png");
  g_assert_false (g_bytes_equal (a, c));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/train/scenes/sheet-is-a-picture", Fixture, NULL, fixture_set_up, sheet_is_a_picture,
              fixture_tear_down);
  g_test_add ("/train/scenes/sheets-repeat", Fixture, NULL, fixture_set_up, sheets_repeat,
              fixture_tear_down);
  g_test_add ("/train/merges/are-written", Fixture, NULL, fixture_set_up, merges_are_written,
              fixture_tear_down);
  g_test_add ("/train/goes-on", Fixture, NULL, fixture_set_up, training_goes_on, fixture_tear_down);
  g_test_add ("/train/interrupted", Fixture, NULL, fixture_set_up, interrupted_training_says_so,
              fixture_tear_down);
  g_test_add ("/train/last-save-is-no-interruption", Fixture, NULL, fixture_set_up,
              the_last_save_is_no_interruption, fixture_tear_down);
  g_test_add ("/train/averages-are-of-their-own-steps", Fixture, NULL, fixture_set_up,
              averages_are_of_their_own_steps, fixture_tear_down);
  g_test_add ("/train/begins-with-a-model", Fixture, NULL, fixture_set_up,
              training_begins_with_a_model, fixture_tear_down);
  g_test_add ("/train/parts-learn-alone", Fixture, NULL, fixture_set_up, parts_learn_alone,
              fixture_tear_down);
  g_test_add ("/train/looks-again", Fixture, NULL, fixture_set_up, scenes_are_looked_at_again,
              fixture_tear_down);
  g_test_add ("/train/held-out-are-whole-groups", Fixture, NULL, fixture_set_up,
              held_out_are_whole_groups, fixture_tear_down);
  g_test_add ("/train/denoiser", Fixture, NULL, fixture_set_up, denoiser_joins_a_vqgan,
              fixture_tear_down);
  g_test_add ("/train/mistakes-are-said", Fixture, NULL, fixture_set_up, mistakes_are_said,
              fixture_tear_down);
  return g_test_run ();
}
