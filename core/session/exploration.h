/* exploration.h - several starts grown side by side to a hold, to pick from
 *
 * A GListModel of its candidates (TlRun, by seed). It decides nothing about the engine; what it
 * adds up is for the window. Main thread.
 *
 * Properties (notify): n-done (iterations of all candidates that are not rejected, up to the hold),
 * n-total, is-held (all of them have reached it), keeps-best-half, order.
 * Signal `halve` (GPtrArray of TlRun): with keeps-best-half, when all have passed 25 and then 50:
 * the worse half by steering similarity, to be rejected.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/records.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TL_TYPE_EXPLORATION (tl_exploration_get_type ())

G_DECLARE_FINAL_TYPE (TlExploration, tl_exploration, TL, EXPLORATION, GObject)

#define TL_EXPLORE_MIN_SEEDS 2
#define TL_EXPLORE_MAX_SEEDS 32
#define TL_EXPLORE_DEFAULT_SEEDS 12
#define TL_EXPLORE_DEFAULT_HOLD 100

TlExploration *tl_exploration_new (const TlExplorationRecord *record);

/* While what its runs say is read from a file, nobody goes. */
void tl_exploration_set_restoring (TlExploration *self, gboolean is_restoring);
/* As it is now. */
const TlExplorationRecord *tl_exploration_get_record (TlExploration *self);
gint64 tl_exploration_get_id (TlExploration *self);
guint64 tl_exploration_get_hold (TlExploration *self);
guint64 tl_exploration_get_n_done (TlExploration *self);
guint64 tl_exploration_get_n_total (TlExploration *self);
gboolean tl_exploration_is_held (TlExploration *self);
gboolean tl_exploration_get_keeps_best_half (TlExploration *self);
void tl_exploration_set_keeps_best_half (TlExploration *self, gboolean keeps);

/* How somebody has laid the candidates out by hand: their ids as text, "3 1 2"; NULL: not yet. What
 * is no id is passed over. */
const char *tl_exploration_get_order (TlExploration *self);
void tl_exploration_set_order (TlExploration *self, const char *order);
/* In that order; those that are not in it are behind all others. */
guint tl_exploration_get_place (TlExploration *self, TlRun *run);

/* Keeps a reference to @run. */
void tl_exploration_add (TlExploration *self, TlRun *run);
void tl_exploration_remove (TlExploration *self, TlRun *run);

G_END_DECLS
