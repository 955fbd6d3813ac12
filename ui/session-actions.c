/* session-actions.c - the file of the session: open, copy, name, and what is wrong with it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include "core/session/database.h"
#include "core/session/session-upkeep.h"
#include "core/session/title.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* More runs than these are counted. */
#define MAX_NAMED 3u

void
tl_window_update_session_actions (TlWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean has_file = tl_session_get_path (self->session) != NULL;

  gtk_widget_action_set_enabled (widget, "win.save-copy", has_file);
  gtk_widget_action_set_enabled (widget, "win.duplicate", has_file);
  gtk_widget_action_set_enabled (widget, "win.open-folder", has_file);
}

/* --- What is to be said of it ---------------------------------------------------------------- */

/* Those whose last state did not survive. */
static void
append_torn (TlSession *session, GPtrArray *runs, GString *text)
{
  for (guint i = 0; i < runs->len; i++)
    {
      TlRun *run = g_ptr_array_index (runs, i);
      guint64 torn = tl_session_get_torn (session, run);
      g_autofree char *title = tl_run_dup_title (run);

      if (torn > 0)
        /* Translators: %s is a run, the numbers are iterations */
        {
          g_string_append_c (text, ' ');
          g_string_append_printf (text, _ ("Back to %lu: the state of “%s” at %lu is damaged."),
                                  (gulong) tl_run_get_iteration (run), title, (gulong) torn);
        }
    }
}

/* "seed 7 25/500, seed 8 30/500 and 4 more" */
static char *
print_names (GPtrArray *runs)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < MIN (runs->len, MAX_NAMED); i++)
    {
      TlRun *run = g_ptr_array_index (runs, i);
      guint64 iteration = tl_run_get_iteration (run);
      guint64 hold = tl_run_get_origin (run)->hold;
      g_autofree char *title = tl_run_dup_title (run);

      g_string_append_printf (text, "%s%s %lu/%lu", i > 0 ? ", " : "", title, (gulong) iteration,
                              (gulong) (iteration < hold ? hold : tl_run_get_n_iterations (run)));
    }
  if (runs->len > MAX_NAMED)
    {
      g_autofree char *names = g_string_free (text, FALSE);

      return g_strdup_printf (_ ("%s and %u more"), names, runs->len - MAX_NAMED);
    }
  return g_string_free (text, FALSE);
}

static char *
print_interrupted (TlSession *session, GPtrArray *runs)
{
  g_autofree char *names = print_names (runs);
  GString *text = g_string_new (NULL);

  g_string_printf (text,
                   ngettext ("Tiller closed while %u run was going: %s.",
                             "Tiller closed while %u runs were going: %s.", runs->len),
                   runs->len, names);
  append_torn (session, runs, text);
  return g_string_free (text, FALSE);
}

static void
offer_interrupted (TlWindow *self)
{
  g_autoptr (GPtrArray) runs = tl_session_dup_interrupted (self->session);
  const TlBarButton buttons[] = {
    { runs->len == 1   ? _ ("Continue It")
      : runs->len == 2 ? _ ("Continue Both")
                       : _ ("Continue All"),
      "win.continue-interrupted" },
    { _ ("Look First"), "win.look-first" },
    { NULL, NULL },
  };
  g_autofree char *message = NULL;

  if (runs->len == 0)
    return;
  message = print_interrupted (self->session, runs);
  tl_bar_show (self->bar, TL_BAR_QUESTION, message, buttons);
}

char *
tl_window_end_sentence (const char *sentence)
{
  return g_str_has_suffix (sentence, ".") ? g_strdup (sentence) : g_strconcat (sentence, ".", NULL);
}

static void
say_access (TlWindow *self)
{
  const TlBarButton take_over[] = { { _ ("Take Over"), "win.take-over" }, { NULL, NULL } };
  const TlBarButton elsewhere[] = { { _ ("Save Elsewhere"), "win.save-copy" }, { NULL, NULL } };
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (tl_session_check_writable (self->session, &error))
    return;
  message = tl_window_end_sentence (error->message);
  switch (tl_session_get_access (self->session))
    {
    case TL_ACCESS_TAKEN:
      tl_bar_show (self->bar, TL_BAR_QUESTION, message, take_over);
      break;
    case TL_ACCESS_READ:
      tl_bar_show (self->bar, TL_BAR_QUESTION, message, elsewhere);
      break;
    default:
      tl_bar_show (self->bar, TL_BAR_QUESTION, message, NULL);
    }
}

