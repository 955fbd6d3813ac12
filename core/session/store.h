/* store.h - the thread that writes a session file
 *
 * A GObject of the main thread around one thread that owns the TlDatabase. Writes are facts: they
 * are queued, written in order, one transaction each. A write that fails (disk full, drive gone)
 * stays first in the queue with all that follow, in memory; `problem` says why in one sentence, and
 * nothing is lost until tl_store_retry() succeeds or the file is saved elsewhere. Reads answer
 * through GAsyncResult, after the writes that were queued before them.
 *
 * A write that contradicts the file (our own mistake: G_IO_ERROR_INVALID_ARGUMENT) is dropped with
 * a warning, since it would stop all others for ever.
 *
 * Properties (notify): problem (nullable string), access (int, TlAccess), n-pending (uint, facts
 * not yet written), saved-at (gint64 microseconds of g_get_real_time(), 0 never), size (bytes of
 * the file in use), room (bytes that are free on its disk, as of the last fact that was written;
 * G_MAXUINT64: not known), damage (nullable string: what cannot be read, as far as is known by now;
 * the whole file is looked over in the background after opening).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/database.h"

G_BEGIN_DECLS

#define TL_TYPE_STORE (tl_store_get_type ())

G_DECLARE_FINAL_TYPE (TlStore, tl_store, TL, STORE, GObject)

/* Takes @database, which is this store's thread's from now on. */
TlStore *tl_store_new (TlDatabase *database);
/* Waits until what is pending is written, or has failed, and gives the file up; nothing may be
 * written or read afterwards. Disposing does it too, but who knows when that is: whoever ends the
 * program closes. FALSE with the problem where facts are lost. */
gboolean tl_store_close (TlStore *self, GError **error);

/* Runs on the store's thread. A write returns FALSE with an error, a read its result. */
typedef gboolean (*TlWriteFunc) (TlDatabase *database, gconstpointer data, GError **error);
typedef gpointer (*TlReadFunc) (TlDatabase *database, gconstpointer data, GError **error);

/* Takes @data. Written in order; see `problem` for what becomes of failures. */
void tl_store_write (TlStore *self, TlWriteFunc func, gpointer data, GDestroyNotify free_data);
/* Of writes about the same @progress_of (a run) that are still pending, only the newest is done. */
void tl_store_write_newest (TlStore *self, TlWriteFunc func, gpointer data,
                            GDestroyNotify free_data, gint64 progress_of);
void tl_store_read_async (TlStore *self, TlReadFunc func, gpointer data, GDestroyNotify free_data,
                          GDestroyNotify free_result, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
gpointer tl_store_read_finish (TlStore *self, GAsyncResult *result, GError **error);

/* The usual facts. Records and entries are copied, bytes and frames referenced. The frame is
 * encoded on the store's thread. */
void tl_store_put_run (TlStore *self, const TlRunRecord *record);
void tl_store_put_progress (TlStore *self, gint64 run, TlRunState state, guint64 iteration,
                            gdouble similarity);
void tl_store_put_turn (TlStore *self, gint64 run, const TlJournalEntry *entry);
void tl_store_put_checkpoint (TlStore *self, gint64 run, const TlCheckpointValues *values);
void tl_store_set_kept (TlStore *self, gint64 run, guint64 iteration, TlKept kept);
/* With the picture the similarity of a checkpoint of that iteration is known as well. */
void tl_store_put_frame (TlStore *self, gint64 run, TlFrame *frame);
void tl_store_put_score (TlStore *self, const TlScoreRecord *record);
void tl_store_put_exploration (TlStore *self, const TlExplorationRecord *record);
void tl_store_set_meta (TlStore *self, const char *key, const char *value);
void tl_store_remove_run (TlStore *self, gint64 run);

/* Tries what is pending again. */
void tl_store_retry (TlStore *self);
/* Becomes the owner of a file that another window has; what was read before may be old by now, so
 * read again once `access` says TL_ACCESS_WRITE. Refused (`problem`) while facts are pending, which
 * do not know what the other window has written: those are for "Save elsewhere". */
void tl_store_take_over (TlStore *self);
/* A copy of the file with everything that is pending; when the store has a problem, or what it has
 * is damaged, it goes on in the copy ("Save elsewhere"), whose path and access are its own then. */
void tl_store_copy_async (TlStore *self, const char *path, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
/* A copy of the file as it is, or of what can be read of it; the store stays where it is. */
void tl_store_duplicate_async (TlStore *self, const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* Of either. */
gboolean tl_store_copy_finish (TlStore *self, GAsyncResult *result, GError **error);

const char *tl_store_get_path (TlStore *self);
const char *tl_store_get_problem (TlStore *self);
const char *tl_store_get_damage (TlStore *self);
TlAccess tl_store_get_access (TlStore *self);
/* That it is only read now was found out since. */
gboolean tl_store_was_writable (TlStore *self);
guint tl_store_get_n_pending (TlStore *self);
gint64 tl_store_get_saved_at (TlStore *self);
guint64 tl_store_get_size (TlStore *self);
guint64 tl_store_get_room (TlStore *self);

G_END_DECLS
