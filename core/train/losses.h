/* losses.h - what training makes small
 *
 * Pure functions of tensors; each result is one number, unless said otherwise. One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

/**
 * tl_loss_contrast:
 * @pictures: [n + m, d] of length 1; the last m show nothing that a text says
 * @texts: [n + k, d] of length 1; the last k are of no picture
 * @is_same: [n, n + k], 1 where two texts read the same: they are no negatives of each other
 * @scale: 1 / temperature
 * @share_right: (out): pictures whose own text is the nearest of all
 *
 * Symmetric InfoNCE (Radford et al. 2021, figure 3): each picture finds its text among the texts,
 * each text its picture among the pictures. Texts that differ from a picture's own in one thing
 * make it look at that thing (Yuksekgonul et al. 2023, arXiv:2210.01936).
 */
TlTensor *tl_loss_contrast (TlScope *s, TlTensor *pictures, TlTensor *texts, TlTensor *is_same,
                            TlTensor *scale, gdouble *share_right);

/* The mean of (positive cosine of each picture with each text)². */
TlTensor *tl_loss_reject (TlScope *s, TlTensor *pictures, TlTensor *texts);

/* Of scores [n, labels] with @labels (0 or 1): cross entropy in the groups of which a picture has
 * one or a few (objects, objects by colour, backgrounds, styles), binary cross entropy for the
 * rest, in which what is there counts more, since most is not there. */
TlTensor *tl_loss_labels (TlScope *s, TlTensor *scores, TlTensor *labels);

/* What one picture differs from another by. [n, 3, h, w] each, 0 ... 1. */
typedef struct
{
  TlTensor *l1, *l2; /* means */
  TlTensor *total;   /* l1 + 2 l2 + l1 of the gradients + l1 / 2 of the quarter-sized pictures */
} TlPictureLoss;

TlPictureLoss tl_loss_picture (TlScope *s, TlTensor *x, TlTensor *y);

/* The mean of the pictures' own log10 (mean squared error): their PSNR, in decibels, by -10. Each
 * picture counts alike, however hard it is; errors far below those of one step of 8 bits do not. */
TlTensor *tl_loss_psnr (TlScope *s, TlTensor *x, TlTensor *y);

/* Half the mean squared distance of grids [places, n, width] of tl_clip_encode_grid(), each place
 * taken to length 1, as Zhang et al. 2018 (arXiv:1801.03924) compare features: 0 ... 2. */
TlTensor *tl_loss_seen (TlScope *s, TlTensor *a, TlTensor *b);

/* Hinge losses (Lim and Ye 2017, arXiv:1705.02894) of a critic's scores: what it loses by not
 * telling real pictures from made ones, and what the maker loses by being found out. */
TlTensor *tl_loss_critic (TlScope *s, TlTensor *real, TlTensor *made);
TlTensor *tl_loss_found_out (TlScope *s, TlTensor *made);

/* How far latents [cells, d] are from filling their space: each dimension's deviation below one,
 * and the dimensions' correlations. Without it they collapse into very few dimensions while
 * everything else looks well (Bardes, Ponce, LeCun 2022, arXiv:2105.04906). */
TlTensor *tl_loss_spread (TlScope *s, TlTensor *cells);

G_END_DECLS
