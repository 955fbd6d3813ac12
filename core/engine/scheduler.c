/* scheduler.c - which run steps next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/scheduler.h"

static gint
find_begun (const TlRound *runs, guint n_runs)
{
  for (guint i = 0; i < n_runs; i++)
    if (runs[i].is_runnable && runs[i].n_done > 0 && runs[i].n_done < TL_SLICE)
      return (gint) i;
  return -1;
}

/* One that was set back, or came later, has to catch up first. */
static gboolean
has_to_wait (const TlRound *runs, guint n_runs, const TlRound *run)
{
  for (guint i = 0; run->together != 0 && i < n_runs; i++)
    if (runs[i].is_runnable && runs[i].together == run->together
        && runs[i].iteration + TL_SLICE <= run->iteration)
      return TRUE;
  return FALSE;
}

/* The focus if its slice is still to come, else the first whose is. */
static gint
find_next (const TlRound *runs, guint n_runs, gboolean is_new_round)
{
  gint first = -1;

  for (guint i = 0; i < n_runs; i++)
    {
      if (!runs[i].is_runnable || (runs[i].n_done > 0 && !is_new_round))
        continue;
      if (runs[i].is_focus)
        return (gint) i;
      if (first < 0 && !has_to_wait (runs, n_runs, &runs[i]))
        first = (gint) i;
    }
  return first;
}

gint
tl_scheduler_pick (const TlRound *runs, guint n_runs, gboolean *starts_round)
{
  gint index = find_begun (runs, n_runs);

  *starts_round = FALSE;
  if (index < 0)
    index = find_next (runs, n_runs, FALSE);
  if (index >= 0)
    return index;

  *starts_round = TRUE;
  return find_next (runs, n_runs, TRUE);
}
