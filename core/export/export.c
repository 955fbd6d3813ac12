/* export.c - writing files that an artist asked for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/export.h"

#include "core/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PROMPT_CHARACTERS 60
#define MAX_LINKS 40 /* as many as Linux follows */
/* ext4, btrfs, NTFS and APFS all take 255 bytes; some is left for the number and extension. */
#define MAX_NAME_BYTES 200

static gboolean
explain (GError **error, const GError *reason, const char *path)
{
  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
    return tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("The disk is full: “%s” was not written"),
                         path);
  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT)
      || g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
    return tl_error_set (error, TL_ERROR_MISSING,
                         _ ("The folder of “%s” is not there; nothing was written"), path);
  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_ISDIR))
    return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” is a folder; name a file to write to"),
                         path);
  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_ACCES)
      || g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_PERM)
      || g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_ROFS))
    return tl_error_set (error, TL_ERROR_MISSING,
                         _ ("“%s” cannot be written: its folder is read-only"), path);
  return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” was not written: %s"), path,
                       reason->message);
}

/* A device or a pipe: renaming a file over it would take it away from everyone. */
static gboolean
is_stream (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 && !S_ISREG (info.st_mode) && !S_ISDIR (info.st_mode);
}

static gboolean
set_file_error (GError **error)
{
  int code = errno;

  g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (code), g_strerror (code));
  return FALSE;
}

static gboolean
write_all (int file, const char *data, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize n = write (file, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_file_error (error);
      data += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
write_stream (const char *path, const char *data, gsize length, GError **error)
{
  int file = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  gboolean is_written;

  if (file < 0)
    return set_file_error (error);

  is_written = write_all (file, data, length, error);
  return g_close (file, is_written ? error : NULL) && is_written;
}

/* (transfer full): where the link leads; its target is named from the folder that it is in */
static char *
follow (const char *link_path, const char *target)
{
  g_autofree char *folder = g_path_get_dirname (link_path);

  return g_path_is_absolute (target) ? g_strdup (target) : g_build_filename (folder, target, NULL);
}

char *
tl_export_follow (const char *path)
{
  char *end = g_strdup (path);

  for (guint i = 0; i < MAX_LINKS; i++)
    {
      g_autofree char *here = end;
      g_autofree char *target = g_file_read_link (here, NULL); /* NULL: it is no link */

      if (target == NULL)
        return g_steal_pointer (&here);
      end = follow (here, target);
    }
  return end;
}

static gboolean
write_file (const char *path, const char *data, gsize length, GError **error)
{
  /* So that the link stays one. */
  g_autofree char *target = tl_export_follow (path);

  return g_file_set_contents_full (target, data, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0666, error);
}

gboolean
tl_export_write (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  if (is_stream (path) ? write_stream (path, data, length, &reason)
                       : write_file (path, data, length, &reason))
    return TRUE;
  return explain (error, reason, path);
}

static gboolean
is_safe (gunichar c)
{
  return g_unichar_isalnum (c) || c == '_' || c == '.' || g_unichar_ismark (c);
}

/* (transfer full): words joined with dashes */
static char *
make_safe (const char *text)
{
  GString *out = g_string_new (NULL);
  guint n = 0;

  for (const char *p = text; *p != '\0' && n < MAX_PROMPT_CHARACTERS && out->len < MAX_NAME_BYTES;
       p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_safe (c) && !(c == '.' && out->len == 0))
        g_string_append_unichar (out, c);
      else if (out->len > 0 && out->str[out->len - 1] != '-')
        g_string_append_c (out, '-');
      n++;
    }
  while (out->len > 0 && out->str[out->len - 1] == '-')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static char *
expand (const char *name_template, const TlExportFacts *facts)
{
  GString *name = g_string_new (name_template);
  g_autofree char *prompt = make_safe (facts->prompt);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, facts->seed);
  g_autofree char *iteration = g_strdup_printf ("%" G_GUINT64_FORMAT, facts->iteration);

  g_string_replace (name, "/", "-", 0);
  /* The prompt last: it might hold the other words. */
  g_string_replace (name, "{seed}", seed, 0);
  g_string_replace (name, "{iter}", iteration, 0);
  g_string_replace (name, "{prompt}", *prompt != '\0' ? prompt : "picture", 0);
  return g_string_free (name, FALSE);
}

char *
tl_export_make_path (const char *folder, const char *name_template, const TlExportFacts *facts,
                     const char *extension)
{
  g_autofree char *name = expand (name_template, facts);

  for (guint n = 1;; n++)
    {
      g_autofree char *file = n == 1 ? g_strdup_printf ("%s.%s", name, extension)
                                     : g_strdup_printf ("%s-%u.%s", name, n, extension);
      g_autofree char *path = g_build_filename (folder, file, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        return g_steal_pointer (&path);
    }
}

/* The name is taken by an empty file: FALSE without an error if another was faster. */
static gboolean
reserve (const char *path, GError **error)
{
  g_autoptr (GError) reason = NULL;
  int file = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

  if (file >= 0)
    return g_close (file, error);
  if (errno == EEXIST)
    return FALSE;
  set_file_error (&reason);
  return explain (error, reason, path);
}

char *
tl_export_write_new (GBytes *bytes, const char *folder, const char *name_template,
                     const TlExportFacts *facts, GError **error)
{
  GError *reason = NULL;
  char *path;

  do
    {
      path = tl_export_make_path (folder, name_template, facts, "png");
      if (reserve (path, &reason))
        break;
      g_clear_pointer (&path, g_free);
    }
  while (reason == NULL);

  if (path == NULL)
    {
      g_propagate_error (error, reason);
      return NULL;
    }
  if (tl_export_write (path, bytes, error))
    return path;
  g_unlink (path);
  g_free (path);
  return NULL;
}
