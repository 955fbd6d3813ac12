/* steered.c - pictures that are steered for as long as a model learns
 *
 * What a run is lies in plain arrays, one after the other, so that a checkpoint is a copy of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/steered.h"

#include "core/base/random.h"
#include "core/scenes/words.h"
#include "core/steer/cutouts.h"
#include "core/steer/optimizer.h"
#include "core/train/drawn.h"
#include "core/train/spoil.h"

#include <math.h>
#include <string.h>

#define STREAM_STEERED 6
#define STREAM_DRAWN 13

/* Fewer than in the program: each is one of many looks. */
#define N_CUTOUTS 4

/* Iterations of a run. Longer ones forget where their scene had what. */
#define LEAST_LIFE 8
#define MOST_LIFE 80
#define LEAST_LIFE_FROM_DRAWING 1
#define MOST_LIFE_FROM_DRAWING 40
#define LEAST_LIFE_FROM_SCENE 1
#define MOST_LIFE_FROM_SCENE 60

/* Beginnings that the nearest is taken of. */
#define N_BEGINNINGS 8

/* A rate of 0.4 over the deviation of the starter's codes, 1.578, many times that of its preset,
 * and forms all along: runs that are there to be learnt from are to go wrong within forty
 * iterations. */
#define LR_PER_DEVIATION 0.2535
#define N_FORMS 80

/* How far a step goes towards what a denoiser answers; the program now goes less far. */
#define PULL 0.2

/* What a run is: its latent, Adam's two moments, the scene and its labels, its age and end. */
enum
{
  LATENT,
  MEAN,
  SQUARE,
  PIXELS,
  LABELS,
  AGE,
  LIFE,
  N_PARTS
};

static const char *const part_names[N_PARTS] = {
  "steered.latent", "steered.mean", "steered.square", "steered.pixels",
  "steered.labels", "steered.age",  "steered.life",
};

struct _TlSteered
{
  TlVqgan *vqgan;
  TlDenoiser *denoiser; /* (nullable) */
  TlDevice device;
  guint64 seed;
  guint n, size;
  guint scale; /* pixels a side that are shown for one of a run */
  TlSteeredStart start;
  gint64 e_dim, side; /* of a latent */
  gdouble lr;
  TlSettings views;
  gsize each[N_PARTS];    /* numbers of one run */
  gfloat *parts[N_PARTS]; /* [n, each] */
  char **captions;        /* n, NULL as long as a run has not begun */
  char **twins;           /* n, NULL where the batch that it began with had none */
};

gboolean
tl_steered_find_lr (TlVqgan *vqgan, gdouble *lr, GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *codes = tl_vqgan_get_codebook (vqgan);
  TlTensor *off = tl_sub (s, codes, tl_mean (s, codes, NULL, 0, FALSE));

  *lr =
    LR_PER_DEVIATION * sqrt (tl_to_double (s, tl_mean (s, tl_mul (s, off, off), NULL, 0, FALSE)));
  return tl_scope_close (s, error);
}

TlSteered *
tl_steered_new (const TlSteeredOptions *o)
{
  const guint scale = o->start == TL_STEERED_FROM_DRAWING ? 2 : 1;
  const gsize side = o->size / scale / o->vqgan->downscale, latent = o->vqgan->e_dim * side * side;
  const gsize each[N_PARTS] = {
    latent, latent, latent, (gsize) 3 * o->size * o->size, tl_labels_get_count (), 1, 1
  };
  TlSteered *self = g_new (TlSteered, 1);

  *self = (TlSteered){ .device = o->device,
                       .seed = o->seed,
                       .n = o->n,
                       .size = o->size,
                       .scale = scale,
                       .start = o->start,
                       .e_dim = o->vqgan->e_dim,
                       .side = (gint64) side };
  memcpy (self->each, each, sizeof each);
  for (guint i = 0; i < N_PARTS; i++)
    self->parts[i] = g_new0 (gfloat, o->n * each[i]);
  self->captions = g_new0 (char *, o->n);
  self->twins = g_new0 (char *, o->n);
  tl_settings_init_starter (&self->views);
  self->views.coarse = N_FORMS;
  self->views.denoise = PULL;
  self->views.n_cutouts = N_CUTOUTS;
  return self;
}

void
tl_steered_set_denoiser (TlSteered *self, TlDenoiser *denoiser)
{
  self->denoiser = denoiser;
}

