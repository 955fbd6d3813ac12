/* test-hash.c - hashes of files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "core/base/hash.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define LARGE (256 << 20)

/* The published vectors of FIPS 180-4. */
static void
test_vectors (void)
{
  static const struct
  {
    const char *content, *sha256;
  } cases[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
  };
  g_autofree char *folder = g_dir_make_tmp ("tiller-hash-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sha256 = NULL;

      g_assert_true (g_file_set_contents (path, cases[i].content, -1, NULL));
      sha256 = tl_hash_file (path);
      g_assert_cmpstr (sha256, ==, cases[i].sha256);
    }
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_no_file (void)
{
  g_autofree char *gone = tl_hash_file ("/no/such/file");
  g_autofree char *folder = tl_hash_file ("/");

  g_assert_cmpstr (gone, ==, "");
  g_assert_cmpstr (folder, ==, "");
}

/* The most memory that this process ever had, in kB */
static guint64
get_peak_kb (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmHWM:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) : 0;
}

static void
test_memory (void)
{
  g_autofree char *path = NULL, *sha256 = NULL;
  int file = g_file_open_tmp ("tiller-hash-XXXXXX", &path, NULL);
  guint64 before = get_peak_kb ();

  g_assert_cmpint (file, >=, 0);
  g_assert_cmpint (ftruncate (file, LARGE), ==, 0);
  g_assert_true (g_close (file, NULL));
  sha256 = tl_hash_file (path);
  g_unlink (path);
  g_assert_cmpstr (sha256, ==, "a6d72ac7690f53be6ae46ba88506bd97302a093f7108472bd9efc3cefda06484");
  if (before == 0)
    {
      g_test_skip ("there is no /proc that tells memory");
      return;
    }
  g_assert_cmpuint (get_peak_kb () - before, <, LARGE / 1024 / 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hash/vectors", test_vectors);
  g_test_add_func ("/hash/no-file", test_no_file);
  g_test_add_func ("/hash/memory", test_memory);
  return g_test_run ();
}
