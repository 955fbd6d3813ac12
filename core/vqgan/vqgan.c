/* vqgan.c - VQGAN: pictures to codes and back
 *
 * Puts the parts together and converts at the border: outside, everything is float32; inside,
 * encoder and decoder work in the model's own dtype, channels-last.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/vqgan.h"

#include "core/vqgan/blocks.h"
#include "core/vqgan/codebook.h"

/* Random models of a benchmark are all the same. */
#define RANDOM_SEED 0

struct _TlVqgan
{
  TlVqganConfig config;
  TlDtype dtype;
  TlBlocks *encoder;
  TlBlocks *decoder;
  TlCodebook codebook;
  guint64 budget; /* of decoding */
};

/* What may be in the file beside the model: its denoiser (core/denoiser), and what training leaves
 * in checkpoints: the losses' networks, the projection that
 * colours segmentations, moving averages, and the codebook's bookkeeping. */
static const char *const left_overs[] = {
  "loss.",
  "colorize",
  "model_ema.",
  "quantize.used",
  "quantize.embedding.cluster_size",
  "quantize.embedding.embed_avg",
  "denoiser.",
};

static TlLoader *
make_loader (const TlVqganConfig *config, TlWeights *weights, TlDtype dtype, TlDevice device)
{
  TlLoader *loader;

  if (weights == NULL)
    return tl_loader_new_random (RANDOM_SEED, dtype, device);

  loader = tl_loader_new (weights, config->prefix, dtype, device);
  for (gsize i = 0; i < G_N_ELEMENTS (left_overs); i++)
    tl_loader_ignore (loader, left_overs[i]);
  return loader;
}

TlVqgan *
tl_vqgan_load_with (const TlVqganConfig *config, TlLoader *loader, TlDtype dtype, GError **error)
{
  g_autoptr (TlVqgan) self = g_new0 (TlVqgan, 1);

  self->config = *config;
  self->dtype = dtype;
  self->budget = G_MAXUINT64;
  self->encoder = tl_encoder_load (config, loader);
  if (!tl_codebook_load (&self->codebook, config, loader, error))
    return NULL;
  self->decoder = tl_decoder_load (config, loader);
  if (!tl_loader_finish (loader, error))
    return NULL;

  return g_steal_pointer (&self);
}

TlVqgan *
tl_vqgan_load (const TlVqganConfig *config, TlWeights *weights, TlDtype dtype, TlDevice device,
               GError **error)
{
  g_autoptr (TlLoader) loader = make_loader (config, weights, dtype, device);
  g_autoptr (TlVqgan) self = tl_vqgan_load_with (config, loader, dtype, error);

  if (self == NULL)
    return NULL;
  g_info ("VQGAN: f%u, %u codes of %u, %s", config->downscale, config->n_codes, config->e_dim,
          tl_dtype_name (dtype));
  return g_steal_pointer (&self);
}

void
tl_vqgan_free (TlVqgan *self)
{
  g_clear_pointer (&self->encoder, tl_blocks_free);
  g_clear_pointer (&self->decoder, tl_blocks_free);
  tl_codebook_clear (&self->codebook);
  g_free (self);
}

const TlVqganConfig *
tl_vqgan_get_config (TlVqgan *self)
{
  return &self->config;
}

TlTensor *
tl_vqgan_get_codebook (TlVqgan *self)
{
  return self->codebook.vectors;
}

TlTensor *
tl_vqgan_get_z_min (TlVqgan *self)
{
  return self->codebook.z_min;
}

TlTensor *
tl_vqgan_get_z_max (TlVqgan *self)
{
  return self->codebook.z_max;
}

TlTensor *
tl_vqgan_from_picture (TlScope *outer, TlTensor *picture)
{
  TlScope *s = tl_scope_enter (outer);

  return tl_scope_leave (s, tl_add_scalar (s, tl_mul_scalar (s, picture, 2), -1));
}

TlTensor *
tl_vqgan_to_picture (TlScope *outer, TlTensor *decoded)
{
  TlScope *s = tl_scope_enter (outer);

  return tl_scope_leave (s, tl_mul_scalar (s, tl_add_scalar (s, decoded, 1), 0.5));
}

void
tl_vqgan_set_budget (TlVqgan *self, guint64 budget)
{
  self->budget = budget;
}

static guint64
count_codes (const TlVqganConfig *config)
{
  return (guint64) config->n_codes * config->e_dim * (config->is_gumbel ? 2 : 1);
}

void
tl_vqgan_estimate (const TlVqganConfig *config, TlDtype dtype, guint height, guint width,
                   guint64 budget, TlVqganCost *cost)
{
  g_autoptr (TlBlocks) encoder = tl_encoder_load (config, NULL);
  g_autoptr (TlBlocks) decoder = tl_decoder_load (config, NULL);
  TlVqganCost other;

  tl_blocks_estimate (encoder, dtype, height, width, 0, &other);
  tl_blocks_estimate (decoder, dtype, height / config->downscale, width / config->downscale, budget,
                      cost);
  cost->weights += other.weights + count_codes (config) * sizeof (gfloat);
}

/* --- running --- */

static TlTensor *
run (TlScope *outer, TlVqgan *self, TlBlocks *blocks, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);

  x = tl_channels_last (s, tl_to_dtype (s, x, self->dtype));
  x = tl_blocks_run (s, blocks, x, self->budget);

  return tl_scope_leave (s, tl_to_dtype (s, x, TL_FLOAT32));
}

TlTensor *
tl_vqgan_encode (TlScope *s, TlVqgan *self, TlTensor *picture)
{
  return run (s, self, self->encoder, picture);
}

TlTensor *
tl_vqgan_decode (TlScope *s, TlVqgan *self, TlTensor *z_q)
{
  return run (s, self, self->decoder, z_q);
}

TlTensor *
tl_vqgan_encode_latent (TlScope *outer, TlVqgan *self, TlTensor *picture)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *z = tl_vqgan_encode (s, self, picture);

  if (self->config.is_gumbel)
    z = tl_vqgan_lookup (s, self, tl_vqgan_encode_indices (s, self, z));
  return tl_scope_leave (s, z);
}

TlTensor *
tl_vqgan_encode_indices (TlScope *s, TlVqgan *self, TlTensor *encoded)
{
  return self->config.is_gumbel ? tl_codebook_likeliest (s, &self->codebook, encoded)
                                : tl_codebook_nearest (s, &self->codebook, encoded);
}

TlTensor *
tl_vqgan_nearest (TlScope *s, TlVqgan *self, TlTensor *z)
{
  return tl_codebook_nearest (s, &self->codebook, z);
}

TlTensor *
tl_vqgan_lookup (TlScope *s, TlVqgan *self, TlTensor *indices)
{
  return tl_codebook_lookup (s, &self->codebook, indices);
}

TlTensor *
tl_vqgan_quantize (TlScope *outer, TlVqgan *self, TlTensor *z)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *nearest = tl_vqgan_lookup (s, self, tl_vqgan_nearest (s, self, z));

  return tl_scope_leave (s, tl_straight_through (s, nearest, z));
}
