/* room-actions.c - what a window does where the disk has little room, or none
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/room-actions.h"

#include "core/session/session-upkeep.h"
#include "ui/window-private.h"

#include <glib/gi18n-lib.h>

/* Where there is little room, checkpoints are no closer than this. */
#define SPARING_EVERY 100
#define DEFAULT_EVERY 25
/* A bar that says something else is waited for. */
#define ADVICE_SECONDS 5

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
  self->wish.action = g_strdup (action);
  self->wish.parameter = parameter != NULL ? g_variant_ref (parameter) : NULL;
  /* Translators: %s is a sentence that says why, without its point */
  message =
    g_strdup_printf (_ ("%s. Nothing new begins until that is written; nothing is lost."), problem);
  tl_bar_show (self->bar, TL_BAR_ERROR, message, buttons);
  return TRUE;
}

void
tl_window_take_up_wish (TlWindow *self)
{
  TlWish wish = { g_steal_pointer (&self->wish.action), g_steal_pointer (&self->wish.parameter) };

  gtk_widget_activate_action_variant (
    GTK_WIDGET (self), wish.action != NULL ? wish.action : "win.continue", wish.parameter);
  tl_wish_clear (&wish);
}

/* --- Little left ----------------------------------------------------------------------------- */

static guint
get_every (TlWindow *self)
{
  return self->preferences != NULL ? g_settings_get_uint (self->preferences, "checkpoint-every")
                                   : DEFAULT_EVERY;
}

/* 0 keeps them where they must be only, which is more sparing still. */
static gboolean
is_sparing (TlWindow *self)
{
  return tl_session_is_room_low (self->session) && get_every (self) > 0
         && get_every (self) < SPARING_EVERY;
}

static void
spare (TlWindow *self)
{
  tl_work_set_checkpoint_every (self->work, is_sparing (self) ? SPARING_EVERY : get_every (self));
}

void
tl_window_spare_room (TlWindow *self)
{
  if (self->session != NULL && self->work != NULL && is_sparing (self))
    spare (self);
}

static char *
print_advice (TlWindow *self, guint n, guint64 n_bytes)
{
  g_autofree char *room = g_format_size (tl_session_get_room (self->session));
  g_autofree char *size = g_format_size (n_bytes);
  GString *text = g_string_new (NULL);

  /* Translators: %s is a size, "640 MB" */
  g_string_printf (text, _ ("%s left on the disk of this session."), room);
  if (is_sparing (self))
    g_string_append_printf (text, _ (" Checkpoints are now every %d."), SPARING_EVERY);
  if (n > 0)
    g_string_append_printf (text,
                            ngettext (" Dropping %u checkpoint in between frees %s.",
                                      " Dropping %u checkpoints in between frees %s.", n),
                            n, size);
  return g_string_free (text, FALSE);
}

static void
planned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlWindow) self = user_data;
  const TlBarButton both[] = { { _ ("Drop Them"), "win.thin" },
                               { _ ("Save Elsewhere"), "win.save-copy" },
                               { NULL, NULL } };
  guint n = 0;
  guint64 n_bytes = 0;
  g_autofree char *message = NULL;

  /* Without a plan there is one button less. */
  if (!tl_session_plan_thinning_finish (TL_SESSION (source), result, &n, &n_bytes, NULL))
    n = 0;
  if (self->pictures == NULL || source != G_OBJECT (self->session)
      || tl_session_get_problem (self->session) != NULL)
    return;
  message = print_advice (self, n, n_bytes);
  tl_bar_show (self->bar, TL_BAR_QUESTION, message, n > 0 ? both : both + 1);
}

static gboolean
advise_cb (gpointer user_data)
{
  TlWindow *self = user_data;

  /* What is asked is answered first; a full disk says more than a nearly full one. */
  self->wish.advice = 0;
  if (tl_bar_is_open (self->bar))
    self->wish.advice = g_timeout_add_seconds (ADVICE_SECONDS, advise_cb, self);
  else if (tl_session_is_room_low (self->session) && tl_session_get_problem (self->session) == NULL)
    tl_session_plan_thinning_async (self->session, NULL, planned_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

void
tl_window_stop_advising (TlWindow *self)
{
  g_clear_handle_id (&self->wish.advice, g_source_remove);
}

void
tl_window_room_changed (TlWindow *self)
{
  tl_window_stop_advising (self);
  spare (self);
  if (tl_session_is_room_low (self->session))
    self->wish.advice = g_idle_add (advise_cb, self);
}
