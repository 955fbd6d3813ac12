/* refine.h - what makes rebuilt pictures crisp, late in a VQGAN's training
 *
 * Two more losses. A CLIP compares what it sees of either picture, patch by patch; and a critic, a
 * small PatchGAN (Isola et al. 2017, arXiv:1611.07004) that learns beside, tells drawn pictures
 * from rebuilt ones and each part of a picture for itself (Esser et al. 2021, arXiv:2012.09841, who
 * begin late as well: a critic of blurred pictures teaches nothing). One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/weights/safetensors.h"

G_BEGIN_DECLS

typedef struct
{
  gdouble perceptual; /* weight of what a CLIP sees; 0: nothing */
  gdouble critic;     /* weight of being found out; 0: there is no critic */
} TlRefining;

typedef struct
{
  gdouble seen;   /* tl_loss_seen() */
  gdouble critic; /* tl_loss_critic() */
} TlRefineReport;

typedef struct _TlRefine TlRefine;

/* @clip: (nullable): where there is a perceptual weight; must outlive it */
TlRefine *tl_refine_new (const TlRefining *refining, TlClip *clip, guint64 seed, TlDevice device,
                         GError **error);
void tl_refine_free (TlRefine *self);

/* x: drawn, y: rebuilt, [n, 3, h, w] in [0, 1] -> what @y loses, one number; NULL where both
 * weights are 0. The critic is as it was. */
TlTensor *tl_refine_loss (TlScope *s, TlRefine *self, TlTensor *x, TlTensor *y,
                          TlRefineReport *report);

/* A step of the critic, if there is one. Gradients on. FALSE in a failed scope: it has not
 * changed. */
gboolean tl_refine_learn (TlScope *s, TlRefine *self, TlTensor *x, TlTensor *y, gdouble lr,
                          TlRefineReport *report);

/* Bit for bit. A checkpoint from before there was a critic leaves it as new. */
gboolean tl_refine_save (TlRefine *self, TlSafetensorsWriter *writer, GError **error);
gboolean tl_refine_load (TlRefine *self, TlWeights *weights, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlRefine, tl_refine_free)

G_END_DECLS
