/* json.c - small JSON files of strangers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/json.h"

#include <string.h>

/* What JSON has outside its strings. JSON-GLib also knows comments and other quotes, in which a
 * quote would lead the count of brackets astray. */
static gboolean
is_structure (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("{}[],:+-. \t\r\n", c) != NULL);
}

static gboolean
is_shallow (const char *json, gsize n, guint max_depth)
{
  gboolean is_inside_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < n; i++)
    {
      if (json[i] == '"')
        is_inside_string = !is_inside_string;
      else if (is_inside_string)
        i += json[i] == '\\';
      else if (!is_structure (json[i]))
        return FALSE;
      else if ((json[i] == '{' || json[i] == '[') && ++depth > max_depth)
        return FALSE;
      else if ((json[i] == '}' || json[i] == ']') && depth > 0)
        depth--;
    }
  return TRUE;
}

JsonObject *
tl_json_parse_object (const char *json, gsize n, guint max_depth)
{
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;

  if (!g_utf8_validate_len (json, n, NULL) || !is_shallow (json, n, max_depth))
    return NULL;

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, json, (gssize) n, NULL))
    return NULL;

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  return json_node_dup_object (root);
}
