/* blocks.h - the building blocks of encoder and decoder, and sequences of them
 *
 * Encoder and decoder are sequences of pure functions on [n, c, h, w], each with its own weights;
 * a sequence is filled from a loader in the order in which data flows and then run. That the blocks
 * share one type of function is what lets a sequence recompute each of them in the backward pass.
 * Named as in Esser, Rombach, Ommer 2021 and taming/modules/diffusionmodules/model.py. Engine
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/layer.h"
#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef struct _TlBlocks TlBlocks;

/* @loader is used by the functions below that add a block and not kept after the last of them;
 * NULL: blocks without weights, to be asked what they would cost. */
TlBlocks *tl_blocks_new (TlLoader *loader, guint n_groups);
void tl_blocks_free (TlBlocks *self);

/* Whether a tensor was not as it should be: what is added from here on is of no use. */
gboolean tl_blocks_have_failed (TlBlocks *self);

/* Each adds one block; @name is where its tensors lie. */

/* [n, in, h, w] -> [n, out, h, w], same size: padded by half the kernel */
void tl_blocks_add_conv (TlBlocks *self, guint in, guint out, guint kernel, const char *name);
/* [n, in, h, w] -> [n, out, h, w]: two normed convolutions and a shortcut */
void tl_blocks_add_res (TlBlocks *self, guint in, guint out, const char *name);
/* [n, c, h, w] -> the same: every place looks at every other */
void tl_blocks_add_attn (TlBlocks *self, guint channels, const char *name);
/* [n, c, h, w] -> [n, c, h / 2, w / 2] */
void tl_blocks_add_downsample (TlBlocks *self, guint channels, gboolean has_conv, const char *name);
/* [n, c, h, w] -> [n, c, 2 h, 2 w] */
void tl_blocks_add_upsample (TlBlocks *self, guint channels, gboolean has_conv, const char *name);
/* [n, in, h, w] -> [n, out, h, w]: "NAME.norm_out", swish, "NAME.conv_out" */
void tl_blocks_add_out (TlBlocks *self, guint in, guint out, const char *name);

/* @budget: bytes that running [n, in, h, w] there and back may hold: as many blocks as need be keep
 * their input only and run again in the backward pass, those first that save the most for their
 * time. The same bits whatever it is. */
TlTensor *tl_blocks_run (TlScope *outer, TlBlocks *self, TlTensor *x, guint64 budget);

/* What that takes, for one picture of @height x @width at the first block. */
void tl_blocks_estimate (TlBlocks *self, TlDtype dtype, gint64 height, gint64 width, guint64 budget,
                         TlVqganCost *cost);

/* [n, 3, h, w] -> [n, e_dim, h / f, w / f]: the encoder and "quant_conv" */
TlBlocks *tl_encoder_load (const TlVqganConfig *config, TlLoader *loader);
/* [n, e_dim, h, w] -> [n, 3, h f, w f]: "post_quant_conv" and the decoder */
TlBlocks *tl_decoder_load (const TlVqganConfig *config, TlLoader *loader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlBlocks, tl_blocks_free)

G_END_DECLS
