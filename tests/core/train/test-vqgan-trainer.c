/* test-vqgan-trainer.c - a tiny VQGAN learns, goes on exactly, and is opened by what runs it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/vqgan-trainer.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/torch/device.h"
#include "fixture.h"

#include <math.h>
#include <string.h>

#define N_STEPS 40
#define N_FREE 20
#define N_LATE 24

static void
init_training (TlVqganTraining *training, guint64 seed)
{
  tl_vqgan_training_init (training);
  training->vqgan.ch = 8;
  training->vqgan.n_groups = 4;
  training->vqgan.n_levels = 3;
  training->vqgan.downscale = 4;
  training->vqgan.has_attention[2] = TRUE;
  training->vqgan.has_attention[3] = FALSE;
  training->vqgan.n_codes = 32;
  training->vqgan.e_dim = training->vqgan.z_channels = 8;
  training->seed = seed;
  training->n_steps = N_STEPS;
  training->n_warm = 2;
  training->lr = 4e-3;
  training->free = (gdouble) N_FREE / N_STEPS;
  training->late = (gdouble) N_LATE / N_STEPS;
}

static TlVqganTrainer *
make_from (const TlVqganTraining *training, TlClip *clip)
{
  g_autofree char *path = tl_path_starter ("starter-merges.txt");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlTokenizer) tokenizer = tl_tokenizer_open (path, 0, &error);
  TlVqganTrainer *trainer = tl_vqgan_trainer_new (training, clip, tokenizer, &error);

  g_assert_no_error (error);
  return trainer;
}

static TlVqganTrainer *
make_with (guint64 seed, TlRefining refining, TlClip *clip)
{
  TlVqganTraining training;

  init_training (&training, seed);
  training.refining = refining;
  return make_from (&training, clip);
}

static TlVqganTrainer *
make (guint64 seed)
{
  return make_with (seed, (TlRefining){ 0 }, NULL);
}

/* The starter's. */
static TlClip *
open_clip (void)
{
  g_autofree char *path = tl_path_starter ("starter-clip.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_open (path, &error);

  g_assert_no_error (error);
  return load_clip (weights);
}

static const TlFeedOptions feed = {
  .seed = 8, .n = 4, .size = 32, .crops = 0.5, .has_words = TRUE
};

static TlVqganReport
step (TlVqganTrainer *trainer)
{
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, tl_vqgan_trainer_get_step (trainer) % 4);
  g_autoptr (GError) error = NULL;
  TlVqganReport report;

  g_assert_true (tl_vqgan_trainer_step (trainer, batch, &report, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (isfinite (report.norm));
  return report;
}

static GBytes *
save (TlVqganTrainer *trainer)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = tl_vqgan_trainer_save (trainer, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
test_lowers_each_loss (gconstpointer by_muon)
{
  g_autoptr (TlVqganTrainer) trainer = NULL;
  TlVqganTraining training;
  TlVqganReport first = { 0 }, free = { 0 }, last = { 0 };

  init_training (&training, 1);
  training.by_muon = GPOINTER_TO_INT (by_muon);
  trainer = make_from (&training, NULL);
  for (guint i = 0; i < N_STEPS; i++)
    {
      TlVqganReport report, *sum = i < 4 ? &first : i < N_FREE ? &free : &last;

      g_assert_cmpint (tl_vqgan_trainer_has_codes (trainer), ==, i >= N_FREE);
      report = step (trainer);
      if ((i >= 4 && i < N_FREE - 4) || (i >= N_FREE && i < N_STEPS - 4))
        continue;
      sum->l1 += report.l1 / 4;
      sum->l2 += report.l2 / 4;
      sum->spread += report.spread / 4;
      sum->commitment += report.commitment / 4;
    }
  g_test_message ("l1 %.3f %.3f %.3f, l2 %.4f %.4f %.4f, spread %.3f %.3f", first.l1, free.l1,
                  last.l1, first.l2, free.l2, last.l2, first.spread, free.spread);
  g_assert_cmpfloat (free.spread, <, first.spread);
  g_assert_cmpfloat (last.l1, <, first.l1);
  g_assert_cmpfloat (last.l2, <, first.l2);
  g_assert_cmpfloat (first.commitment, ==, 0);
  g_assert_cmpfloat (last.commitment, >, 0);
}

/* The first moves of encoder and decoder are of many lengths, and of one by AdamW. */
static void
test_learns_by_muon (void)
{
  static const char *const names[] = { "encoder.mid.block_1.conv1.weight",
                                       "decoder.mid.block_1.conv1.weight" };

  for (guint by_muon = 0; by_muon < 2; by_muon++)
    {
      g_autoptr (TlVqganTrainer) trainer = NULL;
      g_autoptr (GBytes) before = NULL, after = NULL;
      TlVqganTraining training;

      init_training (&training, 1);
      training.by_muon = by_muon;
      trainer = make_from (&training, NULL);
      before = tl_vqgan_trainer_export (trainer, NULL);
      step (trainer);
      after = tl_vqgan_trainer_export (trainer, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        check_first_move (before, after, names[i], by_muon);
    }
}

/* With a checkpoint before the codes were found, and with one after. */
static void
test_going_on_is_going_on (void)
{
  static const guint stops[] = { N_FREE - 2, N_FREE + 2 };
  g_autoptr (TlVqganTrainer) whole = make (1);
  g_autoptr (GBytes) expected = NULL;

  for (guint i = 0; i < N_FREE + 4; i++)
    step (whole);
  expected = save (whole);
  for (guint k = 0; k < G_N_ELEMENTS (stops); k++)
    {
      g_autoptr (TlVqganTrainer) before = make (1), after = make (1);
      g_autoptr (GBytes) checkpoint = NULL, found = NULL;
      g_autoptr (TlWeights) weights = NULL;
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < stops[k]; i++)
        step (before);
      checkpoint = save (before);
      weights = tl_weights_new_from_safetensors (checkpoint, "checkpoint", &error);
      g_assert_true (tl_vqgan_trainer_load (after, weights, &error));
      for (guint i = stops[k]; i < N_FREE + 4; i++)
        step (after);
      found = save (after);
      g_assert_true (g_bytes_equal (expected, found));
    }
}

static TlWeights *export(TlVqganTrainer *trainer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tl_vqgan_trainer_export (trainer, &error);
  TlWeights *weights = tl_weights_new_from_safetensors (bytes, "vqgan", &error);

  g_assert_no_error (error);
  return weights;
}

/* Where there shall be none yet, codes are dropped, and as many others found as are wanted. */
static void
test_codes_can_begin_anew (void)
{
  g_autoptr (TlVqganTrainer) before = make (1), after = NULL, short_of_codes = NULL;
  g_autoptr (GBytes) checkpoint = NULL;
  g_autoptr (TlWeights) weights = NULL, model = NULL;
  g_autoptr (GError) error = NULL;
  TlVqganTraining training;

  for (guint i = 0; i < N_FREE + 1; i++)
    step (before);
  g_assert_true (tl_vqgan_trainer_has_codes (before));
  checkpoint = save (before);
  weights = tl_weights_new_from_safetensors (checkpoint, "checkpoint", &error);

  init_training (&training, 1);
  training.vqgan.n_codes = 48;
  short_of_codes = make_from (&training, NULL);
  g_assert_false (tl_vqgan_trainer_load (short_of_codes, weights, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);

  training.free = (N_FREE + 3.0) / N_STEPS;
  after = make_from (&training, NULL);
  g_assert_true (tl_vqgan_trainer_load (after, weights, &error));
  g_assert_no_error (error);
  for (guint i = N_FREE + 1; i < N_FREE + 5; i++)
    {
      g_assert_cmpint (tl_vqgan_trainer_has_codes (after), ==, i >= N_FREE + 3);
      step (after);
    }
  model = export(after);
  g_assert_cmpint (tl_weights_lookup (model, "quantize.embedding.weight")->shape[0], ==, 48);
}

/* What a training has come to that has just found its codes. */
static TlWeights *
make_model (void)
{
  g_autoptr (TlVqganTrainer) trainer = make (1);

  for (guint i = 0; i < N_FREE + 1; i++)
    step (trainer);
  return export(trainer);
}

/* Alone and by PSNR, the decoder comes nearer to the pictures; encoder and codes stay to the bit.
 */
static void
test_decoder_alone (gconstpointer by_muon)
{
  g_autoptr (TlVqganTrainer) before = make (1), after = NULL;
  g_autoptr (GBytes) checkpoint = NULL;
  g_autoptr (TlWeights) weights = NULL, old = NULL, new = NULL;
  g_autoptr (GError) error = NULL;
  TlVqganTraining training;
  TlVqganReport report = { 0 };
  gdouble first = 0, last = 0;
  guint n_stayed = 0, n_moved = 0;

  init_training (&training, 1);
  training.only_decoder = TRUE;
  training.by_muon = GPOINTER_TO_INT (by_muon);
  training.psnr = 1;
  training.lr = 4e-2;
  after = make_from (&training, NULL);
  {
    g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 0);

    g_assert_false (tl_vqgan_trainer_step (after, batch, &report, NULL, &error));
    g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
    g_clear_error (&error);
  }
  for (guint i = 0; i < N_FREE + 1; i++)
    step (before);
  checkpoint = save (before);
  weights = tl_weights_new_from_safetensors (checkpoint, "checkpoint", &error);
  g_assert_true (tl_vqgan_trainer_load (after, weights, &error));
  old = export(after);
  for (guint i = 0; i < 16; i++)
    {
      report = step (after);
      *(i < 8 ? &first : &last) += report.l2 / 8;
    }
  new = export(after);
  g_test_message ("l2 %.4f, then %.4f", first, last);
  g_assert_cmpfloat (last, <, first);
  for (guint i = 0; i < tl_weights_get_n_blobs (old); i++)
    {
      const TlBlob *a = tl_weights_get_blob (old, i), *b = tl_weights_lookup (new, a->name);
      gboolean is_same = memcmp (a->data, b->data, a->n_bytes) == 0;
      gboolean draws =
        g_str_has_prefix (a->name, "decoder.") || g_str_has_prefix (a->name, "post_quant_conv.");

      if (!draws && !is_same)
        g_error ("“%s” moved", a->name);
      n_stayed += is_same;
      n_moved += !is_same;
    }
  g_test_message ("%u stayed, %u moved", n_stayed, n_moved);
  g_assert_cmpuint (n_moved, >, 10);
}

/* A critic that learns tells more than one that does not, and what the CLIP sees differ gets less:
 * each against the same training without its weight. */
static void
test_refines (void)
{
  g_autoptr (TlClip) clip = open_clip ();
  g_autoptr (TlVqganTrainer) plain = make_with (1, (TlRefining){ 1e-9, 1e-9 }, clip);
  g_autoptr (TlVqganTrainer) refined = make_with (1, (TlRefining){ 1, 0.02 }, clip);
  TlVqganReport a, b;

  for (guint i = 0; i < N_LATE + 10; i++)
    {
      g_assert_cmpint (tl_vqgan_trainer_is_refining (refined), ==, i >= N_LATE);
      a = step (plain);
      b = step (refined);
      if (i < N_LATE)
        g_assert_cmpfloat (b.refine.seen + b.refine.critic, ==, 0);
      if (i == N_LATE)
        {
          g_assert_cmpfloat (a.refine.seen, ==, b.refine.seen);
          g_assert_cmpfloat_with_epsilon (b.refine.critic, 1, 0.3);
        }
    }
  g_test_message ("seen %.4f against %.4f, critic %.3f", b.refine.seen, a.refine.seen,
                  b.refine.critic);
  g_assert_cmpfloat (b.refine.seen, <, a.refine.seen);
  g_assert_cmpfloat (a.refine.critic, <, 0.9);
}

/* A decoder begins with a model's weights and codes, and learns from codes that are spoilt; whole
 * where nothing is. */
static void
test_begins_with_a_model (void)
{
  g_autoptr (TlVqganTrainer) alone = NULL, spoilt = NULL, other = NULL;
  g_autoptr (TlWeights) model = make_model (), adopted = NULL;
  g_autoptr (GBytes) checkpoint = NULL;
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (GError) error = NULL;
  TlVqganTraining training;
  gdouble whole_l2;

  init_training (&training, 2);
  training.only_decoder = TRUE;
  alone = make_from (&training, NULL);
  g_assert_true (tl_vqgan_trainer_begin_with (alone, model, &error));
  g_assert_no_error (error);
  g_assert_true (tl_vqgan_trainer_has_codes (alone));
  adopted = export(alone);
  for (guint i = 0; i < tl_weights_get_n_blobs (model); i++)
    {
      const TlBlob *a = tl_weights_get_blob (model, i), *b = tl_weights_lookup (adopted, a->name);

      g_assert_cmpmem (a->data, a->n_bytes, b->data, b->n_bytes);
    }

  training.spoilt = 1;
  spoilt = make_from (&training, NULL);
  g_assert_true (tl_vqgan_trainer_begin_with (spoilt, model, &error));
  whole_l2 = step (alone).l2;
  /* So little learnt, either may be the nearer to its scenes. */
  g_assert_cmpfloat (fabs (step (spoilt).l2 - whole_l2), >, 1e-5);

  /* Its checkpoints keep the codes, though it is long before others would be looked for. */
  checkpoint = save (spoilt);
  weights = tl_weights_new_from_safetensors (checkpoint, "checkpoint", &error);
  g_assert_true (tl_vqgan_trainer_load (alone, weights, &error));
  g_assert_true (tl_vqgan_trainer_has_codes (alone));

  /* Other codes than there are. */
  training.vqgan.n_codes = 48;
  other = make_from (&training, NULL);
  g_assert_false (tl_vqgan_trainer_begin_with (other, model, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

static gfloat
get_age (GBytes *checkpoint, guint which)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (checkpoint, "a", &error);
  const TlBlob *ages = tl_weights_lookup (weights, "steered.age");

  g_assert_nonnull (ages);
  return ((const gfloat *) ages->data)[which];
}

/* Half of the pictures are drawn from where steering has come to: they are harder than the scenes'
 * own codes, and a checkpoint goes on with the same runs. */
static void
test_draws_what_is_steered (void)
{
  g_autoptr (TlClip) clip = open_clip ();
  g_autoptr (TlVqganTrainer) plain = NULL, steered = NULL, after = NULL;
  g_autoptr (GBytes) checkpoint = NULL, expected = NULL, found = NULL;
  g_autoptr (TlWeights) model = make_model (), weights = NULL;
  g_autoptr (GError) error = NULL;
  TlVqganTraining training;

  init_training (&training, 2);
  training.only_decoder = TRUE;
  plain = make_from (&training, NULL);
  training.n_steered = feed.n / 2;
  training.steered_size = feed.size;
  steered = make_from (&training, clip);
  after = make_from (&training, clip);
  g_assert_true (tl_vqgan_trainer_begin_with (plain, model, &error));
  g_assert_true (tl_vqgan_trainer_begin_with (steered, model, &error));
  g_assert_cmpfloat (step (steered).l2, >, step (plain).l2);

  step (steered);
  checkpoint = save (steered);
  g_assert_cmpfloat (MAX (get_age (checkpoint, 0), get_age (checkpoint, 1)), >, 0);
  weights = tl_weights_new_from_safetensors (checkpoint, "checkpoint", &error);
  g_assert_true (tl_vqgan_trainer_load (after, weights, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      step (steered);
      step (after);
    }
  expected = save (steered);
  found = save (after);
  g_assert_true (g_bytes_equal (expected, found));
}

/* The critic is part of a checkpoint; one from before it began is taken too. */
static void
test_critic_goes_on (void)
{
  const TlRefining refining = { 0, 0.1 };
  g_autoptr (TlVqganTrainer) whole = make_with (1, refining, NULL);
  g_autoptr (TlVqganTrainer) before = make_with (1, refining, NULL);
  g_autoptr (TlVqganTrainer) after = make_with (1, refining, NULL), early = make (1);
  g_autoptr (GBytes) checkpoint = NULL, early_checkpoint = NULL, expected = NULL, found = NULL;
  g_autoptr (TlWeights) weights = NULL, early_weights = NULL;
  g_autoptr (GError) error = NULL;

  early_checkpoint = save (early);
  early_weights = tl_weights_new_from_safetensors (early_checkpoint, "checkpoint", &error);
  g_assert_true (tl_vqgan_trainer_load (before, early_weights, &error));
  for (guint i = 0; i < N_LATE + 4; i++)
    step (whole);
  for (guint i = 0; i < N_LATE + 2; i++)
    step (before);
  checkpoint = save (before);
  weights = tl_weights_new_from_safetensors (checkpoint, "checkpoint", &error);
  g_assert_true (tl_vqgan_trainer_load (after, weights, &error));
  for (guint i = 0; i < 2; i++)
    step (after);
  expected = save (whole);
  found = save (after);
  g_assert_true (g_bytes_equal (expected, found));
}

static void
test_other_files_are_refused (void)
{
  g_autoptr (TlVqganTrainer) trainer = make (1);
  g_autoptr (GBytes) bytes = tl_vqgan_trainer_export (trainer, NULL), before = save (trainer),
                     after = NULL;
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "model", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (tl_vqgan_trainer_load (trainer, weights, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  after = save (trainer);
  g_assert_true (g_bytes_equal (before, after));
}

/* @checkpoint without the tensor @name */
static TlWeights *
leave_out (GBytes *checkpoint, const char *name)
{
  static const char *const keys[] = { "layout", "steps", "critic.layout", "critic.steps",
                                      "has_codes" };
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) whole = tl_weights_new_from_safetensors (checkpoint, "whole", &error);
  g_autoptr (GBytes) bytes = NULL;
  TlWeights *weights;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    tl_safetensors_writer_set_metadata (writer, keys[i], tl_weights_get_metadata (whole, keys[i]));
  for (guint i = 0; i < tl_weights_get_n_blobs (whole); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (whole, i);
      g_autoptr (GBytes) data = g_bytes_new (blob->data, blob->n_bytes);

      if (!g_str_equal (blob->name, name))
        tl_safetensors_writer_add (writer, blob->name, blob->dtype, blob->n_dims, blob->shape,
                                   data);
    }
  bytes = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (bytes, "part", &error);
  g_assert_no_error (error);
  return weights;
}

/* Neither the model nor its critic is taken where something of either is missing. */
static void
test_damaged_ones_change_nothing (void)
{
  static const char *const names[] = { "square", "critic.square", "seen" };
  const TlRefining refining = { 0, 0.1 };
  g_autoptr (TlVqganTrainer) trainer = make_with (1, refining, NULL);
  g_autoptr (TlVqganTrainer) other = make_with (2, refining, NULL);
  g_autoptr (GBytes) before = save (trainer), checkpoint = save (other);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (TlWeights) weights = leave_out (checkpoint, names[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) after = NULL;

      g_assert_false (tl_vqgan_trainer_load (trainer, weights, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
      after = save (trainer);
      g_assert_true (g_bytes_equal (before, after));
    }
}

/* What is exported runs as any VQGAN of taming's names does, as well as the trainer's own. */
static void
test_exports_a_vqgan (void)
{
  g_autoptr (TlVqganTrainer) trainer = make (1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 9);
  g_autoptr (TlVqgan) vqgan = NULL;
  g_autoptr (GError) error = NULL;
  TlVqganConfig config;
  TlVqganMeasure measure;
  TlTensor *x, *z;
  gdouble psnr = 0;
  TlScope *s;

  for (guint i = 0; i < N_FREE + 2; i++)
    step (trainer);
  bytes = tl_vqgan_trainer_export (trainer, &error);
  g_assert_no_error (error);
  weights = tl_weights_new_from_safetensors (bytes, "vqgan", &error);
  g_assert_true (tl_vqgan_config_infer (&config, weights, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (config.n_groups, ==, 4);
  g_assert_cmpuint (config.downscale, ==, 4);
  vqgan = tl_vqgan_load (&config, weights, TL_FLOAT32, (TlDevice){ TL_CPU, 0 }, &error);
  g_assert_no_error (error);

  g_assert_true (tl_vqgan_trainer_measure (trainer, batch, &measure, NULL, &error));
  g_assert_cmpfloat (measure.rank, >=, 1);
  g_assert_cmpfloat (measure.rank, <=, 8);
  g_assert_cmpuint (measure.n_used, >, 1);
  s = tl_scope_open (NULL);
  x = tl_batch_get_pictures (s, batch);
  z = tl_vqgan_encode (s, vqgan, tl_add_scalar (s, tl_mul_scalar (s, x, 2), -1));
  z = tl_vqgan_decode (s, vqgan, tl_vqgan_quantize (s, vqgan, z));
  z = tl_clamp (s, tl_mul_scalar (s, tl_add_scalar (s, z, 1), 0.5), 0, 1);
  z = tl_sub (s, x, z);
  for (guint i = 0; i < batch->n; i++)
    {
      TlTensor *one = tl_narrow (s, z, 0, i, 1);

      psnr -=
        10 * log10 (tl_to_double (s, tl_mean (s, tl_mul (s, one, one), NULL, 0, FALSE))) / batch->n;
    }
  g_assert_cmpfloat_with_epsilon (measure.psnr, psnr, 0.05);
  g_assert_true (tl_scope_close (s, &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  tl_device_set_threads (1);
  g_test_add_data_func ("/train/vqgan/lowers-each-loss", NULL, test_lowers_each_loss);
  g_test_add_data_func ("/train/vqgan/lowers-each-loss-by-muon", GINT_TO_POINTER (TRUE),
                        test_lowers_each_loss);
  g_test_add_func ("/train/vqgan/learns-by-muon", test_learns_by_muon);
  g_test_add_func ("/train/vqgan/going-on-is-going-on", test_going_on_is_going_on);
  g_test_add_func ("/train/vqgan/codes-can-begin-anew", test_codes_can_begin_anew);
  g_test_add_data_func ("/train/vqgan/decoder-alone", NULL, test_decoder_alone);
  g_test_add_data_func ("/train/vqgan/decoder-alone-by-muon", GINT_TO_POINTER (TRUE),
                        test_decoder_alone);
  g_test_add_func ("/train/vqgan/draws-what-is-steered", test_draws_what_is_steered);
  g_test_add_func ("/train/vqgan/begins-with-a-model", test_begins_with_a_model);
  g_test_add_func ("/train/vqgan/refines", test_refines);
  g_test_add_func ("/train/vqgan/critic-goes-on", test_critic_goes_on);
  g_test_add_func ("/train/vqgan/other-files-are-refused", test_other_files_are_refused);
  g_test_add_func ("/train/vqgan/damaged-ones-change-nothing", test_damaged_ones_change_nothing);
  g_test_add_func ("/train/vqgan/exports-a-vqgan", test_exports_a_vqgan);
  return g_test_run ();
}
