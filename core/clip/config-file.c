/* config-file.c - what the shapes of a CLIP's tensors do not say
 *
 * Numbers in such a file never overrule shapes: one that disagrees with them belongs to another
 * model. Defaults are those of transformers' CLIPConfig and of open_clip's CLIPVisionCfg.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/config-file.h"

#include "core/base/error.h"
#include "core/clip/json.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_BYTES (1u << 20)
#define MAX_DEPTH 32

/* (transfer full): "folder/ViT-B-32.pt" -> "ViT-B-32.json" */
static char *
dup_own_name (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');

  if (dot != NULL)
    *dot = '\0';
  return g_strconcat (base, ".json", NULL);
}

/* (transfer full) (nullable): what is not there or no JSON breaks no ties. */
static JsonObject *
read_object (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = NULL;
  gsize n;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                            G_FILE_QUERY_INFO_NONE, NULL, NULL);
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR
      || g_file_info_get_size (info) > MAX_BYTES || !g_file_get_contents (path, &bytes, &n, NULL))
    return NULL;

  return tl_json_parse_object (bytes, n, MAX_DEPTH);
}

/* Others keep other things in a file of that name. */
static gboolean
is_about_clip (JsonObject *object)
{
  return json_object_has_member (object, "model_cfg")
         || json_object_has_member (object, "vision_config")
         || json_object_has_member (object, "text_config");
}

/* (transfer full) (nullable): the file of the model at @path alone, or else @usual */
static JsonObject *
read_beside (const char *path, const char *usual, gboolean *is_own)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *own = dup_own_name (path);
  g_autoptr (JsonObject) root = read_object (folder, own);

  *is_own = root != NULL && is_about_clip (root);
  return *is_own ? g_steal_pointer (&root) : read_object (folder, usual);
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gint64
get_int (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = json_object_get_member (object, name);
  gboolean is_number =
    node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64;

  return is_number ? json_node_get_int (node) : fallback;
}

static const char *
get_string (JsonObject *object, const char *name, const char *fallback)
{
  JsonNode *node = json_object_get_member (object, name);
  gboolean is_string = node != NULL && JSON_NODE_HOLDS_VALUE (node)
                       && json_node_get_value_type (node) == G_TYPE_STRING;

  return is_string ? json_node_get_string (node) : fallback;
}

/* Takes over @n heads if @width divides into them. */
static void
set_heads (guint *n_heads, guint width, gint64 n)
{
  if (n > 0 && n <= width && width % n == 0)
    *n_heads = (guint) n;
}

static gboolean
set_activation (TlClipConfig *config, const char *name, GError **error)
{
  if (strcmp (name, "quick_gelu") != 0 && strcmp (name, "gelu") != 0)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("This CLIP was trained with the activation “%s”, which Tiller does not "
                            "know"),
                         name);

  config->quick_gelu = strcmp (name, "quick_gelu") == 0;
  config->activation_by = TL_CLIP_BY_JSON;
  return TRUE;
}

static gboolean
get_float (JsonNode *node, gfloat *x)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *x = (gfloat) json_node_get_double (node);
  return isfinite (*x);
}

/* A number for each colour, or one for all; what is not there stays as it was. */
static gboolean
get_colours (JsonObject *object, const char *name, gfloat colours[3])
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  JsonArray *array;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      if (!get_float (node, &colours[0]))
        return FALSE;
      colours[1] = colours[2] = colours[0];
      return TRUE;
    }

  array = json_node_get_array (node);
  return json_array_get_length (array) == 3
         && get_float (json_array_get_element (array, 0), &colours[0])
         && get_float (json_array_get_element (array, 1), &colours[1])
         && get_float (json_array_get_element (array, 2), &colours[2]);
}

/* @object: (nullable) */
static gboolean
read_pictures (TlClipConfig *config, JsonObject *object, const char *mean, const char *deviation,
               GError **error)
{
  gboolean is_good =
    get_colours (object, mean, config->mean) && get_colours (object, deviation, config->deviation);

  for (guint i = 0; i < 3; i++)
    is_good = is_good && config->deviation[i] > 0 && isfinite (1 / config->deviation[i]);
  if (!is_good)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("The file beside this CLIP normalises pictures by numbers that cannot "
                            "be: its “%s” and “%s” must be three numbers each, the latter more "
                            "than 0"),
                         mean, deviation);
  return TRUE;
}

