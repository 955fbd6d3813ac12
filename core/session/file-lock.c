/* file-lock.c - who may write a session file
 *
 * Open file description locks, since they belong to a descriptor and not to the process. SQLite's
 * own are of the older kind: the kernel drops all that a process has on a file as soon as the
 * process closes any descriptor of it. So descriptors of a file that this process has open more
 * than once are kept until its last connection is gone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "config.h"
#include "core/session/file-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Far beyond the largest file that SQLite writes, 2^48 bytes. */
#define FIRST_BYTE ((off_t) 1 << 60)
#define N_SLOTS 16

typedef struct
{
  dev_t device;
  ino_t inode;
  guint n_open;
  GArray *parked; /* (element-type int): descriptors to close with the last */
} OpenFile;

struct _TlFileLock
{
  int fd;
  OpenFile *file;
  gboolean is_held;
};

/* The kernel's locks are per process, so what keeps them from being dropped has to be as well. */
static GMutex open_files_mutex;
static GSList *open_files;

static OpenFile *
find_open_file (const struct stat *info)
{
  for (GSList *l = open_files; l != NULL; l = l->next)
    {
      OpenFile *file = l->data;

      if (file->device == info->st_dev && file->inode == info->st_ino)
        return file;
    }
  return NULL;
}

static OpenFile *
register_file (const struct stat *info)
{
  OpenFile *file;

  g_mutex_lock (&open_files_mutex);
  file = find_open_file (info);
  if (file == NULL)
    {
      file = g_new0 (OpenFile, 1);
      file->device = info->st_dev;
      file->inode = info->st_ino;
      file->parked = g_array_new (FALSE, FALSE, sizeof (int));
      open_files = g_slist_prepend (open_files, file);
    }
  file->n_open++;
  g_mutex_unlock (&open_files_mutex);
  return file;
}

static void
unregister_file (OpenFile *file, int fd)
{
  g_mutex_lock (&open_files_mutex);
  g_array_append_val (file->parked, fd);
  if (--file->n_open == 0)
    {
      for (guint i = 0; i < file->parked->len; i++)
        close (g_array_index (file->parked, int, i));
      open_files = g_slist_remove (open_files, file);
      g_array_unref (file->parked);
      g_free (file);
    }
  g_mutex_unlock (&open_files_mutex);
}

/* 0, or errno */
static int
lock_slots (int fd, short type, guint first, guint n)
{
  struct flock lock = {
    .l_type = type,
    .l_whence = SEEK_SET,
    .l_start = FIRST_BYTE + first,
    .l_len = n,
  };

  return fcntl (fd, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

static gboolean
is_conflict (int error_number)
{
  return error_number == EAGAIN || error_number == EACCES;
}

TlFileLock *
tl_file_lock_open (const char *path, gboolean creates)
{
  TlFileLock *self;
  struct stat info;
  int fd = open (path, O_RDWR | O_CLOEXEC | (creates ? O_CREAT | O_EXCL : 0), 0644);

  if (fd < 0)
    return NULL;

  fstat (fd, &info);
  self = g_new0 (TlFileLock, 1);
  self->fd = fd;
  self->file = register_file (&info);
  return self;
}

void
tl_file_lock_close (TlFileLock *self)
{
  tl_file_lock_release (self);
  unregister_file (self->file, self->fd);
  g_free (self);
}

gboolean
tl_file_lock_acquire (TlFileLock *self)
{
  if (!self->is_held && !is_conflict (lock_slots (self->fd, F_WRLCK, 0, N_SLOTS)))
    {
      /* One is enough to be seen; the others are for those who come to take over. */
      lock_slots (self->fd, F_UNLCK, 1, N_SLOTS - 1);
      self->is_held = TRUE;
    }
  return self->is_held;
}

void
tl_file_lock_join (TlFileLock *self)
{
  for (guint i = 0; i < N_SLOTS && !self->is_held; i++)
    self->is_held = !is_conflict (lock_slots (self->fd, F_WRLCK, i, 1));
}

void
tl_file_lock_release (TlFileLock *self)
{
  lock_slots (self->fd, F_UNLCK, 0, N_SLOTS);
  self->is_held = FALSE;
}

gboolean
tl_file_lock_is_free (TlFileLock *self)
{
  struct flock lock = {
    .l_type = F_WRLCK,
    .l_whence = SEEK_SET,
    .l_start = FIRST_BYTE,
    .l_len = N_SLOTS,
  };

  return fcntl (self->fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK;
}

gboolean
tl_file_lock_is_held (TlFileLock *self)
{
  return self->is_held;
}

gboolean
tl_file_lock_is_in_use (const char *path)
{
  g_autoptr (TlFileLock) lock = NULL;
  struct stat info;
  gboolean is_ours;

  if (stat (path, &info) != 0)
    return FALSE;
  g_mutex_lock (&open_files_mutex);
  is_ours = find_open_file (&info) != NULL;
  g_mutex_unlock (&open_files_mutex);
  if (is_ours)
    return TRUE;

  lock = tl_file_lock_open (path, FALSE);
  return lock != NULL && !tl_file_lock_acquire (lock);
}

gboolean
tl_file_lock_read (const char *path, gpointer bytes, gsize n)
{
  /* A pipe would be waited for. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat info;
  OpenFile *file;
  gboolean is_read;

  if (fd < 0)
    return FALSE;
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      close (fd);
      return FALSE;
    }
  file = register_file (&info);
  is_read = pread (fd, bytes, n, 0) == (gssize) n;
  unregister_file (file, fd);
  return is_read;
}
