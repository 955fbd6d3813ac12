/* homography.h - plane projections as plain numbers
 *
 * A homography maps a point (x, y) of the source, in pixels whose centres have whole coordinates,
 * to one of the destination. Computed in double on the CPU: only finished sampling grids ever
 * become tensors. No thread of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

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

void tl_homography_init_identity (TlHomography *h);

void tl_homography_from_affine (TlHomography *h, const TlAffine *affine);

/* The homography that maps four points to four points, (x, y) pairs (Heckbert, "Fundamentals of
 * Texture Mapping and Image Warping", 1989). FALSE if they are degenerate. */
gboolean tl_homography_from_points (TlHomography *h, const gdouble from[8], const gdouble to[8]);

/* @out may be one of the factors: first @b, then @a. */
void tl_homography_multiply (TlHomography *out, const TlHomography *a, const TlHomography *b);

/* FALSE if the plane is flattened. */
gboolean tl_homography_invert (TlHomography *out, const TlHomography *h);

void tl_homography_map (const TlHomography *h, gdouble x, gdouble y, gdouble *out_x,
                        gdouble *out_y);

G_END_DECLS
