/* session.c - one piece of work, as an object: its lists and properties
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/session/session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  INTERRUPTED_CHANGED,
  BUDGET_EXCEEDED,
  ROOM_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[TL_SESSION_N_PROPS];
static guint signals[N_SIGNALS];

/* --- the list of roots ------------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return TL_TYPE_RUN;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (TL_SESSION (model)->roots));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (TL_SESSION (model)->roots), position);
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TlSession, tl_session, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
on_roots_changed_cb (GListModel *roots, guint position, guint n_removed, guint n_added,
                     TlSession *self)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

/* --- telling ---------------------------------------------------------------------------------- */

void
tl_session_notify (TlSession *self, TlSessionProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
tl_session_emit_interrupted_changed (TlSession *self)
{
  g_signal_emit (self, signals[INTERRUPTED_CHANGED], 0);
}

void
tl_session_emit_room_changed (TlSession *self)
{
  g_signal_emit (self, signals[ROOM_CHANGED], 0);
}

void
tl_session_emit_budget_exceeded (TlSession *self)
{
  g_signal_emit (self, signals[BUDGET_EXCEEDED], 0);
}

/* --- the store -------------------------------------------------------------------------------- */

static void
on_size_cb (TlStore *store, GParamSpec *pspec, TlSession *self)
{
  self->size = tl_store_get_size (store);
  tl_session_notify (self, TL_SESSION_PROP_SIZE);
  tl_session_check_budget (self);
}

static void
on_room_cb (TlStore *store, GParamSpec *pspec, TlSession *self)
{
  tl_session_check_room (self);
}

static void
on_saved_at_cb (TlStore *store, GParamSpec *pspec, TlSession *self)
{
  tl_session_notify (self, TL_SESSION_PROP_SAVED_AT);
}

static void
on_problem_cb (TlStore *store, GParamSpec *pspec, TlSession *self)
{
  tl_session_notify (self, TL_SESSION_PROP_PROBLEM);
}

static void
on_damage_cb (TlStore *store, GParamSpec *pspec, TlSession *self)
{
  tl_session_notify (self, TL_SESSION_PROP_DAMAGE);
}

static void
on_access_cb (TlStore *store, GParamSpec *pspec, TlSession *self)
{
  if (tl_store_get_access (store) == TL_ACCESS_WRITE && !self->is_closed)
    tl_session_reload (self);
  tl_session_notify (self, TL_SESSION_PROP_ACCESS);
}

static void
on_n_pending_cb (TlStore *store, GParamSpec *pspec, TlSession *self)
{
  if (tl_store_get_n_pending (store) > 0)
    return;
  tl_scribe_forget_unsaved (self);
  tl_session_notify (self, TL_SESSION_PROP_IS_SAVED);
}

/* A store that went on in a copy says so with the rest of its news. */
static void
on_news_cb (TlStore *store, GParamSpec *pspec, TlSession *self)
{
  if (strcmp (self->path, tl_store_get_path (store)) == 0)
    return;

  g_free (self->path);
  self->path = g_strdup (tl_store_get_path (store));
  tl_session_notify (self, TL_SESSION_PROP_PATH);
}

void
tl_session_take_database (TlSession *self, TlDatabase *database)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } news[] = {
    { "notify", G_CALLBACK (on_news_cb) },
    { "notify::size", G_CALLBACK (on_size_cb) },
    { "notify::room", G_CALLBACK (on_room_cb) },
    { "notify::saved-at", G_CALLBACK (on_saved_at_cb) },
    { "notify::problem", G_CALLBACK (on_problem_cb) },
    { "notify::damage", G_CALLBACK (on_damage_cb) },
    { "notify::access", G_CALLBACK (on_access_cb) },
    { "notify::n-pending", G_CALLBACK (on_n_pending_cb) },
  };

  self->store = tl_store_new (database);
  self->path = g_strdup (tl_store_get_path (self->store));
  self->size = tl_store_get_size (self->store);
  for (gsize i = 0; i < G_N_ELEMENTS (news); i++)
    g_signal_connect_object (self->store, news[i].signal, news[i].callback, self, 0);
}

/* --- the object ------------------------------------------------------------------------------- */

/* What was deleted leaves the file, children before their parents; but not a damaged one, where
 * nobody knows what hangs on what. */
static void
purge (TlSession *self)
{
  TlStore *store = tl_session_get_writer (self);

  if (store == NULL || tl_session_get_damage (self) != NULL)
    return;

  for (guint i = self->members->len; i > 0; i--)
    {
      const TlMember *member = self->members->pdata[i - 1];

      if (member->is_out)
        tl_store_remove_run (store, tl_run_get_origin (member->run)->id);
    }
}

