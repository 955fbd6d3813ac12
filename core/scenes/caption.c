/* caption.c - sentences about a scene
 *
 * A speaker decides what to say and how much; the words are in phrases.c and table.c. The plain
 * speaker always takes the first word and leaves nothing out: that is the prompt that a scene
 * stands for.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/words.h"

#include "core/base/random.h"
#include "core/scenes/phrases.h"
#include "core/scenes/table.h"

#include <string.h>

typedef struct
{
  const TlScene *scene;
  TlRandom random;
  gboolean is_plain;
  gdouble p_colour, p_detail, p_place, p_extra, p_style;
} Speaker;

static const struct
{
  gdouble colour, detail, place, extra, style;
} talkativeness[] = {
  { 0.55, 0.02, 0.05, 0.02, 0.15 },
  { 0.80, 0.10, 0.65, 0.20, 0.35 },
  { 0.97, 0.30, 0.97, 0.75, 0.60 },
};

static Speaker
make_speaker (const TlScene *scene, guint k)
{
  Speaker self = { .scene = scene };
  gdouble u;
  guint level;

  tl_random_init (&self.random, scene->seed, scene->index, TL_PURPOSE_SCENE, 16 + k);
  u = tl_random_uniform (&self.random);
  level = u < 0.25 ? 0 : u < 0.65 ? 1 : 2;
  self.p_colour = talkativeness[level].colour;
  self.p_detail = talkativeness[level].detail;
  self.p_place = talkativeness[level].place;
  self.p_extra = talkativeness[level].extra;
  self.p_style = talkativeness[level].style;
  return self;
}

static gboolean
chance (Speaker *self, gdouble p)
{
  return self->is_plain ? p >= 0.5 : tl_random_uniform (&self->random) < p;
}

static guint
below (Speaker *self, guint n)
{
  return self->is_plain ? 0 : tl_random_below (&self->random, n);
}

/* Whether it is only true where colours are seen. */
static gboolean
names_colour (const char *phrase)
{
  /* "in six colors" */
  if (strstr (phrase, " colors") != NULL)
    return TRUE;
  for (guint i = 0; i < TL_N_COLOURS; i++)
    {
      const char *name = tl_colour_get_name (i), *found = strstr (phrase, name);

      if (found != NULL && (found == phrase || found[-1] == ' ')
          && !g_ascii_isalpha (found[strlen (name)]))
        return TRUE;
    }
  return FALSE;
}

/* One of @phrases, of which at most @n; (nullable) */
static const char *
pick (Speaker *self, const char *const *phrases, guint n)
{
  gboolean has_colours = tl_scene_has_colours (self->scene);
  const char *suiting[8];
  guint n_suiting = 0;

  for (guint i = 0; i < n && phrases[i] != NULL; i++)
    if (has_colours || !names_colour (phrases[i]))
      suiting[n_suiting++] = phrases[i];
  return n_suiting > 0 ? suiting[below (self, n_suiting)] : NULL;
}

#define PICK(self, list) pick (self, list, G_N_ELEMENTS (list))

/* Whether it hangs in the sky, which a large one fills to below the horizon, flies, or swims. */
static gboolean
is_thing_aloft (const TlScene *scene, const TlThing *thing)
{
  guint traits = tl_object_get (thing->kind)->traits;

  if ((traits & TL_TRAIT_SKY) != 0)
    return TRUE;
  /* The bottom of the sea begins at 0.87. */
  if (scene->background == TL_BACKGROUND_UNDERWATER)
    return (traits & (TL_TRAIT_FLIES | TL_TRAIT_SWIMS)) != 0 && thing->y < 0.80;
  return (traits & TL_TRAIT_FLIES) != 0 && thing->y < scene->horizon + 0.06;
}

/* Whether all that the place is said of is up there. */
static gboolean
is_aloft (const TlScene *scene)
{
  const TlThing *a = &scene->things[0], *b = &scene->things[1];

  switch (scene->relation)
    {
    case TL_RELATION_NONE:
      return is_thing_aloft (scene, a);
    case TL_RELATION_DRIVING:
      return is_thing_aloft (scene, b);
    case TL_RELATION_NEXT_TO:
      return is_thing_aloft (scene, a) && is_thing_aloft (scene, b);
    default:
      return FALSE;
    }
}

