/* rate-actions.h - a run that went back by itself, and goes on with smaller steps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"
#include "ui/window.h"

G_BEGIN_DECLS

/* What a window remembers of the last one that did. */
typedef struct
{
  TlRun *run; /* (nullable): weak */
  gdouble calm, original;
} TlRates;

void tl_window_install_rate_actions (GtkWidgetClass *class);
/* What it did by itself (work.h). */
void tl_window_run_said (TlWindow *self, TlRun *run);

G_END_DECLS
