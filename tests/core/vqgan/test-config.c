/* test-config.c - sizes inferred from shapes, and what is said of files that are something else
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/vqgan/support.h"

#include "core/base/error.h"
#include "core/weights/safetensors.h"

#include <glib/gstdio.h>
#include <string.h>

static const TlDevice cpu = { TL_CPU, 0 };

/* ddconfigs of every kind, in miniature where only the widths differ. */
static const TlVqganConfig configs[] = {
  /* f16 ImageNet's shape */
  { .n_codes = 64,
    .e_dim = 8,
    .z_channels = 8,
    .ch = 4,
    .ch_mult = { 1, 1, 2, 2, 4 },
    .n_levels = 5,
    .n_res_blocks = 2,
    .has_attention = { [4] = TRUE },
    .has_mid_attention = TRUE,
    .has_resample_conv = TRUE,
    .n_groups = 2,
    .downscale = 16 },
  /* Gumbel f8 */
  { .is_gumbel = TRUE,
    .n_codes = 48,
    .e_dim = 8,
    .z_channels = 8,
    .ch = 4,
    .ch_mult = { 1, 1, 2, 4 },
    .n_levels = 4,
    .n_res_blocks = 2,
    .has_attention = { [3] = TRUE },
    .has_mid_attention = TRUE,
    .has_resample_conv = TRUE,
    .n_groups = 4,
    .downscale = 8 },
  /* latent-diffusion f4: narrow codes, no attention outside the middle */
  { .n_codes = 100,
    .e_dim = 3,
    .z_channels = 3,
    .ch = 32,
    .ch_mult = { 1, 2, 4 },
    .n_levels = 3,
    .n_res_blocks = 2,
    .has_mid_attention = TRUE,
    .has_resample_conv = TRUE,
    .n_groups = 32,
    .downscale = 4 },
  /* attn_type none, e_dim unlike z_channels, first level wider than ch, behind a prefix */
  { .n_codes = 30,
    .e_dim = 4,
    .z_channels = 16,
    .ch = 6,
    .ch_mult = { 2, 3 },
    .n_levels = 2,
    .n_res_blocks = 3,
    .has_resample_conv = TRUE,
    .n_groups = 3,
    .downscale = 2,
    .prefix = "first_stage_model." },
  /* attention on all levels, narrowing, resamp_with_conv false */
  { .n_codes = 10,
    .e_dim = 5,
    .z_channels = 7,
    .ch = 8,
    .ch_mult = { 2, 1, 3 },
    .n_levels = 3,
    .n_res_blocks = 1,
    .has_attention = { TRUE, TRUE, TRUE },
    .has_mid_attention = TRUE,
    .n_groups = 8,
    .downscale = 4,
    .prefix = "model.vq." },
  /* one level, so nothing to resample */
  { .n_codes = 12,
    .e_dim = 4,
    .z_channels = 4,
    .ch = 4,
    .ch_mult = { 1 },
    .n_levels = 1,
    .n_res_blocks = 1,
    .has_mid_attention = TRUE,
    .has_resample_conv = TRUE,
    .n_groups = 4,
    .downscale = 1 },
};

/* Everything that a model may have, once, since these are loaded hundreds of times. */
static const TlVqganConfig least_plain = { .n_codes = 9,
                                           .e_dim = 3,
                                           .z_channels = 5,
                                           .ch = 4,
                                           .ch_mult = { 1, 2 },
                                           .n_levels = 2,
                                           .n_res_blocks = 1,
                                           .has_attention = { [1] = TRUE },
                                           .has_mid_attention = TRUE,
                                           .has_resample_conv = TRUE,
                                           .n_groups = 2,
                                           .downscale = 2,
                                           .prefix = "first_stage_model." };

