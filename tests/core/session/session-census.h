/* session-census.h - a session of known contents, and how much of it can be read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "tests/core/session/session-file.h"

G_BEGIN_DECLS

#define CENSUS_STATE 20000 /* bytes */
#define CENSUS_RUNS 3
#define CENSUS_CHECKPOINTS 4 /* of each run, every 25 iterations */

typedef struct
{
  guint n_runs, n_turns, n_states, n_frames, n_scores, n_explorations;
} Census;

/* Three runs in a line, each with turns, checkpoints, pictures and a score. */
void make_census_session (SessionFile *file);

/* Fails the test if anything that is read is not what was put. */
void census_count (TlDatabase *database, Census *census);
gboolean census_is_whole (const Census *census);

G_END_DECLS
