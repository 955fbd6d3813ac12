/* fuzz-recipe.c - any bytes as a recipe
 *
 * What reads must print, and what it prints must read as the same.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/recipe.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlRecipe) recipe = tl_recipe_parse (text, &error);
  g_autoptr (TlRecipe) again = NULL;
  g_autofree char *printed = NULL, *twice = NULL;

  g_assert_cmpint (recipe == NULL, ==, error != NULL);
  if (recipe == NULL)
    {
      g_assert_true (error->domain == TL_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strchr (error->message, '\n'));
      return 0;
    }

  printed = tl_recipe_print (recipe);
  again = tl_recipe_parse (printed, NULL);
  g_assert_nonnull (again);
  twice = tl_recipe_print (again);
  g_assert_cmpstr (printed, ==, twice);
  return 0;
}
