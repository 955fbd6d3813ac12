/* window.c - the main window: one session in three views
 *
 * What is here is the frame: which session, which view, which panes, and what the selected run
 * shows. What can be done is in the files of the actions (window-private.h), each enabled from
 * tl_window_update_actions(). Buttons, keys and menus only name them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include "ui/images.h"
#include "ui/inner-button.h"

#include <glib/gi18n-lib.h>

enum
{
  PROP_ACTIVE = 1,
  PROP_PREFERENCES,
};

G_DEFINE_FINAL_TYPE (TlWindow, tl_window, GTK_TYPE_APPLICATION_WINDOW)

/* A window that goes loses its focus, which commits what was typed, which is a change. */
void
tl_window_update_actions (TlWindow *self)
{
  if (self->pictures == NULL || self->session == NULL)
    return;
  tl_window_update_run_actions (self);
  tl_window_update_fork_actions (self);
  tl_window_update_mark_actions (self);
  tl_window_update_explore_actions (self);
  tl_window_update_picture_actions (self);
  tl_window_update_session_actions (self);
  tl_window_update_undo_actions (self);
}

/* --- What is looked at ----------------------------------------------------------------------- */

gboolean
tl_window_is_past (TlWindow *self)
{
  return tl_checkpoint_box_get_checkpoint (tl_family_pane_get_checkpoints (self->family)) != NULL;
}

guint64
tl_window_get_iteration (TlWindow *self)
{
  TlCheckpoint *checkpoint =
    tl_checkpoint_box_get_checkpoint (tl_family_pane_get_checkpoints (self->family));
  TlRun *run = tl_window_get_run (self);

  if (checkpoint != NULL)
    return tl_checkpoint_get_iteration (checkpoint);
  return run != NULL ? tl_run_get_iteration (run) : 0;
}

GPtrArray *
tl_window_dup_subjects (TlWindow *self)
{
  GPtrArray *runs;
  TlRun *run = tl_window_get_run (self);

  if (tl_window_is_exploring (self))
    {
      runs = tl_explore_page_dup_selected (self->explore_page);
      if (runs->len > 0)
        return runs;
      g_ptr_array_unref (runs);
    }
  runs = g_ptr_array_new_with_free_func (g_object_unref);
  if (run != NULL)
    g_ptr_array_add (runs, g_object_ref (run));
  return runs;
}

/* --- The session ----------------------------------------------------------------------------- */

static void
work_changed_cb (TlWork *work, TlRun *run, TlWindow *self)
{
  tl_window_update_status (self);
  tl_window_run_changed (self, run);
  if (self->judging != NULL)
    tl_judging_ask (self->judging, run);
}

static void
work_active_cb (TlWindow *self)
{
  if (self->work == NULL)
    return;
  g_object_notify (G_OBJECT (self), "active");
  tl_window_leave (self);
}

static void
make_work (TlWindow *self, TlSession *session)
{
  g_autoptr (TlWork) before = g_steal_pointer (&self->work);
  TlBackend *backend = before != NULL ? tl_work_get_backend (before) : NULL;

  if (before != NULL)
    g_signal_handlers_disconnect_by_data (before, self);
  self->work = tl_work_new (session);
  tl_work_set_backend (self->work, backend, self->is_loading);
  g_signal_connect_object (self->work, "changed", G_CALLBACK (work_changed_cb), self, 0);
  g_signal_connect_object (self->work, "said", G_CALLBACK (tl_window_run_said), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->work, "failed", G_CALLBACK (tl_window_show_error), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->work, "notify::active", G_CALLBACK (work_active_cb), self,
                           G_CONNECT_SWAPPED);
}

