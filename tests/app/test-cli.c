/* test-cli.c - tiller-cli as a user types it
 *
 * Every case starts the real program on the starter models, in a folder of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "core/session/picture.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

typedef struct
{
  char *folder;
} Fixture;

typedef struct
{
  gint status;
  char *out, *err;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->out);
  g_free (outcome->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("tiller-cli-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static char *
program (void)
{
  return g_test_build_filename (G_TEST_BUILT, "..", "app", "tiller-cli", NULL);
}

/* @line is split as a shell would. */
static Outcome run (Fixture *fixture, const char *format, ...) G_GNUC_PRINTF (2, 3);

static Outcome
run (Fixture *fixture, const char *format, ...)
{
  g_autofree char *cli = program ();
  g_autofree char *arguments = NULL;
  g_autofree char *line = NULL;
  g_auto (GStrv) argv = NULL;
  Outcome outcome = { 0 };
  GError *error = NULL;
  va_list args;

  va_start (args, format);
  arguments = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strdup_printf ("'%s' %s", cli, arguments);
  g_shell_parse_argv (line, NULL, &argv, &error);
  g_assert_no_error (error);
  g_spawn_sync (fixture->folder, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &outcome.out,
                &outcome.err, &outcome.status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (outcome.status));
  outcome.status = WEXITSTATUS (outcome.status);
  return outcome;
}

static void
assert_ok (const Outcome *outcome)
{
  if (outcome->status != 0)
    g_test_message ("%s", outcome->err);
  g_assert_cmpint (outcome->status, ==, 0);
}

static TlFrame *
load (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  TlFrame *picture = tl_picture_load (path, &error);

  g_assert_no_error (error);
  return picture;
}

static gboolean
same_pixels (Fixture *fixture, const char *a, const char *b)
{
  g_autoptr (TlFrame) first = load (fixture, a);
  g_autoptr (TlFrame) second = load (fixture, b);

  return g_bytes_equal (tl_frame_get_pixels (first), tl_frame_get_pixels (second));
}

static gdouble
score (Fixture *fixture, const char *text, const char *picture)
{
  g_auto (Outcome) outcome = run (fixture, "score --json --text '%s' %s", text, picture);
  g_autoptr (JsonNode) node = json_from_string (outcome.out, NULL);

  assert_ok (&outcome);
  return json_object_get_double_member (json_node_get_object (node), "similarity");
}

static void
same_command_same_pixels (Fixture *fixture, gconstpointer data)
{
  static const char command[] =
    "run --prompt 'a red tractor' --seed 1 --size 64x64 --iterations 6 --threads %d -o %s";

  for (int threads = 1; threads <= 2; threads++)
    {
      g_auto (Outcome) first = run (fixture, command, threads, "a.png");
      g_auto (Outcome) second = run (fixture, command, threads, "b.png");

      assert_ok (&first);
      assert_ok (&second);
      g_assert_true (same_pixels (fixture, "a.png", "b.png"));
    }
}

static void
recipe_repeats_the_picture (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) first =
    run (fixture, "run --prompt 'a house at night|snow:-0.3' --seed 18446744073709551615 "
                  "--size 80x64 --iterations 5 --optimizer adamp --cut-method notebook "
                  "--cutouts 5 --threads 1 -o a.png");
  g_auto (Outcome) second = run (fixture, "run --recipe a.png -o b.png");
  g_auto (Outcome) other = run (fixture, "run --recipe a.png --iterations 6 -o c.png");
  g_auto (Outcome) refused = run (fixture, "run --recipe a.png --lr 0.2 -o d.png");

  assert_ok (&first);
  assert_ok (&second);
  assert_ok (&other);
  g_assert_true (same_pixels (fixture, "a.png", "b.png"));
  g_assert_false (same_pixels (fixture, "a.png", "c.png"));
  g_assert_cmpint (refused.status, ==, 2);
}

