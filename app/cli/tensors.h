/* tensors.h - tensors of a scope to safetensors files, and back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"
#include "core/weights/safetensors.h"

G_BEGIN_DECLS

/* Does nothing in a failed scope. */
void cli_tensors_add (TlSafetensorsWriter *writer, TlScope *s, const char *name, TlTensor *x);

/* [1, h, w] int64; NULL without failing the scope where the file has none; fails it where codes are
 * out of range or the shape is none of a picture's. */
TlTensor *cli_tensors_read_indices (TlScope *s, TlWeights *file, const char *name, guint n_codes,
                                    guint max_side);

/* [1, e_dim, h, w] float32; fails the scope where the file has none of that shape. */
TlTensor *cli_tensors_read_latent (TlScope *s, TlWeights *file, const char *name, guint e_dim,
                                   guint max_side);

G_END_DECLS
