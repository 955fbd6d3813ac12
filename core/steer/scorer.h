/* scorer.h - the real judge: a second CLIP
 *
 * See core/engine/scorer.h for the interface. Loaded on any thread, then the engine's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/scorer.h"
#include "core/steer/models.h"

G_BEGIN_DECLS

/* Of @choice CLIP, vocabulary, device and precision are read. (transfer full): NULL with one
 * sentence, as tl_models_load() gives it */
TlScorer *tl_steer_scorer_load (const TlModelChoice *choice, GError **error);

/* "name:sha256", as scores are kept under. */
const char *tl_steer_scorer_get_key (TlScorer *scorer);

/* FALSE, with the sentence that says so, if the judge is the CLIP that steers. TL_ERROR_FORMAT */
gboolean tl_steer_scorer_check_other (TlScorer *scorer, const TlMaker *maker, GError **error);

G_END_DECLS
