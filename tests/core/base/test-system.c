/* test-system.c - memory that a container may still take
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/system.h"

#include <glib/gstdio.h>

#define GROUPS "12:memory:/old\n0::/work.slice/paint.service\n"

static const char *const folders[] = { "", "work.slice", "work.slice/paint.service" };
static const char *const files[] = { "memory.max", "memory.current", "memory.stat" };

typedef struct
{
  char *root;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = g_dir_make_tmp ("tiller-groups-XXXXXX", NULL);
  for (guint i = 1; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (fixture->root, folders[i], NULL);

      g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = G_N_ELEMENTS (folders); i-- > 0;)
    {
      g_autofree char *folder = g_build_filename (fixture->root, folders[i], NULL);

      for (guint k = 0; k < G_N_ELEMENTS (files); k++)
        {
          g_autofree char *file = g_build_filename (folder, files[k], NULL);

          g_unlink (file);
        }
      g_assert_cmpint (g_rmdir (folder), ==, 0);
    }
  g_free (fixture->root);
}

static void
write_group (Fixture *fixture, guint folder, const char *limit, const char *current,
             const char *stat)
{
  const char *const texts[] = { limit, current, stat };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (fixture->root, folders[folder], files[i], NULL);

      if (texts[i] != NULL)
        g_assert_true (g_file_set_contents (file, texts[i], -1, NULL));
    }
}

static guint64
get_room (Fixture *fixture, const char *groups)
{
  return tl_system_get_group_room (groups, fixture->root);
}

static void
test_no_limit (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (get_room (fixture, ""), ==, TL_BYTES_UNKNOWN);
  g_assert_cmpuint (get_room (fixture, GROUPS), ==, TL_BYTES_UNKNOWN);
  write_group (fixture, 2, "max\n", "1000\n", NULL);
  g_assert_cmpuint (get_room (fixture, GROUPS), ==, TL_BYTES_UNKNOWN);
  g_assert_cmpuint (get_room (fixture, "0::/gone/elsewhere\n"), ==, TL_BYTES_UNKNOWN);
}

/* Of the group itself and of those above it. */
static void
test_least_counts (Fixture *fixture, gconstpointer data)
{
  write_group (fixture, 2, "5000\n", "1000\n", NULL);
  g_assert_cmpuint (get_room (fixture, GROUPS), ==, 4000);
  g_assert_cmpuint (get_room (fixture, "4:memory:/work.slice\n"), ==, TL_BYTES_UNKNOWN);
  write_group (fixture, 1, "6000\n", "3500\n", NULL);
  g_assert_cmpuint (get_room (fixture, GROUPS), ==, 2500);
  write_group (fixture, 0, "4000\n", "3900\n", NULL);
  g_assert_cmpuint (get_room (fixture, GROUPS), ==, 100);
  /* A container sees its own group as the root. */
  g_assert_cmpuint (get_room (fixture, "0::/\n"), ==, 100);
  write_group (fixture, 0, "4000\n", "4100\n", NULL);
  g_assert_cmpuint (get_room (fixture, GROUPS), ==, 0);
}

static void
test_files_are_given_up (Fixture *fixture, gconstpointer data)
{
  write_group (fixture, 2, "5000\n", "4900\n",
               "anon 900\nfile 4000\ninactive_file 2500\nactive_file 1500\nunevictable 0\n");
  g_assert_cmpuint (get_room (fixture, GROUPS), ==, 4100);
}

static void
test_own_process (void)
{
  if (!g_file_test ("/proc/meminfo", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("there is no /proc");
      return;
    }
  g_assert_cmpuint (tl_system_read_kilobytes ("/proc/meminfo", "MemTotal"), >, 1 << 20);
  g_assert_cmpuint (tl_system_read_kilobytes ("/proc/meminfo", "Gone"), ==, 0);
  g_assert_cmpuint (tl_system_read_kilobytes ("/proc/gone", "MemTotal"), ==, 0);
  g_assert_cmpuint (tl_system_get_free_memory (), <=,
                    tl_system_read_kilobytes ("/proc/meminfo", "MemTotal"));
}

static void
add (const char *path, void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/base/system/no-limit", test_no_limit);
  add ("/base/system/least-counts", test_least_counts);
  add ("/base/system/files-are-given-up", test_files_are_given_up);
  g_test_add_func ("/base/system/own-process", test_own_process);
  return g_test_run ();
}
