/* tokenizer.c - CLIP's byte-pair encoding
 *
 * A text is cleaned (clean.c), cut into words by OpenAI's pattern, and each word's bytes are
 * merged, the pair of the lowest rank first. Merging a word takes a microsecond or two, so no words
 * are remembered: a cache would cost the tokenizer its immutability.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/tokenizer.h"

#include "core/clip/clean.h"
#include "core/clip/vocabulary.h"

#include <string.h>

/* OpenAI's, with its \s written as the one kind of space that a clean text has: PCRE and Python
 * disagree about the others. U+0345 matches nothing: Python's caseless sets are asked for every
 * case of a character, and this mark's capital is a letter. */
#define PATTERN                                                                                    \
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|"                                 \
  "\\p{L}+|\\p{N}|[^ \\x{345}\\p{L}\\p{N}]+"

/* A vocabulary of so many tokens at least was made for every text there is. */
#define EVERY_TEXT 8192

#define NEVER G_MAXUINT32       /* rank of a pair that is not merged */
#define STALE (G_MAXUINT32 - 1) /* rank that has to be looked up again */

struct _TlTokenizer
{
  gatomicrefcount n_refs;
  TlVocabulary *vocabulary;
  GRegex *pattern;
  gboolean is_bytes; /* of no model's making */
};

/* A token of a text; while a word is merged, also what the pair with its right neighbour gives. */
typedef struct
{
  guint32 id;
  guint32 rank;
  guint32 merged;
  gsize start; /* byte in the clean text */
} Piece;

/* --- byte pairs --- */

static void
look_up_pairs (const TlVocabulary *vocabulary, Piece *pieces, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const TlMerge *merge = NULL;

      if (pieces[i].rank != STALE)
        continue;
      if (i + 1 < n)
        merge = tl_vocabulary_get_merge (vocabulary, pieces[i].id, pieces[i + 1].id);
      pieces[i].rank = merge != NULL ? merge->rank : NEVER;
      pieces[i].merged = merge != NULL ? merge->merged : 0;
    }
}

static guint32
lowest_rank (const Piece *pieces, guint n)
{
  guint32 lowest = NEVER;

  for (guint i = 0; i < n; i++)
    lowest = MIN (lowest, pieces[i].rank);
  return lowest;
}

/* Every pair of @rank, from the left -> how many pieces are left */
static guint
merge_pairs (Piece *pieces, guint n, guint32 rank)
{
  guint out = 0;

  for (guint i = 0; i < n; i++, out++)
    {
      pieces[out] = pieces[i];
      if (pieces[i].rank != rank)
        continue;

      pieces[out].id = pieces[i].merged;
      pieces[out].rank = STALE;
      if (out > 0)
        pieces[out - 1].rank = STALE;
      i++;
    }
  return out;
}

static void
append_word (const TlVocabulary *vocabulary, GArray *pieces, const char *text, gsize start,
             gsize end)
{
  guint first = pieces->len;
  guint n = (guint) (end - start);
  Piece *word;

  g_array_set_size (pieces, first + n);
  word = &g_array_index (pieces, Piece, first);
  for (guint i = 0; i < n; i++)
    {
      guint8 byte = (guint8) text[start + i];

      word[i].id = i + 1 < n ? vocabulary->bytes[byte] : vocabulary->last_bytes[byte];
      word[i].rank = STALE;
      word[i].start = start + i;
    }

  for (;;)
    {
      guint32 rank;

      look_up_pairs (vocabulary, word, n);
      rank = lowest_rank (word, n);
      if (rank == NEVER)
        break;
      n = merge_pairs (word, n, rank);
    }
  g_array_set_size (pieces, first + n);
}

static gboolean
append_mark (const TlVocabulary *vocabulary, GArray *pieces, const char *text, gsize start,
             gsize end)
{
  const guint32 marks[] = { vocabulary->start, vocabulary->end };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      const char *mark = vocabulary->tokens[marks[i]];
      Piece piece = { .id = marks[i], .start = start };

      if (strlen (mark) != end - start || memcmp (mark, text + start, end - start) != 0)
        continue;
      g_array_append_val (pieces, piece);
      return TRUE;
    }
  return FALSE;
}

/* (element-type Piece) (transfer full) */
static GArray *
encode (TlTokenizer *self, const TlCleanText *clean)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GError) error = NULL;
  gint start, end;

  g_regex_match_full (self->pattern, clean->text, (gssize) clean->n, 0, 0, &match, &error);
  while (error == NULL && g_match_info_fetch_pos (match, 0, &start, &end))
    {
      if (!append_mark (self->vocabulary, pieces, clean->text, (gsize) start, (gsize) end))
        append_word (self->vocabulary, pieces, clean->text, (gsize) start, (gsize) end);
      g_match_info_next (match, &error);
    }

  /* The pattern has nothing that could backtrack past PCRE's limits. */
  g_assert_no_error (error);
  return pieces;
}

/* --- public --- */

