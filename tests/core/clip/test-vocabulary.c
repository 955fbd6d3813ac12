/* test-vocabulary.c - vocabularies that are not what they claim to be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/vocabulary.h"

#include "core/base/error.h"
#include "core/base/paths.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define HEADLINE "#version: 0.2\n"

static char *
write_file (const char *folder, const char *name, const char *bytes, gsize n)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  return path;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static GBytes *
pack (const char *bytes, gsize n)
{
  g_autoptr (GConverter) converter = NULL;
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = NULL;

  converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  stream = g_converter_output_stream_new (memory, converter);
  g_assert_true (g_output_stream_write_all (stream, bytes, n, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* The byte tokens, "ab" and the two marks as vocab.json has them; @extra is put in front. */
static char *
make_json (const char *extra)
{
  g_autoptr (TlVocabulary) merges = NULL;
  g_autoptr (GString) json = g_string_new ("{");
  const char *text = HEADLINE "a b\n";

  merges = tl_vocabulary_new_from_merges (text, strlen (text), 0, NULL);
  g_string_append (json, extra);
  for (guint i = 0; i < merges->n_tokens; i++)
    {
      const char *token = merges->tokens[i];
      gboolean must_escape = *token == '"' || *token == '\\';

      g_string_append_printf (json, "%s\"%s%s\": %u", i == 0 ? "" : ", ", must_escape ? "\\" : "",
                              token, i);
    }
  g_string_append (json, "}");
  return g_string_free (g_steal_pointer (&json), FALSE);
}

