/* clause-item.h - one row of the prompt
 *
 * A row's truth is its source: the clause as it was written, numbers and all. What the row shows -
 * words, weight, stop - is read from it. While someone types, the draft stands beside the source
 * until it is committed; the prompt is always that of the drafts, so nothing waits for a commit to
 * count.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/prompt.h"

G_BEGIN_DECLS

#define TL_TYPE_CLAUSE_ITEM (tl_clause_item_get_type ())

G_DECLARE_FINAL_TYPE (TlClauseItem, tl_clause_item, TL, CLAUSE_ITEM, GObject)

/* Properties: text (read, write: what the row shows; writing makes a draft), weight (read, write),
 * similarity (read, write: where the clause lets go, NAN: never), kind, number (from 1), segment,
 * hint, fix-label, changed (against the run). */

/* @source: one clause, as tl_prompt_split_clauses() cuts it */
TlClauseItem *tl_clause_item_new (const char *source);

const char *tl_clause_item_get_text (TlClauseItem *self);
void tl_clause_item_set_text (TlClauseItem *self, const char *text);
gdouble tl_clause_item_get_weight (TlClauseItem *self);
/* The draft, if there is one, becomes the source first. */
void tl_clause_item_set_weight (TlClauseItem *self, gdouble weight);
gdouble tl_clause_item_get_similarity (TlClauseItem *self);
void tl_clause_item_set_similarity (TlClauseItem *self, gdouble similarity);
TlClauseKind tl_clause_item_get_kind (TlClauseItem *self);
/* Words as the tokenizer gets them; an image's name. */
const char *tl_clause_item_get_words (TlClauseItem *self);

gboolean tl_clause_item_has_draft (TlClauseItem *self);
/* (transfer full): the clause as it counts now, draft and all; "" where there are no words */
char *tl_clause_item_dup_source (TlClauseItem *self);
void tl_clause_item_set_source (TlClauseItem *self, const char *source);

/* @prompt says the same in the segment that the row is of. */
gboolean tl_clause_item_is_in (TlClauseItem *self, TlPrompt *prompt);

guint tl_clause_item_get_number (TlClauseItem *self);
void tl_clause_item_set_number (TlClauseItem *self, guint number);
guint tl_clause_item_get_segment (TlClauseItem *self);
void tl_clause_item_set_segment (TlClauseItem *self, guint segment);

/* (nullable): copied */
void tl_clause_item_set_hint (TlClauseItem *self, const TlHint *hint);
/* (nullable): the whole prompt, mended */
const char *tl_clause_item_get_fix (TlClauseItem *self);
gboolean tl_clause_item_get_changed (TlClauseItem *self);
void tl_clause_item_set_changed (TlClauseItem *self, gboolean changed);

/* The similarity at which a clause lets go, from its stop as the prompt language writes it, and
 * back (product.md 3.2). NAN: never; -INFINITY as a stop. */
gdouble tl_stop_to_similarity (gdouble stop, gdouble weight);
gdouble tl_stop_from_similarity (gdouble similarity, gdouble weight);

G_END_DECLS
