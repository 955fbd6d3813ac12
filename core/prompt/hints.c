/* hints.c - what is odd about a prompt as a whole
 *
 * One small function for each oddity; those of single clauses are in clause-hints.c. A fix is the
 * text of the artist with one place edited; the rest of it, other oddities included, stays as it
 * was typed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/hints.h"

#include "core/prompt/convert.h"
#include "core/prompt/inherit.h"

#include <glib/gi18n-lib.h>

static void
free_hint (gpointer data)
{
  TlHint *hint = data;

  g_free (hint->message);
  g_free (hint->fix_label);
  g_free (hint->fix);
  g_free (hint);
}

TlHint *
tl_pen_add (TlPen *pen, TlHintCode code, const TlClauseReading *about, gsize position,
            char *message)
{
  TlHint *hint = g_new0 (TlHint, 1);

  hint->code = code;
  hint->segment = about != NULL ? (gint) about->segment : -1;
  hint->clause = about != NULL ? (gint) about->index : -1;
  hint->column = tl_reading_get_column (pen->reading, position);
  hint->message = message;
  g_ptr_array_add (pen->hints, hint);
  return hint;
}

void
tl_hint_offer (TlHint *hint, const char *label, char *fix)
{
  if (fix == NULL)
    return;

  hint->fix_label = g_strdup (label);
  hint->fix = fix;
}

char *
tl_pen_edit (const TlPen *pen, TlSpan span, const char *replacement)
{
  g_autofree char *text = NULL;
  g_autoptr (TlReading) other = NULL;

  if (pen->reading->length > TL_PEN_MAX_BYTES)
    return NULL;

  text = tl_reading_replace (pen->reading, span, replacement);
  other = tl_reading_new (text);
  if (other->segments->len != pen->reading->segments->len
      || other->clauses->len != pen->reading->clauses->len)
    return NULL;

  return g_steal_pointer (&text);
}

/* A fix that must not change what the prompt means; NULL if it would. */
static char *
if_equal (const TlPen *pen, char *fix)
{
  g_autoptr (TlReading) other = fix != NULL ? tl_reading_new (fix) : NULL;

  if (other != NULL && tl_reading_equal (pen->reading, other))
    return fix;

  g_free (fix);
  return NULL;
}

/* About a segment */

static void
find_signs (const TlClause *clause, gboolean *towards, gboolean *away)
{
  const TlSchedule *schedule = &clause->schedule;

  if (schedule->kind != TL_SCHEDULE_CURVE)
    {
      *towards = *towards || (clause->weight > 0 && !tl_clause_is_remote (clause));
      *away = *away || clause->weight < 0;
    }
  for (guint i = 0; i < schedule->n_points; i++)
    {
      *towards = *towards || schedule->points[i].weight > 0;
      *away = *away || schedule->points[i].weight < 0;
    }
}

static void
check_direction (TlPen *pen, const TlSegmentReading *segment)
{
  gboolean towards = FALSE, away = FALSE;
  const TlClauseReading *first =
    &g_array_index (pen->reading->clauses, TlClauseReading, segment->first);
  TlHint *hint;

  for (guint i = 0; i < pen->active->len; i++)
    find_signs (g_ptr_array_index (pen->active, i), &towards, &away);
  if (towards || !away)
    return;

  hint = tl_pen_add (pen, TL_HINT_ONLY_NEGATIVE, first, first->whole.start,
                     g_strdup (_ ("Nothing to steer towards: results wander.")));
  hint->clause = -1;
}

static void
check_segments (TlPen *pen)
{
  const GArray *segments = pen->reading->segments;

  for (guint i = 0; i < segments->len && pen->hints->len < TL_PROMPT_MAX_HINTS; i++)
    {
      const TlSegmentReading *segment = &g_array_index (segments, TlSegmentReading, i);

      for (guint j = 0; j < segment->segment.n_clauses && pen->hints->len < TL_PROMPT_MAX_HINTS;
           j++)
        tl_clause_hints_add (
          pen, &g_array_index (pen->reading->clauses, TlClauseReading, segment->first + j));
      tl_inherit (pen->active, &segment->segment);
      check_direction (pen, segment);
    }
}

/* About the whole prompt */

static const TlClauseReading *
find_clause (const TlPen *pen, gsize position)
{
  const GArray *clauses = pen->reading->clauses;

  for (guint i = 0; i < clauses->len; i++)
    {
      const TlClauseReading *c = &g_array_index (clauses, TlClauseReading, i);

      if (c->whole.start <= position && position < c->whole.end)
        return c;
    }

  return NULL;
}

static void
check_readable (TlPen *pen)
{
  const TlReading *reading = pen->reading;
  TlHint *hint;

  if (reading->removed->len == 0)
    return;

  hint = tl_pen_add (pen, TL_HINT_UNREADABLE, NULL, 0,
                     g_strdup (_ ("Some unreadable characters were removed.")));
  hint->column = 1
                 + g_utf8_pointer_to_offset (
                   reading->text, reading->text + g_array_index (reading->removed, gsize, 0));
  tl_hint_offer (hint, _ ("Remove them"), tl_pen_edit (pen, (TlSpan){ 0, 0 }, ""));
}

static void
check_limits (TlPen *pen)
{
  if (pen->reading->over_limit < G_MAXSIZE)
    tl_pen_add (pen, TL_HINT_TOO_MANY, NULL, pen->reading->over_limit,
                g_strdup (_ ("Too many clauses: the last ones were left out.")));
}

