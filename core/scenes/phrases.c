/* phrases.c - the words of the captions: tables without grammar
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/phrases.h"

/* clang-format off */
static const TlPlaceWords places[] = {
  [TL_BACKGROUND_MEADOW] = {
    { "under a blue sky", "on a green meadow", "on the grass", "in front of a blue sky", "on a meadow", "on green grass under a blue sky", "in a green field" },
    { "in a blue sky", "over a green meadow", "in the sky", "over a meadow", "in the blue sky over green grass", "over the grass" },
    { "blue sky and green grass", "a green meadow", "a meadow", "a green field under a blue sky", "grass and sky", "a green landscape" },
    "meadow" },
  [TL_BACKGROUND_SUNSET] = {
    { "at sunset", "in front of a sunset", "in the evening", "under an orange sky", "in the sunset", "in the evening light", "at dusk" },
    { "at sunset", "in an orange evening sky", "in the sunset sky", "in the evening sky", "in front of a sunset" },
    { "a sunset", "an orange sunset", "an evening sky", "sunset", "a purple and orange sky" },
    "sunset" },
  [TL_BACKGROUND_NIGHT] = {
    { "at night", "under a night sky", "in the night", "in the dark", "under a dark blue sky", "on a dark night" },
    { "at night", "in the night sky", "in the dark sky", "in a dark blue sky", "in the night" },
    { "a night sky", "the night", "a dark night", "night", "a landscape at night" },
    "night" },
  [TL_BACKGROUND_SEA] = {
    { "on the sea", "at sea", "on the ocean", "on the water", "on the blue sea", "on blue waves", "in the ocean" },
    { "over the sea", "over the ocean", "over the water", "over the blue sea", "in the sky over the ocean" },
    { "the sea", "the ocean", "the blue sea", "waves on the ocean", "sea and sky", "blue water under a blue sky" },
    "sea" },
  [TL_BACKGROUND_UNDERWATER] = {
    { "under water", "underwater", "under the sea", "deep in the ocean", "at the bottom of the sea", "in blue water" },
    { "under water", "underwater", "under the sea", "deep in the ocean", "in the deep sea", "in blue water" },
    { "an underwater scene", "the bottom of the sea", "the deep sea", "deep blue water", "deep water" },
    "underwater" },
  [TL_BACKGROUND_DESERT] = {
    { "in the desert", "on sand", "in a sandy desert", "on the sand dunes", "in a desert", "on yellow sand" },
    { "over the desert", "over sand dunes", "in the sky over the desert", "over a desert" },
    { "a desert", "sand dunes", "the desert", "a sandy desert", "yellow sand dunes under a blue sky" },
    "desert" },
  [TL_BACKGROUND_SNOW] = {
    { "in the snow", "in winter", "on the snow", "on a snowy field", "in a snowy landscape", "on white snow" },
    { "over the snow", "in the winter sky", "in winter", "over a snowy field", "over a snowy landscape" },
    { "a snowy landscape", "a winter landscape", "snow", "a snowy field", "winter", "white snow" },
    "snow" },
  [TL_BACKGROUND_FOREST] = {
    { "in a forest", "in the forest", "in the woods", "in front of trees", "among trees", "in a green forest" },
    { "in a forest", "over the forest", "in front of trees", "in the woods", "in a green forest" },
    { "a forest", "the woods", "trees in a forest", "a green forest", "many trees" },
    "forest" },
  [TL_BACKGROUND_MOUNTAINS] = {
    { "in the mountains", "in front of mountains", "in front of snowy mountains", "in front of grey mountains", "with mountains behind", "before high mountains" },
    { "over the mountains", "in front of mountains", "in front of snowy mountains", "in the sky over the mountains" },
    { "mountains", "snowy mountains", "a mountain landscape", "high mountains under a blue sky", "grey mountains" },
    "mountains" },
  [TL_BACKGROUND_STREET] = {
    { "on the street", "on a street", "on a road", "on the road", "on a grey road", "by the road" },
    { "over the street", "over a road", "in the sky over a street", "over a grey road" },
    { "a street", "a road", "an empty street", "a grey road", "an empty road" },
    "street" },
  [TL_BACKGROUND_SPACE] = {
    { "in space", "in outer space", "in the galaxy", "in dark space", "in the universe" },
    { "in space", "in outer space", "in the galaxy", "in dark space", "in the universe" },
    { "outer space", "space", "a galaxy", "dark space", "the universe" },
    "space" },
  [TL_BACKGROUND_PLAIN] = { { NULL }, { NULL }, { NULL }, NULL },
};

