/* session-load.c - states and pictures, as they are asked for
 *
 * A question goes up the line of ancestors: a chain of (run, iteration at most), the run itself
 * first. What is still on its way to the file is looked at too, and answers where it is newer: when
 * the disk is full, the newest state is nowhere else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/frame-file.h"
#include "core/session/picture.h"
#include "core/session/session-checkpoints.h"
#include "core/session/session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* One link of the chain. */
typedef struct
{
  gint64 run;
  guint64 at_most;
} Place;

/* What is asked for; read on the store's thread. */
typedef struct
{
  GArray *chain; /* of Place */
  gboolean is_thumbnail;
} Question;

/* Where it was found. */
typedef struct
{
  guint link; /* of the chain */
  guint64 iteration;
  GBytes *state; /* or frame */
  TlFrame *frame;
} Found;

/* What is found on its way to the file, until the file has answered. */
typedef struct
{
  Found *unsaved; /* (nullable) */
  gboolean is_thumbnail;
} Waiting;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_array_unref (question->chain);
  g_free (question);
}

static void
found_free (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->state, g_bytes_unref);
  g_clear_pointer (&found->frame, tl_frame_unref);
  g_free (found);
}

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_clear_pointer (&waiting->unsaved, found_free);
  g_free (waiting);
}

static GArray *
make_chain (TlRun *run, guint64 at_most)
{
  GArray *chain = g_array_new (FALSE, FALSE, sizeof (Place));

  while (run != NULL)
    {
      const TlRunOrigin *origin = tl_run_get_origin (run);
      const Place place = { origin->id, MIN (at_most, G_MAXINT64) };

      g_array_append_val (chain, place);
      at_most = MIN (at_most, origin->parent_iteration);
      run = origin->continues_parent ? origin->parent : NULL;
    }
  return chain;
}

/* --- in the file ------------------------------------------------------------------------------ */

typedef gboolean (*ReadPlace) (TlDatabase *database, const Place *place, gboolean is_thumbnail,
                               Found *found, GError **error);

static gpointer
read_chain (TlDatabase *database, const Question *question, ReadPlace read_place, GError **error)
{
  g_autoptr (GError) reason = NULL;
  Found found = { 0 };

  for (; found.link < question->chain->len; found.link++)
    {
      const Place *place = &g_array_index (question->chain, Place, found.link);

      g_clear_error (&reason);
      if (read_place (database, place, question->is_thumbnail, &found, &reason))
        return g_memdup2 (&found, sizeof found);
      if (!g_error_matches (reason, TL_ERROR, TL_ERROR_MISSING))
        break;
    }
  g_propagate_error (error, g_steal_pointer (&reason));
  return NULL;
}

static gboolean
read_state_at (TlDatabase *database, const Place *place, gboolean is_thumbnail, Found *found,
               GError **error)
{
  found->state =
    tl_database_get_state (database, place->run, place->at_most, &found->iteration, error);
  return found->state != NULL;
}

static gpointer
read_state (TlDatabase *database, gconstpointer data, GError **error)
{
  return read_chain (database, data, read_state_at, error);
}

static TlFrame *
name_frame (TlFrame *frame, guint64 iteration, gdouble similarity)
{
  return tl_frame_new (tl_frame_get_width (frame), tl_frame_get_height (frame),
                       tl_frame_get_stride (frame), tl_frame_get_pixels (frame), iteration,
                       similarity);
}

static gdouble
find_similarity (TlDatabase *database, gint64 run, guint64 iteration)
{
  /* Without the list the number is unknown, and the picture is still worth showing. */
  g_autoptr (GPtrArray) checkpoints = tl_database_list_checkpoints (database, run, NULL);

  for (guint i = 0; checkpoints != NULL && i < checkpoints->len; i++)
    if (tl_checkpoint_get_iteration (checkpoints->pdata[i]) == iteration)
      return tl_checkpoint_get_similarity (checkpoints->pdata[i]);
  return NAN;
}

static gboolean
read_frame_at (TlDatabase *database, const Place *place, gboolean is_thumbnail, Found *found,
               GError **error)
{
  g_autoptr (GBytes) png = NULL;
  g_autoptr (TlFrame) frame = NULL;

  if (is_thumbnail)
    png =
      tl_database_get_thumbnail (database, place->run, place->at_most, &found->iteration, error);
  else
    png = tl_database_get_frame (database, place->run, place->at_most, &found->iteration, error);
  if (png != NULL)
    frame = tl_picture_read (png, _ ("A picture of this session"), error);
  if (frame == NULL)
    return FALSE;

  found->frame =
    name_frame (frame, found->iteration, find_similarity (database, place->run, found->iteration));
  return TRUE;
}

static gpointer
read_frame (TlDatabase *database, gconstpointer data, GError **error)
{
  return read_chain (database, data, read_frame_at, error);
}

/* --- on the way there ------------------------------------------------------------------------- */

