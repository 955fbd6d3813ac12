/* denoiser.c - tiller-train denoiser: what latents of the scenes look like, behind noise
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/loop.h"
#include "app/train/sheet.h"
#include "config.h"

#include "core/train/denoiser-trainer.h"

#include <glib/gi18n.h>
#include <math.h>

#define N_HELD_OUT 64
#define N_SHOWN 32 /* at most */
#define SHEET_COLUMNS 8

/* So many steps one shows details. */
#define LARGE 4

typedef struct
{
  TlDenoiserTrainer *trainer;
  TlWeights *vqgan; /* the file that the denoiser comes into */
  TlBatch *held_out;
  gdouble sum; /* of the loss, over n steps */
  guint n, n_skipped;
} Learner;

static void
learner_clear (Learner *self)
{
  g_clear_pointer (&self->trainer, tl_denoiser_trainer_free);
  g_clear_pointer (&self->vqgan, tl_weights_unref);
  g_clear_pointer (&self->held_out, tl_batch_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Learner, learner_clear)

static guint64
get_step (gpointer data)
{
  return tl_denoiser_trainer_get_step (((Learner *) data)->trainer);
}

static gboolean
step (gpointer data, const TlBatch *batch, GError **error)
{
  Learner *self = data;
  TlDenoiserReport report;

  if (!tl_denoiser_trainer_step (self->trainer, batch, &report, NULL, error))
    return FALSE;
  if (!isfinite (report.norm))
    {
      self->n_skipped++;
      return TRUE;
    }
  self->sum += report.loss;
  self->n++;
  return TRUE;
}

static gboolean
describe (gpointer data, GString *line, GError **error)
{
  Learner *self = data;
  gdouble losses[TL_DENOISER_N_MEASURES];

  if (!tl_denoiser_trainer_measure (self->trainer, self->held_out, losses, error))
    return FALSE;
  if (self->n > 0)
    g_string_append_printf (line, _ ("loss %.4f, held out"), self->sum / self->n);
  else
    g_string_append_printf (line, _ ("all %u steps left out, held out"), self->n_skipped);
  for (guint i = 0; i < TL_DENOISER_N_MEASURES; i++)
    g_string_append_printf (line, " %.4f", losses[i]);
  if (self->n > 0 && self->n_skipped > 0)
    g_string_append_printf (line, _ (", %u steps left out"), self->n_skipped);
  self->sum = 0;
  self->n = self->n_skipped = 0;
  return TRUE;
}

static GBytes *
save (gpointer data, GError **error)
{
  return tl_denoiser_trainer_save (((Learner *) data)->trainer, error);
}

static gboolean
load (gpointer data, TlWeights *weights, GError **error)
{
  return tl_denoiser_trainer_load (((Learner *) data)->trainer, weights, error);
}

/* What it draws from noise and the words below, without being steered. */
static gboolean
write_sheet (Learner *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "denoiser.png", NULL);
  const TlBatch *batch = self->held_out;
  guint n_shown = MIN (N_SHOWN, batch->n), n_rows = (n_shown + SHEET_COLUMNS - 1) / SHEET_COLUMNS;
  gsize each = (gsize) 3 * batch->size * batch->size;
  g_autofree gfloat *pictures = g_new (gfloat, batch->n * each);
  g_autoptr (Sheet) sheet = sheet_new (SHEET_COLUMNS, n_rows, batch->size, TRUE, error);

  if (sheet == NULL || !tl_denoiser_trainer_draw (self->trainer, batch, pictures, error))
    return FALSE;
  for (guint i = 0; i < n_shown; i++)
    {
      sheet_put_planes (sheet, i % SHEET_COLUMNS, i / SHEET_COLUMNS, pictures + i * each,
                        batch->size);
      sheet_put_caption (sheet, i % SHEET_COLUMNS, i / SHEET_COLUMNS, batch->captions[i]);
    }
  return sheet_write (sheet, path, error);
}

static gboolean
write_files (gpointer data, const char *folder, GError **error)
{
  Learner *self = data;

  return loop_write_file (folder, "vqgan.safetensors",
                          tl_denoiser_trainer_export (self->trainer, self->vqgan, error), error)
         && write_sheet (self, folder, error);
}

