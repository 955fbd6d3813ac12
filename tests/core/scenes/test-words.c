/* test-words.c - captions and labels say what is on the picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/words.h"

#include "core/scenes/phrases.h"
#include "core/scenes/table.h"

#include <string.h>

#define N_SCENES 6000
#define N_CAPTIONS 5

/* Whether @word stands in @text, with no letters around it. */
static gboolean
has_word (const char *text, const char *word)
{
  gsize n = strlen (word);

  for (const char *p = strstr (text, word); p != NULL; p = strstr (p + 1, word))
    if ((p == text || !g_ascii_isalpha (p[-1])) && !g_ascii_isalpha (p[n]))
      return TRUE;
  return FALSE;
}

static gboolean
names (const char *caption, const TlThing *thing)
{
  const TlObject *object = tl_object_get (thing->kind);

  for (guint i = 0; i < G_N_ELEMENTS (object->words) && object->words[i] != NULL; i++)
    if (has_word (caption, object->words[i]))
      return TRUE;
  return FALSE;
}

static gboolean
names_place (const char *caption, const TlScene *scene)
{
  const TlPlaceWords *place = tl_phrases_get_place (scene->background, scene->extras);

  for (guint i = 0; i < G_N_ELEMENTS (place->alone) && place->alone[i] != NULL; i++)
    {
      const char *space = strchr (place->alone[i], ' ');

      /* "a cartoon green field" has lost its article. */
      if (has_word (caption, place->alone[i])
          || (space != NULL && space - place->alone[i] <= 3 && has_word (caption, space + 1)))
        return TRUE;
    }
  return FALSE;
}

static void
captions_name_what_is_there (void)
{
  for (guint i = 0; i < N_SCENES; i++)
    for (guint k = 0; k < N_CAPTIONS; k++)
      {
        g_autoptr (TlScene) scene = tl_scene_new (1, i);
        g_autofree char *caption = tl_scene_dup_caption (scene, k);
        gboolean is_named =
          scene->n_things > 0 ? names (caption, &scene->things[0]) : names_place (caption, scene);

        if (!is_named)
          g_test_message ("%u.%u: %s", i, k, caption);
        g_assert_true (is_named);
      }
}

/* No word for a thing that the scene does not have. */
static void
captions_name_nothing_else (void)
{
  /* Words that backgrounds and extras use as well. */
  static const TlObjectKind shared[] = {
    TL_OBJECT_TREE,   TL_OBJECT_SUN,  TL_OBJECT_MOON,   TL_OBJECT_CLOUD,  TL_OBJECT_STAR,
    TL_OBJECT_PLANET, TL_OBJECT_BIRD, TL_OBJECT_FLOWER, TL_OBJECT_CACTUS, TL_OBJECT_HOUSE,
    TL_OBJECT_ROCKET, TL_OBJECT_UFO,  TL_OBJECT_PINE,   TL_OBJECT_PALM,   TL_OBJECT_BOAT,
  };

  for (guint i = 0; i < N_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (2, i);
      g_autofree char *caption = tl_scene_dup_caption (scene, i % N_CAPTIONS);

      for (guint kind = 0; kind < TL_N_OBJECTS; kind++)
        {
          TlThing thing = { .kind = kind };
          gboolean is_there = FALSE;

          for (guint j = 0; j < scene->n_things; j++)
            is_there = is_there || scene->things[j].kind == kind;
          for (guint j = 0; j < G_N_ELEMENTS (shared); j++)
            is_there = is_there || shared[j] == kind;
          if (!is_there && names (caption, &thing))
            g_test_message ("%u: %s: %s", i, caption, tl_object_get (kind)->words[0]);
          g_assert_true (is_there || !names (caption, &thing));
        }
    }
}

static void
drawings_have_no_colour_words (void)
{
  static const TlSceneStyle styles[] = { TL_STYLE_LINE, TL_STYLE_BLUEPRINT };

  for (guint i = 0; i < N_SCENES; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;
      g_autofree char *caption = NULL;
      char *black_and_white;

      parts.style = styles[i % 2];
      /* Rainbows have words of their own for theirs. */
      parts.object = i % 8 < 2 ? TL_OBJECT_RAINBOW : -1;
      scene = tl_scene_new_from (&parts, 3, i);
      caption = tl_scene_dup_caption (scene, i % N_CAPTIONS);
      black_and_white = strstr (caption, "black and white");
      if (black_and_white != NULL)
        memset (black_and_white, '-', strlen ("black and white"));
      for (guint colour = 0; colour < TL_N_COLOURS; colour++)
        {
          if (has_word (caption, tl_colour_get_name (colour)))
            g_test_message ("%s", caption);
          g_assert_false (has_word (caption, tl_colour_get_name (colour)));
        }
      g_assert_null (strstr (caption, " colors"));
    }
}