/* Colour words where the colour is seen and does not go without saying. */
static void
add_colour (Speaker *self, GString *text, const TlThing *thing)
{
  const TlObject *object = tl_object_get (thing->kind);
  gboolean is_natural = object->natural == (gint) thing->colour;
  gdouble p = is_natural ? self->p_colour * 0.35 : object->natural >= 0 ? 1 : self->p_colour;

  if (!tl_scene_has_colours (self->scene) || thing->kind == TL_OBJECT_RAINBOW)
    return;
  if (chance (self, self->is_plain && is_natural ? 0 : p))
    g_string_append_printf (text, "%s ", tl_colour_get_word (thing->colour, below (self, 4)));
}

static void
add_size (Speaker *self, GString *text, const TlThing *thing)
{
  static const char *const large[] = { "big", "large", "huge" }, *const small[] = { "small",
                                                                                    "little",
                                                                                    "tiny" };

  if (self->is_plain || self->scene->n_things > 1 || !chance (self, 0.22))
    return;
  if (thing->k > 0.35)
    g_string_append_printf (text, "%s ", PICK (self, large));
  else if (thing->k < 0.21)
    g_string_append_printf (text, "%s ", PICK (self, small));
}

static char *
add_article (Speaker *self, const char *noun)
{
  gboolean has_vowel = strchr ("aeiou", noun[0]) != NULL && !g_str_has_prefix (noun, "ufo");
  gdouble u = self->is_plain ? 0 : tl_random_uniform (&self->random);

  if (u < 0.78)
    return g_strconcat (has_vowel ? "an " : "a ", noun, NULL);
  return g_strconcat (u < 0.85 ? "the " : "", noun, NULL);
}

/* What a ride hides: see TlObject. */
static gboolean
is_true_of_detail (const TlScene *scene, const char *detail)
{
  return detail[0] != '!' || scene->relation != TL_RELATION_DRIVING;
}

/* "a big red tractor with black wheels" */
static char *
describe (Speaker *self, const TlThing *thing)
{
  const TlObject *object = tl_object_get (thing->kind);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *noun = NULL;
  const char *detail;

  add_size (self, text, thing);
  add_colour (self, text, thing);
  g_string_append (text, PICK (self, object->words));
  noun = add_article (self, text->str);
  detail = PICK (self, object->details);
  if (!self->is_plain && detail != NULL
      && chance (self, self->p_detail * (thing->kind == TL_OBJECT_TRACTOR ? 1.6 : 1))
      && is_true_of_detail (self->scene, detail))
    return g_strconcat (noun, " ", detail[0] == '!' ? detail + 1 : detail, NULL);
  return g_steal_pointer (&noun);
}

static char *
relate_driving (Speaker *self, const char *a, const char *b)
{
  const TlScene *scene = self->scene;
  const char *verb = pick (self, tl_phrases_get_driving (scene->things[1].kind), 6);

  if (self->is_plain || !chance (self, 0.1))
    return g_strdup_printf ("%s %s %s", a, verb, b);
  return g_strdup_printf ("%s %s %s", b, pick (self, tl_phrases_get_inverse (scene->relation), 4),
                          a);
}

static char *
relate_beside (Speaker *self, const char *a, const char *b)
{
  const TlScene *scene = self->scene;
  gboolean is_left = scene->things[0].x < scene->things[1].x;

  if (!self->is_plain && chance (self, 0.12))
    return g_strdup_printf ("%s %s %s", a, is_left ? "to the left of" : "to the right of", b);
  return g_strdup_printf ("%s %s %s", a, pick (self, tl_phrases_get_relation (scene->relation), 6),
                          b);
}

/* Both things and what is between them. */
static char *
relate (Speaker *self)
{
  const TlScene *scene = self->scene;
  g_autofree char *a = describe (self, &scene->things[0]);
  g_autofree char *b = describe (self, &scene->things[1]);
  const char *posture = tl_object_get (scene->things[0].kind)->posture;
  gboolean says_posture =
    (scene->relation == TL_RELATION_ON || scene->relation == TL_RELATION_UNDER
     || scene->relation == TL_RELATION_IN_FRONT)
    && posture != NULL && (strcmp (posture, "sitting") == 0 || strcmp (posture, "standing") == 0);

  if (scene->relation == TL_RELATION_DRIVING)
    return relate_driving (self, a, b);
  if (!self->is_plain && chance (self, 0.12))
    return g_strdup_printf ("%s %s %s", b, pick (self, tl_phrases_get_inverse (scene->relation), 4),
                            a);
  if (scene->relation == TL_RELATION_NEXT_TO)
    return relate_beside (self, a, b);

  says_posture = says_posture && !self->is_plain && chance (self, 0.25);
  return g_strdup_printf ("%s %s%s%s %s", a, says_posture ? posture : "", says_posture ? " " : "",
                          pick (self, tl_phrases_get_relation (scene->relation), 6), b);
}

