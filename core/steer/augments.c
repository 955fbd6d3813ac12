/* augments.c - augmentations that move or cover pixels, and the list of all
 *
 * Whatever moves pixels becomes a grid of positions, computed in plain C for all cutouts, and one
 * call of grid_sample. Cutouts that an augmentation leaves alone get the identity, so that the
 * batch is never taken apart and put together again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/augments.h"
#include "core/steer/draws.h"
#include "core/torch/cutout.h"
#include "core/torch/device.h"

#include <math.h>
#include <string.h>

/* Positions are kept finite: a point on the horizon is only far outside. */
#define FAR 1e4

/* --- sampling --- */

static gfloat
normalize (gdouble pixel, gint64 size)
{
  gdouble position = (2 * pixel + 1) / size - 1;

  return (gfloat) CLAMP (position, -FAR, FAR);
}

/* From the destination's pixels to the source's. What is squeezed flat has no inside: show what is
 * outside. */
static void
find_inverse (TlHomography *inverse, const TlHomography *h)
{
  if (!tl_homography_invert (inverse, h))
    *inverse = (TlHomography){ { 0, 0, FAR * FAR, 0, 0, FAR * FAR, 0, 0, 1 } };
}

/* Grids of [size, size, 2]: where in a picture of @width x @height each destination pixel comes
 * from. */
typedef struct
{
  const TlHomography *inverses;
  gint64 size, width, height;
  gfloat *grids;
} Grids;

static void
fill_grid (guint cutout, gpointer data)
{
  const Grids *g = data;
  gfloat *grid = g->grids + cutout * g->size * g->size * 2;
  gdouble x, y;

  for (gint64 row = 0; row < g->size; row++)
    for (gint64 column = 0; column < g->size; column++)
      {
        tl_homography_map (&g->inverses[cutout], column, row, &x, &y);
        *grid++ = normalize (isnan (x) ? FAR * FAR : x, g->width);
        *grid++ = normalize (isnan (y) ? FAR * FAR : y, g->height);
      }
}

G_STATIC_ASSERT (sizeof (TlHomography) == 9 * sizeof (gdouble)); /* an array is 9n numbers */

/* Where there is no single pass for it. */
static TlTensor *
sample_grids (TlScope *s, TlTensor *x, const TlHomography *inverses, guint n, gint64 size,
              TlSampleMode outside)
{
  gint64 height = tl_tensor_get_size (x, 2), width = tl_tensor_get_size (x, 3);
  g_autofree gfloat *grid = g_new (gfloat, n * size * size * 2);
  TlTensor *positions;

  tl_for_each (n, fill_grid, &(Grids){ inverses, size, width, height, grid });
  positions = tl_to_like (s, tl_from_floats (s, grid, TL_SHAPE (n, size, size, 2)), x);
  x = tl_expand (s, x, TL_SHAPE (n, 3, height, width));
  return tl_grid_sample (s, x, positions, outside, FALSE);
}

TlTensor *
tl_augment_warp (TlScope *outer, TlTensor *x, const TlHomography *homographies, guint n,
                 gint64 size, TlSampleMode outside)
{
  g_autofree TlHomography *inverses = g_new (TlHomography, n);
  TlScope *s;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  for (guint i = 0; i < n; i++)
    find_inverse (&inverses[i], &homographies[i]);
  if (tl_cutout_is_fast (x))
    x = tl_cutout_warp (s, x, inverses->m, n, size, outside);
  else
    x = sample_grids (s, x, inverses, n, size, outside);
  return tl_scope_leave (s, x);
}

/* About the centre of @size pixels. */
static void
init_scaling (TlHomography *h, gdouble factor, gint64 size)
{
  gdouble center = (size - 1) / 2.0;
  gdouble offset = center * (1 - factor);

  *h = (TlHomography){ { factor, 0, offset, 0, factor, offset, 0, 0, 1 } };
}

