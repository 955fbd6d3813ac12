/* engine.c - the thread that runs, seen from the main thread
 *
 * Each call becomes a command for the worker. What is kept here is which run is known by which
 * link.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/engine.h"

#include "core/base/error.h"
#include "core/engine/commands.h"
#include "core/session/journal.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _TlEngine
{
  GObject parent_instance;

  TlWorker *worker;
  GHashTable *links; /* TlRun -> TlLink */
  TlRun *focus;      /* (nullable): weak */
};

G_DEFINE_FINAL_TYPE (TlEngine, tl_engine, G_TYPE_OBJECT)

/* Cut first: whoever holds the link on, on whichever thread, holds no run. */
static void
let_go (gpointer data)
{
  TlLink *link = data;

  tl_link_cut (link);
  tl_link_unref (link);
}

static void
tl_engine_dispose (GObject *object)
{
  TlEngine *self = TL_ENGINE (object);

  g_clear_weak_pointer (&self->focus);
  g_hash_table_remove_all (self->links);
  g_clear_pointer (&self->worker, tl_worker_free);

  G_OBJECT_CLASS (tl_engine_parent_class)->dispose (object);
}

static void
tl_engine_finalize (GObject *object)
{
  TlEngine *self = TL_ENGINE (object);

  g_hash_table_unref (self->links);

  G_OBJECT_CLASS (tl_engine_parent_class)->finalize (object);
}

static void
tl_engine_class_init (TlEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tl_engine_dispose;
  object_class->finalize = tl_engine_finalize;
}

static void
tl_engine_init (TlEngine *self)
{
  self->links = g_hash_table_new_full (NULL, NULL, NULL, let_go);
}

/* References the link and the steer of @order, takes the rest. Nothing after the end. */
static void
push_order (TlEngine *self, TlCommand command, TlOrder order)
{
  if (self->worker == NULL)
    return;

  if (order.link != NULL)
    tl_link_ref (order.link);
  if (order.steer != NULL)
    tl_steer_ref (order.steer);
  tl_worker_push (self->worker, command, &order);
}

/* Nothing for a run that is not known here. */
static void
push (TlEngine *self, TlRun *run, TlCommand command, TlOrder order)
{
  order.link = g_hash_table_lookup (self->links, run);
  if (order.link != NULL)
    push_order (self, command, order);
}

/* At once, so that a button pressed twice finds the run taken. */
static void
set_state (TlRun *run, TlRunState state)
{
  tl_run_update (run, &(TlRunNews){
                        .state = state,
                        .iteration = tl_run_get_iteration (run),
                        .loss = NAN,
                        .similarity = NAN,
                        .rate = NAN,
                      });
}

TlEngine *
tl_engine_new (TlStepper *stepper)
{
  TlEngine *self;

  g_return_val_if_fail (stepper != NULL, NULL);

  self = g_object_new (TL_TYPE_ENGINE, NULL);
  self->worker = tl_worker_new (stepper);
  return self;
}

/* Takes what @order holds. */
static void
begin (TlEngine *self, TlRun *run, TlOrder order)
{
  g_hash_table_insert (self->links, run, tl_link_new (run));
  push (self, run, tl_command_start, order);
  if (self->focus == run)
    push (self, run, tl_command_focus, (TlOrder){ 0 });
  set_state (run, TL_RUN_STARTING);
}

static gboolean
may_begin (TlEngine *self, TlRun *run)
{
  return TL_IS_ENGINE (self) && self->worker != NULL && TL_IS_RUN (run)
         && !g_hash_table_contains (self->links, run);
}

static gboolean
has_beginning (GArray *journal)
{
  return journal->len > 0 && g_array_index (journal, TlJournalEntry, 0).iteration == 0;
}

void
tl_engine_start (TlEngine *self, TlRun *run)
{
  g_return_if_fail (may_begin (self, run));

  if (!has_beginning (tl_run_get_journal (run)))
    tl_run_add_journal (run, &(TlJournalEntry){ .steer = tl_run_get_steer (run) });
  begin (self, run, (TlOrder){ .journal = tl_journal_copy (tl_run_get_journal (run)) });
}

void
tl_engine_resume (TlEngine *self, TlRun *run, GBytes *state, gboolean is_parents)
{
  g_return_if_fail (may_begin (self, run));
  g_return_if_fail (state != NULL);
  g_return_if_fail (tl_run_get_journal (run)->len > 0);

  begin (self, run,
         (TlOrder){ .journal = tl_journal_copy (tl_run_get_journal (run)),
                    .state = g_bytes_ref (state),
                    .is_parents = is_parents,
                    .number = (guint) tl_run_get_iteration (run) });
}

void
tl_engine_replay (TlEngine *self, TlRun *run, TlRecipe *recipe)
{
  g_return_if_fail (may_begin (self, run));
  g_return_if_fail (recipe != NULL);

  for (guint i = 0; i < tl_recipe_get_n_entries (recipe); i++)
    tl_run_add_journal (run, tl_recipe_get_entry (recipe, i));
  tl_engine_start (self, run);
}

