/* vqgan-trainer.c - a VQGAN that learns to draw scenes from codes
 *
 * Encoder and decoder are parameters; the codes are not learnt by gradients, so the model gets them
 * as a tensor of their own and they move after each step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/vqgan-trainer.h"

#include "core/base/error.h"
#include "core/torch/training.h"
#include "core/train/losses.h"
#include "core/train/spoil.h"
#include "core/train/vqgan-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define WEIGHT_DECAY 1e-4
#define MAX_NORM 1
#define AVERAGE 0.998

/* As in "Neural Discrete Representation Learning" (van den Oord et al. 2017, arXiv:1711.00937). */
#define COMMITMENT 0.25
#define SPREAD_FREE 0.3
#define SPREAD_CODED 0.05
/* Keeps free latents from growing without end. */
#define SHRINK 1e-3

/* Of a picture's codes: a decoder is to draw it from the rest. */
#define MOST_SPOILT 0.6

/* Latents that the codes are found in, and how long it is looked for them. */
#define N_CELLS_TO_FIND 20000
#define N_CELLS_PER_CODE 2
#define N_ROUNDS 6

/* What learns by Muon where that is asked for; of a decoder that learns alone, the latter. */
static const char *const matrices[] = { "encoder.", "decoder.", NULL };

void
tl_vqgan_training_init (TlVqganTraining *self)
{
  *self = (TlVqganTraining){
    .vqgan = { .n_codes = 1024,
               .e_dim = 64,
               .z_channels = 64,
               .ch = 16,
               .ch_mult = { 1, 2, 4, 8 },
               .n_levels = 4,
               .n_res_blocks = 1,
               .has_attention = { [3] = TRUE },
               .has_mid_attention = TRUE,
               .has_resample_conv = TRUE,
               .n_groups = 8,
               .downscale = 8 },
    .n_steps = 20000,
    .n_warm = 100,
    .lr = 1e-3,
    .free = 0.4,
    .late = 0.7,
    .dtype = TL_FLOAT32,
  };
}

/* --- the model --- */

static TlTensor *
provide (const char *name, const gint64 *shape, guint n_dims, gpointer data)
{
  TlVqganTrainer *self = data;

  if (g_str_equal (name, TL_VQGAN_CODEBOOK))
    return self->codebook;
  return tl_parameters_provide (name, shape, n_dims, self->parameters);
}

static TlVqgan *
load_net (TlVqganTrainer *self, TlScope *s, GError **error)
{
  const TlVqganTraining *t = &self->training;
  g_autoptr (TlLoader) loader = tl_loader_new_from_tensors (provide, self, t->dtype, t->device);

  self->codebook = tl_from_floats (s, self->codes.vectors, TL_SHAPE (self->codes.n, self->codes.d));
  return tl_vqgan_load_with (&t->vqgan, loader, t->dtype, error);
}

static gboolean
declare (TlVqganTrainer *self, GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (TlVqgan) vqgan = load_net (self, s, error);

  return tl_scope_close (s, vqgan != NULL ? error : NULL) && vqgan != NULL
         && tl_parameters_seal (self->parameters, error);
}

/* --- a step --- */

/* [n, d, h, w] -> [n h w, d] */
static TlTensor *
to_cells (TlScope *s, TlTensor *z)
{
  gint64 d = tl_tensor_get_size (z, 1);

  return tl_reshape (s, tl_permute (s, z, TL_SHAPE (0, 2, 3, 1)), TL_SHAPE (-1, d));
}

static TlTensor *
mean_square (TlScope *s, TlTensor *x)
{
  return tl_mean (s, tl_mul (s, x, x), NULL, 0, FALSE);
}

/* What a step leaves for the codes. */
typedef struct
{
  gfloat *cells;   /* [n, d] */
  gint64 *choices; /* (nullable): [n] */
  gsize n;
} Cells;

static void
cells_clear (Cells *self)
{
  g_free (self->cells);
  g_free (self->choices);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Cells, cells_clear)

