/* test-tokenizer.c - tokens, one for one those of OpenAI's tokenizer
 *
 * Expected ids of the small vocabulary are what openai/CLIP's rule gives for the same merges in
 * Python; those of the real one come from the reference folder.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/tokenizer.h"

#include "core/base/error.h"
#include "core/clip/vocabulary.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define SMALL_TOKENS 1077
#define SMALL_START 1075
#define SMALL_END 1076
#define OPENAI_TOKENS 49408
#define CONTEXT 77

/* Merges for 1077 tokens, which no model here has any more. */
static char *
dup_small_path (void)
{
  return g_test_build_filename (G_TEST_DIST, "core", "clip", "merges.txt", NULL);
}

static TlTokenizer *
open_small (void)
{
  g_autofree char *path = dup_small_path ();
  g_autoptr (GError) error = NULL;
  TlTokenizer *self = tl_tokenizer_open (path, SMALL_TOKENS, &error);

  g_assert_no_error (error);
  return self;
}

/* Ids as "1 2 3", which reads well in a failed test. */
static char *
spell (const guint32 *ids, gsize n)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, i == 0 ? "%u" : " %u", ids[i]);
  return g_string_free (text, FALSE);
}

static void
assert_ids (TlTokenizer *self, const char *text, const char *expected)
{
  g_autoptr (GArray) ids = tl_tokenizer_encode (self, text);
  g_autofree char *found = spell ((const guint32 *) ids->data, ids->len);

  g_test_message ("%s", text);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_small_cases (void)
{
  static const struct
  {
    const char *text, *ids;
  } cases[] = {
    { "a red tractor", "320 581 571" },
    { "A  RED\n\ttractor.", "320 581 571 269" },
    { "it's 4k", "72 339 6 338 275 330" },
    { "café", "563 69 127 358" },
    { "cafe\xcc\x81", "563 69 127 358" },
    { "it’s 4k", "72 339 6 338 275 330" },
    { "a &amp;amp; b", "320 261 321" },
    { "&lt;b", "283 321" },
    { "x&notit;", "343 126 361 72 339 282" },
    { "&#x1F600;", "172 253 246 478" },
    { "<|endoftext|>", "1076" },
    { "", "" },
    { "  ", "" },
    { "Σ ΟΔΥΣΣΕΥΣ", "139 481 138 123 138 112 139 227 139 225 139 225 138 113 139 227 139 480" },
    { "İ", "328 136 485" },
    { "ⅧΣ", "158 227 371 139 480" },
    { "a\xcd\x85"
      "b",
      "320 321" },
    { "it'ſ", "72 339 6 129 379" },
    { "日本", "162 245 98 162 250 361" },
    { "\x1c"
      "a\x1c"
      "b\x1c",
      "64 321" },
    { "&#128;&#1;&#xd800;&#99999999999;", "158 224 105 171 123 121 171 123 377" },
    { "&acE;&copyx", "158 230 122 136 111 126 358 343" },
    { "a raccoon driving a green car under a blue sky, watercolor",
      "320 609 670 320 610 633 632 320 589 575 267 664" },
  };
  g_autoptr (TlTokenizer) self = open_small ();

  g_assert_cmpuint (tl_tokenizer_get_n_tokens (self), ==, SMALL_TOKENS);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_ids (self, cases[i].text, cases[i].ids);
}

static void
test_row (void)
{
  g_autoptr (TlTokenizer) self = open_small ();
  g_autoptr (TlTokens) tokens = tl_tokenizer_tokenize (self, " a red tractor ", 8);
  static const gint64 row[] = { SMALL_START, 320, 581, 571, SMALL_END, 0, 0, 0 };

  g_assert_cmpmem (tokens->ids, sizeof row, row, sizeof row);
  g_assert_cmpuint (tokens->context, ==, 8);
  g_assert_cmpuint (tokens->n_used, ==, 3);
  g_assert_cmpuint (tokens->n_total, ==, 3);
  g_assert_cmpuint (tokens->cut, ==, strlen (" a red tractor "));
}

static void
test_cut (void)
{
  g_autoptr (TlTokenizer) self = open_small ();
  static const struct
  {
    const char *text;
    guint context, n_used, n_total;
    gsize cut;
  } cases[] = {
    { "a red tractor", 5, 3, 3, 13 },
    { "a red tractor", 4, 2, 3, 6 },
    { "a  RED &amp; tractor", 5, 3, 4, 13 },
    { "a red tractor", 2, 0, 3, 0 },
    { "  a red tractor", 2, 0, 3, 2 },
    /* é is two tokens: the first of them fits, so the letter is not wholly used. */
    { "café", 5, 3, 4, 3 },
    { "", 2, 0, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlTokens) tokens = NULL;

      tokens = tl_tokenizer_tokenize (self, cases[i].text, cases[i].context);
      g_assert_cmpuint (tokens->n_used, ==, cases[i].n_used);
      g_assert_cmpuint (tokens->n_total, ==, cases[i].n_total);
      g_assert_cmpuint (tokens->cut, ==, cases[i].cut);
      g_assert_cmpint (tokens->ids[0], ==, SMALL_START);
      g_assert_cmpint (tokens->ids[cases[i].n_used + 1], ==, SMALL_END);
    }
}

static void
test_decode (void)
{
  g_autoptr (TlTokenizer) self = open_small ();
  g_autoptr (GArray) ids = tl_tokenizer_encode (self, "A café, 日本 😀!");
  g_autofree char *text = tl_tokenizer_decode (self, (const guint32 *) ids->data, ids->len);
  const guint32 broken[] = { 162, SMALL_TOKENS, SMALL_END };
  g_autofree char *replaced = tl_tokenizer_decode (self, broken, G_N_ELEMENTS (broken));

  g_assert_cmpstr (text, ==, "a café , 日本 😀! ");
  g_assert_cmpstr (replaced, ==, "\xef\xbf\xbd<|endoftext|>");
}

/* Without a file: a token a byte, the marks above them. */
static void
test_bytes (void)
{
  g_autoptr (TlTokenizer) self = tl_tokenizer_new_bytes ();
  g_autoptr (TlTokens) tokens = tl_tokenizer_tokenize (self, "Sky 日", 16);
  g_autoptr (GArray) ids = tl_tokenizer_encode (self, "sky 日");
  g_autofree char *text = tl_tokenizer_decode (self, (const guint32 *) ids->data, ids->len);

  g_assert_cmpuint (tl_tokenizer_get_n_tokens (self), ==, 514);
  g_assert_true (tl_tokenizer_fits (self, 49408));
  g_assert_false (tl_tokenizer_fits (self, 513));
  g_assert_cmpuint (tokens->n_used, ==, 6);
  g_assert_cmpint (tokens->ids[0], ==, 512);
  g_assert_cmpint (tokens->ids[7], ==, 513);
  g_assert_cmpstr (text, ==, "sky 日 ");
}

/* One word of a hundred thousand letters, where pairs are looked for anew after each merge. */
static void
test_long_word (void)
{
  g_autoptr (TlTokenizer) self = open_small ();
  g_autofree char *word = g_strnfill (100000, 'q');
  g_autofree char *ampersands = g_strnfill (100000, '&');
  g_autoptr (GArray) ids = tl_tokenizer_encode (self, word);
  g_autoptr (GArray) others = tl_tokenizer_encode (self, ampersands);

  g_assert_cmpuint (ids->len, ==, 100000);
  g_assert_cmpuint (others->len, ==, 100000);
}

static void
append_json_string (GString *json, const char *text)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);
  g_autofree char *quoted = json_to_string (node, FALSE);

  g_string_append (json, quoted);
}

