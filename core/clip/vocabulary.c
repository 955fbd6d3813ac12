/* vocabulary.c - the tokens of a model and the merges that build them
 *
 * Rules of openai/CLIP clip/simple_tokenizer.py: tokens are known by their strings, and where a
 * file says one thing twice the later line counts. Whatever the file, a vocabulary that was made
 * can spell every byte, so encoding cannot fail.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/vocabulary.h"

#include "core/base/error.h"
#include "core/weights/bytes.h"
#include "core/weights/header.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define N_BYTES 256
/* OpenAI's file has five times the merges that its reader takes (clip/simple_tokenizer.py). */
#define OPENAI_TOKENS 49408
#define N_BYTE_TOKENS (2 * N_BYTES)
#define N_MARKS 2
#define MAX_TOKENS (1u << 20)

#define WORD_END "</w>"
#define START_MARK "<|startoftext|>"
#define END_MARK "<|endoftext|>"

/* One line of a merges file. */
typedef struct
{
  const char *left, *right;
  gsize n_left, n_right;
} Line;

/* --- the alphabet of bytes (openai/CLIP bytes_to_unicode) --- */

/* Bytes that stand for themselves are 33-126, 161-172 and 174-255; the others are moved past 255.
 */
static gunichar
byte_to_char (guint byte)
{
  if (byte < 33)
    return N_BYTES + byte;
  if (byte >= 127 && byte < 161)
    return N_BYTES + 33 + byte - 127;
  return byte == 173 ? N_BYTES + 67 : byte;
}

/* -1 for a character that is not of the alphabet. */
static gint
char_to_byte (gunichar c)
{
  if (c < N_BYTES)
    return byte_to_char (c) == c ? (gint) c : -1;
  if (c < N_BYTES + 33)
    return (gint) c - N_BYTES;
  if (c < N_BYTES + 67)
    return (gint) c - N_BYTES - 33 + 127;
  return c == N_BYTES + 67 ? 173 : -1;
}

static gboolean
is_of_alphabet (const char *text, gsize n)
{
  for (const char *p = text; p < text + n; p = g_utf8_next_char (p))
    if (char_to_byte (g_utf8_get_char (p)) < 0)
      return FALSE;
  return n > 0;
}

/* --- making --- */

static gint
compare_pairs (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return (x > y) - (x < y);
}

static TlVocabulary *
vocabulary_new (void)
{
  TlVocabulary *self = g_new0 (TlVocabulary, 1);

  self->strings = g_string_chunk_new (64 * 1024);
  self->ids = tl_bytes_table_new (NULL, NULL);
  self->by_pair = g_tree_new (compare_pairs);
  return self;
}

/* @token is in @strings. */
static void
insert_token (TlVocabulary *self, const char *token, guint32 id)
{
  self->tokens[id] = token;
  g_tree_replace (self->ids, (gpointer) token, GUINT_TO_POINTER (id + 1));
}

static void
add_token (TlVocabulary *self, const char *token, gsize n, guint32 id)
{
  insert_token (self, g_string_chunk_insert_len (self->strings, token, (gssize) n), id);
}

static gboolean
find_token (TlVocabulary *self, const char *token, guint32 *id)
{
  guint found = GPOINTER_TO_UINT (g_tree_lookup (self->ids, token));

  *id = found - 1;
  return found > 0;
}

/* The tokens of bytes in OpenAI's order: those that stand for themselves, then the others; then all
 * of them again, ending a word. */
static void
add_byte_tokens (TlVocabulary *self)
{
  guint32 id = 0;

  for (guint moved = 0; moved < 2; moved++)
    for (guint byte = 0; byte < N_BYTES; byte++)
      {
        gunichar c = byte_to_char (byte);
        char token[16];
        gint n;

        if ((c >= N_BYTES) != moved)
          continue;
        n = g_unichar_to_utf8 (c, token);
        add_token (self, token, (gsize) n, id);
        memcpy (token + n, WORD_END, sizeof WORD_END);
        add_token (self, token, (gsize) n + strlen (WORD_END), N_BYTES + id);
        id++;
      }
}

static gboolean
find_byte_tokens (TlVocabulary *self, GError **error)
{
  for (guint byte = 0; byte < N_BYTES; byte++)
    {
      char token[16];
      gint n = g_unichar_to_utf8 (byte_to_char (byte), token);

      token[n] = '\0';
      if (!find_token (self, token, &self->bytes[byte]))
        return tl_error_set (error, TL_ERROR_FORMAT,
                             _ ("This vocabulary lacks the word piece “%s”"), token);
      memcpy (token + n, WORD_END, sizeof WORD_END);
      if (!find_token (self, token, &self->last_bytes[byte]))
        return tl_error_set (error, TL_ERROR_FORMAT,
                             _ ("This vocabulary lacks the word piece “%s”"), token);
    }
  return TRUE;
}

/* The text tower looks for the end of a text where the largest id is. */
static gboolean
find_marks (TlVocabulary *self, GError **error)
{
  if (!find_token (self, START_MARK, &self->start) || !find_token (self, END_MARK, &self->end))
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("This vocabulary lacks the marks %s and %s of CLIP"), START_MARK,
                         END_MARK);
  if (self->end != self->n_tokens - 1)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("%s is not the last word of this vocabulary"),
                         END_MARK);
  return TRUE;
}

