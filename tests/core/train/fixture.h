/* fixture.h - models of files, and numbers about pictures
 *
 * What fails, fails the test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/denoiser/denoiser.h"
#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

/* Of the pictures. */
#define SIZE 64
#define EACH ((gsize) 3 * SIZE * SIZE)

/* (transfer full) */
TlVqgan *open_starter_vqgan (void);
TlDenoiser *open_starter_denoiser (void);

/* float32, (transfer full) */
TlClip *load_clip (TlWeights *weights);

/* The first move of the tensor @name from one model's file to the next: AdamW's is as long for each
 * number that moves at all, Muon's is not. */
void check_first_move (GBytes *before, GBytes *after, const char *name, gboolean by_muon);

/* Of two pictures of EACH numbers: the mean of what lies between them. */
gdouble distance (const gfloat *a, const gfloat *b);

/* Of @n pictures. */
gdouble mean_red (const gfloat *pictures, guint n);

G_END_DECLS
