/* failure.h - what libtorch says, as an error of ours
 *
 * Its libraries have no common type for memory that ran out, so their words are looked at. Any
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): TL_ERROR_TOO_LARGE */
GError *tl_failure_too_large (void);

/* (transfer full): TL_ERROR_TOO_LARGE if @text says so, else TL_ERROR_DEVICE with its first line.
 */
GError *tl_failure_from_text (const char *text);

G_END_DECLS
