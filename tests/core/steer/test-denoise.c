/* test-denoise.c - the denoiser's pull: when there is one, that it repeats, and what it is told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/denoise.h"
#include "tests/core/steer/fixture.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/steer/latent.h"
#include "core/weights/safetensors.h"

#include <glib/gstdio.h>
#include <string.h>

static TlSteer *
make_denoised (const char *prompt, const char *strength, const char *coarse)
{
  return make_steer (prompt, NULL, "denoise", strength, "coarse", coarse, NULL);
}

static TlState *
walk (Fixture *fixture, TlSteer *steer, guint n)
{
  g_autoptr (TlStart) begin = make_start (3, NULL, TL_FIT_CROP);
  TlState *state = fixture_start (fixture, begin);

  fixture_walk (fixture, state, steer, n);
  return state;
}

/* It pulls as soon as it is set, in forms and in details, and the more the more is set. */
static void
pulls (Fixture *fixture, gconstpointer data)
{
  const char *const coarse[] = { "0", "9" };

  for (gsize i = 0; i < G_N_ELEMENTS (coarse); i++)
    {
      g_autoptr (TlSteer) none = make_denoised ("a red tractor", "0", coarse[i]);
      g_autoptr (TlSteer) half = make_denoised ("a red tractor", "0.5", coarse[i]);
      g_autoptr (TlSteer) all = make_denoised ("a red tractor", "1", coarse[i]);
      TlState *a = walk (fixture, none, 2), *b = walk (fixture, half, 2);
      TlState *c = walk (fixture, all, 2), *again = walk (fixture, half, 2);

      g_assert_false (fixture_are_equal (fixture, a, b));
      g_assert_false (fixture_are_equal (fixture, b, c));
      g_assert_true (fixture_are_equal (fixture, b, again));
      fixture_free_state (fixture, a);
      fixture_free_state (fixture, b);
      fixture_free_state (fixture, c);
      fixture_free_state (fixture, again);
    }
}

/* Whatever became of the optimiser's moments. */
static gboolean
have_same_z (Fixture *fixture, TlState *a, TlState *b)
{
  g_autoptr (GBytes) left = fixture_save (fixture, a), right = fixture_save (fixture, b);
  g_autoptr (TlWeights) one = tl_weights_new_from_safetensors (left, "one", NULL);
  g_autoptr (TlWeights) other = tl_weights_new_from_safetensors (right, "other", NULL);
  const TlBlob *x = tl_weights_lookup (one, "z"), *y = tl_weights_lookup (other, "z");

  g_assert_cmpuint (x->n_bytes, ==, y->n_bytes);
  return memcmp (x->data, y->data, x->n_bytes) == 0;
}

/* @lr: the learning rate */
static TlState *
step_once (Fixture *fixture, TlStart *begin, const char *prompt, const char *lr)
{
  g_autoptr (TlSteer) steer = make_steer (prompt, NULL, "denoise", "0.5", "lr", lr, NULL);
  TlState *state = fixture_start (fixture, begin);

  fixture_walk (fixture, state, steer, 1);
  return state;
}

/* A run from noise begins with what the denoiser draws for the words, whatever CLIP made of the
 * noise; a picture that a run starts from is only pulled at. */
static void
draws_the_beginning (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlAsset) asset = make_picture ("start.png", SIDE, SIDE);
  g_autoptr (TlStart) noise = make_start (3, NULL, TL_FIT_CROP);
  g_autoptr (TlStart) other = make_start (4, NULL, TL_FIT_CROP);
  g_autoptr (TlStart) picture = make_start (3, asset, TL_FIT_CROP);
  TlState *a = step_once (fixture, noise, "a red tractor", "0.1");
  TlState *faster = step_once (fixture, noise, "a red tractor", "0.9");
  TlState *words = step_once (fixture, noise, "a blue house", "0.1");
  TlState *seed = step_once (fixture, other, "a red tractor", "0.1");
  TlState *slow = step_once (fixture, picture, "a red tractor", "0.1");
  TlState *fast = step_once (fixture, picture, "a red tractor", "0.9");
  TlState *const states[] = { a, faster, words, seed, slow, fast };

  g_assert_true (have_same_z (fixture, a, faster));
  g_assert_false (have_same_z (fixture, a, words));
  g_assert_false (have_same_z (fixture, a, seed));
  g_assert_false (have_same_z (fixture, slow, fast));
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    fixture_free_state (fixture, states[i]);
}

