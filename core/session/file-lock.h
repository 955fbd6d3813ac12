/* file-lock.h - who may write a session file
 *
 * A lock on bytes of the file that nothing else uses, so that no lock file can stay behind: it goes
 * when its holder closes the file or dies. It is advice among Tillers; SQLite has its own locks for
 * what must never mix. One connection each; two in one program see each other as strangers.
 *
 * There are several slots, so that a window that takes a file over can hold one while the window
 * that loses it has not noticed yet. Private to core/session; any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TlFileLock TlFileLock;

/* Opens @path for reading and writing, or makes it, empty: it must not exist then. Holds no lock
 * yet. NULL with errno where that cannot be. */
TlFileLock *tl_file_lock_open (const char *path, gboolean creates);
/* To be closed after SQLite has closed the file. */
void tl_file_lock_close (TlFileLock *self);

/* FALSE if anybody else holds a slot. Where files cannot be locked at all, everybody may. */
gboolean tl_file_lock_acquire (TlFileLock *self);
/* Takes a slot beside whoever else has one. */
void tl_file_lock_join (TlFileLock *self);
void tl_file_lock_release (TlFileLock *self);
/* Whether nobody holds it, without anybody noticing the question. */
gboolean tl_file_lock_is_free (TlFileLock *self);
gboolean tl_file_lock_is_held (TlFileLock *self);

/* Whether a connection of this process, or the owner of another, has the file at @path open. */
gboolean tl_file_lock_is_in_use (const char *path);

/* The first @n bytes of a regular file, without harm to the locks that this process may have on it.
 * FALSE where there are not as many. */
gboolean tl_file_lock_read (const char *path, gpointer bytes, gsize n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlFileLock, tl_file_lock_close)

G_END_DECLS