static gboolean
check_n_tokens (guint64 found, guint wanted, GError **error)
{
  if (found > MAX_TOKENS)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("This vocabulary has more than %u word pieces"),
                         MAX_TOKENS);
  if (wanted != 0 && found != wanted)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("This vocabulary has %u word pieces, the model needs %u"),
                         (guint) found, wanted);
  return TRUE;
}

/* --- merges --- */

/* The text after the headline, which OpenAI's reader skips unseen, without empty lines at its end.
 */
static const char *
find_body (const char *text, const char **end)
{
  const char *body = memchr (text, '\n', (gsize) (*end - text));

  body = body == NULL ? *end : body + 1;
  while (*end > body && g_ascii_isspace ((*end)[-1]))
    (*end)--;
  return body;
}

static guint
count_lines (const char *body, const char *end)
{
  guint n = body < end;

  for (const char *p = body; n <= MAX_TOKENS && (p = memchr (p, '\n', (gsize) (end - p))) != NULL;
       p++)
    n++;
  return n;
}

/* The word that begins at or after *@p on this line. */
static gsize
split_word (const char **p, const char *end, const char **word)
{
  while (*p < end && strchr (" \t\r", **p) != NULL)
    (*p)++;
  *word = *p;
  while (*p < end && strchr (" \t\r", **p) == NULL)
    (*p)++;
  return (gsize) (*p - *word);
}

static gboolean
parse_line (const char *p, const char *end, guint number, Line *line, GError **error)
{
  const char *rest;

  line->n_left = split_word (&p, end, &line->left);
  line->n_right = split_word (&p, end, &line->right);
  if (split_word (&p, end, &rest) == 0 && is_of_alphabet (line->left, line->n_left)
      && is_of_alphabet (line->right, line->n_right))
    return TRUE;

  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("Line %u of this vocabulary is not a pair of word pieces"), number);
}

/* (transfer full) (nullable): @n lines from @body on */
static Line *
parse_lines (const char *body, const char *end, guint n, GError **error)
{
  g_autofree Line *lines = g_new (Line, n + 1);
  const char *p = body;

  for (guint i = 0; i < n; i++)
    {
      const char *line_end = memchr (p, '\n', (gsize) (end - p));

      line_end = line_end != NULL ? line_end : end;
      if (!parse_line (p, line_end, i + 2, &lines[i], error))
        return NULL;
      p = line_end + 1;
    }
  return g_steal_pointer (&lines);
}

static void
join (const Line *line, GString *token)
{
  g_string_truncate (token, 0);
  g_string_append_len (token, line->left, (gssize) line->n_left);
  g_string_append_len (token, line->right, (gssize) line->n_right);
}

static gboolean
find_part (TlVocabulary *self, const char *part, gsize n, guint32 *id, GString *buffer)
{
  g_string_truncate (buffer, 0);
  g_string_append_len (buffer, part, (gssize) n);
  return find_token (self, buffer->str, id);
}

/* Needs all tokens. */
static gboolean
add_merges (TlVocabulary *self, const Line *lines, guint n, GError **error)
{
  g_autoptr (GString) buffer = g_string_new (NULL);

  self->merges = g_new (TlMerge, n + 1);
  for (guint i = 0; i < n; i++)
    {
      TlMerge *merge = &self->merges[i];
      guint32 left, right;
      gboolean is_known = find_part (self, lines[i].left, lines[i].n_left, &left, buffer)
                          && find_part (self, lines[i].right, lines[i].n_right, &right, buffer);

      join (&lines[i], buffer);
      if (!is_known || !find_token (self, buffer->str, &merge->merged))
        return tl_error_set (error, TL_ERROR_FORMAT,
                             _ ("Line %u of this vocabulary joins a word piece that it lacks"),
                             i + 2);
      merge->pair = (guint64) left << 32 | right;
      merge->rank = i;
      g_tree_replace (self->by_pair, &merge->pair, merge);
    }
  return TRUE;
}

static gboolean
check_text (const char *text, gsize n, GError **error)
{
  if (!g_utf8_validate_len (text, n, NULL))
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("This vocabulary is not a text"));
  return TRUE;
}

