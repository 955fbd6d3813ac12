/* database.h - a session file, as SQL sees it
 *
 * One SQLite connection to one `.tiller` file (design.md, 3): application_id 0x54494C4C,
 * user_version the version of the schema, WAL, foreign keys on. Every put is one committed
 * transaction: when it returns TRUE the fact outlives a kill. Blocking; used by one thread at a
 * time: the store's (store.h), or the command line's only one.
 *
 * Whose file it is: the first to open it for writing holds a lock for as long as it is open;
 * whoever comes later gets it read-only until tl_database_take_over(). Every write checks that it
 * still is the owner.
 *
 * Errors: TL_ERROR_FORMAT (no session, or damaged), TL_ERROR_MISSING (gone, not writable, or busy),
 * TL_ERROR_TOO_LARGE (the disk is full), TL_ERROR_UNTRUSTED (read-only: another owner, or made by
 * a newer Tiller). G_IO_ERROR_INVALID_ARGUMENT is our own mistake: the fact contradicts the file (a
 * turn of no run) and never will be written. After an error nothing of that put is in the file.
 *
 * While it is open, nobody in the process may open and close the file by other means than SQLite:
 * the kernel would drop SQLite's locks on it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/checkpoint.h"
#include "core/session/records.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TL_DATABASE_VERSION 1

typedef struct _TlDatabase TlDatabase;

typedef enum
{
  TL_DATABASE_CREATE, /* the file must not exist */
  TL_DATABASE_WRITE,  /* falls back to reading; see tl_database_get_access() */
  TL_DATABASE_READ,
} TlDatabaseMode;

typedef enum
{
  TL_ACCESS_WRITE,
  TL_ACCESS_READ,  /* asked for, the file or its folder cannot be written, or it is damaged */
  TL_ACCESS_NEWER, /* made by a newer Tiller: look, export, but not continue */
  TL_ACCESS_TAKEN, /* another window or program has it */
} TlAccess;

/* Whether the file at @path begins as those of Tiller do. */
gboolean tl_database_recognise (const char *path);
/* Migrates older schemas and checks all but the large blobs (tl_database_check()). A damaged file
 * is opened for reading. Rows that are torn are left where they are and skipped by the readers;
 * tl_database_get_damage() says in a sentence what was skipped so far. */
TlDatabase *tl_database_open (const char *path, TlDatabaseMode mode, GError **error);
/* Gives the file up: a checkpoint of the WAL, no -wal or -shm file stays behind. */
void tl_database_close (TlDatabase *self);

TlAccess tl_database_get_access (TlDatabase *self);
const char *tl_database_get_path (TlDatabase *self);
/* (nullable): NULL where nothing is wrong */
const char *tl_database_get_damage (TlDatabase *self);
/* Becomes the owner; whoever was it finds out at its next write. */
gboolean tl_database_take_over (TlDatabase *self, GError **error);

/* --- facts: one committed transaction each ---------------------------------------------------- */

/* Inserts, with the picture of its start; of a run that is there, changes what may change: maker,
 * name, note, change, mark, is_deleted, state, iteration and similarity. Its parent comes first. */
gboolean tl_database_put_run (TlDatabase *self, const TlRunRecord *record, GError **error);
/* Only the fields that change while a run goes on. */
gboolean tl_database_put_progress (TlDatabase *self, gint64 run, TlRunState state,
                                   guint64 iteration, gdouble similarity, GError **error);
/* Append-only; a second turn at one iteration is a second row, the later one holds. Its assets are
 * put in the same transaction. */
gboolean tl_database_put_turn (TlDatabase *self, gint64 run, const TlJournalEntry *entry,
                               GError **error);
gboolean tl_database_put_checkpoint (TlDatabase *self, gint64 run, const TlCheckpointValues *values,
                                     GError **error);
/* Adds reasons to keep it; the star is as @kept says, given or taken away. */
gboolean tl_database_set_kept (TlDatabase *self, gint64 run, guint64 iteration, TlKept kept,
                               GError **error);
