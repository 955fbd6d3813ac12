/* parse.c - from a text to segments and clauses
 *
 * Splitting comes first: on ^, then on |. Then each clause is read from its end: a schedule if all
 * of it fits, at most two numbers, and whatever is left is its body. Nothing here can fail; what is
 * odd is noted for hints.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/numbers.h"
#include "core/prompt/reading.h"

#include <math.h>
#include <string.h>

#define MAX_EMPTY 64

/* An empty clause or segment, and what to cut out with it so that nothing empty is left. */
static void
note_empty (TlReading *self, gsize from, gsize to)
{
  TlSpan span = { from, to };

  if (self->empty->len < MAX_EMPTY)
    g_array_append_val (self->empty, span);
}

static void
limit_weight (gdouble *weight, TlClauseReading *reading)
{
  if (fabs (*weight) <= TL_PROMPT_MAX_WEIGHT)
    return;

  *weight = copysign (TL_PROMPT_MAX_WEIGHT, *weight);
  reading->oddities |= TL_ODD_LIMITED;
}

/* Schedules */

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const TlTime *p = &((const TlCurvePoint *) a)->time;
  const TlTime *q = &((const TlCurvePoint *) b)->time;

  if (p->is_percent != q->is_percent)
    return p->is_percent ? 1 : -1;

  return p->value < q->value ? -1 : p->value > q->value;
}

/* Limits the weights and finds two points of one time. Sorts, unless iterations and percentages are
 * mixed: the order of those is only known with the length of the run. */
static void
settle_curve (TlSchedule *schedule, TlClauseReading *reading)
{
  TlCurvePoint *points = schedule->points;
  g_autofree TlCurvePoint *sorted = NULL;
  gboolean is_mixed = FALSE, is_sorted = TRUE;

  for (guint i = 0; i < schedule->n_points; i++)
    limit_weight (&points[i].weight, reading);

  sorted = g_memdup2 (points, schedule->n_points * sizeof *points);
  qsort (sorted, schedule->n_points, sizeof *sorted, compare_points);
  for (guint i = 1; i < schedule->n_points; i++)
    {
      is_sorted = is_sorted && compare_points (&points[i - 1], &points[i]) <= 0;
      is_mixed = is_mixed || sorted[i - 1].time.is_percent != sorted[i].time.is_percent;
      if (compare_points (&sorted[i - 1], &sorted[i]) == 0)
        {
          reading->oddities |= TL_ODD_DOUBLE_POINT;
          reading->odd_time = sorted[i].time;
        }
    }

  if (is_sorted || is_mixed)
    return;
  reading->oddities |= TL_ODD_REORDERED;
  g_free (schedule->points);
  schedule->points = g_steal_pointer (&sorted);
}

/* Acts at no iteration, and one can tell without the length of the run. */
static gboolean
is_bad_range (const TlSchedule *range)
{
  if (!range->has_to)
    return FALSE;
  if (!range->has_from)
    return range->to.value == 0;

  return range->from.is_percent == range->to.is_percent && range->from.value >= range->to.value;
}

static void
settle_schedule (TlSchedule *schedule, TlClauseReading *reading)
{
  if (schedule->kind == TL_SCHEDULE_CURVE)
    settle_curve (schedule, reading);
  else if (is_bad_range (schedule))
    reading->oddities |= TL_ODD_BAD_RANGE;

  if ((reading->oddities & (TL_ODD_BAD_RANGE | TL_ODD_DOUBLE_POINT)) == 0)
    return;
  tl_schedule_clear (schedule);
  reading->oddities &= ~(guint) TL_ODD_REORDERED;
}

/* Clauses. Each step reads the end of @rest and returns what is left of it. */

static TlSpan
read_schedule (TlReading *self, TlSpan rest, TlClauseReading *reading, TlClause *clause)
{
  gsize at = tl_reading_find_last (self, rest, '@');

  if (!tl_schedule_read (self->text + at, self->text + rest.end, &clause->schedule))
    return rest;

  reading->schedule = (TlSpan){ at, rest.end };
  settle_schedule (&clause->schedule, reading);
  return tl_reading_trim (self, (TlSpan){ rest.start, at });
}