/* The last facts. */
static void
wind_up (TlSession *self)
{
  tl_session_forget_interrupted (self);
  tl_scribe_flush (self);
  for (guint i = 0; i < self->members->len; i++)
    {
      TlMember *member = self->members->pdata[i];

      tl_scribe_ignore (member);
      tl_scribe_settle (member);
    }
  purge (self);
}

static void
tl_session_dispose (GObject *object)
{
  TlSession *self = TL_SESSION (object);

  if (!self->is_closed)
    wind_up (self);
  self->is_closed = TRUE;
  g_clear_object (&self->selected);
  g_list_store_remove_all (self->roots);
  g_list_store_remove_all (self->runs);
  g_list_store_remove_all (self->explorations);
  g_ptr_array_set_size (self->members, 0);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (tl_session_parent_class)->dispose (object);
}

static void
tl_session_finalize (GObject *object)
{
  TlSession *self = TL_SESSION (object);

  g_ptr_array_unref (self->members);
  g_ptr_array_unref (self->interrupted);
  g_object_unref (self->roots);
  g_object_unref (self->runs);
  g_object_unref (self->explorations);
  g_free (self->folder);
  g_free (self->title);
  g_free (self->path);

  G_OBJECT_CLASS (tl_session_parent_class)->finalize (object);
}