/* The cutouts' own homographies, one for each cutout of x; @init is not called for those that are
 * not on. */
typedef void (*InitFunc) (TlHomography *h, gconstpointer rows, guint index, gint64 size);

static TlTensor *
warp_some (TlScope *s, TlTensor *x, const gboolean *on, InitFunc init, gconstpointer rows)
{
  g_autofree TlHomography *homographies = NULL;
  gint64 size;
  guint n;

  if (tl_scope_has_failed (s))
    return NULL;

  n = (guint) tl_tensor_get_size (x, 0);
  size = tl_tensor_get_size (x, 2);
  homographies = g_new (TlHomography, n);
  for (guint i = 0; i < n; i++)
    if (on[i])
      init (&homographies[i], rows, i, size);
    else
      tl_homography_init_identity (&homographies[i]);

  return tl_augment_warp (s, x, homographies, n, size, TL_SAMPLE_ZEROS);
}

static void
init_affine (TlHomography *h, gconstpointer rows, guint index, gint64 size)
{
  const TlAffine *affines = rows;
  TlHomography wider, narrower;

  init_scaling (&wider, (gdouble) size / (size - 1), size);
  init_scaling (&narrower, (gdouble) (size - 1) / size, size);
  tl_homography_from_affine (h, &affines[index]);
  tl_homography_multiply (h, h, &narrower);
  tl_homography_multiply (h, &wider, h);
}

TlTensor *
tl_augment_affine (TlScope *s, TlTensor *x, const gboolean *on, const TlAffine *rows)
{
  return warp_some (s, x, on, init_affine, rows);
}

static void
init_perspective (TlHomography *h, gconstpointer rows, guint index, gint64 size)
{
  const TlQuad *quads = rows;
  TlHomography narrower;

  init_scaling (&narrower, (gdouble) (size - 1) / size, size);
  if (!tl_homography_from_points (h, quads[index].from, quads[index].to))
    tl_homography_init_identity (h);
  tl_homography_multiply (h, h, &narrower);
}

TlTensor *
tl_augment_perspective (TlScope *s, TlTensor *x, const gboolean *on, const TlQuad *rows)
{
  return warp_some (s, x, on, init_perspective, rows);
}

static void
init_rotation (TlHomography *h, gconstpointer rows, guint index, gint64 size)
{
  const gdouble *degrees = rows;
  gdouble center = (size - 1) / 2.0;

  tl_homography_from_affine (h, &(TlAffine){ .center_x = center,
                                             .center_y = center,
                                             .scale_x = 1,
                                             .scale_y = 1,
                                             .angle = -degrees[index] });
}

TlTensor *
tl_augment_rotate (TlScope *s, TlTensor *x, const gboolean *on, const gdouble *degrees)
{
  return warp_some (s, x, on, init_rotation, degrees);
}

/* --- elastic --- */

/* A Gaussian along one axis, zeros beyond the edges, as a matrix: [size, size]. */
static TlTensor *
blur_matrix (TlScope *s, const TlElastic *elastic, gint64 size)
{
  g_autofree gfloat *rows = g_new0 (gfloat, size * size);
  gint64 half = elastic->kernel / 2;
  gdouble sum = 0;

  for (gint64 i = -half; i <= half; i++)
    sum += exp (-0.5 * i * i / (elastic->sigma * elastic->sigma));
  for (gint64 row = 0; row < size; row++)
    for (gint64 column = MAX (0, row - half); column <= MIN (size - 1, row + half); column++)
      {
        gdouble apart = (gdouble) (column - row) / elastic->sigma;

        rows[row * size + column] = (gfloat) (exp (-0.5 * apart * apart) / sum);
      }

  return tl_from_floats (s, rows, TL_SHAPE (size, size));
}

/* Where each pixel comes from if nothing is bent. kornia's grid reaches from edge to edge (-1 to 1)
 * and is sampled as if those were half a pixel outside. -> [n, size, size, 2] */
