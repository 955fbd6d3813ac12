/* memory.h - how much memory a run takes, said before it starts
 *
 * Sizes are added up from the models' shapes, in the order in which an iteration holds them, and
 * compared with measured peaks by a test. Pure functions, but for the question what is free; any
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef struct
{
  const TlVqganConfig *vqgan;
  const TlClipConfig *clip;
  TlDtype dtype;
  guint width, height; /* pixels */
  guint n_cutouts;
} TlMemoryQuestion;

/* Bytes. */
typedef struct
{
  guint64 models;  /* weights, and the program itself */
  guint64 least;   /* of a whole run, if everything is computed again that can be */
  guint64 fastest; /* of a whole run, if nothing is */
} TlMemoryEstimate;

typedef enum
{
  TL_MEMORY_FITS,
  TL_MEMORY_TIGHT, /* slower, since things are computed again, or little is left for others */
  TL_MEMORY_TOO_LARGE,
  TL_MEMORY_UNKNOWN, /* what is free cannot be asked */
} TlMemoryVerdict;

void tl_memory_estimate (const TlMemoryQuestion *question, TlMemoryEstimate *estimate);

/* @available: bytes that the run may take in all, as from tl_memory_get_available() */
TlMemoryVerdict tl_memory_judge (const TlMemoryEstimate *estimate, guint64 available);

/* What this process holds, and what is free besides; TL_BYTES_UNKNOWN. */
guint64 tl_memory_get_available (TlDevice device);

/* The most that an iteration may take where it can choose, of tl_memory_get_available(): so much
 * that other programs live. Of what is not known, all. */
guint64 tl_memory_get_budget (guint64 available);

/* Of @budget bytes for all, those that the decoder may hold: tl_vqgan_set_budget(). */
guint64 tl_memory_get_decoder_budget (const TlMemoryQuestion *question, guint64 budget);

/* Cutouts that CLIP looks at at once. A function of the model alone: how many go together may
 * change the last bits of a result. */
gint64 tl_memory_get_chunk (const TlClipConfig *clip);

/* Floating-point operations of CLIP's picture tower for @n cutouts, a multiply and an add counting
 * as two: one way, and back. */
void tl_memory_count_clip (const TlClipConfig *clip, guint n, gdouble *forward, gdouble *backward);

G_END_DECLS
