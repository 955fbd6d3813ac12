/* application.c - the program with windows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/application.h"
#include "config.h"

#include "app/appearance.h"
#include "app/preferences.h"
#include "app/signals.h"
#include "core/session/abandoned.h"
#include "ui/init.h"
#include "ui/window.h"

#include <glib/gi18n.h>

/* More windows than this at once help nobody; the others are under Open Recent. */
#define MAX_ABANDONED 4

struct _TlApplication
{
  GtkApplication parent_instance;

  TlModelSource source;
  GSettings *preferences; /* (nullable) */
  TlAppearance *appearance;
  TlBackend *backend;    /* in force */
  GCancellable *loading; /* (nullable): of the models that are on their way */
  gboolean loads_files;  /* and they are not the starter's */
  guint first_load;      /* source */
  TlJudges *judges;
  char *judge, *judge_vocab; /* (nullable): chosen */
  GCancellable *summoning;   /* (nullable): of the judge that is on its way */
  guint inhibited;           /* cookie */
};

G_DEFINE_FINAL_TYPE (TlApplication, tl_application, GTK_TYPE_APPLICATION)

/* --- Models --------------------------------------------------------------------------------- */

static void
give_backend (TlApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *l = windows; l != NULL; l = l->next)
    if (TL_IS_WINDOW (l->data))
      tl_window_set_backend (l->data, self->backend, self->loading != NULL);
}

static void
show_error (TlApplication *self, const char *message)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window != NULL && TL_IS_WINDOW (window))
    tl_window_show_error (TL_WINDOW (window), message);
}

static void
prefer_frame_rate (TlEngine *engine, const char *key, GSettings *preferences)
{
  tl_engine_set_frame_rate (engine, g_settings_get_uint (preferences, "frame-rate"));
}

static void
prefer_checkpoints (TlEngine *engine, const char *key, GSettings *preferences)
{
  tl_engine_set_checkpoint_every (engine, g_settings_get_uint (preferences, "checkpoint-every"));
}

/* An engine obeys what is preferred, now and when that changes, also while others are loaded; a
 * window whose disk has little room asks for less. */
static void
obey (TlEngine *engine, GSettings *preferences)
{
  prefer_frame_rate (engine, NULL, preferences);
  prefer_checkpoints (engine, NULL, preferences);
  g_signal_connect_object (preferences, "changed::frame-rate", G_CALLBACK (prefer_frame_rate),
                           engine, G_CONNECT_SWAPPED);
  g_signal_connect_object (preferences, "changed::checkpoint-every",
                           G_CALLBACK (prefer_checkpoints), engine, G_CONNECT_SWAPPED);
}

/* The next start of the program begins with the same models. */
static void
keep_files (TlApplication *self)
{
  const TlModelFiles *files = &tl_backend_get_values (self->backend)->files;

  if (self->preferences == NULL)
    return;
  g_settings_set_string (self->preferences, "vqgan", files->vqgan != NULL ? files->vqgan : "");
  g_settings_set_string (self->preferences, "clip", files->clip != NULL ? files->clip : "");
  g_settings_set_string (self->preferences, "vocabulary", files->vocab != NULL ? files->vocab : "");
}

static const char *
null_if_empty (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

/* --- The judge ------------------------------------------------------------------------------- */

/* The starter's judge, and files that do not steer. */
static void
list_judges (TlApplication *self, char **found)
{
  const char *steering = tl_backend_get_values (self->backend)->files.clip;
  g_autoptr (GPtrArray) clips = g_ptr_array_new ();

  g_ptr_array_add (clips, (gpointer) TL_JUDGE_STARTER);
  for (guint i = 0; found != NULL && found[i] != NULL; i++)
    if (g_strcmp0 (found[i], steering) != 0)
      g_ptr_array_add (clips, found[i]);
  g_ptr_array_add (clips, NULL);
  tl_judges_set_clips (self->judges, (const char *const *) clips->pdata);
}

static void
choose_judge (TlApplication *self, const char *clip, const char *vocab)
{
  char *clip_copy = g_strdup (clip);
  char *vocab_copy = g_strdup (vocab);

  g_free (self->judge);
  g_free (self->judge_vocab);
  self->judge = clip_copy;
  self->judge_vocab = vocab_copy;
  if (self->preferences == NULL)
    return;
  g_settings_set_string (self->preferences, "judge", clip != NULL ? clip : "");
  g_settings_set_string (self->preferences, "judge-vocabulary", vocab != NULL ? vocab : "");
}

static void
judge_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlApplication) self = user_data;
  g_auto (GStrv) clips = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = tl_judge_load_finish (result, &clips, &error);

  /* A later choice has overtaken this one. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->summoning);
  list_judges (self, clips);
  if (error != NULL)
    {
      choose_judge (self, NULL, NULL);
      tl_engine_set_scorer (tl_backend_get_engine (self->backend), NULL);
    }
  tl_judges_set (self->judges, self->judge, key, FALSE);
  if (error != NULL)
    show_error (self, error->message);
}

/* With each choice of models, whose engine has no judge yet, and of a judge. */
static void
summon_judge (TlApplication *self)
{
  if (self->summoning != NULL)
    g_cancellable_cancel (self->summoning);
  g_clear_object (&self->summoning);
  if (self->backend == NULL)
    return;
  self->summoning = g_cancellable_new ();
  tl_judges_set (self->judges, self->judge, NULL, self->judge != NULL);
  tl_judge_load_async (&self->source, self->judge, self->judge_vocab, self->backend,
                       self->summoning, judge_loaded_cb, g_object_ref (self));
}

