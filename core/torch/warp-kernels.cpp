/* warp-kernels.cpp - inner loops of sampling a picture through homographies
 *
 * A row at a time: first where each of its pixels comes from, which the compiler vectorises, then
 * the four neighbours of each. The arithmetic of places is in double, as a homography's denominator
 * needs; what lies outside is found as libtorch's grid_sampler finds it (align_corners false). The
 * build names each copy in TL_WARPS.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/torch/warps.h"

#include <stdint.h>

namespace
{

/* What lies farther outside lies there: 2^20 pixels. */
const double FAR = 1048576.0;

/* A pixel of a row: its upper left neighbour, the steps to the right and down from it, and the
 * weights of the four. */
struct Row
{
  int32_t *start, *right, *down; /* [size] */
  float *weights[4];             /* [size] each: of itself, right, down, both */
};

static_assert (sizeof (int32_t) == sizeof (float), "both lie in the scratch memory");

inline Row
lay_out (float *scratch, ptrdiff_t size)
{
  int32_t *places = (int32_t *) (void *) scratch;
  float *weights = scratch + 3 * size;

  return { places,
           places + size,
           places + 2 * size,
           { weights, weights + size, weights + 2 * size, weights + 3 * size } };
}

inline double
bound (double x, double least, double most)
{
  x = x > least ? x : least; /* NaN: the least */
  return x < most ? x : most;
}

/* Along one axis of @n pixels: the neighbour before, how far to the next, and both weights. */
struct Axis
{
  int32_t before, step;
  float first, second;
};

template <TlOutside OUTSIDE>
inline Axis
find_neighbours (double x, double n)
{
  x = bound (x, -FAR, FAR);
  if (OUTSIDE == TL_OUTSIDE_REFLECT)
    {
      double away = __builtin_fabs (x + 0.5), flips = __builtin_floor (away / n);
      double rest = away - flips * n;
      bool is_odd = flips - 2.0 * __builtin_floor (flips * 0.5) > 0.5;

      x = (is_odd ? n - rest : rest) - 0.5;
    }
  if (OUTSIDE != TL_OUTSIDE_ZEROS)
    x = bound (x, 0, n - 1);

  double before = __builtin_floor (x), after = before + 1.0;
  float t = (float) (x - before);
  float has_before = OUTSIDE == TL_OUTSIDE_ZEROS && (before < 0 || before > n - 1) ? 0.0f : 1.0f;
  float has_after = OUTSIDE == TL_OUTSIDE_ZEROS && (after < 0 || after > n - 1) ? 0.0f : 1.0f;
  int32_t at = (int32_t) bound (before, 0, n - 1), next = (int32_t) bound (after, 0, n - 1);

  return { at, next - at, (1.0f - t) * has_before, t * has_after };
}

template <TlOutside OUTSIDE>
inline void
find_row (const TlWarp *warp, ptrdiff_t y, const Row *out)
{
  const double *m = warp->matrix;
  const double x0 = m[1] * (double) y + m[2], y0 = m[4] * (double) y + m[5];
  const double z0 = m[7] * (double) y + m[8], xx = m[0], yx = m[3], zx = m[6];
  const double width = (double) warp->width, height = (double) warp->height;
  const int32_t stride = (int32_t) warp->width, size = (int32_t) warp->size;
  int32_t *__restrict start = out->start, *__restrict right = out->right;
  int32_t *__restrict down = out->down;
  float *__restrict self = out->weights[0], *__restrict to_right = out->weights[1];
  float *__restrict below = out->weights[2], *__restrict both = out->weights[3];

  for (int32_t i = 0; i < size; i++)
    {
      double x = (double) i, z = zx * x + z0;
      Axis h = find_neighbours<OUTSIDE> ((xx * x + x0) / z, width);
      Axis v = find_neighbours<OUTSIDE> ((yx * x + y0) / z, height);

      start[i] = v.before * stride + h.before;
      right[i] = h.step;
      down[i] = v.step * stride;
      self[i] = h.first * v.first;
      to_right[i] = h.second * v.first;
      below[i] = h.first * v.second;
      both[i] = h.second * v.second;
    }
}

inline void
find_places (const TlWarp *warp, ptrdiff_t y, const Row *out)
{
  if (warp->outside == TL_OUTSIDE_ZEROS)
    find_row<TL_OUTSIDE_ZEROS> (warp, y, out);
  else if (warp->outside == TL_OUTSIDE_BORDER)
    find_row<TL_OUTSIDE_BORDER> (warp, y, out);
  else
    find_row<TL_OUTSIDE_REFLECT> (warp, y, out);
}

void
sample (const TlWarp *warp, const float *x, float *scratch, float *y)
{
  const ptrdiff_t size = warp->size, plane = warp->width * warp->height;
  const Row row = lay_out (scratch, size);

  for (ptrdiff_t line = 0; line < size; line++)
    {
      find_places (warp, line, &row);
      for (ptrdiff_t c = 0; c < 3; c++)
        {
          const float *__restrict from = x + c * plane;
          float *__restrict to = y + (c * size + line) * size;

          for (ptrdiff_t i = 0; i < size; i++)
            {
              const float *p = from + row.start[i];

              to[i] = p[0] * row.weights[0][i] + p[row.right[i]] * row.weights[1][i]
                      + p[row.down[i]] * row.weights[2][i]
                      + p[row.right[i] + row.down[i]] * row.weights[3][i];
            }
        }
    }
}

void
sample_back (const TlWarp *warp, const float *upstream, float *scratch, float *gradient)
{
  const ptrdiff_t size = warp->size, plane = warp->width * warp->height;
  const Row row = lay_out (scratch, size);

  for (ptrdiff_t line = 0; line < size; line++)
    {
      find_places (warp, line, &row);
      for (ptrdiff_t c = 0; c < 3; c++)
        {
          const float *up = upstream + (c * size + line) * size;
          float *to = gradient + c * plane;

          for (ptrdiff_t i = 0; i < size; i++)
            {
              float *p = to + row.start[i];

              p[0] += up[i] * row.weights[0][i];
              p[row.right[i]] += up[i] * row.weights[1][i];
              p[row.down[i]] += up[i] * row.weights[2][i];
              p[row.right[i] + row.down[i]] += up[i] * row.weights[3][i];
            }
        }
    }
}

} // namespace

extern const TlWarps TL_WARPS = { sample, sample_back };
