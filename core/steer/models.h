/* models.h - the models that a run is steered with, by name
 *
 * A choice is names as a user gives them: "starter", "random:imagenet-f16-16384", or a file; as a
 * CLIP also "starter-judge", which comes with the starter, knows the same things, and did not learn
 * with it.
 * Loading reads what is asked for and keeps it. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/denoiser/denoiser.h"
#include "core/denoiser/examples.h"
#include "core/session/recipe.h"
#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

/* NULL names: the starter's; NULL vocab: found beside the CLIP file or in the data folders. */
typedef struct
{
  const char *vqgan, *clip, *vocab;
  TlPrecision precision;
  TlDevice device;
} TlModelChoice;

typedef enum
{
  TL_MODELS_VQGAN = 1 << 0,
  TL_MODELS_CLIP = 1 << 1,
  TL_MODELS_TOKENIZER = 1 << 2, /* of the CLIP chosen; no tensor is read for it alone */
  TL_MODELS_ALL = TL_MODELS_VQGAN | TL_MODELS_CLIP | TL_MODELS_TOKENIZER,
} TlModelParts;

typedef struct _TlModels TlModels;

/* (transfer full): NULL with TL_ERROR_MISSING, TL_ERROR_FORMAT, TL_ERROR_TOO_LARGE, in one sentence
 * that names the file. The thread's current GCancellable stops it at the next tensor. */
TlModels *tl_models_load (const TlModelChoice *choice, TlModelParts parts, GError **error);
void tl_models_free (TlModels *self);

/* NULL where the part was not asked for. */
TlVqgan *tl_models_get_vqgan (TlModels *self);
TlClip *tl_models_get_clip (TlModels *self);
/* Also NULL where the VQGAN brings none. */
TlDenoiser *tl_models_get_denoiser (TlModels *self);
/* Also NULL where that brings none. */
TlExamples *tl_models_get_examples (TlModels *self);
/* Whether the CLIP is the one that it learnt with, so that it knows what is asked for; computed
 * when it is first asked. Both are there. */
gboolean tl_models_has_words_for_denoiser (TlScope *s, TlModels *self);
TlTokenizer *tl_models_get_tokenizer (TlModels *self);
TlDevice tl_models_get_device (TlModels *self);
TlDtype tl_models_get_dtype (TlModels *self);
/* Both are the starter's: its preset suits them. */
gboolean tl_models_is_starter (const TlModelChoice *choice);
/* Pixels a side of a picture that they are begun with where nobody says another size. */
guint tl_models_get_usual_side (const TlModelChoice *choice);

/* (transfer full): hashes the files where that was not done before, which takes seconds for real
 * ones. */
TlMaker *tl_models_dup_maker (TlModels *self);
/* As the maker says it; the strings are the caller's. */
void tl_models_name_clip (TlModels *self, TlModelName *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlModels, tl_models_free)

G_END_DECLS
