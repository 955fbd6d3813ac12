/* state.h - the whole state of a run, and its form as bytes
 *
 * Latent, moments, iteration: nothing else changes while a run goes on (design.md, "The engine").
 * As bytes it is safetensors: `z` and the moments as tensors, the rest as metadata. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/stepper.h"
#include "core/steer/models.h"
#include "core/steer/optimizer.h"

G_BEGIN_DECLS

/* A checkpoint of before forms were begun at the whole size. */
#define TL_STATE_NOT_SAID G_MAXUINT64

struct _TlState
{
  TlStart *start;
  guint64 iteration;
  gboolean is_random;    /* z shows the random codes of the start: no step has moved it yet */
  guint64 forms_from;    /* coarse-from of what last steered it; TL_STATE_NOT_SAID */
  TlTensor *z;           /* [1, e_dim, h / f, w / f] float32; half of it where coarse.h */
  TlTensor *z_start;     /* (nullable): z of iteration 0, once it was needed */
  TlOptimizer optimizer; /* whose moments they are */
  TlMoments moments;
};

/* At iteration 0; takes @z. */
TlState *tl_state_new (TlStart *start, TlTensor *z);
void tl_state_free (TlState *self);

GBytes *tl_state_save (TlState *self, TlModels *models, GError **error);

/* Treats @bytes as hostile: TL_ERROR_FORMAT where they are no state of a run from @start under
 * @models, TL_ERROR_MISSING where they belong to another image model. */
TlState *tl_state_load (GBytes *bytes, TlStart *start, TlModels *models, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlState, tl_state_free)

G_END_DECLS
