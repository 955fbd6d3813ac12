/* inherit.h - what persists across ^
 *
 * Private to core/prompt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/clause.h"

G_BEGIN_DECLS

/* Is it a weight of 0 for good? */
gboolean tl_clause_is_off (const TlClause *clause);

/* Does one of @clauses (const TlClause *) have the same body? Words never count, they do not
 * persist. */
gboolean tl_is_named (const GPtrArray *clauses, const TlClause *clause);

/* From what acted in the segment before (const TlClause *) to what acts in @segment. */
void tl_inherit (GPtrArray *clauses, const TlSegment *segment);

G_END_DECLS
