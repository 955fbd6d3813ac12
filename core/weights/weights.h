/* weights.h - tensors in a model file, by name
 *
 * Opens PyTorch zip checkpoints and TorchScript archives, legacy (pre-1.6) checkpoints and
 * safetensors behind one interface. The file is memory-mapped; opening reads its index, never a
 * tensor. Nothing in a file is executed or trusted: a lying header gives TL_ERROR_FORMAT with the
 * place. A TlWeights is immutable, reference-counted and may be read from any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/dtype.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TL_MAX_DIMS 8

typedef struct _TlWeights TlWeights;

typedef enum
{
  TL_WEIGHTS_ZIP,         /* torch.save since 1.6 */
  TL_WEIGHTS_TORCHSCRIPT, /* zip with code/ and constants.pkl */
  TL_WEIGHTS_LEGACY,      /* torch.save before 1.6 */
  TL_WEIGHTS_SAFETENSORS,
} TlWeightsKind;

/**
 * TlBlob:
 *
 * One tensor of the file. All of [@data, @data + needed bytes) for the given shape and strides is
 * known to lie inside the mapping: this was checked when the file was opened. Lives as long as the
 * TlWeights.
 */
typedef struct
{
  const char *name; /* dotted path, without an enclosing "state_dict." (see tl_weights_open) */
  TlDtype dtype;
  guint n_dims; /* 0 for a scalar */
  gint64 shape[TL_MAX_DIMS];
  gint64
    strides[TL_MAX_DIMS]; /* in elements, never negative; 0 where the file repeats an element */
  gsize n_elements;
  const guint8 *data; /* first element, little endian; not necessarily aligned */
  gsize n_bytes;      /* from @data to the end of the last element that shape and strides reach */
} TlBlob;

/* Whether its elements lie row after row without gaps, as in every safetensors file. */
gboolean tl_blob_is_dense (const TlBlob *self);

/**
 * tl_weights_open:
 * @path: file name
 *
 * Names: containers of tensors are joined with dots; the outermost "state_dict", "model" or
 * "model_state_dict" dictionary of a checkpoint is taken off the names if the file has one that
 * holds tensors. Optimiser states, callbacks and hyper-parameters are skipped without touching
 * their data and listed by tl_weights_get_skipped().
 *
 * Returns: (transfer full): the open file, or NULL with TL_ERROR_FORMAT or TL_ERROR_MISSING
 */
TlWeights *tl_weights_open (const char *path, GError **error);

/* As tl_weights_open(), of bytes that are safetensors. @name stands for the file in messages. Keeps
 * a reference to @bytes. */
TlWeights *tl_weights_new_from_safetensors (GBytes *bytes, const char *name, GError **error);

TlWeights *tl_weights_ref (TlWeights *self);
void tl_weights_unref (TlWeights *self);

TlWeightsKind tl_weights_get_kind (TlWeights *self);
const char *tl_weights_get_path (TlWeights *self);

guint tl_weights_get_n_blobs (TlWeights *self);

/* Sorted by name. */
const TlBlob *tl_weights_get_blob (TlWeights *self, guint index);

/* (nullable): NULL where the file has no such tensor. */
const TlBlob *tl_weights_lookup (TlWeights *self, const char *name);

gboolean tl_weights_has_prefix (TlWeights *self, const char *prefix);

/* (nullable): string of a safetensors file's __metadata__. */
const char *tl_weights_get_metadata (TlWeights *self, const char *key);

/* (transfer container): all keys of the __metadata__, sorted, ended by NULL; the strings live as
 * long as @self. */
const char **tl_weights_list_metadata (TlWeights *self);

/* (element-type utf8): what was in the file and was not read, in words for `inspect`:
 * "optimizer_states (2.1 GB)". */
const GPtrArray *tl_weights_get_skipped (TlWeights *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlWeights, tl_weights_unref)

G_END_DECLS