static void
tl_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlSession *self = TL_SESSION (object);

  switch (id)
    {
    case TL_SESSION_PROP_TITLE:
      g_value_set_string (value, tl_session_get_title (self));
      break;
    case TL_SESSION_PROP_PATH:
      g_value_set_string (value, tl_session_get_path (self));
      break;
    case TL_SESSION_PROP_ACCESS:
      g_value_set_int (value, tl_session_get_access (self));
      break;
    case TL_SESSION_PROP_PROBLEM:
      g_value_set_string (value, tl_session_get_problem (self));
      break;
    case TL_SESSION_PROP_SAVED_AT:
      g_value_set_int64 (value, self->store != NULL ? tl_store_get_saved_at (self->store) : 0);
      break;
    case TL_SESSION_PROP_SIZE:
      g_value_set_uint64 (value, self->size);
      break;
    case TL_SESSION_PROP_SELECTED:
      g_value_set_object (value, self->selected);
      break;
    case TL_SESSION_PROP_BUDGET:
      g_value_set_uint64 (value, self->budget);
      break;
    case TL_SESSION_PROP_IS_SAVED:
      g_value_set_boolean (value, tl_session_is_saved (self));
      break;
    case TL_SESSION_PROP_DAMAGE:
      g_value_set_string (value, tl_session_get_damage (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TlSession *self = TL_SESSION (object);

  switch (id)
    {
    case TL_SESSION_PROP_TITLE:
      tl_session_rename (self, g_value_get_string (value));
      break;
    case TL_SESSION_PROP_SELECTED:
      tl_session_set_selected (self, g_value_get_object (value));
      break;
    case TL_SESSION_PROP_BUDGET:
      tl_session_set_budget (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static guint
signal_new (const char *name)
{
  return g_signal_new (name, TL_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       0);
}

static void
tl_session_class_init (TlSessionClass *klass)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tl_session_dispose;
  object_class->finalize = tl_session_finalize;
  object_class->get_property = tl_session_get_property;
  object_class->set_property = tl_session_set_property;

  properties[TL_SESSION_PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, writable);
  properties[TL_SESSION_PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, readable);
  properties[TL_SESSION_PROP_ACCESS] = g_param_spec_int (
    "access", NULL, NULL, TL_ACCESS_WRITE, TL_ACCESS_TAKEN, TL_ACCESS_WRITE, readable);
  properties[TL_SESSION_PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, readable);
  properties[TL_SESSION_PROP_SAVED_AT] =
    g_param_spec_int64 ("saved-at", NULL, NULL, 0, G_MAXINT64, 0, readable);
  properties[TL_SESSION_PROP_SIZE] =
    g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, readable);
  properties[TL_SESSION_PROP_SELECTED] =
    g_param_spec_object ("selected", NULL, NULL, TL_TYPE_RUN, writable);
  properties[TL_SESSION_PROP_BUDGET] =
    g_param_spec_uint64 ("budget", NULL, NULL, 0, G_MAXUINT64, TL_BUDGET_DEFAULT, writable);
  properties[TL_SESSION_PROP_IS_SAVED] =
    g_param_spec_boolean ("is-saved", NULL, NULL, TRUE, readable);
  properties[TL_SESSION_PROP_DAMAGE] = g_param_spec_string ("damage", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, TL_SESSION_N_PROPS, properties);

  signals[INTERRUPTED_CHANGED] = signal_new ("interrupted-changed");
  signals[BUDGET_EXCEEDED] = signal_new ("budget-exceeded");
  signals[ROOM_CHANGED] = signal_new ("room-changed");
}

static void
tl_session_init (TlSession *self)
{
  static guint n_sessions;

  self->serial = ++n_sessions;
  self->budget = TL_BUDGET_DEFAULT;
  self->members = g_ptr_array_new_with_free_func (tl_member_free);
  self->interrupted = g_ptr_array_new ();
  self->roots = g_list_store_new (TL_TYPE_RUN);
  self->runs = g_list_store_new (TL_TYPE_RUN);
  self->explorations = g_list_store_new (TL_TYPE_EXPLORATION);
  g_signal_connect_object (self->roots, "items-changed", G_CALLBACK (on_roots_changed_cb), self, 0);
}

TlSession *
tl_session_new (const char *folder)
{
  TlSession *self;

  g_return_val_if_fail (folder != NULL, NULL);

  self = g_object_new (TL_TYPE_SESSION, NULL);
  self->folder = g_strdup (folder);
  return self;
}

gboolean
tl_session_close (TlSession *self, GError **error)
{
  g_return_val_if_fail (TL_IS_SESSION (self), FALSE);

  if (self->is_closed)
    return TRUE;

  wind_up (self);
  self->is_closed = TRUE;
  return self->store == NULL || tl_store_close (self->store, error);
}

char *
tl_session_dup_default_folder (void)
{
  return tl_path_user_data ("sessions");
}

gboolean
tl_session_check_writable (TlSession *self, GError **error)
{
  switch (tl_session_get_access (self))
    {
    case TL_ACCESS_READ:
      return tl_error_set (error, TL_ERROR_UNTRUSTED,
                           _ ("This session cannot be changed, because its file or folder cannot "
                              "be written; save a copy and go on there"));
    case TL_ACCESS_NEWER:
      return tl_error_set (error, TL_ERROR_UNTRUSTED,
                           _ ("Made by a newer Tiller; look, export, but not continue"));
    case TL_ACCESS_TAKEN:
      return tl_error_set (error, TL_ERROR_UNTRUSTED,
                           _ ("Another window or program has this session; take it over to change "
                              "it"));
    case TL_ACCESS_WRITE:
    default:
      return TRUE;
    }
}

TlRun *
tl_session_find_run (TlSession *self, gint64 id)
{
  TlMember *member = tl_session_find_member (self, id);

  return member != NULL && !member->is_out ? member->run : NULL;
}

GListModel *
tl_session_get_runs (TlSession *self)
{
  return G_LIST_MODEL (self->runs);
}

GListModel *
tl_session_get_explorations (TlSession *self)
{
  return G_LIST_MODEL (self->explorations);
}

GPtrArray *
tl_session_dup_interrupted (TlSession *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->interrupted->len; i++)
    if (!tl_session_get_member (self, self->interrupted->pdata[i])->is_out)
      g_ptr_array_add (copy, g_object_ref (self->interrupted->pdata[i]));
  return copy;
}

TlRun *
tl_session_get_selected (TlSession *self)
{
  return self->selected;
}

void
tl_session_set_selected (TlSession *self, TlRun *run)
{
  TlStore *store = tl_session_get_writer (self);
  g_autofree char *id = NULL;

  if (!g_set_object (&self->selected, run))
    return;

  if (run != NULL)
    id = g_strdup_printf ("%" G_GINT64_FORMAT, tl_run_get_origin (run)->id);
  if (store != NULL && !self->is_restoring)
    tl_store_set_meta (store, "selected", id);
  tl_session_notify (self, TL_SESSION_PROP_SELECTED);
}

const char *
tl_session_get_title (TlSession *self)
{
  return self->title != NULL ? self->title : _ ("Untitled");
}

const char *
tl_session_get_path (TlSession *self)
{
  return self->path;
}

const char *
tl_session_get_problem (TlSession *self)
{
  return self->store != NULL ? tl_store_get_problem (self->store) : NULL;
}

gboolean
tl_session_is_saved (TlSession *self)
{
  return self->store == NULL || tl_store_get_n_pending (self->store) == 0;
}

const char *
tl_session_get_damage (TlSession *self)
{
  return self->store != NULL ? tl_store_get_damage (self->store) : NULL;
}

TlAccess
tl_session_get_access (TlSession *self)
{
  return self->store != NULL ? tl_store_get_access (self->store) : TL_ACCESS_WRITE;
}
