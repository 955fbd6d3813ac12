/* clean.c - a prompt as the tokenizer's pattern is applied to it
 *
 * Every step takes a list of runes (a character and where it came from) and makes a shorter or
 * longer one, so that a token can be traced to the bytes that the user typed. The rules are
 * Python's, whose str.lower() differs from g_utf8_strdown() in the final sigma and in not asking
 * the locale.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/clean.h"

#include "core/clip/entities.h"

#include <string.h>

#define REPLACEMENT 0xfffd
#define CAPITAL_SIGMA 0x3a3
#define SMALL_SIGMA 0x3c3
#define FINAL_SIGMA 0x3c2
#define FIRST_MARK 0x300

/* Longest name that html.unescape() considers. */
#define MAX_NAME 32

typedef struct
{
  gunichar c;
  gsize offset;
} Rune;

typedef struct
{
  gunichar first, last;
} Range;

#define RUNE(array, i) g_array_index (array, Rune, i)

static GArray *
runes_new (gsize n)
{
  return g_array_sized_new (FALSE, FALSE, sizeof (Rune), (guint) n);
}

static void
append (GArray *runes, gunichar c, gsize offset)
{
  Rune rune = { c, offset };

  g_array_append_val (runes, rune);
}

static gboolean
is_in (gunichar c, const Range *ranges, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return TRUE;
  return FALSE;
}

static GArray *
decode (const char *text)
{
  gsize n = strlen (text);
  GArray *runes = runes_new (n);

  for (gsize i = 0; i < n;)
    {
      gunichar c = g_utf8_get_char_validated (text + i, (gssize) (n - i));
      gboolean is_valid = c < 0x110000;

      append (runes, is_valid ? c : REPLACEMENT, i);
      i += is_valid ? (gsize) g_unichar_to_utf8 (c, NULL) : 1;
    }
  return runes;
}

/* --- html.unescape() (Python's html/__init__.py) --- */

/* What the standard makes of numbers 0x80 to 0x9f: Windows-1252. */
static const guint16 windows_1252[32] = {
  0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
  0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
  0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
};

/* Numbers that stand for nothing at all: controls and noncharacters. */
static gboolean
is_dropped (gunichar c)
{
  static const Range ranges[] = {
    { 0x1, 0x8 }, { 0xb, 0xb }, { 0xe, 0x1f }, { 0x7f, 0x9f }, { 0xfdd0, 0xfdef }
  };

  return is_in (c, ranges, G_N_ELEMENTS (ranges)) || (c & 0xfffe) == 0xfffe;
}

static void
append_number (GArray *out, gunichar number, gsize offset)
{
  if (number >= 0x80 && number < 0xa0)
    append (out, windows_1252[number - 0x80], offset);
  else if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number < 0xe000))
    append (out, REPLACEMENT, offset);
  else if (!is_dropped (number))
    append (out, number, offset);
}

static gint
digit_value (gunichar c, guint base)
{
  gint value = c < 0x80 ? g_ascii_xdigit_value ((gchar) c) : -1;

  return value < (gint) base ? value : -1;
}

/* "#123;" or "#x1f;", whose semicolon may be missing, at @start -> runes taken, 0 if it is none. */
static guint
unescape_number (GArray *in, guint start, GArray *out)
{
  guint i = start + 1;
  guint base = 10;
  guint first_digit;
  gunichar number = 0;

  if (i < in->len && (RUNE (in, i).c | 0x20) == 'x')
    {
      base = 16;
      i++;
    }
  for (first_digit = i; i < in->len && digit_value (RUNE (in, i).c, base) >= 0; i++)
    number = MIN (number * base + (guint) digit_value (RUNE (in, i).c, base), 0x110000);
  if (i == first_digit)
    return 0;

  append_number (out, number, RUNE (in, start - 1).offset);
  if (i < in->len && RUNE (in, i).c == ';')
    i++;
  return i - start;
}

static guint
append_entity (GArray *out, const char *name, guint n, gboolean has_semicolon, gsize offset)
{
  gunichar characters[2];
  guint n_characters = tl_entity_lookup (name, n, has_semicolon, characters);

  for (guint i = 0; i < n_characters; i++)
    append (out, characters[i], offset);
  return n_characters;
}

/* "amp;" at @start -> runes taken, 0 if it is none. What is no name may begin with one of those
 * that need no semicolon: the longest such beginning of at least two letters counts. */
