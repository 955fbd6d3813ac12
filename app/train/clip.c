/* clip.c - tiller-train clip: a CLIP that knows what the scenes show
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/loop.h"
#include "config.h"

#include "core/base/error.h"
#include "core/clip/resnet.h"
#include "core/scenes/scene.h"
#include "core/steer/draws.h"
#include "core/train/clip-trainer.h"

#include <glib/gi18n.h>
#include <math.h>

#define N_HELD_OUT 500
#define GROUP 100

typedef struct
{
  TlClipTrainer *trainer;
  GPtrArray *held_out; /* of TlBatch */
  TlClipReport sum;    /* over n steps */
  guint n, n_skipped;
} Learner;

static void
learner_clear (Learner *self)
{
  g_clear_pointer (&self->trainer, tl_clip_trainer_free);
  g_clear_pointer (&self->held_out, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Learner, learner_clear)

static guint64
get_step (gpointer data)
{
  return tl_clip_trainer_get_step (((Learner *) data)->trainer);
}

static gboolean
step (gpointer data, const TlBatch *batch, GError **error)
{
  Learner *self = data;
  TlClipReport report;

  if (!tl_clip_trainer_step (self->trainer, batch, &report, NULL, error))
    return FALSE;
  if (!isfinite (report.norm))
    {
      self->n_skipped++;
      return TRUE;
    }
  self->sum.loss += report.loss;
  self->sum.contrast += report.contrast;
  self->sum.labels += report.labels;
  self->sum.right += report.right;
  self->sum.steered += report.steered;
  self->sum.scenes += report.scenes;
  self->n++;
  return TRUE;
}

static void
describe_steps (Learner *self, GString *line)
{
  const TlClipReport *sum = &self->sum;
  const guint n = self->n;

  if (n == 0)
    {
      g_string_append_printf (line, _ ("all %u steps left out"), self->n_skipped);
      return;
    }
  g_string_append_printf (line, _ ("loss %.3f = contrast %.3f + labels %.3f, batch R@1 %.2f"),
                          sum->loss / n, sum->contrast / n, sum->labels / n, sum->right / n);
  if (sum->scenes != 0)
    g_string_append_printf (line, _ (", steered %.3f, scenes %.3f"), sum->steered / n,
                            sum->scenes / n);
}

/* Groups without a single thing have nothing to say of objects. */
static gboolean
describe_held_out (Learner *self, GString *line, GError **error)
{
  const guint n = self->held_out->len;
  TlClipMeasure sum = { 0 };
  guint n_named = 0;

  for (guint i = 0; i < n; i++)
    {
      TlClipMeasure one = { 0 };

      if (!tl_clip_trainer_measure (self->trainer, g_ptr_array_index (self->held_out, i), &one,
                                    error))
        return FALSE;
      sum.right += one.right;
      if (!isfinite (one.objects))
        continue;
      sum.objects += one.objects;
      n_named++;
    }
  g_string_append_printf (line, _ (", held out R@1 of %u %.3f"),
                          ((TlBatch *) g_ptr_array_index (self->held_out, 0))->n, sum.right / n);
  if (n_named > 0)
    g_string_append_printf (line, _ (", objects %.3f"), sum.objects / n_named);
  return TRUE;
}

static gboolean
describe (gpointer data, GString *line, GError **error)
{
  Learner *self = data;

  describe_steps (self, line);
  if (!describe_held_out (self, line, error))
    return FALSE;
  if (self->n > 0 && self->n_skipped > 0)
    g_string_append_printf (line, _ (", %u steps left out"), self->n_skipped);
  self->sum = (TlClipReport){ 0 };
  self->n = self->n_skipped = 0;
  return TRUE;
}

static GBytes *
save (gpointer data, GError **error)
{
  return tl_clip_trainer_save (((Learner *) data)->trainer, error);
}

static gboolean
load (gpointer data, TlWeights *weights, GError **error)
{
  return tl_clip_trainer_load (((Learner *) data)->trainer, weights, error);
}

static gboolean
write_files (gpointer data, const char *folder, GError **error)
{
  Learner *self = data;

  return loop_write_file (folder, "clip.safetensors", tl_clip_trainer_export (self->trainer, error),
                          error)
         && loop_write_file (folder, "clip-heads.safetensors",
                             tl_clip_trainer_export_heads (self->trainer, error), error);
}

static const LoopClass klass = { get_step, step, describe, save, load, write_files };

typedef struct
{
  LoopOptions loop;
  char *merges, *vqgan, *stages;
  char **start; /* files to begin with */
  gint moves, steered, width, layers, patch, resolution, text_width, text_layers, embed, context;
  gboolean has_twins, is_drawn;
  TlClipTraining training;
} Options;

static void
options_clear (Options *self)
{
  loop_options_clear (&self->loop);
  g_free (self->merges);
  g_free (self->vqgan);
  g_free (self->stages);
  g_strfreev (self->start);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
is_width (gint width)
{
  return width >= 64 && width <= 2048 && width % 64 == 0;
}

/* "2,2,2,2" -> blocks of a residual network's stages */
static gboolean
set_stages (Options *o, GError **error)
{
  TlClipConfig *clip = &o->training.clip;
  g_auto (GStrv) words = g_strsplit (o->stages, ",", -1);
  gboolean is_possible = g_strv_length (words) == G_N_ELEMENTS (clip->stages) && o->width >= 8
                         && o->width <= 256 && o->width % 2 == 0
                         && o->resolution % TL_CLIP_RESNET_DOWNSCALE == 0;

  for (guint i = 0; is_possible && i < G_N_ELEMENTS (clip->stages); i++)
    {
      guint64 n = 0;

      is_possible = g_ascii_string_to_unsigned (words[i], 10, 1, 48, &n, NULL);
      clip->stages[i] = (guint) n;
    }
  if (!is_possible)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--stages are four numbers of blocks, as in 2,2,2,2; --width is then even, 8 "
                      "to 256, and --resolution a multiple of %u"),
                   TL_CLIP_RESNET_DOWNSCALE);
      return FALSE;
    }
  clip->is_resnet = TRUE;
  clip->n_heads = clip->width / 2;
  return TRUE;
}