static const TlVqganConfig least_gumbel = { .is_gumbel = TRUE,
                                            .n_codes = 9,
                                            .e_dim = 5,
                                            .z_channels = 5,
                                            .ch = 4,
                                            .ch_mult = { 1, 2 },
                                            .n_levels = 2,
                                            .n_res_blocks = 1,
                                            .has_attention = { [1] = TRUE },
                                            .has_mid_attention = TRUE,
                                            .has_resample_conv = TRUE,
                                            .n_groups = 2,
                                            .downscale = 2 };

static void
assert_same (const TlVqganConfig *a, const TlVqganConfig *b)
{
  g_assert_cmpint (a->is_gumbel, ==, b->is_gumbel);
  g_assert_cmpuint (a->n_codes, ==, b->n_codes);
  g_assert_cmpuint (a->e_dim, ==, b->e_dim);
  g_assert_cmpuint (a->z_channels, ==, b->z_channels);
  g_assert_cmpuint (a->ch, ==, b->ch);
  g_assert_cmpuint (a->n_levels, ==, b->n_levels);
  g_assert_cmpmem (a->ch_mult, sizeof a->ch_mult, b->ch_mult, sizeof b->ch_mult);
  g_assert_cmpmem (a->has_attention, sizeof a->has_attention, b->has_attention,
                   sizeof b->has_attention);
  g_assert_cmpuint (a->n_res_blocks, ==, b->n_res_blocks);
  g_assert_cmpint (a->has_mid_attention, ==, b->has_mid_attention);
  g_assert_cmpint (a->has_resample_conv, ==, b->has_resample_conv);
  g_assert_cmpuint (a->n_groups, ==, b->n_groups);
  g_assert_cmpuint (a->downscale, ==, b->downscale);
  g_assert_cmpstr (a->prefix, ==, b->prefix);
}

/* The loader is strict, so loading proves that the names are the same ones as well. */
static void
every_ddconfig_comes_back (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (configs); i++)
    {
      g_autoptr (TlWeights) weights = test_make_weights (&configs[i]);
      g_autoptr (TlVqgan) vqgan = test_load (weights, TL_FLOAT32);

      assert_same (tl_vqgan_get_config (vqgan), &configs[i]);
    }
}

static TlVqgan *
try_load (GArray *list, const TlVqganConfig *like, GError **error)
{
  g_autoptr (TlWeights) weights = test_pack (list, like->prefix, like->n_groups);
  TlVqganConfig config;

  if (!tl_vqgan_config_infer (&config, weights, error))
    return NULL;
  return tl_vqgan_load (&config, weights, TL_FLOAT32, cpu, error);
}

static void assert_says (GError *error, const char *prefix, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static void
assert_says (GError *error, const char *prefix, const char *format, ...)
{
  g_autofree char *part = NULL;
  va_list args;

  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  va_start (args, format);
  part = g_strdup_vprintf (format, args);
  va_end (args);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not say “%s”", error->message, part);
  g_assert_nonnull (strstr (error->message, prefix));
}

/* Each tensor of a model in turn: whichever it is, its full name is told. */
static void
missing_tensor_is_named (gconstpointer data)
{
  const TlVqganConfig *config = data;
  g_autoptr (GArray) whole = test_list_tensors (config);

  for (guint i = 0; i < whole->len; i++)
    {
      g_autoptr (GArray) list = g_array_copy (whole);
      g_autoptr (GError) error = NULL;
      const TestTensor *t = &g_array_index (whole, TestTensor, i);

      g_array_remove_index (list, i);
      g_assert_null (try_load (list, config, &error));
      assert_says (error, "missing", "“%s%s”", config->prefix, t->name);
    }
}

static char *
describe (const TestTensor *t)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < t->n_dims; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", t->shape[i]);
  return g_string_free (g_string_append (text, "]"), FALSE);
}

static void
assert_shapes_told (GArray *whole, guint i, guint dim, const TlVqganConfig *config)
{
  g_autoptr (GArray) list = g_array_copy (whole);
  g_autoptr (GError) error = NULL;
  TestTensor *t = &g_array_index (list, TestTensor, i);
  g_autofree char *expected = describe (t);
  g_autofree char *found = NULL;

  t->shape[dim]++;
  found = describe (t);
  g_assert_null (try_load (list, config, &error));
  assert_says (error, "expected", "“%s%s” is %s in this file, expected %s", config->prefix, t->name,
               found, expected);
}

