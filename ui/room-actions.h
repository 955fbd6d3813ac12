/* room-actions.h - what a window does where the disk has little room, or none
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/window.h"

G_BEGIN_DECLS

/* What was asked for while nothing could be written. */
typedef struct
{
  char *action; /* (nullable) */
  GVariant *parameter;
  guint advice; /* timeout: what is to be said when the bar is free */
} TlWish;

void tl_wish_clear (TlWish *self);

/* TRUE, with the sentence that says why, while nothing can be written: then nothing new begins, and
 * @action is done once everything is written again, by Try Again. */
gboolean tl_window_waits_for_room (TlWindow *self, const char *action, GVariant *parameter);
/* Everything is written again: what was asked for meanwhile, or else what runs goes on. */
void tl_window_take_up_wish (TlWindow *self);

/* Checkpoints are further apart where there is little room, whatever was set since. */
void tl_window_spare_room (TlWindow *self);
/* The disk of the session has little room, much less, or enough again. */
void tl_window_room_changed (TlWindow *self);
void tl_window_stop_advising (TlWindow *self);

G_END_DECLS
