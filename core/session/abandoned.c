/* abandoned.c - sessions whose program ended before it could close them
 *
 * Closing a database folds its log back into it and removes the log. Where the log is still there
 * and nobody holds the file, whoever wrote was killed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/abandoned.h"

#include "core/session/file-lock.h"
#include "core/session/title.h"

#include <glib/gstdio.h>

typedef struct
{
  char *path;
  gint64 written; /* seconds */
} Found;

static void
found_free (Found *self)
{
  g_free (self->path);
  g_free (self);
}

static gint
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const Found *first = *(Found *const *) a;
  const Found *second = *(Found *const *) b;

  return (second->written > first->written) - (second->written < first->written);
}

/* (transfer full) (nullable) */
static Found *
look_at (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  GStatBuf info;
  Found *found;

  if (!g_str_has_suffix (name, TL_SESSION_SUFFIX) || g_stat (log, &info) != 0
      || !g_file_test (path, G_FILE_TEST_IS_REGULAR) || tl_file_lock_is_in_use (path))
    return NULL;

  found = g_new0 (Found, 1);
  found->path = g_steal_pointer (&path);
  found->written = info.st_mtime;
  return found;
}

GPtrArray *
tl_abandoned_find (const char *folder, guint max)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) found_free);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL); /* No folder, no sessions. */
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      Found *found = look_at (folder, name);

      if (found != NULL)
        g_ptr_array_add (all, found);
    }
  g_ptr_array_sort (all, compare_newest_first);
  for (guint i = 0; i < MIN (all->len, max); i++)
    g_ptr_array_add (paths, g_strdup (((Found *) g_ptr_array_index (all, i))->path));
  return paths;
}