/* Each tensor and each of its dimensions in turn. Only the number of codes of a plain codebook
 * shows in no second tensor. */
static void
mis_shaped_tensor_is_named_with_both_shapes (gconstpointer data)
{
  const TlVqganConfig *config = data;
  g_autoptr (GArray) whole = test_list_tensors (config);

  for (guint i = 0; i < whole->len; i++)
    {
      const TestTensor *t = &g_array_index (whole, TestTensor, i);
      gboolean is_codebook = strcmp (t->name, "quantize.embedding.weight") == 0;

      for (guint dim = is_codebook ? 1 : 0; dim < t->n_dims; dim++)
        assert_shapes_told (whole, i, dim, config);
    }
}

static void
stray_is_named_and_left_overs_are_not (void)
{
  static const struct
  {
    const char *name;
    gboolean may_be_there;
  } cases[] = {
    { "loss.discriminator.main.0.weight", TRUE },
    { "loss.perceptual_loss.net.slice1.0.weight", TRUE },
    { "colorize", TRUE },
    { "model_ema.decoderconv_inweight", TRUE },
    { "quantize.embedding.cluster_size", TRUE },
    { "decoder.up.0.block.0.temb_proj.weight", FALSE },
    { "decoder.mid.block_3.norm1.weight", FALSE },
    { "extra", FALSE },
  };
  TlVqganConfig config = test_small_config ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) list = test_list_tensors (&config);
      g_autoptr (GError) error = NULL;
      g_autoptr (TlVqgan) vqgan = NULL;

      test_add_tensor (list, cases[i].name, TL_SHAPE (2));
      vqgan = try_load (list, &config, &error);
      if (cases[i].may_be_there)
        g_assert_no_error (error);
      else
        assert_says (error, "no part", "“%s” [2]", cases[i].name);
    }
}

static void
add_with_prefix (GArray *list, const TlVqganConfig *config, const char *prefix)
{
  g_autoptr (GArray) part = test_list_tensors (config);

  for (guint i = 0; i < part->len; i++)
    {
      const TestTensor *t = &g_array_index (part, TestTensor, i);
      g_autofree char *name = g_strconcat (prefix, t->name, NULL);

      test_add_tensor (list, name, t->shape, t->n_dims);
    }
}

/* A Net2Net checkpoint whose condition is coded by a VQGAN of its own: the first stage is taken,
 * the rest let be. */
static void
first_stage_of_a_transformer (void)
{
  const TlVqganConfig *first = &configs[3], *condition = &configs[5];
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (TestTensor));
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (TlVqgan) vqgan = NULL;

  add_with_prefix (list, condition, "cond_stage_model.");
  add_with_prefix (list, first, "first_stage_model.");
  test_add_tensor (list, "first_stage_model.loss.logvar", TL_SHAPE (1));
  test_add_tensor (list, "transformer.tok_emb.weight", TL_SHAPE (30, 8));
  test_add_tensor (list, "transformer.head.weight", TL_SHAPE (30, 8));

  weights = test_pack (list, "", 3);
  vqgan = test_load (weights, TL_FLOAT32);
  assert_same (tl_vqgan_get_config (vqgan), first);
}

/* Names alone are cheap to write: each would be a block, eight times over. */
static void
too_many_blocks_are_refused (void)
{
  TlVqganConfig config = test_small_config ();
  g_autoptr (GArray) list = test_list_tensors (&config);
  g_autoptr (GError) error = NULL;

  for (guint i = config.n_res_blocks; i < 65; i++)
    {
      g_autofree char *name = g_strdup_printf ("encoder.down.0.block.%u.x", i);

      test_add_tensor (list, name, TL_SHAPE (1));
    }
  g_assert_null (try_load (list, &config, &error));
  assert_says (error, "level", "more than 64 blocks");
}