static void
start_image_travels_in_the_recipe (Fixture *fixture, gconstpointer data)
{
  g_autofree char *start = g_build_filename (fixture->folder, "start.png", NULL);
  g_auto (Outcome) make = run (fixture, "run --prompt 'a blue car' --seed 3 --size 96x64 "
                                        "--iterations 1 -o start.png");
  g_auto (Outcome) first = run (fixture, "run --prompt 'a tree' --start start.png --size 64x64 "
                                         "--seed 1 --init-weight 0.5 --iterations 3 -o a.png");
  g_auto (Outcome) second = { 0 };

  assert_ok (&make);
  assert_ok (&first);
  g_assert_cmpint (g_unlink (start), ==, 0);
  second = run (fixture, "run --recipe a.png -o b.png");
  assert_ok (&second);
  g_assert_true (same_pixels (fixture, "a.png", "b.png"));
}

static void
picture_follows_its_words (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome =
    run (fixture, "run --prompt 'a red tractor' --seed 1 --size 128x128 --iterations 100 "
                  "--save-every 100 --frames frames -o end.png");
  gdouble start, end;

  assert_ok (&outcome);
  start = score (fixture, "a red tractor", "frames/000000.png");
  end = score (fixture, "a red tractor", "end.png");
  g_assert_cmpfloat (end, >, start + 0.1);
  g_assert_cmpfloat (end, >, score (fixture, "a snowman in the snow", "end.png") + 0.1);
  g_assert_cmpfloat (end, >, score (fixture, "a purple rocket at night", "end.png") + 0.1);
  g_assert_true (same_pixels (fixture, "frames/000100.png", "end.png"));
}

static void
json_has_a_line_an_iteration (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome = run (fixture, "run --json --prompt 'a cat' --seed 2 --size 64x64 "
                                           "--iterations 4 -o a.png");
  g_auto (GStrv) lines = g_strsplit (outcome.out, "\n", -1);

  assert_ok (&outcome);
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
  g_autofree char *cli = program ();
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
  picture = load (fixture, "a.png");
  g_assert_cmpuint (tl_frame_get_width (picture), ==, 64);
}

static void
size_is_snapped_and_said (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome =
    run (fixture, "run --prompt 'a cat' --size 70x100 --iterations 1 -o a.png");
  g_autoptr (TlFrame) picture = NULL;

  assert_ok (&outcome);
  g_assert_nonnull (strstr (outcome.err, "70 → 72"));
  g_assert_nonnull (strstr (outcome.err, "100 → 104"));
  picture = load (fixture, "a.png");
  g_assert_cmpuint (tl_frame_get_width (picture), ==, 72);
  g_assert_cmpuint (tl_frame_get_height (picture), ==, 104);
}

static void
encode_and_decode_go_together (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) make =
    run (fixture, "run --prompt 'a cat' --seed 4 --size 64x72 --iterations 1 -o a.png");
  g_auto (Outcome) encode = run (fixture, "encode a.png -o a.safetensors");
  g_auto (Outcome) decode = run (fixture, "decode a.safetensors -o b.png");
  g_auto (Outcome) inspect = run (fixture, "inspect a.safetensors");
  g_auto (Outcome) embed = run (fixture, "embed --image a.png -o e.safetensors");
  g_autoptr (TlFrame) picture = NULL;

  assert_ok (&make);
  assert_ok (&encode);
  assert_ok (&decode);
  assert_ok (&inspect);
  assert_ok (&embed);
  g_assert_nonnull (strstr (inspect.out, "indices"));
  picture = load (fixture, "b.png");
  g_assert_cmpuint (tl_frame_get_width (picture), ==, 64);
  g_assert_cmpuint (tl_frame_get_height (picture), ==, 72);
}

