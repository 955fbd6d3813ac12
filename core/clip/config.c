/* config.c - the sizes of a CLIP, read off the shapes of its tensors
 *
 * As openai/CLIP clip/model.py, build_model() does, in OpenAI's names; heads are 64 wide unless a
 * file beside the model says otherwise.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/clip.h"

#include "core/base/error.h"
#include "core/clip/config-file.h"
#include "core/clip/names.h"
#include "core/clip/resnet.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define HEAD_WIDTH 64
#define MAX_SIZE 65536
#define MAX_VOCABULARY (1 << 20)
#define MAX_LAYERS 1024
#define MAX_RESOLUTION 4096

/* How much wider than its first block the ResNet is at its end */
#define RESNET_EXPANSION 32

static const TlClipConfig defaults = { .quick_gelu = TRUE,
                                       .mean = TL_CLIP_MEAN,
                                       .deviation = TL_CLIP_DEVIATION };

/* --- presets (openai/CLIP's published models) --- */

static const struct
{
  const char *name;
  TlClipConfig config;
} presets[] = {
  { "ViT-B/32",
    { .embed_dim = 512,
      .resolution = 224,
      .width = 768,
      .patch = 32,
      .n_layers = 12,
      .n_heads = 12,
      .text_width = 512,
      .text_heads = 8 } },
  { "ViT-B/16",
    { .embed_dim = 512,
      .resolution = 224,
      .width = 768,
      .patch = 16,
      .n_layers = 12,
      .n_heads = 12,
      .text_width = 512,
      .text_heads = 8 } },
  { "ViT-L/14",
    { .embed_dim = 768,
      .resolution = 224,
      .width = 1024,
      .patch = 14,
      .n_layers = 24,
      .n_heads = 16,
      .text_width = 768,
      .text_heads = 12 } },
  { "RN50",
    { .is_resnet = TRUE,
      .embed_dim = 1024,
      .resolution = 224,
      .width = 64,
      .stages = { 3, 4, 6, 3 },
      .n_heads = 32,
      .text_width = 512,
      .text_heads = 8 } },
};

gboolean
tl_clip_config_preset (TlClipConfig *config, const char *name, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      if (strcmp (presets[i].name, name) != 0)
        continue;

      *config = presets[i].config;
      config->context = 77;
      config->n_tokens = 49408;
      config->text_layers = 12;
      config->quick_gelu = TRUE;
      memcpy (config->mean, defaults.mean, sizeof config->mean);
      memcpy (config->deviation, defaults.deviation, sizeof config->deviation);
      return TRUE;
    }
  return tl_error_set (error, TL_ERROR_MISSING,
                       _ ("There is no CLIP called “%s”; Tiller knows ViT-B/32, ViT-B/16, ViT-L/14 "
                          "and RN50"),
                       name);
}

/* --- shapes --- */

static char *
dup_file_name (const TlClipConfig *config, const char *name)
{
  g_autofree char *mapped = tl_clip_names_map (name, (gpointer) config);

  return g_strconcat (config->prefix, mapped != NULL ? mapped : name, NULL);
}

static gboolean
has (const TlClipConfig *config, TlWeights *weights, const char *name)
{
  g_autofree char *full = dup_file_name (config, name);

  return tl_weights_lookup (weights, full) != NULL;
}

/* How many of "beginning0.", "beginning1.", ... there are */
static guint
count (const TlClipConfig *config, TlWeights *weights, const char *beginning)
{
  guint n = 0;

  for (; n < MAX_LAYERS; n++)
    {
      g_autofree char *name = g_strdup_printf ("%s%u.", beginning, n);
      g_autofree char *full = dup_file_name (config, name);

      if (!tl_weights_has_prefix (weights, full))
        break;
    }
  return n;
}

/* One size of a tensor of @n_dims dimensions. */
static gboolean
get_size (const TlClipConfig *config, TlWeights *weights, const char *name, guint n_dims, guint dim,
          guint *size, GError **error)
{
  g_autofree char *full = dup_file_name (config, name);
  const TlBlob *blob = tl_weights_lookup (weights, full);

  if (blob == NULL)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is missing from this CLIP"), full);
  if (blob->n_dims != n_dims)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("“%s” has %u dimensions in this file, expected %u"), full, blob->n_dims,
                         n_dims);
  if (blob->shape[dim] < 1 || blob->shape[dim] > (dim == 0 ? MAX_VOCABULARY : MAX_SIZE))
    {
      g_autofree char *side = g_strdup_printf ("%" G_GINT64_FORMAT, blob->shape[dim]);

      return tl_error_set (error, TL_ERROR_FORMAT,
                           _ ("“%s” has a side of %s in this file, which cannot be"), full, side);
    }

  *size = (guint) blob->shape[dim];
  return TRUE;
}

/* The side of the square of patches or cells that @name gives a position each, and one to the
 * whole. */
static gboolean
get_grid (const TlClipConfig *config, TlWeights *weights, const char *name, guint *grid,
          GError **error)
{
  guint n;

  if (!get_size (config, weights, name, 2, 0, &n, error))
    return FALSE;

  *grid = (guint) lround (sqrt (n - 1.0));
  if (*grid == 0 || *grid * *grid + 1 != n)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("“%s” has %u positions in this file, which is no square and one more"),
                         name, n);
  return TRUE;
}

