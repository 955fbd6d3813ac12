/* print.h - the parts of a printed clause
 *
 * For fixes, which put clauses together that nobody has parsed. Private to core/prompt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/clause.h"

G_BEGIN_DECLS

/* The words with their escapes, or <…>. */
void tl_body_append (GString *out, const TlClause *clause);

/* ":weight:stop", as far as they are not the defaults. */
void tl_numbers_append (GString *out, const TlClause *clause);

G_END_DECLS
