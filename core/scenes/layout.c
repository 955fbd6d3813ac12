/* layout.c - where the things of a scene stand
 *
 * Each relation has an arrangement of its own, in which the first thing is where the word says:
 * captions are only true because of this file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/layout.h"

#include "core/scenes/table.h"

#define MARGIN 0.02
#define AT_SEA (TL_TRAIT_FLOATS | TL_TRAIT_SWIMS)

static gboolean
has_traits (const TlThing *thing, guint traits)
{
  return (tl_object_get (thing->kind)->traits & traits) != 0;
}

static gdouble
get_size (const TlThing *thing)
{
  return tl_object_get (thing->kind)->size;
}

static gdouble
pick (TlRandom *random, gdouble low, gdouble high)
{
  return high > low ? tl_random_range (random, low, high) : low;
}

static gboolean
has_ground (const TlScene *scene)
{
  return scene->background != TL_BACKGROUND_SPACE && scene->background != TL_BACKGROUND_PLAIN;
}

/* Where feet stand; on the sea only what floats is out there, all others are on the beach. */
static gdouble
pick_ground (const TlScene *scene, const TlThing *thing, TlRandom *random)
{
  if (scene->background == TL_BACKGROUND_SEA && has_traits (thing, AT_SEA))
    return pick (random, scene->horizon + 0.10, 0.80);
  if (scene->background == TL_BACKGROUND_SEA)
    return pick (random, 0.90, 0.95);
  if (scene->background == TL_BACKGROUND_UNDERWATER)
    return pick (random, 0.90, 0.96);
  if (scene->background == TL_BACKGROUND_STREET)
    return pick (random, MAX (scene->horizon + 0.12, 0.84), 0.94);
  return pick (random, MAX (scene->horizon + 0.08, 0.76), 0.95);
}

/* Wherever else the arrangement has it. */
static void
keep_on_beach (const TlScene *scene, TlThing *thing)
{
  if (scene->background == TL_BACKGROUND_SEA && !has_traits (thing, AT_SEA))
    thing->y = MAX (thing->y, 0.87);
}

static void
keep_inside (TlThing *thing)
{
  gdouble half = tl_object_get (thing->kind)->half_width * thing->k;

  thing->x = CLAMP (thing->x, half + MARGIN, 1 - half - MARGIN);
  thing->y = CLAMP (thing->y, 2 * thing->k + MARGIN, 1 - MARGIN);
}

static gdouble
pick_single_size (const TlThing *thing, TlRandom *random)
{
  gdouble u = tl_random_uniform (random);

  if (u < 0.12)
    return pick (random, 0.15, 0.21);
  if (u < 0.42)
    return pick (random, 0.22, 0.31);
  return pick (random, 0.31, 0.43);
}

static void
place_one (TlScene *scene, TlThing *thing, TlRandom *random)
{
  gboolean is_aloft;

  thing->k = pick_single_size (thing, random);
  /* Six bands need room. */
  if (thing->kind == TL_OBJECT_RAINBOW)
    thing->k = MAX (thing->k, 0.30);
  thing->x = pick (random, 0.25, 0.75);
  is_aloft = has_traits (thing, TL_TRAIT_SKY)
             || (has_traits (thing, TL_TRAIT_FLIES)
                 && (thing->kind != TL_OBJECT_BIRD || tl_random_uniform (random) < 0.5));
  if (thing->kind == TL_OBJECT_BIRD)
    thing->is_lively = is_aloft && scene->background != TL_BACKGROUND_UNDERWATER;
  if (!has_ground (scene))
    thing->y = 0.5 + thing->k + pick (random, -0.10, 0.12);
  else if (scene->background == TL_BACKGROUND_UNDERWATER
           && has_traits (thing, TL_TRAIT_SWIMS | TL_TRAIT_FLIES | TL_TRAIT_SKY))
    thing->y = pick (random, 2 * thing->k + 0.06, 0.88);
  else if (is_aloft)
    thing->y = pick (random, 2 * thing->k + 0.03, MAX (scene->horizon + 0.02, 2 * thing->k + 0.06));
  else
    thing->y = pick_ground (scene, thing, random);
  keep_inside (thing);
}

