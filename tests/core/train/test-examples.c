/* test-examples.c - what is kept of many scenes, and that it is what the models make of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/examples.h"
#include "tests/core/train/fixture.h"

#include "core/denoiser/examples.h"
#include "core/train/feed.h"

#include <math.h>
#include <string.h>

#define SEED 9
#define N_SCENES 100 /* a batch and a part of another */
#define N_CELLS 64

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
  gfloat *words;
  gdouble nearness;
} Seen;

static Seen
look_at (TlModels *models, TlScene *scene)
{
  g_autoptr (TlBatch) batch = tl_batch_draw_scenes (&scene, 1, SIZE, 0);
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  TlClip *clip = tl_models_get_clip (models);
  const gsize n = tl_clip_get_config (clip)->embed_dim;
  g_autofree gfloat *picture = g_new (gfloat, n);
  Seen seen = { .words = g_new (gfloat, n) };
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
  tl_to_floats (s, tl_normalize (s, words), seen.words, n);
  g_assert_true (tl_scope_close (s, NULL));
  for (gsize i = 0; i < n; i++)
    seen.nearness += picture[i] * seen.words[i];
  return seen;
}

static gboolean
has_codes (const TlBlob *blob, guint which, const gint64 *codes)
{
  for (guint k = 0; k < N_CELLS; k++)
    {
      gint16 code;

      memcpy (&code, blob->data + 2 * (which * N_CELLS + k), sizeof code);
      if (GINT16_FROM_LE (code) != codes[k])
        return FALSE;
    }
  return TRUE;
}

static gdouble
get_cosine (const gfloat *own, const TlBlob *blob, guint which)
{
  const gsize n = (gsize) blob->shape[1];
  const gint8 *words = (const gint8 *) blob->data + which * n;
  gdouble sum = 0, square = 0;

  for (gsize i = 0; i < n; i++)
    {
      sum += own[i] * words[i];
      square += words[i] * words[i];
    }
  return sum / sqrt (square);
}

/* Each is a scene's codes with its caption's words, in order, and the nearest are kept. */
static void
test_kept (void)
{
  const guint n_kept = 60;
  g_autoptr (TlModels) models = load_starter ();
  guint n, at = 0;
  g_autoptr (TlWeights) weights = gather (models, SEED, N_SCENES, n_kept, &n);
  const TlBlob *codes = tl_weights_lookup (weights, TL_EXAMPLES_CODES);
  const TlBlob *words = tl_weights_lookup (weights, TL_EXAMPLES_WORDS);
  gdouble farthest_kept = 1, nearest_left = -1;

  g_assert_cmpuint (n, ==, n_kept);
  g_assert_cmpint (codes->shape[0], ==, n);
  for (guint i = 0; i < N_SCENES; i++)
    {
      g_autoptr (TlScene) scene = tl_examples_draw_scene (SEED, i);
      Seen seen = look_at (models, scene);

      if (at < n && has_codes (codes, at, seen.codes))
        {
          g_assert_cmpfloat (get_cosine (seen.words, words, at), >, 0.999);
          farthest_kept = MIN (farthest_kept, seen.nearness);
          at++;
        }
      else
        nearest_left = MAX (nearest_left, seen.nearness);
      g_free (seen.words);
    }
  g_assert_cmpuint (at, ==, n);
  g_assert_cmpfloat (farthest_kept, >, nearest_left - 1e-3);
}

/* However many may be kept, no two of a thing alone in one place and style. */
static void
test_likes (void)
{
  const guint n_scenes = 1400;
  g_autoptr (TlModels) models = load_starter ();
  g_autoptr (GHashTable) sorts = g_hash_table_new (NULL, NULL);
  guint n, n_others = 0;
  g_autoptr (TlWeights) weights = gather (models, SEED, n_scenes, n_scenes, &n);

  for (guint i = 0; i < n_scenes; i++)
    {
      g_autoptr (TlScene) scene = tl_examples_draw_scene (SEED, i);
      const guint place = scene->background * TL_N_STYLES + scene->style;

      if (scene->n_things == 1)
        g_hash_table_add (sorts, GUINT_TO_POINTER (scene->things[0].kind * 1000 + place));
      n_others += scene->n_things != 1;
    }
  /* Of the others, too, some are alike. */
  g_test_message ("%u kept of %u sorts and %u others", n, g_hash_table_size (sorts), n_others);
  g_assert_cmpuint (n, >, g_hash_table_size (sorts));
  g_assert_cmpuint (n, <=, g_hash_table_size (sorts) + n_others);
  g_assert_cmpuint (n, <, n_scenes);
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
  g_test_add_func ("/train/examples/again", test_again);
  return g_test_run ();
}
