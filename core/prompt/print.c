/* print.c - from a prompt back to its text
 *
 * The inverse of parse.c: a character is escaped where parse.c would take it for something else, or
 * where hints.c would ask about it. As few as possible, for the artist reads the text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/print.h"

#include "core/prompt/numbers.h"
#include "core/prompt/prompt.h"
#include "core/prompt/reading.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const char *text, *end;
} Words;

static const char *
skip_space (const char *p)
{
  while (tl_is_space (*p))
    p++;
  return p;
}

/* "0.5", "inf", "0,5" or nothing: behind the last colon, the parser or a hint would care. */
static gboolean
is_like_number (const char *text, const char *end)
{
  gdouble value;

  while (text < end && tl_is_space (*text))
    text++;
  return text == end || tl_stop_read (text, end, &value) || tl_number_has_comma (text, end);
}

/* "(red:1.3)", "[cat:dog:0.5]", "10:(Apple" are what other programs give a meaning. */
static gboolean
is_foreign_colon (Words words, const char *colon)
{
  const char *p = skip_space (colon + 1), *before = colon;
  gdouble value;

  while (before > words.text && tl_is_space (before[-1]))
    before--;
  if (*p == '(' && before > words.text && g_ascii_isdigit (before[-1]))
    return TRUE;

  return tl_number_scan (&p, words.end, &value) && strchr (")]", *skip_space (p)) != NULL
         && *skip_space (p) != '\0';
}

static gboolean
is_schedule_or_keyframe (Words words, const char *at)
{
  g_auto (TlSchedule) schedule = { 0 };
  TlTime time;
  guint fade;
  const char *p = at;

  return (at == words.text && tl_keyframe_scan (&p, words.end, &time, &fade))
         || tl_schedule_read (at, words.end, &schedule);
}

static gboolean
needs_escape (Words words, const char *p)
{
  switch (*p)
    {
    case '|':
    case '^':
      return TRUE;
    case '\\':
      return p + 1 == words.end || tl_is_escape (p);
    case '<':
      /* At the end, a weight may follow and bring the colon. */
      return g_str_has_prefix (p, "<image:") || g_str_has_prefix (p, "<noise:")
             || strcmp (p, "<image") == 0;
    case '@':
      return is_schedule_or_keyframe (words, p);
    case ':':
      return is_foreign_colon (words, p)
             || (strchr (p + 1, ':') == NULL && is_like_number (p + 1, words.end));
    default:
      return FALSE;
    }
}

static void
append_words (GString *out, const char *text)
{
  Words words = { text, text + strlen (text) };

  for (const char *p = text; p < words.end; p++)
    {
      if (needs_escape (words, p))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
}

static void
append_image (GString *out, const char *name)
{
  g_string_append (out, "<image:");
  for (const char *p = name; *p != '\0'; p++)
    {
      if (*p == '>')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '>');
}

void
tl_body_append (GString *out, const TlClause *clause)
{
  switch (clause->kind)
    {
    case TL_CLAUSE_TEXT:
      append_words (out, clause->text);
      break;
    case TL_CLAUSE_IMAGE:
      append_image (out, clause->text);
      break;
    case TL_CLAUSE_NOISE:
      g_string_append_printf (out, "<noise:%" G_GUINT64_FORMAT ">", clause->noise_seed);
      break;
    }
}

/* Would the parser's reading of "ratio 16:9" be asked about? */
static gboolean
is_like_ratio (const char *body, gsize length, const char *numbers)
{
  return length > 0 && g_ascii_isdigit (body[length - 1])
         && strspn (numbers, ":0123456789") == strlen (numbers);
}

void
tl_numbers_append (GString *out, const TlClause *clause)
{
  g_autoptr (GString) numbers = g_string_new (NULL);
  gboolean has_stop = clause->stop != -INFINITY;

  if (clause->weight == 1 && !has_stop)
    return;

  tl_number_append (numbers, clause->weight);
  if (has_stop)
    {
      g_string_append_c (numbers, ':');
      tl_number_append (numbers, clause->stop);
    }

  g_string_append (out, is_like_ratio (out->str, out->len, numbers->str) ? ": " : ":");
  g_string_append (out, numbers->str);
}

static void
append_clause (GString *out, const TlClause *clause)
{
  tl_body_append (out, clause);
  tl_numbers_append (out, clause);
  if (clause->schedule.kind != TL_SCHEDULE_ALWAYS)
    g_string_append_c (out, ' ');
  tl_schedule_append (out, &clause->schedule);
}

char *
tl_clause_print (const TlClause *clause)
{
  GString *out;

  g_return_val_if_fail (clause != NULL, NULL);

  out = g_string_new (NULL);
  append_clause (out, clause);
  return g_string_free (out, FALSE);
}

static void
append_segment (GString *out, const TlSegment *segment)
{
  if (segment->has_keyframe)
    {
      g_string_append_c (out, '@');
      tl_time_append (out, segment->at);
      if (segment->fade > 0)
        g_string_append_printf (out, "~%u", segment->fade);
      g_string_append_c (out, ' ');
    }

  for (guint i = 0; i < segment->n_clauses; i++)
    {
      if (i > 0)
        g_string_append (out, " | ");
      append_clause (out, &segment->clauses[i]);
    }
}

char *
tl_prompt_print (TlPrompt *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (NULL);
  for (guint i = 0; i < tl_prompt_get_n_segments (self); i++)
    {
      const TlSegment *segment = tl_prompt_get_segment (self, i);

      if (i > 0)
        g_string_append (out, segment->has_keyframe ? " ^" : " ^ ");
      append_segment (out, segment);
    }

  return g_string_free (out, FALSE);
}
