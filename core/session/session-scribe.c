/* session-scribe.c - what runs say, written down
 *
 * Each signal of a run becomes a fact for the store. That it went on another iteration is no fact
 * worth a transaction: such news wait for up to a second, or for the next that matters. What is on
 * its way to the file is kept here until it is there, so that it can be asked for meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/session-private.h"

#include <math.h>
#include <string.h>

#define FLUSH_MS 1000

static gboolean
has_active (TlSession *self)
{
  for (guint i = 0; i < self->members->len; i++)
    if (tl_run_is_active (((TlMember *) self->members->pdata[i])->run))
      return TRUE;
  return FALSE;
}

/* What was taken over while something was on its way to it takes no more, but the copy does in
 * which this session may go on: what comes later waits for it too, behind what waits already. What
 * was found damaged meanwhile is left as well, with what goes on to be kept first. */
static gboolean
takes_facts (TlSession *self)
{
  switch (tl_store_get_access (self->store))
    {
    case TL_ACCESS_WRITE:
      return TRUE;
    case TL_ACCESS_TAKEN:
      return tl_store_get_n_pending (self->store) > 0;
    case TL_ACCESS_READ:
      return tl_store_was_writable (self->store)
             && (tl_store_get_n_pending (self->store) > 0 || has_active (self));
    case TL_ACCESS_NEWER:
    default:
      return FALSE;
    }
}

TlStore *
tl_session_get_writer (TlSession *self)
{
  if (self->store == NULL || self->is_closed || !takes_facts (self))
    return NULL;
  return self->store;
}

/* (nullable): nothing of this run is to be written now */
static TlStore *
get_writer (TlMember *member)
{
  return member->session->is_restoring ? NULL : tl_session_get_writer (member->session);
}

static gint64
get_id (const TlMember *member)
{
  return tl_run_get_origin (member->run)->id;
}

/* --- the run ---------------------------------------------------------------------------------- */

void
tl_scribe_put_run (TlMember *member)
{
  const TlRunOrigin *origin = tl_run_get_origin (member->run);
  TlStore *store = get_writer (member);

  if (store == NULL)
    return;

  tl_store_put_run (store,
                    &(TlRunRecord){
                      .id = origin->id,
                      .parent = origin->parent != NULL ? tl_run_get_origin (origin->parent)->id : 0,
                      .parent_iteration = origin->parent_iteration,
                      .continues_parent = origin->continues_parent,
                      .exploration = origin->exploration,
                      .hold = origin->hold,
                      .start = tl_run_get_start (member->run),
                      .maker = (TlMaker *) tl_run_get_maker (member->run),
                      .name = (char *) tl_run_get_name (member->run),
                      .note = (char *) tl_run_get_note (member->run),
                      .change = (char *) origin->change,
                      .mark = tl_run_get_mark (member->run),
                      .is_deleted = member->is_deleted,
                      .state = member->state,
                      .iteration = tl_run_get_iteration (member->run),
                      .similarity = tl_run_get_similarity (member->run),
                      .created = origin->created,
                    });
}

/* A run that goes on from a damaged state may be steered otherwise this time: what its children
 * have of its past must stay theirs. */
void
tl_scribe_put_journal (TlMember *member)
{
  GArray *journal = tl_run_get_journal (member->run);
  TlStore *store = get_writer (member);

  for (guint i = 0; store != NULL && i < journal->len; i++)
    tl_store_put_turn (store, get_id (member), &g_array_index (journal, TlJournalEntry, i));
}

void
tl_scribe_put_exploration (TlSession *self, TlExploration *exploration)
{
  TlStore *store = tl_session_get_writer (self);

  if (store != NULL && !self->is_restoring)
    tl_store_put_exploration (store, tl_exploration_get_record (exploration));
}

char *
tl_scribe_make_order_key (gint64 exploration)
{
  return g_strdup_printf ("order:%" G_GINT64_FORMAT, exploration);
}

void
tl_scribe_put_order (TlSession *self, TlExploration *exploration)
{
  TlStore *store = tl_session_get_writer (self);
  g_autofree char *key = tl_scribe_make_order_key (tl_exploration_get_id (exploration));

  if (store != NULL && !self->is_restoring)
    tl_store_set_meta (store, key, tl_exploration_get_order (exploration));
}

static gboolean
is_same_model (const TlModelName *a, const TlModelName *b)
{
  return strcmp (a->name, b->name) == 0 && strcmp (a->sha256, b->sha256) == 0;
}

static gboolean
is_same_maker (const TlMaker *a, const TlMaker *b)
{
  return a != NULL && b != NULL && is_same_model (&a->vqgan, &b->vqgan)
         && is_same_model (&a->clip, &b->clip) && strcmp (a->precision, b->precision) == 0
         && strcmp (a->device, b->device) == 0 && a->n_threads == b->n_threads;
}

/* The engine says it before it says anything else that matters. */
static void
put_maker (TlMember *member)
{
  const TlMaker *maker = tl_run_get_maker (member->run);

  if (maker == NULL || is_same_maker (maker, member->maker))
    return;

  g_clear_pointer (&member->maker, tl_maker_free);
  member->maker = tl_maker_copy (maker);
  tl_scribe_put_run (member);
}

static void
on_named_cb (TlRun *run, GParamSpec *pspec, TlMember *member)
{
  tl_scribe_put_run (member);
}

/* --- how far it is ---------------------------------------------------------------------------- */

static void
put_progress (TlMember *member)
{
  TlStore *store = get_writer (member);

  member->is_dirty = FALSE;
  if (store != NULL)
    tl_store_put_progress (store, get_id (member), member->state,
                           tl_run_get_iteration (member->run), tl_run_get_similarity (member->run));
}

