/* colours.c - the palette of the scenes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/colours.h"

#define N_WORDS 4

static const struct
{
  const char *words[N_WORDS];
  TlRgb rgb;
} palette[] = {
  [TL_COLOUR_RED] = { { "red", "red", "bright red", "crimson" }, { 0.88, 0.16, 0.15 } },
  [TL_COLOUR_ORANGE] = { { "orange", "orange", "orange", "bright orange" }, { 0.97, 0.55, 0.11 } },
  [TL_COLOUR_YELLOW] = { { "yellow", "yellow", "bright yellow", "golden" }, { 0.99, 0.84, 0.18 } },
  [TL_COLOUR_GREEN] = { { "green", "green", "green", "bright green" }, { 0.20, 0.66, 0.27 } },
  [TL_COLOUR_BLUE] = { { "blue", "blue", "blue", "bright blue" }, { 0.16, 0.40, 0.88 } },
  [TL_COLOUR_PURPLE] = { { "purple", "purple", "violet", "purple" }, { 0.55, 0.26, 0.75 } },
  [TL_COLOUR_PINK] = { { "pink", "pink", "pink", "rosy" }, { 0.98, 0.55, 0.72 } },
  [TL_COLOUR_BROWN] = { { "brown", "brown", "brown", "dark brown" }, { 0.54, 0.34, 0.18 } },
  [TL_COLOUR_BLACK] = { { "black", "black", "black", "dark" }, { 0.22, 0.22, 0.26 } },
  [TL_COLOUR_WHITE] = { { "white", "white", "white", "snow white" }, { 0.96, 0.96, 0.96 } },
  [TL_COLOUR_GREY] = { { "grey", "gray", "grey", "gray" }, { 0.60, 0.62, 0.66 } },
};

G_STATIC_ASSERT (G_N_ELEMENTS (palette) == TL_N_COLOURS);

TlRgb
tl_colour_get_rgb (TlColour colour)
{
  return palette[colour].rgb;
}

const char *
tl_colour_get_name (TlColour colour)
{
  return palette[colour].words[0];
}

const char *
tl_colour_get_word (TlColour colour, guint i)
{
  return palette[colour].words[i % N_WORDS];
}

TlRgb
tl_rgb_mix (TlRgb a, TlRgb b, gdouble t)
{
  return TL_RGB (a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t);
}

TlRgb
tl_rgb_lighten (TlRgb c, gdouble t)
{
  return tl_rgb_mix (c, TL_RGB (1, 1, 1), t);
}

gdouble
tl_rgb_get_luma (TlRgb c)
{
  return 0.30 * c.r + 0.59 * c.g + 0.11 * c.b;
}

TlRgb
tl_rgb_darken (TlRgb c, gdouble t)
{
  /* Nothing would be seen on black; there the shadow is the light. */
  if (tl_rgb_get_luma (c) < 0.28)
    return tl_rgb_mix (c, TL_RGB (0.52, 0.52, 0.60), t * 0.7);
  return tl_rgb_mix (c, TL_RGB (0.05, 0.03, 0.10), t);
}
