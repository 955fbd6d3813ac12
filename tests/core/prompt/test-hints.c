/* test-hints.c - what the artist is told about odd prompts, and that the fixes keep what they
 * promise
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/prompt.h"
#include "tests/core/prompt/random-text.h"
#include "tests/core/prompt/say.h"

#include <math.h>
#include <string.h>

#define N_RANDOM 100000

typedef struct
{
  const char *input;
  TlHintCode code;
  gint segment, clause;
  guint column;
  const char *message, *fix_label, *fix;
} Case;

static const TlHint *
find_hint (TlPrompt *prompt, TlHintCode code)
{
  const GPtrArray *hints = tl_prompt_get_hints (prompt);

  for (guint i = 0; i < hints->len; i++)
    {
      const TlHint *hint = g_ptr_array_index (hints, i);

      if (hint->code == code)
        return hint;
    }

  return NULL;
}

static void
check (const Case *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      const Case *c = &cases[i];
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (c->input);
      const TlHint *hint = find_hint (prompt, c->code);

      say_input (c->input);
      g_assert_nonnull (hint);
      g_assert_cmpint (hint->segment, ==, c->segment);
      g_assert_cmpint (hint->clause, ==, c->clause);
      g_assert_cmpuint (hint->column, ==, c->column);
      g_assert_cmpstr (hint->message, ==, c->message);
      g_assert_cmpstr (hint->fix_label, ==, c->fix_label);
      g_assert_cmpstr (hint->fix, ==, c->fix);
    }
}

/* product.md 3.5, and what lies beside its rows. */
static void
spelling (void)
{
  static const char empty[] = "Nothing after the colon, so it counts as text.";
  static const char at_once[] = "This clause has nothing to do: it lets go at once.";
  static const char left_out[] = "Nothing between the marks: an empty clause was left out.";
  static const char removed[] = "Some unreadable characters were removed.";
  static const Case cases[] = {
    { "", TL_HINT_EMPTY_CLAUSE, -1, -1, 1, "Write a prompt or add an image.", NULL, NULL },
    { " ^ |", TL_HINT_EMPTY_CLAUSE, -1, -1, 1, "Write a prompt or add an image.", NULL, NULL },
    { "a | | b:", TL_HINT_EMPTY_CLAUSE, -1, -1, 3, left_out, "Remove", "a | b:" },
    { "||a||", TL_HINT_EMPTY_CLAUSE, -1, -1, 1, left_out, "Remove", "a" },
    { "^|:2^@5~1 a||^@9 ^ b", TL_HINT_EMPTY_CLAUSE, -1, -1, 1, left_out, "Remove", " a^ b" },
    { "cat:", TL_HINT_EMPTY_COLON, 0, 0, 4, empty, "Remove the colon", "cat" },
    { "é | cat:1: @..5", TL_HINT_EMPTY_COLON, 0, 1, 10, empty, "Remove the colon",
      "é | cat:1 @..5" },
    { ":", TL_HINT_EMPTY_COLON, 0, 0, 1, empty, NULL, NULL },
    { "cat:0,5", TL_HINT_COMMA_NUMBER, 0, 0, 5, "Weights use a point: 0.5", "Fix", "cat:0.5" },
    { "cat:1: -,5e1 | x", TL_HINT_COMMA_NUMBER, 0, 0, 8, "Weights use a point: -.5e1", "Fix",
      "cat:1: -.5e1 | x" },
    { "cat:0,5:0.4", TL_HINT_COMMA_NUMBER, 0, 0, 5, "Weights use a point: 0.5", "Fix",
      "cat:0.5:0.4" },
    { "ratio 16:9", TL_HINT_NUMBER_AS_WEIGHT, 0, 0, 10,
      "9 read as the weight. Meant as text? Write ratio 16\\:9", "Fix", "ratio 16\\:9" },
    { "a | 12:30:45 @..5", TL_HINT_NUMBER_AS_WEIGHT, 0, 1, 8,
      "30 read as the weight. Meant as text? Write 12\\:30\\:45", "Fix", "a | 12\\:30\\:45 @..5" },
    { "cat:1:0.5:2", TL_HINT_KEPT_NUMBER, 0, 0, 4, "Text keeps ':1'.", "Mark as text",
      "cat\\:1:0.5:2" },
    { "cat:1:0.5:2", TL_HINT_LETS_GO_AT_ONCE, 0, 0, 11, at_once, "Remove stop", "cat\\:1:0.5" },
    { "a\x01\xff b\xff", TL_HINT_UNREADABLE, -1, -1, 2, removed, "Remove them", "a b" },
    { "\xff cat:", TL_HINT_EMPTY_COLON, 0, 0, 6, empty, "Remove the colon", " cat" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
meaning (void)
{
  static const char at_once[] = "This clause has nothing to do: it lets go at once.";
  static const char wander[] = "Nothing to steer towards: results wander.";
  static const char order[] = "Order follows the numbers.";
  static const char ends[] = "Ends before it starts.";
  static const char english[] = "This CLIP was trained on English.";
  static const Case cases[] = {
    { "cat:0", TL_HINT_SWITCHED_OFF, 0, 0, 5, "Switched off.", NULL, NULL },
    { "cat @{0:0,9:0}", TL_HINT_SWITCHED_OFF, 0, 0, 5, "Switched off.", NULL, NULL },
    { "<image:a>:0", TL_HINT_SWITCHED_OFF, 0, 0, 11, "Switched off.", NULL, NULL },
    { "cat:1e9", TL_HINT_LIMITED, 0, 0, 5, "Limited to 10 000.", NULL, NULL },
    { "cat:1e999", TL_HINT_LIMITED, 0, 0, 5, "Limited to 10 000.", NULL, NULL },
    { "cat:-10000.1:2", TL_HINT_LIMITED, 0, 0, 5, "Limited to 10 000.", NULL, NULL },
    { "cat @{5:1e5}", TL_HINT_LIMITED, 0, 0, 5, "Limited to 10 000.", NULL, NULL },
    { "photo:-1 | x:-2", TL_HINT_ONLY_NEGATIVE, 0, -1, 1, wander, NULL, NULL },
    { "a ^ b:-1", TL_HINT_ONLY_NEGATIVE, 1, -1, 5, wander, NULL, NULL },
    { "b @{0:0,5:-1}", TL_HINT_ONLY_NEGATIVE, 0, -1, 1, wander, NULL, NULL },
    { "cat:1:1.31", TL_HINT_LETS_GO_AT_ONCE, 0, 0, 7, at_once, "Remove stop", "cat:1" },
    { "cat:-1:0.1 | b", TL_HINT_LETS_GO_AT_ONCE, 0, 0, 8, at_once, "Remove stop", "cat:-1 | b" },
    { "cat:1:inf", TL_HINT_LETS_GO_AT_ONCE, 0, 0, 7, at_once, "Remove stop", "cat:1" },
    { "cat:1:-0.9", TL_HINT_NEVER_LETS_GO, 0, 0, 7, "Never lets go.", "Remove stop", "cat:1" },
    { "<image:https://a/b.png>", TL_HINT_REMOTE_IMAGE, 0, 0, 1, "Not fetched by itself.", NULL,
      NULL },
    { "fog @300..100", TL_HINT_BAD_RANGE, 0, 0, 5, ends, "Swap them", "fog @100..300" },
    { "fog @5%..5%", TL_HINT_BAD_RANGE, 0, 0, 5, ends, NULL, NULL },
    { "fog @..0", TL_HINT_BAD_RANGE, 0, 0, 5, ends, NULL, NULL },
    { "fog @{5:1,5:2}", TL_HINT_DOUBLE_POINT, 0, 0, 5, "Two weights at 5.", NULL, NULL },
    { "fog @{5%:1,7:0,5%:2}", TL_HINT_DOUBLE_POINT, 0, 0, 5, "Two weights at 5%.", NULL, NULL },
    { "fog @{9:1,5:2}", TL_HINT_REORDERED, 0, 0, 5, order, "Sort", "fog @{5:2,9:1}" },
    { "a ^@300 b: ^@100 c", TL_HINT_REORDERED, 1, -1, 13, order, "Sort", "a ^@100 c ^@300 b:" },
    { "кошка", TL_HINT_NOT_LATIN, -1, -1, 1, english, NULL, NULL },
    { "cat | кошка в дом", TL_HINT_NOT_LATIN, -1, -1, 7, english, NULL, NULL },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
other_programs (void)
{
  static const char editing[] = "Looks like A1111 prompt editing.";
  static const char half[] = "Convert to a turn at 50 %";
  static const char emphasis[] = "Word emphasis has no effect here; weight whole clauses.";
  static const char keys[] = "Looks like animation keyframes.";
  static const Case cases[] = {
    { "[cat:dog:0.5]", TL_HINT_A1111_EDITING, 0, 0, 1, editing, half, "cat ^@50% dog" },
    { "a [cat:dog:0.25] in a hat:2 | b", TL_HINT_A1111_EDITING, 0, 0, 3, editing,
      "Convert to a turn at 25 %", "a cat in a hat:2 | b ^@25% a dog in a hat:2 | b" },
    { "sea [storm:40]", TL_HINT_A1111_EDITING, 0, 0, 5, editing,
      "Convert to a turn at iteration 40", "sea ^@40 sea storm" },
    { "sea [storm::.5] sky", TL_HINT_A1111_EDITING, 0, 0, 5, editing, half,
      "sea storm sky ^@50% sea sky" },
    { "[a|b]", TL_HINT_A1111_EDITING, 0, 0, 1, editing, half, "a ^@50% b" },
    { "x | [a|b|c] y", TL_HINT_A1111_EDITING, 0, 1, 5, editing, "Convert to turns",
      "x | a y ^@33% x | b y ^@67% x | c y" },
    { "[a:b:0.5] [c:d:0.25]", TL_HINT_A1111_EDITING, 0, 0, 1, editing, "Convert to turns",
      "a c ^@25% a d ^@50% b d" },
    { "[a:b:0.5] [c:d:9]", TL_HINT_A1111_EDITING, 0, 0, 1, editing, NULL, NULL },
    { "[dog:0.5]", TL_HINT_A1111_EDITING, 0, 0, 1, editing, NULL, NULL },
    { "x ^ [a:b:0.5]", TL_HINT_A1111_EDITING, 1, 0, 5, editing, NULL, NULL },
    { "a (red:1.3) cat:2", TL_HINT_A1111_EMPHASIS, 0, 0, 3, emphasis, "Remove the emphasis",
      "a red cat:2" },
    { "a | (word: 1.3)", TL_HINT_A1111_EMPHASIS, 0, 1, 5, emphasis, "Weight the clause",
      "a | word: 1.3" },
    { "10:(Apple: 1| Orange: 0), 20:(Apple: 0| Orange: 1| Peach: 1)", TL_HINT_ANIMATION_KEYS, -1,
      -1, 1, keys, "Convert", "Apple@{10:1,20:0} | Orange@{10:0,20:1} | Peach" },
    { " 20 : (b (c): .5 | a), 0:(a:2|b (c)) , ", TL_HINT_ANIMATION_KEYS, -1, -1, 1, keys, "Convert",
      "b (c)@{0:1,20:0.5} | a@{0:2,20:1}" },
    { "0:(ratio 16: 9)", TL_HINT_ANIMATION_KEYS, -1, -1, 1, keys, "Convert", "ratio 16: 9" },
    { "0:(a:1), 0:(a:3)", TL_HINT_ANIMATION_KEYS, -1, -1, 1, keys, "Convert", "a:3" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
limits (void)
{
  GString *clauses = g_string_new (NULL), *words = g_string_new (NULL);
  g_autoptr (TlPrompt) many = NULL, wordy = NULL;
  const TlHint *hint;

  for (guint i = 0; i < 65; i++)
    g_string_append (clauses, "a|");
  for (guint i = 0; i < 4097; i++)
    g_string_append_c (words, 'a');
  many = tl_prompt_parse (clauses->str);
  wordy = tl_prompt_parse (words->str);
  g_string_free (clauses, TRUE);
  g_string_free (words, TRUE);

  hint = find_hint (many, TL_HINT_TOO_MANY);
  g_assert_cmpuint (hint->column, ==, 129);
  g_assert_cmpstr (hint->message, ==, "Too many clauses: the last ones were left out.");
  hint = find_hint (wordy, TL_HINT_TOO_LONG);
  g_assert_cmpint (hint->clause, ==, 0);
  g_assert_cmpstr (hint->message, ==, "This clause is too long: its end was cut off.");
}

static void
nothing_odd_no_hint (void)
{
  static const char *const plain[] = {
    "raccoon driving a tractor",
    "A painting of an apple | psychedelic | surreal:0.5 | weird:0.25",
    "a sunflower|photo:-1 ^ a rose ^ a tulip",
    "sunset:1:0.67 | photo:-1:-0.94",
    "ratio 16\\:9 | ratio 16: 9 | apollo 11:0.5 | cat:2",
    "Star Wars: a new hope",
    "unreal engine @..200 | fog @{0:1,50%:0.2} | mist @300..50%",
    "raccoon ^@400~50 raccoon in a spacesuit ^@500 a",
    "a ^@90% b ^@100 c",
    "<image:my drawing.png>:0.5 | oil painting | <noise:666>:0.1",
    "<image:a> | b ^ c | <image:a>:0",
    "<image:a> ^ c:-1",
    "deep ocean monsters #pixelart (c) [sic] (1999) [x",
    "(a) sunny day, 10 : 12 (or so)",
    "café кот naïve œuvre",
    "日本 sushi bar",
    "cat\r\n | dog",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (plain); i++)
    {
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (plain[i]);
      const GPtrArray *hints = tl_prompt_get_hints (prompt);

      if (hints->len > 0)
        g_error ("%s: %s", plain[i], ((TlHint *) g_ptr_array_index (hints, 0))->message);
    }
}

static void
hints_come_in_order (void)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("a:0 | (b:2) | c: | \x01 d:1e9:2");
  const GPtrArray *hints = tl_prompt_get_hints (prompt);

  g_assert_cmpuint (hints->len, ==, 6);
  for (guint i = 1; i < hints->len; i++)
    g_assert_cmpuint (((TlHint *) g_ptr_array_index (hints, i - 1))->column, <=,
                      ((TlHint *) g_ptr_array_index (hints, i))->column);
}

static const TlClause *
get_clause (TlPrompt *prompt, const TlHint *hint)
{
  if (hint->segment >= (gint) tl_prompt_get_n_segments (prompt)
      || hint->clause >= (gint) tl_prompt_get_segment (prompt, hint->segment)->n_clauses)
    return NULL;

  return &tl_prompt_get_segment (prompt, hint->segment)->clauses[hint->clause];
}

static gboolean
is_same_but_for_stop (const TlClause *a, const TlClause *b)
{
  TlClause copy = *a;

  copy.stop = -INFINITY;
  return tl_clause_equal (&copy, b);
}

static gboolean
has_number (const TlClause *clause, const char *message)
{
  gdouble value = g_ascii_strtod (strrchr (message, ' '), NULL);

  return clause->weight == CLAMP (value, -TL_PROMPT_MAX_WEIGHT, TL_PROMPT_MAX_WEIGHT)
         || clause->stop == value;
}

/* Does the fix of @hint do what its button says? */
static gboolean
is_promise_kept (TlPrompt *prompt, const TlHint *hint, TlPrompt *fixed)
{
  const TlClause *before = hint->clause >= 0 ? get_clause (prompt, hint) : NULL;
  const TlClause *after = hint->clause >= 0 ? get_clause (fixed, hint) : NULL;

  switch (hint->code)
    {
    case TL_HINT_EMPTY_CLAUSE:
    case TL_HINT_UNREADABLE:
      return tl_prompt_equal (prompt, fixed) && find_hint (fixed, hint->code) == NULL;
    case TL_HINT_KEPT_NUMBER:
    case TL_HINT_REORDERED:
      return tl_prompt_equal (prompt, fixed);
    case TL_HINT_LETS_GO_AT_ONCE:
    case TL_HINT_NEVER_LETS_GO:
      return is_same_but_for_stop (before, after);
    case TL_HINT_NUMBER_AS_WEIGHT:
      return g_str_has_prefix (after->text, before->text) && after->weight == 1
             && after->stop == -INFINITY;
    case TL_HINT_COMMA_NUMBER:
      return has_number (after, hint->message);
    case TL_HINT_BAD_RANGE:
      return after->schedule.kind == TL_SCHEDULE_RANGE;
    case TL_HINT_A1111_EDITING:
      return tl_prompt_get_n_segments (fixed) > tl_prompt_get_n_segments (prompt);
    case TL_HINT_EMPTY_COLON:
    case TL_HINT_A1111_EMPHASIS:
      return tl_prompt_get_n_segments (prompt) == tl_prompt_get_n_segments (fixed) && after != NULL;
    case TL_HINT_ANIMATION_KEYS:
      return tl_prompt_get_n_segments (fixed) == 1;
    default:
      return FALSE;
    }
}

/* random_text() seldom writes two numbers in a row. */
static char *
random_numbers (TlRandom *random)
{
  static const char *const pieces[] = {
    "a",     "b ", ":",     ":",   ":1",  ":-1",  ":0.5",  ":9",   ":2",         ":0,5",
    ":45",   "16", " ",     " | ", " ^ ", "^@9 ", "^@30 ", "@9..", "@{9:1,5:2}", "(",
    ":1.3)", "[",  ":0.5]", ":7]", "\\",  "\\:",  "inf",   ":-.3", "<image:a>",  "|",
  };

  return random_pieces (random, pieces, G_N_ELEMENTS (pieces), 10);
}

static void
fixes_keep_their_promise (void)
{
  static const TlHintCode often[] = {
    TL_HINT_EMPTY_CLAUSE, TL_HINT_EMPTY_COLON,     TL_HINT_NUMBER_AS_WEIGHT, TL_HINT_COMMA_NUMBER,
    TL_HINT_KEPT_NUMBER,  TL_HINT_LETS_GO_AT_ONCE, TL_HINT_NEVER_LETS_GO,    TL_HINT_BAD_RANGE,
    TL_HINT_REORDERED,    TL_HINT_A1111_EDITING,   TL_HINT_A1111_EMPHASIS,   TL_HINT_ANIMATION_KEYS,
    TL_HINT_UNREADABLE,
  };
  guint n_fixes[TL_HINT_TOO_MANY + 1] = { 0 };
  TlRandom random;

  tl_random_init (&random, 3, 0, TL_PURPOSE_CLAUSE, 0);
  for (guint i = 0; i < N_RANDOM; i++)
    {
      g_autofree char *text = i % 2 > 0 ? random_text (&random, 16) : random_numbers (&random);
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);
      const GPtrArray *hints = tl_prompt_get_hints (prompt);

      for (guint j = 0; j < hints->len; j++)
        {
          const TlHint *hint = g_ptr_array_index (hints, j);
          g_autoptr (TlPrompt) fixed = tl_prompt_parse (hint->fix != NULL ? hint->fix : "");

          g_assert_cmpuint (hint->column, >=, 1);
          g_assert_cmpint (hint->fix == NULL, ==, hint->fix_label == NULL);
          if (hint->fix == NULL)
            continue;
          n_fixes[hint->code]++;
          if (!is_promise_kept (prompt, hint, fixed))
            {
              g_autofree char *escaped = g_strescape (text, NULL);

              g_error ("%s: “%s” gives %s", escaped, hint->message, hint->fix);
            }
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (often); i++)
    g_assert_cmpuint (n_fixes[often[i]], >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/hints/spelling", spelling);
  g_test_add_func ("/prompt/hints/meaning", meaning);
  g_test_add_func ("/prompt/hints/other-programs", other_programs);
  g_test_add_func ("/prompt/hints/limits", limits);
  g_test_add_func ("/prompt/hints/nothing-odd-no-hint", nothing_odd_no_hint);
  g_test_add_func ("/prompt/hints/order", hints_come_in_order);
  g_test_add_func ("/prompt/hints/fixes-keep-their-promise", fixes_keep_their_promise);
  return g_test_run ();
}
