/* check.h - one operation against a plain computation in double
 *
 * A test is a table of Checks. The operation is applied to a random input, its value compared with
 * the reference's, and its gradient with the reference's central differences, which in double are
 * exact enough. Pictures (four dimensions) are checked in both memory formats.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

typedef void (*CheckReference) (const gdouble *x, gdouble *y, gconstpointer data);

typedef struct
{
  const char *name;
  TlBlockFunc apply;
  CheckReference reference;
  gconstpointer data;
  gint64 shape[4];    /* of the input; 0 ends it */
  const char *result; /* shape of the output */
  gdouble low, high;  /* of the input; both 0: -1 and 1 */
  gdouble tolerance;  /* relative to 1 + |value|; 0: 2e-5 */
  gboolean has_no_gradient;
  gboolean has_bfloat16; /* must work in bfloat16 as well, to its precision */
} Check;

/* Adds "prefix/name" for each. */
void check_add_all (const char *prefix, const Check *checks, guint n);

/* Numbers that look random, for weights: the same in an operation and in its reference. */
gfloat check_wave (guint i);
TlTensor *check_waves (TlScope *s, const gint64 *shape, guint n_dims);

/* Asserts |x - expected| <= tolerance (1 + |expected|) for all. */
void check_close (TlScope *s, TlTensor *x, const gdouble *expected, gsize n, gdouble tolerance);

/* Closes @s, which must not have failed. */
void check_scope_close (TlScope *s);
