/* pickle.h - what a Python pickle describes, as plain values
 *
 * Nothing is executed or imported: a class or function is a pair of names, a call or an instance is
 * an object that remembers what was called with what. Protocols 2 to 5 as far as model files use
 * them. Memory grows with the bytes read, never with what they claim; values may refer to each
 * other in circles, so whoever walks them keeps count. One thread; values live as long as their
 * TlPickle and point into the bytes it was read from.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TlPickle TlPickle;
typedef struct _TlPickleValue TlPickleValue;

typedef enum
{
  TL_PICKLE_NONE,
  TL_PICKLE_BOOL,   /* integer */
  TL_PICKLE_INT,    /* integer */
  TL_PICKLE_BIG,    /* bytes: an integer beyond 64 bits, little endian, two's complement */
  TL_PICKLE_FLOAT,  /* real */
  TL_PICKLE_TEXT,   /* bytes: UTF-8 unless the file lies */
  TL_PICKLE_BYTES,  /* bytes */
  TL_PICKLE_TUPLE,  /* items */
  TL_PICKLE_LIST,   /* items */
  TL_PICKLE_SET,    /* items */
  TL_PICKLE_DICT,   /* items: key, value, key, value, ... */
  TL_PICKLE_GLOBAL, /* items: module, name */
  TL_PICKLE_PERSID, /* items: the one value that names something outside of the pickle */
  TL_PICKLE_OBJECT, /* items: callable, arguments, state (or NULL), then what was put into it */
} TlPickleKind;

/* Places among the items of an object. */
#define TL_PICKLE_CALLABLE 0
#define TL_PICKLE_ARGUMENTS 1
#define TL_PICKLE_STATE 2
#define TL_PICKLE_CONTENTS 3

/* Flags of a value. */
#define TL_PICKLE_HAS_PAIRS 1 /* the contents of this object are keys and values in turn */
#define TL_PICKLE_BUSY 2      /* for walkers: is on the way from the root to here */

struct _TlPickleValue
{
  guint8 kind;
  guint8 flags;
  guint16 visit; /* for walkers: the last pass that saw this value */
  guint32 n;     /* of items or bytes */
  union
  {
    gint64 integer;
    gdouble real;
    const char *bytes; /* not terminated */
    TlPickleValue **items;
  };
};

/**
 * tl_pickle_parse:
 * @data: outlives the pickle
 * @file: stands for the file in messages
 * @n_read: (out): bytes up to and with the pickle's end
 *
 * Returns: (transfer full): the values, or NULL with TL_ERROR_FORMAT
 */
TlPickle *tl_pickle_parse (const guint8 *data, gsize size, const char *file, gsize *n_read,
                           GError **error);
void tl_pickle_free (TlPickle *self);

TlPickleValue *tl_pickle_get_root (TlPickle *self);

/* All values that the pickle made, in its order: for what must look at each, however it is nested.
 */
gsize tl_pickle_get_n_values (TlPickle *self);
TlPickleValue *tl_pickle_get_value (TlPickle *self, gsize index);

gboolean tl_pickle_is_text (const TlPickleValue *value, const char *text);

/* @module NULL: any */
gboolean tl_pickle_is_global (const TlPickleValue *value, const char *module, const char *name);

/* (nullable): of a dict or of what was put into an object as keys and values; the last of equal
 * keys, as in Python. */
TlPickleValue *tl_pickle_find (const TlPickleValue *dict, const char *key);

/* The keys and values of a dict or object; *n is the number of both together, 0 where there are
 * none. */
TlPickleValue **tl_pickle_pairs (const TlPickleValue *value, guint *n);

/* The elements of a tuple, list, set or object that is not a dict. */
TlPickleValue **tl_pickle_elements (const TlPickleValue *value, guint *n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlPickle, tl_pickle_free)

G_END_DECLS
