/* session-file.h - what tests of session files need: a folder, records, rows that are as they were
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/database.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder, *path; /* path: a session file that is not there yet */
} SessionFile;

void session_file_set_up (SessionFile *self, gconstpointer data);
/* Also checks that nothing is left beside the file. */
void session_file_tear_down (SessionFile *self, gconstpointer data);

/* Fails the test where it cannot be. */
TlDatabase *session_file_open (SessionFile *self, TlDatabaseMode mode);

/* (transfer full): with all fields set; @parent 0 is a root with a start image */
TlRunRecord *make_run (gint64 id, gint64 parent);
/* (transfer full) */
GBytes *make_bytes (guint32 seed, gsize size);
/* Of the bytes of a checkpoint, in make_bytes() */
guint32 state_seed (gint64 run, guint64 iteration);
TlFrame *make_frame (guint width, guint height, guint64 iteration);

void put_run (TlDatabase *database, gint64 id, gint64 parent);
void put_turn (TlDatabase *database, gint64 run, guint64 iteration, const char *prompt);
void put_checkpoint (TlDatabase *database, gint64 run, guint64 iteration, TlKept kept, gsize size);

void assert_runs_equal (const TlRunRecord *a, const TlRunRecord *b);
/* The state at @iteration is what put_checkpoint() has put. */
void assert_state (TlDatabase *database, gint64 run, guint64 iteration, gsize size);

/* Statements on a connection of their own; nobody else may have the file open. */
void do_sql (const char *path, const char *sql);
/* (transfer full): the first column of the first row */
char *ask_sql (const char *path, const char *sql);

/* (transfer full) */
GBytes *read_bytes (const char *path);
/* In place, and without waiting for the disk. */
void write_bytes (const char *path, gconstpointer contents, gsize size);
void remove_journals (const char *path);

/* A small disk for a test; FALSE, and the test is skipped, where none can be mounted. */
gboolean mount_small_disk (const char *folder, const char *size);
void unmount_small_disk (const char *folder);

G_END_DECLS
