/* test-parse.c - every prompt means something, and the examples of the language mean what they
 * should
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/prompt.h"
#include "tests/core/prompt/say.h"

#include <math.h>
#include <string.h>

#define NEVER (-INFINITY)

/* Clause @clause of segment @segment of @input is this. */
typedef struct
{
  const char *input;
  guint n_segments, segment, n_clauses, clause;
  TlClauseKind kind;
  const char *text;
  gdouble weight, stop;
} Case;

static const TlClause *
get_clause (TlPrompt *prompt, guint segment, guint clause)
{
  g_assert_cmpuint (segment, <, tl_prompt_get_n_segments (prompt));
  g_assert_cmpuint (clause, <, tl_prompt_get_segment (prompt, segment)->n_clauses);
  return &tl_prompt_get_segment (prompt, segment)->clauses[clause];
}

static void
check (const Case *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      const Case *c = &cases[i];
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (c->input);
      const TlClause *clause = get_clause (prompt, c->segment, c->clause);

      say_input (c->input);
      g_assert_cmpuint (tl_prompt_get_n_segments (prompt), ==, c->n_segments);
      g_assert_cmpuint (tl_prompt_get_segment (prompt, c->segment)->n_clauses, ==, c->n_clauses);
      g_assert_cmpint (clause->kind, ==, c->kind);
      g_assert_cmpstr (clause->text, ==, c->text);
      g_assert_cmpfloat (clause->weight, ==, c->weight);
      g_assert_cmpfloat (clause->stop, ==, c->stop);
    }
}

