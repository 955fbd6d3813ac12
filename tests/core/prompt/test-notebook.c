/* test-notebook.c - prompts that worked in the notebooks mean the same here
 *
 * The rule of the VQGAN+CLIP notebooks, written down as a specification: the last two colons of a
 * clause, the last three of a web address, separate the words, a weight and a stop; both are
 * whatever Python's float() takes. nerdyrodent's split_prompt is the same without the web
 * addresses, and steering-a.golden.json holds what it made of some prompts. Named differences
 * (product.md 3.4): what is no number is text; empty clauses are dropped; a backslash escapes;
 * numbers that only Python spells so are text; weights have a limit. What follows @ and what stands
 * in <…:…> is new syntax.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/prompt.h"
#include "tests/core/prompt/random-text.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define N_RANDOM 200000

typedef struct
{
  char *text;
  gdouble weight, stop;
  gboolean is_python_only; /* 1_000, infinity, nan, or an infinite weight */
} Reading;

/* What float() accepts, without the white space around it (Python Language Reference, 2.4.6;
 * float() documentation). */
static gboolean
python_float (const char *text, gdouble *value, gboolean *is_python_only)
{
  static const char digits[] = "[0-9](?:_?[0-9])*";
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *pattern = g_strdup_printf ("^[+-]?(?:(?:%s)?\\.%s|%s\\.?)(?:[eE][+-]?%s)?$",
                                              digits, digits, digits, digits);
  g_auto (GStrv) parts = NULL;
  g_autofree char *plain = NULL;

  if (g_regex_match_simple ("^[+-]?(?:inf|infinity|nan)$", stripped, G_REGEX_CASELESS, 0))
    {
      *is_python_only = *is_python_only || strcmp (stripped + strcspn (stripped, "i"), "inf") != 0;
      *value = strpbrk (stripped, "aA") != NULL ? NAN : *stripped == '-' ? -INFINITY : INFINITY;
      return TRUE;
    }
  if (!g_regex_match_simple (pattern, stripped, 0, 0))
    return FALSE;

  *is_python_only = *is_python_only || strchr (stripped, '_') != NULL;
  parts = g_strsplit (stripped, "_", -1);
  plain = g_strjoinv ("", parts);
  *value = g_ascii_strtod (plain, NULL);
  return TRUE;
}

/* Where the @n-th colon from the right is, or the leftmost of fewer; NULL if there is none. */
static const char *
find_colon (const char *text, guint n)
{
  const char *found = NULL;

  for (const char *p = text + strlen (text); p > text && n > 0; p--)
    if (p[-1] == ':')
      {
        found = p - 1;
        n--;
      }

  return found;
}

/* FALSE where the notebook stops with an error. */
static gboolean
read_like_notebook (const char *clause, Reading *reading)
{
  gboolean is_address =
    g_str_has_prefix (clause, "http://") || g_str_has_prefix (clause, "https://");
  /* The colon of "http:" belongs to the words. */
  const char *body = is_address ? strchr (clause, ':') + 1 : clause;
  const char *colon = find_colon (body, 2);
  g_auto (GStrv) numbers = NULL;

  *reading = (Reading){ .weight = 1, .stop = -INFINITY };
  if (colon == NULL)
    {
      reading->text = g_strdup (clause);
      return TRUE;
    }

  if (colon[1] == '\0')
    return FALSE;

  numbers = g_strsplit (colon + 1, ":", -1);
  if (!python_float (numbers[0], &reading->weight, &reading->is_python_only)
      || (numbers[1] != NULL
          && !python_float (numbers[1], &reading->stop, &reading->is_python_only)))
    return FALSE;

  reading->is_python_only = reading->is_python_only || !isfinite (reading->weight);
  reading->text = g_strndup (clause, colon - clause);
  return TRUE;
}

static void
assert_reads (const char *input, const char *text, gdouble weight, gdouble stop)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (input);
  const TlSegment *segment;
  const TlClause *clause;

  if (tl_prompt_get_n_segments (prompt) != 1)
    g_error ("“%s” is not one segment", input);
  segment = tl_prompt_get_segment (prompt, 0);
  clause = &segment->clauses[0];
  if (segment->n_clauses != 1 || strcmp (clause->text, text) != 0 || clause->weight != weight
      || clause->stop != stop)
    g_error ("“%s” reads “%s”, %g, %g instead of “%s”, %g, %g", input, clause->text, clause->weight,
             clause->stop, text, weight, stop);
}

static void
the_rule_itself (void)
{
  static const struct
  {
    const char *clause, *text;
    gdouble weight, stop;
  } cases[] = {
    { "a cat", "a cat", 1, -INFINITY },
    { "a cat:2", "a cat", 2, -INFINITY },
    { "a:1:2:3", "a:1", 2, 3 },
    { "http://x/y", "http://x/y", 1, -INFINITY },
    { "https://x:80/y:2: .5", "https://x:80/y", 2, 0.5 },
    { "a:1_0", "a", 10, -INFINITY },
  };
  Reading reading;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (read_like_notebook (cases[i].clause, &reading));
      g_assert_cmpstr (reading.text, ==, cases[i].text);
      g_assert_cmpfloat (reading.weight, ==, cases[i].weight);
      g_assert_cmpfloat (reading.stop, ==, cases[i].stop);
      g_free (reading.text);
    }
  g_assert_false (read_like_notebook ("a:b", &reading));
  g_assert_false (read_like_notebook ("a:", &reading));
  g_assert_false (read_like_notebook ("one: two:3", &reading));
}