/* Whether it is said of what stands only: "in the evening" is in "in the evening sky". */
static gboolean
is_of_ground (const TlPlaceWords *place, const char *phrase)
{
  for (guint i = 0; i < G_N_ELEMENTS (place->air) && place->air[i] != NULL; i++)
    if (has_word (place->air[i], phrase))
      return FALSE;
  return TRUE;
}

static void
assert_in_the_air (const TlScene *scene)
{
  const TlPlaceWords *place = tl_phrases_get_place (scene->background, scene->extras);

  for (guint k = 0; k < N_CAPTIONS; k++)
    {
      g_autofree char *caption = tl_scene_dup_caption (scene, k);

      for (guint i = 0; i < G_N_ELEMENTS (place->ground) && place->ground[i] != NULL; i++)
        {
          const char *phrase = place->ground[i];
          gboolean is_wrong = has_word (caption, phrase) && is_of_ground (place, phrase);

          if (is_wrong)
            g_test_message ("%s", caption);
          g_assert_false (is_wrong);
        }
    }
}

/* Alone or with its like; beside a tractor, the place is the tractor's. */
static void
heavens_are_not_on_the_ground (void)
{
  for (guint i = 0; i < N_SCENES; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;

      parts.object = (gint) (i % TL_N_OBJECTS);
      parts.relation = i / TL_N_OBJECTS % 2 == 0 ? TL_RELATION_NONE : TL_RELATION_NEXT_TO;
      parts.second = TL_OBJECT_PLANET;
      if ((tl_object_get (i % TL_N_OBJECTS)->traits & TL_TRAIT_SKY) == 0)
        continue;
      scene = tl_scene_new_from (&parts, 7, i);
      assert_in_the_air (scene);
    }
}

static void
swimmers_are_not_at_the_bottom (void)
{
  static const TlObjectKind kinds[] = { TL_OBJECT_FISH, TL_OBJECT_WHALE, TL_OBJECT_OCTOPUS };

  for (guint i = 0; i < N_SCENES / 4; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;

      parts.object = (gint) kinds[i % G_N_ELEMENTS (kinds)];
      parts.relation = TL_RELATION_NONE;
      parts.background = TL_BACKGROUND_UNDERWATER;
      scene = tl_scene_new_from (&parts, 8, i);
      if (scene->things[0].y < 0.8)
        assert_in_the_air (scene);
    }
}

/* What stands on the ground casts its shadow there. */
static void
what_stands_does_not_fly (void)
{
  static const TlObjectKind kinds[] = { TL_OBJECT_AIRPLANE, TL_OBJECT_ROCKET, TL_OBJECT_BUTTERFLY };
  guint n_flying = 0;

  for (guint i = 0; i < N_SCENES; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;
      g_autofree char *caption = NULL;

      parts.object = (gint) kinds[i % G_N_ELEMENTS (kinds)];
      parts.relation = TL_RELATION_NONE;
      parts.background = TL_BACKGROUND_MEADOW;
      scene = tl_scene_new_from (&parts, 9, i);
      /* Such birds are among the extras. */
      scene->extras = 0;
      caption = tl_scene_dup_caption (scene, 0);
      if (scene->things[0].y > scene->horizon + 0.07)
        g_assert_false (has_word (caption, "flying"));
      n_flying += has_word (caption, "flying");
    }
  g_assert_cmpuint (n_flying, >, N_SCENES / 20);
}

/* Of who drives one sees the head and the shoulders, of a boat with somebody in it one sail. */
static void
rides_hide_details (void)
{
  static const char *const hidden[] = {
    "tail", "belly", "collar", "sails", "with a round window",
  };
  guint n_details = 0;

  for (guint i = 0; i < N_SCENES; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;
      g_autofree char *caption = NULL;

      parts.relation = TL_RELATION_DRIVING;
      scene = tl_scene_new_from (&parts, 10, i);
      if (scene->relation != TL_RELATION_DRIVING)
        continue;
      caption = tl_scene_dup_caption (scene, 0);
      for (guint j = 0; j < G_N_ELEMENTS (hidden); j++)
        {
          if (has_word (caption, hidden[j]))
            g_test_message ("%s", caption);
          g_assert_false (has_word (caption, hidden[j]));
        }
      n_details += has_word (caption, "ears") || has_word (caption, "fins");
    }
  g_assert_cmpuint (n_details, >, N_SCENES / 200);
}

