/* denoiser-trainer.c - a denoiser that learns what latents of scenes look like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/denoiser-trainer.h"

#include "core/base/error.h"
#include "core/steer/latent.h"
#include "core/train/codes.h"
#include "core/train/parameters.h"
#include "core/train/texts.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define WEIGHT_DECAY 1e-3
#define MAX_NORM 1
#define AVERAGE 0.998

/* The least noise that is learnt from; the most is all. Steering asks for no less than 0.15, and
 * with less there is little to be found but what a latent has of its own. */
#define LEAST_LEVEL 0.1

/* Of what the codes are on an axis. */
#define LEAST_SPREAD 1e-6

/* Between what was found of the same codes and words twice. */
#define MOST_DIFFERENCE 1e-2

/* Answers from noise alone to a picture. */
#define N_DRAWN 25

/* Streams beside core/train/spoil.c's. */
#define STREAM_LEVELS 11
#define STREAM_CODES 12

/* Any step for what is measured or drawn, the same every time. */
#define HELD_OUT_STEP G_GUINT64_CONSTANT (0xffffffffffff)

/* Of the codes: their middle, their axes and deviations on them; of the CLIP: no words. */
enum
{
  CENTER,
  AXES,
  SPREAD,
  SILENCE,
  N_CONSTANTS
};

static const char *const constant_names[N_CONSTANTS] = { "center", "axes", "spread", "silence" };

/* What learns by Muon. */
static const char *const matrices[] = { TL_DENOISER_PREFIX TL_DENOISER_BLOCKS, NULL };

struct _TlDenoiserTrainer
{
  TlDenoiserTraining training;
  TlDenoiserConfig config;
  TlVqgan *vqgan;
  TlClip *clip;
  TlTokenizer *tokenizer;
  TlParameters *parameters;
  gfloat *constants[N_CONSTANTS]; /* what is in the file and not learnt */
  TlTensor *shown[N_CONSTANTS];   /* the same, in a scope */
};

void
tl_denoiser_training_init (TlDenoiserTraining *self)
{
  *self = (TlDenoiserTraining){
    .n_axes = 24,
    .width = 160,
    .n_blocks = 4,
    .inner = 320,
    .n_levels = 12,
    .unsaid = 0.15,
    .n_steps = 20000,
    .n_warm = 100,
    .lr = 4e-2,
    .dtype = TL_FLOAT32,
  };
}

/* --- the model --- */

/* A TlTensorFunc: parameters are called what the tensors of the file are. */
static TlTensor *
provide (const char *name, const gint64 *shape, guint n_dims, gpointer data)
{
  TlDenoiserTrainer *self = data;
  g_autofree char *full = g_strconcat (TL_DENOISER_PREFIX, name, NULL);

  for (guint i = 0; i < N_CONSTANTS; i++)
    if (g_str_equal (name, constant_names[i]))
      return self->shown[i];
  return tl_parameters_provide (full, shape, n_dims, self->parameters);
}

static void
get_constant_shape (TlDenoiserTrainer *self, guint which, gint64 shape[2], guint *n_dims)
{
  const TlDenoiserConfig *c = &self->config;
  const gint64 shapes[N_CONSTANTS][2] = {
    [CENTER] = { c->e_dim },
    [AXES] = { c->n_axes, c->e_dim },
    [SPREAD] = { c->n_axes },
    [SILENCE] = { 1, c->words },
  };

  memcpy (shape, shapes[which], sizeof shapes[which]);
  *n_dims = shape[1] > 0 ? 2 : 1;
}

static void
show_constants (TlDenoiserTrainer *self, TlScope *s)
{
  for (guint i = 0; i < N_CONSTANTS; i++)
    {
      TlTensor *x;
      gint64 shape[2];
      guint n_dims;

      get_constant_shape (self, i, shape, &n_dims);
      x = tl_from_floats (s, self->constants[i], shape, n_dims);
      self->shown[i] = tl_to_device (s, x, self->training.device);
    }
}

