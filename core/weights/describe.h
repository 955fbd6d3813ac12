/* describe.h - what a model file holds, for people and for programs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/weights.h"

G_BEGIN_DECLS

/* Appends the kind of file, a line for each tensor, what was skipped, and the metadata. */
void tl_weights_describe (TlWeights *self, GString *out);

/* Appends the same as a JSON object on a line of its own, with the members "format", "tensors",
 * "skipped" and "metadata". */
void tl_weights_describe_json (TlWeights *self, GString *out);

/* "PyTorch checkpoint", ...: translated. */
const char *tl_weights_kind_name (TlWeightsKind kind);

G_END_DECLS
