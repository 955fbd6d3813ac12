/* archive.c - checkpoints of torch.save since 1.6 and TorchScript archives: zip files around a
 * pickle
 *
 * One folder of any name holds data.pkl and, under data/, each storage as an entry of its own. A
 * TorchScript archive has code/ and constants.pkl beside them, and data.pkl describes the tree of
 * modules. (torch/serialization.py, and torch/csrc/jit/docs/serialization.md)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/archive.h"

#include "core/base/error.h"
#include "core/weights/graph.h"
#include "core/weights/zip.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Storages are named by counters or addresses. */
#define MAX_KEY 256

typedef struct
{
  TlZip *zip;
  char *root; /* "archive/", or "" */
  const char *file;
} Archive;

static const TlZipEntry *
lookup (Archive *archive, const char *folder, const char *name)
{
  g_autofree char *path = g_strconcat (archive->root, folder, name, NULL);

  return tl_zip_lookup (archive->zip, path);
}

static const TlZipEntry *
find_entry (Archive *archive, const TlPickleValue *key)
{
  g_autofree char *name = NULL;

  if (key->n > MAX_KEY)
    return NULL;

  name = g_strndup (key->bytes, key->n);
  return lookup (archive, "data/", name);
}

static gboolean
missing (Archive *archive, const TlPickleValue *key, GError **error)
{
  g_autofree char *name = NULL;

  if (key->n <= MAX_KEY && tl_blobs_is_name (key->bytes, key->n))
    name = g_strndup (key->bytes, key->n);
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("“%s” is not whole: the numbers in its part “data/%s” are missing"),
                       archive->file, name == NULL ? "?" : name);
}

static gboolean
find_storage (gpointer data, const TlStorageId *id, const guint8 **bytes, gsize *size,
              GError **error)
{
  Archive *archive = data;
  const TlZipEntry *entry = find_entry (archive, id->key);
  guint64 needed;

  if (entry == NULL)
    return missing (archive, id->key, error);
  if (!tl_zip_map (archive->zip, entry, bytes, size, error))
    return FALSE;

  if (!g_uint64_checked_add (&needed, (guint64) id->view_offset, (guint64) id->n_elements)
      || !g_uint64_checked_mul (&needed, needed, id->element_size) || needed > *size)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("“%s”: the part “%s” is shorter than the file says"), archive->file,
                         entry->name);
  return TRUE;
}

static guint64
measure_storage (gpointer data, const TlPickleValue *key)
{
  const TlZipEntry *entry = find_entry (data, key);

  return entry == NULL ? 0 : entry->size;
}

/* The folder with the shortest name that has a data.pkl. */
static char *
find_root (TlZip *zip)
{
  const char *best = NULL;

  for (guint i = 0; i < tl_zip_get_n_entries (zip); i++)
    {
      const char *name = tl_zip_get_entry (zip, i)->name;

      if ((strcmp (name, "data.pkl") == 0 || g_str_has_suffix (name, "/data.pkl"))
          && (best == NULL || strlen (name) < strlen (best)))
        best = name;
    }

  return best == NULL ? NULL : g_strndup (best, strlen (best) - strlen ("data.pkl"));
}

/* Files say in which order they store the bytes of a number only since torch 2.1; those that do not
 * are little-endian in practice. */
static gboolean
check_byte_order (Archive *archive, GError **error)
{
  const TlZipEntry *entry = lookup (archive, "byteorder", "");
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  const char *text;

  if (entry == NULL)
    return TRUE;
  if ((bytes = tl_zip_read (archive->zip, entry, error)) == NULL)
    return FALSE;

  text = g_bytes_get_data (bytes, &size);
  if (size == strlen ("little") && memcmp (text, "little", size) == 0)
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("“%s” was saved on a machine with another byte order, which Tiller does "
                          "not read"),
                       archive->file);
}

/* The constants of a TorchScript archive belong to its code (CLIP's attention mask is one), not to
 * the model's parameters. */
static void
skip_constants (Archive *archive, TlBlobs *blobs)
{
  g_autofree char *prefix = g_strconcat (archive->root, "constants/", NULL);
  guint64 n_bytes = 0;

  for (guint i = 0; i < tl_zip_get_n_entries (archive->zip); i++)
    {
      const TlZipEntry *entry = tl_zip_get_entry (archive->zip, i);

      if (g_str_has_prefix (entry->name, prefix))
        n_bytes += entry->size;
    }

  if (n_bytes > 0)
    tl_blobs_skip (blobs, "constants", n_bytes);
}

static gboolean
read_pickle (Archive *archive, TlBlobs *blobs, GError **error)
{
  TlStorages storages = { find_storage, measure_storage, archive };
  g_autoptr (TlPickle) pickle = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize size, n_read;
  const guint8 *data;

  bytes = tl_zip_read (archive->zip, lookup (archive, "data.pkl", ""), error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  pickle = tl_pickle_parse (data, size, archive->file, &n_read, error);
  if (pickle == NULL)
    return FALSE;

  tl_blobs_set_index_size (blobs, n_read);
  return tl_graph_collect (pickle, &storages, blobs, error);
}

static gboolean
read_archive (Archive *archive, TlBlobs *blobs, TlWeightsKind *kind, GError **error)
{
  gboolean is_script = lookup (archive, "constants.pkl", "") != NULL;

  *kind = is_script ? TL_WEIGHTS_TORCHSCRIPT : TL_WEIGHTS_ZIP;
  if (!check_byte_order (archive, error) || !read_pickle (archive, blobs, error))
    return FALSE;
  if (is_script)
    skip_constants (archive, blobs);

  if (tl_blobs_get_list (blobs)->len > 0)
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT,
                       is_script
                         ? _ ("“%s” is a TorchScript program without a model's numbers in it")
                         : _ ("“%s” was saved by PyTorch, but holds no tensors"),
                       archive->file);
}

gboolean
tl_archive_read (GBytes *bytes, TlBlobs *blobs, TlWeightsKind *kind, GError **error)
{
  const char *file = tl_blobs_get_file (blobs);
  g_autoptr (TlZip) zip = tl_zip_new (bytes, file, error);
  g_autofree char *root = NULL;
  Archive archive;

  if (zip == NULL)
    return FALSE;
  root = find_root (zip);
  if (root == NULL)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("“%s” is a zip archive, but no model that PyTorch saved"), file);

  archive = (Archive){ zip, root, file };
  return read_archive (&archive, blobs, kind, error);
}
