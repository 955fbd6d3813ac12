/* test-denoiser-trainer.c - a tiny denoiser learns, goes on exactly, and is opened by what runs it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/denoiser-trainer.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "fixture.h"

#include <math.h>
#include <string.h>

#define N_STEPS 24

typedef struct
{
  TlWeights *file; /* the VQGAN's */
  TlVqgan *vqgan;
  TlClip *clip;
  TlTokenizer *tokenizer;
} Fixture;

static TlWeights *
open_starter (const char *name)
{
  g_autofree char *path = tl_path_starter (name);
  g_autoptr (GError) error = NULL;
  TlWeights *weights = tl_weights_open (path, &error);

  g_assert_no_error (error);
  return weights;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlWeights) clip = open_starter ("starter-clip.safetensors");
  g_autofree char *merges = tl_path_starter ("starter-merges.txt");
  const TlDevice cpu = { TL_CPU, 0 };
  g_autoptr (GError) error = NULL;
  TlVqganConfig vqgan_config;

  fixture->file = open_starter ("starter-vqgan.safetensors");
  g_assert_true (tl_vqgan_config_infer (&vqgan_config, fixture->file, &error));
  fixture->vqgan = tl_vqgan_load (&vqgan_config, fixture->file, TL_FLOAT32, cpu, &error);
  fixture->clip = load_clip (clip);
  fixture->tokenizer =
    tl_tokenizer_open (merges, tl_clip_get_config (fixture->clip)->n_tokens, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  tl_vqgan_free (fixture->vqgan);
  tl_clip_free (fixture->clip);
  tl_tokenizer_unref (fixture->tokenizer);
  tl_weights_unref (fixture->file);
}

static TlDenoiserTrainer *
make_of (Fixture *fixture, guint64 seed, guint n_blocks)
{
  g_autoptr (GError) error = NULL;
  TlDenoiserTraining training;
  TlDenoiserTrainer *trainer;

  tl_denoiser_training_init (&training);
  training.width = TL_DENOISER_HEAD;
  training.n_blocks = n_blocks;
  training.n_levels = 2;
  training.seed = seed;
  training.n_steps = N_STEPS;
  training.n_warm = 2;
  trainer =
    tl_denoiser_trainer_new (&training, fixture->vqgan, fixture->clip, fixture->tokenizer, &error);
  g_assert_no_error (error);
  return trainer;
}

static TlDenoiserTrainer *
make (Fixture *fixture, guint64 seed)
{
  return make_of (fixture, seed, 1);
}

static const TlFeedOptions feed = {
  .seed = 8, .n = 4, .size = 32, .has_words = TRUE, .large_every = 4
};

static TlDenoiserReport
step (TlDenoiserTrainer *trainer)
{
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, tl_denoiser_trainer_get_step (trainer) % 4);
  g_autoptr (GError) error = NULL;
  TlDenoiserReport report;

  tl_denoiser_trainer_step (trainer, batch, &report, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (isfinite (report.norm));
  return report;
}

static GBytes *
save (TlDenoiserTrainer *trainer)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = tl_denoiser_trainer_save (trainer, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
lowers_its_loss (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlDenoiserTrainer) trainer = make (fixture, 1);
  gdouble first = 0, last = 0;

  for (guint i = 0; i < N_STEPS; i++)
    {
      gdouble loss = step (trainer).loss;

      if (i < 6)
        first += loss / 6;
      else if (i >= N_STEPS - 6)
        last += loss / 6;
    }
  g_test_message ("loss %.3f, %.3f", first, last);
  g_assert_cmpfloat (last, <, 0.9 * first);
}

