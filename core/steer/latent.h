/* latent.h - the latent that a run starts from
 *
 * Random codes of the seed, or a picture taken apart by the image model. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"
#include "core/session/recipe.h"
#include "core/steer/models.h"

G_BEGIN_DECLS

/* Whether the size of @start is one the model can make: TL_ERROR_FORMAT. */
gboolean tl_latent_check_size (const TlStartValues *start, TlVqgan *vqgan, GError **error);

/* -> [1, e_dim, h / f, w / f] float32 on the models' device */
TlTensor *tl_latent_start (TlScope *s, const TlStartValues *start, TlModels *models);

/* z: [1, e_dim, h, w] -> z + sigma · (standard deviation of all the codebook's values) · normal
 * numbers of (seed, iteration, TL_PURPOSE_JITTER, index), row by row; within the codebook's range
 */
TlTensor *tl_latent_jitter (TlScope *s, TlTensor *z, const TlJitter *jitter, guint64 seed,
                            guint64 iteration, TlModels *models);

/* Codes of random cells: [n, e_dim, height, width]; the next numbers of @random, one a cell in
 * reading order. */
TlTensor *tl_latent_draw_codes (TlScope *s, TlVqgan *vqgan, TlDevice device, TlRandom *random,
                                gint64 n, gint64 height, gint64 width);

G_END_DECLS
