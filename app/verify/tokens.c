/* tokens.c - the tokenizer against openai/CLIP's, string by string
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/verify.h"
#include "config.h"

#include "core/base/error.h"
#include "core/clip/tokenizer.h"

#include <glib/gi18n.h>

#define CONTEXT 77

char *
verify_find_vocabulary (const char *folder)
{
  static const char *const names[] = { "bpe_simple_vocab_16e6.txt.gz", "bpe_simple_vocab_16e6.txt",
                                       "vocab.json" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static gboolean
same_ids (JsonArray *expected, GArray *ids)
{
  if (json_array_get_length (expected) != ids->len)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (json_array_get_int_element (expected, i) != g_array_index (ids, guint32, i))
      return FALSE;
  return TRUE;
}

/* The golden leaves out the zeros at the end of a row. */
static gboolean
same_row (JsonArray *expected, const TlTokens *tokens)
{
  guint n = json_array_get_length (expected);

  for (guint i = 0; i < tokens->context; i++)
    if (tokens->ids[i] != (i < n ? json_array_get_int_element (expected, i) : 0))
      return FALSE;
  return TRUE;
}

typedef struct
{
  guint ids, rows, fits;
} Wrong;

static void
check_text (TlTokenizer *tokenizer, JsonObject *entry, Wrong *wrong)
{
  const char *text = json_object_get_string_member (entry, "text");
  g_autoptr (GArray) ids = tl_tokenizer_encode (tokenizer, text);
  g_autoptr (TlTokens) tokens = tl_tokenizer_tokenize (tokenizer, text, CONTEXT);

  wrong->ids += !same_ids (json_object_get_array_member (entry, "ids"), ids);
  wrong->rows += !same_row (json_object_get_array_member (entry, "row"), tokens);
  wrong->fits +=
    json_object_get_boolean_member (entry, "fits") != (tokens->n_used == tokens->n_total);
}

static gboolean
check_texts (Report *report, const char *folder, const char *file, GError **error)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *vocabulary = verify_find_vocabulary (folder);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (TlTokenizer) tokenizer = NULL;
  JsonArray *texts;
  Wrong wrong = { 0 };

  if (vocabulary == NULL)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("There is no vocabulary in “%s”"), folder);
  tokenizer = tl_tokenizer_open (vocabulary, 0, error);
  if (tokenizer == NULL || !json_parser_load_from_file (parser, path, error))
    return FALSE;

  texts =
    json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "cases");
  for (guint i = 0; i < json_array_get_length (texts); i++)
    check_text (tokenizer, json_array_get_object_element (texts, i), &wrong);
  report_count (report, "ids", wrong.ids, json_array_get_length (texts));
  report_count (report, "rows", wrong.rows, json_array_get_length (texts));
  report_count (report, "fits", wrong.fits, json_array_get_length (texts));
  return TRUE;
}

void
verify_tokens (Report *report, const char *folder, const char *file)
{
  g_autoptr (GError) error = NULL;

  report->subject = file;
  if (!check_texts (report, folder, file, &error))
    report_failure (report, "tokens", error->message);
}