static void
read_cells (TlScope *s, TlVqganTrainer *self, TlTensor *cells, TlTensor *choices, Cells *out)
{
  out->n = tl_tensor_get_n_elements (cells) / self->codes.d;
  out->cells = g_new (gfloat, out->n * self->codes.d);
  tl_to_floats (s, tl_detach (s, cells), out->cells, out->n * self->codes.d);
  if (choices == NULL)
    return;
  out->choices = g_new (gint64, out->n);
  tl_to_int64s (s, choices, out->choices, out->n);
}

/* z without gradients -> the codes that a decoder which learns alone draws from */
static TlTensor *
look_up_spoilt (TlScope *s, TlVqganTrainer *self, TlVqgan *vqgan, TlTensor *z)
{
  const TlSpoiling spoiling = { .seed = self->training.seed,
                                .step = tl_parameters_get_n_steps (self->parameters),
                                .n_codes = self->codes.n,
                                .share = self->training.spoilt,
                                .most = MOST_SPOILT };
  TlTensor *choices = tl_vqgan_nearest (s, vqgan, tl_spoil_latents (s, &spoiling, z));

  return tl_vqgan_lookup (s, vqgan, tl_spoil_codes (s, &spoiling, choices));
}

/* z -> what the decoder gets; @loss: (nullable): what latents cost, where they learn */
static TlTensor *
quantize (TlScope *s, TlVqganTrainer *self, TlVqgan *vqgan, TlTensor *z, TlTensor **loss,
          TlVqganReport *report, Cells *out)
{
  TlTensor *cells = to_cells (s, z);
  TlTensor *spread = tl_loss_spread (s, cells);
  TlTensor *choices, *nearest, *commitment;

  report->spread = tl_to_double (s, spread);
  if (!self->has_codes)
    {
      *loss = tl_add (s, tl_mul_scalar (s, spread, SPREAD_FREE),
                      tl_mul_scalar (s, mean_square (s, z), SHRINK));
      read_cells (s, self, cells, NULL, out);
      return z;
    }
  if (self->training.only_decoder)
    return look_up_spoilt (s, self, vqgan, tl_detach (s, z));
  choices = tl_vqgan_nearest (s, vqgan, z);
  nearest = tl_vqgan_lookup (s, vqgan, choices);
  commitment = mean_square (s, tl_sub (s, z, nearest));
  report->commitment = tl_to_double (s, commitment);
  read_cells (s, self, cells, choices, out);
  *loss =
    tl_add (s, tl_mul_scalar (s, spread, SPREAD_CODED), tl_mul_scalar (s, commitment, COMMITMENT));
  return tl_straight_through (s, nearest, z);
}

/* Pictures of a step: drawn, and rebuilt. */
typedef struct
{
  TlTensor *x, *y;
} Pictures;

/* z: [n, e_dim, h, w] -> the same with the codes of @steered, (nullable), as its last */
static TlTensor *
put_steered (TlScope *s, TlVqgan *vqgan, TlTensor *z, TlTensor *steered)
{
  gint64 n;

  if (steered == NULL)
    return z;
  n = tl_tensor_get_size (z, 0) - tl_tensor_get_size (steered, 0);
  steered = tl_to_like (s, tl_vqgan_quantize (s, vqgan, steered), z);
  return tl_cat (s, (TlTensor *const[]){ tl_narrow (s, z, 0, 0, n), steered }, 2, 0);
}

/* What a step learns from. */
typedef struct
{
  const TlBatch *batch;
  TlBatch *joined;   /* (nullable): owned; @batch is this one then */
  TlTensor *steered; /* (nullable): latents of the last pictures */
} Lesson;

