/* config.c - the sizes of a VQGAN, read off its tensors
 *
 * Each size shows in several tensors. They vote, so that one tensor of a wrong shape does not bend
 * the configuration to itself but is found by the loader, which then names it and both shapes.
 * Names as in taming-transformers (taming/modules/diffusionmodules/model.py,
 * taming/models/vqgan.py, github.com/CompVis/taming-transformers).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/vqgan.h"

#include "core/base/error.h"
#include "core/vqgan/yaml.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* torch.nn.GroupNorm (num_groups=32, ...) in taming's Normalize (). */
#define DEFAULT_GROUPS 32

/* No model is near it; products of two sizes stay far from overflow. */
#define MAX_SIZE (1 << 24)

/* On a level. Models have 2. */
#define MAX_BLOCKS 64

#define MAX_VOTES 8

/* Dimension of a tensor that shows a size. `%u` in a name stands for the level. */
typedef struct
{
  const char *name;
  guint dim;
} Vote;

static const Vote n_codes_votes[] = {
  { "quantize.embedding.weight", 0 },
  { "quantize.embed.weight", 0 },
  { "quantize.proj.weight", 0 },
  { "quantize.proj.bias", 0 },
  { NULL },
};

static const Vote e_dim_votes[] = {
  { "quantize.embedding.weight", 1 }, { "quantize.embed.weight", 1 },  { "quant_conv.weight", 0 },
  { "quant_conv.bias", 0 },           { "post_quant_conv.weight", 1 }, { NULL },
};

static const Vote z_channels_votes[] = {
  { "decoder.conv_in.weight", 1 }, { "post_quant_conv.weight", 0 }, { "post_quant_conv.bias", 0 },
  { "quant_conv.weight", 1 },      { "encoder.conv_out.bias", 0 },  { NULL },
};

static const Vote ch_votes[] = {
  { "encoder.conv_in.weight", 0 },
  { "encoder.conv_in.bias", 0 },
  { "encoder.down.0.block.0.norm1.weight", 0 },
  { "encoder.down.0.block.0.norm1.bias", 0 },
  { "encoder.down.0.block.0.conv1.weight", 1 },
  { NULL },
};

static const Vote level_votes[] = {
  { "encoder.down.%u.block.0.conv1.weight", 0 },
  { "encoder.down.%u.block.0.norm2.weight", 0 },
  { "encoder.down.%u.block.0.conv2.weight", 0 },
  { "decoder.up.%u.block.0.conv1.weight", 0 },
  { "decoder.up.%u.block.0.norm2.weight", 0 },
  { "decoder.up.%u.block.0.conv2.weight", 0 },
  { NULL },
};

static const Vote in_channels_votes[] = {
  { "encoder.conv_in.weight", 1 },
  { "decoder.conv_out.weight", 0 },
  { "decoder.conv_out.bias", 0 },
  { NULL },
};

/* A file that has three of these behind one prefix holds this model there. */
static const char *const landmarks[] = {
  "decoder.conv_in.weight",    "encoder.conv_in.weight", "post_quant_conv.weight",
  "quantize.embedding.weight", "quantize.embed.weight",  "quant_conv.weight",
};

/* What else a file may be, by the beginning of a name. First match. */
static const struct
{
  const char *prefix;
  const char *what;
} strangers[] = {
  { "visual.", N_ ("a CLIP model") },
  { "vision_model.", N_ ("a CLIP model") },
  { "text_model.", N_ ("a CLIP model") },
  { "transformer.resblocks.", N_ ("a CLIP model") },
  { "encoder.down_blocks.", N_ ("an image model with diffusers' names") },
  { "decoder.up_blocks.", N_ ("an image model with diffusers' names") },
  { "model.diffusion_model.", N_ ("a diffusion model without code vectors") },
  { "decoder.up.", N_ ("an autoencoder without code vectors") },
  { "first_stage_model.", N_ ("an autoencoder without code vectors") },
  { "transformer.", N_ ("a transformer without its image model") },
};

