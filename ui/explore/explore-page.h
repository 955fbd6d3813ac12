/* explore-page.h - many starts side by side, to pick from
 *
 * Shows the candidates of an exploration, or the siblings of a run. What is done with the selected
 * ones are the window's actions.
 *
 * Signals `selection-changed`; `progressed`: now and then, while they go on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"
#include "ui/models/judges.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_EXPLORE_PAGE (tl_explore_page_get_type ())

G_DECLARE_FINAL_TYPE (TlExplorePage, tl_explore_page, TL, EXPLORE_PAGE, GtkWidget)

/* Once. */
void tl_explore_page_set_judges (TlExplorePage *self, TlJudges *judges);
/* Shows its last exploration, if it has one. */
void tl_explore_page_set_session (TlExplorePage *self, TlSession *session);
void tl_explore_page_show (TlExplorePage *self, TlExploration *exploration);
/* Those that left @run with a jitter of their own. */
void tl_explore_page_show_siblings (TlExplorePage *self, TlRun *run);

/* (nullable): NULL while siblings are shown, or nothing */
TlExploration *tl_explore_page_get_exploration (TlExplorePage *self);

/* (transfer container) (element-type TlRun) */
GPtrArray *tl_explore_page_dup_selected (TlExplorePage *self);
GPtrArray *tl_explore_page_dup_starred (TlExplorePage *self);
GPtrArray *tl_explore_page_dup_all (TlExplorePage *self);

/* Another run was selected elsewhere: those that are selected here are no longer meant, it is, if
 * it is shown here. */
void tl_explore_page_follow (TlExplorePage *self, TlRun *run);

/* Iterations per second of all together, lately; 0: not known */
gdouble tl_explore_page_get_rate (TlExplorePage *self);
/* (transfer full) (nullable): "12 starts · 340 of 1200 · 6.1 it/s"; NULL: none goes on */
char *tl_explore_page_dup_status (TlExplorePage *self);
void tl_explore_page_focus (TlExplorePage *self);

G_END_DECLS
