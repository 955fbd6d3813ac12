/* kernels.cpp - inner loops, for the compiler to vectorise
 *
 * The build compiles this file for several instruction sets and names the table of each in
 * TL_KERNELS. Nothing here may be inline and visible outside (no standard library): the linker
 * could pick the AVX-512 copy of it for everybody.
 *
 * Sums run over at most 64 rows in float32 and then go on in double, so that their error does not
 * grow with the picture. Results do not depend on the instruction set's width, since no sum runs
 * across channels, but do depend on whether it has fused multiply-add.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/torch/kernels.h"

#include <string.h>

namespace
{

const ptrdiff_t CHUNK_ROWS = 64;
const ptrdiff_t TILE_CHANNELS = 256;
const ptrdiff_t LANES = 32;

inline ptrdiff_t
smaller (ptrdiff_t a, ptrdiff_t b)
{
  return a < b ? a : b;
}

inline uint32_t
bits_of (float value)
{
  uint32_t bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

inline float
float_of (uint32_t bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

inline float
load (const float *x, ptrdiff_t i)
{
  return x[i];
}

inline float
load (const uint16_t *x, ptrdiff_t i)
{
  return float_of ((uint32_t) x[i] << 16);
}

inline void
store (float *y, ptrdiff_t i, float value)
{
  y[i] = value;
}

/* Round to nearest, ties to even; a NaN stays one. */
inline void
store (uint16_t *y, ptrdiff_t i, float value)
{
  uint32_t bits = bits_of (value);
  uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;

  y[i] = (uint16_t) (value == value ? rounded : 0x7fc0u);
}

/* exp (x) = 2^n exp (r), |r| <= ln 2 / 2; ln 2 in two parts and the polynomial as in Cephes' expf
 * (S. Moshier). Relative error below 2e-7. */
inline float
exponential (float x)
{
  const float round_to_integer = 12582912.0f; /* 1.5 · 2^23 */

  x = x > -87.0f ? x : -87.0f;
  x = x < 88.0f ? x : 88.0f;

  float shifted = x * 1.44269504088896341f + round_to_integer;
  float n = shifted - round_to_integer;
  float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;

  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * float_of ((bits_of (shifted) << 23) + 0x3f800000u);
}

inline float
sigmoid (float x)
{
  return 1.0f / (1.0f + exponential (-x));
}

/* silu' (x) = σ + x σ (1 - σ); that of silu (k x) / k at x is silu' (k x). */
inline float
silu_slope (float x)
{
  float s = sigmoid (x);

  return s + x * s * (1.0f - s);
}

/* float32 sums of a tile of channels over a chunk of rows */
struct Sums
{
  float first[TILE_CHANNELS], second[TILE_CHANNELS];
};

inline void
clear (Sums *sums)
{
  memset (sums, 0, sizeof *sums);
}

inline void
add_to (const Sums *sums, ptrdiff_t n, double *first, double *second)
{
  for (ptrdiff_t c = 0; c < n; c++)
    {
      first[c] += sums->first[c];
      second[c] += sums->second[c];
    }
}

/* Calls sum_row (row, channel, n, sums) for all rows, tile by tile and chunk by chunk. */
template <typename F>
inline void
sum_rows (TlRows rows, double *first, double *second, const F &sum_row)
{
  Sums sums;

  for (ptrdiff_t c = 0; c < rows.n_channels; c += TILE_CHANNELS)
    {
      ptrdiff_t n = smaller (TILE_CHANNELS, rows.n_channels - c);

      for (ptrdiff_t begin = 0; begin < rows.n_rows; begin += CHUNK_ROWS)
        {
          ptrdiff_t end = smaller (begin + CHUNK_ROWS, rows.n_rows);

          clear (&sums);
          for (ptrdiff_t r = begin; r < end; r++)
            sum_row (r * rows.n_channels + c, c, n, &sums);
          add_to (&sums, n, first + c, second + c);
        }
    }
}

template <typename T>
void
moments (TlRows rows, const T *x, const T *origin, double *sum, double *square)
{
  sum_rows (rows, sum, square, [=] (ptrdiff_t i, ptrdiff_t c, ptrdiff_t n, Sums *sums) {
    for (ptrdiff_t k = 0; k < n; k++)
      {
        float d = load (x, i + k) - load (origin, c + k);

        sums->first[k] += d;
        sums->second[k] += d * d;
      }
  });
}

template <bool HAS_SILU, typename T>
void
forward_rows (TlRows rows, const T *x, const TlAffine *affine, T *__restrict y)
{
  const float *mean = affine->mean, *scale = affine->scale, *bias = affine->bias;

  for (ptrdiff_t r = 0; r < rows.n_rows; r++)
    for (ptrdiff_t c = 0, i = r * rows.n_channels; c < rows.n_channels; c++)
      {
        float h = (load (x, i + c) - mean[c]) * scale[c] + bias[c];

        store (y, i + c, HAS_SILU ? h * sigmoid (h) : h);
      }
}

