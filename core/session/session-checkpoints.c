/* session-checkpoints.c - which checkpoints there are, and why they are kept
 *
 * The list of a run is read when somebody first asks, and follows what is written from then on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/session-checkpoints.h"

#include "core/session/session-private.h"

#include <math.h>

/* --- the list --------------------------------------------------------------------------------- */

/* FALSE if it is to be inserted at @position. */
static gboolean
find_checkpoint (GListStore *list, guint64 iteration, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  /* New ones come last. */
  for (; n > 0; n--)
    {
      g_autoptr (TlCheckpoint) checkpoint = g_list_model_get_item (G_LIST_MODEL (list), n - 1);

      *position = n - 1;
      if (tl_checkpoint_get_iteration (checkpoint) == iteration)
        return TRUE;
      if (tl_checkpoint_get_iteration (checkpoint) < iteration)
        break;
    }
  *position = n;
  return FALSE;
}

/* (transfer none): the list holds it */
static TlCheckpoint *
get_checkpoint (GListStore *list, guint64 iteration)
{
  g_autoptr (TlCheckpoint) checkpoint = NULL;
  guint position;

  if (find_checkpoint (list, iteration, &position))
    checkpoint = g_list_model_get_item (G_LIST_MODEL (list), position);
  return checkpoint;
}

static void
put_checkpoint (GListStore *list, const TlCheckpointValues *values)
{
  TlCheckpointValues merged = *values;
  g_autoptr (TlCheckpoint) checkpoint = NULL;
  guint position;

  if (find_checkpoint (list, values->iteration, &position))
    {
      TlCheckpoint *known = get_checkpoint (list, values->iteration);

      merged.kept |= tl_checkpoint_get_kept (known);
      /* As the file does: it is kept before anybody has looked at its picture, or again. */
      if (isnan (merged.similarity))
        merged.similarity = tl_checkpoint_get_similarity (known);
      g_list_store_remove (list, position);
    }
  checkpoint = tl_checkpoint_new (&merged, g_bytes_get_size (values->state));
  g_list_store_insert (list, position, checkpoint);
}

/* --- reading it ------------------------------------------------------------------------------- */

typedef struct
{
  TlSession *session;
  gint64 run;
} Listing;

static gpointer
read_list (TlDatabase *database, gconstpointer data, GError **error)
{
  return tl_database_list_checkpoints (database, *(const gint64 *) data, error);
}

/* Both by iteration. */
static void
remove_thinned (GListStore *list, GPtrArray *found)
{
  guint n_found = found->len;

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (list)); i > 0; i--)
    {
      g_autoptr (TlCheckpoint) checkpoint = g_list_model_get_item (G_LIST_MODEL (list), i - 1);
      guint64 iteration = tl_checkpoint_get_iteration (checkpoint);

      while (n_found > 0 && tl_checkpoint_get_iteration (found->pdata[n_found - 1]) > iteration)
        n_found--;
      if (n_found == 0 || tl_checkpoint_get_iteration (found->pdata[n_found - 1]) != iteration)
        g_list_store_remove (list, i - 1);
    }
}

static void
add_found (GListStore *list, GPtrArray *found, gboolean is_all)
{
  for (guint i = 0; i < found->len; i++)
    {
      guint64 iteration = tl_checkpoint_get_iteration (found->pdata[i]);
      guint position;

      if (!find_checkpoint (list, iteration, &position))
        g_list_store_insert (list, position, found->pdata[i]);
      else if (is_all)
        tl_checkpoint_set_kept (get_checkpoint (list, iteration),
                                tl_checkpoint_get_kept (found->pdata[i]));
    }
}

static void
add_unsaved (GListStore *list, GPtrArray *unsaved)
{
  for (guint i = 0; i < unsaved->len; i++)
    {
      const TlCheckpointValues *values = unsaved->pdata[i];
      guint position;

      if (!find_checkpoint (list, values->iteration, &position))
        put_checkpoint (list, values);
    }
}

/* The answer knows all that was done, unless the disk does not take it. */
static void
apply (TlMember *member, GPtrArray *found)
{
  gboolean is_all = tl_session_get_problem (member->session) == NULL;

  if (is_all)
    remove_thinned (member->checkpoints, found);
  add_found (member->checkpoints, found, is_all);
  add_unsaved (member->checkpoints, member->unsaved_states);
}

static void
on_listed_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autofree Listing *listing = data;
  g_autoptr (TlSession) self = listing->session;
  /* The store says itself what is wrong with its file; the list then stays as it is. */
  g_autoptr (GPtrArray) found = tl_store_read_finish (TL_STORE (object), result, NULL);
  TlMember *member = tl_session_find_member (self, listing->run);

  if (member == NULL)
    return;
  /* Of several answers the last counts. */
  if (--member->n_listings == 0 && found != NULL)
    apply (member, found);
}

