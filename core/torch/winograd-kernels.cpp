/* winograd-kernels.cpp - inner loops of 3 x 3 convolutions, for the compiler to vectorise
 *
 * The points of the transform are 0, ±√½, ±√2 and infinity: of those tried they lose the fewest
 * digits, and their squares ½ and 2 make the transforms cheap. For a tile d and a filter g of one
 * channel the result is Aᵀ [Σ (G g Gᵀ) ⊙ (Bᵀ d B)] A, the sum over channels being 36 matrix
 * products: V [tiles, in] times U [in, out] for each point. U lies in panels of as many channels
 * as a product keeps in registers.
 *
 * The build compiles this file as it does kernels.cpp, and names each copy in TL_WINOGRAD. Sums
 * run over the channels in order whatever the vectors' width.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/torch/winograd.h"

#include <string.h>

namespace
{

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define GROUP 12
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#define GROUP 6
#else
#define VECTOR_BYTES 16
#define GROUP 4
#endif

const ptrdiff_t LANES = VECTOR_BYTES / 4;
const ptrdiff_t PANEL = 2 * LANES;
const ptrdiff_t SIDE = TL_WINOGRAD_SIDE;
const ptrdiff_t WINDOW = SIDE + 2; /* pixels that a tile looks at */
const ptrdiff_t POINTS = TL_WINOGRAD_POINTS;

static_assert (TL_WINOGRAD_CHANNELS % LANES == 0, "vectors do not go past the last channel");

typedef float Vector __attribute__ ((vector_size (VECTOR_BYTES)));
typedef float Unaligned __attribute__ ((vector_size (VECTOR_BYTES), aligned (4), may_alias));
typedef uint32_t Bits __attribute__ ((vector_size (VECTOR_BYTES)));
typedef uint16_t Halves __attribute__ ((vector_size (VECTOR_BYTES / 2), aligned (2), may_alias));

const float A = 0.70710678118654752f;  /* √½ */
const float B = 1.41421356237309505f;  /* √2 */
const float A3 = 0.35355339059327376f; /* √½³ */
const float B3 = 2.82842712474619010f; /* √2³ */

inline ptrdiff_t
smaller (ptrdiff_t a, ptrdiff_t b)
{
  return a < b ? a : b;
}

inline ptrdiff_t
round_up (ptrdiff_t n, ptrdiff_t step)
{
  return (n + step - 1) / step * step;
}

/* --- loading and storing ------------------------------------------------------------------------
 */

inline Vector
load (const float *x)
{
  return *(const Unaligned *) x;
}

inline Vector
load (const uint16_t *x)
{
  return (Vector) (__builtin_convertvector(*(const Halves *) x, Bits) << 16);
}

inline void
store (float *y, Vector value)
{
  *(Unaligned *) y = value;
}

/* Round to nearest, ties to even; a NaN stays one. */
inline void
store (uint16_t *y, Vector value)
{
  Bits bits = (Bits) value;
  Bits rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  Bits is_number = (Bits) (value == value);

  rounded = (rounded & is_number) | (0x7fc0u & ~is_number);
  *(Halves *) y = __builtin_convertvector(rounded, Halves);
}

inline float
load_one (const float *x)
{
  return *x;
}

