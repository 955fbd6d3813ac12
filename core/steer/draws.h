/* draws.h - parameters of augmentations, drawn from (seed, iteration, kind, cutout) alone
 *
 * Each augmentation of each cutout has a random stream of its own, so that switching one on or off,
 * or changing their order, never changes what another draws. Distributions: kornia v0.6.8,
 * augmentation/random_generator/_2d. Plain numbers, no thread of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"
#include "core/steer/augments.h"

G_BEGIN_DECLS

/* Cutouts are numbered from 0 below this. */
#define TL_DRAW_MAX_CUTOUTS 4095

typedef struct
{
  const TlAugment *augment;
  guint64 seed, iteration;
  gint64 size; /* of a cutout */
} TlDraw;

/* 0: it is never applied */
gdouble tl_draw_get_probability (const TlAugment *augment);

/* Each returns whether the augmentation is applied to @cutout, and fills the row if it is. */
gboolean tl_draw_affine (const TlDraw *draw, guint cutout, TlAffine *row);
gboolean tl_draw_perspective (const TlDraw *draw, guint cutout, TlQuad *row);
gboolean tl_draw_rotation (const TlDraw *draw, guint cutout, gdouble *degrees);
gboolean tl_draw_jitter (const TlDraw *draw, guint cutout, TlColourJitter *row);
gboolean tl_draw_sharpness (const TlDraw *draw, guint cutout, gfloat *factor);
/* One rectangle for all cutouts, black. */
gboolean tl_draw_eraser (const TlDraw *draw, TlEraser *row);
/* A rectangle for each cutout, of a grey of its own. */
gboolean tl_draw_own_eraser (const TlDraw *draw, guint cutout, TlEraser *row);
/* @noise: 2 · size · size numbers in [-1, 1] */
gboolean tl_draw_elastic (const TlDraw *draw, guint cutout, gfloat *noise);
/* @noise: 3 · size · size numbers */
gboolean tl_draw_noise (const TlDraw *draw, guint cutout, gfloat *noise);

/* The order of jitter's four steps, the same for all cutouts. */
void tl_draw_jitter_order (const TlDraw *draw, TlJitterStep order[4]);

G_END_DECLS
