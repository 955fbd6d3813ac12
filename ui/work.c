/* work.c - the runs of a session, on the engine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/work-private.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  PROP_ACTIVE = 1,
};

enum
{
  CHANGED,
  SAID,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TlWork, tl_work, G_TYPE_OBJECT)

static void
state_changed_cb (TlRun *run, GParamSpec *pspec, TlWork *self)
{
  g_signal_emit (self, signals[CHANGED], 0, run);
  g_object_notify (G_OBJECT (self), "active");
  tl_work_tidy (self);
}

static void
message_changed_cb (TlRun *run, GParamSpec *pspec, TlWork *self)
{
  if (tl_run_get_message (run) != NULL && tl_run_get_state (run) != TL_RUN_FAILED)
    g_signal_emit (self, signals[SAID], 0, run);
}

static void
fail (TlWork *self, const char *message)
{
  g_signal_emit (self, signals[FAILED], 0, message);
}

/* From here on the engine has it. */
static TlEngine *
adopt (TlWork *self, TlRun *run)
{
  self->n_asked++;
  g_hash_table_insert (self->backends, g_object_ref (run), g_object_ref (self->backend));
  g_signal_connect_object (run, "notify::state", G_CALLBACK (state_changed_cb), self, 0);
  g_signal_connect_object (run, "notify::message", G_CALLBACK (message_changed_cb), self, 0);
  return tl_backend_get_engine (self->backend);
}

static TlEngine *
find_engine (TlWork *self, TlRun *run)
{
  TlBackend *backend = g_hash_table_lookup (self->backends, run);

  return backend != NULL ? tl_backend_get_engine (backend) : NULL;
}

/* (nullable): to ask something of it */
static TlEngine *
ask_engine (TlWork *self, TlRun *run)
{
  self->n_asked++;
  return find_engine (self, run);
}

/* --- States that are read -------------------------------------------------------------------- */

typedef struct
{
  TlWork *work;
  TlRun *run;
} Loading;

static void
resume (TlWork *self, TlRun *run, GBytes *state, gboolean is_parents)
{
  TlEngine *engine = adopt (self, run);

  if (state != NULL)
    tl_engine_resume (engine, run, state, is_parents);
  else
    tl_engine_start (engine, run);
  if (tl_session_get_selected (self->session) == run)
    tl_engine_set_focus (engine, run);
}

