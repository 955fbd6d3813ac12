/* test-print.c - what is printed reads as what was meant, and looks the way an artist would write
 * it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/prompt.h"
#include "tests/core/comma-locale.h"
#include "tests/core/prompt/random-text.h"

#include <math.h>
#include <string.h>

#define N_RANDOM 200000

static char *
print (const char *text)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);

  return tl_prompt_print (prompt);
}

static void
canonical_forms (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { " a |b:1.0: -inf", "a | b" },
    { "cat : 2.50 :+inf@..5", "cat:2.5:inf @..5" },
    { "cat:1:0.5", "cat:1:0.5" },
    { "cat:100 | dog:1e4 | owl:1e-7", "cat:100 | dog:10000 | owl:1e-07" },
    { "fog@{ 0:1, 50%: .2 }", "fog @{0:1,50%:0.2}" },
    { "a^@400~50\tb^c ^@2~0 d", "a ^@2 d ^@400~50 b ^ c" },
    { "a^@400~50 b^c", "a ^@400~50 b ^ c" },
    { "ratio 16:9", "ratio 16: 9" },
    { "ratio 16:0.9", "ratio 16:0.9" },
    { "12:30:45", "12: 30:45" },
    { "ratio 16\\:9", "ratio 16\\:9" },
    { "Star Wars: a new hope", "Star Wars: a new hope" },
    { "a\\:b: c\\@d \\<e \\x", "a:b: c@d <e \\x" },
    { "C:\\\\temp\\\\", "C:\\temp\\\\" },
    { "a \\\\: \\\\| b", "a \\\\: \\\\ | b" },
    { "cat:", "cat\\:" },
    { "cat:1:", "cat:1\\:" },
    { "cat:inf", "cat\\:inf" },
    { "cat:0,5", "cat\\:0,5" },
    { "cat:1:0.5:2", "cat\\:1:0.5:2" },
    { "\\@5 a | b \\@..5 | c \\@{0:1} | d @", "\\@5 a | b \\@..5 | c \\@{0:1} | d @" },
    { "\\<image:a> | <image:b> c | \\<noise:1>", "\\<image:a> | \\<image:b> c | \\<noise:1>" },
    { "<image:a\\>|b>:2 | <noise:007>", "<image:a\\>|b>:2 | <noise:7>" },
    { "(red:1.3) [a:b:0.5] 10:(c", "(red\\:1.3) [a:b\\:0.5] 10\\:(c" },
    { "fog @300..100", "fog" },
    { "cat:1e9", "cat:10000" },
    { "cat:-0", "cat:0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *printed = print (cases[i][0]);

      g_assert_cmpstr (printed, ==, cases[i][1]);
    }
}

static void
one_clause_prints_alone (void)
{
  TlCurvePoint points[] = { { { 3, FALSE }, 0.25 }, { { 70, TRUE }, -1 } };
  const TlClause clause = { .text = (char *) "a|b: 3",
                            .weight = 0.1,
                            .stop = -INFINITY,
                            .schedule = { TL_SCHEDULE_CURVE, .points = points, .n_points = 2 } };
  g_autofree char *printed = tl_clause_print (&clause);

  g_assert_cmpstr (printed, ==, "a\\|b\\: 3:0.1 @{3:0.25,70%:-1}");
}

/* Where people write a comma, prompts still have a point. */
static void
numbers_do_not_depend_on_the_language (void)
{
  g_autofree char *printed = NULL;

  if (!enter_comma_locale ())
    return;

  printed = print ("a:1.50:-0.25 @{0:.5,9:1e-1} | b:0,5");
  setlocale (LC_NUMERIC, "C");
  g_assert_cmpstr (printed, ==, "a:1.5:-0.25 @{0:0.5,9:0.1} | b\\:0,5");
}

/* What a hint says about a spelling is gone once it is printed; what it says about the meaning
 * stays. */
