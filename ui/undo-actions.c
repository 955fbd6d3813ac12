/* undo-actions.c - what the user did last is undone first
 *
 * Turns, marks and deletions of this window, in one order. A turn of an earlier time, which only
 * the journal remembers, comes after all of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include <string.h>

/* One step: what was done to these runs. */
typedef struct
{
  TlDeed what;
  GPtrArray *runs;
  GArray *marks; /* TlMark (MARKED): what each had before */
  char *line;    /* (nullable) (MARKED): what was added to the note of the first */
} Step;

static void
step_free (gpointer data)
{
  Step *self = data;

  g_ptr_array_unref (self->runs);
  g_clear_pointer (&self->marks, g_array_unref);
  g_free (self->line);
  g_free (self);
}

void
tl_window_did (TlWindow *self, TlDeed what, GPtrArray *runs)
{
  Step *step = g_new0 (Step, 1);

  step->what = what;
  step->runs = g_ptr_array_new_with_free_func (g_object_unref);
  step->marks = g_array_sized_new (FALSE, FALSE, sizeof (TlMark), runs->len);
  for (guint i = 0; i < runs->len; i++)
    {
      TlRun *run = g_ptr_array_index (runs, i);
      TlMark mark = tl_run_get_mark (run);

      g_ptr_array_add (step->runs, g_object_ref (run));
      g_array_append_val (step->marks, mark);
    }
  if (self->deeds == NULL)
    self->deeds = g_ptr_array_new_with_free_func (step_free);
  g_ptr_array_add (self->deeds, step);
}

void
tl_window_did_note (TlWindow *self, const char *line)
{
  Step *last = g_ptr_array_index (self->deeds, self->deeds->len - 1);

  last->line = g_strdup (line);
}

void
tl_window_forget_deeds (TlWindow *self)
{
  g_clear_pointer (&self->deeds, g_ptr_array_unref);
}

static gboolean
is_within (TlRun *run, TlRun *ancestor)
{
  while (run != NULL && run != ancestor)
    run = tl_run_get_parent (run);
  return run != NULL;
}

/* (transfer full) (nullable): the last of @what; of turns, of those that made what is on screen */
static Step *
take_last (TlWindow *self, TlDeed what)
{
  TlRun *run = tl_window_get_run (self);

  for (guint i = self->deeds != NULL ? self->deeds->len : 0; i > 0; i--)
    {
      Step *step = g_ptr_array_index (self->deeds, i - 1);

      if (step->what == what
          && (what != TL_DEED_TURNED || is_within (run, g_ptr_array_index (step->runs, 0))))
        return g_ptr_array_steal_index (self->deeds, i - 1);
    }
  return NULL;
}

/* --- Taking back ----------------------------------------------------------------------------- */

static void
undelete (TlWindow *self, Step *step)
{
  for (guint i = 0; i < step->runs->len; i++)
    tl_session_undelete_run (self->session, g_ptr_array_index (step->runs, i));
  if (!tl_window_is_exploring (self))
    tl_session_set_selected (self->session, g_ptr_array_index (step->runs, 0));
  /* It asked whether to take this back. */
  tl_bar_close (self->bar);
}

/* What else was written there stays. */
static void
take_line (TlRun *run, const char *line)
{
  const char *note = tl_run_get_note (run);
  g_auto (GStrv) before = g_strsplit (note != NULL ? note : "", "\n", -1);
  g_autoptr (GStrvBuilder) after = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; before[i] != NULL; i++)
    if (strcmp (before[i], line) != 0)
      g_strv_builder_add (after, before[i]);
  lines = g_strv_builder_end (after);
  text = g_strjoinv ("\n", lines);
  tl_run_set_note (run, *text != '\0' ? text : NULL);
}

static void
unmark (TlWindow *self, Step *step)
{
  if (step->line != NULL)
    take_line (g_ptr_array_index (step->runs, 0), step->line);
  for (guint i = 0; i < step->runs->len; i++)
    tl_window_set_mark (self, g_ptr_array_index (step->runs, i),
                        g_array_index (step->marks, TlMark, i));
  tl_family_pane_refresh (self->family);
}

/* What is on screen goes back, if it came of that turn; else what was turned is shown first. */
static void
unturn (TlWindow *self, Step *step)
{
  TlRun *turned = g_ptr_array_index (step->runs, 0);

  if (!is_within (tl_window_get_run (self), turned))
    tl_session_set_selected (self->session, turned);
  tl_window_undo_turn (self);
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  guint n = self->deeds != NULL ? self->deeds->len : 0;
  Step *step = n > 0 ? g_ptr_array_steal_index (self->deeds, n - 1) : NULL;

  if (step == NULL)
    tl_window_undo_turn (self);
  else if (step->what == TL_DEED_DELETED)
    undelete (self, step);
  else if (step->what == TL_DEED_MARKED)
    unmark (self, step);
  else
    unturn (self, step);
  g_clear_pointer (&step, step_free);
  tl_window_update_actions (self);
}

static void
undo_turn_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  Step *step = take_last (self, TL_DEED_TURNED);

  g_clear_pointer (&step, step_free);
  tl_window_undo_turn (self);
  tl_window_update_actions (self);
}

static void
undelete_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  Step *step = take_last (self, TL_DEED_DELETED);

  if (step == NULL)
    return;
  undelete (self, step);
  step_free (step);
  tl_window_update_actions (self);
}

void
tl_window_update_undo_actions (TlWindow *self)
{
  gboolean may_write = tl_session_check_writable (self->session, NULL);
  gboolean can_unturn = may_write && tl_window_can_undo_turn (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo-turn", can_unturn);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo",
                                 can_unturn
                                   || (may_write && self->deeds != NULL && self->deeds->len > 0));
}

void
tl_window_install_undo_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.undelete", NULL, undelete_action);
  gtk_widget_class_install_action (class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (class, "win.undo-turn", NULL, undo_turn_action);
}
