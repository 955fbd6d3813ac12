/* clip-trainer-private.h - what the parts of TlClipTrainer share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/train/clip-trainer.h"
#include "core/train/parameters.h"
#include "core/train/steered.h"
#include "core/train/views.h"

G_BEGIN_DECLS

/* Before the names of parameters that are not the model's. */
#define TL_CLIP_HEADS "heads."

struct _TlClipTrainer
{
  TlClipTraining training;
  TlTokenizer *tokenizer;
  TlVqgan *vqgan;
  TlSteered *steered; /* (nullable) */
  TlViews views;
  TlParameters *parameters;
};

G_END_DECLS