/* A step with small pictures, and one with large ones, after the checkpoint. */
static void
going_on_is_going_on (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlDenoiserTrainer) straight = make (fixture, 2), stopped = make (fixture, 2);
  g_autoptr (TlDenoiserTrainer) resumed = make (fixture, 2);
  g_autoptr (GBytes) bytes = NULL, one = NULL, other = NULL;
  g_autoptr (TlWeights) checkpoint = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 4; i++)
    step (straight);
  step (stopped);
  bytes = save (stopped);
  checkpoint = tl_weights_new_from_safetensors (bytes, "checkpoint", &error);
  g_assert_no_error (error);
  tl_denoiser_trainer_load (resumed, checkpoint, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    step (resumed);
  one = save (straight);
  other = save (resumed);
  g_assert_true (g_bytes_equal (one, other));
}

/* What is written is the VQGAN as it was, with a denoiser that runs, once however often. */
static void
its_file_is_a_vqgan (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlDenoiserTrainer) trainer = make (fixture, 3);
  g_autoptr (TlWeights) before = tl_weights_ref (fixture->file);
  g_autoptr (GError) error = NULL;

  step (trainer);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) bytes = tl_denoiser_trainer_export (trainer, before, &error);
      g_autoptr (TlWeights) after = NULL;
      g_autoptr (TlVqgan) vqgan = NULL;
      g_autoptr (TlDenoiser) denoiser = NULL;
      TlVqganConfig vqgan_config;
      TlDenoiserConfig config;

      g_assert_no_error (error);
      after = tl_weights_new_from_safetensors (bytes, "vqgan", &error);
      g_assert_no_error (error);
      for (guint k = 0; k < tl_weights_get_n_blobs (fixture->file); k++)
        {
          const TlBlob *blob = tl_weights_get_blob (fixture->file, k);
          const TlBlob *copy = tl_weights_lookup (after, blob->name);

          if (g_str_has_prefix (blob->name, TL_DENOISER_PREFIX))
            continue;
          g_assert_nonnull (copy);
          g_assert_cmpmem (copy->data, copy->n_bytes, blob->data, blob->n_bytes);
        }
      g_assert_true (tl_vqgan_config_infer (&vqgan_config, after, &error));
      vqgan = tl_vqgan_load (&vqgan_config, after, TL_FLOAT32, (TlDevice){ TL_CPU, 0 }, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (vqgan_config.n_groups, ==, tl_vqgan_get_config (fixture->vqgan)->n_groups);
      g_assert_true (tl_denoiser_config_infer (&config, after));
      g_assert_cmpuint (config.width, ==, TL_DENOISER_HEAD);
      g_assert_cmpuint (config.n_blocks, ==, 1);
      denoiser = tl_denoiser_load (&config, after, TL_FLOAT32, (TlDevice){ TL_CPU, 0 }, &error);
      g_assert_no_error (error);
      tl_weights_unref (before);
      before = g_steal_pointer (&after);
    }
}

static TlWeights *
export (Fixture *fixture, TlDenoiserTrainer *trainer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tl_denoiser_trainer_export (trainer, fixture->file, &error);
  TlWeights *weights;

  g_assert_no_error (error);
  weights = tl_weights_new_from_safetensors (bytes, "vqgan", &error);
  g_assert_no_error (error);
  return weights;
}

/* Every tensor of @one's denoiser is in @other, the same. */
static void
assert_holds (TlWeights *other, TlWeights *one)
{
  guint n = 0;

  for (guint i = 0; i < tl_weights_get_n_blobs (one); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (one, i);
      const TlBlob *copy = tl_weights_lookup (other, blob->name);

      if (!g_str_has_prefix (blob->name, TL_DENOISER_PREFIX))
        continue;
      g_assert_nonnull (copy);
      g_assert_cmpmem (copy->data, copy->n_bytes, blob->data, blob->n_bytes);
      n++;
    }
  g_assert_cmpuint (n, >, 20);
}

