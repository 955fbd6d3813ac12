/* resnet.h - CLIP's other picture tower, a residual network
 *
 * openai/CLIP clip/model.py, ModifiedResNet: three convolutions at the start, averaging wherever a
 * stride would be, and an attention pool at the end. Only for clip.c. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/transformer.h"

G_BEGIN_DECLS

#define TL_CLIP_N_STAGES 4

/* How far the picture has shrunk when it reaches the attention pool. */
#define TL_CLIP_RESNET_DOWNSCALE 32

/* Convolutions have their batch norm in them. */
typedef struct
{
  TlConv conv1, conv2, conv3;
  TlConv downsample; /* weight NULL where the input passes as it is */
  guint stride;
} TlClipBottleneck;

typedef struct
{
  TlTensor *position; /* [1 + cells, 1, channels] */
  TlClipAttention attention;
} TlClipPool;

typedef struct
{
  TlConv conv1, conv2, conv3;
  TlClipBottleneck *stages[TL_CLIP_N_STAGES];
  guint n_blocks[TL_CLIP_N_STAGES];
  TlClipPool pool;
} TlClipResnet;

void tl_clip_resnet_load (TlClipResnet *self, TlClipLoad *load);
void tl_clip_resnet_clear (TlClipResnet *self);

/* x: [n, 3, resolution, resolution], centred, of the model's dtype -> [n, embed_dim] */
TlTensor *tl_clip_resnet_forward (TlScope *s, const TlClipResnet *self, TlTensor *x);

/* What the first @n_blocks bottlenecks make of it: [cells, n, channels] */
TlTensor *tl_clip_resnet_forward_cells (TlScope *s, const TlClipResnet *self, TlTensor *x,
                                        guint n_blocks);

/* A TlBlockFunc of one TlClipBottleneck. */
TlTensor *tl_clip_bottleneck_forward (TlScope *s, TlTensor *x, gconstpointer block);

G_END_DECLS
