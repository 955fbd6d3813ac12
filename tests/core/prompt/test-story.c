/* test-story.c - what acts when: turns, fades, loops, shares of the length, ranges, curves, and
 * what persists
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/prompt.h"
#include "tests/core/prompt/random-text.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const char *prompt;
  guint64 n_iterations, change_every, iteration;
  const char *active; /* bodies and weights */
} Case;

static char *
describe (TlPrompt *prompt, const TlStory *story, guint64 iteration)
{
  g_autoptr (GArray) active = tl_prompt_at (prompt, story, iteration);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < active->len; i++)
    {
      const TlActiveClause *one = &g_array_index (active, TlActiveClause, i);

      g_string_append (text, i > 0 ? " " : "");
      if (one->clause->kind == TL_CLAUSE_NOISE)
        g_string_append_printf (text, "#%" G_GUINT64_FORMAT, one->clause->noise_seed);
      else
        g_string_append (text, one->clause->text);
      g_string_append_printf (text, ":%g", one->weight);
    }

  return g_string_free (text, FALSE);
}

static void
check (const Case *cases, gsize n_cases, gboolean loop)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      const Case *c = &cases[i];
      TlStory story = { c->n_iterations, c->change_every, loop };
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (c->prompt);
      g_autofree char *active = describe (prompt, &story, c->iteration);

      g_test_message ("%s at %" G_GUINT64_FORMAT, c->prompt, c->iteration);
      g_assert_cmpstr (active, ==, c->active);
    }
}

static void
segments_follow_each_other (void)
{
  static const Case cases[] = {
    { "", 500, 0, 0, "" },
    { "a | b:-2 | c:0", 500, 0, 0, "a:1 b:-2" },
    { "a ^ b ^ c", 4500, 1500, 1499, "a:1" },
    { "a ^ b ^ c", 4500, 1500, 1500, "b:1" },
    { "a ^ b ^ c", 4500, 1500, 3000, "c:1" },
    { "a ^ b ^ c", 4500, 1500, 99999, "c:1" },
    { "a ^ b ^ c", 500, 0, 165, "a:1" },
    { "a ^ b ^ c", 500, 0, 166, "b:1" },
    { "a ^ b ^ c", 500, 0, 332, "c:1" },
    { "a ^ b ^ c", 0, 0, 1, "b:1" },
    { "a ^@400 b", 500, 0, 399, "a:1" },
    { "a ^@400 b", 500, 0, 400, "b:1" },
    { "a ^@50% b ^@100% c", 500, 0, 249, "a:1" },
    { "a ^@50% b ^@100% c", 500, 0, 250, "b:1" },
    { "a ^@50% b ^@100% c", 500, 0, 500, "c:1" },
    { "a ^@33% b", 10, 0, 3, "b:1" },
    { "a ^@400 b ^ c", 900, 100, 499, "b:1" },
    { "a ^@400 b ^ c", 900, 100, 500, "c:1" },
    { "a ^ b ^@400 c", 900, 0, 300, "b:1" },
    { "a ^@300 b ^@10% c", 500, 0, 60, "c:1" },
    { "a ^@300 b ^@10% c", 500, 0, 300, "b:1" },
    { "a ^@300 b ^@10% c", 5000, 0, 400, "b:1" },
    { "a ^@300 b ^@10% c", 5000, 0, 500, "c:1" },
    { "a ^@0 b", 500, 0, 0, "b:1" },
    { "a ^@9 b ^@9 c", 500, 0, 9, "c:1" },
    { "a ^@18446744073709551615 b ^ c", 500, 0, G_MAXUINT64, "c:1" },
    { "a ^@99999999999999999999% b", 500, 0, 500, "a:1" },
  };

  check (cases, G_N_ELEMENTS (cases), FALSE);
}

static void
loops_start_over (void)
{
  static const Case cases[] = {
    { "a ^ b", 1000, 100, 199, "b:1" },
    { "a ^ b", 1000, 100, 200, "a:1" },
    { "a ^ b", 1000, 100, 1e9 + 100, "b:1" },
    { "a @..150 ^ b", 1000, 100, 20, "a:1" },
    { "a @..150 ^ b", 1000, 100, 220, "" },
    { "a ^ <image:i>", 1000, 100, 100, "i:1" },
    { "a ^ <image:i>", 1000, 100, 200, "a:1" },
    { "a ^@100 b", 1000, 100, 200, "b:1" },
    { "a", 10, 0, 25, "a:1" },
    { "a ^ b ^ c", 500, 0, 498, "c:1" },
    { "a ^ b ^ c", 500, 0, 499, "c:1" },
    { "a ^ b ^ c", 500, 0, 500, "a:1" },
    { "a ^ b ^ c", 2, 0, 2, "c:1" },
    { "a ^ b ^ c", 2, 0, 3, "a:1" },
  };

  check (cases, G_N_ELEMENTS (cases), TRUE);
}

