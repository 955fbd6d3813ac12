/* session-button.h - what the session is called, when it was saved, and where it is
 *
 * Stands in the header. Its popover renames the session in place and names what can be done with
 * the file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_SESSION_BUTTON (tl_session_button_get_type ())

G_DECLARE_FINAL_TYPE (TlSessionButton, tl_session_button, TL, SESSION_BUTTON, GtkWidget)

void tl_session_button_set_session (TlSessionButton *self, TlSession *session);
/* (nullable): what is preferred for all sessions */
void tl_session_button_set_preferences (TlSessionButton *self, GSettings *preferences);
/* Opens it, ready to type another name. */
void tl_session_button_rename (TlSessionButton *self);

/* (transfer full): "saved 12 s ago". @saved_at and @now: microseconds; 0 was never */
char *tl_saved_print (gint64 saved_at, gint64 now);

G_END_DECLS