static guint
unescape_name (GArray *in, guint start, GArray *out)
{
  gsize offset = RUNE (in, start - 1).offset;
  char name[MAX_NAME];
  guint n = 0;

  for (; n < MAX_NAME && start + n < in->len; n++)
    {
      gunichar c = RUNE (in, start + n).c;

      if (c != 0 && c < 0x80 && strchr ("\t\n\f <&#;", (gint) c) != NULL)
        break;
      /* No name has a delete in it: it stands for whatever is not ASCII. */
      name[n] = c < 0x80 ? (char) c : 0x7f;
    }

  if (start + n < in->len && RUNE (in, start + n).c == ';'
      && append_entity (out, name, n, TRUE, offset) > 0)
    return n + 1;
  for (; n > 1; n--)
    if (append_entity (out, name, n, FALSE, offset) > 0)
      return n;
  return 0;
}

/* (transfer full): takes @in */
static GArray *
unescape (GArray *in)
{
  GArray *out = runes_new (in->len);

  for (guint i = 0; i < in->len;)
    {
      guint taken = 0;

      if (RUNE (in, i).c == '&' && i + 1 < in->len)
        taken = RUNE (in, i + 1).c == '#' ? unescape_number (in, i + 1, out)
                                          : unescape_name (in, i + 1, out);
      if (taken == 0)
        g_array_append_val (out, RUNE (in, i));
      i += 1 + taken;
    }

  g_array_unref (in);
  return out;
}

/* --- ftfy.fix_text(), as far as it asks no questions (ftfy, chardata.py and fixes.py) --- */

/* What is written as another character, or as up to three: quotes, ligatures and digraphs. */
static const struct
{
  gunichar c;
  gunichar plain[3];
} plain_forms[] = {
  { 0x132, { 'I', 'J' } },       { 0x133, { 'i', 'j' } },       { 0x149, { '\'', 'n' } },
  { 0x1c4, { 'D', 0x17d } },     { 0x1c5, { 'D', 0x17e } },     { 0x1c6, { 'd', 0x17e } },
  { 0x1c7, { 'L', 'J' } },       { 0x1c8, { 'L', 'j' } },       { 0x1c9, { 'l', 'j' } },
  { 0x1ca, { 'N', 'J' } },       { 0x1cb, { 'N', 'j' } },       { 0x1cc, { 'n', 'j' } },
  { 0x1f1, { 'D', 'Z' } },       { 0x1f2, { 'D', 'z' } },       { 0x1f3, { 'd', 'z' } },
  { 0x2bc, { '\'' } },           { 0x2018, { '\'' } },          { 0x2019, { '\'' } },
  { 0x201a, { '\'' } },          { 0x201b, { '\'' } },          { 0x201c, { '"' } },
  { 0x201d, { '"' } },           { 0x201e, { '"' } },           { 0x201f, { '"' } },
  { 0xfb00, { 'f', 'f' } },      { 0xfb01, { 'f', 'i' } },      { 0xfb02, { 'f', 'l' } },
  { 0xfb03, { 'f', 'f', 'i' } }, { 0xfb04, { 'f', 'f', 'l' } }, { 0xfb05, { 0x17f, 't' } },
  { 0xfb06, { 's', 't' } },
};

static gboolean
append_plain (GArray *out, Rune rune)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain_forms); i++)
    if (plain_forms[i].c == rune.c)
      {
        for (guint j = 0; j < 3 && plain_forms[i].plain[j] != 0; j++)
          append (out, plain_forms[i].plain[j], rune.offset);
        return TRUE;
      }
  return FALSE;
}

/* Appends @n runes of @in from @start on as @mode writes them. What changes comes from where the
 * first of them came from. */
static void
append_normalized (GArray *out, GArray *in, guint start, guint n, GNormalizeMode mode)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *normal = NULL;

  for (guint i = start; i < start + n; i++)
    g_string_append_unichar (text, RUNE (in, i).c);
  normal = g_utf8_normalize (text->str, (gssize) text->len, mode);
  if (normal == NULL || strcmp (normal, text->str) == 0)
    g_array_append_vals (out, &RUNE (in, start), n);
  else
    for (const char *p = normal; *p != '\0'; p = g_utf8_next_char (p))
      append (out, g_utf8_get_char (p), RUNE (in, start).offset);
}

