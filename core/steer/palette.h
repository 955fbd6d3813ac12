/* palette.h - the colours that a picture is painted in, and where each of them is
 *
 * Plain numbers; no thread of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TL_PALETTE_N 8

/* @picture: [3, height, width] in [0, 1] -> masks: [TL_PALETTE_N, height, width]: how much of each
 * pixel is of each colour, 1 in all; the edge between two is of both. The colours are the means of
 * k-means in RGB and, so that what is apart can have another colour, a little in place (Lloyd 1982,
 * "Least squares quantization in PCM"), which begins with the pixel in the middle and each time
 * with the one farthest from all before (Gonzalez 1985). A picture of fewer has some more than
 * once. */
void tl_palette_find (const gfloat *picture, gint64 height, gint64 width, gfloat *masks);

G_END_DECLS
