/* scene.c - a captioned picture before it is drawn: what is on it
 *
 * Choices are made in one order from one stream of numbers, style first; what the caller asked for
 * replaces the outcome of a choice, not the choice. Frequencies are those of the training set: what
 * is asked for often is met often.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/scene.h"

#include "core/base/random.h"
#include "core/scenes/layout.h"
#include "core/scenes/table.h"

#define N_TRIES 64

static const gdouble style_weights[TL_N_STYLES] = {
  [TL_STYLE_CARTOON] = 30, [TL_STYLE_FLAT] = 25, [TL_STYLE_LINE] = 8,  [TL_STYLE_WATERCOLOUR] = 10,
  [TL_STYLE_OIL] = 10,     [TL_STYLE_PIXEL] = 8, [TL_STYLE_CHALK] = 5, [TL_STYLE_BLUEPRINT] = 4,
};

static const gdouble background_weights[TL_N_BACKGROUNDS] = {
  [TL_BACKGROUND_MEADOW] = 18, [TL_BACKGROUND_SUNSET] = 7,     [TL_BACKGROUND_NIGHT] = 9,
  [TL_BACKGROUND_SEA] = 9,     [TL_BACKGROUND_UNDERWATER] = 7, [TL_BACKGROUND_DESERT] = 7,
  [TL_BACKGROUND_SNOW] = 7,    [TL_BACKGROUND_FOREST] = 7,     [TL_BACKGROUND_MOUNTAINS] = 6,
  [TL_BACKGROUND_STREET] = 7,  [TL_BACKGROUND_SPACE] = 6,      [TL_BACKGROUND_PLAIN] = 14,
};

static const gdouble relation_weights[TL_N_RELATIONS] = {
  [TL_RELATION_NONE] = 58,  [TL_RELATION_NEXT_TO] = 9, [TL_RELATION_DRIVING] = 11,
  [TL_RELATION_ON] = 5,     [TL_RELATION_UNDER] = 4,   [TL_RELATION_IN_FRONT] = 5,
  [TL_RELATION_BEHIND] = 4, [TL_RELATION_OVER] = 4,
};

/* How often each extra comes with each background. */
static const struct
{
  guint backgrounds; /* mask */
  TlExtras extra;
  gdouble p;
} habits[] = {
#define B(name) (1u << TL_BACKGROUND_##name)
  { B (MEADOW) | B (SEA) | B (DESERT) | B (MOUNTAINS) | B (STREET), TL_EXTRA_SUN, 0.38 },
  { B (SNOW), TL_EXTRA_SUN, 0.15 },
  { B (SUNSET), TL_EXTRA_SUN, 0.80 },
  { B (NIGHT), TL_EXTRA_MOON, 0.70 },
  { B (NIGHT) | B (SPACE), TL_EXTRA_STARS, 0.92 },
  { B (MEADOW), TL_EXTRA_CLOUDS, 0.60 },
  { B (SEA) | B (MOUNTAINS) | B (STREET) | B (SNOW), TL_EXTRA_CLOUDS, 0.42 },
  { B (SUNSET) | B (DESERT), TL_EXTRA_CLOUDS, 0.2 },
  { B (MOUNTAINS), TL_EXTRA_MOUNTAINS, 1.0 },
  { B (SUNSET) | B (SNOW) | B (SEA), TL_EXTRA_MOUNTAINS, 0.15 },
  { B (MEADOW) | B (STREET), TL_EXTRA_RAIN, 0.09 },
  { B (SNOW), TL_EXTRA_SNOWFALL, 0.45 },
  { B (SPACE), TL_EXTRA_PLANET, 0.55 },
  { B (UNDERWATER), TL_EXTRA_BUBBLES, 0.75 },
  { B (UNDERWATER), TL_EXTRA_SEAWEED, 0.60 },
  { B (MEADOW), TL_EXTRA_FLOWERS, 0.35 },
  { B (DESERT), TL_EXTRA_CACTI, 0.40 },
  { B (SEA) | B (SUNSET), TL_EXTRA_BIRDS, 0.25 },
  { B (STREET), TL_EXTRA_CITY, 0.65 },
#undef B
};

static guint
pick_weighted (TlRandom *random, const gdouble *weights, guint n)
{
  gdouble total = 0, u;

  for (guint i = 0; i < n; i++)
    total += weights[i];
  u = tl_random_uniform (random) * total;
  for (guint i = 0; i + 1 < n; i++)
    if ((u -= weights[i]) < 0)
      return i;
  return n - 1;
}

/* The outcome of a choice, unless the caller made it. */
static guint
or_asked (gint asked, guint outcome)
{
  return asked >= 0 ? (guint) asked : outcome;
}

static gdouble
weigh (TlObjectKind kind, TlBackground background)
{
  const TlObject *object = tl_object_get (kind);
  gdouble weight = (object->traits & TL_TRAIT_OFTEN) != 0 ? 2 : 1;

  if (object->homes & (1u << background))
    weight *= 3;
  if (background == TL_BACKGROUND_UNDERWATER)
    weight *= (object->traits & TL_TRAIT_SWIMS) != 0 ? 3
              : (object->traits & TL_TRAIT_SKY) != 0 ? 0
                                                     : 0.5;
  else if ((object->traits & TL_TRAIT_SWIMS) != 0 && background != TL_BACKGROUND_SEA
           && background != TL_BACKGROUND_PLAIN)
    weight *= 0.3;
  return weight;
}