static void
assert_merges_fail (const char *text, gsize n, guint n_tokens)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_vocabulary_new_from_merges (text, n, n_tokens, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

static void
test_merges_that_fail (void)
{
  static const char *const texts[] = {
    HEADLINE "a\n",          HEADLINE "a b c\n",
    HEADLINE "a b\n\nc d\n", HEADLINE "ab c\n",
    HEADLINE "a b\nab cd\n", HEADLINE "\xe6\x97\xa5 b\n",
    HEADLINE "a b</w\xff\n", HEADLINE "\xc2\xa0 \xc2\xad\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_merges_fail (texts[i], strlen (texts[i]), 0);
  assert_merges_fail (HEADLINE "a b\0c d\n", sizeof HEADLINE + 7, 0);
}

static void
test_merges_that_are_few (void)
{
  const char *text = HEADLINE "a b\nab c\r\nabc d</w>\n\n";
  g_autoptr (TlVocabulary) all = tl_vocabulary_new_from_merges (text, strlen (text), 0, NULL);
  g_autoptr (TlVocabulary) two = tl_vocabulary_new_from_merges (text, strlen (text), 516, NULL);
  g_autoptr (TlVocabulary) none = tl_vocabulary_new_from_merges ("", 0, 0, NULL);

  g_assert_cmpuint (all->n_tokens, ==, 512 + 3 + 2);
  g_assert_cmpstr (all->tokens[513], ==, "abc");
  g_assert_cmpstr (all->tokens[514], ==, "abcd</w>");
  g_assert_cmpuint (two->n_tokens, ==, 516);
  g_assert_cmpuint (two->end, ==, 515);
  g_assert_cmpuint (none->n_tokens, ==, 514);
  assert_merges_fail (text, strlen (text), 518);
  assert_merges_fail (text, strlen (text), 513);
  assert_merges_fail (text, strlen (text), 49408);
}

/* As in Python's dictionaries: the later line of two that say the same counts. */
static void
test_merges_that_repeat (void)
{
  const char *text = HEADLINE "a b\na c\na b\n";
  g_autoptr (TlVocabulary) self = tl_vocabulary_new_from_merges (text, strlen (text), 0, NULL);
  const TlMerge *merge = tl_vocabulary_get_merge (self, self->bytes['a'], self->bytes['b']);

  g_assert_cmpuint (merge->rank, ==, 2);
  g_assert_cmpuint (merge->merged, ==, 514);
  g_assert_null (tl_vocabulary_get_merge (self, self->bytes['b'], self->bytes['a']));
}

static void
test_too_many_merges (void)
{
  g_autoptr (GString) text = g_string_new (HEADLINE);

  for (guint i = 0; i <= 1u << 20; i++)
    g_string_append (text, "a b\n");
  assert_merges_fail (text->str, text->len, 1u << 21);
}

/* OpenAI's file lists 262 024 merges, of which its models know the first 48 894. */
static void
test_merges_beyond_the_models (void)
{
  g_autoptr (GString) text = g_string_new (HEADLINE);
  g_autoptr (TlVocabulary) self = NULL;

  for (guint i = 0; i < 60000; i++)
    g_string_append (text, "a b\n");
  self = tl_vocabulary_new_from_merges (text->str, text->len, 0, NULL);
  g_assert_cmpuint (self->n_tokens, ==, 49408);
}

static void
assert_json_fails (const char *json)
{
  const char *merges = HEADLINE "a b\n";
  g_autoptr (GError) error = NULL;

  g_assert_null (
    tl_vocabulary_new_from_json (json, strlen (json), merges, strlen (merges), 0, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

static void
test_json_that_fails (void)
{
  static const char *const texts[] = {
    "",           "{",         "[]",          "7",      "{}",   "null",
    "{\"a\": 0}", "{\"a\":{}", "{\"a\":[1]}", "{\"a\"", "\"\\", "{\"\\u0000\": 1}",
  };
  /* One more token in front: without a number, with another's, too large, negative, no whole
   * number. */
  static const char *const extras[] = { "\"xx\": \"0\", ", "\"xx\": 3, ",
                                        "\"xx\": 600, ",   "\"xx\": -1, ",
                                        "\"xx\": 1.5, ",   "\"xx\": 515, \"xx\": 516, ",
                                        "\"xx\": null, ",  "\"xx\": 99999999999999999999, " };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_json_fails (texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (extras); i++)
    {
      g_autofree char *json = make_json (extras[i]);

      assert_json_fails (json);
    }
}

/* Strings of "Ez" and "FY" share one g_str_hash(): whoever puts them into a hash table is busy for
 * as many steps as their number's square. */
static void
test_json_that_collides (void)
{
  const guint n_pairs = 17, n_more = 1u << n_pairs;
  const char *merges = HEADLINE "a b\n";
  g_autoptr (GString) more = g_string_new (NULL);
  g_autoptr (TlVocabulary) self = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *plain = make_json ("");
  char *end = strstr (plain, ", \"<|endoftext|>");
  gint64 began = g_get_monotonic_time ();

  g_assert_cmpuint (g_str_hash ("EzFY"), ==, g_str_hash ("FYEz"));
  *end = '\0';
  g_string_append (more, plain);
  for (guint i = 0; i < n_more; i++)
    {
      g_string_append (more, ", \"");
      for (guint j = 0; j < n_pairs; j++)
        g_string_append (more, (i >> j & 1) != 0 ? "FY" : "Ez");
      g_string_append_printf (more, "\": %u", 514 + i);
    }
  g_string_append_printf (more, ", \"<|endoftext|>\": %u}", 514 + n_more);

  self = tl_vocabulary_new_from_json (more->str, more->len, merges, strlen (merges), 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self->end, ==, 514 + n_more);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_USEC_PER_SEC);
}

static void
test_json_that_is_deep (void)
{
  g_autofree char *brackets = g_strnfill (4 << 20, '[');
  g_autofree char *objects = g_strnfill (4 << 20, '{');

  assert_json_fails (brackets);
  assert_json_fails (objects);
}

static void
test_json_without_end_mark_last (void)
{
  g_autofree char *json = make_json ("");
  char *start = strstr (json, "<|startoftext|>");
  char *end = strstr (json, "<|endoftext|>");
  const char *merges = HEADLINE "a b\n";
  g_autoptr (TlVocabulary) good = NULL;

  good = tl_vocabulary_new_from_json (json, strlen (json), merges, strlen (merges), 515, NULL);
  g_assert_cmpuint (good->end, ==, 514);

  /* "<|startoftext|>": 513 and "<|endoftext|>": 514 change numbers. */
  *strstr (start, "513") = '6';
  *strstr (end, "514") = '7';
  memcpy (strstr (start, "613"), "514", 3);
  memcpy (strstr (end, "714"), "513", 3);
  assert_json_fails (json);
}

static void
test_missing_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "no.txt", NULL);
  g_autofree char *json = write_file (folder, "vocab.json", "{}", 2);
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_vocabulary_open (path, 0, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_clear_error (&error);

  g_assert_null (tl_vocabulary_open (folder, 0, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  remove_folder (folder);
}

/* Seventy million zeros pack into 70 kB. */
static void
test_bomb (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *zeros = g_strnfill (70 << 20, '0');
  g_autoptr (GBytes) packed = pack (zeros, 70 << 20);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  path =
    write_file (folder, "bomb.txt.gz", g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  g_assert_null (tl_vocabulary_open (path, 0, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  remove_folder (folder);
}

static void
test_packed_is_unpacked (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *starter = tl_path_starter ("starter-merges.txt");
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autofree char *cut_path = NULL;
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (TlVocabulary) self = NULL;
  g_autoptr (GError) error = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (starter, &text, &n, NULL));
  packed = pack (text, n);
  path = write_file (folder, "merges.txt.gz", g_bytes_get_data (packed, NULL),
                     g_bytes_get_size (packed));
  self = tl_vocabulary_open (path, 1330, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self->n_tokens, ==, 1330);

  cut_path = write_file (folder, "cut.txt.gz", g_bytes_get_data (packed, NULL),
                         g_bytes_get_size (packed) / 2);
  g_assert_null (tl_vocabulary_open (cut_path, 1330, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "cut.txt.gz"));
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/vocabulary/merges/broken-lines-fail", test_merges_that_fail);
  g_test_add_func ("/clip/vocabulary/merges/as-many-as-wanted", test_merges_that_are_few);
  g_test_add_func ("/clip/vocabulary/merges/the-later-line-counts", test_merges_that_repeat);
  g_test_add_func ("/clip/vocabulary/merges/too-many-fail", test_too_many_merges);
  g_test_add_func ("/clip/vocabulary/merges/beyond-the-models", test_merges_beyond_the_models);
  g_test_add_func ("/clip/vocabulary/json/broken-fails", test_json_that_fails);
  g_test_add_func ("/clip/vocabulary/json/colliding-words", test_json_that_collides);
  g_test_add_func ("/clip/vocabulary/json/deep-fails", test_json_that_is_deep);
  g_test_add_func ("/clip/vocabulary/json/end-mark-has-the-largest-id",
                   test_json_without_end_mark_last);
  g_test_add_func ("/clip/vocabulary/file/missing", test_missing_files);
  g_test_add_func ("/clip/vocabulary/file/bomb-fails", test_bomb);
  g_test_add_func ("/clip/vocabulary/file/packed", test_packed_is_unpacked);
  return g_test_run ();
}
