/* test-steered.c - runs that go on while a CLIP learns
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/steered.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/scenes/words.h"
#include "core/session/settings.h"
#include "core/train/texts.h"
#include "fixture.h"

#include <math.h>
#include <string.h>

#define N_BATCH 5
#define N 2
#define SEED 3

/* No run lasts longer. */
#define FOREVER 100

typedef struct
{
  TlVqgan *vqgan;
  TlSteered *steered;
  TlBatch *batch, *other;
} Fixture;

static TlSteered *
make_from (Fixture *fixture, guint n, TlSteeredStart start)
{
  g_autoptr (GError) error = NULL;
  const TlSteeredOptions options = { .vqgan = tl_vqgan_get_config (fixture->vqgan),
                                     .seed = SEED,
                                     .n = n,
                                     .size = SIZE,
                                     .start = start };
  TlSteered *steered = tl_steered_new (&options);

  tl_steered_set_vqgan (steered, fixture->vqgan, &error);
  g_assert_no_error (error);
  return steered;
}

static TlSteered *
make (Fixture *fixture, guint n)
{
  return make_from (fixture, n, TL_STEERED_FROM_NOISE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const TlFeedOptions feed = {
    .seed = 1, .n = N_BATCH, .size = SIZE, .has_words = TRUE, .has_twins = TRUE
  };

  fixture->vqgan = open_starter_vqgan ();
  fixture->steered = make (fixture, N);
  fixture->batch = tl_batch_draw (&feed, 0);
  fixture->other = tl_batch_draw (&feed, 1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  tl_steered_free (fixture->steered);
  tl_vqgan_free (fixture->vqgan);
  tl_batch_free (fixture->batch);
  tl_batch_free (fixture->other);
}

static TlBatch *
join (TlSteered *steered, guint64 step, const TlBatch *batch)
{
  g_autoptr (GError) error = NULL;
  TlBatch *joined = tl_steered_join (steered, step, batch, &error);

  g_assert_no_error (error);
  return joined;
}

/* The less red, the farther away: a TlAwayFunc. */
static TlTensor *
lack_of_red (TlScope *s, TlTensor *cutouts, guint which, gconstpointer data)
{
  g_assert_cmpuint (which, <, N);
  return tl_mul_scalar (s, tl_mean (s, tl_narrow (s, cutouts, 1, 0, 1), NULL, 0, FALSE), -1);
}

/* The redder, the farther away: a TlAwayFunc. */
static TlTensor *
red (TlScope *s, TlTensor *cutouts, guint which, gconstpointer data)
{
  return tl_mul_scalar (s, lack_of_red (s, cutouts, which, data), -1);
}

/* pictures: [N, 3, SIZE, SIZE] to fill */
static void
move (TlSteered *steered, guint64 step, gfloat *pictures)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  const TlSteeredGuide guide = { .away = lack_of_red, .cut_size = 32 };
  TlTensor *x = tl_steered_move (s, steered, step, &guide);

  tl_to_floats (s, x, pictures, N * EACH);
  g_assert_true (tl_scope_close (s, &error));
  g_assert_no_error (error);
}

/* The scenes of runs stay in the batch, rebuilt, for as long as the runs last. */
static void
joins_its_scenes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlBatch) a = join (fixture->steered, 0, fixture->batch);
  g_autoptr (TlBatch) b = join (fixture->steered, 1, fixture->other);
  const guint first = N_BATCH - N, n_labels = tl_labels_get_count ();

  g_assert_cmpmem (a->pixels, first * EACH * sizeof (gfloat), fixture->batch->pixels,
                   first * EACH * sizeof (gfloat));
  g_assert_cmpmem (b->pixels, first * EACH * sizeof (gfloat), fixture->other->pixels,
                   first * EACH * sizeof (gfloat));
  for (guint i = 0; i < N_BATCH; i++)
    {
      gboolean is_run = i >= first;
      gdouble d = distance (a->pixels + i * EACH, fixture->batch->pixels + i * EACH);

      if (is_run)
        g_assert_cmpfloat (d, >, 0);
      else
        g_assert_cmpfloat (d, ==, 0);
      g_assert_cmpfloat (d, <, 0.15);
      g_assert_cmpstr (a->captions[i], ==, fixture->batch->captions[i]);
      g_assert_cmpstr (b->captions[i], ==, (is_run ? fixture->batch : fixture->other)->captions[i]);
      g_assert_cmpstr (b->twins[i], ==, (is_run ? fixture->batch : fixture->other)->twins[i]);
      g_assert_cmpmem (b->labels + i * n_labels, n_labels * sizeof (gfloat),
                       (is_run ? fixture->batch : fixture->other)->labels + i * n_labels,
                       n_labels * sizeof (gfloat));
    }
  g_assert_cmpmem (a->pixels + first * EACH, N * EACH * sizeof (gfloat), b->pixels + first * EACH,
                   N * EACH * sizeof (gfloat));
}

