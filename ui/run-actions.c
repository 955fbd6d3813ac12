/* run-actions.c - the selected run: begin, turn, pause, continue, stop
 *
 * In Explore, pausing and continuing is about all the candidates at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include <glib/gi18n-lib.h>

/* When someone who has not turned a run yet is told that it can be done. */
#define TURN_HINT_SECONDS 15

static gboolean
is_active (TlRun *run)
{
  return run != NULL && tl_run_is_active (run);
}

/* Not going, and not at its end; finished only if its planned length has grown. */
static gboolean
can_continue (TlWindow *self, TlRun *run)
{
  if (run == NULL)
    return FALSE;
  switch (tl_run_get_state (run))
    {
    case TL_RUN_NEW:
    case TL_RUN_PAUSED:
    case TL_RUN_STOPPED:
    case TL_RUN_FAILED:
    case TL_RUN_HELD:
      return TRUE;
    case TL_RUN_FINISHED:
      return tl_steer_pane_get_n_iterations (self->pane) > tl_run_get_iteration (run);
    default:
      return FALSE;
    }
}

/* (transfer container): what Pause and Continue are about */
static GPtrArray *
dup_runs (TlWindow *self)
{
  GPtrArray *runs;

  if (tl_window_is_exploring (self))
    return tl_explore_page_dup_all (self->explore_page);
  runs = g_ptr_array_new_with_free_func (g_object_unref);
  if (tl_window_get_run (self) != NULL)
    g_ptr_array_add (runs, g_object_ref (tl_window_get_run (self)));
  return runs;
}

/* A candidate waits for its star once it is held; one at its end goes on in Steer, where its length
 * is turned. */
static gboolean
may_go_on (TlWindow *self, TlRun *run)
{
  TlRunState state;

  if (!tl_window_is_exploring (self))
    return can_continue (self, run);
  state = tl_run_get_state (run);
  return can_continue (self, run) && state != TL_RUN_HELD && state != TL_RUN_FINISHED
         && tl_run_get_mark (run) != TL_MARK_REJECTED;
}

static gboolean
any (TlWindow *self, GPtrArray *runs, gboolean going)
{
  for (guint i = 0; i < runs->len; i++)
    {
      TlRun *run = g_ptr_array_index (runs, i);

      if (going ? is_active (run) : may_go_on (self, run))
        return TRUE;
    }
  return FALSE;
}

void
tl_window_update_run_actions (TlWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  TlRun *run = tl_window_get_run (self);
  g_autoptr (GPtrArray) runs = dup_runs (self);
  gboolean may_write = tl_session_check_writable (self->session, NULL);
  gboolean has_prompt = tl_steer_pane_has_prompt (self->pane);
  gboolean can_turn =
    run != NULL && has_prompt && may_write && tl_steer_pane_has_changes (self->pane);
  gboolean can_pause = any (self, runs, TRUE);
  gboolean can_go_on = may_write && !can_pause && any (self, runs, FALSE);
  gboolean can_run = has_prompt && may_write;
  gboolean can_stop = is_active (run) || (run != NULL && tl_run_get_state (run) == TL_RUN_PAUSED);

  can_stop = can_stop && may_write && !tl_window_is_exploring (self);
  gtk_widget_action_set_enabled (widget, "win.run", can_run && !is_active (run));
  gtk_widget_action_set_enabled (widget, "win.apply", can_turn);
  /* A number that is being typed is no change yet, and a key that is off would be lost. */
  gtk_widget_action_set_enabled (widget, "win.apply-or-run", can_run);
  gtk_widget_action_set_enabled (widget, "win.pause", can_pause);
  gtk_widget_action_set_enabled (widget, "win.continue", can_go_on);
  gtk_widget_action_set_enabled (widget, "win.toggle-pause", can_pause || can_go_on);
  gtk_widget_action_set_enabled (widget, "win.stop", can_stop);

  gtk_widget_set_visible (self->pause_button, can_pause);
  gtk_widget_set_visible (self->continue_button, can_go_on);
  gtk_widget_set_visible (self->stop_button, can_stop);
}

/* --- News ------------------------------------------------------------------------------------ */

static void
run_failed (TlWindow *self, TlRun *run)
{
  const TlBarButton buttons[] = { { _ ("Continue"), "win.continue" }, { NULL, NULL } };
  const char *message = tl_run_get_message (run);

  tl_bar_show (self->bar, TL_BAR_ERROR, message != NULL ? message : _ ("The run has failed."),
               run == tl_window_get_run (self) ? buttons : NULL);
  tl_window_notify_user (self, _ ("The run ended by an error"), run);
}

void
tl_window_run_changed (TlWindow *self, TlRun *run)
{
  switch (tl_run_get_state (run))
    {
    case TL_RUN_FAILED:
      run_failed (self, run);
      break;
    case TL_RUN_FINISHED:
      tl_window_notify_user (self, _ ("The picture is finished"), run);
      break;
    default:
      break;
    }
  tl_window_settle_fork (self, run);
  tl_family_pane_refresh (self->family);
  tl_window_update_actions (self);
}

static gboolean
turn_hint_cb (gpointer user_data)
{
  TlWindow *self = user_data;

  self->turn_hint = 0;
  if (!is_active (tl_window_get_run (self)) || tl_bar_is_open (self->bar))
    return G_SOURCE_REMOVE;
  g_settings_set_boolean (self->preferences, "show-turn-hint", FALSE);
  tl_window_say (self, _ ("Change the words and press Ctrl+Return: it turns."));
  return G_SOURCE_REMOVE;
}

