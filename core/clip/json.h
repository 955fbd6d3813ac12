/* json.h - small JSON files of strangers
 *
 * JSON-GLib descends into whatever is nested with a call each, so that a file of brackets would
 * overflow the stack. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): the root object; NULL if it is none, is broken, or nested deeper than
 * @max_depth. */
JsonObject *tl_json_parse_object (const char *json, gsize n, guint max_depth);

G_END_DECLS
