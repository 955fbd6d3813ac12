/* model.h - small CLIPs of random numbers, in the names of OpenAI and of Hugging Face
 *
 * A model is a list of named tensors that a test may change before it becomes a file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"

#define MODEL_CONTEXT 10
#define MODEL_TOKENS 40
#define MODEL_EMBED 24

typedef struct
{
  char *name;
  guint n_dims;
  gint64 shape[4];
  gsize n;
  gfloat *data;
} ModelTensor;

/* Of ModelTensors, empty */
GPtrArray *model_new (void);

/* In OpenAI's names: a ViT of 2 layers, 128 wide, pictures of 24 in patches of 8. */
GPtrArray *model_new_vit (void);

/* ModifiedResNet of 2, 1, 1, 1 blocks, 4 wide, pictures of 64. */
GPtrArray *model_new_resnet (void);

/* The same numbers as transformers would save them. */
GPtrArray *model_to_hugging_face (GPtrArray *model);

void model_add (GPtrArray *model, const char *name, const gint64 *shape, guint n_dims);

/* Not NULL */
ModelTensor *model_get (GPtrArray *model, const char *name);

void model_add_prefix (GPtrArray *model, const char *prefix);

/* (transfer full): bytes of a safetensors file */
GBytes *model_to_bytes (GPtrArray *model);
TlWeights *model_to_weights (GPtrArray *model);

/* (transfer full): loaded in float32; must not fail */
TlClip *model_load (TlWeights *weights);

/* Numbers in [0, 1) that look random: [n, 3, size, size] */
TlTensor *model_make_pictures (TlScope *s, gint64 n, gint64 size);

/* The values of @x; closes nothing. */
gfloat *model_get_floats (TlScope *s, TlTensor *x);