/* Heads are 64 wide in every CLIP file without a configuration beside it. */
static gboolean
set_sizes (Options *o, GError **error)
{
  TlClipConfig *clip = &o->training.clip;
  gboolean is_possible =
    (o->stages != NULL || is_width (o->width)) && is_width (o->text_width) && o->layers >= 1
    && o->layers <= 48 && o->text_layers >= 1 && o->text_layers <= 48 && o->patch >= 2
    && o->resolution >= TL_SCENE_MIN_SIZE && o->resolution <= 512 && o->resolution % o->patch == 0
    && o->embed >= 8 && o->embed <= 2048 && o->context >= 8 && o->context <= 512;

  if (!is_possible)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("Widths are multiples of 64 up to 2048, layers 1 to 48, the resolution a "
                      "multiple of the patch, %d to 512, --embed 8 to 2048, --context 8 to 512"),
                   TL_SCENE_MIN_SIZE);
      return FALSE;
    }
  clip->width = (guint) o->width;
  clip->n_heads = clip->width / 64;
  clip->n_layers = (guint) o->layers;
  clip->patch = (guint) o->patch;
  clip->resolution = (guint) o->resolution;
  clip->text_width = (guint) o->text_width;
  clip->text_heads = clip->text_width / 64;
  clip->text_layers = (guint) o->text_layers;
  clip->embed_dim = (guint) o->embed;
  clip->context = (guint) o->context;
  return o->stages == NULL || set_stages (o, error);
}

/* Of a step: the batch, and what is shown beside it. */
static gint64
count_pictures (const Options *o)
{
  const TlClipTraining *t = &o->training;
  const gint64 n = o->loop.batch;

  return n + llround (t->garbage * n) + llround (t->spoilt * n) + o->steered;
}

