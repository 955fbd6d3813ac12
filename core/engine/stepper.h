/* stepper.h - what the engine drives
 *
 * A stepper knows how to start a run, advance it by one iteration, show it, and turn its state into
 * bytes and back. The real one is core/steer's; tests of the engine use one of forty lines without
 * libtorch. All calls come from one thread. A state belongs to the stepper that made it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"
#include "core/session/recipe.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TlStepper TlStepper;
typedef struct _TlState TlState; /* of one run: latent, moments, iteration */

typedef enum
{
  TL_WANT_NOTHING = 0,
  TL_WANT_FRAME = 1 << 0,      /* the picture that the step decodes anyway */
  TL_WANT_SIMILARITY = 1 << 1, /* one more forward pass of CLIP over the whole picture */
} TlWants;

/* What a step says. Loss, similarity and frame are of the picture that the step looked at, that is
 * of iteration @iteration - 1. What was wanted never changes what is computed. */
typedef struct
{
  guint64 iteration; /* of the state, after the step */
  gdouble loss;
  gdouble similarity; /* NAN unless wanted */
  TlFrame *frame;     /* (transfer full) (nullable): NULL unless wanted */
} TlReport;

typedef struct
{
  /* Loads the models on the first call. The state is at iteration 0. */
  TlState *(*start) (TlStepper *self, TlStart *start, GCancellable *cancellable, GError **error);
  /* One iteration under @steer. On failure or cancelling the state is as before the call.
   * TL_ERROR_NUMBER where it came to what is no number. */
  gboolean (*step) (TlStepper *self, TlState *state, TlSteer *steer, TlWants wants,
                    TlReport *report, GCancellable *cancellable, GError **error);
  /* The picture of the state's iteration, with its similarity under @steer. */
  TlFrame *(*decode) (TlStepper *self, TlState *state, TlSteer *steer, GCancellable *cancellable,
                      GError **error);
  /* The optimiser forgets (a hard turn). */
  void (*forget) (TlStepper *self, TlState *state);
  /* The latent moves by noise (recipe.h, TlJitter); moments stay. */
  gboolean (*jitter) (TlStepper *self, TlState *state, const TlJitter *jitter, GError **error);
  guint64 (*get_iteration) (TlStepper *self, TlState *state);
  /* The whole state as safetensors bytes. */
  GBytes *(*save) (TlStepper *self, TlState *state, GError **error);
  TlState *(*load) (TlStepper *self, TlStart *start, GBytes *bytes, GCancellable *cancellable,
                    GError **error);
  void (*free_state) (TlStepper *self, TlState *state);
  /* What it computes with; valid after the first start or load. (transfer full) */
  TlMaker *(*get_maker) (TlStepper *self);
  /* (nullable): nothing has been asked for in a while; what is kept for speed alone may go. */
  void (*rest) (TlStepper *self);
  void (*free) (TlStepper *self);
} TlStepperClass;

struct _TlStepper
{
  const TlStepperClass *klass;
};

static inline void
tl_stepper_rest (TlStepper *self)
{
  if (self->klass->rest != NULL)
    self->klass->rest (self);
}

static inline void
tl_stepper_free (TlStepper *self)
{
  self->klass->free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlStepper, tl_stepper_free)

G_END_DECLS
