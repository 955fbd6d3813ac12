/* attack.h - pictures changed a little so that a model errs most
 *
 * Projected gradient ascent within a ball (Madry et al. 2018, arXiv:1706.06083), in the Euclidean
 * norm of each picture. A CLIP that was trained on what comes of it has gradients that look more
 * like things, which is what steering follows. Radii and starts are drawn from (seed, step). One
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 seed, step;
  gdouble radius; /* the largest; each picture has its own, between 0 and it */
  guint n_moves;
} TlAttack;

/* x: [n, c, h, w] -> the same, where loss (s, x, data), one number, is larger. Nothing but @x gets
 * a gradient. */
TlTensor *tl_attack_apply (TlScope *s, const TlAttack *self, TlTensor *x, TlBlockFunc loss,
                           gconstpointer data);

G_END_DECLS
