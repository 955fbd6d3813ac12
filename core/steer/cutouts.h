/* cutouts.h - squares of the picture, as CLIP wants to see it
 *
 * Everything here is differentiable: the gradient flows from the cutouts back to the picture. What
 * is random comes in as plain numbers, so that each function can be held against the original
 * implementation with the original's numbers. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/settings.h"
#include "core/torch/tensor.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 x, y, size; /* pixels of the picture */
} TlBox;

/* The notebook's boxes (z+quantize notebook, MakeCutouts): side = u^pow · (shorter − least) +
 * least, least = min (shorter side, cut size). boxes: n of them. */
void tl_cutouts_draw_boxes (guint64 seed, guint64 iteration, guint n, gdouble cut_pow, gint64 width,
                            gint64 height, gint64 cut_size, TlBox *boxes);

/* picture: [1, 3, h, w]; crops, each resampled to the cut size as generate.py's resample() does
 * (Lanczos low-pass where it shrinks, then bicubic, corners aligned), clamped to [0, 1] with
 * clamp_with_grad -> [n, 3, cut_size, cut_size] */
TlTensor *tl_cutouts_crop (TlScope *s, TlTensor *picture, const TlBox *boxes, guint n,
                           gint64 cut_size);

/* One crop, not clamped. */
TlTensor *tl_cutouts_resample (TlScope *s, TlTensor *picture, gint64 height, gint64 width);

/* picture: [1, 3, h, w] -> [1, 3, size, size]: (adaptive average + adaptive maximum) / 2 */
TlTensor *tl_cutouts_pool (TlScope *s, TlTensor *picture, gint64 size);
/* The same to any height and width. */
TlTensor *tl_cutouts_pool_to (TlScope *s, TlTensor *picture, gint64 height, gint64 width);

/* What a cutout method needs besides the picture. */
typedef struct
{
  const TlSettings *settings;
  guint64 seed, iteration;
  gint64 cut_size; /* CLIP's resolution */
} TlCutting;

/* picture: [1, 3, h, w] in [0, 1] -> [n_cutouts, 3, cut_size, cut_size]: method, augmentations and
 * noise of the settings, all randomness drawn from (seed, iteration). */
TlTensor *tl_cutouts_make (TlScope *s, TlTensor *picture, const TlCutting *cutting);

G_END_DECLS
