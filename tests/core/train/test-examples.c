/* test-examples.c - what is kept of many scenes, and that it is what the models make of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/examples.h"
#include "tests/core/train/fixture.h"

#include "core/denoiser/examples.h"
#include "core/scenes/table.h"
#include "core/train/feed.h"
#include "core/train/signs.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

#define SEED 9
#define N_SCENES 100 /* a batch and a part of another */
#define N_CELLS 64

/* The first sign of a colour. */
#define COLOURS (TL_N_OBJECTS + TL_N_BACKGROUNDS + TL_N_STYLES)

static TlModels *
load_starter (void)
{
  const TlModelChoice choice = { .precision = TL_PRECISION_FLOAT32 };
  g_autoptr (GError) error = NULL;
  TlModels *models = tl_models_load (&choice, TL_MODELS_ALL, &error);

  g_assert_no_error (error);
  return models;
}

static TlWeights *
gather (TlModels *models, guint64 seed, guint n_scenes, guint n_kept, guint *n)
{
  const TlExamplesChoice choice = { seed, n_scenes, n_kept, SIZE };
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  TlWeights *weights;

  *n = tl_examples_gather (&choice, models, writer, &error);
  g_assert_no_error (error);
  bytes = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (bytes, "examples", &error);
  g_assert_no_error (error);
  return weights;
}

/* What the models make of a scene, one at a time. */
typedef struct
{
  gint64 codes[N_CELLS];
  gdouble nearness;
} Seen;

static Seen
look_at (TlModels *models, TlScene *scene)
{
  g_autoptr (TlBatch) batch = tl_batch_draw_scenes (&scene, 1, SIZE, 0);
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  TlClip *clip = tl_models_get_clip (models);
  const gsize n = tl_clip_get_config (clip)->embed_dim;
  g_autofree gfloat *picture = g_new (gfloat, n), *caption = g_new (gfloat, n);
  Seen seen = { 0 };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_batch_get_pictures (s, batch), *words;

  tl_scope_set_grad (s, FALSE);
  x = tl_vqgan_encode (s, vqgan, tl_vqgan_from_picture (s, x));
  x = tl_vqgan_encode_indices (s, vqgan, x);
  tl_to_int64s (s, x, seen.codes, N_CELLS);
  x = tl_vqgan_decode (s, vqgan, tl_vqgan_lookup (s, vqgan, x));
  x = tl_normalize (s, tl_clip_encode_image (s, clip, tl_vqgan_to_picture (s, x)));
  words = tl_clip_encode_words (s, clip, tl_models_get_tokenizer (models), batch->captions[0]);
  tl_to_floats (s, x, picture, n);
  tl_to_floats (s, tl_normalize (s, words), caption, n);
  g_assert_true (tl_scope_close (s, NULL));
  for (gsize i = 0; i < n; i++)
    seen.nearness += picture[i] * caption[i];
  return seen;
}

/* (transfer full): [n, N_CELLS] */
static gint16 *
inflate_codes (TlWeights *weights, guint n)
{
  const TlBlob *blob = tl_weights_lookup (weights, TL_EXAMPLES_CODES);
  uLongf n_bytes = n * N_CELLS * sizeof (gint16);
  gint16 *codes = g_malloc (n_bytes);

  g_assert_cmpint (uncompress ((guint8 *) codes, &n_bytes, blob->data, blob->n_bytes), ==, Z_OK);
  g_assert_cmpuint (n_bytes, ==, n * N_CELLS * sizeof (gint16));
  return codes;
}

/* (transfer full): [n_codes, e_dim] */
static gfloat *
dup_codebook (TlVqgan *vqgan)
{
  const gsize n = (gsize) tl_vqgan_get_config (vqgan)->n_codes * tl_vqgan_get_config (vqgan)->e_dim;
  gfloat *vectors = g_new (gfloat, n);
  TlScope *s = tl_scope_open (NULL);

  tl_to_floats (s, tl_vqgan_get_codebook (vqgan), vectors, n);
  g_assert_true (tl_scope_close (s, NULL));
  return vectors;
}