static TlObjectKind
pick_object (TlRandom *random, TlBackground background)
{
  gdouble weights[TL_N_OBJECTS];

  for (guint i = 0; i < TL_N_OBJECTS; i++)
    weights[i] = weigh (i, background);
  return pick_weighted (random, weights, TL_N_OBJECTS);
}

/* Whether the colour is hard to see before the background. */
static gboolean
is_lost (const TlScene *scene, TlColour colour)
{
  switch (scene->background)
    {
    case TL_BACKGROUND_PLAIN:
      return colour == scene->backdrop;
    case TL_BACKGROUND_NIGHT:
    case TL_BACKGROUND_SPACE:
      return colour == TL_COLOUR_BLACK;
    case TL_BACKGROUND_SNOW:
      return colour == TL_COLOUR_WHITE && scene->style != TL_STYLE_CARTOON;
    default:
      return FALSE;
    }
}

static TlColour
pick_colour (const TlScene *scene, TlObjectKind kind, TlRandom *random)
{
  const TlObject *object = tl_object_get (kind);
  guint colour = 0;

  for (guint i = 0; i < N_TRIES; i++)
    {
      /* Both are drawn each time, so that the length of the stream does not depend on the object.
       */
      gboolean is_natural = tl_random_uniform (random) < 0.55;
      guint any = tl_random_below (random, TL_N_COLOURS);

      colour = is_natural && object->natural >= 0 ? (guint) object->natural : any;
      if ((object->colours & (1u << colour)) != 0 && !is_lost (scene, colour))
        return colour;
    }
  /* Nothing else is left: a white snowman on white. */
  return object->natural >= 0 ? (guint) object->natural : colour;
}

/* A pine is always green; the wall behind it then is not. */
static void
avoid_backdrop (TlScene *scene)
{
  static const TlColour others[] = { TL_COLOUR_WHITE, TL_COLOUR_BLUE, TL_COLOUR_YELLOW };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      gboolean is_met = FALSE;

      for (guint j = 0; j < scene->n_things; j++)
        is_met = is_met || scene->things[j].colour == scene->backdrop;
      if (!is_met)
        return;
      scene->backdrop = others[i];
    }
}

/* Without colours, only these tell a night or a desert from an empty page. */
static guint
get_telling_extras (TlBackground background)
{
  switch (background)
    {
    case TL_BACKGROUND_SUNSET:
      return TL_EXTRA_SUN | TL_EXTRA_BIRDS;
    case TL_BACKGROUND_NIGHT:
      return TL_EXTRA_STARS | TL_EXTRA_MOON;
    case TL_BACKGROUND_SPACE:
      return TL_EXTRA_STARS | TL_EXTRA_PLANET;
    case TL_BACKGROUND_UNDERWATER:
      return TL_EXTRA_BUBBLES | TL_EXTRA_SEAWEED;
    case TL_BACKGROUND_DESERT:
      return TL_EXTRA_CACTI;
    case TL_BACKGROUND_SNOW:
      return TL_EXTRA_SNOWFALL;
    default:
      return 0;
    }
}

static guint
pick_extras (const TlScene *scene, TlRandom *random)
{
  guint extras = 0;

  for (guint i = 0; i < G_N_ELEMENTS (habits); i++)
    {
      gboolean is_met = tl_random_uniform (random) < habits[i].p;

      if (is_met && (habits[i].backgrounds & (1u << scene->background)) != 0)
        extras |= habits[i].extra;
    }
  if (!tl_scene_has_colours (scene))
    extras |= get_telling_extras (scene->background);
  if ((extras & TL_EXTRA_RAIN) != 0)
    extras &= ~TL_EXTRA_SUN;
  return extras;
}

/* One sun is enough: what a thing is already is no extra. */
static guint
remove_doubles (const TlScene *scene, guint extras)
{
  for (guint i = 0; i < scene->n_things; i++)
    switch (scene->things[i].kind)
      {
      case TL_OBJECT_SUN:
        extras &= ~(TL_EXTRA_SUN | TL_EXTRA_MOON);
        break;
      case TL_OBJECT_MOON:
        extras &= ~(TL_EXTRA_SUN | TL_EXTRA_MOON | TL_EXTRA_PLANET);
        break;
      case TL_OBJECT_PLANET:
        extras &= ~(TL_EXTRA_PLANET | TL_EXTRA_MOON);
        break;
      case TL_OBJECT_CLOUD:
        extras &= ~TL_EXTRA_CLOUDS;
        break;
      case TL_OBJECT_CACTUS:
        extras &= ~TL_EXTRA_CACTI;
        break;
      case TL_OBJECT_FLOWER:
        extras &= ~TL_EXTRA_FLOWERS;
        break;
      case TL_OBJECT_BIRD:
        extras &= ~TL_EXTRA_BIRDS;
        break;
      default:
        break;
      }
  return extras;
}

