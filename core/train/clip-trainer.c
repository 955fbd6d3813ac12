/* clip-trainer.c - a CLIP that learns from drawn scenes
 *
 * A step loads the model from the parameters' leaves, so that what its load function multiplies out
 * is part of the graph, and drops it afterwards.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/clip-trainer-private.h"

#include "core/scenes/words.h"
#include "core/steer/loss.h"
#include "core/torch/training.h"
#include "core/train/attack.h"
#include "core/train/losses.h"
#include "core/train/negatives.h"
#include "core/train/texts.h"

#include <math.h>
#include <string.h>

#define MAX_SCALE 60
#define WEIGHT_DECAY 0.05
#define MAX_NORM 1
#define AVERAGE 0.999
#define REJECT 20
#define TEXT_LABELS 0.3

/* What learns by Muon; a pool's matrices are so large that a step would take a third longer. */
static const char *const matrices[] = { "visual.layer", "visual.transformer.", "transformer.",
                                        NULL };

/* The model of one scope. */
typedef struct
{
  TlClip *clip;
  TlTensor *scale; /* exp (logit_scale), bounded */
  TlLinear image, text;
} Net;

void
tl_clip_training_init (TlClipTraining *self)
{
  *self = (TlClipTraining){
    .clip = { .names = TL_CLIP_OPENAI,
              .embed_dim = 128,
              .resolution = 64,
              .width = 128,
              .patch = 8,
              .n_layers = 5,
              .n_heads = 2,
              .context = 48,
              .text_width = 128,
              .text_heads = 2,
              .text_layers = 3,
              .quick_gelu = TRUE,
              .mean = TL_CLIP_MEAN,
              .deviation = TL_CLIP_DEVIATION },
    .n_steps = 20000,
    .n_warm = 200,
    .lr = 1e-3,
    .kept = 0.44,
    .labels = 1,
    .augment = 1,
    .n_moves = 1,
    .dtype = TL_FLOAT32,
  };
}

/* --- the model --- */

static TlTensor *
provide (TlClipTrainer *self, const gint64 *shape, guint n_dims, const char *name)
{
  return tl_parameters_provide (name, shape, n_dims, self->parameters);
}

/* Borrowed tensors of the view. */
static void
take_head (TlClipTrainer *self, TlLinear *head, const char *weight, const char *bias)
{
  gint64 n = tl_labels_get_count ();

  head->weight = provide (self, TL_SHAPE (n, self->training.clip.embed_dim), weight);
  head->bias = provide (self, TL_SHAPE (n), bias);
}

