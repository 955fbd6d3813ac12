/* scheduler.h - which run steps next
 *
 * Runs take turns of a few iterations, round after round, so that all of an exploration grow
 * together and a run that is looked at leads its round. A pure function over plain records: what
 * happens next is a function of what is written here and nothing else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Iterations of one run before the next one's turn. */
#define TL_SLICE 5

typedef struct
{
  gboolean is_runnable;
  gboolean is_focus;
  guint n_done;    /* iterations in this round, at most TL_SLICE */
  gint64 together; /* runs of the same number grow together; 0: by itself */
  guint64 iteration;
} TlRound;

/**
 * tl_scheduler_pick:
 * @runs: in the order in which they came
 * @starts_round: (out): TRUE if everyone's @n_done is to be set to 0 first
 *
 * A slice that was begun is ended before another begins. Then the focus goes, then the others in
 * order. Those that grow together wait for the ones that are a slice or more behind them; but not
 * the focus, which somebody looks at.
 *
 * Returns: an index, or -1 if nothing can run
 */
gint tl_scheduler_pick (const TlRound *runs, guint n_runs, gboolean *starts_round);

G_END_DECLS
