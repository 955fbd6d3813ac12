/* winograd.h - the inner loops of 3 x 3 convolutions with a quarter of the products
 *
 * Winograd's F(4 x 4, 3 x 3): 36 products for 16 pixels instead of 144, by transforming tiles of
 * 6 x 6 pixels and the filters (Lavin and Gray 2016, arXiv:1509.09308). Stride 1, padding 1, one
 * group, channels-last. Compiled as kernels.cpp is, once for every instruction set, and likewise
 * knows nothing of libtorch. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Pixels of a tile's side, and values it is transformed to. */
#define TL_WINOGRAD_SIDE 4
#define TL_WINOGRAD_POINTS 36

/* A picture of @height x @width pixels; its tiles are counted row by row. */
struct TlPlane
{
  ptrdiff_t height, width, in, out; /* channels */
};

/* The filters as they lie in memory, [out, 3, 3, in], and which way they are used. */
template <typename T> struct TlFilters
{
  const T *weight;
  ptrdiff_t in, out;
  bool is_backward; /* the gradient's way: turned around, from out to in */
};

/* T is float, or uint16_t for the bits of a bfloat16; all sums are in float32. */
template <typename T> struct TlWinogradKernels
{
  /* The filters to result channels [@panel width, (@panel + 1) width) transformed, to where they
   * belong in @u. */
  void (*transform) (const TlFilters<T> *filters, ptrdiff_t panel, float *u);

  /* Tiles [@begin, @end) of @x, with @u, to @y; @bias may be NULL. @scratch: tl_winograd_scratch()
   * floats. */
  void (*convolve) (const TlPlane *plane, const T *x, const float *u, const float *bias,
                    ptrdiff_t begin, ptrdiff_t end, float *scratch, T *y);
};

struct TlWinograd
{
  ptrdiff_t panel; /* channels of a panel */
  ptrdiff_t group; /* tiles that are multiplied at once */
  TlWinogradKernels<float> float32;
  TlWinogradKernels<uint16_t> bfloat16;
};

/* Both numbers of channels have to be multiples of this. */
#define TL_WINOGRAD_CHANNELS 16

extern const TlWinograd tl_winograd_baseline;
#ifdef TL_HAS_X86_LEVELS
extern const TlWinograd tl_winograd_v3; /* AVX2, FMA */
extern const TlWinograd tl_winograd_v4; /* AVX-512 */
#endif

static inline ptrdiff_t
tl_winograd_round_up (ptrdiff_t n, ptrdiff_t step)
{
  return (n + step - 1) / step * step;
}

/* Floats of the transformed filters. */
static inline ptrdiff_t
tl_winograd_filters_size (const TlWinograd *self, ptrdiff_t in, ptrdiff_t out)
{
  return TL_WINOGRAD_POINTS * in * tl_winograd_round_up (out, self->panel);
}

/* Floats that convolving @n_tiles needs. */
static inline ptrdiff_t
tl_winograd_scratch (const TlWinograd *self, const TlPlane *plane, ptrdiff_t n_tiles)
{
  return TL_WINOGRAD_POINTS * tl_winograd_round_up (n_tiles, self->group)
         * (plane->in + tl_winograd_round_up (plane->out, self->panel));
}
