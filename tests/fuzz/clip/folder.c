/* folder.c - a folder for the files of a fuzzer, gone when it ends
 *
 * In memory where that can be had: a disk takes longer to write the files than the readers to read
 * them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/fuzz/clip/folder.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

static char *folder;

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static void
make_folder (void)
{
  static char in_memory[] = "/dev/shm/tiller-XXXXXX";

  folder = g_mkdtemp (in_memory);
  if (folder == NULL)
    folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_assert_nonnull (folder);
  atexit (remove_folder);
}

char *
fuzz_folder_write (const char *name, const void *data, gsize n)
{
  char *path;
  FILE *file;

  if (folder == NULL)
    make_folder ();

  path = g_build_filename (folder, name, NULL);
  file = fopen (path, "wb");
  g_assert_nonnull (file);
  g_assert_cmpuint (n == 0 ? 0 : fwrite (data, 1, n, file), ==, n);
  g_assert_cmpint (fclose (file), ==, 0);
  return path;
}
