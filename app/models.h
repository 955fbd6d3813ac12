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

typedef struct
{
  TlScorer *scorer;
  char *key; /* as scores are kept under */
} TlLoadedJudge;

/* Any thread. A second CLIP: @clip is its file, or TL_JUDGE_STARTER. Refuses the one that steers.
 */
typedef gboolean (*TlLoadJudge) (const char *clip, const char *vocab, const TlMaker *steering,
                                 TlLoadedJudge *loaded, GError **error);
/* Any thread. (transfer full): the files of CLIP among the user's models */
typedef char **(*TlListClips) (void);

gboolean tl_load_judge (const char *clip, const char *vocab, const TlMaker *steering,
                        TlLoadedJudge *loaded, GError **error);
char **tl_list_clips (void);

/* Where models come from: the real ones, or a test's own. */
typedef struct
{
  TlLoadModels load;
  TlLoadJudge load_judge;
  TlListClips list_clips;
} TlModelSource;

/* Loads on a thread, and gives the judge to the engine of @backend. @clips (out) (transfer full)
 * (nullable): what tl_list_clips() says now, also on failure; without @clip nothing else is done.
 */
void tl_judge_load_async (const TlModelSource *source, const char *clip, const char *vocab,
                          TlBackend *backend, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full): its key; NULL with an error, or for none */
char *tl_judge_load_finish (GAsyncResult *result, char ***clips, GError **error);

/* Loads with @load on a thread and makes the backend. */
void tl_backend_load_async (TlLoadModels load, const TlModelFiles *files, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
TlBackend *tl_backend_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
