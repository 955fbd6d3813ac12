/* preferences.h - what the window remembers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): org.tiller.Tiller, from where it is installed or from the build that
 * was not; NULL, and nothing is remembered, where there is neither */
GSettings *tl_preferences_new (void);

G_END_DECLS