/* Of the same size it is the same; a larger one has it, and a block more. */
static void
begins_with_another (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlDenoiserTrainer) first = make (fixture, 5), same = make (fixture, 6);
  g_autoptr (TlDenoiserTrainer) deeper = make_of (fixture, 7, 2);
  g_autoptr (TlWeights) given = NULL, begun = NULL, grown = NULL;
  g_autoptr (GError) error = NULL;
  TlDenoiserConfig config;

  for (guint i = 0; i < 3; i++)
    step (first);
  given = export (fixture, first);
  g_assert_true (tl_denoiser_trainer_begin_with (same, given, &error));
  g_assert_no_error (error);
  begun = export (fixture, same);
  assert_holds (begun, given);
  assert_holds (given, begun);
  g_assert_true (tl_denoiser_trainer_begin_with (deeper, given, &error));
  g_assert_no_error (error);
  grown = export (fixture, deeper);
  assert_holds (grown, given);
  g_assert_true (tl_denoiser_config_infer (&config, grown));
  g_assert_cmpuint (config.n_blocks, ==, 2);
  step (deeper);
}

/* A denoiser of another size; and one that learnt other codes, or nothing that is a number. */
static void
refuses_what_is_not_its_own (Fixture *fixture, gconstpointer data)
{
  const gfloat others[] = { 1000, NAN };
  g_autoptr (TlDenoiserTrainer) trainer = make (fixture, 8);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) before = save (trainer), after = NULL;
  g_autoptr (GBytes) bytes = tl_denoiser_trainer_export (trainer, fixture->file, &error);

  g_assert_false (tl_denoiser_trainer_begin_with (trainer, fixture->file, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      gsize size;
      const guint8 *content = g_bytes_get_data (bytes, &size);
      guint8 *copy = g_memdup2 (content, size);
      g_autoptr (GBytes) changed = g_bytes_new_take (copy, size);
      g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (changed, "vqgan", NULL);
      const TlBlob *spread = tl_weights_lookup (weights, TL_DENOISER_PREFIX "spread");

      memcpy (copy + (spread->data - copy), &others[i], sizeof others[i]);
      g_clear_error (&error);
      g_assert_false (tl_denoiser_trainer_begin_with (trainer, weights, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
    }
  after = save (trainer);
  g_assert_true (g_bytes_equal (before, after));
}

/* What it draws from noise and words is a picture, and measuring changes nothing. */
static void
draws_and_measures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlDenoiserTrainer) trainer = make (fixture, 4);
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 9);
  const gsize n = (gsize) feed.n * 3 * feed.size * feed.size;
  g_autofree gfloat *pictures = g_new (gfloat, n), *again = g_new (gfloat, n);
  gdouble losses[TL_DENOISER_N_MEASURES];
  g_autoptr (GBytes) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;

  before = save (trainer);
  g_assert_true (tl_denoiser_trainer_draw (trainer, batch, pictures, &error));
  g_assert_true (tl_denoiser_trainer_measure (trainer, batch, losses, &error));
  g_assert_true (tl_denoiser_trainer_draw (trainer, batch, again, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (pictures, n * sizeof *pictures, again, n * sizeof *again);
  for (gsize i = 0; i < n; i++)
    g_assert_true (pictures[i] >= 0 && pictures[i] <= 1);
  for (guint i = 0; i < TL_DENOISER_N_MEASURES; i++)
    g_assert_true (isfinite (losses[i]) && losses[i] > 0);
  after = save (trainer);
  g_assert_true (g_bytes_equal (before, after));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/denoiser-trainer/lowers-its-loss", Fixture, NULL, set_up, lowers_its_loss,
              tear_down);
  g_test_add ("/denoiser-trainer/going-on-is-going-on", Fixture, NULL, set_up, going_on_is_going_on,
              tear_down);
  g_test_add ("/denoiser-trainer/its-file-is-a-vqgan", Fixture, NULL, set_up, its_file_is_a_vqgan,
              tear_down);
  g_test_add ("/denoiser-trainer/begins-with-another", Fixture, NULL, set_up, begins_with_another,
              tear_down);
  g_test_add ("/denoiser-trainer/refuses-what-is-not-its-own", Fixture, NULL, set_up,
              refuses_what_is_not_its_own, tear_down);
  g_test_add ("/denoiser-trainer/draws-and-measures", Fixture, NULL, set_up, draws_and_measures,
              tear_down);
  return g_test_run ();
}
