/* ties.h - where the gradient of a maximum is a matter of the last digit
 *
 * Pooling takes the gradient to the largest pixel of each window. Where two pixels of a window are
 * closer than the reference's own rounding error, which of them is the largest is not determined by
 * the model: either choice is a right (sub)gradient, and the difference between them is as large as
 * the gradient of a pixel. A build whose sums run in another order may choose the other one. These
 * functions find such windows and make the other choice, so that the rest can be compared strictly.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

/* Adding @lift to pixel @index makes it the largest of its window. */
typedef struct
{
  gsize index;
  gfloat lift;
} Tie;

/* picture: [1, 3, h, w], pooled to size x size; (transfer full) (element-type Tie): pixels that
 * are within @margin of their window's largest, and not equal to it (then the first one counts,
 * everywhere). Empty in a failed scope. */
GArray *ties_find (TlScope *s, TlTensor *picture, gint64 size, gdouble margin);

/* [1, 3, h, w] like @picture, zero but for the lifts of @chosen: (element-type Tie) */
TlTensor *ties_make_nudge (TlScope *s, TlTensor *picture, GArray *chosen);

G_END_DECLS
