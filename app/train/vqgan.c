/* vqgan.c - tiller-train vqgan: an image model that draws what the scenes look like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/loop.h"
#include "app/train/sheet.h"
#include "config.h"

#include "core/train/vqgan-trainer.h"

#include <glib/gi18n.h>
#include <math.h>

#define N_HELD_OUT 64
#define N_SHOWN 32 /* at most */
#define SHEET_COLUMNS 16

typedef struct
{
  TlVqganTrainer *trainer;
  TlBatch *held_out;
  gfloat *rebuilt;
  TlVqganReport sum;           /* over n steps */
  guint n, n_coded, n_refined; /* n_coded of them with codes to keep to, n_refined refined */
  guint n_skipped;
} Learner;

static void
learner_clear (Learner *self)
{
  g_clear_pointer (&self->trainer, tl_vqgan_trainer_free);
  g_clear_pointer (&self->held_out, tl_batch_free);
  g_free (self->rebuilt);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Learner, learner_clear)

static guint64
get_step (gpointer data)
{
  return tl_vqgan_trainer_get_step (((Learner *) data)->trainer);
}

static gboolean
step (gpointer data, const TlBatch *batch, GError **error)
{
  Learner *self = data;
  const gboolean is_refining = tl_vqgan_trainer_is_refining (self->trainer);
  TlVqganReport report;

  if (!tl_vqgan_trainer_step (self->trainer, batch, &report, NULL, error))
    return FALSE;
  if (!isfinite (report.norm))
    {
      self->n_skipped++;
      return TRUE;
    }
  self->sum.loss += report.loss;
  self->sum.l1 += report.l1;
  self->sum.l2 += report.l2;
  self->sum.commitment += report.commitment;
  self->sum.spread += report.spread;
  self->sum.refine.seen += report.refine.seen;
  self->sum.refine.critic += report.refine.critic;
  self->n++;
  self->n_coded += report.commitment > 0;
  self->n_refined += is_refining;
  return TRUE;
}

static void
describe_steps (Learner *self, GString *line)
{
  const TlVqganReport *sum = &self->sum;
  const guint n = self->n;

  if (n == 0)
    {
      g_string_append_printf (line, _ ("all %u steps left out"), self->n_skipped);
      return;
    }
  g_string_append_printf (line, _ ("loss %.4f, L1 %.4f, %.2f dB, spread %.3f"), sum->loss / n,
                          sum->l1 / n, -10 * log10 (sum->l2 / n), sum->spread / n);
  if (self->n_coded > 0)
    g_string_append_printf (line, _ (", commitment %.4f"), sum->commitment / self->n_coded);
  if (self->n_refined > 0)
    g_string_append_printf (line, _ (", seen %.4f, critic %.3f"),
                            sum->refine.seen / self->n_refined,
                            sum->refine.critic / self->n_refined);
  if (self->n_skipped > 0)
    g_string_append_printf (line, _ (", %u steps left out"), self->n_skipped);
}

static gboolean
describe (gpointer data, GString *line, GError **error)
{
  Learner *self = data;
  TlVqganMeasure measure;

  if (!tl_vqgan_trainer_measure (self->trainer, self->held_out, &measure, NULL, error))
    return FALSE;
  describe_steps (self, line);
  g_string_append_printf (line, _ (", held out %.2f dB, rank %.1f of"), measure.psnr, measure.rank);
  for (guint i = 0; i < G_N_ELEMENTS (measure.spectrum); i++)
    g_string_append_printf (line, " %.3g", measure.spectrum[i]);
  if (tl_vqgan_trainer_has_codes (self->trainer))
    g_string_append_printf (line, _ (", %u codes used, %u idle"), measure.n_used, measure.n_idle);
  self->sum = (TlVqganReport){ 0 };
  self->n = self->n_coded = self->n_refined = self->n_skipped = 0;
  return TRUE;
}

static GBytes *
save (gpointer data, GError **error)
{
  return tl_vqgan_trainer_save (((Learner *) data)->trainer, error);
}

