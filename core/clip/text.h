/* text.h - CLIP's text tower
 *
 * openai/CLIP clip/model.py, CLIP.encode_text(). Only for clip.c. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/transformer.h"

G_BEGIN_DECLS

typedef struct
{
  TlTensor *token;    /* [n_tokens, width] */
  TlTensor *position; /* [context, 1, width] */
  TlClipTransformer transformer;
  TlNorm ln_final;
  TlLinear projection; /* [embed_dim, width], no bias */
} TlClipText;

void tl_clip_text_load (TlClipText *self, TlClipLoad *load);
void tl_clip_text_clear (TlClipText *self);

/* ids: [n, at most context] int64, on the tower's device -> [n, embed_dim] */
TlTensor *tl_clip_text_forward (TlScope *s, const TlClipText *self, TlTensor *ids);

G_END_DECLS
