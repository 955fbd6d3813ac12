/* vqgan-trainer-private.h - what the parts of TlVqganTrainer share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/train/codes.h"
#include "core/train/parameters.h"
#include "core/train/steered.h"
#include "core/train/vqgan-trainer.h"

G_BEGIN_DECLS

/* The codes' name in a model, and that of the cells that they are looked for in, in a checkpoint.
 */
#define TL_VQGAN_CODEBOOK "quantize.embedding.weight"
#define TL_VQGAN_SEEN "seen"

struct _TlVqganTrainer
{
  TlVqganTraining training;
  TlParameters *parameters;
  TlRefine *refine;
  TlClip *clip;           /* (nullable): borrowed */
  TlTokenizer *tokenizer; /* (nullable) */
  TlSteered *steered;     /* (nullable) */
  TlCodes codes;
  gboolean has_codes;
  GArray *seen;       /* of gfloat: the latest cells, until the codes are found in them */
  TlTensor *codebook; /* [n_codes, e_dim], as the model of this scope has it */
};

/* Steps without codes. */
guint64 tl_vqgan_trainer_count_free_steps (const TlVqganTraining *training);
/* Makes the runs that are steered beside. */
void tl_vqgan_trainer_make_steered (TlVqganTrainer *self);
/* Moves them by one iteration, by what @vqgan draws, which is the model as it is; needs codes.
 * @latents: (out): of @s, [n_steered, e_dim, h, w], where they were before
 * Returns: (transfer full): @batch with the runs' scenes in place of its last ones */
TlBatch *tl_vqgan_trainer_steer (TlScope *s, TlVqganTrainer *self, TlVqgan *vqgan,
                                 const TlBatch *batch, TlTensor **latents, GError **error);
/* Latents that the codes are found in. */
gsize tl_vqgan_trainer_count_cells_to_find (const TlVqganTrainer *self);

G_END_DECLS
