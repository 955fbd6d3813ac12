/* fuzz-vocabulary.c - any bytes as a vocabulary file
 *
 * What begins with a brace is taken for vocab.json and, behind the first zero byte, merges.txt;
 * anything else for a merges file, packed or not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/clip/tokenizer.h"
#include "tests/fuzz/clip/folder.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
use (TlTokenizer *tokenizer)
{
  const char *text = "A red tractor's <|endoftext|> abcabcabc &amp; 日本 12</w>";
  g_autoptr (GArray) ids = tl_tokenizer_encode (tokenizer, text);
  g_autofree char *decoded = NULL;

  g_assert_cmpuint (ids->len, >, 0);
  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpuint (g_array_index (ids, guint32, i), <, tl_tokenizer_get_n_tokens (tokenizer));
  decoded = tl_tokenizer_decode (tokenizer, (const guint32 *) ids->data, ids->len);
  g_assert_true (g_utf8_validate (decoded, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gboolean is_json = size > 0 && data[0] == '{';
  const uint8_t *split = is_json ? memchr (data, '\0', size) : NULL;
  g_autofree char *json = NULL;
  g_autofree char *merges = NULL;
  g_autoptr (TlTokenizer) tokenizer = NULL;
  g_autoptr (GError) error = NULL;

  if (is_json)
    {
      const uint8_t *end = data + size;

      split = split != NULL ? split : end;
      json = fuzz_folder_write ("vocab.json", data, (gsize) (split - data));
      data = MIN (split + 1, end);
      size = (gsize) (end - data);
    }
  merges = fuzz_folder_write ("merges.txt", data, size);

  tokenizer = tl_tokenizer_open (is_json ? json : merges, 0, &error);
  if (tokenizer != NULL)
    use (tokenizer);
  else
    g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  return 0;
}