/* Iteration after iteration they come nearer; then others begin. */
static void
runs_go_on_and_end (Fixture *fixture, gconstpointer data)
{
  g_autofree gfloat *start = g_new (gfloat, N * EACH), *end = g_new (gfloat, N * EACH);
  guint64 step = 0;

  for (guint i = 0; i < N_BATCH; i++)
    {
      g_free (fixture->other->captions[i]);
      fixture->other->captions[i] = g_strdup ("another");
    }
  tl_batch_free (join (fixture->steered, step, fixture->batch));
  move (fixture->steered, step++, start);
  for (; step < 8; step++)
    {
      tl_batch_free (join (fixture->steered, step, fixture->other));
      move (fixture->steered, step, end);
      g_assert_cmpuint (tl_steered_get_age (fixture->steered, 0), ==, step + 1);
    }
  g_test_message ("red %.3f -> %.3f", mean_red (start, N), mean_red (end, N));
  g_assert_cmpfloat (mean_red (end, N), >, mean_red (start, N) + 0.1);
  for (gsize i = 0; i < N * EACH; i++)
    g_assert_true (end[i] >= 0 && end[i] <= 1);

  for (guint n_ended = 0; n_ended == 0; step++)
    {
      g_autoptr (TlBatch) joined = join (fixture->steered, step, fixture->other);

      for (guint i = 0; i < N; i++)
        if (g_str_equal (joined->captions[N_BATCH - N + i], "another"))
          {
            g_assert_cmpuint (tl_steered_get_age (fixture->steered, i), ==, 0);
            n_ended++;
          }
      move (fixture->steered, step, end);
      g_assert_cmpuint (step, <, FOREVER);
    }
}

/* What the latents of the runs look like: @pictures: [N, 3, SIZE, SIZE] to fill */
static void
draw (Fixture *fixture, TlSteered *steered, gfloat *pictures)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = tl_steered_show_latents (s, steered);

  z = tl_vqgan_decode (s, fixture->vqgan, tl_vqgan_quantize (s, fixture->vqgan, z));
  tl_to_floats (s, tl_vqgan_to_picture (s, z), pictures, N * EACH);
  g_assert_true (tl_scope_close (s, &error));
  g_assert_no_error (error);
}

/* For a decoder: from what is left of the scene, and the scene itself is what it is compared to. */
static void
begins_at_its_scene (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlSteered) steered = make_from (fixture, N, TL_STEERED_FROM_SCENE);
  g_autofree gfloat *start = g_new (gfloat, N * EACH), *noise = g_new (gfloat, N * EACH);
  g_autofree gfloat *end = g_new (gfloat, N * EACH);
  const gsize first = (N_BATCH - N) * EACH;
  gdouble spoilt = 0, far = 0;

  {
    g_autoptr (TlBatch) joined = join (steered, 0, fixture->batch);

    g_assert_cmpmem (joined->pixels, N_BATCH * EACH * sizeof (gfloat), fixture->batch->pixels,
                     N_BATCH * EACH * sizeof (gfloat));
  }
  tl_batch_free (join (fixture->steered, 0, fixture->batch));
  draw (fixture, steered, start);
  draw (fixture, fixture->steered, noise);
  for (guint i = 0; i < N; i++)
    {
      const gfloat *scene = fixture->batch->pixels + first + i * EACH;

      spoilt += distance (start + i * EACH, scene) / N;
      far += distance (noise + i * EACH, scene) / N;
    }
  g_test_message ("from the scene %.3f, noise %.3f", spoilt, far);
  g_assert_cmpfloat (spoilt, >, 0.02);
  g_assert_cmpfloat (spoilt, <, 0.8 * far);

  for (guint64 step = 0; step < 3; step++)
    move (steered, step, end);
  draw (fixture, steered, end);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (distance (start + i * EACH, end + i * EACH), >, 0.01);
}

