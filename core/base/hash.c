/* hash.c - what a file is, whatever it is called
 *
 * Read piece by piece, not mapped: of a checkpoint of 8 GB each page would count as this program's
 * memory, and push out what it computes with.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define PIECE (1024 * 1024)

static gboolean
hash_all (int file, GChecksum *checksum)
{
  g_autofree guchar *piece = g_malloc (PIECE);
  gssize n;

  while ((n = read (file, piece, PIECE)) != 0)
    {
      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        g_checksum_update (checksum, piece, n);
    }
  return TRUE;
}

char *
tl_hash_file (const char *path)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  int file = g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_open (path, O_RDONLY | O_CLOEXEC) : -1;
  gboolean is_whole;

  if (file < 0)
    return g_strdup ("");

  is_whole = hash_all (file, checksum);
  g_close (file, NULL); /* NULL: nothing was written */
  return g_strdup (is_whole ? g_checksum_get_string (checksum) : "");
}