static gboolean
load (gpointer data, TlWeights *weights, GError **error)
{
  return tl_vqgan_trainer_load (((Learner *) data)->trainer, weights, error);
}

/* Each scene beside what was rebuilt of it. */
static gboolean
write_sheet (Learner *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "vqgan.png", NULL);
  guint size = self->held_out->size, n_shown = MIN (N_SHOWN, self->held_out->n);
  guint n_rows = (2 * n_shown + SHEET_COLUMNS - 1) / SHEET_COLUMNS;
  gsize each = (gsize) 3 * size * size;
  g_autoptr (Sheet) sheet = sheet_new (SHEET_COLUMNS, n_rows, size, FALSE, error);
  TlVqganMeasure measure;

  if (sheet == NULL
      || !tl_vqgan_trainer_measure (self->trainer, self->held_out, &measure, self->rebuilt, error))
    return FALSE;
  for (guint i = 0; i < n_shown; i++)
    {
      guint column = 2 * i % SHEET_COLUMNS, row = 2 * i / SHEET_COLUMNS;

      sheet_put_planes (sheet, column, row, self->held_out->pixels + i * each, size);
      sheet_put_planes (sheet, column + 1, row, self->rebuilt + i * each, size);
    }
  return sheet_write (sheet, path, error);
}

static gboolean
write_files (gpointer data, const char *folder, GError **error)
{
  Learner *self = data;

  return loop_write_file (folder, "vqgan.safetensors",
                          tl_vqgan_trainer_export (self->trainer, error), error)
         && write_sheet (self, folder, error);
}

static const LoopClass klass = { get_step, step, describe, save, load, write_files };

typedef struct
{
  LoopOptions loop;
  char *clip, *merges, *start;
  gint steered, ch, groups, blocks, codes, e_dim, size;
  gdouble crops;
  TlVqganTraining training;
} Options;

static void
options_clear (Options *self)
{
  loop_options_clear (&self->loop);
  g_free (self->clip);
  g_free (self->merges);
  g_free (self->start);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
set_training (Options *o, GError **error)
{
  TlVqganTraining *t = &o->training;
  gboolean is_possible =
    o->groups >= 1 && o->ch >= o->groups && o->ch <= 512 && o->ch % o->groups == 0 && o->blocks >= 1
    && o->blocks <= 8 && o->codes >= 2 && o->codes <= 65536 && o->e_dim >= 2 && o->e_dim <= 1024
    && o->size >= 16 && o->size <= 512 && o->size % (gint) t->vqgan.downscale == 0 && t->free > 0
    && t->free <= 1 && o->crops >= 0 && o->crops <= 1;

  if (!is_possible)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--ch is a multiple of --groups up to 512, --blocks 1 to 8, --codes 2 to "
                      "65536, --e-dim 2 to 1024, --size a multiple of %u up to 512, --free and "
                      "--crops a share"),
                   t->vqgan.downscale);
      return FALSE;
    }
  if (!(t->spoilt >= 0 && t->spoilt <= 1) || (t->spoilt > 0 && !t->only_decoder))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("--spoilt is a share, and comes with --decoder-only"));
      return FALSE;
    }
  if (o->steered < 0 || o->steered >= o->loop.batch
      || (o->steered > 0 && (!t->only_decoder || o->clip == NULL))
      || (o->steered > 0) != (o->merges != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("--steered is less than --batch, and comes with --decoder-only, "
                              "--clip and --merges"));
      return FALSE;
    }
  if (!(t->psnr >= 0 && t->psnr <= 100))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("--psnr is 0 to 100"));
      return FALSE;
    }
  if (!(t->late >= 0 && t->late <= 1) || !(t->refining.perceptual >= 0)
      || t->refining.perceptual > 100 || !(t->refining.critic >= 0) || t->refining.critic > 100
      || (t->refining.perceptual > 0 || o->steered > 0) != (o->clip != NULL))
    {
      g_set_error (
        error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        _ ("--late is a share, --perceptual and --critic 0 to 100, and --clip comes with "
           "--perceptual or --steered"));
      return FALSE;
    }
  t->vqgan.ch = (guint) o->ch;
  t->vqgan.n_groups = (guint) o->groups;
  t->vqgan.n_res_blocks = (guint) o->blocks;
  t->vqgan.n_codes = (guint) o->codes;
  t->vqgan.e_dim = t->vqgan.z_channels = (guint) o->e_dim;
  t->n_steered = (guint) o->steered;
  t->steered_size = (guint) o->size;
  t->seed = (guint64) o->loop.seed;
  t->n_steps = (guint64) o->loop.n_steps;
  t->n_warm = (guint64) o->loop.n_warm;
  t->lr = o->loop.lr;
  return loop_options_check (&o->loop, &t->device, &t->dtype, error);
}

