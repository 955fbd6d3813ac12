/* safetensors-reader.h - the tensors of safetensors bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/blobs.h"

G_BEGIN_DECLS

/* @bytes begin with a length and a JSON object. */
gboolean tl_safetensors_recognise (GBytes *bytes);

/* Adds the tensors and the metadata of @bytes. */
gboolean tl_safetensors_read (GBytes *bytes, TlBlobs *blobs, GError **error);

G_END_DECLS
