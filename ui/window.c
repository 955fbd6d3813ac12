/* window.c - the main window
 *
 * The actions on the run on screen, each enabled in update_actions() from what the run is doing.
 * Buttons, keys and menus only name them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window.h"

#include "ui/bar.h"
#include "ui/export/export-popover.h"
#include "ui/images.h"
#include "ui/pictures.h"

#include <glib/gi18n-lib.h>

/* When someone who has not turned a run yet is told that it can be done. */
#define TURN_HINT_SECONDS 15

struct _TlWindow
{
  GtkApplicationWindow parent_instance;

  GSettings *preferences; /* (nullable) */
  TlBackend *backend;
  gboolean is_loading;
  gboolean wants_run; /* asked for while there was no backend yet */
  TlRun *run;
  TlBackend *run_backend;
  gboolean is_leaving; /* has been asked whether to end the run */
  guint turn_hint;     /* timeout */
  TlPictures *pictures;

  TlSteerPage *page;
  TlBar *bar; /* of the page */
  TlExportPopover *export_popover;
  GtkWidget *export_button;
  GtkWidget *pause_button;
  GtkWidget *continue_button;
  GtkWidget *stop_button;
};

enum
{
  PROP_ACTIVE = 1,
  PROP_PREFERENCES,
};

G_DEFINE_FINAL_TYPE (TlWindow, tl_window, GTK_TYPE_APPLICATION_WINDOW)

static TlRunState
get_state (TlWindow *self)
{
  return self->run != NULL ? tl_run_get_state (self->run) : TL_RUN_NEW;
}

static gboolean
is_active (TlWindow *self)
{
  return self->run != NULL && tl_run_is_active (self->run);
}

/* Paused, stopped or failed; finished only if its planned length has grown. */
static gboolean
can_continue (TlWindow *self)
{
  switch (get_state (self))
    {
    case TL_RUN_PAUSED:
    case TL_RUN_STOPPED:
    case TL_RUN_FAILED:
      return self->run != NULL;
    case TL_RUN_FINISHED:
      return tl_steer_page_get_n_iterations (self->page) > tl_run_get_iteration (self->run);
    default:
      return FALSE;
    }
}

static TlEngine *
get_engine (TlWindow *self)
{
  return tl_backend_get_engine (self->run_backend);
}

static void
enable (TlWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  TlRunState state = get_state (self);
  gboolean has_run = self->run != NULL;
  gboolean has_prompt = tl_steer_page_has_prompt (self->page);
  gboolean has_frame =
    has_run && tl_canvas_get_frame (tl_steer_page_get_canvas (self->page)) != NULL;
  gboolean can_turn = has_run && has_prompt && tl_steer_page_has_changes (self->page);
  gboolean can_pause = has_run && is_active (self);

  gtk_widget_action_set_enabled (widget, "win.run", has_prompt && !is_active (self));
  gtk_widget_action_set_enabled (widget, "win.apply", can_turn);
  gtk_widget_action_set_enabled (widget, "win.apply-or-run",
                                 tl_steer_page_is_going (self->page) ? can_turn : has_prompt);
  gtk_widget_action_set_enabled (widget, "win.pause", can_pause);
  gtk_widget_action_set_enabled (widget, "win.continue", can_continue (self));
  gtk_widget_action_set_enabled (widget, "win.toggle-pause", can_pause || can_continue (self));
  gtk_widget_action_set_enabled (widget, "win.stop", can_pause || state == TL_RUN_PAUSED);
  gtk_widget_action_set_enabled (widget, "win.copy-picture", has_frame);
  gtk_widget_action_set_enabled (widget, "win.export", has_frame);

  gtk_widget_set_visible (self->pause_button, can_pause);
  gtk_widget_set_visible (self->continue_button, can_continue (self));
  gtk_widget_set_visible (self->stop_button, can_pause || state == TL_RUN_PAUSED);
}

/* A window that goes loses its focus, which commits what was typed, which is a change. */
static void
update_actions (TlWindow *self)
{
  if (self->page != NULL)
    enable (self);
}

/* --- The run -------------------------------------------------------------------------------- */

static void
run_failed (TlWindow *self)
{
  const TlBarButton buttons[] = { { _ ("Continue"), "win.continue" }, { NULL, NULL } };
  const char *message = tl_run_get_message (self->run);

  tl_bar_show (self->bar, TL_BAR_ERROR, message != NULL ? message : _ ("The run has failed."),
               buttons);
}