/* A variation is other luck from the first drawing on; which is the seed's own without one. */
static void
draws_with_other_luck (Fixture *fixture, gconstpointer data)
{
  static const char *const variations[] = { "0", "0", "1", "2" };
  g_autoptr (TlStart) begin = make_start (3, NULL, TL_FIT_CROP);
  TlState *states[G_N_ELEMENTS (variations)];

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (TlSteer) steer = make_steer ("a red tractor", NULL, "denoise", "0.5", "lr", "0.1",
                                              "variation", variations[i], NULL);

      states[i] = fixture_start (fixture, begin);
      fixture_walk (fixture, states[i], steer, 1);
      for (gsize j = 0; j < i; j++)
        g_assert_cmpint (have_same_z (fixture, states[i], states[j]), ==, i == 1);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    fixture_free_state (fixture, states[i]);
}

/* Words that come later find what words from the first find, whatever was saved in between. */
static void
draws_when_words_come (Fixture *fixture, gconstpointer data)
{
  static const char *const rates[] = { "0.1", "0.9" };
  g_autoptr (TlStart) begin = make_start (3, NULL, TL_FIT_CROP);
  TlState *states[2];

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (TlSteer) steer = make_steer ("a red tractor @2..9", NULL, "denoise", "0.5", "lr",
                                              rates[i], "coarse", "1", NULL);
      g_autoptr (GBytes) bytes = NULL;
      TlState *stopped = fixture_start (fixture, begin);

      fixture_walk (fixture, stopped, steer, i + 1);
      bytes = fixture_save (fixture, stopped);
      states[i] = fixture_load (fixture, begin, bytes);
      fixture_walk (fixture, states[i], steer, 2 - i);
      fixture_free_state (fixture, stopped);
    }
  g_assert_true (have_same_z (fixture, states[0], states[1]));
  /* It draws once. */
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (TlSteer) steer =
        make_steer ("a red tractor", NULL, "denoise", "0.5", "lr", rates[i], NULL);

      fixture_walk (fixture, states[i], steer, 1);
    }
  g_assert_false (have_same_z (fixture, states[0], states[1]));
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    fixture_free_state (fixture, states[i]);
}

/* How near a run that was begun for @prompt is to what @asked says. */
static gdouble
measure_beginning (Fixture *fixture, const char *prompt, const char *asked)
{
  g_autoptr (TlStart) noise = make_start (3, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_steer (asked, NULL, NULL);
  TlState *state = step_once (fixture, noise, prompt, "0.1");
  TlReport report = fixture_step (fixture, state, steer, TL_WANT_SIMILARITY);

  fixture_free_state (fixture, state);
  return report.similarity;
}

/* Of several, of which the denoiser draws the same for all prompts where it does not know the
 * CLIP's words. */
static void
begins_with_the_nearest (Fixture *fixture, gconstpointer data)
{
  static const char *const prompts[] = { "a red tractor under a blue sky", "a night", "the sea" };
  const TlModelChoice choice = { .clip = "starter-judge", .precision = TL_PRECISION_FLOAT32 };
  Fixture other = { tl_steer_stepper_new (&choice) };
  guint n_nearer = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (prompts); i++)
    {
      gdouble own = measure_beginning (&other, prompts[i], prompts[i]);

      for (gsize j = 0; j < G_N_ELEMENTS (prompts); j++)
        {
          gdouble from_another = measure_beginning (&other, prompts[j], prompts[i]);

          g_assert_cmpfloat (own, >=, from_another);
          n_nearer += own > from_another;
        }
    }
  g_assert_cmpuint (n_nearer, >, 0);
  g_assert_cmpfloat (measure_beginning (&other, "a night:-1", "a night"), <,
                     measure_beginning (&other, "a night", "a night"));
  fixture_tear_down (&other, NULL);
}

