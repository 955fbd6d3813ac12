/* pickle-memory.h - how a pickle's values are kept; for the interpreter of its instructions only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/pickle.h"

G_BEGIN_DECLS

/* Small integers are most of what a list of tensors holds: they are made once. */
#define TL_PICKLE_N_SMALL 256

TlPickle *tl_pickle_new (void);
void tl_pickle_set_root (TlPickle *self, TlPickleValue *root);

/* (nullable): NULL when the pickle makes more values than any model file has reason to. */
TlPickleValue *tl_pickle_add (TlPickle *self, TlPickleKind kind);

/* Values of which one is enough. */
TlPickleValue *tl_pickle_none (TlPickle *self);
TlPickleValue *tl_pickle_bool (TlPickle *self, gboolean value);
TlPickleValue *tl_pickle_small (TlPickle *self, guint8 value);
TlPickleValue *tl_pickle_empty_tuple (TlPickle *self);

/* Appends to what a value of a kind with items holds. */
void tl_pickle_append (TlPickleValue *value, gpointer *items, guint n);

G_END_DECLS