/* Whether both show the same but for what a few bits are worth; two scenes are twice as far apart
 * as the numbers that they are of vary. */
static gboolean
has_codes (const gint16 *kept, const gint64 *codes, const gfloat *vectors, guint d)
{
  gdouble apart = 0, square = 0;

  for (guint k = 0; k < N_CELLS; k++)
    for (guint i = 0; i < d; i++)
      {
        const gdouble x = vectors[codes[k] * d + i];

        apart += pow (vectors[GINT16_FROM_LE (kept[k]) * d + i] - x, 2);
        square += x * x;
      }
  return apart < 0.05 * square;
}

static gboolean
has_like (const TlBlob *signs, guint8 thing)
{
  for (gint64 i = 0; i < signs->shape[0]; i++)
    if (signs->data[i * TL_SIGNS_OF_SCENE] == thing)
      return TRUE;
  return FALSE;
}

/* Each is a scene's codes with what it shows, in order, and the nearest are kept, but for those of
 * which there are enough. */
static void
test_kept (void)
{
  const guint n_kept = 60;
  g_autoptr (TlModels) models = load_starter ();
  guint n, at = 0;
  g_autoptr (TlWeights) weights = gather (models, SEED, N_SCENES, n_kept, &n);
  g_autofree gint16 *codes = inflate_codes (weights, n);
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  g_autofree gfloat *vectors = dup_codebook (vqgan);
  const TlBlob *signs = tl_weights_lookup (weights, TL_EXAMPLES_SIGNS);
  gdouble farthest_kept = 1, nearest_left = -1;

  g_assert_cmpuint (n, ==, n_kept);
  g_assert_cmpint (signs->shape[0], ==, n);
  for (guint i = 0; i < N_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_examples_draw_scene (SEED, i);
      const Seen seen = look_at (models, scene);
      guint8 own[TL_SIGNS_OF_SCENE];

      tl_signs_get (scene, own);
      if (at < n
          && has_codes (codes + at * N_CELLS, seen.codes, vectors,
                        tl_vqgan_get_config (vqgan)->e_dim))
        {
          g_assert_cmpmem (signs->data + at * sizeof own, sizeof own, own, sizeof own);
          farthest_kept = MIN (farthest_kept, seen.nearness);
          at++;
        }
      else if (!has_like (signs, own[0]))
        nearest_left = MAX (nearest_left, seen.nearness);
    }
  g_assert_cmpuint (at, ==, n);
  g_assert_cmpfloat (nearest_left, >, -1);
  g_assert_cmpfloat (farthest_kept, >, nearest_left - 1e-3);
}

/* Counts one more of what @a to @d say together. */
static guint
count (GHashTable *counts, guint a, guint b, guint c, guint d)
{
  gpointer key = GUINT_TO_POINTER (((a * 256 + b) * 256 + c) * 256 + d);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1;

  g_hash_table_insert (counts, key, GUINT_TO_POINTER (n));
  return n;
}

/* Of as many as there may be, a thing alone has a share, one of it in a place in a colour, or else
 * in a style without any, and a third in one style; two things stand together once, the first of
 * them in one for four of it alone. */
