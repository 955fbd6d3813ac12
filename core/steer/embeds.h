/* embeds.h - what clauses look like to CLIP
 *
 * Text goes through CLIP's text tower, pictures are cut and go through its image tower, noise is
 * drawn. Each is computed once and kept while it is among the last that were asked for. Engine
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/steer.h"
#include "core/steer/models.h"

G_BEGIN_DECLS

typedef struct _TlEmbeds TlEmbeds;

/* @models must outlive it. */
TlEmbeds *tl_embeds_new (TlModels *models);
void tl_embeds_free (TlEmbeds *self);

/**
 * tl_embeds_get:
 * @steer: whose assets and settings a picture is cut by
 * @start: whose seed and size
 *
 * Returns: (nullable): [m, embed_dim], in @s; NULL where the scope failed, and where the clause is
 *   off because its picture is not here
 */
TlTensor *tl_embeds_get (TlEmbeds *self, TlScope *s, const TlClause *clause, TlSteer *steer,
                         const TlStartValues *start);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlEmbeds, tl_embeds_free)

G_END_DECLS
