/* warps.h - the inner loops of sampling a picture through homographies
 *
 * Compiled as kernels.cpp is, once for every instruction set, and likewise knows nothing of
 * libtorch. A picture is three planes, one after the other. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

/* As TlSampleMode. */
enum TlOutside
{
  TL_OUTSIDE_ZEROS,
  TL_OUTSIDE_BORDER,
  TL_OUTSIDE_REFLECT
};

struct TlWarp
{
  ptrdiff_t width, height; /* of the source */
  ptrdiff_t size;          /* of a side of the result */
  TlOutside outside;
  const double
    *matrix; /* [9], row-major: from a pixel's place in the result to that in the source */
};

struct TlWarps
{
  /* All rows of the result, bilinear; @x: the source; @scratch: tl_warp_scratch() floats */
  void (*sample) (const TlWarp *warp, const float *x, float *scratch, float *y);

  /* Adds the gradient on the source to @gradient. */
  void (*sample_back) (const TlWarp *warp, const float *upstream, float *scratch, float *gradient);
};

extern const TlWarps tl_warps_baseline;
#ifdef TL_HAS_X86_LEVELS
extern const TlWarps tl_warps_v3; /* AVX2, FMA */
extern const TlWarps tl_warps_v4; /* AVX-512 */
#endif

static inline ptrdiff_t
tl_warp_scratch (ptrdiff_t size)
{
  return 8 * size;
}
