/* archive.h - checkpoints of torch.save since 1.6 and TorchScript archives: zip files around a
 * pickle
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/blobs.h"

G_BEGIN_DECLS

/* Adds the tensors of the zip file that @bytes are, and says which of the two kinds it is. */
gboolean tl_archive_read (GBytes *bytes, TlBlobs *blobs, TlWeightsKind *kind, GError **error);

G_END_DECLS
