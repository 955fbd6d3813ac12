/* names.c - what CLIP's tensors are called, and by whom
 *
 * Names are mapped by their beginnings, and inside a transformer's block by the beginning of what
 * follows the block's number. open_clip has OpenAI's names, except where the text tower is an
 * object of its own ("text."). Hugging Face: transformers,
 * models/clip/convert_clip_original_pytorch_to_hf.py.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/names.h"

#include <string.h>

typedef struct
{
  const char *ours, *theirs;
} Name;

/* Tensors that only such a file has; the first that is found decides. */
static const struct
{
  const char *name;
  TlClipNames names;
} anchors[] = {
  { "vision_model.embeddings.patch_embedding.weight", TL_CLIP_HUGGING_FACE },
  { "text.token_embedding.weight", TL_CLIP_OPEN_CLIP },
  { "visual.conv1.weight", TL_CLIP_OPENAI },
};

static const Name open_clip_names[] = {
  { "token_embedding.", "text.token_embedding." },
  { "positional_embedding", "text.positional_embedding" },
  { "transformer.", "text.transformer." },
  { "ln_final.", "text.ln_final." },
  { "text_projection", "text.text_projection" },
};

static const Name hugging_face_names[] = {
  { "visual.conv1.", "vision_model.embeddings.patch_embedding." },
  { "visual.class_embedding", "vision_model.embeddings.class_embedding" },
  { "visual.positional_embedding", "vision_model.embeddings.position_embedding.weight" },
  { "visual.ln_pre.", "vision_model.pre_layrnorm." },
  { "visual.transformer.resblocks.", "vision_model.encoder.layers." },
  { "visual.ln_post.", "vision_model.post_layernorm." },
  { "visual.proj", "visual_projection.weight" },
  { "token_embedding.", "text_model.embeddings.token_embedding." },
  { "positional_embedding", "text_model.embeddings.position_embedding.weight" },
  { "transformer.resblocks.", "text_model.encoder.layers." },
  { "ln_final.", "text_model.final_layer_norm." },
  { "text_projection", "text_projection.weight" },
};

static const Name hugging_face_block_names[] = {
  { "attn.", "self_attn." },   { "ln_1.", "layer_norm1." },   { "ln_2.", "layer_norm2." },
  { "mlp.c_fc.", "mlp.fc1." }, { "mlp.c_proj.", "mlp.fc2." },
};

static const Name *
find_name (const Name *table, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_has_prefix (name, table[i].ours))
      return &table[i];
  return NULL;
}

/* "3.ln_1.weight" -> "3.layer_norm1.weight" */
static char *
map_in_block (const char *rest)
{
  const char *inside = strchr (rest, '.');
  const Name *found = NULL;

  if (inside != NULL)
    found = find_name (hugging_face_block_names, G_N_ELEMENTS (hugging_face_block_names), ++inside);
  if (found == NULL)
    return g_strdup (rest);
  return g_strdup_printf ("%.*s%s%s", (gint) (inside - rest), rest, found->theirs,
                          inside + strlen (found->ours));
}

static char *
map_to_hugging_face (const char *name)
{
  const Name *found = find_name (hugging_face_names, G_N_ELEMENTS (hugging_face_names), name);
  g_autofree char *rest = NULL;

  if (found == NULL)
    return NULL;

  rest = map_in_block (name + strlen (found->ours));
  return g_strconcat (found->theirs, rest, NULL);
}

static char *
map_to_open_clip (const char *name)
{
  const Name *found = find_name (open_clip_names, G_N_ELEMENTS (open_clip_names), name);

  if (found == NULL)
    return NULL;
  return g_strconcat (found->theirs, name + strlen (found->ours), NULL);
}

char *
tl_clip_names_map (const char *name, gpointer config)
{
  switch (((const TlClipConfig *) config)->names)
    {
    case TL_CLIP_HUGGING_FACE:
      return map_to_hugging_face (name);
    case TL_CLIP_OPEN_CLIP:
      return map_to_open_clip (name);
    case TL_CLIP_OPENAI:
    default:
      return NULL;
    }
}

/* Whether @name is @anchor behind a prefix that fits into @config and is shorter than @n. */
static gboolean
take_prefix (TlClipConfig *config, const char *name, const char *anchor, gsize *n)
{
  gsize n_prefix = strlen (name) - strlen (anchor);

  if (!g_str_has_suffix (name, anchor) || n_prefix >= *n)
    return FALSE;
  if (n_prefix > 0 && name[n_prefix - 1] != '.')
    return FALSE;

  memcpy (config->prefix, name, n_prefix);
  config->prefix[n_prefix] = '\0';
  *n = n_prefix;
  return TRUE;
}

gboolean
tl_clip_names_detect (TlClipConfig *config, TlWeights *weights)
{
  for (gsize i = 0; i < G_N_ELEMENTS (anchors); i++)
    {
      gsize n_prefix = sizeof config->prefix;
      gboolean is_found = FALSE;

      for (guint j = 0; j < tl_weights_get_n_blobs (weights); j++)
        if (take_prefix (config, tl_weights_get_blob (weights, j)->name, anchors[i].name,
                         &n_prefix))
          is_found = TRUE;

      config->names = anchors[i].names;
      if (is_found)
        return TRUE;
    }
  return FALSE;
}

void
tl_clip_names_ignore_others (const TlClipConfig *config, TlLoader *loader)
{
  /* Numbers that OpenAI's archives carry along, masks and positions that are counted anew, and the
   * temperature of training. */
  static const char *const others[] = {
    "logit_scale",
    "logit_bias",
    "input_resolution",
    "context_length",
    "vocab_size",
    "attn_mask",
    "text.attn_mask",
    "text_model.embeddings.position_ids",
    "vision_model.embeddings.position_ids",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    tl_loader_ignore (loader, others[i]);
}
