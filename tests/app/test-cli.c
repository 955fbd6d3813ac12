/* test-cli.c - tiller-cli as a user types it
 *
 * Every case starts the real program on the starter models, in a folder of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "core/base/paths.h"
#include "tests/app/program.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static gdouble
score (Fixture *fixture, const char *text, const char *picture)
{
  g_auto (Outcome) outcome = fixture_run (fixture, "score --json --text '%s' %s", text, picture);
  g_autoptr (JsonNode) node = json_from_string (outcome.out, NULL);

  outcome_assert_ok (&outcome);
  return json_object_get_double_member (json_node_get_object (node), "similarity");
}

static void
same_command_same_pixels (Fixture *fixture, gconstpointer data)
{
  static const char command[] =
    "run --prompt 'a red tractor' --seed 1 --size 64x64 --iterations 6 --threads %d -o %s";

  for (int threads = 1; threads <= 2; threads++)
    {
      g_auto (Outcome) first = fixture_run (fixture, command, threads, "a.png");
      g_auto (Outcome) second = fixture_run (fixture, command, threads, "b.png");

      outcome_assert_ok (&first);
      outcome_assert_ok (&second);
      g_assert_true (fixture_same_pixels (fixture, "a.png", "b.png"));
    }
}

static void
recipe_repeats_the_picture (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) first =
    fixture_run (fixture, "run --prompt 'a house at night|snow:-0.3' --seed 18446744073709551615 "
                          "--size 80x64 --iterations 5 --optimizer adamp --cut-method notebook "
                          "--cutouts 5 --threads 1 -o a.png");
  g_auto (Outcome) second = fixture_run (fixture, "run --recipe a.png -o b.png");
  g_auto (Outcome) other = fixture_run (fixture, "run --recipe a.png --iterations 6 -o c.png");
  g_auto (Outcome) refused = fixture_run (fixture, "run --recipe a.png --lr 0.2 -o d.png");

  outcome_assert_ok (&first);
  outcome_assert_ok (&second);
  outcome_assert_ok (&other);
  g_assert_true (fixture_same_pixels (fixture, "a.png", "b.png"));
  g_assert_false (fixture_same_pixels (fixture, "a.png", "c.png"));
  g_assert_cmpint (refused.status, ==, 2);
}

static void
start_image_travels_in_the_recipe (Fixture *fixture, gconstpointer data)
{
  g_autofree char *start = g_build_filename (fixture->folder, "start.png", NULL);
  g_auto (Outcome) make = fixture_run (fixture, "run --prompt 'a blue car' --seed 3 --size 96x64 "
                                                "--iterations 1 -o start.png");
  g_auto (Outcome) first =
    fixture_run (fixture, "run --prompt 'a tree' --start start.png --size 64x64 "
                          "--seed 1 --init-weight 0.5 --iterations 3 -o a.png");
  g_auto (Outcome) second = { 0 };

  outcome_assert_ok (&make);
  outcome_assert_ok (&first);
  g_assert_cmpint (g_unlink (start), ==, 0);
  second = fixture_run (fixture, "run --recipe a.png -o b.png");
  outcome_assert_ok (&second);
  g_assert_true (fixture_same_pixels (fixture, "a.png", "b.png"));
}

/* The same picture in a file that no recipe takes: what follows its end is not looked at. */
static void
grow (Fixture *fixture, const char *name)
{
  g_autofree char *path = fixture_path (fixture, name);
  g_autofree char *png = NULL;
  gsize length, grown = 2 * 1024 * 1024 + 1;

  g_assert_true (g_file_get_contents (path, &png, &length, NULL));
  png = g_realloc (png, grown);
  memset (png + length, 0, grown - length);
  fixture_write (fixture, name, png, (gssize) grown);
}

