/* test-clip-trainer.c - a tiny CLIP learns, goes on exactly, and is opened by what runs it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/clip-trainer.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/torch/device.h"
#include "core/weights/safetensors.h"
#include "fixture.h"

#include <math.h>
#include <string.h>

#define N_BATCH 12
#define N_STEPS 24

static TlTokenizer *
open_tokenizer (void)
{
  g_autofree char *path = tl_path_starter ("starter-merges.txt");
  g_autoptr (GError) error = NULL;
  TlTokenizer *tokenizer = tl_tokenizer_open (path, 0, &error);

  g_assert_no_error (error);
  return tokenizer;
}

static void
init_training (TlClipTraining *training, guint64 seed)
{
  tl_clip_training_init (training);
  training->clip.width = training->clip.text_width = 64;
  training->clip.n_heads = training->clip.text_heads = 1;
  training->clip.n_layers = training->clip.text_layers = 1;
  training->clip.embed_dim = 32;
  training->clip.resolution = 32;
  training->seed = seed;
  training->n_steps = N_STEPS;
  training->n_warm = 2;
  training->lr = 3e-3;
}

static TlClipTrainer *
make_with (const TlClipTraining *training, TlVqgan *vqgan, TlDenoiser *denoiser)
{
  g_autoptr (TlTokenizer) tokenizer = open_tokenizer ();
  g_autoptr (GError) error = NULL;
  TlClipTrainer *trainer = tl_clip_trainer_new (training, tokenizer, vqgan, denoiser, &error);

  g_assert_no_error (error);
  return trainer;
}

static TlClipTrainer *
make_from (const TlClipTraining *training, TlVqgan *vqgan)
{
  return make_with (training, vqgan, NULL);
}

static TlClipTrainer *
make (guint64 seed)
{
  TlClipTraining training;

  init_training (&training, seed);
  return make_from (&training, NULL);
}

/* A residual network, 8 wide, one block a stage. */
static TlClipTrainer *
make_resnet (gboolean by_muon)
{
  TlClipTraining training;

  init_training (&training, 1);
  training.by_muon = by_muon;
  training.lr *= by_muon ? 2.5 : 1; /* the rate of the heads beside stays what it is */
  training.clip.is_resnet = TRUE;
  training.clip.width = 8;
  training.clip.n_heads = 4;
  for (guint i = 0; i < G_N_ELEMENTS (training.clip.stages); i++)
    training.clip.stages[i] = 1;
  return make_from (&training, NULL);
}

static const TlFeedOptions feed = { .seed = 8, .n = N_BATCH, .size = 64, .has_words = TRUE };

