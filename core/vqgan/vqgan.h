/* vqgan.h - VQGAN: pictures to codes and back
 *
 * taming-transformers' VQModel and GumbelVQ, latent-diffusion's VQ first stages (Esser, Rombach,
 * Ommer: "Taming Transformers for High-Resolution Image Synthesis", 2021). All sizes come from the
 * tensors' shapes; a .yaml beside the file only breaks ties. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/layer.h"

G_BEGIN_DECLS

#define TL_VQGAN_MAX_LEVELS 8

typedef struct _TlVqgan TlVqgan;

typedef struct
{
  gboolean is_gumbel;
  guint n_codes;
  guint e_dim;      /* length of a code vector */
  guint z_channels; /* width of the latent inside encoder and decoder */
  guint ch;
  guint ch_mult[TL_VQGAN_MAX_LEVELS];
  guint n_levels;
  guint n_res_blocks;
  gboolean has_attention[TL_VQGAN_MAX_LEVELS]; /* per level, 0 is full size */
  gboolean has_mid_attention;
  gboolean has_resample_conv; /* levels change size by a convolution, else by plain averaging */
  guint n_groups;             /* of the group norms: 32, or the file's norm_groups */
  guint downscale;            /* 2^(n_levels - 1): pixels per latent cell and side */
  char prefix[64];            /* what is in front of the names: "", "first_stage_model." */
} TlVqganConfig;

/* Reads the sizes off the shapes in a file. TL_ERROR_FORMAT: it holds no VQGAN (says what it
 * found). */
gboolean tl_vqgan_config_infer (TlVqganConfig *config, TlWeights *weights, GError **error);

/* "imagenet-f16-16384", "imagenet-f16-1024", "gumbel-f8-8192". TL_ERROR_MISSING for others. */
gboolean tl_vqgan_config_preset (TlVqganConfig *config, const char *name, GError **error);

/**
 * tl_vqgan_load:
 * @weights: (nullable): the file; NULL: random weights for benchmarks
 *
 * Returns: (transfer full): the model, or NULL with the tensor's full name and both shapes
 */
TlVqgan *tl_vqgan_load (const TlVqganConfig *config, TlWeights *weights, TlDtype dtype,
                        TlDevice device, GError **error);

/* As tl_vqgan_load(), from a loader: for training. */
TlVqgan *tl_vqgan_load_with (const TlVqganConfig *config, TlLoader *loader, TlDtype dtype,
                             GError **error);
void tl_vqgan_free (TlVqgan *self);

const TlVqganConfig *tl_vqgan_get_config (TlVqgan *self);

/* (transfer none): [n_codes, e_dim] float32 */
TlTensor *tl_vqgan_get_codebook (TlVqgan *self);
/* (transfer none): [1, e_dim, 1, 1] float32: smallest and largest value of each channel over the
 * codes */
TlTensor *tl_vqgan_get_z_min (TlVqgan *self);
TlTensor *tl_vqgan_get_z_max (TlVqgan *self);

/* picture: [n, 3, h, w] in [-1, 1], h and w multiples of the downscale -> quant_conv (encoder (x)):
 * [n, e_dim, h / f, w / f] float32. */
TlTensor *tl_vqgan_encode (TlScope *s, TlVqgan *self, TlTensor *picture);

/* The start latent of a picture: encode(), and for Gumbel models the code vectors that its logits
 * choose (the encoder's output does not live in the space of the codes there). */
TlTensor *tl_vqgan_encode_latent (TlScope *s, TlVqgan *self, TlTensor *picture);

/* The codes of encode()'s result: nearest vectors, or the largest logits of a Gumbel model. int64
 * [n, h, w]. */
TlTensor *tl_vqgan_encode_indices (TlScope *s, TlVqgan *self, TlTensor *encoded);

/* z: [n, e_dim, h, w] float32 -> index of the nearest code vector of each cell, int64 [n, h, w] */
TlTensor *tl_vqgan_nearest (TlScope *s, TlVqgan *self, TlTensor *z);

/* indices: [n, h, w] int64 -> [n, e_dim, h, w] float32 */
TlTensor *tl_vqgan_lookup (TlScope *s, TlVqgan *self, TlTensor *indices);

/* z -> its nearest code vectors, with the straight-through gradient. */
TlTensor *tl_vqgan_quantize (TlScope *s, TlVqgan *self, TlTensor *z);

/* z_q: [n, e_dim, h, w] -> [n, 3, h f, w f] float32, about [-1, 1], not clamped */
TlTensor *tl_vqgan_decode (TlScope *s, TlVqgan *self, TlTensor *z_q);

/* Between pictures as all else has them, in [0, 1], and as the model does, in [-1, 1]: neither
 * clamps; with gradients. */
TlTensor *tl_vqgan_from_picture (TlScope *s, TlTensor *picture);
TlTensor *tl_vqgan_to_picture (TlScope *s, TlTensor *decoded);

/* Bytes that decoding with gradients may hold besides the weights; G_MAXUINT64, as at first: as
 * much as is fastest. With less, what does not fit is computed again in the backward pass: the same
 * bits, at most a third more time. */
void tl_vqgan_set_budget (TlVqgan *self, guint64 budget);

typedef struct
{
  guint64 weights;           /* bytes of the whole model */
  guint64 held;              /* bytes between decoding and its way back */
  guint64 peak;              /* the most bytes held on the way there and back */
  gdouble forward, backward; /* operations, a multiply and an add counting as two; without what
                                is computed again */
} TlVqganCost;

/* What decoding with gradients would take under such a budget; no model needed. Any thread. */
void tl_vqgan_estimate (const TlVqganConfig *config, TlDtype dtype, guint height, guint width,
                        guint64 budget, TlVqganCost *cost);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlVqgan, tl_vqgan_free)

G_END_DECLS
