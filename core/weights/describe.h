/* describe.h - what a model file holds, for people and for programs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/weights.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Appends the kind of file, a line for each tensor, what was skipped, and the metadata. */
void tl_weights_describe (TlWeights *self, GString *out);

/* The same as members "format", "tensors", "skipped" and "metadata" of the object that is open in
 * @builder. */
void tl_weights_describe_json (TlWeights *self, JsonBuilder *builder);

/* "PyTorch checkpoint", ...: translated. */
const char *tl_weights_kind_name (TlWeightsKind kind);

G_END_DECLS
