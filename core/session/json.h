/* json.h - JSON from strangers, read without fear
 *
 * A recipe comes with a picture from anywhere. The text is looked over before the parser, which
 * recurses and allocates as it pleases, may see it; then each member is asked for by type and
 * range. Private to core/session.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/asset.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define TL_JSON_MAX_DEPTH 16
#define TL_JSON_MAX_VALUES 400000

/**
 * tl_json_parse:
 * @max_bytes: longer texts are refused
 *
 * Refuses what is no plain JSON (comments, assignments), nests deeper than TL_JSON_MAX_DEPTH, holds
 * more than TL_JSON_MAX_VALUES values, or has no object outermost.
 *
 * Returns: (transfer full): a node that holds an object
 */
JsonNode *tl_json_parse (const char *text, gsize max_bytes, GError **error);

/* (transfer none): of a member that must be there; TL_ERROR_FORMAT names it */
const char *tl_json_get_string (JsonObject *object, const char *name, GError **error);
JsonObject *tl_json_get_object (JsonObject *object, const char *name, GError **error);
JsonArray *tl_json_get_array (JsonObject *object, const char *name, GError **error);
gboolean tl_json_get_int (JsonObject *object, const char *name, gint64 minimum, gint64 maximum,
                          gint64 *value, GError **error);
/* A finite number, with a point or without. */
gboolean tl_json_get_double (JsonObject *object, const char *name, gdouble minimum, gdouble maximum,
                             gdouble *value, GError **error);

/* As the getters say it: “name” is missing or damaged. Returns FALSE. */
gboolean tl_json_set_error (GError **error, const char *name);

/* {"name", "sha256"} */
void tl_json_write_asset_name (TlAsset *asset, JsonBuilder *builder);

/**
 * tl_json_read_asset_name:
 * @known: (nullable) (element-type TlAsset): where the bytes may be
 *
 * Returns: (transfer full): an asset of that name, without bytes if none of @known has the hash
 */
TlAsset *tl_json_read_asset_name (JsonNode *node, GPtrArray *known, GError **error);

G_END_DECLS
