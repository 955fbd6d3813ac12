/* assets.h - pictures by the names that clauses give them
 *
 * Functions on an array of TlAsset in which each name stands once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/prompt.h"
#include "core/session/asset.h"

G_BEGIN_DECLS

/* (transfer full) (element-type TlAsset) */
GPtrArray *tl_assets_new (void);
/* (nullable) (transfer none) */
TlAsset *tl_assets_find (GPtrArray *assets, const char *name);
/* There is such a picture, and it is here: not only its name and hash. */
gboolean tl_assets_have (GPtrArray *assets, const char *name);
/* @asset takes the place of what has its name; a picture that is here stays in place of its hash.
 */
void tl_assets_set (GPtrArray *assets, TlAsset *asset);
/* (transfer full) (element-type TlAsset): those that clauses of @prompt name, in their order */
GPtrArray *tl_assets_dup_named (GPtrArray *assets, TlPrompt *prompt);
/* (transfer full): @asset under a name that a prompt can spell and no other picture has: the second
 * gets a number */
TlAsset *tl_assets_name_apart (GPtrArray *assets, TlAsset *asset);

G_END_DECLS
