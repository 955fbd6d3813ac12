/* augments.h - augmentations of cutouts, as kornia does them
 *
 * Each takes its parameters as plain numbers, one row a cutout it applies to; the others pass
 * unchanged. Formulas: kornia v0.6.8 (augmentation/_2d, enhance, geometry), read, not copied.
 * x: [n, 3, size, size] in, the same out. `on`: n flags. Sampling is bilinear, corners not
 * aligned, zeros outside. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/augment.h"
#include "core/torch/tensor.h"

G_BEGIN_DECLS

/* Maps source pixel to destination pixel, row-major. */
typedef struct
{
  gdouble m[9];
} TlHomography;

/* Matrix of an affine augmentation: angles and shears in degrees, translation and centre in
 * pixels (kornia get_affine_matrix2d). */
typedef struct
{
  gdouble translate_x, translate_y, center_x, center_y, scale_x, scale_y, angle, shear_x, shear_y;
} TlAffine;

void tl_homography_from_affine (TlHomography *h, const TlAffine *affine);

/* The homography that maps four points to four points, (x, y) pairs (Heckbert, "Fundamentals of
 * Texture Mapping and Image Warping", 1989). FALSE if they are degenerate. */
gboolean tl_homography_from_points (TlHomography *h, const gdouble from[8], const gdouble to[8]);

void tl_homography_multiply (TlHomography *out, const TlHomography *a, const TlHomography *b);

/* x: [n, 3, h, w] (or [1, 3, h, w], seen by all) sampled where @homographies (n of them; source
 * pixel -> destination pixel) say -> [n, 3, size, size]. kornia's warp_affine and
 * warp_perspective. */
TlTensor *tl_augment_warp (TlScope *s, TlTensor *x, const TlHomography *homographies, guint n,
                           gint64 size, TlSampleMode outside);

typedef enum
{
  TL_JITTER_BRIGHTNESS,
  TL_JITTER_CONTRAST,
  TL_JITTER_SATURATION,
  TL_JITTER_HUE,
} TlJitterStep;

/* Factors as kornia 0.6.8's ColorJitter takes them; hue in turns. @additive: brightness adds
 * factor - 1, as kornia 0.5.4 (the version generate.py names) does. @order: which of the four steps
 * comes when. */
typedef struct
{
  gfloat brightness, contrast, saturation, hue;
} TlJitter;

TlTensor *tl_augment_jitter (TlScope *s, TlTensor *x, const gboolean *on, const TlJitter *rows,
                             const TlJitterStep order[4], gboolean additive);

/* Rectangles set to a value: x, y, width, height in pixels. */
typedef struct
{
  gint64 x, y, width, height;
  gfloat value;
} TlEraser;

TlTensor *tl_augment_erase (TlScope *s, TlTensor *x, const gboolean *on, const TlEraser *rows);

/* All of @list, parameters drawn from (seed, iteration). */
TlTensor *tl_augment_all (TlScope *s, TlTensor *x, const TlAugmentList *list, guint64 seed,
                          guint64 iteration);

G_END_DECLS