static void
notify_user (TlWindow *self, const char *title)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autofree char *body = tl_prompt_list_dup_text (tl_steer_page_get_prompts (self->page));

  if (application == NULL || gtk_window_is_active (GTK_WINDOW (self)))
    return;
  g_notification_set_body (notification, body);
  g_notification_set_default_action (notification, "app.show");
  g_application_send_notification (G_APPLICATION (application), "run", notification);
}

static void
state_changed (TlWindow *self)
{
  if (get_state (self) == TL_RUN_FAILED)
    {
      run_failed (self);
      notify_user (self, _ ("The run ended by an error"));
    }
  else if (get_state (self) == TL_RUN_FINISHED)
    notify_user (self, _ ("The picture is finished"));
  update_actions (self);
  g_object_notify (G_OBJECT (self), "active");
}

static gboolean
turn_hint_cb (gpointer user_data)
{
  TlWindow *self = user_data;

  self->turn_hint = 0;
  if (!is_active (self) || tl_bar_is_open (self->bar))
    return G_SOURCE_REMOVE;
  g_settings_set_boolean (self->preferences, "show-turn-hint", FALSE);
  tl_bar_show (self->bar, TL_BAR_MESSAGE, _ ("Change the words and press Ctrl+Return: it turns."),
               NULL);
  return G_SOURCE_REMOVE;
}

static void
plan_turn_hint (TlWindow *self)
{
  g_clear_handle_id (&self->turn_hint, g_source_remove);
  if (self->preferences != NULL && g_settings_get_boolean (self->preferences, "show-turn-hint"))
    self->turn_hint = g_timeout_add_seconds (TURN_HINT_SECONDS, turn_hint_cb, self);
}

static void
drop_run (TlWindow *self)
{
  if (self->run == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->run, self);
  tl_engine_discard (get_engine (self), self->run);
  g_clear_object (&self->run);
}

static void
start_run (TlWindow *self)
{
  g_autoptr (TlSteer) steer = tl_steer_page_dup_steer (self->page);
  g_autoptr (TlStart) start = tl_steer_page_take_start (self->page);

  tl_bar_close (self->bar);
  drop_run (self);
  self->run = tl_run_new (start, steer);
  g_set_object (&self->run_backend, self->backend);
  g_signal_connect_object (self->run, "notify::state", G_CALLBACK (state_changed), self,
                           G_CONNECT_SWAPPED);
  tl_steer_page_set_run (self->page, self->run, self->run_backend);
  tl_engine_start (get_engine (self), self->run);
  tl_engine_set_focus (get_engine (self), self->run);
  plan_turn_hint (self);
  state_changed (self);
}

static void
run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  if (self->backend != NULL)
    start_run (self);
  else if (self->is_loading)
    self->wants_run = TRUE;
  else
    tl_window_show_error (self, _ ("There is no model to run with; choose one under Model."));
}

static void
apply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (TlSteer) steer = tl_steer_page_dup_steer (self->page);

  g_clear_handle_id (&self->turn_hint, g_source_remove);
  tl_engine_steer (get_engine (self), self->run, steer, TL_TURN_GENTLE);
}

static void
apply_or_run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  if (tl_steer_page_is_going (self->page))
    apply_action (widget, name, parameter);
  else
    run_action (widget, name, parameter);
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  tl_engine_pause (get_engine (self), self->run);
}

/* A finished run goes on because its length has grown: that turn comes first. */
static void
continue_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  tl_bar_close (self->bar);
  self->is_leaving = FALSE;
  if (get_state (self) == TL_RUN_FINISHED)
    apply_action (widget, name, NULL);
  tl_engine_continue (get_engine (self), self->run);
}

static void
toggle_pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (is_active (TL_WINDOW (widget)))
    pause_action (widget, name, parameter);
  else
    continue_action (widget, name, parameter);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  tl_engine_stop (get_engine (self), self->run);
}

/* --- The picture ---------------------------------------------------------------------------- */

static void
copy_picture_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_copy (TL_WINDOW (widget)->pictures);
}

static void
copy_exported_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_copy_exported (TL_WINDOW (widget)->pictures);
}

static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_paste (TL_WINDOW (widget)->pictures);
}

static void
show_file_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_show_file (TL_WINDOW (widget)->pictures, g_variant_get_string (parameter, NULL));
}

