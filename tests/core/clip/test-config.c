/* test-config.c - files that are no CLIP, or not quite one, and the sizes of known ones
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/clip.h"

#include "core/base/error.h"
#include "tests/core/clip/model.h"

#include <math.h>
#include <string.h>

static const TlDevice cpu = { TL_CPU, 0 };

static void
assert_load_fails (GPtrArray *model, const char *const *words)
{
  g_autoptr (TlWeights) weights = model_to_weights (model);
  g_autoptr (GError) error = NULL;
  TlClipConfig config;

  if (tl_clip_config_infer (&config, weights, &error))
    g_assert_null (tl_clip_load (&config, weights, TL_FLOAT32, cpu, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_test_message ("%s", error->message);
  for (; *words != NULL; words++)
    g_assert_nonnull (strstr (error->message, *words));
}

static void
remove_tensor (GPtrArray *model, const char *name)
{
  g_assert_true (g_ptr_array_remove (model, model_get (model, name)));
}

static void
test_missing (void)
{
  static const char *const names[] = {
    "token_embedding.weight",
    "text_projection",
    "visual.positional_embedding",
    "visual.transformer.resblocks.0.mlp.c_fc.weight",
    "visual.transformer.resblocks.1.attn.in_proj_bias",
    "transformer.resblocks.0.attn.in_proj_weight",
    "visual.ln_post.bias",
    "visual.proj",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GPtrArray) model = model_new_vit ();
      g_autofree char *full = g_strconcat ("model.", names[i], NULL);
      const char *words[] = { full, "missing", NULL };

      remove_tensor (model, names[i]);
      model_add_prefix (model, "model.");
      assert_load_fails (model, words);
    }
}

static void
test_missing_in_resnet (void)
{
  static const char *const names[] = {
    "visual.bn1.running_var",
    "visual.layer1.1.conv2.weight",
    "visual.layer3.0.downsample.1.bias",
    "visual.attnpool.c_proj.weight",
    "visual.attnpool.positional_embedding",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GPtrArray) model = model_new_resnet ();
      const char *words[] = { names[i], "missing", NULL };

      remove_tensor (model, names[i]);
      assert_load_fails (model, words);
    }
}

/* The message has the name in the file, not ours. */
static void
test_missing_in_hugging_face (void)
{
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (GPtrArray) other = model_to_hugging_face (model);
  const char *name = "vision_model.encoder.layers.1.self_attn.k_proj.weight";
  const char *words[] = { name, "[128, 128]", "missing", NULL };

  remove_tensor (other, name);
  assert_load_fails (other, words);
}

static void
test_stray (void)
{
  g_autoptr (GPtrArray) model = model_new_vit ();
  const char *words[] = { "visual.transformer.resblocks.1.ls_1.gamma", "[128]", NULL };

  model_add (model, "visual.transformer.resblocks.1.ls_1.gamma", TL_SHAPE (128));
  assert_load_fails (model, words);
}

static void
test_misshaped (void)
{
  static const struct
  {
    const char *name;
    gint64 shape[4];
    guint n_dims;
    const char *found, *expected;
  } cases[] = {
    { "visual.transformer.resblocks.0.mlp.c_fc.weight",
      { 500, 128 },
      2,
      "[500, 128]",
      "[512, 128]" },
    { "visual.conv1.weight", { 128, 4, 8, 8 }, 4, "[128, 4, 8, 8]", "[128, 3, 8, 8]" },
    { "visual.conv1.weight", { 128, 3, 7, 8 }, 4, "[128, 3, 7, 8]", "[128, 3, 8, 8]" },
    { "visual.proj", { 128, 25 }, 2, "[128, 25]", "[128, 24]" },
    { "ln_final.weight", { 65 }, 1, "[65]", "[64]" },
    { "transformer.resblocks.0.attn.in_proj_weight", { 192, 60 }, 2, "[192, 60]", "[192, 64]" },
    { "visual.positional_embedding", { 11, 128 }, 2, "11", "square" },
    { "visual.conv1.weight", { 100, 3, 8, 8 }, 4, "100", "64" },
    { "text_projection", { 64 }, 1, "1", "2" },
    { "positional_embedding", { 2, 64 }, 2, "no room", "marks" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) model = model_new_vit ();
      const char *words[] = { cases[i].found, cases[i].expected, NULL };

      remove_tensor (model, cases[i].name);
      model_add (model, cases[i].name, cases[i].shape, cases[i].n_dims);
      assert_load_fails (model, words);
    }
}

static void
test_other_models (void)
{
  static const char *const cases[][2] = {
    { "quantize.embedding.weight", "VQGAN" },
    { "first_stage_model.quantize.embed.weight", "VQGAN" },
    { "text_model.embeddings.token_embedding.weight", "text tower" },
    { "visual.trunk.patch_embed.proj.weight", "picture tower" },
    { "layer1.0.conv1.weight", "no CLIP" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) model = model_new ();
      const char *words[] = { cases[i][1], NULL };

      model_add (model, cases[i][0], TL_SHAPE (4, 4));
      assert_load_fails (model, words);
    }
}

/* A tower of random weights, of the sizes of a real one but for its depth. */
static void
check_preset (const char *name, gint64 embed_dim)
{
  g_autoptr (TlClip) clip = NULL;
  g_autoptr (GError) error = NULL;
  TlClipConfig config;
  TlScope *s = tl_scope_open (NULL);
  g_autofree gfloat *features = NULL;
  TlTensor *x;

  g_assert_true (tl_clip_config_preset (&config, name, &error));
  config.n_layers = MIN (config.n_layers, 1);
  config.text_layers = 1;
  config.n_tokens = 64;
  clip = tl_clip_load (&config, NULL, TL_FLOAT32, cpu, &error);
  g_assert_no_error (error);
  x = tl_clip_encode_image (s, clip, model_make_pictures (s, 1, config.resolution));
  g_assert_cmpint (tl_tensor_get_size (x, 1), ==, embed_dim);
  features = model_get_floats (s, x);
  for (gint64 i = 0; i < embed_dim; i++)
    g_assert_true (isfinite (features[i]));
  g_assert_true (tl_scope_close (s, &error));
}

static void
test_presets (void)
{
  TlClipConfig config;
  g_autoptr (GError) error = NULL;

  check_preset ("ViT-B/32", 512);
  check_preset ("ViT-B/16", 512);
  check_preset ("ViT-L/14", 768);
  check_preset ("RN50", 1024);
  g_assert_false (tl_clip_config_preset (&config, "ViT-B/33", &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/config/missing-fails", test_missing);
  g_test_add_func ("/clip/config/missing-in-resnet-fails", test_missing_in_resnet);
  g_test_add_func ("/clip/config/missing-in-hugging-face-fails", test_missing_in_hugging_face);
  g_test_add_func ("/clip/config/stray-fails", test_stray);
  g_test_add_func ("/clip/config/misshaped-fails", test_misshaped);
  g_test_add_func ("/clip/config/other-models-fail", test_other_models);
  g_test_add_func ("/clip/config/presets", test_presets);
  return g_test_run ();
}
