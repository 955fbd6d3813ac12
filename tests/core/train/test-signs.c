/* test-signs.c - what a scene shows, and whether captions are read for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/signs.h"
#include "tests/core/train/fixture.h"

#include "core/denoiser/examples.h"
#include "core/scenes/words.h"
#include "core/steer/models.h"

#include <math.h>
#include <string.h>

#define N_WORDS 3
#define NONE TL_EXAMPLES_NO_SIGN

/* No two of a scene are the same, each is one of those that there are, and what shows the same has
 * the same. */
static void
test_of_scenes (void)
{
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (3, i);
      TlScene other = *scene;
      guint8 signs[TL_SIGNS_OF_SCENE], others[TL_SIGNS_OF_SCENE];
      guint n = 0;

      tl_signs_get (scene, signs);
      while (n < TL_SIGNS_OF_SCENE && signs[n] != NONE)
        g_assert_cmpuint (signs[n++], <, tl_signs_get_count ());
      g_assert_cmpuint (n, >=, 3 + scene->n_things);
      for (guint k = 0; k < TL_SIGNS_OF_SCENE; k++)
        for (guint m = 0; m < MIN (k, n); m++)
          if (k >= n)
            g_assert_cmpuint (signs[k], ==, NONE);
          else if (signs[m] == signs[k]) /* two of a kind */
            g_assert_true (scene->n_things == 2 && scene->things[0].kind == scene->things[1].kind);

      other.index++;
      other.horizon /= 2;
      tl_signs_get (&other, others);
      g_assert_cmpmem (signs, sizeof signs, others, sizeof others);
      other.background = (other.background + 1) % TL_N_BACKGROUNDS;
      tl_signs_get (&other, others);
      g_assert_true (memcmp (signs, others, sizeof signs) != 0);
    }
}

static gdouble
get_worth (const gdouble *reading, guint sign, const gfloat *words)
{
  const gdouble *row = reading + sign * (N_WORDS + 1);
  gdouble worth = row[N_WORDS];

  for (guint i = 0; i < N_WORDS; i++)
    worth += row[i] * words[i];
  return worth;
}

/* Where words say all, a sign that is asked for is worth its weight and any other as much less than
 * nothing; where they say nothing, what it is worth is what it mostly is. */
static void
test_worth (void)
{
  static const gfloat words[3][N_WORDS] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
  g_autoptr (TlSigns) self = tl_signs_new (N_WORDS);
  g_autofree gdouble *reading = NULL;
  guint8 signs[TL_SIGNS_OF_SCENE];

  memset (signs, NONE, sizeof signs);
  for (guint i = 0; i < 300; i++)
    {
      signs[0] = (guint8) (i % 3);
      signs[1] = (guint8) (i % 2 == 0 ? TL_N_OBJECTS : TL_N_OBJECTS + 1); /* a place: of either */
      tl_signs_add (self, words[i % 3], signs);
    }
  reading = tl_signs_solve (self);
  for (guint i = 0; i < 3; i++)
    {
      for (guint sign = 0; sign < 3; sign++)
        g_assert_cmpfloat_with_epsilon (get_worth (reading, sign, words[i]), sign == i ? 8 : -8,
                                        0.2);
      g_assert_cmpfloat_with_epsilon (get_worth (reading, 3, words[i]), -8, 0.01);
      g_assert_cmpfloat_with_epsilon (get_worth (reading, TL_N_OBJECTS, words[i]), 0, 0.01);
      g_assert_cmpfloat_with_epsilon (get_worth (reading, TL_N_OBJECTS + 2, words[i]), -3, 0.01);
    }
}

/* Whatever it is that was added, even one caption alone. */
static void
test_little (void)
{
  static const gfloat words[N_WORDS] = { 1, 0, 0 };
  static const guint8 signs[TL_SIGNS_OF_SCENE] = { 5, NONE, NONE, NONE, NONE, NONE, NONE, NONE };
  g_autoptr (TlSigns) self = tl_signs_new (N_WORDS);
  g_autofree gdouble *reading = NULL;

  tl_signs_add (self, words, signs);
  reading = tl_signs_solve (self);
  for (guint i = 0; i < tl_signs_get_count () * (N_WORDS + 1); i++)
    g_assert_true (isfinite (reading[i]));
  g_assert_cmpfloat_with_epsilon (get_worth (reading, 5, words), 8, 0.01);
}

/* --- by the starter's CLIP --- */

#define BATCH 50
#define N_LEARNT 40 /* batches */
#define N_SHOWN 200

static void
read_captions (TlModels *models, guint64 first, guint n, gfloat *words, gsize n_words)
{
  TlScope *s = tl_scope_open (NULL);
  g_autofree TlTensor **rows = g_new (TlTensor *, n);

  tl_scope_set_grad (s, FALSE);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (11, first + i);
      g_autofree char *caption = tl_scene_dup_caption (scene, i % 3);

      rows[i] = tl_clip_encode_words (s, tl_models_get_clip (models),
                                      tl_models_get_tokenizer (models), caption);
    }
  tl_to_floats (s, tl_normalize (s, tl_cat (s, rows, n, 0)), words, n * n_words);
  g_assert_true (tl_scope_close (s, NULL));
}

static gboolean
is_thing_read (const gdouble *reading, const gfloat *words, gsize n_words, const TlScene *scene)
{
  guint best = 0;
  gdouble most = -INFINITY;

  for (guint sign = 0; sign < TL_N_OBJECTS; sign++)
    {
      const gdouble *row = reading + sign * (n_words + 1);
      gdouble worth = row[n_words];

      for (gsize k = 0; k < n_words; k++)
        worth += row[k] * words[k];
      if (worth > most)
        best = sign;
      most = MAX (most, worth);
    }
  return best == scene->things[0].kind || (scene->n_things > 1 && best == scene->things[1].kind);
}

/* Of captions that it has not learnt from, of 56 things. */
static void
test_things (void)
{
  const TlModelChoice choice = { .precision = TL_PRECISION_FLOAT32 };
  g_autoptr (TlModels) models = tl_models_load (&choice, TL_MODELS_ALL, NULL);
  const gsize n_words = tl_clip_get_config (tl_models_get_clip (models))->embed_dim;
  g_autofree gfloat *words = g_new (gfloat, N_SHOWN * n_words);
  g_autoptr (TlSigns) self = tl_signs_new ((guint) n_words);
  g_autofree gdouble *reading = NULL;
  guint n_right = 0, n = 0;

  for (guint i = 0; i < N_LEARNT * BATCH; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (11, i);
      guint8 signs[TL_SIGNS_OF_SCENE];

      if (i % BATCH == 0)
        read_captions (models, i, BATCH, words, n_words);
      tl_signs_get (scene, signs);
      tl_signs_add (self, words + i % BATCH * n_words, signs);
    }
  reading = tl_signs_solve (self);
  read_captions (models, N_LEARNT * BATCH, N_SHOWN, words, n_words);
  for (guint i = 0; i < N_SHOWN; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (11, N_LEARNT * BATCH + i);

      n += scene->n_things > 0;
      n_right +=
        scene->n_things > 0 && is_thing_read (reading, words + i * n_words, n_words, scene);
    }
  g_test_message ("of %u things %u are read", n, n_right);
  g_assert_cmpuint (n_right, >=, n * 9 / 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/signs/of-scenes", test_of_scenes);
  g_test_add_func ("/train/signs/worth", test_worth);
  g_test_add_func ("/train/signs/little", test_little);
  g_test_add_func ("/train/signs/things", test_things);
  return g_test_run ();
}
