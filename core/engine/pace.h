/* pace.h - how fast a run goes
 *
 * The times of the last iterations, from which iterations per second follow. Time that a run waits
 * for its turn among others counts, time that it is paused does not. A plain value.
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
  gint64 times[TL_PACE_SPAN + 1]; /* microseconds, a ring */
  guint n;                        /* of times since the start, however many */
} TlPace;

/* The run starts or continues now. */
void tl_pace_start (TlPace *self, gint64 now);

/* An iteration ended. */
void tl_pace_add (TlPace *self, gint64 now);

/* Iterations per second; NAN before the third. */
gdouble tl_pace_get_rate (const TlPace *self);

G_END_DECLS
