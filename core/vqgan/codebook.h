/* codebook.h - the vectors that a picture may be made of
 *
 * Everything here is float32, whatever the precision of encoder and decoder. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/layer.h"
#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef struct
{
  TlTensor *vectors;       /* [n_codes, e_dim] */
  TlTensor *half_squares;  /* [n_codes]: -|e|² / 2 */
  TlTensor *z_min, *z_max; /* [1, e_dim, 1, 1] */
  TlLinear logits;         /* [n_codes, e_dim]: the encoder's choice in a Gumbel model, else NULL */
} TlCodebook;

gboolean tl_codebook_load (TlCodebook *self, const TlVqganConfig *config, TlLoader *loader,
                           GError **error);
void tl_codebook_clear (TlCodebook *self);

/* z: [n, e_dim, h, w] -> int64 [n, h, w] */
TlTensor *tl_codebook_nearest (TlScope *s, const TlCodebook *self, TlTensor *z);
TlTensor *tl_codebook_likeliest (TlScope *s, const TlCodebook *self, TlTensor *z);

/* indices: int64 [n, h, w] -> [n, e_dim, h, w] */
TlTensor *tl_codebook_lookup (TlScope *s, const TlCodebook *self, TlTensor *indices);

G_END_DECLS