static void
place_side_by_side (TlScene *scene, TlThing *a, TlThing *b, TlRandom *random)
{
  gdouble k = pick (random, 0.19, 0.26);
  gdouble x = pick (random, 0.24, 0.28);
  gboolean swap = tl_random_uniform (random) < 0.5;

  a->k = MIN (k * CLAMP (get_size (a), 0.75, 1.2), 0.25 / tl_object_get (a->kind)->half_width);
  b->k = MIN (k * CLAMP (get_size (b), 0.75, 1.2), 0.25 / tl_object_get (b->kind)->half_width);
  a->x = swap ? 1 - x : x;
  b->x = swap ? x : 1 - x;
  if (!has_ground (scene))
    {
      a->y = 0.5 + a->k + pick (random, -0.06, 0.08);
      b->y = 0.5 + b->k + pick (random, -0.06, 0.08);
      return;
    }

  a->y = pick_ground (scene, a, random);
  /* Only one of them may be out at sea. */
  b->y = has_traits (a, AT_SEA) == has_traits (b, AT_SEA) ? a->y + pick (random, -0.02, 0.02)
                                                          : pick_ground (scene, b, random);
  for (guint i = 0; i < 2; i++)
    if (has_traits (&scene->things[i], TL_TRAIT_SKY))
      scene->things[i].y = pick (random, 2 * scene->things[i].k + 0.04, scene->horizon);
}

static void
place_driving (TlScene *scene, TlThing *vehicle, TlRandom *random)
{
  vehicle->k = pick (random, 0.32, 0.44);
  /* Who rides it is higher than the bicycle. */
  if (vehicle->kind == TL_OBJECT_BICYCLE)
    vehicle->k *= 0.9;
  vehicle->x = pick (random, 0.40, 0.60);
  if (!has_ground (scene))
    vehicle->y = 0.5 + vehicle->k + pick (random, -0.04, 0.08);
  else if (has_traits (vehicle, TL_TRAIT_FLIES))
    vehicle->y =
      pick (random, 2 * vehicle->k + 0.03, MAX (scene->horizon + 0.08, 2 * vehicle->k + 0.06));
  else
    vehicle->y = pick_ground (scene, vehicle, random);
  keep_inside (vehicle);
}

static void
place_on (TlScene *scene, TlThing *a, TlThing *b, TlRandom *random)
{
  const TlObject *below = tl_object_get (b->kind);
  gdouble top, side, share;

  b->k = pick (random, 0.23, 0.30);
  b->y = pick_ground (scene, b, random);
  b->y = MAX (b->y, 0.90);
  if (!has_ground (scene))
    b->y = pick (random, 0.90, 0.95);
  b->x = pick (random, 0.40, 0.60);
  keep_inside (b);

  side = b->is_flipped ? -1 : 1;
  top = b->y - b->k + below->top_y * b->k;
  share = pick (random, 0.55, 0.70);
  a->k = MIN (b->k * share, (top - 0.03) / 2);
  a->x = b->x + side * below->top_x * b->k;
  a->y = top + 0.05 * a->k;
  a->is_lively = FALSE;
}

static void
place_under (TlScene *scene, TlThing *a, TlThing *b, TlRandom *random)
{
  gboolean is_high = has_traits (b, TL_TRAIT_SKY | TL_TRAIT_FLIES);

  b->x = pick (random, 0.38, 0.62);
  if (is_high)
    {
      b->k = b->kind == TL_OBJECT_RAINBOW ? pick (random, 0.36, 0.42) : pick (random, 0.17, 0.22);
      b->y = b->kind == TL_OBJECT_RAINBOW ? 0.80 : pick (random, 2 * b->k + 0.03, 2 * b->k + 0.06);
      a->k = pick (random, 0.19, 0.24) * CLAMP (get_size (a), 0.8, 1.1);
    }
  else
    {
      b->k = pick (random, 0.40, 0.44);
      b->y = pick (random, 0.90, 0.93);
      a->k = pick (random, 0.15, 0.18);
    }
  keep_inside (b);

  a->x = b->x + pick (random, -0.07, 0.07);
  a->y = pick (random, 0.91, 0.96);
  if (is_high && b->kind != TL_OBJECT_RAINBOW)
    a->k = MIN (a->k, (a->y - b->y - 0.01) / 2);
  a->is_lively = FALSE;
}

