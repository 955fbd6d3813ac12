/* png.h - pictures that carry their recipe
 *
 * A PNG's iTXt chunk `tiller` holds the recipe as JSON (recipe.h), compressed where that pays;
 * `Software` and `Description` say the same in words, for other programs. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"
#include "core/session/recipe.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * tl_png_encode:
 * @recipe: (nullable): NULL for a picture without metadata
 *
 * Returns: (transfer full): the file's bytes; the same picture and recipe give the same bytes
 */
GBytes *tl_png_encode (TlFrame *frame, TlRecipe *recipe, GError **error);

/**
 * tl_png_find_recipe:
 * @png: untrusted bytes
 *
 * Returns: (transfer full): the JSON; NULL with TL_ERROR_MISSING where a PNG has none,
 *   TL_ERROR_FORMAT where it is damaged or no PNG
 */
char *tl_png_find_recipe (GBytes *png, GError **error);

G_END_DECLS
