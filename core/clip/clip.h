/* clip.h - CLIP: pictures and words in one space
 *
 * OpenAI's CLIP (Radford et al., "Learning Transferable Visual Models From Natural Language
 * Supervision", 2021) with either image tower, in OpenAI's, open_clip's or Hugging Face's names.
 * All sizes come from the tensors' shapes; what those do not say, from a file beside the model.
 * Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/tokenizer.h"
#include "core/torch/layer.h"

G_BEGIN_DECLS

typedef struct _TlClip TlClip;

typedef enum
{
  TL_CLIP_OPENAI,
  TL_CLIP_OPEN_CLIP,
  TL_CLIP_HUGGING_FACE,
} TlClipNames;

/* What says which activation a CLIP was trained with: its tensors look the same with either. */
typedef enum
{
  TL_CLIP_ASSUMED,   /* nothing does */
  TL_CLIP_BY_NAME,   /* the file's */
  TL_CLIP_BY_JSON,   /* beside it */
  TL_CLIP_BY_ARCHIVE /* it is one of OpenAI's own */
} TlClipEvidence;

typedef struct
{
  TlClipNames names;
  gboolean is_resnet;
  guint embed_dim;
  guint resolution; /* side of the pictures it looks at */
  guint width;      /* of the image tower */
  guint patch;      /* ViT */
  guint n_layers;   /* ViT */
  guint stages[4];  /* ResNet: blocks of each stage */
  guint n_heads;    /* of the image tower */
  guint context;    /* tokens of a row */
  guint n_tokens;   /* vocabulary */
  guint text_width, text_heads, text_layers;
  gboolean quick_gelu; /* else GELU */
  TlClipEvidence activation_by;
  gfloat mean[3], deviation[3]; /* of the pictures it learnt from */
  char prefix[64];
} TlClipConfig;

/* OpenAI's pictures (openai/CLIP clip/clip.py, _transform()), by which most others go. */
#define TL_CLIP_MEAN                                                                               \
  {                                                                                                \
    0.48145466f, 0.4578275f, 0.40821073f                                                           \
  }
#define TL_CLIP_DEVIATION                                                                          \
  {                                                                                                \
    0.26862954f, 0.26130258f, 0.27577711f                                                          \
  }

gboolean tl_clip_config_infer (TlClipConfig *config, TlWeights *weights, GError **error);

/* "ViT-B/32", "ViT-B/16", "ViT-L/14", "RN50". TL_ERROR_MISSING for others. */
gboolean tl_clip_config_preset (TlClipConfig *config, const char *name, GError **error);

/* @weights NULL: random weights for benchmarks. */
TlClip *tl_clip_load (const TlClipConfig *config, TlWeights *weights, TlDtype dtype,
                      TlDevice device, GError **error);

/* As tl_clip_load(), from a loader that answers OpenAI's names: for training. */
TlClip *tl_clip_load_with (const TlClipConfig *config, TlLoader *loader, TlDtype dtype,
                           TlDevice device, GError **error);
void tl_clip_free (TlClip *self);

const TlClipConfig *tl_clip_get_config (TlClip *self);

/* pictures: [n, 3, resolution, resolution] in [0, 1]; mean and standard deviation are taken off
 * inside -> [n, embed_dim] float32, not normalised */
TlTensor *tl_clip_encode_image (TlScope *s, TlClip *self, TlTensor *pictures);

/* As tl_clip_encode_image(), seeing only some patches of each picture: a ViT trains faster so (Li
 * et al. 2023, arXiv:2212.00794). patches: (nullable): [k, n] int64, numbers of patches in reading
 * order, NULL: all; a ResNet always sees all. */
TlTensor *tl_clip_encode_patches (TlScope *s, TlClip *self, TlTensor *pictures, TlTensor *patches);

/* Blocks of the image tower: of a ViT's transformer, or of all of a ResNet's stages. */
guint tl_clip_get_n_blocks (TlClip *self);

/* What the first @n_blocks of them make of each place of a picture: [places, n, width] float32, by
 * which pictures can be compared place by place. Places are a ViT's patches or a ResNet's cells. */
TlTensor *tl_clip_encode_grid (TlScope *s, TlClip *self, TlTensor *pictures, guint n_blocks);

/* ids: [n, context] int64, or fewer columns if no text is longer -> [n, embed_dim] float32, not
 * normalised */
TlTensor *tl_clip_encode_text (TlScope *s, TlClip *self, TlTensor *ids);

/* One text through @tokenizer: [1, embed_dim] float32, not normalised. */
TlTensor *tl_clip_encode_words (TlScope *s, TlClip *self, TlTokenizer *tokenizer, const char *text);

/* A text without a word in it, which takes no vocabulary: [1, embed_dim] float32, not normalised.
 */
TlTensor *tl_clip_encode_silence (TlScope *s, TlClip *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlClip, tl_clip_free)

G_END_DECLS
