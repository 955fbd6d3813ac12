/* session-members.c - the runs of a session, and which lists they are in
 *
 * Members are all runs of the file, deleted ones too; the lists show those that are not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/session-private.h"

#include <math.h>

TlMember *
tl_session_find_member (TlSession *self, gint64 id)
{
  guint first = 0, n = self->members->len;

  while (n > 0)
    {
      TlMember *middle = self->members->pdata[first + n / 2];
      gint64 found = tl_run_get_origin (middle->run)->id;

      if (found == id)
        return middle;
      if (found < id)
        first += n / 2 + 1;
      n = found < id ? n - n / 2 - 1 : n / 2;
    }
  return NULL;
}

TlMember *
tl_session_get_member (TlSession *self, TlRun *run)
{
  TlMember *member = tl_session_find_member (self, tl_run_get_origin (run)->id);

  return member != NULL && member->run == run ? member : NULL;
}

TlExploration *
tl_session_find_exploration (TlSession *self, gint64 id)
{
  GListModel *explorations = G_LIST_MODEL (self->explorations);

  for (guint i = 0; i < g_list_model_get_n_items (explorations); i++)
    {
      g_autoptr (TlExploration) exploration = g_list_model_get_item (explorations, i);

      /* The list holds it on. */
      if (tl_exploration_get_id (exploration) == id)
        return exploration;
    }
  return NULL;
}

static gint
compare_ids (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 left = tl_run_get_origin ((TlRun *) a)->id, right = tl_run_get_origin ((TlRun *) b)->id;

  return (left > right) - (left < right);
}

static void
list_add (GListStore *list, TlRun *run)
{
  g_list_store_insert_sorted (list, run, compare_ids, NULL);
}

static void
list_remove (GListStore *list, TlRun *run)
{
  guint position;

  if (g_list_store_find (list, run, &position))
    g_list_store_remove (list, position);
}

static gboolean
is_out (TlSession *self, TlRun *run)
{
  for (; run != NULL; run = tl_run_get_parent (run))
    if (tl_session_get_member (self, run)->is_deleted)
      return TRUE;
  return FALSE;
}

/* The flat lists. */
static void
update_lists (TlSession *self, TlMember *member)
{
  TlExploration *exploration =
    tl_session_find_exploration (self, tl_run_get_origin (member->run)->exploration);

  if (member->is_out == is_out (self, member->run))
    return;

  member->is_out = !member->is_out;
  if (member->is_out)
    list_remove (self->runs, member->run);
  else
    list_add (self->runs, member->run);
  if (exploration != NULL && member->is_out)
    tl_exploration_remove (exploration, member->run);
  else if (exploration != NULL)
    tl_exploration_add (exploration, member->run);
  if (member->is_out && self->selected == member->run)
    tl_session_set_selected (self, NULL);
}

/* The tree. */
static void
update_edge (TlSession *self, TlMember *member)
{
  TlRun *parent = tl_run_get_parent (member->run);

  if (parent != NULL && member->is_deleted)
    tl_run_remove_child (parent, member->run);
  else if (parent != NULL)
    tl_run_add_child (parent, member->run);
  else if (member->is_deleted)
    list_remove (self->roots, member->run);
  else
    list_add (self->roots, member->run);
}

/* By id: what was made elsewhere may be heard of late. */
static void
insert_member (TlSession *self, TlMember *member)
{
  guint position = self->members->len;
  gint64 id = tl_run_get_origin (member->run)->id;

  while (position > 0
         && tl_run_get_origin (((TlMember *) self->members->pdata[position - 1])->run)->id > id)
    position--;
  g_ptr_array_insert (self->members, (gint) position, member);
}

static void
free_values (gpointer data)
{
  TlCheckpointValues *values = data;

  g_bytes_unref (values->state);
  g_free (values);
}

TlMember *
tl_session_take_member (TlSession *self, TlRun *run, gboolean is_deleted)
{
  const TlRunOrigin *origin = tl_run_get_origin (run);
  TlMember *member = g_new0 (TlMember, 1);

  member->session = self;
  member->run = g_object_ref (run);
  member->is_deleted = is_deleted;
  member->is_out = TRUE;
  member->state = tl_run_get_state (run);
  member->kept_similarity = NAN;
  member->unsaved_states = g_ptr_array_new_with_free_func (free_values);
  member->unsaved_frames = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_frame_unref);
  insert_member (self, member);
  self->last_run = MAX (self->last_run, origin->id);

  tl_scribe_listen (member);
  /* A run joins its parent's children by itself. */
  if (is_deleted || origin->parent == NULL)
    update_edge (self, member);
  update_lists (self, member);
  return member;
}

static void
on_keeps_best_half_cb (TlExploration *exploration, GParamSpec *pspec, TlSession *self)
{
  tl_scribe_put_exploration (self, exploration);
}

static void
on_order_cb (TlExploration *exploration, GParamSpec *pspec, TlSession *self)
{
  tl_scribe_put_order (self, exploration);
}

void
tl_session_take_exploration (TlSession *self, TlExploration *exploration)
{
  self->last_exploration = MAX (self->last_exploration, tl_exploration_get_id (exploration));
  g_signal_connect_object (exploration, "notify::keeps-best-half",
                           G_CALLBACK (on_keeps_best_half_cb), self, 0);
  g_signal_connect_object (exploration, "notify::order", G_CALLBACK (on_order_cb), self, 0);
  g_list_store_append (self->explorations, exploration);
  g_object_unref (exploration);
}

void
tl_session_set_deleted (TlSession *self, TlMember *member, gboolean is_deleted)
{
  if (member->is_deleted == is_deleted)
    return;

  member->is_deleted = is_deleted;
  update_edge (self, member);
  for (guint i = 0; i < self->members->len; i++)
    update_lists (self, self->members->pdata[i]);
  /* What is out is not asked for. */
  if (self->interrupted->len > 0 && !self->is_restoring)
    tl_session_emit_interrupted_changed (self);
}

void
tl_session_drop_interrupted (TlSession *self, TlRun *run)
{
  if (g_ptr_array_remove (self->interrupted, run))
    tl_session_emit_interrupted_changed (self);
}

void
tl_member_free (gpointer data)
{
  TlMember *member = data;

  tl_scribe_ignore (member);
  g_object_unref (member->run);
  g_clear_pointer (&member->maker, tl_maker_free);
  g_clear_pointer (&member->last_turn.steer, tl_steer_unref);
  g_clear_object (&member->checkpoints);
  g_ptr_array_unref (member->unsaved_states);
  g_ptr_array_unref (member->unsaved_frames);
  g_free (member);
}

guint64
tl_session_get_torn (TlSession *self, TlRun *run)
{
  TlMember *member = tl_session_get_member (self, run);

  return member != NULL ? member->torn : 0;
}
