/* trainer.c - the real tiller-train, started in a folder of its own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/app/trainer.h"

#include <sys/wait.h>

int
trainer_run (Fixture *fixture, const char *arguments, char **out, char **err)
{
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "..", "app", "tiller-train", NULL);
  g_autofree char *line = g_strdup_printf ("'%s' %s", program, arguments);
  g_auto (GStrv) argv = NULL;
  GError *error = NULL;
  GSpawnFlags flags = G_SPAWN_DEFAULT;
  int status;

  /* What nobody reads would be read as the test's own. */
  if (out == NULL)
    flags |= G_SPAWN_STDOUT_TO_DEV_NULL;
  if (err == NULL)
    flags |= G_SPAWN_STDERR_TO_DEV_NULL;
  g_shell_parse_argv (line, NULL, &argv, &error);
  g_assert_no_error (error);
  g_spawn_sync (fixture->folder, argv, NULL, flags, NULL, NULL, out, err, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

GBytes *
trainer_read (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  GError *error = NULL;
  char *contents;
  gsize size;

  g_file_get_contents (path, &contents, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, size);
}

gboolean
trainer_exists (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}
