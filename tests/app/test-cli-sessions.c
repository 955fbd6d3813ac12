/* test-cli-sessions.c - sessions on the command line, as a user types it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "core/session/database.h"
#include "tests/app/program.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>

#define SMALL "--size 64x64 --cutouts 2 --threads 1 --quiet"

/* Lines of JSON. */
static GPtrArray *
read_lines (const char *text)
{
  GPtrArray *nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      JsonNode *node = json_from_string (lines[i], NULL);

      g_assert_nonnull (node);
      g_ptr_array_add (nodes, node);
    }
  return nodes;
}

static JsonObject *
object_of (GPtrArray *lines, guint index)
{
  g_assert_cmpuint (index, <, lines->len);
  return json_node_get_object (lines->pdata[index]);
}

/* "25 30end" */
static char *
list_checkpoints (JsonObject *run)
{
  JsonArray *checkpoints = json_object_get_array_member (run, "checkpoints");
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (checkpoints); i++)
    {
      JsonObject *checkpoint = json_array_get_object_element (checkpoints, i);

      g_string_append_printf (text, "%s%d%s", i > 0 ? " " : "",
                              (gint) json_object_get_int_member (checkpoint, "iteration"),
                              json_object_get_string_member (checkpoint, "kept"));
      /* Each has been looked at. */
      g_assert_cmpfloat (json_object_get_double_member (checkpoint, "similarity"), !=, 0);
    }
  return g_string_free (text, FALSE);
}

static void
assert_run (Fixture *fixture, const char *session, guint index, const char *state,
            const char *checkpoints)
{
  g_auto (Outcome) outcome = fixture_run (fixture, "inspect --json %s", session);
  g_autoptr (GPtrArray) lines = NULL;
  g_autofree char *list = NULL;

  outcome_assert_ok (&outcome);
  lines = read_lines (outcome.out);
  list = list_checkpoints (object_of (lines, index));
  g_assert_cmpstr (json_object_get_string_member (object_of (lines, index), "state"), ==, state);
  g_assert_cmpstr (list, ==, checkpoints);
}

static void
check_commands (Fixture *fixture, const char *const *commands)
{
  for (guint i = 0; commands[i] != NULL; i++)
    {
      g_auto (Outcome) outcome = fixture_run (fixture, "%s", commands[i]);

      g_test_message ("%s", commands[i]);
      outcome_assert_ok (&outcome);
    }
}

static void
a_run_goes_on_exactly (Fixture *fixture, gconstpointer data)
{
  static const char *const commands[] = {
    "run --prompt 'a house ^@9~4 a red tractor' --seed 7 --iterations 16 " SMALL " -o straight.png",
    "run --prompt 'a house ^@9~4 a red tractor' --seed 7 --iterations 7 " SMALL
    " --checkpoint-every 4 --session s.tiller -o part.png",
    "resume s.tiller --iterations 12 --quiet --checkpoint-every 5",
    "resume s.tiller 1 --iterations 16 --quiet -o whole.png",
    "export s.tiller:1@7 -o seven.png --quiet",
    "export s.tiller -o last.png --quiet",
    "run --recipe s.tiller:1@16 -o again.png --quiet",
    "run --recipe last.png -o once-more.png --quiet",
    NULL,
  };

  check_commands (fixture, commands);
  g_assert_true (fixture_same_pixels (fixture, "straight.png", "whole.png"));
  g_assert_true (fixture_same_pixels (fixture, "part.png", "seven.png"));
  g_assert_true (fixture_same_pixels (fixture, "whole.png", "last.png"));
  g_assert_true (fixture_same_pixels (fixture, "whole.png", "again.png"));
  g_assert_true (fixture_same_pixels (fixture, "whole.png", "once-more.png"));
  assert_run (fixture, "s.tiller", 0, "finished", "4 7turn, end 10 12turn, end 16end");
}

