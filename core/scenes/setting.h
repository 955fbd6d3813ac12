/* setting.h - what a scene can be made of: backgrounds, styles, relations, extras
 *
 * The values are what trained models, labels and seeds rely on: append before the N_ value, never
 * renumber.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TL_BACKGROUND_MEADOW, /* blue sky and grass */
  TL_BACKGROUND_SUNSET,
  TL_BACKGROUND_NIGHT,
  TL_BACKGROUND_SEA,
  TL_BACKGROUND_UNDERWATER,
  TL_BACKGROUND_DESERT,
  TL_BACKGROUND_SNOW,
  TL_BACKGROUND_FOREST,
  TL_BACKGROUND_MOUNTAINS,
  TL_BACKGROUND_STREET,
  TL_BACKGROUND_SPACE,
  TL_BACKGROUND_PLAIN, /* one colour */
  TL_N_BACKGROUNDS
} TlBackground;

typedef enum
{
  TL_STYLE_CARTOON,
  TL_STYLE_FLAT,
  TL_STYLE_LINE,
  TL_STYLE_WATERCOLOUR,
  TL_STYLE_OIL,
  TL_STYLE_PIXEL,
  TL_STYLE_CHALK,
  TL_STYLE_BLUEPRINT,
  TL_N_STYLES
} TlSceneStyle;

/* The first thing stands in this relation to the second. */
typedef enum
{
  TL_RELATION_NONE,
  TL_RELATION_NEXT_TO,
  TL_RELATION_DRIVING,
  TL_RELATION_ON,
  TL_RELATION_UNDER,
  TL_RELATION_IN_FRONT,
  TL_RELATION_BEHIND,
  TL_RELATION_OVER, /* flying over */
  TL_N_RELATIONS
} TlRelation;

/* What else is there. Bits of a mask. */
typedef enum
{
  TL_EXTRA_SUN = 1 << 0,
  TL_EXTRA_MOON = 1 << 1,
  TL_EXTRA_STARS = 1 << 2,
  TL_EXTRA_CLOUDS = 1 << 3,
  TL_EXTRA_MOUNTAINS = 1 << 4,
  TL_EXTRA_RAIN = 1 << 5,
  TL_EXTRA_SNOWFALL = 1 << 6,
  TL_EXTRA_PLANET = 1 << 7,
  TL_EXTRA_BUBBLES = 1 << 8,
  TL_EXTRA_SEAWEED = 1 << 9,
  TL_EXTRA_FLOWERS = 1 << 10,
  TL_EXTRA_CACTI = 1 << 11,
  TL_EXTRA_BIRDS = 1 << 12,
  TL_EXTRA_CITY = 1 << 13, /* houses along the street */
  TL_EXTRA_BEACH = 1 << 14,
} TlExtras;

#define TL_N_EXTRAS 15

G_END_DECLS
