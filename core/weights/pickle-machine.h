/* pickle-machine.h - the stack, marks and memo that a pickle's instructions work on
 *
 * Nothing below the last mark can be reached, nothing beyond the bytes can be read. A function that
 * fails leaves the reason in the machine and returns FALSE or NULL; whoever called it stops there.
 * For pickle-instructions.c only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/pickle-memory.h"

G_BEGIN_DECLS

typedef struct
{
  TlPickle *pickle;
  const guint8 *data;
  gsize size;
  gsize at;
  gsize n_steps; /* instructions so far */
  GPtrArray *stack;
  GArray *marks; /* of guint: heights of the stack */
  GPtrArray *memo;
  gboolean has_ended;
  const char *problem; /* translated */
} TlMachine;

/* Notes the reason; FALSE, always. */
gboolean tl_machine_fail (TlMachine *m, const char *problem);

/* The next @n bytes of the pickle. */
gboolean tl_machine_take (TlMachine *m, guint64 n, const guint8 **bytes);

/* The next little-endian number of @width bytes: 1, 2, 4 or 8. */
gboolean tl_machine_take_number (TlMachine *m, guint width, guint64 *number);

/* A new value that is not on the stack yet. */
TlPickleValue *tl_machine_make (TlMachine *m, TlPickleKind kind);

gboolean tl_machine_push (TlMachine *m, TlPickleValue *value);

/* A text or the like: the next @n bytes. */
gboolean tl_machine_push_bytes (TlMachine *m, TlPickleKind kind, guint64 n);

/* A new value with the stack's contents from @first up, which leave the stack, as its items. */
gboolean tl_machine_push_items (TlMachine *m, TlPickleKind kind, guint first);

/* Puts the stack's contents from @first up into @target instead. */
void tl_machine_move_to (TlMachine *m, TlPickleValue *target, guint first);

/* How many values lie above the last mark. */
guint tl_machine_count_free (TlMachine *m);

/* (nullable): the value @depth below the top */
TlPickleValue *tl_machine_peek (TlMachine *m, guint depth);
TlPickleValue *tl_machine_pop (TlMachine *m);

/* Takes the last mark away; the values above it begin at @first and stay. */
gboolean tl_machine_take_mark (TlMachine *m, guint *first);
void tl_machine_drop_to (TlMachine *m, guint height);

/* Remembers the value on top. */
gboolean tl_machine_memoize (TlMachine *m, guint64 index);

G_END_DECLS
