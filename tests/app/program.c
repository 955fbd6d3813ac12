/* program.c - the real tiller-cli, started in a folder of its own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/app/program.h"

#include <glib/gstdio.h>
#include <sys/wait.h>

void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->out);
  g_free (outcome->err);
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
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

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  remove_folder (fixture->folder);
  g_free (fixture->folder);
}

char *
program_path (void)
{
  return g_test_build_filename (G_TEST_BUILT, "..", "app", "tiller-cli", NULL);
}

Outcome
fixture_run (Fixture *fixture, const char *format, ...)
{
  g_autofree char *cli = program_path ();
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

void
outcome_assert_ok (const Outcome *outcome)
{
  if (outcome->status != 0)
    g_test_message ("%s", outcome->err);
  g_assert_cmpint (outcome->status, ==, 0);
}

TlFrame *
fixture_load (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  TlFrame *picture = tl_picture_load (path, &error);

  g_assert_no_error (error);
  return picture;
}

gboolean
fixture_same_pixels (Fixture *fixture, const char *a, const char *b)
{
  g_autoptr (TlFrame) first = fixture_load (fixture, a);
  g_autoptr (TlFrame) second = fixture_load (fixture, b);

  return g_bytes_equal (tl_frame_get_pixels (first), tl_frame_get_pixels (second));
}

char *
fixture_path (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

void
fixture_write (Fixture *fixture, const char *name, const char *content, gssize length)
{
  g_autofree char *path = fixture_path (fixture, name);

  g_assert_true (g_file_set_contents (path, content, length, NULL));
}