/* A session in which nothing was selected: its starts, or its newest run. */
static void
show_something (TlWindow *self)
{
  GListModel *runs = tl_session_get_runs (self->session);
  guint n = g_list_model_get_n_items (runs);
  g_autoptr (TlRun) last = n > 0 ? g_list_model_get_item (runs, n - 1) : NULL;

  if (last == NULL || tl_window_get_run (self) != NULL)
    return;
  if (tl_run_get_origin (last)->exploration > 0)
    {
      TlExploration *exploration = tl_explore_page_get_exploration (self->explore_page);
      g_autoptr (TlRun) first =
        exploration != NULL ? g_list_model_get_item (G_LIST_MODEL (exploration), 0) : NULL;

      tl_window_fill_fields (self, first != NULL ? first : last);
      tl_window_show_view (self, "explore");
    }
  else
    tl_session_set_selected (self->session, last);
}

/* What is made from here on is made in @session. */
void
tl_window_set_session (TlWindow *self, TlSession *session)
{
  tl_window_forget_deeds (self);
  tl_window_forget_fork (self);
  make_work (self, session);
  tl_window_use_session (self, session);
  tl_session_button_set_session (self->session_button, session);
  tl_family_pane_set_session (self->family, session);
  /* After the family, whose scale of checkpoints says whether one looks at the past. */
  g_signal_connect_object (session, "notify::selected", G_CALLBACK (tl_window_selected_changed),
                           self, G_CONNECT_SWAPPED);
  tl_explore_page_set_session (self->explore_page, session);
  tl_compare_page_set_session (self->compare_page, session);
  tl_window_begin_judging (self);
  tl_window_watch_explorations (self);
  tl_window_selected_changed (self);
  show_something (self);
}

/* --- Saying ---------------------------------------------------------------------------------- */

void
tl_window_say (TlWindow *self, const char *message)
{
  /* What was waited for may come after the window has gone. */
  if (self->pictures == NULL)
    return;
  tl_bar_show (self->bar, TL_BAR_MESSAGE, message, NULL);
}

/* Only who does not look is told. */
void
tl_window_notify_user (TlWindow *self, const char *title, TlRun *run)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autofree char *body = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (run)));
  const char *path = tl_session_get_path (self->session);
  gint64 id = tl_run_get_origin (run)->id;
  g_autofree char *key = g_strdup_printf ("%s:%" G_GINT64_FORMAT, path, id);
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run);
  g_autoptr (GdkTexture) texture = tl_frame_dup_texture (frame);

  if (application == NULL || path == NULL || gtk_window_is_active (GTK_WINDOW (self))
      || self->is_leaving)
    return;
  g_notification_set_body (notification, body);
  if (texture != NULL)
    {
      g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (texture);
      g_autoptr (GIcon) icon = g_bytes_icon_new (png);

      g_notification_set_icon (notification, icon);
    }
  g_notification_set_default_action_and_target (notification, "app.show-run", "(sx)", path, id);
  g_notification_add_button_with_target (notification, _ ("Show"), "app.show-run", "(sx)", path,
                                         id);
  g_application_send_notification (G_APPLICATION (application), key, notification);
}

