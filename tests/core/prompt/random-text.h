/* random-text.h - prompts that nobody would write, for tests of what must always hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"

G_BEGIN_DECLS

/* At most @max_pieces pieces of the language and of what looks like it, in no order. */
char *random_text (TlRandom *random, guint max_pieces);

/* As random_text(), of @pieces. */
char *random_pieces (TlRandom *random, const char *const *pieces, guint n_pieces, guint max_pieces);

G_END_DECLS
