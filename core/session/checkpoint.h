/* checkpoint.h - the whole state of a run at an iteration, kept
 *
 * TlCheckpoint is the row of a list: which run, which iteration, why it was kept. The state itself
 * (safetensors bytes, megabytes) stays in the session file until somebody continues from it. A
 * GObject of the main thread; the plain values cross threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"

G_BEGIN_DECLS

/* Why a checkpoint was kept; thinning spares all but the merely periodic ones. Flags, since one
 * iteration may be kept for several reasons. Part of the file format: never renumber. */
typedef enum
{
  TL_KEPT_PERIODIC = 0,
  TL_KEPT_TURN = 1 << 0,  /* just before a turn took hold */
  TL_KEPT_PAUSE = 1 << 1, /* pause, stop, quit */
  TL_KEPT_HOLD = 1 << 2,  /* the hold of an exploration */
  TL_KEPT_END = 1 << 3,   /* the planned length */
  TL_KEPT_FORK = 1 << 4,  /* another run left from here */
  TL_KEPT_STAR = 1 << 5,  /* by hand */
} TlKept;

/* What the engine hands over and the store writes. A plain value; the receiver copies references.
 */
typedef struct
{
  guint64 iteration;
  TlKept kept;
  gdouble similarity; /* NAN: not measured */
  GBytes *state;      /* safetensors bytes (steer/state.h) */
} TlCheckpointValues;

#define TL_TYPE_CHECKPOINT (tl_checkpoint_get_type ())

G_DECLARE_FINAL_TYPE (TlCheckpoint, tl_checkpoint, TL, CHECKPOINT, GObject)

/* Properties: iteration, kept (uint), similarity, n-bytes. @values->state is not held on to. */
TlCheckpoint *tl_checkpoint_new (const TlCheckpointValues *values, gsize n_bytes);

guint64 tl_checkpoint_get_iteration (TlCheckpoint *self);
TlKept tl_checkpoint_get_kept (TlCheckpoint *self);
void tl_checkpoint_set_kept (TlCheckpoint *self, TlKept kept);
gdouble tl_checkpoint_get_similarity (TlCheckpoint *self);
void tl_checkpoint_set_similarity (TlCheckpoint *self, gdouble similarity);
gsize tl_checkpoint_get_n_bytes (TlCheckpoint *self);

G_END_DECLS
