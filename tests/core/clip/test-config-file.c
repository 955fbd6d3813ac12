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

/* A file beside the model. */
typedef struct
{
  const char *name, *text;
} Beside;

/* What is inferred of @model in a file of @name, with @n files beside it. */
static gboolean
infer_among (TlClipConfig *config, GPtrArray *model, const char *name, const Beside *files, gsize n,
             GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = model_to_bytes (model);
  g_autoptr (TlWeights) weights = NULL;
  gboolean is_good;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *beside = g_build_filename (folder, files[i].name, NULL);

      g_assert_true (g_file_set_contents (beside, files[i].text, -1, NULL));
    }
  weights = tl_weights_open (path, NULL);
  is_good = tl_clip_config_infer (config, weights, error);

  remove_file (folder, name);
  for (gsize i = 0; i < n; i++)
    remove_file (folder, files[i].name);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return is_good;
}

static gboolean
infer_beside (TlClipConfig *config, gboolean is_hugging_face, const char *json, GError **error)
{
  const Beside file = { is_hugging_face ? "config.json" : "open_clip_config.json", json };
  g_autoptr (GPtrArray) openai = model_new_vit ();
  g_autoptr (GPtrArray) hugging_face = model_to_hugging_face (openai);

  return infer_among (config, is_hugging_face ? hugging_face : openai, "model.safetensors", &file,
                      1, error);
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

/* --- which file --- */

#define GELU OPEN_CLIP ("\"vision_cfg\": {\"width\": 128}")
#define QUICK OPEN_CLIP ("\"vision_cfg\": {\"width\": 128}, \"quick_gelu\": true")
#define HUGGING_FACE(activation)                                                                   \
  "{" TEXT ", \"hidden_act\": \"" activation "\"}, " VISION ", \"hidden_act\": \"" activation      \
  "\", \"num_attention_heads\": 2}, \"image_mean\": 0.25, \"image_std\": 0.75}"

/* Several models may share a folder: a file of the model's own name goes before the usual one. */
static void
test_own_file_first (void)
{
  static const Beside open_clip[] = { { "open_clip_config.json", QUICK }, { "vit.b.json", GELU } };
  static const Beside hugging_face[] = { { "config.json", HUGGING_FACE ("quick_gelu") },
                                         { "vit.b.json", HUGGING_FACE ("gelu") },
                                         { "preprocessor_config.json", "{\"image_mean\": 0.5}" } };
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (GPtrArray) other = model_to_hugging_face (model);
  TlClipConfig config;

  g_assert_true (infer_among (&config, model, "vit.b.safetensors", open_clip, 2, NULL));
  g_assert_false (config.quick_gelu);
  g_assert_cmpint (config.activation_by, ==, TL_CLIP_BY_JSON);
  g_assert_true (infer_among (&config, model, "vit.c.safetensors", open_clip, 2, NULL));
  g_assert_true (config.quick_gelu);

  g_assert_true (infer_among (&config, other, "vit.b.safetensors", hugging_face, 3, NULL));
  g_assert_false (config.quick_gelu);
  g_assert_cmpfloat (config.mean[0], ==, 0.25);
  g_assert_true (infer_among (&config, other, "vit.c.safetensors", hugging_face, 3, NULL));
  g_assert_true (config.quick_gelu);
  g_assert_cmpfloat (config.mean[0], ==, 0.5);
}

/* OpenAI's own say themselves what they are: another model's file beside them is not theirs. */
static void
test_archive_stands_alone (void)
{
  static const char *const numbers[] = { "input_resolution", "vocab_size" };
  static const Beside beside[] = { { "open_clip_config.json", GELU }, { "laion.json", GELU } };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GPtrArray) model = model_new_vit ();
      TlClipConfig config;

      model_add (model, numbers[i], TL_SHAPE (1));
      g_assert_true (infer_among (&config, model, "laion.safetensors", beside, 2, NULL));
      g_assert_true (config.quick_gelu);
      g_assert_cmpint (config.activation_by, ==, TL_CLIP_BY_ARCHIVE);
    }
}

