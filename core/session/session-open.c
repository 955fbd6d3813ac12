/* session-open.c - a session made of its file
 *
 * Another thread opens the file and reads what is small: runs, turns, explorations. The main thread
 * makes the objects, parents before their children, who inherit. After a take-over the same is read
 * again, and what is known already is brought up to date.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/journal.h"
#include "core/session/session-private.h"
#include "core/session/title.h"

#include <math.h>

/* More than anybody has made one by one. */
#define ID_GAP 1000000

/* What a run is in the file. */
typedef struct
{
  TlRunRecord *record;
  GArray *turns;      /* its own */
  TlCheckpoint *last; /* (nullable): of a run that was going on: its last that is whole */
  guint64 torn;       /* iteration of its very last, if that is not; 0: it is */
  GPtrArray *scores;
} Row;

typedef struct
{
  TlDatabase *database; /* (nullable): the store's already */
  GPtrArray *rows;      /* of Row, by id */
  GPtrArray *explorations;
  GPtrArray *orders;               /* of char* (nullable): how each of them is laid out */
  char *title, *selected, *budget; /* (nullable) */
} Contents;

static void
row_free (gpointer data)
{
  Row *row = data;

  tl_run_record_free (row->record);
  g_array_unref (row->turns);
  g_clear_object (&row->last);
  g_clear_pointer (&row->scores, g_ptr_array_unref);
  g_free (row);
}

static void
contents_free (gpointer data)
{
  Contents *contents = data;

  g_clear_pointer (&contents->database, tl_database_close);
  g_ptr_array_unref (contents->rows);
  g_clear_pointer (&contents->explorations, g_ptr_array_unref);
  g_ptr_array_unref (contents->orders);
  g_free (contents->title);
  g_free (contents->selected);
  g_free (contents->budget);
  g_free (contents);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Contents, contents_free)

/* --- reading ---------------------------------------------------------------------------------- */

static gboolean
was_going (TlRunState state)
{
  return state == TL_RUN_STARTING || state == TL_RUN_RUNNING;
}

/* What a crash has torn is listed, but cannot be gone on from. */
static void
find_whole (TlDatabase *database, Row *row, GPtrArray *checkpoints)
{
  guint64 found = 0;
  /* NULL: none is whole, which the damage of the file says. */
  g_autoptr (GBytes) state =
    tl_database_get_state (database, row->record->id, G_MAXINT64, &found, NULL);

  for (guint i = checkpoints->len; state != NULL && row->last == NULL && i > 0; i--)
    if (tl_checkpoint_get_iteration (checkpoints->pdata[i - 1]) == found)
      row->last = g_object_ref (checkpoints->pdata[i - 1]);
}

static gboolean
read_last_checkpoint (TlDatabase *database, Row *row, GError **error)
{
  g_autoptr (GPtrArray) checkpoints =
    tl_database_list_checkpoints (database, row->record->id, error);

  if (checkpoints == NULL)
    return FALSE;
  if (checkpoints->len == 0)
    return TRUE;
  row->torn = tl_checkpoint_get_iteration (checkpoints->pdata[checkpoints->len - 1]);
  find_whole (database, row, checkpoints);
  if (row->last != NULL && tl_checkpoint_get_iteration (row->last) == row->torn)
    row->torn = 0;
  return TRUE;
}

/* Takes @record. */
static gboolean
read_row (TlDatabase *database, TlRunRecord *record, GPtrArray *rows, GError **error)
{
  GArray *turns = tl_database_list_turns (database, record->id, error);
  Row *row;

  if (turns == NULL)
    {
      tl_run_record_free (record);
      return FALSE;
    }

  row = g_new0 (Row, 1);
  *row = (Row){ .record = record, .turns = turns };
  g_ptr_array_add (rows, row);
  row->scores = tl_database_list_scores (database, record->id, error);
  if (row->scores == NULL)
    return FALSE;
  return !was_going (record->state) || read_last_checkpoint (database, row, error);
}

static gboolean
read_rows (TlDatabase *database, Contents *contents, GError **error)
{
  g_autoptr (GPtrArray) records = tl_database_list_runs (database, error);

  if (records == NULL)
    return FALSE;

  while (records->len > 0)
    if (!read_row (database, g_ptr_array_steal_index (records, 0), contents->rows, error))
      return FALSE;
  return TRUE;
}

static void
read_orders (TlDatabase *database, Contents *contents)
{
  for (guint i = 0; i < contents->explorations->len; i++)
    {
      const TlExplorationRecord *record = contents->explorations->pdata[i];
      g_autofree char *key = tl_scribe_make_order_key (record->id);

      g_ptr_array_add (contents->orders, tl_database_get_meta (database, key));
    }
}

