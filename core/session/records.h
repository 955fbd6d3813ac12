/* records.h - rows of a session file as plain values
 *
 * What the store writes and reads; TlRun and TlExploration are made from these on opening. Strings
 * and references in a record belong to it (tl_…_record_free()), unless a caller fills one on its
 * stack for a put, which only reads it. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/recipe.h"
#include "core/session/run.h"

G_BEGIN_DECLS

/* Of a family: far more forks of forks than anybody makes. */
#define TL_MAX_GENERATIONS 1000

#define TL_THUMBNAIL_SIDE 160

typedef struct
{
  gint64 id;                /* from 1 */
  gint64 parent;            /* 0: a root of the family */
  guint64 parent_iteration; /* where it left its parent */
  gboolean
    continues_parent; /* it took the parent's state; else its start is the parent's picture */
  gint64 exploration; /* 0: none */
  guint64 hold;       /* iteration it waits at to be picked; 0: none */
  TlStart *start;
  TlMaker *maker;             /* (nullable): not begun */
  char *name, *note, *change; /* (nullable) */
  TlMark mark;
  gboolean is_deleted; /* may be brought back */
  TlRunState state;    /* as last written: STARTING or RUNNING mean that it was interrupted */
  guint64 iteration;
  gdouble similarity; /* NAN: unknown */
  gint64 created;     /* seconds since 1970 */
} TlRunRecord;

typedef struct
{
  gint64 id;
  guint64 hold;
  gboolean keeps_best_half;
  gint64 created;
} TlExplorationRecord;

typedef struct
{
  gint64 run;
  guint64 iteration;
  char *judge;  /* a CLIP's name and sha256 as "name:sha256" */
  char *clause; /* its text; empty: all of them together, weighed as the similarity of a run is */
  gdouble value;
} TlScoreRecord;

TlRunRecord *tl_run_record_copy (const TlRunRecord *self);
void tl_run_record_free (TlRunRecord *self);
TlExplorationRecord *tl_exploration_record_copy (const TlExplorationRecord *self);
void tl_exploration_record_free (TlExplorationRecord *self);
TlScoreRecord *tl_score_record_copy (const TlScoreRecord *self);
void tl_score_record_free (TlScoreRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlRunRecord, tl_run_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlExplorationRecord, tl_exploration_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlScoreRecord, tl_score_record_free)

G_END_DECLS
