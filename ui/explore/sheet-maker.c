/* sheet-maker.c - a contact sheet of runs, gathered and drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/sheet-maker.h"

#include "core/base/error.h"
#include "core/export/sheet.h"
#include "core/session/session-checkpoints.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  TlSession *session;
  GPtrArray *runs;
  char *title;
  char *judge; /* (nullable) */
  guint n_gathered;
  GArray *cells; /* TlSheetCell */
} Sheet;

static void
cell_clear (gpointer data)
{
  tl_frame_unref (((TlSheetCell *) data)->frame);
}

static void
sheet_free (gpointer data)
{
  Sheet *self = data;

  g_object_unref (self->session);
  g_ptr_array_unref (self->runs);
  g_free (self->title);
  g_free (self->judge);
  g_array_unref (self->cells);
  g_free (self);
}

static void
draw (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Sheet *self = data;
  GError *error = NULL;
  TlFrame *frame;

  if (self->cells->len == 0)
    {
      tl_error_set (&error, TL_ERROR_MISSING, _ ("There are no pictures to put on a sheet yet."));
      g_task_return_error (task, error);
      return;
    }
  frame = tl_sheet_draw ((const TlSheetCell *) (gconstpointer) self->cells->data, self->cells->len,
                         self->title, &error);
  if (frame == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, frame, (GDestroyNotify) tl_frame_unref);
}

/* @frame is taken. */
static void
add_cell (Sheet *self, TlRun *run, TlFrame *frame)
{
  const TlSheetCell cell = { .frame = frame,
                             .seed = tl_start_get_values (tl_run_get_start (run))->seed,
                             .similarity = tl_frame_get_similarity (frame),
                             .judge = self->judge != NULL
                                        ? tl_run_get_score (run, self->judge, NULL)
                                        : NAN };

  g_array_append_val (self->cells, cell);
}

/* FALSE if the next one is not in memory; one after the other, so that they stay in order. */
static gboolean
gather (Sheet *self)
{
  for (; self->n_gathered < self->runs->len; self->n_gathered++)
    {
      TlRun *run = g_ptr_array_index (self->runs, self->n_gathered);
      TlFrame *frame = tl_run_dup_frame (run);

      if (frame == NULL)
        return FALSE;
      add_cell (self, run, frame);
    }
  return TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Sheet *self = g_task_get_task_data (task);
  TlRun *run = g_ptr_array_index (self->runs, self->n_gathered);
  /* Without a picture it is not on the sheet. */
  TlFrame *frame = tl_session_load_frame_finish (TL_SESSION (source), result, NULL);

  if (frame != NULL)
    add_cell (self, run, frame);
  self->n_gathered++;
  if (gather (self))
    g_task_run_in_thread (task, draw);
  else
    {
      run = g_ptr_array_index (self->runs, self->n_gathered);
      tl_session_load_frame_async (self->session, run, tl_run_get_iteration (run), FALSE, NULL,
                                   loaded_cb, g_object_ref (task));
    }
}

void
tl_sheet_make_async (TlSession *session, GPtrArray *runs, const char *title, const char *judge,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Sheet *self = g_new0 (Sheet, 1);
  TlRun *run;

  self->session = g_object_ref (session);
  self->runs = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < runs->len; i++)
    g_ptr_array_add (self->runs, g_object_ref (g_ptr_array_index (runs, i)));
  self->title = g_strdup (title);
  self->judge = g_strdup (judge);
  self->cells = g_array_new (FALSE, FALSE, sizeof (TlSheetCell));
  g_array_set_clear_func (self->cells, cell_clear);
  g_task_set_task_data (task, self, sheet_free);
  if (gather (self))
    {
      g_task_run_in_thread (task, draw);
      return;
    }
  run = g_ptr_array_index (self->runs, self->n_gathered);
  tl_session_load_frame_async (session, run, tl_run_get_iteration (run), FALSE, NULL, loaded_cb,
                               g_object_ref (task));
}

TlFrame *
tl_sheet_make_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
