/* drawn.h - what a denoiser does for a run, for those that go on beside a model that learns
 *
 * The program's runs begin with what the denoiser draws for their words, of several the nearest to
 * them, and are drawn towards its answers while forms are found (core/steer/denoise.h). One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"
#include "core/denoiser/denoiser.h"
#include "core/session/settings.h"
#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef struct
{
  TlVqgan *vqgan;
  TlDenoiser *denoiser;
  TlDevice device;
  TlRandom *random; /* what is drawn of codes */
  TlTensor *words;  /* [1, words] of length 1 */
} TlDrawn;

/* -> [n, e_dim, height, width]: beginnings for the words */
TlTensor *tl_drawn_begin (TlScope *s, const TlDrawn *self, gint64 n, gint64 height, gint64 width);

/* z: [1, e_dim, h, w] after the step of @iteration of a run that finds forms in @settings -> a
 * share of the way to the answer */
TlTensor *tl_drawn_pull (TlScope *s, const TlDrawn *self, const TlSettings *settings,
                         guint64 iteration, TlTensor *z);

G_END_DECLS