/* (transfer full) (nullable): the CLIP that pictures are compared by */
static gboolean
open_clip (const Options *o, TlClip **clip, GError **error)
{
  g_autoptr (TlWeights) weights = NULL;
  TlClipConfig config;

  if (o->clip == NULL)
    return TRUE;
  weights = tl_weights_open (o->clip, error);
  if (weights == NULL || !tl_clip_config_infer (&config, weights, error))
    return FALSE;
  *clip = tl_clip_load (&config, weights, o->training.dtype, o->training.device, error);
  return *clip != NULL;
}

/* (transfer full) (nullable): the vocabulary of @clip, (nullable) */
static gboolean
open_tokenizer (const Options *o, TlClip *clip, TlTokenizer **tokenizer, GError **error)
{
  if (o->merges == NULL)
    return TRUE;
  *tokenizer = tl_tokenizer_open (o->merges, tl_clip_get_config (clip)->n_tokens, error);
  return *tokenizer != NULL;
}

/* A LoopBeginFunc of a TlVqganTrainer. */
static gboolean
begin_with (gpointer trainer, TlWeights *weights, GError **error)
{
  return tl_vqgan_trainer_begin_with (trainer, weights, error);
}

static gboolean
train (Options *o, GError **error)
{
  g_autoptr (TlClip) clip = NULL;
  g_autoptr (TlTokenizer) tokenizer = NULL;
  g_auto (Learner) self = { 0 };
  TlFeedOptions feed = { .n = (guint) MAX (o->loop.held_out, 0) };

  if (!set_training (o, error) || !open_clip (o, &clip, error)
      || !open_tokenizer (o, clip, &tokenizer, error))
    return FALSE;
  self.trainer = tl_vqgan_trainer_new (&o->training, clip, tokenizer, error);
  if (self.trainer == NULL
      || (o->start != NULL
          && !loop_begin (&o->loop, (char *[]){ o->start, NULL }, begin_with, self.trainer, error)))
    return FALSE;

  feed.size = (guint) o->size;
  feed.seed = loop_held_out_seed ((guint64) o->loop.seed);
  self.held_out = tl_batch_draw (&feed, 0);
  self.rebuilt = g_new (gfloat, (gsize) feed.n * 3 * feed.size * feed.size);
  feed.crops = o->crops;
  feed.has_words = o->steered > 0;
  feed.n_whole = (guint) o->steered;
  return loop_run (&o->loop, &klass, &self, feed, error);
}

