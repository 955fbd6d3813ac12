/* session-upkeep.h - what else is done with the file of a session
 *
 * Main thread. The disk budget: when the file holds more than the session's `budget` (bytes; kept
 * in the file, TL_BUDGET_DEFAULT at first), the signal `budget-exceeded` says so, and nothing goes
 * before somebody has seen what would.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"

G_BEGIN_DECLS

#define TL_BUDGET_DEFAULT (G_GUINT64_CONSTANT (4) << 30)

guint64 tl_session_get_budget (TlSession *self);
void tl_session_set_budget (TlSession *self, guint64 n_bytes);

/* Bytes that are free where the file is, as far as is known; G_MAXUINT64: it is not. The signal
 * `room-changed` says when there is little of it, much less, or enough again. */
guint64 tl_session_get_room (TlSession *self);
gboolean tl_session_is_room_low (TlSession *self);

/* How many checkpoints would go, and their bytes; by the rule of tl_database_thin(): down to the
 * budget, or as many as there is room missing. */
void tl_session_plan_thinning_async (TlSession *self, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean tl_session_plan_thinning_finish (TlSession *self, GAsyncResult *result,
                                          guint *n_checkpoints, guint64 *n_bytes, GError **error);
/* Lets them go. */
void tl_session_thin (TlSession *self);

/* A copy in the same folder, under a name of its own, opened. */
void tl_session_duplicate_async (TlSession *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
TlSession *tl_session_duplicate_finish (TlSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