static void
say_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_window_say (TL_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
show_error_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_window_show_error (TL_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* --- Coming and going ------------------------------------------------------------------------ */

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, gdouble x, gdouble y, TlWindow *self)
{
  g_autoptr (GFile) file = tl_image_dup_dropped_file (value);
  g_autofree char *uri = file != NULL ? g_file_get_uri (file) : NULL;

  if (file == NULL || !tl_window_is_session (file))
    return tl_pictures_drop (self->pictures, value);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-uri", "s", uri);
  return TRUE;
}

static void
explore_progressed_cb (TlWindow *self)
{
  if (self->work == NULL || self->pictures == NULL)
    return;
  if (tl_window_get_run (self) == NULL)
    tl_window_update_status (self);
  tl_window_update_estimate (self);
}

static void
fields_changed_cb (TlWindow *self)
{
  if (self->work == NULL || self->pictures == NULL)
    return;
  if (tl_window_get_run (self) == NULL)
    tl_window_update_status (self);
  tl_window_update_estimate (self);
  tl_window_update_actions (self);
}

static void
tl_window_size_allocate (GtkWidget *widget, gint width, gint height, gint baseline)
{
  GTK_WIDGET_CLASS (tl_window_parent_class)->size_allocate (widget, width, height, baseline);
  tl_window_check_width (TL_WINDOW (widget));
}

static gboolean
tl_window_close_request (GtkWindow *window)
{
  if (tl_window_close (TL_WINDOW (window)))
    tl_window_go (TL_WINDOW (window));
  return TRUE;
}

static void
keep_preferences (TlWindow *self)
{
  gint width, height;

  tl_steer_pane_keep_preferences (self->pane, self->preferences);
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
  tl_steer_pane_use_preferences (self->pane, preferences);
  /* After the engines, which hear it first. */
  g_signal_connect_object (preferences, "changed::checkpoint-every",
                           G_CALLBACK (tl_window_spare_room), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_settings_bind (preferences, "smooth-enlargement", tl_steer_page_get_canvas (self->page),
                   "smooth", G_SETTINGS_BIND_DEFAULT);
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlWindow *self = TL_WINDOW (object);

  if (id == PROP_ACTIVE)
    g_value_set_boolean (value, self->work != NULL && tl_work_is_active (self->work));
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
  g_autofree char *folder = tl_session_dup_default_folder ();
  g_autoptr (TlSession) session = tl_session_new (folder);

  G_OBJECT_CLASS (tl_window_parent_class)->constructed (object);
  self->pictures = tl_pictures_new (self->page, self->pane, self->bar);
  g_signal_connect_object (self->pictures, "export-began", G_CALLBACK (tl_window_hold), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pictures, "export-ended", G_CALLBACK (tl_window_export_ended),
                           self, G_CONNECT_SWAPPED);
  tl_export_popover_set_up (self->export_popover, self->pictures, self->preferences);
  tl_session_button_set_preferences (self->session_button, self->preferences);
  if (self->preferences != NULL)
    use_preferences (self);
  tl_window_set_session (self, session);
  tl_steer_pane_write_example (self->pane);
  tl_steer_pane_focus_prompt (self->pane, TRUE);
}

static void
let_go_of_session (TlWindow *self)
{
  if (self->session == NULL)
    return;
  if (self->judging != NULL)
    tl_judging_stop (self->judging);
  g_clear_object (&self->judging);
  g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->work != NULL)
    g_signal_handlers_disconnect_by_data (self->work, self);
  /* What could not be written was said, and the user's word asked, before it came to this. */
  tl_session_close (self->session, NULL);
  g_clear_object (&self->work);
  g_clear_object (&self->session);
}

static void
tl_window_dispose (GObject *object)
{
  TlWindow *self = TL_WINDOW (object);

  g_clear_handle_id (&self->turn_hint, g_source_remove);
  g_clear_handle_id (&self->fold, g_source_remove);
  tl_window_stop_looking (self);
  tl_window_stop_verifying (self);
  if (self->preferences != NULL && self->pictures != NULL)
    keep_preferences (self);
  if (self->pictures != NULL)
    tl_pictures_detach (self->pictures);
  g_clear_object (&self->pictures);
  g_clear_object (&self->preferences);
  g_clear_weak_pointer (&self->rates.run);
  tl_window_stop_advising (self);
  tl_wish_clear (&self->wish);
  tl_wish_clear (&self->awaited);
  g_clear_pointer (&self->replayed, tl_recipe_unref);
  let_go_of_session (self);
  g_clear_object (&self->judges);
  tl_window_forget_fork (self);
  tl_window_forget_deeds (self);
  if (self->export_popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->export_popover)));

  G_OBJECT_CLASS (tl_window_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.say", "s", say_action);
  gtk_widget_class_install_action (class, "win.show-error", "s", show_error_action);
  tl_window_install_view_actions (class);
  tl_window_install_rate_actions (class);
  tl_window_install_regions (class);
  tl_window_install_run_actions (class);
  tl_window_install_fork_actions (class);
  tl_window_install_mark_actions (class);
  tl_window_install_explore_actions (class);
  tl_window_install_picture_actions (class);
  tl_window_install_session_actions (class);
  tl_window_install_leave_actions (class);
  tl_window_install_undo_actions (class);
  tl_window_install_verify_actions (class);
}

