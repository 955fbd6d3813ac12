/* records.c - rows of a session file as plain values
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/records.h"

TlRunRecord *
tl_run_record_copy (const TlRunRecord *self)
{
  TlRunRecord *copy = g_memdup2 (self, sizeof *self);

  copy->start = tl_start_ref (self->start);
  copy->maker = self->maker != NULL ? tl_maker_copy (self->maker) : NULL;
  copy->name = g_strdup (self->name);
  copy->note = g_strdup (self->note);
  copy->change = g_strdup (self->change);
  return copy;
}

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

TlExplorationRecord *
tl_exploration_record_copy (const TlExplorationRecord *self)
{
  return g_memdup2 (self, sizeof *self);
}

void
tl_exploration_record_free (TlExplorationRecord *self)
{
  g_free (self);
}

TlScoreRecord *
tl_score_record_copy (const TlScoreRecord *self)
{
  TlScoreRecord *copy = g_memdup2 (self, sizeof *self);

  copy->judge = g_strdup (self->judge);
  copy->clause = g_strdup (self->clause);
  return copy;
}

void
tl_score_record_free (TlScoreRecord *self)
{
  g_free (self->judge);
  g_free (self->clause);
  g_free (self);
}