static void
large_pictures_are_asked_for (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) make = fixture_run (fixture, "run --prompt 'a blue car' --seed 3 --size 96x64 "
                                                "--iterations 1 -o big.png");
  g_auto (Outcome) first = { 0 }, bare = { 0 }, filled = { 0 }, exported = { 0 }, quiet = { 0 };

  outcome_assert_ok (&make);
  g_assert_null (strstr (make.err, "large"));
  grow (fixture, "big.png");
  first = fixture_run (fixture, "run --prompt 'a tree | <image:big.png>' --size 64x64 --seed 1 "
                                "--iterations 3 --session s.tiller -o a.png");
  outcome_assert_ok (&first);
  g_assert_nonnull (strstr (first.err, "“big.png”"));

  bare = fixture_run (fixture, "run --recipe a.png -o b.png");
  g_assert_cmpint (bare.status, ==, 1);
  g_assert_nonnull (strstr (bare.err, "“big.png” is not in the recipe"));
  filled = fixture_run (fixture, "run --recipe a.png --session s.tiller -o b.png");
  outcome_assert_ok (&filled);
  g_assert_true (fixture_same_pixels (fixture, "a.png", "b.png"));

  exported = fixture_run (fixture, "export s.tiller:1 -o c.png");
  outcome_assert_ok (&exported);
  g_assert_nonnull (strstr (exported.err, "“big.png”"));
  quiet = fixture_run (fixture, "export s.tiller:1 --quiet -o c.png");
  outcome_assert_ok (&quiet);
  g_assert_cmpstr (quiet.err, ==, "");
}

static void
picture_follows_its_words (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome =
    fixture_run (fixture, "run --prompt 'a red tractor' --seed 1 --size 128x128 --iterations 100 "
                          "--save-every 100 --frames frames -o end.png");
  gdouble start, end;

  outcome_assert_ok (&outcome);
  start = score (fixture, "a red tractor", "frames/000000.png");
  end = score (fixture, "a red tractor", "end.png");
  g_assert_cmpfloat (end, >, start + 0.1);
  g_assert_cmpfloat (end, >, score (fixture, "a snowman in the snow", "end.png") + 0.1);
  g_assert_cmpfloat (end, >, score (fixture, "a purple rocket at night", "end.png") + 0.1);
  g_assert_true (fixture_same_pixels (fixture, "frames/000100.png", "end.png"));
}

/* The name of a file may be any bytes, and its end is its end. */
static void
scores_pictures_of_any_name (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) make =
    fixture_run (fixture, "run --prompt 'a cat' --size 64x64 --iterations 1 -o 'c\xe4t\xf0.png'");
  g_auto (Outcome) outcome = { 0 };

  outcome_assert_ok (&make);
  outcome = fixture_run (fixture, "score --text 'a cat' 'c\xe4t\xf0.png'");
  outcome_assert_ok (&outcome);
  g_assert_true (g_utf8_validate (outcome.out, -1, NULL));
  g_assert_nonnull (strstr (outcome.out, ".png"));
}

static void
json_has_a_line_an_iteration (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome =
    fixture_run (fixture, "run --json --prompt 'a cat' --seed 2 --size 64x64 "
                          "--iterations 4 -o a.png");
  g_auto (GStrv) lines = g_strsplit (outcome.out, "\n", -1);

  outcome_assert_ok (&outcome);
  g_assert_cmpuint (g_strv_length (lines), ==, 6); /* four, the result, and what follows its end */
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *object = json_node_get_object (node);

      g_assert_cmpint (json_object_get_int_member (object, "iteration"), ==, i + 1);
      g_assert_cmpfloat (json_object_get_double_member (object, "loss"), >, 0);
      g_assert_true (json_object_has_member (object, "similarity"));
      g_assert_true (json_object_has_member (object, "seconds"));
    }
}

static void
interrupt_still_writes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cli = program_path ();
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (TlFrame) picture = NULL;
  g_autofree char *line = NULL;
  GError *error = NULL;

  g_subprocess_launcher_set_cwd (launcher, fixture->folder);
  process =
    g_subprocess_launcher_spawn (launcher, &error, cli, "run", "--json", "--prompt", "a dog",
                                 "--size", "64x64", "--iterations", "100000", "-o", "a.png", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  picture = fixture_load (fixture, "a.png");
  g_assert_cmpuint (tl_frame_get_width (picture), ==, 64);
}

