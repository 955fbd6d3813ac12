/* frame-file.h - a picture of a run as the session file keeps it
 *
 * PNG, without a recipe: that is in the same file. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"

G_BEGIN_DECLS

/**
 * tl_frame_encode:
 * @png: (out) (transfer full)
 * @thumbnail: (out) (transfer full): PNG of at most TL_THUMBNAIL_SIDE pixels a side
 *
 * TL_ERROR_TOO_LARGE where memory does not suffice.
 */
gboolean tl_frame_encode (TlFrame *frame, GBytes **png, GBytes **thumbnail, GError **error);

G_END_DECLS
