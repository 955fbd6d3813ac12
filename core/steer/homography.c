/* homography.c - plane projections as plain numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/homography.h"

#include <math.h>

/* Points nearer to a line than this share of their spread are taken to lie on it. */
#define DEGENERATE 1e-9

static gdouble
radians (gdouble degrees)
{
  return degrees * (G_PI / 180);
}

void
tl_homography_init_identity (TlHomography *h)
{
  *h = (TlHomography){ { 1, 0, 0, 0, 1, 0, 0, 0, 1 } };
}

void
tl_homography_multiply (TlHomography *out, const TlHomography *a, const TlHomography *b)
{
  TlHomography product;

  for (guint row = 0; row < 3; row++)
    for (guint column = 0; column < 3; column++)
      product.m[3 * row + column] = a->m[3 * row] * b->m[column]
                                    + a->m[3 * row + 1] * b->m[3 + column]
                                    + a->m[3 * row + 2] * b->m[6 + column];
  *out = product;
}

/* translation · (rotation · scale) · shear, each of the latter about the centre */
void
tl_homography_from_affine (TlHomography *h, const TlAffine *affine)
{
  gdouble c = cos (radians (affine->angle)), s = sin (radians (affine->angle));
  gdouble tx = tan (radians (affine->shear_x)), ty = tan (radians (affine->shear_y));
  gdouble cx = affine->center_x, cy = affine->center_y;
  TlHomography rotation = { { c * affine->scale_x, -s * affine->scale_y, 0, s * affine->scale_x,
                              c * affine->scale_y, 0, 0, 0, 1 } };
  TlHomography shear = { { 1, -tx, 0, -ty, 1 + tx * ty, 0, 0, 0, 1 } };
  TlHomography from_center = { { 1, 0, -cx, 0, 1, -cy, 0, 0, 1 } };
  TlHomography to_place = { { 1, 0, cx + affine->translate_x, 0, 1, cy + affine->translate_y, 0, 0,
                              1 } };

  tl_homography_multiply (h, &shear, &from_center);
  tl_homography_multiply (h, &rotation, h);
  tl_homography_multiply (h, &to_place, h);
}

/* The corners (0, 0), (1, 0), (1, 1), (0, 1) of the unit square to the four points (Heckbert 1989,
 * section 2.2.3). */
static gboolean
from_unit_square (TlHomography *h, const gdouble p[8])
{
  gdouble dx1 = p[2] - p[4], dx2 = p[6] - p[4], sx = p[0] - p[2] + p[4] - p[6];
  gdouble dy1 = p[3] - p[5], dy2 = p[7] - p[5], sy = p[1] - p[3] + p[5] - p[7];
  gdouble area = dx1 * dy2 - dx2 * dy1;
  gdouble spread = (fabs (dx1) + fabs (dx2)) * (fabs (dy1) + fabs (dy2));
  gdouble g = (sx * dy2 - dx2 * sy) / area, k = (dx1 * sy - sx * dy1) / area;

  if (!(fabs (area) > DEGENERATE * spread))
    return FALSE;

  *h = (TlHomography){ { p[2] - p[0] + g * p[2], p[6] - p[0] + k * p[6], p[0],
                         p[3] - p[1] + g * p[3], p[7] - p[1] + k * p[7], p[1], g, k, 1 } };
  return TRUE;
}

gboolean
tl_homography_from_points (TlHomography *h, const gdouble from[8], const gdouble to[8])
{
  TlHomography square;
  gdouble scale;

  if (!from_unit_square (&square, from) || !from_unit_square (h, to)
      || !tl_homography_invert (&square, &square))
    return FALSE;

  tl_homography_multiply (h, h, &square);
  scale = h->m[8];
  if (scale != 0)
    for (guint i = 0; i < G_N_ELEMENTS (h->m); i++)
      h->m[i] /= scale;
  return TRUE;
}

/* By cofactors; the scale of a homography does not matter, but the determinant's sign does to
 * whoever asks whether a point is in front. */
gboolean
tl_homography_invert (TlHomography *out, const TlHomography *h)
{
  const gdouble *m = h->m;
  TlHomography c = { {
    m[4] * m[8] - m[5] * m[7],
    m[2] * m[7] - m[1] * m[8],
    m[1] * m[5] - m[2] * m[4],
    m[5] * m[6] - m[3] * m[8],
    m[0] * m[8] - m[2] * m[6],
    m[2] * m[3] - m[0] * m[5],
    m[3] * m[7] - m[4] * m[6],
    m[1] * m[6] - m[0] * m[7],
    m[0] * m[4] - m[1] * m[3],
  } };
  gdouble determinant = m[0] * c.m[0] + m[1] * c.m[3] + m[2] * c.m[6];

  if (!(fabs (determinant) > G_MINDOUBLE))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (c.m); i++)
    out->m[i] = c.m[i] / determinant;
  return TRUE;
}

void
tl_homography_map (const TlHomography *h, gdouble x, gdouble y, gdouble *out_x, gdouble *out_y)
{
  gdouble w = h->m[6] * x + h->m[7] * y + h->m[8];

  *out_x = (h->m[0] * x + h->m[1] * y + h->m[2]) / w;
  *out_y = (h->m[3] * x + h->m[4] * y + h->m[5]) / w;
}
