/* objects.h - the drawings of the objects, one function each
 *
 * Each draws into its box, -1 ... 1 with y downwards, facing right, feet at y = 1. They are called
 * through the table of objects (table.h) on the thread that draws.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/pen.h"

G_BEGIN_DECLS

typedef struct _TlLook TlLook;

typedef void (*TlDraw) (TlPen *pen, const TlLook *look);

struct _TlLook
{
  TlRgb colour;
  TlDraw rider_head; /* (nullable): whose head looks out of a vehicle */
  TlRgb rider_colour;
  gboolean is_lively; /* flying, not standing; smoking; lit */
};

/* Head and shoulders of who drives, shoulders at y + k; does nothing where nobody does. */
void tl_draw_rider (TlPen *pen, const TlLook *look, gdouble x, gdouble y, gdouble k);

/* vehicles.c */
void tl_draw_tractor (TlPen *pen, const TlLook *look);
void tl_draw_car (TlPen *pen, const TlLook *look);
void tl_draw_bus (TlPen *pen, const TlLook *look);
void tl_draw_truck (TlPen *pen, const TlLook *look);
void tl_draw_train (TlPen *pen, const TlLook *look);
void tl_draw_bicycle (TlPen *pen, const TlLook *look);

/* craft.c */
void tl_draw_boat (TlPen *pen, const TlLook *look);
void tl_draw_airplane (TlPen *pen, const TlLook *look);
void tl_draw_rocket (TlPen *pen, const TlLook *look);
void tl_draw_balloon (TlPen *pen, const TlLook *look);
void tl_draw_ufo (TlPen *pen, const TlLook *look);

/* heads.c: seen from the front, around the origin */
void tl_draw_raccoon_head (TlPen *pen, const TlLook *look);
void tl_draw_cat_head (TlPen *pen, const TlLook *look);
void tl_draw_dog_head (TlPen *pen, const TlLook *look);
void tl_draw_rabbit_head (TlPen *pen, const TlLook *look);
void tl_draw_fox_head (TlPen *pen, const TlLook *look);
void tl_draw_bear_head (TlPen *pen, const TlLook *look);
void tl_draw_pig_head (TlPen *pen, const TlLook *look);
void tl_draw_lion_head (TlPen *pen, const TlLook *look);
void tl_draw_frog_head (TlPen *pen, const TlLook *look);
void tl_draw_penguin_head (TlPen *pen, const TlLook *look);
void tl_draw_owl_head (TlPen *pen, const TlLook *look);
void tl_draw_elephant_head (TlPen *pen, const TlLook *look);

/* animals.c */
void tl_draw_raccoon (TlPen *pen, const TlLook *look);
void tl_draw_cat (TlPen *pen, const TlLook *look);
void tl_draw_dog (TlPen *pen, const TlLook *look);
void tl_draw_rabbit (TlPen *pen, const TlLook *look);
void tl_draw_fox (TlPen *pen, const TlLook *look);
void tl_draw_bear (TlPen *pen, const TlLook *look);
void tl_draw_pig (TlPen *pen, const TlLook *look);
void tl_draw_lion (TlPen *pen, const TlLook *look);
void tl_draw_frog (TlPen *pen, const TlLook *look);
void tl_draw_penguin (TlPen *pen, const TlLook *look);
void tl_draw_owl (TlPen *pen, const TlLook *look);
void tl_draw_elephant (TlPen *pen, const TlLook *look);

/* creatures.c */
void tl_draw_bird (TlPen *pen, const TlLook *look);
void tl_draw_duck (TlPen *pen, const TlLook *look);
void tl_draw_fish (TlPen *pen, const TlLook *look);
void tl_draw_whale (TlPen *pen, const TlLook *look);
void tl_draw_turtle (TlPen *pen, const TlLook *look);
void tl_draw_octopus (TlPen *pen, const TlLook *look);
void tl_draw_butterfly (TlPen *pen, const TlLook *look);
void tl_draw_snail (TlPen *pen, const TlLook *look);

/* plants.c */
void tl_draw_tree (TlPen *pen, const TlLook *look);
void tl_draw_pine (TlPen *pen, const TlLook *look);
void tl_draw_palm (TlPen *pen, const TlLook *look);
void tl_draw_flower (TlPen *pen, const TlLook *look);
void tl_draw_cactus (TlPen *pen, const TlLook *look);
void tl_draw_mushroom (TlPen *pen, const TlLook *look);
void tl_draw_apple (TlPen *pen, const TlLook *look);
void tl_draw_pumpkin (TlPen *pen, const TlLook *look);

/* buildings.c */
void tl_draw_house (TlPen *pen, const TlLook *look);
void tl_draw_castle (TlPen *pen, const TlLook *look);
void tl_draw_lighthouse (TlPen *pen, const TlLook *look);
void tl_draw_windmill (TlPen *pen, const TlLook *look);
void tl_draw_tent (TlPen *pen, const TlLook *look);

/* figures.c */
void tl_draw_robot_head (TlPen *pen, const TlLook *look);
void tl_draw_snowman_head (TlPen *pen, const TlLook *look);
void tl_draw_astronaut_head (TlPen *pen, const TlLook *look);
void tl_draw_robot (TlPen *pen, const TlLook *look);
void tl_draw_snowman (TlPen *pen, const TlLook *look);
void tl_draw_ghost (TlPen *pen, const TlLook *look);
void tl_draw_astronaut (TlPen *pen, const TlLook *look);

/* sky.c */
void tl_draw_sun (TlPen *pen, const TlLook *look);
void tl_draw_moon (TlPen *pen, const TlLook *look);
void tl_draw_cloud (TlPen *pen, const TlLook *look);
void tl_draw_star (TlPen *pen, const TlLook *look);
void tl_draw_rainbow (TlPen *pen, const TlLook *look);
void tl_draw_planet (TlPen *pen, const TlLook *look);
void tl_draw_umbrella (TlPen *pen, const TlLook *look);
void tl_draw_cup (TlPen *pen, const TlLook *look);

G_END_DECLS
