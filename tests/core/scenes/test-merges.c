/* test-merges.c - the tokenizer reads the merges, and knows the words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/merges.h"

#include "core/base/paths.h"
#include "core/clip/tokenizer.h"
#include "core/scenes/words.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_SCENES 1500
#define N_STARTER_SCENES 20000
#define MANY 100000

static TlWordCounts *
count_captions (void)
{
  TlWordCounts *counts = tl_word_counts_new ();

  for (guint i = 0; i < N_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (1, i);

      for (guint k = 0; k < 2; k++)
        {
          g_autofree char *caption = tl_scene_dup_caption (scene, k);

          tl_word_counts_add (counts, caption);
        }
    }
  return counts;
}

static TlTokenizer *
open_merges (const char *text)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-merges-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "merges.txt", NULL);
  GError *error = NULL;
  TlTokenizer *tokenizer;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  tokenizer = tl_tokenizer_open (path, 0, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (folder);
  return tokenizer;
}

static void
assert_tokens (TlTokenizer *tokenizer, const char *text, guint n)
{
  g_autoptr (GArray) ids = tl_tokenizer_encode (tokenizer, text);

  g_assert_cmpuint (ids->len, ==, n);
}

/* By hand: "ab" 4 times (weight 2), "abc" once. */
static void
heaviest_pair_first (void)
{
  g_autoptr (TlWordCounts) counts = tl_word_counts_new ();
  g_autofree char *all = NULL, *one = NULL;
  guint n;

  tl_word_counts_add (counts, "ab, ab ab 8 ab");
  tl_word_counts_add (counts, "abc");
  g_assert_cmpuint (tl_word_counts_get_size (counts), ==, 2);
  all = tl_word_counts_dup_merges (counts, MANY, &n);
  g_assert_cmpstr (all, ==, "#version: 0.2\na b</w>\nb c</w>\na bc</w>\n");
  g_assert_cmpuint (n, ==, 3);
  one = tl_word_counts_dup_merges (counts, 1, &n);
  g_assert_cmpstr (one, ==, "#version: 0.2\na b</w>\n");
  g_assert_cmpuint (n, ==, 1);
}

static void
each_word_is_one_token (void)
{
  g_autoptr (TlWordCounts) counts = count_captions ();
  guint n_merges;
  g_autofree char *text = tl_word_counts_dup_merges (counts, MANY, &n_merges);
  g_autoptr (TlTokenizer) tokenizer = open_merges (text);

  g_assert_cmpuint (tl_tokenizer_get_n_tokens (tokenizer), ==, 2 * 256 + n_merges + 2);
  for (guint i = 0; i < N_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (1, i);
      g_autofree char *caption = tl_scene_dup_caption (scene, 0);
      g_autoptr (GArray) ids = tl_tokenizer_encode (tokenizer, caption);
      g_auto (GStrv) words = g_strsplit (caption, " ", -1);
      guint n_commas = 0;

      for (const char *p = caption; *p != '\0'; p++)
        n_commas += *p == ',';
      g_assert_cmpuint (ids->len, ==, g_strv_length (words) + n_commas);
    }
}

/* A word that was added after the starter was trained would be several tokens to it. */
static void
starter_knows_each_word (void)
{
  g_autofree char *path = tl_path_starter ("starter-merges.txt");
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GError *error = NULL;
  g_autoptr (TlTokenizer) tokenizer = tl_tokenizer_open (path, 0, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < N_STARTER_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (1, i);
      g_autofree char *caption = tl_scene_dup_caption (scene, i % 3);
      g_autofree char *prompt = tl_scene_dup_prompt (scene);
      g_autofree char *both = g_strconcat (caption, " ", prompt, NULL);
      g_auto (GStrv) words = g_strsplit_set (both, " ,", -1);

      for (guint j = 0; words[j] != NULL; j++)
        if (*words[j] != '\0' && g_hash_table_add (seen, g_strdup (words[j])))
          {
            g_autoptr (GArray) ids = tl_tokenizer_encode (tokenizer, words[j]);

            if (ids->len != 1)
              g_test_message ("%s", words[j]);
            g_assert_cmpuint (ids->len, ==, 1);
          }
    }
  g_assert_cmpuint (g_hash_table_size (seen), >, 300);
}

/* Letters and bytes spell what no caption has. */
static void
other_words_are_spelt (void)
{
  static const char *const texts[] = { "zebra", "xylophone quiz", "f\303\274\303\237e",
                                       "\346\227\245\346\234\254", "a 12 km run" };
  g_autoptr (TlWordCounts) counts = count_captions ();
  g_autofree char *text = tl_word_counts_dup_merges (counts, MANY, NULL);
  g_autoptr (TlTokenizer) tokenizer = open_merges (text);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GArray) ids = tl_tokenizer_encode (tokenizer, texts[i]);
      g_autofree char *back =
        tl_tokenizer_decode (tokenizer, &g_array_index (ids, guint32, 0), ids->len);

      g_assert_cmpuint (ids->len, >, 1);
      g_assert_cmpstr (g_strstrip (back), !=, "");
      if (i < 2)
        g_assert_cmpstr (g_strstrip (back), ==, texts[i]);
    }
  assert_tokens (tokenizer,
                 "cartoon raccoon driving a red tractor with big black tires in front of a blue sky"
                 " and white fluffy clouds",
                 20);
}

static void
order_does_not_matter (void)
{
  g_autoptr (TlWordCounts) a = tl_word_counts_new ();
  g_autoptr (TlWordCounts) b = tl_word_counts_new ();
  g_autofree char *from_a = NULL, *from_b = NULL;

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (TlScene) first = tl_scene_new (2, i);
      g_autoptr (TlScene) last = tl_scene_new (2, 299 - i);
      g_autofree char *x = tl_scene_dup_caption (first, 0);
      g_autofree char *y = tl_scene_dup_caption (last, 0);

      tl_word_counts_add (a, x);
      tl_word_counts_add (b, y);
    }
  from_a = tl_word_counts_dup_merges (a, MANY, NULL);
  from_b = tl_word_counts_dup_merges (b, MANY, NULL);
  g_assert_cmpstr (from_a, ==, from_b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenes/merges/heaviest-pair-first", heaviest_pair_first);
  g_test_add_func ("/scenes/merges/each-word-is-one-token", each_word_is_one_token);
  g_test_add_func ("/scenes/merges/starter-knows-each-word", starter_knows_each_word);
  g_test_add_func ("/scenes/merges/other-words-are-spelt", other_words_are_spelt);
  g_test_add_func ("/scenes/merges/order-does-not-matter", order_does_not_matter);
  return g_test_run ();
}