/* Whether it speaks of a model of these widths, with both its towers. */
static gboolean
is_of_hugging_face (const TlClipConfig *config, JsonObject *root)
{
  JsonObject *vision = get_object (root, "vision_config");
  JsonObject *text = get_object (root, "text_config");

  return vision != NULL && text != NULL && !config->is_resnet
         && get_int (vision, "hidden_size", 768) == config->width
         && get_int (text, "hidden_size", 512) == config->text_width;
}

static gboolean
read_hugging_face (TlClipConfig *config, JsonObject *root, GError **error)
{
  JsonObject *vision = get_object (root, "vision_config");
  JsonObject *text = get_object (root, "text_config");
  const char *activation;

  set_heads (&config->n_heads, config->width, get_int (vision, "num_attention_heads", 12));
  set_heads (&config->text_heads, config->text_width, get_int (text, "num_attention_heads", 8));
  activation = get_string (vision, "hidden_act", "quick_gelu");
  if (strcmp (activation, get_string (text, "hidden_act", "quick_gelu")) != 0)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("The two towers of this CLIP have different activations, which Tiller "
                            "does not know"));
  return set_activation (config, activation, error);
}

/* In two files, of which the second does not say whose it is. */
static gboolean
read_hugging_face_files (TlClipConfig *config, const char *path, GError **error)
{
  gboolean is_own;
  g_autoptr (JsonObject) root = read_beside (path, "config.json", &is_own);
  g_autoptr (JsonObject) pictures = NULL;
  g_autofree char *folder = g_path_get_dirname (path);

  if (root != NULL && !is_of_hugging_face (config, root))
    return TRUE;
  if (root != NULL && !read_hugging_face (config, root, error))
    return FALSE;

  pictures = is_own ? json_object_ref (root) : read_object (folder, "preprocessor_config.json");
  return read_pictures (config, pictures, "image_mean", "image_std", error);
}

static gboolean
read_open_clip (TlClipConfig *config, JsonObject *root, GError **error)
{
  JsonObject *model = get_object (root, "model_cfg");
  JsonObject *vision = get_object (model, "vision_cfg");
  JsonObject *text = get_object (model, "text_cfg");
  gint64 head_width;

  if (vision == NULL || text == NULL || get_int (model, "embed_dim", -1) != config->embed_dim
      || get_int (text, "width", 512) != config->text_width)
    return TRUE;

  head_width = get_int (vision, "head_width", 64);
  config->quick_gelu = json_object_get_boolean_member_with_default (model, "quick_gelu", FALSE);
  config->activation_by = TL_CLIP_BY_JSON;
  set_heads (&config->text_heads, config->text_width, get_int (text, "heads", 8));
  if (!config->is_resnet && head_width > 0 && config->width % head_width == 0)
    config->n_heads = (guint) (config->width / head_width);
  return read_pictures (config, get_object (root, "preprocess_cfg"), "mean", "std", error);
}

/* open_clip names its files after model and pictures: vit_b_32-quickgelu-laion400m_e32-46683a32.pt
 * (open_clip, pretrained.py). What it trained itself has GELU unless the name says otherwise. */
static void
read_name (TlClipConfig *config, const char *path)
{
  static const struct
  {
    const char *part;
    gboolean quick_gelu;
  } parts[] = {
    { "quickgelu", TRUE }, { "openai", TRUE }, { "laion", FALSE }, { "datacomp", FALSE }
  };
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_ascii_strdown (base, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (name, parts[i].part) != NULL)
      {
        config->quick_gelu = parts[i].quick_gelu;
        config->activation_by = TL_CLIP_BY_NAME;
        return;
      }
}

gboolean
tl_clip_config_read_file (TlClipConfig *config, const char *path, GError **error)
{
  g_autoptr (JsonObject) root = NULL;
  gboolean is_own;

  /* Weights that lie in memory have nothing beside them. */
  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;

  read_name (config, path);
  if (config->names == TL_CLIP_HUGGING_FACE)
    return read_hugging_face_files (config, path, error);

  root = read_beside (path, "open_clip_config.json", &is_own);
  return root == NULL || read_open_clip (config, root, error);
}
