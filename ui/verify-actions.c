/* verify-actions.c - whether the selected run comes out the same a second time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include "core/session/session-checkpoints.h"
#include "ui/family/verify.h"

#include <glib/gi18n-lib.h>

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean agrees = FALSE;
  gboolean is_done = tl_verify_finish (result, &agrees, &error);

  if (self->pictures == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!is_done)
    tl_window_show_error (self, error->message);
  else if (agrees)
    tl_window_say (self, _ ("A second time it came out the same, to the last bit."));
  else
    tl_window_show_error (self, _ ("A second time it came out close, but not the same: this "
                                   "machine, its threads or its models are not those that made "
                                   "it."));
}

void
tl_window_stop_verifying (TlWindow *self)
{
  if (self->verifying != NULL)
    g_cancellable_cancel (self->verifying);
  g_clear_object (&self->verifying);
}

/* Two checkpoints that follow each other, the first at or last before @wanted. */
static gboolean
find_pair (TlWindow *self, TlRun *run, guint64 wanted, guint64 *from, guint64 *to)
{
  GListModel *checkpoints = tl_session_get_checkpoints (self->session, run);

  for (guint i = g_list_model_get_n_items (checkpoints); i > 1; i--)
    {
      g_autoptr (TlCheckpoint) first = g_list_model_get_item (checkpoints, i - 2);
      g_autoptr (TlCheckpoint) second = g_list_model_get_item (checkpoints, i - 1);

      *from = tl_checkpoint_get_iteration (first);
      *to = tl_checkpoint_get_iteration (second);
      if (*from <= wanted)
        return TRUE;
    }
  return FALSE;
}

static void
verify_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  TlRun *run = tl_window_get_run (self);
  TlBackend *backend = tl_work_find_backend (self->work, run);
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from, to;

  if (backend == NULL && !tl_work_check_models (self->work, run, &error))
    {
      tl_window_show_error (self, error->message);
      return;
    }
  if (backend == NULL)
    backend = tl_work_get_backend (self->work);
  if (backend == NULL)
    tl_window_show_error (self, _ ("There is no model to run with; choose one under Model."));
  else if (!tl_backend_is_exact (backend))
    tl_window_say (self, _ ("A graphics card adds up in no fixed order: a second time comes out "
                            "close, and to the bit nothing can be told."));
  else if (!find_pair (self, run, tl_window_get_iteration (self), &from, &to))
    tl_window_say (self, _ ("That takes two checkpoints; the run has not come so far yet."));
  else
    {
      message = g_strdup_printf (_ ("From %lu to %lu a second time…"), (gulong) from, (gulong) to);
      tl_window_say (self, message);
      tl_window_stop_verifying (self);
      self->verifying = g_cancellable_new ();
      tl_verify_async (self->session, tl_backend_get_engine (backend), run, from, to,
                       self->verifying, verified_cb, g_object_ref (self));
    }
}

void
tl_window_install_verify_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.verify", NULL, verify_action);
}
