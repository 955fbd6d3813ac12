/* place.h - a place in a session file: F.tiller[:RUN[@ITER]]
 *
 * A run with the line of its ancestors, as far as the file knows it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/database.h"

G_BEGIN_DECLS

typedef struct
{
  char *path, *run; /* run: (nullable) */
  gint64 iteration; /* -1: not said */
} PlaceName;

/* Whether the file begins as sessions do; FALSE where there is none. */
gboolean place_is_session (const char *path);
/* What is no file but ends in :RUN or :RUN@ITER is taken apart. */
void place_name_parse (PlaceName *self, const char *text);
void place_name_clear (PlaceName *self);

typedef struct
{
  GPtrArray *runs;           /* TlRunRecord */
  const TlRunRecord *record; /* of runs */
  GArray *journal;           /* TlJournalEntry of the whole line */
  guint n_inherited;         /* of them */
} Place;

/* @run: (nullable): an id or a name; NULL: the last that is not deleted */
gboolean place_find (Place *self, TlDatabase *database, const char *run, GError **error);
void place_clear (Place *self);

/* 0 where it did not continue its parent */
guint64 place_get_origin (const Place *self);
/* (nullable): what it, or an ancestor, was computed with */
const TlMaker *place_get_maker (const Place *self);
/* (transfer full): of the picture of @iteration */
TlRecipe *place_make_recipe (const Place *self, guint64 iteration, GError **error);

/* The state at or last before @iteration, its own or an ancestor's: (transfer full) (nullable):
 * NULL without an error where there is none, and the run starts anew. */
GBytes *place_load_state (const Place *self, TlDatabase *database, guint64 iteration,
                          guint64 *found, gboolean *is_parents, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PlaceName, place_name_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

G_END_DECLS
