/* fixture.h - the starter's VQGAN, and numbers about pictures
 *
 * What fails, fails the test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

/* Of the pictures. */
#define SIZE 64
#define EACH ((gsize) 3 * SIZE * SIZE)

/* (transfer full) */
TlVqgan *open_starter_vqgan (void);

/* Of two pictures of EACH numbers: the mean of what lies between them. */
gdouble distance (const gfloat *a, const gfloat *b);

/* Of @n pictures. */
gdouble mean_red (const gfloat *pictures, guint n);

G_END_DECLS