static void
assert_stranger (GArray *list, const char *found)
{
  g_autoptr (TlWeights) weights = test_pack (list, "", 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *message =
    g_strdup_printf ("This file holds no image model Tiller knows (found: %s)", found);
  TlVqganConfig config;

  g_assert_false (tl_vqgan_config_infer (&config, weights, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
strangers_are_told_apart (void)
{
  static const struct
  {
    const char *names[3];
    const char *found;
  } cases[] = {
    { { "visual.conv1.weight", "transformer.resblocks.0.ln_1.weight", "positional_embedding" },
      "a CLIP model" },
    { { "text_model.embeddings.token_embedding.weight" }, "a CLIP model" },
    { { "encoder.conv_in.weight", "encoder.down_blocks.0.resnets.0.conv1.weight",
        "decoder.conv_in.weight" },
      "an image model with diffusers' names" },
    { { "transformer.tok_emb.weight" }, "a transformer without its image model" },
    { { "fc1.weight", "fc2.weight" }, "2 tensors, the first is “fc1.weight”" },
    { { "fc1.weight" }, "1 tensor, the first is “fc1.weight”" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (TestTensor));

      for (guint j = 0; j < 3 && cases[i].names[j] != NULL; j++)
        test_add_tensor (list, cases[i].names[j], TL_SHAPE (2));
      assert_stranger (list, cases[i].found);
    }
}

/* latent-diffusion's AutoencoderKL: everything but a codebook, and twice the channels out of the
 * encoder. */
static void
autoencoder_without_codes (void)
{
  static const char *const moments[] = { "encoder.conv_out.weight", "encoder.conv_out.bias",
                                         "quant_conv.weight", "quant_conv.bias", NULL };
  TlVqganConfig config = configs[2];
  g_autoptr (GArray) list = test_list_tensors (&config);

  for (guint i = 0; i < list->len; i++)
    {
      TestTensor *t = &g_array_index (list, TestTensor, i);

      if (g_strv_contains (moments, t->name))
        t->shape[0] *= 2;
      if (strcmp (t->name, "quant_conv.weight") == 0)
        t->shape[1] *= 2;
    }
  for (guint i = list->len; i-- > 0;)
    if (g_str_has_prefix (g_array_index (list, TestTensor, i).name, "quantize."))
      g_array_remove_index (list, i);
  assert_stranger (list, "an autoencoder without code vectors");
}

static void
pictures_of_other_channels (void)
{
  static const char *const ends[] = { "encoder.conv_in.weight", "decoder.conv_out.weight",
                                      "decoder.conv_out.bias" };
  g_autoptr (GArray) list = test_list_tensors (&configs[2]);

  for (guint i = 0; i < list->len; i++)
    {
      TestTensor *t = &g_array_index (list, TestTensor, i);

      if (strcmp (t->name, ends[0]) == 0)
        t->shape[1] = 182;
      else if (strcmp (t->name, ends[1]) == 0 || strcmp (t->name, ends[2]) == 0)
        t->shape[0] = 182;
    }
  assert_stranger (list, "a model of pictures with 182 channels");
}

/* --- the number of groups, which no shape shows --- */

static void
save (TlWeights *weights, const char *path)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < tl_weights_get_n_blobs (weights); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (weights, i);
      g_autoptr (GBytes) bytes = g_bytes_new (blob->data, blob->n_bytes);

      tl_safetensors_writer_add (writer, blob->name, blob->dtype, blob->n_dims, blob->shape, bytes);
    }
  file = tl_safetensors_writer_finish (writer);
  g_file_set_contents (path, g_bytes_get_data (file, NULL), (gssize) g_bytes_get_size (file),
                       &error);
  g_assert_no_error (error);
}

static void
groups_from_a_yaml_beside (void)
{
  static const struct
  {
    const char *text;
    guint n_groups; /* 0: the width of 32 is no multiple of what is said */
  } cases[] = {
    { "model:\n  params:\n    norm_groups: 8\n", 8 },
    { "model:\n  params:\n    norm_groups: 7\n", 32 }, /* contradicts the shapes */
    { "model:\n  params:\n    embed_dim: 3\n", 32 },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("tiller-config-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "narrow.safetensors", NULL);
  g_autofree char *yaml = g_build_filename (folder, "narrow.yaml", NULL);
  g_autoptr (TlWeights) made = test_make_weights (&configs[2]);

  save (made, path);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlWeights) weights = tl_weights_open (path, &error);
      TlVqganConfig config;

      g_assert_no_error (error);
      g_file_set_contents (yaml, cases[i].text, -1, &error);
      g_assert_no_error (error);
      tl_vqgan_config_infer (&config, weights, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (config.n_groups, ==, cases[i].n_groups);
    }
  g_remove (yaml);
  g_remove (path);
  g_rmdir (folder);
}

static void
groups_must_divide_the_width (void)
{
  TlVqganConfig config = test_small_config ();
  g_autoptr (GArray) list = test_list_tensors (&config);
  g_autoptr (GError) error = NULL;

  config.n_groups = 0; /* not said, so 32, and it is 8 wide */
  g_assert_null (try_load (list, &config, &error));
  assert_says (error, "32", "8 wide");
}

static void
presets_are_the_known_models (void)
{
  static const struct
  {
    const char *name;
    guint n_codes, downscale, top_width, attention_level;
    gboolean is_gumbel;
  } cases[] = {
    { "imagenet-f16-16384", 16384, 16, 512, 4, FALSE },
    { "imagenet-f16-1024", 1024, 16, 512, 4, FALSE },
    { "gumbel-f8-8192", 8192, 8, 512, 3, TRUE },
  };
  g_autoptr (GError) error = NULL;
  TlVqganConfig config;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      tl_vqgan_config_preset (&config, cases[i].name, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (config.n_codes, ==, cases[i].n_codes);
      g_assert_cmpuint (config.downscale, ==, cases[i].downscale);
      g_assert_cmpuint (config.ch * config.ch_mult[config.n_levels - 1], ==, cases[i].top_width);
      g_assert_true (config.has_attention[cases[i].attention_level]);
      g_assert_cmpint (config.is_gumbel, ==, cases[i].is_gumbel);
    }
  g_assert_false (tl_vqgan_config_preset (&config, "imagenet", &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/infer/every-ddconfig-comes-back", every_ddconfig_comes_back);
  g_test_add_data_func ("/config/missing/plain-is-named", &least_plain, missing_tensor_is_named);
  g_test_add_data_func ("/config/missing/gumbel-is-named", &least_gumbel, missing_tensor_is_named);
  g_test_add_data_func ("/config/mis-shaped/plain-is-named", &least_plain,
                        mis_shaped_tensor_is_named_with_both_shapes);
  g_test_add_data_func ("/config/mis-shaped/gumbel-is-named", &least_gumbel,
                        mis_shaped_tensor_is_named_with_both_shapes);
  g_test_add_func ("/config/stray/is-named-and-left-overs-are-not",
                   stray_is_named_and_left_overs_are_not);
  g_test_add_func ("/config/prefix/first-stage-of-a-transformer", first_stage_of_a_transformer);
  g_test_add_func ("/config/blocks/too-many-are-refused", too_many_blocks_are_refused);
  g_test_add_func ("/config/strangers/told-apart", strangers_are_told_apart);
  g_test_add_func ("/config/strangers/autoencoder-without-codes", autoencoder_without_codes);
  g_test_add_func ("/config/strangers/other-channels", pictures_of_other_channels);
  g_test_add_func ("/config/groups/from-a-yaml-beside", groups_from_a_yaml_beside);
  g_test_add_func ("/config/groups/must-divide-the-width", groups_must_divide_the_width);
  g_test_add_func ("/config/presets/are-the-known-models", presets_are_the_known_models);
  return g_test_run ();
}