/* Less than was planned: the run waits, and its plan is as it was. */
static void
a_part_of_the_plan (Fixture *fixture, gconstpointer data)
{
  static const char *const commands[] = {
    "run --prompt 'fog @{0:1,100%:-1} | a boat' --seed 3 --iterations 12 " SMALL " -o straight.png",
    "run --prompt 'fog @{0:1,100%:-1} | a boat' --seed 3 --iterations 12 " SMALL
    " --checkpoint-every 5 --session s.tiller -o other.png",
    "run --recipe s.tiller:1 --iterations 6 --session s.tiller -o six.png --quiet",
    "resume s.tiller 2 --iterations 8 --quiet",
    "resume s.tiller 2 --quiet -o whole.png",
    NULL,
  };

  check_commands (fixture, commands);
  g_assert_true (fixture_same_pixels (fixture, "straight.png", "whole.png"));
  assert_run (fixture, "s.tiller", 1, "finished", "6pause 8pause 12end");
}

/* A repeat that was interrupted knows the turns that are still to come. */
static void
a_repeat_goes_on_to_its_turns (Fixture *fixture, gconstpointer data)
{
  static const char *const commands[] = {
    "run --prompt 'fog @{0:1,100%:-1} | a boat' --seed 3 --iterations 6 " SMALL
    " --session s.tiller",
    "resume s.tiller --iterations 9 --quiet -o whole.png",
    "run --recipe whole.png --iterations 4 --session r.tiller --quiet -o part.png",
    "resume r.tiller --quiet -o again.png",
    NULL,
  };

  check_commands (fixture, commands);
  g_assert_true (fixture_same_pixels (fixture, "whole.png", "again.png"));
  assert_run (fixture, "r.tiller", 0, "finished", "4pause 6turn 9end");
}

/* A run that ends before would never be held, nor all of them together. */
static void
a_hold_is_no_longer_than_the_runs (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome = fixture_run (
    fixture, "explore --prompt x --seeds 2 --hold 9 --iterations 2 --session h.tiller " SMALL);
  g_autofree char *path = fixture_path (fixture, "h.tiller");
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GPtrArray) explorations = NULL, runs = NULL;

  outcome_assert_ok (&outcome);
  database = tl_database_open (path, TL_DATABASE_READ, NULL);
  explorations = tl_database_list_explorations (database, NULL);
  runs = tl_database_list_runs (database, NULL);
  g_assert_cmpuint (((TlExplorationRecord *) explorations->pdata[0])->hold, ==, 2);
  g_assert_cmpuint (((TlRunRecord *) runs->pdata[0])->hold, ==, 2);
}

static void
candidates_are_their_seeds_alone (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) explore =
    fixture_run (fixture, "explore --json --prompt 'a blue car' --seeds 3 --hold 7 --seed 40 "
                          "--size 64x64 --cutouts 2 --threads 1 --iterations 9 "
                          "--session x.tiller --sheet sheet.png");
  g_auto (Outcome) alone =
    fixture_run (fixture, "run --prompt 'a blue car' --seed 41 --iterations 7 " SMALL " -o a.png");
  g_auto (Outcome) further =
    fixture_run (fixture, "run --prompt 'a blue car' --seed 41 --iterations 9 " SMALL " -o b.png");
  static const char *const commands[] = {
    "export x.tiller:2@7 -o held.png --quiet",
    "resume x.tiller 2 --quiet -o picked.png",
    NULL,
  };
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (TlFrame) sheet = NULL;
  gdouble last = 2;

  outcome_assert_ok (&explore);
  outcome_assert_ok (&alone);
  outcome_assert_ok (&further);
  lines = read_lines (explore.out);
  g_assert_cmpuint (lines->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      gdouble similarity = json_object_get_double_member (object_of (lines, i), "similarity");

      g_assert_cmpint (json_object_get_int_member (object_of (lines, i), "iteration"), ==, 7);
      g_assert_cmpfloat (similarity, <=, last);
      last = similarity;
    }

  assert_run (fixture, "x.tiller", 1, "held", "7hold");
  check_commands (fixture, commands);
  g_assert_true (fixture_same_pixels (fixture, "a.png", "held.png"));
  g_assert_true (fixture_same_pixels (fixture, "b.png", "picked.png"));
  assert_run (fixture, "x.tiller", 1, "finished", "7hold 9end");
  sheet = fixture_load (fixture, "sheet.png");
  g_assert_cmpuint (tl_frame_get_width (sheet), >, 128);
}

