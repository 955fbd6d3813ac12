/* test-kill.c - kill -9 at any moment, and the session goes on as if nothing had happened
 *
 * The real program runs, or explores, into a session, is killed after a random time, and again
 * while it resumes; at last it is let go to its end. The picture must be that of a run that was
 * never stopped, and what was printed before a kill may not be further than one checkpoint interval
 * from what is kept. TILLER_KILL_ROUNDS says how many rounds (default: a few).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "core/base/random.h"
#include "core/session/database.h"
#include "tests/app/program.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#define DEFAULT_ROUNDS 2
#define LENGTH 30
#define EVERY 4
#define N_SEEDS 2
#define HOLD 12

#define PROMPT "a house ^@9~4 a red tractor | fog @{0:0.1,100%:0.6}"

static guint
count_rounds (void)
{
  const char *text = g_getenv ("TILLER_KILL_ROUNDS");

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : DEFAULT_ROUNDS;
}

/* Lives for @lifetime_us at most; G_MAXULONG: as long as it wants. Returns the last iteration that
 * it printed; @is_done: it came to its end by itself. */
static guint64
live_and_die (Fixture *fixture, const char *line, gulong lifetime_us, gboolean *is_done)
{
  g_autofree char *cli = program_path ();
  g_autofree char *command = g_strdup_printf ("'%s' %s", cli, line);
  g_autofree char *name = fixture_path (fixture, "out.txt");
  g_autofree char *text = NULL;
  g_auto (GStrv) argv = NULL, lines = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  guint64 iteration = 0;
  GError *error = NULL;

  g_shell_parse_argv (command, NULL, &argv, &error);
  g_assert_no_error (error);
  /* The launcher would write over what is there, and leave the rest. */
  g_unlink (name);
  g_subprocess_launcher_set_cwd (launcher, fixture->folder);
  g_subprocess_launcher_set_stdout_file_path (launcher, name);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  if (lifetime_us < G_MAXULONG)
    {
      g_usleep (lifetime_us);
      g_subprocess_force_exit (process);
    }
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  *is_done = g_subprocess_get_if_exited (process);
  if (*is_done)
    g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);

  g_assert_true (g_file_get_contents (name, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "{\"iteration\":"))
      iteration = g_ascii_strtoull (lines[i] + strlen ("{\"iteration\":"), NULL, 10);
  return iteration;
}

/* Opens, is whole, and has what was printed but for one interval. */
static gboolean
check_session (Fixture *fixture, gint64 run, guint64 printed)
{
  g_autofree char *path = fixture_path (fixture, "s.tiller");
  g_autofree char *damage = NULL;
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GArray) turns = NULL;
  g_autoptr (GError) error = NULL;
  guint64 found = 0;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_assert_cmpuint (printed, ==, 0);
      return FALSE;
    }
  database = tl_database_open (path, TL_DATABASE_WRITE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tl_database_get_access (database), ==, TL_ACCESS_WRITE);
  damage = tl_database_check (path, NULL);
  g_assert_null (damage);
  runs = tl_database_list_runs (database, &error);
  g_assert_no_error (error);
  g_assert_null (tl_database_get_damage (database));
  if (runs->len < (guint) run)
    return FALSE;
  turns = tl_database_list_turns (database, run, &error);
  g_assert_no_error (error);
  {
    g_autoptr (GBytes) state =
      tl_database_get_state (database, run, TL_MAX_ITERATIONS, &found, NULL);

    if (printed > EVERY)
      g_assert_nonnull (state);
  }
  g_assert_cmpuint (found + EVERY, >=, printed);
  return turns->len > 0;
}

/* Between the first words of the program and its end. */
static gulong
draw_lifetime (TlRandom *random, gint64 whole_us)
{
  return (gulong) (tl_random_uniform (random) * 1.1 * (gdouble) whole_us);
}

static void
forget (Fixture *fixture, const char *name)
{
  g_autofree char *path = fixture_path (fixture, name);

  g_unlink (path);
}