static void
place_in_front (TlScene *scene, TlThing *a, TlThing *b, TlRandom *random)
{
  gdouble side = tl_random_uniform (random) < 0.5 ? -1 : 1;

  b->k = pick (random, 0.33, 0.40);
  b->x = 0.5 - side * pick (random, 0.05, 0.11);
  b->y =
    has_ground (scene) ? pick (random, MAX (scene->horizon + 0.06, 2 * b->k + 0.03), 0.88) : 0.86;
  keep_on_beach (scene, b);
  keep_inside (b);

  a->k = pick (random, 0.17, 0.22) * CLAMP (get_size (a), 0.8, 1.0);
  a->x = 0.5 + side * pick (random, 0.10, 0.22);
  a->y = pick (random, 0.92, 0.97);
  a->is_lively = FALSE;
  keep_inside (a);
}

static void
place_behind (TlScene *scene, TlThing *a, TlThing *b, TlRandom *random)
{
  gdouble side = tl_random_uniform (random) < 0.5 ? -1 : 1;

  b->k = pick (random, 0.19, 0.24) * CLAMP (get_size (b), 0.85, 1.1);
  b->x = 0.5 + side * pick (random, 0.10, 0.16);
  b->y = pick (random, 0.92, 0.96);
  b->is_lively = FALSE;
  keep_inside (b);

  a->k = pick (random, 0.28, 0.34);
  a->k = MIN (a->k, 0.42 / tl_object_get (a->kind)->half_width);
  a->x = 0.5 - side * pick (random, 0.08, 0.12);
  a->y = b->y - pick (random, 0.07, 0.11);
  keep_on_beach (scene, a);
  a->is_lively = FALSE;
  keep_inside (a);
}

static void
place_over (TlScene *scene, TlThing *a, TlThing *b, TlRandom *random)
{
  b->k = pick (random, 0.20, 0.26) * CLAMP (get_size (b), 0.8, 1.15);
  b->x = pick (random, 0.34, 0.66);
  b->y = has_ground (scene) ? pick_ground (scene, b, random) : 0.92;
  b->y = MAX (b->y, 0.86);
  keep_inside (b);

  a->k = pick (random, 0.15, 0.20);
  a->x = b->x + pick (random, -0.12, 0.12);
  a->y = pick (random, 2 * a->k + 0.03, MAX (2 * a->k + 0.05, b->y - 2 * b->k - 0.02));
  a->is_lively = TRUE;
  keep_inside (a);
}

void
tl_layout_place (TlScene *scene, TlRandom *random)
{
  TlThing *a = &scene->things[0], *b = &scene->things[1];

  for (guint i = 0; i < scene->n_things; i++)
    {
      scene->things[i].is_flipped =
        !has_traits (&scene->things[i], TL_TRAIT_STEADY) && tl_random_uniform (random) < 0.5;
      scene->things[i].is_lively = tl_random_uniform (random) < 0.5;
    }
  if (scene->n_things == 0)
    return;

  switch (scene->relation)
    {
    case TL_RELATION_NEXT_TO:
      place_side_by_side (scene, a, b, random);
      break;
    case TL_RELATION_DRIVING:
      place_driving (scene, b, random);
      *a = (TlThing){ a->kind, a->colour, b->x, b->y, b->k * 0.4, b->is_flipped, FALSE };
      break;
    case TL_RELATION_ON:
      place_on (scene, a, b, random);
      break;
    case TL_RELATION_UNDER:
      place_under (scene, a, b, random);
      break;
    case TL_RELATION_IN_FRONT:
      place_in_front (scene, a, b, random);
      break;
    case TL_RELATION_BEHIND:
      place_behind (scene, a, b, random);
      break;
    case TL_RELATION_OVER:
      place_over (scene, a, b, random);
      break;
    default:
      place_one (scene, a, random);
      break;
    }
}

gdouble
tl_layout_get_cover (const TlScene *scene, gdouble left, gdouble right, gdouble top, gdouble bottom)
{
  gdouble cover = 0;

  for (guint i = 0; i < scene->n_things; i++)
    {
      const TlThing *thing = &scene->things[i];
      gdouble half = tl_object_get (thing->kind)->half_width * thing->k;
      gdouble w = MIN (thing->x + half, right) - MAX (thing->x - half, left);
      gdouble h = MIN (thing->y, bottom) - MAX (thing->y - 2 * thing->k, top);

      cover += MAX (w, 0) * MAX (h, 0);
    }
  return cover / ((right - left) * (bottom - top));
}
