/* texts.h - the captions of a batch as tokens
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/tokenizer.h"
#include "core/train/feed.h"

G_BEGIN_DECLS

/* Tensors of a scope. */
typedef struct
{
  gint64 n;          /* captions; what follows them are their twins, n or none */
  TlTensor *ids;     /* [n + twins, longest] */
  TlTensor *is_same; /* [n, n + twins]: 1 where two read the same */
} TlTexts;

/* @context: tokens of a text, at most; rows are as long as the longest of them. */
TlTexts tl_texts_read (TlScope *s, TlTokenizer *tokenizer, const TlBatch *batch, guint context,
                       TlDevice device);

G_END_DECLS