template <typename T>
void
forward (TlRows rows, const T *x, const TlAffine *affine, T *y)
{
  if (affine->has_silu)
    forward_rows<true> (rows, x, affine, y);
  else
    forward_rows<false> (rows, x, affine, y);
}

/* The gradient at the affine map's result, of a value that is @d above the mean. */
template <bool HAS_SILU>
inline float
gradient_at (float upstream, float d, float scale, float bias)
{
  return HAS_SILU ? upstream * silu_slope (d * scale + bias) : upstream;
}

template <bool HAS_SILU, typename T>
void
reduce_rows (TlRows rows, const T *x, const T *upstream, const TlAffine *affine, double *sum,
             double *product)
{
  const float *mean = affine->mean, *scale = affine->scale, *bias = affine->bias;

  sum_rows (rows, sum, product, [=] (ptrdiff_t i, ptrdiff_t c, ptrdiff_t n, Sums *sums) {
    for (ptrdiff_t k = 0; k < n; k++)
      {
        float d = load (x, i + k) - mean[c + k];
        float g = gradient_at<HAS_SILU> (load (upstream, i + k), d, scale[c + k], bias[c + k]);

        sums->first[k] += g;
        sums->second[k] += g * d;
      }
  });
}

template <typename T>
void
reduce (TlRows rows, const T *x, const T *upstream, const TlAffine *affine, double *sum,
        double *product)
{
  if (affine->has_silu)
    reduce_rows<true> (rows, x, upstream, affine, sum, product);
  else
    reduce_rows<false> (rows, x, upstream, affine, sum, product);
}

template <bool HAS_SILU, typename T>
void
backward_rows (TlRows rows, const T *x, const T *upstream, const TlAffine *affine,
               const TlCorrection *correction, T *__restrict gradient)
{
  const float *mean = affine->mean, *scale = affine->scale, *bias = affine->bias;
  const float *from_sum = correction->from_sum, *from_product = correction->from_product;

  for (ptrdiff_t r = 0; r < rows.n_rows; r++)
    for (ptrdiff_t c = 0, i = r * rows.n_channels; c < rows.n_channels; c++)
      {
        float d = load (x, i + c) - mean[c];
        float g = gradient_at<HAS_SILU> (load (upstream, i + c), d, scale[c], bias[c]);

        store (gradient, i + c, g * scale[c] - (from_sum[c] + d * from_product[c]));
      }
}

template <typename T>
void
backward (TlRows rows, const T *x, const T *upstream, const TlAffine *affine,
          const TlCorrection *correction, T *gradient)
{
  if (affine->has_silu)
    backward_rows<true> (rows, x, upstream, affine, correction, gradient);
  else
    backward_rows<false> (rows, x, upstream, affine, correction, gradient);
}

template <typename T>
void
swish (ptrdiff_t n, const T *x, float factor, T *__restrict y)
{
  for (ptrdiff_t i = 0; i < n; i++)
    {
      float value = load (x, i);

      store (y, i, value * sigmoid (factor * value));
    }
}

template <typename T>
void
swish_backward (ptrdiff_t n, const T *x, const T *upstream, float factor, T *__restrict gradient)
{
  for (ptrdiff_t i = 0; i < n; i++)
    store (gradient, i, load (upstream, i) * silu_slope (factor * load (x, i)));
}

/* The largest so far of every 32nd element and the block that it is from: independent of each
 * other, so that they fit into vectors. */
int64_t
find_first_largest (const float *x, ptrdiff_t n)
{
  float best[LANES], largest = -__builtin_inff ();
  int32_t block[LANES];
  int64_t first = 0;
  ptrdiff_t i = 0;

  for (ptrdiff_t k = 0; k < LANES; k++)
    {
      best[k] = largest;
      block[k] = 0;
    }
  for (; i + LANES <= n; i += LANES)
    for (ptrdiff_t k = 0; k < LANES; k++)
      {
        bool is_larger = x[i + k] > best[k];

        best[k] = is_larger ? x[i + k] : best[k];
        block[k] = is_larger ? (int32_t) i : block[k];
      }
  for (ptrdiff_t k = 0; k < LANES; k++)
    if (best[k] > largest || (best[k] == largest && block[k] + k < first))
      {
        largest = best[k];
        first = block[k] + k;
      }
  for (; i < n; i++)
    if (x[i] > largest)
      {
        largest = x[i];
        first = i;
      }
  return first;
}

void
first_largest (TlRows rows, const float *x, int64_t *index)
{
  for (ptrdiff_t r = 0; r < rows.n_rows; r++)
    index[r] = find_first_largest (x + r * rows.n_channels, rows.n_channels);
}

} // namespace

extern const TlKernels TL_KERNELS = {
  { moments<float>, forward<float>, reduce<float>, backward<float> },
  { moments<uint16_t>, forward<uint16_t>, reduce<uint16_t>, backward<uint16_t> },
  { swish<float>, swish_backward<float> },
  { swish<uint16_t>, swish_backward<uint16_t> },
  first_largest,
};
