/* parts.h - most of a picture, as it is or mirrored: one example, many beginnings
 *
 * Plain numbers; no thread of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"

G_BEGIN_DECLS

/* Of the sides of the picture, at least. */
#define TL_PARTS_LEAST 0.82

/* Draws where each of @n pictures looks at its example, in the same proportions: a part anywhere in
 * it, every other one mirrored, as the next numbers of @random say. -> grid: [n, height, width, 2],
 * (x, y) in [-1, 1] as tl_grid_sample() takes them, without align_corners */
void tl_parts_draw (TlRandom *random, gint64 n, gint64 height, gint64 width, gfloat *grid);

G_END_DECLS
