/* fuzz-pickle.c - pickles, and the tensors that their values make, without an archive around them
 *
 * Any storage that a tensor names is there and has 48 bytes, so that what is wrong with the tensors
 * themselves is reached.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/graph.h"
#include "tests/core/weights/make.h"
#include "tests/fuzz/weights/fuzz.h"

#define STORAGE_SIZE 48

static gboolean
find (gpointer data, const TlStorageId *id, const guint8 **bytes, gsize *size, GError **error)
{
  guint64 needed;

  if (!g_uint64_checked_add (&needed, (guint64) id->view_offset, (guint64) id->n_elements)
      || !g_uint64_checked_mul (&needed, needed, id->element_size) || needed > STORAGE_SIZE)
    return FALSE;

  *bytes = data;
  *size = STORAGE_SIZE;
  return TRUE;
}

static guint64
measure (gpointer data, const TlPickleValue *key)
{
  return STORAGE_SIZE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree guint8 *storage = g_malloc0 (STORAGE_SIZE);
  TlStorages storages = { find, measure, storage };
  g_autoptr (TlBlobs) blobs = tl_blobs_new ("fuzz", size);
  g_autoptr (TlPickle) pickle = NULL;
  gsize n_read;

  pickle = tl_pickle_parse (data, size, "fuzz", &n_read, NULL);
  if (pickle == NULL)
    return 0;

  g_assert_cmpuint (n_read, <=, size);
  tl_blobs_set_index_size (blobs, n_read);
  if (tl_graph_collect (pickle, &storages, blobs, NULL))
    fuzz_check_blobs (blobs);
  return 0;
}

GPtrArray *
fuzz_make_seeds (void)
{
  return make_pickle_seeds ();
}