static char *
cut_out_empty (const TlPen *pen)
{
  const TlReading *reading = pen->reading;
  GString *out;
  gsize position = 0;

  if (reading->length > TL_PEN_MAX_BYTES)
    return NULL;

  out = g_string_new (NULL);
  for (guint i = 0; i < reading->empty->len; i++)
    {
      TlSpan span = g_array_index (reading->empty, TlSpan, i);

      g_string_append_len (out, reading->text + position, span.start - position);
      position = span.end;
    }
  g_string_append (out, reading->text + position);
  return if_equal (pen, g_string_free (out, FALSE));
}

static void
check_empty (TlPen *pen)
{
  const TlReading *reading = pen->reading;

  if (reading->segments->len == 0)
    tl_pen_add (pen, TL_HINT_EMPTY_CLAUSE, NULL, 0,
                g_strdup (_ ("Write a prompt or add an image.")));
  else if (reading->n_empty > 0)
    tl_hint_offer (
      tl_pen_add (pen, TL_HINT_EMPTY_CLAUSE, NULL, reading->first_empty,
                  g_strdup (_ ("Nothing between the marks: an empty clause was left out."))),
      _ ("Remove"), cut_out_empty (pen));
}

/* The segments as they were typed, in the order of the story. */
static char *
sort_segments (const TlPen *pen)
{
  const GArray *segments = pen->reading->segments;
  GString *out;

  if (pen->reading->length > TL_PEN_MAX_BYTES)
    return NULL;

  out = g_string_new (NULL);
  for (guint i = 0; i < segments->len; i++)
    {
      const TlSegmentReading *segment = &g_array_index (segments, TlSegmentReading, i);
      TlSpan raw = tl_reading_trim (pen->reading, segment->raw);

      if (i > 0)
        g_string_append (out, segment->segment.has_keyframe ? " ^" : " ^ ");
      g_string_append_len (out, pen->reading->text + raw.start, raw.end - raw.start);
    }
  return if_equal (pen, g_string_free (out, FALSE));
}

static void
check_order (TlPen *pen)
{
  gint moved = pen->reading->moved;
  TlHint *hint;

  if (moved < 0)
    return;

  hint = tl_pen_add (pen, TL_HINT_REORDERED, NULL,
                     g_array_index (pen->reading->segments, TlSegmentReading, moved).raw.start,
                     g_strdup (_ ("Order follows the numbers.")));
  hint->segment = moved;
  tl_hint_offer (hint, _ ("Sort"), sort_segments (pen));
}

static void
count_letters (const char *text, guint *n_letters, guint *n_latin)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      *n_letters += g_unichar_isalpha (c);
      *n_latin += g_unichar_isalpha (c) && g_unichar_get_script (c) == G_UNICODE_SCRIPT_LATIN;
    }
}

static void
check_script (TlPen *pen)
{
  const GArray *clauses = pen->reading->clauses;
  const TlClauseReading *first = NULL;
  guint n_letters = 0, n_latin = 0;

  for (guint i = 0; i < clauses->len; i++)
    {
      const TlClauseReading *c = &g_array_index (clauses, TlClauseReading, i);

      if (c->clause->kind == TL_CLAUSE_TEXT)
        count_letters (c->clause->text, &n_letters, &n_latin);
      if (first == NULL && n_latin < n_letters)
        first = c;
    }

  if (2 * n_latin < n_letters)
    tl_pen_add (pen, TL_HINT_NOT_LATIN, NULL, first->whole.start,
                g_strdup (_ ("This CLIP was trained on English.")));
}

static void
check_editing (TlPen *pen)
{
  g_autofree char *label = NULL;
  TlSpan bracket;
  TlHint *hint;

  if (!tl_editing_find (pen->reading, &bracket))
    return;

  hint = tl_pen_add (pen, TL_HINT_A1111_EDITING, find_clause (pen, bracket.start), bracket.start,
                     g_strdup (_ ("Looks like A1111 prompt editing.")));
  if (pen->reading->length <= TL_PEN_MAX_BYTES)
    {
      char *fix = tl_editing_convert (pen->reading, &label);

      tl_hint_offer (hint, label, fix);
    }
}

static gboolean
check_animation (TlPen *pen)
{
  char *fix = NULL;

  if (pen->reading->length <= TL_PEN_MAX_BYTES)
    fix = tl_animation_convert (pen->reading);
  if (fix == NULL)
    return FALSE;

  tl_hint_offer (tl_pen_add (pen, TL_HINT_ANIMATION_KEYS, NULL, 0,
                             g_strdup (_ ("Looks like animation keyframes."))),
                 _ ("Convert"), fix);
  return TRUE;
}

static int
compare_columns (gconstpointer a, gconstpointer b)
{
  const TlHint *p = *(const TlHint *const *) a, *q = *(const TlHint *const *) b;

  return p->column < q->column ? -1 : p->column > q->column;
}

GPtrArray *
tl_hints_new (const TlReading *reading)
{
  g_autoptr (GPtrArray) active = g_ptr_array_new ();
  TlPen pen = { reading, g_ptr_array_new_with_free_func (free_hint), active };

  check_readable (&pen);
  /* One cause, one hint: what the clauses of a foreign language look like here is nobody's concern.
   */
  if (!check_animation (&pen))
    {
      check_limits (&pen);
      check_empty (&pen);
      check_order (&pen);
      check_script (&pen);
      check_editing (&pen);
      check_segments (&pen);
    }

  g_ptr_array_sort (pen.hints, compare_columns);
  g_ptr_array_set_size (pen.hints, MIN (pen.hints->len, TL_PROMPT_MAX_HINTS));
  return pen.hints;
}
