/* asset.c - a picture file that a session keeps: start images, image clauses, masks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/asset.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SHA256_DIGITS 64

struct _TlAsset
{
  char *name;
  char sha256[SHA256_DIGITS + 1];
  GBytes *bytes;
};

G_DEFINE_BOXED_TYPE (TlAsset, tl_asset, tl_asset_ref, tl_asset_unref)

static TlAsset *
create (const char *name, const char *sha256, GBytes *bytes)
{
  TlAsset *self = g_atomic_rc_box_new0 (TlAsset);

  self->name = g_utf8_make_valid (name, -1);
  g_strlcpy (self->sha256, sha256, sizeof self->sha256);
  self->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  return self;
}

static void
clear (gpointer data)
{
  TlAsset *self = data;

  g_free (self->name);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

/* Before reading, so that neither a device that never ends nor a film costs memory. */
static gboolean
check_file (GFile *file, const char *name, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                       G_FILE_QUERY_INFO_NONE, NULL, &reason);

  if (info == NULL && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return tl_error_set (error, TL_ERROR_MISSING, _ ("There is no file “%s”"), name);
  if (info == NULL)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” cannot be read: %s"), name,
                         reason->message);
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is no file that holds a picture"), name);
  if (g_file_info_get_size (info) > TL_ASSET_MAX_BYTES)
    return tl_error_set (error, TL_ERROR_TOO_LARGE,
                         _ ("“%s” is larger than the %d MB that a picture may have"), name,
                         TL_ASSET_MAX_BYTES / (1024 * 1024));
  return TRUE;
}

TlAsset *
tl_asset_new (const char *name, GBytes *bytes)
{
  g_autofree char *sha256 = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (bytes != NULL, NULL);

  sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  return create (name, sha256, bytes);
}

TlAsset *
tl_asset_new_absent (const char *name, const char *sha256)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (tl_asset_is_sha256 (sha256), NULL);

  return create (name, sha256, NULL);
}

TlAsset *
tl_asset_new_alias (TlAsset *asset, const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  if (strcmp (asset->name, name) == 0)
    return tl_asset_ref (asset);
  return create (name, asset->sha256, asset->bytes);
}

TlAsset *
tl_asset_load (const char *path, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  file = g_file_new_for_path (path);
  name = g_path_get_basename (path);
  if (!check_file (file, name, error))
    return NULL;
  bytes = g_file_load_bytes (file, NULL, NULL, error);
  if (bytes == NULL)
    {
      g_prefix_error (error, _ ("“%s” cannot be read: "), name);
      return NULL;
    }

  return tl_asset_new (name, bytes);
}

gboolean
tl_asset_is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == SHA256_DIGITS
         && strspn (text, "0123456789abcdef") == SHA256_DIGITS;
}

TlAsset *
tl_asset_ref (TlAsset *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
tl_asset_unref (TlAsset *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
tl_asset_get_name (TlAsset *self)
{
  return self->name;
}

const char *
tl_asset_get_sha256 (TlAsset *self)
{
  return self->sha256;
}

GBytes *
tl_asset_get_bytes (TlAsset *self)
{
  return self->bytes;
}
