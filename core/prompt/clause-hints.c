/* clause-hints.c - what is odd about one clause, and what would mend it
 *
 * One small function for each oddity: first of the spelling, then of the meaning.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/hints.h"

#include "core/prompt/convert.h"
#include "core/prompt/inherit.h"
#include "core/prompt/numbers.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Angular distance θ²/2 between a picture and words. Unrelated ones are at right angles at most,
 * π²/8 = 1.23; a stop above that with some room is met before the first step. */
#define DISTANCE_AT_START 1.3

static char *
escape (const TlPen *pen, gsize position)
{
  return tl_pen_edit (pen, (TlSpan){ position, position }, "\\");
}

static char *
dup_span (const TlPen *pen, TlSpan span)
{
  return g_strndup (pen->reading->text + span.start, span.end - span.start);
}

/* About the spelling of one clause */

static void
add_empty_colon (TlPen *pen, const TlClauseReading *c, gsize colon)
{
  TlHint *hint = tl_pen_add (pen, TL_HINT_EMPTY_COLON, c, colon,
                             g_strdup (_ ("Nothing after the colon, so it counts as text.")));

  if (colon > c->body.start)
    tl_hint_offer (hint, _ ("Remove the colon"),
                   tl_pen_edit (pen, (TlSpan){ colon, colon + 1 }, ""));
}

static void
add_kept_number (TlPen *pen, const TlClauseReading *c, gsize colon)
{
  g_autofree char *group = dup_span (pen, (TlSpan){ colon, c->body.end });
  TlHint *hint = tl_pen_add (pen, TL_HINT_KEPT_NUMBER, c, colon,
                             g_strdup_printf (_ ("Text keeps '%s'."), group));

  tl_hint_offer (hint, _ ("Mark as text"), escape (pen, colon));
}

static void
add_comma_number (TlPen *pen, const TlClauseReading *c, TlSpan number)
{
  g_autofree char *mended = g_strdelimit (dup_span (pen, number), ",", '.');
  TlHint *hint = tl_pen_add (pen, TL_HINT_COMMA_NUMBER, c, number.start,
                             g_strdup_printf (_ ("Weights use a point: %s"), mended));

  tl_hint_offer (hint, _ ("Fix"), tl_pen_edit (pen, number, mended));
}

static void
add_number_as_weight (TlPen *pen, const TlClauseReading *c)
{
  g_autofree char *body = dup_span (pen, c->body);
  g_autofree char *weight = dup_span (pen, (TlSpan){ c->weight.start + 1, c->weight.end });
  g_autofree char *stop = dup_span (pen, c->stop);
  g_autofree char *mended =
    g_strconcat (body, "\\:", weight, *stop != '\0' ? "\\" : "", stop, NULL);
  TlSpan written = { c->body.start, MAX (c->weight.end, c->stop.end) };
  TlHint *hint = tl_pen_add (
    pen, TL_HINT_NUMBER_AS_WEIGHT, c, c->weight.start + 1,
    g_strdup_printf (_ ("%s read as the weight. Meant as text? Write %s"), weight, mended));

  tl_hint_offer (hint, _ ("Fix"), tl_pen_edit (pen, written, mended));
}

/* What the text keeps behind its last colon, FALSE if that is nothing odd. */
static gboolean
check_kept_colon (TlPen *pen, const TlClauseReading *c)
{
  const char *text = pen->reading->text;
  gsize colon = tl_reading_find_last (pen->reading, c->body, ':');
  TlSpan number = tl_reading_trim (pen->reading, (TlSpan){ colon + 1, c->body.end });
  gboolean has_stop = c->stop.end > 0;
  gdouble value;

  if (colon == c->body.end)
    return FALSE;

  if (number.start >= number.end)
    add_empty_colon (pen, c, colon);
  else if (has_stop && tl_number_read (text + number.start, text + number.end, &value))
    add_kept_number (pen, c, colon);
  else if (!has_stop && tl_number_has_comma (text + number.start, text + number.end))
    add_comma_number (pen, c, number);
  else
    return FALSE;
  return TRUE;
}

static gboolean
is_digits (const TlPen *pen, gsize start, gsize end)
{
  return start < end && strspn (pen->reading->text + start, "0123456789") >= end - start;
}

/* "16:9", "10:30", "12:30:45": digits on both sides of each colon, without a space. */
static gboolean
is_like_text (const TlPen *pen, const TlClauseReading *c)
{
  if (c->weight.end == 0 || !is_digits (pen, c->weight.start - 1, c->weight.start))
    return FALSE;
  if (!is_digits (pen, c->weight.start + 1, c->weight.end))
    return FALSE;

  return c->stop.end == 0
         || (c->stop.start == c->weight.end && is_digits (pen, c->stop.start + 1, c->stop.end));
}

static void
check_numbers (TlPen *pen, const TlClauseReading *c)
{
  if (!check_kept_colon (pen, c) && is_like_text (pen, c))
    add_number_as_weight (pen, c);
}

static void
check_length (TlPen *pen, const TlClauseReading *c)
{
  if (c->oddities & TL_ODD_CUT)
    tl_pen_add (pen, TL_HINT_TOO_LONG, c, c->whole.start,
                g_strdup (_ ("This clause is too long: its end was cut off.")));
}