static void
captions_are_clean_text (void)
{
  guint least = G_MAXUINT, most = 0;
  g_autoptr (GHashTable) distinct = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < N_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (4, i);
      char *caption = tl_scene_dup_caption (scene, i % N_CAPTIONS);
      g_auto (GStrv) words = g_strsplit (caption, " ", -1);

      for (const char *p = caption; *p != '\0'; p++)
        g_assert_true (g_ascii_islower (*p) || g_ascii_isdigit (*p) || *p == ' ' || *p == ',');
      g_assert_null (strstr (caption, "  "));
      g_assert_null (strstr (caption, " ,"));
      g_assert_null (strstr (caption, "a a "));
      g_assert_false (g_str_has_prefix (caption, " ") || g_str_has_suffix (caption, " "));
      for (guint j = 1; words[j] != NULL; j++)
        g_assert_cmpstr (words[j], !=, words[j - 1]);
      least = MIN (least, g_strv_length (words));
      most = MAX (most, g_strv_length (words));
      g_hash_table_add (distinct, caption);
    }
  g_test_message ("%u to %u words, %u distinct", least, most, g_hash_table_size (distinct));
  g_assert_cmpuint (least, <=, 2);
  g_assert_cmpuint (most, >=, 22);
  /* What fits into CLIP's context with room for words of several tokens. */
  g_assert_cmpuint (most, <=, 48);
  g_assert_cmpuint (g_hash_table_size (distinct), >, N_SCENES * 9 / 10);
}

/* "A cartoon green meadow", but neither "a cartoon white snow" nor "a picture of under the sea". */
static void
places_alone_are_nouns (void)
{
  for (guint i = 0; i < N_SCENES; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;

      parts.style = TL_STYLE_CARTOON;
      parts.relation = TL_RELATION_NONE;
      parts.background = (gint) (i % TL_N_BACKGROUNDS);
      scene = tl_scene_new_from (&parts, 11, i);
      scene->n_things = 0;
      for (guint k = 0; k < N_CAPTIONS; k++)
        {
          static const char *const wrong[] = {
            "under the sea",  "underwater, ",   "of underwater",       "a cartoon white snow",
            "a cartoon sand", "a cartoon many", "a cartoon mountains", "a cartoon winter with",
          };
          g_autofree char *caption = tl_scene_dup_caption (scene, k);

          for (guint j = 0; j < G_N_ELEMENTS (wrong); j++)
            {
              if (has_word (caption, wrong[j]))
                g_test_message ("%s", caption);
              g_assert_false (has_word (caption, wrong[j]));
            }
        }
    }
}

static void
captions_repeat_and_vary (void)
{
  guint n_same = 0;

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (5, i);
      g_autofree char *a = tl_scene_dup_caption (scene, 0);
      g_autofree char *again = tl_scene_dup_caption (scene, 0);
      g_autofree char *b = tl_scene_dup_caption (scene, 1);

      g_assert_cmpstr (a, ==, again);
      n_same += strcmp (a, b) == 0;
    }
  g_assert_cmpuint (n_same, <, 30);
}

static void
prompts_say_everything (void)
{
  TlSceneParts parts = {
    .object = TL_OBJECT_RACCOON,
    .colour = TL_COLOUR_GREY,
    .relation = TL_RELATION_DRIVING,
    .second = TL_OBJECT_TRACTOR,
    .second_colour = TL_COLOUR_RED,
    .background = TL_BACKGROUND_MEADOW,
    .backdrop = -1,
    .style = TL_STYLE_CARTOON,
  };
  g_autoptr (TlScene) scene = tl_scene_new_from (&parts, 0, 1);
  g_autofree char *driving = NULL, *tree = NULL;

  scene->extras = 0;
  driving = tl_scene_dup_prompt (scene);
  g_assert_cmpstr (driving, ==, "cartoon raccoon driving a red tractor under a blue sky");

  scene->n_things = 1;
  scene->relation = TL_RELATION_NONE;
  scene->things[0] =
    (TlThing){ .kind = TL_OBJECT_TREE, .colour = TL_COLOUR_PINK, .x = 0.5, .y = 0.9, .k = 0.3 };
  scene->background = TL_BACKGROUND_PLAIN;
  scene->backdrop = TL_COLOUR_ORANGE;
  scene->style = TL_STYLE_OIL;
  tree = tl_scene_dup_prompt (scene);
  g_assert_cmpstr (tree, ==, "an oil painting of a pink tree on an orange background");
}

static gint
find_label (const char *name)
{
  for (guint i = 0; i < tl_labels_get_count (); i++)
    {
      g_autofree char *label = tl_labels_dup_name (i);

      if (strcmp (label, name) == 0)
        return (gint) i;
    }
  g_test_message ("%s", name);
  g_assert_not_reached ();
}