void
tl_scribe_flush (TlSession *self)
{
  g_clear_handle_id (&self->flush_source, g_source_remove);
  for (guint i = 0; i < self->members->len; i++)
    {
      TlMember *member = self->members->pdata[i];

      if (member->is_dirty)
        put_progress (member);
    }
}

static gboolean
flush_cb (gpointer data)
{
  TlSession *self = data;

  self->flush_source = 0;
  tl_scribe_flush (self);
  return G_SOURCE_REMOVE;
}

static void
on_progress_cb (TlRun *run, GParamSpec *pspec, TlMember *member)
{
  TlSession *self = member->session;

  if (get_writer (member) == NULL)
    return;

  member->is_dirty = TRUE;
  if (self->flush_source == 0)
    self->flush_source = g_timeout_add (FLUSH_MS, flush_cb, self);
}

static gboolean
is_going (TlRunState state)
{
  return state == TL_RUN_STARTING || state == TL_RUN_RUNNING;
}

void
tl_scribe_settle (TlMember *member)
{
  TlStore *store = get_writer (member);

  /* What was lost of one that has no checkpoint, its next reader shall hear; nothing was of one
   * that was only about to go on. */
  if (store == NULL || !is_going (member->state)
      || (member->state == TL_RUN_RUNNING && !member->has_kept))
    return;

  member->state = TL_RUN_PAUSED;
  member->is_dirty = FALSE;
  /* One that was about to go on stands where it stood. */
  if (!member->has_kept)
    {
      member->last_kept = tl_run_get_iteration (member->run);
      member->kept_similarity = tl_run_get_similarity (member->run);
    }
  tl_store_put_progress (store, get_id (member), TL_RUN_PAUSED, member->last_kept,
                         member->kept_similarity);
}

static void
on_state_cb (TlRun *run, GParamSpec *pspec, TlMember *member)
{
  TlRunState state = tl_run_get_state (run);

  if (member->session->is_restoring)
    return;
  /* The engine has let go of it, which undoes nothing. */
  if (state == TL_RUN_NEW)
    {
      tl_scribe_settle (member);
      return;
    }

  member->state = state;
  put_maker (member);
  put_progress (member);
  if (is_going (state))
    tl_session_drop_interrupted (member->session, run);
}

/* --- what is kept of it ----------------------------------------------------------------------- */

static gboolean
is_same_turn (const TlJournalEntry *a, const TlJournalEntry *b)
{
  return a->iteration == b->iteration && a->turn == b->turn && a->jitter.sigma == b->jitter.sigma
         && a->jitter.index == b->jitter.index && tl_steer_equal (a->steer, b->steer);
}

static void
on_turned_cb (TlRun *run, const TlJournalEntry *entry, TlMember *member)
{
  TlStore *store = get_writer (member);

  /* What is repeated says again what its run was made with. */
  if (store == NULL
      || (member->last_turn.steer != NULL && is_same_turn (entry, &member->last_turn)))
    return;

  g_clear_pointer (&member->last_turn.steer, tl_steer_unref);
  member->last_turn = *entry;
  tl_steer_ref (entry->steer);
  tl_store_put_turn (store, get_id (member), entry);
}

static TlCheckpointValues *
copy_values (const TlCheckpointValues *values)
{
  TlCheckpointValues *copy = g_new (TlCheckpointValues, 1);

  *copy = *values;
  g_bytes_ref (copy->state);
  return copy;
}

static void
on_kept_cb (TlRun *run, const TlCheckpointValues *values, TlMember *member)
{
  TlStore *store = get_writer (member);

  if (store == NULL)
    return;

  put_maker (member);
  member->session->largest_kept =
    MAX (member->session->largest_kept, g_bytes_get_size (values->state));
  member->has_kept = TRUE;
  if (member->last_kept != values->iteration || !isnan (values->similarity))
    member->kept_similarity = values->similarity;
  member->last_kept = values->iteration;
  g_ptr_array_add (member->unsaved_states, copy_values (values));
  tl_store_put_checkpoint (store, get_id (member), values);
  tl_session_list_checkpoint (member, values);
}

static void
on_pictured_cb (TlRun *run, TlFrame *frame, TlMember *member)
{
  TlStore *store = get_writer (member);

  if (store == NULL)
    return;

  if (tl_frame_get_iteration (frame) == member->last_kept
      && !isnan (tl_frame_get_similarity (frame)))
    member->kept_similarity = tl_frame_get_similarity (frame);
  g_ptr_array_add (member->unsaved_frames, tl_frame_ref (frame));
  tl_store_put_frame (store, get_id (member), frame);
  tl_session_list_picture (member, frame);
}

void
tl_scribe_forget_unsaved (TlSession *self)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      TlMember *member = self->members->pdata[i];

      g_ptr_array_set_size (member->unsaved_states, 0);
      g_ptr_array_set_size (member->unsaved_frames, 0);
    }
}

/* --- listening -------------------------------------------------------------------------------- */

void
tl_scribe_listen (TlMember *member)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } signals[] = {
    { "turned", G_CALLBACK (on_turned_cb) },
    { "kept", G_CALLBACK (on_kept_cb) },
    { "pictured", G_CALLBACK (on_pictured_cb) },
    { "notify::state", G_CALLBACK (on_state_cb) },
    { "notify::iteration", G_CALLBACK (on_progress_cb) },
    { "notify::similarity", G_CALLBACK (on_progress_cb) },
    { "notify::name", G_CALLBACK (on_named_cb) },
    { "notify::note", G_CALLBACK (on_named_cb) },
    { "notify::mark", G_CALLBACK (on_named_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect (member->run, signals[i].signal, signals[i].callback, member);
}

void
tl_scribe_ignore (TlMember *member)
{
  g_signal_handlers_disconnect_by_data (member->run, member);
}