/* Full-width letters and half-width kana. */
static gboolean
has_other_width (gunichar c)
{
  return c >= 0xff01 && c <= 0xffef;
}

/* Controls and marks that a text has no use for. */
static gboolean
is_control (gunichar c)
{
  static const Range ranges[] = { { 0x0, 0x8 },      { 0xb, 0xb },       { 0xe, 0x1f },
                                  { 0x7f, 0x7f },    { 0x206a, 0x206f }, { 0xfeff, 0xfeff },
                                  { 0xfff9, 0xfffc } };

  return is_in (c, ranges, G_N_ELEMENTS (ranges));
}

/* (transfer full): takes @in */
static GArray *
straighten (GArray *in)
{
  GArray *out = runes_new (in->len);

  for (guint i = 0; i < in->len; i++)
    if (has_other_width (RUNE (in, i).c))
      append_normalized (out, in, i, 1, G_NORMALIZE_NFKC);
    else if (!is_control (RUNE (in, i).c) && !append_plain (out, RUNE (in, i)))
      g_array_append_val (out, RUNE (in, i));

  g_array_unref (in);
  return out;
}

/* Whether @c may become one with what stands before it: marks, and the later parts of a Hangul
 * syllable. */
static gboolean
is_joined (gunichar c)
{
  return c >= FIRST_MARK && (g_unichar_ismark (c) || (c >= 0x1160 && c <= 0x11ff));
}

/* (transfer full): takes @in; composes accents (Unicode's NFC) */
static GArray *
compose (GArray *in)
{
  GArray *out = runes_new (in->len);

  for (guint i = 0; i < in->len;)
    {
      guint n = 1;

      while (i + n < in->len && is_joined (RUNE (in, i + n).c))
        n++;
      /* Below the first mark all is composed. */
      if (n == 1 && RUNE (in, i).c < FIRST_MARK)
        g_array_append_val (out, RUNE (in, i));
      else
        append_normalized (out, in, i, n, G_NORMALIZE_NFC);
      i += n;
    }

  g_array_unref (in);
  return out;
}

/* --- white space --- */

/* \s of Python's regex module: Unicode's White_Space */
static gboolean
is_space (gunichar c)
{
  static const Range ranges[] = { { 0x9, 0xd },       { 0x20, 0x20 },     { 0x85, 0x85 },
                                  { 0xa0, 0xa0 },     { 0x1680, 0x1680 }, { 0x2000, 0x200a },
                                  { 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f },
                                  { 0x3000, 0x3000 } };

  return is_in (c, ranges, G_N_ELEMENTS (ranges));
}

/* str.isspace() counts the four separators of ASCII as well. */
static gboolean
is_stripped (gunichar c)
{
  return is_space (c) || (c >= 0x1c && c <= 0x1f);
}

/* (transfer full): takes @in */
static GArray *
collapse (GArray *in)
{
  GArray *out = runes_new (in->len);
  guint start = 0;
  guint end = in->len;

  while (end > start && is_stripped (RUNE (in, end - 1).c))
    end--;
  while (start < end && is_stripped (RUNE (in, start).c))
    start++;

  for (guint i = start; i < end; i++)
    if (!is_space (RUNE (in, i).c))
      g_array_append_val (out, RUNE (in, i));
    else if (!is_space (RUNE (in, i - 1).c))
      append (out, ' ', RUNE (in, i).offset);

  g_array_unref (in);
  return out;
}

/* --- str.lower() --- */

/* Unicode's Cased, in general categories as far as they go */
static gboolean
is_cased (gunichar c)
{
  static const Range others[] = {
    { 0xaa, 0xaa },       { 0xba, 0xba },       { 0x2b0, 0x2b8 },     { 0x2c0, 0x2c1 },
    { 0x2e0, 0x2e4 },     { 0x345, 0x345 },     { 0x37a, 0x37a },     { 0x1d2c, 0x1d6a },
    { 0x1d78, 0x1d78 },   { 0x1d9b, 0x1dbf },   { 0x2071, 0x2071 },   { 0x207f, 0x207f },
    { 0x2090, 0x209c },   { 0x2160, 0x217f },   { 0x24b6, 0x24e9 },   { 0x2c7c, 0x2c7d },
    { 0xa69c, 0xa69d },   { 0xa770, 0xa770 },   { 0xa7f8, 0xa7f9 },   { 0xab5c, 0xab5f },
    { 0x10780, 0x10780 }, { 0x10783, 0x10785 }, { 0x10787, 0x107b0 }, { 0x107b2, 0x107ba },
    { 0x1f130, 0x1f149 }, { 0x1f150, 0x1f169 }, { 0x1f170, 0x1f189 },
  };
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_UPPERCASE_LETTER || type == G_UNICODE_LOWERCASE_LETTER
         || type == G_UNICODE_TITLECASE_LETTER || is_in (c, others, G_N_ELEMENTS (others));
}