inline float
load_one (const uint16_t *x)
{
  uint32_t bits = (uint32_t) *x << 16;
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* --- transforms ---------------------------------------------------------------------------------
 */

/* Bᵀ d */
inline void
transform_window (const Vector d[6], Vector v[6])
{
  Vector even = d[4] - 2.0f * d[2], odd = A * (d[3] - 2.0f * d[1]);
  Vector even2 = d[4] - 0.5f * d[2], odd2 = B * (d[3] - 0.5f * d[1]);

  v[0] = d[0] - 2.5f * d[2] + d[4];
  v[1] = even + odd;
  v[2] = even - odd;
  v[3] = even2 + odd2;
  v[4] = even2 - odd2;
  v[5] = d[1] - 2.5f * d[3] + d[5];
}

/* Aᵀ m */
inline void
transform_result (const Vector m[6], Vector y[4])
{
  Vector sum = m[1] + m[2], difference = m[1] - m[2];
  Vector sum2 = m[3] + m[4], difference2 = m[3] - m[4];

  y[0] = m[0] + sum + sum2;
  y[1] = A * difference + B * difference2;
  y[2] = 0.5f * sum + 2.0f * sum2;
  y[3] = A3 * difference + B3 * difference2 + m[5];
}

/* G g; the points' denominators are 1, 2a²(a² - b²) and 2b²(b² - a²). */
inline void
transform_filter (const Vector g[3], Vector u[6])
{
  Vector half = -2.0f / 3.0f * (g[0] + 0.5f * g[2]), odd = -2.0f / 3.0f * A * g[1];
  Vector twice = 1.0f / 6.0f * (g[0] + 2.0f * g[2]), odd2 = 1.0f / 6.0f * B * g[1];

  u[0] = g[0];
  u[1] = half + odd;
  u[2] = half - odd;
  u[3] = twice + odd2;
  u[4] = twice - odd2;
  u[5] = g[2];
}

/* G g Gᵀ of LANES filters to u: [points, stride] */
inline void
transform_filters (const Vector g[9], ptrdiff_t stride, float *u)
{
  Vector columns[3][6], row[3], values[6];

  for (int x = 0; x < 3; x++)
    {
      const Vector column[3] = { g[x], g[3 + x], g[6 + x] };

      transform_filter (column, columns[x]);
    }
  for (int k = 0; k < 6; k++)
    {
      for (int x = 0; x < 3; x++)
        row[x] = columns[x][k];
      transform_filter (row, values);
      for (int i = 0; i < 6; i++)
        store (u + (6 * k + i) * stride, values[i]);
    }
}

/* --- filters ------------------------------------------------------------------------------------
 */

/* The filters from channel @from to the LANES channels from @to on. */
template <typename T>
inline void
gather_filters (const T *weight, ptrdiff_t in, ptrdiff_t from, ptrdiff_t to, Vector g[9])
{
  float lanes[9][LANES];

  for (ptrdiff_t k = 0; k < LANES; k++)
    for (ptrdiff_t i = 0; i < 9; i++)
      lanes[i][k] = load_one (weight + ((to + k) * 9 + i) * in + from);
  for (ptrdiff_t i = 0; i < 9; i++)
    g[i] = load (lanes[i]);
}

/* The same for the gradient's way, turned around. */
template <typename T>
inline void
gather_filters_turned (const T *weight, ptrdiff_t in, ptrdiff_t from, ptrdiff_t to, Vector g[9])
{
  for (ptrdiff_t i = 0; i < 9; i++)
    g[8 - i] = load (weight + (from * 9 + i) * in + to);
}

/* u: [points, panels, from, PANEL]; channels beyond the last are zero. */
template <typename T>
void
transform (const TlFilters<T> *filters, ptrdiff_t panel, float *u)
{
  ptrdiff_t n_from = filters->is_backward ? filters->out : filters->in;
  ptrdiff_t n_to = filters->is_backward ? filters->in : filters->out;
  ptrdiff_t stride = n_from * round_up (n_to, PANEL);

  for (ptrdiff_t from = 0; from < n_from; from++)
    for (ptrdiff_t k = 0; k < PANEL; k += LANES)
      {
        ptrdiff_t to = panel * PANEL + k;
        Vector g[9] = {};

        if (to < n_to && filters->is_backward)
          gather_filters_turned (filters->weight, filters->in, from, to, g);
        else if (to < n_to)
          gather_filters (filters->weight, filters->in, from, to, g);
        transform_filters (g, stride, u + (panel * n_from + from) * PANEL + k);
      }
}

/* --- tiles --------------------------------------------------------------------------------------
 */

/* Where a tile lies. */
struct Place
{
  ptrdiff_t x, y;
};

inline Place
find_tile (const TlPlane *plane, ptrdiff_t tile)
{
  ptrdiff_t columns = (plane->width + SIDE - 1) / SIDE;

  return { tile % columns * SIDE, tile / columns * SIDE };
}

/* A column of the window, @x pixels from the left of the picture; zeros outside of it. */
template <typename T>
inline void
load_column (const TlPlane *plane, const T *x, ptrdiff_t channel, ptrdiff_t column, ptrdiff_t row,
             Vector d[6])
{
  for (ptrdiff_t i = 0; i < WINDOW; i++)
    {
      ptrdiff_t y = row + i;

      if (column < 0 || column >= plane->width || y < 0 || y >= plane->height)
        d[i] = Vector{};
      else
        d[i] = load (x + (y * plane->width + column) * plane->in + channel);
    }
}

/* One tile's window to v: [points, stride] */
template <typename T>
inline void
enter (const TlPlane *plane, const T *x, Place place, ptrdiff_t stride, float *v)
{
  for (ptrdiff_t c = 0; c < plane->in; c += LANES)
    {
      Vector columns[6][6], row[6], values[6];

      for (ptrdiff_t i = 0; i < WINDOW; i++)
        {
          Vector d[6];

          load_column (plane, x, c, place.x - 1 + i, place.y - 1, d);
          transform_window (d, columns[i]);
        }
      for (ptrdiff_t k = 0; k < WINDOW; k++)
        {
          for (ptrdiff_t i = 0; i < WINDOW; i++)
            row[i] = columns[i][k];
          transform_window (row, values);
          for (ptrdiff_t i = 0; i < WINDOW; i++)
            store (v + (WINDOW * k + i) * stride + c, values[i]);
        }
    }
}

/* m: [points, stride], to the pixels of one tile that are inside of the picture */
template <typename T>
inline void
leave (const TlPlane *plane, const float *m, ptrdiff_t stride, const float *bias, Place place, T *y)
{
  ptrdiff_t height = smaller (SIDE, plane->height - place.y);
  ptrdiff_t width = smaller (SIDE, plane->width - place.x);

  for (ptrdiff_t c = 0; c < plane->out; c += LANES)
    {
      Vector offset = bias != NULL ? load (bias + c) : Vector{};
      Vector rows[4][6], values[6], pixels[4];

      for (ptrdiff_t i = 0; i < WINDOW; i++)
        {
          for (ptrdiff_t k = 0; k < WINDOW; k++)
            values[k] = load (m + (WINDOW * k + i) * stride + c);
          transform_result (values, pixels);
          for (ptrdiff_t k = 0; k < SIDE; k++)
            rows[k][i] = pixels[k];
        }
      for (ptrdiff_t k = 0; k < height; k++)
        {
          transform_result (rows[k], pixels);
          for (ptrdiff_t i = 0; i < width; i++)
            store (y + ((place.y + k) * plane->width + place.x + i) * plane->out + c,
                   pixels[i] + offset);
        }
    }
}

/* m [GROUP, out_stride] = v [GROUP, n] u [n, PANEL] */
inline void
multiply (ptrdiff_t n, const float *v, const float *u, float *m, ptrdiff_t out_stride)
{
  Vector sums[GROUP][2];

  for (int i = 0; i < GROUP; i++)
    sums[i][0] = sums[i][1] = Vector{};
  for (ptrdiff_t k = 0; k < n; k++)
    {
      Vector low = load (u + k * PANEL), high = load (u + k * PANEL + LANES);

#pragma GCC unroll 16
      for (int i = 0; i < GROUP; i++)
        {
          float value = v[i * n + k];

          sums[i][0] += value * low;
          sums[i][1] += value * high;
        }
    }
#pragma GCC unroll 16
  for (int i = 0; i < GROUP; i++)
    {
      store (m + i * out_stride, sums[i][0]);
      store (m + i * out_stride + LANES, sums[i][1]);
    }
}

/* m [rows, out] = v [rows, in] u, for one point; rows is a multiple of GROUP */
inline void
multiply_point (const TlPlane *plane, ptrdiff_t n_rows, const float *v, const float *u, float *m)
{
  ptrdiff_t out = round_up (plane->out, PANEL);

  for (ptrdiff_t panel = 0; panel < out / PANEL; panel++)
    for (ptrdiff_t row = 0; row < n_rows; row += GROUP)
      multiply (plane->in, v + row * plane->in, u + panel * plane->in * PANEL,
                m + row * out + panel * PANEL, out);
}

/* Rows of the last group that are no tile are multiplied as well, and not looked at. */
template <typename T>
void
convolve (const TlPlane *plane, const T *x, const float *u, const float *bias, ptrdiff_t begin,
          ptrdiff_t end, float *scratch, T *y)
{
  ptrdiff_t n_rows = round_up (end - begin, GROUP);
  ptrdiff_t out = round_up (plane->out, PANEL);
  float *v = scratch, *m = scratch + POINTS * n_rows * plane->in;

  for (ptrdiff_t i = begin; i < end; i++)
    enter (plane, x, find_tile (plane, i), n_rows * plane->in, v + (i - begin) * plane->in);
  for (ptrdiff_t i = 0; i < POINTS; i++)
    {
      float *rest = v + (i * n_rows + end - begin) * plane->in;

      memset (rest, 0, (size_t) ((n_rows - (end - begin)) * plane->in) * sizeof *rest);
      multiply_point (plane, n_rows, v + i * n_rows * plane->in, u + i * plane->in * out,
                      m + i * n_rows * out);
    }
  for (ptrdiff_t i = begin; i < end; i++)
    leave (plane, m + (i - begin) * out, n_rows * out, bias, find_tile (plane, i), y);
}

} // namespace

extern const TlWinograd TL_WINOGRAD = {
  PANEL,
  GROUP,
  { transform<float>, convolve<float> },
  { transform<uint16_t>, convolve<uint16_t> },
};
