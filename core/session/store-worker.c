/* store-worker.c - the store's thread, from the inside
 *
 * Jobs come through one queue and are done in order. After a write that failed the thread is stuck:
 * writes wait, in order, until something changes (a retry, another file); all else is done at once,
 * as it would wait for ever otherwise. A second thread looks over the whole file after opening,
 * since that takes as long as the file is large.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/store-worker.h"

#include "core/base/error.h"
#include "core/session/database-sql.h"

#include <glib/gi18n-lib.h>
#include <sys/statvfs.h>

typedef struct _Job Job;

typedef void (*JobFunc) (TlStoreWorker *self, Job *job);

struct _Job
{
  JobFunc func;       /* NULL for a write */
  gboolean is_urgent; /* before what is pending */
  GTask *task;
  TlWriteFunc write;
  TlReadFunc read;
  gpointer data;
  GDestroyNotify free_data, free_result;
  gint64 progress_of;
  gboolean may_move; /* of a copy */
};

/* Between the threads, and alive as long as either may look. */
typedef struct
{
  TlStoreStatus *mailbox; /* atomic */
  TlStoreStatusFunc func; /* the rest is the main thread's; NULL after the end */
  gpointer user_data;
} Post;

struct _TlStoreWorker
{
  GThread *thread, *check_thread;
  GCancellable *check_cancellable;
  char *check_path;
  GAsyncQueue *jobs;
  GMainContext *context;
  Post *post;

  /* The thread's. */
  TlDatabase *database;
  GQueue pending;       /* (element-type Job): writes, and what came between them */
  GHashTable *progress; /* of a run: its link in `pending` */
  gboolean is_stuck, is_ending, has_moved;
  char *problem;
  char *left_out; /* (nullable): damage of the file that this one is a copy of */
  guint n_finished;
  gint64 saved_at;
};

static void
job_free (Job *job)
{
  if (job->free_data != NULL)
    job->free_data (job->data);
  g_clear_object (&job->task);
  g_free (job);
}

void
tl_store_status_free (TlStoreStatus *self)
{
  g_free (self->path);
  g_free (self->problem);
  g_free (self->damage);
  g_free (self);
}

/* --- to the main thread ----------------------------------------------------------------------- */

static void
clear_post (gpointer data)
{
  Post *post = data;

  g_clear_pointer (&post->mailbox, tl_store_status_free);
}

static void
post_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, clear_post);
}

static gboolean
deliver_status_cb (gpointer data)
{
  Post *post = data;
  TlStoreStatus *status = g_atomic_pointer_exchange (&post->mailbox, NULL);

  if (post->func != NULL && status != NULL)
    post->func (post->user_data, status);
  else
    g_clear_pointer (&status, tl_store_status_free);
  return G_SOURCE_REMOVE;
}

static void
attach (TlStoreWorker *self, GSourceFunc func, gpointer data, GDestroyNotify free_data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, free_data);
  g_source_attach (source, self->context);
}

static guint64
measure_room (const char *path)
{
  struct statvfs disk;

  /* A file that is gone has other problems. */
  if (statvfs (path, &disk) != 0)
    return G_MAXUINT64;
  return (guint64) disk.f_bavail * disk.f_frsize;
}

static TlStoreStatus *
make_status (TlStoreWorker *self)
{
  TlStoreStatus *status = g_new (TlStoreStatus, 1);
  const char *damage = tl_database_get_damage (self->database);

  *status = (TlStoreStatus){
    .path = g_strdup (tl_database_get_path (self->database)),
    .problem = g_strdup (self->problem),
    .damage = g_strdup (damage != NULL ? damage : self->left_out),
    .access = tl_database_get_access (self->database),
    .n_finished = self->n_finished,
    .saved_at = self->saved_at,
    .size = tl_database_get_size (self->database),
    .room = measure_room (tl_database_get_path (self->database)),
  };
  return status;
}

