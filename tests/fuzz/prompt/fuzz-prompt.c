/* fuzz-prompt.c - any bytes as a prompt
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/prompt.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_hints (TlPrompt *prompt, const char *text)
{
  const GPtrArray *hints = tl_prompt_get_hints (prompt);

  g_assert_cmpuint (hints->len, <=, TL_PROMPT_MAX_HINTS);
  for (guint i = 0; i < hints->len; i++)
    {
      const TlHint *hint = g_ptr_array_index (hints, i);
      gint n_segments = (gint) tl_prompt_get_n_segments (prompt);
      g_autoptr (TlPrompt) fixed = NULL;

      g_assert_cmpint (hint->segment, <, n_segments);
      g_assert_true (hint->clause < 0
                     || hint->clause
                          < (gint) tl_prompt_get_segment (prompt, hint->segment)->n_clauses);
      g_assert_cmpuint (hint->column, >=, 1);
      g_assert_cmpuint (hint->column, <=, strlen (text) + 1);
      g_assert_true (g_utf8_validate (hint->message, -1, NULL));
      g_assert_cmpint (hint->fix != NULL, ==, hint->fix_label != NULL);
      if (hint->fix == NULL)
        continue;
      g_assert_true (g_utf8_validate (hint->fix, -1, NULL));
      fixed = tl_prompt_parse (hint->fix);
      g_assert_false (tl_prompt_is_empty (fixed) && !tl_prompt_is_empty (prompt));
    }
}

static void
check_story (TlPrompt *prompt)
{
  static const TlStory stories[] = {
    { 0, 0, FALSE }, { 500, 0, FALSE }, { 500, 7, TRUE }, { G_MAXUINT64, G_MAXUINT64, TRUE }
  };
  static const guint64 iterations[] = { 0, 1, 10, 250, 499, G_MAXUINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (iterations); j++)
      {
        g_autoptr (GArray) active = tl_prompt_at (prompt, &stories[i], iterations[j]);

        for (guint k = 0; k < active->len; k++)
          {
            gdouble weight = g_array_index (active, TlActiveClause, k).weight;

            g_assert_true (weight != 0 && fabs (weight) <= TL_PROMPT_MAX_WEIGHT * (1 + 1e-12));
          }
      }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);
  g_autofree char *printed = tl_prompt_print (prompt);
  g_autoptr (TlPrompt) again = tl_prompt_parse (printed);
  g_autofree char *twice = tl_prompt_print (again);

  g_assert_true (g_utf8_validate (printed, -1, NULL));
  g_assert_true (tl_prompt_equal (prompt, again));
  g_assert_cmpstr (printed, ==, twice);
  check_hints (prompt, text);
  check_story (prompt);
  return 0;
}
