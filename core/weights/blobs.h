/* blobs.h - the tensors of a file while it is read, and the one place that checks them
 *
 * Every reader of core/weights hands its tensors to a TlBlobs, which believes nothing: shapes,
 * strides and offsets are checked against the bytes that are there, and how much memory the list
 * itself takes is held in proportion to the index that describes it. After tl_blobs_finish() it is
 * immutable and belongs to a TlWeights. One thread while it is filled.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/weights.h"

G_BEGIN_DECLS

typedef struct _TlBlobs TlBlobs;

/* Longest name that a tensor may have, in bytes. */
#define TL_BLOB_MAX_NAME 1024

/* What a reader says about one tensor. All numbers are as the file states them, unchecked. */
typedef struct
{
  const char *name;
  TlDtype dtype;
  guint n_dims; /* at most TL_MAX_DIMS */
  const gint64 *shape;
  const gint64 *strides; /* (nullable): NULL is row-major */
  gint64 offset;         /* in elements, from the start of the storage */
  const guint8 *storage;
  gsize storage_size; /* in bytes; the caller knows that they are there */
} TlBlobSpec;

/* @file stands for the file in messages. A tensor may not have more elements than the file has
 * bytes, however it repeats them. */
TlBlobs *tl_blobs_new (const char *file, gsize file_size);
void tl_blobs_free (TlBlobs *self);

const char *tl_blobs_get_file (TlBlobs *self);

/* The bytes that describe the tensors: how many there may be, and how long their names may grow,
 * follows from it. */
void tl_blobs_set_index_size (TlBlobs *self, gsize n_bytes);

/* Text of a reasonable length without control characters: what may stand in a message or on a
 * terminal. */
gboolean tl_blobs_is_name (const char *text, gsize length);

gboolean tl_blobs_add (TlBlobs *self, const TlBlobSpec *spec, GError **error);

/* Notes what is in the file and was not read. @n_bytes 0: nothing is known about its size. */
void tl_blobs_skip (TlBlobs *self, const char *what, guint64 n_bytes);

/* FALSE where there is one of that key. */
gboolean tl_blobs_add_metadata (TlBlobs *self, const char *key, const char *value);

/* Sorts; fails if there is no tensor or if two have one name. */
gboolean tl_blobs_finish (TlBlobs *self, GError **error);

/* (element-type TlBlob) */
const GArray *tl_blobs_get_list (TlBlobs *self);
const GPtrArray *tl_blobs_get_skipped (TlBlobs *self);

/* (element-type utf8 utf8) */
GTree *tl_blobs_get_metadata (TlBlobs *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlBlobs, tl_blobs_free)

G_END_DECLS