static TlClipReport
step (TlClipTrainer *trainer)
{
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, tl_clip_trainer_get_step (trainer) % 4);
  g_autoptr (GError) error = NULL;
  TlClipReport report;

  g_assert_true (tl_clip_trainer_step (trainer, batch, &report, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (isfinite (report.norm));
  return report;
}

static GBytes *
save (TlClipTrainer *trainer)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = tl_clip_trainer_save (trainer, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
load (TlClipTrainer *trainer, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "checkpoint", &error);

  g_assert_no_error (error);
  g_assert_true (tl_clip_trainer_load (trainer, weights, &error));
  g_assert_no_error (error);
}

static void
check_lowers_losses (TlClipTrainer *trainer)
{
  TlClipReport first = { 0 }, last = { 0 };

  for (guint i = 0; i < N_STEPS; i++)
    {
      TlClipReport report = step (trainer);
      TlClipReport *sum = i < 4 ? &first : &last;

      if (i >= 4 && i < N_STEPS - 4)
        continue;
      sum->contrast += report.contrast / 4;
      sum->labels += report.labels / 4;
    }
  g_test_message ("contrast %.3f -> %.3f, labels %.3f -> %.3f", first.contrast, last.contrast,
                  first.labels, last.labels);
  g_assert_cmpfloat (last.contrast, <, first.contrast - 0.1);
  g_assert_cmpfloat (last.labels, <, 0.85 * first.labels);
}

static void
test_lowers_each_loss (void)
{
  g_autoptr (TlClipTrainer) trainer = make (1);

  check_lowers_losses (trainer);
}

static void
test_resnet_lowers_each_loss (gconstpointer by_muon)
{
  g_autoptr (TlClipTrainer) trainer = make_resnet (GPOINTER_TO_INT (by_muon));

  check_lowers_losses (trainer);
}

/* A residual network and the text's transformer. */
static void
test_learns_by_muon (void)
{
  static const char *const names[] = { "visual.layer2.0.downsample.0.weight",
                                       "transformer.resblocks.0.mlp.c_fc.weight" };

  for (guint by_muon = 0; by_muon < 2; by_muon++)
    {
      g_autoptr (TlClipTrainer) trainer = make_resnet (by_muon);
      g_autoptr (GBytes) before = tl_clip_trainer_export (trainer, NULL), after = NULL;

      step (trainer);
      after = tl_clip_trainer_export (trainer, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        check_first_move (before, after, names[i], by_muon);
    }
}

/* The bits of what is exported: those of larger halves are larger numbers. */
static guint16
get_scale (TlClipTrainer *trainer)
{
  g_autoptr (GBytes) model = tl_clip_trainer_export (trainer, NULL);
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (model, "model", NULL);
  const TlBlob *scale = tl_weights_lookup (weights, "logit_scale");
  guint16 bits;

  g_assert_cmpint (scale->dtype, ==, TL_FLOAT16);
  memcpy (&bits, scale->data, sizeof bits);
  return bits;
}

/* One that has learnt nothing wants to be far less sure than a temperature beyond its bound. */
static void
test_temperature_comes_back (void)
{
  static const gfloat beyond = 4.5f;
  g_autoptr (TlClipTrainer) trainer = make (1);
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) scale = g_bytes_new (&beyond, sizeof beyond), model = NULL;
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (GError) error = NULL;
  guint16 before;

  tl_safetensors_writer_add (writer, "logit_scale", TL_FLOAT32, 0, NULL, scale);
  model = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (model, "model", &error);
  g_assert_true (tl_clip_trainer_begin_with (trainer, weights, &error));
  g_assert_no_error (error);
  before = get_scale (trainer);
  for (guint i = 0; i < 8; i++)
    step (trainer);
  g_assert_cmpuint (get_scale (trainer), <, before);
}

/* Pictures through the starter's VQGAN, garbage, and attacks on pixels and on latents. */
static void
test_lowers_them_under_attack (void)
{
  g_autoptr (TlVqgan) vqgan = open_starter_vqgan ();
  g_autoptr (TlClipTrainer) trainer = NULL;
  TlClipTraining training;

  init_training (&training, 1);
  training.attack = 1;
  training.rebuilt = training.garbage = 0.25;
  training.z_attack = 0.3;
  trainer = make_from (&training, vqgan);
  check_lowers_losses (trainer);
}

/* Beside runs, which are part of a checkpoint. So small a CLIP cannot keep up with them: led by
 * it, they come to match their words better and better, and better than the scenes do. */
static void
test_learns_beside_runs (void)
{
  g_autoptr (TlVqgan) vqgan = open_starter_vqgan ();
  g_autoptr (TlClipTrainer) trainer = NULL, after = NULL;
  g_autoptr (GBytes) checkpoint = NULL, a = NULL, b = NULL;
  TlClipTraining training;
  gdouble early = 0, late = 0;

  init_training (&training, 1);
  training.n_steered = 4;
  trainer = make_from (&training, vqgan);
  after = make_from (&training, vqgan);
  for (guint i = 0; i < 2 * N_STEPS; i++)
    {
      TlClipReport report = step (trainer);
      gdouble lead = report.steered - report.scenes;

      *(i < N_STEPS ? &early : &late) += lead / N_STEPS;
    }
  g_test_message ("steered ahead of scenes by %.3f, then %.3f", early, late);
  g_assert_cmpfloat (late, >, early + 0.005);
  g_assert_cmpfloat (late, >, 0);

  checkpoint = save (trainer);
  load (after, checkpoint);
  for (guint i = 0; i < 2; i++)
    {
      step (trainer);
      step (after);
    }
  a = save (trainer);
  b = save (after);
  g_assert_true (g_bytes_equal (a, b));
}

/* What a denoiser draws for the captions comes into the batch: without it, the same steps give
 * something else, and going on is going on. */
static void
test_learns_beside_drawn_runs (void)
{
  g_autoptr (TlVqgan) vqgan = open_starter_vqgan ();
  g_autoptr (TlDenoiser) denoiser = open_starter_denoiser ();
  g_autoptr (TlClipTrainer) trainer = NULL, after = NULL, without = NULL;
  g_autoptr (GBytes) checkpoint = NULL, a = NULL, b = NULL;
  TlClipTraining training;
  TlClipReport drawn, noise;

  init_training (&training, 1);
  training.clip.embed_dim = (guint) tl_denoiser_get_config (denoiser)->words;
  training.keep_words = TRUE;
  training.n_steered = 2;
  trainer = make_with (&training, vqgan, denoiser);
  after = make_with (&training, vqgan, denoiser);
  without = make_from (&training, vqgan);
  drawn = step (trainer);
  noise = step (without);
  g_assert_cmpfloat (drawn.steered, !=, noise.steered);

  checkpoint = save (trainer);
  load (after, checkpoint);
  step (trainer);
  step (after);
  a = save (trainer);
  b = save (after);
  g_assert_true (g_bytes_equal (a, b));
}

/* Three steps, a checkpoint, three steps: the same bits as six steps. */
static void
test_going_on_is_going_on (void)
{
  g_autoptr (TlClipTrainer) whole = make (1), before = make (1), after = make (1), other = make (2);
  g_autoptr (GBytes) checkpoint = NULL, a = NULL, b = NULL, c = NULL;

  for (guint i = 0; i < 6; i++)
    {
      step (whole);
      step (other);
    }
  for (guint i = 0; i < 3; i++)
    step (before);
  checkpoint = save (before);
  load (after, checkpoint);
  for (guint i = 0; i < 3; i++)
    step (after);
  a = save (whole);
  b = save (after);
  c = save (other);
  g_assert_true (g_bytes_equal (a, b));
  g_assert_false (g_bytes_equal (a, c));
}

/* How often the own caption is the nearest, by the functions that a program uses. */
static gdouble
measure_by_hand (TlClip *clip, const TlBatch *batch)
{
  g_autoptr (TlTokenizer) tokenizer = open_tokenizer ();
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  guint n_right = 0;

  for (guint i = 0; i < N_BATCH; i++)
    {
      TlTensor *x = tl_narrow (s, tl_batch_get_pictures (s, batch), 0, i, 1), *seen;
      gdouble best = -2, own = 0;

      seen =
        tl_normalize (s, tl_clip_encode_image (s, clip, tl_adaptive_avg_pool2d (s, x, 32, 32)));
      for (guint k = 0; k < N_BATCH; k++)
        {
          TlTensor *said = tl_clip_encode_words (s, clip, tokenizer, batch->captions[k]);
          gdouble cosine =
            tl_to_double (s, tl_matmul (s, seen, tl_transpose (s, tl_normalize (s, said), 0, 1)));

          best = MAX (best, cosine);
          own = k == i ? cosine : own;
        }
      n_right += own == best;
    }
  g_assert_true (tl_scope_close (s, &error));
  return (gdouble) n_right / N_BATCH;
}

/* Heads alone: they learn, the CLIP stays to the bit. */
static void
test_heads_alone (void)
{
  g_autoptr (TlClipTrainer) trainer = NULL;
  g_autoptr (GBytes) before = NULL, after = NULL;
  gdouble first = 0, last = 0;
  TlClipTraining training;

  init_training (&training, 1);
  training.only_heads = TRUE;
  training.lr = 3e-2;
  trainer = make_from (&training, NULL);
  before = tl_clip_trainer_export (trainer, NULL);
  for (guint i = 0; i < 16; i++)
    *(i < 8 ? &first : &last) += step (trainer).labels / 8;
  after = tl_clip_trainer_export (trainer, NULL);
  g_assert_true (g_bytes_equal (before, after));
  g_assert_cmpfloat (last, <, first - 0.1);
}

static TlWeights *
export_weights (TlClipTrainer *trainer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tl_clip_trainer_export (trainer, &error);
  TlWeights *weights = tl_weights_new_from_safetensors (bytes, "clip", &error);

  g_assert_no_error (error);
  return weights;
}

/* words and picture: [32], of the same caption and the same scene each time */
static void
embed (TlClipTrainer *trainer, gfloat *words, gfloat *picture)
{
  g_autoptr (TlTokenizer) tokenizer = open_tokenizer ();
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 9);
  g_autoptr (TlWeights) weights = export_weights (trainer);
  g_autoptr (TlClip) clip = load_clip (weights);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_narrow (s, tl_batch_get_pictures (s, batch), 0, 0, 1);

  tl_to_floats (s, tl_clip_encode_words (s, clip, tokenizer, batch->captions[0]), words, 32);
  x = tl_clip_encode_image (s, clip, tl_adaptive_avg_pool2d (s, x, 32, 32));
  tl_to_floats (s, x, picture, 32);
  g_assert_true (tl_scope_close (s, NULL));
}

