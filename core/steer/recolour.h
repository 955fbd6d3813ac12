/* recolour.h - other colours for the same forms
 *
 * What a run begins with has forms that are hard to steer and colours that are easy to: a drawing
 * of the right thing in the wrong colour is soon one in the right one. So CLIP looks at it a few
 * times, and each of its colours (palette.h) goes as a whole where the loss of the clauses falls.
 * It is a step with sixteen numbers: no signs in the pixels that only CLIP could see, and what was
 * painted in one colour still is.
 *
 * Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/steer/iteration.h"

G_BEGIN_DECLS

/* @picture: [1, 3, H, W] in [0, 1] -> as large: the same, in colours that the clauses at @self's
 * iteration, of which the cutouts are, ask for. What is light stays light. The same where nothing
 * is asked for. No gradients. */
TlTensor *tl_recolour (TlScope *s, const TlIteration *self, const GArray *targets,
                       TlTensor *picture);

G_END_DECLS
