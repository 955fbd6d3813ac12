/* denoise.h - what the picture would be if it were one of those that the image model learnt from
 *
 * A VQGAN may bring a denoiser (core/denoiser). Then a step of the latent is followed by one
 * towards what that takes to be behind it: the latent is mixed with random codes, it answers, and
 * the latent goes a share of the way (setting `denoise`). CLIP's gradient says what the picture is
 * to show, and is easily content with a patchwork; this says how pictures hang together, and the
 * two in turn come to one that does both (Nguyen et al. 2017, arXiv:1612.00005; Choi et al. 2021,
 * arXiv:2108.02938). In the beginning there are many random codes in the mixture, later few, as in
 * "forms before details" (coarse.h). A run that begins with random codes leaves them, as soon as
 * something is asked for, for what the denoiser draws of such for the words, in some steps from
 * many codes to fewer; or of its examples (core/denoiser/examples.h), under few codes in one step
 * and in their size, from which the run's is made. Of several such pictures it is that which CLIP
 * finds nearest, in colours that it finds nearer still (recolour.h). A turn that lays out forms
 * anew goes most of the way to another such beginning.
 * Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/steer/iteration.h"

G_BEGIN_DECLS

/* From random codes alone, where a run begins with nothing else. */
#define TL_DENOISE_FROM_CODES                                                                      \
  {                                                                                                \
    1, 0.4, 6                                                                                      \
  }

/* The share of random codes that the latent is mixed with in the step from @iteration.
 * @begins_forms: as in TlIteration: a turn says where forms are to begin, and while a run goes on
 * it is taken later than there */
gdouble tl_denoise_get_level (const TlSettings *settings, const TlStartValues *start,
                              guint64 iteration, gboolean begins_forms);

/* z after the optimiser's step of @self's iteration -> z; the same where nothing is set or the
 * VQGAN brings no denoiser. What is drawn depends on the run's seed, its variation and the
 * iteration alone. No gradients. */
TlTensor *tl_denoise (TlScope *s, const TlIteration *self, const GArray *targets, TlTensor *z);

G_END_DECLS
