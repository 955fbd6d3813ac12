/* inherit.c - what persists across ^
 *
 * Words end with their segment. Pictures and noise go on until the same picture or the same seed is
 * named again; what is named with weight 0 ends there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/inherit.h"

#include "core/prompt/reading.h"

gboolean
tl_clause_is_off (const TlClause *clause)
{
  if (clause->schedule.kind != TL_SCHEDULE_CURVE)
    return clause->weight == 0;

  for (guint i = 0; i < clause->schedule.n_points; i++)
    if (clause->schedule.points[i].weight != 0)
      return FALSE;
  return TRUE;
}

gboolean
tl_is_named (const GPtrArray *clauses, const TlClause *clause)
{
  if (clause->kind == TL_CLAUSE_TEXT)
    return FALSE;

  for (guint i = 0; i < clauses->len; i++)
    if (tl_clause_has_same_body (g_ptr_array_index (clauses, i), clause))
      return TRUE;
  return FALSE;
}

static gboolean
names (const TlSegment *segment, const TlClause *clause)
{
  for (guint i = 0; i < segment->n_clauses; i++)
    if (tl_clause_has_same_body (&segment->clauses[i], clause))
      return TRUE;
  return FALSE;
}

void
tl_inherit (GPtrArray *clauses, const TlSegment *segment)
{
  guint n_kept = 0;

  for (guint i = 0; i < clauses->len; i++)
    {
      TlClause *clause = g_ptr_array_index (clauses, i);

      if (clause->kind != TL_CLAUSE_TEXT && !names (segment, clause))
        g_ptr_array_index (clauses, n_kept++) = clause;
    }
  g_ptr_array_set_size (clauses, n_kept);

  for (guint i = 0; i < segment->n_clauses; i++)
    if (!tl_clause_is_off (&segment->clauses[i]))
      g_ptr_array_add (clauses, &segment->clauses[i]);
}