/* Names that open_clip gives its files; what nothing says is OpenAI's. */
static void
test_name (void)
{
  static const struct
  {
    const char *name;
    gboolean quick_gelu;
    TlClipEvidence by;
  } cases[] = {
    { "vit_b_32-laion2b_e16-af8dbd0c.pth", FALSE, TL_CLIP_BY_NAME },
    { "vit_b_16-laion400m_e32-55e67d44.pt", FALSE, TL_CLIP_BY_NAME },
    { "vit_b_32-quickgelu-laion400m_e32-46683a32.pt", TRUE, TL_CLIP_BY_NAME },
    { "CLIP-ViT-B-32-laion2B-s34B-b79K.safetensors", FALSE, TL_CLIP_BY_NAME },
    { "vit_base_patch32_clip_224.openai.safetensors", TRUE, TL_CLIP_BY_NAME },
    { "model.safetensors", TRUE, TL_CLIP_ASSUMED },
  };
  g_autoptr (GPtrArray) model = model_new_vit ();
  static const Beside beside = { "open_clip_config.json", QUICK };
  TlClipConfig config;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (infer_among (&config, model, cases[i].name, NULL, 0, NULL));
      g_assert_cmpint (config.quick_gelu, ==, cases[i].quick_gelu);
      g_assert_cmpint (config.activation_by, ==, cases[i].by);
    }
  g_assert_true (infer_among (&config, model, cases[0].name, &beside, 1, NULL));
  g_assert_true (config.quick_gelu);
}

/* --- pictures --- */

static void
assert_pictures (const TlClipConfig *config, const gfloat mean[3], const gfloat deviation[3])
{
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpfloat (config->mean[i], ==, mean[i]);
      g_assert_cmpfloat (config->deviation[i], ==, deviation[i]);
    }
}

#define NORMALISE(mean, deviation)                                                                 \
  OPEN_CLIP ("\"vision_cfg\": {\"width\": 128}"),                                                  \
    "{\"image_mean\": " mean ", \"image_std\": " deviation "}",                                    \
    ", \"preprocess_cfg\": {\"mean\": " mean ", \"std\": " deviation "}}"

/* Reads @open_clip with @preprocess_cfg as its end, or else @image as Hugging Face's other file. */
static gboolean
infer_pictures (TlClipConfig *config, const char *const texts[3], gboolean is_hugging_face,
                GError **error)
{
  g_autoptr (GString) open_clip = g_string_new (texts[0]);
  g_autoptr (GPtrArray) openai = model_new_vit ();
  g_autoptr (GPtrArray) hugging_face = model_to_hugging_face (openai);
  Beside beside = { "preprocessor_config.json", texts[1] };

  if (!is_hugging_face)
    {
      g_string_truncate (open_clip, open_clip->len - 1);
      g_string_append (open_clip, texts[2]);
      beside = (Beside){ "open_clip_config.json", open_clip->str };
    }
  return infer_among (config, is_hugging_face ? hugging_face : openai, "model.safetensors", &beside,
                      1, error);
}

/* As in laion/CLIP-ViT-L-14-laion2B-s32B-b82K. */
static void
test_pictures (void)
{
  static const struct
  {
    const char *texts[3];
    gfloat mean[3], deviation[3];
  } cases[] = {
    { { NORMALISE ("[0.5, 0.5, 0.5]", "[0.5, 0.5, 0.5]") }, { .5f, .5f, .5f }, { .5f, .5f, .5f } },
    { { NORMALISE ("[0, 0.25, 1]", "[1, 2, 0.125]") }, { 0, .25f, 1 }, { 1, 2, .125f } },
    { { NORMALISE ("0.5", "0.25") }, { .5f, .5f, .5f }, { .25f, .25f, .25f } },
    { { NORMALISE ("null", "null") }, TL_CLIP_MEAN, TL_CLIP_DEVIATION },
  };
  TlClipConfig config;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint is_hugging_face = 0; is_hugging_face < 2; is_hugging_face++)
      {
        g_autoptr (GError) error = NULL;

        infer_pictures (&config, cases[i].texts, is_hugging_face, &error);
        g_assert_no_error (error);
        assert_pictures (&config, cases[i].mean, cases[i].deviation);
      }
}

