/* score.h - how well a picture fits words, the way a judge sees it
 *
 * Similarity is the cosine of CLIP's embeddings of the whole picture (CLIP's own resize and centre
 * crop) and of the text. Not the cutouts that steer, and not their loss. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/session/frame.h"

G_BEGIN_DECLS

/* The whole picture's embedding: [1, embed_dim], of length 1. */
TlTensor *tl_score_embed_picture (TlScope *s, TlClip *clip, TlFrame *picture);

/* The text's embedding: [1, embed_dim], of length 1. */
TlTensor *tl_score_embed_text (TlScope *s, TlClip *clip, TlTokenizer *tokenizer, const char *text);

/* (transfer full): picture @index of a table, or NULL with an error */
typedef TlFrame *(*TlScorePictureFunc) (guint index, gconstpointer data, GError **error);

/**
 * tl_score_table:
 * @load: called for each picture in turn, which is let go before the next
 * @similarities: (out caller-allocates): n_texts rows of n_pictures cosines, -1 … 1
 *
 * Similarities of every text with every picture.
 */
gboolean tl_score_table (TlClip *clip, TlTokenizer *tokenizer, const char *const *texts,
                         guint n_texts, TlScorePictureFunc load, gconstpointer data,
                         guint n_pictures, gdouble *similarities, GCancellable *cancellable,
                         GError **error);

G_END_DECLS