static gpointer
read_contents (TlDatabase *database, gconstpointer data, GError **error)
{
  g_autoptr (Contents) contents = g_new0 (Contents, 1);

  contents->rows = g_ptr_array_new_with_free_func (row_free);
  contents->orders = g_ptr_array_new_with_free_func (g_free);
  contents->explorations = tl_database_list_explorations (database, error);
  if (contents->explorations == NULL || !read_rows (database, contents, error))
    return NULL;

  read_orders (database, contents);
  contents->title = tl_database_get_meta (database, "title");
  contents->selected = tl_database_get_meta (database, "selected");
  contents->budget = tl_database_get_meta (database, "budget");
  return g_steal_pointer (&contents);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GError) error = NULL;
  Contents *contents;

  database = tl_database_open (path, TL_DATABASE_WRITE, &error);
  contents = database != NULL ? read_contents (database, NULL, &error) : NULL;
  if (contents == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  contents->database = g_steal_pointer (&database);
  g_task_return_pointer (task, contents, contents_free);
}

/* --- making the objects ----------------------------------------------------------------------- */

/* What nobody knows how to steer is not shown: its first turn could not be read. */
static TlSteer *
get_first_steer (const Row *row)
{
  return row->turns->len > 0 ? g_array_index (row->turns, TlJournalEntry, 0).steer : NULL;
}

/* Where a run that was going on stands now. */
static guint64
get_iteration (const Row *row)
{
  const TlRunRecord *record = row->record;

  if (!was_going (record->state))
    return record->iteration;
  if (row->last != NULL)
    return tl_checkpoint_get_iteration (row->last);
  return record->continues_parent ? record->parent_iteration : 0;
}

/* Of single clauses nothing is shown. */
static void
restore_scores (TlRun *run, const Row *row)
{
  for (guint i = 0; i < row->scores->len; i++)
    {
      const TlScoreRecord *score = row->scores->pdata[i];

      if (*score->clause == '\0')
        tl_run_add_score (run, score->iteration, score->judge, score->value);
    }
}

/* Of what it shows now, which is no picture yet where nothing was kept. */
static gdouble
get_similarity (const Row *row)
{
  if (!was_going (row->record->state))
    return row->record->similarity;
  return row->last != NULL ? tl_checkpoint_get_similarity (row->last) : NAN;
}

static void
restore_run (TlRun *run, const Row *row)
{
  const TlRunRecord *record = row->record;
  TlRunState state = was_going (record->state) ? TL_RUN_PAUSED : record->state;

  tl_run_set_name (run, record->name);
  tl_run_set_note (run, record->note);
  tl_run_set_mark (run, record->mark);
  tl_run_restore (run, row->turns, record->maker, state, get_iteration (row), get_similarity (row));
  restore_scores (run, row);
}

/* A run joins the lists as what it is. */
static TlMember *
make_member (TlSession *self, const Row *row)
{
  const TlRunRecord *record = row->record;
  TlMember *parent = tl_session_find_member (self, record->parent);
  g_autoptr (TlRun) run = tl_run_new (record->start, get_first_steer (row));

  tl_run_set_origin (run, &(TlRunOrigin){
                            .id = record->id,
                            .session = self->serial,
                            .parent = parent != NULL ? parent->run : NULL,
                            .parent_iteration = record->parent_iteration,
                            .continues_parent = parent != NULL && record->continues_parent,
                            .exploration = record->exploration,
                            .hold = record->hold,
                            .created = record->created,
                            .change = record->change,
                          });
  restore_run (run, row);
  return tl_session_take_member (self, run, record->is_deleted);
}

/* What ended well was kept where it stands, so that none of its states need be read. */
static void
note_kept (TlMember *member, const Row *row)
{
  const TlRunRecord *record = row->record;
  gboolean was_kept = record->iteration > 0
                      && (record->state == TL_RUN_PAUSED || record->state == TL_RUN_HELD
                          || record->state == TL_RUN_STOPPED || record->state == TL_RUN_FINISHED);

  member->has_kept = row->last != NULL || was_kept;
  member->last_kept = was_kept ? record->iteration : 0;
  member->kept_similarity = was_kept ? record->similarity : NAN;
  if (row->last == NULL)
    return;
  member->last_kept = tl_checkpoint_get_iteration (row->last);
  member->kept_similarity = tl_checkpoint_get_similarity (row->last);
}

static void
note_file (TlMember *member, const Row *row)
{
  const TlRunRecord *record = row->record;
  const TlJournalEntry *last = &g_array_index (row->turns, TlJournalEntry, row->turns->len - 1);

  member->state = record->state;
  g_clear_pointer (&member->maker, tl_maker_free);
  member->maker = record->maker != NULL ? tl_maker_copy (record->maker) : NULL;
  g_clear_pointer (&member->last_turn.steer, tl_steer_unref);
  member->last_turn = *last;
  tl_steer_ref (last->steer);
  member->torn = row->torn;
  note_kept (member, row);
}

