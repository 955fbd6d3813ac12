/* checkpoint-box.h - the checkpoints of one run, to walk through
 *
 * A scale over what was kept of the run; its right end is now, and stays with the run while it goes
 * on. The picture, words and buttons below are of the iteration that the scale stands at.
 *
 * Signal `moved`: it stands elsewhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_CHECKPOINT_BOX (tl_checkpoint_box_get_type ())

G_DECLARE_FINAL_TYPE (TlCheckpointBox, tl_checkpoint_box, TL, CHECKPOINT_BOX, GtkWidget)

/* (nullable): stands at now */
void tl_checkpoint_box_set_run (TlCheckpointBox *self, TlSession *session, TlRun *run);

/* (nullable) (transfer none): NULL at now */
TlCheckpoint *tl_checkpoint_box_get_checkpoint (TlCheckpointBox *self);
/* @by steps to the right; G_MININT the first, G_MAXINT now */
void tl_checkpoint_box_go (TlCheckpointBox *self, gint by);

/* (transfer full) (nullable): why it was kept, in words */
char *tl_kept_print (TlKept kept);

G_END_DECLS
