/* texts.c - the captions of a batch as tokens
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/texts.h"

#include <string.h>

/* Rows of @context tokens; Returns: how many of them are needed */
static guint
tokenize (TlTokenizer *tokenizer, char **captions, guint n, guint context, gint64 *ids)
{
  guint longest = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TlTokens) tokens = tl_tokenizer_tokenize (tokenizer, captions[i], context);

      memcpy (ids + i * context, tokens->ids, context * sizeof *ids);
      longest = MAX (longest, tokens->n_used + 2);
    }
  return longest;
}

TlTexts
tl_texts_read (TlScope *s, TlTokenizer *tokenizer, const TlBatch *batch, guint context,
               TlDevice device)
{
  guint n = batch->n, n_all = batch->twins != NULL ? 2 * n : n, longest;
  g_autofree gint64 *ids = g_new0 (gint64, (gsize) n_all * context), *rows = NULL;
  g_autofree gfloat *same = g_new (gfloat, (gsize) n * n_all);

  longest = tokenize (tokenizer, batch->captions, n, context, ids);
  if (batch->twins != NULL)
    longest =
      MAX (longest, tokenize (tokenizer, batch->twins, n, context, ids + (gsize) n * context));
  rows = g_new (gint64, (gsize) n_all * longest);
  for (guint i = 0; i < n_all; i++)
    memcpy (rows + i * longest, ids + i * context, longest * sizeof *rows);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < n_all; k++)
      same[i * n_all + k] =
        memcmp (rows + i * longest, rows + k * longest, longest * sizeof *rows) == 0;

  return (TlTexts){
    n,
    tl_to_device (s, tl_from_int64s (s, rows, TL_SHAPE (n_all, longest)), device),
    tl_to_device (s, tl_from_floats (s, same, TL_SHAPE (n, n_all)), device),
  };
}
