/* weights.c - tensors in a model file, by name
 *
 * What a file is shows in its first bytes, never in its name: people rename .ckpt to .pt and back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/weights.h"

#include "core/base/error.h"
#include "core/weights/archive.h"
#include "core/weights/blobs.h"
#include "core/weights/bytes.h"
#include "core/weights/legacy.h"
#include "core/weights/safetensors-reader.h"
#include "core/weights/zip.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>

struct _TlWeights
{
  gatomicrefcount ref_count;
  TlWeightsKind kind;
  char *path;
  GBytes *bytes;
  TlBlobs *blobs;
};

static TlWeights *
weights_new (const char *path, const char *name, GBytes *bytes)
{
  TlWeights *self = g_new0 (TlWeights, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->bytes = g_bytes_ref (bytes);
  self->blobs = tl_blobs_new (name, g_bytes_get_size (bytes));
  return self;
}

TlWeights *
tl_weights_ref (TlWeights *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
tl_weights_unref (TlWeights *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  tl_blobs_free (self->blobs);
  g_bytes_unref (self->bytes);
  g_free (self->path);
  g_free (self);
}

/* Recognising what is no model */

static gboolean
starts_with (GBytes *bytes, gsize at, const char *text)
{
  gsize size, n = strlen (text);
  const char *data = g_bytes_get_data (bytes, &size);

  return size >= n && at <= size - n && g_ascii_strncasecmp (data + at, text, n) == 0;
}

static gsize
skip_space (GBytes *bytes)
{
  gsize size, at = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  if (starts_with (bytes, 0, "\xef\xbb\xbf"))
    at = 3;
  while (at < size && g_ascii_isspace (data[at]))
    at++;
  return at;
}

/* A sentence for what people really hand over instead of a model. */
static const char *
describe_stranger (GBytes *bytes)
{
  gsize start = skip_space (bytes);

  if (g_bytes_get_size (bytes) == 0)
    return _ ("“%s” is empty");
  if (starts_with (bytes, start, "<!doctype") || starts_with (bytes, start, "<html")
      || starts_with (bytes, start, "<?xml"))
    return _ ("“%s” is a web page, not a model: the download failed, fetch it again");
  if (starts_with (bytes, 0, "version https://git-lfs"))
    return _ ("“%s” is only a Git LFS pointer to a model: fetch the model itself, with “git lfs "
              "pull” or from the web page");
  if (starts_with (bytes, 257, "ustar"))
    return _ ("“%s” was saved by a PyTorch older than 0.2, in a form that Tiller does not read");
  if (starts_with (bytes, 0, "\x89HDF"))
    return _ ("“%s” is an HDF5 file of Keras, not a PyTorch model");
  if (starts_with (bytes, 0, "\x1f\x8b"))
    return _ ("“%s” is packed with gzip: unpack it first");

  return _ ("“%s” is no model file that Tiller knows");
}

static gboolean
refuse_stranger (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (GString) text = g_string_new (describe_stranger (bytes));

  g_string_replace (text, "%s", name, 1);
  return tl_error_set (error, TL_ERROR_FORMAT, "%s", text->str);
}

/* Opening */

static gboolean
read_tensors (TlWeights *self, GError **error)
{
  if (tl_zip_recognise (self->bytes))
    return tl_archive_read (self->bytes, self->blobs, &self->kind, error);
  if (tl_safetensors_recognise (self->bytes))
    {
      self->kind = TL_WEIGHTS_SAFETENSORS;
      return tl_safetensors_read (self->bytes, self->blobs, error);
    }
  if (tl_legacy_recognise (self->bytes))
    {
      self->kind = TL_WEIGHTS_LEGACY;
      return tl_legacy_read (self->bytes, self->blobs, error);
    }

  return refuse_stranger (self->bytes, tl_blobs_get_file (self->blobs), error);
}

/* Reading an index jumps about in the file. Without a word, the kernel would fetch far more around
 * each jump than is looked at, which for a large checkpoint is most of it; with it, one page. */
static void
advise (GBytes *bytes, int advice)
{
  gsize size;
  gpointer data = (gpointer) g_bytes_get_data (bytes, &size);

  /* A hint: if the system does not take it, opening is slower and nothing else. */
  if (size > 0)
    posix_madvise (data, size, advice);
}