static void
labels_have_distinct_names (void)
{
  g_autoptr (GHashTable) distinct = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < tl_labels_get_count (); i++)
    g_assert_true (g_hash_table_add (distinct, tl_labels_dup_name (i)));
}

/* Every colour word next to the first thing's name is the labelled colour. */
static void
labels_agree_with_captions (void)
{
  g_autofree guint8 *bits = g_malloc (tl_labels_get_count ());
  guint n_checked = 0;

  for (guint i = 0; i < N_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (6, i);
      g_autofree char *caption = tl_scene_dup_caption (scene, i % N_CAPTIONS);

      tl_scene_get_labels (scene, bits);
      for (guint kind = 0; kind < TL_N_OBJECTS; kind++)
        for (guint colour = 0; colour < TL_N_COLOURS; colour++)
          {
            const char *name = tl_object_get (kind)->words[0];
            g_autofree char *phrase = g_strdup_printf ("%s %s", tl_colour_get_name (colour), name);
            g_autofree char *label = NULL;

            /* "white clouds" are plural; "a green cactus" may be one of the background. */
            if (!has_word (caption, phrase) || kind == TL_OBJECT_CACTUS || kind == TL_OBJECT_SUN)
              continue;
            label = g_strdup_printf ("%s %s", name, tl_colour_get_name (colour));
            if (!bits[find_label (label)])
              g_test_message ("%s: %s", caption, label);
            g_assert_cmpuint (bits[find_label (label)], ==, 1);
            n_checked++;
          }
    }
  g_assert_cmpuint (n_checked, >, N_SCENES / 4);
}

static void
labels_are_the_scene (void)
{
  g_autofree guint8 *bits = g_malloc (tl_labels_get_count ());
  TlSceneParts parts = {
    .object = TL_OBJECT_CAT,
    .colour = TL_COLOUR_BLACK,
    .relation = TL_RELATION_ON,
    .second = TL_OBJECT_ELEPHANT,
    .second_colour = TL_COLOUR_PINK,
    .background = TL_BACKGROUND_PLAIN,
    .backdrop = TL_COLOUR_GREEN,
    .style = TL_STYLE_FLAT,
  };
  g_autoptr (TlScene) scene = tl_scene_new_from (&parts, 0, 0);
  static const char *const names_expected[] = {
    "object cat",       "object elephant", "cat black",  "elephant pink",
    "background plain", "plain green",     "style flat", "relation on",
  };
  guint n = 0;

  tl_scene_get_labels (scene, bits);
  for (guint i = 0; i < G_N_ELEMENTS (names_expected); i++)
    g_assert_cmpuint (bits[find_label (names_expected[i])], ==, 1);
  for (guint i = 0; i < tl_labels_get_count (); i++)
    n += bits[i];
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (names_expected));

  /* What cannot be seen is not asked of a head. */
  scene->style = TL_STYLE_BLUEPRINT;
  tl_scene_get_labels (scene, bits);
  g_assert_cmpuint (bits[find_label ("cat black")], ==, 0);
  g_assert_cmpuint (bits[find_label ("plain green")], ==, 0);
  g_assert_cmpuint (bits[find_label ("object cat")], ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenes/caption/names-what-is-there", captions_name_what_is_there);
  g_test_add_func ("/scenes/caption/names-nothing-else", captions_name_nothing_else);
  g_test_add_func ("/scenes/caption/drawings-have-no-colour-words", drawings_have_no_colour_words);
  g_test_add_func ("/scenes/caption/heavens-are-not-on-the-ground", heavens_are_not_on_the_ground);
  g_test_add_func ("/scenes/caption/swimmers-are-not-at-the-bottom",
                   swimmers_are_not_at_the_bottom);
  g_test_add_func ("/scenes/caption/what-stands-does-not-fly", what_stands_does_not_fly);
  g_test_add_func ("/scenes/caption/rides-hide-details", rides_hide_details);
  g_test_add_func ("/scenes/caption/is-clean-text", captions_are_clean_text);
  g_test_add_func ("/scenes/caption/places-alone-are-nouns", places_alone_are_nouns);
  g_test_add_func ("/scenes/caption/repeats-and-varies", captions_repeat_and_vary);
  g_test_add_func ("/scenes/prompt/says-everything", prompts_say_everything);
  g_test_add_func ("/scenes/labels/have-distinct-names", labels_have_distinct_names);
  g_test_add_func ("/scenes/labels/agree-with-captions", labels_agree_with_captions);
  g_test_add_func ("/scenes/labels/are-the-scene", labels_are_the_scene);
  return g_test_run ();
}