/* The last ":…" of @rest, its number without the white space around it. FALSE if there is no colon.
 */
static gboolean
find_group (const TlReading *self, TlSpan rest, TlSpan *group, TlSpan *number)
{
  gsize colon = tl_reading_find_last (self, rest, ':');

  if (colon == rest.end)
    return FALSE;

  *group = (TlSpan){ colon, rest.end };
  *number = tl_reading_trim (self, (TlSpan){ colon + 1, rest.end });
  return TRUE;
}

static TlSpan
read_numbers (TlReading *self, TlSpan rest, TlClauseReading *reading, TlClause *clause)
{
  const char *text = self->text;
  TlSpan last, before, number, before_number;
  gdouble value, weight;

  if (!find_group (self, rest, &last, &number)
      || !tl_stop_read (text + number.start, text + number.end, &value))
    return rest;

  rest = tl_reading_trim (self, (TlSpan){ rest.start, last.start });
  if (find_group (self, rest, &before, &before_number)
      && tl_number_read (text + before_number.start, text + before_number.end, &weight))
    {
      reading->weight = before;
      reading->stop = last;
      clause->weight = weight;
      clause->stop = value;
      return tl_reading_trim (self, (TlSpan){ rest.start, before.start });
    }

  /* "cat:inf" has no weight for the stop to follow. */
  if (!tl_number_read (text + number.start, text + number.end, &weight))
    return (TlSpan){ rest.start, last.end };

  reading->weight = last;
  clause->weight = weight;
  return rest;
}

static char *
dup_name (const char *text, gsize length)
{
  GString *out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    if (text[i] != '\\' || text[i + 1] != '>')
      g_string_append_c (out, text[i]);

  return g_string_free (out, FALSE);
}

static gboolean
read_noise (const TlReading *self, TlSpan body, TlClause *clause)
{
  const char *p = self->text + body.start;
  const char *end = self->text + body.end - 1;
  guint64 seed;

  if (!g_str_has_prefix (p, "<noise:") || *end != '>')
    return FALSE;

  p += strlen ("<noise:");
  if (!tl_integer_scan (&p, end, &seed) || p != end)
    return FALSE;

  clause->kind = TL_CLAUSE_NOISE;
  clause->noise_seed = seed;
  return TRUE;
}

/* Cuts at a character, and so that the end can still be spelled: words are trimmed, and no name
 * ends in a backslash. */
static void
limit_text (TlClause *clause, TlClauseReading *reading)
{
  char *text = clause->text;
  gsize end = TL_PROMPT_MAX_BYTES;
  gboolean is_image = clause->kind == TL_CLAUSE_IMAGE;

  if (strlen (text) <= end)
    return;

  reading->oddities |= TL_ODD_CUT;
  end = g_utf8_find_prev_char (text, text + end + 1) - text;
  while (end > 0 && (is_image ? text[end - 1] == '\\' : tl_is_space (text[end - 1])))
    end--;
  text[end] = '\0';
}

static gboolean
read_body (const TlReading *self, TlClauseReading *reading, TlClause *clause)
{
  TlSpan body = reading->body;
  const char *text = self->text + body.start;
  gsize length = body.end - body.start;

  if (length == 0)
    return FALSE;
  if (read_noise (self, body, clause))
    return TRUE;

  if (tl_reading_is_live (self, body.start, '<')
      && tl_image_end (self->text, body.start) == body.end)
    {
      clause->kind = TL_CLAUSE_IMAGE;
      clause->text = dup_name (text + strlen ("<image:"), length - strlen ("<image:>"));
    }
  else
    clause->text = tl_unescape (text, length);
  limit_text (clause, reading);
  return TRUE;
}

static gboolean
read_clause (TlReading *self, TlSpan raw, TlClauseReading *reading, TlClause *clause)
{
  TlSpan rest = tl_reading_trim (self, raw);

  *clause = (TlClause){ .kind = TL_CLAUSE_TEXT, .weight = 1, .stop = -INFINITY };
  *reading = (TlClauseReading){ .whole = rest };

  rest = read_schedule (self, rest, reading, clause);
  rest = read_numbers (self, rest, reading, clause);
  limit_weight (&clause->weight, reading);
  reading->body = rest;
  if (read_body (self, reading, clause))
    return TRUE;

  tl_clause_clear (clause);
  return FALSE;
}