typedef struct
{
  TlWeights *weights;
  const char *prefix;
} Names;

/* --- looking --- */

static const TlBlob *
find (const Names *names, const char *name)
{
  g_autofree char *full = g_strconcat (names->prefix, name, NULL);

  return tl_weights_lookup (names->weights, full);
}

G_GNUC_PRINTF (2, 3)
static gboolean
has_any (const Names *names, const char *format, ...)
{
  g_autofree char *name = NULL;
  g_autofree char *full = NULL;
  va_list args;

  va_start (args, format);
  name = g_strdup_vprintf (format, args);
  va_end (args);
  full = g_strconcat (names->prefix, name, NULL);

  return tl_weights_has_prefix (names->weights, full);
}

/* The value that most of @values have; among equally many the first. */
static gint64
most_frequent (const gint64 *values, guint n)
{
  gint64 winner = 0;
  guint winner_count = 0;

  for (guint i = 0; i < n; i++)
    {
      guint count = 0;

      for (guint j = 0; j < n; j++)
        count += values[j] == values[i];
      if (count > winner_count)
        {
          winner = values[i];
          winner_count = count;
        }
    }
  return winner;
}

/* 0 if no tensor shows this size. */
static guint
vote (const Names *names, const Vote *votes, guint level)
{
  g_autofree char *number = g_strdup_printf ("%u", level);
  gint64 values[MAX_VOTES];
  guint n = 0;

  for (; votes->name != NULL; votes++)
    {
      g_auto (GStrv) parts = g_strsplit (votes->name, "%u", 2);
      g_autofree char *name = g_strjoinv (number, parts);
      const TlBlob *blob = find (names, name);

      if (blob != NULL && votes->dim < blob->n_dims && blob->shape[votes->dim] > 0
          && blob->shape[votes->dim] <= MAX_SIZE)
        values[n++] = blob->shape[votes->dim];
    }
  return (guint) most_frequent (values, n);
}

/* --- where in the file --- */

static guint
count_landmarks (TlWeights *weights, const char *prefix)
{
  const Names names = { weights, prefix };
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (landmarks); i++)
    n += find (&names, landmarks[i]) != NULL;
  return n;
}

/* More is better. The first stage of a transformer or diffusion checkpoint is the image model; its
 * condition's model, which may be a VQGAN as well, is not. */
static guint
rank_prefix (const char *prefix)
{
  if (prefix[0] == '\0')
    return 4;
  if (strcmp (prefix, "first_stage_model.") == 0)
    return 3;
  if (strstr (prefix, "cond_stage") == NULL)
    return 2;
  return 1;
}

/* (transfer full) (nullable): what stands in front of a landmark in @name */
static char *
dup_prefix (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (landmarks); i++)
    if (g_str_has_suffix (name, landmarks[i]))
      {
        gsize length = strlen (name) - strlen (landmarks[i]);

        if (length == 0 || name[length - 1] == '.')
          return g_strndup (name, length);
      }
  return NULL;
}

static gboolean
find_prefix (TlWeights *weights, char *prefix, gsize size)
{
  guint best = 0;

  for (guint i = 0; i < tl_weights_get_n_blobs (weights); i++)
    {
      g_autofree char *candidate = dup_prefix (tl_weights_get_blob (weights, i)->name);

      if (candidate == NULL || strlen (candidate) >= size || rank_prefix (candidate) <= best
          || count_landmarks (weights, candidate) < 3)
        continue;
      best = rank_prefix (candidate);
      g_strlcpy (prefix, candidate, size);
    }
  return best > 0;
}

