/* pickle.c - what a Python pickle describes, as plain values
 *
 * Values lie in blocks that are freed together, so that a circle of references or a million nested
 * lists costs nothing special.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/pickle-memory.h"

#include <string.h>

#define BLOCK 256

/* Eight million values are 128 MB. The largest checkpoints known make some hundred thousand. */
#define MAX_VALUES (8 * 1024 * 1024)

struct _TlPickle
{
  GPtrArray *blocks; /* of TlPickleValue[BLOCK] */
  gsize n_values;
  TlPickleValue *root;
  TlPickleValue none;
  TlPickleValue bools[2];
  TlPickleValue small[TL_PICKLE_N_SMALL];
  TlPickleValue empty_tuple;
};

TlPickle *
tl_pickle_new (void)
{
  TlPickle *self = g_new0 (TlPickle, 1);

  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->none.kind = TL_PICKLE_NONE;
  self->empty_tuple.kind = TL_PICKLE_TUPLE;
  for (guint i = 0; i < G_N_ELEMENTS (self->bools); i++)
    self->bools[i] = (TlPickleValue){ .kind = TL_PICKLE_BOOL, .integer = i };
  for (guint i = 0; i < G_N_ELEMENTS (self->small); i++)
    self->small[i] = (TlPickleValue){ .kind = TL_PICKLE_INT, .integer = i };

  return self;
}

void
tl_pickle_free (TlPickle *self)
{
  for (gsize i = 0; i < self->n_values; i++)
    {
      TlPickleValue *value = tl_pickle_get_value (self, i);

      if (value->kind >= TL_PICKLE_TUPLE)
        g_free (value->items);
    }

  g_ptr_array_unref (self->blocks);
  g_free (self);
}

void
tl_pickle_set_root (TlPickle *self, TlPickleValue *root)
{
  self->root = root;
}

TlPickleValue *
tl_pickle_get_root (TlPickle *self)
{
  return self->root;
}

gsize
tl_pickle_get_n_values (TlPickle *self)
{
  return self->n_values;
}

TlPickleValue *
tl_pickle_get_value (TlPickle *self, gsize index)
{
  TlPickleValue *block;

  g_return_val_if_fail (index < self->n_values, NULL);

  block = g_ptr_array_index (self->blocks, index / BLOCK);
  return block + index % BLOCK;
}

TlPickleValue *
tl_pickle_add (TlPickle *self, TlPickleKind kind)
{
  TlPickleValue *value;

  if (self->n_values >= MAX_VALUES)
    return NULL;
  if (self->n_values % BLOCK == 0)
    g_ptr_array_add (self->blocks, g_new0 (TlPickleValue, BLOCK));

  value = tl_pickle_get_value (self, self->n_values++);
  value->kind = kind;
  return value;
}

TlPickleValue *
tl_pickle_none (TlPickle *self)
{
  return &self->none;
}

TlPickleValue *
tl_pickle_bool (TlPickle *self, gboolean value)
{
  return &self->bools[value ? 1 : 0];
}

TlPickleValue *
tl_pickle_small (TlPickle *self, guint8 value)
{
  return &self->small[value];
}

TlPickleValue *
tl_pickle_empty_tuple (TlPickle *self)
{
  return &self->empty_tuple;
}

/* Room is not stored: it is the number of items, rounded up to a power of two. */
static gsize
room_for (guint n)
{
  return n == 0 ? 0 : (gsize) 1 << g_bit_storage (n - 1);
}

void
tl_pickle_append (TlPickleValue *value, gpointer *items, guint n)
{
  gsize room = room_for (value->n + n);

  if (n == 0)
    return;
  if (room > room_for (value->n))
    value->items = g_renew (TlPickleValue *, value->items, room);

  memcpy (value->items + value->n, items, n * sizeof *items);
  value->n += n;
}

gboolean
tl_pickle_is_text (const TlPickleValue *value, const char *text)
{
  return value->kind == TL_PICKLE_TEXT && value->n == strlen (text)
         && memcmp (value->bytes, text, value->n) == 0;
}

gboolean
tl_pickle_is_global (const TlPickleValue *value, const char *module, const char *name)
{
  return value->kind == TL_PICKLE_GLOBAL && tl_pickle_is_text (value->items[1], name)
         && (module == NULL || tl_pickle_is_text (value->items[0], module));
}

TlPickleValue **
tl_pickle_pairs (const TlPickleValue *value, guint *n)
{
  if (value->kind == TL_PICKLE_DICT)
    {
      *n = value->n;
      return value->items;
    }
  if (value->kind == TL_PICKLE_OBJECT && (value->flags & TL_PICKLE_HAS_PAIRS) != 0)
    {
      *n = value->n - TL_PICKLE_CONTENTS;
      return value->items + TL_PICKLE_CONTENTS;
    }

  *n = 0;
  return NULL;
}

TlPickleValue **
tl_pickle_elements (const TlPickleValue *value, guint *n)
{
  if (value->kind == TL_PICKLE_TUPLE || value->kind == TL_PICKLE_LIST
      || value->kind == TL_PICKLE_SET)
    {
      *n = value->n;
      return value->items;
    }
  if (value->kind == TL_PICKLE_OBJECT && (value->flags & TL_PICKLE_HAS_PAIRS) == 0)
    {
      *n = value->n - TL_PICKLE_CONTENTS;
      return value->items + TL_PICKLE_CONTENTS;
    }

  *n = 0;
  return NULL;
}

TlPickleValue *
tl_pickle_find (const TlPickleValue *dict, const char *key)
{
  guint n;
  TlPickleValue **pairs = tl_pickle_pairs (dict, &n);

  for (guint i = n; i >= 2; i -= 2)
    if (tl_pickle_is_text (pairs[i - 2], key))
      return pairs[i - 1];

  return NULL;
}