static char *
make_command (const char *options)
{
  return g_strdup_printf ("run --prompt '%s' --seed 7 --iterations %d --size 64x64 --cutouts 2 "
                          "--threads 1 --json %s",
                          PROMPT, LENGTH, options);
}

static void
runs_that_are_killed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *straight = make_command ("-o straight.png");
  g_autofree char *first = make_command ("--session s.tiller --checkpoint-every 4 -o whole.png");
  const char *again = "resume s.tiller 1 --json --checkpoint-every 4 -o whole.png";
  gint64 began = g_get_monotonic_time (), whole_us;
  guint n_kills = 0;
  TlRandom random;

  {
    g_auto (Outcome) outcome = fixture_run (fixture, "%s", straight);

    outcome_assert_ok (&outcome);
    whole_us = g_get_monotonic_time () - began;
  }

  tl_random_init (&random, (guint64) g_test_rand_int (), 0, TL_PURPOSE_START, 0);
  for (guint round = 0; round < count_rounds (); round++)
    {
      gboolean is_there = FALSE, is_done = FALSE;

      forget (fixture, "s.tiller");
      forget (fixture, "s.tiller-wal");
      forget (fixture, "s.tiller-shm");
      forget (fixture, "whole.png");
      /* A few lives that are cut short, then one that is not. */
      for (guint life = 0; !is_done; life++)
        {
          gulong lifetime = life < 3 ? draw_lifetime (&random, whole_us) : G_MAXULONG;
          guint64 printed = live_and_die (fixture, is_there ? again : first, lifetime, &is_done);

          n_kills += !is_done;
          is_there = check_session (fixture, 1, printed);
        }
      g_assert_true (fixture_same_pixels (fixture, "straight.png", "whole.png"));
    }
  g_test_message ("%u rounds, %u kills", count_rounds (), n_kills);
}

static void
explorations_that_are_killed (Fixture *fixture, gconstpointer data)
{
  static const char options[] =
    "--prompt '" PROMPT "' --iterations 30 --size 64x64 --cutouts 2 --threads 1 --json";
  g_autofree char *explore =
    g_strdup_printf ("explore %s --seed 7 --seeds %d --hold %d --session s.tiller "
                     "--checkpoint-every 4",
                     options, N_SEEDS, HOLD);
  gint64 began, whole_us;
  guint n_kills = 0;
  TlRandom random;

  for (guint i = 0; i < N_SEEDS; i++)
    {
      g_auto (Outcome) outcome = { 0 };

      began = g_get_monotonic_time ();
      outcome = fixture_run (fixture, "run %s --seed %u -o alone%u.png", options, 7 + i, i + 1);
      outcome_assert_ok (&outcome);
    }
  whole_us = g_get_monotonic_time () - began;

  tl_random_init (&random, (guint64) g_test_rand_int (), 0, TL_PURPOSE_START, 0);
  for (guint round = 0; round < count_rounds (); round++)
    {
      gboolean is_done;

      forget (fixture, "s.tiller");
      forget (fixture, "s.tiller-wal");
      forget (fixture, "s.tiller-shm");
      live_and_die (fixture, explore, draw_lifetime (&random, whole_us), &is_done);
      n_kills += !is_done;
      for (guint i = 1; i <= N_SEEDS; i++)
        {
          g_autofree char *alone = g_strdup_printf ("alone%u.png", i);
          g_auto (Outcome) outcome = { 0 };

          /* One that the file never heard of. */
          if (!check_session (fixture, i, 0))
            continue;
          outcome = fixture_run (fixture, "resume s.tiller %u --quiet -o whole.png", i);
          outcome_assert_ok (&outcome);
          g_assert_true (fixture_same_pixels (fixture, alone, "whole.png"));
        }
    }
  g_test_message ("%u rounds, %u kills", count_rounds (), n_kills);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/kill/run", Fixture, NULL, fixture_set_up, runs_that_are_killed, fixture_tear_down);
  g_test_add ("/kill/explore", Fixture, NULL, fixture_set_up, explorations_that_are_killed,
              fixture_tear_down);
  return g_test_run ();
}
