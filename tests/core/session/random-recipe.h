/* random-recipe.h - recipes that nobody would make, for tests of what must always hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"
#include "core/session/recipe.h"

G_BEGIN_DECLS

/* (transfer full) */
TlSteer *random_steer (TlRandom *random);
TlRecipe *random_recipe (TlRandom *random);

/* Every field, by value. */
void assert_recipes_equal (TlRecipe *a, TlRecipe *b);

G_END_DECLS
