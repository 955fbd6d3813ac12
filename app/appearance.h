/* appearance.h - light or dark, as the user or the desktop wants it
 *
 * GTK 4 does not ask the desktop for itself. This reads org.freedesktop.appearance color-scheme
 * from the settings portal and follows its changes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TL_TYPE_APPEARANCE (tl_appearance_get_type ())

G_DECLARE_FINAL_TYPE (TlAppearance, tl_appearance, TL, APPEARANCE, GObject)

/* After GTK has a display. Property scheme: "system", "light" or "dark". */
TlAppearance *tl_appearance_new (void);

void tl_appearance_set_scheme (TlAppearance *self, const char *scheme);

G_END_DECLS
