/* hash.c - what a file is, whatever it is called
 *
 * Read piece by piece, not mapped: of a checkpoint of 8 GB each page would count as this program's
 * memory, and push out what it computes with.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/hash.h"

#include "core/base/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <nettle/sha2.h>
#include <string.h>
#include <unistd.h>

#define PIECE (1024 * 1024)

/* Smaller files are hashed sooner than looked up. */
#define MIN_REMEMBERED (1024 * 1024)
#define MAX_REMEMBERED 200
#define REST_SECONDS 10
#define GROUP "sha256"

static gboolean
hash_all (int file, struct sha256_ctx *hash)
{
  g_autofree guchar *piece = g_malloc (PIECE);
  gssize n;

  while ((n = read (file, piece, PIECE)) != 0)
    {
      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        sha256_update (hash, (gsize) n, piece);
    }
  return TRUE;
}

static char *
finish (struct sha256_ctx *hash)
{
  guint8 digest[SHA256_DIGEST_SIZE];
  char *digits = g_new0 (char, 2 * SHA256_DIGEST_SIZE + 1);

  sha256_digest (hash, sizeof digest, digest);
  for (gsize i = 0; i < sizeof digest; i++)
    g_snprintf (digits + 2 * i, 3, "%02x", digest[i]);
  return digits;
}

char *
tl_hash_file (const char *path)
{
  int file = g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_open (path, O_RDONLY | O_CLOEXEC) : -1;
  struct sha256_ctx hash;
  gboolean is_whole;

  if (file < 0)
    return g_strdup ("");

  sha256_init (&hash);
  is_whole = hash_all (file, &hash);
  g_close (file, NULL); /* NULL: nothing was written */
  return is_whole ? finish (&hash) : g_strdup ("");
}

/* --- remembered ----------------------------------------------------------------------------- */

/* (transfer full) (nullable): what changes whenever the content does, whatever the file is called;
 * NULL for what is not worth remembering. Nobody can set back the time of the last change of a
 * file's attributes, which each write is; but within one tick of the file system's clock two writes
 * look the same, so a file has to have been at rest for a while. */
static char *
identify (const char *path)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size < MIN_REMEMBERED
      || g_get_real_time () / G_USEC_PER_SEC - info.st_ctim.tv_sec < REST_SECONDS)
    return NULL;

  return g_strdup_printf ("%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
                          "-%" G_GINT64_FORMAT ".%09ld-%" G_GINT64_FORMAT ".%09ld",
                          (guint64) info.st_dev, (guint64) info.st_ino, (guint64) info.st_size,
                          (gint64) info.st_mtim.tv_sec, info.st_mtim.tv_nsec,
                          (gint64) info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
}

/* What cannot be read was never written, or is made anew. */
static GKeyFile *
load_remembered (const char *file)
{
  GKeyFile *remembered = g_key_file_new ();

  g_key_file_load_from_file (remembered, file, G_KEY_FILE_NONE, NULL);
  return remembered;
}

static gboolean
is_hash (const char *text)
{
  return text != NULL && strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

/* NULL errors: without the file, the next time takes as long as this one did. */
static void
remember (const char *file, const char *identity, const char *sha256)
{
  g_autoptr (GKeyFile) remembered = load_remembered (file);
  g_autofree char *folder = g_path_get_dirname (file);
  g_auto (GStrv) all = g_key_file_get_keys (remembered, GROUP, NULL, NULL);
  guint n = all != NULL ? g_strv_length (all) : 0;

  for (guint i = 0; i + MAX_REMEMBERED <= n; i++)
    g_key_file_remove_key (remembered, GROUP, all[i], NULL);
  g_key_file_set_string (remembered, GROUP, identity, sha256);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_key_file_save_to_file (remembered, file, NULL);
}

char *
tl_hash_file_once (const char *path)
{
  g_autofree char *file = tl_path_user_data ("file-hashes");
  g_autofree char *identity = identify (path);
  g_autofree char *after = NULL;
  g_autoptr (GKeyFile) remembered = NULL;
  g_autofree char *sha256 = NULL;

  if (identity == NULL)
    return tl_hash_file (path);

  remembered = load_remembered (file);
  sha256 = g_key_file_get_string (remembered, GROUP, identity, NULL); /* NULL: then it is not */
  if (is_hash (sha256))
    return g_steal_pointer (&sha256);

  g_free (sha256);
  sha256 = tl_hash_file (path);
  after = identify (path);
  if (is_hash (sha256) && g_strcmp0 (identity, after) == 0)
    remember (file, identity, sha256);
  return g_steal_pointer (&sha256);
}
