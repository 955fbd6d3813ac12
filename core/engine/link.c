/* link.c - a run, as both threads know it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/link.h"

static void
clear (gpointer data)
{
  TlLink *self = data;

  /* Whichever thread this is, the run must be gone by now. */
  g_assert (self->run == NULL);
  tl_start_unref (self->start);
}

/* Every session counts its explorations from 1, and all may be on one engine. */
static gint64
name_exploration (const TlRunOrigin *origin)
{
  if (origin->exploration == 0)
    return 0;
  return ((gint64) origin->session << 32) + (origin->exploration & G_MAXUINT32);
}

TlLink *
tl_link_new (TlRun *run)
{
  TlLink *self = g_atomic_rc_box_new (TlLink);
  const TlRunOrigin *origin = tl_run_get_origin (run);

  self->run = g_object_ref (run);
  self->start = tl_start_ref (tl_run_get_start (run));
  self->hold = origin->hold;
  self->exploration = name_exploration (origin);
  self->origin = origin->continues_parent ? origin->parent_iteration : 0;
  return self;
}

void
tl_link_cut (TlLink *self)
{
  g_clear_object (&self->run);
}

TlLink *
tl_link_ref (TlLink *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
tl_link_unref (TlLink *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