static void
write_file (Fixture *fixture, const char *name, const char *content, gssize length)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, content, length, NULL));
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
  write_file (fixture, name, content, (gssize) length / 2);
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
    { "run --prompt x --no-such-option", 2, "no-such-option" },
    { "run --prompt x --seed banana", 2, "banana" },
    { "run --prompt x --size big", 2, "big" },
    { "run --prompt x --precision half", 2, "half" },
    { "run --prompt x --size 0x0", 1, "0x0" },
    { "run --prompt x --size 1000000x64", 1, "1000000" },
    { "run --prompt x --iterations 0", 1, "iterations" },
    { "run --prompt x --optimizer sgd", 1, "sgd" },
    { "run --prompt x --augment sepia", 1, "sepia" },
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
    { "run --prompt x --start text.txt", 1, "text.txt" },
    { "run --prompt '<image:gone.png>'", 1, "gone.png" },
    { "run --recipe text.txt", 1, "text.txt" },
    { "run --prompt x --save-every 5", 2, "--frames" },
    { "score --text x text.txt", 1, "text.txt" },
    { "score --text x", 2, "score" },
    { "score a.png", 2, "--text" },
    { "encode gone.png -o a.safetensors", 1, "gone.png" },
    { "decode text.txt -o a.png", 1, "text.txt" },
    { "inspect text.txt", 1, "text.txt" },
    { "verify gone", 1, "gone" },
  };

  write_file (fixture, "text.txt", "This is no model and no picture.\n", -1);
  write_truncated (fixture, "half.safetensors");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Outcome) outcome = run (fixture, "%s", cases[i].command);
      char *newline = strchr (outcome.err, '\n');

      g_test_message ("%.60s: %s", cases[i].command, outcome.err);
      g_assert_cmpint (outcome.status, ==, cases[i].status);
      g_assert_nonnull (strstr (outcome.err, cases[i].says));
      g_assert_cmpstr (outcome.out, ==, "");
      g_assert_true (newline != NULL && newline[1] == '\0');
    }
}

static void
odd_prompts_are_hints (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) odd = run (fixture, "run --prompt 'ratio 16:9' --size 64x64 --iterations 1 "
                                       "-o a.png");
  g_auto (Outcome) strict = run (fixture, "run --strict --prompt 'ratio 16:9' --size 64x64 "
                                          "--iterations 1 -o b.png");
  g_auto (Outcome) control = run (fixture, "run --prompt 'a \001cat\002' --size 64x64 "
                                           "--iterations 1 -o c.png");

  assert_ok (&odd);
  g_assert_nonnull (strstr (odd.err, "16\\:9"));
  g_assert_cmpint (strict.status, ==, 2);
  g_assert_nonnull (strstr (strict.err, "column"));
  assert_ok (&control);
  g_assert_nonnull (strstr (control.err, "unreadable"));
}

static void
tokenize_prints_ids (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) words = run (fixture, "tokenize 'a red tractor'");
  g_auto (Outcome) json = run (fixture, "tokenize --json 'a red tractor'");
  g_autoptr (JsonNode) node = json_from_string (json.out, NULL);
  JsonArray *ids = json_object_get_array_member (json_node_get_object (node), "ids");
  g_auto (GStrv) parts = g_strsplit (g_strchomp (words.out), " ", -1);

  assert_ok (&words);
  g_assert_cmpuint (g_strv_length (parts), ==, json_array_get_length (ids));
  for (guint i = 0; parts[i] != NULL; i++)
    g_assert_cmpint (g_ascii_strtoll (parts[i], NULL, 10), ==, json_array_get_int_element (ids, i));
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
    { "/cli/run/picture-follows-its-words", picture_follows_its_words },
    { "/cli/run/json-has-a-line-an-iteration", json_has_a_line_an_iteration },
    { "/cli/run/interrupt-still-writes", interrupt_still_writes },
    { "/cli/run/size-is-snapped-and-said", size_is_snapped_and_said },
    { "/cli/run/odd-prompts-are-hints", odd_prompts_are_hints },
    { "/cli/codes/encode-and-decode-go-together", encode_and_decode_go_together },
    { "/cli/tokenize/prints-ids", tokenize_prints_ids },
    { "/cli/bad-input-is-one-sentence", bad_input_is_one_sentence },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