static gboolean
set_training (Options *o, GError **error)
{
  TlClipTraining *t = &o->training;

  if (!(t->kept > 0 && t->kept <= 1) || !(t->labels >= 0 && t->labels <= 100)
      || !(t->augment >= 0 && t->augment <= 2) || !(t->rebuilt >= 0 && t->rebuilt <= 1)
      || !(t->garbage >= 0 && t->garbage <= 1) || !(t->spoilt >= 0 && t->spoilt <= 1)
      || !(t->attack >= 0 && t->attack <= 100) || !(t->z_attack >= 0 && t->z_attack <= 2)
      || o->moves < 1 || o->moves > 10 || o->steered < 0 || o->steered >= o->loop.batch)
    {
      g_set_error (
        error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        _ ("--kept, --rebuilt, --garbage and --spoilt are shares, --labels 0 to 100, --augment 0 "
           "to 2, --attack 0 to 100, --z-attack 0 to 2, --moves 1 to 10, --steered less "
           "than --batch"));
      return FALSE;
    }
  if (o->vqgan == NULL && (t->rebuilt + t->garbage > 0 || o->steered > 0))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--rebuilt, --garbage and --steered need --vqgan FILE"));
      return FALSE;
    }
  if (t->spoilt > t->rebuilt)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--spoilt is at most --rebuilt"));
      return FALSE;
    }
  if (count_pictures (o) > TL_DRAW_MAX_CUTOUTS)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--batch, with --garbage, --spoilt and --steered beside it, is at most %d "
                      "pictures"),
                   TL_DRAW_MAX_CUTOUTS);
      return FALSE;
    }
  if (o->steered > 0 && lround (t->rebuilt * o->loop.batch) + o->steered > o->loop.batch)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--rebuilt of --batch and --steered are no more than --batch together"));
      return FALSE;
    }
  if (t->z_attack > 0 && t->rebuilt <= 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--z-attack needs --rebuilt"));
      return FALSE;
    }
  if (o->is_drawn && (o->steered == 0 || !t->keep_words))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--drawn needs --steered, and --keep-words for the denoiser's sake"));
      return FALSE;
    }
  t->n_moves = (guint) o->moves;
  t->n_steered = (guint) o->steered;
  t->seed = (guint64) o->loop.seed;
  t->n_steps = (guint64) o->loop.n_steps;
  t->n_warm = (guint64) o->loop.n_warm;
  t->lr = o->loop.lr;
  return loop_options_check (&o->loop, &t->device, &t->dtype, error) && set_sizes (o, error);
}

/* Of the file of the VQGAN. */
static gboolean
open_denoiser (const Options *o, TlWeights *weights, TlDenoiser **denoiser, GError **error)
{
  TlDenoiserConfig config;

  if (!o->is_drawn)
    return TRUE;
  if (!tl_denoiser_config_infer (&config, weights) || config.words != o->training.clip.embed_dim)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("There is no denoiser for this CLIP in “%s”"),
                         o->vqgan);
  *denoiser = tl_denoiser_load (&config, weights, o->training.dtype, o->training.device, error);
  return *denoiser != NULL;
}

static gboolean
open_vqgan (const Options *o, TlVqgan **vqgan, TlDenoiser **denoiser, GError **error)
{
  g_autoptr (TlWeights) weights = NULL;
  TlVqganConfig config;

  if (o->vqgan == NULL)
    return TRUE;
  weights = tl_weights_open (o->vqgan, error);
  if (weights == NULL || !tl_vqgan_config_infer (&config, weights, error))
    return FALSE;
  *vqgan = tl_vqgan_load (&config, weights, o->training.dtype, o->training.device, error);
  return *vqgan != NULL && open_denoiser (o, weights, denoiser, error);
}

/* Pictures go through the VQGAN at twice the resolution, runs that are drawn at the resolution
 * itself, in whole cells. */
static gboolean
check_cells (const Options *o, TlVqgan *vqgan, GError **error)
{
  const TlClipTraining *t = &o->training;
  guint cell = vqgan != NULL ? tl_vqgan_get_config (vqgan)->downscale : 1;

  if ((t->rebuilt + t->garbage <= 0 && o->steered == 0)
      || (o->is_drawn ? 1 : 2) * (guint) o->resolution % cell == 0)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("With --rebuilt, --garbage and --steered, twice --resolution is a multiple of "
                  "the VQGAN's %u, with --drawn the resolution itself"),
               cell);
  return FALSE;
}