static void
note_over_limit (TlReading *self, gsize position)
{
  self->over_limit = MIN (self->over_limit, position);
}

/* Segments */

/* One piece between bars. Pieces before the first clause go with the bar behind them, later ones
 * with the bar in front. */
static void
take_piece (TlReading *self, TlSpan piece, GArray *clauses)
{
  TlClauseReading reading;
  TlClause clause;

  if (!read_clause (self, piece, &reading, &clause))
    {
      if (self->n_empty++ == 0)
        self->first_empty = MAX (piece.start, 1) - 1;
      if (clauses->len > 0)
        note_empty (self, piece.start - 1, piece.end);
      else
        note_empty (self, piece.start, piece.end + 1);
    }
  else if (clauses->len == TL_PROMPT_MAX_CLAUSES)
    {
      note_over_limit (self, piece.start);
      tl_clause_clear (&clause);
    }
  else
    {
      g_array_append_val (clauses, clause);
      g_array_append_val (self->clauses, reading);
    }
}

/* Returns where the first clause starts. */
static gsize
read_keyframe (TlReading *self, TlSegmentReading *reading)
{
  const char *p = self->text + tl_reading_trim (self, reading->raw).start;
  TlSegment *segment = &reading->segment;

  if (reading->raw.start == 0)
    return 0;

  reading->keyframe.start = p - self->text;
  segment->has_keyframe =
    tl_keyframe_scan (&p, self->text + reading->raw.end, &segment->at, &segment->fade);
  reading->keyframe.end = p - self->text;
  return segment->has_keyframe ? reading->keyframe.end : reading->raw.start;
}

static void
drop_segment (TlReading *self, const TlSegmentReading *reading, guint n_noted)
{
  g_array_set_size (self->empty, n_noted);
  if (self->segments->len > 0)
    note_empty (self, reading->raw.start - 1, reading->raw.end);
  else
    note_empty (self, reading->raw.start, reading->raw.end + 1);
}

/* The first segment starts the run, even if one without clauses stood before it. */
static void
start_story (TlReading *self, TlSegmentReading *first)
{
  if (first->segment.has_keyframe)
    note_empty (self, first->keyframe.start, first->keyframe.end);
  first->segment.has_keyframe = FALSE;
  first->segment.at = (TlTime){ 0 };
  first->segment.fade = 0;
}

static void
read_segment (TlReading *self, TlSpan raw)
{
  g_autoptr (GArray) clauses = g_array_new (FALSE, FALSE, sizeof (TlClause));
  TlSegmentReading reading = { .raw = raw, .first = self->clauses->len };
  guint n_noted = self->empty->len;
  TlSpan piece;

  g_array_set_clear_func (clauses, (GDestroyNotify) tl_clause_clear);
  piece.start = read_keyframe (self, &reading);
  for (;;)
    {
      piece.end = tl_reading_find (self, (TlSpan){ piece.start, raw.end }, '|');
      take_piece (self, piece, clauses);
      if (piece.end == raw.end)
        break;
      piece.start = piece.end + 1;
    }

  if (clauses->len == 0)
    {
      drop_segment (self, &reading, n_noted);
      return;
    }
  if (self->segments->len == TL_PROMPT_MAX_SEGMENTS)
    {
      note_over_limit (self, raw.start);
      g_array_set_size (self->clauses, reading.first);
      return;
    }

  if (self->segments->len == 0)
    start_story (self, &reading);
  reading.segment.n_clauses = clauses->len;
  reading.segment.clauses = (TlClause *) g_array_steal (clauses, NULL);
  g_array_append_val (self->segments, reading);
}

/* The story */

