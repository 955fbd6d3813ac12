/* scorer.h - a judge, as the engine has it
 *
 * A judge is a CLIP that scores but does not steer (design.md, 1): nothing that it says changes a
 * run. The real one is core/steer's; tests use one of a few lines. All calls come from one thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"
#include "core/session/steer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TlScorer TlScorer;

typedef struct
{
  /* How much the picture of @frame looks like what @steer asks for at its iteration, as the
   * similarity of a run is computed. NAN where nothing is asked for. */
  gboolean (*score) (TlScorer *self, TlFrame *frame, TlStart *start, TlSteer *steer, gdouble *value,
                     GCancellable *cancellable, GError **error);
  void (*free) (TlScorer *self);
} TlScorerClass;

struct _TlScorer
{
  const TlScorerClass *klass;
};

static inline void
tl_scorer_free (TlScorer *self)
{
  self->klass->free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlScorer, tl_scorer_free)

G_END_DECLS