static void
plan_turn_hint (TlWindow *self)
{
  g_clear_handle_id (&self->turn_hint, g_source_remove);
  if (self->preferences != NULL && g_settings_get_boolean (self->preferences, "show-turn-hint"))
    self->turn_hint = g_timeout_add_seconds (TURN_HINT_SECONDS, turn_hint_cb, self);
}

/* --- Models that are on their way ------------------------------------------------------------ */

gboolean
tl_window_waits_for_models (TlWindow *self, const char *action, GVariant *parameter)
{
  tl_wish_clear (&self->awaited);
  if (tl_work_get_backend (self->work) != NULL)
    return FALSE;
  if (!self->is_loading)
    tl_window_show_error (self, _ ("There is no model to run with; choose one under Model."));
  else
    self->awaited = (TlWish){ .action = g_strdup (action),
                              .parameter = parameter != NULL ? g_variant_ref (parameter) : NULL };
  return TRUE;
}

/* An action, since what was asked for may have become impossible. */
void
tl_window_take_up_awaited (TlWindow *self)
{
  TlWish wish = self->awaited;

  self->awaited = (TlWish){ NULL };
  if (wish.action != NULL && tl_work_get_backend (self->work) != NULL)
    gtk_widget_activate_action_variant (GTK_WIDGET (self), wish.action, wish.parameter);
  tl_wish_clear (&wish);
}

/* --- Actions --------------------------------------------------------------------------------- */

/* What went before stays in the family, paused. */
static void
start_run (TlWindow *self)
{
  g_autoptr (TlSteer) steer = tl_steer_pane_dup_steer (self->pane);
  g_autoptr (TlStart) start = tl_steer_pane_take_start (self->pane);
  g_autoptr (GError) error = NULL;
  TlRun *run;

  tl_bar_close (self->bar);
  run = tl_session_add_run (self->session, start, steer, &error);
  if (run == NULL)
    {
      tl_window_show_error (self, error->message);
      return;
    }
  tl_work_pause_all (self->work);
  self->keeps_fields = TRUE;
  tl_session_set_selected (self->session, run);
  self->keeps_fields = FALSE;
  tl_work_begin (self->work, run, NULL);
  tl_work_set_focus (self->work, run);
  tl_window_show_view (self, "steer");
  plan_turn_hint (self);
  tl_window_update_actions (self);
}

static void
run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  if (!tl_window_waits_for_room (self, "win.run", NULL)
      && !tl_window_waits_for_models (self, "win.run", NULL))
    start_run (self);
}

/* Seen from the past, a turn is another way from there on. */
static void
apply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  TlRun *run = tl_window_get_run (self);
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->turn_hint, g_source_remove);
  if (tl_window_is_past (self))
    {
      if (!tl_window_waits_for_room (self, name, parameter))
        tl_window_fork_with_fields (self, run, tl_window_get_iteration (self));
      return;
    }
  steer = tl_steer_pane_dup_turn (self->pane, tl_run_get_iteration (run));
  if (!tl_steer_check_length (steer, &error))
    {
      tl_window_show_error (self, error->message);
      return;
    }
  tl_work_steer (self->work, run, steer, TL_TURN_GENTLE);
  runs = g_ptr_array_new ();
  g_ptr_array_add (runs, run);
  tl_window_did (self, TL_DEED_TURNED, runs);
}

static void
apply_or_run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlSteerPane *pane = TL_WINDOW (widget)->pane;

  tl_steer_pane_commit (pane);
  if (!tl_steer_pane_is_going (pane))
    run_action (widget, name, parameter);
  else if (tl_steer_pane_has_changes (pane))
    apply_action (widget, name, parameter);
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) runs = dup_runs (self);

  for (guint i = 0; i < runs->len; i++)
    if (is_active (g_ptr_array_index (runs, i)))
      tl_work_pause (self->work, g_ptr_array_index (runs, i));
}

/* A finished run goes on because its length has grown: that turn comes first. */
static void
continue_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) runs = dup_runs (self);

  /* Nothing goes on that cannot be kept. */
  if (tl_session_get_problem (self->session) != NULL)
    {
      tl_wish_clear (&self->wish);
      tl_window_retry (self);
      return;
    }
  tl_bar_close (self->bar);
  if (self->is_loading && tl_work_get_backend (self->work) == NULL)
    tl_window_say (self, _ ("It goes on as soon as the model is here."));
  for (guint i = 0; i < runs->len; i++)
    {
      TlRun *run = g_ptr_array_index (runs, i);

      if (!may_go_on (self, run))
        continue;
      if (tl_run_get_state (run) == TL_RUN_FINISHED)
        apply_action (widget, name, NULL);
      tl_work_continue (self->work, run);
    }
}

static void
toggle_pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) runs = dup_runs (self);

  if (any (self, runs, TRUE))
    pause_action (widget, name, parameter);
  else
    continue_action (widget, name, parameter);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  tl_work_stop (self->work, tl_window_get_run (self));
}

void
tl_window_install_run_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.apply", NULL, apply_action);
  gtk_widget_class_install_action (class, "win.apply-or-run", NULL, apply_or_run_action);
  gtk_widget_class_install_action (class, "win.continue", NULL, continue_action);
  gtk_widget_class_install_action (class, "win.pause", NULL, pause_action);
  gtk_widget_class_install_action (class, "win.run", NULL, run_action);
  gtk_widget_class_install_action (class, "win.stop", NULL, stop_action);
  gtk_widget_class_install_action (class, "win.toggle-pause", NULL, toggle_pause_action);
}
