/* window.h - the main window: one session
 *
 * Shows a session in three views and holds the actions on it. What runs are computed with is set
 * from outside (the application, or a test).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"
#include "ui/models/backend.h"
#include "ui/models/judges.h"
#include "ui/steer/steer-page.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_WINDOW (tl_window_get_type ())

G_DECLARE_FINAL_TYPE (TlWindow, tl_window, TL, WINDOW, GtkApplicationWindow)

/* Properties: active (something runs). */

/* @preferences: (nullable): org.tiller.Tiller */
GtkWidget *tl_window_new (GtkApplication *application, GSettings *preferences);

/* @is_loading: another one is on its way; a Run that is asked for meanwhile begins when it is here
 */
void tl_window_set_backend (TlWindow *self, TlBackend *backend, gboolean is_loading);

/* Once: who may judge. */
void tl_window_set_judges (TlWindow *self, TlJudges *judges);

TlSession *tl_window_get_session (TlWindow *self);
/* (nullable) (transfer none): the selected one */
TlRun *tl_window_get_run (TlWindow *self);
TlSteerPage *tl_window_get_page (TlWindow *self);
/* Nothing was made in it yet and nothing is being opened: another session may take its place. */
gboolean tl_window_is_fresh (TlWindow *self);
/* The session of this file is shown in it, or is being read for it. */
gboolean tl_window_has_file (TlWindow *self, const char *path);
/* Comes back, if it was on its way out, and to the front. */
void tl_window_stay (TlWindow *self);

/* Selects the run, if it is still there, and shows the view in which it is at work; while a session
 * is being read, as soon as it is here. */
void tl_window_show_run (TlWindow *self, gint64 id);

/* A session, or a picture that was given on the command line or dropped, of which it is asked what
 * it is for. */
void tl_window_open (TlWindow *self, GFile *file);
gboolean tl_window_is_session (GFile *file);

void tl_window_show_error (TlWindow *self, const char *message);
/* (nullable): the sentence that is shown */
const char *tl_window_get_message (TlWindow *self);

G_END_DECLS
