/* pickle-machine.c - the stack, marks and memo that a pickle's instructions work on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/pickle-machine.h"

#include <glib/gi18n-lib.h>

gboolean
tl_machine_fail (TlMachine *m, const char *problem)
{
  m->problem = problem;
  return FALSE;
}

gboolean
tl_machine_take (TlMachine *m, guint64 n, const guint8 **bytes)
{
  if (n > m->size - m->at)
    return tl_machine_fail (m, _ ("it ends in the middle of a value"));

  *bytes = m->data + m->at;
  m->at += n;
  return TRUE;
}

gboolean
tl_machine_take_number (TlMachine *m, guint width, guint64 *number)
{
  const guint8 *bytes;

  if (!tl_machine_take (m, width, &bytes))
    return FALSE;

  *number = 0;
  for (guint i = width; i-- > 0;)
    *number = *number << 8 | bytes[i];
  return TRUE;
}

gboolean
tl_machine_push (TlMachine *m, TlPickleValue *value)
{
  g_ptr_array_add (m->stack, value);
  return TRUE;
}

guint
tl_machine_count_free (TlMachine *m)
{
  guint floor = m->marks->len == 0 ? 0 : g_array_index (m->marks, guint, m->marks->len - 1);

  return m->stack->len - floor;
}

TlPickleValue *
tl_machine_peek (TlMachine *m, guint depth)
{
  if (depth >= tl_machine_count_free (m))
    {
      tl_machine_fail (m, _ ("an instruction finds nothing to work on"));
      return NULL;
    }

  return g_ptr_array_index (m->stack, m->stack->len - 1 - depth);
}

TlPickleValue *
tl_machine_pop (TlMachine *m)
{
  TlPickleValue *value = tl_machine_peek (m, 0);

  if (value != NULL)
    g_ptr_array_set_size (m->stack, m->stack->len - 1);
  return value;
}

gboolean
tl_machine_take_mark (TlMachine *m, guint *first)
{
  if (m->marks->len == 0)
    return tl_machine_fail (m, _ ("an instruction finds no mark"));

  *first = g_array_index (m->marks, guint, m->marks->len - 1);
  g_array_set_size (m->marks, m->marks->len - 1);
  return TRUE;
}

void
tl_machine_drop_to (TlMachine *m, guint height)
{
  g_ptr_array_set_size (m->stack, height);
}

TlPickleValue *
tl_machine_make (TlMachine *m, TlPickleKind kind)
{
  TlPickleValue *value = tl_pickle_add (m->pickle, kind);

  if (value == NULL)
    tl_machine_fail (m, _ ("it holds more values than any model has"));
  return value;
}

gboolean
tl_machine_push_bytes (TlMachine *m, TlPickleKind kind, guint64 n)
{
  TlPickleValue *value;
  const guint8 *bytes;

  if (n > G_MAXUINT32)
    return tl_machine_fail (m, _ ("a text is too long"));
  if (!tl_machine_take (m, n, &bytes) || (value = tl_machine_make (m, kind)) == NULL)
    return FALSE;

  value->bytes = (const char *) bytes;
  value->n = n;
  return tl_machine_push (m, value);
}

void
tl_machine_move_to (TlMachine *m, TlPickleValue *target, guint first)
{
  guint n = m->stack->len - first;

  /* An empty stack has no memory to point into. */
  if (n > 0)
    tl_pickle_append (target, m->stack->pdata + first, n);
  tl_machine_drop_to (m, first);
}

gboolean
tl_machine_push_items (TlMachine *m, TlPickleKind kind, guint first)
{
  TlPickleValue *value = tl_machine_make (m, kind);

  if (value == NULL)
    return FALSE;

  tl_machine_move_to (m, value, first);
  return tl_machine_push (m, value);
}

gboolean
tl_machine_memoize (TlMachine *m, guint64 index)
{
  TlPickleValue *top = tl_machine_peek (m, 0);

  if (top == NULL)
    return FALSE;
  /* Writers number from zero up, so an index beyond the instructions so far is a lie that would
   * cost memory. */
  if (index > m->n_steps)
    return tl_machine_fail (m, _ ("it remembers a value under an impossible number"));
  if (index >= m->memo->len)
    g_ptr_array_set_size (m->memo, index + 1);

  m->memo->pdata[index] = top;
  return TRUE;
}