/* As the parameters are shown, or declared where they are not sealed. */
static TlDenoiser *
load_net (TlDenoiserTrainer *self, TlScope *s, GError **error)
{
  const TlDenoiserTraining *t = &self->training;
  g_autoptr (TlLoader) loader = tl_loader_new_from_tensors (provide, self, t->dtype, t->device);
  g_autoptr (TlDenoiser) net = NULL;

  show_constants (self, s);
  net = tl_denoiser_load_with (&self->config, loader, t->dtype, error);
  if (net == NULL || !tl_loader_finish (loader, error))
    return NULL;
  return g_steal_pointer (&net);
}

static gboolean
declare (TlDenoiserTrainer *self, GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (TlDenoiser) net = load_net (self, s, error);

  return tl_scope_close (s, net != NULL ? error : NULL) && net != NULL
         && tl_parameters_seal (self->parameters, error);
}

/* In a failed scope where it could not be. */
static TlDenoiser *
show_net (TlDenoiserTrainer *self, TlScope *s, TlParametersView view)
{
  GError *error = NULL;
  TlDenoiser *net;

  tl_parameters_show (self->parameters, s, view);
  net = load_net (self, s, &error);
  if (net == NULL)
    tl_scope_fail (s, error);
  return net;
}

/* --- what it learns from --- */

/* [n, e_dim, h, w]: codes of pictures that were drawn */
static TlTensor *
encode (TlScope *outer, TlDenoiserTrainer *self, const TlBatch *batch)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = tl_to_device (s, tl_batch_get_pictures (s, batch), self->training.device);

  x = tl_vqgan_encode (s, self->vqgan, tl_vqgan_from_picture (s, x));
  return tl_scope_leave (s, tl_vqgan_quantize (s, self->vqgan, x));
}

/* [n, words], of length 1 */
static TlTensor *
read_words (TlScope *outer, TlDenoiserTrainer *self, const TlBatch *batch)
{
  TlScope *s = tl_scope_enter (outer);
  TlTexts texts = tl_texts_read (s, self->tokenizer, batch,
                                 tl_clip_get_config (self->clip)->context, self->training.device);
  TlTensor *ids = tl_narrow (s, texts.ids, 0, 0, texts.n);

  return tl_scope_leave (s, tl_normalize (s, tl_clip_encode_text (s, self->clip, ids)));
}

/* [n, e_dim, h, w], as @like */
static TlTensor *
draw_codes (TlScope *s, TlDenoiserTrainer *self, TlTensor *like, guint64 step)
{
  TlRandom random;

  tl_random_init (&random, self->training.seed, step, TL_PURPOSE_TRAINING, STREAM_CODES);
  return tl_latent_draw_codes (s, self->vqgan, self->training.device, &random,
                               tl_tensor_get_size (like, 0), tl_tensor_get_size (like, 2),
                               tl_tensor_get_size (like, 3));
}

static TlTensor *
repeat (TlScope *s, TlTensor *x, guint times)
{
  g_autofree TlTensor **all = g_new (TlTensor *, times);

  for (guint i = 0; i < times; i++)
    all[i] = x;
  return tl_cat (s, all, times, 0);
}

typedef struct
{
  TlTensor *z, *words, *levels, *mixture;
} Lesson;

static gdouble
draw_level (TlRandom *random)
{
  return LEAST_LEVEL + (1 - LEAST_LEVEL) * tl_random_uniform (random);
}

/* Levels and which rows are without words are drawn from @step. */
static Lesson
prepare (TlScope *s, TlDenoiserTrainer *self, const TlBatch *batch, guint64 step)
{
  const TlDenoiserTraining *t = &self->training;
  const gint64 n = (gint64) batch->n * t->n_levels;
  g_autofree gfloat *levels = g_new (gfloat, n), *said = g_new (gfloat, n);
  Lesson lesson;
  TlRandom random;

  tl_random_init (&random, t->seed, step, TL_PURPOSE_TRAINING, STREAM_LEVELS);
  for (gint64 i = 0; i < n; i++)
    {
      levels[i] = (gfloat) draw_level (&random);
      said[i] = tl_random_uniform (&random) >= t->unsaid;
    }
  lesson.z = repeat (s, encode (s, self, batch), t->n_levels);
  lesson.words = repeat (s, read_words (s, self, batch), t->n_levels);
  lesson.words = tl_mul (s, lesson.words,
                         tl_to_device (s, tl_from_floats (s, said, TL_SHAPE (n, 1)), t->device));
  lesson.levels = tl_to_device (s, tl_from_floats (s, levels, TL_SHAPE (n)), t->device);
  lesson.mixture =
    tl_denoiser_mix (s, lesson.z, draw_codes (s, self, lesson.z, step), lesson.levels);
  return lesson;
}

