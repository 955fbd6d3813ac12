/* convert.h - prompts that people bring from other programs
 *
 * They read as plain words here. These functions find them and write what they would be in Tiller's
 * language. Private to core/prompt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/reading.h"

G_BEGIN_DECLS

/* AUTOMATIC1111's prompt editing, "[cat:dog:0.5]", "[dog:0.5]", "[cat::10]", and alternation,
 * "[a|b]": the first one. */
gboolean tl_editing_find (const TlReading *reading, TlSpan *bracket);

/**
 * tl_editing_convert:
 * @label: (out) (transfer full): what the conversion does
 *
 * Returns: (transfer full) (nullable): the prompt as turns; NULL if it cannot be said so
 */
char *tl_editing_convert (const TlReading *reading, char **label);

/* Word emphasis, "(word:1.3)": the first one in @within, with its parentheses, and its colon. */
gboolean tl_emphasis_find (const TlReading *reading, TlSpan within, TlSpan *group, gsize *colon);

/**
 * tl_animation_convert:
 *
 * Returns: (transfer full) (nullable): "10:(Apple: 1| Orange: 0), 20:(…)" as clauses with curves;
 * NULL if it is not like that
 */
char *tl_animation_convert (const TlReading *reading);

G_END_DECLS
