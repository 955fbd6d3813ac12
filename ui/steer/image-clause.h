/* image-clause.h - pictures that become clauses of a prompt
 *
 * They are read on another thread; what cannot be read is said by the window.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/steer/prompt-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for a picture. @view: in the window; @name (nullable): one that the prompt names already */
void tl_image_clause_choose (TlPromptList *list, GtkWidget *view, const char *name);

/* Returns FALSE if @value is no kind of picture. */
gboolean tl_image_clause_drop (TlPromptList *list, GtkWidget *view, const GValue *value);

G_END_DECLS