/* A segment without a keyframe moves with the one that it follows, so it has that one's key. */
static gboolean
find_keys (GArray *segments)
{
  gboolean has_iterations = FALSE, has_percent = FALSE;
  guint64 key = 0;

  for (guint i = 0; i < segments->len; i++)
    {
      TlSegmentReading *reading = &g_array_index (segments, TlSegmentReading, i);

      if (reading->segment.has_keyframe)
        {
          key = reading->segment.at.value;
          has_percent = has_percent || reading->segment.at.is_percent;
          has_iterations = has_iterations || !reading->segment.at.is_percent;
        }
      reading->key = key;
    }

  return !(has_iterations && has_percent);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  guint64 p = ((const TlSegmentReading *) a)->key, q = ((const TlSegmentReading *) b)->key;

  return p < q ? -1 : p > q;
}

static void
order_story (TlReading *self)
{
  GArray *segments = self->segments;

  if (find_keys (segments))
    g_array_sort (segments, compare_keys); /* stable */

  self->moved = -1;
  for (guint i = 0; i + 1 < segments->len && self->moved < 0; i++)
    if (g_array_index (segments, TlSegmentReading, i).first
        > g_array_index (segments, TlSegmentReading, i + 1).first)
      self->moved = i;
}

static void
link_clauses (TlReading *self)
{
  for (guint i = 0; i < self->segments->len; i++)
    {
      const TlSegmentReading *segment = &g_array_index (self->segments, TlSegmentReading, i);

      for (guint j = 0; j < segment->segment.n_clauses; j++)
        {
          TlClauseReading *reading =
            &g_array_index (self->clauses, TlClauseReading, segment->first + j);

          reading->segment = i;
          reading->index = j;
          reading->clause = &segment->segment.clauses[j];
        }
    }
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  gsize p = ((const TlSpan *) a)->start, q = ((const TlSpan *) b)->start;

  return p < q ? -1 : p > q;
}

static void
clear_segment (gpointer data)
{
  TlSegmentReading *reading = data;

  tl_segment_clear (&reading->segment);
}

TlReading *
tl_reading_new (const char *source)
{
  TlReading *self = g_new0 (TlReading, 1);
  TlSpan raw = { 0, 0 };

  self->removed = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->segments = g_array_new (FALSE, FALSE, sizeof (TlSegmentReading));
  g_array_set_clear_func (self->segments, clear_segment);
  self->clauses = g_array_new (FALSE, FALSE, sizeof (TlClauseReading));
  self->empty = g_array_new (FALSE, FALSE, sizeof (TlSpan));
  self->over_limit = G_MAXSIZE;
  tl_reading_scan (self, source);

  for (;;)
    {
      raw.end = tl_reading_find (self, (TlSpan){ raw.start, self->length }, '^');
      read_segment (self, raw);
      if (raw.end == self->length)
        break;
      raw.start = raw.end + 1;
    }

  g_array_sort (self->empty, compare_spans);
  order_story (self);
  link_clauses (self);
  return self;
}

void
tl_reading_free (TlReading *self)
{
  g_free (self->text);
  g_free (self->live);
  g_array_unref (self->removed);
  g_array_unref (self->segments);
  g_array_unref (self->clauses);
  g_array_unref (self->empty);
  g_free (self);
}

GArray *
tl_reading_take_segments (TlReading *self)
{
  GArray *segments = g_array_new (FALSE, FALSE, sizeof (TlSegment));

  g_array_set_clear_func (segments, (GDestroyNotify) tl_segment_clear);
  for (guint i = 0; i < self->segments->len; i++)
    {
      TlSegmentReading *reading = &g_array_index (self->segments, TlSegmentReading, i);

      g_array_append_val (segments, reading->segment);
      reading->segment = (TlSegment){ 0 };
    }

  return segments;
}

gboolean
tl_reading_equal (const TlReading *a, const TlReading *b)
{
  if (a->segments->len != b->segments->len)
    return FALSE;

  for (guint i = 0; i < a->segments->len; i++)
    if (!tl_segment_equal (&g_array_index (a->segments, TlSegmentReading, i).segment,
                           &g_array_index (b->segments, TlSegmentReading, i).segment))
      return FALSE;
  return TRUE;
}