static gboolean
is_about_spelling (const TlHint *hint, const char *printed)
{
  switch (hint->code)
    {
    case TL_HINT_EMPTY_CLAUSE:
    case TL_HINT_SWITCHED_OFF:
    case TL_HINT_ONLY_NEGATIVE:
    case TL_HINT_LETS_GO_AT_ONCE:
    case TL_HINT_NEVER_LETS_GO:
    case TL_HINT_REMOTE_IMAGE:
    case TL_HINT_NOT_LATIN:
      return FALSE;
    case TL_HINT_A1111_EDITING: /* "[a|b]": the bar is one of ours */
      return strchr (printed, '|') == NULL;
    default:
      return TRUE;
    }
}

static void
assert_plain (TlPrompt *prompt, const char *printed)
{
  const GPtrArray *hints = tl_prompt_get_hints (prompt);

  for (guint i = 0; i < hints->len; i++)
    {
      const TlHint *hint = g_ptr_array_index (hints, i);

      if (is_about_spelling (hint, printed))
        {
          g_autofree char *escaped = g_strescape (printed, NULL);

          g_error ("%s still has the hint: %s", escaped, hint->message);
        }
      g_assert_true (hint->code != TL_HINT_EMPTY_CLAUSE || tl_prompt_is_empty (prompt));
    }
}

static void
printed_prompts_read_the_same (void)
{
  TlRandom random;

  tl_random_init (&random, 1, 0, TL_PURPOSE_CLAUSE, 0);
  for (guint i = 0; i < N_RANDOM; i++)
    {
      g_autofree char *text = random_text (&random, 24);
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);
      g_autofree char *printed = tl_prompt_print (prompt);
      g_autoptr (TlPrompt) again = tl_prompt_parse (printed);
      g_autofree char *twice = tl_prompt_print (again);

      if (!tl_prompt_equal (prompt, again))
        {
          g_autofree char *escaped = g_strescape (text, NULL);

          g_error ("%s prints as something else: %s", escaped, printed);
        }
      g_assert_cmpstr (twice, ==, printed);
      assert_plain (again, printed);
    }
}

static gdouble
random_double (TlRandom *random)
{
  union
  {
    guint64 bits;
    gdouble value;
  } u;

  do
    u.bits = (guint64) tl_random_next (random) << 32 | tl_random_next (random);
  while (!isfinite (u.value));
  return u.value;
}

static void
numbers_read_back (void)
{
  TlRandom random;

  tl_random_init (&random, 2, 0, TL_PURPOSE_CLAUSE, 0);
  for (guint i = 0; i < N_RANDOM; i++)
    {
      gdouble value = random_double (&random);
      TlClause clause = { .text = (char *) "a", .weight = -0.3, .stop = value };
      g_autofree char *printed = tl_clause_print (&clause);
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (printed);

      g_assert_true (tl_clause_equal (&tl_prompt_get_segment (prompt, 0)->clauses[0], &clause));
    }
}

static void
equality_sees_everything (void)
{
  static const char *const different[] = {
    "a",         "b",        "a:2",      "a:1:0.5",      "a @..5",    "a @..5%",
    "a @5..",    "a @{0:1}", "a @{0:2}", "a @{0:1,1:1}", "<image:a>", "<noise:1>",
    "<noise:2>", "a | a",    "a ^ a",    "a ^@5 a",      "a ^@5% a",  "a ^@5~1 a",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (different); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (different); j++)
      {
        g_autoptr (TlPrompt) a = tl_prompt_parse (different[i]);
        g_autoptr (TlPrompt) b = tl_prompt_parse (different[j]);

        g_assert_cmpint (tl_prompt_equal (a, b), ==, i == j);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/print/canonical-forms", canonical_forms);
  g_test_add_func ("/prompt/print/one-clause", one_clause_prints_alone);
  g_test_add_func ("/prompt/print/any-language", numbers_do_not_depend_on_the_language);
  g_test_add_func ("/prompt/print/reads-the-same", printed_prompts_read_the_same);
  g_test_add_func ("/prompt/print/numbers-read-back", numbers_read_back);
  g_test_add_func ("/prompt/print/equality", equality_sees_everything);
  return g_test_run ();
}