/* Errors count by what is left to be found at their level; on axes where codes differ little, less:
 * by the root of how much. */
static TlTensor *
compute_loss (TlScope *outer, TlDenoiserTrainer *self, TlDenoiser *net, const Lesson *lesson)
{
  TlScope *s = tl_scope_enter (outer);
  const TlDenoiserWish wish = { lesson->words, 1 };
  TlTensor *found = tl_denoiser_run (s, net, lesson->mixture, lesson->levels, &wish);
  TlTensor *t = tl_reshape (s, lesson->levels, TL_SHAPE (1, -1, 1));
  TlTensor *rest = tl_add_scalar (s, tl_mul_scalar (s, t, -1), 1);
  TlTensor *weight =
    tl_div (s, self->shown[SPREAD], tl_mean (s, self->shown[SPREAD], NULL, 0, FALSE));
  TlTensor *error =
    tl_sub (s, tl_denoiser_project (s, net, found), tl_denoiser_project (s, net, lesson->z));

  weight = tl_mul (s, weight, tl_add_scalar (s, tl_pow_scalar (s, tl_div (s, rest, t), 2), 1));
  error = tl_mul (s, tl_mul (s, error, error), weight);
  return tl_scope_leave (s, tl_mean (s, error, NULL, 0, FALSE));
}

gboolean
tl_denoiser_trainer_step (TlDenoiserTrainer *self, const TlBatch *batch, TlDenoiserReport *report,
                          GCancellable *cancellable, GError **error)
{
  const TlDenoiserTraining *t = &self->training;
  const guint64 step = tl_denoiser_trainer_get_step (self);
  const TlStepRule rule = {
    .lr = tl_schedule_get_lr (t->lr, step, t->n_warm, t->n_steps),
    .weight_decay = WEIGHT_DECAY,
    .max_norm = MAX_NORM,
    .average = AVERAGE,
    .matrices = matrices,
  };
  g_autoptr (TlDenoiser) net = NULL;
  TlScope *s = tl_scope_open (cancellable);
  Lesson lesson = prepare (s, self, batch, step);

  *report = (TlDenoiserReport){ 0 };
  tl_scope_set_grad (s, TRUE);
  net = show_net (self, s, TL_PARAMETERS_LEAVES);
  if (net != NULL)
    {
      TlTensor *loss = compute_loss (s, self, net, &lesson);

      report->loss = tl_to_double (s, loss);
      tl_parameters_step (self->parameters, s, loss, &rule, &report->norm);
    }
  return tl_scope_close (s, error);
}

/* --- measuring --- */

/* [n], all @level */
static TlTensor *
same_levels (TlScope *s, TlDenoiserTrainer *self, gint64 n, gdouble level)
{
  return tl_to_device (s, tl_full (s, level, TL_SHAPE (n)), self->training.device);
}

