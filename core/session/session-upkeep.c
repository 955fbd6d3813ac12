/* session-upkeep.c - the file of a session as a whole
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/session-private.h"
#include "core/session/title.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

/* Files of one title in one folder. */
#define MAX_NUMBER 100000
/* The window is told again when the file has grown by another such part of its budget. */
#define PARTS_OF_BUDGET 16

static gboolean
refuse_without_file (TlSession *self, GTask *task)
{
  if (self->store != NULL && !self->is_closed)
    return FALSE;

  g_task_return_new_error (task, TL_ERROR, TL_ERROR_MISSING, "%s",
                           _ ("There is nothing in this session yet"));
  return TRUE;
}

/* --- making it -------------------------------------------------------------------------------- */

static char *
make_path (TlSession *self, const char *title, guint *number)
{
  for (; *number < MAX_NUMBER; (*number)++)
    {
      char *path = tl_title_make_path (self->folder, title, *number);

      if (!g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        return path;
      g_free (path);
    }
  return NULL;
}

char *
tl_session_make_path (TlSession *self, const char *title)
{
  guint number = 1;

  return make_path (self, title, &number);
}

/* Another window may make a file of that name meanwhile; then the next number is tried. */
static TlDatabase *
create (TlSession *self, GError **error)
{
  guint number = 1;

  while (TRUE)
    {
      g_autofree char *path = make_path (self, self->title, &number);
      g_autoptr (GError) reason = NULL;
      TlDatabase *database;

      if (path == NULL)
        {
          tl_error_set (error, TL_ERROR_MISSING, _ ("Too many files have that name"));
          return NULL;
        }
      database = tl_database_open (path, TL_DATABASE_CREATE, &reason);
      if (database != NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
        {
          if (database == NULL)
            g_propagate_error (error, g_steal_pointer (&reason));
          return database;
        }
      number++;
    }
}

static gboolean
make_file (TlSession *self, GError **error)
{
  TlDatabase *database;

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    return tl_error_set (error, TL_ERROR_MISSING, "%s", g_strerror (errno));

  database = create (self, error);
  if (database == NULL)
    return FALSE;

  tl_session_take_database (self, database);
  tl_store_set_meta (self->store, "title", self->title);
  if (self->budget != TL_BUDGET_DEFAULT)
    tl_session_put_budget (self);
  tl_session_notify (self, TL_SESSION_PROP_PATH);
  tl_session_notify (self, TL_SESSION_PROP_SIZE);
  return TRUE;
}

gboolean
tl_session_ensure_file (TlSession *self, TlPrompt *prompt, GError **error)
{
  g_autofree char *folder = g_filename_display_name (self->folder);

  g_return_val_if_fail (!self->is_closed, FALSE);

  if (self->store != NULL)
    return tl_session_check_writable (self, error);

  if (self->title == NULL)
    {
      self->title = tl_title_from_prompt (prompt);
      tl_session_notify (self, TL_SESSION_PROP_TITLE);
    }
  if (make_file (self, error))
    return TRUE;
  g_prefix_error (error, _ ("Cannot make a session in “%s”: "), folder);
  return FALSE;
}

void
tl_session_rename (TlSession *self, const char *title)
{
  TlStore *store = tl_session_get_writer (self);

  g_return_if_fail (TL_IS_SESSION (self));
  g_return_if_fail (title != NULL);

  if (g_strcmp0 (self->title, title) == 0 || !tl_session_check_writable (self, NULL))
    return;

  g_free (self->title);
  self->title = g_strdup (title);
  if (store != NULL)
    tl_store_set_meta (store, "title", title);
  tl_session_notify (self, TL_SESSION_PROP_TITLE);
}

/* --- problems --------------------------------------------------------------------------------- */

void
tl_session_retry (TlSession *self)
{
  if (self->store != NULL && !self->is_closed)
    tl_store_retry (self->store);
}

void
tl_session_take_over (TlSession *self)
{
  if (self->store != NULL && !self->is_closed)
    tl_store_take_over (self->store);
}

/* --- copies ----------------------------------------------------------------------------------- */

static void
on_copied_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (tl_store_copy_finish (TL_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tl_session_copy_async (TlSession *self, const char *path, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tl_session_copy_async);
  if (refuse_without_file (self, task))
    return;

  tl_scribe_flush (self);
  tl_store_copy_async (self->store, path, cancellable, on_copied_cb, g_steal_pointer (&task));
}

gboolean
tl_session_copy_finish (TlSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_duplicate_opened_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  TlSession *self = g_task_get_source_object (task);
  g_autofree char *title = g_strdup_printf (_ ("%s (copy)"), tl_session_get_title (self));
  GError *error = NULL;
  TlSession *duplicate = tl_session_open_finish (result, &error);

  if (duplicate == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  tl_session_rename (duplicate, title);
  /* What goes on goes on in the original. */
  tl_session_forget_interrupted (duplicate);
  g_task_return_pointer (task, duplicate, g_object_unref);
}

static void
on_duplicate_copied_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (!tl_store_copy_finish (TL_STORE (object), result, &error))
    g_task_return_error (task, error);
  else
    tl_session_open_async (g_task_get_task_data (task), g_task_get_cancellable (task),
                           on_duplicate_opened_cb, g_object_ref (task));
}

void
tl_session_duplicate_async (TlSession *self, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const char *problem = tl_session_get_problem (self);
  char *path;

  g_task_set_source_tag (task, tl_session_duplicate_async);
  if (refuse_without_file (self, task))
    return;
  /* What could not be written would not be in the copy. */
  if (problem != NULL)
    {
      g_task_return_new_error (task, TL_ERROR, TL_ERROR_MISSING, "%s", problem);
      return;
    }
  path = tl_session_make_path (self, self->title);
  if (path == NULL)
    {
      g_task_return_new_error (task, TL_ERROR, TL_ERROR_MISSING, "%s",
                               _ ("Too many files have that name"));
      return;
    }

  tl_scribe_flush (self);
  g_task_set_task_data (task, path, g_free);
  tl_store_duplicate_async (self->store, path, cancellable, on_duplicate_copied_cb,
                            g_steal_pointer (&task));
}

TlSession *
tl_session_duplicate_finish (TlSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the budget ------------------------------------------------------------------------------- */

void
tl_session_check_budget (TlSession *self)
{
  if (self->size <= self->budget)
    {
      self->warned_size = 0;
      return;
    }
  /* It may have shrunk since. */
  if (self->warned_size > 0 && self->size < self->warned_size + self->budget / PARTS_OF_BUDGET)
    return;

  self->warned_size = self->size;
  tl_session_emit_budget_exceeded (self);
}

guint64
tl_session_get_budget (TlSession *self)
{
  return self->budget;
}

void
tl_session_put_budget (TlSession *self)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, self->budget);
  TlStore *store = tl_session_get_writer (self);

  if (store != NULL)
    tl_store_set_meta (store, "budget", text);
}

void
tl_session_set_budget (TlSession *self, guint64 n_bytes)
{
  g_return_if_fail (TL_IS_SESSION (self));

  if (self->budget == n_bytes || !tl_session_check_writable (self, NULL))
    return;

  self->budget = n_bytes;
  self->warned_size = 0;
  tl_session_put_budget (self);
  tl_session_notify (self, TL_SESSION_PROP_BUDGET);
  tl_session_check_budget (self);
}

typedef struct
{
  guint n_checkpoints;
  guint64 n_bytes;
} Plan;

static gpointer
read_plan (TlDatabase *database, gconstpointer data, GError **error)
{
  g_autofree Plan *plan = g_new0 (Plan, 1);

  if (!tl_database_thin (database, *(const guint64 *) data, TRUE, &plan->n_checkpoints,
                         &plan->n_bytes, error))
    return NULL;
  return g_steal_pointer (&plan);
}

static void
on_planned_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  Plan *plan = tl_store_read_finish (TL_STORE (object), result, &error);

  if (plan != NULL)
    g_task_return_pointer (task, plan, g_free);
  else
    g_task_return_error (task, error);
}

void
tl_session_plan_thinning_async (TlSession *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  guint64 goal = tl_session_get_thinning_goal (self);

  g_task_set_source_tag (task, tl_session_plan_thinning_async);
  if (!refuse_without_file (self, task))
    tl_store_read_async (self->store, read_plan, g_memdup2 (&goal, sizeof goal), g_free, g_free,
                         cancellable, on_planned_cb, g_steal_pointer (&task));
}

gboolean
tl_session_plan_thinning_finish (TlSession *self, GAsyncResult *result, guint *n_checkpoints,
                                 guint64 *n_bytes, GError **error)
{
  g_autofree Plan *plan = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  plan = g_task_propagate_pointer (G_TASK (result), error);
  if (plan == NULL)
    return FALSE;

  *n_checkpoints = plan->n_checkpoints;
  *n_bytes = plan->n_bytes;
  return TRUE;
}

static gboolean
write_thinning (TlDatabase *database, gconstpointer data, GError **error)
{
  guint n_dropped;
  guint64 n_bytes;

  return tl_database_thin (database, *(const guint64 *) data, FALSE, &n_dropped, &n_bytes, error);
}

void
tl_session_thin (TlSession *self)
{
  TlStore *store = tl_session_get_writer (self);
  guint64 goal = tl_session_get_thinning_goal (self);

  if (store == NULL)
    return;

  tl_store_write (store, write_thinning, g_memdup2 (&goal, sizeof goal), g_free);
  tl_session_relist_checkpoints (self);
}
