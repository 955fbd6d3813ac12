/* explore-actions.c - many starts at once, and what becomes of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include "ui/explore/sheet-maker.h"

#include <glib/gi18n-lib.h>

#define N_MORE 12

void
tl_window_update_explore_actions (TlWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkWidget *page = GTK_WIDGET (self->explore_page);
  gboolean may_write = tl_session_check_writable (self->session, NULL);
  g_autoptr (GPtrArray) starred = tl_explore_page_dup_starred (self->explore_page);
  g_autoptr (GPtrArray) all = tl_explore_page_dup_all (self->explore_page);
  TlExploration *exploration = tl_explore_page_get_exploration (self->explore_page);

  gtk_widget_action_set_enabled (widget, "win.explore",
                                 may_write && tl_steer_pane_has_prompt (self->pane));
  gtk_widget_action_set_enabled (widget, "win.more-seeds", may_write && exploration != NULL);
  gtk_widget_action_set_enabled (widget, "win.continue-starred", may_write && starred->len > 0);
  gtk_widget_action_set_enabled (widget, "win.contact-sheet", all->len > 0);
  gtk_widget_action_set_enabled (page, "explore.lay", may_write);
  gtk_widget_action_set_enabled (page, "explore.move", may_write);
}

/* A run that goes alone, or all the candidates together, tell how fast this machine is with the
 * models that made them. A candidate's own rate counts the turns of the others. */
static void
observe (TlWindow *self)
{
  g_autoptr (GPtrArray) active = tl_work_dup_active (self->work);
  g_autoptr (GPtrArray) candidates = tl_explore_page_dup_all (self->explore_page);
  gdouble rate = tl_explore_page_get_rate (self->explore_page);
  TlRun *run = active->len == 1 ? g_ptr_array_index (active, 0) : NULL;
  const TlStartValues *start;

  if (run != NULL && tl_run_get_rate (run) > 0 && !g_ptr_array_find (candidates, run, NULL))
    rate = tl_run_get_rate (run);
  else
    run = candidates->len > 0 ? g_ptr_array_index (candidates, 0) : NULL;
  if (run == NULL || !tl_work_check_models (self->work, run, NULL))
    return;
  start = tl_start_get_values (tl_run_get_start (run));
  tl_work_observe (self->work, rate, (guint64) start->width * start->height);
}

void
tl_window_update_estimate (TlWindow *self)
{
  guint width, height;
  gdouble seconds;

  observe (self);
  tl_steer_pane_get_settled_size (self->pane, &width, &height);
  seconds = tl_work_estimate (self->work, (guint64) width * height);
  tl_explore_control_set_estimate (self->explore_control,
                                   seconds * tl_explore_control_get_n_seeds (self->explore_control)
                                     * tl_explore_control_get_hold (self->explore_control));
}

/* --- What an exploration says ---------------------------------------------------------------- */

static void
halve_cb (TlExploration *exploration, GPtrArray *worse, TlWindow *self)
{
  g_autofree char *message = g_strdup_printf (
    ngettext ("%u of the starts was rejected, the better half goes on.",
              "%u of the starts were rejected, the better half goes on.", worse->len),
    worse->len);

  for (guint i = 0; i < worse->len; i++)
    tl_window_set_mark (self, g_ptr_array_index (worse, i), TL_MARK_REJECTED);
  tl_window_say (self, message);
  tl_window_update_actions (self);
}

static void
held_cb (TlExploration *exploration, GParamSpec *pspec, TlWindow *self)
{
  g_autofree char *title = NULL;
  g_autoptr (TlRun) first = NULL;

  if (!tl_exploration_is_held (exploration) || self->session == NULL)
    return;
  first = g_list_model_get_item (G_LIST_MODEL (exploration), 0);
  title = g_strdup_printf (_ ("The starts hold at %lu and wait to be picked"),
                           (gulong) tl_exploration_get_hold (exploration));
  tl_window_notify_user (self, title, first);
  tl_window_update_actions (self);
}

static void
watch (TlWindow *self, TlExploration *exploration)
{
  g_signal_connect_object (exploration, "halve", G_CALLBACK (halve_cb), self, 0);
  g_signal_connect_object (exploration, "notify::is-held", G_CALLBACK (held_cb), self, 0);
}

void
tl_window_watch_explorations (TlWindow *self)
{
  GListModel *explorations = tl_session_get_explorations (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (explorations); i++)
    {
      g_autoptr (TlExploration) exploration = g_list_model_get_item (explorations, i);

      watch (self, exploration);
    }
}

/* --- The judge ------------------------------------------------------------------------------- */