/* Whoever may not write into /dev may still write to what is there. */
static void
a_picture_goes_down_a_pipe (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome = { 0 };

  if (getuid () == 0)
    {
      g_test_skip ("root may write everything");
      return;
    }
  outcome = fixture_run (fixture,
                         "run --quiet --prompt 'a cat' --size 64x64 --iterations 1 -o /dev/stdout");
  outcome_assert_ok (&outcome);
  g_assert_true (g_str_has_prefix (outcome.out, "\x89PNG"));
}

static void
size_is_snapped_and_said (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome =
    fixture_run (fixture, "run --prompt 'a cat' --size 70x100 --iterations 1 -o a.png");
  g_autoptr (TlFrame) picture = NULL;

  outcome_assert_ok (&outcome);
  g_assert_nonnull (strstr (outcome.err, "70 → 72"));
  g_assert_nonnull (strstr (outcome.err, "100 → 104"));
  picture = fixture_load (fixture, "a.png");
  g_assert_cmpuint (tl_frame_get_width (picture), ==, 72);
  g_assert_cmpuint (tl_frame_get_height (picture), ==, 104);
}

static void
encode_and_decode_go_together (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) make =
    fixture_run (fixture, "run --prompt 'a cat' --seed 4 --size 64x72 --iterations 1 -o a.png");
  g_auto (Outcome) encode = fixture_run (fixture, "encode a.png -o a.safetensors");
  g_auto (Outcome) decode = fixture_run (fixture, "decode a.safetensors -o b.png");
  g_auto (Outcome) inspect = fixture_run (fixture, "inspect a.safetensors");
  g_auto (Outcome) embed = fixture_run (fixture, "embed --json --image a.png -o e.safetensors");
  g_autoptr (TlFrame) picture = NULL;

  outcome_assert_ok (&make);
  outcome_assert_ok (&encode);
  outcome_assert_ok (&decode);
  outcome_assert_ok (&inspect);
  outcome_assert_ok (&embed);
  g_assert_cmpstr (embed.out, ==, "{\"output\":\"e.safetensors\"}\n");
  g_assert_nonnull (strstr (inspect.out, "indices"));
  picture = fixture_load (fixture, "b.png");
  g_assert_cmpuint (tl_frame_get_width (picture), ==, 64);
  g_assert_cmpuint (tl_frame_get_height (picture), ==, 72);
}

/* What no tensor says is a guess where nothing else says it, and is shown as one. */
static void
inspect_shows_what_is_assumed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *clip = tl_path_starter ("starter-clip.safetensors");
  g_auto (Outcome) words = fixture_run (fixture, "inspect '%s'", clip);
  g_auto (Outcome) json = fixture_run (fixture, "inspect --json '%s'", clip);

  outcome_assert_ok (&words);
  outcome_assert_ok (&json);
  g_assert_nonnull (strstr (words.out, "activation: QuickGELU (assumed"));
  g_assert_nonnull (strstr (words.out, "less 0.481455 "));
  g_assert_nonnull (
    strstr (json.out, "\"activation\":\"quick_gelu\",\"activation_by\":\"nothing\""));
}

/* Half of the starter's VQGAN. */
static void
write_truncated (Fixture *fixture, const char *name)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("TILLER_STARTER_DIR"), "starter-vqgan.safetensors", NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  fixture_write (fixture, name, content, (gssize) length / 2);
}

