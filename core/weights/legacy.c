/* legacy.c - files of torch.save before 1.6: pickles one after the other, then the storages
 *
 * Five pickles: a magic number, the protocol's version, facts about the machine, the object with
 * its tensors, and the keys of the storages. Then, in the order of the keys, each storage as a
 * count of elements (8 bytes) and their bytes. How large an element is stands only in the tensors'
 * persistent ids. (torch/serialization.py, _legacy_save and _legacy_load)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/legacy.h"

#include "core/base/error.h"
#include "core/weights/bytes.h"
#include "core/weights/graph.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PICKLE_PROTOCOL 0x80
#define VERSION 1001
#define COUNT_SIZE 8u
#define MAX_KEY 256

/* 0x1950a86a20f9469cfc6c, as a pickle writes it */
static const guint8 magic[10] = { 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19 };

typedef struct
{
  gsize element_size;
  const guint8 *data; /* NULL until found */
  gsize size;
} Storage;

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
  const char *file;
  GTree *storages; /* key -> Storage */
} Reader;

static TlPickle *
read_pickle (Reader *r, GError **error)
{
  gsize n_read;
  TlPickle *pickle = tl_pickle_parse (r->data + r->at, r->size - r->at, r->file, &n_read, error);

  if (pickle != NULL)
    r->at += n_read;
  return pickle;
}

static gboolean
read_magic (Reader *r, GError **error)
{
  g_autoptr (TlPickle) pickle = read_pickle (r, error);
  const TlPickleValue *root;

  if (pickle == NULL)
    return FALSE;
  root = tl_pickle_get_root (pickle);
  if (root->kind == TL_PICKLE_BIG && root->n == sizeof magic
      && memcmp (root->bytes, magic, sizeof magic) == 0)
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("“%s” holds Python objects, but was not saved by PyTorch"), r->file);
}

static gboolean
read_version (Reader *r, GError **error)
{
  g_autoptr (TlPickle) pickle = read_pickle (r, error);
  const TlPickleValue *root;

  if (pickle == NULL)
    return FALSE;
  root = tl_pickle_get_root (pickle);
  if (root->kind == TL_PICKLE_INT && root->integer == VERSION)
    return TRUE;
  return tl_error_set (
    error, TL_ERROR_FORMAT,
    _ ("“%s” was saved in a version of PyTorch's old format that Tiller does not "
       "know"),
    r->file);
}

static gboolean
read_machine (Reader *r, GError **error)
{
  g_autoptr (TlPickle) pickle = read_pickle (r, error);
  const TlPickleValue *is_little;

  if (pickle == NULL)
    return FALSE;
  is_little = tl_pickle_find (tl_pickle_get_root (pickle), "little_endian");
  if (is_little == NULL || is_little->kind != TL_PICKLE_BOOL || is_little->integer)
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("“%s” was saved on a machine with another byte order, which Tiller does "
                          "not read"),
                       r->file);
}

static char *
dup_key (const TlPickleValue *key)
{
  return key->n > MAX_KEY ? NULL : g_strndup (key->bytes, key->n);
}

/* Learns from the tensors how large the elements of each storage are. */
static gboolean
list_storages (Reader *r, TlPickle *pickle, GError **error)
{
  gsize n = tl_pickle_get_n_values (pickle);

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *key = NULL;
      Storage *storage;
      TlStorageId id;

      if (!tl_storage_id_read (tl_pickle_get_value (pickle, i), &id)
          || (key = dup_key (id.key)) == NULL)
        continue;
      storage = g_tree_lookup (r->storages, key);
      if (storage != NULL && storage->element_size != id.element_size)
        return tl_error_set (error, TL_ERROR_FORMAT,
                             _ ("“%s” uses the same numbers as two types that differ in size"),
                             r->file);
      if (storage != NULL)
        continue;

      storage = g_new0 (Storage, 1);
      storage->element_size = id.element_size;
      g_tree_insert (r->storages, g_steal_pointer (&key), storage);
    }

  return TRUE;
}

static gboolean
cut_short (Reader *r, GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("“%s” was not copied whole: its numbers end at byte %zu"), r->file,
                       r->at);
}

static gboolean
read_storage (Reader *r, const TlPickleValue *key, GError **error)
{
  g_autofree char *name = key->kind == TL_PICKLE_TEXT ? dup_key (key) : NULL;
  Storage *storage = name == NULL ? NULL : g_tree_lookup (r->storages, name);
  guint64 n;

  if (storage == NULL || storage->data != NULL)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("“%s” is damaged: its lists of tensors and of numbers do not agree"),
                         r->file);
  if (r->size - r->at < COUNT_SIZE)
    return cut_short (r, error);

  n = tl_bytes_u64 (r->data + r->at);
  r->at += COUNT_SIZE;
  if (!g_uint64_checked_mul (&n, n, storage->element_size) || n > r->size - r->at)
    return cut_short (r, error);

  storage->data = r->data + r->at;
  storage->size = n;
  r->at += n;
  return TRUE;
}

static gboolean
read_storages (Reader *r, GError **error)
{
  g_autoptr (TlPickle) pickle = read_pickle (r, error);
  TlPickleValue **keys;
  guint n;

  if (pickle == NULL)
    return FALSE;

  keys = tl_pickle_elements (tl_pickle_get_root (pickle), &n);
  for (guint i = 0; i < n; i++)
    if (!read_storage (r, keys[i], error))
      return FALSE;

  return TRUE;
}

static Storage *
lookup (Reader *r, const TlPickleValue *key)
{
  g_autofree char *name = dup_key (key);

  return name == NULL ? NULL : g_tree_lookup (r->storages, name);
}

static gboolean
find_storage (gpointer data, const TlStorageId *id, const guint8 **bytes, gsize *size,
              GError **error)
{
  Reader *r = data;
  const Storage *storage = lookup (r, id->key);
  guint64 needed;

  if (storage == NULL || storage->data == NULL
      || !g_uint64_checked_add (&needed, (guint64) id->view_offset, (guint64) id->n_elements)
      || !g_uint64_checked_mul (&needed, needed, id->element_size) || needed > storage->size)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("“%s” is damaged: its lists of tensors and of numbers do not agree"),
                         r->file);

  *bytes = storage->data;
  *size = storage->size;
  return TRUE;
}

static guint64
measure_storage (gpointer data, const TlPickleValue *key)
{
  const Storage *storage = lookup (data, key);

  return storage == NULL ? 0 : storage->size;
}

gboolean
tl_legacy_recognise (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return size >= 2 && data[0] == PICKLE_PROTOCOL && data[1] >= 2 && data[1] <= 5;
}

gboolean
tl_legacy_read (GBytes *bytes, TlBlobs *blobs, GError **error)
{
  g_autoptr (GTree) storages = tl_bytes_table_new (g_free, g_free);
  g_autoptr (TlPickle) pickle = NULL;
  Reader r = { .file = tl_blobs_get_file (blobs), .storages = storages };
  TlStorages access = { find_storage, measure_storage, &r };
  gsize start;

  r.data = g_bytes_get_data (bytes, &r.size);
  if (!read_magic (&r, error) || !read_version (&r, error) || !read_machine (&r, error))
    return FALSE;
  start = r.at;
  pickle = read_pickle (&r, error);
  if (pickle == NULL)
    return FALSE;

  tl_blobs_set_index_size (blobs, r.at - start);
  return list_storages (&r, pickle, error) && read_storages (&r, error)
         && tl_graph_collect (pickle, &access, blobs, error);
}
