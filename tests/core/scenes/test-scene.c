/* test-scene.c - what scenes are made of, and how often
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/scene.h"

#include "core/scenes/table.h"

#include <string.h>

#define N_SCENES 20000

static void
same_counter_same_scene (void)
{
  for (guint64 i = 0; i < 200; i++)
    {
      g_autoptr (TlScene) a = tl_scene_new (7, i);
      g_autoptr (TlScene) b = tl_scene_new (7, i);
      g_autoptr (TlScene) other_seed = tl_scene_new (8, i);
      g_autoptr (TlScene) next = tl_scene_new (7, i + 1);

      g_assert_cmpmem (a, sizeof *a, b, sizeof *b);
      g_assert_cmpfloat (a->horizon, !=, other_seed->horizon);
      g_assert_cmpfloat (a->horizon, !=, next->horizon);
    }
}

typedef struct
{
  guint objects[TL_N_OBJECTS], backgrounds[TL_N_BACKGROUNDS], styles[TL_N_STYLES];
  guint relations[TL_N_RELATIONS], backdrops[TL_N_COLOURS], colours[TL_N_COLOURS];
  guint extras[TL_N_EXTRAS], n_things[3];
  guint coloured[TL_N_OBJECTS][TL_N_COLOURS];
} Census;

static void
count (Census *census, guint n_scenes)
{
  for (guint i = 0; i < n_scenes; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (1, i);

      census->backgrounds[scene->background]++;
      census->styles[scene->style]++;
      census->relations[scene->relation]++;
      census->n_things[scene->n_things]++;
      if (scene->background == TL_BACKGROUND_PLAIN)
        census->backdrops[scene->backdrop]++;
      for (guint j = 0; j < scene->n_things; j++)
        {
          census->objects[scene->things[j].kind]++;
          census->colours[scene->things[j].colour]++;
          census->coloured[scene->things[j].kind][scene->things[j].colour]++;
        }
      for (guint j = 0; j < TL_N_EXTRAS; j++)
        census->extras[j] += (scene->extras >> j) & 1;
    }
}

static void
assert_between (const guint *counts, guint n, guint least, guint most)
{
  for (guint i = 0; i < n; i++)
    {
      g_test_message ("%u: %u", i, counts[i]);
      g_assert_cmpuint (counts[i], >=, least);
      g_assert_cmpuint (counts[i], <=, most);
    }
}

/* Everything is met often enough to be learnt, and nothing crowds out the rest. */
static void
everything_is_met (void)
{
  g_autofree Census *census = g_new0 (Census, 1);

  count (census, N_SCENES);
  assert_between (census->objects, TL_N_OBJECTS, N_SCENES / 200, N_SCENES / 12);
  assert_between (census->backgrounds, TL_N_BACKGROUNDS, N_SCENES / 25, N_SCENES / 4);
  assert_between (census->styles, TL_N_STYLES, N_SCENES / 40, N_SCENES / 3);
  assert_between (census->relations + 1, TL_N_RELATIONS - 1, N_SCENES / 60, N_SCENES / 5);
  assert_between (census->backdrops, TL_N_COLOURS, N_SCENES / 200, N_SCENES / 25);
  assert_between (census->colours, TL_N_COLOURS, N_SCENES / 40, N_SCENES / 2);
  assert_between (census->extras, TL_N_EXTRAS, N_SCENES / 150, N_SCENES / 2);
  g_assert_cmpuint (census->n_things[0], >, N_SCENES / 60);
  g_assert_cmpuint (census->n_things[0], <, N_SCENES / 15);
  g_assert_cmpuint (census->n_things[1], >, census->n_things[2]);
}

/* The fallback of white snowmen on white apart, colours are those of the table, and each of them
 * comes. */
static void
colours_are_the_objects (void)
{
  g_autofree Census *census = g_new0 (Census, 1);

  count (census, N_SCENES);
  for (guint i = 0; i < TL_N_OBJECTS; i++)
    for (guint j = 0; j < TL_N_COLOURS; j++)
      {
        const TlObject *object = tl_object_get (i);
        gboolean may = (object->colours & (1u << j)) != 0;

        if (!may)
          g_assert_cmpuint (census->coloured[i][j], ==, 0);
        else
          g_assert_cmpuint (census->coloured[i][j], >, 0);
      }
}

static void
assert_inside (const TlScene *scene)
{
  for (guint i = 0; i < scene->n_things; i++)
    {
      const TlThing *thing = &scene->things[i];

      g_assert_cmpfloat (thing->k, >, 0.05);
      g_assert_cmpfloat (thing->k, <, 0.5);
      g_assert_cmpfloat (thing->x, >, thing->k * 0.5);
      g_assert_cmpfloat (thing->x, <, 1 - thing->k * 0.5);
      g_assert_cmpfloat (thing->y, <=, 1);
      g_assert_cmpfloat (thing->y - 2 * thing->k, >, -0.05);
    }
}

static void
assert_related (const TlScene *scene)
{
  const TlThing *a = &scene->things[0], *b = &scene->things[1];

  g_assert_true (tl_relation_allows (scene->relation, a->kind, b->kind));
  switch (scene->relation)
    {
    case TL_RELATION_NEXT_TO:
      g_assert_cmpfloat (ABS (a->x - b->x), >, 0.4);
      break;
    case TL_RELATION_ON:
      g_assert_cmpfloat (a->y, <, b->y - b->k);
      g_assert_cmpfloat (b->y, >=, 0.90);
      break;
    case TL_RELATION_UNDER:
      g_assert_cmpfloat (a->y - a->k, >, b->y - b->k);
      break;
    case TL_RELATION_IN_FRONT:
      g_assert_cmpfloat (a->y, >, b->y);
      g_assert_cmpfloat (a->k, <, b->k);
      break;
    case TL_RELATION_BEHIND:
      g_assert_cmpfloat (a->y, <, b->y);
      break;
    case TL_RELATION_OVER:
      g_assert_cmpfloat (a->y - a->k, <, b->y - b->k);
      g_assert_cmpfloat (b->y, >=, 0.86);
      break;
    default:
      break;
    }
}

