/* preprocess.h - a whole picture as CLIP's own reader would see it
 *
 * openai/CLIP clip/clip.py, _transform(): the shorter side is resized to the model's resolution
 * with a bicubic that averages where it shrinks (Pillow's, a = -1/2), then the centre is cropped.
 * Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

/* picture: [n, 3, h, w] in [0, 1] -> [n, 3, size, size] in [0, 1]. Differentiable. Pillow rounds to
 * eight bits between and after its two passes; this does not. */
TlTensor *tl_clip_preprocess (TlScope *s, TlTensor *picture, gint64 size);

/* picture: [n, 3, h, w] -> [n, 3, height, width], the same resize to any size. */
TlTensor *tl_resize_antialiased (TlScope *s, TlTensor *picture, gint64 height, gint64 width);

G_END_DECLS
