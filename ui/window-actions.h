/* window-actions.h - what the files of a window's actions give to window.c
 *
 * Each installs its actions in the class, and says which of them can be used now.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/window.h"

G_BEGIN_DECLS

void tl_window_install_explore_actions (GtkWidgetClass *class);
void tl_window_install_fork_actions (GtkWidgetClass *class);
void tl_window_install_leave_actions (GtkWidgetClass *class);
void tl_window_install_mark_actions (GtkWidgetClass *class);
void tl_window_install_picture_actions (GtkWidgetClass *class);
void tl_window_install_regions (GtkWidgetClass *class);
void tl_window_install_run_actions (GtkWidgetClass *class);
void tl_window_install_session_actions (GtkWidgetClass *class);
void tl_window_install_undo_actions (GtkWidgetClass *class);
void tl_window_install_verify_actions (GtkWidgetClass *class);
void tl_window_install_view_actions (GtkWidgetClass *class);

void tl_window_update_explore_actions (TlWindow *self);
void tl_window_update_fork_actions (TlWindow *self);
void tl_window_update_mark_actions (TlWindow *self);
void tl_window_update_picture_actions (TlWindow *self);
void tl_window_update_run_actions (TlWindow *self);
void tl_window_update_session_actions (TlWindow *self);
void tl_window_update_undo_actions (TlWindow *self);

/* explore-actions.c */
void tl_window_watch_explorations (TlWindow *self);
void tl_window_update_estimate (TlWindow *self);
void tl_window_judge (TlWindow *self); /* what is shown, and waits */
void tl_window_begin_judging (TlWindow *self);

/* picture-actions.c */
void tl_window_export_ended (TlWindow *self, gboolean is_written);

/* fork-actions.c */
/* The state of @run is another: it may be one that a fork waits for. */
void tl_window_settle_fork (TlWindow *self, TlRun *run);
void tl_window_forget_fork (TlWindow *self);

/* verify-actions.c */
void tl_window_stop_verifying (TlWindow *self);

/* leave-actions.c */
void tl_window_problem_changed (TlWindow *self);
/* Tries again to write what could not be written; the runs on screen go on once it is. */
void tl_window_retry (TlWindow *self);
/* FALSE: not yet. */
gboolean tl_window_close (TlWindow *self);
/* For good, with its session, whoever holds it for longer. */
void tl_window_go (TlWindow *self);
/* Until it is released, as often as it was held, it stays, if out of sight. */
void tl_window_hold (TlWindow *self);
void tl_window_release (TlWindow *self);
/* As tl_window_show_error(); a window on its way out comes back for it. */
void tl_window_say_failed (TlWindow *self, const char *message);
/* Closes what has been asked to, if that is done: at once, or, from within the news of a session,
 * which goes with the window, as soon as they are told. */
void tl_window_leave (TlWindow *self);
void tl_window_queue_leave (TlWindow *self);

G_END_DECLS