/* open_clip's larger ViTs have other heads (its model_configs, "head_width"). */
static guint
get_head_width (guint width)
{
  static const struct
  {
    guint width, head_width;
  } others[] = { { 1280, 80 }, { 1408, 88 }, { 1664, 104 }, { 1792, 112 } };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (others[i].width == width)
      return others[i].head_width;
  return HEAD_WIDTH;
}

static gboolean
check_heads (guint width, guint head_width, guint *n_heads, GError **error)
{
  if (width % head_width != 0)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("A tower of this CLIP is %u wide, which is no multiple of %u"), width,
                         head_width);
  *n_heads = width / head_width;
  return TRUE;
}

/* --- towers --- */

static gboolean
infer_vit (TlClipConfig *config, TlWeights *weights, GError **error)
{
  guint grid;

  if (!get_size (config, weights, "visual.conv1.weight", 4, 0, &config->width, error)
      || !get_size (config, weights, "visual.conv1.weight", 4, 3, &config->patch, error)
      || !get_grid (config, weights, "visual.positional_embedding", &grid, error)
      || !check_heads (config->width, get_head_width (config->width), &config->n_heads, error))
    return FALSE;

  config->resolution = grid * config->patch;
  config->n_layers = count (config, weights, "visual.transformer.resblocks.");
  return TRUE;
}

static gboolean
infer_resnet (TlClipConfig *config, TlWeights *weights, GError **error)
{
  guint grid;

  if (!get_size (config, weights, "visual.layer1.0.conv1.weight", 4, 0, &config->width, error)
      || !get_grid (config, weights, "visual.attnpool.positional_embedding", &grid, error)
      || !check_heads (config->width * RESNET_EXPANSION, HEAD_WIDTH, &config->n_heads, error))
    return FALSE;

  config->resolution = grid * TL_CLIP_RESNET_DOWNSCALE;
  for (guint i = 0; i < G_N_ELEMENTS (config->stages); i++)
    {
      g_autofree char *beginning = g_strdup_printf ("visual.layer%u.", i + 1);

      config->stages[i] = count (config, weights, beginning);
      if (config->stages[i] == 0)
        return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s%s0” is missing from this CLIP"),
                             config->prefix, beginning);
    }
  return TRUE;
}

static gboolean
infer_text (TlClipConfig *config, TlWeights *weights, GError **error)
{
  /* Hugging Face keeps the projection as a linear layer, [out, in]. */
  guint out = config->names == TL_CLIP_HUGGING_FACE ? 0 : 1;

  if (!get_size (config, weights, "token_embedding.weight", 2, 0, &config->n_tokens, error)
      || !get_size (config, weights, "token_embedding.weight", 2, 1, &config->text_width, error)
      || !get_size (config, weights, "positional_embedding", 2, 0, &config->context, error)
      || !get_size (config, weights, "text_projection", 2, out, &config->embed_dim, error))
    return FALSE;

  if (config->context < 3)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("The text tower of this CLIP has no room for a "
                            "word between its marks"));
  config->text_layers = count (config, weights, "transformer.resblocks.");
  return check_heads (config->text_width, HEAD_WIDTH, &config->text_heads, error);
}

/* --- files that are something else --- */

static gboolean
set_not_a_clip (TlWeights *weights, GError **error)
{
  static const struct
  {
    const char *name, *is;
  } others[] = {
    { "quantize.embedding.weight", N_ ("a VQGAN") },
    { "quantize.embed.weight", N_ ("a VQGAN") },
    { "quant_conv.weight", N_ ("an autoencoder of pictures") },
    { "visual.trunk.",
      N_ ("a CLIP whose picture tower is neither a ViT nor a ResNet of OpenAI's") },
    { "text_model.embeddings.token_embedding.weight", N_ ("only the text tower of a CLIP") },
    { "token_embedding.weight", N_ ("only the text tower of a CLIP") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    for (guint j = 0; j < tl_weights_get_n_blobs (weights); j++)
      if (strstr (tl_weights_get_blob (weights, j)->name, others[i].name) != NULL)
        return tl_error_set (error, TL_ERROR_FORMAT,
                             _ ("This file holds no CLIP that Tiller can use; it is %s"),
                             _ (others[i].is));
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("This file holds no CLIP"));
}

/* OpenAI's own files: scripts, or what was saved of one, with the numbers that only those carry. */
static gboolean
is_openai_archive (const TlClipConfig *config, TlWeights *weights)
{
  return config->names == TL_CLIP_OPENAI
         && (tl_weights_get_kind (weights) == TL_WEIGHTS_TORCHSCRIPT
             || has (config, weights, "input_resolution") || has (config, weights, "vocab_size"));
}

gboolean
tl_clip_config_infer (TlClipConfig *config, TlWeights *weights, GError **error)
{
  g_return_val_if_fail (config != NULL && weights != NULL, FALSE);

  *config = defaults;
  if (!tl_clip_names_detect (config, weights))
    return set_not_a_clip (weights, error);

  config->is_resnet = has (config, weights, "visual.layer1.0.conv1.weight");
  if (!infer_text (config, weights, error)
      || !(config->is_resnet ? infer_resnet (config, weights, error)
                             : infer_vit (config, weights, error)))
    return FALSE;
  if (config->resolution > MAX_RESOLUTION)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("This CLIP looks at pictures of %u pixels, which cannot be"),
                         config->resolution);

  /* What lies beside such a file is another's. */
  if (is_openai_archive (config, weights))
    {
      config->activation_by = TL_CLIP_BY_ARCHIVE;
      return TRUE;
    }
  return tl_clip_config_read_file (config, tl_weights_get_path (weights), error);
}
