/* stepper.h - the real stepper: one iteration of CLIP+VQGAN
 *
 * See core/engine/stepper.h for the interface and design.md, "The engine", for the iteration.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/stepper.h"
#include "core/steer/models.h"

G_BEGIN_DECLS

/* Copies @choice. The models are loaded by the first start or load, on that thread. */
TlStepper *tl_steer_stepper_new (const TlModelChoice *choice);

/* (nullable): NULL before the first start. For callers on the same thread. */
TlModels *tl_steer_stepper_get_models (TlStepper *stepper);

/* Loads the models now, so that the first start does not wait for it. */
gboolean tl_steer_stepper_load_models (TlStepper *stepper, GCancellable *cancellable,
                                       GError **error);

/* Seconds of the stages of the last step, for the benchmark; each stage's way back is apart. */
typedef struct
{
  gdouble quantize, decode, cutouts, encode, loss;
  gdouble encode_back, cutouts_back, decode_back;
  gdouble optimizer, frame;
} TlStageTimes;

void tl_steer_stepper_get_times (TlStepper *stepper, TlStageTimes *times);

G_END_DECLS