void
tl_engine_steer (TlEngine *self, TlRun *run, TlSteer *steer, TlTurn turn)
{
  g_return_if_fail (TL_IS_ENGINE (self));
  g_return_if_fail (steer != NULL);

  push (self, run, tl_command_steer, (TlOrder){ .steer = steer, .turn = turn });
}

void
tl_engine_pause (TlEngine *self, TlRun *run)
{
  g_return_if_fail (TL_IS_ENGINE (self));

  push (self, run, tl_command_pause, (TlOrder){ 0 });
}

void
tl_engine_continue (TlEngine *self, TlRun *run)
{
  g_return_if_fail (TL_IS_ENGINE (self));

  push (self, run, tl_command_continue, (TlOrder){ 0 });
}

void
tl_engine_stop (TlEngine *self, TlRun *run)
{
  g_return_if_fail (TL_IS_ENGINE (self));

  push (self, run, tl_command_stop, (TlOrder){ 0 });
}

/* FALSE: it is not known here. */
static gboolean
forget (TlEngine *self, TlRun *run)
{
  push (self, run, tl_command_discard, (TlOrder){ 0 });
  return g_hash_table_remove (self->links, run);
}

void
tl_engine_discard (TlEngine *self, TlRun *run)
{
  g_autoptr (TlRun) held = g_object_ref (run);

  g_return_if_fail (TL_IS_ENGINE (self));

  if (forget (self, run))
    set_state (run, TL_RUN_NEW);
}

void
tl_engine_release (TlEngine *self, TlRun *run)
{
  g_return_if_fail (TL_IS_ENGINE (self));
  g_return_if_fail (!tl_run_is_active (run));

  forget (self, run);
}

void
tl_engine_set_focus (TlEngine *self, TlRun *run)
{
  g_return_if_fail (TL_IS_ENGINE (self));

  g_set_weak_pointer (&self->focus, run);
  push_order (self, tl_command_focus,
              (TlOrder){ .link = run != NULL ? g_hash_table_lookup (self->links, run) : NULL });
}

void
tl_engine_set_frame_rate (TlEngine *self, guint per_second)
{
  g_return_if_fail (TL_IS_ENGINE (self));

  push_order (self, tl_command_frame_rate, (TlOrder){ .number = per_second });
}

void
tl_engine_set_checkpoint_every (TlEngine *self, guint n_iterations)
{
  g_return_if_fail (TL_IS_ENGINE (self));

  push_order (self, tl_command_keep_every, (TlOrder){ .number = n_iterations });
}

void
tl_engine_keep_all (TlEngine *self)
{
  g_return_if_fail (TL_IS_ENGINE (self));

  push_order (self, tl_command_keep_all, (TlOrder){ 0 });
}

void
tl_engine_save_async (TlEngine *self, TlRun *run, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TL_IS_ENGINE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tl_engine_save_async);
  if (g_hash_table_contains (self->links, run))
    push (self, run, tl_command_save, (TlOrder){ .task = g_steal_pointer (&task) });
  else
    g_task_return_new_error (task, TL_ERROR, TL_ERROR_MISSING, "%s",
                             _ ("The run has not begun, so there is nothing to save"));
}

GBytes *
tl_engine_save_finish (TlEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Not a task of the engine's, which would hold it. */
void
tl_engine_settle_async (TlEngine *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (TL_IS_ENGINE (self));

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, tl_engine_settle_async);
  if (self->worker != NULL)
    push_order (self, tl_command_settle, (TlOrder){ .task = task });
  else
    tl_task_give_up (task);
}

gboolean
tl_engine_settle_finish (GAsyncResult *result, GError **error)
{
  g_autofree gpointer answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  return answer != NULL;
}

void
tl_engine_set_scorer (TlEngine *self, TlScorer *scorer)
{
  g_return_if_fail (TL_IS_ENGINE (self));

  if (self->worker != NULL)
    push_order (self, tl_command_scorer, (TlOrder){ .scorer = scorer });
  else if (scorer != NULL)
    tl_scorer_free (scorer);
}

void
tl_engine_score_async (TlEngine *self, TlFrame *frame, TlStart *start, TlSteer *steer,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (TL_IS_ENGINE (self));
  g_return_if_fail (frame != NULL && start != NULL && steer != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tl_engine_score_async);
  if (self->worker != NULL)
    push_order (self, tl_command_score,
                (TlOrder){ .frame = tl_frame_ref (frame),
                           .start = tl_start_ref (start),
                           .steer = steer,
                           .task = task });
  else
    tl_task_give_up (task);
}

gboolean
tl_engine_score_finish (TlEngine *self, GAsyncResult *result, gdouble *value, GError **error)
{
  g_autofree gdouble *answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer != NULL)
    *value = *answer;
  return answer != NULL;
}