/* If the last one still lies there, the main thread is on its way already. */
static void
post_status (TlStoreWorker *self)
{
  TlStoreStatus *last = g_atomic_pointer_exchange (&self->post->mailbox, make_status (self));

  if (last != NULL)
    tl_store_status_free (last);
  else
    attach (self, deliver_status_cb, g_atomic_rc_box_acquire (self->post), post_unref);
}

typedef struct
{
  GTask *task;
  gpointer result;
  GDestroyNotify free_result;
  GError *error;
} Answer;

static gboolean
deliver_answer_cb (gpointer data)
{
  Answer *answer = data;

  if (answer->error != NULL)
    g_task_return_error (answer->task, g_steal_pointer (&answer->error));
  else
    g_task_return_pointer (answer->task, g_steal_pointer (&answer->result), answer->free_result);
  return G_SOURCE_REMOVE;
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  if (answer->result != NULL && answer->free_result != NULL)
    answer->free_result (answer->result);
  g_clear_error (&answer->error);
  g_object_unref (answer->task);
  g_free (answer);
}

/* Takes @result and @error. The task is the store's, whose last reference may not go here. */
static void
answer (TlStoreWorker *self, Job *job, gpointer result, GError *error)
{
  Answer *answer = g_new (Answer, 1);

  *answer = (Answer){ g_steal_pointer (&job->task), result, job->free_result, error };
  attach (self, deliver_answer_cb, answer, answer_free);
}

/* --- doing ------------------------------------------------------------------------------------ */

static void
set_problem (TlStoreWorker *self, const char *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

static void
do_job (TlStoreWorker *self, Job *job)
{
  job->func (self, job);
  job_free (job);
}

static void
finish_write (TlStoreWorker *self, Job *job)
{
  self->n_finished++;
  job_free (job);
}

/* (transfer full): the first in the queue */
static Job *
pop (TlStoreWorker *self)
{
  Job *job = g_queue_peek_head (&self->pending);

  if (job->progress_of != 0
      && g_hash_table_lookup (self->progress, &job->progress_of) == self->pending.head)
    g_hash_table_remove (self->progress, &job->progress_of);
  return g_queue_pop_head (&self->pending);
}

/* What would wait for ever behind a write that fails. */
static void
do_all_but_writes (TlStoreWorker *self)
{
  GQueue others = G_QUEUE_INIT;
  GList *next;
  Job *job;

  for (GList *link = self->pending.head; link != NULL; link = next)
    {
      next = link->next;
      job = link->data;
      if (job->func == NULL)
        continue;
      g_queue_unlink (&self->pending, link);
      g_queue_push_tail_link (&others, link);
    }
  while ((job = g_queue_pop_head (&others)) != NULL)
    do_job (self, job);
}

static void
get_stuck (TlStoreWorker *self, const char *problem)
{
  self->is_stuck = TRUE;
  set_problem (self, problem);
  do_all_but_writes (self);
}

/* The first in the queue, which stays there if it cannot be written. */
static void
write_first (TlStoreWorker *self)
{
  Job *job = g_queue_peek_head (&self->pending);
  g_autoptr (GError) error = NULL;

  if (job->write (self->database, job->data, &error))
    {
      self->saved_at = g_get_real_time ();
      set_problem (self, NULL);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    g_warning ("%s", error->message);
  else
    {
      get_stuck (self, error->message);
      return;
    }
  finish_write (self, pop (self));
}

static void
do_first (TlStoreWorker *self)
{
  Job *job = g_queue_peek_head (&self->pending);

  if (job->func == NULL)
    write_first (self);
  else
    do_job (self, pop (self));
}

/* --- what can be asked for -------------------------------------------------------------------- */

static void
read_func (TlStoreWorker *self, Job *job)
{
  g_autofree char *known = g_strdup (tl_database_get_damage (self->database));
  GError *error = NULL;
  gpointer result = NULL;

  if (!g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job->task), &error))
    result = job->read (self->database, job->data, &error);
  /* Damage that was found is told before the answer: who waits for that says what it means. */
  if (g_strcmp0 (known, tl_database_get_damage (self->database)) != 0)
    post_status (self);
  answer (self, job, result, error);
}

