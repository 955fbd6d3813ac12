/* family-row.h - a run in the tree: its picture, what it is called, how far it came
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_FAMILY_ROW (tl_family_row_get_type ())

G_DECLARE_FINAL_TYPE (TlFamilyRow, tl_family_row, TL, FAMILY_ROW, GtkWidget)

/* (nullable) both */
void tl_family_row_set_run (TlFamilyRow *self, TlSession *session, TlRun *run);

/* (transfer full): "318, similarity 0.42, paused" */
char *tl_run_print_detail (TlRun *run);
/* A symbolic icon and, translated, the word for it. */
const char *tl_run_state_get_icon (TlRunState state);
const char *tl_run_state_get_word (TlRunState state);

G_END_DECLS
