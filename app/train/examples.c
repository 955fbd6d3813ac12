/* examples.c - tiller-train examples: scenes for a denoiser to begin with, into a VQGAN's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/train.h"
#include "config.h"

#include "core/denoiser/examples.h"
#include "core/train/examples.h"

#include <glib/gi18n.h>

#define MOST_SCENES 1000000

typedef struct
{
  char *vqgan, *clip, *merges, *output;
  gint64 seed;
  gint n_scenes, n_kept, size, threads;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->vqgan);
  g_free (self->clip);
  g_free (self->merges);
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check (const Options *o, GError **error)
{
  const char *problem = NULL;

  if (o->vqgan == NULL || o->clip == NULL || o->merges == NULL || o->output == NULL)
    problem = _ ("Say --vqgan, --clip, --merges and --output");
  else if (o->n_scenes < 1 || o->n_scenes > MOST_SCENES || o->n_kept < 1
           || o->n_kept > TL_EXAMPLES_MOST || o->threads < 0 || o->threads > 1024)
    problem = _ ("--count is 1 to a million, --kept 1 to 16384, --threads 0 (all) to 1024");
  if (problem != NULL)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, problem);
  return problem == NULL;
}

/* What the words are to another CLIP would say nothing to the denoiser. */
static TlModels *
open_models (const Options *o, GError **error)
{
  const TlModelChoice choice = {
    .vqgan = o->vqgan, .clip = o->clip, .vocab = o->merges, .precision = TL_PRECISION_FLOAT32
  };
  g_autoptr (TlModels) models = tl_models_load (&choice, TL_MODELS_ALL, error);
  gboolean is_right;
  TlScope *s;

  if (models == NULL)
    return NULL;
  s = tl_scope_open (NULL);
  is_right =
    tl_models_get_denoiser (models) != NULL && tl_models_has_words_for_denoiser (s, models);
  if (!tl_scope_close (s, error))
    return NULL;
  if (is_right)
    return g_steal_pointer (&models);
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                       _ ("--vqgan has no denoiser that learnt the words of --clip"));
  return NULL;
}

/* A picture has whole cells, and no more of them than a file may bring. */
static gboolean
check_size (const Options *o, TlModels *models, GError **error)
{
  const gint downscale = (gint) tl_vqgan_get_config (tl_models_get_vqgan (models))->downscale;

  if (o->size >= 16 && o->size % downscale == 0 && o->size / downscale <= TL_EXAMPLES_MOST_SIDE)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("--size is a multiple of %d, 16 to %d"), downscale,
               downscale * TL_EXAMPLES_MOST_SIDE);
  return FALSE;
}

static gboolean
gather (const Options *o, GError **error)
{
  const TlExamplesChoice choice = { (guint64) o->seed, (guint) o->n_scenes, (guint) o->n_kept,
                                    (guint) o->size };
  g_autoptr (TlWeights) vqgan = NULL;
  g_autoptr (TlModels) models = NULL;
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  guint n;

  if (!check (o, error))
    return FALSE;
  tl_device_set_threads ((guint) o->threads);
  vqgan = tl_weights_open (o->vqgan, error);
  models = vqgan != NULL ? open_models (o, error) : NULL;
  if (models == NULL || !check_size (o, models, error)
      || !tl_safetensors_writer_copy (writer, vqgan, TL_DENOISER_PREFIX TL_EXAMPLES_PREFIX, error))
    return FALSE;
  n = tl_examples_gather (&choice, models, writer, error);
  if (n == 0)
    return FALSE;
  bytes = tl_safetensors_writer_finish (writer);
  if (!g_file_set_contents (o->output, g_bytes_get_data (bytes, NULL),
                            (gssize) g_bytes_get_size (bytes), error))
    return FALSE;
  g_print (_ ("%u of %d scenes, %d pixels a side\n"), n, o->n_scenes, o->size);
  return TRUE;
}

TrainStatus
train_examples (int argc, char **argv)
{
  g_auto (Options) o = { .n_scenes = 40000, .n_kept = 5000, .size = 128 };
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "vqgan", 0, 0, G_OPTION_ARG_FILENAME, &o.vqgan,
      N_ ("whose codes they are; it brings a denoiser"), N_ ("FILE") },
    { "clip", 0, 0, G_OPTION_ARG_FILENAME, &o.clip,
      N_ ("what captions are read by, as when the denoiser learnt"), N_ ("FILE") },
    { "merges", 0, 0, G_OPTION_ARG_FILENAME, &o.merges, N_ ("the vocabulary of --clip"),
      N_ ("FILE") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
      N_ ("write the VQGAN with its denoiser and them to this file"), N_ ("FILE") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, N_ ("seed of the set of scenes"), N_ ("N") },
    { "count", 0, 0, G_OPTION_ARG_INT, &o.n_scenes, N_ ("scenes to choose from (default: 40000)"),
      N_ ("N") },
    { "kept", 0, 0, G_OPTION_ARG_INT, &o.n_kept, N_ ("keep at most so many (default: 5000)"),
      N_ ("N") },
    { "size", 0, 0, G_OPTION_ARG_INT, &o.size, N_ ("pixels a side of the pictures (default: 128)"),
      N_ ("N") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &o.threads,
      N_ ("processors to compute with (default: all)"), N_ ("N") },
    { NULL },
  };

  if (!train_parse ("examples", entries, &argc, &argv))
    return TRAIN_USAGE;
  return gather (&o, &error) ? TRAIN_OK : train_fail_error (error);
}
