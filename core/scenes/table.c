/* table.c - what is known about each object: its words, colours, sizes, habits, and its drawing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/table.h"

#define C(name) (1u << TL_COLOUR_##name)
#define B(name) (1u << TL_BACKGROUND_##name)
#define T(name) TL_TRAIT_##name

#define ALL TL_COLOURS_ALL
#define PAINTED (ALL & ~C (BROWN)) /* what people paint vehicles with */
#define FUR (ALL & ~C (GREEN))
#define LAND (B (MEADOW) | B (STREET) | B (MOUNTAINS))

#define BEAST (T (DRIVES) | T (PERCHES))
#define WHEELS (T (DRIVEN) | T (CARRIES) | T (LARGE))
#define BUILDING (T (LARGE) | T (STEADY))
#define HEAVENLY (T (SKY) | T (STEADY) | T (SHELTERS))

/* clang-format off */
/* words, details, posture, drawing, head, traits, colours, natural, homes, size, top x, top y, half width */
static const TlObject objects[] = {
  [TL_OBJECT_TRACTOR] = { { "tractor", "tractor", "farm tractor" }, { "with big wheels", "with big black tires" }, NULL,
    tl_draw_tractor, NULL, WHEELS | T (OFTEN), PAINTED, -1, B (MEADOW), 1, -0.35, -0.93, 1 },
  [TL_OBJECT_CAR] = { { "car", "car", "automobile" }, { "with a yellow headlight", "with black tires" }, NULL,
    tl_draw_car, NULL, WHEELS | T (OFTEN), PAINTED, -1, B (STREET), 0.9, -0.03, -0.5, 1 },
  [TL_OBJECT_BUS] = { { "bus", "bus", "coach" }, { "with windows", "with many windows" }, NULL,
    tl_draw_bus, NULL, WHEELS, PAINTED, -1, B (STREET), 1.1, 0, -0.66, 1 },
  [TL_OBJECT_TRUCK] = { { "truck", "truck", "lorry" }, { "with a big box", "with black tires" }, NULL,
    tl_draw_truck, NULL, WHEELS, PAINTED, -1, B (STREET) | B (DESERT), 1.1, -0.4, -0.7, 1 },
  [TL_OBJECT_TRAIN] = { { "train", "steam train", "locomotive" }, { "with white smoke", "with a chimney" }, NULL,
    tl_draw_train, NULL, WHEELS, PAINTED, -1, B (MEADOW) | B (MOUNTAINS), 1.1, -0.54, -0.74, 1 },
  [TL_OBJECT_BOAT] = { { "boat", "sailboat", "ship", "sail boat" }, { "!with white sails", "with a mast" }, NULL,
    tl_draw_boat, NULL, T (DRIVEN) | T (FLOATS) | T (OFTEN), ALL, -1, B (SEA), 1, 0, 0.4, 1 },
  [TL_OBJECT_AIRPLANE] = { { "airplane", "plane", "aeroplane", "aircraft" }, { "with wings", "with round windows" }, "flying",
    tl_draw_airplane, NULL, T (DRIVEN) | T (FLIES) | T (OFTEN), PAINTED, -1, B (MEADOW) | B (SUNSET) | B (MOUNTAINS), 1, 0, -0.2, 1 },
  [TL_OBJECT_ROCKET] = { { "rocket", "rocket", "spaceship", "rocket ship" }, { "!with a round window", "with fins" }, "flying",
    tl_draw_rocket, NULL, T (DRIVEN) | T (FLIES) | T (STEADY) | T (OFTEN), PAINTED, -1, B (SPACE) | B (NIGHT), 1.1, 0, -0.9, 0.62 },
  [TL_OBJECT_BALLOON] = { { "balloon", "hot air balloon", "air balloon" }, { "with a basket", "with stripes" }, "flying",
    tl_draw_balloon, NULL, T (DRIVEN) | T (FLIES) | T (STEADY) | T (SHELTERS) | T (OFTEN), ALL, -1, B (MEADOW) | B (MOUNTAINS) | B (SUNSET), 1.1, 0, -0.98, 0.82 },
  [TL_OBJECT_BICYCLE] = { { "bicycle", "bike", "bicycle" }, { "with two wheels", "with a saddle" }, NULL,
    tl_draw_bicycle, NULL, T (DRIVEN), PAINTED & ~C (WHITE), -1, LAND, 0.8, 0, -0.3, 1 },
  [TL_OBJECT_UFO] = { { "ufo", "flying saucer", "alien spaceship" }, { "with lights", "with yellow lights" }, "flying",
    tl_draw_ufo, NULL, T (DRIVEN) | T (FLIES), PAINTED, TL_COLOUR_GREY, B (SPACE) | B (NIGHT) | B (DESERT), 0.9, 0, -0.66, 1 },

  [TL_OBJECT_RACCOON] = { { "raccoon", "raccoon", "racoon" }, { "!with a striped tail", "with a black mask" }, "sitting",
    tl_draw_raccoon, tl_draw_raccoon_head, BEAST | T (OFTEN), FUR & ~C (BLACK), TL_COLOUR_GREY, B (FOREST) | B (MEADOW), 0.75, 0, -0.9, 0.8 },
  [TL_OBJECT_CAT] = { { "cat", "cat", "kitten", "kitty" }, { "with whiskers", "with pointed ears" }, "sitting",
    tl_draw_cat, tl_draw_cat_head, BEAST | T (OFTEN), ALL, -1, B (MEADOW), 0.7, 0, -0.9, 0.75 },
  [TL_OBJECT_DOG] = { { "dog", "dog", "puppy" }, { "with floppy ears", "!with a collar" }, "sitting",
    tl_draw_dog, tl_draw_dog_head, BEAST | T (OFTEN), ALL, -1, LAND, 0.75, 0, -0.9, 0.75 },
  [TL_OBJECT_RABBIT] = { { "rabbit", "bunny", "rabbit", "hare" }, { "with long ears", "with big teeth" }, "sitting",
    tl_draw_rabbit, tl_draw_rabbit_head, BEAST, FUR, -1, B (MEADOW) | B (SNOW), 0.65, 0, -0.9, 0.65 },
  [TL_OBJECT_FOX] = { { "fox", "fox" }, { "!with a bushy tail", "with pointed ears" }, "sitting",
    tl_draw_fox, tl_draw_fox_head, BEAST, C (ORANGE) | C (RED) | C (GREY) | C (BLUE) | C (BROWN) | C (PURPLE), TL_COLOUR_ORANGE, B (FOREST) | B (SNOW), 0.75, 0, -0.9, 0.85 },
  [TL_OBJECT_BEAR] = { { "bear", "bear", "teddy bear" }, { "with round ears", "!with a big belly" }, "standing",
    tl_draw_bear, tl_draw_bear_head, BEAST, FUR, TL_COLOUR_BROWN, B (FOREST) | B (SNOW) | B (MOUNTAINS), 0.95, 0, -0.9, 0.7 },
  [TL_OBJECT_PIG] = { { "pig", "pig", "piglet" }, { "!with a curly tail", "with a big snout" }, "standing",
    tl_draw_pig, tl_draw_pig_head, BEAST | T (CARRIES), FUR, TL_COLOUR_PINK, B (MEADOW), 0.75, -0.4, -0.2, 0.95 },
  [TL_OBJECT_LION] = { { "lion", "lion" }, { "with a big mane", "with a brown mane" }, "sitting",
    tl_draw_lion, tl_draw_lion_head, BEAST, C (YELLOW) | C (ORANGE) | C (BLUE) | C (WHITE) | C (PINK) | C (GREEN), TL_COLOUR_YELLOW, B (DESERT), 0.9, 0, -0.9, 0.75 },
  [TL_OBJECT_FROG] = { { "frog", "frog", "toad" }, { "with big eyes", "with a wide smile" }, "sitting",
    tl_draw_frog, tl_draw_frog_head, BEAST, ALL & ~C (WHITE), TL_COLOUR_GREEN, B (MEADOW) | B (FOREST), 0.6, 0, -0.7, 0.9 },
  [TL_OBJECT_PENGUIN] = { { "penguin", "penguin" }, { "with an orange beak", "!with a white belly" }, "standing",
    tl_draw_penguin, tl_draw_penguin_head, BEAST, ALL & ~C (WHITE), TL_COLOUR_BLACK, B (SNOW) | B (SEA), 0.7, 0, -0.95, 0.75 },
  [TL_OBJECT_OWL] = { { "owl", "owl" }, { "with big eyes", "with round yellow eyes" }, "sitting",
    tl_draw_owl, tl_draw_owl_head, BEAST, FUR, TL_COLOUR_BROWN, B (FOREST) | B (NIGHT), 0.6, 0, -0.9, 0.7 },
  [TL_OBJECT_ELEPHANT] = { { "elephant", "elephant" }, { "with a long trunk", "with big ears" }, "standing",
    tl_draw_elephant, tl_draw_elephant_head, T (DRIVES) | T (CARRIES) | T (LARGE) | T (OFTEN), FUR, TL_COLOUR_GREY, B (DESERT) | B (MEADOW), 1.1, -0.3, -0.5, 1 },
  [TL_OBJECT_BIRD] = { { "bird" }, { "with an orange beak", "with wings" }, NULL,
    tl_draw_bird, NULL, T (FLIES) | T (PERCHES) | T (OFTEN), ALL, -1, B (MEADOW) | B (FOREST) | B (SUNSET), 0.55, 0, -0.8, 0.95 },
  [TL_OBJECT_DUCK] = { { "duck", "duck", "rubber duck" }, { "with an orange beak", NULL }, NULL,
    tl_draw_duck, NULL, T (FLOATS) | T (PERCHES), ALL & ~C (ORANGE), TL_COLOUR_YELLOW, B (SEA), 0.6, 0.5, -0.9, 1.15 },
  [TL_OBJECT_FISH] = { { "fish", "fish" }, { "with fins", "with a big eye" }, "swimming",
    tl_draw_fish, NULL, T (SWIMS) | T (OFTEN), ALL, -1, B (UNDERWATER), 0.65, 0, -0.5, 1 },
  [TL_OBJECT_WHALE] = { { "whale", "whale" }, { "with a white belly", "spouting water" }, "swimming",
    tl_draw_whale, NULL, T (SWIMS) | T (FLOATS) | T (LARGE), C (BLUE) | C (GREY) | C (BLACK) | C (PURPLE) | C (PINK) | C (GREEN), TL_COLOUR_BLUE, B (SEA) | B (UNDERWATER), 1.1, 0.2, -0.25, 1 },
  [TL_OBJECT_TURTLE] = { { "turtle", "turtle", "tortoise" }, { "with a shell", "with a big shell" }, NULL,
    tl_draw_turtle, NULL, T (SWIMS) | T (PERCHES) | T (CARRIES), ALL & ~C (WHITE), TL_COLOUR_GREEN, B (UNDERWATER) | B (SEA) | B (DESERT), 0.65, -0.1, -0.44, 1 },
  [TL_OBJECT_OCTOPUS] = { { "octopus", "octopus" }, { "with many arms", "with big eyes" }, "swimming",
    tl_draw_octopus, NULL, T (SWIMS) | T (STEADY), FUR & ~C (BLACK), -1, B (UNDERWATER), 0.75, 0, -0.95, 0.95 },
  [TL_OBJECT_BUTTERFLY] = { { "butterfly", "butterfly" }, { "with big wings", "with dots on its wings" }, "flying",
    tl_draw_butterfly, NULL, T (FLIES) | T (STEADY) | T (PERCHES) | T (OFTEN), ALL & ~C (GREY), -1, B (MEADOW) | B (FOREST), 0.55, 0, -0.8, 0.95 },
  [TL_OBJECT_SNAIL] = { { "snail", "snail" }, { "with a round shell", "with a spiral shell" }, NULL,
    tl_draw_snail, NULL, T (PERCHES), ALL & ~C (WHITE), -1, B (MEADOW) | B (FOREST), 0.5, -0.16, -0.6, 1 },

  [TL_OBJECT_TREE] = { { "tree" }, { "with a brown trunk", "with a round crown" }, NULL,
    tl_draw_tree, NULL, BUILDING | T (SHELTERS) | T (CARRIES) | T (OFTEN), C (GREEN) | C (ORANGE) | C (RED) | C (YELLOW) | C (PINK) | C (PURPLE) | C (BLUE), TL_COLOUR_GREEN, B (MEADOW) | B (MOUNTAINS) | B (SUNSET), 1.2, 0, -0.92, 0.9 },
  [TL_OBJECT_PINE] = { { "pine tree", "fir tree", "christmas tree", "pine" }, { "with a brown trunk", "with green needles" }, NULL,
    tl_draw_pine, NULL, BUILDING, C (GREEN), TL_COLOUR_GREEN, B (SNOW) | B (MOUNTAINS) | B (FOREST), 1.2, 0, -0.95, 0.7 },
  [TL_OBJECT_PALM] = { { "palm tree", "palm" }, { "with coconuts", "with a long trunk" }, NULL,
    tl_draw_palm, NULL, T (LARGE) | T (SHELTERS), C (GREEN), TL_COLOUR_GREEN, B (SEA) | B (DESERT) | B (SUNSET), 1.2, 0, -0.9, 0.9 },
  [TL_OBJECT_FLOWER] = { { "flower", "flower", "blossom" }, { "with green leaves", "with six petals" }, NULL,
    tl_draw_flower, NULL, T (STEADY) | T (OFTEN), ALL & ~C (BLACK) & ~C (BROWN) & ~C (GREEN) & ~C (GREY), -1, B (MEADOW), 0.7, 0, -0.9, 0.65 },
  [TL_OBJECT_CACTUS] = { { "cactus", "cactus" }, { "with a pink blossom", "with two arms" }, NULL,
    tl_draw_cactus, NULL, T (LARGE), C (GREEN), TL_COLOUR_GREEN, B (DESERT), 1, 0, -0.95, 0.78 },
  [TL_OBJECT_MUSHROOM] = { { "mushroom", "toadstool", "mushroom" }, { "with dots", "with a dotted cap" }, NULL,
    tl_draw_mushroom, NULL, BUILDING | T (SHELTERS) | T (CARRIES) | T (OFTEN), ALL & ~C (BLACK) & ~C (GREEN), -1, B (FOREST) | B (MEADOW), 0.7, 0, -0.9, 0.95 },
  [TL_OBJECT_APPLE] = { { "apple", "apple" }, { "with a green leaf", "with a leaf" }, NULL,
    tl_draw_apple, NULL, T (PERCHES) | T (STEADY) | T (OFTEN), C (RED) | C (GREEN) | C (YELLOW) | C (ORANGE) | C (PINK) | C (BLUE) | C (PURPLE), -1, B (PLAIN), 0.5, 0, -0.6, 0.95 },
  [TL_OBJECT_PUMPKIN] = { { "pumpkin", "pumpkin" }, { "with a green stem", "with a stem" }, NULL,
    tl_draw_pumpkin, NULL, T (PERCHES) | T (STEADY) | T (CARRIES), C (ORANGE) | C (YELLOW) | C (WHITE) | C (BLUE) | C (GREEN) | C (PURPLE), TL_COLOUR_ORANGE, B (PLAIN) | B (NIGHT), 0.6, 0, -0.6, 0.98 },

  [TL_OBJECT_HOUSE] = { { "house", "house", "cottage", "home" }, { "with a chimney", "with two windows" }, NULL,
    tl_draw_house, NULL, BUILDING | T (CARRIES) | T (OFTEN), ALL, -1, B (MEADOW) | B (STREET) | B (SNOW) | B (NIGHT), 1.2, 0, -0.95, 1 },
  [TL_OBJECT_CASTLE] = { { "castle", "castle", "fortress" }, { "with two towers", "with a big gate" }, NULL,
    tl_draw_castle, NULL, BUILDING | T (OFTEN), ALL & ~C (BLACK) & ~C (GREEN), TL_COLOUR_GREY, B (MOUNTAINS) | B (MEADOW) | B (SUNSET), 1.25, 0, -0.9, 1 },
  [TL_OBJECT_LIGHTHOUSE] = { { "lighthouse", "lighthouse" }, { "with stripes", "with a yellow light" }, NULL,
    tl_draw_lighthouse, NULL, BUILDING, C (RED) | C (BLUE) | C (GREEN) | C (YELLOW) | C (ORANGE) | C (BLACK) | C (PURPLE), TL_COLOUR_RED, B (SEA) | B (SUNSET) | B (NIGHT), 1.25, 0, -0.98, 0.62 },
  [TL_OBJECT_WINDMILL] = { { "windmill", "windmill", "mill" }, { "with four sails", "with white sails" }, NULL,
    tl_draw_windmill, NULL, BUILDING, ALL & ~C (BLACK), -1, B (MEADOW) | B (SUNSET), 1.25, 0, -0.7, 0.85 },
  [TL_OBJECT_TENT] = { { "tent", "tent", "camping tent" }, { "with stripes", "with a flag" }, NULL,
    tl_draw_tent, NULL, BUILDING, ALL & ~C (WHITE), -1, B (FOREST) | B (MOUNTAINS) | B (NIGHT), 1, 0, -0.8, 1 },

  [TL_OBJECT_ROBOT] = { { "robot", "robot", "android" }, { "with an antenna", "with round eyes" }, "standing",
    tl_draw_robot, tl_draw_robot_head, T (DRIVES) | T (STEADY) | T (PERCHES) | T (OFTEN), ALL, -1, B (SPACE) | B (STREET), 0.85, 0, -0.95, 0.8 },
  [TL_OBJECT_SNOWMAN] = { { "snowman", "snowman" }, { "with a black hat", "with a carrot nose" }, "standing",
    tl_draw_snowman, tl_draw_snowman_head, T (DRIVES) | T (PERCHES) | T (OFTEN), C (WHITE), TL_COLOUR_WHITE, B (SNOW), 0.9, 0, -1, 0.8 },
  [TL_OBJECT_GHOST] = { { "ghost", "ghost", "spook" }, { "with black eyes", "with an open mouth" }, "floating",
    tl_draw_ghost, NULL, T (FLIES) | T (PERCHES) | T (STEADY), C (WHITE) | C (BLUE) | C (GREEN) | C (PINK) | C (PURPLE) | C (GREY), TL_COLOUR_WHITE, B (NIGHT) | B (FOREST), 0.75, 0, -0.95, 0.85 },
  [TL_OBJECT_ASTRONAUT] = { { "astronaut", "astronaut", "spaceman" }, { "with a helmet", "in a space suit" }, "waving",
    tl_draw_astronaut, tl_draw_astronaut_head, T (DRIVES), C (WHITE) | C (ORANGE) | C (GREY) | C (RED) | C (YELLOW) | C (PINK), TL_COLOUR_WHITE, B (SPACE), 0.9, 0, -0.95, 0.85 },

  [TL_OBJECT_SUN] = { { "sun", "sun" }, { "with rays", "with bright rays" }, "shining",
    tl_draw_sun, NULL, HEAVENLY | T (OFTEN), C (YELLOW) | C (ORANGE) | C (RED), TL_COLOUR_YELLOW, B (MEADOW) | B (SUNSET) | B (DESERT) | B (SEA), 0.7, 0, -1, 1 },
  [TL_OBJECT_MOON] = { { "moon", "moon" }, { NULL, NULL }, "shining",
    tl_draw_moon, NULL, HEAVENLY | T (OFTEN), C (YELLOW) | C (WHITE) | C (GREY), -1, B (NIGHT) | B (SPACE), 0.7, 0, -1, 0.96 },
  [TL_OBJECT_CLOUD] = { { "cloud", "cloud", "fluffy cloud" }, { NULL, NULL }, "floating",
    tl_draw_cloud, NULL, HEAVENLY | T (OFTEN), C (WHITE) | C (GREY) | C (PINK) | C (BLACK), TL_COLOUR_WHITE, B (MEADOW) | B (SEA) | B (SUNSET), 0.8, 0, -0.45, 1 },
  [TL_OBJECT_STAR] = { { "star", "star" }, { "with five points", NULL }, "shining",
    tl_draw_star, NULL, HEAVENLY, ALL & ~C (BLACK) & ~C (BROWN), TL_COLOUR_YELLOW, B (NIGHT) | B (SPACE), 0.6, 0, -1, 1 },
  [TL_OBJECT_RAINBOW] = { { "rainbow", "rainbow" }, { "in six colors", NULL }, NULL,
    tl_draw_rainbow, NULL, HEAVENLY, C (RED), TL_COLOUR_RED, B (MEADOW) | B (MOUNTAINS) | B (SEA), 1.2, 0, -0.5, 1 },
  [TL_OBJECT_PLANET] = { { "planet", "planet", "ringed planet" }, { "with a ring", "with rings" }, NULL,
    tl_draw_planet, NULL, HEAVENLY, ALL & ~C (BLACK), -1, B (SPACE), 0.9, 0, -0.64, 1 },

  [TL_OBJECT_UMBRELLA] = { { "umbrella", "umbrella" }, { "with a handle", "with a curved handle" }, NULL,
    tl_draw_umbrella, NULL, T (SHELTERS) | T (LARGE), ALL, -1, B (STREET) | B (SEA), 0.9, 0, -0.85, 0.98 },
  [TL_OBJECT_CUP] = { { "cup", "cup", "mug", "teacup" }, { "with a handle", "of tea" }, NULL,
    tl_draw_cup, NULL, T (PERCHES), ALL, -1, B (PLAIN), 0.5, 0, -0.2, 0.85 },
};
/* clang-format on */