/* Unicode's Case_Ignorable */
static gboolean
is_case_ignorable (gunichar c)
{
  static const Range others[] = { { 0x27, 0x27 },     { 0x2e, 0x2e },     { 0x3a, 0x3a },
                                  { 0xb7, 0xb7 },     { 0x387, 0x387 },   { 0x55f, 0x55f },
                                  { 0x5f4, 0x5f4 },   { 0x2018, 0x2019 }, { 0x2024, 0x2024 },
                                  { 0x2027, 0x2027 }, { 0xfe13, 0xfe13 }, { 0xfe52, 0xfe52 },
                                  { 0xfe55, 0xfe55 }, { 0xff07, 0xff07 }, { 0xff0e, 0xff0e },
                                  { 0xff1a, 0xff1a } };

  switch (g_unichar_type (c))
    {
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
    case G_UNICODE_FORMAT:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_MODIFIER_SYMBOL:
      return TRUE;
    default:
      return is_in (c, others, G_N_ELEMENTS (others));
    }
}

/* Whether the first character that counts, from @i on in steps of @step, is cased. */
static gboolean
meets_cased (GArray *runes, guint i, gint step)
{
  /* Past either end, the unsigned index is too large. */
  while (i < runes->len && is_case_ignorable (RUNE (runes, i).c))
    i += (guint) step;
  return i < runes->len && is_cased (RUNE (runes, i).c);
}

/* g_unichar_tolower() changes letters only; Roman numerals and circled letters have capitals too.
 */
static gunichar
lower_char (gunichar c)
{
  if (c >= 0x2160 && c <= 0x216f)
    return c + 0x10;
  if (c >= 0x24b6 && c <= 0x24cf)
    return c + 0x1a;
  return g_unichar_tolower (c);
}

/* A sigma ends a word (Unicode's Final_Sigma) if a cased letter stands before it and none after. */
static gunichar
lower_sigma (GArray *runes, guint i)
{
  gboolean is_final = meets_cased (runes, i - 1, -1) && !meets_cased (runes, i + 1, 1);

  return is_final ? FINAL_SIGMA : SMALL_SIGMA;
}

/* (transfer full): takes @in */
static GArray *
lower (GArray *in)
{
  GArray *out = runes_new (in->len);

  for (guint i = 0; i < in->len; i++)
    {
      Rune rune = RUNE (in, i);

      if (rune.c == CAPITAL_SIGMA)
        append (out, lower_sigma (in, i), rune.offset);
      else
        append (out, lower_char (rune.c), rune.offset);
      /* The dotted capital I keeps its dot, which is the one unconditional case in Unicode's
       * SpecialCasing where lower case has two characters. */
      if (rune.c == 0x130)
        append (out, 0x307, rune.offset);
    }

  g_array_unref (in);
  return out;
}

/* --- public --- */

static TlCleanText *
encode (GArray *runes, gsize n_original)
{
  TlCleanText *self = g_new0 (TlCleanText, 1);
  gsize n = 0;

  self->text = g_malloc (runes->len * 4 + 1);
  self->offsets = g_new (gsize, runes->len * 4 + 1);
  for (guint i = 0; i < runes->len; i++)
    {
      gsize end = n + (gsize) g_unichar_to_utf8 (RUNE (runes, i).c, self->text + n);

      for (; n < end; n++)
        self->offsets[n] = RUNE (runes, i).offset;
    }
  self->text[n] = '\0';
  self->offsets[n] = n_original;
  self->n = n;
  return self;
}

TlCleanText *
tl_clean_text_new (const char *text)
{
  g_autoptr (GArray) runes = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  runes = unescape (unescape (decode (text)));
  runes = lower (collapse (compose (straighten (runes))));
  return encode (runes, strlen (text));
}

void
tl_clean_text_free (TlCleanText *self)
{
  g_free (self->text);
  g_free (self->offsets);
  g_free (self);
}
