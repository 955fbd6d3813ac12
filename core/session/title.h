/* title.h - what a session is called, and its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/prompt.h"

G_BEGIN_DECLS

#define TL_SESSION_SUFFIX ".tiller"

/* (transfer full): the first words of what is steered towards first; a word for it where there are
 * none */
char *tl_title_from_prompt (TlPrompt *prompt);

/* (transfer full): of a session file, without folder and suffix */
char *tl_title_from_path (const char *path);

/**
 * tl_title_make_path:
 * @number: 1: the title itself, 2: "title 2", …
 *
 * Returns: (transfer full): a path in @folder, with what no file system minds of @title
 */
char *tl_title_make_path (const char *folder, const char *title, guint number);

G_END_DECLS
