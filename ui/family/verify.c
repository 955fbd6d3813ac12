/* verify.c - whether a run comes out the same a second time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/family/verify.h"

#include "core/base/error.h"
#include "core/session/session-checkpoints.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  TlSession *session;
  TlEngine *engine;
  TlRun *run;
  guint64 from, to;
  TlRun *again;     /* does it a second time */
  GBytes *expected; /* (nullable): the state that was kept */
} Verify;

static void
verify_free (gpointer data)
{
  Verify *self = data;

  g_object_unref (self->session);
  g_object_unref (self->engine);
  g_object_unref (self->run);
  g_clear_object (&self->again);
  g_clear_pointer (&self->expected, g_bytes_unref);
  g_free (self);
}

/* Its signals and what the engine has of it go; the task ends. */
static void
wind_up (GTask *task)
{
  Verify *self = g_task_get_task_data (task);

  g_signal_handlers_disconnect_by_data (self->again, task);
  if (g_task_get_cancellable (task) != NULL)
    g_signal_handlers_disconnect_by_data (g_task_get_cancellable (task), task);
  tl_engine_discard (self->engine, self->again);
}

static void
kept_cb (TlRun *again, const TlCheckpointValues *values, GTask *task)
{
  Verify *self = g_task_get_task_data (task);

  if (values->iteration != self->to)
    return;
  wind_up (task);
  g_task_return_boolean (task, g_bytes_equal (values->state, self->expected));
  g_object_unref (task);
}

static void
state_changed_cb (TlRun *again, GParamSpec *pspec, GTask *task)
{
  if (tl_run_get_state (again) != TL_RUN_FAILED)
    return;
  wind_up (task);
  g_task_return_new_error (task, TL_ERROR, TL_ERROR_DEVICE, "%s", tl_run_get_message (again));
  g_object_unref (task);
}

/* On the engine it may be busy for long. */
static void
cancelled_cb (GCancellable *cancellable, GTask *task)
{
  wind_up (task);
  g_task_return_error_if_cancelled (task);
  g_object_unref (task);
}

/* The same start and journal; it holds where the other state was kept. */
static TlRun *
make_again (const Verify *self)
{
  TlRun *again = tl_run_new (tl_run_get_start (self->run), tl_run_get_steer (self->run));

  tl_run_set_origin (again, &(TlRunOrigin){ .hold = self->to });
  tl_run_restore (again, tl_run_get_journal (self->run), NULL, TL_RUN_PAUSED, self->from, NAN);
  return again;
}

static void
begin_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Verify *self = g_task_get_task_data (task);
  GError *error = NULL;
  guint64 found = 0;
  gboolean is_parents = FALSE;
  g_autoptr (GBytes) state =
    tl_session_load_state_finish (TL_SESSION (source), result, &found, &is_parents, &error);

  if (state != NULL && found != self->from)
    tl_error_set (&error, TL_ERROR_MISSING, _ ("That checkpoint cannot be read any more."));
  if (error == NULL)
    g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  self->again = make_again (self);
  g_signal_connect (self->again, "kept", G_CALLBACK (kept_cb), task);
  g_signal_connect (self->again, "notify::state", G_CALLBACK (state_changed_cb), task);
  if (g_task_get_cancellable (task) != NULL)
    g_signal_connect (g_task_get_cancellable (task), "cancelled", G_CALLBACK (cancelled_cb), task);
  tl_engine_resume (self->engine, self->again, state, is_parents);
}

static void
end_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Verify *self = g_task_get_task_data (task);
  GError *error = NULL;
  guint64 found = 0;
  gboolean is_parents = FALSE;

  self->expected =
    tl_session_load_state_finish (TL_SESSION (source), result, &found, &is_parents, &error);
  if (self->expected != NULL && found != self->to)
    tl_error_set (&error, TL_ERROR_MISSING, _ ("That checkpoint cannot be read any more."));
  if (error == NULL)
    g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  tl_session_load_state_async (self->session, self->run, self->from, g_task_get_cancellable (task),
                               begin_loaded_cb, task);
}

void
tl_verify_async (TlSession *session, TlEngine *engine, TlRun *run, guint64 from, guint64 to,
                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Verify *self = g_new0 (Verify, 1);

  g_return_if_fail (from < to);

  self->session = g_object_ref (session);
  self->engine = g_object_ref (engine);
  self->run = g_object_ref (run);
  self->from = from;
  self->to = to;
  g_task_set_task_data (task, self, verify_free);
  tl_session_load_state_async (session, run, to, cancellable, end_loaded_cb, task);
}

gboolean
tl_verify_finish (GAsyncResult *result, gboolean *agrees, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *agrees = g_task_propagate_boolean (G_TASK (result), &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