static void
fades_are_linear (void)
{
  static const Case cases[] = {
    { "a:2 ^@400~50 b:-4", 500, 0, 400, "a:2" },
    { "a:2 ^@400~50 b:-4", 500, 0, 425, "a:1 b:-2" },
    { "a:2 ^@400~50 b:-4", 500, 0, 449, "a:0.04 b:-3.92" },
    { "a:2 ^@400~50 b:-4", 500, 0, 450, "b:-4" },
    { "a | b ^@10~10 b:3 | c", 500, 0, 15, "a:0.5 b:2 c:0.5" },
    { "b:1:0.5 ^@10~10 b", 500, 0, 15, "b:0.5 b:0.5" },
    { "b ^@10~10 b:-1", 500, 0, 15, "" },
    { "a | a ^@10~10 a", 500, 0, 15, "a:0.5 a:1" },
    { "a @{10:0,20:1} ^@10~10 b", 500, 0, 15, "a:0.25 b:0.5" },
    { "a ^@10~20 b ^@20~10 c", 500, 0, 20, "a:0.5 b:0.5" },
    { "a ^@10~20 b ^@20~10 c", 500, 0, 25, "a:0.125 b:0.375 c:0.5" },
    { "a ^@10~20 b ^@20~10 c", 500, 0, 30, "c:1" },
  };

  check (cases, G_N_ELEMENTS (cases), FALSE);
}

static void
schedules_weigh (void)
{
  static const Case cases[] = {
    { "a @..200", 500, 0, 199, "a:1" },
    { "a @..200", 500, 0, 200, "" },
    { "a:3 @200..", 500, 0, 199, "" },
    { "a:3 @200..", 500, 0, 200, "a:3" },
    { "a @10%..50%", 500, 0, 49, "" },
    { "a @10%..50%", 500, 0, 50, "a:1" },
    { "a @10%..50%", 500, 0, 250, "" },
    { "a @300..50%", 500, 0, 300, "" },
    { "fog @{0:1,50%:0.2}", 400, 0, 0, "fog:1" },
    { "fog @{0:1,50%:0.2}", 400, 0, 50, "fog:0.8" },
    { "fog @{0:1,50%:0.2}", 400, 0, 100, "fog:0.6" },
    { "fog @{0:1,50%:0.2}", 400, 0, 200, "fog:0.2" },
    { "fog @{0:1,50%:0.2}", 400, 0, 399, "fog:0.2" },
    { "fog:9 @{10:4}", 400, 0, 0, "fog:4" },
    { "fog @{10:4,20:-4}", 400, 0, 5, "fog:4" },
    { "fog @{10:4,20:-4}", 400, 0, 15, "" },
    { "fog @{10:4,20:-4}", 400, 0, 16, "fog:-0.8" },
    { "fog @{50%:4,20:0}", 80, 0, 30, "fog:2" },
    { "fog @{0:0,10:4,10%:8,20:8}", 100, 0, 9, "fog:3.6" },
    { "fog @{0:0,10:4,10%:8,20:8}", 100, 0, 10, "fog:8" },
  };

  check (cases, G_N_ELEMENTS (cases), FALSE);
}

static void
pictures_and_noise_persist (void)
{
  static const Case cases[] = {
    { "<image:i>:2 | <noise:7> | a ^@10 b ^@20 c", 30, 0, 0, "i:2 #7:1 a:1" },
    { "<image:i>:2 | <noise:7> | a ^@10 b ^@20 c", 30, 0, 20, "i:2 #7:1 c:1" },
    { "<image:i>:2 | <noise:7> ^@10 b | <image:i>:0 ^@20 c", 30, 0, 10, "#7:1 b:1" },
    { "<image:i>:2 | <noise:7> ^@10 b | <image:i>:0 ^@20 c", 30, 0, 20, "#7:1 c:1" },
    { "<image:i>:2 ^@10 <image:i>:0 ^@20 <image:i>", 30, 0, 20, "i:1" },
    { "<image:i>:2 ^@10 b | <image:i>:-1 ^@20 c", 30, 0, 20, "i:-1 c:1" },
    { "<image:i> ^@10 <image:j>", 30, 0, 10, "i:1 j:1" },
    { "<noise:7> ^@10 <noise:8> ^@20 <noise:7>:0", 30, 0, 20, "#8:1" },
    { "<image:i> @..15 ^@10 b", 30, 0, 14, "i:1 b:1" },
    { "<image:i> @..15 ^@10 b", 30, 0, 15, "b:1" },
    { "<image:i>:2 ^@10~10 b", 30, 0, 15, "i:2 b:0.5" },
    { "<image:i>:2 ^@10~10 <image:i>:4", 30, 0, 15, "i:3" },
    { "<image:i>:2 ^@10~10 <image:i>:0", 30, 0, 15, "i:1" },
    { "a | <image:https://x/i.png>", 30, 0, 0, "a:1" },
  };

  check (cases, G_N_ELEMENTS (cases), FALSE);
}

/* Nothing that acts weighs nothing, is no number, or grows past the sum of what was written. */
static void
weights_are_always_sane (void)
{
  TlRandom random;

  tl_random_init (&random, 5, 0, TL_PURPOSE_CLAUSE, 0);
  for (guint i = 0; i < 50000; i++)
    {
      g_autofree char *text = random_text (&random, 16);
      g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);
      TlStory story = { tl_random_below (&random, 300), tl_random_below (&random, 20), i % 2 };
      g_autoptr (GArray) active = tl_prompt_at (prompt, &story, tl_random_below (&random, 300));

      for (guint j = 0; j < active->len; j++)
        {
          const TlActiveClause *one = &g_array_index (active, TlActiveClause, j);

          g_assert_true (fabs (one->weight) <= TL_PROMPT_MAX_WEIGHT && one->weight != 0);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/story/segments", segments_follow_each_other);
  g_test_add_func ("/prompt/story/loop", loops_start_over);
  g_test_add_func ("/prompt/story/fade", fades_are_linear);
  g_test_add_func ("/prompt/story/schedules", schedules_weigh);
  g_test_add_func ("/prompt/story/persist", pictures_and_noise_persist);
  g_test_add_func ("/prompt/story/sane", weights_are_always_sane);
  return g_test_run ();
}
