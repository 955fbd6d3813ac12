/* test-clean.c - what is done to a text before words are looked for in it
 *
 * Expected values are what Python 3.11 answers for the same steps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/clean.h"

#include "core/clip/entities.h"

#include <string.h>

typedef struct
{
  const char *text, *clean;
} Case;

static void
check_cases (const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (TlCleanText) clean = tl_clean_text_new (cases[i].text);
      g_autofree char *escaped = g_strescape (cases[i].text, NULL);

      g_test_message ("%s", escaped);
      g_assert_cmpstr (clean->text, ==, cases[i].clean);
      g_assert_cmpuint (clean->n, ==, strlen (cases[i].clean));
    }
}

static void
test_white_space (void)
{
  static const Case cases[] = {
    { "", "" },
    { " \t\n ", "" },
    { "  a  b\r\n\tc ", "a b c" },
    { "a\xc2\xa0 \xe2\x80\x83"
      "b",
      "a b" },
    { "a\xe3\x80\x80"
      "b\xc2\x85",
      "a b" },
    /* ftfy drops the ASCII separators, which are white space to str.strip() and not to \s. */
    { "\x1c"
      "a\x1c"
      "b\x1f",
      "ab" },
    { "a\xe2\x80\x8b"
      "b",
      "a\xe2\x80\x8b"
      "b" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_lower_case (void)
{
  static const Case cases[] = {
    { "A Red TRACTOR", "a red tractor" },
    { "STRASSE ẞ ÅŒ", "strasse ß åœ" },
    { "İI", "i\xcc\x87i" },
    { "Dž Ⅷ Ⓩ K", "dž ⅷ ⓩ k" },
    { "Σ", "σ" },
    { "ΟΔΥΣΣΕΥΣ", "οδυσσευς" },
    { "ΑΣ. ΑΣ.Α", "ας. ασ.α" },
    { "Α'Σ' 'Σ", "α'ς' 'σ" },
    { "ΑΣΣ", "ασς" },
    { "1Σ", "1σ" },
    { "ſ", "ſ" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

/* What ftfy 6 makes of them. */
static void
test_straight (void)
{
  static const Case cases[] = {
    { "don’t ‘a’ ‚b‛ ʼc", "don't 'a' 'b' 'c" },
    { "“a” „b‟", "\"a\" \"b\"" },
    { "&ldquo;a&rdquo;", "\"a\"" },
    { "«a» ‹b› ′″ `´", "«a» ‹b› ′″ `´" },
    { "ﬁre oﬄine ﬀ ﬂ ﬃ ﬅ ﬆ ĳs ŉ Ǆ ǈ", "fire offline ff fl ffi ſt st ijs 'n dž lj" },
    { "Æsir œuvre", "æsir œuvre" },
    { "ＡＢＣ！ ｶﾞ ￥", "abc! ガ ¥" },
    { "cafe\xcc\x81 A\xcc\x8angstro\xcc\x88m", "café ångström" },
    { "q\xcc\xa3\xcc\x87 q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87 q\xcc\xa3\xcc\x87" },
    { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한" },
    { "Å Ω", "å ω" },
    { "\xef\xbb\xbf"
      "a\x07"
      "b\x7f",
      "ab" },
    { "½ ① ⅸ ²", "½ ① ⅸ ²" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_entities (void)
{
  static const Case cases[] = {
    { "a &amp; b", "a & b" },
    { "a &amp;amp;lt b", "a &lt b" },
    { "caf&eacute;", "café" },
    { "&lt", "<" },
    { "&notit;", "¬it;" },
    { "&NotEqualTilde;", "≂̸" },
    { "&CounterClockwiseContourIntegral;", "∳" },
    { "R&D", "r&d" },
    { "& &; &#; &#x; &nosuchname;", "& &; &#; &#x; &nosuchname;" },
    { "&#65;&#x42;&#X43", "abc" },
    { "&#128;&#150;", "€–" },
    { "x&#1;y&#xfdd0;", "xy" },
    { "&#0;&#xd800;&#x110000;&#99999999999999999999;",
      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "&nbsp;x&nbsp;", "x" },
    { "&Aacute;", "á" },
    { "&ampé", "&é" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_every_entity_is_found (void)
{
  gunichar characters[2];

  g_assert_cmpuint (tl_entity_lookup ("AElig", 5, FALSE, characters), ==, 1);
  g_assert_cmphex (characters[0], ==, 0xc6);
  g_assert_cmpuint (tl_entity_lookup ("zwnj", 4, TRUE, characters), ==, 1);
  g_assert_cmphex (characters[0], ==, 0x200c);
  g_assert_cmpuint (tl_entity_lookup ("zwnj", 4, FALSE, characters), ==, 0);
  g_assert_cmpuint (tl_entity_lookup ("acE", 3, TRUE, characters), ==, 2);
  g_assert_cmphex (characters[0], ==, 0x223e);
  g_assert_cmphex (characters[1], ==, 0x333);
  g_assert_cmpuint (tl_entity_lookup ("sup", 3, TRUE, characters), ==, 1);
  g_assert_cmpuint (tl_entity_lookup ("sup1", 4, FALSE, characters), ==, 1);
  g_assert_cmpuint (tl_entity_lookup ("A", 1, TRUE, characters), ==, 0);
  g_assert_cmpuint (tl_entity_lookup ("zz", 2, TRUE, characters), ==, 0);
}

static void
test_bad_utf8 (void)
{
  static const Case cases[] = {
    { "a\xff"
      "b",
      "a\xef\xbf\xbd"
      "b" },
    { "\xc3", "\xef\xbf\xbd" },
    { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xf4\x90\x80\x80!", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

/* What becomes of several characters comes from the first, and what a ligature becomes from it. */
static void
test_offsets_of_straight (void)
{
  g_autoptr (TlCleanText) clean = tl_clean_text_new ("ﬁ e\xcc\x81’x");
  static const gsize offsets[] = { 0, 0, 3, 4, 4, 7, 10, 11 };

  g_assert_cmpstr (clean->text, ==, "fi é'x");
  for (guint i = 0; i <= clean->n; i++)
    g_assert_cmpuint (clean->offsets[i], ==, offsets[i]);
}

static void
test_offsets (void)
{
  const char *text = "  É &amp; &amp;lt;b ";
  g_autoptr (TlCleanText) clean = tl_clean_text_new (text);
  static const gsize offsets[] = { 2, 2, 4, 5, 10, 11, 19 };

  g_assert_cmpstr (clean->text, ==, "é & <b");
  for (guint i = 0; i < clean->n; i++)
    g_assert_cmpuint (clean->offsets[i], ==, offsets[i]);
  g_assert_cmpuint (clean->offsets[clean->n], ==, strlen (text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/clean/white-space-becomes-one-space", test_white_space);
  g_test_add_func ("/clip/clean/lower-case-is-python's", test_lower_case);
  g_test_add_func ("/clip/clean/typography-becomes-plain", test_straight);
  g_test_add_func ("/clip/clean/offsets-of-typography", test_offsets_of_straight);
  g_test_add_func ("/clip/clean/entities-are-read-twice", test_entities);
  g_test_add_func ("/clip/clean/entities-at-the-ends-of-the-table", test_every_entity_is_found);
  g_test_add_func ("/clip/clean/bad-utf8-becomes-replacements", test_bad_utf8);
  g_test_add_func ("/clip/clean/offsets-point-into-the-original", test_offsets);
  return g_test_run ();
}
