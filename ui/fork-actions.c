/* fork-actions.c - new runs from those that are there, and the past that they leave from
 *
 * A run that is going is paused first, so that it has a checkpoint where the fork leaves; it stays
 * in the family as it was.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include "core/session/journal.h"
#include "core/session/session-checkpoints.h"
#include "ui/differences.h"
#include "ui/images.h"

#include <glib/gi18n-lib.h>

#define N_SIBLINGS 6
/* Of the standard deviation of the codebook: another picture, the same scene. */
#define SIBLING_SIGMA 0.3

void
tl_window_update_fork_actions (TlWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  TlRun *run = tl_window_get_run (self);
  g_autoptr (GPtrArray) subjects = tl_window_dup_subjects (self);
  gboolean may_write = tl_session_check_writable (self->session, NULL);
  gboolean can_fork = run != NULL && may_write;
  gboolean is_past = tl_window_is_past (self);

  gtk_widget_action_set_enabled (widget, "win.fork", can_fork);
  gtk_widget_action_set_enabled (widget, "win.reseed", can_fork);
  gtk_widget_action_set_enabled (widget, "win.siblings", may_write && subjects->len == 1);
  gtk_widget_action_set_enabled (widget, "win.continue-from-here", can_fork && is_past);
  gtk_widget_action_set_enabled (widget, "win.back-to-now", is_past);
  gtk_widget_action_set_enabled (widget, "win.go-checkpoint", run != NULL);
  gtk_widget_action_set_enabled (widget, "win.verify", run != NULL);
}

/* --- Leaving --------------------------------------------------------------------------------- */

/* The last iteration at or before @iteration that a fork can leave @run from. */
static gboolean
find_checkpoint (TlWindow *self, TlRun *run, guint64 iteration, guint64 *found)
{
  GListModel *checkpoints = tl_session_get_checkpoints (self->session, run);
  const TlRunOrigin *origin = tl_run_get_origin (run);
  guint n = g_list_model_get_n_items (checkpoints);

  /* Nobody has looked at them yet: they are on their way. */
  if (n == 0 && tl_session_get_last_kept (self->session, run, found) && *found <= iteration)
    return TRUE;
  for (guint i = n; i > 0; i--)
    {
      g_autoptr (TlCheckpoint) checkpoint = g_list_model_get_item (checkpoints, i - 1);

      *found = tl_checkpoint_get_iteration (checkpoint);
      if (*found <= iteration)
        return TRUE;
    }
  *found = origin->parent_iteration;
  return origin->continues_parent;
}

typedef struct
{
  TlWindow *window;
  TlRun *parent;
  guint64 iteration;
  TlSteer *steer;
  TlStartValues start; /* width 0: the state goes on */
  char *change;
  gboolean goes_on;
} Fork;

static void
fork_free (Fork *self)
{
  g_object_unref (self->window);
  g_object_unref (self->parent);
  tl_steer_unref (self->steer);
  g_free (self->change);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fork, fork_free)

static Fork *
fork_new (TlWindow *self, TlRun *parent, guint64 iteration, TlSteer *steer, const char *change)
{
  Fork *fork = g_new0 (Fork, 1);

  fork->window = g_object_ref (self);
  fork->parent = g_object_ref (parent);
  fork->iteration = iteration;
  fork->steer = tl_steer_ref (steer);
  fork->change = g_strdup (change);
  fork->goes_on = TRUE;
  return fork;
}

static void
leave (Fork *fork, TlStart *start)
{
  TlWindow *self = fork->window;
  const TlForkValues values = {
    .steer = fork->steer, .turn = TL_TURN_GENTLE, .start = start, .change = fork->change
  };
  g_autoptr (GError) error = NULL;
  TlRun *run = tl_session_fork (self->session, fork->parent, fork->iteration, &values, &error);

  if (run == NULL)
    {
      tl_window_show_error (self, error->message);
      return;
    }
  if (tl_run_is_active (fork->parent))
    tl_work_pause (self->work, fork->parent);
  /* A start that has a child is one of the family. */
  tl_family_pane_refresh (self->family);
  tl_session_set_selected (self->session, run);
  /* A window that is on its way out computes nothing any more. */
  if (fork->goes_on && !self->is_leaving)
    tl_work_continue (self->work, run);
  tl_window_show_view (self, "steer");
  if (!fork->goes_on)
    {
      g_autofree char *message = g_strdup_printf (
        _ ("Forked at %lu. Change something, then continue."), (gulong) fork->iteration);

      tl_window_say (self, message);
    }
}

/* --- Another size, other models: from the picture
 * ---------------------------------------------------------- */