static void
check_emphasis (TlPen *pen, const TlClauseReading *c)
{
  TlSpan group;
  gsize colon;
  TlHint *hint;
  g_autofree char *weighted = NULL, *plain = NULL;

  if (!tl_emphasis_find (pen->reading, c->whole, &group, &colon))
    return;

  hint = tl_pen_add (pen, TL_HINT_A1111_EMPHASIS, c, group.start,
                     g_strdup (_ ("Word emphasis has no effect here; weight whole clauses.")));
  weighted = dup_span (pen, (TlSpan){ group.start + 1, group.end - 1 });
  plain = dup_span (pen, (TlSpan){ group.start + 1, colon });
  if (group.start == c->whole.start && group.end == c->whole.end)
    tl_hint_offer (hint, _ ("Weight the clause"), tl_pen_edit (pen, group, weighted));
  else
    tl_hint_offer (hint, _ ("Remove the emphasis"), tl_pen_edit (pen, group, plain));
}

/* About its meaning */

static void
check_limit (TlPen *pen, const TlClauseReading *c)
{
  gboolean is_weight = fabs (c->clause->weight) == TL_PROMPT_MAX_WEIGHT && c->weight.end > 0;

  if (c->oddities & TL_ODD_LIMITED)
    tl_pen_add (pen, TL_HINT_LIMITED, c, is_weight ? c->weight.start + 1 : c->schedule.start,
                g_strdup (_ ("Limited to 10 000.")));
}

static void
check_weight (TlPen *pen, const TlClauseReading *c)
{
  /* To name a picture of an earlier segment with weight 0 is how it is removed. */
  if (!tl_clause_is_off (c->clause) || tl_is_named (pen->active, c->clause))
    return;

  tl_pen_add (pen, TL_HINT_SWITCHED_OFF, c,
              c->weight.end > 0 ? c->weight.start + 1 : c->schedule.start,
              g_strdup (_ ("Switched off.")));
}

/* Without the stop, a number that the text keeps would move up and be the weight. */
static char *
remove_stop (TlPen *pen, const TlClauseReading *c)
{
  const char *text = pen->reading->text;
  gsize colon = tl_reading_find_last (pen->reading, c->body, ':');
  TlSpan number =
    tl_reading_trim (pen->reading, (TlSpan){ MIN (colon + 1, c->body.end), c->body.end });
  g_autofree char *kept = NULL, *escaped = NULL;
  gdouble value;

  if (!tl_number_read (text + number.start, text + number.end, &value))
    return tl_pen_edit (pen, c->stop, "");

  kept = dup_span (pen, (TlSpan){ colon, c->stop.start });
  escaped = g_strconcat ("\\", kept, NULL);
  return tl_pen_edit (pen, (TlSpan){ colon, c->stop.end }, escaped);
}

static void
check_stop (TlPen *pen, const TlClauseReading *c)
{
  const TlClause *clause = c->clause;
  gboolean towards = clause->weight > 0;
  TlHint *hint;

  if (c->stop.end == 0 || clause->weight == 0 || clause->schedule.kind == TL_SCHEDULE_CURVE)
    return;

  /* Pushing away, the distance counts as negative, so that 0 is above all of it. */
  if (towards ? clause->stop > DISTANCE_AT_START : clause->stop >= 0)
    hint = tl_pen_add (pen, TL_HINT_LETS_GO_AT_ONCE, c, c->stop.start + 1,
                       g_strdup (_ ("This clause has nothing to do: it lets go at once.")));
  else if (towards && clause->stop < 0 && isfinite (clause->stop))
    hint = tl_pen_add (pen, TL_HINT_NEVER_LETS_GO, c, c->stop.start + 1,
                       g_strdup (_ ("Never lets go.")));
  else
    return;
  tl_hint_offer (hint, _ ("Remove stop"), remove_stop (pen, c));
}

static void
check_image (TlPen *pen, const TlClauseReading *c)
{
  if (tl_clause_is_remote (c->clause))
    tl_pen_add (pen, TL_HINT_REMOTE_IMAGE, c, c->whole.start,
                g_strdup (_ ("Not fetched by itself.")));
}

static void
add_bad_range (TlPen *pen, const TlClauseReading *c)
{
  TlHint *hint = tl_pen_add (pen, TL_HINT_BAD_RANGE, c, c->schedule.start,
                             g_strdup (_ ("Ends before it starts.")));
  g_autoptr (GString) mended = g_string_new (NULL);
  TlSchedule range;

  if (!tl_schedule_read (pen->reading->text + c->schedule.start,
                         pen->reading->text + c->schedule.end, &range)
      || !range.has_from || range.from.value == range.to.value)
    return;

  tl_schedule_append (mended, &(TlSchedule){ TL_SCHEDULE_RANGE, TRUE, TRUE, range.to, range.from });
  tl_hint_offer (hint, _ ("Swap them"), tl_pen_edit (pen, c->schedule, mended->str));
}

static void
check_schedule (TlPen *pen, const TlClauseReading *c)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (c->oddities & TL_ODD_BAD_RANGE)
    add_bad_range (pen, c);
  if (c->oddities & TL_ODD_DOUBLE_POINT)
    {
      tl_time_append (text, c->odd_time);
      tl_pen_add (pen, TL_HINT_DOUBLE_POINT, c, c->schedule.start,
                  g_strdup_printf (_ ("Two weights at %s."), text->str));
    }
  if (c->oddities & TL_ODD_REORDERED)
    {
      tl_schedule_append (text, &c->clause->schedule);
      tl_hint_offer (tl_pen_add (pen, TL_HINT_REORDERED, c, c->schedule.start,
                                 g_strdup (_ ("Order follows the numbers."))),
                     _ ("Sort"), tl_pen_edit (pen, c->schedule, text->str));
    }
}

void
tl_clause_hints_add (TlPen *pen, const TlClauseReading *c)
{
  static void (*const checks[]) (TlPen *, const TlClauseReading *) = {
    check_length, check_numbers, check_emphasis, check_limit,
    check_weight, check_stop,    check_image,    check_schedule,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    checks[i](pen, c);
}
