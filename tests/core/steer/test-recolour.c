/* test-recolour.c - the same forms in the colours that are asked for, on the starter models
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/scene.h"
#include "core/steer/recolour.h"
#include "tests/core/steer/fixture.h"

#include <math.h>
#include <string.h>

#define N (SIDE * SIDE)

typedef struct
{
  TlModels *models;
  TlEmbeds *embeds;
} Pair;

static void
set_up (Pair *pair, gconstpointer data)
{
  const TlModelChoice choice = { .precision = TL_PRECISION_FLOAT32 };
  g_autoptr (GError) error = NULL;

  pair->models =
    tl_models_load (&choice, TL_MODELS_VQGAN | TL_MODELS_CLIP | TL_MODELS_TOKENIZER, &error);
  g_assert_no_error (error);
  pair->embeds = tl_embeds_new (pair->models);
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  tl_embeds_free (pair->embeds);
  tl_models_free (pair->models);
}

/* -> [1, 3, SIDE, SIDE] */
static TlTensor *
draw_red_house (TlScope *s)
{
  TlSceneParts parts = TL_SCENE_PARTS_INIT;
  g_autofree guint8 *pixels = g_new (guint8, 4 * N);
  g_autoptr (TlScene) scene = NULL;

  parts.object = TL_OBJECT_HOUSE;
  parts.colour = TL_COLOUR_RED;
  parts.background = TL_BACKGROUND_MEADOW;
  parts.style = TL_STYLE_FLAT;
  scene = tl_scene_new_from (&parts, 5, 1);
  tl_scene_draw (scene, pixels, 4 * SIDE, SIDE);
  return tl_from_argb32 (s, pixels, 4 * SIDE, SIDE, SIDE);
}

typedef struct
{
  gfloat *before, *after; /* [3, SIDE, SIDE] */
  gdouble nearness_before, nearness_after;
} Seen;

static void
seen_clear (Seen *seen)
{
  g_free (seen->before);
  g_free (seen->after);
}

static Seen
recolour_house (Pair *pair, const char *prompt)
{
  g_autoptr (TlSteer) steer = make_steer (prompt, NULL, "cutouts", "8", NULL);
  g_autoptr (TlStart) start = make_start (1, NULL, TL_FIT_CROP);
  const TlIteration iteration = { .models = pair->models,
                                  .embeds = pair->embeds,
                                  .steer = steer,
                                  .start = tl_start_get_values (start) };
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GArray) targets = tl_iteration_find_targets (s, &iteration);
  g_autoptr (GError) error = NULL;
  TlTensor *house = draw_red_house (s), *other = tl_recolour (s, &iteration, targets, house);
  Seen seen = { g_new (gfloat, 3 * N), g_new (gfloat, 3 * N),
                tl_iteration_measure (s, &iteration, targets, house),
                tl_iteration_measure (s, &iteration, targets, other) };

  g_assert_true (tl_to_floats (s, house, seen.before, 3 * N));
  g_assert_true (tl_to_floats (s, other, seen.after, 3 * N));
  g_assert_true (tl_scope_close (s, &error));
  g_assert_no_error (error);
  return seen;
}

static gdouble
get_lightness (const gfloat *x, gint i)
{
  return 0.299 * x[i] + 0.587 * x[N + i] + 0.114 * x[2 * N + i];
}

static gboolean
is_inside (const gfloat *x, gint i)
{
  for (guint c = 0; c < 3; c++)
    if (x[c * N + i] <= 0 || x[c * N + i] >= 1)
      return FALSE;
  return TRUE;
}

static gboolean
has_colour_of (const gfloat *x, gint i, gint j)
{
  for (guint c = 0; c < 3; c++)
    if (fabs (x[c * N + i] - x[c * N + j]) > 1.5 / 255)
      return FALSE;
  return TRUE;
}

static guint
count_blue (const gfloat *x)
{
  guint n = 0;

  for (gint i = 0; i < N; i++)
    n += x[2 * N + i] > MAX (x[i], x[N + i]) + 0.4f;
  return n;
}

/* A blue house is asked for: some of the red one becomes blue, CLIP finds it nearer, and nothing
 * becomes lighter or darker. */
static void
test_as_asked (Pair *pair, gconstpointer data)
{
  Seen seen = recolour_house (pair, "a flat illustration of a blue house");
  guint n_inside = 0;

  g_assert_cmpfloat (seen.nearness_after, >, seen.nearness_before + 0.05);
  g_assert_cmpuint (count_blue (seen.after), >, count_blue (seen.before) + N / 40);
  for (gint i = 0; i < N; i++)
    if (is_inside (seen.after, i))
      {
        g_assert_cmpfloat_with_epsilon (get_lightness (seen.after, i),
                                        get_lightness (seen.before, i), 1e-4);
        n_inside++;
      }
  g_assert_cmpuint (n_inside, >, N / 8);
  seen_clear (&seen);
}

/* What is of one colour stays so, wherever in an area it is. */
static void
test_forms_stay (Pair *pair, gconstpointer data)
{
  Seen seen = recolour_house (pair, "a flat illustration of a green house");
  guint n = 0;

  for (gint i = 0; i < N; i++)
    if (i % SIDE > 0 && has_colour_of (seen.before, i, i - 1))
      {
        for (guint c = 0; c < 3; c++)
          g_assert_cmpfloat_with_epsilon (seen.after[c * N + i], seen.after[c * N + i - 1], 0.06);
        n++;
      }
  g_assert_cmpuint (n, >, N / 2);
  seen_clear (&seen);
}

static void
test_the_same_again (Pair *pair, gconstpointer data)
{
  Seen one = recolour_house (pair, "a flat illustration of a blue house");
  Seen again = recolour_house (pair, "a flat illustration of a blue house");
  Seen other = recolour_house (pair, "a flat illustration of a yellow house");

  g_assert_cmpint (memcmp (one.after, again.after, 3 * N * sizeof (gfloat)), ==, 0);
  g_assert_cmpint (memcmp (one.after, other.after, 3 * N * sizeof (gfloat)), !=, 0);
  seen_clear (&one);
  seen_clear (&again);
  seen_clear (&other);
}

static void
test_nothing_asked (Pair *pair, gconstpointer data)
{
  Seen seen = recolour_house (pair, "");

  g_assert_cmpint (memcmp (seen.after, seen.before, 3 * N * sizeof (gfloat)), ==, 0);
  seen_clear (&seen);
}

int
main (int argc, char *argv[])
{
  const struct
  {
    const char *path;
    void (*func) (Pair *pair, gconstpointer data);
  } tests[] = {
    { "/steer/recolour/as-asked", test_as_asked },
    { "/steer/recolour/forms-stay", test_forms_stay },
    { "/steer/recolour/the-same-again", test_the_same_again },
    { "/steer/recolour/nothing-asked", test_nothing_asked },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Pair, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