static gboolean
needs_beach (const TlScene *scene)
{
  if (scene->background != TL_BACKGROUND_SEA)
    return FALSE;
  for (guint i = 0; i < scene->n_things; i++)
    {
      const TlObject *object = tl_object_get (scene->things[i].kind);
      guint at_sea = TL_TRAIT_FLOATS | TL_TRAIT_SWIMS | TL_TRAIT_FLIES;

      /* Who sits in a boat needs none, nor does what hangs in the sky, however low. */
      if ((scene->relation == TL_RELATION_DRIVING && i == 0)
          || (object->traits & TL_TRAIT_SKY) != 0)
        continue;
      if ((object->traits & at_sea) == 0 || scene->things[i].y > 0.88)
        return TRUE;
    }
  return FALSE;
}

/* Without a ground nothing stands behind or under anything. */
static gboolean
suits (TlRelation relation, TlBackground background)
{
  guint floating = 1u << TL_RELATION_NONE | 1u << TL_RELATION_NEXT_TO | 1u << TL_RELATION_DRIVING;

  return background != TL_BACKGROUND_SPACE || (floating & (1u << relation)) != 0;
}

static gint
asked_relation (const TlSceneParts *parts)
{
  if (parts->relation < 0 && parts->second >= 0)
    return TL_RELATION_NEXT_TO;
  return parts->relation;
}

/* Pairs are drawn until they can stand in the relation; a free one falls back to what always can.
 */
static void
pick_things (TlScene *scene, const TlSceneParts *parts, TlRandom *random)
{
  gboolean is_asked = asked_relation (parts) >= 0;
  guint outcome = pick_weighted (random, relation_weights, TL_N_RELATIONS);
  gboolean is_empty =
    tl_random_uniform (random) < 0.045 && scene->background != TL_BACKGROUND_PLAIN;

  scene->relation = or_asked (asked_relation (parts), outcome);
  if (!is_asked && !suits (scene->relation, scene->background))
    scene->relation = TL_RELATION_NEXT_TO;
  if (parts->object < 0 && !is_asked && is_empty)
    {
      scene->relation = TL_RELATION_NONE;
      return;
    }

  scene->n_things = scene->relation == TL_RELATION_NONE ? 1 : 2;
  for (guint i = 0; i < N_TRIES * 4; i++)
    {
      scene->things[0].kind = or_asked (parts->object, pick_object (random, scene->background));
      scene->things[1].kind = or_asked (parts->second, pick_object (random, scene->background));
      if (tl_relation_allows (scene->relation, scene->things[0].kind, scene->things[1].kind))
        return;
    }
  scene->relation = is_asked ? TL_RELATION_NEXT_TO : TL_RELATION_NONE;
  scene->n_things = is_asked ? 2 : 1;
}

TlScene *
tl_scene_new_from (const TlSceneParts *parts, guint64 seed, guint64 index)
{
  TlScene *self = g_new0 (TlScene, 1);
  TlRandom random;

  self->seed = seed;
  self->index = index;
  tl_random_init (&random, seed, index, TL_PURPOSE_SCENE, 0);
  self->style = or_asked (parts->style, pick_weighted (&random, style_weights, TL_N_STYLES));
  self->background =
    or_asked (parts->background, pick_weighted (&random, background_weights, TL_N_BACKGROUNDS));
  self->backdrop = or_asked (parts->backdrop, tl_random_below (&random, TL_N_COLOURS));
  self->horizon = tl_random_range (&random, 0.52, 0.70);
  /* A sunset without colours is no sunset; and what has no ground is no place for a line. */
  if (!tl_scene_has_colours (self) && self->background == TL_BACKGROUND_SUNSET
      && parts->background < 0)
    self->background = TL_BACKGROUND_MEADOW;

  pick_things (self, parts, &random);
  self->things[0].colour =
    or_asked (parts->colour, pick_colour (self, self->things[0].kind, &random));
  self->things[1].colour =
    or_asked (parts->second_colour, pick_colour (self, self->things[1].kind, &random));
  if (parts->backdrop < 0)
    avoid_backdrop (self);
  self->extras = remove_doubles (self, pick_extras (self, &random));
  tl_layout_place (self, &random);
  if (needs_beach (self))
    self->extras |= TL_EXTRA_BEACH;
  return self;
}

TlScene *
tl_scene_new (guint64 seed, guint64 index)
{
  const TlSceneParts anything = TL_SCENE_PARTS_INIT;

  return tl_scene_new_from (&anything, seed, index);
}

void
tl_scene_free (TlScene *self)
{
  g_free (self);
}

gboolean
tl_scene_has_colours (const TlScene *self)
{
  return self->style != TL_STYLE_LINE && self->style != TL_STYLE_BLUEPRINT;
}

gboolean
tl_scene_has_backdrop (const TlScene *self)
{
  return tl_scene_has_colours (self) && self->style != TL_STYLE_CHALK;
}
