/* yaml.c - a few numbers out of the .yaml that lies beside a checkpoint
 *
 * The lines are read one after the other with a stack of the keys that enclose them. There is
 * nothing to fail: a file that is no YAML has no keys.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/yaml.h"

#include <string.h>

/* Configurations are a few kilobytes. */
#define MAX_BYTES (1 << 20)

typedef struct
{
  guint indent;
  char *key;
} Level;

static void
level_clear (gpointer data)
{
  Level *level = data;

  g_free (level->key);
}

static gboolean
is_inside (GArray *levels, const char *section)
{
  if (section[0] == '\0')
    return TRUE;

  for (guint i = 0; i < levels->len; i++)
    if (g_strcmp0 (g_array_index (levels, Level, i).key, section) == 0)
      return TRUE;
  return FALSE;
}

/* Splits "  key: value" in place; FALSE for anything else. */
static gboolean
split_line (char *line, guint *indent, char **key, char **value)
{
  char *colon = strchr (line, ':');

  *indent = (guint) strspn (line, " ");
  if (colon == NULL || line[*indent] == '#')
    return FALSE;

  *colon = '\0';
  *key = g_strstrip (line + *indent);
  *value = g_strstrip (colon + 1);
  return TRUE;
}

static gboolean
parse_uint (const char *text, guint *value)
{
  char *end = NULL;
  guint64 number = g_ascii_strtoull (text, &end, 10);

  if (end == text || !g_ascii_isdigit (text[0]) || number > G_MAXUINT)
    return FALSE;
  if (end[strspn (end, " \t\r")] != '\0' && !g_str_has_prefix (end + strspn (end, " \t\r"), "#"))
    return FALSE;

  *value = (guint) number;
  return TRUE;
}

gboolean
tl_yaml_lookup_uint (const char *text, const char *section, const char *key, guint *value)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));

  g_array_set_clear_func (levels, level_clear);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      Level level;
      char *line_key, *line_value;

      if (!split_line (lines[i], &level.indent, &line_key, &line_value))
        continue;
      while (levels->len > 0
             && g_array_index (levels, Level, levels->len - 1).indent >= level.indent)
        g_array_set_size (levels, levels->len - 1);
      if (strcmp (line_key, key) == 0 && is_inside (levels, section)
          && parse_uint (line_value, value))
        return TRUE;
      level.key = g_strdup (line_key);
      g_array_append_val (levels, level);
    }
  return FALSE;
}

static char *
read_small_file (const char *path)
{
  g_autoptr (GMappedFile) file =
    g_mapped_file_new (path, FALSE, NULL); /* most checkpoints have none */

  if (file == NULL || g_mapped_file_get_length (file) > MAX_BYTES)
    return NULL;
  return g_strndup (g_mapped_file_get_contents (file), g_mapped_file_get_length (file));
}

/* The first in order of name, so that the answer does not depend on the order of the folder. */
static char *
dup_project_name (const char *folder)
{
  g_autoptr (GDir) dir =
    g_dir_open (folder, 0, NULL); /* an unreadable folder has no project file */
  const char *name;
  char *found = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, "project.yaml") && (found == NULL || strcmp (name, found) < 0))
      {
        g_free (found);
        found = g_strdup (name);
      }
  return found;
}

char *
tl_yaml_dup_beside (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *project = dup_project_name (folder);
  const char *dot = strrchr (base, '.');
  g_autofree char *stem = g_strndup (base, dot != NULL ? (gsize) (dot - base) : strlen (base));
  g_autofree char *yaml = g_strconcat (stem, ".yaml", NULL);
  g_autofree char *yml = g_strconcat (stem, ".yml", NULL);
  const char *names[] = { yaml, yml, "model.yaml", "config.yaml", project };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *candidate = names[i] ? g_build_filename (folder, names[i], NULL) : NULL;
      char *text = candidate != NULL ? read_small_file (candidate) : NULL;

      if (text != NULL)
        return text;
    }
  return NULL;
}
