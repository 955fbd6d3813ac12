/* random-text.c - prompts that nobody would write, for tests of what must always hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/prompt/random-text.h"

static const char *const language[] = {
  "|",      "|",     "|",       "^",      "^@",      ":",
  ":",      ":",     ":",       "\\",     "\\",      "<",
  ">",      "@",     "@",       "{",      "}",       "..",
  ",",      "%",     "~",       "(",      ")",       "[",
  "]",      " ",     " ",       "\n",     "\t",      "a",
  "b",      "é",     "кот",     "0",      "1",       "5",
  "16",     "200",   "0.5",     "-1",     "1e9",     "1e-300",
  "0,5",    "inf",   "-inf",    "nan",    "+",       "-",
  ".",      "e",     "E5",      "\r",     "<image:", "<noise:",
  "@..5",   "@5..3", "@{5:1,",  "@{0:1}", "x.png>",  "://",
  "^@5~2 ", "10:(",  "), 20:(", "\xff",   "\x01",    "99999999999999999999",
  "0x10",   "_",
};

char *
random_pieces (TlRandom *random, const char *const *pieces, guint n_pieces, guint max_pieces)
{
  guint n = tl_random_below (random, max_pieces + 1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, pieces[tl_random_below (random, n_pieces)]);

  return g_string_free (text, FALSE);
}

char *
random_text (TlRandom *random, guint max_pieces)
{
  return random_pieces (random, language, G_N_ELEMENTS (language), max_pieces);
}
