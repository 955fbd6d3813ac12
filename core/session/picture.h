/* picture.h - reading picture files
 *
 * Any format that gdk-pixbuf reads, with the camera's orientation applied and transparency over
 * white. Any thread; the bytes are untrusted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/asset.h"
#include "core/session/frame.h"

G_BEGIN_DECLS

/* Pixels of a picture that is read, at most; larger ones are refused before they are decoded. */
#define TL_PICTURE_MAX_PIXELS (100 * 1000 * 1000)

/**
 * tl_picture_read:
 * @name: stands for the file in messages
 *
 * Returns: (transfer full): iteration 0, similarity NAN; NULL with TL_ERROR_FORMAT or
 *   TL_ERROR_TOO_LARGE
 */
TlFrame *tl_picture_read (GBytes *bytes, const char *name, GError **error);

/* As tl_picture_read(), of a file; TL_ERROR_MISSING where there is none. */
TlFrame *tl_picture_load (const char *path, GError **error);

G_END_DECLS
