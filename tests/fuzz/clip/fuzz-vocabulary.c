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

#include <glib/gstdio.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* In memory where that can be had: a disk takes longer to write the files than the readers to read
 * them. */
static const char *
get_folder (void)
{
  static char in_memory[] = "/dev/shm/tiller-XXXXXX";
  static char *folder;

  if (folder == NULL)
    folder = g_mkdtemp (in_memory);
  if (folder == NULL)
    folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  return folder;
}

static void
remove_folder (void)
{
  g_autofree char *json = g_build_filename (get_folder (), "vocab.json", NULL);
  g_autofree char *merges = g_build_filename (get_folder (), "merges.txt", NULL);

  g_remove (json);
  g_remove (merges);
  g_rmdir (get_folder ());
}

static void
write_file (const char *path, const uint8_t *data, gsize n)
{
  FILE *file = fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (n > 0 ? (const char *) data : "", 1, n, file), ==, n);
  g_assert_cmpint (fclose (file), ==, 0);
}

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
  static gboolean is_prepared;
  g_autofree char *json = g_build_filename (get_folder (), "vocab.json", NULL);
  g_autofree char *merges = g_build_filename (get_folder (), "merges.txt", NULL);
  gboolean is_json = size > 0 && data[0] == '{';
  const uint8_t *split = is_json ? memchr (data, '\0', size) : NULL;
  g_autoptr (TlTokenizer) tokenizer = NULL;
  g_autoptr (GError) error = NULL;

  if (!is_prepared)
    is_prepared = atexit (remove_folder) == 0;
  if (split == NULL)
    split = data + size;
  if (is_json)
    {
      write_file (json, data, (gsize) (split - data));
      split += split < data + size;
      write_file (merges, split, (gsize) (data + size - split));
    }
  else
    write_file (merges, data, size);

  tokenizer = tl_tokenizer_open (is_json ? json : merges, 0, &error);
  if (tokenizer != NULL)
    use (tokenizer);
  else
    g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  return 0;
}
