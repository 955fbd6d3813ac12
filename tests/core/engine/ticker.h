/* ticker.h - a stepper without models, to test the engine with
 *
 * Its state is a hash of everything that it was steered by, step after step, and a memory that a
 * hard turn clears. A step too many, too few, in the wrong order or under the wrong steer gives
 * another hash, and the recipe of a run says which hash is right. Its picture shows the hash.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/stepper.h"

G_BEGIN_DECLS

#define TICKER_MAX_LOG 100000

/* What may fail besides a step: instead of an iteration. */
#define TICKER_START G_MAXUINT64 /* starting, and loading */
#define TICKER_SAVE (G_MAXUINT64 - 1)
#define TICKER_JITTER (G_MAXUINT64 - 2)

/* What a test sees of a stepper and does to it; outlives the stepper. */
typedef struct
{
  GMutex lock;
  GCond changed;

  /* with the lock */
  gboolean is_gated; /* a step waits until it is let through */
  guint n_let;
  guint n_entered;             /* steps that began */
  guint n_cancelled;           /* steps that were given up */
  guint n_failures;            /* steps or starts that are yet to fail */
  guint64 fail_at;             /* the iteration whose leaving fails */
  guint64 wild_at;             /* the iteration whose leaving comes to no number … */
  gdouble wild_lr;             /* … with more than this; 0: never */
  guint64 log[TICKER_MAX_LOG]; /* seeds, in the order in which steps were done */
  guint n_log;

  /* atomic */
  gint n_states, n_pictures, n_kept, n_frames_wanted, n_steppers, n_rests;
} Ticker;

Ticker *ticker_new (void);
/* Checks that nothing the stepper made is left. */
void ticker_free (Ticker *self);

/* (transfer full) */
TlStepper *ticker_stepper_new (Ticker *self);

/* The steps to come wait; ticker_let() lets some through. */
void ticker_gate (Ticker *self);
void ticker_let (Ticker *self, guint n);
void ticker_open (Ticker *self);
/* Blocks until @n steps have begun since the gate was shut. */
void ticker_wait_entered (Ticker *self, guint n);
void ticker_fail (Ticker *self, guint64 iteration, guint n_times);

/* As a real step with too high a learning rate; 0: no more. */
void ticker_run_wild (Ticker *self, guint64 iteration, gdouble lr);

/* The hash that the picture of the recipe must show. */
guint64 ticker_replay (TlRecipe *recipe);
guint64 ticker_read_frame (TlFrame *frame);
guint64 ticker_read_bytes (GBytes *bytes);

G_END_DECLS
