/* engine.h - the thread that runs
 *
 * A GObject of the main thread around one worker thread, which owns the stepper and every state.
 * Calls push a command and return at once; the worker takes commands between iterations, in order,
 * and sleeps when nothing runs. News of a run arrive in its properties (run.h), frames through a
 * mailbox that keeps only the newest: the window never falls behind.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/scorer.h"
#include "core/engine/stepper.h"
#include "core/session/run.h"

G_BEGIN_DECLS

#define TL_TYPE_ENGINE (tl_engine_get_type ())

G_DECLARE_FINAL_TYPE (TlEngine, tl_engine, TL, ENGINE, GObject)

/* Takes @stepper. The thread starts now and ends with the object, which gives up the iteration in
 * hand and waits for it; runs then keep saying what they said last. */
TlEngine *tl_engine_new (TlStepper *stepper);

/* Takes a NEW run up: loads the models if need be, draws the start and steps until its length,
 * taking the turns of its journal when it comes to them, until somebody steers. They are not news,
 * and do not arrive as `turned`. Holds a reference to it until it is discarded. */
void tl_engine_start (TlEngine *self, TlRun *run);

/**
 * tl_engine_resume:
 * @state: as the run's `kept` gave it, of this run or of the ancestor it comes from
 * @is_parents: it is an ancestor's: what the run left it with (the entry of its journal where it
 * left: turn and jitter) is still to be done
 *
 * As tl_engine_start(), from @state, with the turns of the run's journal that lie at or after its
 * iteration.
 */
void tl_engine_resume (TlEngine *self, TlRun *run, GBytes *state, gboolean is_parents);

/* As tl_engine_start(), with the turns of @recipe, all of which are in the journal (and arrive as
 * `turned`) before it begins, so that whoever goes on with the run later takes them too. It goes on
 * to the length that its steer says. */
void tl_engine_replay (TlEngine *self, TlRun *run, TlRecipe *recipe);

/* Holds from the next iteration on. A plan that grows continues a run that had finished. Of a run
 * that the engine does not have, this and the following do nothing. */
void tl_engine_steer (TlEngine *self, TlRun *run, TlSteer *steer, TlTurn turn);

/* Act after the iteration in hand; the exact picture of that iteration comes with the new state. */
void tl_engine_pause (TlEngine *self, TlRun *run);
void tl_engine_continue (TlEngine *self, TlRun *run);
void tl_engine_stop (TlEngine *self, TlRun *run);

/* Ends the run and frees its state: the run is NEW again, and says nothing more. */
void tl_engine_discard (TlEngine *self, TlRun *run);
/* Of a run that does not go on: as tl_engine_discard(), but it stays what it was, and can be taken
 * up again from what was kept. */
void tl_engine_release (TlEngine *self, TlRun *run);

/* Answered when what was asked for before is done and its news have arrived; that the engine has
 * ended is the one error. */
void tl_engine_settle_async (TlEngine *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean tl_engine_settle_finish (GAsyncResult *result, GError **error);

/* Goes first among the runs of a round. (nullable) */
void tl_engine_set_focus (TlEngine *self, TlRun *run);

/* Most pictures per second, of all runs together, that are copied out for the window; 0: only the
 * exact one of a pause, stop or end. Default 10. */
void tl_engine_set_frame_rate (TlEngine *self, guint per_second);

/* Every how many iterations the state is kept (run.h, `kept`); besides at every turn, pause, stop,
 * hold and end. 0: only there. Default 25. */
void tl_engine_set_checkpoint_every (TlEngine *self, guint n_iterations);

/* The state of every run that is going on is kept now, as at a pause; they go on. For leaving: when
 * a tl_engine_save_async() that was asked for afterwards is answered, they have arrived. */
void tl_engine_keep_all (TlEngine *self);

/* The whole state of a run, as of the end of the iteration in hand. The engine lives until then. */
void tl_engine_save_async (TlEngine *self, TlRun *run, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full): safetensors bytes */
GBytes *tl_engine_save_finish (TlEngine *self, GAsyncResult *result, GError **error);

/* --- the judge -------------------------------------------------------------------------------- */

/* Takes @scorer (nullable: none), in the place of the one before. */
void tl_engine_set_scorer (TlEngine *self, TlScorer *scorer);

/* What the judge says of a picture of a run from @start under @steer, between two iterations.
 * TL_ERROR_MISSING where there is no judge. The engine lives until then. */
void tl_engine_score_async (TlEngine *self, TlFrame *frame, TlStart *start, TlSteer *steer,
                            GAsyncReadyCallback callback, gpointer user_data);
/* @value: (out): NAN where nothing is asked for */
gboolean tl_engine_score_finish (TlEngine *self, GAsyncResult *result, gdouble *value,
                                 GError **error);

G_END_DECLS
