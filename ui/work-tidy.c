/* work-tidy.c - runs that engines need not have any more
 *
 * A state takes megabytes and models take hundreds. What was kept of a run is in its session, from
 * where it goes on to the bit, so an engine keeps only what is going, or likely to go on soon.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/work-private.h"

static gboolean
is_listed (TlWork *self, TlRun *run)
{
  return tl_session_find_run (self->session, tl_run_get_origin (run)->id) == run;
}

/* Nobody goes on with it soon; one that is paused or failed stays at hand. */
static gboolean
is_over (TlWork *self, TlRun *run, TlBackend *backend)
{
  TlRunState state = tl_run_get_state (run);

  if (tl_run_is_active (run))
    return FALSE;
  return backend != self->backend || state == TL_RUN_FINISHED || state == TL_RUN_STOPPED
         || state == TL_RUN_HELD || tl_run_get_mark (run) == TL_MARK_REJECTED
         || !is_listed (self, run);
}

/* Its state is in the session since it halted. Its engine goes with the last run on it, unless new
 * runs are begun there. Removes the entry of @iter. */
static void
let_go (TlWork *self, TlRun *run, TlBackend *backend, GHashTableIter *iter)
{
  g_signal_handlers_disconnect_by_data (run, self);
  tl_engine_release (tl_backend_get_engine (backend), run);
  g_hash_table_iter_remove (iter);
}

/* When an engine has done all that it was asked for: what does not go on there then, does not by
 * any order that is on its way either. */
typedef struct
{
  GWeakRef work;
  TlBackend *backend; /* only to be compared with: whoever waits does not keep it */
  guint n_asked;
} Tidying;

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Tidying *tidying = user_data;
  g_autoptr (TlWork) self = g_weak_ref_get (&tidying->work);
  gboolean is_settled = tl_engine_settle_finish (result, NULL); /* NULL: it has gone with all */
  GHashTableIter iter;
  gpointer run, backend;

  g_weak_ref_clear (&tidying->work);
  if (!is_settled || self == NULL || self->session == NULL
      || !tl_session_check_writable (self->session, NULL))
    return;
  if (self->n_asked != tidying->n_asked)
    {
      tl_work_tidy (self);
      return;
    }
  g_hash_table_iter_init (&iter, self->backends);
  while (g_hash_table_iter_next (&iter, &run, &backend))
    if (backend == tidying->backend && is_over (self, run, backend))
      let_go (self, run, backend, &iter);
}

static void
ask (TlWork *self, TlBackend *backend)
{
  Tidying *tidying = g_new (Tidying, 1);

  g_weak_ref_init (&tidying->work, self);
  tidying->backend = backend;
  tidying->n_asked = self->n_asked;
  tl_engine_settle_async (tl_backend_get_engine (backend), settled_cb, tidying);
}

static gboolean
tidy_cb (gpointer data)
{
  TlWork *self = data;
  g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer run, backend;

  self->tidy_source = 0;
  g_hash_table_iter_init (&iter, self->backends);
  while (g_hash_table_iter_next (&iter, &run, &backend))
    if (is_over (self, run, backend) && g_hash_table_add (done, backend))
      ask (self, backend);
  return G_SOURCE_REMOVE;
}

void
tl_work_tidy (TlWork *self)
{
  if (self->tidy_source == 0 && self->session != NULL)
    self->tidy_source = g_idle_add (tidy_cb, self);
}

/* What others had meanwhile, or what was saved elsewhere, is in the session only. */
void
tl_work_access_changed (TlWork *self)
{
  TlAccess before = self->access;
  GHashTableIter iter;
  gpointer run, backend;

  self->access = tl_session_get_access (self->session);
  if (before == TL_ACCESS_WRITE || self->access != TL_ACCESS_WRITE)
    return;
  g_hash_table_iter_init (&iter, self->backends);
  while (g_hash_table_iter_next (&iter, &run, &backend))
    if (!tl_run_is_active (run))
      let_go (self, run, backend, &iter);
}
