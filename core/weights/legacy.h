/* legacy.h - files of torch.save before 1.6: pickles one after the other, then the storages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/blobs.h"

G_BEGIN_DECLS

/* @bytes begin with a pickle. */
gboolean tl_legacy_recognise (GBytes *bytes);

/* Adds the tensors of @bytes. */
gboolean tl_legacy_read (GBytes *bytes, TlBlobs *blobs, GError **error);

G_END_DECLS