static void
interrupted_and_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cli = program_path ();
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *line = NULL;
  g_autofree char *path = fixture_path (fixture, "s.tiller");
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GPtrArray) runs = NULL, checkpoints = NULL;
  const TlRunRecord *record;
  GError *error = NULL;

  g_subprocess_launcher_set_cwd (launcher, fixture->folder);
  process = g_subprocess_launcher_spawn (
    launcher, &error, cli, "run", "--json", "--prompt", "a dog", "--size", "64x64", "--cutouts",
    "2", "--iterations", "100000", "--session", "s.tiller", "-o", "a.png", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);

  /* While it has the file, nobody else writes there; looking is free. */
  {
    g_auto (Outcome) refused = fixture_run (fixture, "resume s.tiller");
    g_auto (Outcome) looked = fixture_run (fixture, "inspect s.tiller");

    g_assert_cmpint (refused.status, ==, 1);
    g_assert_nonnull (strstr (refused.err, "open in another window or program"));
    outcome_assert_ok (&looked);
    g_assert_nonnull (strstr (looked.out, "a dog"));
  }

  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));

  database = tl_database_open (path, TL_DATABASE_READ, &error);
  g_assert_no_error (error);
  runs = tl_database_list_runs (database, NULL);
  record = runs->pdata[0];
  g_assert_cmpint (record->state, ==, TL_RUN_PAUSED);
  checkpoints = tl_database_list_checkpoints (database, 1, NULL);
  g_assert_cmpuint (tl_checkpoint_get_iteration (checkpoints->pdata[checkpoints->len - 1]), ==,
                    record->iteration);
}

/* Each process has a session of its own, and they do not know of each other. */
static void
processes_side_by_side (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cli = program_path ();
  GSubprocess *processes[3];
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    {
      g_autoptr (GSubprocessLauncher) launcher =
        g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
      g_autofree char *session = g_strdup_printf ("%u.tiller", i);
      g_autofree char *picture = g_strdup_printf ("%u.png", i);

      g_subprocess_launcher_set_cwd (launcher, fixture->folder);
      processes[i] = g_subprocess_launcher_spawn (
        launcher, &error, cli, "run", "--quiet", "--prompt", "a dog", "--size", "64x64", "--seed",
        "5", "--cutouts", "2", "--threads", "1", "--iterations", "6", "--checkpoint-every", "1",
        "--session", session, "-o", picture, NULL);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    {
      g_autofree char *session = g_strdup_printf ("%u.tiller", i);

      g_subprocess_wait (processes[i], NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_subprocess_get_successful (processes[i]));
      g_object_unref (processes[i]);
      assert_run (fixture, session, 0, "finished", "1 2 3 4 5 6end");
    }
  g_assert_true (fixture_same_pixels (fixture, "0.png", "1.png"));
  g_assert_true (fixture_same_pixels (fixture, "0.png", "2.png"));
}

/* It goes on with what it was made with, and with nothing else. */
static void
a_run_keeps_its_models (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) make = fixture_run (
    fixture, "run --prompt x --clip starter-judge --seed 3 --iterations 6 " SMALL " -o whole.png");
  g_auto (Outcome) half =
    fixture_run (fixture, "run --prompt x --clip starter-judge --seed 3 --iterations 6 "
                          "--session m.tiller " SMALL " -o half.png");
  g_auto (Outcome) again = fixture_run (fixture, "run --recipe whole.png --quiet -o again.png");
  g_auto (Outcome) refused = fixture_run (fixture, "resume m.tiller --iterations 9 --clip starter");
  g_auto (Outcome) on = fixture_run (fixture, "resume m.tiller --iterations 9 -o on.png");
  g_auto (Outcome) told = fixture_run (fixture, "inspect on.png");

  outcome_assert_ok (&make);
  outcome_assert_ok (&half);
  outcome_assert_ok (&again);
  g_assert_true (fixture_same_pixels (fixture, "whole.png", "again.png"));
  g_assert_cmpint (refused.status, ==, 1);
  g_assert_nonnull (strstr (refused.err, "starter-judge"));
  outcome_assert_ok (&on);
  g_assert_nonnull (strstr (told.out, "models: starter, starter-judge"));
  g_assert_nonnull (strstr (told.out, "iteration: 9"));
}