static void
picture_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Fork) fork = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlAsset) image = tl_image_load_finish (result, &error);
  g_autoptr (TlStart) start = NULL;

  if (fork->window->pictures == NULL)
    return;
  if (image == NULL)
    tl_window_say_failed (fork->window, error->message);
  else
    {
      fork->start.image = image;
      start = tl_start_new (&fork->start);
      leave (fork, start);
    }
  tl_window_release (fork->window);
}

static void
frame_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Fork) fork = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlFrame) frame = tl_session_load_frame_finish (TL_SESSION (source), result, &error);
  g_autoptr (GdkTexture) texture = tl_frame_dup_texture (frame);

  if (fork->window->pictures == NULL)
    return;
  if (texture != NULL)
    {
      tl_image_load_texture_async (texture, picture_cb, g_steal_pointer (&fork));
      return;
    }
  tl_window_say_failed (fork->window, error->message);
  tl_window_release (fork->window);
}

/* Under other models the state means nothing: what was seen is where they begin. */
static void
take_to_models (Fork *fork)
{
  TlWindow *self = fork->window;
  TlBackend *backend = tl_work_get_backend (self->work);
  const TlBackendValues *models;
  const TlStartValues *start = tl_start_get_values (tl_run_get_start (fork->parent));
  g_autofree char *models_change = NULL;
  char *change;

  if (tl_work_check_models (self->work, fork->parent, NULL))
    return;

  models = tl_backend_get_values (backend);
  if (fork->start.width == 0)
    fork->start = (TlStartValues){ .seed = start->seed,
                                   .width = tl_snap_size (start->width, models->step),
                                   .height = tl_snap_size (start->height, models->step),
                                   .fit = TL_FIT_CROP };
  models_change = tl_makers_print_change (tl_work_find_maker (fork->parent), models->maker);
  change = fork->change != NULL ? g_strconcat (models_change, ", ", fork->change, NULL)
                                : g_steal_pointer (&models_change);
  g_free (fork->change);
  fork->change = change;
}

/* Takes @fork. */
static void
begin (Fork *fork)
{
  take_to_models (fork);
  if (fork->start.width == 0)
    {
      leave (fork, NULL);
      fork_free (fork);
    }
  else
    {
      tl_window_hold (fork->window);
      tl_session_load_frame_async (fork->window->session, fork->parent, fork->iteration, FALSE,
                                   NULL, frame_cb, fork);
    }
}

static gboolean
has_other_size (TlWindow *self, TlRun *run, TlStartValues *values)
{
  const TlStartValues *now = tl_start_get_values (tl_run_get_start (run));

  *values = *now;
  tl_steer_pane_get_size (self->pane, &values->width, &values->height);
  values->image = NULL;
  values->fit = TL_FIT_CROP;
  return values->width != now->width || values->height != now->height;
}

/* --- With the fields ------------------------------------------------------------------------- */

static TlSteer *
find_steer (TlRun *run, guint64 iteration)
{
  const TlJournalEntry *entry = tl_journal_find (tl_run_get_journal (run), iteration);

  return entry != NULL ? entry->steer : tl_run_get_steer (run);
}

/* The same picture goes on with other luck; a variation has 63 bits and 0 would be none. */
static TlSteer *
vary (TlSteer *steer, guint64 seed)
{
  TlSettings settings = *tl_steer_get_settings (steer);

  settings.variation = (gint64) ((seed - 1) % G_MAXINT64) + 1;
  return tl_steer_new (tl_steer_get_prompt (steer), &settings, tl_steer_get_assets (steer));
}

/* What an exploration drew is no wish; what was typed or diced is one, for the run on screen. */
static gboolean
has_other_seed (TlWindow *self, TlRun *parent, guint64 *seed)
{
  return parent == tl_window_get_run (self) && tl_steer_pane_get_chosen_seed (self->pane, seed)
         && *seed != tl_start_get_values (tl_run_get_start (parent))->seed;
}

/* What the fields say, when they say it. */
struct _TlForkWish
{
  TlRun *parent;
  TlSteer *steer;
  TlStartValues start;
  guint64 seed;
  gboolean reseeds, resizes;
  guint64 iteration; /* at which it was said */
};

static void
fork_wish_free (TlForkWish *self)
{
  g_object_unref (self->parent);
  tl_steer_unref (self->steer);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlForkWish, fork_wish_free)

static TlForkWish *
fork_wish_new (TlWindow *self, TlRun *parent, guint64 iteration)
{
  TlForkWish *wish = g_new0 (TlForkWish, 1);

  wish->parent = g_object_ref (parent);
  wish->iteration = iteration;
  wish->steer = tl_steer_pane_dup_turn (self->pane, iteration);
  wish->reseeds = has_other_seed (self, parent, &wish->seed);
  wish->resizes = has_other_size (self, parent, &wish->start);
  return wish;
}