gboolean
tl_denoiser_trainer_measure (TlDenoiserTrainer *self, const TlBatch *held_out,
                             gdouble losses[TL_DENOISER_N_MEASURES], GError **error)
{
  g_autoptr (TlDenoiser) net = NULL;
  TlScope *s = tl_scope_open (NULL);
  Lesson lesson;

  net = show_net (self, s, TL_PARAMETERS_AVERAGES);
  if (net == NULL)
    return tl_scope_close (s, error);
  lesson.z = encode (s, self, held_out);
  lesson.words = read_words (s, self, held_out);
  for (guint i = 0; i < TL_DENOISER_N_MEASURES; i++)
    {
      TlTensor *codes = draw_codes (s, self, lesson.z, HELD_OUT_STEP - i);

      lesson.levels = same_levels (s, self, held_out->n, (i + 1.0) / TL_DENOISER_N_MEASURES);
      lesson.mixture = tl_denoiser_mix (s, lesson.z, codes, lesson.levels);
      losses[i] = tl_to_double (s, compute_loss (s, self, net, &lesson));
    }
  return tl_scope_close (s, error);
}

gboolean
tl_denoiser_trainer_draw (TlDenoiserTrainer *self, const TlBatch *batch, gfloat *out,
                          GError **error)
{
  g_autoptr (TlDenoiser) net = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlDenoiserWish wish = { .guidance = TL_DENOISER_GUIDANCE };
  TlTensor *z, *y;

  net = show_net (self, s, TL_PARAMETERS_AVERAGES);
  if (net == NULL)
    return tl_scope_close (s, error);
  z = draw_codes (s, self, encode (s, self, batch), HELD_OUT_STEP);
  wish.words = read_words (s, self, batch);
  z = tl_denoiser_draw (s, net, z, &wish, &(TlDenoiserWay){ 1, 0, N_DRAWN });
  y = tl_vqgan_to_picture (s,
                           tl_vqgan_decode (s, self->vqgan, tl_vqgan_quantize (s, self->vqgan, z)));
  tl_to_floats (s, tl_clamp (s, y, 0, 1), out, (gsize) batch->n * 3 * batch->size * batch->size);
  return tl_scope_close (s, error);
}

/* --- life --- */

static gboolean
find_constants (TlDenoiserTrainer *self, GError **error)
{
  const TlVqganConfig *vqgan = tl_vqgan_get_config (self->vqgan);
  const guint d = vqgan->e_dim, n = vqgan->n_codes, n_axes = self->config.n_axes;
  g_autofree gfloat *codes = g_new0 (gfloat, (gsize) n * d);
  g_autofree gdouble *spectrum = g_new (gdouble, d), *axes = g_new (gdouble, (gsize) d * d);
  TlScope *s = tl_scope_open (NULL);

  for (guint i = 0; i < N_CONSTANTS; i++)
    {
      gint64 shape[2];
      guint n_dims;

      get_constant_shape (self, i, shape, &n_dims);
      self->constants[i] = g_new0 (gfloat, shape[0] * (n_dims > 1 ? shape[1] : 1));
    }
  tl_to_floats (s, tl_vqgan_get_codebook (self->vqgan), codes, (gsize) n * d);
  tl_to_floats (s, tl_normalize (s, tl_clip_encode_silence (s, self->clip)),
                self->constants[SILENCE], self->config.words);
  if (!tl_scope_close (s, error))
    return FALSE;
  tl_codes_get_axes (codes, n, d, spectrum, axes);
  for (gsize i = 0; i < (gsize) n * d; i++)
    self->constants[CENTER][i % d] += codes[i] / (gfloat) n;
  for (gsize i = 0; i < (gsize) n_axes * d; i++)
    self->constants[AXES][i] = (gfloat) axes[i];
  for (guint i = 0; i < n_axes; i++)
    self->constants[SPREAD][i] = (gfloat) sqrt (MAX (spectrum[i], LEAST_SPREAD));
  return TRUE;
}