gboolean
tl_steered_set_vqgan (TlSteered *self, TlVqgan *vqgan, GError **error)
{
  self->vqgan = vqgan;
  return tl_steered_find_lr (vqgan, &self->lr, error);
}

static void
set_words (TlSteered *self, guint which, const char *caption, const char *twin)
{
  g_free (self->captions[which]);
  g_free (self->twins[which]);
  self->captions[which] = g_strdup (caption);
  self->twins[which] = g_strdup (twin);
}

void
tl_steered_free (TlSteered *self)
{
  for (guint i = 0; i < N_PARTS; i++)
    g_free (self->parts[i]);
  for (guint i = 0; i < self->n; i++)
    set_words (self, i, NULL, NULL);
  g_free (self->captions);
  g_free (self->twins);
  g_free (self);
}

/* Part @part of run @which. */
static gfloat *
at (TlSteered *self, guint part, guint which)
{
  return self->parts[part] + which * self->each[part];
}

guint
tl_steered_get_age (TlSteered *self, guint which)
{
  return (guint) *at (self, AGE, which);
}

/* [n, e_dim, h, w]: of runs that lie one after the other */
static TlTensor *
show_some (TlScope *s, TlSteered *self, guint part, guint first, guint n)
{
  return tl_to_device (
    s,
    tl_from_floats (s, at (self, part, first), TL_SHAPE (n, self->e_dim, self->side, self->side)),
    self->device);
}

/* [1, e_dim, h, w] */
static TlTensor *
show_latent (TlScope *s, TlSteered *self, guint part, guint which)
{
  return show_some (s, self, part, which, 1);
}

TlTensor *
tl_steered_show_latents (TlScope *s, TlSteered *self)
{
  return show_some (s, self, LATENT, 0, self->n);
}

/* z: [1, e_dim, h, w] -> [1, 3, size, size] in [0, 1] */
static TlTensor *
decode (TlScope *s, TlSteered *self, TlTensor *z)
{
  TlTensor *x = tl_vqgan_decode (s, self->vqgan, tl_vqgan_quantize (s, self->vqgan, z));

  x = tl_vqgan_to_picture (s, x);
  if (self->scale > 1)
    x = tl_interpolate_bicubic (s, x, self->size, self->size, FALSE);
  return tl_clamp_with_grad (s, x, 0, 1);
}

/* --- scenes --- */

/* [1, e_dim, h, w]: a code for each cell, any */
static TlTensor *
draw_noise (TlScope *s, TlSteered *self, TlRandom *random)
{
  const gint64 side = self->side;
  g_autofree gint64 *codes = g_new (gint64, side * side);

  for (gint64 i = 0; i < side * side; i++)
    codes[i] = tl_random_below (random, tl_vqgan_get_config (self->vqgan)->n_codes);
  return tl_vqgan_lookup (
    s, self->vqgan,
    tl_to_device (s, tl_from_int64s (s, codes, TL_SHAPE (1, side, side)), self->device));
}

/* z: [1, e_dim, h, w] of a scene -> of its codes, spoilt */
static TlTensor *
spoil (TlScope *s, TlSteered *self, TlTensor *z, TlRandom *random)
{
  const TlSpoiling spoiling = { .seed = self->seed,
                                .step = tl_random_next (random),
                                .n_codes = tl_vqgan_get_config (self->vqgan)->n_codes,
                                .share = 1,
                                .most = 1 };
  TlTensor *choices = tl_vqgan_nearest (s, self->vqgan, tl_spoil_latents (s, &spoiling, z));

  return tl_vqgan_lookup (s, self->vqgan, tl_spoil_codes (s, &spoiling, choices));
}

static guint
draw_life (TlSteered *self, TlRandom *random)
{
  static const guint lives[][2] = {
    [TL_STEERED_FROM_NOISE] = { LEAST_LIFE, MOST_LIFE },
    [TL_STEERED_FROM_DRAWING] = { LEAST_LIFE_FROM_DRAWING, MOST_LIFE_FROM_DRAWING },
    [TL_STEERED_FROM_SCENE] = { LEAST_LIFE_FROM_SCENE, MOST_LIFE_FROM_SCENE },
  };
  const guint *life = lives[self->start];

  return life[0] + tl_random_below (random, life[1] - life[0] + 1);
}