/* A LoopBeginFunc of a TlClipTrainer. */
static gboolean
begin_with (gpointer trainer, TlWeights *weights, GError **error)
{
  return tl_clip_trainer_begin_with (trainer, weights, error);
}

static gboolean
train (Options *o, GError **error)
{
  g_auto (Learner) self = { 0 };
  g_autoptr (TlTokenizer) tokenizer = NULL;
  g_autoptr (TlVqgan) vqgan = NULL;
  g_autoptr (TlDenoiser) denoiser = NULL;
  TlFeedOptions feed = { .has_words = TRUE };

  if (!set_training (o, error))
    return FALSE;
  tokenizer = tl_tokenizer_open (o->merges, 0, error);
  if (tokenizer == NULL || !open_vqgan (o, &vqgan, &denoiser, error)
      || !check_cells (o, vqgan, error))
    return FALSE;
  self.trainer = tl_clip_trainer_new (&o->training, tokenizer, vqgan, denoiser, error);
  if (self.trainer == NULL || !loop_begin (&o->loop, o->start, begin_with, self.trainer, error))
    return FALSE;

  feed.size = o->training.clip.resolution;
  feed.n = (guint) MIN (GROUP, o->loop.held_out);
  feed.seed = loop_held_out_seed ((guint64) o->loop.seed);
  self.held_out = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_batch_free);
  for (guint i = 0; i < (guint) o->loop.held_out / feed.n; i++)
    g_ptr_array_add (self.held_out, tl_batch_draw (&feed, i));
  if ((guint) o->loop.held_out % feed.n > 0)
    g_print (_ ("measuring by %u scenes of %d, in whole groups of %u\n"),
             self.held_out->len * feed.n, o->loop.held_out, feed.n);
  feed.size = 2 * o->training.clip.resolution;
  feed.has_twins = o->has_twins;
  return loop_run (&o->loop, &klass, &self, feed, error);
}