static void
test_likes (void)
{
  const guint n_scenes = 1400, n_kept = 16 * (4 * (TL_N_OBJECTS + 1) + TL_N_OBJECTS) / 4;
  const guint8 none = TL_EXAMPLES_NO_SIGN;
  g_autoptr (TlModels) models = load_starter ();
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  guint n, n_pairs = 0, n_alone = 0;
  g_autoptr (TlWeights) weights = gather (models, SEED, n_scenes, n_kept, &n);
  const TlBlob *blob = tl_weights_lookup (weights, TL_EXAMPLES_SIGNS);

  for (guint i = 0; i < n; i++)
    {
      const guint8 *signs = blob->data + i * TL_SIGNS_OF_SCENE;
      gboolean is_coloured;

      if (signs[0] >= TL_N_OBJECTS) /* a place alone */
        continue;
      if (signs[1] < TL_N_OBJECTS)
        {
          g_assert_cmpuint (count (counts, signs[0], signs[1], none, none), ==, 1);
          g_assert_cmpuint (count (counts, signs[0], none, none, 0), <=, 4);
          n_pairs++;
          continue;
        }
      n_alone++;
      g_assert_cmpuint (count (counts, signs[0], none, none, none), <=, 16);
      g_assert_cmpuint (count (counts, signs[0], none, signs[2], none), <=, 5);
      is_coloured = signs[3] >= COLOURS && signs[3] < COLOURS + TL_N_COLOURS;
      g_assert_cmpuint (count (counts, signs[0], signs[1], is_coloured ? none : signs[2],
                               is_coloured ? signs[3] : none),
                        ==, 1);
    }
  g_test_message ("%u kept: %u pairs, %u alone", n, n_pairs, n_alone);
  g_assert_cmpuint (n_pairs, >, 100);
  g_assert_cmpuint (n_alone, >, 400);
  g_assert_cmpuint (n, <=, n_kept);
}

/* All things in all places in all the colours that they may have are among the first scenes. */
static void
test_wishes (void)
{
  const guint n_scenes = TL_N_OBJECTS * TL_N_BACKGROUNDS * TL_N_COLOURS / 2 * 3;
  static gboolean is_drawn[TL_N_OBJECTS][TL_N_BACKGROUNDS][TL_N_COLOURS];

  for (guint i = 0; i < n_scenes; i++)
    {
      g_autoptr (TlScene) scene = tl_examples_draw_scene (SEED, i);

      if (scene->n_things == 1 && i % 3 < 2)
        is_drawn[scene->things[0].kind][scene->background][scene->things[0].colour] = TRUE;
    }
  for (guint kind = 0; kind < TL_N_OBJECTS; kind++)
    for (guint place = 0; place < TL_N_BACKGROUNDS; place++)
      for (guint colour = 0; colour < TL_N_COLOURS; colour++)
        if ((tl_object_get ((TlObjectKind) kind)->colours >> colour & 1) != 0)
          g_assert_true (is_drawn[kind][place][colour]);
}

/* A part of a batch, and the program reads what was written. */
static void
test_again (void)
{
  g_autoptr (TlModels) models = load_starter ();
  const TlVqganConfig *vqgan = tl_vqgan_get_config (tl_models_get_vqgan (models));
  const guint n_words = tl_clip_get_config (tl_models_get_clip (models))->embed_dim;
  guint n, n_again, n_other;
  g_autoptr (TlWeights) first = gather (models, SEED, 20, 100, &n);
  g_autoptr (TlWeights) again = gather (models, SEED, 20, 100, &n_again);
  g_autoptr (TlWeights) other = gather (models, SEED + 1, 20, 100, &n_other);
  const TlBlob *a = tl_weights_lookup (first, TL_EXAMPLES_CODES);
  const TlBlob *b = tl_weights_lookup (again, TL_EXAMPLES_CODES);
  const TlBlob *c = tl_weights_lookup (other, TL_EXAMPLES_CODES);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlExamples) read = tl_examples_load (first, vqgan->n_codes, n_words, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (tl_examples_get_n (read), ==, n);
  g_assert_cmpuint (n, <=, 20);
  g_assert_cmpuint (n, ==, n_again);
  g_assert_cmpmem (a->data, a->n_bytes, b->data, b->n_bytes);
  g_assert_true (a->n_bytes != c->n_bytes || memcmp (a->data, c->data, a->n_bytes) != 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/examples/kept", test_kept);
  g_test_add_func ("/train/examples/likes", test_likes);
  g_test_add_func ("/train/examples/wishes", test_wishes);
  g_test_add_func ("/train/examples/again", test_again);
  return g_test_run ();
}