static void
use_picture_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_use (TL_WINDOW (widget)->pictures, g_variant_get_string (parameter, NULL));
}

/* Asked for twice, it exports under the name that is there. */
static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  TlFrame *frame = tl_canvas_get_frame (tl_steer_page_get_canvas (self->page));

  if (gtk_widget_get_visible (GTK_WIDGET (self->export_popover)))
    tl_export_popover_export (self->export_popover);
  else
    tl_export_popover_open (self->export_popover, self->run, frame);
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, gdouble x, gdouble y, TlWindow *self)
{
  return tl_pictures_drop (self->pictures, value);
}

/* --- The window ----------------------------------------------------------------------------- */

static void
show_error_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_window_show_error (TL_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
focus_prompt_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_steer_page_focus_prompt (TL_WINDOW (widget)->page, TRUE);
}

static void
close_anyway_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_window_destroy (GTK_WINDOW (widget));
}

static void
toggle_pane_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  gboolean is_shown;

  g_object_get (self->page, "show-pane", &is_shown, NULL);
  g_object_set (self->page, "show-pane", !is_shown, NULL);
}

/* A run that is not finished ends with its window: it pauses, and one more word is asked for. */
static gboolean
tl_window_close_request (GtkWindow *window)
{
  TlWindow *self = TL_WINDOW (window);
  const TlBarButton buttons[] = { { _ ("Close"), "win.close-anyway" },
                                  { _ ("Continue"), "win.continue" },
                                  { NULL, NULL } };
  g_autofree char *message = NULL;

  if (!is_active (self) || self->is_leaving)
    return GTK_WINDOW_CLASS (tl_window_parent_class)->close_request (window);

  self->is_leaving = TRUE;
  tl_engine_pause (get_engine (self), self->run);
  message = g_strdup_printf (
    _ ("Closing ends this run at %lu of %lu. Export the picture to keep it."),
    (gulong) tl_run_get_iteration (self->run), (gulong) tl_run_get_n_iterations (self->run));
  tl_bar_show (self->bar, TL_BAR_QUESTION, message, buttons);
  return TRUE;
}