/* As if a run had been made on a card. */
static void
claim_float16 (Fixture *fixture, const char *session)
{
  g_autofree char *path = fixture_path (fixture, session);
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database,
                                 "UPDATE run SET precision = 'float16', device = 'cuda:0'", NULL,
                                 NULL, NULL),
                   ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (database), ==, SQLITE_OK);
}

/* In the program's own words, before it begins; another precision can be asked for, and a picture
 * that was kept needs none. */
static void
float16_stays_on_cards (Fixture *fixture, gconstpointer data)
{
  static const char *const refused[] = { "resume f.tiller --iterations 3",
                                         "run --recipe f.tiller:1 -o a.png" };
  static const char *const allowed[] = { "export f.tiller:1 -o b.png",
                                         "resume f.tiller --iterations 3 --precision float32",
                                         NULL };
  g_auto (Outcome) make =
    fixture_run (fixture, "run --prompt x --iterations 2 " SMALL " --session f.tiller -o f.png");

  outcome_assert_ok (&make);
  claim_float16 (fixture, "f.tiller");
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_auto (Outcome) outcome = fixture_run (fixture, "%s", refused[i]);

      g_assert_cmpint (outcome.status, ==, 2);
      g_assert_nonnull (strstr (outcome.err, "float16 is for graphics cards"));
    }
  check_commands (fixture, allowed);
}

/* Whatever becomes of the session, the picture is there: files may only grow so far. */
static void
a_full_disk_costs_no_picture (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cli = program_path ();
  guint n_kept = 0;

  for (guint blocks = 280; blocks <= 520; blocks += 60)
    {
      g_autofree char *line = g_strdup_printf (
        "rm -f f.*; trap '' XFSZ; ulimit -f %u; exec '%s' run --prompt x --iterations 3 " SMALL
        " --session f.tiller -o f.png",
        blocks, cli);
      const char *argv[] = { "sh", "-c", line, NULL };
      g_autofree char *session = fixture_path (fixture, "f.tiller");
      g_autofree char *picture = fixture_path (fixture, "f.png");
      g_autoptr (GError) error = NULL;
      gint status;

      g_spawn_sync (fixture->folder, (char **) argv, NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                    &status, &error);
      g_assert_no_error (error);
      g_test_message ("%u blocks: %d", blocks, status);
      if (g_file_test (picture, G_FILE_TEST_EXISTS))
        n_kept += status != 0;
      else
        /* It has not begun. */
        g_assert_cmpint (status, !=, 0);
      if (g_file_test (session, G_FILE_TEST_EXISTS))
        {
          g_auto (Outcome) told = fixture_run (fixture, "inspect f.tiller");

          g_assert_true (strstr (told.out, "run 1") == NULL
                         || g_file_test (picture, G_FILE_TEST_EXISTS));
        }
    }
  g_assert_cmpuint (n_kept, >, 0);
}

/* The starter's VQGAN, but for one number that is none. */
static void
write_broken_model (Fixture *fixture, const char *name)
{
  static const char key[] = "\"decoder.conv_out.bias\":{";
  static const guint8 nan[] = { 0x00, 0x7e };
  g_autofree char *path =
    g_build_filename (g_getenv ("TILLER_STARTER_DIR"), "starter-vqgan.safetensors", NULL);
  g_autofree char *contents = NULL;
  const char *entry, *offset;
  gsize size;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  entry = g_strstr_len (contents + 8, (gssize) size - 8, key);
  g_assert_nonnull (entry);
  offset = strstr (entry, "\"data_offsets\":[");
  g_assert_nonnull (offset);
  offset += strlen ("\"data_offsets\":[");
  memcpy (contents + 8 + GUINT64_FROM_LE (*(const guint64 *) (gconstpointer) contents)
            + g_ascii_strtoull (offset, NULL, 10),
          nan, sizeof nan);
  fixture_write (fixture, name, contents, (gssize) size);
}