static void
take_state (TlMember *member, guint64 at_most, Found *found)
{
  for (guint i = 0; i < member->unsaved_states->len; i++)
    {
      const TlCheckpointValues *values = member->unsaved_states->pdata[i];

      if (values->iteration > at_most
          || (found->state != NULL && values->iteration < found->iteration))
        continue;
      g_clear_pointer (&found->state, g_bytes_unref);
      found->state = g_bytes_ref (values->state);
      found->iteration = values->iteration;
    }
}

static void
take_frame (TlMember *member, guint64 at_most, Found *found)
{
  for (guint i = 0; i < member->unsaved_frames->len; i++)
    {
      TlFrame *frame = member->unsaved_frames->pdata[i];

      if (tl_frame_get_iteration (frame) > at_most
          || (found->frame != NULL && tl_frame_get_iteration (frame) < found->iteration))
        continue;
      g_clear_pointer (&found->frame, tl_frame_unref);
      found->frame = tl_frame_ref (frame);
      found->iteration = tl_frame_get_iteration (frame);
    }
}

typedef void (*TakeUnsaved) (TlMember *member, guint64 at_most, Found *found);

/* (transfer full) (nullable) */
static Found *
find_unsaved (TlSession *self, GArray *chain, TakeUnsaved take)
{
  Found found = { 0 };

  for (; found.link < chain->len; found.link++)
    {
      const Place *place = &g_array_index (chain, Place, found.link);
      TlMember *member = tl_session_find_member (self, place->run);

      if (member != NULL)
        take (member, place->at_most, &found);
      if (found.state != NULL || found.frame != NULL)
        return g_memdup2 (&found, sizeof found);
    }
  return NULL;
}

/* --- asking ----------------------------------------------------------------------------------- */

static gboolean
is_newer (const Found *a, const Found *b)
{
  return b == NULL || a->link < b->link || (a->link == b->link && a->iteration > b->iteration);
}

/* As the file would have it. */
static gboolean
shrink (Found *found, GError **error)
{
  g_autoptr (GBytes) png = NULL, thumbnail = NULL;
  g_autoptr (TlFrame) small = NULL, frame = g_steal_pointer (&found->frame);

  if (!tl_frame_encode (frame, &png, &thumbnail, error))
    return FALSE;
  small = tl_picture_read (thumbnail, _ ("A picture of this session"), error);
  if (small == NULL)
    return FALSE;

  found->frame = name_frame (small, found->iteration, tl_frame_get_similarity (frame));
  return TRUE;
}

static void
on_read_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  Waiting *waiting = g_task_get_task_data (task);
  Found *found = tl_store_read_finish (TL_STORE (object), result, &error);

  if (waiting->unsaved != NULL && is_newer (waiting->unsaved, found))
    {
      g_clear_error (&error);
      g_clear_pointer (&found, found_free);
      found = g_steal_pointer (&waiting->unsaved);
      if (waiting->is_thumbnail && found->frame != NULL && !shrink (found, &error))
        g_clear_pointer (&found, found_free);
    }
  if (found != NULL)
    g_task_return_pointer (task, found, found_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Takes @question and @task. */
static void
ask (TlSession *self, TlReadFunc read, Question *question, TakeUnsaved take, GTask *task)
{
  Waiting *waiting = g_new (Waiting, 1);

  *waiting = (Waiting){ find_unsaved (self, question->chain, take), question->is_thumbnail };
  g_task_set_task_data (task, waiting, waiting_free);
  if (self->store != NULL && !self->is_closed)
    {
      tl_store_read_async (self->store, read, question, question_free, found_free,
                           g_task_get_cancellable (task), on_read_cb, task);
      return;
    }

  g_task_return_new_error (task, TL_ERROR, TL_ERROR_MISSING, "%s",
                           _ ("Nothing was kept of this run yet"));
  g_object_unref (task);
  question_free (question);
}

void
tl_session_load_state_async (TlSession *self, TlRun *run, guint64 iteration,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new (Question, 1);

  g_task_set_source_tag (task, tl_session_load_state_async);
  *question = (Question){ make_chain (run, iteration), FALSE };
  ask (self, read_state, question, take_state, task);
}

GBytes *
tl_session_load_state_finish (TlSession *self, GAsyncResult *result, guint64 *iteration,
                              gboolean *is_parents, GError **error)
{
  Found *found;
  GBytes *state;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return NULL;

  if (iteration != NULL)
    *iteration = found->iteration;
  if (is_parents != NULL)
    *is_parents = found->link > 0;
  state = g_steal_pointer (&found->state);
  found_free (found);
  return state;
}

void
tl_session_load_frame_async (TlSession *self, TlRun *run, guint64 iteration, gboolean is_thumbnail,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new (Question, 1);

  g_task_set_source_tag (task, tl_session_load_frame_async);
  *question = (Question){ make_chain (run, iteration), is_thumbnail };
  ask (self, read_frame, question, take_frame, task);
}

TlFrame *
tl_session_load_frame_finish (TlSession *self, GAsyncResult *result, GError **error)
{
  Found *found;
  TlFrame *frame;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return NULL;

  frame = g_steal_pointer (&found->frame);
  found_free (found);
  return frame;
}
