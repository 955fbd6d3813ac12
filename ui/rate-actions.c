/* rate-actions.c - a run that went back by itself, and goes on with smaller steps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/rate-actions.h"

#include "ui/window-private.h"

#include <glib/gi18n-lib.h>

static gdouble
get_rate (TlRun *run)
{
  return tl_steer_get_settings (tl_run_get_steer (run))->lr;
}

/* It says so before its journal does: what is in force here is still the rate of before. One that
 * goes back again and again is asked about the rate that somebody chose. */
static void
remember_rate (TlWindow *self, TlRun *run)
{
  gdouble rate = get_rate (run);

  if (self->rates.run != run || self->rates.calm != rate)
    self->rates.original = rate;
  g_set_weak_pointer (&self->rates.run, run);
  self->rates.calm = rate / 2;
}

static void
say_calmed (TlWindow *self, TlRun *run)
{
  char rate[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *action = NULL;
  TlBarButton buttons[] = { { _ ("Keep Original Rate"), NULL }, { NULL, NULL } };

  remember_rate (self, run);
  g_ascii_dtostr (rate, sizeof rate, self->rates.original);
  action = g_strdup_printf ("win.keep-rate('%s')", rate);
  buttons[0].action = action;
  tl_bar_show (self->bar, TL_BAR_QUESTION, tl_run_get_message (run), buttons);
}

static void
say_paused (TlWindow *self, TlRun *run)
{
  const TlBarButton buttons[] = { { _ ("Continue"), "win.continue" }, { NULL, NULL } };

  g_clear_weak_pointer (&self->rates.run);
  tl_bar_show (self->bar, TL_BAR_ERROR, tl_run_get_message (run),
               run == tl_window_get_run (self) ? buttons : NULL);
  tl_window_notify_user (self, _ ("The run has paused"), run);
}

void
tl_window_run_said (TlWindow *self, TlRun *run)
{
  if (tl_run_is_active (run))
    say_calmed (self, run);
  else
    say_paused (self, run);
}

static void
keep_rate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (TlSteer) steer = NULL;
  TlSettings settings;
  TlSteer *before;

  /* It was deleted meanwhile. */
  if (self->rates.run == NULL)
    return;
  before = tl_run_get_steer (self->rates.run);
  settings = *tl_steer_get_settings (before);
  settings.lr = g_ascii_strtod (g_variant_get_string (parameter, NULL), NULL);
  steer = tl_steer_new (tl_steer_get_prompt (before), &settings, tl_steer_get_assets (before));
  tl_work_steer (self->work, self->rates.run, steer, TL_TURN_GENTLE);
  g_clear_weak_pointer (&self->rates.run);
}

void
tl_window_install_rate_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.keep-rate", "s", keep_rate_action);
}