/* The small vocabulary as Hugging Face's two files. */
static char *
write_hugging_face (TlVocabulary *vocabulary)
{
  char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *json_path = g_build_filename (folder, "vocab.json", NULL);
  g_autofree char *merges_path = g_build_filename (folder, "merges.txt", NULL);
  g_autofree char *small = dup_small_path ();
  g_autofree char *merges = NULL;
  g_autoptr (GString) json = g_string_new ("{");

  for (guint i = 0; i < vocabulary->n_tokens; i++)
    {
      g_string_append (json, i == 0 ? "" : ", ");
      append_json_string (json, vocabulary->tokens[i]);
      g_string_append_printf (json, ": %u", i);
    }
  g_string_append (json, "}");

  g_assert_true (g_file_get_contents (small, &merges, NULL, NULL));
  g_assert_true (g_file_set_contents (json_path, json->str, -1, NULL));
  g_assert_true (g_file_set_contents (merges_path, merges, -1, NULL));
  return folder;
}

static void
test_hugging_face (void)
{
  g_autofree char *small = dup_small_path ();
  g_autoptr (TlVocabulary) vocabulary = tl_vocabulary_open (small, 0, NULL);
  g_autofree char *folder = write_hugging_face (vocabulary);
  g_autofree char *json_path = g_build_filename (folder, "vocab.json", NULL);
  g_autofree char *merges_path = g_build_filename (folder, "merges.txt", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlTokenizer) from_folder = tl_tokenizer_open (folder, SMALL_TOKENS, &error);
  g_autoptr (TlTokenizer) from_file = tl_tokenizer_open (json_path, 0, &error);

  g_assert_no_error (error);
  assert_ids (from_folder, "a red tractor, it's 4k &amp; café",
              "320 581 571 267 72 339 6 338 275 330 "
              "261 563 69 127 358");
  assert_ids (from_file, "<|endoftext|> 日本", "1076 162 245 98 162 250 361");

  g_assert_null (tl_tokenizer_open (folder, OPENAI_TOKENS, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_remove (json_path);
  g_remove (merges_path);
  g_rmdir (folder);
}

static gboolean
ids_are (const gint64 *ids, guint n, JsonArray *expected)
{
  if (n != json_array_get_length (expected))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (ids[i] != json_array_get_int_element (expected, i))
      return FALSE;
  return TRUE;
}

static void
check_reference_case (TlTokenizer *self, JsonObject *object)
{
  const char *text = json_object_get_string_member (object, "text");
  gboolean fits = json_object_get_boolean_member (object, "fits");
  JsonArray *row = json_object_get_array_member (object, "row");
  guint n_row = json_array_get_length (row);
  g_autoptr (GArray) ids = tl_tokenizer_encode (self, text);
  g_autoptr (TlTokens) tokens = tl_tokenizer_tokenize (self, text, CONTEXT);
  g_autofree gint64 *wide = g_new (gint64, ids->len + 1);

  for (guint i = 0; i < ids->len; i++)
    wide[i] = g_array_index (ids, guint32, i);

  g_test_message ("%s", text);
  g_assert_true (ids_are (wide, ids->len, json_object_get_array_member (object, "ids")));
  g_assert_true (ids_are (tokens->ids, n_row, row));
  for (guint i = n_row; i < CONTEXT; i++)
    g_assert_cmpint (tokens->ids[i], ==, 0);
  g_assert_cmpint (fits, ==, tokens->n_used == tokens->n_total);
  g_assert_cmpint (fits, ==, tokens->cut == strlen (text));
}

static void
test_reference (void)
{
  const char *folder = g_getenv ("TL_REFERENCE_DIR");
  g_autofree char *cases_path = NULL;
  g_autofree char *vocabulary_path = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (TlTokenizer) self = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *cases;

  cases_path = g_build_filename (folder != NULL ? folder : "", "tokens.json", NULL);
  if (folder == NULL || !json_parser_load_from_file (parser, cases_path, NULL))
    {
      g_test_skip ("NOT CHECKED: there is no tokens.json in TL_REFERENCE_DIR");
      return;
    }

  vocabulary_path = g_build_filename (folder, "bpe_simple_vocab_16e6.txt.gz", NULL);
  self = tl_tokenizer_open (vocabulary_path, OPENAI_TOKENS, &error);
  g_assert_no_error (error);

  cases =
    json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "cases");
  g_assert_cmpuint (json_array_get_length (cases), >, 100);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    check_reference_case (self, json_array_get_object_element (cases, i));
}

static void
assert_unknown (TlTokenizer *self, const char *text, const char *expected)
{
  g_auto (GStrv) unknown = tl_tokenizer_dup_unknown (self, text);
  g_autofree char *found = g_strjoinv (" ", unknown);

  g_test_message ("%s", text);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_unknown (void)
{
  g_autoptr (TlTokenizer) small = open_small ();
  g_autoptr (TlTokenizer) bytes = tl_tokenizer_new_bytes ();

  assert_unknown (small, "pixel art of a castle at night", "");
  assert_unknown (small, "A Zebra and a zebra on a Raccoon's xylophone, 7 #", "zebra xylophone");
  assert_unknown (small, "été", "été");
  assert_unknown (small, "", "");
  assert_unknown (bytes, "zebra", "");
}

/* Of a vocabulary for every text none is said, whatever the word. */
static void
test_every_text (void)
{
  g_autoptr (GString) merges = g_string_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("tiller-test-XXXXXX", NULL);
  g_autofree char *large = g_build_filename (folder, "merges.txt", NULL);
  g_autoptr (TlTokenizer) self = NULL;
  g_autoptr (GError) error = NULL;

  g_string_append (merges, "#version: 0.2\n");
  for (guint i = 0; i < 676; i++)
    g_string_append_printf (merges, "%c %c\n", 'a' + i / 26, 'a' + i % 26);
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (merges, "%c%c %c\n", 'a' + i / 676, 'a' + i / 26 % 26, 'a' + i % 26);
  g_file_set_contents (large, merges->str, (gssize) merges->len, &error);
  g_assert_no_error (error);
  self = tl_tokenizer_open (large, 0, &error);
  g_assert_no_error (error);
  assert_unknown (self, "zebra", "");
  g_assert_cmpint (g_remove (large), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/tokenizer/small-words", test_small_cases);
  g_test_add_func ("/clip/tokenizer/row-has-its-marks", test_row);
  g_test_add_func ("/clip/tokenizer/cut-is-reported", test_cut);
  g_test_add_func ("/clip/tokenizer/decode-spells", test_decode);
  g_test_add_func ("/clip/tokenizer/bytes-need-no-file", test_bytes);
  g_test_add_func ("/clip/tokenizer/long-word-ends", test_long_word);
  g_test_add_func ("/clip/tokenizer/unknown-words", test_unknown);
  g_test_add_func ("/clip/tokenizer/every-text-is-known", test_every_text);
  g_test_add_func ("/clip/tokenizer/hugging-face-files", test_hugging_face);
  g_test_add_func ("/clip/tokenizer/reference-is-matched", test_reference);
  return g_test_run ();
}
