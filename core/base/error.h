/* error.h - the one error domain of the project
 *
 * Codes say what the caller can do about it, not where it happened. Messages are translated, one sentence, in the artist's
 * words. Cancelling is G_IO_ERROR_CANCELLED and never one of these.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TL_ERROR (tl_error_quark ())

/**
 * TlError:
 * @TL_ERROR_FORMAT: the bytes are not what they claim to be; another file is needed
 * @TL_ERROR_MISSING: something that was named is not there
 * @TL_ERROR_TOO_LARGE: it does not fit: into memory, on the disk, or within a stated limit
 * @TL_ERROR_UNTRUSTED: it could be used, but not without the user's word
 * @TL_ERROR_DEVICE: the processor, the graphics card or libtorch refused
 * @TL_ERROR_NUMBER: what was computed is no number any more; smaller steps may help
 */
typedef enum
{
  TL_ERROR_FORMAT,
  TL_ERROR_MISSING,
  TL_ERROR_TOO_LARGE,
  TL_ERROR_UNTRUSTED,
  TL_ERROR_DEVICE,
  TL_ERROR_NUMBER,
} TlError;

GQuark tl_error_quark (void);

/**
 * tl_error_set:
 * @error: (nullable) (out): where to put it
 *
 * Fills @error, so that a check is one line: `return tl_error_set (error, TL_ERROR_FORMAT, _("…"));`
 *
 * Returns: FALSE, always
 */
gboolean tl_error_set (GError **error, TlError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