static const LoopClass klass = { get_step, step, describe, save, load, write_files };

typedef struct
{
  LoopOptions loop;
  char *vqgan, *clip, *merges, *start;
  gint axes, width, blocks, inner, levels, large, size;
  TlDenoiserTraining training;
} Options;

static void
options_clear (Options *self)
{
  loop_options_clear (&self->loop);
  g_free (self->vqgan);
  g_free (self->clip);
  g_free (self->merges);
  g_free (self->start);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
set_training (Options *o, GError **error)
{
  TlDenoiserTraining *t = &o->training;
  gboolean is_possible = o->axes >= 1 && o->width >= TL_DENOISER_HEAD && o->width <= 1024
                         && o->width % TL_DENOISER_HEAD == 0 && o->blocks >= 1 && o->blocks <= 32
                         && o->inner >= 1 && o->inner <= 8192 && o->levels >= 1 && o->levels <= 64
                         && o->large >= 0 && o->size >= 16 && o->size <= 512 && t->unsaid >= 0
                         && t->unsaid <= 1;

  if (o->vqgan == NULL || o->clip == NULL || o->merges == NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("Say --vqgan, --clip and --merges"));
      return FALSE;
    }
  if (!is_possible)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--axes is 1 or more, --width a multiple of %d up to 1024, --blocks 1 to 32, "
                      "--inner 1 to 8192, --levels 1 to 64, "
                      "--large 0 or more, --size 16 to 512, --unsaid a share"),
                   TL_DENOISER_HEAD);
      return FALSE;
    }
  t->n_axes = (guint) o->axes;
  t->width = (guint) o->width;
  t->n_blocks = (guint) o->blocks;
  t->inner = (guint) o->inner;
  t->n_levels = (guint) o->levels;
  t->seed = (guint64) o->loop.seed;
  t->n_steps = (guint64) o->loop.n_steps;
  t->n_warm = (guint64) o->loop.n_warm;
  t->lr = o->loop.lr;
  return loop_options_check (&o->loop, &t->device, &t->dtype, error);
}

typedef struct
{
  TlVqgan *vqgan;
  TlClip *clip;
  TlTokenizer *tokenizer;
} Models;

static void
models_clear (Models *self)
{
  g_clear_pointer (&self->vqgan, tl_vqgan_free);
  g_clear_pointer (&self->clip, tl_clip_free);
  g_clear_pointer (&self->tokenizer, tl_tokenizer_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Models, models_clear)

static gboolean
open_models (const Options *o, TlWeights *vqgan, Models *models, GError **error)
{
  const TlDenoiserTraining *t = &o->training;
  g_autoptr (TlWeights) clip = tl_weights_open (o->clip, error);
  TlVqganConfig vqgan_config;
  TlClipConfig clip_config;

  if (clip == NULL || !tl_vqgan_config_infer (&vqgan_config, vqgan, error)
      || !tl_clip_config_infer (&clip_config, clip, error))
    return FALSE;
  models->vqgan = tl_vqgan_load (&vqgan_config, vqgan, t->dtype, t->device, error);
  if (models->vqgan == NULL)
    return FALSE;
  models->clip = tl_clip_load (&clip_config, clip, t->dtype, t->device, error);
  if (models->clip == NULL)
    return FALSE;
  models->tokenizer = tl_tokenizer_open (o->merges, clip_config.n_tokens, error);
  if (models->tokenizer == NULL)
    return FALSE;
  if (o->size % (gint) vqgan_config.downscale == 0)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--size is a multiple of %u"),
               vqgan_config.downscale);
  return FALSE;
}

/* A LoopBeginFunc of a TlDenoiserTrainer. */
static gboolean
begin_with (gpointer trainer, TlWeights *weights, GError **error)
{
  return tl_denoiser_trainer_begin_with (trainer, weights, error);
}

