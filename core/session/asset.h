/* asset.h - a picture file that a session keeps: start images, image clauses, masks
 *
 * The bytes are the file's own, named by their SHA-256. Immutable, reference-counted, any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TL_TYPE_ASSET (tl_asset_get_type ())

/* Larger picture files are refused (TL_ERROR_TOO_LARGE). */
#define TL_ASSET_MAX_BYTES (64 * 1024 * 1024)

typedef struct _TlAsset TlAsset;

GType tl_asset_get_type (void) G_GNUC_CONST;

TlAsset *tl_asset_new (const char *name, GBytes *bytes);

/* One whose bytes are elsewhere: a recipe carries large pictures by name and hash only. */
TlAsset *tl_asset_new_absent (const char *name, const char *sha256);

/* (transfer full): the same picture under another name */
TlAsset *tl_asset_new_alias (TlAsset *asset, const char *name);

/* Reads the file; its base name becomes the asset's. Does not look whether it is a picture. */
TlAsset *tl_asset_load (const char *path, GError **error);

TlAsset *tl_asset_ref (TlAsset *self);
void tl_asset_unref (TlAsset *self);

const char *tl_asset_get_name (TlAsset *self);
/* 64 lower-case hexadecimal digits */
const char *tl_asset_get_sha256 (TlAsset *self);
/* (nullable): NULL where only name and hash are known */
GBytes *tl_asset_get_bytes (TlAsset *self);

/* 64 lower-case hexadecimal digits and nothing else */
gboolean tl_asset_is_sha256 (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlAsset, tl_asset_unref)

G_END_DECLS