/* --- with a denoiser --- */

/* What @caption asks for: [N, words] of length 1 */
static TlTensor *
read_words (TlScope *s, const char *caption)
{
  g_autofree char *model = tl_path_starter ("starter-clip.safetensors");
  g_autofree char *merges = tl_path_starter ("starter-merges.txt");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlTokenizer) tokenizer = tl_tokenizer_open (merges, 0, &error);
  g_autoptr (TlWeights) weights = tl_weights_open (model, &error);
  g_autoptr (TlClip) clip = load_clip (weights);
  char *const captions[] = { (char *) caption, NULL };
  const TlBatch batch = { .n = 1, .captions = (char **) captions };
  const guint context = tl_clip_get_config (clip)->context;
  const TlTexts texts = tl_texts_read (s, tokenizer, &batch, context, (TlDevice){ TL_CPU, 0 });
  TlTensor *words = tl_normalize (s, tl_clip_encode_text (s, clip, texts.ids));

  g_assert_no_error (error);
  return tl_expand (s, words, TL_SHAPE (N, -1));
}

/* How many numbers of the latents lie beyond the codes' least and largest. */
static guint
count_beyond_codes (Fixture *fixture, TlSteered *steered)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = tl_steered_show_latents (s, steered);
  TlTensor *low = tl_sub (s, z, tl_vqgan_get_z_min (fixture->vqgan));
  TlTensor *high = tl_sub (s, tl_vqgan_get_z_max (fixture->vqgan), z);
  TlTensor *beyond = tl_to_like (s, tl_less_scalar (s, tl_minimum (s, low, high), 0), z);
  const gdouble n = tl_to_double (s, tl_sum (s, beyond, NULL, 0, FALSE));

  g_assert_true (tl_scope_close (s, NULL));
  return (guint) n;
}

/* Makes runs of fixture->batch, moves them @n_moves times: @pictures: [N, 3, SIZE, SIZE] to fill,
 * what they showed before the last */
static void
move_drawn (Fixture *fixture, const char *caption, TlAwayFunc away, guint n_moves, gfloat *pictures)
{
  g_autoptr (TlSteered) steered = make_from (fixture, N, TL_STEERED_FROM_DRAWING);
  g_autoptr (TlDenoiser) denoiser = open_starter_denoiser ();
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  const TlSteeredGuide guide = { .away = away, .cut_size = 32, .words = read_words (s, caption) };

  tl_steered_set_denoiser (steered, denoiser);
  tl_batch_free (join (steered, 0, fixture->batch));
  for (guint64 step = 0; step < n_moves; step++)
    tl_to_floats (s, tl_steered_move (s, steered, step, &guide), pictures, N * EACH);
  g_assert_cmpuint (tl_steered_get_age (steered, 0), ==, n_moves);
  g_assert_cmpuint (count_beyond_codes (fixture, steered), ==, 0);
  g_assert_true (tl_scope_close (s, &error));
  g_assert_no_error (error);
}