static gboolean
begin_run (TlSteered *self, guint which, const TlBatch *batch, guint row, TlRandom *random,
           GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *scene = tl_from_floats (s, batch->pixels + row * self->each[PIXELS],
                                    TL_SHAPE (1, 3, self->size, self->size));
  const gboolean is_from_scene = self->start == TL_STEERED_FROM_SCENE;
  TlTensor *z, *start;

  z = tl_to_device (s, scene, self->device);
  if (self->scale > 1)
    z = tl_avg_pool2d (s, z, self->scale);
  z = tl_vqgan_encode (s, self->vqgan, tl_vqgan_from_picture (s, z));
  if (!is_from_scene)
    scene = decode (s, self, z);
  start = is_from_scene ? spoil (s, self, z, random) : draw_noise (s, self, random);
  tl_to_floats (s, scene, at (self, PIXELS, which), self->each[PIXELS]);
  tl_to_floats (s, start, at (self, LATENT, which), self->each[LATENT]);
  memset (at (self, MEAN, which), 0, self->each[MEAN] * sizeof (gfloat));
  memset (at (self, SQUARE, which), 0, self->each[SQUARE] * sizeof (gfloat));
  memcpy (at (self, LABELS, which), batch->labels + row * self->each[LABELS],
          self->each[LABELS] * sizeof (gfloat));
  *at (self, AGE, which) = 0;
  *at (self, LIFE, which) = (gfloat) draw_life (self, random);
  set_words (self, which, batch->captions[row], batch->twins != NULL ? batch->twins[row] : NULL);
  return tl_scope_close (s, error);
}

static TlBatch *
copy_batch (const TlBatch *batch)
{
  TlBatch *copy = g_new (TlBatch, 1);
  gsize n_pixels = (gsize) batch->n * 3 * batch->size * batch->size;

  *copy = *batch;
  copy->pixels = g_memdup2 (batch->pixels, n_pixels * sizeof (gfloat));
  copy->labels =
    g_memdup2 (batch->labels, (gsize) batch->n * tl_labels_get_count () * sizeof (gfloat));
  copy->captions = g_strdupv (batch->captions);
  copy->twins = g_strdupv (batch->twins);
  return copy;
}

/* Also one that has no twin where the others have. */
static gboolean
is_over (TlSteered *self, guint which, const TlBatch *batch)
{
  return self->captions[which] == NULL || *at (self, AGE, which) >= *at (self, LIFE, which)
         || (batch->twins != NULL && self->twins[which] == NULL);
}

/* The run's scene, in its own words, as row @row. */
static void
put (TlSteered *self, guint which, TlBatch *batch, guint row)
{
  memcpy (batch->pixels + row * self->each[PIXELS], at (self, PIXELS, which),
          self->each[PIXELS] * sizeof (gfloat));
  memcpy (batch->labels + row * self->each[LABELS], at (self, LABELS, which),
          self->each[LABELS] * sizeof (gfloat));
  g_free (batch->captions[row]);
  batch->captions[row] = g_strdup (self->captions[which]);
  if (batch->twins == NULL)
    return;
  g_free (batch->twins[row]);
  batch->twins[row] = g_strdup (self->twins[which]);
}

TlBatch *
tl_steered_join (TlSteered *self, guint64 step, const TlBatch *batch, GError **error)
{
  const guint first = batch->n - self->n;
  g_autoptr (TlBatch) joined = NULL;
  TlRandom random;

  g_return_val_if_fail (batch->n > self->n && batch->size == self->size, NULL);
  g_return_val_if_fail (batch->captions != NULL, NULL);

  joined = copy_batch (batch);
  tl_random_init (&random, self->seed, step, TL_PURPOSE_TRAINING, STREAM_STEERED);
  for (guint i = 0; i < self->n; i++)
    {
      if (is_over (self, i, batch) && !begin_run (self, i, batch, first + i, &random, error))
        return NULL;
      put (self, i, joined, first + i);
    }
  return g_steal_pointer (&joined);
}

/* --- an iteration --- */

static gboolean
is_finite (TlScope *s, TlTensor *x)
{
  return isfinite (tl_to_double (s, tl_sum (s, x, NULL, 0, FALSE)));
}

/* A run's iteration. */
typedef struct
{
  TlSteered *steered;
  guint which;
  TlCutting cutting;
  const TlSteeredGuide *guide;
  TlRandom random; /* what the denoiser's answers depend on */
} Move;