/* Frees only what is owned: the heads belong to the scope. */
static void
net_clear (Net *net)
{
  g_clear_pointer (&net->clip, tl_clip_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Net, net_clear)

static gboolean
load_net (TlClipTrainer *self, Net *net, GError **error)
{
  const TlClipTraining *t = &self->training;
  g_autoptr (TlLoader) loader =
    tl_loader_new_from_tensors (tl_parameters_provide, self->parameters, t->dtype, t->device);

  net->clip = tl_clip_load_with (&t->clip, loader, t->dtype, t->device, error);
  if (net->clip == NULL)
    return FALSE;
  net->scale = provide (self, NULL, 0, "logit_scale");
  take_head (self, &net->image, TL_CLIP_HEADS "image.weight", TL_CLIP_HEADS "image.bias");
  take_head (self, &net->text, TL_CLIP_HEADS "text.weight", TL_CLIP_HEADS "text.bias");
  return TRUE;
}

static guint64
step_of (TlClipTrainer *self)
{
  return tl_parameters_get_n_steps (self->parameters);
}

static gboolean
declare (TlClipTrainer *self, GError **error)
{
  g_auto (Net) net = { 0 };

  return load_net (self, &net, error) && tl_parameters_seal (self->parameters, error);
}

/* --- a step --- */

static TlTensor *
apply_head (TlScope *s, const TlLinear *head, TlTensor *x)
{
  return tl_linear (s, x, head->weight, head->bias);
}

/* From beyond its bounds it can come back. */
static TlTensor *
bounded_scale (TlScope *s, TlTensor *logit_scale)
{
  return tl_exp (s, tl_clamp_with_grad (s, logit_scale, 0, log (MAX_SCALE)));
}

/* The labels' part of the loss, from both towers. */
static TlTensor *
label_loss (TlScope *s, const Net *net, const TlBatch *batch, TlTensor *pictures, TlTensor *texts)
{
  TlTensor *labels = tl_to_like (
    s, tl_from_floats (s, batch->labels, TL_SHAPE (batch->n, tl_labels_get_count ())), pictures);
  TlTensor *seen = tl_loss_labels (s, apply_head (s, &net->image, pictures), labels);
  TlTensor *said = tl_loss_labels (s, apply_head (s, &net->text, texts), labels);

  return tl_add (s, seen, tl_mul_scalar (s, said, TEXT_LABELS));
}

/* What is done to pictures before the step, by the model as it is: weights have no gradients. */
typedef struct
{
  TlClipTrainer *trainer;
  Net net;
  TlTensor *patches, *is_same, *scale;
  TlTensor *texts; /* [n + twins, embed_dim] of length 1 */
  gint64 n;
} Target;

static void
target_clear (Target *self)
{
  net_clear (&self->net);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

static gboolean
needs_target (const TlClipTraining *t)
{
  return t->attack > 0 || t->z_attack > 0 || t->n_steered > 0;
}

static gboolean
open_target (TlScope *s, TlClipTrainer *self, const TlTexts *words, Target *target, GError **error)
{
  target->trainer = self;
  if (!needs_target (&self->training))
    return TRUE;
  tl_parameters_show (self->parameters, s, TL_PARAMETERS_VALUES);
  if (tl_scope_has_failed (s) || !load_net (self, &target->net, error))
    return FALSE;
  tl_scope_set_grad (s, FALSE);
  target->texts = tl_normalize (s, tl_clip_encode_text (s, target->net.clip, words->ids));
  target->n = words->n;
  target->is_same = words->is_same;
  target->scale = bounded_scale (s, target->net.scale);
  return TRUE;
}

/* A TlAwayFunc of a Target: the words of the runs are the last of the batch's. */
static TlTensor *
away (TlScope *s, TlTensor *cutouts, guint which, gconstpointer data)
{
  const Target *t = data;
  gint64 row = t->n - t->trainer->training.n_steered + which;

  return tl_loss_clause (s, tl_clip_encode_image (s, t->net.clip, cutouts),
                         tl_narrow (s, t->texts, 0, row, 1), 1, -INFINITY);
}

/* Pictures of any size as steering would look at them. */
static TlTensor *
look_at (TlScope *s, TlClipTrainer *self, TlTensor *pictures)
{
  const guint64 step = step_of (self);

  return tl_views_take (s, &self->views, step, tl_views_pool (s, &self->views, step, pictures));
}

/* A TlMatchFunc of a Target: the mean cosine of pictures with their words. */
static TlTensor *
match (TlScope *s, TlTensor *pictures, gconstpointer data)
{
  const Target *t = data;
  gint64 n = tl_tensor_get_size (pictures, 0);
  TlTensor *views = look_at (s, t->trainer, pictures);
  TlTensor *seen = tl_normalize (s, tl_clip_encode_image (s, t->net.clip, views));
  TlTensor *product = tl_mul (s, seen, tl_narrow (s, t->texts, 0, 0, n));

  return tl_mul_scalar (s, tl_sum (s, product, NULL, 0, FALSE), 1.0 / n);
}

/* Scenes as the VQGAN makes them, and more that are no scenes, in the size that the batch is drawn
 * in, twice what the CLIP sees: so steering shows them, and a code is as large a part of one. */
static TlTensor *
add_negatives (TlScope *s, TlClipTrainer *self, TlTensor *x, const Target *target)
{
  const TlClipTraining *t = &self->training;
  const gint64 n = tl_tensor_get_size (x, 0);
  const TlNegatives negatives = { .vqgan = self->vqgan,
                                  .device = t->device,
                                  .seed = t->seed,
                                  .step = step_of (self),
                                  .n_rebuilt = (guint) lround (t->rebuilt * n),
                                  .n_garbage = (guint) lround (t->garbage * n),
                                  .n_spoilt = (guint) lround (t->spoilt * n),
                                  .match = match,
                                  .match_data = target,
                                  .radius = t->z_attack,
                                  .n_attack_moves = t->n_moves };
  TlSteeredGuide guide = { .away = away, .data = target, .cut_size = t->clip.resolution };
  TlTensor *steered;

  x = tl_sweep (s, tl_negatives_apply (s, &negatives, x));
  if (self->steered == NULL)
    return x;
  guide.words = tl_narrow (s, target->texts, 0, n - t->n_steered, t->n_steered);
  steered = tl_steered_move (s, self->steered, step_of (self), &guide);
  return tl_sweep (s, tl_cat (s, (TlTensor *const[]){ x, steered }, 2, 0));
}

/* Pictures of the batch, some rebuilt, then what shows nothing, then what is steered:
 * [n + m, 3, resolution, resolution] */
static TlTensor *
make_views (TlScope *outer, TlClipTrainer *self, const TlBatch *batch, const Target *target)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x;

  tl_scope_set_grad (s, FALSE);
  x = tl_to_device (s, tl_batch_get_pictures (s, batch), self->training.device);
  if (self->vqgan != NULL)
    x = add_negatives (s, self, x, target);
  return tl_scope_leave (s, look_at (s, self, x));
}

/* What an attacker of pictures tries to raise: a TlBlockFunc of a Target. */
static TlTensor *
target_loss (TlScope *s, TlTensor *views, gconstpointer data)
{
  const Target *t = data;
  TlTensor *pictures = tl_normalize (s, tl_clip_encode_patches (s, t->net.clip, views, t->patches));
  gdouble right;

  return tl_loss_contrast (s, pictures, t->texts, t->is_same, t->scale, &right);
}

/* Pictures and words of a step. */
typedef struct
{
  TlTensor *views, *patches;
  TlTexts words;
} Input;

static gboolean
make_input (TlScope *s, TlClipTrainer *self, const TlBatch *batch, Input *input, GError **error)
{
  const TlClipTraining *t = &self->training;
  const TlAttack attack = {
    .seed = t->seed, .step = step_of (self), .radius = t->attack, .n_moves = t->n_moves
  };
  g_auto (Target) target = { 0 };

  input->words =
    tl_texts_read (s, self->tokenizer, batch, self->training.clip.context, self->training.device);
  if (!open_target (s, self, &input->words, &target, error))
    return FALSE;
  input->views = make_views (s, self, batch, &target);
  input->patches =
    tl_views_choose_patches (s, &self->views, step_of (self), tl_tensor_get_size (input->views, 0));
  target.patches = input->patches;
  if (t->attack > 0)
    input->views = tl_attack_apply (s, &attack, input->views, target_loss, &target);
  return !tl_scope_has_failed (s);
}

/* The mean cosine of each of @pictures with its own of @texts. */
static gdouble
mean_cosine (TlScope *outer, TlTensor *pictures, TlTensor *texts)
{
  TlScope *s = tl_scope_enter (outer);
  gdouble n = (gdouble) tl_tensor_get_size (texts, 0);
  TlTensor *product = tl_mul (s, tl_detach (s, pictures), tl_detach (s, texts));
  gdouble mean = tl_to_double (s, tl_sum (s, product, NULL, 0, FALSE)) / n;

  tl_scope_leave (s, NULL);
  return mean;
}

/* pictures: those of compute_loss(); the steered are the last of them */
static void
report_steered (TlScope *s, gint64 n_steered, TlTensor *pictures, TlTensor *texts,
                TlClipReport *report)
{
  const gint64 n = tl_tensor_get_size (texts, 0), n_all = tl_tensor_get_size (pictures, 0);

  if (n_steered == 0)
    return;
  texts = tl_narrow (s, texts, 0, n - n_steered, n_steered);
  report->scenes = mean_cosine (s, tl_narrow (s, pictures, 0, n - n_steered, n_steered), texts);
  report->steered =
    mean_cosine (s, tl_narrow (s, pictures, 0, n_all - n_steered, n_steered), texts);
}

static TlTensor *
compute_loss (TlScope *s, TlClipTrainer *self, const Net *net, const TlBatch *batch,
              const Input *input, TlClipReport *report)
{
  gint64 n = batch->n, n_garbage = lround (self->training.garbage * n);
  const TlTexts words = input->words;
  TlTensor *seen, *said, *pictures, *texts, *contrast, *labels, *loss;

  seen = tl_clip_encode_patches (s, net->clip, input->views, input->patches);
  said = tl_clip_encode_text (s, net->clip, words.ids);
  pictures = tl_normalize (s, seen);
  texts = tl_normalize (s, said);

  contrast = tl_loss_contrast (s, pictures, texts, words.is_same, bounded_scale (s, net->scale),
                               &report->right);
  labels = label_loss (s, net, batch, tl_narrow (s, seen, 0, 0, n), tl_narrow (s, said, 0, 0, n));
  loss = tl_add (s, contrast, tl_mul_scalar (s, labels, self->training.labels));
  if (n_garbage > 0)
    loss =
      tl_add (s, loss,
              tl_mul_scalar (s, tl_loss_reject (s, tl_narrow (s, pictures, 0, n, n_garbage), texts),
                             REJECT));
  report_steered (s, self->training.n_steered, pictures, tl_narrow (s, texts, 0, 0, n), report);
  report->loss = tl_to_double (s, loss);
  report->contrast = tl_to_double (s, contrast);
  report->labels = tl_to_double (s, labels);
  return loss;
}

static gboolean
step (TlClipTrainer *self, const TlBatch *batch, TlClipReport *report, GCancellable *cancellable,
      GError **error)
{
  const TlClipTraining *t = &self->training;
  const TlStepRule rule = {
    .lr = tl_schedule_get_lr (t->lr, step_of (self), t->n_warm, t->n_steps),
    .weight_decay = WEIGHT_DECAY,
    .max_norm = MAX_NORM,
    .average = AVERAGE,
    .matrices = t->by_muon ? matrices : NULL,
  };
  g_auto (Net) net = { 0 };
  TlScope *s = tl_scope_open (cancellable);
  GError *load_error = NULL;
  gboolean is_ready;
  Input input;

  is_ready = make_input (s, self, batch, &input, &load_error);
  tl_scope_set_grad (s, TRUE);
  tl_parameters_show (self->parameters, s, TL_PARAMETERS_LEAVES);
  if (is_ready && load_net (self, &net, &load_error))
    tl_parameters_step (self->parameters, s, compute_loss (s, self, &net, batch, &input, report),
                        &rule, &report->norm);
  else if (load_error != NULL)
    tl_scope_fail (s, load_error);
  return tl_scope_close (s, error);
}

gboolean
tl_clip_trainer_step (TlClipTrainer *self, const TlBatch *batch, TlClipReport *report,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (TlBatch) joined = NULL;

  *report = (TlClipReport){ 0 };
  if (self->steered == NULL)
    return step (self, batch, report, cancellable, error);
  joined = tl_steered_join (self->steered, step_of (self), batch, error);
  return joined != NULL && step (self, joined, report, cancellable, error);
}

/* --- measuring --- */

/* Of the pictures with one object: the share whose largest object score is of that object. */
static gdouble
count_named (const TlBatch *batch, const gfloat *scores)
{
  guint n_labels = tl_labels_get_count (), n_single = 0, n_named = 0;

  for (guint i = 0; i < batch->n; i++)
    {
      const gfloat *label = batch->labels + (gsize) i * n_labels;
      const gfloat *score = scores + (gsize) i * n_labels;
      guint n_objects = 0, object = 0, best = 0;

      for (guint k = 0; k < TL_N_OBJECTS; k++)
        {
          n_objects += label[k] > 0;
          object = label[k] > 0 ? k : object;
          best = score[k] > score[best] ? k : best;
        }
      n_single += n_objects == 1;
      n_named += n_objects == 1 && best == object;
    }
  return n_single > 0 ? (gdouble) n_named / n_single : NAN;
}

static void
measure (TlScope *s, TlClipTrainer *self, const Net *net, const TlBatch *batch,
         TlClipMeasure *result)
{
  guint size = self->training.clip.resolution, n_labels = tl_labels_get_count ();
  g_autofree gfloat *scores = g_new (gfloat, (gsize) batch->n * n_labels);
  TlTexts words =
    tl_texts_read (s, self->tokenizer, batch, self->training.clip.context, self->training.device);
  TlTensor *x = tl_to_device (s, tl_batch_get_pictures (s, batch), self->training.device);
  TlTensor *seen, *pictures, *texts;

  if (batch->size != size)
    x = tl_adaptive_avg_pool2d (s, x, size, size);
  seen = tl_clip_encode_image (s, net->clip, x);
  pictures = tl_normalize (s, seen);
  texts = tl_normalize (s, tl_clip_encode_text (s, net->clip, words.ids));
  tl_loss_contrast (s, pictures, texts, words.is_same, bounded_scale (s, net->scale),
                    &result->right);
  if (tl_to_floats (s, apply_head (s, &net->image, seen), scores, (gsize) batch->n * n_labels))
    result->objects = count_named (batch, scores);
}

gboolean
tl_clip_trainer_measure (TlClipTrainer *self, const TlBatch *held_out, TlClipMeasure *result,
                         GError **error)
{
  g_auto (Net) net = { 0 };
  TlScope *s = tl_scope_open (NULL);
  GError *load_error = NULL;

  tl_parameters_show (self->parameters, s, TL_PARAMETERS_AVERAGES);
  if (load_net (self, &net, &load_error))
    measure (s, self, &net, held_out, result);
  else
    tl_scope_fail (s, load_error);
  return tl_scope_close (s, error);
}

/* --- life and files --- */

/* What the training keeps as it is: the words' tower, or all but the heads. */
static void
hold_towers (TlParameters *parameters, const TlClipTraining *t)
{
  static const char *const towers[] = { "transformer.", "token_embedding.", "positional_embedding",
                                        "ln_final.",    "text_projection",  "visual.",
                                        "logit_scale" };
  const guint n_words = 5, n_all = G_N_ELEMENTS (towers);

  for (guint i = 0; i < (t->only_heads ? n_all : t->keep_words ? n_words : 0); i++)
    tl_parameters_hold (parameters, towers[i]);
}

static gboolean
make_steered (TlClipTrainer *self, TlDenoiser *denoiser, GError **error)
{
  const TlSteeredOptions options = { .vqgan = tl_vqgan_get_config (self->vqgan),
                                     .device = self->training.device,
                                     .seed = self->training.seed,
                                     .n = self->training.n_steered,
                                     .size = 2 * self->training.clip.resolution,
                                     .start = denoiser != NULL ? TL_STEERED_FROM_DRAWING
                                                               : TL_STEERED_FROM_NOISE };

  self->steered = tl_steered_new (&options);
  tl_steered_set_denoiser (self->steered, denoiser);
  return tl_steered_set_vqgan (self->steered, self->vqgan, error);
}

TlClipTrainer *
tl_clip_trainer_new (const TlClipTraining *training, TlTokenizer *tokenizer, TlVqgan *vqgan,
                     TlDenoiser *denoiser, GError **error)
{
  g_autoptr (TlClipTrainer) self = NULL;

  g_return_val_if_fail (vqgan != NULL || training->rebuilt + training->garbage <= 0, NULL);

  self = g_new0 (TlClipTrainer, 1);
  self->training = *training;
  self->training.clip.n_tokens = tl_tokenizer_get_n_tokens (tokenizer);
  self->tokenizer = tl_tokenizer_ref (tokenizer);
  self->vqgan = vqgan;
  self->parameters = tl_parameters_new (training->seed, "", training->device);
  hold_towers (self->parameters, training);
  tl_views_init (&self->views, training->seed, training->device, &self->training.clip,
                 training->kept, training->augment);
  if ((training->n_steered > 0 && !make_steered (self, denoiser, error)) || !declare (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
tl_clip_trainer_free (TlClipTrainer *self)
{
  tl_tokenizer_unref (self->tokenizer);
  g_clear_pointer (&self->steered, tl_steered_free);
  g_clear_pointer (&self->parameters, tl_parameters_free);
  g_free (self);
}

guint64
tl_clip_trainer_get_step (TlClipTrainer *self)
{
  return step_of (self);
}
