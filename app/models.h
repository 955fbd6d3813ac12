/* models.h - loading the models that the window runs on
 *
 * Runs on a thread of its own and hands over a stepper whose models are in memory, so that the
 * first picture does not wait for them and a wrong file is known before anything depends on it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/stepper.h"
#include "ui/models/backend.h"

G_BEGIN_DECLS

/* What loading gives: everything of a backend but the engine, which belongs to the main thread. */
typedef struct
{
  TlStepper *stepper;
  TlBackendValues values;
} TlLoaded;

/* Any thread. Fills @loaded; its strings and references belong to the caller. */
typedef gboolean (*TlLoadModels) (const TlModelFiles *files, TlLoaded *loaded,
                                  GCancellable *cancellable, GError **error);

/* The real ones. */
gboolean tl_load_models (const TlModelFiles *files, TlLoaded *loaded, GCancellable *cancellable,
                         GError **error);

/* Loads with @load on a thread and makes the backend. */
void tl_backend_load_async (TlLoadModels load, const TlModelFiles *files, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
TlBackend *tl_backend_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