static void
bind_template (GtkWidgetClass *class)
{
  g_type_ensure (TL_TYPE_BAR);
  g_type_ensure (TL_TYPE_COMPARE_PAGE);
  g_type_ensure (TL_TYPE_EXPLORE_PAGE);
  g_type_ensure (TL_TYPE_EXPORT_POPOVER);
  g_type_ensure (TL_TYPE_FAMILY_PANE);
  g_type_ensure (TL_TYPE_SESSION_BUTTON);
  g_type_ensure (TL_TYPE_STATUS_LINE);
  g_type_ensure (TL_TYPE_STEER_PAGE);
  g_type_ensure (TL_TYPE_STEER_PANE);
  gtk_widget_class_set_template_from_resource (class, "/org/tiller/Tiller/ui/window.ui");
  gtk_widget_class_bind_template_child (class, TlWindow, bar);
  gtk_widget_class_bind_template_child (class, TlWindow, compare_page);
  gtk_widget_class_bind_template_child (class, TlWindow, continue_button);
  gtk_widget_class_bind_template_child (class, TlWindow, explore_page);
  gtk_widget_class_bind_template_child (class, TlWindow, export_button);
  gtk_widget_class_bind_template_child (class, TlWindow, export_popover);
  gtk_widget_class_bind_template_child (class, TlWindow, family);
  gtk_widget_class_bind_template_child (class, TlWindow, family_button);
  gtk_widget_class_bind_template_child (class, TlWindow, family_popover);
  gtk_widget_class_bind_template_child (class, TlWindow, menu_button);
  gtk_widget_class_bind_template_child (class, TlWindow, middle);
  gtk_widget_class_bind_template_child (class, TlWindow, page);
  gtk_widget_class_bind_template_child (class, TlWindow, pane);
  gtk_widget_class_bind_template_child (class, TlWindow, pause_button);
  gtk_widget_class_bind_template_child (class, TlWindow, recent_menu);
  gtk_widget_class_bind_template_child (class, TlWindow, session_button);
  gtk_widget_class_bind_template_child (class, TlWindow, status);
  gtk_widget_class_bind_template_child (class, TlWindow, stop_button);
  gtk_widget_class_bind_template_child (class, TlWindow, views);
  gtk_widget_class_bind_template_callback (class, fields_changed_cb);
  gtk_widget_class_bind_template_callback (class, tl_window_candidates_selected);
  gtk_widget_class_bind_template_callback (class, tl_window_view_changed);
}

static void
tl_window_finalize (GObject *object)
{
  g_ptr_array_unref (TL_WINDOW (object)->opening);

  G_OBJECT_CLASS (tl_window_parent_class)->finalize (object);
}