/* (transfer full): new forms begin where the fork does, not where it was asked for */
static TlSteer *
lay_out_from (const TlForkWish *wish, guint64 iteration)
{
  TlSettings settings = *tl_steer_get_settings (wish->steer);

  if (settings.coarse_from == 0 || settings.coarse_from != (gint64) wish->iteration)
    return tl_steer_ref (wish->steer);
  settings.coarse_from = (gint64) iteration;
  return tl_steer_new (tl_steer_get_prompt (wish->steer), &settings,
                       tl_steer_get_assets (wish->steer));
}

/* @always: it goes on even if nothing was changed */
static void
fork_as_wished (TlWindow *self, const TlForkWish *wish, guint64 wanted, gboolean always)
{
  TlRun *parent = wish->parent;
  gboolean has_models = tl_work_check_models (self->work, parent, NULL);
  g_autoptr (TlSteer) steer = NULL, lucky = NULL;
  g_autofree char *change = NULL;
  g_autoptr (Fork) fork = NULL;
  TlStartValues start = wish->start;
  guint64 iteration;

  if (!find_checkpoint (self, parent, wanted, &iteration))
    {
      tl_window_show_error (self, _ ("Nothing of this run was kept yet that a fork could leave."));
      return;
    }
  steer = lay_out_from (wish, iteration);
  if (!wish->resizes && has_models)
    start.width = 0;
  if (wish->reseeds)
    start.seed = wish->seed;
  change = tl_fork_print_change (wish->reseeds ? &wish->seed : NULL, wish->resizes ? &start : NULL,
                                 find_steer (parent, iteration), steer);
  lucky = wish->reseeds && start.width == 0 ? vary (steer, wish->seed) : tl_steer_ref (steer);
  fork = fork_new (self, parent, iteration, lucky, change);
  fork->goes_on = always || change != NULL || !has_models;
  fork->start = start;
  begin (g_steal_pointer (&fork));
}

static void
fork_with_fields (TlWindow *self, TlRun *parent, guint64 wanted, gboolean always)
{
  g_autoptr (TlForkWish) wish = NULL;
  guint64 iteration = wanted;

  /* Where it leaves nothing, that is said when it forks. */
  find_checkpoint (self, parent, wanted, &iteration);
  wish = fork_wish_new (self, parent, iteration);
  fork_as_wished (self, wish, wanted, always);
}

void
tl_window_fork_with_fields (TlWindow *self, TlRun *parent, guint64 iteration)
{
  fork_with_fields (self, parent, iteration, TRUE);
}

void
tl_window_forget_fork (TlWindow *self)
{
  g_clear_pointer (&self->fork_wish, fork_wish_free);
}

/* It may have come to its end before the order to pause came. */
void
tl_window_settle_fork (TlWindow *self, TlRun *run)
{
  g_autoptr (TlForkWish) wish = NULL;

  if (self->fork_wish == NULL || self->fork_wish->parent != run || tl_run_is_active (run))
    return;
  wish = g_steal_pointer (&self->fork_wish);
  if (tl_run_get_state (run) != TL_RUN_FAILED
      && tl_session_find_run (self->session, tl_run_get_origin (run)->id) == run)
    fork_as_wished (self, wish, tl_run_get_iteration (run), FALSE);
}

/* (transfer container) (nullable): the one that it is about */
static TlRun *
dup_subject (TlWindow *self)
{
  g_autoptr (GPtrArray) subjects = tl_window_dup_subjects (self);

  return subjects->len > 0 ? g_object_ref (g_ptr_array_index (subjects, 0)) : NULL;
}

/* Where one looks at @run: in the past, if that is on screen. */
static guint64
get_shown_iteration (TlWindow *self, TlRun *run)
{
  return run == tl_window_get_run (self) ? tl_window_get_iteration (self)
                                         : tl_run_get_iteration (run);
}

static void
fork_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (TlRun) run = dup_subject (self);

  if (run == NULL || tl_window_waits_for_room (self, name, parameter))
    return;
  if (!tl_window_is_past (self) && tl_run_is_active (run))
    {
      tl_window_forget_fork (self);
      self->fork_wish = fork_wish_new (self, run, tl_run_get_iteration (run));
      tl_work_pause (self->work, run);
      return;
    }
  fork_with_fields (self, run, get_shown_iteration (self, run), FALSE);
}

