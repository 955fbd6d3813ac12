/* tokenizer.h - CLIP's byte-pair encoding
 *
 * OpenAI's tokenizer (openai/CLIP clip/simple_tokenizer.py), token for token, from its vocabulary
 * file (bpe_simple_vocab_16e6.txt.gz, or the same uncompressed), from Hugging Face's vocab.json and
 * merges.txt, or from the starter's merges. Immutable and reference-counted: any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TlTokenizer TlTokenizer;

/**
 * tl_tokenizer_open:
 * @path: a merges file (.txt, .txt.gz), a vocab.json with merges.txt beside it, or the folder of
 *   both
 * @n_tokens: how many tokens the model has (merges beyond are not used, as OpenAI's reader does
 *   with its 262 024 line file), or 0: as many as OpenAI's models have (49408), or all of a smaller
 * file
 *
 * Returns: (transfer full): or NULL with TL_ERROR_FORMAT or TL_ERROR_MISSING
 */
TlTokenizer *tl_tokenizer_open (const char *path, guint n_tokens, GError **error);

/* Every byte is a token: for models with random weights, whose words mean nothing anyway and which
 * need no file. */
TlTokenizer *tl_tokenizer_new_bytes (void);

TlTokenizer *tl_tokenizer_ref (TlTokenizer *self);
void tl_tokenizer_unref (TlTokenizer *self);

guint tl_tokenizer_get_n_tokens (TlTokenizer *self);

/* Whether a model with @n_tokens tokens was trained with this vocabulary, as far as can be told:
 * the bytes' suit every model that has as many. */
gboolean tl_tokenizer_fits (TlTokenizer *self, guint n_tokens);

/* All tokens of @text, without the start and end marks: (element-type guint32) (transfer full). */
GArray *tl_tokenizer_encode (TlTokenizer *self, const char *text);

/**
 * TlTokens:
 * @ids: start mark, the text's tokens, end mark, then zeros: @context of them
 * @n_used: tokens of the text that fit, without the marks
 * @n_total: tokens of the text
 * @cut: byte offset in the text from which words were not used; its length if all were
 */
typedef struct
{
  gint64 *ids;
  guint context;
  guint n_used, n_total;
  gsize cut;
} TlTokens;

/* The row that the text tower takes; what does not fit is cut and reported. */
TlTokens *tl_tokenizer_tokenize (TlTokenizer *self, const char *text, guint context);
void tl_tokens_free (TlTokens *tokens);

/**
 * tl_tokenizer_dup_unknown:
 *
 * The words of @text that no caption of the training had, as far as the vocabulary tells: small
 * ones (the starter's, and all that tiller-train makes) have each word of the captions as one
 * token, and spell every other by parts that mean nothing.
 *
 * Returns: (transfer full): lower case, each once, in the text's order; none for a large vocabulary
 */
GStrv tl_tokenizer_dup_unknown (TlTokenizer *self, const char *text);

/* The text that the tokens spell: (transfer full). */
char *tl_tokenizer_decode (TlTokenizer *self, const guint32 *ids, gsize n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlTokenizer, tl_tokenizer_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlTokens, tl_tokens_free)

G_END_DECLS