static const TlPlaceWords beach = {
  { "on the beach", "at the beach", "by the sea", "on the sand by the sea", "by the ocean", "on a yellow beach" },
  { "over the beach", "over the sea", "by the sea", "in the sky over the beach" },
  { "the beach", "the beach and the sea", "a yellow beach by the blue sea" },
  "beach",
};

static const TlPlaceWords rainy_meadow = {
  { "in the rain", "on a meadow", "on the grass", "on a green meadow in the rain", "in a field" },
  { "in the rain", "over a meadow", "in a grey sky", "in the rainy sky" },
  { "a rainy meadow", "rain over a meadow", "a rainy landscape" },
  "meadow",
};

static const TlStyleWords styles[] = {
  [TL_STYLE_CARTOON] = { { "!cartoon %s", "a cartoon of %s", "%s, cartoon", "!a cartoon %s", "%s in cartoon style", "a comic of %s", "a cartoon drawing of %s" }, "cartoon" },
  [TL_STYLE_FLAT] = { { "a flat illustration of %s", "%s, flat vector art", "vector art of %s", "!flat %s", "%s, clip art", "a vector illustration of %s", "%s in flat style" }, "vector art" },
  [TL_STYLE_LINE] = { { "a line drawing of %s", "a sketch of %s", "%s, line art", "a pencil drawing of %s", "%s, black and white drawing", "an ink drawing of %s", "a sketched outline of %s" }, "line drawing" },
  [TL_STYLE_WATERCOLOUR] = { { "a watercolor of %s", "a watercolour of %s", "a watercolor painting of %s", "%s, watercolor", "%s in soft watercolors", "%s, watercolour painting" }, "watercolor" },
  [TL_STYLE_OIL] = { { "an oil painting of %s", "%s, oil painting", "a painting of %s", "%s, brush strokes", "%s painted in oil", "an impressionist painting of %s" }, "oil painting" },
  [TL_STYLE_PIXEL] = { { "pixel art of %s", "%s, pixel art", "!pixelated %s", "8 bit pixel art of %s", "%s in pixel art style", "a pixel art picture of %s" }, "pixel art" },
  [TL_STYLE_CHALK] = { { "a chalk drawing of %s", "%s, chalk", "%s drawn with chalk", "a chalk picture of %s", "%s in chalk", "!chalk %s" }, "chalk drawing" },
  [TL_STYLE_BLUEPRINT] = { { "a blueprint of %s", "%s, blueprint", "a technical drawing of %s", "!blueprint %s", "%s in blueprint style" }, "blueprint" },
};

static const char *const relations[][6] = {
  [TL_RELATION_NONE] = { NULL },
  [TL_RELATION_NEXT_TO] = { "next to", "and", "beside", "near", "with", NULL },
  [TL_RELATION_DRIVING] = { "driving", NULL },
  [TL_RELATION_ON] = { "on", "on top of", "on", "on top of", NULL },
  [TL_RELATION_UNDER] = { "under", "below", "beneath", "under", NULL },
  [TL_RELATION_IN_FRONT] = { "in front of", "before", "in front of", NULL },
  [TL_RELATION_BEHIND] = { "behind", NULL },
  [TL_RELATION_OVER] = { "flying over", "over", "above", "flying above", NULL },
};

