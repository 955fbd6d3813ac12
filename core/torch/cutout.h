/* cutout.h - what makes cutouts of a picture, each in one pass over them
 *
 * As chains of libtorch's operations these read and write all cutouts some sixty times. On the CPU
 * in float32 only; elsewhere it is the chains that are used.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

/* Whether the functions below take @x. */
gboolean tl_cutout_is_fast (TlTensor *x);

/* x: [1, 3, h, w] or [n, 3, h, w] -> [n, 3, size, size], bilinear; @matrices: (array length=9n): of
 * each, row-major, the homography from a pixel's place in the result to that in its source, both in
 * pixels. @size is at least 1. Differentiable. */
TlTensor *tl_cutout_warp (TlScope *s, TlTensor *x, const gdouble *matrices, guint n, gint64 size,
                          TlSampleMode outside);

/* x: [n, 3, h, w], RGB -> the same with each picture's hue turned by its own of @sixths of a turn,
 * (array length=n), NAN: not touched; saturation and value (HSV) stay. @epsilon: kornia divides by
 * value + epsilon. Differentiable. */
TlTensor *tl_cutout_turn_hue (TlScope *s, TlTensor *x, const gfloat *sixths, gfloat epsilon);

/* x: [n, 3, h, w], RGB -> luma + (x - luma) · factor within 0 ... 1, each picture by its own of
 * @factors (array length=n), NAN: not touched; luma: Rec. 601. Differentiable, with no gradient
 * where it was bounded. */
TlTensor *tl_cutout_saturate (TlScope *s, TlTensor *x, const gfloat *factors);

G_END_DECLS