/* Only the owner of the file may say that nobody goes on with them. */
static void
list_interrupted (TlSession *self)
{
  g_ptr_array_set_size (self->interrupted, 0);
  if (tl_session_get_access (self) != TL_ACCESS_WRITE)
    return;

  for (guint i = 0; i < self->members->len; i++)
    {
      const TlMember *member = self->members->pdata[i];

      if (was_going (member->state) && !member->is_out)
        g_ptr_array_add (self->interrupted, member->run);
    }
}

static void
restore_explorations (TlSession *self, const Contents *contents)
{
  for (guint i = 0; i < contents->explorations->len; i++)
    {
      const TlExplorationRecord *record = contents->explorations->pdata[i];
      TlExploration *known = tl_session_find_exploration (self, record->id);

      if (known != NULL)
        tl_exploration_set_keeps_best_half (known, record->keeps_best_half);
      else
        tl_session_take_exploration (self, known = tl_exploration_new (record));
      tl_exploration_set_order (known, contents->orders->pdata[i]);
    }
}

/* What is new must not be taken for what is out of sight, and has ids too. */
static void
leave_room (TlSession *self)
{
  self->last_run += ID_GAP;
  self->last_exploration += ID_GAP;
}

static void
restore_meta (TlSession *self, const Contents *contents)
{
  gint64 selected = contents->selected != NULL ? g_ascii_strtoll (contents->selected, NULL, 10) : 0;

  g_free (self->title);
  self->title = contents->title != NULL ? g_strdup (contents->title)
                                        : tl_title_from_path (tl_session_get_path (self));
  if (contents->budget != NULL)
    self->budget = g_ascii_strtoull (contents->budget, NULL, 10);
  tl_session_set_selected (self, tl_session_find_run (self, selected));
  tl_session_notify (self, TL_SESSION_PROP_TITLE);
  tl_session_notify (self, TL_SESSION_PROP_BUDGET);
}

static void
restore_row (TlSession *self, const Row *row)
{
  TlMember *member = tl_session_find_member (self, row->record->id);

  /* A run of which the file has no turn, for a program that was killed between both, is none; its
   * number is taken all the same. */
  self->last_run = MAX (self->last_run, row->record->id);
  if (get_first_steer (row) == NULL)
    return;
  /* What goes on here knows better. */
  if (member != NULL && tl_run_is_active (member->run))
    return;

  if (member != NULL)
    restore_run (member->run, row);
  else
    member = make_member (self, row);
  note_file (member, row);
  tl_session_set_deleted (self, member, row->record->is_deleted);
}

static void
set_restoring (TlSession *self, gboolean is_restoring)
{
  GListModel *explorations = tl_session_get_explorations (self);

  self->is_restoring = is_restoring;
  for (guint i = 0; i < g_list_model_get_n_items (explorations); i++)
    {
      g_autoptr (TlExploration) exploration = g_list_model_get_item (explorations, i);

      tl_exploration_set_restoring (exploration, is_restoring);
    }
}

static void
restore (TlSession *self, const Contents *contents)
{
  self->is_restoring = TRUE;
  restore_explorations (self, contents);
  set_restoring (self, TRUE);
  for (guint i = 0; i < contents->rows->len; i++)
    restore_row (self, contents->rows->pdata[i]);
  if (tl_session_get_damage (self) != NULL)
    leave_room (self);
  restore_meta (self, contents);
  set_restoring (self, FALSE);
  list_interrupted (self);
}

/* --- opening ---------------------------------------------------------------------------------- */

void
tl_session_open_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tl_session_open_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, open_in_thread);
}

TlSession *
tl_session_open_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (Contents) contents = NULL;
  g_autofree char *folder = NULL;
  TlSession *self;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  contents = g_task_propagate_pointer (G_TASK (result), error);
  if (contents == NULL)
    return NULL;

  folder = g_path_get_dirname (tl_database_get_path (contents->database));
  self = tl_session_new (folder);
  tl_session_take_database (self, g_steal_pointer (&contents->database));
  restore (self, contents);
  return self;
}

/* --- reading again ---------------------------------------------------------------------------- */

static void
on_reread_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (TlSession) self = data;
  /* The store says itself what is wrong with its file; what is shown then stays as it is. */
  g_autoptr (Contents) contents = tl_store_read_finish (TL_STORE (object), result, NULL);

  if (contents == NULL)
    return;

  restore (self, contents);
  tl_session_relist_checkpoints (self);
  tl_session_emit_interrupted_changed (self);
}

void
tl_session_reload (TlSession *self)
{
  /* A file that was just taken over gives its last news while it is given up. */
  if (self->is_closed)
    return;

  /* Whoever had it may have made runs that never came into it, and save them elsewhere. */
  leave_room (self);
  tl_store_read_async (self->store, read_contents, NULL, NULL, contents_free, NULL, on_reread_cb,
                       g_object_ref (self));
}
