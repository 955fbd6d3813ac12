/* prompt-view.h - the prompt, as rows or as one text
 *
 * Shows a TlPromptList and the actions on it: prompt.add-text, prompt.add-image, prompt.as-text,
 * and those that rows ask for. Alt+Up and Alt+Down walk through the history; a picture that is
 * dropped becomes a clause.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/tokenizer.h"
#include "ui/steer/prompt-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_PROMPT_VIEW (tl_prompt_view_get_type ())

G_DECLARE_FINAL_TYPE (TlPromptView, tl_prompt_view, TL, PROMPT_VIEW, GtkWidget)

TlPromptList *tl_prompt_view_get_list (TlPromptView *self);

/* What was typed becomes rows, and is remembered. */
void tl_prompt_view_remember (TlPromptView *self);

/* The first row, all of it selected if @select. */
void tl_prompt_view_focus (TlPromptView *self, gboolean select);

/* (nullable): what counts the words, and how many it can take with its two marks */
void tl_prompt_view_set_tokenizer (TlPromptView *self, TlTokenizer *tokenizer, guint context);

G_END_DECLS