static void
access_changed (TlWindow *self)
{
  if (!tl_session_check_writable (self->session, NULL))
    tl_work_pause_all (self->work);
  say_access (self);
  tl_window_update_actions (self);
}

static void
say_damage (TlWindow *self)
{
  const char *damage = tl_session_get_damage (self->session);
  g_autoptr (GPtrArray) interrupted = tl_session_dup_interrupted (self->session);

  /* What is asked stays: what it says of damage matters most. */
  if (damage != NULL && interrupted->len == 0)
    tl_bar_show (self->bar, TL_BAR_ERROR, damage, NULL);
}

/* --- The budget ------------------------------------------------------------------------------ */

static void
planned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlWindow) self = user_data;
  const TlBarButton buttons[] = { { _ ("Drop Them"), "win.thin" }, { NULL, NULL } };
  guint n = 0;
  guint64 n_bytes = 0;
  g_autofree char *size = NULL;
  g_autofree char *message = NULL;

  /* Without a plan there is nothing to offer. */
  if (!tl_session_plan_thinning_finish (TL_SESSION (source), result, &n, &n_bytes, NULL) || n == 0
      || source != G_OBJECT (self->session))
    return;
  size = g_format_size (n_bytes);
  message = g_strdup_printf (
    ngettext ("This session is above its budget. Dropping %u checkpoint in between frees %s.",
              "This session is above its budget. Dropping %u checkpoints in between frees %s.", n),
    n, size);
  tl_bar_show (self->bar, TL_BAR_QUESTION, message, buttons);
}

static void
budget_exceeded (TlWindow *self)
{
  tl_session_plan_thinning_async (self->session, NULL, planned_cb, g_object_ref (self));
}

static void
thin_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_session_thin (TL_WINDOW (widget)->session);
}

/* --- Which session --------------------------------------------------------------------------- */

static void
path_changed (TlWindow *self)
{
  tl_window_remember_recent (self);
  tl_window_update_session_actions (self);
}

static void
title_changed (TlWindow *self)
{
  g_autofree char *title =
    g_strdup_printf (_ ("%s – Tiller"), tl_session_get_title (self->session));

  gtk_window_set_title (GTK_WINDOW (self), title);
  tl_window_remember_recent (self);
}

static void
size_changed (TlWindow *self)
{
  guint64 size = 0;
  g_autofree char *bytes = NULL;
  g_autofree char *aside = NULL;

  g_object_get (self->session, "size", &size, NULL);
  bytes = g_format_size (size);
  /* Translators: %s is a size on the disk */
  aside = size > 0 ? g_strdup_printf (_ ("session %s"), bytes) : NULL;
  tl_status_line_set_aside (self->status, aside);
}

static void
connect_session (TlWindow *self)
{
  const struct
  {
    const char *signal;
    GCallback callback;
  } signals[] = {
    { "notify::access", G_CALLBACK (access_changed) },
    { "notify::damage", G_CALLBACK (say_damage) },
    { "notify::is-saved", G_CALLBACK (tl_window_queue_leave) },
    { "notify::path", G_CALLBACK (path_changed) },
    { "notify::problem", G_CALLBACK (tl_window_problem_changed) },
    { "notify::size", G_CALLBACK (size_changed) },
    { "notify::title", G_CALLBACK (title_changed) },
    { "budget-exceeded", G_CALLBACK (budget_exceeded) },
    { "room-changed", G_CALLBACK (tl_window_room_changed) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->session, signals[i].signal, signals[i].callback, self,
                             G_CONNECT_SWAPPED);
  title_changed (self);
  size_changed (self);
}

void
tl_window_use_session (TlWindow *self, TlSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  connect_session (self);
  if (tl_session_get_path (session) != NULL)
    path_changed (self);
  offer_interrupted (self);
  say_access (self);
  say_damage (self);
}

typedef struct
{
  TlWindow *window;
  char *path;
  gboolean was_fresh;
} Opening;

/* A run that was begun in a fresh window meanwhile keeps it: then a session has another one. */
static TlWindow *
find_place (TlWindow *self, gboolean was_fresh)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (!was_fresh || tl_window_is_fresh (self) || application == NULL)
    return self;
  g_action_group_activate_action (G_ACTION_GROUP (application), "new-session", NULL);
  return TL_WINDOW (gtk_application_get_windows (application)->data);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Opening *opening = user_data;
  g_autoptr (TlWindow) self = opening->window;
  g_autofree char *path = opening->path;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlSession) session = tl_session_open_finish (result, &error);
  gint64 shown = self->shown_when_opened;
  TlWindow *place;
  guint i;

  if (g_ptr_array_find_with_equal_func (self->opening, path, g_str_equal, &i))
    g_ptr_array_remove_index (self->opening, i);
  self->shown_when_opened = 0;
  if (self->pictures == NULL)
    return;
  if (session == NULL)
    {
      tl_window_show_error (self, error->message);
      return;
    }
  place = find_place (self, opening->was_fresh);
  tl_window_set_session (place, session);
  if (shown > 0)
    tl_window_show_run (place, shown);
}

