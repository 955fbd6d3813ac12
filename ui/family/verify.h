/* verify.h - whether a run comes out the same a second time
 *
 * From one checkpoint to the next one the iterations are done again, on the engine, by a run that
 * belongs to no session; the two states are then compared byte by byte. On the processor they are
 * the same; on a graphics card they need not be (tl_backend_is_exact()). Main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/engine.h"
#include "core/session/session.h"

G_BEGIN_DECLS

/* @from, @to: iterations of two checkpoints of @run; @cancellable: (nullable) */
void tl_verify_async (TlSession *session, TlEngine *engine, TlRun *run, guint64 from, guint64 to,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* FALSE with @error where it could not be done. */
gboolean tl_verify_finish (GAsyncResult *result, gboolean *agrees, GError **error);

G_END_DECLS