static void
bad_input_is_one_sentence (Fixture *fixture, gconstpointer data)
{
  const char *starter = g_getenv ("TILLER_STARTER_DIR");
  g_autofree char *clip = g_build_filename (starter, "starter-clip.safetensors", NULL);
  g_autofree char *vqgan = g_build_filename (starter, "starter-vqgan.safetensors", NULL);
  g_autofree char *clip_as_vqgan = g_strdup_printf ("run --prompt x --vqgan '%s'", clip);
  g_autofree char *vqgan_as_clip = g_strdup_printf ("run --prompt x --clip '%s'", vqgan);
  g_autofree char *no_vocabulary =
    g_strdup_printf ("run --prompt x --clip '%s' --vocab gone.txt", clip);
  g_autofree char *long_prompt = g_strnfill (100000, 'a');
  g_autofree char *long_run = g_strdup_printf ("run --prompt %s", long_prompt);
  const struct
  {
    const char *command;
    gint status;
    const char *says; /* part of the message */
  } cases[] = {
    { "paint", 2, "paint" },
    { "run", 2, "--prompt" },
    { "run dog --prompt x", 2, "dog" },
    { "run --prompt x --no-such-option", 2, "no-such-option" },
    { "run --prompt x --seed banana", 2, "banana" },
    { "run --prompt x --size big", 2, "big" },
    { "run --prompt x --precision half", 2, "half" },
    { "run --prompt x --precision float16", 2, "float16 is for graphics cards" },
    { "score --text x --precision float16 --device cpu a.png", 2, "float16" },
    { "run --prompt x --threads 100000", 2, "256" },
    { "run --prompt x --save-every -1", 2, "--frames" },
    { "run --prompt x --loop=yes", 2, "“on” or “off”" },
    { "explore --prompt x --sheet a.png --checkpoint-every 5", 2, "--session" },
    { "run --prompt x --size 0x0", 1, "0x0" },
    { "run --prompt x --size 1000000x64", 1, "1000000" },
    { "run --prompt x --iterations 0", 2, "iterations" },
    { "run --prompt x --lr abc", 2, "abc" },
    { "run --prompt x --cutouts 0", 2, "cutouts" },
    { "run --prompt x --optimizer sgd", 2, "sgd" },
    { "run --prompt x --augment sepia", 2, "sepia" },
    { "run --prompt ''", 1, "prompt" },
    { long_run, 1, "prompt" },
    { "run --prompt x --device cuda:77", 1, "cuda" },
    { "run --prompt x --vqgan gone.ckpt", 1, "gone.ckpt" },
    { "run --prompt x --vqgan text.txt", 1, "text.txt" },
    { "run --prompt x --vqgan half.safetensors", 1, "half.safetensors" },
    { clip_as_vqgan, 1, "starter-clip" },
    { vqgan_as_clip, 1, "starter-vqgan" },
    { no_vocabulary, 1, "gone.txt" },
    { "run --prompt x --output gone/a.png", 1, "gone/a.png" },
    { "run --prompt x --output text.txt/a.png", 1, "text.txt/a.png" },
    { "run --prompt x --output ''", 1, "--output" },
    { "run --prompt x --output a.JPG", 2, ".png" },
    { "decode text.txt -o a.webp", 2, ".png" },
    { "run --prompt x --start text.txt", 1, "text.txt" },
    { "run --prompt '<image:gone.png>'", 1, "gone.png" },
    { "run --recipe text.txt", 1, "text.txt" },
    { "run --recipe gone.png", 1, "There is no file" },
    { "run --recipe /", 1, "is no file" },
    { "run --prompt x --save-every 5", 2, "--frames" },
    { "score --text x text.txt", 1, "text.txt" },
    { "score --text x", 2, "score" },
    { "score a.png", 2, "--text" },
    { "encode gone.png -o a.safetensors", 1, "gone.png" },
    { "decode text.txt -o a.png", 1, "text.txt" },
    { "inspect text.txt", 1, "text.txt" },
    { "verify gone", 1, "gone" },
  };

  fixture_write (fixture, "text.txt", "This is no model and no picture.\n", -1);
  write_truncated (fixture, "half.safetensors");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Outcome) outcome = fixture_run (fixture, "%s", cases[i].command);
      char *newline = strchr (outcome.err, '\n');

      g_test_message ("%.60s: %s", cases[i].command, outcome.err);
      g_assert_cmpint (outcome.status, ==, cases[i].status);
      g_assert_nonnull (strstr (outcome.err, cases[i].says));
      g_assert_cmpstr (outcome.out, ==, "");
      g_assert_true (newline != NULL && newline[1] == '\0');
    }
}