static void
open_async (TlWindow *self, const char *path)
{
  Opening *opening = g_new (Opening, 1);

  *opening = (Opening){ g_object_ref (self), g_strdup (path), tl_window_is_fresh (self) };
  g_ptr_array_add (self->opening, g_strdup (path));
  tl_session_open_async (path, NULL, opened_cb, opening);
}

static gboolean
is_named_session (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *lower = name != NULL ? g_ascii_strdown (name, -1) : NULL;

  return lower != NULL && g_str_has_suffix (lower, TL_SESSION_SUFFIX);
}

/* By its name, since of a damaged one it has to be said why it cannot be opened; else by what is in
 * it. */
gboolean
tl_window_is_session (GFile *file)
{
  const char *path = g_file_peek_path (file);

  return is_named_session (file) || (path != NULL && tl_database_recognise (path));
}

void
tl_window_open (TlWindow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);

  if (!tl_window_is_session (file))
    tl_pictures_open (self->pictures, file);
  else if (path == NULL)
    tl_window_show_error (self, _ ("A session must be a file on this computer."));
  else
    open_async (self, path);
}

/* The application knows which window a session belongs to. */
static void
open_anywhere (TlWindow *self, GFile *file)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (application != NULL)
    g_application_open (G_APPLICATION (application), &file, 1, "");
  else
    tl_window_open (self, file);
}

/* --- Dialogs --------------------------------------------------------------------------------- */

static GtkFileChooserNative *
make_chooser (TlWindow *self, const char *title, GtkFileChooserAction action)
{
  GtkFileChooserNative *chooser =
    gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, NULL, NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Tiller sessions"));
  gtk_file_filter_add_pattern (filter, "*" TL_SESSION_SUFFIX);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  return chooser;
}

static void
open_chosen_cb (GtkNativeDialog *chooser, gint response, TlWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    open_anywhere (self, file);
  g_object_unref (chooser);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkFileChooserNative *chooser =
    make_chooser (TL_WINDOW (widget), _ ("Open a Session"), GTK_FILE_CHOOSER_ACTION_OPEN);
  g_autofree char *folder = tl_session_dup_default_folder ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  /* A folder that is not there yet only means that the dialog opens elsewhere. */
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (chooser), file, NULL);
  g_signal_connect_object (chooser, "response", G_CALLBACK (open_chosen_cb), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
open_uri_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  open_anywhere (TL_WINDOW (widget), file);
}

void
tl_window_say_failed (TlWindow *self, const char *message)
{
  if (self->is_leaving)
    tl_window_stay (self);
  tl_window_show_error (self, message);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!tl_session_copy_finish (TL_SESSION (source), result, &error))
    tl_window_say_failed (self, error->message);
  else
    tl_window_say (self, _ ("A copy with everything in it was saved."));
  tl_window_release (self);
}

static void
ask_to_replace (TlWindow *self, const char *path)
{
  g_autofree char *base = g_filename_display_basename (path);
  /* Translators: %s is the name of a file */
  g_autofree char *message = g_strdup_printf (_ ("“%s” is there already."), base);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new_string (uri));
  g_autofree char *replace = g_action_print_detailed_name ("win.copy-to", target);
  const TlBarButton buttons[] = { { _ ("Replace It"), replace },
                                  { _ ("Another Name"), "win.save-copy" },
                                  { NULL, NULL } };

  tl_bar_show (self->bar, TL_BAR_QUESTION, message, buttons);
}

