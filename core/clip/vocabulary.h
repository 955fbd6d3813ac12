/* vocabulary.h - the tokens of a model and the merges that build them
 *
 * A token is a string over 256 characters that stand for bytes (GPT-2's alphabet), with "</w>" at
 * the end of those that end a word. Only for tokenizer.c, its tests and its fuzzer. Immutable: any
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The merge of a pair of tokens; the lowest rank goes first. */
typedef struct
{
  guint64 pair; /* left << 32 | right */
  guint32 rank;
  guint32 merged;
} TlMerge;

typedef struct
{
  guint n_tokens;
  const char **tokens;     /* by id */
  guint32 bytes[256];      /* the token of a byte inside a word */
  guint32 last_bytes[256]; /* and at its end */
  guint32 start, end;      /* the two marks; the end's id is the largest */

  TlMerge *merges;
  /* Trees: of a stranger's tokens thousands may share a hash. */
  GTree *by_pair; /* of pointers to the pairs in @merges */
  GTree *ids;     /* token -> id + 1 */
  GStringChunk *strings;
} TlVocabulary;

/**
 * tl_vocabulary_open:
 *
 * The paths and @n_tokens of tl_tokenizer_open(). A file is read to the end only if it is of a
 * sensible size, packed or unpacked.
 */
TlVocabulary *tl_vocabulary_open (const char *path, guint n_tokens, GError **error);

/* OpenAI's file, unpacked: a headline, then a merge a line. The order of lines gives the ids. */
TlVocabulary *tl_vocabulary_new_from_merges (const char *text, gsize n, guint n_tokens,
                                             GError **error);

/* Hugging Face's pair: ids from @json, an object {token: id}. */
TlVocabulary *tl_vocabulary_new_from_json (const char *json, gsize n_json, const char *merges,
                                           gsize n_merges, guint n_tokens, GError **error);

void tl_vocabulary_free (TlVocabulary *self);

/* (nullable): NULL where the two are never joined */
const TlMerge *tl_vocabulary_get_merge (const TlVocabulary *self, guint32 left, guint32 right);

/* The bytes that a token spells, "</w>" included; marks spell themselves. */
void tl_vocabulary_append_bytes (const TlVocabulary *self, guint32 id, GString *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlVocabulary, tl_vocabulary_free)

G_END_DECLS
