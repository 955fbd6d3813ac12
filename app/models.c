/* models.c - loading the models that the window runs on
 *
 * The only file of the window program that knows libtorch is there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/models.h"
#include "config.h"

#include "core/steer/stepper.h"
#include "core/torch/device.h"

/* A device fits into a pointer: its index, negative for the processor. */
static gpointer
pack_device (TlDevice device)
{
  return GINT_TO_POINTER (device.kind == TL_CUDA ? device.index : -1);
}

static guint64
get_memory (gpointer user_data)
{
  gint index = GPOINTER_TO_INT (user_data);
  TlDevice device = { .kind = index < 0 ? TL_CPU : TL_CUDA, .index = MAX (index, 0) };

  return tl_device_get_memory (device).used;
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
    .user_data = pack_device (choice.device),
  };
  loaded->stepper = g_steal_pointer (&stepper);
  return TRUE;
}
