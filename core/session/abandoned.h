/* abandoned.h - sessions whose program ended before it could close them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) (element-type filename): the paths of at most @max sessions in @folder that
 * nobody has open although they were never closed, the last written first. Looks, and changes
 * nothing. */
GPtrArray *tl_abandoned_find (const char *folder, guint max);

G_END_DECLS