static void
stop_checking (TlStoreWorker *self)
{
  g_cancellable_cancel (self->check_cancellable);
  g_clear_pointer (&self->check_thread, g_thread_join);
}

/* Goes on in the file at @path, with all that could not be written so far. */
static gboolean
move_to (TlStoreWorker *self, const char *path, GError **error)
{
  TlDatabase *database = tl_database_open (path, TL_DATABASE_WRITE, error);

  if (database == NULL)
    return FALSE;

  stop_checking (self);
  g_free (self->left_out);
  self->left_out = g_strdup (tl_database_get_damage (self->database));
  tl_database_close (self->database);
  self->database = database;
  self->has_moved = TRUE;
  self->is_stuck = FALSE;
  set_problem (self, NULL);
  while (!self->is_stuck && !g_queue_is_empty (&self->pending)
         && ((Job *) self->pending.head->data)->func == NULL)
    write_first (self);
  return !self->is_stuck || tl_error_set (error, TL_ERROR_MISSING, "%s", self->problem);
}

static void
copy_func (TlStoreWorker *self, Job *job)
{
  gboolean moves = job->may_move && (self->is_stuck || self->database->is_damaged);
  GError *error = NULL;
  gboolean is_good;

  is_good = !g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job->task), &error)
            && tl_database_copy (self->database, job->data, &error)
            && (!moves || move_to (self, job->data, &error));
  answer (self, job, GINT_TO_POINTER (is_good), error);
}

static void
retry_func (TlStoreWorker *self, Job *job)
{
  self->is_stuck = FALSE;
  /* Else it is for the first write to say. */
  if (g_queue_is_empty (&self->pending))
    set_problem (self, NULL);
}

/* What is pending was made without knowing what the other window has written since. */
static void
take_over_func (TlStoreWorker *self, Job *job)
{
  g_autoptr (GError) error = NULL;

  if (!g_queue_is_empty (&self->pending)
      && tl_database_get_access (self->database) == TL_ACCESS_TAKEN)
    set_problem (self, _ ("Another window has changed this session; save yours elsewhere"));
  else if (tl_database_take_over (self->database, &error))
    set_problem (self, NULL);
  else
    set_problem (self, error->message);
}

static void
damaged_func (TlStoreWorker *self, Job *job)
{
  if (!self->has_moved)
    tl_database_set_damaged (self->database, job->data);
}

static void
end_func (TlStoreWorker *self, Job *job)
{
  self->is_ending = TRUE;
  self->is_stuck = FALSE;
}

/* --- the threads ------------------------------------------------------------------------------ */

/* Where a run was some iterations ago is of no interest. */
static void
drop_older_progress (TlStoreWorker *self, Job *job)
{
  GList *link = g_hash_table_lookup (self->progress, &job->progress_of);
  Job *older;

  if (link == NULL)
    return;
  older = link->data;
  g_hash_table_remove (self->progress, &job->progress_of);
  g_queue_delete_link (&self->pending, link);
  finish_write (self, older);
}

static void
receive (TlStoreWorker *self, Job *job)
{
  if (job->is_urgent || (self->is_stuck && job->func != NULL))
    {
      do_job (self, job);
      return;
    }

  if (job->progress_of != 0)
    drop_older_progress (self, job);
  g_queue_push_tail (&self->pending, job);
  if (job->progress_of != 0)
    g_hash_table_insert (self->progress, &job->progress_of, self->pending.tail);
}

static gboolean
has_to_wait (TlStoreWorker *self)
{
  return self->is_stuck || g_queue_is_empty (&self->pending);
}