/* product.md 3.3. */
static void
examples (void)
{
  static const char apple[] = "A painting of an apple in a fruit bowl | psychedelic |\n"
                              "  surreal:0.5 | weird:0.25";
  static const char rose[] = "a painting of a sunflower|photo:-1 ^ a painting of a rose ^ a tulip";
  static const char drawing[] = "<image:my drawing.png>:0.5 | oil painting";
  static const Case cases[] = {
    { "raccoon driving a tractor", 1, 0, 1, 0, 0, "raccoon driving a tractor", 1, NEVER },
    { apple, 1, 0, 4, 0, 0, "A painting of an apple in a fruit bowl", 1, NEVER },
    { apple, 1, 0, 4, 1, 0, "psychedelic", 1, NEVER },
    { apple, 1, 0, 4, 2, 0, "surreal", 0.5, NEVER },
    { apple, 1, 0, 4, 3, 0, "weird", 0.25, NEVER },
    { rose, 3, 0, 2, 0, 0, "a painting of a sunflower", 1, NEVER },
    { rose, 3, 0, 2, 1, 0, "photo", -1, NEVER },
    { rose, 3, 1, 1, 0, 0, "a painting of a rose", 1, NEVER },
    { rose, 3, 2, 1, 0, 0, "a tulip", 1, NEVER },
    { "cartoon raccoon:100 | roses:-30", 1, 0, 2, 0, 0, "cartoon raccoon", 100, NEVER },
    { "cartoon raccoon:100 | roses:-30", 1, 0, 2, 1, 0, "roses", -30, NEVER },
    { "sunset:1:0.67", 1, 0, 1, 0, 0, "sunset", 1, 0.67 },
    { "photo:-1:-0.94", 1, 0, 1, 0, 0, "photo", -1, -0.94 },
    { "ratio 16:9", 1, 0, 1, 0, 0, "ratio 16", 9, NEVER },
    { "ratio 16\\:9", 1, 0, 1, 0, 0, "ratio 16:9", 1, NEVER },
    { "Star Wars: a new hope", 1, 0, 1, 0, 0, "Star Wars: a new hope", 1, NEVER },
    { "AC\\|DC poster:2", 1, 0, 1, 0, 0, "AC|DC poster", 2, NEVER },
    { "C:\\\\temp", 1, 0, 1, 0, 0, "C:\\temp", 1, NEVER },
    { "unreal engine @..200", 1, 0, 1, 0, 0, "unreal engine", 1, NEVER },
    { "fog @{0:1,50%:0.2}", 1, 0, 1, 0, 0, "fog", 1, NEVER },
    { "trending on artstation @4k", 1, 0, 1, 0, 0, "trending on artstation @4k", 1, NEVER },
    { "raccoon ^@400~50 raccoon in a spacesuit", 2, 1, 1, 0, 0, "raccoon in a spacesuit", 1,
      NEVER },
    { drawing, 1, 0, 2, 0, TL_CLAUSE_IMAGE, "my drawing.png", 0.5, NEVER },
    { drawing, 1, 0, 2, 1, 0, "oil painting", 1, NEVER },
    { "<noise:666>:0.1", 1, 0, 1, 0, TL_CLAUSE_NOISE, NULL, 0.1, NEVER },
    { "deep ocean monsters #pixelart", 1, 0, 1, 0, 0, "deep ocean monsters #pixelart", 1, NEVER },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
numbers_are_read_from_the_right (void)
{
  static const Case cases[] = {
    { "cat:2", 1, 0, 1, 0, 0, "cat", 2, NEVER },
    { "cat : 2 : 3 ", 1, 0, 1, 0, 0, "cat", 2, 3 },
    { "cat:\n+.5e1\t:\n-inf", 1, 0, 1, 0, 0, "cat", 5, NEVER },
    { "cat:1:inf", 1, 0, 1, 0, 0, "cat", 1, INFINITY },
    { "cat:1:+inf", 1, 0, 1, 0, 0, "cat", 1, INFINITY },
    { "cat:inf", 1, 0, 1, 0, 0, "cat:inf", 1, NEVER },
    { "cat:inf:1", 1, 0, 1, 0, 0, "cat:inf", 1, NEVER },
    { "cat:nan", 1, 0, 1, 0, 0, "cat:nan", 1, NEVER },
    { "cat:1:nan", 1, 0, 1, 0, 0, "cat:1:nan", 1, NEVER },
    { "cat:0x10", 1, 0, 1, 0, 0, "cat:0x10", 1, NEVER },
    { "cat:1_000", 1, 0, 1, 0, 0, "cat:1_000", 1, NEVER },
    { "cat:1e", 1, 0, 1, 0, 0, "cat:1e", 1, NEVER },
    { "cat:.", 1, 0, 1, 0, 0, "cat:.", 1, NEVER },
    { "cat:1.", 1, 0, 1, 0, 0, "cat", 1, NEVER },
    { "cat:1 2", 1, 0, 1, 0, 0, "cat:1 2", 1, NEVER },
    { "a:b:2", 1, 0, 1, 0, 0, "a:b", 2, NEVER },
    { "cat:1:0.5:2", 1, 0, 1, 0, 0, "cat:1", 0.5, 2 },
    { "cat:-1e9", 1, 0, 1, 0, 0, "cat", -10000, NEVER },
    { "cat:1e999", 1, 0, 1, 0, 0, "cat", 10000, NEVER },
    { "cat\\:2", 1, 0, 1, 0, 0, "cat:2", 1, NEVER },
    { "cat\\:2:3", 1, 0, 1, 0, 0, "cat:2", 3, NEVER },
    { "cat\\\\:2", 1, 0, 1, 0, 0, "cat\\", 2, NEVER },
    { "http://a.b/c.png:2", 1, 0, 1, 0, 0, "http://a.b/c.png", 2, NEVER },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
splitting_minds_escapes_and_pictures (void)
{
  static const Case cases[] = {
    { "a\\^b", 1, 0, 1, 0, 0, "a^b", 1, NEVER },
    { "a\\\\|b", 1, 0, 2, 0, 0, "a\\", 1, NEVER },
    { "a\\ | b", 1, 0, 2, 0, 0, "a\\", 1, NEVER },
    { "a\\x\\", 1, 0, 1, 0, 0, "a\\x\\", 1, NEVER },
    { "a\\<b\\@c", 1, 0, 1, 0, 0, "a<b@c", 1, NEVER },
    { "<image:a|b^c:2@..5>", 1, 0, 1, 0, TL_CLAUSE_IMAGE, "a|b^c:2@..5", 1, NEVER },
    { "<image:a\\>b\\\\|c>", 1, 0, 1, 0, TL_CLAUSE_IMAGE, "a>b\\\\|c", 1, NEVER },
    { " <image: a >", 1, 0, 1, 0, TL_CLAUSE_IMAGE, " a ", 1, NEVER },
    { "<image:>", 1, 0, 1, 0, TL_CLAUSE_IMAGE, "", 1, NEVER },
    { "<image:a|b", 1, 0, 2, 0, 0, "<image:a", 1, NEVER },
    { "<image:a\n>", 1, 0, 1, 0, 0, "<image:a\n>", 1, NEVER },
    { "\\<image:a|b>", 1, 0, 2, 0, 0, "<image:a", 1, NEVER },
    { "on <image:a|b>", 1, 0, 1, 0, 0, "on <image:a|b>", 1, NEVER },
    { "<image:a> b", 1, 0, 1, 0, 0, "<image:a> b", 1, NEVER },
    { "<Image:a>", 1, 0, 1, 0, 0, "<Image:a>", 1, NEVER },
    { "<noise:x>", 1, 0, 1, 0, 0, "<noise:x>", 1, NEVER },
    { "<noise:-1>", 1, 0, 1, 0, 0, "<noise:-1>", 1, NEVER },
    { "\\<noise:1>", 1, 0, 1, 0, 0, "<noise:1>", 1, NEVER },
    { "<noise>", 1, 0, 1, 0, 0, "<noise>", 1, NEVER },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
empty_clauses_and_segments_are_dropped (void)
{
  static const Case cases[] = {
    { "||a| |b|", 1, 0, 2, 1, 0, "b", 1, NEVER },
    { ":2|a|@..5", 1, 0, 1, 0, 0, "a", 1, NEVER },
    { "^^a^ | ^b^", 2, 1, 1, 0, 0, "b", 1, NEVER },
    { "^@5 a", 1, 0, 1, 0, 0, "a", 1, NEVER },
  };
  static const char *const nothing[] = { "", " \t\n", "|", "^", "^@5~2", ":1:2", " | ^ @..5 | " };

  check (cases, G_N_ELEMENTS (cases));
  for (gsize i = 0; i < G_N_ELEMENTS (nothing); i++)
    {
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (nothing[i]);

      g_assert_true (tl_prompt_is_empty (prompt));
    }
}

static void
unreadable_characters_are_removed (void)
{
  static const Case cases[] = {
    { "a\x01\x7f\xff\xc2\x80"
      "b",
      1, 0, 1, 0, 0, "ab", 1, NEVER },
    { "a\xe2\x82", 1, 0, 1, 0, 0, "a", 1, NEVER },
    { "\xed\xa0\x80x", 1, 0, 1, 0, 0, "x", 1, NEVER },
    { "a\r\nb\r", 1, 0, 1, 0, 0, "a\n\nb", 1, NEVER },
    { "é\t😀", 1, 0, 1, 0, 0, "é\t😀", 1, NEVER },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
assert_time (TlTime time, guint64 value, gboolean is_percent)
{
  g_assert_cmpuint (time.value, ==, value);
  g_assert_cmpint (time.is_percent, ==, is_percent);
}

static void
schedules_must_fit_completely (void)
{
  static const struct
  {
    const char *input, *text;
    TlScheduleKind kind;
    guint n_points;
  } cases[] = {
    { "fog @..200", "fog", TL_SCHEDULE_RANGE, 0 },
    { "fog@5..", "fog", TL_SCHEDULE_RANGE, 0 },
    { "fog @10%..200 ", "fog", TL_SCHEDULE_RANGE, 0 },
    { "fog @..", "fog @..", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @5", "fog @5", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @ ..5", "fog @ ..5", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @-1..5", "fog @-1..5", TL_SCHEDULE_ALWAYS, 0 },
    { "fog \\@..5", "fog @..5", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @..5 x", "fog @..5 x", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @..5 @..6", "fog @..5", TL_SCHEDULE_RANGE, 0 },
    { "fog @{0:1}", "fog", TL_SCHEDULE_CURVE, 1 },
    { "fog @{ 0: 1 ,\n50%:-.2e0 }", "fog", TL_SCHEDULE_CURVE, 2 },
    { "fog @{}", "fog @{}", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @{0:1,}", "fog @{0:1,}", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @{0 :1}", "fog @{0 :1}", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @{0:1", "fog @{0", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @{0:x}", "fog @{0:x}", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @300..100", "fog", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @5..5", "fog", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @..0%", "fog", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @300..1%", "fog", TL_SCHEDULE_RANGE, 0 },
    { "fog @{5:1,5:2}", "fog", TL_SCHEDULE_ALWAYS, 0 },
    { "fog @{5:1,5%:2}", "fog", TL_SCHEDULE_CURVE, 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (cases[i].input);
      const TlClause *clause = get_clause (prompt, 0, 0);

      say_input (cases[i].input);
      g_assert_cmpstr (clause->text, ==, cases[i].text);
      g_assert_cmpint (clause->schedule.kind, ==, cases[i].kind);
      g_assert_cmpuint (clause->schedule.n_points, ==, cases[i].n_points);
    }
}

static void
schedules_keep_their_times (void)
{
  g_autoptr (TlPrompt) prompt =
    tl_prompt_parse ("a:2:1 @5..50% | b @{50%:-0.5,0%:1e9} | c @{9:1,5%:2} | d @1..");
  const TlSchedule *range = &get_clause (prompt, 0, 0)->schedule;
  const TlSchedule *curve = &get_clause (prompt, 0, 1)->schedule;
  const TlSchedule *mixed = &get_clause (prompt, 0, 2)->schedule;

  g_assert_cmpfloat (get_clause (prompt, 0, 0)->weight, ==, 2);
  g_assert_cmpfloat (get_clause (prompt, 0, 0)->stop, ==, 1);
  g_assert_true (range->has_from && range->has_to);
  assert_time (range->from, 5, FALSE);
  assert_time (range->to, 50, TRUE);
  assert_time (curve->points[0].time, 0, TRUE);
  assert_time (curve->points[1].time, 50, TRUE);
  g_assert_cmpfloat (curve->points[0].weight, ==, 10000);
  g_assert_cmpfloat (curve->points[1].weight, ==, -0.5);
  assert_time (mixed->points[0].time, 9, FALSE);
  g_assert_false (get_clause (prompt, 0, 3)->schedule.has_to);
}

static void
keyframes_stand_alone_and_are_sorted (void)
{
  static const struct
  {
    const char *input;
    guint segment;
    gboolean has_keyframe;
    guint64 at;
    gboolean is_percent;
    guint fade;
    const char *text;
  } cases[] = {
    { "a ^@400~50 b", 1, TRUE, 400, FALSE, 50, "b" },
    { "a ^ \n@40%\nb", 1, TRUE, 40, TRUE, 0, "b" },
    { "a ^@4<image:b>", 1, TRUE, 4, FALSE, 0, "b" },
    { "a ^@4|b", 1, TRUE, 4, FALSE, 0, "b" },
    { "a ^ @4k wallpaper", 1, FALSE, 0, FALSE, 0, "@4k wallpaper" },
    { "a ^@4~ b", 1, FALSE, 0, FALSE, 0, "@4~ b" },
    { "a ^\\@4 b", 1, FALSE, 0, FALSE, 0, "@4 b" },
    { "@4 a ^ b", 0, FALSE, 0, FALSE, 0, "@4 a" },
    { "^@4~5 a ^ b", 0, FALSE, 0, FALSE, 0, "a" },
    { "a ^@99999999999999999999~99999999999 b", 1, TRUE, G_MAXUINT64, FALSE, G_MAXUINT, "b" },
    { "a ^@300 b ^ c ^@100 d", 1, TRUE, 100, FALSE, 0, "d" },
    { "a ^@300 b ^ c ^@100 d", 2, TRUE, 300, FALSE, 0, "b" },
    { "a ^@300 b ^ c ^@100 d", 3, FALSE, 0, FALSE, 0, "c" },
    { "a ^@300 b ^@10% d", 1, TRUE, 300, FALSE, 0, "b" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (cases[i].input);
      const TlSegment *segment = tl_prompt_get_segment (prompt, cases[i].segment);

      say_input (cases[i].input);
      g_assert_cmpint (segment->has_keyframe, ==, cases[i].has_keyframe);
      assert_time (segment->at, cases[i].at, cases[i].is_percent);
      g_assert_cmpuint (segment->fade, ==, cases[i].fade);
      g_assert_cmpstr (segment->clauses[0].text, ==, cases[i].text);
    }
}

static char *
repeat (const char *piece, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  return g_string_free (text, FALSE);
}

static void
limits_hold (void)
{
  g_autofree char *clauses = repeat ("a|", 100), *segments = repeat ("a^", 100);
  g_autofree char *words = repeat ("é ", 5000), *image = repeat ("\\", 5000);
  g_autofree char *long_name = g_strconcat ("<image:a", image, "b>", NULL);
  g_autoptr (TlPrompt) many_clauses = tl_prompt_parse (clauses);
  g_autoptr (TlPrompt) many_segments = tl_prompt_parse (segments);
  g_autoptr (TlPrompt) many_words = tl_prompt_parse (words);
  g_autoptr (TlPrompt) cut_name = tl_prompt_parse (long_name);
  const char *text = get_clause (many_words, 0, 0)->text;

  g_assert_cmpuint (tl_prompt_get_segment (many_clauses, 0)->n_clauses, ==, 64);
  g_assert_cmpuint (tl_prompt_get_n_segments (many_segments), ==, 64);
  g_assert_cmpuint (strlen (text), ==, 4095 - 1); /* not half an é, and no space at the end */
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpstr (get_clause (cut_name, 0, 0)->text, ==, "a");
}

/* Half a second would be a lot; quadratic time would be hours. */
static void
long_texts_end (void)
{
  static const char *const pieces[] = { "|",      "^",     "<image:", "a:|",    "[",
                                        "[a:1]",  "(a:1)", "\\",      "@{1:1,", "^@1 a",
                                        "1:(a),", "): ",   "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autofree char *text = repeat (pieces[i], 300000 / strlen (pieces[i]));
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);

      g_assert_cmpuint (tl_prompt_get_hints (prompt)->len, <=, TL_PROMPT_MAX_HINTS);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/parse/examples", examples);
  g_test_add_func ("/prompt/parse/numbers-are-read-from-the-right",
                   numbers_are_read_from_the_right);
  g_test_add_func ("/prompt/parse/splitting-minds-escapes-and-pictures",
                   splitting_minds_escapes_and_pictures);
  g_test_add_func ("/prompt/parse/empty-is-dropped", empty_clauses_and_segments_are_dropped);
  g_test_add_func ("/prompt/parse/unreadable-is-removed", unreadable_characters_are_removed);
  g_test_add_func ("/prompt/parse/schedules-fit-completely", schedules_must_fit_completely);
  g_test_add_func ("/prompt/parse/schedules-keep-their-times", schedules_keep_their_times);
  g_test_add_func ("/prompt/parse/keyframes", keyframes_stand_alone_and_are_sorted);
  g_test_add_func ("/prompt/parse/limits", limits_hold);
  g_test_add_func ("/prompt/parse/long-texts-end", long_texts_end);
  return g_test_run ();
}
