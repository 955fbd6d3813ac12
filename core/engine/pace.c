/* pace.c - how fast a run goes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/pace.h"

#include <math.h>

/* The first iterations find cold caches; product.md 76 asks for a figure after three. */
#define LEAST 3

#define RING G_N_ELEMENTS (((TlPace *) NULL)->times)

void
tl_pace_start (TlPace *self, gint64 now)
{
  self->n = 0;
  self->n_waited = 0;
  tl_pace_add (self, now);
}

void
tl_pace_take_turn (TlPace *self, gint64 now)
{
  self->n_waited = now - self->times[(self->n - 1) % RING];
}

void
tl_pace_add (TlPace *self, gint64 now)
{
  self->times[self->n % RING] = now - self->n_waited;
  self->n++;
}

gdouble
tl_pace_get_seconds (const TlPace *self)
{
  guint n_spans = MIN (self->n, RING) - 1;
  gint64 elapsed;

  if (self->n <= LEAST)
    return NAN;

  elapsed = self->times[(self->n - 1) % RING] - self->times[(self->n - 1 - n_spans) % RING];
  return elapsed > 0 ? elapsed / (gdouble) G_USEC_PER_SEC / n_spans : NAN;
}
