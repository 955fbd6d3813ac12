/* clip-trainer.h - a CLIP that learns from drawn scenes
 *
 * Pictures and their captions find each other (tl_loss_contrast()); heads that are not part of the
 * model, linear layers from either tower's result to the scene's labels, teach it to tell objects
 * and colours apart and are exported to a file of their own. Pictures are seen as steering shows
 * them: pooled, and through the fused cutouts. One thread.
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
  TlClipConfig clip; /* n_tokens: the tokenizer's */
  guint64 seed;
  guint64 n_steps, n_warm;
  gdouble lr;
  gboolean by_muon;    /* layers of both towers learn by Muon (muon.h) */
  gdouble kept;        /* share of the patches that a step looks at */
  gdouble labels;      /* weight of the heads' loss */
  gboolean only_heads; /* both towers stay as they are */
  gboolean keep_words; /* the text tower stays as it is */
  gdouble augment;     /* 1: as strongly as the starter's cutouts */
  gdouble rebuilt;     /* share of the pictures that go through the VQGAN */
  gdouble garbage;     /* pictures of random codes, as a share of the batch */
  gdouble spoilt;      /* rebuilt pictures that are spoilt: another such share, at most @rebuilt */
  gdouble attack;      /* radius of attacks on the pictures (attack.h), 0: none */
  guint n_moves;       /* of an attack */
  gdouble
    z_attack;      /* radius of attacks on the latents of rebuilt pictures (negatives.h), 0: none */
  guint n_steered; /* runs that go on beside (steered.h), fewer than a batch has pictures, 0: none;
                    * with @rebuilt no more than all, for their scenes are rebuilt already */
  TlDtype dtype;
  TlDevice device;
} TlClipTraining;

/* A ViT for 64 pixels as the starter's, and settings that suit it; the rest is the caller's. */
void tl_clip_training_init (TlClipTraining *self);

typedef struct _TlClipTrainer TlClipTrainer;

/* @vqgan: (nullable) (transfer none): for rebuilt and steered pictures and garbage, NULL only where
 * there are none; must outlive it
 * @denoiser: (nullable) (transfer none): draws what steered runs begin with; must outlive it. It
 * knows the CLIP's words, which are then kept. */
TlClipTrainer *tl_clip_trainer_new (const TlClipTraining *training, TlTokenizer *tokenizer,
                                    TlVqgan *vqgan, TlDenoiser *denoiser, GError **error);
void tl_clip_trainer_free (TlClipTrainer *self);

guint64 tl_clip_trainer_get_step (TlClipTrainer *self);

typedef struct
{
  gdouble loss, contrast, labels; /* NAN where the step had to be left out */
  gdouble norm;                   /* of the gradient */
  gdouble right;                  /* share of the batch whose own text was the nearest */
  gdouble steered, scenes;        /* mean cosine of what is steered with its words, and of the
                                   * scenes that it is steered to; 0 where nothing is */
} TlClipReport;

/* One step with @batch, which has words and pictures of the CLIP's resolution or twice as large;
 * twice where runs go on beside. */
gboolean tl_clip_trainer_step (TlClipTrainer *self, const TlBatch *batch, TlClipReport *report,
                               GCancellable *cancellable, GError **error);

typedef struct
{
  gdouble right;   /* share of held-out pictures whose own caption is the nearest of the batch's */
  gdouble objects; /* share of those with one object whose head names it first */
} TlClipMeasure;

/* By the running averages, without augmentation. */
gboolean tl_clip_trainer_measure (TlClipTrainer *self, const TlBatch *held_out,
                                  TlClipMeasure *measure, GError **error);

/* A checkpoint: going on from it is going on. (transfer full) */
GBytes *tl_clip_trainer_save (TlClipTrainer *self, GError **error);
gboolean tl_clip_trainer_load (TlClipTrainer *self, TlWeights *weights, GError **error);

/* What was exported, the model or the heads: its weights are those to begin with. */
gboolean tl_clip_trainer_begin_with (TlClipTrainer *self, TlWeights *weights, GError **error);

/* The model in OpenAI's names, and what names things in pictures ("heads.image.weight", ...),
 * without its twin that learns from captions: float16 safetensors. */
GBytes *tl_clip_trainer_export (TlClipTrainer *self, GError **error);
GBytes *tl_clip_trainer_export_heads (TlClipTrainer *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlClipTrainer, tl_clip_trainer_free)

G_END_DECLS
