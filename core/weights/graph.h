/* graph.h - from the values of a checkpoint to named tensors
 *
 * Dictionaries, lists and objects of tensors become dotted names. What is beside the model
 * (optimisers, callbacks, hyper-parameters) is measured and noted as skipped, never read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/rebuild.h"

G_BEGIN_DECLS

/**
 * tl_graph_collect:
 *
 * Adds all tensors below the root of @pickle to @blobs. Circles and nesting beyond what a model has
 * are TL_ERROR_FORMAT.
 */
gboolean tl_graph_collect (TlPickle *pickle, const TlStorages *storages, TlBlobs *blobs,
                           GError **error);

/* The size of all storages that @value refers to, each counted once; no value below it may be
 * visited in @pass yet. */
guint64 tl_graph_measure (TlPickleValue *value, guint16 pass, const TlStorages *storages);

G_END_DECLS
