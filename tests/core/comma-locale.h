/* comma-locale.h - a language that writes 0,5, whatever is installed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <locale.h>

/* Until setlocale (LC_NUMERIC, "C"). FALSE, with the test skipped, where none is there and none can
 * be made. */
static inline gboolean
enter_comma_locale (void)
{
  const char *const installed[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8" };
  g_autofree char *folder = NULL, *path = NULL, *command = NULL, *tidy = NULL;
  gboolean is_in;

  for (gsize i = 0; i < G_N_ELEMENTS (installed); i++)
    if (setlocale (LC_NUMERIC, installed[i]) != NULL)
      return TRUE;

  folder = g_dir_make_tmp ("tiller-locale-XXXXXX", NULL);
  path = g_build_filename (folder, "de_DE.UTF-8", NULL);
  command = g_strdup_printf ("localedef -i de_DE -f UTF-8 '%s'", path);
  tidy = g_strdup_printf ("rm -r '%s'", folder);
  /* What it has to say ends up in what the C library finds, or not. */
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_setenv ("LOCPATH", folder, TRUE);
  is_in = setlocale (LC_NUMERIC, "de_DE.UTF-8") != NULL;
  g_unsetenv ("LOCPATH");
  g_spawn_command_line_sync (tidy, NULL, NULL, NULL, NULL);
  if (!is_in)
    g_test_skip ("no language that writes a comma is installed");
  return is_in;
}
