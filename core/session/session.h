/* session.h - one piece of work: its file, its family of runs, its explorations
 *
 * Main thread. A GListModel of the roots of the family (TlRun), each with its children (run.h);
 * deleted runs are not in it. The session connects runs with the store: what the engine tells a run
 * (turns, checkpoints, frames, state) is written as it comes. A new session has no file until its
 * first run; from then on nothing is ever unsaved.
 *
 * What was kept of its runs: session-checkpoints.h. Budget, duplicate: session-upkeep.h.
 *
 * Properties (notify): title (string), path (nullable), access (int, TlAccess), problem (nullable
 * sentence: while there is one, nothing can be written and the session's runs are to be paused),
 * saved-at (int64 microseconds, 0: never), size (uint64 bytes), selected (TlRun, nullable), budget,
 * damage (nullable sentence), is-saved (boolean: nothing waits to be written).
 * Signals: `interrupted-changed`: the list of interrupted runs is another now. `budget-exceeded`
 * (session-upkeep.h).
 *
 * A session that is read-only refuses changes with a sentence; what has no GError does nothing
 * then, so ask tl_session_check_writable() first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/exploration.h"
#include "core/session/store.h"

G_BEGIN_DECLS

/* How far a sibling goes. */
#define TL_SIBLING_ITERATIONS 30

#define TL_TYPE_SESSION (tl_session_get_type ())

G_DECLARE_FINAL_TYPE (TlSession, tl_session, TL, SESSION, GObject)

/* @folder: where its file will be made, with the first run */
TlSession *tl_session_new (const char *folder);
/* `sessions` under the user's data folder, or under TILLER_DATA_DIR: (transfer full) */
char *tl_session_dup_default_folder (void);

/* Opens on another thread. */
void tl_session_open_async (const char *path, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
TlSession *tl_session_open_finish (GAsyncResult *result, GError **error);
/* Writes the last facts, waits for them, and gives the file up: runs that go on are paused in it at
 * their last checkpoint (tl_engine_keep_all() first), deleted ones leave it. FALSE with the problem
 * where facts are lost. Disposing does the same; whoever ends the program closes. */
gboolean tl_session_close (TlSession *self, GError **error);

/* --- runs ------------------------------------------------------------------------------------- */

/* FALSE, with the sentence that says why, if nothing can be changed. A problem is no reason: what
 * is changed meanwhile is written when it is gone. */
gboolean tl_session_check_writable (TlSession *self, GError **error);

/* (transfer none): a root, NEW; the engine starts it. Fails where the file cannot be made. */
TlRun *tl_session_add_run (TlSession *self, TlStart *start, TlSteer *steer, GError **error);

typedef struct
{
  TlSteer *steer;     /* in force from the first iteration on; with @start, less its coarse-from */
  TlTurn turn;        /* HARD: the optimiser forgets */
  TlJitter jitter;    /* {0, 0}: none */
  TlStart *start;     /* (nullable): NULL continues the state; else begins anew from the picture */
  const char *change; /* in words, for the edge of the tree: "“snow” added" */
} TlForkValues;

/**
 * tl_session_fork:
 * @iteration: of a checkpoint of @parent
 *
 * Refuses where no recipe could say it: at the very iteration where @parent was varied.
 *
 * Returns: (transfer none): a NEW child of @parent, which is not touched. To begin it, its state is
 *   read with tl_session_load_state_async() (session-checkpoints.h) and given to
 * tl_engine_resume().
 */
TlRun *tl_session_fork (TlSession *self, TlRun *parent, guint64 iteration,
                        const TlForkValues *values, GError **error);

/**
 * tl_session_add_siblings:
 * @iteration: of a checkpoint of @run
 * @sigma: of their jitter, 0 … TL_MAX_JITTER
 *
 * @n small variations of @run: forks, each with a jitter of its own, that hold
 * TL_SIBLING_ITERATIONS later. Begun as forks are.
 *
 * Returns: (transfer container) (element-type TlRun)
 */
GPtrArray *tl_session_add_siblings (TlSession *self, TlRun *run, guint64 iteration, guint n,
                                    gdouble sigma, GError **error);

/* The run and its descendants leave the list; undelete brings them back. They leave the file when
 * it is closed. */
void tl_session_delete_run (TlSession *self, TlRun *run);
void tl_session_undelete_run (TlSession *self, TlRun *run);

/* (transfer none) (nullable) */
TlRun *tl_session_find_run (TlSession *self, gint64 id);
/* All that are not deleted, as one flat list by id: (transfer none) (GListModel of TlRun) */
GListModel *tl_session_get_runs (TlSession *self);
/* (transfer full) (element-type TlRun): were going on when the program ended. They are PAUSED, at
 * the iteration of their last checkpoint. */
GPtrArray *tl_session_dup_interrupted (TlSession *self);
void tl_session_forget_interrupted (TlSession *self);
/* Of an interrupted run: the iteration of its last checkpoint, if that is damaged and the run goes
 * on from an older one; 0: it is not. */
guint64 tl_session_get_torn (TlSession *self, TlRun *run);

/* What a judge (run.h) says of the run's picture of @iteration: a fact of the file. */
void tl_session_add_score (TlSession *self, TlRun *run, guint64 iteration, const char *judge,
                           gdouble value);

/* --- explorations ----------------------------------------------------------------------------- */

/* @n_seeds runs with seeds @start's, + 1, + 2, …; NEW, each with the hold. (transfer none) */
TlExploration *tl_session_explore (TlSession *self, TlStart *start, TlSteer *steer, guint n_seeds,
                                   guint64 hold, GError **error);
/* "12 more": the seeds after the last. */
gboolean tl_session_explore_more (TlSession *self, TlExploration *exploration, guint n_seeds,
                                  GError **error);
/* (GListModel of TlExploration), oldest first */
GListModel *tl_session_get_explorations (TlSession *self);

/* --- the file --------------------------------------------------------------------------------- */

void tl_session_rename (TlSession *self, const char *title);
/* (nullable) (transfer none) */
TlRun *tl_session_get_selected (TlSession *self);
void tl_session_set_selected (TlSession *self, TlRun *run);
void tl_session_retry (TlSession *self);
void tl_session_take_over (TlSession *self);
/* With a problem, or what it has damaged, the session goes on in the copy ("Save elsewhere"): the
 * new `path` is notified, perhaps a moment after the answer. */
void tl_session_copy_async (TlSession *self, const char *path, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean tl_session_copy_finish (TlSession *self, GAsyncResult *result, GError **error);

const char *tl_session_get_title (TlSession *self);
const char *tl_session_get_path (TlSession *self);
const char *tl_session_get_problem (TlSession *self);
/* Whether all that was made is in the file. */
gboolean tl_session_is_saved (TlSession *self);
/* (nullable): what cannot be read, as far as is known by now */
const char *tl_session_get_damage (TlSession *self);
TlAccess tl_session_get_access (TlSession *self);

G_END_DECLS