void
tl_window_judge (TlWindow *self)
{
  g_autoptr (GPtrArray) runs = tl_explore_page_dup_all (self->explore_page);

  for (guint i = 0; self->judging != NULL && i < runs->len; i++)
    tl_judging_ask (self->judging, g_ptr_array_index (runs, i));
}

void
tl_window_begin_judging (TlWindow *self)
{
  if (self->judging != NULL)
    tl_judging_stop (self->judging);
  g_clear_object (&self->judging);
  if (self->judges == NULL || self->work == NULL)
    return;
  self->judging = tl_judging_new (self->session, self->work, self->judges);
  g_signal_connect_object (self->judging, "failed", G_CALLBACK (tl_window_show_error), self,
                           G_CONNECT_SWAPPED);
  tl_window_judge (self);
}

/* --- Actions --------------------------------------------------------------------------------- */

static gboolean
waits (TlWindow *self, const char *action, GVariant *parameter)
{
  return tl_window_waits_for_room (self, action, parameter)
         || tl_window_waits_for_models (self, action, parameter);
}

static void
begin_candidates (TlWindow *self, TlExploration *exploration)
{
  GListModel *candidates = G_LIST_MODEL (exploration);

  for (guint i = 0; i < g_list_model_get_n_items (candidates); i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (candidates, i);

      if (tl_run_get_state (run) == TL_RUN_NEW)
        tl_work_begin (self->work, run, NULL);
    }
}

static void
explore_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (TlSteer) steer = tl_steer_pane_dup_steer (self->pane);
  g_autoptr (TlStart) start = NULL;
  g_autoptr (GError) error = NULL;
  TlExploration *exploration;

  if (waits (self, name, parameter))
    return;
  start = tl_steer_pane_take_start (self->pane);
  tl_bar_close (self->bar);
  exploration = tl_session_explore (self->session, start, steer,
                                    tl_explore_control_get_n_seeds (self->explore_control),
                                    tl_explore_control_get_hold (self->explore_control), &error);
  if (exploration == NULL)
    {
      tl_window_show_error (self, error->message);
      return;
    }
  tl_exploration_set_keeps_best_half (
    exploration, tl_explore_control_get_keeps_best_half (self->explore_control));
  watch (self, exploration);
  tl_work_pause_all (self->work);
  tl_work_set_focus (self->work, NULL);
  begin_candidates (self, exploration);
  tl_explore_page_show (self->explore_page, exploration);
  tl_window_show_view (self, "explore");
  tl_window_update_actions (self);
}

static void
more_seeds_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  TlExploration *exploration = tl_explore_page_get_exploration (self->explore_page);
  g_autoptr (GError) error = NULL;

  if (waits (self, name, parameter))
    return;
  if (!tl_session_explore_more (self->session, exploration, N_MORE, &error))
    tl_window_show_error (self, error->message);
  else
    begin_candidates (self, exploration);
  tl_window_update_actions (self);
}

/* Each becomes a run of the family. */
static void
continue_starred_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) starred = tl_explore_page_dup_starred (self->explore_page);

  if (waits (self, name, parameter))
    return;
  tl_bar_close (self->bar);
  for (guint i = 0; i < starred->len; i++)
    if (!tl_run_is_active (g_ptr_array_index (starred, i)))
      tl_work_continue (self->work, g_ptr_array_index (starred, i));
  tl_family_pane_refresh (self->family);
  tl_session_set_selected (self->session, g_ptr_array_index (starred, 0));
  tl_window_show_view (self, "steer");
  tl_window_update_actions (self);
}

static void
sheet_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlFrame) sheet = tl_sheet_make_finish (result, &error);
  TlExportFacts facts = { .prompt = "" };

  if (self->pictures == NULL)
    return;
  if (sheet == NULL)
    tl_window_say_failed (self, error->message);
  else
    {
      facts.prompt = tl_session_get_title (self->session);
      tl_pictures_export (self->pictures, sheet, NULL,
                          tl_export_popover_get_folder (self->export_popover), _ ("{prompt}-sheet"),
                          &facts);
    }
  tl_window_release (self);
}

static void
contact_sheet_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) runs = tl_explore_page_dup_all (self->explore_page);
  TlRun *first = g_ptr_array_index (runs, 0);
  g_autofree char *title = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (first)));

  tl_window_hold (self);
  tl_sheet_make_async (self->session, runs, title,
                       self->judges != NULL ? tl_judges_get_key (self->judges) : NULL, sheet_cb,
                       g_object_ref (self));
}

void
tl_window_install_explore_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.contact-sheet", NULL, contact_sheet_action);
  gtk_widget_class_install_action (class, "win.continue-starred", NULL, continue_starred_action);
  gtk_widget_class_install_action (class, "win.explore", NULL, explore_action);
  gtk_widget_class_install_action (class, "win.more-seeds", NULL, more_seeds_action);
}