static char *
describe_alone (Speaker *self)
{
  const TlScene *scene = self->scene;
  const TlPlaceWords *place = tl_phrases_get_place (scene->background, scene->extras);

  if (scene->background != TL_BACKGROUND_PLAIN)
    return g_strdup (PICK (self, place->alone));
  if (tl_scene_has_backdrop (scene))
    return g_strdup_printf ("a plain %s background", tl_colour_get_name (scene->backdrop));
  return g_strdup ("an empty page");
}

static gboolean
is_true_of_posture (const TlScene *scene, const char *posture)
{
  gboolean has_ground =
    scene->background != TL_BACKGROUND_SPACE && scene->background != TL_BACKGROUND_PLAIN;

  if (strcmp (posture, "swimming") == 0)
    return scene->background == TL_BACKGROUND_UNDERWATER;
  return strcmp (posture, "flying") != 0 || !has_ground || is_aloft (scene);
}

static char *
describe_one (Speaker *self)
{
  const TlScene *scene = self->scene;
  const char *posture = tl_object_get (scene->things[0].kind)->posture;
  g_autofree char *thing = describe (self, &scene->things[0]);

  if (posture == NULL || self->is_plain || !chance (self, 0.15)
      || !is_true_of_posture (scene, posture))
    return g_steal_pointer (&thing);
  return g_strconcat (thing, " ", posture, NULL);
}

static char *
describe_backdrop (Speaker *self)
{
  static const char *const forms[] = { "on a %s background", "in front of a plain %s background",
                                       "on %s", "with a %s background",
                                       "on a plain %s background" };
  const TlScene *scene = self->scene;
  const char *name = tl_colour_get_word (scene->backdrop, below (self, 2));
  g_autofree char *form = NULL;
  const char *at;

  if (scene->style == TL_STYLE_CHALK)
    return g_strdup ("on a blackboard");
  if (scene->style == TL_STYLE_LINE)
    return g_strdup ("on paper");
  if (!tl_scene_has_backdrop (scene))
    return NULL;

  form = g_strdup (forms[below (self, G_N_ELEMENTS (forms))]);
  at = strstr (form, "%s");
  /* "an orange background" */
  if (name[0] == 'o' && g_str_has_prefix (form, "on a %s"))
    return g_strconcat ("on an ", name, at + 2, NULL);
  if (name[0] == 'o' && g_str_has_prefix (form, "with a %s"))
    return g_strconcat ("with an ", name, at + 2, NULL);
  return g_strdup_printf ("%.*s%s%s", (int) (at - form), form, name, at + 2);
}

/* (nullable) */
static char *
describe_place (Speaker *self)
{
  const TlScene *scene = self->scene;
  const TlPlaceWords *place = tl_phrases_get_place (scene->background, scene->extras);
  const char *phrase;

  if (scene->background == TL_BACKGROUND_PLAIN)
    return describe_backdrop (self);
  phrase = is_aloft (scene) ? PICK (self, place->air) : PICK (self, place->ground);
  return g_strdup (phrase);
}

/* Clouds are white in the middle of a fine day only. */
static gboolean
is_true_of_extra (const TlScene *scene, const char *phrase)
{
  gboolean is_fine =
    scene->background != TL_BACKGROUND_SUNSET && (scene->extras & TL_EXTRA_RAIN) == 0;

  return is_fine || strstr (phrase, "white") == NULL;
}

