/* fuzz-png.c - any bytes as a picture with a recipe
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/png.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autofree char *json = tl_png_find_recipe (bytes, &error);
  g_autoptr (TlRecipe) recipe = json != NULL ? tl_recipe_parse (json, NULL) : NULL;

  g_assert_true ((json == NULL) == (error != NULL));
  return 0;
}