TrainStatus
train_vqgan (int argc, char **argv)
{
  g_auto (Options) o = {
    .ch = 16, .groups = 8, .blocks = 1, .codes = 1024, .e_dim = 64, .size = 64, .crops = 0.55
  };
  TlVqganTraining *t = &o.training;
  g_autoptr (GError) error = NULL;
  const GOptionEntry own[] = {
    { "ch", 0, 0, G_OPTION_ARG_INT, &o.ch, N_ ("width of the first level (default: 16)"),
      N_ ("N") },
    { "groups", 0, 0, G_OPTION_ARG_INT, &o.groups,
      N_ ("of the group norms; taming's have 32, which takes --ch 64 (default: 8)"), N_ ("N") },
    { "blocks", 0, 0, G_OPTION_ARG_INT, &o.blocks, N_ ("of a level (default: 1)"), N_ ("N") },
    { "codes", 0, 0, G_OPTION_ARG_INT, &o.codes, N_ ("how many (default: 1024)"), N_ ("N") },
    { "e-dim", 0, 0, G_OPTION_ARG_INT, &o.e_dim, N_ ("numbers of a code (default: 64)"), N_ ("N") },
    { "size", 0, 0, G_OPTION_ARG_INT, &o.size, N_ ("pixels a side of the pictures (default: 64)"),
      N_ ("N") },
    { "crops", 0, 0, G_OPTION_ARG_DOUBLE, &o.crops,
      N_ ("share of parts of scenes that are twice as large (default: 0.55)"), N_ ("X") },
    { "free", 0, 0, G_OPTION_ARG_DOUBLE, &t->free,
      N_ ("share of the steps before there are codes (default: 0.4)"), N_ ("X") },
    { "decoder-only", 0, 0, G_OPTION_ARG_NONE, &t->only_decoder,
      N_ ("encoder and codes of the checkpoint stay as they are"), NULL },
    { "start", 0, 0, G_OPTION_ARG_FILENAME, &o.start,
      N_ ("a VQGAN to begin with where the folder has no checkpoint; its codes count with "
          "--decoder-only"),
      N_ ("FILE") },
    { "muon", 0, 0, G_OPTION_ARG_NONE, &t->by_muon,
      N_ ("layers of encoder and decoder learn by Muon instead of AdamW"), NULL },
    { "spoilt", 0, 0, G_OPTION_ARG_DOUBLE, &t->spoilt,
      N_ ("with --decoder-only: share of the pictures that are to be drawn from codes of which "
          "some are wrong (default: 0)"),
      N_ ("X") },
    { "psnr", 0, 0, G_OPTION_ARG_DOUBLE, &t->psnr,
      N_ ("weight of each picture's PSNR, in tens of decibels (default: 0)"), N_ ("X") },
    { "late", 0, 0, G_OPTION_ARG_DOUBLE, &t->late,
      N_ ("share of the steps before --perceptual and --critic begin (default: 0.7)"), N_ ("X") },
    { "steered", 0, 0, G_OPTION_ARG_INT, &o.steered,
      N_ ("with --decoder-only: pictures of a step that are to be drawn from latents which are "
          "steered beside from their spoilt codes (default: 0)"),
      N_ ("N") },
    { "clip", 0, 0, G_OPTION_ARG_FILENAME, &o.clip,
      N_ ("what --perceptual compares pictures by, and --steered steers by"), N_ ("FILE") },
    { "merges", 0, 0, G_OPTION_ARG_FILENAME, &o.merges, N_ ("the vocabulary of --clip"),
      N_ ("FILE") },
    { "perceptual", 0, 0, G_OPTION_ARG_DOUBLE, &t->refining.perceptual,
      N_ ("weight of what the CLIP sees (default: 0)"), N_ ("X") },
    { "critic", 0, 0, G_OPTION_ARG_DOUBLE, &t->refining.critic,
      N_ ("weight of a critic that learns beside (default: 0)"), N_ ("X") },
    { NULL },
  };
  GOptionEntry entries[LOOP_N_ENTRIES + G_N_ELEMENTS (own)];

  loop_options_init (&o.loop);
  tl_vqgan_training_init (t);
  o.loop.n_steps = (gint64) t->n_steps;
  o.loop.n_warm = (gint64) t->n_warm;
  o.loop.lr = t->lr;
  o.loop.batch = 16;
  o.loop.held_out = N_HELD_OUT;
  loop_fill_entries (&o.loop, entries);
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    entries[LOOP_N_ENTRIES + i] = own[i];

  if (!train_parse ("vqgan", entries, &argc, &argv))
    return TRAIN_USAGE;
  return train (&o, &error) ? TRAIN_OK : train_fail_error (error);
}
