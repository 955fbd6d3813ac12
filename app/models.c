/* models.c - loading the models that the window runs on
 *
 * The only file of the window program that knows libtorch is there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/models.h"
#include "config.h"

#include "core/steer/memory.h"
#include "core/steer/stepper.h"
#include "core/torch/device.h"

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

  if (!tl_device_parse (tl_device_get_n_cuda () > 0 ? "cuda" : "cpu", &choice.device, error))
    return FALSE;
  tl_device_set_threads (0);
  stepper = tl_steer_stepper_new (&choice);
  if (!tl_steer_stepper_load_models (stepper, cancellable, error))
    return FALSE;

  models = tl_steer_stepper_get_models (stepper);
  loaded->values = (TlBackendValues){
    .tokenizer = tl_tokenizer_ref (tl_models_get_tokenizer (models)),
    .context = tl_clip_get_config (tl_models_get_clip (models))->context,
    .step = tl_vqgan_get_config (tl_models_get_vqgan (models))->downscale,
    .is_starter = tl_models_is_starter (&choice),
    .maker = tl_models_dup_maker (models),
    .device = tl_device_describe (choice.device),
    .get_memory = get_memory,
    .judge = judge,
    .user_data = models,
  };
  loaded->stepper = g_steal_pointer (&stepper);
  return TRUE;
}