static TlTensor *
rest_positions (TlScope *s, const gboolean *on, guint n, gint64 size)
{
  g_autofree gfloat *grid = g_new (gfloat, n * size * size * 2);
  gfloat *point = grid;

  for (guint i = 0; i < n; i++)
    for (gint64 row = 0; row < size; row++)
      for (gint64 column = 0; column < size; column++)
        {
          *point++ = on[i] ? (gfloat) (2.0 * column / (size - 1) - 1) : normalize (column, size);
          *point++ = on[i] ? (gfloat) (2.0 * row / (size - 1) - 1) : normalize (row, size);
        }
  return tl_from_floats (s, grid, TL_SHAPE (n, size, size, 2));
}

TlTensor *
tl_augment_bend (TlScope *outer, TlTensor *x, const gboolean *on, const gfloat *noise,
                 const TlElastic *elastic)
{
  TlScope *s;
  TlTensor *moved, *blur, *mask, *positions;
  g_autofree gfloat *amounts = NULL;
  gint64 size;
  guint n;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  n = (guint) tl_tensor_get_size (x, 0);
  size = tl_tensor_get_size (x, 2);
  amounts = g_new (gfloat, n);
  for (guint i = 0; i < n; i++)
    amounts[i] = on[i] ? (gfloat) elastic->alpha : 0;

  blur = blur_matrix (s, elastic, size);
  mask = tl_from_floats (s, amounts, TL_SHAPE (n, 1, 1, 1));
  moved = tl_mul (s, tl_from_floats (s, noise, TL_SHAPE (n, 2, size, size)), mask);
  moved = tl_matmul (s, tl_matmul (s, blur, moved), tl_transpose (s, blur, 0, 1));
  positions =
    tl_add (s, rest_positions (s, on, n, size), tl_permute (s, moved, TL_SHAPE (0, 2, 3, 1)));
  positions = tl_to_like (s, tl_clamp (s, positions, -1, 1), x);
  return tl_scope_leave (s, tl_grid_sample (s, x, positions, TL_SAMPLE_ZEROS, FALSE));
}

/* --- erasing --- */

/* plane: [size, size] */
static void
fill_rectangle (gfloat *plane, const TlEraser *eraser, gint64 size, gfloat value)
{
  gint64 right = MIN (size, eraser->x + eraser->width);
  gint64 bottom = MIN (size, eraser->y + eraser->height);

  for (gint64 y = MAX (0, eraser->y); y < bottom; y++)
    for (gint64 x = MAX (0, eraser->x); x < right; x++)
      plane[y * size + x] = value;
}

TlTensor *
tl_augment_erase (TlScope *outer, TlTensor *x, const gboolean *on, const TlEraser *rows)
{
  TlScope *s;
  TlTensor *kept, *filled;
  gfloat *keep, *fill;
  gboolean has_fill = FALSE;
  gint64 size, plane;
  guint n;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  n = (guint) tl_tensor_get_size (x, 0);
  size = tl_tensor_get_size (x, 2);
  plane = size * size;
  kept = tl_floats_to_fill (s, TL_SHAPE (n, 1, size, size), &keep);
  filled = tl_floats_to_fill (s, TL_SHAPE (n, 1, size, size), &fill);
  if (kept == NULL || filled == NULL)
    return tl_scope_leave (s, NULL);
  memset (fill, 0, n * plane * sizeof *fill);
  for (gint64 i = 0; i < n * plane; i++)
    keep[i] = 1;
  for (guint i = 0; i < n; i++)
    if (on[i])
      {
        fill_rectangle (keep + i * plane, &rows[i], size, 0);
        fill_rectangle (fill + i * plane, &rows[i], size, rows[i].value);
        has_fill = has_fill || rows[i].value != 0;
      }

  x = tl_mul (s, x, tl_to_like (s, kept, x));
  if (has_fill)
    x = tl_add (s, x, tl_to_like (s, filled, x));
  return tl_scope_leave (s, x);
}