/* Captions mean what they meant, to the bit, and pictures learn to match them. */
static void
test_keeps_words (void)
{
  gfloat words[2][32], pictures[2][32];
  g_autoptr (TlClipTrainer) trainer = NULL;
  gdouble first = 0, last = 0;
  TlClipTraining training;

  init_training (&training, 1);
  training.keep_words = TRUE;
  training.by_muon = TRUE;
  trainer = make_from (&training, NULL);
  embed (trainer, words[0], pictures[0]);
  for (guint i = 0; i < N_STEPS; i++)
    *(i < N_STEPS / 2 ? &first : &last) += step (trainer).contrast;
  embed (trainer, words[1], pictures[1]);
  g_assert_cmpmem (words[0], sizeof words[0], words[1], sizeof words[1]);
  g_assert_true (memcmp (pictures[0], pictures[1], sizeof pictures[0]) != 0);
  g_assert_cmpfloat (last, <, first);
}

/* What is exported runs as any CLIP of OpenAI's names does, and sees what the trainer sees. */
static void
check_exports (TlClipTrainer *trainer, gboolean is_resnet)
{
  g_autoptr (GBytes) heads_bytes = NULL;
  g_autoptr (TlWeights) weights = NULL, heads = NULL;
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 9);
  g_autoptr (TlClip) clip = NULL;
  g_autoptr (GError) error = NULL;
  TlClipMeasure measure;

  for (guint i = 0; i < 3; i++)
    step (trainer);
  weights = export_weights (trainer);
  clip = load_clip (weights);
  g_assert_cmpint (tl_clip_get_config (clip)->is_resnet, ==, is_resnet);
  g_assert_nonnull (tl_weights_lookup (weights, "logit_scale"));
  g_assert_null (tl_weights_lookup (weights, "heads.image.weight"));

  g_assert_true (tl_clip_trainer_measure (trainer, batch, &measure, &error));
  /* float16 may turn a tie. */
  g_assert_cmpfloat_with_epsilon (measure_by_hand (clip, batch), measure.right, 1.5 / N_BATCH);

  heads_bytes = tl_clip_trainer_export_heads (trainer, &error);
  heads = tl_weights_new_from_safetensors (heads_bytes, "heads", &error);
  g_assert_no_error (error);
  g_assert_nonnull (tl_weights_lookup (heads, "heads.image.weight"));
  g_assert_nonnull (tl_weights_lookup (heads, "heads.image.bias"));
  g_assert_cmpuint (tl_weights_get_n_blobs (heads), ==, 2);
}

