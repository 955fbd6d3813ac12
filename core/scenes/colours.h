/* colours.h - the palette of the scenes
 *
 * Plain values; any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/kinds.h"

G_BEGIN_DECLS

/* 0 ... 1 each */
typedef struct
{
  gdouble r, g, b;
} TlRgb;

#define TL_RGB(red, green, blue) ((TlRgb){ red, green, blue })

/* Colours of things that are what they are, whatever colour was asked for. */
#define TL_RGB_COAL TL_RGB (0.13, 0.12, 0.15)
#define TL_RGB_CHALK TL_RGB (0.98, 0.98, 0.97)
#define TL_RGB_GLASS TL_RGB (0.72, 0.90, 0.97)
#define TL_RGB_WOOD TL_RGB (0.55, 0.35, 0.18)
#define TL_RGB_LEAF TL_RGB (0.24, 0.60, 0.25)
#define TL_RGB_LAMP TL_RGB (1.00, 0.90, 0.45)
#define TL_RGB_STEEL TL_RGB (0.70, 0.72, 0.75)
#define TL_RGB_ROSE TL_RGB (0.97, 0.62, 0.66)
#define TL_RGB_BEAK TL_RGB (0.98, 0.62, 0.13)
#define TL_RGB_STONE TL_RGB (0.62, 0.61, 0.62)

TlRgb tl_colour_get_rgb (TlColour colour);

/* "red" */
const char *tl_colour_get_name (TlColour colour);

/* The @i-th other word for it, modulo their number: "crimson"; most are the name itself. */
const char *tl_colour_get_word (TlColour colour, guint i);

/* @t = 0: @a, 1: @b */
TlRgb tl_rgb_mix (TlRgb a, TlRgb b, gdouble t);
/* A shade of @c that is seen on it: of black, a lighter one. */
TlRgb tl_rgb_darken (TlRgb c, gdouble t);
TlRgb tl_rgb_lighten (TlRgb c, gdouble t);
gdouble tl_rgb_get_luma (TlRgb c);

G_END_DECLS