/* Of what the denoiser draws for the words, the nearest; and then nearer still. */
static void
begins_at_a_drawing (Fixture *fixture, gconstpointer data)
{
  g_autofree gfloat *a = g_new (gfloat, N * EACH), *b = g_new (gfloat, N * EACH);
  gdouble drawn, farthest;

  move_drawn (fixture, "a red background", lack_of_red, 1, a);
  move_drawn (fixture, "a red background", lack_of_red, 1, b);
  g_assert_cmpmem (a, N * EACH * sizeof (gfloat), b, N * EACH * sizeof (gfloat));
  drawn = mean_red (a, N);

  move_drawn (fixture, "a red background", red, 1, b);
  farthest = mean_red (b, N);
  move_drawn (fixture, "a blue background", lack_of_red, 1, b);
  g_test_message ("red of red: nearest %.3f, farthest %.3f; of blue %.3f", drawn, farthest,
                  mean_red (b, N));
  g_assert_cmpfloat (drawn, >, farthest + 0.01);
  g_assert_cmpfloat (drawn, >, mean_red (b, N) + 0.1);

  move_drawn (fixture, "a blue background", lack_of_red, 8, a);
  g_test_message ("of blue after 7 steps %.3f", mean_red (a, N));
  g_assert_cmpfloat (mean_red (a, N), >, mean_red (b, N) + 0.05);
}

/* The scene beside a drawn run is rebuilt in half the size, as the run is: neither is the sharper.
 */
static void
draws_in_half_the_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlSteered) steered = make_from (fixture, N, TL_STEERED_FROM_DRAWING);
  g_autoptr (TlBatch) half = join (steered, 0, fixture->batch);
  g_autoptr (TlBatch) whole = join (fixture->steered, 0, fixture->batch);
  const gsize first = (N_BATCH - N) * EACH;
  gdouble coarse = 0, fine = 0;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = tl_steered_show_latents (s, steered);

  g_assert_cmpint (tl_tensor_get_size (z, 2), ==,
                   SIZE / 2 / tl_vqgan_get_config (fixture->vqgan)->downscale);
  g_assert_true (tl_scope_close (s, NULL));
  for (guint i = 0; i < N; i++)
    {
      const gfloat *scene = fixture->batch->pixels + first + i * EACH;

      coarse += distance (half->pixels + first + i * EACH, scene) / N;
      fine += distance (whole->pixels + first + i * EACH, scene) / N;
    }
  g_test_message ("rebuilt in half the size %.3f, in the whole %.3f", coarse, fine);
  g_assert_cmpfloat (coarse, >, fine);
  g_assert_cmpfloat (coarse, <, 0.2);
}

/* --- checkpoints --- */

static GBytes *
save (TlSteered *steered)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();

  tl_steered_save (steered, writer);
  return tl_safetensors_writer_finish (writer);
}

static void
load (TlSteered *steered, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "checkpoint", &error);

  g_assert_no_error (error);
  tl_steered_load (steered, weights);
}

static void
going_on_is_going_on (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlSteered) after = make (fixture, N), fewer = make (fixture, N - 1);
  g_autofree gfloat *a = g_new (gfloat, N * EACH), *b = g_new (gfloat, N * EACH);
  g_autoptr (GBytes) checkpoint = NULL;

  tl_batch_free (join (fixture->steered, 0, fixture->batch));
  for (guint64 step = 0; step < 3; step++)
    move (fixture->steered, step, a);
  checkpoint = save (fixture->steered);
  load (after, checkpoint);
  g_assert_cmpuint (tl_steered_get_age (after, 1), ==, 3);
  for (guint64 step = 3; step < 6; step++)
    {
      g_autoptr (TlBatch) x = join (fixture->steered, step, fixture->other);
      g_autoptr (TlBatch) y = join (after, step, fixture->other);

      g_assert_cmpmem (x->pixels, N_BATCH * EACH * sizeof (gfloat), y->pixels,
                       N_BATCH * EACH * sizeof (gfloat));
      g_assert_true (g_strv_equal ((const char *const *) x->twins, (const char *const *) y->twins));
      move (fixture->steered, step, a);
      move (after, step, b);
      g_assert_cmpmem (a, N * EACH * sizeof *a, b, N * EACH * sizeof *b);
    }

  load (fewer, checkpoint); /* of other runs: none is taken */
  g_assert_cmpuint (tl_steered_get_age (fewer, 0), ==, 0);
}

