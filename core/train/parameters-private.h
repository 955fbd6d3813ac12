/* parameters-private.h - what parameters.c and parameters-file.c share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/train/parameters.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  gint64 shape[TL_MAX_DIMS];
  guint n_dims;
  gint64 offset, n;
  gboolean is_constant;
  gboolean is_held; /* when sealed */
  TlTensor *first;  /* until sealed */
} TlParameter;

/* What a step changes. */
enum
{
  VALUES,
  MEAN,
  SQUARE,
  AVERAGE,
  N_TENSORS,
};

struct _TlParameters
{
  guint64 seed;
  char *name;
  TlDevice device;
  GArray *parameters; /* of TlParameter */
  GHashTable *index;  /* name -> position + 1 */
  gint64 n_values;
  guint64 n_steps;
  gboolean is_sealed;
  TlTensor *tensors[N_TENSORS]; /* [n_values] float32 each */
  TlTensor *decays;             /* [n_values]: 1 where weights decay */
  GPtrArray *held;              /* prefixes of names */
  TlTensor *moves;              /* (nullable): [n_values]: 0 where held; where any are */
  TlTensor **shown;             /* (not owned): of the scope of tl_parameters_show() */
};

/* End to end; @xs are replaced by flat ones. */
TlTensor *tl_parameters_lay (TlScope *s, TlTensor **xs, guint n);
/* @p's part of @all, in its shape. */
TlTensor *tl_parameters_cut (TlScope *s, TlTensor *all, const TlParameter *p);
/* Takes @next. */
void tl_parameters_swap (TlParameters *self, TlTensor *next[N_TENSORS]);

G_END_DECLS