/* Saved in the beginning, at the change of form and after it. */
static void
resumes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (3, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_denoised ("a red tractor", "0.6", "2");
  TlState *straight = walk (fixture, steer, 4);

  for (guint at = 1; at < 4; at++)
    {
      TlState *stopped = walk (fixture, steer, at), *resumed;
      g_autoptr (GBytes) bytes = fixture_save (fixture, stopped);

      resumed = fixture_load (fixture, begin, bytes);
      fixture_walk (fixture, resumed, steer, 4 - at);
      g_assert_true (fixture_are_equal (fixture, straight, resumed));
      fixture_free_state (fixture, stopped);
      fixture_free_state (fixture, resumed);
    }
  fixture_free_state (fixture, straight);
}

/* Where no clause acts the picture stays as it is. */
static void
is_silent_without_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlStart) begin = make_start (3, NULL, TL_FIT_CROP);
  g_autoptr (TlSteer) steer = make_denoised ("a robot @90..91", "0.6", "0");
  TlState *before = fixture_start (fixture, begin), *after = fixture_start (fixture, begin);

  fixture_walk (fixture, after, steer, 2);
  g_assert_true (have_same_z (fixture, before, after));
  fixture_free_state (fixture, before);
  fixture_free_state (fixture, after);
}

static TlModels *
load_models (const char *vqgan, const char *clip)
{
  const TlModelChoice choice = { .vqgan = vqgan, .clip = clip, .precision = TL_PRECISION_FLOAT32 };
  g_autoptr (GError) error = NULL;
  TlModels *models = tl_models_load (&choice, TL_MODELS_ALL, &error);

  g_assert_no_error (error);
  return models;
}

#define SIDE_CELLS (SIDE / 8)

/* Mean distance of @z from what the denoiser answers for @before in @iteration of seed 3, among
 * details. */
static gdouble
measure_answer (TlModels *models, guint iteration, const gfloat *before, const gfloat *z, gsize n,
                gdouble guidance)
{
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  const TlDevice cpu = { TL_CPU, 0 };
  const gint64 e_dim = tl_vqgan_get_config (vqgan)->e_dim;
  const gint64 shape[] = { 1, e_dim, SIDE_CELLS, SIDE_CELLS };
  g_autofree gfloat *found = g_new (gfloat, n);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *level = tl_full (s, 0.15, TL_SHAPE (1)), *x, *codes;
  TlDenoiserWish wish = { .guidance = guidance };
  gdouble sum = 0;
  TlRandom random;

  tl_random_init (&random, 3, iteration, TL_PURPOSE_DENOISE, 0);
  codes = tl_latent_draw_codes (s, vqgan, cpu, &random, 1, SIDE_CELLS, SIDE_CELLS);
  wish.words = tl_clip_encode_words (s, tl_models_get_clip (models),
                                     tl_models_get_tokenizer (models), "a red tractor");
  wish.words = tl_normalize (s, wish.words);
  x = tl_denoiser_mix (s, tl_from_floats (s, before, shape, 4), codes, level);
  x = tl_denoiser_run (s, tl_models_get_denoiser (models), x, level, &wish);
  x = tl_maximum (s, x, tl_vqgan_get_z_min (vqgan));
  x = tl_minimum (s, x, tl_vqgan_get_z_max (vqgan));
  g_assert_true (tl_to_floats (s, x, found, n));
  g_assert_true (tl_scope_close (s, NULL));
  for (gsize i = 0; i < n; i++)
    sum += ABS (found[i] - z[i]) / n;
  return sum;
}

/* Guidance is for forms: among details the answer is the one for the words alone, in @iteration of
 * what @begin starts. */
