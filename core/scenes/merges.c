/* merges.c - byte-pair merges for the words of the captions
 *
 * Sennrich, Haddow, Birch: "Neural machine translation of rare words with subword units" (2016),
 * over words weighted by the root of how often they come: the rare ones are to become tokens as
 * well. Some hundred words of few letters need no index; pairs are counted anew for each merge.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/merges.h"

#include <math.h>
#include <string.h>

#define WORD_END "</w>"
/* Weights are whole numbers, so that sums do not depend on their order. */
#define WEIGHT_UNIT 1000

struct _TlWordCounts
{
  GHashTable *counts; /* word -> count */
};

/* A word on its way from letters to one token. */
typedef struct
{
  GPtrArray *symbols; /* owned strings */
  guint64 weight;
} Word;

TlWordCounts *
tl_word_counts_new (void)
{
  TlWordCounts *self = g_new (TlWordCounts, 1);

  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
tl_word_counts_free (TlWordCounts *self)
{
  g_hash_table_unref (self->counts);
  g_free (self);
}

void
tl_word_counts_add (TlWordCounts *self, const char *caption)
{
  const char *p = caption;

  while (*p != '\0')
    {
      const char *start = p;
      char *word;
      guint count;

      while (g_ascii_islower (*p))
        p++;
      if (p == start)
        {
          p++;
          continue;
        }
      word = g_strndup (start, (gsize) (p - start));
      count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, word));
      g_hash_table_replace (self->counts, word, GUINT_TO_POINTER (count + 1));
    }
}

guint
tl_word_counts_get_size (TlWordCounts *self)
{
  return g_hash_table_size (self->counts);
}

static void
word_free (gpointer data)
{
  Word *word = data;

  g_ptr_array_unref (word->symbols);
  g_free (word);
}

/* Its letters, the last of them marked as the end. */
static Word *
word_new (const char *text, guint count)
{
  Word *word = g_new (Word, 1);

  word->symbols = g_ptr_array_new_with_free_func (g_free);
  word->weight = (guint64) (WEIGHT_UNIT * sqrt (count));
  for (const char *p = text; *p != '\0'; p++)
    g_ptr_array_add (word->symbols, g_strdup_printf ("%c%s", *p, p[1] == '\0' ? WORD_END : ""));
  return word;
}

static GPtrArray *
split_words (TlWordCounts *self)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (word_free);
  GHashTableIter iter;
  gpointer text, count;

  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &text, &count))
    g_ptr_array_add (words, word_new (text, GPOINTER_TO_UINT (count)));
  return words;
}

/* "left right" -> weight */
static GHashTable *
count_pairs (GPtrArray *words)
{
  GHashTable *pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < words->len; i++)
    {
      const Word *word = words->pdata[i];

      for (guint j = 0; j + 1 < word->symbols->len; j++)
        {
          char *pair =
            g_strconcat (word->symbols->pdata[j], " ", word->symbols->pdata[j + 1], NULL);
          guint64 *weight = g_hash_table_lookup (pairs, pair);

          if (weight == NULL)
            {
              weight = g_new0 (guint64, 1);
              g_hash_table_insert (pairs, pair, weight);
            }
          else
            g_free (pair);
          *weight += word->weight;
        }
    }
  return pairs;
}

/* (nullable): the heaviest; the last in the alphabet among equals, so that the order of a hash
 * table does not matter */
static char *
find_heaviest (GPtrArray *words)
{
  g_autoptr (GHashTable) pairs = count_pairs (words);
  const char *best = NULL;
  guint64 most = 0;
  GHashTableIter iter;
  gpointer pair, weight;

  g_hash_table_iter_init (&iter, pairs);
  while (g_hash_table_iter_next (&iter, &pair, &weight))
    {
      guint64 w = *(const guint64 *) weight;

      if (best == NULL || w > most || (w == most && strcmp (pair, best) > 0))
        {
          best = pair;
          most = w;
        }
    }
  return g_strdup (best);
}

static void
merge_in_word (Word *word, const char *left, const char *right)
{
  for (guint i = 0; i + 1 < word->symbols->len; i++)
    if (strcmp (word->symbols->pdata[i], left) == 0
        && strcmp (word->symbols->pdata[i + 1], right) == 0)
      {
        g_free (word->symbols->pdata[i]);
        word->symbols->pdata[i] = g_strconcat (left, right, NULL);
        g_ptr_array_remove_index (word->symbols, i + 1);
      }
}

char *
tl_word_counts_dup_merges (TlWordCounts *self, guint max_merges, guint *n_merges)
{
  g_autoptr (GPtrArray) words = split_words (self);
  g_autoptr (GString) text = g_string_new ("#version: 0.2\n");
  guint n = 0;

  for (; n < max_merges; n++)
    {
      g_autofree char *pair = find_heaviest (words);
      g_auto (GStrv) halves = NULL;

      if (pair == NULL)
        break;
      g_string_append_printf (text, "%s\n", pair);
      halves = g_strsplit (pair, " ", 2);
      for (guint i = 0; i < words->len; i++)
        merge_in_word (words->pdata[i], halves[0], halves[1]);
    }
  if (n_merges != NULL)
    *n_merges = n;
  return g_string_free (g_steal_pointer (&text), FALSE);
}