static TlDrawn
tell_denoiser (TlScope *s, Move *move)
{
  TlSteered *self = move->steered;

  return (TlDrawn){ .vqgan = self->vqgan,
                    .denoiser = self->denoiser,
                    .device = self->device,
                    .random = &move->random,
                    .words = tl_narrow (s, move->guide->words, 0, move->which, 1) };
}

static TlTensor *
find_away (TlScope *s, const Move *move, TlTensor *picture)
{
  return move->guide->away (s, tl_cutouts_make (s, picture, &move->cutting), move->which,
                            move->guide->data);
}

/* z: [1, e_dim, h, w] -> within the range of the codes, which denoisers do not keep to */
static TlTensor *
keep_within_codes (TlScope *s, TlSteered *self, TlTensor *z)
{
  z = tl_maximum (s, z, tl_vqgan_get_z_min (self->vqgan));
  return tl_minimum (s, z, tl_vqgan_get_z_max (self->vqgan));
}

/* -> [1, e_dim, h, w]: the nearest of some that the denoiser draws */
static TlTensor *
draw_beginning (TlScope *outer, Move *move)
{
  TlSteered *self = move->steered;
  TlScope *s = tl_scope_enter (outer);
  const TlDrawn drawn = tell_denoiser (s, move);
  TlTensor *all = tl_drawn_begin (s, &drawn, N_BEGINNINGS, self->side, self->side), *best = NULL;
  gdouble least = INFINITY;

  for (gint64 i = 0; i < N_BEGINNINGS; i++)
    {
      TlTensor *z = tl_contiguous (s, tl_narrow (s, all, 0, i, 1));
      gdouble away = tl_to_double (s, find_away (s, move, decode (s, self, z)));

      if (best == NULL || away < least)
        {
          best = z;
          least = away;
        }
    }
  return tl_scope_leave (s, keep_within_codes (s, self, best));
}

/* The program's order: Adam's step from @z, the denoiser's pull, back into the range of the codes.
 * A run whose gradient is no number is over. */
static void
advance (TlScope *s, Move *move, TlTensor *z, TlTensor *gradient)
{
  TlSteered *self = move->steered;
  const guint which = move->which, age = tl_steered_get_age (self, which);
  const gboolean is_lost = !is_finite (s, gradient);
  TlMoments moments = { .n_steps = age }, next = { 0 };

  if (tl_scope_has_failed (s))
    return;
  if (is_lost)
    {
      *at (self, AGE, which) = *at (self, LIFE, which);
      return;
    }
  if (age > 0)
    {
      moments.moments[0] = show_latent (s, self, MEAN, which);
      moments.moments[1] = show_latent (s, self, SQUARE, which);
    }
  z = tl_optimizer_step (s, TL_OPTIMIZER_ADAM, self->lr, &moments, z, gradient, &next);
  if (self->denoiser != NULL)
    {
      const TlDrawn drawn = tell_denoiser (s, move);

      /* The program's first iteration draws, as has been done. */
      z = tl_drawn_pull (s, &drawn, &self->views, age + 1, z);
    }
  z = keep_within_codes (s, self, z);
  if (!tl_scope_has_failed (s))
    {
      tl_to_floats (s, z, at (self, LATENT, which), self->each[LATENT]);
      tl_to_floats (s, next.moments[0], at (self, MEAN, which), self->each[MEAN]);
      tl_to_floats (s, next.moments[1], at (self, SQUARE, which), self->each[SQUARE]);
      *at (self, AGE, which) = (gfloat) (age + 1);
    }
  tl_moments_clear (&next);
}

/* -> [1, 3, size, size]: what the run showed before */
static TlTensor *
move_one (TlScope *outer, Move *move)
{
  TlSteered *self = move->steered;
  const gboolean is_drawn = self->denoiser != NULL && tl_steered_get_age (self, move->which) == 0;
  TlScope *s = tl_scope_enter (outer);
  TlTensor *z, *x, *gradient;

  tl_scope_set_grad (s, FALSE);
  z = is_drawn ? draw_beginning (s, move) : show_latent (s, self, LATENT, move->which);
  tl_scope_set_grad (s, TRUE);
  z = tl_leaf (s, z);
  x = decode (s, self, z);
  gradient = tl_backward (s, find_away (s, move, x), z);
  tl_scope_set_grad (s, FALSE);
  advance (s, move, tl_detach (s, z), gradient);
  return tl_scope_leave (s, tl_detach (s, x));
}

