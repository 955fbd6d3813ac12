/* test-export.c - whole files or none, and names that overwrite nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/export.h"

#include "core/base/error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char *
make_folder (void)
{
  char *folder = g_dir_make_tmp ("tiller-export-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
replaces_a_whole_file (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 5);
  g_autoptr (GBytes) second = g_bytes_new_static ("second one", 10);
  g_autofree char *content = NULL;
  GError *error = NULL;

  g_assert_true (tl_export_write (path, first, &error));
  g_assert_true (tl_export_write (path, second, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "second one");
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_unlink (path);
  g_rmdir (folder);
}

static void
missing_folder_is_said (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "gone", "a.png", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (tl_export_write (path, bytes, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "a.png"));
  g_rmdir (folder);
}

/* The limit on a file's size stands in for a full disk: the write fails half-way. */
static void
half_a_file_is_none (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GBytes) old = g_bytes_new_static ("old", 3);
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (1 << 20), 1 << 20);
  g_autoptr (GError) error = NULL;
  struct rlimit before, small;

  g_assert_true (tl_export_write (path, old, NULL));
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 4096;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (tl_export_write (path, large, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);

  g_assert_nonnull (error);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_unlink (path);
  g_rmdir (folder);
}

static void
full_disk_is_said (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *fill = NULL;
  g_autoptr (GBytes) large = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *command = NULL;
  gint status = 0;

  folder = make_folder ();
  command = g_strdup_printf ("mount -t tmpfs -o size=64k tmpfs %s", folder);
  if (geteuid () != 0 || !g_spawn_command_line_sync (command, NULL, NULL, &status, NULL)
      || status != 0)
    {
      g_test_skip ("a small disk to fill can only be mounted as root");
      g_rmdir (folder);
      return;
    }

  path = g_build_filename (folder, "a.png", NULL);
  large = g_bytes_new_take (g_malloc0 (1 << 20), 1 << 20);
  g_assert_false (tl_export_write (path, large, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "disk is full"));
  g_assert_cmpuint (count_files (folder), ==, 0);
  fill = g_strdup_printf ("umount %s", folder);
  g_assert_true (g_spawn_command_line_sync (fill, NULL, NULL, NULL, NULL));
  g_rmdir (folder);
}

/* Run by root in a container, renaming would put a file in the device's place. */
static void
a_device_stays_one (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  if (g_stat ("/dev/full", &info) != 0 || !S_ISCHR (info.st_mode))
    {
      g_test_skip ("there is no /dev/full here");
      return;
    }
  g_assert_false (tl_export_write ("/dev/full", bytes, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "disk is full"));
  g_assert_true (tl_export_write ("/dev/null", bytes, NULL));
  g_assert_cmpint (g_stat ("/dev/full", &info), ==, 0);
  g_assert_true (S_ISCHR (info.st_mode));
  g_assert_cmpint (g_stat ("/dev/null", &info), ==, 0);
  g_assert_true (S_ISCHR (info.st_mode));
}

