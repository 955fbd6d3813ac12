/* test-split.c - rows are cut where the parser cuts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/split.h"

#include "core/prompt/prompt.h"

static void
test_clauses (void)
{
  const struct
  {
    const char *text;
    const char *joined; /* by ⏐ */
  } cases[] = {
    { "a | b", "a⏐b" },
    { " a||b ", "a⏐b" },
    { "", "" },
    { "AC\\|DC", "AC\\|DC" },
    { "C:\\\\| b", "C:\\\\⏐b" },
    { "<image:a|b.png>:0.5 | c", "<image:a|b.png>:0.5⏐c" },
    { "<image:a\\>|b.png> | c", "<image:a\\>|b.png>⏐c" },
    { "<image:open | c", "<image:open⏐c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) pieces = tl_prompt_split_clauses (cases[i].text);
      g_autofree char *joined = g_strjoinv ("⏐", pieces);

      g_assert_cmpstr (joined, ==, cases[i].joined);
    }
}

static void
test_keyframe (void)
{
  const struct
  {
    const char *segment, *keyframe, *rest;
  } cases[] = { { "@400~50 raccoon", "@400~50", "raccoon" },
                { " @50% b", "@50%", "b" },
                { "raccoon", "", "raccoon" },
                { "@4k wallpaper", "", "@4k wallpaper" },
                { "@400| b", "@400", "| b" },
                { "@400~50<image:a.png>", "@400~50", "<image:a.png>" },
                { "@400", "@400", "" },
                { "@400~ b", "", "@400~ b" },
                { "@400\u00a0b", "", "@400\u00a0b" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *keyframe = NULL;
      const char *rest = tl_prompt_cut_keyframe (cases[i].segment, &keyframe);

      g_assert_cmpstr (keyframe, ==, cases[i].keyframe);
      g_assert_cmpstr (rest, ==, cases[i].rest);
    }
}

/* Random texts of the characters that matter: each piece is one clause, and together they are what
 * the parser read. */
static void
test_agrees_with_parser (void)
{
  const char *parts[] = { "a", " ", "|", "\\", "<image:", ">", "b", ":", "cat" };

  for (guint round = 0; round < 5000; round++)
    {
      GString *text = g_string_new (NULL);
      guint n = g_test_rand_int_range (0, 12);
      g_autoptr (TlPrompt) prompt = NULL;
      g_auto (GStrv) pieces = NULL;
      guint n_read = 0;

      for (guint i = 0; i < n; i++)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      prompt = tl_prompt_parse (text->str);
      pieces = tl_prompt_split_clauses (text->str);
      for (guint i = 0; pieces[i] != NULL; i++)
        {
          g_autoptr (TlPrompt) piece = tl_prompt_parse (pieces[i]);

          if (tl_prompt_is_empty (piece))
            continue;
          g_assert_cmpuint (tl_prompt_get_segment (piece, 0)->n_clauses, ==, 1);
          n_read++;
        }
      g_assert_cmpuint (
        n_read, ==, tl_prompt_is_empty (prompt) ? 0 : tl_prompt_get_segment (prompt, 0)->n_clauses);
      g_string_free (text, TRUE);
    }
}

/* With keyframes: what is cut off is what the parser took for one. */
static void
test_keyframe_agrees_with_parser (void)
{
  const char *parts[] = { "a", " ", "|", "@400", "@50%", "~5", "<image:i>", "<", "\\", "\t", "@" };

  for (guint round = 0; round < 5000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *keyframe = NULL;
      g_autofree char *story = NULL;
      g_autoptr (TlPrompt) prompt = NULL;
      guint n = g_test_rand_int_range (1, 6);

      for (guint i = 0; i < n; i++)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      story = g_strconcat ("first ^", text->str, NULL);
      prompt = tl_prompt_parse (story);
      tl_prompt_cut_keyframe (text->str, &keyframe);
      if (tl_prompt_get_n_segments (prompt) == 2)
        g_assert_cmpint (*keyframe != '\0', ==, tl_prompt_get_segment (prompt, 1)->has_keyframe);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/split/clauses", test_clauses);
  g_test_add_func ("/split/keyframe", test_keyframe);
  g_test_add_func ("/split/agrees-with-the-parser", test_agrees_with_parser);
  g_test_add_func ("/split/keyframe-agrees-with-the-parser", test_keyframe_agrees_with_parser);
  return g_test_run ();
}
