/* finish.h - what paint and paper do to a drawing: one pass over the pixels
 *
 * The textures behind it are made once for the process and then only read; any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"
#include "core/scenes/colours.h"

G_BEGIN_DECLS

/* Square and opaque ARGB32, @stride in bytes. */
typedef struct
{
  guint8 *pixels;
  gint stride;
  guint size;
} TlCanvas;

/* Every pixel takes the colour of the brush stroke that it lies in. */
void tl_finish_oil (const TlCanvas *canvas, TlRandom *random);

/* Pigment gathers in blotches; the margin stays paper. */
void tl_finish_watercolour (const TlCanvas *canvas, TlRgb paper, TlRandom *random);

/* The board shows through. */
void tl_finish_chalk (const TlCanvas *canvas, TlRgb board, TlRandom *random);

/* @small: side x side pixels, to squares of @canvas */
void tl_finish_pixels (const TlCanvas *canvas, const guint32 *small, guint side);

G_END_DECLS
