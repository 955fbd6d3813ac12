/* application-models.c - the models and the judge that the windows work with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/application-private.h"
#include "config.h"

#include "core/base/error.h"
#include "ui/window.h"

#include <glib/gi18n.h>

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

  if (self->preferences == NULL || !self->are_chosen)
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
set_judge (TlApplication *self, const char *clip, const char *vocab, gboolean is_chosen)
{
  char *clip_copy = g_strdup (clip);
  char *vocab_copy = g_strdup (vocab);

  g_free (self->judge);
  g_free (self->judge_vocab);
  self->judge = clip_copy;
  self->judge_vocab = vocab_copy;
  self->judge_is_chosen = is_chosen;
}

/* The next start of the program begins with the same one. */
static void
keep_judge (TlApplication *self)
{
  if (self->preferences == NULL)
    return;
  g_settings_set_string (self->preferences, "judge", self->judge != NULL ? self->judge : "");
  g_settings_set_string (self->preferences, "judge-vocabulary",
                         self->judge_vocab != NULL ? self->judge_vocab : "");
}

/* With a drive that is plugged in again it is there the next time, so it stays remembered. */
static void
do_without_judge (TlApplication *self, const GError *reason)
{
  gboolean is_told = self->missed != NULL && !self->judge_is_chosen;

  set_judge (self, NULL, NULL, FALSE);
  if (!is_told && !g_error_matches (reason, TL_ERROR, TL_ERROR_MISSING))
    keep_judge (self);
  tl_engine_set_scorer (tl_backend_get_engine (self->backend), NULL);
  tl_judges_set (self->judges, NULL, NULL, FALSE);
  /* The models of the same drive have been told of. */
  if (!is_told)
    show_error (self, reason->message);
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
      do_without_judge (self, error);
      return;
    }
  tl_judges_set (self->judges, self->judge, key, FALSE);
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

void
tl_application_use_judge (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *clip, *vocab;

  g_variant_get (parameter, "(&s&s)", &clip, &vocab);
  set_judge (user_data, null_if_empty (clip), null_if_empty (vocab), TRUE);
  keep_judge (user_data);
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

/* Loads the starter in its turn where these are not there. */
static void loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
load_models (TlApplication *self, const TlModelFiles *files, gboolean are_chosen)
{
  g_clear_handle_id (&self->first_load, g_source_remove);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  self->loads_files = files->vqgan != NULL || files->clip != NULL;
  self->are_chosen = are_chosen;
  give_backend (self);
  tl_backend_load_async (self->source.load, files, self->loading, loaded_cb, g_object_ref (self));
}

static void
stand_in (TlApplication *self, const char *reason)
{
  g_free (self->missed);
  self->missed = g_strdup_printf (_ ("%s; the starter stands in for now."), reason);
  load_models (self, &(TlModelFiles){ NULL }, FALSE);
}

static void
use_backend (TlApplication *self, TlBackend *backend)
{
  /* Whoever judged there holds memory, and is asked nothing more. */
  if (self->backend != NULL)
    tl_engine_set_scorer (tl_backend_get_engine (self->backend), NULL);
  g_set_object (&self->backend, backend);
  keep_files (self);
  if (self->preferences != NULL)
    obey (tl_backend_get_engine (backend), self->preferences);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlBackend) backend = tl_backend_load_finish (result, &error);

  /* A later choice has overtaken this one. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* The drive that the models are on may not be plugged in; the starter is always there. What waits
   * for models waits for it. */
  if (backend == NULL && self->backend == NULL && self->loads_files)
    {
      stand_in (self, error->message);
      return;
    }

  g_clear_object (&self->loading);
  if (backend != NULL)
    use_backend (self, backend);
  give_backend (self);
  if (backend != NULL)
    summon_judge (self);
  /* Last: what waited clears the bar when it goes on. */
  if (error != NULL)
    show_error (self, error->message);
  else if (self->missed != NULL)
    show_error (self, self->missed);
}

void
tl_application_use_models (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TlApplication *self = user_data;
  TlModelFiles files;

  g_variant_get (parameter, "(&s&s&s)", &files.vqgan, &files.clip, &files.vocab);
  files.vqgan = null_if_empty (files.vqgan);
  files.clip = null_if_empty (files.clip);
  files.vocab = null_if_empty (files.vocab);
  g_clear_pointer (&self->missed, g_free);
  load_models (self, &files, TRUE);
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
    self, &(TlModelFiles){ null_if_empty (vqgan), null_if_empty (clip), null_if_empty (vocab) },
    FALSE);
}

static gboolean
load_first_models_cb (gpointer user_data)
{
  TlApplication *self = user_data;

  self->first_load = 0;
  load_first_models (self);
  return G_SOURCE_REMOVE;
}

/* --- With the program ------------------------------------------------------------------------ */

void
tl_application_begin_loading (TlApplication *self)
{
  self->judges = tl_judges_new ();
  remember_judge (self);
  /* When nothing else is left to do: what loading waits for, the linker's lock and the disk, the
   * window would wait for too. */
  self->loading = g_cancellable_new ();
  self->first_load = g_idle_add_full (G_PRIORITY_LOW, load_first_models_cb, self, NULL);
}

void
tl_application_end_loading (TlApplication *self)
{
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
  g_clear_pointer (&self->missed, g_free);
  g_clear_object (&self->backend);
}
