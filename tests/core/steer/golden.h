/* golden.h - tensors of a golden file, comparing with them, and checking gradients
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"
#include "core/weights/weights.h"

G_BEGIN_DECLS

/* (nullable): skips the test, saying why, where there are no reference files. */
TlWeights *golden_open (const char *file);

/* As float32 on the CPU, in the scope; fails the test where it is missing. */
TlTensor *golden_get (TlScope *s, TlWeights *golden, const char *name, ...) G_GNUC_PRINTF (3, 4);
gboolean golden_has (TlWeights *golden, const char *name, ...) G_GNUC_PRINTF (2, 3);
/* All elements: (transfer full) */
gdouble *golden_numbers (TlWeights *golden, guint *n, const char *name, ...) G_GNUC_PRINTF (3, 4);
gdouble golden_number (TlWeights *golden, const char *name, ...) G_GNUC_PRINTF (2, 3);

/* Row @index of the first dimension, in the shape of @like. */
TlTensor *golden_row (TlScope *s, TlTensor *x, gint64 index, TlTensor *like);

/* Largest |a - b|, and largest |x|. */
gdouble largest_difference (TlScope *s, TlTensor *a, TlTensor *b);
gdouble largest (TlScope *s, TlTensor *x);

#define assert_near(s, a, b, tolerance)                                                            \
  g_assert_cmpfloat (largest_difference (s, a, b), <=, tolerance)

/* Uniform in [low, high), from a counter. */
TlTensor *random_tensor (TlScope *s, guint64 seed, gdouble low, gdouble high, const gint64 *shape,
                         guint n_dims);

typedef TlTensor *(*CheckFunc) (TlScope *s, TlTensor *x, gconstpointer data);

/* The gradient of a weighted sum of func (x), along a random direction, is what a difference of
 * values says, to @tolerance of its usual size. */
void assert_gradient (CheckFunc func, gconstpointer data, TlTensor *x, gdouble step,
                      gdouble tolerance);

/* The scope's operations have all succeeded. */
void close_scope (TlScope *s);

G_END_DECLS
