/* prompt-list.h - the prompt as rows
 *
 * A list model of TlClauseItem. Rows and one-line text are two views of this one value: the text is
 * joined from the rows, and a text that is set is cut into rows. What was typed counts at once;
 * what belongs apart - `a | b` in one row - moves into rows of its own when it is committed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/asset.h"
#include "ui/steer/clause-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TL_TYPE_PROMPT_LIST (tl_prompt_list_get_type ())

G_DECLARE_FINAL_TYPE (TlPromptList, tl_prompt_list, TL, PROMPT_LIST, GObject)

/* Signal `changed`: the prompt may read differently now. */
TlPromptList *tl_prompt_list_new (void);

/* (transfer full): the whole prompt in the prompt language, as written */
char *tl_prompt_list_dup_text (TlPromptList *self);
void tl_prompt_list_set_text (TlPromptList *self, const char *text);
/* (transfer full) */
TlPrompt *tl_prompt_list_dup_prompt (TlPromptList *self);

/* (nullable) (transfer none): what is odd about the prompt as a whole or, where @any, the first odd
 * thing at all; until the prompt changes */
const TlHint *tl_prompt_list_get_hint (TlPromptList *self, gboolean any);

/* Returns: (transfer none): the new last row */
TlClauseItem *tl_prompt_list_add (TlPromptList *self, const char *source);
/* A clause that steers towards the picture. The name is made unique; where a row waits for a
 * picture of that name, this is it. */
TlClauseItem *tl_prompt_list_add_image (TlPromptList *self, TlAsset *asset);
/* The picture that a clause names already, in place of any of that name. */
void tl_prompt_list_bring_image (TlPromptList *self, const char *name, TlAsset *asset);
/* Keeps one, empty, row. */
void tl_prompt_list_remove (TlPromptList *self, TlClauseItem *item);
void tl_prompt_list_move (TlPromptList *self, TlClauseItem *item, gint by);
/* Puts the words from @bytes of the row's text on into a row of their own. */
void tl_prompt_list_split (TlPromptList *self, TlClauseItem *item, gsize bytes);

/* What was typed becomes rows. */
void tl_prompt_list_commit (TlPromptList *self);

/* (nullable): the prompt in force; rows that differ from it are marked as changed */
void tl_prompt_list_set_reference (TlPromptList *self, TlPrompt *prompt);

/* Before the text that names it: what had its name is forgotten. */
void tl_prompt_list_set_asset (TlPromptList *self, TlAsset *asset);
/* (transfer full) (element-type TlAsset): those that clauses of @prompt name, in their order */
GPtrArray *tl_prompt_list_dup_assets (TlPromptList *self, TlPrompt *prompt);
/* (nullable) (transfer none) */
TlAsset *tl_prompt_list_find_asset (TlPromptList *self, const char *name);

/* (transfer full): "Then", "Then, at 400, fading over 50": what stands over a later segment */
char *tl_prompt_list_dup_segment_title (TlPromptList *self, guint segment);

G_END_DECLS
