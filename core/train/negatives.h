/* negatives.h - pictures as a VQGAN makes them, for a CLIP to learn from
 *
 * A CLIP that has only seen drawings is steered into what no drawing looks like. So it also sees
 * scenes through the VQGAN, with some of their codes exchanged, and pictures of random codes that
 * no caption describes. Everything is drawn from (seed, step). One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef struct
{
  TlVqgan *vqgan;
  TlDevice device;
  guint64 seed, step;
  guint n_rebuilt, n_garbage;
} TlNegatives;

/* x: [n, 3, h, w] in [0, 1] -> [n + n_garbage, 3, h, w]: the first n_rebuilt rebuilt, six tenths of
 * these with up to half of their codes exchanged; at the end garbage: random codes, in blocks of
 * random sizes */
TlTensor *tl_negatives_apply (TlScope *s, const TlNegatives *self, TlTensor *x);

G_END_DECLS
