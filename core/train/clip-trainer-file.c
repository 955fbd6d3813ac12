/* clip-trainer-file.c - checkpoints of a CLIP that learns, and what it learnt as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/clip-trainer-private.h"

GBytes *
tl_clip_trainer_save (TlClipTrainer *self, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();

  if (!tl_parameters_save (self->parameters, writer, error))
    return NULL;
  if (self->steered != NULL)
    tl_steered_save (self->steered, writer);
  return tl_safetensors_writer_finish (writer);
}

gboolean
tl_clip_trainer_load (TlClipTrainer *self, TlWeights *weights, GError **error)
{
  if (!tl_parameters_load (self->parameters, weights, error))
    return FALSE;
  if (self->steered != NULL)
    tl_steered_load (self->steered, weights);
  return TRUE;
}

gboolean
tl_clip_trainer_begin_with (TlClipTrainer *self, TlWeights *weights, GError **error)
{
  return tl_parameters_adopt (self->parameters, weights, error);
}

static GBytes *
export_some (TlClipTrainer *self, const char *prefix, gboolean has_prefix, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();

  if (!tl_parameters_export (self->parameters, writer, prefix, has_prefix, error))
    return NULL;
  return tl_safetensors_writer_finish (writer);
}

GBytes *
tl_clip_trainer_export (TlClipTrainer *self, GError **error)
{
  return export_some (self, TL_CLIP_HEADS, FALSE, error);
}

GBytes *
tl_clip_trainer_export_heads (TlClipTrainer *self, GError **error)
{
  return export_some (self, TL_CLIP_HEADS "image.", TRUE, error);
}
