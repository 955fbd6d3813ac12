/* signals.c - a program that is told to end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/signals.h"
#include "config.h"

#include <glib-unix.h>

static gboolean
quit_cb (gpointer application)
{
  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

void
tl_signals_watch (GApplication *application)
{
  g_unix_signal_add (SIGTERM, quit_cb, application);
  g_unix_signal_add (SIGINT, quit_cb, application);
}
