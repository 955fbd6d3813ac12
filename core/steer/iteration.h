/* iteration.h - one iteration of CLIP+VQGAN, as far as the gradient of the latent
 *
 * From a latent to its picture, what CLIP sees in it, the loss of the clauses in force and its
 * gradient (design.md, "The engine"). Nothing here changes a state. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/steer/embeds.h"
#include "core/steer/stepper.h"

G_BEGIN_DECLS

/* A clause that acts, and what it looks like. */
typedef struct
{
  TlTensor *embed; /* [m, embed_dim] */
  gdouble weight, stop;
  gboolean is_noise;
} TlTarget;

typedef struct
{
  TlModels *models;
  TlEmbeds *embeds;
  TlSteer *steer;
  const TlStartValues *start;
  guint64 iteration;
  TlTensor *z;           /* [1, e_dim, h, w] */
  TlTensor *z_start;     /* (nullable): needed if the settings pull towards it */
  gboolean is_random;    /* no step has moved z from the random codes of the start */
  gboolean begins_forms; /* a turn lays out forms anew, and this is the first step that it steers */
  gint64 at_once; /* cutouts that CLIP looks at at once; 0: as suits the model, see memory.h */
} TlIteration;

/* The clauses that act at the iteration: (transfer full) (element-type TlTarget); their tensors are
 * in @s. Clauses whose picture is not here are left out. */
GArray *tl_iteration_find_targets (TlScope *s, const TlIteration *self);

/* z -> [1, 3, H, W] in [0, 1]. */
TlTensor *tl_iteration_decode (TlScope *s, const TlIteration *self, TlTensor *z,
                               TlStageTimes *times);

/**
 * tl_iteration_evaluate:
 * @wants_picture: even where no clause looks at it
 * @picture: (out): detached; NULL where nobody looked
 * @gradient: (out): on z; NULL where nothing pulls
 *
 * Returns: the loss; 0 where nothing pulls
 */
gdouble tl_iteration_evaluate (TlScope *s, const TlIteration *self, const GArray *targets,
                               gboolean wants_picture, TlTensor **picture, TlTensor **gradient,
                               TlStageTimes *times);

/* @picture: [1, 3, H, W] in [0, 1] -> the gradient of the clauses' loss on it, as cutouts of it
 * show it to CLIP; NULL without clauses */
TlTensor *tl_iteration_look (TlScope *s, const TlIteration *self, const GArray *targets,
                             TlTensor *picture);

/* Whether no clause pulls towards something. */
gboolean tl_iteration_only_pushes (const GArray *targets);

/* Cosine of the whole picture with the clauses that pull towards something (with those that push
 * away, if there are only such), weighted; NAN without any. */
gdouble tl_iteration_measure (TlScope *s, const TlIteration *self, const GArray *targets,
                              TlTensor *picture);

G_END_DECLS
