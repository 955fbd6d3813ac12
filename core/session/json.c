/* json.c - JSON from strangers, read without fear
 *
 * json-glib recurses once a bracket and spends some hundred bytes a value, so a short text could
 * take the stack or the memory. It also reads what is no JSON: comments and assignments, in which a
 * bracket could hide. So one pass over the text counts and refuses before json-glib sees it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/json.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* (nullable): the end of the string that begins at @text, its closing quote; NULL if it has none */
static const char *
skip_string (const char *text)
{
  for (text++; *text != '\0' && *text != '"'; text++)
    if (*text == '\\' && *++text == '\0')
      return NULL;
  return *text == '"' ? text : NULL;
}

static gboolean
is_plain (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("+-.,:[]{} \t\r\n", c) != NULL);
}

static gboolean
check_structure (const char *text, GError **error)
{
  guint depth = 0, n_values = 1;

  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        text = skip_string (text);
      else if (!is_plain (*text))
        text = NULL;
      if (text == NULL)
        return tl_error_set (error, TL_ERROR_FORMAT, _ ("This is no recipe that Tiller can read"));

      depth += *text == '[' || *text == '{';
      depth -= depth > 0 && (*text == ']' || *text == '}');
      n_values += *text == ',' || *text == '[' || *text == '{';
      if (depth > TL_JSON_MAX_DEPTH || n_values > TL_JSON_MAX_VALUES)
        return tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("This recipe is too large to be one"));
    }
  return TRUE;
}

JsonNode *
tl_json_parse (const char *text, gsize max_bytes, GError **error)
{
  g_autoptr (JsonNode) root = NULL;

  /* strnlen: one that is far too long is not even walked to its end. */
  if (strnlen (text, max_bytes + 1) > max_bytes)
    tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("This recipe is too large to be one"));
  else if (!g_utf8_validate (text, -1, NULL))
    tl_error_set (error, TL_ERROR_FORMAT, _ ("This is no recipe that Tiller can read"));
  else if (check_structure (text, error))
    {
      /* The parser's own message speaks of lines and tokens; nobody who has a picture can use it.
       */
      root = json_from_string (text, NULL);
      if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
        {
          tl_error_set (error, TL_ERROR_FORMAT, _ ("This is no recipe that Tiller can read"));
          return NULL;
        }
    }

  return g_steal_pointer (&root);
}

gboolean
tl_json_set_error (GError **error, const char *name)
{
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("The recipe is damaged: “%s” is missing or wrong"), name);
}

const char *
tl_json_get_string (JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text = NULL;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_get_string (node);
  /* An escape can spell half a character. */
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    {
      tl_json_set_error (error, name);
      return NULL;
    }
  return text;
}

JsonObject *
tl_json_get_object (JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      tl_json_set_error (error, name);
      return NULL;
    }
  return json_node_get_object (node);
}

JsonArray *
tl_json_get_array (JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    {
      tl_json_set_error (error, name);
      return NULL;
    }
  return json_node_get_array (node);
}

gboolean
tl_json_get_int (JsonObject *object, const char *name, gint64 minimum, gint64 maximum,
                 gint64 *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 number;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    return tl_json_set_error (error, name);
  number = json_node_get_int (node);
  if (number < minimum || number > maximum)
    return tl_json_set_error (error, name);

  *value = number;
  return TRUE;
}

gboolean
tl_json_get_double (JsonObject *object, const char *name, gdouble minimum, gdouble maximum,
                    gdouble *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  gdouble number;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_INT64
          && json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return tl_json_set_error (error, name);
  number = json_node_get_double (node);
  /* Not a number is outside as well. */
  if (!(number >= minimum && number <= maximum))
    return tl_json_set_error (error, name);

  *value = number;
  return TRUE;
}

/* --- assets ----------------------------------------------------------------------------------- */

void
tl_json_write_asset_name (TlAsset *asset, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, tl_asset_get_name (asset));
  json_builder_set_member_name (builder, "sha256");
  json_builder_add_string_value (builder, tl_asset_get_sha256 (asset));
  json_builder_end_object (builder);
}

static TlAsset *
find_known (GPtrArray *known, const char *sha256)
{
  for (guint i = 0; known != NULL && i < known->len; i++)
    if (strcmp (tl_asset_get_sha256 (known->pdata[i]), sha256) == 0)
      return known->pdata[i];
  return NULL;
}

TlAsset *
tl_json_read_asset_name (JsonNode *node, GPtrArray *known, GError **error)
{
  const char *name, *sha256;
  TlAsset *asset;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      tl_json_set_error (error, "assets");
      return NULL;
    }
  name = tl_json_get_string (json_node_get_object (node), "name", error);
  if (name == NULL)
    return NULL;
  sha256 = tl_json_get_string (json_node_get_object (node), "sha256", error);
  if (sha256 == NULL)
    return NULL;
  if (!tl_asset_is_sha256 (sha256))
    {
      tl_json_set_error (error, "sha256");
      return NULL;
    }

  asset = find_known (known, sha256);
  return asset != NULL ? tl_asset_new_alias (asset, name) : tl_asset_new_absent (name, sha256);
}
