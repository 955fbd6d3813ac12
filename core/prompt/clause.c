/* clause.c - one weighted prompt as a value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/clause.h"

#include "core/prompt/numbers.h"
#include "core/prompt/reading.h"

#include <string.h>

void
tl_clause_clear (TlClause *clause)
{
  g_clear_pointer (&clause->text, g_free);
  tl_schedule_clear (&clause->schedule);
}

void
tl_segment_clear (TlSegment *segment)
{
  for (guint i = 0; i < segment->n_clauses; i++)
    tl_clause_clear (&segment->clauses[i]);
  g_clear_pointer (&segment->clauses, g_free);
  segment->n_clauses = 0;
}

gboolean
tl_clause_is_remote (const TlClause *clause)
{
  return clause->kind == TL_CLAUSE_IMAGE && strstr (clause->text, "://") != NULL;
}

gboolean
tl_clause_has_same_body (const TlClause *a, const TlClause *b)
{
  return a->kind == b->kind && a->noise_seed == b->noise_seed && g_strcmp0 (a->text, b->text) == 0;
}

static gboolean
is_same_time (TlTime a, TlTime b)
{
  return a.value == b.value && a.is_percent == b.is_percent;
}

static gboolean
is_same_schedule (const TlSchedule *a, const TlSchedule *b)
{
  if (a->kind != b->kind || a->n_points != b->n_points)
    return FALSE;
  if (a->has_from != b->has_from || a->has_to != b->has_to)
    return FALSE;
  if (!is_same_time (a->from, b->from) || !is_same_time (a->to, b->to))
    return FALSE;

  for (guint i = 0; i < a->n_points; i++)
    if (!is_same_time (a->points[i].time, b->points[i].time)
        || a->points[i].weight != b->points[i].weight)
      return FALSE;
  return TRUE;
}

gboolean
tl_clause_equal (const TlClause *a, const TlClause *b)
{
  return tl_clause_has_same_body (a, b) && a->weight == b->weight && a->stop == b->stop
         && is_same_schedule (&a->schedule, &b->schedule);
}

gboolean
tl_segment_equal (const TlSegment *a, const TlSegment *b)
{
  if (a->has_keyframe != b->has_keyframe || !is_same_time (a->at, b->at) || a->fade != b->fade)
    return FALSE;
  if (a->n_clauses != b->n_clauses)
    return FALSE;

  for (guint i = 0; i < a->n_clauses; i++)
    if (!tl_clause_equal (&a->clauses[i], &b->clauses[i]))
      return FALSE;
  return TRUE;
}
