/* application.c - the program with windows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/application-private.h"
#include "config.h"

#include "app/preferences.h"
#include "app/signals.h"
#include "core/session/abandoned.h"
#include "ui/init.h"
#include "ui/window.h"

#include <glib/gi18n.h>

/* More windows than this at once help nobody; the others are under Open Recent. */
#define MAX_ABANDONED 4

G_DEFINE_FINAL_TYPE (TlApplication, tl_application, GTK_TYPE_APPLICATION)

/* --- Windows -------------------------------------------------------------------------------- */

/* The computer stays awake while something runs, and only then. */
static void
update_inhibit (TlApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);
  GtkWindow *active = NULL;

  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    {
      gboolean is_active = FALSE;

      if (TL_IS_WINDOW (l->data))
        g_object_get (l->data, "active", &is_active, NULL);
      if (is_active)
        active = l->data;
    }

  if (active != NULL && self->inhibited == 0)
    self->inhibited = gtk_application_inhibit (application, active, GTK_APPLICATION_INHIBIT_SUSPEND,
                                               _ ("A picture is being made"));
  else if (active == NULL && self->inhibited != 0)
    {
      gtk_application_uninhibit (application, self->inhibited);
      self->inhibited = 0;
    }
}

static TlWindow *
open_window (TlApplication *self)
{
  GtkWidget *window = tl_window_new (GTK_APPLICATION (self), self->preferences);

  g_signal_connect_object (window, "notify::active", G_CALLBACK (update_inhibit), self,
                           G_CONNECT_SWAPPED);
  tl_window_set_backend (TL_WINDOW (window), self->backend, self->loading != NULL);
  tl_window_set_judges (TL_WINDOW (window), self->judges);
  gtk_window_present (GTK_WINDOW (window));
  return TL_WINDOW (window);
}

/* (nullable): the one that was used last; a window that is on its way out is none */
static TlWindow *
find_window (TlApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (TL_IS_WINDOW (l->data) && gtk_widget_get_visible (l->data))
      return l->data;
  return NULL;
}

/* (nullable): the one that has the session of this file or waits for it, even if on its way out */
static TlWindow *
find_window_of (TlApplication *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (TL_IS_WINDOW (l->data) && path != NULL && tl_window_has_file (l->data, path))
      return l->data;
  return NULL;
}

/* A session has one window; one in which nothing was made yet makes room for it. */
static TlWindow *
open_session (TlApplication *self, GFile *file)
{
  TlWindow *window = find_window_of (self, file);

  if (window != NULL)
    {
      tl_window_stay (window);
      return window;
    }
  window = find_window (self);
  if (window == NULL || !tl_window_is_fresh (window))
    window = open_window (self);
  gtk_window_present (GTK_WINDOW (window));
  tl_window_open (window, file);
  return window;
}

/* Those that a crash left open are opened again: each window offers what was interrupted in it. */
static void
open_abandoned (TlApplication *self)
{
  g_autofree char *folder = tl_session_dup_default_folder ();
  g_autoptr (GPtrArray) paths = tl_abandoned_find (folder, MAX_ABANDONED);

  for (guint i = paths->len; i > 0; i--)
    {
      g_autoptr (GFile) file = g_file_new_for_path (g_ptr_array_index (paths, i - 1));

      open_session (self, file);
    }
}

static void
tl_application_activate (GApplication *application)
{
  TlApplication *self = TL_APPLICATION (application);
  TlWindow *window = find_window (self);

  if (window != NULL)
    {
      gtk_window_present (GTK_WINDOW (window));
      return;
    }
  open_abandoned (self);
  if (find_window (self) == NULL)
    open_window (self);
}

static void
tl_application_open (GApplication *application, GFile **files, gint n_files, const char *hint)
{
  TlApplication *self = TL_APPLICATION (application);

  for (gint i = 0; i < n_files; i++)
    if (tl_window_is_session (files[i]))
      open_session (self, files[i]);
    else
      tl_window_open (open_window (self), files[i]);
}

static void
tl_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (tl_application_parent_class)->window_removed (application, window);
  update_inhibit (TL_APPLICATION (application));
}

/* --- Actions -------------------------------------------------------------------------------- */

static void
new_session_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_window (user_data);
}

