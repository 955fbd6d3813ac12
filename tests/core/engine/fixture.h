/* fixture.h - an engine with a ticker in it, and waiting for what its runs say
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/engine.h"
#include "tests/core/engine/ticker.h"

G_BEGIN_DECLS

typedef struct
{
  Ticker *ticker;
  TlEngine *engine;
} Fixture;

void fixture_set_up (Fixture *self, gconstpointer data);
/* Ends the engine and checks that nothing is left of it. */
void fixture_tear_down (Fixture *self, gconstpointer data);

/* (transfer full) */
TlSteer *fixture_steer (const char *words, gint64 n_iterations);
/* (transfer full): not started */
TlRun *fixture_run (guint64 seed, const char *words, gint64 n_iterations);

/* Runs the main loop until the run is in @state. */
void fixture_wait_state (TlRun *run, TlRunState state);
/* … until the run's picture is of @iteration. */
void fixture_wait_frame (TlRun *run, guint64 iteration);
/* Runs the main loop until nothing is due. */
void fixture_settle (void);

/* Saves, waits for the answer, and returns the hash. Lets one step through, as the one in hand ends
 * before the answer comes. */
guint64 fixture_save (Fixture *self, TlRun *run, GError **error);

/* The picture is of the run's iteration and just what its recipe makes. */
void fixture_assert_exact (TlRun *run);

/* Of the whole journal so far. (transfer full) */
TlRecipe *fixture_recipe (TlRun *run);

G_END_DECLS
