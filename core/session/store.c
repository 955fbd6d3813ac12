/* store.c - the thread that writes a session file, as the main thread sees it
 *
 * Properties are what the thread said last (store-worker.h), but for n-pending, which counts from
 * the moment that a fact is handed over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/store.h"

#include "core/base/error.h"
#include "core/session/store-worker.h"

struct _TlStore
{
  GObject parent_instance;

  TlStoreWorker *worker; /* NULL after closing */
  TlStoreStatus *status;
  guint n_queued; /* writes, ever */
  gboolean was_writable;
};

enum
{
  PROP_PROBLEM = 1,
  PROP_DAMAGE,
  PROP_ACCESS,
  PROP_N_PENDING,
  PROP_SAVED_AT,
  PROP_SIZE,
  PROP_ROOM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TlStore, tl_store, G_TYPE_OBJECT)

static void
notify_if (TlStore *self, gboolean is_new, guint property)
{
  if (is_new)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* Takes @status. */
static void
apply_status (gpointer data, TlStoreStatus *status)
{
  TlStore *self = data;
  g_autoptr (TlStoreStatus) last = self->status;

  self->status = status;
  self->was_writable |= status->access == TL_ACCESS_WRITE;
  g_object_freeze_notify (G_OBJECT (self));
  notify_if (self, g_strcmp0 (last->problem, status->problem) != 0, PROP_PROBLEM);
  notify_if (self, g_strcmp0 (last->damage, status->damage) != 0, PROP_DAMAGE);
  notify_if (self, last->access != status->access, PROP_ACCESS);
  notify_if (self, last->n_finished != status->n_finished, PROP_N_PENDING);
  notify_if (self, last->saved_at != status->saved_at, PROP_SAVED_AT);
  notify_if (self, last->size != status->size, PROP_SIZE);
  notify_if (self, last->room != status->room, PROP_ROOM);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
tl_store_dispose (GObject *object)
{
  tl_store_close (TL_STORE (object), NULL); /* nobody is left to be told */

  G_OBJECT_CLASS (tl_store_parent_class)->dispose (object);
}

static void
tl_store_finalize (GObject *object)
{
  TlStore *self = TL_STORE (object);

  g_clear_pointer (&self->status, tl_store_status_free);

  G_OBJECT_CLASS (tl_store_parent_class)->finalize (object);
}

static void
tl_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlStore *self = TL_STORE (object);

  switch (id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->status->problem);
      break;
    case PROP_DAMAGE:
      g_value_set_string (value, self->status->damage);
      break;
    case PROP_ACCESS:
      g_value_set_int (value, (int) self->status->access);
      break;
    case PROP_N_PENDING:
      g_value_set_uint (value, tl_store_get_n_pending (self));
      break;
    case PROP_SAVED_AT:
      g_value_set_int64 (value, self->status->saved_at);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->status->size);
      break;
    case PROP_ROOM:
      g_value_set_uint64 (value, self->status->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_store_class_init (TlStoreClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tl_store_dispose;
  object_class->finalize = tl_store_finalize;
  object_class->get_property = tl_store_get_property;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_DAMAGE] = g_param_spec_string ("damage", NULL, NULL, NULL, flags);
  properties[PROP_ACCESS] =
    g_param_spec_int ("access", NULL, NULL, TL_ACCESS_WRITE, TL_ACCESS_TAKEN, 0, flags);
  properties[PROP_N_PENDING] = g_param_spec_uint ("n-pending", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SAVED_AT] = g_param_spec_int64 ("saved-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_ROOM] = g_param_spec_uint64 ("room", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tl_store_init (TlStore *self)
{
}

TlStore *
tl_store_new (TlDatabase *database)
{
  TlStore *self;

  g_return_val_if_fail (database != NULL, NULL);

  self = g_object_new (TL_TYPE_STORE, NULL);
  self->status = g_new0 (TlStoreStatus, 1);
  self->status->path = g_strdup (tl_database_get_path (database));
  self->status->damage = g_strdup (tl_database_get_damage (database));
  self->status->access = tl_database_get_access (database);
  self->was_writable = self->status->access == TL_ACCESS_WRITE;
  self->status->size = tl_database_get_size (database);
  self->status->room = G_MAXUINT64; /* until the first fact is written */
  self->worker = tl_store_worker_new (database, apply_status, self);
  return self;
}

gboolean
tl_store_close (TlStore *self, GError **error)
{
  if (self->worker == NULL)
    return TRUE;

  g_object_ref (self);
  apply_status (self, tl_store_worker_free (g_steal_pointer (&self->worker)));
  g_object_unref (self);
  if (tl_store_get_n_pending (self) == 0)
    return TRUE;
  return tl_error_set (error, TL_ERROR_MISSING, "%s", self->status->problem);
}

void
tl_store_write_newest (TlStore *self, TlWriteFunc func, gpointer data, GDestroyNotify free_data,
                       gint64 progress_of)
{
  g_return_if_fail (self->worker != NULL);

  self->n_queued++;
  tl_store_worker_write (self->worker, func, data, free_data, progress_of);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PENDING]);
}

void
tl_store_write (TlStore *self, TlWriteFunc func, gpointer data, GDestroyNotify free_data)
{
  tl_store_write_newest (self, func, data, free_data, 0);
}

void
tl_store_read_async (TlStore *self, TlReadFunc func, gpointer data, GDestroyNotify free_data,
                     GDestroyNotify free_result, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (self->worker != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tl_store_read_async);
  tl_store_worker_read (self->worker, task, func, data, free_data, free_result);
}

gpointer
tl_store_read_finish (TlStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
copy_async (TlStore *self, const char *path, gboolean may_move, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tl_store_copy_async);
  tl_store_worker_copy (self->worker, task, path, may_move);
}

void
tl_store_copy_async (TlStore *self, const char *path, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (self->worker != NULL && path != NULL);

  copy_async (self, path, TRUE, cancellable, callback, user_data);
}

void
tl_store_duplicate_async (TlStore *self, const char *path, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (self->worker != NULL && path != NULL);

  copy_async (self, path, FALSE, cancellable, callback, user_data);
}

gboolean
tl_store_copy_finish (TlStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_pointer (G_TASK (result), error) != NULL;
}

void
tl_store_retry (TlStore *self)
{
  g_return_if_fail (self->worker != NULL);

  tl_store_worker_retry (self->worker);
}

void
tl_store_take_over (TlStore *self)
{
  g_return_if_fail (self->worker != NULL);

  tl_store_worker_take_over (self->worker);
}

const char *
tl_store_get_path (TlStore *self)
{
  return self->status->path;
}

const char *
tl_store_get_problem (TlStore *self)
{
  return self->status->problem;
}

const char *
tl_store_get_damage (TlStore *self)
{
  return self->status->damage;
}

TlAccess
tl_store_get_access (TlStore *self)
{
  return self->status->access;
}

gboolean
tl_store_was_writable (TlStore *self)
{
  return self->was_writable;
}

guint
tl_store_get_n_pending (TlStore *self)
{
  return self->n_queued - self->status->n_finished;
}

gint64
tl_store_get_saved_at (TlStore *self)
{
  return self->status->saved_at;
}

guint64
tl_store_get_size (TlStore *self)
{
  return self->status->size;
}

guint64
tl_store_get_room (TlStore *self)
{
  return self->status->room;
}
