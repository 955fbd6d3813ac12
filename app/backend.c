/* backend.c - a backend, loaded on a thread of its own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/models.h"
#include "config.h"

typedef struct
{
  TlLoadModels load;
  char *vqgan, *clip, *vocab; /* (nullable) */
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->vqgan);
  g_free (self->clip);
  g_free (self->vocab);
  g_free (self);
}

static void
loaded_free (gpointer data)
{
  TlLoaded *self = data;

  g_clear_pointer (&self->stepper, tl_stepper_free);
  g_clear_pointer (&self->values.tokenizer, tl_tokenizer_unref);
  g_clear_pointer (&self->values.maker, tl_maker_free);
  g_free ((char *) self->values.device);
  g_free (self);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  TlModelFiles files = { request->vqgan, request->clip, request->vocab };
  TlLoaded *loaded = g_new0 (TlLoaded, 1);
  GError *error = NULL;

  if (request->load (&files, loaded, cancellable, &error))
    {
      g_task_return_pointer (task, loaded, loaded_free);
      return;
    }
  loaded_free (loaded);
  g_task_return_error (task, error);
}

void
tl_backend_load_async (TlLoadModels load, const TlModelFiles *files, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new (Request, 1);

  *request = (Request){ .load = load,
                        .vqgan = g_strdup (files->vqgan),
                        .clip = g_strdup (files->clip),
                        .vocab = g_strdup (files->vocab) };
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, load_in_thread);
}

TlBackend *
tl_backend_load_finish (GAsyncResult *result, GError **error)
{
  const Request *request = g_task_get_task_data (G_TASK (result));
  TlLoaded *loaded = g_task_propagate_pointer (G_TASK (result), error);
  TlBackend *backend;

  if (loaded == NULL)
    return NULL;
  loaded->values.engine = tl_engine_new (g_steal_pointer (&loaded->stepper));
  loaded->values.files = (TlModelFiles){ request->vqgan, request->clip, request->vocab };
  backend = tl_backend_new (&loaded->values);
  g_object_unref (loaded->values.engine);
  loaded_free (loaded);
  return backend;
}