static void
check_details (Fixture *fixture, TlStart *begin, guint iteration)
{
  g_autoptr (TlModels) models = load_models (NULL, NULL);
  g_autoptr (TlSteer) steer =
    make_steer ("a red tractor", NULL, "denoise", "1", "lr", "0.0001", "coarse", "0", NULL);
  TlState *state = fixture_start (fixture, begin);
  g_autofree gfloat *before = NULL, *z = NULL;
  gdouble plain, guided;
  gsize n;

  fixture_walk (fixture, state, steer, iteration);
  before = fixture_read_z (fixture, state, &n);
  fixture_walk (fixture, state, steer, 1);
  z = fixture_read_z (fixture, state, &n);
  plain = measure_answer (models, iteration, before, z, n, 1);
  guided = measure_answer (models, iteration, before, z, n, TL_DENOISER_GUIDANCE);
  g_test_message ("%g from the answer for the words, %g from the guided one", plain, guided);
  g_assert_cmpfloat (plain, <, 0.01 * guided);
  fixture_free_state (fixture, state);
}

static void
details_have_no_guidance (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlAsset) asset = make_picture ("start.png", SIDE, SIDE);
  g_autoptr (TlStart) picture = make_start (3, asset, TL_FIT_CROP);
  g_autoptr (TlStart) noise = make_start (3, NULL, TL_FIT_CROP);

  check_details (fixture, noise, 1);
  check_details (fixture, picture, 0);
}

/* (transfer full): a state of whole latents, 3 iterations old */
static TlState *
walk_whole (Fixture *fixture, const char *prompt)
{
  g_autoptr (TlSteer) steer = make_denoised (prompt, "0.5", "0");

  return walk (fixture, steer, 3);
}

/* The mean distance of two states' z. */
static gdouble
measure_distance (Fixture *fixture, TlState *a, TlState *b)
{
  gsize n, m;
  g_autofree gfloat *x = fixture_read_z (fixture, a, &n), *y = fixture_read_z (fixture, b, &m);
  gdouble sum = 0;

  g_assert_cmpuint (n, ==, m);
  for (gsize i = 0; i < n; i++)
    sum += ABS (x[i] - y[i]) / n;
  return sum;
}

/* How far apart two pictures are after a turn at iteration 3 that lays out forms from @from on,
 * all the way to what the denoiser answers. */
static gdouble
measure_after_turn (Fixture *fixture, const char *from)
{
  g_autoptr (TlSteer) anew = make_steer ("a blue boat", NULL, "denoise", "1", "lr", "0.0001",
                                         "coarse", "100", "coarse-from", from, NULL);
  TlState *a = walk_whole (fixture, "a red tractor"), *b = walk_whole (fixture, "the sea");
  gdouble distance;

  g_assert_cmpfloat (measure_distance (fixture, a, b), >, 0.1);
  fixture_walk (fixture, a, anew, 1);
  fixture_walk (fixture, b, anew, 1);
  distance = measure_distance (fixture, a, b);
  fixture_free_state (fixture, a);
  fixture_free_state (fixture, b);
  return distance;
}

/* A turn while the run goes on is taken an iteration after the one it names. Where forms begin the
 * denoiser draws for the words alone, the same for both; after that it sees half of the picture. */
static void
forms_begin_where_the_turn_is_taken (Fixture *fixture, gconstpointer data)
{
  const TlStartValues values = { .seed = 3 };
  g_autoptr (TlSteer) steer =
    make_steer ("a blue boat", NULL, "coarse", "100", "coarse-from", "2", NULL);
  const TlSettings *settings = tl_steer_get_settings (steer);

  g_assert_cmpfloat (measure_after_turn (fixture, "3"), <, 1e-3);
  g_assert_cmpfloat (measure_after_turn (fixture, "2"), <, 1e-3);
  g_assert_cmpfloat (tl_denoise_get_level (settings, &values, 3, TRUE), ==, 1);
  g_assert_cmpfloat_with_epsilon (tl_denoise_get_level (settings, &values, 4, FALSE), 0.49, 1e-9);
}

