/* store-worker.h - the store's thread, from the inside
 *
 * What TlStore asks for goes in as jobs; what changes comes out as a TlStoreStatus, of which only
 * the newest is kept until the main thread looks. Answers to reads are given on the main thread, so
 * that nothing of it is ever freed here. Private to core/session.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/store.h"

G_BEGIN_DECLS

typedef struct _TlStoreWorker TlStoreWorker;

typedef struct
{
  char *path, *problem, *damage; /* (nullable) the last two */
  TlAccess access;
  guint n_finished; /* writes that need not be thought of any more, of all so far */
  gint64 saved_at;
  guint64 size;
  guint64 room; /* bytes that are free where the file is; G_MAXUINT64: not known */
} TlStoreStatus;

/* On the thread whose main context was the default at the start. @status: (transfer full) */
typedef void (*TlStoreStatusFunc) (gpointer user_data, TlStoreStatus *status);

/* Takes @database. */
TlStoreWorker *tl_store_worker_new (TlDatabase *database, TlStoreStatusFunc func,
                                    gpointer user_data);
/* Waits for its end; what was not written by then never will be. Gives the last status. */
TlStoreStatus *tl_store_worker_free (TlStoreWorker *self);

/* Takes @data. @progress_of: a run of which only the newest such write matters; 0: all do. */
void tl_store_worker_write (TlStoreWorker *self, TlWriteFunc func, gpointer data,
                            GDestroyNotify free_data, gint64 progress_of);
/* Takes @task and @data. */
void tl_store_worker_read (TlStoreWorker *self, GTask *task, TlReadFunc func, gpointer data,
                           GDestroyNotify free_data, GDestroyNotify free_result);
/* Takes @task, which returns a boolean. @may_move: what is stuck or damaged goes on in the copy */
void tl_store_worker_copy (TlStoreWorker *self, GTask *task, const char *path, gboolean may_move);
void tl_store_worker_retry (TlStoreWorker *self);
void tl_store_worker_take_over (TlStoreWorker *self);

void tl_store_status_free (TlStoreStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlStoreStatus, tl_store_status_free)

G_END_DECLS
