/* undo-actions.h - what the user did in a window, to be taken back in that order
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/window.h"

G_BEGIN_DECLS

typedef enum
{
  TL_DEED_TURNED,
  TL_DEED_MARKED,
  TL_DEED_DELETED,
} TlDeed;

/* To be said before the marks change, which are kept: the user is about to do this. */
void tl_window_did (TlWindow *self, TlDeed what, GPtrArray *runs);
/* With it @line was added to the note of the run. */
void tl_window_did_note (TlWindow *self, const char *line);
void tl_window_forget_deeds (TlWindow *self);

G_END_DECLS