/* Of a checkpoint whose picture was looked at after it was put. */
gboolean tl_database_set_similarity (TlDatabase *self, gint64 run, guint64 iteration,
                                     gdouble similarity, GError **error);
/* @thumbnail: PNG of at most TL_THUMBNAIL_SIDE pixels a side */
gboolean tl_database_put_frame (TlDatabase *self, gint64 run, guint64 iteration, GBytes *png,
                                GBytes *thumbnail, GError **error);
gboolean tl_database_put_score (TlDatabase *self, const TlScoreRecord *record, GError **error);
gboolean tl_database_put_asset (TlDatabase *self, TlAsset *asset, GError **error);
gboolean tl_database_put_exploration (TlDatabase *self, const TlExplorationRecord *record,
                                      GError **error);
/* NULL @value removes it. */
gboolean tl_database_set_meta (TlDatabase *self, const char *key, const char *value,
                               GError **error);
/* The run, its turns, checkpoints, frames and scores; refused while it has children. */
gboolean tl_database_remove_run (TlDatabase *self, gint64 run, GError **error);

/* --- reading ---------------------------------------------------------------------------------- */

/* (transfer full) (element-type TlRunRecord): by id; parents come before their children. */
GPtrArray *tl_database_list_runs (TlDatabase *self, GError **error);
/* (transfer full): a picture by its hash; without bytes if they are not in the file, or damaged */
TlAsset *tl_database_load_asset (TlDatabase *self, const char *name, const char *sha256);
/* (transfer full) (element-type TlJournalEntry): of this run only, not its ancestors
 * (tl_journal_new()) */
GArray *tl_database_list_turns (TlDatabase *self, gint64 run, GError **error);
/* (transfer full) (element-type TlCheckpoint): by iteration; without their states */
GPtrArray *tl_database_list_checkpoints (TlDatabase *self, gint64 run, GError **error);
/* (transfer full) (element-type TlExplorationRecord) */
GPtrArray *tl_database_list_explorations (TlDatabase *self, GError **error);
/* (transfer full) (element-type TlScoreRecord) */
GPtrArray *tl_database_list_scores (TlDatabase *self, gint64 run, GError **error);
/* (transfer full): the state at @iteration, or at the last readable checkpoint at or before it;
 * @found says which. TL_ERROR_MISSING where there is none. */
GBytes *tl_database_get_state (TlDatabase *self, gint64 run, guint64 iteration, guint64 *found,
                               GError **error);
/* (transfer full): PNG bytes; the frame at or last before @iteration */
GBytes *tl_database_get_frame (TlDatabase *self, gint64 run, guint64 iteration, guint64 *found,
                               GError **error);
GBytes *tl_database_get_thumbnail (TlDatabase *self, gint64 run, guint64 iteration, guint64 *found,
                                   GError **error);
/* (transfer full) (nullable) */
char *tl_database_get_meta (TlDatabase *self, const char *key);

/* --- upkeep ----------------------------------------------------------------------------------- */

/* The whole file, blobs and all, on a connection of its own: seconds for a gigabyte, any thread.
 * (transfer full) (nullable): a sentence; NULL where nothing is wrong, or @cancellable stopped it
 */
char *tl_database_check (const char *path, GCancellable *cancellable);
/* What tl_database_check() found: the file is only read from now on. */
void tl_database_set_damaged (TlDatabase *self, const char *damage);

/* SQLite's backup into @path (written under a temporary name, then renamed), while others write. Of
 * a damaged file, what can be read. */
gboolean tl_database_copy (TlDatabase *self, const char *path, GError **error);

/* The rule of thinning: of merely periodic checkpoints (kept == 0), drop every second one of the
 * run that has most of them, oldest half first, until the file's used bytes are below @budget;
 * never the last of a run, nor any kept for a reason. With @dry_run nothing is dropped. Returns
 * how many (would) go and their bytes. */
gboolean tl_database_thin (TlDatabase *self, guint64 budget, gboolean dry_run, guint *n_dropped,
                           guint64 *n_bytes, GError **error);
/* Bytes of the file that hold something. */
guint64 tl_database_get_size (TlDatabase *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlDatabase, tl_database_close)

G_END_DECLS
