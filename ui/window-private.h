/* window-private.h - what is in a window
 *
 * For window.c, which lays it out, and the files of its actions: run-actions.c steers the selected
 * run, fork-actions.c makes new ones of those that are there, explore-actions.c works on many,
 * mark-actions.c says what is thought of them, picture-actions.c brings pictures in and out,
 * session-actions.c minds the file, leave-actions.c what keeps a window from going, undo-actions.c
 * the order of what can be taken back, verify-actions.c makes a run a second time, view-actions.c
 * the views and panes, regions.c the way between them; selection.c shows the run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/compare/compare-page.h"
#include "ui/explore/explore-control.h"
#include "ui/explore/explore-page.h"
#include "ui/export/export-popover.h"
#include "ui/family/family-pane.h"
#include "ui/judging.h"
#include "ui/pictures.h"
#include "ui/rate-actions.h"
#include "ui/room-actions.h"
#include "ui/session/session-button.h"
#include "ui/steer/status-line.h"
#include "ui/steer/steer-page.h"
#include "ui/steer/steer-pane.h"
#include "ui/undo-actions.h"
#include "ui/window-actions.h"
#include "ui/work.h"

G_BEGIN_DECLS

/* A fork that waits until its run stands (fork-actions.c). */
typedef struct _TlForkWish TlForkWish;

struct _TlWindow
{
  GtkApplicationWindow parent_instance;

  GSettings *preferences; /* (nullable) */
  TlSession *session;
  TlWork *work;
  TlJudges *judges;         /* (nullable) */
  TlJudging *judging;       /* (nullable) */
  gboolean is_loading;      /* models */
  TlWish awaited;           /* asked for while there was no backend yet */
  TlRecipe *replayed;       /* (nullable): what a picture is to be made again from */
  gboolean keeps_fields;    /* the run that is selected now was made from them */
  GPtrArray *opening;       /* of char *: session files that are on their way into this window */
  gint64 shown_when_opened; /* the id of a run; 0: none */
  gboolean goes_on_written; /* once what could not be written is */
  gboolean is_leaving;      /* closes when what runs has paused and is written */
  guint n_held;             /* files that are on their way out: it closes when they are there */
  TlForkWish *fork_wish;    /* (nullable): asked for while the run was going */
  TlRates rates;
  TlWish wish;             /* once everything is written again */
  GPtrArray *deeds;        /* (nullable): what can be taken back, the last at the end */
  GCancellable *looking;   /* (nullable): for a picture of the past */
  GCancellable *verifying; /* (nullable): the second time that is made last */
  guint turn_hint;         /* timeout */
  guint fold;              /* idle */
  gboolean is_narrow;
  gboolean shows_pane;
  gboolean shows_family;
  TlPictures *pictures;

  GMenu *recent_menu;
  TlSessionButton *session_button;
  GtkStack *views;
  TlSteerPane *pane;
  TlSteerPage *page;
  TlExploreControl *explore_control;
  TlExplorePage *explore_page;
  TlComparePage *compare_page;
  GtkBox *middle;
  TlFamilyPane *family;
  GtkWidget *family_button;
  GtkWidget *menu_button;
  GtkPopover *family_popover;
  TlStatusLine *status;
  TlBar *bar;
  TlExportPopover *export_popover;
  GtkWidget *export_button;
  GtkWidget *pause_button;
  GtkWidget *continue_button;
  GtkWidget *stop_button;
};

/* (nullable) (transfer none): the run that is selected */
TlRun *tl_window_get_run (TlWindow *self);
/* (transfer container) (element-type TlRun): what the keys and buttons act on: the selected
 * candidates, or the selected run */
GPtrArray *tl_window_dup_subjects (TlWindow *self);
/* The iteration that is looked at: of the selected checkpoint, or now. */
guint64 tl_window_get_iteration (TlWindow *self);
gboolean tl_window_is_past (TlWindow *self);

void tl_window_update_actions (TlWindow *self);
void tl_window_say (TlWindow *self, const char *message);
void tl_window_notify_user (TlWindow *self, const char *title, TlRun *run);

/* view-actions.c */
gboolean tl_window_is_exploring (TlWindow *self);
void tl_window_show_view (TlWindow *self, const char *name);
void tl_window_view_changed (TlWindow *self);
void tl_window_check_width (TlWindow *self);
/* Where the keys of the view that is shown are. */
void tl_window_focus_view (TlWindow *self);

/* selection.c */
void tl_window_selected_changed (TlWindow *self);
/* What @run was begun with, and is steered by, in the fields. */
void tl_window_fill_fields (TlWindow *self, TlRun *run);
void tl_window_candidates_selected (TlWindow *self);
/* The scale of checkpoints stands elsewhere. */
void tl_window_moved (TlWindow *self);
void tl_window_stop_looking (TlWindow *self);
void tl_window_update_status (TlWindow *self);

/* run-actions.c */
/* TRUE while there are no models: @action is done when those that are on their way are here; where
 * none are, a sentence says it. */
gboolean tl_window_waits_for_models (TlWindow *self, const char *action, GVariant *parameter);
/* They are here, or will not come. */
void tl_window_take_up_awaited (TlWindow *self);
void tl_window_run_changed (TlWindow *self, TlRun *run);

/* fork-actions.c */
/* A new run leaves @parent at @iteration with the fields as they stand. */
void tl_window_fork_with_fields (TlWindow *self, TlRun *parent, guint64 iteration);
gboolean tl_window_can_undo_turn (TlWindow *self);
/* Of the run on screen, the last one; does nothing where there is none. */
void tl_window_undo_turn (TlWindow *self);

/* mark-actions.c */
void tl_window_set_mark (TlWindow *self, TlRun *run, TlMark mark);

/* recent.c */
void tl_window_remember_recent (TlWindow *self);
void tl_window_fill_recent (TlWindow *self);

/* session-actions.c */
/* window.c calls the first, whoever opened one the second. */
void tl_window_use_session (TlWindow *self, TlSession *session);
void tl_window_set_session (TlWindow *self, TlSession *session);
/* (transfer full): errors are sentences without their point */
char *tl_window_end_sentence (const char *sentence);

G_END_DECLS
