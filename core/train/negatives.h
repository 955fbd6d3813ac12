/* negatives.h - pictures as a VQGAN makes them, for a CLIP to learn from
 *
 * A CLIP that has only seen drawings is steered into what no drawing looks like. So it also sees
 * scenes through the VQGAN, a few of their codes exchanged; pictures of random codes, which no
 * caption describes; and scenes spoilt from a little to wholly, by other codes or by their own in
 * the wrong places, which their captions have to like less than the scenes themselves: parts of a
 * thing are not the thing, and from noise to a clean picture the way has to lead upwards
 * (noise-contrastive estimation, Gutmann and Hyvarinen 2010). The first can be made harder in the
 * space that steering moves in: latents of rebuilt scenes are attacked (attack.h) so that these
 * match their words least. Everything is drawn from (seed, step). One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

/* How well pictures [n, 3, h, w] in [0, 1] match the words of the batch's first n: one number that
 * pictures can be led along, with gradients. */
typedef TlTensor *(*TlMatchFunc) (TlScope *s, TlTensor *pictures, gconstpointer data);

typedef struct
{
  TlVqgan *vqgan;
  TlDevice device;
  guint64 seed, step;
  guint n_rebuilt, n_garbage;
  guint n_spoilt;    /* at most n_rebuilt */
  TlMatchFunc match; /* (nullable) where the next is 0 */
  gconstpointer match_data;
  gdouble radius;       /* of attacks on latents, as a share of a latent's length; 0: none */
  guint n_attack_moves; /* at least 1 */
} TlNegatives;

/* x: [n, 3, h, w] in [0, 1] -> [n + n_garbage + n_spoilt, 3, h, w]: the first n_rebuilt rebuilt,
 * three tenths of these with up to a fifth of their codes exchanged; after all of @x garbage:
 * random codes, in blocks of random sizes; at the end the first n_spoilt of @x, spoilt. No
 * gradients. */
TlTensor *tl_negatives_apply (TlScope *s, const TlNegatives *self, TlTensor *x);

G_END_DECLS