static void
use_judge_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *clip, *vocab;

  g_variant_get (parameter, "(&s&s)", &clip, &vocab);
  choose_judge (user_data, null_if_empty (clip), null_if_empty (vocab));
  summon_judge (user_data);
}

static void
remember_judge (TlApplication *self)
{
  g_autofree char *clip = NULL;
  g_autofree char *vocab = NULL;

  if (self->preferences == NULL)
    return;
  clip = g_settings_get_string (self->preferences, "judge");
  vocab = g_settings_get_string (self->preferences, "judge-vocabulary");
  self->judge = g_strdup (null_if_empty (clip));
  self->judge_vocab = g_strdup (null_if_empty (vocab));
}

/* --- Loading --------------------------------------------------------------------------------- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlBackend) backend = tl_backend_load_finish (result, &error);

  /* A later choice has overtaken this one. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->loading);
  if (backend != NULL)
    {
      /* Whoever judged there holds memory, and is asked nothing more. */
      if (self->backend != NULL)
        tl_engine_set_scorer (tl_backend_get_engine (self->backend), NULL);
      g_set_object (&self->backend, backend);
      keep_files (self);
      if (self->preferences != NULL)
        obey (tl_backend_get_engine (backend), self->preferences);
    }
  give_backend (self);
  if (backend != NULL)
    {
      summon_judge (self);
      return;
    }

  show_error (self, error->message);
  /* The files of last time may be gone; the starter is always there. */
  if (self->backend == NULL && self->loads_files)
    g_action_group_activate_action (G_ACTION_GROUP (self), "use-models",
                                    g_variant_new ("(sss)", "", "", ""));
}

static void
load_models (TlApplication *self, const TlModelFiles *files)
{
  g_clear_handle_id (&self->first_load, g_source_remove);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  self->loads_files = files->vqgan != NULL || files->clip != NULL;
  give_backend (self);
  tl_backend_load_async (self->source.load, files, self->loading, loaded_cb, g_object_ref (self));
}

static void
use_models_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TlModelFiles files;

  g_variant_get (parameter, "(&s&s&s)", &files.vqgan, &files.clip, &files.vocab);
  files.vqgan = null_if_empty (files.vqgan);
  files.clip = null_if_empty (files.clip);
  files.vocab = null_if_empty (files.vocab);
  load_models (user_data, &files);
}

static void
load_first_models (TlApplication *self)
{
  g_autofree char *vqgan = NULL;
  g_autofree char *clip = NULL;
  g_autofree char *vocab = NULL;

  if (self->preferences != NULL)
    {
      vqgan = g_settings_get_string (self->preferences, "vqgan");
      clip = g_settings_get_string (self->preferences, "clip");
      vocab = g_settings_get_string (self->preferences, "vocabulary");
    }
  load_models (
    self, &(TlModelFiles){ null_if_empty (vqgan), null_if_empty (clip), null_if_empty (vocab) });
}

static gboolean
load_first_models_cb (gpointer user_data)
{
  TlApplication *self = user_data;

  self->first_load = 0;
  load_first_models (self);
  return G_SOURCE_REMOVE;
}

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
    { "use-judge", use_judge_action, "(ss)" },
    { "use-models", use_models_action, "(sss)" },
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
  self->judges = tl_judges_new ();
  remember_judge (self);
  /* When nothing else is left to do: what loading waits for, the linker's lock and the disk, the
   * window would wait for too. */
  self->loading = g_cancellable_new ();
  self->first_load = g_idle_add_full (G_PRIORITY_LOW, load_first_models_cb, self, NULL);
  tl_signals_watch (application);
}

static void
tl_application_shutdown (GApplication *application)
{
  TlApplication *self = TL_APPLICATION (application);

  g_clear_handle_id (&self->first_load, g_source_remove);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  if (self->summoning != NULL)
    g_cancellable_cancel (self->summoning);
  g_clear_object (&self->summoning);
  g_clear_object (&self->judges);
  g_clear_pointer (&self->judge, g_free);
  g_clear_pointer (&self->judge_vocab, g_free);
  g_clear_object (&self->backend);
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