static void
read_checkpoints (TlMember *member)
{
  gint64 run = tl_run_get_origin (member->run)->id;
  Listing *listing;

  if (member->session->store == NULL || member->session->is_closed)
    return;

  listing = g_new (Listing, 1);
  *listing = (Listing){ g_object_ref (member->session), run };
  member->n_listings++;
  tl_store_read_async (member->session->store, read_list, g_memdup2 (&run, sizeof run), g_free,
                       (GDestroyNotify) g_ptr_array_unref, NULL, on_listed_cb, listing);
}

/* What is changed while the list is on its way may not be in it: it is read again. */
static void
reread_checkpoints (TlMember *member)
{
  if (member->n_listings > 0)
    read_checkpoints (member);
}

void
tl_session_list_checkpoint (TlMember *member, const TlCheckpointValues *values)
{
  if (member->checkpoints == NULL)
    return;

  put_checkpoint (member->checkpoints, values);
  reread_checkpoints (member);
}

void
tl_session_list_picture (TlMember *member, TlFrame *frame)
{
  TlCheckpoint *checkpoint =
    member->checkpoints != NULL
      ? get_checkpoint (member->checkpoints, tl_frame_get_iteration (frame))
      : NULL;

  if (checkpoint == NULL || isnan (tl_frame_get_similarity (frame)))
    return;

  tl_checkpoint_set_similarity (checkpoint, tl_frame_get_similarity (frame));
  reread_checkpoints (member);
}

GListModel *
tl_session_get_checkpoints (TlSession *self, TlRun *run)
{
  TlMember *member = tl_session_get_member (self, run);

  g_return_val_if_fail (member != NULL, NULL);

  if (member->checkpoints == NULL)
    {
      member->checkpoints = g_list_store_new (TL_TYPE_CHECKPOINT);
      read_checkpoints (member);
    }
  return G_LIST_MODEL (member->checkpoints);
}

gboolean
tl_session_get_last_kept (TlSession *self, TlRun *run, guint64 *iteration)
{
  TlMember *member = tl_session_get_member (self, run);

  g_return_val_if_fail (member != NULL, FALSE);

  *iteration = member->last_kept;
  return member->has_kept;
}

void
tl_session_relist_checkpoints (TlSession *self)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      TlMember *member = self->members->pdata[i];

      if (member->checkpoints != NULL)
        read_checkpoints (member);
    }
}

/* --- why they are kept ------------------------------------------------------------------------ */

typedef struct
{
  gint64 run;
  guint64 iteration;
  TlKept add, remove;
} Keep;

/* On the store's thread, since only the file knows for sure what there was. */
static gboolean
write_kept (TlDatabase *database, gconstpointer data, GError **error)
{
  const Keep *keep = data;
  g_autoptr (GPtrArray) checkpoints = tl_database_list_checkpoints (database, keep->run, error);

  if (checkpoints == NULL)
    return FALSE;

  for (guint i = 0; i < checkpoints->len; i++)
    if (tl_checkpoint_get_iteration (checkpoints->pdata[i]) == keep->iteration)
      {
        TlKept kept = tl_checkpoint_get_kept (checkpoints->pdata[i]);

        return tl_database_set_kept (database, keep->run, keep->iteration,
                                     (kept | keep->add) & ~keep->remove, error);
      }
  /* It was thinned, or never was one: then there is nothing to spare. */
  return TRUE;
}

static void
change_kept (TlMember *member, guint64 iteration, TlKept add, TlKept remove)
{
  TlStore *store = tl_session_get_writer (member->session);
  TlCheckpoint *checkpoint =
    member->checkpoints != NULL ? get_checkpoint (member->checkpoints, iteration) : NULL;
  Keep keep = { tl_run_get_origin (member->run)->id, iteration, add, remove };

  if (store == NULL)
    return;

  tl_store_write (store, write_kept, g_memdup2 (&keep, sizeof keep), g_free);
  if (checkpoint != NULL)
    tl_checkpoint_set_kept (checkpoint, (tl_checkpoint_get_kept (checkpoint) | add) & ~remove);
  reread_checkpoints (member);
}

void
tl_session_star_checkpoint (TlSession *self, TlRun *run, guint64 iteration, gboolean is_starred)
{
  TlMember *member = tl_session_get_member (self, run);

  g_return_if_fail (member != NULL);

  change_kept (member, iteration, is_starred ? TL_KEPT_STAR : 0, is_starred ? 0 : TL_KEPT_STAR);
}

void
tl_session_keep_for_fork (TlSession *self, TlRun *parent, guint64 iteration)
{
  change_kept (tl_session_get_member (self, parent), iteration, TL_KEPT_FORK, 0);
}
