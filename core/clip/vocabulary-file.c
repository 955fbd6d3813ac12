/* vocabulary-file.c - the files that a vocabulary comes in
 *
 * Reading stops at a limit, before and after unpacking, whatever the file claims.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/vocabulary.h"

#include "core/base/error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* OpenAI's unpacks to 3.2 MB. */
#define MAX_BYTES (64u << 20)
#define CHUNK (256u << 10)

#define JSON_NAME "vocab.json"
#define MERGES_NAME "merges.txt"
#define OPENAI_NAME "bpe_simple_vocab_16e6.txt.gz"

/* (transfer full): @raw, or a stream that unpacks it */
static GInputStream *
unpack (GInputStream *raw)
{
  g_autoptr (GInputStream) buffered = g_buffered_input_stream_new (raw);
  g_autoptr (GConverter) converter = NULL;
  gsize n = 0;
  const guint8 *start;

  /* What cannot be read fails again, with its reason, where the bytes are asked for. */
  g_buffered_input_stream_fill (G_BUFFERED_INPUT_STREAM (buffered), 2, NULL, NULL);
  start = g_buffered_input_stream_peek_buffer (G_BUFFERED_INPUT_STREAM (buffered), &n);
  if (n < 2 || start[0] != 0x1f || start[1] != 0x8b)
    return g_steal_pointer (&buffered);

  converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  return g_converter_input_stream_new (buffered, converter);
}

/* (transfer full) (nullable) */
static GByteArray *
read_all (GInputStream *stream, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize n = 0;

  do
    {
      guint old = bytes->len;

      g_byte_array_set_size (bytes, old + CHUNK);
      if (!g_input_stream_read_all (stream, bytes->data + old, CHUNK, &n, NULL, error))
        return NULL;
      g_byte_array_set_size (bytes, old + (guint) n);
      if (bytes->len > MAX_BYTES)
        {
          tl_error_set (error, TL_ERROR_FORMAT, _ ("It is too large to be a vocabulary"));
          return NULL;
        }
    }
  while (n == CHUNK);
  return g_steal_pointer (&bytes);
}

/* (transfer full) (nullable) */
static GByteArray *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GInputStream) raw = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) reason = NULL;
  GByteArray *bytes;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      tl_error_set (error, TL_ERROR_MISSING, _ ("There is no vocabulary file “%s”"), path);
      return NULL;
    }

  raw = G_INPUT_STREAM (g_file_read (file, NULL, &reason));
  stream = raw != NULL ? unpack (raw) : NULL;
  bytes = stream != NULL ? read_all (stream, &reason) : NULL;
  if (bytes == NULL)
    tl_error_set (error, raw == NULL ? TL_ERROR_MISSING : TL_ERROR_FORMAT, "%s", reason->message);
  return bytes;
}

static TlVocabulary *
open_merges (const char *path, guint n_tokens, GError **error)
{
  g_autoptr (GByteArray) bytes = read_file (path, error);

  if (bytes == NULL)
    return NULL;
  return tl_vocabulary_new_from_merges ((const char *) bytes->data, bytes->len, n_tokens, error);
}

static TlVocabulary *
open_json (const char *path, guint n_tokens, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *merges_path = g_build_filename (folder, MERGES_NAME, NULL);
  g_autoptr (GByteArray) json = read_file (path, error);
  g_autoptr (GByteArray) merges = json != NULL ? read_file (merges_path, error) : NULL;

  if (merges == NULL)
    return NULL;
  return tl_vocabulary_new_from_json ((const char *) json->data, json->len,
                                      (const char *) merges->data, merges->len, n_tokens, error);
}

/* (transfer full): a folder's vocabulary is Hugging Face's, or else OpenAI's. */
static char *
find_in_folder (const char *path)
{
  g_autofree char *json = g_build_filename (path, JSON_NAME, NULL);
  g_autofree char *openai = g_build_filename (path, OPENAI_NAME, NULL);

  if (!g_file_test (json, G_FILE_TEST_EXISTS) && g_file_test (openai, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&openai);
  return g_steal_pointer (&json);
}

TlVocabulary *
tl_vocabulary_open (const char *path, guint n_tokens, GError **error)
{
  g_autofree char *file = NULL;
  g_autofree char *name = NULL;
  TlVocabulary *self;

  file = g_file_test (path, G_FILE_TEST_IS_DIR) ? find_in_folder (path) : g_strdup (path);
  name = g_path_get_basename (file);
  self = g_str_has_suffix (name, ".json") ? open_json (file, n_tokens, error)
                                          : open_merges (file, n_tokens, error);
  if (self == NULL)
    g_prefix_error (error, _ ("Could not open “%s”: "), name);
  return self;
}