/* The state where it stood cannot be read any more, or was not kept. */
static void
say_set_back (TlWork *self, TlRun *run, guint64 found)
{
  g_autofree char *title = tl_run_dup_title (run);
  g_autofree char *message = NULL;

  if (found >= tl_run_get_iteration (run))
    return;
  message = g_strdup_printf (_ ("Back to %lu: the state of “%s” at %lu is not there any more."),
                             (gulong) found, title, (gulong) tl_run_get_iteration (run));
  fail (self, message);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Loading *loading = user_data;
  g_autoptr (TlWork) self = loading->work;
  g_autoptr (TlRun) run = loading->run;
  g_autoptr (GError) error = NULL, problem = NULL;
  g_autoptr (GBytes) state = NULL;
  guint64 found = 0;
  gboolean is_parents = FALSE;

  g_free (loading);
  state = tl_session_load_state_finish (TL_SESSION (source), result, &found, &is_parents, &error);
  /* It was paused again meanwhile. */
  if (!g_hash_table_contains (self->pending, run)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (self->backend == NULL)
    fail (self, _ ("There is no model to run with; choose one under Model."));
  else if (state == NULL && !g_error_matches (error, TL_ERROR, TL_ERROR_MISSING))
    fail (self, error->message);
  /* They may be others since it was asked for. */
  else if (!tl_work_check_models (self, run, &problem))
    fail (self, problem->message);
  else
    {
      say_set_back (self, run, state != NULL ? found : 0);
      resume (self, run, state, is_parents);
    }
  g_hash_table_remove (self->pending, run);
  state_changed_cb (run, NULL, self);
}

static void
load (TlWork *self, TlRun *run)
{
  g_autoptr (GError) error = NULL;
  Loading *loading;

  if (self->backend == NULL && !self->is_loading)
    {
      fail (self, _ ("There is no model to run with; choose one under Model."));
      return;
    }
  if (!tl_work_check_models (self, run, &error))
    {
      fail (self, error->message);
      return;
    }
  g_hash_table_add (self->pending, g_object_ref (run));
  if (self->backend != NULL)
    {
      loading = g_new (Loading, 1);
      *loading = (Loading){ g_object_ref (self), g_object_ref (run) };
      tl_session_load_state_async (self->session, run, tl_run_get_iteration (run),
                                   self->cancellable, loaded_cb, loading);
    }
  g_object_notify (G_OBJECT (self), "active");
}

/* All that is pending when there was no backend waits for one. */
static void
load_waiting (TlWork *self)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer run;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, &run, NULL))
    g_ptr_array_add (runs, g_object_ref (run));
  g_hash_table_remove_all (self->pending);
  for (guint i = 0; i < runs->len; i++)
    load (self, g_ptr_array_index (runs, i));
  if (runs->len > 0)
    g_object_notify (G_OBJECT (self), "active");
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_work_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ACTIVE)
    g_value_set_boolean (value, tl_work_is_active (TL_WORK (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* What the engine forgets is no news for the session, which goes first. */
static void
tl_work_dispose (GObject *object)
{
  TlWork *self = TL_WORK (object);
  GHashTableIter iter;
  gpointer run, backend;

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->tidy_source, g_source_remove);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_hash_table_iter_init (&iter, self->backends);
  while (g_hash_table_iter_next (&iter, &run, &backend))
    {
      g_signal_handlers_disconnect_by_data (run, self);
      tl_engine_discard (tl_backend_get_engine (backend), run);
    }
  g_hash_table_remove_all (self->backends);
  g_hash_table_remove_all (self->pending);
  g_clear_object (&self->backend);

  G_OBJECT_CLASS (tl_work_parent_class)->dispose (object);
}

static void
tl_work_finalize (GObject *object)
{
  TlWork *self = TL_WORK (object);

  g_hash_table_unref (self->backends);
  g_hash_table_unref (self->pending);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (tl_work_parent_class)->finalize (object);
}

static void
tl_work_class_init (TlWorkClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = tl_work_get_property;
  object_class->dispose = tl_work_dispose;
  object_class->finalize = tl_work_finalize;
  g_object_class_install_property (
    object_class, PROP_ACTIVE,
    g_param_spec_boolean ("active", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  signals[CHANGED] = g_signal_new ("changed", TL_TYPE_WORK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, TL_TYPE_RUN);
  signals[SAID] = g_signal_new ("said", TL_TYPE_WORK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, TL_TYPE_RUN);
  signals[FAILED] = g_signal_new ("failed", TL_TYPE_WORK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tl_work_init (TlWork *self)
{
  self->backends = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->pending = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->cancellable = g_cancellable_new ();
}

/* --- Public ---------------------------------------------------------------------------------- */

TlWork *
tl_work_new (TlSession *session)
{
  TlWork *self = g_object_new (TL_TYPE_WORK, NULL);

  self->session = g_object_ref (session);
  self->access = tl_session_get_access (session);
  g_signal_connect_swapped (session, "notify::access", G_CALLBACK (tl_work_access_changed), self);
  return self;
}

void
tl_work_set_backend (TlWork *self, TlBackend *backend, gboolean is_loading)
{
  gboolean waited = self->backend == NULL;

  if (g_set_object (&self->backend, backend))
    {
      self->pixels_per_second = 0;
      tl_work_tidy (self);
    }
  self->is_loading = is_loading;
  if (waited && (backend != NULL || !is_loading))
    load_waiting (self);
}

TlBackend *
tl_work_get_backend (TlWork *self)
{
  return self->backend;
}

TlBackend *
tl_work_find_backend (TlWork *self, TlRun *run)
{
  return g_hash_table_lookup (self->backends, run);
}

const TlMaker *
tl_work_find_maker (TlRun *run)
{
  const TlMaker *maker = tl_run_get_maker (run);

  while (maker == NULL && tl_run_get_parent (run) != NULL
         && tl_run_get_origin (run)->continues_parent)
    {
      run = tl_run_get_parent (run);
      maker = tl_run_get_maker (run);
    }
  return maker;
}

/* Other models would make another picture of the state, or none. */
gboolean
tl_work_check_models (TlWork *self, TlRun *run, GError **error)
{
  const TlMaker *maker = tl_work_find_maker (run);
  g_autofree char *title = NULL;

  if (self->backend == NULL || tl_backend_has_models_of (self->backend, maker))
    return TRUE;
  title = tl_run_dup_title (run);
  return tl_error_set (error, TL_ERROR_MISSING,
                       _ ("“%s” was made with %s and %s; choose them under Model to go on."), title,
                       maker->vqgan.name, maker->clip.name);
}

void
tl_work_begin (TlWork *self, TlRun *run, TlRecipe *recipe)
{
  TlEngine *engine;

  g_return_if_fail (self->backend != NULL);

  engine = adopt (self, run);
  if (recipe != NULL)
    tl_engine_replay (engine, run, recipe);
  else
    tl_engine_start (engine, run);
}

void
tl_work_continue (TlWork *self, TlRun *run)
{
  TlEngine *engine = ask_engine (self, run);

  if (engine != NULL)
    tl_engine_continue (engine, run);
  else if (!g_hash_table_contains (self->pending, run))
    load (self, run);
}

void
tl_work_pause (TlWork *self, TlRun *run)
{
  TlEngine *engine = ask_engine (self, run);

  if (engine != NULL)
    tl_engine_pause (engine, run);
  else if (g_hash_table_remove (self->pending, run))
    state_changed_cb (run, NULL, self);
  /* It may be because it was rejected, or is deleted. */
  tl_work_tidy (self);
}

/* Also what is about to go on, which nobody can tell by its state. */
void
tl_work_pause_all (TlWork *self)
{
  gboolean was_pending = g_hash_table_size (self->pending) > 0;
  GHashTableIter iter;
  gpointer run, backend;

  g_hash_table_remove_all (self->pending);
  self->n_asked++;
  g_hash_table_iter_init (&iter, self->backends);
  while (g_hash_table_iter_next (&iter, &run, &backend))
    tl_engine_pause (tl_backend_get_engine (backend), run);
  /* Not without news: a notification within a notification makes it start again. */
  if (was_pending)
    g_object_notify (G_OBJECT (self), "active");
}

void
tl_work_stop (TlWork *self, TlRun *run)
{
  TlEngine *engine = ask_engine (self, run);

  if (engine != NULL)
    {
      tl_engine_stop (engine, run);
      return;
    }
  g_hash_table_remove (self->pending, run);
  tl_run_update (run, &(TlRunNews){ .state = TL_RUN_STOPPED,
                                    .iteration = tl_run_get_iteration (run),
                                    .loss = NAN,
                                    .similarity = NAN,
                                    .rate = NAN });
  state_changed_cb (run, NULL, self);
}

/* What the engine has not yet, it finds in the journal; a plan that grows is a reason to go on
 * there as well as here. */
void
tl_work_steer (TlWork *self, TlRun *run, TlSteer *steer, TlTurn turn)
{
  TlEngine *engine = ask_engine (self, run);
  const TlJournalEntry entry = { .iteration = tl_run_get_iteration (run),
                                 .steer = steer,
                                 .turn = turn };

  if (engine != NULL)
    {
      tl_engine_steer (engine, run, steer, turn);
      return;
    }
  tl_run_add_journal (run, &entry);
  if (tl_run_get_state (run) == TL_RUN_FINISHED
      && tl_run_get_iteration (run) < tl_run_get_n_iterations (run))
    tl_work_continue (self, run);
}

void
tl_work_set_focus (TlWork *self, TlRun *run)
{
  TlEngine *engine = run != NULL ? find_engine (self, run) : NULL;

  if (engine != NULL)
    tl_engine_set_focus (engine, run);
  else if (self->backend != NULL)
    tl_engine_set_focus (tl_backend_get_engine (self->backend), NULL);
}

void
tl_work_set_checkpoint_every (TlWork *self, guint n_iterations)
{
  GHashTableIter iter;
  gpointer run, backend;

  if (self->backend != NULL)
    tl_engine_set_checkpoint_every (tl_backend_get_engine (self->backend), n_iterations);
  /* Those of before, some of them more than once. */
  g_hash_table_iter_init (&iter, self->backends);
  while (g_hash_table_iter_next (&iter, &run, &backend))
    if (backend != self->backend)
      tl_engine_set_checkpoint_every (tl_backend_get_engine (backend), n_iterations);
}

gboolean
tl_work_is_active (TlWork *self)
{
  g_autoptr (GPtrArray) active = tl_work_dup_active (self);

  return active->len > 0 || g_hash_table_size (self->pending) > 0;
}

GPtrArray *
tl_work_dup_active (TlWork *self)
{
  GPtrArray *active = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer run;

  g_hash_table_iter_init (&iter, self->backends);
  while (g_hash_table_iter_next (&iter, &run, NULL))
    if (tl_run_is_active (run))
      g_ptr_array_add (active, g_object_ref (run));
  return active;
}

gdouble
tl_work_estimate (TlWork *self, guint64 n_pixels)
{
  return self->pixels_per_second > 0 ? n_pixels / self->pixels_per_second : 0;
}

void
tl_work_observe (TlWork *self, gdouble per_second, guint64 n_pixels)
{
  if (per_second > 0)
    self->pixels_per_second = per_second * n_pixels;
}
