/* run.h - one run, as the window sees it
 *
 * A GObject of the main thread. The engine's events arrive here as properties; nobody else sets
 * them. Properties (all notify): state, iteration, n-iterations, frame, similarity, loss, rate
 * (iterations per second of the last 20), seconds-left (-1 unknown), steer, message (of a failure,
 * or NULL).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"
#include "core/session/recipe.h"

G_BEGIN_DECLS

#define TL_TYPE_RUN (tl_run_get_type ())
#define TL_TYPE_RUN_STATE (tl_run_state_get_type ())

G_DECLARE_FINAL_TYPE (TlRun, tl_run, TL, RUN, GObject)

typedef enum
{
  TL_RUN_NEW,      /* the engine has not seen it */
  TL_RUN_STARTING, /* models load, the start is drawn */
  TL_RUN_RUNNING,
  TL_RUN_PAUSED,   /* keeps its state; may continue */
  TL_RUN_STOPPED,  /* ended by hand; keeps its state; may continue */
  TL_RUN_FINISHED, /* reached its planned length; continues if that grows */
  TL_RUN_FAILED,   /* message says why; keeps the state before the failure and may be continued */
} TlRunState;

GType tl_run_state_get_type (void) G_GNUC_CONST;

TlRun *tl_run_new (TlStart *start, TlSteer *steer);

TlStart *tl_run_get_start (TlRun *self);
/* In force now; the one asked for last, from the moment the engine took it. */
TlSteer *tl_run_get_steer (TlRun *self);
TlRunState tl_run_get_state (TlRun *self);
guint64 tl_run_get_iteration (TlRun *self);
guint64 tl_run_get_n_iterations (TlRun *self);
/* (nullable) (transfer full): the newest picture */
TlFrame *tl_run_dup_frame (TlRun *self);
gdouble tl_run_get_similarity (TlRun *self);
gdouble tl_run_get_loss (TlRun *self);
gdouble tl_run_get_rate (TlRun *self);
gdouble tl_run_get_seconds_left (TlRun *self);
const char *tl_run_get_message (TlRun *self);
/* STARTING or RUNNING */
gboolean tl_run_is_active (TlRun *self);

/* (nullable) (transfer full): the recipe of the picture of @iteration, once the engine has said
 * what it computes with */
TlRecipe *tl_run_dup_recipe (TlRun *self, guint64 iteration);

/* --- for the engine ------------------------------------------------------------------------- */

/* What the engine tells of a run; fields that are not news are left as they were by the flags. */
typedef struct
{
  TlRunState state;
  guint64 iteration;
  TlFrame *frame;                 /* (nullable): no news */
  gdouble loss, similarity, rate; /* NAN: no news */
  char *message;                  /* (nullable) */
} TlRunNews;

void tl_run_update (TlRun *self, const TlRunNews *news);
/* A steer took hold: appended to the journal. */
void tl_run_add_journal (TlRun *self, const TlJournalEntry *entry);
void tl_run_set_maker (TlRun *self, const TlMaker *maker);

G_END_DECLS
