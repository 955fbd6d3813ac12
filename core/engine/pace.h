/* pace.h - how fast a run goes
 *
 * The times of the last iterations, from which follows how long one takes. Time that a run is
 * paused, or waits for its turn among others, does not count: how many those are may change at any
 * moment. A plain value.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Iterations that the rate is taken over. */
#define TL_PACE_SPAN 20

typedef struct
{
  gint64 times[TL_PACE_SPAN + 1]; /* microseconds, less those waited; a ring */
  guint n;                        /* of times since the start, however many */
  gint64 n_waited;                /* microseconds */
} TlPace;

/* The run starts or continues now. */
void tl_pace_start (TlPace *self, gint64 now);

/* Others had their turn since the last iteration. */
void tl_pace_take_turn (TlPace *self, gint64 now);

/* An iteration ended. */
void tl_pace_add (TlPace *self, gint64 now);

/* That an iteration takes; NAN before the third. */
gdouble tl_pace_get_seconds (const TlPace *self);

G_END_DECLS
