/* examples.h - scenes that come with a denoiser, to begin with
 *
 * A small denoiser knows what hangs together, and little of what things look like. Its file may
 * bring scenes as codes, each with the signs that it shows (a cat; at night), and a reading of what
 * a sign is worth by the words asked for, in the numbers of the CLIP that the denoiser learnt with.
 * A run then begins with some whose signs are worth the most, under random codes, instead of with
 * random codes alone (retrieval: Blattmann et al. 2022, arXiv:2204.11824; beginning on the way:
 * Meng et al. 2021, arXiv:2108.01073). By how near the words of a caption are alone, a place would
 * outweigh a thing.
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

/* [bytes] uint8: [n, height, width] int16, least byte first, deflated (RFC 1950) */
#define TL_EXAMPLES_CODES TL_DENOISER_PREFIX TL_EXAMPLES_PREFIX "codes"
/* [2] int16: height and width in cells */
#define TL_EXAMPLES_SIZE TL_DENOISER_PREFIX TL_EXAMPLES_PREFIX "size"
/* [n, at most so many of one] uint8: which signs it shows, or TL_EXAMPLES_NO_SIGN */
#define TL_EXAMPLES_SIGNS TL_DENOISER_PREFIX TL_EXAMPLES_PREFIX "signs"
/* [signs, words + 1] int16, in any unit: a sign is worth the product of its row and the words at
 * length 1, and the row's last number */
#define TL_EXAMPLES_READING TL_DENOISER_PREFIX TL_EXAMPLES_PREFIX "reading"

#define TL_EXAMPLES_NO_SIGN 255

/* Far more than a file has reason to bring. */
#define TL_EXAMPLES_MOST 16384
#define TL_EXAMPLES_MOST_SIDE 64 /* cells of one */
#define TL_EXAMPLES_MOST_WORDS 1024
#define TL_EXAMPLES_MOST_SIGNS 64 /* of one */

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
/* Cells of each. */
guint tl_examples_get_height (TlExamples *self);
guint tl_examples_get_width (TlExamples *self);

/**
 * tl_examples_recall:
 * @words: what is asked for, n_words of them; its length does not matter
 * @near: of how many that are worth the most, at least 1
 * @n: how many
 *
 * The next numbers of @random say which of those and of all that are worth nearly as much as the
 * first, the more often the more it is worth. The same may come again.
 *
 * Returns: [n, height, width] int64 on the processor: their codes
 */
TlTensor *tl_examples_recall (TlScope *s, TlExamples *self, const gfloat *words, guint near,
                              guint n, TlRandom *random);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlExamples, tl_examples_free)

G_END_DECLS