/* The judge's shape is that of the starter's CLIP, and its words are others. */
static void
knows_its_clip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlModels) own = load_models (NULL, NULL);
  g_autoptr (TlModels) other = load_models (NULL, "starter-judge");
  TlScope *s = tl_scope_open (NULL);

  g_assert_nonnull (tl_models_get_denoiser (own));
  for (guint i = 0; i < 2; i++)
    g_assert_true (tl_models_has_words_for_denoiser (s, own));
  g_assert_nonnull (tl_models_get_denoiser (other));
  g_assert_cmpuint (tl_clip_get_config (tl_models_get_clip (other))->embed_dim, ==,
                    tl_denoiser_get_config (tl_models_get_denoiser (other))->words);
  for (guint i = 0; i < 2; i++)
    g_assert_false (tl_models_has_words_for_denoiser (s, other));
  g_assert_true (tl_scope_close (s, NULL));
}

/* What becomes of the denoiser: left out, cut short, of latents of a number fewer, without its
 * examples, or with examples of codes that there are not. */
typedef enum
{
  LEFT_OUT,
  CUT,
  FOREIGN,
  NO_EXAMPLES,
  WRONG_EXAMPLES
} Change;

static gboolean
is_left_out (Change change, const char *name)
{
  switch (change)
    {
    case LEFT_OUT:
      return g_str_has_prefix (name, TL_DENOISER_PREFIX);
    case CUT:
      return g_str_has_suffix (name, "denoiser.out.bias");
    case NO_EXAMPLES:
      return g_str_has_prefix (name, TL_DENOISER_PREFIX TL_EXAMPLES_PREFIX);
    default:
      return FALSE;
    }
}

/* (transfer full): the starter's VQGAN in a file of its own, with a change */
static char *
write_vqgan (Change change)
{
  g_autofree char *starter = tl_path_starter ("starter-vqgan.safetensors");
  g_autoptr (TlWeights) weights = tl_weights_open (starter, NULL);
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autofree const char **keys = tl_weights_list_metadata (weights);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  char *path;
  int file;

  for (gsize i = 0; keys[i] != NULL; i++)
    tl_safetensors_writer_set_metadata (writer, keys[i],
                                        tl_weights_get_metadata (weights, keys[i]));
  for (guint i = 0; i < tl_weights_get_n_blobs (weights); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (weights, i);
      g_autoptr (GBytes) data = g_bytes_new (blob->data, blob->n_bytes);
      TlBlob copy = *blob;

      if (change == FOREIGN && g_str_equal (blob->name, "denoiser.axes"))
        {
          copy.shape[1] = blob->shape[1] - 1;
          g_bytes_unref (data);
          data =
            g_bytes_new (blob->data, (gsize) (copy.shape[0] * copy.shape[1]) * sizeof (gfloat));
        }
      if (change == WRONG_EXAMPLES && g_str_equal (blob->name, TL_EXAMPLES_CODES))
        {
          g_autofree guint8 *codes = g_memdup2 (blob->data, blob->n_bytes);

          codes[blob->n_bytes - 1] = 0x7f; /* the high byte of the last */
          g_bytes_unref (data);
          data = g_bytes_new (codes, blob->n_bytes);
        }
      if (!is_left_out (change, blob->name))
        tl_safetensors_writer_add (writer, copy.name, copy.dtype, copy.n_dims, copy.shape, data);
    }
  bytes = tl_safetensors_writer_finish (writer);
  file = g_file_open_tmp ("tiller-XXXXXX.safetensors", &path, &error);
  g_assert_no_error (error);
  g_assert_true (g_close (file, NULL));
  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
  return path;
}

/* Then the setting is of no effect. */
static void
vqgan_may_have_none (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_vqgan (LEFT_OUT);
  const TlModelChoice choice = { .vqgan = path, .precision = TL_PRECISION_FLOAT32 };
  Fixture plain = { tl_steer_stepper_new (&choice) };
  g_autoptr (TlSteer) none = make_denoised ("a red tractor", "0", "0");
  g_autoptr (TlSteer) all = make_denoised ("a red tractor", "1", "0");
  TlState *a = walk (&plain, none, 2), *b = walk (&plain, all, 2);

  g_assert_true (fixture_are_equal (&plain, a, b));
  fixture_free_state (&plain, a);
  fixture_free_state (&plain, b);
  fixture_tear_down (&plain, NULL);
  g_unlink (path);
}

