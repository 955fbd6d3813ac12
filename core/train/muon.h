/* muon.h - moves of a matrix that are as long in every direction
 *
 * A gradient of a layer's matrix mostly asks for a few directions. Of equal length in all, so do
 * the others learn as fast (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural
 * networks").
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

G_BEGIN_DECLS

/**
 * tl_muon_orthogonalize:
 * @matrices: [k, n, m]
 *
 * For each: U Vᵀ of its singular value decomposition U S Vᵀ, roughly: all singular values that are
 * not next to nothing become about 1 (0.7 to 1.2), by five steps of a polynomial (Newton and
 * Schulz's, with Jordan's coefficients). Then its numbers are made 0.2 on average (root mean
 * square) where no direction is lost, as AdamW's moves are, so that they can share a learning rate
 * (Liu et al. 2025, arXiv:2502.16982, section 2.2).
 *
 * Returns: [k, n, m]
 */
TlTensor *tl_muon_orthogonalize (TlScope *s, TlTensor *matrices);

G_END_DECLS
