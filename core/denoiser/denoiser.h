/* denoiser.h - what latents of pictures look like, behind noise
 *
 * A small transformer over the cells of a latent, in which each block begins with a look at the
 * eight neighbours of a cell (a depthwise convolution; Chu et al. 2021, arXiv:2102.10882). It is
 * shown a latent mixed with codes that were drawn at random, how much of them there is, and what
 * the words ask for as a CLIP says it; it answers with the latent that it takes to be behind. With
 * many such answers, from much noise to little, pictures come about that look like those it learnt
 * from (Ho et al. 2020, arXiv:2006.11239, for gaussian noise; Liu et al. 2022, arXiv:2209.03003,
 * for any). Steering pulls towards its answers beside what CLIP's gradient asks for (Nguyen et al.
 * 2017, arXiv:1612.00005). Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/layer.h"

G_BEGIN_DECLS

typedef struct _TlDenoiser TlDenoiser;

typedef struct
{
  guint e_dim;  /* of the latents */
  guint n_axes; /* in which they differ: their principal components */
  guint words;  /* numbers of what the words ask for: a CLIP's embed_dim */
  guint width, n_blocks;
  guint inner; /* width between the layers of a block's MLP */
} TlDenoiserConfig;

/* A denoiser is in the file of the VQGAN whose latents it knows, its names after this. */
#define TL_DENOISER_PREFIX "denoiser."

/* What is in its blocks, after the prefix. */
#define TL_DENOISER_BLOCKS "resblocks."

/* Numbers of an attention head; widths are multiples of it. */
#define TL_DENOISER_HEAD 32

/* Reads the sizes off the shapes in a file; FALSE where it holds none. */
gboolean tl_denoiser_config_infer (TlDenoiserConfig *config, TlWeights *weights);

TlDenoiser *tl_denoiser_load (const TlDenoiserConfig *config, TlWeights *weights, TlDtype dtype,
                              TlDevice device, GError **error);

/* From a loader, which the caller finishes: for training. */
TlDenoiser *tl_denoiser_load_with (const TlDenoiserConfig *config, TlLoader *loader, TlDtype dtype,
                                   GError **error);
void tl_denoiser_free (TlDenoiser *self);

const TlDenoiserConfig *tl_denoiser_get_config (TlDenoiser *self);

/* What the CLIP that it learnt with makes of no words at all: [1, words] of length 1, by which to
 * know it again. (transfer none) */
TlTensor *tl_denoiser_get_silence (TlDenoiser *self);

/* z and codes: [n, e_dim, h, w]; levels: [n] of 0 (all z) to 1 (all codes) -> the mixture */
TlTensor *tl_denoiser_mix (TlScope *s, TlTensor *z, TlTensor *codes, TlTensor *levels);

/* The guidance that draws and steers best, see data/starter/README.md. */
#define TL_DENOISER_GUIDANCE 3

/* What is to be behind a mixture. */
typedef struct
{
  TlTensor *words;  /* [n, words] float32 of length 1; zeros: whatever it may be */
  gdouble guidance; /* 1: the answer for the words; more: so many times as far from the answer for
                     * none, in twice the time (Ho and Salimans 2022, arXiv:2207.12598) */
} TlDenoiserWish;

/**
 * tl_denoiser_run:
 * @mixture: [n, e_dim, h, w] float32
 * @levels: [n] float32, more than 0
 *
 * Returns: [n, e_dim, h, w] float32: the latent behind the mixture
 */
TlTensor *tl_denoiser_run (TlScope *s, TlDenoiser *self, TlTensor *mixture, TlTensor *levels,
                           const TlDenoiserWish *wish);

/* A way from more noise to less. */
typedef struct
{
  gdouble first, last; /* levels: to begin with, up to 1; to stop at, less than @first */
  guint n_answers;     /* at least 1 */
} TlDenoiserWay;

/**
 * tl_denoiser_draw:
 * @mixture: [n, e_dim, h, w]: codes drawn at random, or as much of them as @way begins with
 *
 * A picture from there downwards: each answer is mixed with the same codes again, fewer of them,
 * and goes on changing as the last ones did. Six answers from codes alone down to 0.4 draw what
 * CLIP finds as near as twenty straight steps do.
 *
 * Returns: [n, e_dim, h, w] float32: the last answer, on what came a step before the last level
 */
TlTensor *tl_denoiser_draw (TlScope *s, TlDenoiser *self, TlTensor *mixture,
                            const TlDenoiserWish *wish, const TlDenoiserWay *way);

/* z: [n, e_dim, h, w] -> [h w, n, n_axes] float32: where it is on each axis, in deviations of the
 * codes */
TlTensor *tl_denoiser_project (TlScope *s, TlDenoiser *self, TlTensor *z);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlDenoiser, tl_denoiser_free)

G_END_DECLS