TlDenoiserTrainer *
tl_denoiser_trainer_new (const TlDenoiserTraining *training, TlVqgan *vqgan, TlClip *clip,
                         TlTokenizer *tokenizer, GError **error)
{
  g_autoptr (TlDenoiserTrainer) self = g_new0 (TlDenoiserTrainer, 1);

  self->training = *training;
  self->vqgan = vqgan;
  self->clip = clip;
  self->tokenizer = tokenizer;
  self->config = (TlDenoiserConfig){
    .e_dim = tl_vqgan_get_config (vqgan)->e_dim,
    .n_axes = MIN (training->n_axes, tl_vqgan_get_config (vqgan)->e_dim),
    .words = tl_clip_get_config (clip)->embed_dim,
    .width = training->width,
    .n_blocks = training->n_blocks,
    .inner = training->inner,
  };
  self->parameters = tl_parameters_new (training->seed, "", training->device);
  if (!find_constants (self, error) || !declare (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
tl_denoiser_trainer_free (TlDenoiserTrainer *self)
{
  g_clear_pointer (&self->parameters, tl_parameters_free);
  for (guint i = 0; i < N_CONSTANTS; i++)
    g_free (self->constants[i]);
  g_free (self);
}

guint64
tl_denoiser_trainer_get_step (TlDenoiserTrainer *self)
{
  return tl_parameters_get_n_steps (self->parameters);
}

/* --- files --- */

GBytes *
tl_denoiser_trainer_save (TlDenoiserTrainer *self, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();

  if (!tl_parameters_save (self->parameters, writer, error))
    return NULL;
  return tl_safetensors_writer_finish (writer);
}

gboolean
tl_denoiser_trainer_load (TlDenoiserTrainer *self, TlWeights *weights, GError **error)
{
  return tl_parameters_load (self->parameters, weights, error);
}

/* Whether what the denoiser in @weights was told of codes and words is what this one is told. */
static gboolean
has_constant (TlDenoiserTrainer *self, TlWeights *weights, guint which)
{
  g_autofree char *name = g_strconcat (TL_DENOISER_PREFIX, constant_names[which], NULL);
  const TlBlob *blob = tl_weights_lookup (weights, name);
  g_autofree gfloat *values = NULL;
  gint64 shape[2];
  guint n_dims;
  gsize n;

  get_constant_shape (self, which, shape, &n_dims);
  n = (gsize) shape[0] * (gsize) (n_dims > 1 ? shape[1] : 1);
  if (blob == NULL || blob->dtype != TL_FLOAT32 || blob->n_dims != n_dims
      || !tl_blob_is_dense (blob) || memcmp (blob->shape, shape, n_dims * sizeof *shape) != 0)
    return FALSE;
  values = g_memdup2 (blob->data, n * sizeof *values);
  for (gsize i = 0; i < n; i++)
    if (!(fabsf (values[i] - self->constants[which][i]) < MOST_DIFFERENCE))
      return FALSE;
  return TRUE;
}

gboolean
tl_denoiser_trainer_begin_with (TlDenoiserTrainer *self, TlWeights *weights, GError **error)
{
  for (guint i = 0; i < N_CONSTANTS; i++)
    if (!has_constant (self, weights, i))
      return tl_error_set (error, TL_ERROR_FORMAT,
                           _ ("This file has no denoiser that learnt the codes of --vqgan and the "
                              "words of --clip"));
  return tl_parameters_adopt (self->parameters, weights, error);
}

static void
add_constant (TlSafetensorsWriter *writer, TlDenoiserTrainer *self, guint which)
{
  g_autofree char *name = g_strconcat (TL_DENOISER_PREFIX, constant_names[which], NULL);
  g_autoptr (GBytes) bytes = NULL;
  gint64 shape[2];
  guint n_dims;
  gsize n;

  get_constant_shape (self, which, shape, &n_dims);
  n = (gsize) shape[0] * (gsize) (n_dims > 1 ? shape[1] : 1);
  bytes = g_bytes_new (self->constants[which], n * sizeof (gfloat));
  tl_safetensors_writer_add (writer, name, TL_FLOAT32, n_dims, shape, bytes);
}

GBytes *
tl_denoiser_trainer_export (TlDenoiserTrainer *self, TlWeights *vqgan, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();

  if (!tl_safetensors_writer_copy (writer, vqgan, TL_DENOISER_PREFIX, error)
      || !tl_parameters_export (self->parameters, writer, TL_DENOISER_PREFIX, TRUE, error))
    return NULL;
  for (guint i = 0; i < N_CONSTANTS; i++)
    add_constant (writer, self, i);
  return tl_safetensors_writer_finish (writer);
}
