/* test-title.c - titles of prompts, names of files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/title.h"

#include <string.h>

static void
the_first_words_are_the_title (void)
{
  static const struct
  {
    const char *prompt, *title;
  } cases[] = {
    { "raccoon driving a tractor", "raccoon driving a tractor" },
    { "fog:-1 | snow:0.5 | rain", "snow" },
    { "<image:a.png> ^ snow", "snow" },
    { "", "Untitled" },
    { "<noise:4>", "Untitled" },
    { "fog:-1", "Untitled" },
    { "a quiet village by the sea, painted by somebody else",
      "a quiet village by the sea, painted by" },
    { "Donaudampfschifffahrtsgesellschaftskapitän", "Donaudampfschifffahrtsgesellschaftskapit" },
    { "snow\ton  the\nroof", "snow on the roof" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (cases[i].prompt);
      g_autofree char *title = tl_title_from_prompt (prompt);

      g_assert_cmpstr (title, ==, cases[i].title);
    }
}

static void
no_file_system_minds_the_name (void)
{
  static const struct
  {
    const char *title;
    guint number;
    const char *path;
  } cases[] = {
    { "snow", 1, "/f/snow.tiller" },
    { "snow", 2, "/f/snow 2.tiller" },
    { "a/b\\c: \"d\" <e>|*?", 1, "/f/a-b-c- -d- -e----.tiller" },
    { "../../etc/passwd", 1, "/f/-.-..-etc-passwd.tiller" },
    { ".hidden", 1, "/f/-hidden.tiller" },
    { "", 1, "/f/Untitled.tiller" },
    { "\n\t ", 3, "/f/Untitled 3.tiller" },
    { "two\nlines", 1, "/f/two lines.tiller" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = tl_title_make_path ("/f", cases[i].title, cases[i].number);

      g_assert_cmpstr (path, ==, cases[i].path);
    }
}

static void
a_long_name_is_cut_between_characters (void)
{
  /* One byte, then characters of two: no even number of bytes ends between two of them. */
  g_autoptr (GString) title = g_string_new ("x");
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append (title, "ä");
  path = tl_title_make_path ("/f", title->str, 12345);
  name = g_path_get_basename (path);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpuint (strlen (name), <, 255);
  g_assert_true (g_str_has_suffix (name, "ä 12345.tiller"));
}

static void
a_file_has_a_title_too (void)
{
  static const char *const cases[][2] = {
    { "/f/snow 2.tiller", "snow 2" },
    { "/f/snow", "snow" },
    { "snow.db", "snow.db" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = tl_title_from_path (cases[i][0]);

      g_assert_cmpstr (title, ==, cases[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/title/from-prompt", the_first_words_are_the_title);
  g_test_add_func ("/title/path", no_file_system_minds_the_name);
  g_test_add_func ("/title/path/long", a_long_name_is_cut_between_characters);
  g_test_add_func ("/title/from-path", a_file_has_a_title_too);
  return g_test_run ();
}
