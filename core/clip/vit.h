/* vit.h - CLIP's picture tower, a vision transformer
 *
 * openai/CLIP clip/model.py, VisionTransformer. Only for clip.c. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/transformer.h"

G_BEGIN_DECLS

typedef struct
{
  guint patch_size;
  TlTensor *patch;    /* [width, 3 patch patch]: conv1 as a matrix */
  TlTensor *class_;   /* [1, 1, width] */
  TlTensor *position; /* [1 + patches, 1, width] */
  TlNorm ln_pre;
  TlClipTransformer transformer;
  TlNorm ln_post;
  TlLinear proj; /* [embed_dim, width], no bias */
} TlClipVit;

void tl_clip_vit_load (TlClipVit *self, TlClipLoad *load);
void tl_clip_vit_clear (TlClipVit *self);

/* x: [n, 3, resolution, resolution], centred, of the model's dtype; chosen: (nullable): [k, n]
 * int64, the patches to look at -> [n, embed_dim] */
TlTensor *tl_clip_vit_forward (TlScope *s, const TlClipVit *self, TlTensor *x, TlTensor *chosen);

/* As above, before the last norm: what the first @n_blocks blocks made of the patches, [patches, n,
 * width] */
TlTensor *tl_clip_vit_forward_patches (TlScope *s, const TlClipVit *self, TlTensor *x,
                                       guint n_blocks);

G_END_DECLS
