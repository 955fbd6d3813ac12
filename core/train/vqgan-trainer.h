/* vqgan-trainer.h - a VQGAN that learns to draw scenes from codes
 *
 * First an autoencoder without codes whose latents are kept spread out, for long; then the codes
 * are found by k-means and follow the latents. Loss: tl_loss_picture(), the commitment of latents
 * to their codes, and tl_loss_spread(), which is weaker after the codes were found; in the last
 * part also what refine.h says. One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/tokenizer.h"
#include "core/train/feed.h"
#include "core/train/refine.h"
#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef struct
{
  TlVqganConfig vqgan;
  guint64 seed;
  guint64 n_steps, n_warm;
  gdouble lr;
  gdouble free;          /* share of the steps without codes */
  gboolean only_decoder; /* encoder and codes stay as they are: of a checkpoint that has them */
  gboolean by_muon;      /* layers of encoder and decoder learn by Muon (muon.h) */
  gdouble spoilt; /* share of the pictures whose codes are spoilt before the decoder gets them;
                   * only where it learns alone */
  guint n_steered, steered_size; /* of the pictures of a batch: the last are drawn from latents that
                                  * are steered beside (steered.h); the batches' size; only where
                                  * the decoder learns alone */
  gdouble psnr;                  /* weight of tl_loss_psnr(), from the start; 0: none */
  gdouble late; /* share of the steps before pictures are refined; at least those without codes */
  TlRefining refining;
  TlDtype dtype;
  TlDevice device;
} TlVqganTraining;

/* As large as the starter's, and settings that suit it; the rest is the caller's. */
void tl_vqgan_training_init (TlVqganTraining *self);

typedef struct _TlVqganTrainer TlVqganTrainer;

/* @clip: (nullable): where refining has a perceptual weight, or runs are steered; must outlive it
 * @tokenizer: (nullable): the CLIP's, where runs are steered */
TlVqganTrainer *tl_vqgan_trainer_new (const TlVqganTraining *training, TlClip *clip,
                                      TlTokenizer *tokenizer, GError **error);
void tl_vqgan_trainer_free (TlVqganTrainer *self);

guint64 tl_vqgan_trainer_get_step (TlVqganTrainer *self);
/* Whether the codes have been found, and whether pictures are refined. */
gboolean tl_vqgan_trainer_has_codes (TlVqganTrainer *self);
gboolean tl_vqgan_trainer_is_refining (TlVqganTrainer *self);

typedef struct
{
  gdouble loss, l1, l2, commitment, spread;
  TlRefineReport refine; /* zeros before that began */
  gdouble norm;          /* of the gradient; not finite where the step was left out */
} TlVqganReport;

/* One step with @batch, whose pictures' sides are multiples of the downscale; it has words, and
 * more pictures than are steered, where any are. TL_ERROR_MISSING
 * where the decoder is to learn alone and there are no codes. */
gboolean tl_vqgan_trainer_step (TlVqganTrainer *self, const TlBatch *batch, TlVqganReport *report,
                                GCancellable *cancellable, GError **error);

typedef struct
{
  gdouble psnr; /* dB, the mean of pictures rebuilt from codes (without, as long as none are) */
  gdouble rank; /* of the latents: tl_codes_get_rank() */
  gdouble spectrum[6];
  guint n_used; /* codes that the pictures needed */
  guint n_idle; /* tl_codes_count_idle() */
} TlVqganMeasure;

/* By the running averages. @rebuilt: (nullable): [n, 3, h, w] floats to fill, 0 ... 1 */
gboolean tl_vqgan_trainer_measure (TlVqganTrainer *self, const TlBatch *held_out,
                                   TlVqganMeasure *measure, gfloat *rebuilt, GError **error);

/* The model in @weights, in taming's names, instead of the first weights; its codes only where
 * the decoder learns alone, for else others are to be found. TL_ERROR_FORMAT where sizes differ. */
gboolean tl_vqgan_trainer_begin_with (TlVqganTrainer *self, TlWeights *weights, GError **error);

/* A checkpoint: going on from it is going on. One with codes that is before the end of @free goes
 * on without them, and others, as many as are wanted now, are found. (transfer full) */
GBytes *tl_vqgan_trainer_save (TlVqganTrainer *self, GError **error);
gboolean tl_vqgan_trainer_load (TlVqganTrainer *self, TlWeights *weights, GError **error);

/* The model in taming's names, float16 safetensors, with norm_groups in its metadata. */
GBytes *tl_vqgan_trainer_export (TlVqganTrainer *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlVqganTrainer, tl_vqgan_trainer_free)

G_END_DECLS