static void
keep_preferences (TlWindow *self)
{
  gint width, height;

  tl_steer_page_keep_preferences (self->page, self->preferences);
  g_object_get (self, "default-width", &width, "default-height", &height, NULL);
  g_settings_set_int (self->preferences, "window-width", width);
  g_settings_set_int (self->preferences, "window-height", height);
  g_settings_set_boolean (self->preferences, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

static void
use_preferences (TlWindow *self)
{
  GSettings *preferences = self->preferences;

  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (preferences, "window-width"),
                               g_settings_get_int (preferences, "window-height"));
  if (g_settings_get_boolean (preferences, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  tl_steer_page_use_preferences (self->page, preferences);
}

/* --- GObject -------------------------------------------------------------------------------- */

static void
tl_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlWindow *self = TL_WINDOW (object);

  if (id == PROP_ACTIVE)
    g_value_set_boolean (value, is_active (self));
  else if (id == PROP_PREFERENCES)
    g_value_set_object (value, self->preferences);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PREFERENCES)
    g_set_object (&TL_WINDOW (object)->preferences, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_window_constructed (GObject *object)
{
  TlWindow *self = TL_WINDOW (object);

  G_OBJECT_CLASS (tl_window_parent_class)->constructed (object);
  self->pictures = tl_pictures_new (self->page, self->bar);
  tl_export_popover_set_up (self->export_popover, self->pictures, self->preferences);
  if (self->preferences != NULL)
    use_preferences (self);
}

static void
tl_window_dispose (GObject *object)
{
  TlWindow *self = TL_WINDOW (object);

  g_clear_handle_id (&self->turn_hint, g_source_remove);
  if (self->preferences != NULL && self->page != NULL)
    keep_preferences (self);
  g_clear_object (&self->preferences);
  drop_run (self);
  g_clear_object (&self->run_backend);
  g_clear_object (&self->backend);
  if (self->export_popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->export_popover)));
  if (self->pictures != NULL)
    tl_pictures_detach (self->pictures);
  g_clear_object (&self->pictures);
  self->page = NULL;

  G_OBJECT_CLASS (tl_window_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.apply", NULL, apply_action);
  gtk_widget_class_install_action (class, "win.apply-or-run", NULL, apply_or_run_action);
  gtk_widget_class_install_action (class, "win.close-anyway", NULL, close_anyway_action);
  gtk_widget_class_install_action (class, "win.continue", NULL, continue_action);
  gtk_widget_class_install_action (class, "win.copy-exported", NULL, copy_exported_action);
  gtk_widget_class_install_action (class, "win.copy-picture", NULL, copy_picture_action);
  gtk_widget_class_install_action (class, "win.export", NULL, export_action);
  gtk_widget_class_install_action (class, "win.focus-prompt", NULL, focus_prompt_action);
  gtk_widget_class_install_action (class, "win.paste", NULL, paste_action);
  gtk_widget_class_install_action (class, "win.pause", NULL, pause_action);
  gtk_widget_class_install_action (class, "win.run", NULL, run_action);
  gtk_widget_class_install_action (class, "win.show-error", "s", show_error_action);
  gtk_widget_class_install_action (class, "win.show-file", "s", show_file_action);
  gtk_widget_class_install_action (class, "win.stop", NULL, stop_action);
  gtk_widget_class_install_action (class, "win.toggle-pane", NULL, toggle_pane_action);
  gtk_widget_class_install_action (class, "win.toggle-pause", NULL, toggle_pause_action);
  gtk_widget_class_install_action (class, "win.use-picture", "s", use_picture_action);
}

static void
tl_window_class_init (TlWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = tl_window_get_property;
  object_class->set_property = tl_window_set_property;
  object_class->constructed = tl_window_constructed;
  object_class->dispose = tl_window_dispose;
  GTK_WINDOW_CLASS (class)->close_request = tl_window_close_request;
  g_object_class_install_property (
    object_class, PROP_ACTIVE,
    g_param_spec_boolean ("active", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
    object_class, PROP_PREFERENCES,
    g_param_spec_object ("preferences", NULL, NULL, G_TYPE_SETTINGS,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));

  g_type_ensure (TL_TYPE_EXPORT_POPOVER);
  g_type_ensure (TL_TYPE_STEER_PAGE);
  install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tiller/Tiller/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, TlWindow, continue_button);
  gtk_widget_class_bind_template_child (widget_class, TlWindow, export_button);
  gtk_widget_class_bind_template_child (widget_class, TlWindow, export_popover);
  gtk_widget_class_bind_template_child (widget_class, TlWindow, page);
  gtk_widget_class_bind_template_child (widget_class, TlWindow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, TlWindow, stop_button);
  gtk_widget_class_bind_template_callback (widget_class, update_actions);
}

static void
tl_window_init (TlWindow *self)
{
  GtkDropTarget *target = tl_image_drop_target_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->bar = tl_steer_page_get_bar (self->page);
  gtk_widget_set_parent (GTK_WIDGET (self->export_popover), self->export_button);
  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_swapped (tl_steer_page_get_canvas (self->page), "notify::frame",
                            G_CALLBACK (update_actions), self);
  tl_steer_page_write_example (self->page);
  tl_steer_page_focus_prompt (self->page, TRUE);
  update_actions (self);
}

GtkWidget *
tl_window_new (GtkApplication *application, GSettings *preferences)
{
  return g_object_new (TL_TYPE_WINDOW, "application", application, "preferences", preferences,
                       NULL);
}

void
tl_window_set_backend (TlWindow *self, TlBackend *backend, gboolean is_loading)
{
  g_set_object (&self->backend, backend);
  tl_steer_page_set_backend (self->page, backend, is_loading);
  self->is_loading = is_loading;
  if (backend != NULL && self->wants_run)
    {
      self->wants_run = FALSE;
      start_run (self);
    }
  if (backend == NULL && !is_loading)
    self->wants_run = FALSE;
  update_actions (self);
}

TlRun *
tl_window_get_run (TlWindow *self)
{
  return self->run;
}

TlSteerPage *
tl_window_get_page (TlWindow *self)
{
  return self->page;
}

void
tl_window_open (TlWindow *self, GFile *file)
{
  tl_pictures_open (self->pictures, file);
}

void
tl_window_show_error (TlWindow *self, const char *message)
{
  tl_bar_show (self->bar, TL_BAR_ERROR, message, NULL);
}

const char *
tl_window_get_message (TlWindow *self)
{
  return tl_bar_is_open (self->bar) ? tl_bar_get_message (self->bar) : NULL;
}