/* Only an ordinary file: a pipe would wait for ever, a device has no size. */
static GBytes *
map_file (const char *path, const char *name, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) reason = NULL;
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    {
      tl_error_set (error, TL_ERROR_MISSING, _ ("There is no file “%s”"), name);
      return NULL;
    }
  if (!S_ISREG (info.st_mode))
    {
      tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is a folder or a device, not a model file"),
                    name);
      return NULL;
    }

  file = g_mapped_file_new (path, FALSE, &reason);
  if (file == NULL)
    {
      tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” cannot be read: %s"), name, reason->message);
      return NULL;
    }

  return g_mapped_file_get_bytes (file);
}

TlWeights *
tl_weights_open (const char *path, GError **error)
{
  g_autoptr (TlWeights) self = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  name = g_filename_display_basename (path);
  bytes = map_file (path, name, error);
  if (bytes == NULL)
    return NULL;

  self = weights_new (path, name, bytes);
  advise (bytes, POSIX_MADV_RANDOM);
  if (!read_tensors (self, error) || !tl_blobs_finish (self->blobs, error))
    return NULL;

  advise (bytes, POSIX_MADV_NORMAL);
  return g_steal_pointer (&self);
}

TlWeights *
tl_weights_new_from_safetensors (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (TlWeights) self = weights_new (name, name, bytes);

  self->kind = TL_WEIGHTS_SAFETENSORS;
  if (!tl_safetensors_read (bytes, self->blobs, error) || !tl_blobs_finish (self->blobs, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Looking */

TlWeightsKind
tl_weights_get_kind (TlWeights *self)
{
  return self->kind;
}

const char *
tl_weights_get_path (TlWeights *self)
{
  return self->path;
}

guint
tl_weights_get_n_blobs (TlWeights *self)
{
  return tl_blobs_get_list (self->blobs)->len;
}

const TlBlob *
tl_weights_get_blob (TlWeights *self, guint index)
{
  const GArray *list = tl_blobs_get_list (self->blobs);

  g_return_val_if_fail (index < list->len, NULL);

  return &g_array_index (list, TlBlob, index);
}

/* The first whose name is not before @name. */
static guint
find_position (TlWeights *self, const char *name)
{
  guint low = 0, high = tl_weights_get_n_blobs (self);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (strcmp (tl_weights_get_blob (self, middle)->name, name) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

const TlBlob *
tl_weights_lookup (TlWeights *self, const char *name)
{
  guint i = find_position (self, name);

  if (i == tl_weights_get_n_blobs (self) || strcmp (tl_weights_get_blob (self, i)->name, name) != 0)
    return NULL;

  return tl_weights_get_blob (self, i);
}

gboolean
tl_blob_is_dense (const TlBlob *self)
{
  gint64 n = 1;

  for (guint i = self->n_dims; i-- > 0; n *= self->shape[i])
    if (self->shape[i] > 1 && self->strides[i] != n)
      return FALSE;
  return TRUE;
}

gboolean
tl_weights_has_prefix (TlWeights *self, const char *prefix)
{
  guint i = find_position (self, prefix);

  return i < tl_weights_get_n_blobs (self)
         && g_str_has_prefix (tl_weights_get_blob (self, i)->name, prefix);
}

const char *
tl_weights_get_metadata (TlWeights *self, const char *key)
{
  return g_tree_lookup (tl_blobs_get_metadata (self->blobs), key);
}

static gboolean
add_key (gpointer key, gpointer value, gpointer keys)
{
  g_ptr_array_add (keys, key);
  return FALSE;
}

const char **
tl_weights_list_metadata (TlWeights *self)
{
  GPtrArray *keys = g_ptr_array_new ();

  g_tree_foreach (tl_blobs_get_metadata (self->blobs), add_key, keys);
  g_ptr_array_add (keys, NULL);
  return (const char **) g_ptr_array_free (keys, FALSE);
}

const GPtrArray *
tl_weights_get_skipped (TlWeights *self)
{
  return tl_blobs_get_skipped (self->blobs);
}