/* A URI, by which whoever chose it has agreed to replace what has that name, and no other. */
static void
copy_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));
  g_autofree char *chosen = g_file_get_path (file);
  g_autofree char *longer = chosen != NULL ? g_strconcat (chosen, TL_SESSION_SUFFIX, NULL) : NULL;
  gboolean is_whole = is_named_session (file);

  if (chosen == NULL)
    tl_window_show_error (self, _ ("A session must be a file on this computer."));
  else if (!is_whole && g_file_test (longer, G_FILE_TEST_EXISTS))
    ask_to_replace (self, longer);
  else
    {
      tl_window_hold (self);
      tl_session_copy_async (self->session, is_whole ? chosen : longer, NULL, copied_cb,
                             g_object_ref (self));
    }
}

static void
copy_chosen_cb (GtkNativeDialog *chooser, gint response, TlWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  g_autofree char *uri = file != NULL ? g_file_get_uri (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && uri != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.copy-to", "s", uri);
  g_object_unref (chooser);
}

static void
save_copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  GtkFileChooserNative *chooser =
    make_chooser (self, _ ("Save a Copy of the Session"), GTK_FILE_CHOOSER_ACTION_SAVE);
  g_autofree char *path = tl_title_make_path ("", tl_session_get_title (self->session), 1);
  g_autofree char *base = g_path_get_basename (path);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), base);
  g_signal_connect_object (chooser, "response", G_CALLBACK (copy_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* Who has left does not want to see it. */
static void
show_duplicate (TlWindow *self, TlSession *copy)
{
  g_autoptr (GFile) file = g_file_new_for_path (tl_session_get_path (copy));

  /* It is whole; whoever opens it next says if it cannot be read. */
  tl_session_close (copy, NULL);
  if (gtk_window_get_application (GTK_WINDOW (self)) == NULL)
    tl_window_say (self, _ ("A copy with everything in it was saved."));
  else if (!self->is_leaving)
    open_anywhere (self, file);
}

static void
duplicated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlSession) copy = tl_session_duplicate_finish (TL_SESSION (source), result, &error);

  if (copy == NULL)
    tl_window_say_failed (self, error->message);
  else
    show_duplicate (self, copy);
  tl_window_release (self);
}

static void
duplicate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_window_hold (TL_WINDOW (widget));
  tl_session_duplicate_async (TL_WINDOW (widget)->session, NULL, duplicated_cb,
                              g_object_ref (widget));
}

static void
open_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  tl_pictures_show_file (self->pictures, tl_session_get_path (self->session));
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_session_button_rename (TL_WINDOW (widget)->session_button);
}

/* --- After a crash, a full disk, another window ---------------------------------------------- */

static void
continue_interrupted_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) runs = tl_session_dup_interrupted (self->session);

  for (guint i = 0; i < runs->len; i++)
    tl_work_continue (self->work, g_ptr_array_index (runs, i));
}

static void
look_first_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_session_forget_interrupted (TL_WINDOW (widget)->session);
}

static void
take_over_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_session_take_over (TL_WINDOW (widget)->session);
}

void
tl_window_install_session_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.continue-interrupted", NULL,
                                   continue_interrupted_action);
  gtk_widget_class_install_action (class, "win.copy-to", "s", copy_to_action);
  gtk_widget_class_install_action (class, "win.duplicate", NULL, duplicate_action);
  gtk_widget_class_install_action (class, "win.look-first", NULL, look_first_action);
  gtk_widget_class_install_action (class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (class, "win.open-folder", NULL, open_folder_action);
  gtk_widget_class_install_action (class, "win.open-uri", "s", open_uri_action);
  gtk_widget_class_install_action (class, "win.rename", NULL, rename_action);
  gtk_widget_class_install_action (class, "win.save-copy", NULL, save_copy_action);
  gtk_widget_class_install_action (class, "win.take-over", NULL, take_over_action);
  gtk_widget_class_install_action (class, "win.thin", NULL, thin_action);
}
