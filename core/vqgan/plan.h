/* plan.h - what a sequence of blocks costs, and which of them to compute twice
 *
 * Arithmetic over the blocks' shapes alone. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef enum
{
  TL_BLOCK_CONV,
  TL_BLOCK_RES,
  TL_BLOCK_ATTN,
  TL_BLOCK_DOWN, /* in == out; kernel 0: without a convolution */
  TL_BLOCK_UP,
  TL_BLOCK_OUT,
} TlBlockKind;

typedef struct
{
  TlBlockKind kind;
  guint in, out, kernel; /* channels; kernel of CONV, DOWN and UP */
} TlBlockShape;

typedef struct
{
  gint64 height, width; /* of the first block's input */
  guint64 element;      /* bytes of a number */
  guint64 budget;       /* bytes */
} TlPlanRequest;

/* @recompute: (array length=n): filled; @cost: of that plan */
void tl_plan_make (const TlBlockShape *shapes, guint n, const TlPlanRequest *request,
                   gboolean *recompute, TlVqganCost *cost);

G_END_DECLS
