/* room-actions.c - what a window does where the disk has little room, or none
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/room-actions.h"

#include "ui/window-private.h"

#include <glib/gi18n-lib.h>

/* --- None left ------------------------------------------------------------------------------- */

void
tl_wish_clear (TlWish *self)
{
  g_clear_pointer (&self->action, g_free);
  g_clear_pointer (&self->parameter, g_variant_unref);
}

gboolean
tl_window_waits_for_room (TlWindow *self, const char *action, GVariant *parameter)
{
  const TlBarButton buttons[] = { { _ ("Try Again"), "win.retry" },
                                  { _ ("Save Elsewhere"), "win.save-copy" },
                                  { NULL, NULL } };
  const char *problem = tl_session_get_problem (self->session);
  g_autofree char *message = NULL;

  tl_wish_clear (&self->wish);
  if (problem == NULL)
    return FALSE;
  self->wish = (TlWish){ g_strdup (action), parameter != NULL ? g_variant_ref (parameter) : NULL };
  /* Translators: %s is a sentence that says why, without its point */
  message =
    g_strdup_printf (_ ("%s. Nothing new begins until that is written; nothing is lost."), problem);
  tl_bar_show (self->bar, TL_BAR_ERROR, message, buttons);
  return TRUE;
}

void
tl_window_take_up_wish (TlWindow *self)
{
  TlWish wish = self->wish;

  self->wish = (TlWish){ NULL, NULL };
  gtk_widget_activate_action_variant (
    GTK_WIDGET (self), wish.action != NULL ? wish.action : "win.continue", wish.parameter);
  tl_wish_clear (&wish);
}