G_STATIC_ASSERT (G_N_ELEMENTS (objects) == TL_N_OBJECTS);

const TlObject *
tl_object_get (TlObjectKind kind)
{
  return &objects[kind];
}

gboolean
tl_relation_allows (TlRelation relation, TlObjectKind first, TlObjectKind second)
{
  guint a = objects[first].traits, b = objects[second].traits;

  if (relation == TL_RELATION_NONE)
    return TRUE;
  if (first == second)
    return FALSE;

  switch (relation)
    {
    case TL_RELATION_DRIVING:
      return (a & TL_TRAIT_DRIVES) != 0 && (b & TL_TRAIT_DRIVEN) != 0;
    case TL_RELATION_ON:
      return (a & TL_TRAIT_PERCHES) != 0 && (b & TL_TRAIT_CARRIES) != 0
             && objects[first].size < objects[second].size;
    case TL_RELATION_UNDER:
      return (a & (TL_TRAIT_SKY | TL_TRAIT_SWIMS)) == 0 && (b & TL_TRAIT_SHELTERS) != 0
             && ((b & TL_TRAIT_SKY) != 0 || objects[first].size < 1);
    case TL_RELATION_IN_FRONT:
      return (a & TL_TRAIT_SKY) == 0 && (b & TL_TRAIT_LARGE) != 0;
    case TL_RELATION_BEHIND:
      return ((a | b) & (TL_TRAIT_SKY | TL_TRAIT_SWIMS)) == 0;
    case TL_RELATION_OVER:
      return (a & TL_TRAIT_FLIES) != 0 && (b & (TL_TRAIT_SKY | TL_TRAIT_FLIES)) == 0;
    default:
      return TRUE;
    }
}