/* At an odd address, say. */
static void
checkpoints_may_lie_anywhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlSteered) after = make (fixture, N);
  g_autoptr (GBytes) checkpoint = NULL, shifted = NULL, again = NULL;
  g_autofree guint8 *copy = NULL;
  gsize n;

  tl_batch_free (join (fixture->steered, 0, fixture->batch));
  checkpoint = save (fixture->steered);
  n = g_bytes_get_size (checkpoint);
  copy = g_malloc (n + 1);
  memcpy (copy + 1, g_bytes_get_data (checkpoint, NULL), n);
  shifted = g_bytes_new_static (copy + 1, n);
  load (after, shifted);
  again = save (after);
  g_assert_true (g_bytes_equal (checkpoint, again));
}

/* By the starter's codes it is what its CLIP learnt beside; it has to be changed with the codes. */
static void
rate_is_of_the_codes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gdouble lr;

  g_assert_true (tl_steered_find_lr (fixture->vqgan, &lr, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (lr, 0.4, 0.02);
}

/* A TlAwayFunc. */
static TlTensor *
no_number (TlScope *s, TlTensor *cutouts, guint which, gconstpointer data)
{
  return tl_mul_scalar (s, tl_mean (s, cutouts, NULL, 0, FALSE), NAN);
}

/* A run that was led by what is no number starts over with another scene. */
static void
lost_runs_are_over (Fixture *fixture, gconstpointer data)
{
  const TlSteeredGuide guide = { .away = no_number, .cut_size = 32 };
  g_autofree gfloat *pictures = g_new (gfloat, N * EACH);
  g_autoptr (GError) error = NULL;
  TlScope *s;

  tl_batch_free (join (fixture->steered, 0, fixture->batch));
  s = tl_scope_open (NULL);
  tl_steered_move (s, fixture->steered, 0, &guide);
  g_assert_true (tl_scope_close (s, &error));
  g_assert_no_error (error);

  tl_batch_free (join (fixture->steered, 1, fixture->other));
  for (guint i = 0; i < N; i++)
    g_assert_cmpuint (tl_steered_get_age (fixture->steered, i), ==, 0);
  move (fixture->steered, 1, pictures);
  g_assert_true (isfinite (mean_red (pictures, N)));
}

/* A TlAwayFunc. */
static TlTensor *
failure (TlScope *s, TlTensor *cutouts, guint which, gconstpointer data)
{
  tl_scope_fail (s, g_error_new_literal (TL_ERROR, TL_ERROR_DEVICE, "the card is gone"));
  return NULL;
}

/* What failed can be tried again: no run has moved, or is over. */
static void
failed_moves_move_nothing (Fixture *fixture, gconstpointer data)
{
  const TlSteeredGuide guide = { .away = failure, .cut_size = 32 };
  g_autoptr (GBytes) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  TlScope *s;

  tl_batch_free (join (fixture->steered, 0, fixture->batch));
  before = save (fixture->steered);
  s = tl_scope_open (NULL);
  tl_steered_move (s, fixture->steered, 0, &guide);
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
  after = save (fixture->steered);
  g_assert_true (g_bytes_equal (before, after));
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/train/steered/joins-its-scenes", joins_its_scenes);
  add ("/train/steered/runs-go-on-and-end", runs_go_on_and_end);
  add ("/train/steered/begins-at-its-scene", begins_at_its_scene);
  add ("/train/steered/begins-at-a-drawing", begins_at_a_drawing);
  add ("/train/steered/draws-in-half-the-size", draws_in_half_the_size);
  add ("/train/steered/going-on-is-going-on", going_on_is_going_on);
  add ("/train/steered/checkpoints-may-lie-anywhere", checkpoints_may_lie_anywhere);
  add ("/train/steered/lost-runs-are-over", lost_runs_are_over);
  add ("/train/steered/failed-moves-move-nothing", failed_moves_move_nothing);
  add ("/train/steered/rate-is-of-the-codes", rate_is_of_the_codes);
  return g_test_run ();
}
