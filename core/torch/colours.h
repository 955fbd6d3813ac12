/* colours.h - the inner loops of changes of colour
 *
 * Compiled as kernels.cpp is, once for every instruction set, and likewise knows nothing of
 * libtorch. A picture is three planes of @n pixels, red, green and blue, one after the other. Any
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

/* Pixels [@begin, @end) of a picture. */
struct TlPixels
{
  ptrdiff_t n, begin, end;
};

struct TlHueTurn
{
  float sixths;  /* of a turn */
  float epsilon; /* what the value is raised by where the saturation divides by it */
};

struct TlColours
{
  /* Turns the hue; saturation and value (of HSV) stay. */
  void (*turn) (TlPixels pixels, const float *x, const TlHueTurn *turn, float *y);
  void (*turn_back) (TlPixels pixels, const float *x, const float *upstream, const TlHueTurn *turn,
                     float *gradient);

  /* luma + (x - luma) factor, within 0 ... 1 */
  void (*saturate) (TlPixels pixels, const float *x, float factor, float *y);
  void (*saturate_back) (TlPixels pixels, const float *x, const float *upstream, float factor,
                         float *gradient);
};

extern const TlColours tl_colours_baseline;
#ifdef TL_HAS_X86_LEVELS
extern const TlColours tl_colours_v3; /* AVX2, FMA */
extern const TlColours tl_colours_v4; /* AVX-512 */
#endif
