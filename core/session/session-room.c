/* session-room.c - how much room the disk of a session has left
 *
 * The store measures it with each fact that it writes. What is said of it is said before the disk
 * is full, once, and again only when it gets much worse.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/session-private.h"

/* Low is less than this, or than so many of the largest checkpoints. */
#define LEAST_ROOM (G_GUINT64_CONSTANT (500) * 1000 * 1000)
#define LEAST_CHECKPOINTS 3
/* Said again when so small a part of what was left then is left. */
#define WORSE_PART 4

guint64
tl_session_get_room (TlSession *self)
{
  return self->store != NULL ? tl_store_get_room (self->store) : G_MAXUINT64;
}

gboolean
tl_session_is_room_low (TlSession *self)
{
  return self->is_room_low;
}

static guint64
get_least (TlSession *self)
{
  return MAX (LEAST_ROOM, LEAST_CHECKPOINTS * self->largest_kept);
}

void
tl_session_check_room (TlSession *self)
{
  guint64 room = tl_session_get_room (self);
  /* Once low, it takes a little more to be well again: no flicker at the limit. */
  guint64 least = get_least (self) + (self->is_room_low ? LEAST_ROOM / 5 : 0);
  gboolean is_low = room < least;
  gboolean is_worse = is_low && room < self->warned_room / WORSE_PART;

  if (is_low == self->is_room_low && !is_worse)
    return;
  self->is_room_low = is_low;
  self->warned_room = is_low ? room : 0;
  tl_session_emit_room_changed (self);
}

guint64
tl_session_get_thinning_goal (TlSession *self)
{
  guint64 room = tl_session_get_room (self);
  guint64 least = get_least (self);
  guint64 missing = self->is_room_low && room < least ? least - room : 0;

  return MIN (self->budget, self->size > missing ? self->size - missing : 0);
}