/* From a notification, which may outlive the window: a session and a run of it. */
static void
show_run_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TlApplication *self = user_data;
  g_autoptr (GFile) file = NULL;
  const char *path;
  gint64 id;

  g_variant_get (parameter, "(&sx)", &path, &id);
  file = g_file_new_for_path (path);
  tl_window_show_run (open_session (self, file), id);
}

/* What runs is kept first (leave-actions.c). */
static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows =
    g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static void
colour_scheme_action (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  TlApplication *self = user_data;

  g_simple_action_set_state (action, state);
  tl_appearance_set_scheme (self->appearance, g_variant_get_string (state, NULL));
  if (self->preferences != NULL)
    g_settings_set_value (self->preferences, "colour-scheme", state);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_show_about_dialog (gtk_application_get_active_window (user_data), "program-name", "Tiller",
                         "logo-icon-name", TL_APPLICATION_ID, "version", TL_VERSION, "comments",
                         _ ("Steer pictures by hand while they form"), "license-type",
                         GTK_LICENSE_GPL_3_0, NULL);
}

static void
add_actions (TlApplication *self)
{
  const GActionEntry entries[] = {
    { "about", about_action },
    { "colour-scheme", NULL, "s", "'system'", colour_scheme_action },
    { "new-session", new_session_action },
    { "quit", quit_action },
    { "show-run", show_run_action, "(sx)" },
    { "use-judge", tl_application_use_judge, "(ss)" },
    { "use-models", tl_application_use_models, "(sss)" },
  };
  const struct
  {
    const char *action;
    const char *keys[3];
  } accels[] = {
    { "app.new-session", { "<Control>n" } },
    { "app.quit", { "<Control>q" } },
    { "win.apply-or-run", { "<Control>Return", "<Control>KP_Enter" } },
    { "win.explore", { "<Control><Shift>Return", "<Control><Shift>KP_Enter" } },
    { "win.export", { "<Control>e" } },
    { "win.focus-prompt", { "<Control>l" } },
    { "win.next-region", { "F6" } },
    { "win.open", { "<Control>o" } },
    { "win.previous-region", { "<Shift>F6" } },
    { "win.rename", { "F2" } },
    { "win.save-copy", { "<Control>s" } },
    { "win.show-view::compare", { "<Control>3" } },
    { "win.show-view::explore", { "<Control>2" } },
    { "win.show-view::steer", { "<Control>1" } },
    { "win.show-help-overlay", { "<Control>question", "F1" } },
    { "win.stop", { "<Control>period" } },
    { "win.toggle-family", { "<Shift>F9" } },
    { "win.toggle-pane", { "F9" } },
    { "window.close", { "<Control>w" } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].keys);
}

/* --- GObject -------------------------------------------------------------------------------- */

static void
tl_application_startup (GApplication *application)
{
  TlApplication *self = TL_APPLICATION (application);

  G_APPLICATION_CLASS (tl_application_parent_class)->startup (application);
  tl_ui_init ();
  self->preferences = tl_preferences_new ();
  self->appearance = tl_appearance_new ();
  add_actions (self);
  if (self->preferences != NULL)
    {
      g_autoptr (GVariant) scheme = g_settings_get_value (self->preferences, "colour-scheme");

      g_action_group_change_action_state (G_ACTION_GROUP (self), "colour-scheme", scheme);
    }
  tl_application_begin_loading (self);
  tl_signals_watch (application);
}

static void
tl_application_shutdown (GApplication *application)
{
  TlApplication *self = TL_APPLICATION (application);

  tl_application_end_loading (self);
  g_clear_object (&self->appearance);
  g_clear_object (&self->preferences);

  G_APPLICATION_CLASS (tl_application_parent_class)->shutdown (application);
}

static void
tl_application_class_init (TlApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  application_class->startup = tl_application_startup;
  application_class->shutdown = tl_application_shutdown;
  application_class->activate = tl_application_activate;
  application_class->open = tl_application_open;
  GTK_APPLICATION_CLASS (class)->window_removed = tl_application_window_removed;
}

static void
tl_application_init (TlApplication *self)
{
}

TlApplication *
tl_application_new (const TlModelSource *source)
{
  TlApplication *self =
    g_object_new (TL_TYPE_APPLICATION, "application-id", TL_APPLICATION_ID, "flags",
                  G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/tiller/Tiller", NULL);

  self->source = *source;
  return self;
}
