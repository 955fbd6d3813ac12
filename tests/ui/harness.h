/* harness.h - a real window on the fake stepper, and hands to use it with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/window.h"

G_BEGIN_DECLS

/* Like g_test_init(), but ends the program with success where there is no display to show a window
 * on. */
void harness_init (int *argc, char ***argv);

/* (transfer full): the fake stepper; @model: (nullable): by another name than the usual one; static
 */
TlBackend *harness_make_backend (const char *model);

/* A window that is on screen, with the fake stepper behind it. */
TlWindow *harness_open_window (void);
/* From now on runs are begun with an image model of another name; static; NULL: the starter. */
void harness_use_model (TlWindow *window, const char *name);
/* From now on the fake judge, by this name, scores what waits; NULL: nobody. */
void harness_use_judge (TlWindow *window, TlJudges *judges, const char *name);
void harness_close_window (TlWindow *window);
/* As an artist does: it goes when what runs is kept, whoever else may hold it for longer. */
void harness_leave_window (TlWindow *window);

/* Lets the main loop work until @is_true holds; fails the test if it does not for half a minute. */
typedef gboolean (*HarnessCondition) (gpointer data);
void harness_wait (HarnessCondition is_true, gpointer data);
void harness_wait_state (TlWindow *window, TlRunState state);
void harness_wait_iteration (TlWindow *window, guint64 iteration);
/* Until the window says something that begins like this. */
void harness_wait_message (TlWindow *window, const char *prefix);
/* Until nothing is left to do. */
void harness_settle (void);
/* For so many milliseconds, where there is nothing to see by which to know that it was done. */
void harness_linger (guint ms);
/* Until the display says that it has it: a window that has just come up is not active at once. */
void harness_focus (TlWindow *window, const char *name);

/* (nullable): the mapped widget below @root with this accessible name */
GtkWidget *harness_find (GtkWidget *root, const char *name);
/* (nullable): whose name begins so */
GtkWidget *harness_find_prefix (GtkWidget *root, const char *prefix);

/* As a click on the button of that name. */
void harness_press (TlWindow *window, const char *name);
/* Of a button that is named by what it says. */
void harness_press_label (TlWindow *window, const char *label);
/* An action that takes nothing: "win.star". */
void harness_activate (TlWindow *window, const char *action);
/* "steer", "explore" or "compare" */
void harness_show_view (TlWindow *window, const char *name);
gboolean harness_can_press (TlWindow *window, const char *name);

/* What the entry, text or spin button of that name holds. */
void harness_type (TlWindow *window, const char *name, const char *text);
/* The same, with the cursor still in it: a spin button has not taken its number yet. */
void harness_half_type (TlWindow *window, const char *name, const char *text);
/* (transfer full) */
char *harness_read (TlWindow *window, const char *name);

guint harness_count_runs (TlWindow *window);
void harness_select_run (TlWindow *window, TlRun *run);
/* One that does not end by itself, and has begun. */
void harness_start_long_run (TlWindow *window);

/* (transfer full): the path of a copy of the window's session, of that name: as a crash would leave
 * it if something goes on. */
char *harness_copy_session (TlWindow *window, const char *name);

G_END_DECLS
