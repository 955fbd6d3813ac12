/* augments.h - augmentations of cutouts, as kornia does them
 *
 * Each takes its parameters as plain numbers, a row for each cutout; `on` says which cutouts it is
 * applied to, the others pass unchanged and their rows are not looked at. Formulas: kornia v0.6.8
 * (augmentation/_2d, enhance, geometry), read, not copied. x: [n, 3, size, size] in, the same out;
 * it may be one picture expanded. Sampling is bilinear, corners not aligned, zeros outside. Engine
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/augment.h"
#include "core/steer/homography.h"
#include "core/torch/tensor.h"

G_BEGIN_DECLS

/* x: [n, 3, h, w] (or [1, 3, h, w], seen by all) sampled where @homographies (n of them; source
 * pixel -> destination pixel) say, exactly -> [n, 3, size, size]. */
TlTensor *tl_augment_warp (TlScope *s, TlTensor *x, const TlHomography *homographies, guint n,
                           gint64 size, TlSampleMode outside);

/* RandomAffine. Its pixel grid is kornia's: positions are normalised by size - 1 and sampled as if
 * by size, so that translations come out size / (size - 1) too long. */
TlTensor *tl_augment_affine (TlScope *s, TlTensor *x, const gboolean *on, const TlAffine *rows);

/* Four points and where they go, (x, y) pairs in pixels. */
typedef struct
{
  gdouble from[8], to[8];
} TlQuad;

/* RandomPerspective, whose grid differs again: the source is stretched by size / (size - 1). */
TlTensor *tl_augment_perspective (TlScope *s, TlTensor *x, const gboolean *on, const TlQuad *rows);

/* RandomRotation, about the centre, corners aligned. @degrees: n of them */
TlTensor *tl_augment_rotate (TlScope *s, TlTensor *x, const gboolean *on, const gdouble *degrees);

/* RandomElasticTransform: @noise in [-1, 1]: [n, 2, size, size], row-major, x then y; blurred by a
 * Gaussian of @kernel taps, it says how far each pixel is moved. */
typedef struct
{
  guint kernel;
  gdouble sigma, alpha;
} TlElastic;

TlTensor *tl_augment_bend (TlScope *s, TlTensor *x, const gboolean *on, const gfloat *noise,
                           const TlElastic *elastic);

/* Rectangles set to a value: x, y, width, height in pixels. */
typedef struct
{
  gint64 x, y, width, height;
  gfloat value;
} TlEraser;

TlTensor *tl_augment_erase (TlScope *s, TlTensor *x, const gboolean *on, const TlEraser *rows);

typedef enum
{
  TL_JITTER_BRIGHTNESS,
  TL_JITTER_CONTRAST,
  TL_JITTER_SATURATION,
  TL_JITTER_HUE,
} TlJitterStep;

/* Factors as kornia's ColorJitter takes them; hue in turns. @additive: as kornia 0.5.4 (the version
 * that generate.py names) has it: brightness adds factor - 1, contrast multiplies, saturation is
 * HSV's; without it as 0.6.8. @order: which of the four steps comes when. */
typedef struct
{
  gfloat brightness, contrast, saturation, hue;
} TlColourJitter;

TlTensor *tl_augment_jitter (TlScope *s, TlTensor *x, const gboolean *on,
                             const TlColourJitter *rows, const TlJitterStep order[4],
                             gboolean additive);

/* RandomSharpness: @factors: 0 is smoothed by a 3 x 3 kernel, 1 as it was, above 1 sharper. */
TlTensor *tl_augment_sharpen (TlScope *s, TlTensor *x, const gboolean *on, const gfloat *factors);

/* All of @list but what has p = 0, parameters drawn from (seed, iteration). */
TlTensor *tl_augment_all (TlScope *s, TlTensor *x, const TlAugmentList *list, guint64 seed,
                          guint64 iteration);

G_END_DECLS