/* What was asked for is printed all the same. */
static void
quiet_has_no_notes (Fixture *fixture, gconstpointer data)
{
  static const char *const silent[] = {
    "run --quiet --prompt 'ratio 16:9 zxqj' --size 70x70 --iterations 1 -o a.png",
    "explore --quiet --prompt 'ratio 16:9' --size 70x70 --seeds 2 --hold 1 --sheet b.png",
  };
  static const char *const asked[] = { "score --quiet --text 'a cat' a.png",
                                       "tokenize --quiet 'a cat'", "inspect --quiet a.png" };

  for (gsize i = 0; i < G_N_ELEMENTS (silent); i++)
    {
      g_auto (Outcome) outcome = fixture_run (fixture, "%s", silent[i]);

      outcome_assert_ok (&outcome);
      g_assert_cmpstr (outcome.err, ==, "");
      g_assert_cmpstr (outcome.out, ==, "");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_auto (Outcome) outcome = fixture_run (fixture, "%s", asked[i]);

      outcome_assert_ok (&outcome);
      g_assert_cmpstr (outcome.err, ==, "");
      g_assert_cmpstr (outcome.out, !=, "");
    }
}

static void
odd_prompts_are_hints (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) odd =
    fixture_run (fixture, "run --prompt 'ratio 16:9' --size 64x64 --iterations 1 "
                          "-o a.png");
  g_auto (Outcome) strict = fixture_run (fixture, "run --strict --prompt 'ratio 16:9' --size 64x64 "
                                                  "--iterations 1 -o b.png");
  g_auto (Outcome) control = fixture_run (fixture, "run --prompt 'a \001cat\002' --size 64x64 "
                                                   "--iterations 1 -o c.png");
  g_auto (Outcome) bytes =
    fixture_run (fixture, "run --prompt 'a \xff cat' --size 64x64 --iterations 1 "
                          "-o d.png");

  outcome_assert_ok (&odd);
  g_assert_nonnull (strstr (odd.err, "16\\:9"));
  g_assert_cmpint (strict.status, ==, 2);
  g_assert_nonnull (strstr (strict.err, "column"));
  outcome_assert_ok (&control);
  g_assert_nonnull (strstr (control.err, "unreadable"));
  outcome_assert_ok (&bytes);
  g_assert_nonnull (strstr (bytes.err, "unreadable"));
}

/* What refuses an option does not offer it. */
static void
help_offers_what_is_taken (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) explore = fixture_run (fixture, "explore --help");
  g_auto (Outcome) bench = fixture_run (fixture, "bench -h");

  g_assert_null (strstr (explore.out, "--recipe"));
  g_assert_null (strstr (bench.out, "--recipe"));
  g_assert_nonnull (strstr (explore.out, "--loop=on|off"));
}

/* Arguments and every option, of the command and common, on one page. */
static void
help_is_whole (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *command, *says;
  } cases[] = {
    { "run", "--prompt TEXT" },     { "score", "IMAGE" },           { "encode", "IMAGE -o" },
    { "decode", "-o IMAGE" },       { "embed", "--image" },         { "tokenize", "TEXT" },
    { "explore", "starter-judge" }, { "run", "rmsprop, diffgrad" }, { "run", "--recipe" },
    { "inspect", "FILE" },          { "verify", "FOLDER" },         { "bench", "--cutouts" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Outcome) outcome = fixture_run (fixture, "%s --help", cases[i].command);

      outcome_assert_ok (&outcome);
      g_assert_cmpstr (outcome.err, ==, "");
      g_assert_nonnull (strstr (outcome.out, cases[i].says));
      g_assert_nonnull (strstr (outcome.out, "--threads"));
      g_assert_nonnull (strstr (outcome.out, "--help"));
    }
}

/* What was to be read by somebody, and was not written, is a failure. */
static void
a_full_disk_is_told (Fixture *fixture, gconstpointer data)
{
  static const char *const commands[] = { "--help", "--version", "run --help", "tokenize 'a cat'",
                                          "inspect --json a.png" };
  g_auto (Outcome) make =
    fixture_run (fixture, "run --prompt 'a cat' --size 64x64 --iterations 1 -o a.png");
  g_autofree char *cli = program_path ();

  outcome_assert_ok (&make);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strdup_printf ("'%s' %s > /dev/full", cli, commands[i]);
      const char *argv[] = { "sh", "-c", line, NULL };
      g_autofree char *err = NULL;
      gint status;

      g_assert_true (g_spawn_sync (fixture->folder, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
                                   NULL, NULL, &err, &status, NULL));
      g_test_message ("%s: %s", commands[i], err);
      g_assert_cmpint (WEXITSTATUS (status), ==, 1);
      g_assert_nonnull (strstr (err, "could not be written"));
    }
}

