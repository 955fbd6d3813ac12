/* spoil.h - codes of a picture with some of them wrong, for a decoder that is to draw it
 * nonetheless
 *
 * Steering lands on codes that no picture has: some are next to the right ones, some are left from
 * the noise that it began with. A decoder that only saw the codes of pictures draws each of them as
 * it stands, and the whole becomes a patchwork. One that has learnt to draw the picture behind
 * spoilt codes (a denoising autoencoder, Vincent et al. 2008) makes of such codes what pictures
 * look like. Everything is drawn from (seed, step); with a share of 0 nothing changes. One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 seed, step;
  guint n_codes;
  gdouble share; /* of the pictures: the rest stay whole */
  gdouble most;  /* of a picture's codes that are exchanged */
} TlSpoiling;

/* z: [n, d, h, w] -> the same with noise in it, in each spoilt picture of another strength, up to
 * the latents' own (their root mean square) */
TlTensor *tl_spoil_latents (TlScope *s, const TlSpoiling *self, TlTensor *z);

/* choices: [n, h, w] of int64 -> the same; in each spoilt picture another share of them, from none
 * to @most, is exchanged for any codes, one by one or in blocks of two by two */
TlTensor *tl_spoil_codes (TlScope *s, const TlSpoiling *self, TlTensor *choices);

G_END_DECLS