static void
test_exports_a_clip (void)
{
  g_autoptr (TlClipTrainer) trainer = make (1);

  check_exports (trainer, FALSE);
}

static void
test_exports_a_resnet (void)
{
  g_autoptr (TlClipTrainer) trainer = make_resnet (FALSE);

  check_exports (trainer, TRUE);
}

static void
test_can_be_cancelled (void)
{
  g_autoptr (TlClipTrainer) trainer = make (1);
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) before = save (trainer), after = NULL;
  g_autoptr (GError) error = NULL;
  TlClipReport report;

  g_cancellable_cancel (cancellable);
  g_assert_false (tl_clip_trainer_step (trainer, batch, &report, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  after = save (trainer);
  g_assert_true (g_bytes_equal (before, after));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  tl_device_set_threads (1);
  g_test_add_func ("/train/clip/lowers-each-loss", test_lowers_each_loss);
  g_test_add_data_func ("/train/clip/resnet-lowers-each-loss", GINT_TO_POINTER (FALSE),
                        test_resnet_lowers_each_loss);
  g_test_add_data_func ("/train/clip/resnet-lowers-each-loss-by-muon", GINT_TO_POINTER (TRUE),
                        test_resnet_lowers_each_loss);
  g_test_add_func ("/train/clip/learns-by-muon", test_learns_by_muon);
  g_test_add_func ("/train/clip/temperature-comes-back", test_temperature_comes_back);
  g_test_add_func ("/train/clip/lowers-them-under-attack", test_lowers_them_under_attack);
  g_test_add_func ("/train/clip/learns-beside-runs", test_learns_beside_runs);
  g_test_add_func ("/train/clip/learns-beside-drawn-runs", test_learns_beside_drawn_runs);
  g_test_add_func ("/train/clip/going-on-is-going-on", test_going_on_is_going_on);
  g_test_add_func ("/train/clip/heads-alone", test_heads_alone);
  g_test_add_func ("/train/clip/keeps-words", test_keeps_words);
  g_test_add_func ("/train/clip/exports-a-clip", test_exports_a_clip);
  g_test_add_func ("/train/clip/exports-a-resnet", test_exports_a_resnet);
  g_test_add_func ("/train/clip/can-be-cancelled", test_can_be_cancelled);
  return g_test_run ();
}