TlVocabulary *
tl_vocabulary_new_from_merges (const char *text, gsize n, guint n_tokens, GError **error)
{
  g_autoptr (TlVocabulary) self = vocabulary_new ();
  g_autoptr (GString) buffer = g_string_new (NULL);
  g_autofree Line *lines = NULL;
  const char *end = text + n;
  const char *body;
  guint n_merges, wanted;

  if (!check_text (text, n, error))
    return NULL;

  body = find_body (text, &end);
  n_merges = count_lines (body, end);
  wanted = n_tokens > 0 ? n_tokens : OPENAI_TOKENS;
  if (wanted >= N_BYTE_TOKENS + N_MARKS)
    n_merges = MIN (n_merges, wanted - N_BYTE_TOKENS - N_MARKS);
  if (!check_n_tokens (N_BYTE_TOKENS + (guint64) n_merges + N_MARKS, n_tokens, error))
    return NULL;

  lines = parse_lines (body, end, n_merges, error);
  if (lines == NULL)
    return NULL;

  self->n_tokens = N_BYTE_TOKENS + n_merges + N_MARKS;
  self->tokens = g_new0 (const char *, self->n_tokens);
  add_byte_tokens (self);
  for (guint i = 0; i < n_merges; i++)
    {
      join (&lines[i], buffer);
      add_token (self, buffer->str, buffer->len, N_BYTE_TOKENS + i);
    }
  add_token (self, START_MARK, strlen (START_MARK), self->n_tokens - 2);
  add_token (self, END_MARK, strlen (END_MARK), self->n_tokens - 1);

  if (!find_byte_tokens (self, error) || !find_marks (self, error)
      || !add_merges (self, lines, n_merges, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- Hugging Face's vocab.json --- */

/* One member of the object. */
typedef struct
{
  const char *token;
  gint64 id;
} Member;

static gboolean
refuse_member (const char *token, GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("The word piece “%s” of this vocabulary has no number of its own"),
                       token);
}

static gboolean
refuse_json (GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("This vocabulary is not a list of words as JSON"));
}

/* Read as it comes: a general reader has a hash table of its own, which tokens that share a hash
 * keep busy for hours. */
static gboolean
scan_json (TlVocabulary *self, TlHeader *json, GArray *members, GError **error)
{
  g_autoptr (GString) token = g_string_new (NULL);

  if (!tl_header_take (json, '{'))
    return refuse_json (error);
  do
    {
      Member member;

      if (!tl_header_take_string (json, token) || !tl_header_take (json, ':'))
        return refuse_json (error);
      if (!tl_header_take_integer (json, &member.id))
        return refuse_member (token->str, error);
      member.token = g_string_chunk_insert_len (self->strings, token->str, (gssize) token->len);
      g_array_append_val (members, member);
      if (members->len > MAX_TOKENS)
        return check_n_tokens (members->len, 0, error);
    }
  while (tl_header_take (json, ','));

  return (tl_header_take (json, '}') && tl_header_is_at_end (json)) || refuse_json (error);
}

/* Ids must be 0 ... n - 1, each once; and so must tokens. */
static gboolean
add_json_tokens (TlVocabulary *self, GArray *members, GError **error)
{
  for (guint i = 0; i < members->len; i++)
    {
      const Member *member = &g_array_index (members, Member, i);
      guint32 known;

      if (member->id >= self->n_tokens || self->tokens[member->id] != NULL
          || find_token (self, member->token, &known))
        return refuse_member (member->token, error);
      insert_token (self, member->token, (guint32) member->id);
    }
  return TRUE;
}

static gboolean
add_json_merges (TlVocabulary *self, const char *text, gsize n, GError **error)
{
  const char *end = text + n;
  const char *body = find_body (text, &end);
  guint n_merges = count_lines (body, end);
  g_autofree Line *lines = NULL;

  if (!check_n_tokens (n_merges, 0, error))
    return FALSE;

  lines = parse_lines (body, end, n_merges, error);
  return lines != NULL && add_merges (self, lines, n_merges, error);
}

TlVocabulary *
tl_vocabulary_new_from_json (const char *json, gsize n_json, const char *merges, gsize n_merges,
                             guint n_tokens, GError **error)
{
  g_autoptr (TlVocabulary) self = vocabulary_new ();
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));
  TlHeader scanner = { json, n_json, 0 };

  if (!check_text (json, n_json, error) || !check_text (merges, n_merges, error))
    return NULL;
  if (!scan_json (self, &scanner, members, error)
      || !check_n_tokens (members->len, n_tokens, error))
    return NULL;

  self->n_tokens = members->len;
  self->tokens = g_new0 (const char *, self->n_tokens + 1);
  if (!add_json_tokens (self, members, error) || !find_byte_tokens (self, error)
      || !find_marks (self, error) || !add_json_merges (self, merges, n_merges, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- use --- */

void
tl_vocabulary_free (TlVocabulary *self)
{
  g_tree_unref (self->by_pair);
  g_tree_unref (self->ids);
  g_string_chunk_free (self->strings);
  g_free (self->merges);
  g_free (self->tokens);
  g_free (self);
}

const TlMerge *
tl_vocabulary_get_merge (const TlVocabulary *self, guint32 left, guint32 right)
{
  guint64 pair = (guint64) left << 32 | right;

  return g_tree_lookup (self->by_pair, &pair);
}

void
tl_vocabulary_append_bytes (const TlVocabulary *self, guint32 id, GString *bytes)
{
  g_return_if_fail (id < self->n_tokens);

  for (const char *p = self->tokens[id]; *p != '\0'; p = g_utf8_next_char (p))
    {
      gint byte = char_to_byte (g_utf8_get_char (p));

      /* A vocab.json may hold tokens of other characters, which no merge can reach. */
      if (byte >= 0)
        g_string_append_c (bytes, (char) byte);
      else
        g_string_append_unichar (bytes, g_utf8_get_char (p));
    }
}