static void
lesson_clear (Lesson *self)
{
  g_clear_pointer (&self->joined, tl_batch_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lesson, lesson_clear)

static gboolean
prepare (TlScope *s, TlVqganTrainer *self, const TlBatch *batch, Lesson *lesson, GError **error)
{
  g_autoptr (TlVqgan) vqgan = NULL;

  lesson->batch = batch;
  if (self->steered == NULL)
    return TRUE;
  tl_parameters_show (self->parameters, s, TL_PARAMETERS_VALUES);
  vqgan = load_net (self, s, error);
  if (vqgan == NULL)
    return FALSE;
  lesson->joined = tl_vqgan_trainer_steer (s, self, vqgan, batch, &lesson->steered, error);
  lesson->batch = lesson->joined;
  return lesson->joined != NULL;
}

static TlTensor *
compute_loss (TlScope *s, TlVqganTrainer *self, TlVqgan *vqgan, const Lesson *lesson,
              TlVqganReport *report, Cells *cells, Pictures *pictures)
{
  const TlBatch *batch = lesson->batch;
  TlTensor *x = tl_to_device (s, tl_batch_get_pictures (s, batch), self->training.device);
  TlTensor *z = tl_vqgan_encode (s, vqgan, tl_vqgan_from_picture (s, x)), *latents = NULL, *y;
  TlTensor *loss;
  TlTensor *refine = NULL;
  TlPictureLoss seen;

  z = quantize (s, self, vqgan, z, &latents, report, cells);
  z = put_steered (s, vqgan, z, lesson->steered);
  y = tl_vqgan_to_picture (s, tl_vqgan_decode (s, vqgan, z));
  seen = tl_loss_picture (s, x, y);
  loss = latents != NULL ? tl_add (s, seen.total, latents) : seen.total;
  if (self->training.psnr > 0)
    loss = tl_add (s, loss, tl_mul_scalar (s, tl_loss_psnr (s, x, y), self->training.psnr));
  if (tl_vqgan_trainer_is_refining (self))
    refine = tl_refine_loss (s, self->refine, x, y, &report->refine);
  if (refine != NULL)
    loss = tl_add (s, loss, refine);
  report->l1 = tl_to_double (s, seen.l1);
  report->l2 = tl_to_double (s, seen.l2);
  report->loss = tl_to_double (s, loss);
  *pictures = (Pictures){ x, y };
  return loss;
}

guint64
tl_vqgan_trainer_count_free_steps (const TlVqganTraining *t)
{
  return MAX (1, (guint64) llround (t->free * t->n_steps));
}

gsize
tl_vqgan_trainer_count_cells_to_find (const TlVqganTrainer *self)
{
  return MAX (N_CELLS_TO_FIND, (gsize) self->codes.n * N_CELLS_PER_CODE);
}

/* Of the cells seen lately the codes are found. */
static void
find_codes (TlVqganTrainer *self, const Cells *cells)
{
  const gsize d = self->codes.d, most = tl_vqgan_trainer_count_cells_to_find (self) * d;

  g_array_append_vals (self->seen, cells->cells, (guint) (cells->n * d));
  if (self->seen->len > most)
    g_array_remove_range (self->seen, 0, (guint) (self->seen->len - most));
  if (tl_parameters_get_n_steps (self->parameters)
      < tl_vqgan_trainer_count_free_steps (&self->training))
    return;
  tl_codes_find (&self->codes, (const gfloat *) self->seen->data, self->seen->len / d, N_ROUNDS);
  self->has_codes = TRUE;
  g_array_set_size (self->seen, 0);
}

static void
move_codes (TlVqganTrainer *self, const Cells *cells)
{
  if (self->training.only_decoder)
    return;
  if (cells->choices == NULL)
    find_codes (self, cells);
  else
    tl_codes_follow (&self->codes, cells->cells, cells->choices, cells->n,
                     tl_parameters_get_n_steps (self->parameters));
}

/* The critic learns from the same pictures as the model has just been judged by. */
static void
learn (TlScope *s, TlVqganTrainer *self, TlVqgan *vqgan, const Lesson *lesson,
       const TlStepRule *rule, TlVqganReport *report, Cells *cells)
{
  gboolean is_refining = tl_vqgan_trainer_is_refining (self);
  Pictures pictures;
  TlTensor *loss = compute_loss (s, self, vqgan, lesson, report, cells, &pictures);

  if (!tl_parameters_step (self->parameters, s, loss, rule, &report->norm) || !is_refining)
    return;
  tl_scope_set_grad (s, TRUE);
  tl_refine_learn (s, self->refine, pictures.x, pictures.y, rule->lr, &report->refine);
}

gboolean
tl_vqgan_trainer_step (TlVqganTrainer *self, const TlBatch *batch, TlVqganReport *report,
                       GCancellable *cancellable, GError **error)
{
  const TlVqganTraining *t = &self->training;
  const TlStepRule rule = {
    .lr = tl_schedule_get_lr (t->lr, tl_vqgan_trainer_get_step (self), t->n_warm, t->n_steps),
    .weight_decay = WEIGHT_DECAY,
    .max_norm = MAX_NORM,
    .average = AVERAGE,
    .matrices = t->by_muon ? matrices : NULL,
  };
  g_autoptr (TlVqgan) vqgan = NULL;
  g_auto (Cells) cells = { 0 };
  g_auto (Lesson) lesson = { 0 };
  GError *load_error = NULL;
  TlScope *s;

  *report = (TlVqganReport){ 0 };
  if (t->only_decoder && !self->has_codes)
    return tl_error_set (error, TL_ERROR_MISSING,
                         _ ("A decoder learns alone only where codes have been found"));
  s = tl_scope_open (cancellable);
  if (prepare (s, self, batch, &lesson, &load_error))
    {
      tl_scope_set_grad (s, TRUE);
      tl_parameters_show (self->parameters, s, TL_PARAMETERS_LEAVES);
      vqgan = load_net (self, s, &load_error);
    }
  if (vqgan != NULL)
    learn (s, self, vqgan, &lesson, &rule, report, &cells);
  else if (load_error != NULL)
    tl_scope_fail (s, load_error);
  if (!tl_scope_close (s, error))
    return FALSE;
  if (isfinite (report->norm))
    move_codes (self, &cells);
  return TRUE;
}

/* --- measuring --- */

static void
count_used (TlVqganTrainer *self, const Cells *cells, TlVqganMeasure *result)
{
  g_autofree gboolean *is_used = g_new0 (gboolean, self->codes.n);

  for (gsize i = 0; i < cells->n; i++)
    {
      result->n_used += !is_used[cells->choices[i]];
      is_used[cells->choices[i]] = TRUE;
    }
  result->n_idle = tl_codes_count_idle (&self->codes);
}

static void
measure_spectrum (TlVqganTrainer *self, const Cells *cells, TlVqganMeasure *result)
{
  g_autofree gdouble *spectrum = g_new (gdouble, self->codes.d);

  tl_codes_get_spectrum (cells->cells, cells->n, self->codes.d, spectrum);
  result->rank = tl_codes_get_rank (spectrum, self->codes.d);
  for (guint i = 0; i < MIN (G_N_ELEMENTS (result->spectrum), self->codes.d); i++)
    result->spectrum[i] = spectrum[i];
}

/* @errors: [n, 3, h, w], differences of pictures of 0 ... 1
 * Returns: dB, the mean of the pictures' own PSNR (that of all their squares together is lower) */
static gdouble
mean_psnr (TlScope *s, TlTensor *errors, guint n)
{
  static const gint64 within[] = { 1, 2, 3 };
  g_autofree gfloat *squares = g_new0 (gfloat, n);
  gdouble sum = 0;

  tl_to_floats (s, tl_mean (s, tl_mul (s, errors, errors), within, 3, FALSE), squares, n);
  for (guint i = 0; i < n; i++)
    sum -= 10 * log10 (squares[i]);
  return sum / n;
}

static void
measure (TlScope *s, TlVqganTrainer *self, TlVqgan *vqgan, const TlBatch *batch,
         TlVqganMeasure *result, gfloat *rebuilt)
{
  TlTensor *x = tl_to_device (s, tl_batch_get_pictures (s, batch), self->training.device);
  TlTensor *z = tl_vqgan_encode (s, vqgan, tl_vqgan_from_picture (s, x)), *choices = NULL, *y;
  g_auto (Cells) cells = { 0 };

  if (self->has_codes)
    choices = tl_vqgan_nearest (s, vqgan, z);
  read_cells (s, self, to_cells (s, z), choices, &cells);
  if (choices != NULL)
    z = tl_vqgan_lookup (s, vqgan, choices);
  y = tl_clamp (s, tl_vqgan_to_picture (s, tl_vqgan_decode (s, vqgan, z)), 0, 1);
  result->psnr = mean_psnr (s, tl_sub (s, x, y), batch->n);
  if (rebuilt != NULL)
    tl_to_floats (s, y, rebuilt, (gsize) batch->n * 3 * batch->size * batch->size);
  if (tl_scope_has_failed (s))
    return;
  measure_spectrum (self, &cells, result);
  if (choices != NULL)
    count_used (self, &cells, result);
}

gboolean
tl_vqgan_trainer_measure (TlVqganTrainer *self, const TlBatch *held_out, TlVqganMeasure *result,
                          gfloat *rebuilt, GError **error)
{
  g_autoptr (TlVqgan) vqgan = NULL;
  TlScope *s = tl_scope_open (NULL);
  GError *load_error = NULL;

  *result = (TlVqganMeasure){ 0 };
  tl_parameters_show (self->parameters, s, TL_PARAMETERS_AVERAGES);
  vqgan = load_net (self, s, &load_error);
  if (vqgan == NULL)
    tl_scope_fail (s, load_error);
  else
    measure (s, self, vqgan, held_out, result, rebuilt);
  return tl_scope_close (s, error);
}

/* --- life --- */

TlVqganTrainer *
tl_vqgan_trainer_new (const TlVqganTraining *training, TlClip *clip, TlTokenizer *tokenizer,
                      GError **error)
{
  g_autoptr (TlVqganTrainer) self = NULL;

  g_return_val_if_fail (training->n_steered == 0 || (clip != NULL && tokenizer != NULL), NULL);

  self = g_new0 (TlVqganTrainer, 1);
  self->training = *training;
  self->clip = clip;
  self->tokenizer = tokenizer != NULL ? tl_tokenizer_ref (tokenizer) : NULL;
  if (training->n_steered > 0)
    tl_vqgan_trainer_make_steered (self);
  self->parameters = tl_parameters_new (training->seed, "", training->device);
  if (training->only_decoder)
    {
      tl_parameters_hold (self->parameters, "encoder.");
      tl_parameters_hold (self->parameters, "quant_conv.");
    }
  self->seen = g_array_new (FALSE, FALSE, sizeof (gfloat));
  tl_codes_init (&self->codes, training->vqgan.n_codes, training->vqgan.e_dim, training->seed);
  self->refine = tl_refine_new (&training->refining, clip, training->seed, training->device, error);
  if (self->refine == NULL || !declare (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
tl_vqgan_trainer_free (TlVqganTrainer *self)
{
  g_clear_pointer (&self->refine, tl_refine_free);
  g_clear_pointer (&self->steered, tl_steered_free);
  g_clear_pointer (&self->tokenizer, tl_tokenizer_unref);
  tl_parameters_free (self->parameters);
  g_array_unref (self->seen);
  tl_codes_clear (&self->codes);
  g_free (self);
}

guint64
tl_vqgan_trainer_get_step (TlVqganTrainer *self)
{
  return tl_parameters_get_n_steps (self->parameters);
}

gboolean
tl_vqgan_trainer_has_codes (TlVqganTrainer *self)
{
  return self->has_codes;
}

gboolean
tl_vqgan_trainer_is_refining (TlVqganTrainer *self)
{
  const TlVqganTraining *t = &self->training;

  return self->has_codes && tl_vqgan_trainer_get_step (self) >= t->late * t->n_steps;
}
