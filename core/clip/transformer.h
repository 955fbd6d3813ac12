/* transformer.h - the transformer that both towers of CLIP are made of
 *
 * openai/CLIP clip/model.py, ResidualAttentionBlock and Transformer. Tensors are [tokens, n, width]
 * as there: in this order the heads of all n can be told apart without moving anything. Only for
 * the files of this folder and core/denoiser. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/load.h"

G_BEGIN_DECLS

/* Queries, keys and values are three layers: cutting them out of one product would cost the
 * backward pass a tensor of zeros for each. */
typedef struct
{
  TlLinear q, k, v, out;
  guint n_heads;
  gboolean is_causal;
} TlClipAttention;

typedef struct
{
  TlNorm ln_1;
  TlClipAttention attention;
  TlNorm ln_2;
  TlLinear fc, proj;
  gboolean quick_gelu; /* its factors are in fc and proj: what is left of it is SiLU */
} TlClipBlock;

typedef struct
{
  TlClipBlock *blocks;
  guint n_blocks;
} TlClipTransformer;

typedef struct
{
  guint width, n_heads, n_blocks;
  gboolean is_causal;
  guint inner; /* width between the layers of an MLP; 0: four times the transformer's */
} TlClipTransformerSizes;

/* "transformer.resblocks.0. ..." for @prefix "transformer." */
void tl_clip_transformer_load (TlClipTransformer *self, TlClipLoad *load,
                               const TlClipTransformerSizes *sizes, const char *prefix);
void tl_clip_transformer_clear (TlClipTransformer *self);

/* x: [tokens, n, width] -> the same */
TlTensor *tl_clip_transformer_forward (TlScope *s, const TlClipTransformer *self, TlTensor *x);

/* x: [tokens, n, width] -> [1, n, width]: as above, the first token's result alone. */
TlTensor *tl_clip_transformer_forward_first (TlScope *s, const TlClipTransformer *self,
                                             TlTensor *x);

/* A TlBlockFunc of one TlClipBlock. */
TlTensor *tl_clip_block_forward (TlScope *s, TlTensor *x, gconstpointer block);

/* As tl_clip_block_forward(), where what each norm gives is multiplied by @factor and moved by
 * @shift, [1, n, width] each: adaptive layer norm (Peebles and Xie 2023, arXiv:2212.09748). */
TlTensor *tl_clip_block_forward_told (TlScope *s, TlTensor *x, const TlClipBlock *block,
                                      TlTensor *factor, TlTensor *shift);

/* queries: [m, n, width], x: [tokens, n, width] -> [m, n, out] */
TlTensor *tl_clip_attention_forward (TlScope *s, const TlClipAttention *self, TlTensor *queries,
                                     TlTensor *x);

/* q, k, v and out as linear layers of their own. */
void tl_clip_attention_load_apart (TlClipAttention *self, TlClipLoad *load,
                                   const char *const *names, gint64 width, gint64 out);
void tl_clip_attention_clear (TlClipAttention *self);

G_END_DECLS
