/* history.h - prompts that were used before
 *
 * A list model of GtkStringObject, the newest first, kept in the user's data folder, one prompt a
 * line. Reading and writing never hold up the window.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_HISTORY (tl_history_get_type ())

G_DECLARE_FINAL_TYPE (TlHistory, tl_history, TL, HISTORY, GObject)

/* (transfer full): one for all windows, for each would write its own over the others'. Begins to
 * read what was kept. */
TlHistory *tl_history_open (void);

/* Puts @prompt on top; an equal one further down goes. */
void tl_history_add (TlHistory *self, const char *prompt);

/* (nullable): the prompt at @position */
const char *tl_history_get (TlHistory *self, guint position);

/* (transfer none): of GtkStringObject */
GListModel *tl_history_get_model (TlHistory *self);

G_END_DECLS
