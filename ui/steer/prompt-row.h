/* prompt-row.h - a clause in the prompt list: words, weight, what is odd about it
 *
 * Shows a TlClauseItem. Keys: Return commits, Ctrl+Up and Ctrl+Down nudge the weight by 0.1, with
 * Shift by 0.01. What concerns more than the row are actions of the prompt view: prompt.remove,
 * prompt.move-up and so on, with the row's number.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/tokenizer.h"
#include "ui/steer/clause-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_PROMPT_ROW (tl_prompt_row_get_type ())

G_DECLARE_FINAL_TYPE (TlPromptRow, tl_prompt_row, TL, PROMPT_ROW, GtkListBoxRow)

GtkWidget *tl_prompt_row_new (TlClauseItem *item);

TlClauseItem *tl_prompt_row_get_item (TlPromptRow *self);

/* Puts the cursor into the words. */
void tl_prompt_row_focus_text (TlPromptRow *self, gboolean select);

/* (nullable): of an image clause */
void tl_prompt_row_set_thumbnail (TlPromptRow *self, GdkPaintable *thumbnail);

/* How much of the words the model reads; a NULL tokenizer knows nothing. */
void tl_prompt_row_measure (TlPromptRow *self, TlTokenizer *tokenizer, guint context);
guint tl_prompt_row_get_n_tokens (TlPromptRow *self);

G_END_DECLS