TlTensor *
tl_steered_move (TlScope *outer, TlSteered *self, guint64 step, const TlSteeredGuide *guide)
{
  g_autofree TlTensor **pictures = g_new0 (TlTensor *, self->n);
  TlScope *s;

  g_return_val_if_fail (self->denoiser == NULL || guide->words != NULL, NULL);

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  for (guint i = 0; i < self->n; i++)
    {
      Move move = { .steered = self, .which = i, .guide = guide };

      move.cutting = (TlCutting){ .settings = &self->views,
                                  .seed = self->seed + i,
                                  .iteration = step,
                                  .cut_size = guide->cut_size };
      tl_random_init (&move.random, self->seed + i, step, TL_PURPOSE_TRAINING, STREAM_DRAWN);
      pictures[i] = move_one (s, &move);
    }
  return tl_scope_leave (s, tl_cat (s, pictures, self->n, 0));
}

/* --- checkpoints --- */

static char *
dup_key (const char *what, guint which)
{
  return g_strdup_printf ("steered.%s.%u", what, which);
}

static const char *
find_words (TlWeights *weights, const char *what, guint which)
{
  g_autofree char *key = dup_key (what, which);

  return tl_weights_get_metadata (weights, key);
}

static void
save_words (TlSafetensorsWriter *writer, const char *what, guint which, const char *words)
{
  g_autofree char *key = dup_key (what, which);

  if (words != NULL)
    tl_safetensors_writer_set_metadata (writer, key, words);
}

void
tl_steered_save (TlSteered *self, TlSafetensorsWriter *writer)
{
  for (guint i = 0; i < self->n; i++)
    {
      if (self->captions[i] == NULL)
        return;
      save_words (writer, "caption", i, self->captions[i]);
      save_words (writer, "twin", i, self->twins[i]);
    }
  for (guint i = 0; i < N_PARTS; i++)
    {
      const gint64 shape[] = { self->n, (gint64) self->each[i] };
      g_autoptr (GBytes) bytes =
        g_bytes_new (self->parts[i], self->n * self->each[i] * sizeof (gfloat));

      tl_safetensors_writer_add (writer, part_names[i], TL_FLOAT32, 2, shape, bytes);
    }
}

/* Number @i of @blob: a file's numbers may lie anywhere, also where no float can be read. */
static gfloat
read_float (const TlBlob *blob, gsize i)
{
  gfloat value;

  memcpy (&value, blob->data + i * sizeof value, sizeof value);
  return value;
}

/* Whether all that these runs need is there, in their shapes and of numbers, one after the other.
 */
static gboolean
are_in (TlSteered *self, TlWeights *weights)
{
  for (guint i = 0; i < self->n; i++)
    if (find_words (weights, "caption", i) == NULL)
      return FALSE;
  for (guint i = 0; i < N_PARTS; i++)
    {
      const TlBlob *blob = tl_weights_lookup (weights, part_names[i]);

      if (blob == NULL || blob->dtype != TL_FLOAT32 || blob->n_dims != 2
          || blob->shape[0] != self->n || blob->shape[1] != (gint64) self->each[i]
          || blob->n_bytes != blob->n_elements * sizeof (gfloat))
        return FALSE;
      for (gsize k = 0; k < blob->n_elements; k++)
        if (!isfinite (read_float (blob, k)))
          return FALSE;
    }
  return TRUE;
}

/* Ages are counts. */
static gboolean
has_ages (TlSteered *self, TlWeights *weights)
{
  const TlBlob *ages = tl_weights_lookup (weights, part_names[AGE]);

  for (guint i = 0; i < self->n; i++)
    if (!(read_float (ages, i) >= 0 && read_float (ages, i) <= MOST_LIFE))
      return FALSE;
  return TRUE;
}

void
tl_steered_load (TlSteered *self, TlWeights *weights)
{
  if (!are_in (self, weights) || !has_ages (self, weights))
    return;
  for (guint i = 0; i < N_PARTS; i++)
    memcpy (self->parts[i], tl_weights_lookup (weights, part_names[i])->data,
            self->n * self->each[i] * sizeof (gfloat));
  for (guint i = 0; i < self->n; i++)
    set_words (self, i, find_words (weights, "caption", i), find_words (weights, "twin", i));
}
