/* leave-actions.c - what cannot be written, and leaving
 *
 * Nothing is ever unsaved, so nothing asks to save. A window that closes pauses what runs, which
 * keeps it, and is gone when that is done and in the file, and so is what was on its way out; it
 * asks only where something could not be written.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include <glib/gi18n-lib.h>

/* --- What cannot be written ------------------------------------------------------------------- */

static void
say_problem (TlWindow *self, const char *problem)
{
  const TlBarButton buttons[] = { { _ ("Try Again"), "win.retry" },
                                  { _ ("Save Elsewhere"), "win.save-copy" },
                                  { NULL, NULL } };
  TlRun *run = tl_window_get_run (self);
  g_autofree char *why = tl_window_end_sentence (problem);
  g_autofree char *message = NULL;

  if (run != NULL)
    /* Translators: %s is a sentence that says why */
    message = g_strdup_printf (_ ("%s Paused at %lu, nothing is lost."), why,
                               (gulong) tl_run_get_iteration (run));
  else
    message = g_strdup_printf (_ ("%s Paused, nothing is lost."), why);
  tl_bar_show (self->bar, TL_BAR_ERROR, message, buttons);
}

static gboolean
leave_cb (gpointer user_data)
{
  tl_window_leave (user_data);
  return G_SOURCE_REMOVE;
}

void
tl_window_queue_leave (TlWindow *self)
{
  if (self->is_leaving)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, leave_cb, g_object_ref (self), g_object_unref);
}

void
tl_window_problem_changed (TlWindow *self)
{
  const char *problem = tl_session_get_problem (self->session);

  if (problem != NULL)
    {
      tl_work_pause_all (self->work);
      say_problem (self, problem);
    }
  else
    {
      tl_bar_close (self->bar);
      tl_window_say (self, _ ("Everything is written again."));
    }
  tl_window_update_actions (self);
  if (problem == NULL && self->goes_on_written)
    tl_window_take_up_wish (self);
  if (problem == NULL)
    self->goes_on_written = FALSE;
  tl_window_queue_leave (self);
}

/* A problem that stays does not change: the bar, which a click has closed, comes back by itself. */
static gboolean
say_problem_cb (gpointer user_data)
{
  TlWindow *self = user_data;
  const char *problem = self->pictures != NULL ? tl_session_get_problem (self->session) : NULL;

  if (problem != NULL)
    say_problem (self, problem);
  return G_SOURCE_REMOVE;
}

void
tl_window_retry (TlWindow *self)
{
  self->goes_on_written = TRUE;
  tl_session_retry (self->session);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, say_problem_cb, g_object_ref (self), g_object_unref);
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_window_retry (TL_WINDOW (widget));
}

/* --- Closing --------------------------------------------------------------------------------- */

/* Who waits for an answer holds the window, perhaps for longer than the program goes on; the
 * session is to be closed before. */
void
tl_window_go (TlWindow *self)
{
  g_object_ref (self);
  gtk_window_destroy (GTK_WINDOW (self));
  g_object_run_dispose (G_OBJECT (self));
  g_object_unref (self);
}

void
tl_window_hold (TlWindow *self)
{
  self->n_held++;
}

void
tl_window_release (TlWindow *self)
{
  self->n_held--;
  tl_window_queue_leave (self);
}

static void
close_anyway_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_window_go (TL_WINDOW (widget));
}

static void
ask_to_lose (TlWindow *self)
{
  const TlBarButton buttons[] = { { _ ("Try Again"), "win.retry" },
                                  { _ ("Save Elsewhere"), "win.save-copy" },
                                  { _ ("Close Anyway"), "win.close-anyway" },
                                  { NULL, NULL } };
  g_autofree char *why = tl_window_end_sentence (tl_session_get_problem (self->session));
  g_autofree char *message =
    g_strdup_printf (_ ("%s What was made since then would be lost."), why);

  tl_bar_show (self->bar, TL_BAR_QUESTION, message, buttons);
}

gboolean
tl_window_close (TlWindow *self)
{
  if (tl_session_get_problem (self->session) != NULL)
    {
      self->is_leaving = FALSE;
      gtk_window_present (GTK_WINDOW (self));
      ask_to_lose (self);
      return FALSE;
    }
  /* Nothing begins any more that was to begin when models are here. */
  tl_wish_clear (&self->awaited);
  tl_work_pause_all (self->work);
  /* What paused may have been the last that a window out of sight was waiting for. */
  if (self->work == NULL)
    return FALSE;
  tl_window_stop_verifying (self);
  if (!tl_work_is_active (self->work) && tl_session_is_saved (self->session) && self->n_held == 0)
    return TRUE;

  /* Out of sight at once, gone as soon as the iterations in hand are done and kept. */
  self->is_leaving = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return FALSE;
}

void
tl_window_leave (TlWindow *self)
{
  /* It may have been closed for good while this was on its way. */
  if (!self->is_leaving || self->work == NULL || tl_work_is_active (self->work)
      || !tl_window_close (self))
    return;
  /* The work has more to say. */
  self->is_leaving = FALSE;
  tl_window_go (self);
}

void
tl_window_install_leave_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.close-anyway", NULL, close_anyway_action);
  gtk_widget_class_install_action (class, "win.retry", NULL, retry_action);
}
