/* training.h - what training needs of libtorch beyond tensor.h
 *
 * A model is trained through the same load and forward functions that run it: a loader made by
 * tl_loader_new_from_tensors() hands out leaves of the graph, layers keep them (and what was
 * multiplied out of them) with tl_own_in_graph(), and tl_backward_many() gives the gradients of all
 * leaves at once. See tensor.h for scopes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

/* As tl_own(), but the handle stays part of the graph where @x is. What keeps one keeps the graph
 * in memory: only layers do that are freed after the step. */
TlTensor *tl_own_in_graph (TlTensor *x);

/**
 * tl_backward_many:
 * @gradients: (out) (array length=n): of the shape of its leaf each; zeros where @loss does not
 *   depend on it
 *
 * The gradients of the scalar @loss with respect to @leaves; frees the graph.
 *
 * Returns: FALSE in a failed scope
 */
gboolean tl_backward_many (TlScope *s, TlTensor *loss, TlTensor *const *leaves, guint n,
                           TlTensor **gradients);

/* x - log (sum (exp (x))) over @dim */
TlTensor *tl_log_softmax (TlScope *s, TlTensor *x, gint64 dim);

/* log (1 + exp (x)) */
TlTensor *tl_softplus (TlScope *s, TlTensor *x);

G_END_DECLS
