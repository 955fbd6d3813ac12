/* rebuild.h - which values of a pickle are tensors, and what they say of themselves
 *
 * torch.save writes a tensor as a call of one of torch's _rebuild functions with a storage (a
 * persistent id), an offset, a shape and strides. The calls are read, never made.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/blobs.h"
#include "core/weights/pickle.h"

G_BEGIN_DECLS

/* A storage as its persistent id states it: ('storage', class, key, location, number of elements[,
 * view]). */
typedef struct
{
  const TlPickleValue *key; /* text */
  const char *type;   /* of the class: "float32", or "complex64" where Tiller has no such type */
  gsize element_size; /* 0: unknown */
  gboolean is_usable; /* @dtype holds */
  TlDtype dtype;
  gint64 n_elements;
  gint64 view_offset; /* in elements; legacy files may save a storage as a part of another */
} TlStorageId;

/* Where a file keeps the storages that its tensors name. */
typedef struct
{
  /* The bytes of the storage that @id names; fails unless all of view_offset + n_elements elements
   * are there. */
  gboolean (*find) (gpointer data, const TlStorageId *id, const guint8 **bytes, gsize *size,
                    GError **error);
  /* How large a storage is in the file, without touching it; 0 where it is not there. */
  guint64 (*measure) (gpointer data, const TlPickleValue *key);
  gpointer data;
} TlStorages;

/* FALSE if @value is no persistent id of a storage or is malformed. */
gboolean tl_storage_id_read (const TlPickleValue *value, TlStorageId *id);

/* A call of a _rebuild function: of a tensor that can be read, or of one of a sort Tiller has no
 * use for. */
gboolean tl_rebuild_recognise (const TlPickleValue *value);

/**
 * tl_rebuild_tensor:
 * @value: one that tl_rebuild_recognise() knows
 *
 * Adds the tensor to @blobs as @name, or notes it as skipped if its type is none of TlDtype.
 */
gboolean tl_rebuild_tensor (const TlPickleValue *value, const char *name,
                            const TlStorages *storages, TlBlobs *blobs, GError **error);

G_END_DECLS
