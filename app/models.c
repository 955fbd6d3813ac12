/* models.c - loading the models that the window runs on
 *
 * The only file of the window program that knows libtorch is there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/models.h"
#include "config.h"

#include "core/base/paths.h"
#include "core/steer/memory.h"
#include "core/steer/scorer.h"
#include "core/steer/stepper.h"
#include "core/torch/device.h"
#include "ui/models/judges.h"

/* Of the models only what never changes is asked here, beside the thread that computes with them.
 */
static guint64
get_memory (gpointer models)
{
  return tl_device_get_memory (tl_models_get_device (models)).used;
}

static TlRoom
judge (guint width, guint height, guint n_cutouts, guint64 *n_bytes, gpointer models)
{
  static const TlRoom rooms[] = {
    [TL_MEMORY_FITS] = TL_ROOM_ENOUGH,
    [TL_MEMORY_TIGHT] = TL_ROOM_TIGHT,
    [TL_MEMORY_TOO_LARGE] = TL_ROOM_TOO_LITTLE,
    [TL_MEMORY_UNKNOWN] = TL_ROOM_UNKNOWN,
  };
  const TlMemoryQuestion question = {
    .vqgan = tl_vqgan_get_config (tl_models_get_vqgan (models)),
    .clip = tl_clip_get_config (tl_models_get_clip (models)),
    .dtype = tl_models_get_dtype (models),
    .width = width,
    .height = height,
    .n_cutouts = n_cutouts,
  };
  TlMemoryEstimate estimate;

  tl_memory_estimate (&question, &estimate);
  *n_bytes = estimate.least;
  return rooms[tl_memory_judge (&estimate,
                                tl_memory_get_available (tl_models_get_device (models)))];
}

static gboolean
find_device (TlDevice *device, GError **error)
{
  return tl_device_parse (tl_device_get_n_cuda () > 0 ? "cuda" : "cpu", device, error);
}

gboolean
tl_load_models (const TlModelFiles *files, TlLoaded *loaded, GCancellable *cancellable,
                GError **error)
{
  TlModelChoice choice = { .vqgan = files->vqgan,
                           .clip = files->clip,
                           .vocab = files->vocab,
                           .precision = TL_PRECISION_AUTO };
  g_autoptr (TlStepper) stepper = NULL;
  TlModels *models;

  if (!find_device (&choice.device, error))
    return FALSE;
  tl_device_set_threads (0);
  stepper = tl_steer_stepper_new (&choice);
  /* Their sums, which the maker asks for, take as long again. */
  if (!tl_steer_stepper_load_models (stepper, cancellable, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  models = tl_steer_stepper_get_models (stepper);
  loaded->values = (TlBackendValues){
    .tokenizer = tl_tokenizer_ref (tl_models_get_tokenizer (models)),
    .context = tl_clip_get_config (tl_models_get_clip (models))->context,
    .step = tl_vqgan_get_config (tl_models_get_vqgan (models))->downscale,
    .is_starter = tl_models_is_starter (&choice),
    .side = tl_models_get_usual_side (&choice),
    .maker = tl_models_dup_maker (models),
    .device = tl_device_describe (choice.device),
    .get_memory = get_memory,
    .judge = judge,
    .user_data = models,
  };
  loaded->stepper = g_steal_pointer (&stepper);
  return TRUE;
}

/* --- the judge -------------------------------------------------------------------------------- */

gboolean
tl_load_judge (const char *clip, const char *vocab, const TlMaker *steering, TlLoadedJudge *loaded,
               GError **error)
{
  TlModelChoice choice = { .clip = clip, .vocab = vocab, .precision = TL_PRECISION_AUTO };
  g_autoptr (TlScorer) scorer = NULL;

  if (!find_device (&choice.device, error))
    return FALSE;
  scorer = tl_steer_scorer_load (&choice, error);
  if (scorer == NULL
      || (steering != NULL && !tl_steer_scorer_check_other (scorer, steering, error)))
    return FALSE;
  loaded->key = g_strdup (tl_steer_scorer_get_key (scorer));
  loaded->scorer = g_steal_pointer (&scorer);
  return TRUE;
}

/* What is no CLIP, or cannot be read, is passed over. */
static gboolean
is_clip (const char *path)
{
  g_autoptr (TlWeights) weights = NULL;
  TlClipConfig config;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  weights = tl_weights_open (path, NULL);
  return weights != NULL && tl_clip_config_infer (&config, weights, NULL);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

char **
tl_list_clips (void)
{
  g_autofree char *folder = tl_path_user_data ("models");
  /* No folder, no models. */
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *clips = g_ptr_array_new ();
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_clip (path))
        g_ptr_array_add (clips, g_steal_pointer (&path));
    }
  g_ptr_array_sort (clips, compare_paths);
  g_ptr_array_add (clips, NULL);
  return (char **) g_ptr_array_free (clips, FALSE);
}
