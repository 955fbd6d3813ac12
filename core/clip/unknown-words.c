/* unknown-words.c - words that mean nothing to a model, in a sentence for people
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/unknown-words.h"

#include <glib/gi18n-lib.h>

#define MAX_NAMED 3

char *
tl_unknown_words_dup_hint (TlTokenizer *tokenizer, const char *text, const char *except)
{
  g_auto (GStrv) unknown = tl_tokenizer_dup_unknown (tokenizer, text);
  g_autoptr (GString) list = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; unknown[i] != NULL && n <= MAX_NAMED; i++)
    {
      if (g_strcmp0 (unknown[i], except) == 0 || ++n > MAX_NAMED)
        continue;
      if (n > 1)
        /* Translators: between quoted words of a list */
        g_string_append (list, _ (", "));
      /* Translators: a word of the prompt, quoted */
      g_string_append_printf (list, _ ("“%s”"), unknown[i]);
    }
  if (n == 0)
    return NULL;
  /* Translators: %s is one quoted word or several */
  return g_strdup_printf (n > MAX_NAMED ? _ ("The model does not know %s and others.")
                                        : _ ("The model does not know %s."),
                          list->str);
}
