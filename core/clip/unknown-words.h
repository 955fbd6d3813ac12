/* unknown-words.h - words that mean nothing to a model, in a sentence for people
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/tokenizer.h"

G_BEGIN_DECLS

/**
 * tl_unknown_words_dup_hint:
 * @except: (nullable): a word, in lower case, that is not to be named: it is being typed
 *
 * "The model does not know “zebra”, “yak”.", of tl_tokenizer_dup_unknown(); the first few are named.
 *
 * Returns: (transfer full) (nullable): NULL if all are known
 */
char *tl_unknown_words_dup_hint (TlTokenizer *tokenizer, const char *text, const char *except);

G_END_DECLS
