/* ledger.h - a run of a session file, as the command line writes and reads it
 *
 * Facts are written as they come, one committed transaction each, so that a run that is killed goes
 * on from its last checkpoint. Blocking.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/cli/track.h"
#include "core/session/database.h"

G_BEGIN_DECLS

/* Iterations between checkpoints, unless said otherwise. */
#define LEDGER_EVERY 25

/* The option that says otherwise, into a gint. */
#define LEDGER_OPTION(every)                                                                       \
  {                                                                                                \
    "checkpoint-every", 0, 0, G_OPTION_ARG_INT, every,                                             \
      N_ ("iterations between checkpoints in the session (default: 25)"), N_ ("N")                 \
  }

typedef struct
{
  TlDatabase *database; /* (nullable): borrowed; without one nothing is written */
  gint64 run;
  guint n_written; /* entries of the track's journal that the file has */
  guint64 every;
  guint64 kept_at;       /* G_MAXUINT64: nowhere yet */
  TlKept kept;           /* why */
  gboolean owes_picture; /* of the iteration that was kept last */
} Ledger;

/* For writing; made if it is not there and @may_create. One sentence where somebody else has it. */
TlDatabase *ledger_open (const char *path, gboolean may_create, GError **error);
TlDatabase *ledger_open_to_read (const char *path, GError **error);

/* Takes @database. What was made for a run that never came is removed again. */
void ledger_drop_empty (TlDatabase *database);

/* Of the option above. */
gboolean ledger_check_every (gint every, GError **error);

/* Adds a run to the file; id, state and time of @record are filled here. All of @track's
 * journal is written too. */
gboolean ledger_add_run (Ledger *self, TlDatabase *database, TlRunRecord *record,
                         const Track *track, GError **error);

/* Of a run that the file has, with @n_entries of its journal. @kept_at: the own state that it goes
 * on from; G_MAXUINT64: none. */
void ledger_continue (Ledger *self, TlDatabase *database, gint64 run, guint n_entries,
                      guint64 kept_at);

/* Before the turns that are due are taken: keeps the state where it is time for it, writes the
 * turns down. */
gboolean ledger_note (Ledger *self, Track *track, GError **error);
/* What the next step is to bring for it. */
TlWants ledger_wants (const Ledger *self);
/* What the step brought. */
gboolean ledger_picture (Ledger *self, TlFrame *frame, GError **error);
/* Keeps the state, whatever its iteration. */
gboolean ledger_keep (Ledger *self, Track *track, TlKept why, GError **error);
/* @frame: (nullable): the picture where it ended */
gboolean ledger_end (Ledger *self, const Track *track, TlFrame *frame, TlRunState state,
                     GError **error);

G_END_DECLS
