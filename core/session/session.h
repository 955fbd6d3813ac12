/* session.h - one piece of work: its file, its family of runs, its explorations
 *
 * Main thread. A GListModel of the roots of the family (TlRun), each with its children (run.h);
 * deleted runs are not in it. The session connects runs with the store: what the engine tells a run
 * (turns, checkpoints, frames, state) is written as it comes. A new session has no file until its
 * first run; from then on nothing is ever unsaved.
 *
 * Properties (notify): title (string), path (nullable), access (TlAccess), problem (nullable
 * sentence: while there is one, nothing can be written and the session's runs are to be paused),
 * saved-at, size, selected (TlRun, nullable).
 * Signal `interrupted-changed`: the list of interrupted runs is shorter now.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/exploration.h"
#include "core/session/store.h"

G_BEGIN_DECLS

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

/* --- runs ------------------------------------------------------------------------------------- */

/* (transfer none): a root, NEW; the engine starts it. Fails where the file cannot be made. */
TlRun *tl_session_add_run (TlSession *self, TlStart *start, TlSteer *steer, GError **error);

typedef struct
{
  TlSteer *steer;     /* in force from the first iteration on */
  TlTurn turn;        /* HARD: the optimiser forgets */
  TlJitter jitter;    /* {0, 0}: none */
  TlStart *start;     /* (nullable): NULL continues the state; else begins anew from the picture */
  const char *change; /* in words, for the edge of the tree: "“snow” added" */
} TlForkValues;

/**
 * tl_session_fork:
 * @iteration: of a checkpoint of @parent
 *
 * Returns: (transfer none): a NEW child of @parent, which is not touched. To begin it, its state is
 *   read with tl_session_load_state_async() and given to tl_engine_resume().
 */
TlRun *tl_session_fork (TlSession *self, TlRun *parent, guint64 iteration,
                        const TlForkValues *values, GError **error);

/* The bytes that @run goes on from at or before @iteration: its own last checkpoint, or for a fork
 * that has none yet its parent's. (transfer full); @found: the iteration. */
void tl_session_load_state_async (TlSession *self, TlRun *run, guint64 iteration,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
GBytes *tl_session_load_state_finish (TlSession *self, GAsyncResult *result, guint64 *found,
                                      GError **error);

/* The picture kept at or last before @iteration, from the file; iteration and similarity are set.
 * @is_thumbnail: at most TL_THUMBNAIL_SIDE pixels a side. (transfer full) */
void tl_session_load_frame_async (TlSession *self, TlRun *run, guint64 iteration,
                                  gboolean is_thumbnail, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
TlFrame *tl_session_load_frame_finish (TlSession *self, GAsyncResult *result, GError **error);

/* The run and its descendants leave the list; undelete brings them back. They leave the file when
 * it is closed. */
void tl_session_delete_run (TlSession *self, TlRun *run);
void tl_session_undelete_run (TlSession *self, TlRun *run);

/* (transfer none) (nullable) */
TlRun *tl_session_find_run (TlSession *self, gint64 id);
/* All that are not deleted, as one flat list by id: (transfer none) (GListModel of TlRun) */
GListModel *tl_session_get_runs (TlSession *self);
/* (transfer full) (element-type TlRun): were going on when the program ended */
GPtrArray *tl_session_dup_interrupted (TlSession *self);
void tl_session_forget_interrupted (TlSession *self);

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
void tl_session_retry (TlSession *self);
void tl_session_take_over (TlSession *self);
void tl_session_copy_async (TlSession *self, const char *path, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean tl_session_copy_finish (TlSession *self, GAsyncResult *result, GError **error);

const char *tl_session_get_title (TlSession *self);
const char *tl_session_get_path (TlSession *self);
const char *tl_session_get_problem (TlSession *self);
/* (nullable): what could not be read when it was opened */
const char *tl_session_get_damage (TlSession *self);
TlAccess tl_session_get_access (TlSession *self);

G_END_DECLS