static char *
random_clause (TlRandom *random)
{
  static const char *const pieces[] = {
    "a", "b ", ":",       ":",        ":",   " ",   "\t",     "1",        "0",  "9",  "-",   "+",
    ".", "e",  "E-1",     "0.5",      "1e9", "inf", "nan",    "Infinity", "_",  ",",  "é",   "#",
    "(", ")",  "http://", "https://", "/",   "16",  "[",      "]",        "{",  "}",  "%",   "<",
    ">", "@",  "x",       "'",        "\\n", "\n",  "1e-400", "007",      "1.", ".5", "- 1", "\\",
  };

  return random_pieces (random, pieces, G_N_ELEMENTS (pieces), 8);
}

/* Backslashes that escape, the new syntax, and clauses without words. */
static gboolean
is_named_difference (const char *clause, const Reading *reading)
{
  g_autofree char *text = g_strstrip (g_strdup (reading->text));

  return reading->is_python_only || *text == '\0'
         || g_regex_match_simple ("\\\\[|:^<@\\\\]|@.*\\.\\.|@\\{", clause, G_REGEX_DOTALL, 0);
}

static void
agrees_with_the_notebook (void)
{
  guint n_compared = 0;
  TlRandom random;

  tl_random_init (&random, 4, 0, TL_PURPOSE_CLAUSE, 0);
  for (guint i = 0; i < N_RANDOM; i++)
    {
      g_autofree char *clause = random_clause (&random);
      g_autofree char *text = NULL;
      Reading reading;

      if (!read_like_notebook (clause, &reading))
        continue;
      text = g_strstrip (g_strdup (reading.text));
      if (!is_named_difference (clause, &reading))
        {
          n_compared++;
          assert_reads (clause, text,
                        CLAMP (reading.weight, -TL_PROMPT_MAX_WEIGHT, TL_PROMPT_MAX_WEIGHT),
                        reading.stop);
        }
      g_free (reading.text);
    }

  g_test_message ("%u of %u clauses compared", n_compared, N_RANDOM);
  g_assert_cmpuint (n_compared, >, N_RANDOM / 4);
}

static gdouble
get_number (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);
  const char *word;

  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return json_node_get_double (node);

  word = json_node_get_string (node);
  return *word == '-' ? -INFINITY : INFINITY;
}

/* Inside a story the bar would have split this before split_prompt saw it. */
static char *
escape_bars (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);

  return g_strjoinv ("\\|", parts);
}

/* Where split_prompt fails or reads what is read otherwise here, on purpose. */
static gboolean
is_read_otherwise (const char *text)
{
  static const struct
  {
    const char *input, *text;
    gdouble weight;
  } cases[] = {
    { "a:b", "a:b", 1 },
    { "one: two:3", "one: two", 3 },
    { "a cat:", "a cat:", 1 },
    { "cat:inf", "cat:inf", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (strcmp (text, cases[i].input) == 0)
      {
        assert_reads (text, cases[i].text, cases[i].weight, -INFINITY);
        return TRUE;
      }
  return FALSE;
}

static void
check_golden (JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
  JsonObject *one = json_node_get_object (node);
  const char *text = json_object_get_string_member (one, "text");
  g_autofree char *escaped = escape_bars (text);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (escaped);
  JsonArray *result;

  if (is_read_otherwise (text))
    return;

  g_assert_true (JSON_NODE_HOLDS_ARRAY (json_object_get_member (one, "result")));
  result = json_object_get_array_member (one, "result");
  if (*json_array_get_string_element (result, 0) == '\0')
    g_assert_true (tl_prompt_is_empty (prompt));
  else
    assert_reads (escaped, json_array_get_string_element (result, 0), get_number (result, 1),
                  get_number (result, 2));
}

static void
agrees_with_the_golden_file (void)
{
  const char *folder = g_getenv ("TL_REFERENCE_DIR");
  g_autofree char *path =
    g_build_filename (folder != NULL ? folder : "", "steering-a.golden.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *cases;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no reference numbers: set TL_REFERENCE_DIR to the folder of the golden files");
      return;
    }

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  cases = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                        "split_prompt");
  g_assert_cmpuint (json_array_get_length (cases), ==, 15);
  json_array_foreach_element (cases, check_golden, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/notebook/rule", the_rule_itself);
  g_test_add_func ("/prompt/notebook/agrees", agrees_with_the_notebook);
  g_test_add_func ("/prompt/notebook/golden", agrees_with_the_golden_file);
  return g_test_run ();
}
