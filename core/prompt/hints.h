/* hints.h - what is odd about a text that was read
 *
 * Private to core/prompt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/hint.h"
#include "core/prompt/reading.h"

G_BEGIN_DECLS

/* Each fix is a copy of the text: longer ones are mended by hand. */
#define TL_PEN_MAX_BYTES (64 * 1024)

/* Where hints are written. */
typedef struct
{
  const TlReading *reading;
  GPtrArray *hints;  /* TlHint */
  GPtrArray *active; /* const TlClause *: what acts in the segment before the one being looked at */
} TlPen;

/* Returns: (transfer full) (element-type TlHint): in the order of the text */
GPtrArray *tl_hints_new (const TlReading *reading);

/* What is odd about one clause. */
void tl_clause_hints_add (TlPen *pen, const TlClauseReading *c);

/**
 * tl_pen_add:
 * @about: (nullable): NULL for the whole prompt
 * @position: of the readable text, in bytes
 * @message: (transfer full): translated
 *
 * Returns: (transfer none): the hint, which a fix may be offered with
 */
TlHint *tl_pen_add (TlPen *pen, TlHintCode code, const TlClauseReading *about, gsize position,
                    char *message);

/* @fix: (transfer full) (nullable): NULL if there is nothing to offer */
void tl_hint_offer (TlHint *hint, const char *label, char *fix);

/* Returns: (nullable): the text with @span replaced, if that is not too long and leaves the clauses
 * what they are: without its last colon, "@..5:" would be the schedule of nothing */
char *tl_pen_edit (const TlPen *pen, TlSpan span, const char *replacement);

G_END_DECLS
