/* names.c - one name for each background, style, relation and extra
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/names.h"

static const char *const backgrounds[] = {
  "meadow", "sunset", "night",     "sea",    "underwater", "desert",
  "snow",   "forest", "mountains", "street", "space",      "plain",
};
static const char *const styles[] = {
  "cartoon", "flat", "line", "watercolour", "oil", "pixel", "chalk", "blueprint",
};
static const char *const relations[] = {
  "none", "next to", "driving", "on", "under", "in front of", "behind", "over",
};
static const char *const extras[] = {
  "sun",     "moon",    "stars",   "clouds", "mountains", "rain", "snowfall", "planet",
  "bubbles", "seaweed", "flowers", "cacti",  "birds",     "city", "beach",
};

G_STATIC_ASSERT (G_N_ELEMENTS (backgrounds) == TL_N_BACKGROUNDS);
G_STATIC_ASSERT (G_N_ELEMENTS (styles) == TL_N_STYLES);
G_STATIC_ASSERT (G_N_ELEMENTS (relations) == TL_N_RELATIONS);
G_STATIC_ASSERT (G_N_ELEMENTS (extras) == TL_N_EXTRAS);

const char *
tl_background_get_name (TlBackground background)
{
  return backgrounds[background];
}

const char *
tl_style_get_name (TlSceneStyle style)
{
  return styles[style];
}

const char *
tl_relation_get_name (TlRelation relation)
{
  return relations[relation];
}

const char *
tl_extra_get_name (guint bit)
{
  return extras[bit];
}
