/* run.h - one run, as the window sees it
 *
 * A GObject of the main thread. The engine's events arrive here as properties; nobody else sets
 * them. Properties (all notify): state, iteration, n-iterations, frame, similarity, loss, rate
 * (iterations per second, beside all that runs), seconds-left (to its goal; -1 unknown), steer,
 * message (of a failure, or NULL).
 *
 * As a member of a family (set by its session, or by whoever is at hand through the setters): name,
 * note, mark, children (GListModel of TlRun), title (its name, or what it is: "seed 4117",
 * "240 “snow” added"), n-scores (notified with each that a judge gives or changes).
 *
 * Signals, for the session that writes them down: `turned` (TlJournalEntry), `kept`
 * (TlCheckpointValues), `pictured` (TlFrame: of an iteration that is kept, perhaps next).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/checkpoint.h"
#include "core/session/recipe.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TL_TYPE_RUN (tl_run_get_type ())
#define TL_TYPE_RUN_STATE (tl_run_state_get_type ())
#define TL_TYPE_MARK (tl_mark_get_type ())

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
  TL_RUN_HELD,     /* reached the hold of its exploration; waits to be picked, and may continue */
} TlRunState;

GType tl_run_state_get_type (void) G_GNUC_CONST;

/* What somebody thinks of it. */
typedef enum
{
  TL_MARK_NONE,
  TL_MARK_STARRED,
  TL_MARK_REJECTED,
} TlMark;

GType tl_mark_get_type (void) G_GNUC_CONST;

TlRun *tl_run_new (TlStart *start, TlSteer *steer);
TlStart *tl_run_get_start (TlRun *self);
/* In force now; the one asked for last, from the moment the engine took it. */
TlSteer *tl_run_get_steer (TlRun *self);
TlRunState tl_run_get_state (TlRun *self);
guint64 tl_run_get_iteration (TlRun *self);
guint64 tl_run_get_n_iterations (TlRun *self);
/* Where it waits or ends next: its hold while that is ahead, else n-iterations. */
guint64 tl_run_get_goal (TlRun *self);
/* (nullable) (transfer full): the newest picture */
TlFrame *tl_run_dup_frame (TlRun *self);
gdouble tl_run_get_similarity (TlRun *self);
gdouble tl_run_get_loss (TlRun *self);
gdouble tl_run_get_rate (TlRun *self);
gdouble tl_run_get_seconds_left (TlRun *self);
const char *tl_run_get_message (TlRun *self);
/* STARTING or RUNNING */
gboolean tl_run_is_active (TlRun *self);

/* (nullable) (transfer full): of the picture of @iteration, once it is known what computes it */
TlRecipe *tl_run_dup_recipe (TlRun *self, guint64 iteration);

/* --- the family ----------------------------------------------------------------------------- */

/* Where a run comes from; never changes. */
typedef struct
{
  gint64 id;                 /* within its session, from 1; 0: of no session */
  TlRun *parent;             /* (nullable): not held */
  guint64 parent_iteration;  /* where it left */
  gboolean continues_parent; /* it took the parent's state; else it began from its picture */
  gint64 exploration;        /* 0: none */
  guint session;             /* tells sessions of one program apart */
  guint64 hold;              /* iteration at which it waits to be picked; 0: none */
  gint64 created;            /* seconds since 1970 */
  const char *change;        /* (nullable): in words, what is different from the parent */
} TlRunOrigin;

/* Once, before anybody sees the run. A run that continues its parent inherits the parent's journal
 * up to where it left, and joins its children. */
void tl_run_set_origin (TlRun *self, const TlRunOrigin *origin);
const TlRunOrigin *tl_run_get_origin (TlRun *self);

/* Of its session: what was read from its file, also when it is read anew. */
void tl_run_restore (TlRun *self, GArray *own_turns, const TlMaker *maker, TlRunState state,
                     guint64 iteration, gdouble similarity);

TlRun *tl_run_get_parent (TlRun *self);        /* (nullable) (transfer none) */
GListModel *tl_run_get_children (TlRun *self); /* of TlRun, by id: (transfer none) */
/* FALSE for a candidate of an exploration that nobody took to yet. */
gboolean tl_run_is_picked (TlRun *self);
void tl_run_add_child (TlRun *self, TlRun *child);
void tl_run_remove_child (TlRun *self, TlRun *child);
/* (element-type TlJournalEntry): of the whole line of ancestors */
GArray *tl_run_get_journal (TlRun *self);
/* (nullable): until the engine has said it */
const TlMaker *tl_run_get_maker (TlRun *self);

/* (transfer full) */
char *tl_run_dup_title (TlRun *self);
const char *tl_run_get_name (TlRun *self);
void tl_run_set_name (TlRun *self, const char *name);
const char *tl_run_get_note (TlRun *self);
void tl_run_set_note (TlRun *self, const char *note);
TlMark tl_run_get_mark (TlRun *self);
void tl_run_set_mark (TlRun *self, TlMark mark);

/* What a judge (by its key, "name:sha256") says of a picture; of its session, which writes it. */
void tl_run_add_score (TlRun *self, guint64 iteration, const char *judge, gdouble value);
/* Of the last picture that @judge has seen. @iteration: (out) (nullable). NAN: it has seen none. */
gdouble tl_run_get_score (TlRun *self, const char *judge, guint64 *iteration);

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
/* A turn, for the journal: its steer has taken hold, unless it is still ahead. */
void tl_run_add_journal (TlRun *self, const TlJournalEntry *entry);
/* One that the journal has already took hold again, in a run that went back to an older state. */
void tl_run_set_steer (TlRun *self, TlSteer *steer);
void tl_run_set_maker (TlRun *self, const TlMaker *maker);
/* The state was kept; and, before or after, the picture of that iteration. */
void tl_run_add_checkpoint (TlRun *self, const TlCheckpointValues *values);
void tl_run_add_picture (TlRun *self, TlFrame *frame);

G_END_DECLS