/* (transfer full): why a VQGAN is not loaded, which names its file */
static GError *
refuse (Change change)
{
  g_autofree char *path = write_vqgan (change);
  const TlModelChoice choice = { .vqgan = path, .precision = TL_PRECISION_FLOAT32 };
  GError *error = NULL;

  g_assert_null (tl_models_load (&choice, TL_MODELS_VQGAN, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, path));
  g_unlink (path);
  return error;
}

static void
damaged_one_is_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = refuse (CUT);

  g_assert_nonnull (strstr (error->message, "out.bias"));
}

/* Another VQGAN's: one sentence before a run begins, not one of libtorch's in its middle. */
static void
foreign_one_is_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlModels) own = load_models (NULL, NULL);
  const guint e_dim = tl_vqgan_get_config (tl_models_get_vqgan (own))->e_dim;
  g_autofree char *fewer = g_strdup_printf ("latents of %u numbers", e_dim - 1);
  g_autoptr (GError) error = refuse (FOREIGN), wrong = refuse (WRONG_EXAMPLES);

  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, fewer));
  g_assert_error (wrong, TL_ERROR, TL_ERROR_FORMAT);
}

/* Whether what a run begins with is another where the denoiser has no examples. */
static gboolean
begins_otherwise (const char *clip, const char *prompt)
{
  g_autofree char *path = write_vqgan (NO_EXAMPLES);
  const TlModelChoice with = { .clip = clip, .precision = TL_PRECISION_FLOAT32 };
  const TlModelChoice without = { .vqgan = path, .clip = clip, .precision = TL_PRECISION_FLOAT32 };
  Fixture one = { tl_steer_stepper_new (&with) }, other = { tl_steer_stepper_new (&without) };
  g_autoptr (TlStart) noise = make_start (3, NULL, TL_FIT_CROP);
  TlState *a = step_once (&one, noise, prompt, "0.1"),
          *b = step_once (&other, noise, prompt, "0.1");
  gboolean is_other = !have_same_z (&one, a, b);

  fixture_free_state (&one, a);
  fixture_free_state (&other, b);
  fixture_tear_down (&one, NULL);
  fixture_tear_down (&other, NULL);
  g_unlink (path);
  return is_other;
}

/* Only by words that the denoiser knows: those of another CLIP are near to none of them. */
static void
begins_with_examples (Fixture *fixture, gconstpointer data)
{
  g_assert_true (begins_otherwise (NULL, "a red tractor"));
  g_assert_false (begins_otherwise ("starter-judge", "a red tractor"));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } cases[] = {
    { "/steer/denoise/pulls", pulls },
    { "/steer/denoise/draws-the-beginning", draws_the_beginning },
    { "/steer/denoise/draws-with-other-luck", draws_with_other_luck },
    { "/steer/denoise/draws-when-words-come", draws_when_words_come },
    { "/steer/denoise/begins-with-the-nearest", begins_with_the_nearest },
    { "/steer/denoise/resumes", resumes },
    { "/steer/denoise/is-silent-without-words", is_silent_without_words },
    { "/steer/denoise/details-have-no-guidance", details_have_no_guidance },
    { "/steer/denoise/forms-begin-where-the-turn-is-taken", forms_begin_where_the_turn_is_taken },
    { "/steer/denoise/knows-its-clip", knows_its_clip },
    { "/steer/denoise/vqgan-may-have-none", vqgan_may_have_none },
    { "/steer/denoise/damaged-one-is-told", damaged_one_is_told },
    { "/steer/denoise/foreign-one-is-told", foreign_one_is_told },
    { "/steer/denoise/begins-with-examples", begins_with_examples },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, fixture_set_up, cases[i].func, fixture_tear_down);
  return g_test_run ();
}