/* Takes @vocabulary. */
static TlTokenizer *
tokenizer_new (TlVocabulary *vocabulary)
{
  TlTokenizer *self = g_new0 (TlTokenizer, 1);

  g_atomic_ref_count_init (&self->n_refs);
  self->vocabulary = vocabulary;
  self->pattern = g_regex_new (PATTERN, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
  g_assert (self->pattern != NULL);
  return self;
}

TlTokenizer *
tl_tokenizer_open (const char *path, guint n_tokens, GError **error)
{
  TlVocabulary *vocabulary;

  g_return_val_if_fail (path != NULL, NULL);

  vocabulary = tl_vocabulary_open (path, n_tokens, error);
  return vocabulary != NULL ? tokenizer_new (vocabulary) : NULL;
}

TlTokenizer *
tl_tokenizer_new_bytes (void)
{
  /* A headline and no merge. */
  TlVocabulary *vocabulary = tl_vocabulary_new_from_merges ("\n", 1, 0, NULL);
  TlTokenizer *self;

  g_assert (vocabulary != NULL);
  self = tokenizer_new (vocabulary);
  self->is_bytes = TRUE;
  return self;
}

TlTokenizer *
tl_tokenizer_ref (TlTokenizer *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
tl_tokenizer_unref (TlTokenizer *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;

  g_regex_unref (self->pattern);
  tl_vocabulary_free (self->vocabulary);
  g_free (self);
}

guint
tl_tokenizer_get_n_tokens (TlTokenizer *self)
{
  return self->vocabulary->n_tokens;
}

gboolean
tl_tokenizer_fits (TlTokenizer *self, guint n_tokens)
{
  guint mine = tl_tokenizer_get_n_tokens (self);

  return self->is_bytes ? mine <= n_tokens : mine == n_tokens;
}

GArray *
tl_tokenizer_encode (TlTokenizer *self, const char *text)
{
  g_autoptr (TlCleanText) clean = NULL;
  g_autoptr (GArray) pieces = NULL;
  GArray *ids;

  g_return_val_if_fail (text != NULL, NULL);

  clean = tl_clean_text_new (text);
  pieces = encode (self, clean);
  ids = g_array_sized_new (FALSE, FALSE, sizeof (guint32), pieces->len);
  for (guint i = 0; i < pieces->len; i++)
    g_array_append_val (ids, g_array_index (pieces, Piece, i).id);
  return ids;
}

TlTokens *
tl_tokenizer_tokenize (TlTokenizer *self, const char *text, guint context)
{
  g_autoptr (TlCleanText) clean = NULL;
  g_autoptr (GArray) pieces = NULL;
  TlTokens *tokens;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (context >= 2, NULL);

  clean = tl_clean_text_new (text);
  pieces = encode (self, clean);

  tokens = g_new0 (TlTokens, 1);
  tokens->ids = g_new0 (gint64, context);
  tokens->context = context;
  tokens->n_total = pieces->len;
  tokens->n_used = MIN (pieces->len, context - 2);
  tokens->cut = clean->offsets[clean->n];
  if (tokens->n_used < tokens->n_total)
    tokens->cut = clean->offsets[g_array_index (pieces, Piece, tokens->n_used).start];

  tokens->ids[0] = self->vocabulary->start;
  for (guint i = 0; i < tokens->n_used; i++)
    tokens->ids[i + 1] = g_array_index (pieces, Piece, i).id;
  tokens->ids[tokens->n_used + 1] = self->vocabulary->end;
  return tokens;
}

void
tl_tokens_free (TlTokens *tokens)
{
  g_free (tokens->ids);
  g_free (tokens);
}

/* A single letter is a token in any vocabulary, and a number or a sign is no word. */
static gboolean
is_word (const char *text)
{
  if (g_utf8_strlen (text, -1) < 2)
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isalpha (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static gboolean
is_one_token (TlTokenizer *self, const char *word)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  append_word (self->vocabulary, pieces, word, 0, strlen (word));
  return pieces->len == 1;
}

GStrv
tl_tokenizer_dup_unknown (TlTokenizer *self, const char *text)
{
  g_autoptr (GStrvBuilder) unknown = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (TlCleanText) clean = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  clean = tl_clean_text_new (text);
  if (!self->is_bytes && self->vocabulary->n_tokens < EVERY_TEXT)
    g_regex_match_full (self->pattern, clean->text, (gssize) clean->n, 0, 0, &match, &error);
  while (error == NULL && match != NULL && g_match_info_matches (match))
    {
      char *word = g_match_info_fetch (match, 0);

      if (g_hash_table_add (seen, word) && is_word (word) && !is_one_token (self, word))
        g_strv_builder_add (unknown, word);
      g_match_info_next (match, &error);
    }
  g_assert_no_error (error);
  return g_strv_builder_end (unknown);
}

char *
tl_tokenizer_decode (TlTokenizer *self, const guint32 *ids, gsize n)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  for (gsize i = 0; i < n; i++)
    if (ids[i] < self->vocabulary->n_tokens)
      tl_vocabulary_append_bytes (self->vocabulary, ids[i], bytes);

  text = g_utf8_make_valid (bytes->str, (gssize) bytes->len);
  words = g_strsplit (text, "</w>", -1);
  return g_strjoinv (" ", words);
}