static gboolean
say_what_it_is (TlWeights *weights, GError **error)
{
  guint n = tl_weights_get_n_blobs (weights);
  g_autofree char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (strangers) && found == NULL; i++)
    if (tl_weights_has_prefix (weights, strangers[i].prefix))
      found = g_strdup (_ (strangers[i].what));
  if (found == NULL)
    found = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u tensor, the first is “%s”",
                                          "%u tensors, the first is “%s”", n),
                             n, tl_weights_get_blob (weights, 0)->name);

  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("This file holds no image model Tiller knows (found: %s)"), found);
}

/* --- the sizes --- */

static gboolean
read_codes (TlVqganConfig *config, const Names *names, GError **error)
{
  gboolean is_gumbel = has_any (names, "quantize.embed.") || has_any (names, "quantize.proj.");
  const TlBlob *moments = find (names, "encoder.conv_out.bias");

  config->is_gumbel = is_gumbel;
  config->n_codes = vote (names, n_codes_votes, 0);
  config->e_dim = vote (names, e_dim_votes, 0);
  config->z_channels = vote (names, z_channels_votes, 0);

  if (config->n_codes > 0 && config->e_dim > 0 && config->z_channels > 0)
    return TRUE;
  /* AutoencoderKL's encoder ends in mean and variance of each channel: not a file that lost its
   * codebook. */
  if (moments == NULL || moments->n_dims != 1 || moments->shape[0] == 2 * config->z_channels)
    return say_what_it_is (names->weights, error);
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s%s” is missing from this file"),
                       names->prefix, "quantize.embedding.weight");
}

static gboolean
read_levels (TlVqganConfig *config, const Names *names, GError **error)
{
  guint n = 0;

  config->ch = vote (names, ch_votes, 0);
  while (has_any (names, "encoder.down.%u.block.", n) || has_any (names, "decoder.up.%u.block.", n))
    n++;
  if (config->ch == 0 || n == 0 || n > TL_VQGAN_MAX_LEVELS)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("The image model in this file has %u levels, Tiller knows 1 to %d"), n,
                         TL_VQGAN_MAX_LEVELS);

  for (guint i = 0; i < n; i++)
    {
      guint width = vote (names, level_votes, i);

      if (width == 0 || width % config->ch != 0)
        return tl_error_set (error, TL_ERROR_FORMAT,
                             _ ("Level %u of the image model in this file is %u wide, which is no "
                                "multiple of %u"),
                             i, width, config->ch);
      config->ch_mult[i] = width / config->ch;
      config->has_attention[i] =
        has_any (names, "encoder.down.%u.attn.", i) || has_any (names, "decoder.up.%u.attn.", i);
    }
  config->n_levels = n;
  config->downscale = 1u << (n - 1);
  return TRUE;
}

static gboolean
read_blocks (TlVqganConfig *config, const Names *names, GError **error)
{
  guint n = 0;

  /* The decoder has one block more on each level. */
  while (n <= MAX_BLOCKS
         && (has_any (names, "encoder.down.0.block.%u.", n)
             || has_any (names, "decoder.up.0.block.%u.", n + 1)))
    n++;
  if (n > MAX_BLOCKS)
    return tl_error_set (
      error, TL_ERROR_FORMAT,
      _ ("The image model in this file has more than %d blocks on a level, which "
         "Tiller does not know"),
      MAX_BLOCKS);

  config->n_res_blocks = n;
  config->has_mid_attention =
    has_any (names, "encoder.mid.attn_1.") || has_any (names, "decoder.mid.attn_1.");
  config->has_resample_conv = config->n_levels == 1 || has_any (names, "encoder.down.0.downsample.")
                              || has_any (names, "decoder.up.1.upsample.");
  return TRUE;
}

/* --- the one size that shapes do not show --- */

static gboolean
groups_fit (const TlVqganConfig *config, guint n_groups)
{
  gboolean fit = n_groups > 0 && config->ch % n_groups == 0;

  for (guint i = 0; fit && i < config->n_levels; i++)
    fit = config->ch * config->ch_mult[i] % n_groups == 0;
  return fit;
}

