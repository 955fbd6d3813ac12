/* selection.c - what the window shows of the selected run
 *
 * Its picture, live or as it was, its fields and its line of status. Pictures that are not in
 * memory are read from the session's file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include "core/session/journal.h"
#include "core/session/session-checkpoints.h"

void
tl_window_update_status (TlWindow *self)
{
  TlRun *run = tl_window_get_run (self);
  TlBackend *backend = run != NULL ? tl_work_find_backend (self->work, run) : NULL;
  g_autofree char *many = run == NULL ? tl_explore_page_dup_status (self->explore_page) : NULL;

  tl_status_line_set_many (self->status, many);
  tl_status_line_show (self->status, run,
                       backend != NULL ? backend : tl_work_get_backend (self->work),
                       tl_steer_pane_get_n_iterations (self->pane));
}

/* --- Pictures from the file ------------------------------------------------------------------ */

typedef struct
{
  TlWindow *window;
  TlRun *run;
  gboolean is_past;
  GCancellable *cancellable;
} Look;

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Look *look = user_data;
  g_autoptr (TlWindow) self = look->window;
  g_autoptr (TlRun) run = look->run;
  g_autoptr (GCancellable) cancellable = look->cancellable;
  /* A run of which no picture was kept yet shows none. */
  g_autoptr (TlFrame) frame = tl_session_load_frame_finish (TL_SESSION (source), result, NULL);
  gboolean is_past = look->is_past;

  g_free (look);
  if (frame == NULL || self->pictures == NULL || g_cancellable_is_cancelled (cancellable)
      || tl_window_get_run (self) != run)
    return;
  if (is_past)
    tl_steer_page_set_past (self->page, frame);
  else
    tl_steer_page_set_run (self->page, run, frame);
}

void
tl_window_stop_looking (TlWindow *self)
{
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
}

static void
look (TlWindow *self, TlRun *run, guint64 iteration, gboolean is_past)
{
  Look *look = g_new (Look, 1);

  tl_window_stop_looking (self);
  self->looking = g_cancellable_new ();
  *look = (Look){ g_object_ref (self), g_object_ref (run), is_past, g_object_ref (self->looking) };
  tl_session_load_frame_async (self->session, run, iteration, FALSE, self->looking, looked_cb,
                               look);
}

/* The scale of checkpoints stands elsewhere. */
void
tl_window_moved (TlWindow *self)
{
  TlRun *run = tl_window_get_run (self);
  guint64 iteration = tl_window_get_iteration (self);

  if (run == NULL)
    return;
  if (tl_window_is_past (self))
    {
      const TlJournalEntry *entry = tl_journal_find (tl_run_get_journal (run), iteration);

      look (self, run, iteration, TRUE);
      tl_steer_pane_set_past (self->pane, entry != NULL ? entry->steer : NULL);
    }
  else
    {
      g_autoptr (TlFrame) frame = tl_run_dup_frame (run);

      tl_window_stop_looking (self);
      tl_steer_page_set_past (self->page, NULL);
      tl_steer_pane_set_past (self->pane, NULL);
      if (frame == NULL)
        look (self, run, tl_run_get_iteration (run), FALSE);
    }
  tl_window_update_actions (self);
}

/* --- The selected run ------------------------------------------------------------------------ */

void
tl_window_fill_fields (TlWindow *self, TlRun *run)
{
  TlStart *start = tl_run_get_start (run);

  if (tl_steer_pane_is_written (self->pane))
    tl_steer_pane_remember (self->pane);
  tl_steer_pane_use_start (self->pane, start);
  tl_steer_pane_use_seed (self->pane, tl_start_get_values (start)->seed, FALSE);
  tl_steer_pane_use_steer (self->pane, tl_run_get_steer (run));
}

void
tl_window_selected_changed (TlWindow *self)
{
  TlRun *run = tl_window_get_run (self);
  g_autoptr (TlFrame) frame = run != NULL ? tl_run_dup_frame (run) : NULL;

  tl_window_stop_looking (self);
  if (run != NULL && !self->keeps_fields)
    tl_window_fill_fields (self, run);
  tl_steer_pane_set_run (self->pane, run);
  tl_steer_page_set_run (self->page, run, NULL);
  if (run != NULL && frame == NULL)
    look (self, run, tl_run_get_iteration (run), FALSE);
  tl_explore_page_follow (self->explore_page, run);
  tl_work_set_focus (self->work, run);
  tl_window_update_status (self);
  tl_window_update_actions (self);
}

static TlExploration *
find_exploration (TlWindow *self, gint64 id)
{
  GListModel *explorations = tl_session_get_explorations (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (explorations); i++)
    {
      g_autoptr (TlExploration) exploration = g_list_model_get_item (explorations, i);

      if (tl_exploration_get_id (exploration) == id)
        return exploration;
    }
  return NULL;
}

void
tl_window_show_run (TlWindow *self, gint64 id)
{
  TlRun *run = tl_session_find_run (self->session, id);
  TlExploration *exploration;

  self->shown_when_opened = self->opening->len > 0 ? id : 0;
  if (run == NULL || self->shown_when_opened > 0)
    return;
  exploration = find_exploration (self, tl_run_get_origin (run)->exploration);
  if (exploration != NULL && tl_run_get_iteration (run) <= tl_run_get_origin (run)->hold)
    {
      tl_explore_page_show (self->explore_page, exploration);
      tl_window_show_view (self, "explore");
    }
  else
    tl_window_show_view (self, "steer");
  tl_session_set_selected (self->session, run);
}

/* A candidate that is selected is looked at; what is being written for the next ones stays. */
void
tl_window_candidates_selected (TlWindow *self)
{
  g_autoptr (GPtrArray) selected = tl_explore_page_dup_selected (self->explore_page);

  if (self->pictures == NULL)
    return;
  if (selected->len == 1)
    {
      self->keeps_fields = tl_steer_pane_is_written (self->pane);
      tl_session_set_selected (self->session, g_ptr_array_index (selected, 0));
      self->keeps_fields = FALSE;
    }
  tl_window_judge (self);
  tl_window_update_actions (self);
}