/* Each is told of, as what it is; none is left as if it went on. */
static void
candidates_that_fail (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome = { 0 };
  g_auto (Outcome) told = { 0 };

  write_broken_model (fixture, "broken.safetensors");
  outcome = fixture_run (fixture, "explore --json --prompt x --seeds 2 --hold 4 --vqgan "
                                  "broken.safetensors --session b.tiller " SMALL);
  g_assert_cmpint (outcome.status, ==, 1);
  g_assert_nonnull (strstr (outcome.err, "no longer a number"));
  g_assert_nonnull (strstr (outcome.out, "\"run\":1"));
  g_assert_nonnull (strstr (outcome.out, "\"run\":2"));
  told = fixture_run (fixture, "inspect b.tiller");
  g_assert_nonnull (strstr (told.out, "failed at 0"));
  g_assert_null (strstr (told.out, "running"));
}

/* Where nothing came to be there is no session to open. */
static void
no_run_no_session (Fixture *fixture, gconstpointer data)
{
  static const char *const commands[] = {
    "run --prompt '' --session new.tiller",
    "run --prompt x --vqgan gone.ckpt --session new.tiller",
    "explore --prompt '' --seeds 2 --session new.tiller",
    "explore --prompt x --seeds 2 --judge gone.ckpt --session new.tiller",
  };
  g_autofree char *path = fixture_path (fixture, "new.tiller");

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (Outcome) outcome = fixture_run (fixture, "%s", commands[i]);

      g_assert_cmpint (outcome.status, ==, 1);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

/* A sheet may be all that is asked for. */
static void
candidates_on_a_sheet_only (Fixture *fixture, gconstpointer data)
{
  g_auto (Outcome) outcome =
    fixture_run (fixture, "explore --json --prompt x --seeds 2 --seed 5 --hold 2 --judge "
                          "starter-judge --sheet sheet.png " SMALL);
  g_autoptr (TlFrame) sheet = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  outcome_assert_ok (&outcome);
  lines = read_lines (outcome.out);
  g_assert_cmpuint (lines->len, ==, 2);
  g_assert_cmpfloat (json_object_get_double_member (object_of (lines, 0), "judge"), >=,
                     json_object_get_double_member (object_of (lines, 1), "judge"));
  sheet = fixture_load (fixture, "sheet.png");
  g_assert_cmpuint (tl_frame_get_width (sheet), >, 128);
}

/* A session may come from anybody: what it is called does nothing to the terminal. */
static void
names_of_strangers_are_only_words (Fixture *fixture, gconstpointer data)
{
  static const TlMaker maker = { { (char *) "\033[2Ja", (char *) "" },
                                 { (char *) "b\a", (char *) "" },
                                 (char *) "\033c",
                                 (char *) "cpu",
                                 1 };
  g_autofree char *path = fixture_path (fixture, "s.tiller");
  g_autoptr (TlStart) start = tl_start_new (&(TlStartValues){ .width = 64, .height = 64 });
  const TlRunRecord run = {
    .id = 1, .start = start, .maker = (TlMaker *) &maker, .name = (char *) "\033]0;mine\a\302\2332J"
  };
  const TlScoreRecord score = { 1, 0, (char *) "\033[1m", (char *) "\033[5m", 0.5 };
  g_autoptr (TlDatabase) database = tl_database_open (path, TL_DATABASE_CREATE, NULL);
  g_auto (Outcome) outcome = { 0 };

  g_assert_true (tl_database_put_run (database, &run, NULL));
  g_assert_true (tl_database_put_score (database, &score, NULL));
  tl_database_close (g_steal_pointer (&database));
  outcome = fixture_run (fixture, "inspect s.tiller");
  outcome_assert_ok (&outcome);
  g_assert_nonnull (strstr (outcome.out, "mine"));
  for (const char *p = outcome.out; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_true (*p == '\n' || !g_unichar_iscntrl (g_utf8_get_char (p)));
}

static void
mistakes_are_one_sentence (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *command;
    gint status;
    const char *says;
  } cases[] = {
    { "resume", 2, "arguments" },
    { "resume gone.tiller", 1, "gone.tiller" },
    { "resume text.txt", 1, "text.txt" },
    { "resume s.tiller 9", 1, "9" },
    { "resume s.tiller banana", 1, "banana" },
    { "resume s.tiller --iterations 1", 1, "iteration 2" },
    { "resume s.tiller --iterations -3", 2, "--iterations" },
    { "resume s.tiller --iterations 0", 2, "--iterations" },
    { "run --prompt x --checkpoint-every 3", 2, "--session" },
    { "run --prompt x --model a --vqgan b", 2, "--vqgan" },
    { "bench --recipe s.png", 2, "recipe" },
    { "resume s.tiller --checkpoint-every 0", 2, "--checkpoint-every" },
    { "resume s.tiller -o gone/a.png", 1, "gone/a.png" },
    { "export s.tiller", 2, "-o" },
    { "export s.tiller:1@1 -o a.png", 1, "iteration 1" },
    { "export s.tiller:2 -o a.png", 1, "2" },
    { "export gone.tiller -o a.png", 1, "gone.tiller" },
    { "run --recipe s.tiller:5 -o a.png", 1, "5" },
    { "run --recipe gone.tiller:5 -o a.png", 1, "gone.tiller" },
    { "run --prompt x --session text.txt", 1, "text.txt" },
    { "run --prompt x --session gone/s.tiller", 1, "gone/s.tiller" },
    { "explore --prompt x", 2, "--session" },
    { "explore --session y.tiller", 2, "--prompt" },
    { "explore --prompt x --session y.tiller --seeds 1", 2, "--seeds" },
    { "explore --prompt x --session y.tiller --seeds 33", 2, "--seeds" },
    { "explore --prompt x --session y.tiller --hold 0", 2, "--hold" },
    { "explore --prompt '' --session y.tiller", 1, "prompt" },
    { "explore --prompt x --session y.tiller --sheet gone/a.png", 1, "gone/a.png" },
  };
  g_auto (Outcome) make =
    fixture_run (fixture, "run --prompt x --iterations 2 " SMALL " --session s.tiller -o s.png");

  outcome_assert_ok (&make);
  fixture_write (fixture, "text.txt", "This is no session.\n", -1);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Outcome) outcome = fixture_run (fixture, "%s", cases[i].command);
      char *newline = strchr (outcome.err, '\n');

      g_test_message ("%s: %s", cases[i].command, outcome.err);
      g_assert_cmpint (outcome.status, ==, cases[i].status);
      g_assert_nonnull (strstr (outcome.err, cases[i].says));
      g_assert_cmpstr (outcome.out, ==, "");
      g_assert_true (newline != NULL && newline[1] == '\0');
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
    { "/cli/session/goes-on-exactly", a_run_goes_on_exactly },
    { "/cli/session/part-of-the-plan", a_part_of_the_plan },
    { "/cli/session/repeat-goes-on", a_repeat_goes_on_to_its_turns },
    { "/cli/session/hold", a_hold_is_no_longer_than_the_runs },
    { "/cli/session/candidates", candidates_are_their_seeds_alone },
    { "/cli/session/interrupted", interrupted_and_kept },
    { "/cli/session/keeps-its-models", a_run_keeps_its_models },
    { "/cli/session/float16", float16_stays_on_cards },
    { "/cli/session/full-disk", a_full_disk_costs_no_picture },
    { "/cli/session/failures", candidates_that_fail },
    { "/cli/session/side-by-side", processes_side_by_side },
    { "/cli/session/no-run", no_run_no_session },
    { "/cli/session/sheet-only", candidates_on_a_sheet_only },
    { "/cli/session/strangers", names_of_strangers_are_only_words },
    { "/cli/session/mistakes", mistakes_are_one_sentence },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