/* "the sun and white clouds"; empty where nothing is said */
static char *
describe_extras (Speaker *self)
{
  const TlScene *scene = self->scene;
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_said = 0;

  for (guint i = 0; i < TL_N_EXTRAS; i++)
    {
      const char *phrase;
      /* The place has said these. */
      guint implied =
        TL_EXTRA_BEACH | (scene->background == TL_BACKGROUND_MOUNTAINS ? TL_EXTRA_MOUNTAINS : 0);

      if ((scene->extras & ~implied & (1u << i)) == 0 || n_said >= 2)
        continue;
      phrase = pick (self, tl_phrases_get_extra (i), 5);
      if (!is_true_of_extra (scene, phrase) || !chance (self, self->p_extra))
        continue;
      if (n_said++ > 0)
        g_string_append (text, " and ");
      g_string_append (text, phrase);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
skip_article (const char *text)
{
  static const char *const articles[] = { "a ", "an ", "the " };

  for (guint i = 0; i < G_N_ELEMENTS (articles); i++)
    if (g_str_has_prefix (text, articles[i]))
      return text + strlen (articles[i]);
  return text;
}

static char *
apply_form (const char *form, const char *text)
{
  gboolean is_bare = form[0] == '!';
  const char *at = strstr (form, "%s");

  if (is_bare)
    {
      form++;
      text = skip_article (text);
    }
  return g_strdup_printf ("%.*s%s%s", (int) (at - form), form, text, at + 2);
}

static const char *
pick_form (Speaker *self, const char *text)
{
  const char *const *forms = tl_phrases_get_style (self->scene->style)->forms;
  guint n = g_strv_length ((char **) forms), i = below (self, n);
  /* Any thing may be one, but "sand dunes" and "winter" have no article to lose. */
  gboolean is_countable = self->scene->n_things > 0 || skip_article (text) != text;

  if (g_str_has_prefix (forms[i], "!a ") && !is_countable)
    i = (i + 1) % n;
  return forms[i];
}

static char *
apply_style (Speaker *self, const char *text)
{
  static const char *const others[] = {
    "a picture of %s", "an image of %s", "an illustration of %s", "a scene with %s", "%s, detailed",
    "a drawing of %s", "art of %s",      "%s, illustration"
  };

  if (chance (self, self->p_style))
    return apply_form (pick_form (self, text), text);
  if (chance (self, 0.25))
    return apply_form (others[below (self, G_N_ELEMENTS (others))], text);
  return g_strdup (text);
}

/* "tractor, red, meadow, cartoon" */
static char *
list_tags (Speaker *self)
{
  const TlScene *scene = self->scene;
  const TlPlaceWords *place = tl_phrases_get_place (scene->background, scene->extras);
  const TlThing *thing = &scene->things[0];
  g_autoptr (GString) text = g_string_new (PICK (self, tl_object_get (thing->kind)->words));

  if (tl_scene_has_colours (scene) && thing->kind != TL_OBJECT_RAINBOW && chance (self, 0.8))
    g_string_append_printf (text, ", %s", tl_colour_get_name (thing->colour));
  if (scene->n_things > 1 && chance (self, 0.7))
    g_string_append_printf (text, ", %s",
                            PICK (self, tl_object_get (scene->things[1].kind)->words));
  if (place->tag != NULL && chance (self, self->p_place))
    g_string_append_printf (text, ", %s", place->tag);
  if (chance (self, self->p_style))
    g_string_append_printf (text, ", %s", tl_phrases_get_style (scene->style)->tag);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
speak (Speaker *self)
{
  const TlScene *scene = self->scene;
  g_autofree char *core = NULL, *place = NULL, *extras = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_split;

  core = scene->n_things == 0   ? describe_alone (self)
         : scene->n_things == 1 ? describe_one (self)
                                : relate (self);
  if (scene->n_things > 0 && chance (self, self->p_place))
    place = describe_place (self);
  extras = describe_extras (self);
  is_split = !self->is_plain && chance (self, 0.15);

  g_string_append (text, core);
  if (place != NULL)
    g_string_append_printf (text, "%s%s", is_split ? ", " : " ", place);
  if (*extras != '\0')
    g_string_append_printf (text, "%s%s",
                            is_split             ? ", "
                            : chance (self, 0.7) ? " with "
                                                 : " and ",
                            extras);
  return apply_style (self, text->str);
}

char *
tl_scene_dup_caption (const TlScene *self, guint k)
{
  Speaker speaker = make_speaker (self, k);

  if (self->n_things > 0 && chance (&speaker, 0.12))
    return list_tags (&speaker);
  return speak (&speaker);
}

char *
tl_scene_dup_prompt (const TlScene *self)
{
  Speaker speaker = { .scene = self, .is_plain = TRUE, .p_colour = 1, .p_place = 1, .p_style = 1 };

  return speak (&speaker);
}
