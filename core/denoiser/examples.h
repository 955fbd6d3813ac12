/* examples.h - scenes that come with a denoiser, to begin with
 *
 * A small denoiser knows what hangs together, and little of what things look like. Its file may
 * bring scenes as codes, each with what its caption is to the CLIP that the denoiser learnt with.
 * A run then begins with some whose words are the nearest to what is asked for, under random codes,
 * instead of with random codes alone (retrieval: Blattmann et al. 2022, arXiv:2204.11824; beginning
 * on the way: Meng et al. 2021, arXiv:2108.01073). Near is by what tells the examples apart: their
 * words are decorrelated (Su et al. 2021, arXiv:2103.15316), or the place would outweigh the thing.
 * Immutable; any thread may read the same ones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"
#include "core/denoiser/denoiser.h"
#include "core/weights/weights.h"

G_BEGIN_DECLS

typedef struct _TlExamples TlExamples;

/* Where they are in the denoiser's file, after its prefix, and no part of the network. */
#define TL_EXAMPLES_PREFIX "examples."

/* [n, height, width] int16, and [n, words] int8, of which only the direction counts */
#define TL_EXAMPLES_CODES TL_DENOISER_PREFIX TL_EXAMPLES_PREFIX "codes"
#define TL_EXAMPLES_WORDS TL_DENOISER_PREFIX TL_EXAMPLES_PREFIX "words"

/* Far more than a file has reason to bring. */
#define TL_EXAMPLES_MOST 16384
#define TL_EXAMPLES_MOST_SIDE 64 /* cells of one */
#define TL_EXAMPLES_MOST_WORDS 1024

/* Whether a file has any. */
gboolean tl_examples_are_in (TlWeights *weights);

/**
 * tl_examples_load:
 * @n_codes: of the VQGAN in the file
 * @n_words: numbers of what words ask for: a CLIP's embed_dim
 *
 * Treats the file as hostile. Returns: (transfer full): or NULL with TL_ERROR_FORMAT
 */
TlExamples *tl_examples_load (TlWeights *weights, guint n_codes, guint n_words, GError **error);
void tl_examples_free (TlExamples *self);

guint tl_examples_get_n (TlExamples *self);

/**
 * tl_examples_recall:
 * @words: what is asked for, n_words of them; its length does not matter
 * @near: how many of the nearest to take from, at least 1
 * @n: how many to take
 *
 * The next numbers of @random say which, each at most once before all were taken once.
 *
 * Returns: [n, height, width] int64 on the processor: their codes
 */
TlTensor *tl_examples_recall (TlScope *s, TlExamples *self, const gfloat *words, guint near,
                              guint n, TlRandom *random);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlExamples, tl_examples_free)

G_END_DECLS
