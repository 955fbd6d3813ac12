/* examples.h - scenes that are worth remembering, for a denoiser to begin with
 *
 * Of many scenes those are kept whose pictures, as their codes give them back, the CLIP finds
 * nearest to their own captions: of each thing one in each place in each of its colours, and some
 * before others. Their codes are spared bits (frugal.h); what words ask for is read as signs.h
 * says. See core/denoiser/examples.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/scene.h"
#include "core/steer/models.h"
#include "core/weights/safetensors.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 seed;
  guint n_scenes; /* to choose from */
  guint n_kept;   /* at most so many */
  guint size;     /* pixels a side, a multiple of the VQGAN's downscale */
} TlExamplesChoice;

/* One of those that are chosen from, (transfer full). */
TlScene *tl_examples_draw_scene (guint64 seed, guint index);

/* Adds them to @writer under the names that tl_examples_load() reads. The models are a VQGAN of no
 * more codes than 16 bits with a sign can say, a CLIP and its tokenizer. The same choice and models
 * give the same bytes on one machine. Returns how many were kept; 0 on failure. One thread. */
guint tl_examples_gather (const TlExamplesChoice *choice, TlModels *models,
                          TlSafetensorsWriter *writer, GError **error);

G_END_DECLS