static void
places_fit_the_relation (void)
{
  for (guint i = 0; i < N_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (2, i);

      assert_inside (scene);
      if (scene->n_things == 2)
        assert_related (scene);
      else
        g_assert_cmpint (scene->relation, ==, TL_RELATION_NONE);
    }
}

static gboolean
has_traits (const TlThing *thing, guint traits)
{
  return (tl_object_get (thing->kind)->traits & traits) != 0;
}

/* Fish swim and trucks stand on the beach, whatever is beside, before or behind them. */
static void
nothing_stands_in_the_sea (void)
{
  static const TlRelation relations[] = { TL_RELATION_NEXT_TO, TL_RELATION_IN_FRONT,
                                          TL_RELATION_BEHIND };

  for (guint i = 0; i < N_SCENES; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;

      parts.background = TL_BACKGROUND_SEA;
      parts.relation = relations[i % G_N_ELEMENTS (relations)];
      scene = tl_scene_new_from (&parts, 2, i);
      for (guint j = 0; j < scene->n_things; j++)
        {
          const TlThing *thing = &scene->things[j];
          gboolean swims = has_traits (thing, TL_TRAIT_FLOATS | TL_TRAIT_SWIMS);

          if (swims && scene->relation == TL_RELATION_NEXT_TO)
            g_assert_cmpfloat (thing->y, <, 0.83);
          else if (!swims && !has_traits (thing, TL_TRAIT_SKY))
            g_assert_cmpfloat (thing->y, >, 0.85);
        }
    }
}

/* The sun sets into the sea, not on the sand. */
static void
heavens_need_no_beach (void)
{
  for (guint i = 0; i < 20 * TL_N_OBJECTS; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;

      parts.background = TL_BACKGROUND_SEA;
      parts.object = (gint) (i % TL_N_OBJECTS);
      parts.relation = TL_RELATION_NONE;
      scene = tl_scene_new_from (&parts, 2, i);
      if (has_traits (&scene->things[0], TL_TRAIT_SKY))
        g_assert_cmphex (scene->extras & TL_EXTRA_BEACH, ==, 0);
    }
}

static void
parts_are_kept (void)
{
  const TlSceneParts parts = {
    .object = TL_OBJECT_RACCOON,
    .colour = TL_COLOUR_BLUE,
    .relation = TL_RELATION_DRIVING,
    .second = TL_OBJECT_TRACTOR,
    .second_colour = TL_COLOUR_RED,
    .background = TL_BACKGROUND_PLAIN,
    .backdrop = TL_COLOUR_RED,
    .style = TL_STYLE_OIL,
  };

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new_from (&parts, 3, i);

      g_assert_cmpuint (scene->n_things, ==, 2);
      g_assert_cmpint (scene->things[0].kind, ==, TL_OBJECT_RACCOON);
      g_assert_cmpint (scene->things[0].colour, ==, TL_COLOUR_BLUE);
      g_assert_cmpint (scene->relation, ==, TL_RELATION_DRIVING);
      g_assert_cmpint (scene->things[1].kind, ==, TL_OBJECT_TRACTOR);
      g_assert_cmpint (scene->things[1].colour, ==, TL_COLOUR_RED);
      g_assert_cmpint (scene->background, ==, TL_BACKGROUND_PLAIN);
      g_assert_cmpint (scene->backdrop, ==, TL_COLOUR_RED);
      g_assert_cmpint (scene->style, ==, TL_STYLE_OIL);
    }
}

/* A sun does not drive; what is asked for is there all the same. */
static void
impossible_relations_become_beside (void)
{
  TlSceneParts parts = TL_SCENE_PARTS_INIT;
  g_autoptr (TlScene) scene = NULL, beside = NULL;

  parts.object = TL_OBJECT_SUN;
  parts.second = TL_OBJECT_TRACTOR;
  parts.relation = TL_RELATION_DRIVING;
  scene = tl_scene_new_from (&parts, 0, 0);
  g_assert_cmpint (scene->relation, ==, TL_RELATION_NEXT_TO);
  g_assert_cmpint (scene->things[0].kind, ==, TL_OBJECT_SUN);
  g_assert_cmpint (scene->things[1].kind, ==, TL_OBJECT_TRACTOR);

  parts.relation = -1;
  beside = tl_scene_new_from (&parts, 0, 0);
  g_assert_cmpint (beside->relation, ==, TL_RELATION_NEXT_TO);
  g_assert_cmpuint (beside->n_things, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenes/scene/same-counter-same-scene", same_counter_same_scene);
  g_test_add_func ("/scenes/scene/everything-is-met", everything_is_met);
  g_test_add_func ("/scenes/scene/colours-are-the-objects", colours_are_the_objects);
  g_test_add_func ("/scenes/scene/places-fit-the-relation", places_fit_the_relation);
  g_test_add_func ("/scenes/scene/nothing-stands-in-the-sea", nothing_stands_in_the_sea);
  g_test_add_func ("/scenes/scene/heavens-need-no-beach", heavens_need_no_beach);
  g_test_add_func ("/scenes/scene/parts-are-kept", parts_are_kept);
  g_test_add_func ("/scenes/scene/impossible-relations-become-beside",
                   impossible_relations_become_beside);
  return g_test_run ();
}