TrainStatus
train_clip (int argc, char **argv)
{
  g_auto (Options) o = { .moves = 1,
                         .width = 128,
                         .layers = 5,
                         .patch = 8,
                         .resolution = 64,
                         .text_width = 128,
                         .text_layers = 3,
                         .embed = 128,
                         .context = 48 };
  TlClipTraining *t = &o.training;
  g_autoptr (GError) error = NULL;
  const GOptionEntry own[] = {
    { "merges", 0, 0, G_OPTION_ARG_FILENAME, &o.merges,
      N_ ("the vocabulary; see the command merges"), N_ ("FILE") },
    { "start", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.start,
      N_ ("a CLIP, or the heads of one, to begin with where the folder has no checkpoint; can be "
          "given again"),
      N_ ("FILE") },
    { "vqgan", 0, 0, G_OPTION_ARG_FILENAME, &o.vqgan,
      N_ ("what --rebuilt and --garbage are made with"), N_ ("FILE") },
    { "rebuilt", 0, 0, G_OPTION_ARG_DOUBLE, &t->rebuilt,
      N_ ("share of the pictures that go through the VQGAN (default: 0)"), N_ ("X") },
    { "garbage", 0, 0, G_OPTION_ARG_DOUBLE, &t->garbage,
      N_ ("pictures of random codes, as a share of the batch (default: 0)"), N_ ("X") },
    { "spoilt", 0, 0, G_OPTION_ARG_DOUBLE, &t->spoilt,
      N_ ("rebuilt pictures with wrong codes, as a share of the batch (default: 0)"), N_ ("X") },
    { "attack", 0, 0, G_OPTION_ARG_DOUBLE, &t->attack,
      N_ ("largest distance of attacked pictures (default: 0, no attacks)"), N_ ("X") },
    { "z-attack", 0, 0, G_OPTION_ARG_DOUBLE, &t->z_attack,
      N_ ("largest distance of attacked latents of rebuilt pictures, as a share of their length "
          "(default: 0)"),
      N_ ("X") },
    { "steered", 0, 0, G_OPTION_ARG_INT, &o.steered,
      N_ ("runs that are steered beside and are to match less than their scenes (default: 0)"),
      N_ ("N") },
    { "drawn", 0, 0, G_OPTION_ARG_NONE, &o.is_drawn,
      N_ ("the runs of --steered begin with what the VQGAN's denoiser draws for their words"),
      NULL },
    { "moves", 0, 0, G_OPTION_ARG_INT, &o.moves, N_ ("of an attack, 1 to 10 (default: 1)"),
      N_ ("N") },
    { "muon", 0, 0, G_OPTION_ARG_NONE, &t->by_muon,
      N_ ("layers of both towers learn by Muon instead of AdamW"), NULL },
    { "kept", 0, 0, G_OPTION_ARG_DOUBLE, &t->kept,
      N_ ("share of the patches that a step of a ViT looks at (default: 0.44); a residual network "
          "always sees all"),
      N_ ("X") },
    { "keep-words", 0, 0, G_OPTION_ARG_NONE, &t->keep_words,
      N_ ("what captions mean stays as it is, for a denoiser that knows it: only pictures are "
          "looked at anew"),
      NULL },
    { "heads-only", 0, 0, G_OPTION_ARG_NONE, &t->only_heads,
      N_ ("the CLIP stays as it is: only what names things, colours and places by it learns"),
      NULL },
    { "labels", 0, 0, G_OPTION_ARG_DOUBLE, &t->labels, N_ ("weight of the labels (default: 1)"),
      N_ ("X") },
    { "twins", 0, 0, G_OPTION_ARG_NONE, &o.has_twins,
      N_ ("beside each caption, one that names another thing: pictures are to tell them apart"),
      NULL },
    { "augment", 0, 0, G_OPTION_ARG_DOUBLE, &t->augment,
      N_ ("strength of noise and erasing; 1: as steering has them (default: 1)"), N_ ("X") },
    { "width", 0, 0, G_OPTION_ARG_INT, &o.width, N_ ("of the image tower (default: 128)"),
      N_ ("N") },
    { "stages", 0, 0, G_OPTION_ARG_STRING, &o.stages,
      N_ ("blocks of each stage of a residual network, instead of a ViT: 2,2,2,2"), N_ ("LIST") },
    { "layers", 0, 0, G_OPTION_ARG_INT, &o.layers, N_ ("of the image tower (default: 5)"),
      N_ ("N") },
    { "patch", 0, 0, G_OPTION_ARG_INT, &o.patch, N_ ("pixels a side (default: 8)"), N_ ("N") },
    { "resolution", 0, 0, G_OPTION_ARG_INT, &o.resolution, N_ ("pixels a side (default: 64)"),
      N_ ("N") },
    { "text-width", 0, 0, G_OPTION_ARG_INT, &o.text_width, N_ ("of the text tower (default: 128)"),
      N_ ("N") },
    { "text-layers", 0, 0, G_OPTION_ARG_INT, &o.text_layers, N_ ("of the text tower (default: 3)"),
      N_ ("N") },
    { "embed", 0, 0, G_OPTION_ARG_INT, &o.embed, N_ ("numbers of an embedding (default: 128)"),
      N_ ("N") },
    { "context", 0, 0, G_OPTION_ARG_INT, &o.context, N_ ("tokens of a text (default: 48)"),
      N_ ("N") },
    { NULL },
  };
  GOptionEntry entries[LOOP_N_ENTRIES + G_N_ELEMENTS (own)];

  loop_options_init (&o.loop);
  tl_clip_training_init (t);
  o.loop.n_steps = (gint64) t->n_steps;
  o.loop.n_warm = (gint64) t->n_warm;
  o.loop.lr = t->lr;
  o.loop.batch = 128;
  o.loop.held_out = N_HELD_OUT;
  loop_fill_entries (&o.loop, entries);
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    entries[LOOP_N_ENTRIES + i] = own[i];

  if (!train_parse ("clip", entries, &argc, &argv))
    return TRAIN_USAGE;
  if (o.merges == NULL)
    return train_fail (TRAIN_USAGE, _ ("Say --merges FILE"));
  return train (&o, &error) ? TRAIN_OK : train_fail_error (error);
}