/* All that has come, so that what is newer can replace what is older. */
static void
receive_all (TlStoreWorker *self)
{
  Job *job =
    has_to_wait (self) ? g_async_queue_pop (self->jobs) : g_async_queue_try_pop (self->jobs);

  for (; job != NULL; job = g_async_queue_try_pop (self->jobs))
    receive (self, job);
}

static gpointer
thread_func (gpointer data)
{
  TlStoreWorker *self = data;
  Job *job;

  while (!self->is_ending || !has_to_wait (self))
    {
      if (!self->is_ending)
        receive_all (self);
      if (!has_to_wait (self))
        do_first (self);
      post_status (self);
    }
  while ((job = g_queue_pop_head (&self->pending)) != NULL)
    job_free (job);
  return NULL;
}

static void
push (TlStoreWorker *self, const Job *job)
{
  g_async_queue_push (self->jobs, g_memdup2 (job, sizeof *job));
}

static gpointer
check_func (gpointer data)
{
  TlStoreWorker *self = data;
  char *damage = tl_database_check (self->check_path, self->check_cancellable);

  if (damage != NULL)
    push (self,
          &(Job){ .func = damaged_func, .is_urgent = TRUE, .data = damage, .free_data = g_free });
  return NULL;
}

/* --- from the main thread --------------------------------------------------------------------- */

TlStoreWorker *
tl_store_worker_new (TlDatabase *database, TlStoreStatusFunc func, gpointer user_data)
{
  TlStoreWorker *self = g_new0 (TlStoreWorker, 1);

  self->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
  self->context = g_main_context_ref_thread_default ();
  self->post = g_atomic_rc_box_new0 (Post);
  self->post->func = func;
  self->post->user_data = user_data;
  self->database = database;
  g_queue_init (&self->pending);
  self->progress = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->check_cancellable = g_cancellable_new ();
  self->check_path = g_strdup (tl_database_get_path (database));
  /* Without the WAL whoever reads keeps others from writing. */
  if (!database->is_damaged && tl_database_has_wal (database))
    self->check_thread = g_thread_new ("tiller-check", check_func, self);
  self->thread = g_thread_new ("tiller-store", thread_func, self);
  return self;
}

TlStoreStatus *
tl_store_worker_free (TlStoreWorker *self)
{
  TlStoreStatus *status;

  push (self, &(Job){ .func = end_func, .is_urgent = TRUE });
  g_thread_join (self->thread);
  stop_checking (self);
  self->post->func = NULL;
  status = make_status (self);
  tl_database_close (self->database);

  g_async_queue_unref (self->jobs);
  g_main_context_unref (self->context);
  post_unref (self->post);
  g_hash_table_unref (self->progress);
  g_object_unref (self->check_cancellable);
  g_free (self->check_path);
  g_free (self->problem);
  g_free (self->left_out);
  g_free (self);
  return status;
}

void
tl_store_worker_write (TlStoreWorker *self, TlWriteFunc func, gpointer data,
                       GDestroyNotify free_data, gint64 progress_of)
{
  push (self,
        &(Job){ .write = func, .data = data, .free_data = free_data, .progress_of = progress_of });
}

void
tl_store_worker_read (TlStoreWorker *self, GTask *task, TlReadFunc func, gpointer data,
                      GDestroyNotify free_data, GDestroyNotify free_result)
{
  push (self, &(Job){ .func = read_func,
                      .task = task,
                      .read = func,
                      .data = data,
                      .free_data = free_data,
                      .free_result = free_result });
}

void
tl_store_worker_copy (TlStoreWorker *self, GTask *task, const char *path, gboolean may_move)
{
  push (self, &(Job){ .func = copy_func,
                      .task = task,
                      .data = g_strdup (path),
                      .free_data = g_free,
                      .may_move = may_move });
}

void
tl_store_worker_retry (TlStoreWorker *self)
{
  push (self, &(Job){ .func = retry_func, .is_urgent = TRUE });
}

void
tl_store_worker_take_over (TlStoreWorker *self)
{
  push (self, &(Job){ .func = take_over_func, .is_urgent = TRUE });
}
