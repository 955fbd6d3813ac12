/* entities.h - the named characters of HTML
 *
 * Only for clean.c. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tl_entity_lookup:
 * @name: what stands between "&" and ";", not terminated
 * @has_semicolon: whether the ";" is there; a hundred old names do without
 *
 * Returns: how many @characters the name stands for, 0 if there is no such name
 */
guint tl_entity_lookup (const char *name, gsize n, gboolean has_semicolon, gunichar characters[2]);

G_END_DECLS
