/* test-hash.c - hashes of files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "core/base/hash.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

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

/* A file of a size that is remembered, of which all bytes are @byte. */
static void
write_file (const char *path, char byte)
{
  g_autofree char *bytes = g_malloc (2 << 20);

  memset (bytes, byte, 2 << 20);
  g_assert_true (g_file_set_contents (path, bytes, 2 << 20, NULL));
}

/* Whatever is remembered, another content is another hash, even under the old name, size and time
 * of writing. */
static void
test_once (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-hash-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *remembered = g_build_filename (folder, "file-hashes", NULL);
  struct utimbuf then = { 1000000000, 1000000000 };

  g_setenv ("TILLER_DATA_DIR", folder, TRUE);
  for (char byte = 0; byte < 3; byte++)
    {
      g_autofree char *expected = NULL, *first = NULL, *second = NULL;

      write_file (path, byte);
      g_assert_cmpint (g_utime (path, &then), ==, 0);
      expected = tl_hash_file (path);
      first = tl_hash_file_once (path);
      second = tl_hash_file_once (path);
      g_assert_cmpstr (first, ==, expected);
      g_assert_cmpstr (second, ==, expected);
      /* It was touched a moment ago. */
      g_assert_false (g_file_test (remembered, G_FILE_TEST_EXISTS));
    }
  g_unlink (path);
  g_rmdir (folder);
}

/* What is smaller, or was touched just now, is not remembered. */
static gboolean
is_old_and_large (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 && info.st_size >= 1 << 20
         && g_get_real_time () / G_USEC_PER_SEC - info.st_ctime > 60;
}

/* (nullable) (transfer full): the program library that this one runs with */
static char *
find_library (void)
{
  g_autofree char *maps = NULL;
  const char *name, *start;

  if (!g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL)
      || (name = strstr (maps, "/libglib-2.0.so")) == NULL)
    return NULL;
  for (start = name; start[-1] != ' '; start--)
    ;
  return g_strndup (start, strcspn (start, "\n"));
}

/* A file that has been at rest for long: GLib's own. What is remembered of it is believed, and
 * nothing that is no hash. */
static void
test_remembered (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-hash-XXXXXX", NULL);
  g_autofree char *remembered = g_build_filename (folder, "file-hashes", NULL);
  g_autofree char *library = find_library ();
  g_autofree char *expected = NULL, *first = NULL, *contents = NULL, *second = NULL, *third = NULL;
  g_autoptr (GString) forged = NULL;
  g_autofree char *zeros = g_strnfill (64, '0');

  if (library == NULL || !is_old_and_large (library))
    {
      g_rmdir (folder);
      g_test_skip ("there is no old file of a megabyte");
      return;
    }
  g_setenv ("TILLER_DATA_DIR", folder, TRUE);
  expected = tl_hash_file (library);
  first = tl_hash_file_once (library);
  g_assert_cmpstr (first, ==, expected);

  g_assert_true (g_file_get_contents (remembered, &contents, NULL, NULL));
  forged = g_string_new (contents);
  g_assert_cmpuint (g_string_replace (forged, expected, zeros, 0), ==, 1);
  g_assert_true (g_file_set_contents (remembered, forged->str, -1, NULL));
  second = tl_hash_file_once (library);
  g_assert_cmpstr (second, ==, zeros);

  g_string_replace (forged, zeros, "nonsense", 0);
  g_assert_true (g_file_set_contents (remembered, forged->str, -1, NULL));
  third = tl_hash_file_once (library);
  g_assert_cmpstr (third, ==, expected);
  g_unlink (remembered);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hash/vectors", test_vectors);
  g_test_add_func ("/hash/no-file", test_no_file);
  g_test_add_func ("/hash/memory", test_memory);
  g_test_add_func ("/hash/once", test_once);
  g_test_add_func ("/hash/remembered", test_remembered);
  return g_test_run ();
}
