/* status-line.h - what the run on screen is doing, in one line
 *
 * News of a run come in bursts of several properties; the line is brought up to date once, when the
 * main loop has a moment.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"
#include "ui/models/backend.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_STATUS_LINE (tl_status_line_get_type ())

G_DECLARE_FINAL_TYPE (TlStatusLine, tl_status_line, TL, STATUS_LINE, GtkWidget)

/* (nullable): @backend is what the run is computed with, or the next one would be; it may be
 * unknown. @n_iterations: planned, where there is no run. */
void tl_status_line_show (TlStatusLine *self, TlRun *run, TlBackend *backend, guint n_iterations);
/* (nullable): what many runs do, for where there is no run */
void tl_status_line_set_many (TlStatusLine *self, const char *what);
/* (nullable): more, at the end of the line: of an exploration, of the session's file */
void tl_status_line_set_aside (TlStatusLine *self, const char *aside);

G_END_DECLS
