/* kernels.h - the inner loops of group norm, of the sigmoid's relatives and of argmax
 *
 * Plain functions over vectors, or over rows of channels (one row a pixel, channels next to each
 * other), in float32 and bfloat16. kernels.cpp is compiled once for every instruction set below and
 * knows nothing of libtorch; tl_kernels_get() picks the best that the processor has. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Rows of @n_channels elements. */
struct TlRows
{
  ptrdiff_t n_rows, n_channels;
};

/* For each channel: y = (x - mean) scale + bias, then SiLU if @has_silu. */
struct TlAffine
{
  const float *mean, *scale, *bias;
  bool has_silu;
};

/* What the backward pass takes away again for each channel: from_sum + (x - mean) from_product. */
struct TlCorrection
{
  const float *from_sum, *from_product;
};

/* T is float, or uint16_t for the bits of a bfloat16. */
template <typename T> struct TlNormKernels
{
  /* Adds to each channel's @sum and @square those of (x - origin) and its square; @origin is a row
   * near the mean, so that little is lost when the mean is large. */
  void (*moments) (TlRows rows, const T *x, const T *origin, double *sum, double *square);

  void (*forward) (TlRows rows, const T *x, const TlAffine *affine, T *y);

  /* With g the gradient at the affine map's result: adds to each channel's @sum those of g, and to
   * its @product those of g (x - mean). */
  void (*reduce) (TlRows rows, const T *x, const T *upstream, const TlAffine *affine, double *sum,
                  double *product);

  /* gradient = g scale - correction */
  void (*backward) (TlRows rows, const T *x, const T *upstream, const TlAffine *affine,
                    const TlCorrection *correction, T *gradient);
};

/* y = x sigmoid (factor x): SiLU for 1, CLIP's QuickGELU for 1.702. */
template <typename T> struct TlSwishKernels
{
  void (*forward) (ptrdiff_t n, const T *x, float factor, T *y);
  void (*backward) (ptrdiff_t n, const T *x, const T *upstream, float factor, T *gradient);
};

/* index: of each row's largest element, the first of equal ones; what is not a number is passed
 * over, 0 where nothing else is there */
typedef void (*TlFirstLargest) (TlRows rows, const float *x, int64_t *index);

struct TlKernels
{
  TlNormKernels<float> norm_float32;
  TlNormKernels<uint16_t> norm_bfloat16;
  TlSwishKernels<float> swish_float32;
  TlSwishKernels<uint16_t> swish_bfloat16;
  TlFirstLargest first_largest;
};

extern const TlKernels tl_kernels_baseline;
#ifdef TL_HAS_X86_LEVELS
extern const TlKernels tl_kernels_v3; /* AVX2, FMA */
extern const TlKernels tl_kernels_v4; /* AVX-512 */
#endif

const TlKernels *tl_kernels_get (void);