static void
a_link_stays_one (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *file = g_build_filename (folder, "file.png", NULL);
  g_autofree char *link_path = g_build_filename (folder, "link.png", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);

  g_assert_true (g_file_set_contents (file, "old", 3, NULL));
  g_assert_cmpint (symlink ("file.png", link_path), ==, 0);
  g_assert_true (tl_export_write (link_path, bytes, NULL));
  g_assert_true (g_file_test (link_path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_get_contents (file, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "new");
  g_unlink (link_path);
  g_unlink (file);
  g_rmdir (folder);
}

/* Also one whose file is still to be made, and by way of a link to it. */
static void
a_link_to_nothing_stays_one (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *file = g_build_filename (folder, "file.png", NULL);
  g_autofree char *link_path = g_build_filename (folder, "link.png", NULL);
  g_autofree char *far_path = g_build_filename (folder, "far.png", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);

  g_assert_cmpint (symlink ("file.png", link_path), ==, 0);
  g_assert_cmpint (symlink (link_path, far_path), ==, 0);
  g_assert_true (tl_export_write (far_path, bytes, NULL));
  g_assert_true (g_file_test (far_path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (link_path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_get_contents (file, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "new");
  g_unlink (far_path);
  g_unlink (link_path);
  g_unlink (file);
  g_rmdir (folder);
}

static void
what_cannot_be_written_is_said (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *file = g_build_filename (folder, "a.png", NULL);
  g_autofree char *below = g_build_filename (file, "b.png", NULL);
  const struct
  {
    const char *path, *part;
  } cases[] = { { folder, "is a folder" }, { below, "not there" } };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  g_assert_true (tl_export_write (file, bytes, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (tl_export_write (cases[i].path, bytes, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
      g_assert_nonnull (strstr (error->message, cases[i].part));
    }
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_unlink (file);
  g_rmdir (folder);
}

static void
a_read_only_folder_is_said (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("nothing is read-only to root");
      g_rmdir (folder);
      return;
    }
  g_assert_cmpint (g_chmod (folder, 0555), ==, 0);
  g_assert_false (tl_export_write (path, bytes, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "read-only"));
  g_rmdir (folder);
}

static void
names_are_safe (void)
{
  static const struct
  {
    const char *name_template, *prompt, *expected;
  } cases[] = {
    { "{prompt}-{seed}-{iter}", "a red tractor", "a-red-tractor-7-100.png" },
    { "{prompt}-{seed}-{iter}", "../../etc/passwd", "etc-passwd-7-100.png" },
    { "{prompt}", "cat|dog:0.5 <image:x.png>", "cat-dog-0.5-image-x.png.png" },
    { "{prompt}", "***", "picture.png" },
    { "{prompt}", "Äpfel & Birnen", "Äpfel-Birnen.png" },
    { "{prompt}", "say {seed}", "say-seed.png" },
    { "a/b {iter}", "x", "a-b 100.png" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const TlExportFacts facts = { .prompt = cases[i].prompt, .seed = 7, .iteration = 100 };
      g_autofree char *path =
        tl_export_make_path ("/no-such-folder", cases[i].name_template, &facts, "png");
      g_autofree char *name = g_path_get_basename (path);

      g_assert_cmpstr (name, ==, cases[i].expected);
    }
}

static void
long_prompts_are_cut (void)
{
  g_autofree char *prompt = g_strnfill (4000, 'a');
  const TlExportFacts facts = { .prompt = prompt };
  g_autofree char *path = tl_export_make_path (".", "{prompt}", &facts, "png");

  g_assert_cmpuint (strlen (path), <, 255);
}

static void
taken_names_get_a_number (void)
{
  const TlExportFacts facts = { .prompt = "cat" };
  g_autofree char *folder = make_folder ();
  g_autofree char *first = tl_export_make_path (folder, "{prompt}", &facts, "png");
  g_autofree char *second = NULL;

  g_assert_true (g_file_set_contents (first, "x", 1, NULL));
  second = tl_export_make_path (folder, "{prompt}", &facts, "png");
  g_assert_true (g_str_has_suffix (second, "cat-2.png"));
  g_unlink (first);
  g_rmdir (folder);
}

#define N_AT_ONCE 8

typedef struct
{
  const char *folder;
  GBytes *bytes;
} Export;

static gpointer
export_in_thread (gpointer data)
{
  const Export *export = data;
  const TlExportFacts facts = { .prompt = "cat" };

  return tl_export_write_new (export->bytes, export->folder, "{prompt}", &facts, NULL);
}

/* Each finds its own, and what was written is there. */
static void
exports_at_once_do_not_meet (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);
  Export export = { folder, bytes };
  GThread *threads[N_AT_ONCE];
  GHashTableIter iter;
  gpointer path;

  for (guint i = 0; i < N_AT_ONCE; i++)
    threads[i] = g_thread_new ("export", export_in_thread, &export);
  for (guint i = 0; i < N_AT_ONCE; i++)
    g_hash_table_add (paths, g_thread_join (threads[i]));
  g_assert_cmpuint (g_hash_table_size (paths), ==, N_AT_ONCE);
  g_assert_cmpuint (count_files (folder), ==, N_AT_ONCE);
  g_hash_table_iter_init (&iter, paths);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_assert_cmpint (g_unlink (path), ==, 0);
  g_rmdir (folder);
}

/* Nor its name. */
static void
what_fails_leaves_nothing (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *gone = g_build_filename (folder, "gone", NULL);
  const TlExportFacts facts = { .prompt = "cat" };
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (1 << 20), 1 << 20);
  g_autoptr (GError) error = NULL;
  struct rlimit before, small;

  g_assert_null (tl_export_write_new (large, gone, "{prompt}", &facts, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 4096;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_null (tl_export_write_new (large, folder, "{prompt}", &facts, NULL));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_cmpuint (count_files (folder), ==, 0);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/write/replaces-a-whole-file", replaces_a_whole_file);
  g_test_add_func ("/export/write/missing-folder-is-said", missing_folder_is_said);
  g_test_add_func ("/export/write/half-a-file-is-none", half_a_file_is_none);
  g_test_add_func ("/export/write/full-disk-is-said", full_disk_is_said);
  g_test_add_func ("/export/write/device-stays-one", a_device_stays_one);
  g_test_add_func ("/export/write/link-stays-one", a_link_stays_one);
  g_test_add_func ("/export/write/link-to-nothing-stays-one", a_link_to_nothing_stays_one);
  g_test_add_func ("/export/write/errors", what_cannot_be_written_is_said);
  g_test_add_func ("/export/write/read-only-folder", a_read_only_folder_is_said);
  g_test_add_func ("/export/name/is-safe", names_are_safe);
  g_test_add_func ("/export/name/long-prompts-are-cut", long_prompts_are_cut);
  g_test_add_func ("/export/name/taken-gets-a-number", taken_names_get_a_number);
  g_test_add_func ("/export/new/at-once", exports_at_once_do_not_meet);
  g_test_add_func ("/export/new/what-fails-leaves-nothing", what_fails_leaves_nothing);
  return g_test_run ();
}
