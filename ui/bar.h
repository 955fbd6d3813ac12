/* bar.h - one sentence over the canvas, with what can be done about it
 *
 * In place of dialogs: nothing stops, nothing is lost, and the newest message is the one shown.
 * Messages go by themselves after a while, errors stay until they are closed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_BAR (tl_bar_get_type ())

G_DECLARE_FINAL_TYPE (TlBar, tl_bar, TL, BAR, GtkWidget)

typedef enum
{
  TL_BAR_MESSAGE,
  TL_BAR_QUESTION, /* stays, as an error does */
  TL_BAR_ERROR,
} TlBarKind;

/* A button: a translated label and a detailed action name ("win.show-file::/path"). */
typedef struct
{
  const char *label;
  const char *action;
} TlBarButton;

#define TL_BAR_MAX_BUTTONS 4

/* @buttons: (nullable): ends with a NULL label. Activating one closes the bar. */
void tl_bar_show (TlBar *self, TlBarKind kind, const char *message, const TlBarButton *buttons);
void tl_bar_close (TlBar *self);

gboolean tl_bar_is_open (TlBar *self);
const char *tl_bar_get_message (TlBar *self);

G_END_DECLS
