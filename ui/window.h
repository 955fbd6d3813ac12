/* window.h - the main window
 *
 * Holds the run that is on screen and the actions on it; all the rest of the window shows. What
 * runs are computed with is set from outside (the application, or a test).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/models/backend.h"
#include "ui/steer/steer-page.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_WINDOW (tl_window_get_type ())

G_DECLARE_FINAL_TYPE (TlWindow, tl_window, TL, WINDOW, GtkApplicationWindow)

/* Properties: backend (nullable), loading, active (a run is going on). */

/* @preferences: (nullable): org.tiller.Tiller */
GtkWidget *tl_window_new (GtkApplication *application, GSettings *preferences);

/* @is_loading: another one is on its way; a Run that is asked for meanwhile begins when it is here
 */
void tl_window_set_backend (TlWindow *self, TlBackend *backend, gboolean is_loading);

/* (nullable) (transfer none) */
TlRun *tl_window_get_run (TlWindow *self);
TlSteerPage *tl_window_get_page (TlWindow *self);

/* A picture that was given on the command line or dropped: offers what can be done with it. */
void tl_window_open (TlWindow *self, GFile *file);

void tl_window_show_error (TlWindow *self, const char *message);
/* (nullable): the sentence that is shown */
const char *tl_window_get_message (TlWindow *self);

G_END_DECLS
