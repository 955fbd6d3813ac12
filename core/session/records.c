/* records.c - rows of a session file as plain values
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/records.h"

void
tl_run_record_free (TlRunRecord *self)
{
  g_clear_pointer (&self->start, tl_start_unref);
  g_clear_pointer (&self->maker, tl_maker_free);
  g_free (self->name);
  g_free (self->note);
  g_free (self->change);
  g_free (self);
}

void
tl_exploration_record_free (TlExplorationRecord *self)
{
  g_free (self);
}

void
tl_score_record_free (TlScoreRecord *self)
{
  g_free (self->judge);
  g_free (self->clause);
  g_free (self);
}