static void
test_impossible_pictures (void)
{
  static const char *const cases[][3] = {
    { NORMALISE ("[0.5, 0.5]", "[0.5, 0.5, 0.5]") },
    { NORMALISE ("[0.5, 0.5, 0.5]", "[0.5, 0, 0.5]") },
    { NORMALISE ("[0.5, 0.5, 0.5]", "[0.5, 0.5, -1]") },
    { NORMALISE ("[0.5, 0.5, 1e999]", "[0.5, 0.5, 0.5]") },
    { NORMALISE ("[0.5, 0.5, 0.5]", "1e-45") },
    { NORMALISE ("[0.5, 0.5, \"grey\"]", "[0.5, 0.5, 0.5]") },
    { NORMALISE ("{}", "[0.5, 0.5, 0.5]") },
  };
  TlClipConfig config;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint is_hugging_face = 0; is_hugging_face < 2; is_hugging_face++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_false (infer_pictures (&config, cases[i], is_hugging_face, &error));
        g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
        g_assert_nonnull (strstr (error->message, is_hugging_face ? "image_std" : "“std”"));
      }
}

/* Of a model of other widths, its pictures are not this one's. */
static void
test_pictures_of_others (void)
{
  static const gfloat mean[] = TL_CLIP_MEAN, deviation[] = TL_CLIP_DEVIATION;
  static const Beside files[] = {
    { "config.json", "{\"text_config\": {\"hidden_size\": 64}, \"vision_config\": {}}" },
    { "preprocessor_config.json", "{\"image_mean\": 0.5, \"image_std\": 0.5}" },
  };
  g_autoptr (GPtrArray) openai = model_new_vit ();
  g_autoptr (GPtrArray) hugging_face = model_to_hugging_face (openai);
  TlClipConfig config;

  g_assert_true (infer_among (&config, hugging_face, "model.safetensors", files, 2, NULL));
  assert_pictures (&config, mean, deviation);
}

/* A picture p with mean m and deviation d is to the same model what (p - m) / d · d0 + m0 is with
 * OpenAI's. */
static void
test_pictures_are_normalised (void)
{
  static const gfloat mean[] = TL_CLIP_MEAN, deviation[] = TL_CLIP_DEVIATION;
  static const TlDevice cpu = { TL_CPU, 0 };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) model = i == 0 ? model_new_vit () : model_new_resnet ();
      g_autoptr (TlWeights) weights = model_to_weights (model);
      TlScope *s = tl_scope_open (NULL);
      TlClipConfig config;
      g_autoptr (TlClip) usual = NULL, other = NULL;
      g_autofree gfloat *expected = NULL, *found = NULL;
      TlTensor *x, *m, *d;

      g_assert_true (tl_clip_config_infer (&config, weights, NULL));
      usual = tl_clip_load (&config, weights, TL_FLOAT32, cpu, NULL);
      for (guint j = 0; j < 3; j++)
        config.mean[j] = config.deviation[j] = 0.5f;
      other = tl_clip_load (&config, weights, TL_FLOAT32, cpu, NULL);

      x = model_make_pictures (s, 1, config.resolution);
      m = tl_from_floats (s, mean, TL_SHAPE (1, 3, 1, 1));
      d = tl_from_floats (s, deviation, TL_SHAPE (1, 3, 1, 1));
      found = model_get_floats (s, tl_clip_encode_image (s, other, x));
      x = tl_mul_scalar (s, tl_add_scalar (s, x, -0.5), 2);
      x = tl_add (s, tl_mul (s, x, d), m);
      expected = model_get_floats (s, tl_clip_encode_image (s, usual, x));
      for (guint j = 0; j < config.embed_dim; j++)
        g_assert_cmpfloat_with_epsilon (found[j], expected[j], 1e-4);
      g_assert_true (tl_scope_close (s, NULL));
    }
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
  g_test_add_func ("/clip/config-file/own-file-first", test_own_file_first);
  g_test_add_func ("/clip/config-file/archive-stands-alone", test_archive_stands_alone);
  g_test_add_func ("/clip/config-file/name", test_name);
  g_test_add_func ("/clip/config-file/pictures", test_pictures);
  g_test_add_func ("/clip/config-file/impossible-pictures-fail", test_impossible_pictures);
  g_test_add_func ("/clip/config-file/pictures-of-others", test_pictures_of_others);
  g_test_add_func ("/clip/config-file/pictures-are-normalised", test_pictures_are_normalised);
  g_test_add_func ("/clip/config-file/deep-is-ignored", test_deep_is_ignored);
  return g_test_run ();
}