/* A .yaml that contradicts the shapes loses. */
static gboolean
groups_from_yaml (const TlVqganConfig *config, TlWeights *weights, guint *n_groups)
{
  const char *path = tl_weights_get_path (weights);
  gboolean is_part = strcmp (config->prefix, "first_stage_model.") == 0;
  g_autofree char *text = NULL;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    return FALSE;
  text = tl_yaml_dup_beside (path);

  return text != NULL
         && tl_yaml_lookup_uint (text, is_part ? "first_stage_config" : "", "norm_groups",
                                 n_groups);
}

static gboolean
read_groups (TlVqganConfig *config, TlWeights *weights, GError **error)
{
  const char *metadata = tl_weights_get_metadata (weights, "norm_groups");
  guint64 stated = DEFAULT_GROUPS;
  guint beside;

  if (metadata != NULL && !g_ascii_string_to_unsigned (metadata, 10, 1, MAX_SIZE, &stated, NULL))
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“norm_groups” is “%s” in this file"),
                         metadata);
  config->n_groups = (guint) stated;
  if (metadata == NULL && groups_from_yaml (config, weights, &beside)
      && groups_fit (config, beside))
    config->n_groups = beside;

  if (!groups_fit (config, config->n_groups))
    return tl_error_set (
      error, TL_ERROR_FORMAT,
      _ ("The image model in this file is %u wide, which cannot be normalised in "
         "%u groups"),
      config->ch, config->n_groups);
  return TRUE;
}

gboolean
tl_vqgan_config_infer (TlVqganConfig *config, TlWeights *weights, GError **error)
{
  const Names names = { weights, config->prefix };
  guint in_channels;

  *config = (TlVqganConfig){ 0 };
  if (!find_prefix (weights, config->prefix, sizeof config->prefix))
    return say_what_it_is (weights, error);
  if (!read_codes (config, &names, error) || !read_levels (config, &names, error)
      || !read_blocks (config, &names, error))
    return FALSE;

  in_channels = vote (&names, in_channels_votes, 0);
  if (in_channels != 3)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("This file holds no image model Tiller knows (found: a model of "
                            "pictures with %u channels)"),
                         in_channels);
  return read_groups (config, weights, error);
}

/* --- known models --- */

/* configs of the taming-transformers model zoo; attention at 16 x 16 of 256 x 256 is level 4, at 32
 * x 32 level 3 */
static const struct
{
  const char *name;
  TlVqganConfig config;
} presets[] = {
  { "imagenet-f16-16384",
    { .n_codes = 16384,
      .e_dim = 256,
      .z_channels = 256,
      .ch = 128,
      .ch_mult = { 1, 1, 2, 2, 4 },
      .n_levels = 5,
      .n_res_blocks = 2,
      .has_attention = { [4] = TRUE } } },
  { "imagenet-f16-1024",
    { .n_codes = 1024,
      .e_dim = 256,
      .z_channels = 256,
      .ch = 128,
      .ch_mult = { 1, 1, 2, 2, 4 },
      .n_levels = 5,
      .n_res_blocks = 2,
      .has_attention = { [4] = TRUE } } },
  { "gumbel-f8-8192",
    { .is_gumbel = TRUE,
      .n_codes = 8192,
      .e_dim = 256,
      .z_channels = 256,
      .ch = 128,
      .ch_mult = { 1, 1, 2, 4 },
      .n_levels = 4,
      .n_res_blocks = 2,
      .has_attention = { [3] = TRUE } } },
};

gboolean
tl_vqgan_config_preset (TlVqganConfig *config, const char *name, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      if (strcmp (presets[i].name, name) != 0)
        continue;
      *config = presets[i].config;
      config->has_mid_attention = TRUE;
      config->has_resample_conv = TRUE;
      config->n_groups = DEFAULT_GROUPS;
      config->downscale = 1u << (config->n_levels - 1);
      return TRUE;
    }
  return tl_error_set (error, TL_ERROR_MISSING, _ ("There is no image model named “%s”"), name);
}
