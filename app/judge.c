/* judge.c - a judge, loaded on a thread of its own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/models.h"
#include "config.h"

typedef struct
{
  TlModelSource source;
  char *clip, *vocab; /* (nullable) */
  TlBackend *backend; /* main thread only */
  TlMaker *steering;  /* (nullable) */
  char **clips;       /* what was found */
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->clip);
  g_free (self->vocab);
  g_object_unref (self->backend);
  g_clear_pointer (&self->steering, tl_maker_free);
  g_strfreev (self->clips);
  g_free (self);
}

static void
loaded_free (gpointer data)
{
  TlLoadedJudge *self = data;

  g_clear_pointer (&self->scorer, tl_scorer_free);
  g_free (self->key);
  g_free (self);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  TlLoadedJudge *loaded = g_new0 (TlLoadedJudge, 1);
  GError *error = NULL;

  request->clips = request->source.list_clips ();
  if (request->clip == NULL
      || request->source.load_judge (request->clip, request->vocab, request->steering, loaded,
                                     &error))
    {
      g_task_return_pointer (task, loaded, loaded_free);
      return;
    }
  loaded_free (loaded);
  g_task_return_error (task, error);
}

void
tl_judge_load_async (const TlModelSource *source, const char *clip, const char *vocab,
                     TlBackend *backend, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  const TlMaker *steering = tl_backend_get_values (backend)->maker;
  Request *request = g_new0 (Request, 1);

  request->source = *source;
  request->clip = g_strdup (clip);
  request->vocab = g_strdup (vocab);
  request->backend = g_object_ref (backend);
  request->steering = steering != NULL ? tl_maker_copy (steering) : NULL;
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, load_in_thread);
}

char *
tl_judge_load_finish (GAsyncResult *result, char ***clips, GError **error)
{
  Request *request = g_task_get_task_data (G_TASK (result));
  TlLoadedJudge *loaded = g_task_propagate_pointer (G_TASK (result), error);
  char *key;

  *clips = g_steal_pointer (&request->clips);
  if (loaded == NULL)
    return NULL;
  tl_engine_set_scorer (tl_backend_get_engine (request->backend),
                        g_steal_pointer (&loaded->scorer));
  key = g_steal_pointer (&loaded->key);
  loaded_free (loaded);
  return key;
}
