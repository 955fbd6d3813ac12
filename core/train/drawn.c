/* drawn.c - what a denoiser does for a run, for those that go on beside a model that learns
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/drawn.h"

#include "core/steer/denoise.h"
#include "core/steer/latent.h"

static TlTensor *
draw_codes (TlScope *s, const TlDrawn *self, gint64 n, gint64 height, gint64 width)
{
  return tl_latent_draw_codes (s, self->vqgan, self->device, self->random, n, height, width);
}

TlTensor *
tl_drawn_begin (TlScope *outer, const TlDrawn *self, gint64 n, gint64 height, gint64 width)
{
  TlScope *s = tl_scope_enter (outer);
  const TlDenoiserWish wish = { tl_expand (s, self->words, TL_SHAPE (n, -1)),
                                TL_DENOISER_GUIDANCE };
  const TlDenoiserWay way = TL_DENOISE_FROM_CODES;
  TlTensor *codes = draw_codes (s, self, n, height, width);

  return tl_scope_leave (s, tl_denoiser_draw (s, self->denoiser, codes, &wish, &way));
}

TlTensor *
tl_drawn_pull (TlScope *outer, const TlDrawn *self, const TlSettings *settings, guint64 iteration,
               TlTensor *z)
{
  const TlStartValues anywhere = { 0 };
  const gdouble level = tl_denoise_get_level (settings, &anywhere, iteration, FALSE);
  const TlDenoiserWish wish = { self->words, TL_DENOISER_GUIDANCE };
  TlScope *s = tl_scope_enter (outer);
  TlTensor *levels = tl_to_like (s, tl_full (s, level, TL_SHAPE (1)), z);
  TlTensor *codes = draw_codes (s, self, 1, tl_tensor_get_size (z, 2), tl_tensor_get_size (z, 3));
  TlTensor *found = tl_denoiser_mix (s, z, codes, levels);

  found = tl_denoiser_run (s, self->denoiser, found, levels, &wish);
  return tl_scope_leave (s,
                         tl_add (s, z, tl_mul_scalar (s, tl_sub (s, found, z), settings->denoise)));
}