static void
tl_window_class_init (TlWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = tl_window_get_property;
  object_class->set_property = tl_window_set_property;
  object_class->constructed = tl_window_constructed;
  object_class->dispose = tl_window_dispose;
  object_class->finalize = tl_window_finalize;
  GTK_WIDGET_CLASS (class)->size_allocate = tl_window_size_allocate;
  GTK_WINDOW_CLASS (class)->close_request = tl_window_close_request;
  g_object_class_install_property (
    object_class, PROP_ACTIVE,
    g_param_spec_boolean ("active", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
    object_class, PROP_PREFERENCES,
    g_param_spec_object ("preferences", NULL, NULL, G_TYPE_SETTINGS,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  install_actions (GTK_WIDGET_CLASS (class));
  /* No accelerator, or it would take the undo of who types. */
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (class), GDK_KEY_z, GDK_CONTROL_MASK,
                                       "win.undo", NULL);
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
tl_window_init (TlWindow *self)
{
  GtkDropTarget *target = tl_image_drop_target_new ();

  self->opening = g_ptr_array_new_with_free_func (g_free);
  self->shows_pane = TRUE;
  self->shows_family = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->menu_button);
  tl_inner_button_name (self->family_button);
  tl_window_fill_recent (self);
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed",
                           G_CALLBACK (tl_window_fill_recent), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (GTK_WIDGET (self->export_popover), self->export_button);
  self->explore_control = g_object_new (TL_TYPE_EXPLORE_CONTROL, NULL);
  tl_steer_pane_set_explorer (self->pane, GTK_WIDGET (self->explore_control));
  g_signal_connect_swapped (self->explore_control, "changed",
                            G_CALLBACK (tl_window_update_estimate), self);
  g_signal_connect_swapped (self->explore_page, "progressed", G_CALLBACK (explore_progressed_cb),
                            self);
  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_swapped (tl_steer_page_get_canvas (self->page), "notify::frame",
                            G_CALLBACK (tl_window_update_picture_actions), self);
  g_signal_connect_swapped (tl_family_pane_get_checkpoints (self->family), "moved",
                            G_CALLBACK (tl_window_moved), self);
}

/* --- Public ---------------------------------------------------------------------------------- */

GtkWidget *
tl_window_new (GtkApplication *application, GSettings *preferences)
{
  return g_object_new (TL_TYPE_WINDOW, "application", application, "preferences", preferences,
                       NULL);
}

void
tl_window_set_backend (TlWindow *self, TlBackend *backend, gboolean is_loading)
{
  gboolean is_new = tl_work_get_backend (self->work) != backend;

  tl_work_set_backend (self->work, backend, is_loading);
  tl_window_spare_room (self);
  if (is_new || is_loading != self->is_loading)
    tl_steer_pane_set_backend (self->pane, backend, is_loading);
  tl_steer_page_set_loading (self->page, backend == NULL && is_loading);
  self->is_loading = is_loading;
  tl_window_update_status (self);
  tl_window_update_actions (self);
  if (backend != NULL || !is_loading)
    tl_window_take_up_awaited (self);
}

void
tl_window_set_judges (TlWindow *self, TlJudges *judges)
{
  g_return_if_fail (self->judges == NULL);

  self->judges = g_object_ref (judges);
  g_signal_connect_object (judges, "changed", G_CALLBACK (tl_window_judge), self,
                           G_CONNECT_SWAPPED);
  tl_explore_page_set_judges (self->explore_page, judges);
  tl_window_begin_judging (self);
}

TlSession *
tl_window_get_session (TlWindow *self)
{
  return self->session;
}

TlRun *
tl_window_get_run (TlWindow *self)
{
  return self->session != NULL ? tl_session_get_selected (self->session) : NULL;
}

TlSteerPage *
tl_window_get_page (TlWindow *self)
{
  return self->page;
}

gboolean
tl_window_is_fresh (TlWindow *self)
{
  return tl_session_get_path (self->session) == NULL && self->awaited.action == NULL
         && self->opening->len == 0;
}

gboolean
tl_window_has_file (TlWindow *self, const char *path)
{
  return g_strcmp0 (tl_session_get_path (self->session), path) == 0
         || g_ptr_array_find_with_equal_func (self->opening, path, g_str_equal, NULL);
}

void
tl_window_stay (TlWindow *self)
{
  self->is_leaving = FALSE;
  gtk_window_present (GTK_WINDOW (self));
}

void
tl_window_show_error (TlWindow *self, const char *message)
{
  if (self->pictures == NULL)
    return;
  tl_bar_show (self->bar, TL_BAR_ERROR, message, NULL);
}

const char *
tl_window_get_message (TlWindow *self)
{
  return tl_bar_is_open (self->bar) ? tl_bar_get_message (self->bar) : NULL;
}
