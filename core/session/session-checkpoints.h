/* session-checkpoints.h - what was kept of the runs of a session
 *
 * Checkpoints as a list, their states and pictures as answers: those stay in the file until they
 * are asked for. What is not written yet is found too. Main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"

G_BEGIN_DECLS

/* (GListModel of TlCheckpoint), by iteration. Read from the file when first asked for, so it may
 * fill a moment later; then kept current. */
GListModel *tl_session_get_checkpoints (TlSession *self, TlRun *run);
/* The iteration of the last, which is known before the list is read. FALSE: none is. */
gboolean tl_session_get_last_kept (TlSession *self, TlRun *run, guint64 *iteration);
void tl_session_star_checkpoint (TlSession *self, TlRun *run, guint64 iteration,
                                 gboolean is_starred);

/* The bytes that @run goes on from at or before @iteration: its own last checkpoint, or for a fork
 * that has none yet an ancestor's; TL_ERROR_MISSING where there is none and it starts anew.
 * (transfer full); @found: the iteration; @is_parents: for tl_engine_resume(). */
void tl_session_load_state_async (TlSession *self, TlRun *run, guint64 iteration,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
GBytes *tl_session_load_state_finish (TlSession *self, GAsyncResult *result, guint64 *found,
                                      gboolean *is_parents, GError **error);

/* The picture kept at or last before @iteration, of @run or the ancestor it continues, from the
 * file; iteration and similarity are set. @is_thumbnail: at most TL_THUMBNAIL_SIDE pixels a side.
 * (transfer full) */
void tl_session_load_frame_async (TlSession *self, TlRun *run, guint64 iteration,
                                  gboolean is_thumbnail, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
TlFrame *tl_session_load_frame_finish (TlSession *self, GAsyncResult *result, GError **error);

/**
 * tl_session_find_undo:
 * @iteration: (out): the checkpoint just before the last change of @run's line
 * @steer: (out) (transfer none): what was in force before it
 *
 * Forking from there with @steer undoes the change; the turned branch stays in the tree.
 *
 * Returns: (transfer none) (nullable): whose checkpoint it is, @run or an ancestor; NULL where
 *   nothing was ever changed
 */
TlRun *tl_session_find_undo (TlSession *self, TlRun *run, guint64 *iteration, TlSteer **steer);

G_END_DECLS
