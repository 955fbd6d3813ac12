/* coarse.h - forms before details: a latent of half the size
 *
 * In the beginning of a run the latent may be half as wide and high (setting `coarse`): a quarter
 * of the numbers to move, so that what the words ask for becomes large forms first, and sooner.
 * It is decoded and its picture enlarged; everything after that sees a picture of the run's
 * size. Then the enlarged picture is encoded, and details follow. (From coarse to fine: Adelson et
 * al. 1984, "Pyramid methods in image processing".) A turn may ask for another such beginning from
 * where it is taken (`coarse-from`): then the picture of before is shrunk, and forms move again.
 *
 * Whether a latent is coarse is seen from its shape. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/steer.h"
#include "core/steer/models.h"

G_BEGIN_DECLS

/* Whether the step from @iteration is to be on a coarse latent. */
gboolean tl_coarse_is_wanted (const TlSettings *settings, const TlStartValues *start,
                              guint64 iteration);

/* How much of that beginning is over before the step from @iteration, 0 to 1; 1 where there is
 * none. */
gdouble tl_coarse_get_share (const TlSettings *settings, const TlStartValues *start,
                             guint64 iteration);

/* The learning rate of that step: less for details. */
gdouble tl_coarse_get_lr (const TlSettings *settings, const TlStartValues *start,
                          guint64 iteration);

/* z: (nullable): [1, e_dim, h, w] of a run from @start */
gboolean tl_coarse_is (const TlStartValues *start, const TlVqganConfig *config, TlTensor *z);

/* [1, e_dim, h, w]: of a whole latent; of a coarse one, rounded up */
void tl_coarse_get_shape (const TlStartValues *start, const TlVqganConfig *config,
                          gboolean is_coarse, gint64 shape[4]);

/* picture of a coarse latent: [1, 3, h, w] -> [1, 3, start->height, start->width], with gradients;
 * it may overshoot at edges */
TlTensor *tl_coarse_enlarge (TlScope *s, TlTensor *picture, const TlStartValues *start);

/* picture: [1, 3, start->height, start->width] in [0, 1] -> the latent, coarse or whole, that shows
 * it. No gradients. */
TlTensor *tl_coarse_encode (TlScope *s, TlTensor *picture, const TlStartValues *start,
                            gboolean is_coarse, TlModels *models);

G_END_DECLS
