/* session-private.h - what is in a session, and who does which part of it
 *
 * session.c is the object, session-members.c its lists, session-family.c what the window asks of
 * them, session-scribe.c writes down what runs say, session-checkpoints.c lists what was kept,
 * session-load.c reads it, session-open.c makes one of a file, session-upkeep.c minds the file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session-upkeep.h"

G_BEGIN_DECLS

/* A run and what its session knows of it. */
typedef struct
{
  TlSession *session;
  TlRun *run;          /* owned */
  gboolean is_deleted; /* by itself; its descendants are out with it */
  gboolean is_out;     /* it or an ancestor is deleted: in no list */

  /* as it is in the file */
  TlRunState state;         /* never NEW again */
  gboolean is_dirty;        /* iteration or similarity went on since */
  TlMaker *maker;           /* (nullable) */
  TlJournalEntry last_turn; /* its steer is owned; NULL: none */
  gboolean has_kept;        /* a checkpoint, as far as is known */
  guint64 last_kept;
  gdouble kept_similarity; /* its; NAN: not known */
  guint64 torn;            /* iteration of a later one that was found damaged; 0: none */

  GListStore *checkpoints;   /* (nullable): nobody asked yet */
  guint n_listings;          /* answers to come */
  GPtrArray *unsaved_states; /* of TlCheckpointValues, not yet in the file */
  GPtrArray *unsaved_frames; /* of TlFrame */
} TlMember;

struct _TlSession
{
  GObject parent_instance;

  char *folder;
  char *title;    /* (nullable): the first prompt will say */
  TlStore *store; /* (nullable): until there is a file */
  char *path;     /* the store's own is another string with each news of it */
  guint64 budget, size, warned_size, warned_room, largest_kept; /* bytes */
  gboolean is_room_low, is_closed;

  GPtrArray *members; /* of TlMember, by id */
  GListStore *roots, *runs, *explorations;
  GPtrArray *interrupted; /* of TlRun */
  TlRun *selected;        /* (nullable) */
  gint64 last_run, last_exploration;

  guint flush_source, serial; /* serial: tells this program's sessions apart */
  gboolean is_restoring;      /* what runs say now was read from the file */
};

typedef enum
{
  TL_SESSION_PROP_TITLE = 1,
  TL_SESSION_PROP_PATH,
  TL_SESSION_PROP_ACCESS,
  TL_SESSION_PROP_PROBLEM,
  TL_SESSION_PROP_SAVED_AT,
  TL_SESSION_PROP_SIZE,
  TL_SESSION_PROP_SELECTED,
  TL_SESSION_PROP_BUDGET,
  TL_SESSION_PROP_DAMAGE,
  TL_SESSION_PROP_IS_SAVED,
  TL_SESSION_N_PROPS
} TlSessionProperty;

/* --- session.c -------------------------------------------------------------------------------- */

void tl_session_notify (TlSession *self, TlSessionProperty property);
void tl_session_emit_interrupted_changed (TlSession *self);
void tl_session_emit_budget_exceeded (TlSession *self);
void tl_session_emit_room_changed (TlSession *self);
/* Takes @database, and tells the window what the store says. */
void tl_session_take_database (TlSession *self, TlDatabase *database);

/* --- session-members.c ------------------------------------------------------------------------ */

/* (nullable) */
TlMember *tl_session_find_member (TlSession *self, gint64 id);
TlMember *tl_session_get_member (TlSession *self, TlRun *run);
/* (nullable) */
TlExploration *tl_session_find_exploration (TlSession *self, gint64 id);
/* @run, whose origin is set, joins the lists, and is listened to. */
TlMember *tl_session_take_member (TlSession *self, TlRun *run, gboolean is_deleted);
/* Takes @exploration and listens to it. */
void tl_session_take_exploration (TlSession *self, TlExploration *exploration);
/* Into the lists, or out of them, with its descendants. */
void tl_session_set_deleted (TlSession *self, TlMember *member, gboolean is_deleted);
void tl_session_drop_interrupted (TlSession *self, TlRun *run);
void tl_member_free (gpointer data);

/* --- session-scribe.c ------------------------------------------------------------------------- */

/* (nullable): NULL where nothing is to be written */
TlStore *tl_session_get_writer (TlSession *self);
void tl_scribe_listen (TlMember *member);
void tl_scribe_ignore (TlMember *member);
void tl_scribe_put_run (TlMember *member);
/* What it has inherited. */
void tl_scribe_put_journal (TlMember *member);
void tl_scribe_put_exploration (TlSession *self, TlExploration *exploration);
void tl_scribe_put_order (TlSession *self, TlExploration *exploration);
/* (transfer full): the name of its order among the facts of the file */
char *tl_scribe_make_order_key (gint64 exploration);
/* What goes on and may go on from a checkpoint is paused, in the file, at its last one. */
void tl_scribe_settle (TlMember *member);
/* Everything that waits for its second. */
void tl_scribe_flush (TlSession *self);
/* All that was said is in the file now. */
void tl_scribe_forget_unsaved (TlSession *self);

/* --- session-checkpoints.c -------------------------------------------------------------------- */

/* Adds to the list, if somebody has asked for it. */
void tl_session_list_checkpoint (TlMember *member, const TlCheckpointValues *values);
/* What the picture of a checkpoint says of it. */
void tl_session_list_picture (TlMember *member, TlFrame *frame);
/* Those that were thinned vanish. */
void tl_session_relist_checkpoints (TlSession *self);
void tl_session_keep_for_fork (TlSession *self, TlRun *parent, guint64 iteration);

/* --- session-open.c --------------------------------------------------------------------------- */

/* What somebody else has written before the file was taken over. */
void tl_session_reload (TlSession *self);

/* --- session-upkeep.c ------------------------------------------------------------------------- */

/* The file is made, if there is none yet. */
gboolean tl_session_ensure_file (TlSession *self, TlPrompt *prompt, GError **error);
/* (transfer full): a file that does not exist, in the folder of the session */
char *tl_session_make_path (TlSession *self, const char *title);
void tl_session_check_budget (TlSession *self);
void tl_session_put_budget (TlSession *self);

/* --- session-room.c --------------------------------------------------------------------------- */

void tl_session_check_room (TlSession *self);
/* Bytes that thinning is to leave in the file. */
guint64 tl_session_get_thinning_goal (TlSession *self);

G_END_DECLS