static void
tokenize_prints_ids (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) words = fixture_run (fixture, "tokenize 'a red tractor'");
  g_auto (Outcome) json = fixture_run (fixture, "tokenize --json 'a red tractor'");
  g_autoptr (JsonNode) node = json_from_string (json.out, NULL);
  JsonArray *ids = json_object_get_array_member (json_node_get_object (node), "ids");
  g_auto (GStrv) parts = g_strsplit (g_strchomp (words.out), " ", -1);

  outcome_assert_ok (&words);
  g_assert_cmpuint (g_strv_length (parts), ==, json_array_get_length (ids));
  for (guint i = 0; parts[i] != NULL; i++)
    g_assert_cmpint (g_ascii_strtoll (parts[i], NULL, 10), ==, json_array_get_int_element (ids, i));
}

/* libgomp says on request what it has read from its environment. */
static char *
ask_for_waiting (const char *const *variables)
{
  g_autofree char *cli = program_path ();
  const char *argv[] = { cli, "tokenize", "a cat", NULL };
  g_auto (GStrv) envp = g_strdupv ((char **) variables);
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  char *err;
  gint status;

  envp = g_environ_setenv (envp, "OMP_DISPLAY_ENV", "verbose", TRUE);
  envp = g_environ_setenv (envp, "TILLER_STARTER_DIR", g_getenv ("TILLER_STARTER_DIR"), TRUE);
  g_spawn_sync (NULL, (char **) argv, envp, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
  return err;
}

static void
waiting_threads_soon_sleep (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *variables[3];
    const char *turns;
  } cases[] = {
    { { "USER=painter", NULL }, "GOMP_SPINCOUNT = '1000'" },
    { { "PATH=/bin", "SHLVL=1", NULL }, "GOMP_SPINCOUNT = '1000'" },
    { { "USER=painter", "GOMP_SPINCOUNT=77", NULL }, "GOMP_SPINCOUNT = '77'" },
    { { "USER=painter", "OMP_WAIT_POLICY=passive", NULL }, "GOMP_SPINCOUNT = '0'" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *said = ask_for_waiting (cases[i].variables);

      if (strstr (said, "GOMP_SPINCOUNT") == NULL)
        {
          g_test_skip ("OpenMP is not GCC's");
          return;
        }
      g_assert_nonnull (strstr (said, cases[i].turns));
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/cli/run/same-command-same-pixels", same_command_same_pixels },
    { "/cli/run/recipe-repeats-the-picture", recipe_repeats_the_picture },
    { "/cli/run/start-image-travels-in-the-recipe", start_image_travels_in_the_recipe },
    { "/cli/run/large-pictures-are-asked-for", large_pictures_are_asked_for },
    { "/cli/run/picture-follows-its-words", picture_follows_its_words },
    { "/cli/run/json-has-a-line-an-iteration", json_has_a_line_an_iteration },
    { "/cli/run/interrupt-still-writes", interrupt_still_writes },
    { "/cli/run/down-a-pipe", a_picture_goes_down_a_pipe },
    { "/cli/run/size-is-snapped-and-said", size_is_snapped_and_said },
    { "/cli/run/odd-prompts-are-hints", odd_prompts_are_hints },
    { "/cli/quiet-has-no-notes", quiet_has_no_notes },
    { "/cli/score/any-name", scores_pictures_of_any_name },
    { "/cli/codes/encode-and-decode-go-together", encode_and_decode_go_together },
    { "/cli/inspect/shows-what-is-assumed", inspect_shows_what_is_assumed },
    { "/cli/tokenize/prints-ids", tokenize_prints_ids },
    { "/cli/waiting-threads-soon-sleep", waiting_threads_soon_sleep },
    { "/cli/help-is-whole", help_is_whole },
    { "/cli/help-offers", help_offers_what_is_taken },
    { "/cli/full-disk", a_full_disk_is_told },
    { "/cli/bad-input-is-one-sentence", bad_input_is_one_sentence },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
