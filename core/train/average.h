/* average.h - one model of several that were learnt from the same beginning
 *
 * Models that went on from one checkpoint with other settings err in other ways, and mostly the
 * mean of their weights errs least ("Model soups", Wortsman et al. 2022, arXiv:2203.05482). One
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/safetensors.h"

G_BEGIN_DECLS

/**
 * tl_average_weights:
 * @models: (array length=n): at least one; all with the same tensors of the same shapes
 *
 * Adds the mean of every tensor, as float16, and the first model's metadata to @writer. What the
 * means are of is added up in float32.
 *
 * Returns: FALSE with TL_ERROR_MISSING or TL_ERROR_FORMAT where a model has other tensors than the
 * first; what was added to @writer by then is of no use
 */
gboolean tl_average_weights (TlWeights *const *models, guint n, TlSafetensorsWriter *writer,
                             GError **error);

G_END_DECLS
