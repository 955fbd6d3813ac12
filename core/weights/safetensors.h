/* safetensors.h - writing safetensors bytes
 *
 * Layout: 8 bytes little-endian length, a JSON header, the tensors' bytes (format by Hugging Face,
 * github.com/huggingface/ safetensors README). Reading is tl_weights_open() and
 * tl_weights_new_from_safetensors(). No thread of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/weights.h"

G_BEGIN_DECLS

typedef struct _TlSafetensorsWriter TlSafetensorsWriter;

TlSafetensorsWriter *tl_safetensors_writer_new (void);
void tl_safetensors_writer_free (TlSafetensorsWriter *self);

void tl_safetensors_writer_set_metadata (TlSafetensorsWriter *self, const char *key,
                                         const char *value);

/**
 * tl_safetensors_writer_add:
 * @data: contiguous, row-major, little endian, n elements of @dtype
 *
 * Adds a tensor; a second one of the same name is a programming error. Keeps a reference to @data.
 */
void tl_safetensors_writer_add (TlSafetensorsWriter *self, const char *name, TlDtype dtype,
                                guint n_dims, const gint64 *shape, GBytes *data);

/* Adds the metadata and the tensors of another file, as they are, but for those whose names begin
 * with @but (nullable). TL_ERROR_FORMAT where some are not row after row, as in no safetensors
 * file. */
gboolean tl_safetensors_writer_copy (TlSafetensorsWriter *self, TlWeights *weights, const char *but,
                                     GError **error);

/* (transfer full): the file's bytes; the same tensors and metadata in the same order give the same
 * bytes. */
GBytes *tl_safetensors_writer_finish (TlSafetensorsWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlSafetensorsWriter, tl_safetensors_writer_free)

G_END_DECLS
