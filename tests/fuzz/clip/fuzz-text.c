/* fuzz-text.c - any text through the tokenizer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/paths.h"
#include "core/clip/tokenizer.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static TlTokenizer *
get_tokenizer (void)
{
  static TlTokenizer *tokenizer;

  if (tokenizer == NULL)
    {
      g_autofree char *path = tl_path_starter ("starter-merges.txt");

      tokenizer = tl_tokenizer_open (path, 0, NULL);
      g_assert_nonnull (tokenizer);
    }
  return tokenizer;
}

/* More context never uses fewer tokens, nor cuts earlier. */
static void
check_rows (TlTokenizer *tokenizer, const char *text, guint n_total)
{
  static const guint contexts[] = { 2, 3, 5, 17, 48, 100000 };
  gsize cut = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (contexts); i++)
    {
      g_autoptr (TlTokens) tokens = tl_tokenizer_tokenize (tokenizer, text, contexts[i]);

      g_assert_cmpuint (tokens->n_total, ==, n_total);
      g_assert_cmpuint (tokens->n_used, ==, MIN (n_total, contexts[i] - 2));
      g_assert_cmpuint (tokens->cut, >=, cut);
      g_assert_cmpuint (tokens->cut, <=, strlen (text));
      g_assert_true (tokens->n_used < n_total || tokens->cut == strlen (text));
      g_assert_true (!g_utf8_validate (text, -1, NULL)
                     || g_utf8_validate (text + tokens->cut, -1, NULL));
      cut = tokens->cut;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  TlTokenizer *tokenizer = get_tokenizer ();
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GArray) ids = tl_tokenizer_encode (tokenizer, text);
  g_autofree char *decoded = NULL;

  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpuint (g_array_index (ids, guint32, i), <, tl_tokenizer_get_n_tokens (tokenizer));
  decoded = tl_tokenizer_decode (tokenizer, (const guint32 *) ids->data, ids->len);
  g_assert_true (g_utf8_validate (decoded, -1, NULL));
  check_rows (tokenizer, text, ids->len);
  return 0;
}
