/* denoiser-trainer.h - a denoiser that learns what latents of scenes look like
 *
 * Of each batch the VQGAN's codes are mixed with random ones, as much of them as the level says,
 * several times over; the denoiser is to find the first behind the mixture, told what the scene's
 * caption is to the CLIP, now and then without. One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/denoiser/denoiser.h"
#include "core/train/feed.h"
#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_axes; /* of the latents, at most all */
  guint width, n_blocks, inner;
  guint n_levels; /* of each picture in a step */
  gdouble unsaid; /* share of the pictures without words */
  guint64 seed;
  guint64 n_steps, n_warm;
  gdouble lr;
  TlDtype dtype;
  TlDevice device;
} TlDenoiserTraining;

/* As large as the starter's, and settings that suit it; the rest is the caller's. */
void tl_denoiser_training_init (TlDenoiserTraining *self);

typedef struct _TlDenoiserTrainer TlDenoiserTrainer;

/* @vqgan, @clip, @tokenizer: must outlive it */
TlDenoiserTrainer *tl_denoiser_trainer_new (const TlDenoiserTraining *training, TlVqgan *vqgan,
                                            TlClip *clip, TlTokenizer *tokenizer, GError **error);
void tl_denoiser_trainer_free (TlDenoiserTrainer *self);

guint64 tl_denoiser_trainer_get_step (TlDenoiserTrainer *self);

typedef struct
{
  gdouble loss; /* 1: no better than a factor of the mixture */
  gdouble norm; /* of the gradient; not finite where the step was left out */
} TlDenoiserReport;

/* One step with @batch, which has words. */
gboolean tl_denoiser_trainer_step (TlDenoiserTrainer *self, const TlBatch *batch,
                                   TlDenoiserReport *report, GCancellable *cancellable,
                                   GError **error);

/* By the running averages: the loss of @held_out at four levels, from little noise to much. */
#define TL_DENOISER_N_MEASURES 4
gboolean tl_denoiser_trainer_measure (TlDenoiserTrainer *self, const TlBatch *held_out,
                                      gdouble losses[TL_DENOISER_N_MEASURES], GError **error);

/* Pictures drawn from random codes and @batch's words alone, in some steps from much noise to
 * little. out: [n, 3, size, size], 0 ... 1 */
gboolean tl_denoiser_trainer_draw (TlDenoiserTrainer *self, const TlBatch *batch, gfloat *out,
                                   GError **error);

/* The denoiser in @weights instead of the first weights; blocks that it lacks begin as they are.
 * TL_ERROR_FORMAT where sizes differ, or it learnt other codes or words. Treats the file as
 * hostile; on failure nothing has changed. */
gboolean tl_denoiser_trainer_begin_with (TlDenoiserTrainer *self, TlWeights *weights,
                                         GError **error);

/* A checkpoint: going on from it is going on. (transfer full) */
GBytes *tl_denoiser_trainer_save (TlDenoiserTrainer *self, GError **error);
gboolean tl_denoiser_trainer_load (TlDenoiserTrainer *self, TlWeights *weights, GError **error);

/* The VQGAN of @vqgan with the denoiser in it, instead of one that was: (transfer full). Tensors of
 * the VQGAN are copied as they are; TL_ERROR_FORMAT where they are not rows after rows, as in no
 * safetensors file. */
GBytes *tl_denoiser_trainer_export (TlDenoiserTrainer *self, TlWeights *vqgan, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlDenoiserTrainer, tl_denoiser_trainer_free)

G_END_DECLS
