/* family-pane.h - the runs of a session as a tree, and the checkpoints of the selected one
 *
 * Candidates of an exploration are in the tree once they were picked. Selecting a row selects the
 * session's run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"
#include "ui/family/checkpoint-box.h"

G_BEGIN_DECLS

#define TL_TYPE_FAMILY_PANE (tl_family_pane_get_type ())

G_DECLARE_FINAL_TYPE (TlFamilyPane, tl_family_pane, TL, FAMILY_PANE, GtkWidget)

void tl_family_pane_set_session (TlFamilyPane *self, TlSession *session);
/* Which runs are in the tree may be different now. */
void tl_family_pane_refresh (TlFamilyPane *self);
/* Asks for the name and the note of the selected run. */
void tl_family_pane_name_run (TlFamilyPane *self);

TlCheckpointBox *tl_family_pane_get_checkpoints (TlFamilyPane *self);
void tl_family_pane_focus (TlFamilyPane *self);

G_END_DECLS