static gboolean
train (Options *o, GError **error)
{
  g_auto (Models) models = { 0 };
  g_auto (Learner) self = { 0 };
  TlFeedOptions feed = { .n = (guint) MAX (o->loop.held_out, 0), .has_words = TRUE };

  if (!set_training (o, error))
    return FALSE;
  self.vqgan = tl_weights_open (o->vqgan, error);
  if (self.vqgan == NULL || !open_models (o, self.vqgan, &models, error))
    return FALSE;
  self.trainer =
    tl_denoiser_trainer_new (&o->training, models.vqgan, models.clip, models.tokenizer, error);
  if (self.trainer == NULL
      || (o->start != NULL
          && !loop_begin (&o->loop, (char *[]){ o->start, NULL }, begin_with, self.trainer, error)))
    return FALSE;

  feed.size = (guint) o->size;
  feed.seed = loop_held_out_seed ((guint64) o->loop.seed);
  self.held_out = tl_batch_draw (&feed, 0);
  feed.large_every = (guint) o->large;
  return loop_run (&o->loop, &klass, &self, feed, error);
}

TrainStatus
train_denoiser (int argc, char **argv)
{
  g_auto (Options) o = { .size = 64, .large = LARGE };
  TlDenoiserTraining *t = &o.training;
  g_autoptr (GError) error = NULL;
  const GOptionEntry own[] = {
    { "vqgan", 0, 0, G_OPTION_ARG_FILENAME, &o.vqgan, N_ ("whose latents they are"), N_ ("FILE") },
    { "clip", 0, 0, G_OPTION_ARG_FILENAME, &o.clip, N_ ("what captions are read by"), N_ ("FILE") },
    { "merges", 0, 0, G_OPTION_ARG_FILENAME, &o.merges, N_ ("the vocabulary of --clip"),
      N_ ("FILE") },
    { "start", 0, 0, G_OPTION_ARG_FILENAME, &o.start,
      N_ ("a VQGAN with a denoiser to begin with where the folder has no checkpoint; blocks that it "
          "lacks are added"),
      N_ ("FILE") },
    { "size", 0, 0, G_OPTION_ARG_INT, &o.size, N_ ("pixels a side of the pictures (default: 64)"),
      N_ ("N") },
    { "axes", 0, 0, G_OPTION_ARG_INT, &o.axes,
      N_ ("principal components of the latents that it sees (default: 24)"), N_ ("N") },
    { "width", 0, 0, G_OPTION_ARG_INT, &o.width, N_ ("of the transformer (default: 160)"),
      N_ ("N") },
    { "blocks", 0, 0, G_OPTION_ARG_INT, &o.blocks, N_ ("of it (default: 4)"), N_ ("N") },
    { "inner", 0, 0, G_OPTION_ARG_INT, &o.inner,
      N_ ("width between the layers of a block's MLP (default: 320)"), N_ ("N") },
    { "levels", 0, 0, G_OPTION_ARG_INT, &o.levels,
      N_ ("of noise, for each picture of a step (default: 12)"), N_ ("N") },
    { "large", 0, 0, G_OPTION_ARG_INT, &o.large,
      N_ ("every so many steps one of a quarter as many pictures, twice as large; 0: none "
          "(default: 4)"),
      N_ ("N") },
    { "unsaid", 0, 0, G_OPTION_ARG_DOUBLE, &t->unsaid,
      N_ ("share of the pictures without words (default: 0.15)"), N_ ("X") },
    { NULL },
  };
  GOptionEntry entries[LOOP_N_ENTRIES + G_N_ELEMENTS (own)];

  loop_options_init (&o.loop);
  tl_denoiser_training_init (t);
  o.axes = (gint) t->n_axes;
  o.width = (gint) t->width;
  o.blocks = (gint) t->n_blocks;
  o.inner = (gint) t->inner;
  o.levels = (gint) t->n_levels;
  o.loop.n_steps = (gint64) t->n_steps;
  o.loop.n_warm = (gint64) t->n_warm;
  o.loop.lr = t->lr;
  o.loop.batch = 12;
  o.loop.held_out = N_HELD_OUT;
  loop_fill_entries (&o.loop, entries);
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    entries[LOOP_N_ENTRIES + i] = own[i];

  if (!train_parse ("denoiser", entries, &argc, &argv))
    return TRAIN_USAGE;
  return train (&o, &error) ? TRAIN_OK : train_fail_error (error);
}
