/* system.c - what the system says of memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/system.h"

#include <string.h>

/* The number after @key in a file of lines; @otherwise if there is no such file or line. */
static guint64
read_number (const char *file, const char *key, guint64 otherwise)
{
  g_autofree char *text = NULL;
  g_autofree char *lines = NULL;
  g_autofree char *pattern = g_strconcat ("\n", key, NULL);
  const char *place;

  if (!g_file_get_contents (file, &text, NULL, NULL)) /* NULL: other systems have no such files */
    return otherwise;
  lines = g_strconcat ("\n", text, NULL);
  place = strstr (lines, pattern);
  if (place == NULL)
    return otherwise;
  place += strlen (pattern);
  place += strspn (place, " \t");
  return g_ascii_isdigit (*place) ? g_ascii_strtoull (place, NULL, 10) : otherwise;
}

guint64
tl_system_read_kilobytes (const char *file, const char *key)
{
  g_autofree char *with_colon = g_strconcat (key, ":", NULL);

  return read_number (file, with_colon, 0) * 1024;
}

/* --- groups ----------------------------------------------------------------------------------- */

static guint64
read_of_group (const char *group, const char *name, const char *key, guint64 otherwise)
{
  g_autofree char *file = g_build_filename (group, name, NULL);

  return read_number (file, key, otherwise);
}

/* Pages of files count as used, but are given up before the limit is felt. */
static guint64
get_room_of (const char *group)
{
  guint64 limit = read_of_group (group, "memory.max", "", TL_BYTES_UNKNOWN); /* or "max" */
  guint64 used, files;

  if (limit == TL_BYTES_UNKNOWN)
    return TL_BYTES_UNKNOWN;

  used = read_of_group (group, "memory.current", "", 0);
  files = read_of_group (group, "memory.stat", "active_file ", 0)
          + read_of_group (group, "memory.stat", "inactive_file ", 0);
  used -= MIN (used, files);
  return limit - MIN (limit, used);
}

guint64
tl_system_get_group_room (const char *groups, const char *root)
{
  g_auto (GStrv) lines = g_strsplit (groups, "\n", -1);
  guint64 room = get_room_of (root);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "0::/"))
      {
        g_autofree char *group = g_strconcat (root, lines[i] + strlen ("0::"), NULL);

        for (; strlen (group) > strlen (root); *strrchr (group, '/') = '\0')
          room = MIN (room, get_room_of (group));
      }
  return room;
}

guint64
tl_system_get_free_memory (void)
{
  guint64 available = tl_system_read_kilobytes ("/proc/meminfo", "MemAvailable");
  g_autofree char *groups = NULL;

  if (available == 0)
    available = TL_BYTES_UNKNOWN;
  if (!g_file_get_contents ("/proc/self/cgroup", &groups, NULL, NULL)) /* NULL: no groups */
    return available;
  return MIN (available, tl_system_get_group_room (groups, "/sys/fs/cgroup"));
}
