/* optimizer.h - eight optimisers whose whole state is two or three tensors and a count
 *
 * Adam, AdamW, Adagrad, Adamax, RAdam, RMSprop as torch.optim 1.13 has them, DiffGrad and AdamP as
 * pytorch-optimizer (jettify) has them, with the defaults that generate.py's get_opt() uses. The
 * state is plain owned tensors with names, so that a checkpoint can hold all of it. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/settings.h"
#include "core/torch/tensor.h"

G_BEGIN_DECLS

#define TL_MOMENTS_MAX 3

/* Moments are NULL until the first step. What each is depends on the optimiser;
 * tl_optimizer_get_moment_name() says. */
typedef struct
{
  gint64 n_steps;
  TlTensor *moments[TL_MOMENTS_MAX];
} TlMoments;

void tl_moments_clear (TlMoments *self);

guint tl_optimizer_get_n_moments (TlOptimizer optimizer);
const char *tl_optimizer_get_moment_name (TlOptimizer optimizer, guint index);

/* One step from z with @gradient: fills @next_moments (owned) and returns the new z, in the scope.
 * @moments is not changed, so that a step that fails later leaves the run as it was. */
TlTensor *tl_optimizer_step (TlScope *s, TlOptimizer optimizer, gdouble lr,
                             const TlMoments *moments, TlTensor *z, TlTensor *gradient,
                             TlMoments *next_moments);

G_END_DECLS