/* From elsewhere: "(xt)", a run and an iteration, as it was steered there. */
static void
fork_from_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  gint64 id;
  guint64 wanted, iteration;
  TlRun *run;
  g_autoptr (Fork) fork = NULL;

  g_variant_get (parameter, "(xt)", &id, &wanted);
  run = tl_session_find_run (self->session, id);
  if (run == NULL || tl_window_waits_for_room (self, name, parameter))
    return;
  if (!find_checkpoint (self, run, wanted, &iteration))
    {
      tl_window_show_error (self, _ ("Nothing of this run was kept yet that a fork could leave."));
      return;
    }
  fork = fork_new (self, run, iteration, find_steer (run, iteration), NULL);
  fork->goes_on = FALSE;
  begin (g_steal_pointer (&fork));
}

static void
continue_from_here_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  if (!tl_window_waits_for_room (self, name, parameter))
    tl_window_fork_with_fields (self, tl_window_get_run (self), tl_window_get_iteration (self));
}

gboolean
tl_window_can_undo_turn (TlWindow *self)
{
  TlRun *run = tl_window_get_run (self);
  guint64 iteration;
  TlSteer *steer;

  return run != NULL && tl_session_find_undo (self->session, run, &iteration, &steer) != NULL;
}

/* Back to just before the last change; what was changed stays in the tree. */
void
tl_window_undo_turn (TlWindow *self)
{
  TlRun *run = tl_window_get_run (self);
  g_autoptr (Fork) fork = NULL;
  guint64 iteration = 0;
  TlSteer *steer = NULL;
  TlRun *owner = run != NULL ? tl_session_find_undo (self->session, run, &iteration, &steer) : NULL;

  if (owner == NULL || tl_window_waits_for_room (self, "win.undo-turn", NULL))
    return;
  fork = fork_new (self, owner, iteration, steer, _ ("turn undone"));
  fork->goes_on = tl_run_is_active (run);
  tl_work_pause (self->work, run);
  begin (g_steal_pointer (&fork));
}

/* --- Other randomness ------------------------------------------------------------------------ */

static void
reseed_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  TlRun *run = tl_window_get_run (self);
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (Fork) fork = NULL;
  guint64 iteration;

  if (tl_window_waits_for_room (self, name, parameter))
    return;
  if (!find_checkpoint (self, run, tl_window_get_iteration (self), &iteration))
    {
      tl_window_show_error (self, _ ("Nothing of this run was kept yet that a fork could leave."));
      return;
    }
  /* As it was steered there: turns that came later are no part of what is varied. */
  steer = vary (find_steer (run, iteration), (guint64) g_random_int_range (1, G_MAXINT));
  fork = fork_new (self, run, iteration, steer, _ ("other randomness"));
  begin (g_steal_pointer (&fork));
}

static void
siblings_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (TlRun) run = dup_subject (self);
  g_autoptr (GPtrArray) siblings = NULL;
  g_autoptr (GError) error = NULL;
  guint64 iteration;

  if (run == NULL || tl_window_waits_for_room (self, name, parameter)
      || tl_window_waits_for_models (self, name, parameter))
    return;
  if (!find_checkpoint (self, run, get_shown_iteration (self, run), &iteration))
    {
      tl_window_show_error (self, _ ("Nothing of this run was kept yet that a fork could leave."));
      return;
    }
  if (!tl_work_check_models (self->work, run, &error))
    {
      tl_window_show_error (self, error->message);
      return;
    }
  siblings =
    tl_session_add_siblings (self->session, run, iteration, N_SIBLINGS, SIBLING_SIGMA, &error);
  if (siblings == NULL)
    {
      tl_window_show_error (self, error->message);
      return;
    }
  for (guint i = 0; i < siblings->len; i++)
    tl_work_continue (self->work, g_ptr_array_index (siblings, i));
  tl_explore_page_show_siblings (self->explore_page, run);
  tl_window_show_view (self, "explore");
}

/* --- The past -------------------------------------------------------------------------------- */

static void
back_to_now_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_checkpoint_box_go (tl_family_pane_get_checkpoints (TL_WINDOW (widget)->family), G_MAXINT);
}

static void
go_checkpoint_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_checkpoint_box_go (tl_family_pane_get_checkpoints (TL_WINDOW (widget)->family),
                        g_variant_get_int32 (parameter));
}

void
tl_window_install_fork_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.back-to-now", NULL, back_to_now_action);
  gtk_widget_class_install_action (class, "win.continue-from-here", NULL,
                                   continue_from_here_action);
  gtk_widget_class_install_action (class, "win.fork", NULL, fork_action);
  gtk_widget_class_install_action (class, "win.fork-from", "(xt)", fork_from_action);
  gtk_widget_class_install_action (class, "win.go-checkpoint", "i", go_checkpoint_action);
  gtk_widget_class_install_action (class, "win.reseed", NULL, reseed_action);
  gtk_widget_class_install_action (class, "win.siblings", NULL, siblings_action);
}
