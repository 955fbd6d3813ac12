/* loss.h - how far cutouts are from what the clauses say
 *
 * Spherical distance d = 2 asin (|a - b| / 2)² of unit vectors, weighted and stopped as the
 * notebook's class Prompt does. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

/* features: [n, d] of cutouts, embed: [m, d] of a clause, neither normalised -> scalar: |weight| ·
 * mean over n × m of sign (weight) · distance; the gradient is zero where sign (weight) · distance
 * < stop */
TlTensor *tl_loss_clause (TlScope *s, TlTensor *features, TlTensor *embed, gdouble weight,
                          gdouble stop);

/* Stay close to the start: weight / (1 + decay · iteration) · mse (z, z_start) / 2. z_start may be
 * NULL: zero (generate.py's own reading). */
TlTensor *tl_loss_start (TlScope *s, TlTensor *z, TlTensor *z_start, gdouble weight, gdouble decay,
                         guint64 iteration);

/* Cosine of each row of a: [n, d] with each of b: [m, d] -> [n, m] */
TlTensor *tl_loss_cosine (TlScope *s, TlTensor *a, TlTensor *b);

G_END_DECLS