static const char *const inverses[][4] = {
  [TL_RELATION_NONE] = { NULL },
  [TL_RELATION_NEXT_TO] = { "and", "beside", "next to", NULL },
  [TL_RELATION_DRIVING] = { "driven by", "with", NULL },
  [TL_RELATION_ON] = { "under", "below", NULL },
  [TL_RELATION_UNDER] = { "over", "above", NULL },
  [TL_RELATION_IN_FRONT] = { "behind", NULL },
  [TL_RELATION_BEHIND] = { "in front of", NULL },
  [TL_RELATION_OVER] = { "under", "below", NULL },
};

static const char *const driving[] = { "driving", "driving", "in", "on", "riding", NULL };
static const char *const sailing[] = { "in", "sailing", "driving", "on", "sailing in", NULL };
static const char *const flying[] = { "flying", "in", "driving", "flying in", "piloting", NULL };
static const char *const piloting[] = { "in", "piloting", "driving", "inside", "steering", NULL };
static const char *const ballooning[] = { "in", "flying in", "riding in", "riding", "driving", NULL };
static const char *const cycling[] = { "riding", "on", "riding on", "driving", NULL };

static const char *const extras[TL_N_EXTRAS][5] = {
  { "the sun", "a bright sun", "a yellow sun", "a sun" },
  { "the moon", "a moon", "a bright moon" },
  { "stars", "a starry sky", "many stars", "bright stars" },
  { "clouds", "white clouds", "white fluffy clouds", "fluffy clouds" },
  { "mountains", "mountains in the background", "a mountain" },
  { "rain", "falling rain" },
  { "falling snow", "snowflakes", "snow falling" },
  { "a planet", "a planet with a ring" },
  { "bubbles", "air bubbles" },
  { "seaweed", "green seaweed", "sea plants" },
  { "flowers", "little flowers", "many flowers" },
  { "a cactus", "a green cactus" },
  { "birds", "flying birds", "birds in the sky" },
  { "houses", "a row of houses", "a city" },
  { "sand", "a beach" },
};
/* clang-format on */

G_STATIC_ASSERT (G_N_ELEMENTS (places) == TL_N_BACKGROUNDS);
G_STATIC_ASSERT (G_N_ELEMENTS (styles) == TL_N_STYLES);
G_STATIC_ASSERT (G_N_ELEMENTS (relations) == TL_N_RELATIONS);
G_STATIC_ASSERT (G_N_ELEMENTS (inverses) == TL_N_RELATIONS);

const TlPlaceWords *
tl_phrases_get_place (TlBackground background, guint extras_mask)
{
  if (background == TL_BACKGROUND_SEA && (extras_mask & TL_EXTRA_BEACH) != 0)
    return &beach;
  if (background == TL_BACKGROUND_MEADOW && (extras_mask & TL_EXTRA_RAIN) != 0)
    return &rainy_meadow;
  return &places[background];
}

const TlStyleWords *
tl_phrases_get_style (TlSceneStyle style)
{
  return &styles[style];
}

const char *const *
tl_phrases_get_relation (TlRelation relation)
{
  return relations[relation];
}

const char *const *
tl_phrases_get_inverse (TlRelation relation)
{
  return inverses[relation];
}

const char *const *
tl_phrases_get_driving (TlObjectKind vehicle)
{
  switch (vehicle)
    {
    case TL_OBJECT_BOAT:
      return sailing;
    case TL_OBJECT_AIRPLANE:
    case TL_OBJECT_ROCKET:
      return flying;
    case TL_OBJECT_UFO:
      return piloting;
    case TL_OBJECT_BALLOON:
      return ballooning;
    case TL_OBJECT_BICYCLE:
      return cycling;
    default:
      return driving;
    }
}

const char *const *
tl_phrases_get_extra (guint bit)
{
  return extras[bit];
}
