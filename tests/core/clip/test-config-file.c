/* test-config-file.c - the files beside a model break ties, and nothing else
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/config-file.h"

#include "core/base/error.h"
#include "tests/core/clip/model.h"

#include <glib/gstdio.h>
#include <string.h>

static void
remove_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_remove (path);
}

/* What is inferred of a model file with @json beside it. */
static gboolean
infer_beside (TlClipConfig *config, gboolean is_hugging_face, const char *json, GError **error)
{
  const char *name = is_hugging_face ? "config.json" : "open_clip_config.json";
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree char *json_path = g_build_filename (folder, name, NULL);
  g_autoptr (GPtrArray) openai = model_new_vit ();
  g_autoptr (GPtrArray) hugging_face = model_to_hugging_face (openai);
  g_autoptr (GBytes) bytes = model_to_bytes (is_hugging_face ? hugging_face : openai);
  g_autoptr (TlWeights) weights = NULL;
  gboolean is_good;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));
  g_assert_true (g_file_set_contents (json_path, json, -1, NULL));
  weights = tl_weights_open (path, NULL);
  is_good = tl_clip_config_infer (config, weights, error);

  remove_file (folder, "model.safetensors");
  remove_file (folder, name);
  g_rmdir (folder);
  return is_good;
}

typedef struct
{
  const char *json;
  gboolean quick_gelu;
  guint n_heads;
} Case;

static void
check_cases (const Case *cases, gsize n, gboolean is_hugging_face)
{
  for (gsize i = 0; i < n; i++)
    {
      TlClipConfig config;
      g_autoptr (GError) error = NULL;

      infer_beside (&config, is_hugging_face, cases[i].json, &error);
      g_assert_no_error (error);
      g_test_message ("%s", cases[i].json);
      g_assert_cmpint (config.quick_gelu, ==, cases[i].quick_gelu);
      g_assert_cmpuint (config.n_heads, ==, cases[i].n_heads);
    }
}

#define TEXT "\"text_config\": {\"hidden_size\": 64, \"num_attention_heads\": 1"
#define VISION "\"vision_config\": {\"hidden_size\": 128"

static void
test_hugging_face (void)
{
  static const Case cases[] = {
    { "{" TEXT "}, " VISION ", \"num_attention_heads\": 4}}", TRUE, 4 },
    { "{" TEXT ", \"hidden_act\": \"gelu\"}, " VISION
      ", \"hidden_act\": \"gelu\", \"num_attention_heads\": 2}}",
      FALSE, 2 },
    /* Of another model, broken, of the wrong types: as if it were not there. */
    { "{" TEXT "}, \"vision_config\": {\"hidden_size\": 768, \"hidden_act\": \"gelu\"}}", TRUE, 2 },
    { "{" TEXT "}, \"vision_config\": {\"hidden_act\": \"gelu\"}}", TRUE, 2 },
    { "{" TEXT "}, " VISION ", \"num_attention_heads\": 3, \"hidden_act\": 7}}", TRUE, 2 },
    { "{" TEXT "}, " VISION ", \"num_attention_heads\": -1}}", TRUE, 2 },
    { "{" TEXT "}, \"vision_config\": [128]}", TRUE, 2 },
    { "{\"architectures\": [\"CLIPModel\"]}", TRUE, 2 },
    { "[]", TRUE, 2 },
    { "{", TRUE, 2 },
    { "", TRUE, 2 },
  };

  check_cases (cases, G_N_ELEMENTS (cases), TRUE);
}

static void
test_unknown_activation (void)
{
  TlClipConfig config;
  g_autoptr (GError) error = NULL;

  g_assert_false (infer_beside (
    &config, TRUE, "{" TEXT ", \"hidden_act\": \"silu\"}, " VISION ", \"hidden_act\": \"silu\"}}",
    &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "silu"));
}

#define OPEN_CLIP(more)                                                                            \
  "{\"model_cfg\": {\"embed_dim\": 24, \"text_cfg\": {\"width\": 64, \"heads\": 1}, " more "}}"

static void
test_open_clip (void)
{
  static const Case cases[] = {
    { OPEN_CLIP ("\"vision_cfg\": {\"width\": 128}"), FALSE, 2 },
    { OPEN_CLIP ("\"vision_cfg\": {\"head_width\": 32}, \"quick_gelu\": true"), TRUE, 4 },
    { OPEN_CLIP ("\"vision_cfg\": {\"head_width\": 0}, \"quick_gelu\": \"no\""), FALSE, 2 },
    { "{\"model_cfg\": {\"embed_dim\": 25, \"vision_cfg\": {}, \"text_cfg\": {}}}", TRUE, 2 },
    { "{\"model_cfg\": 1}", TRUE, 2 },
    { "{}", TRUE, 2 },
  };

  check_cases (cases, G_N_ELEMENTS (cases), FALSE);
}

static void
test_deep_is_ignored (void)
{
  TlClipConfig config;
  g_autoptr (GString) json = g_string_new ("{\"a\": ");
  g_autofree char *brackets = g_strnfill (500000, '[');
  g_autoptr (GError) error = NULL;

  g_string_append (json, brackets);
  g_assert_true (infer_beside (&config, TRUE, json->str, &error));
  g_string_assign (json, "/*\"*/");
  g_string_append (json, brackets);
  g_assert_true (infer_beside (&config, TRUE, json->str, &error));
  g_assert_true (config.quick_gelu);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/config-file/hugging-face", test_hugging_face);
  g_test_add_func ("/clip/config-file/unknown-activation-fails", test_unknown_activation);
  g_test_add_func ("/clip/config-file/open-clip", test_open_clip);
  g_test_add_func ("/clip/config-file/deep-is-ignored", test_deep_is_ignored);
  return g_test_run ();
}
