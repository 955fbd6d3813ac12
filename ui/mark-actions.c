/* mark-actions.c - what somebody thinks of runs: star, reject, name, delete, compare
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
all_have (GPtrArray *runs, TlMark mark)
{
  for (guint i = 0; i < runs->len; i++)
    if (tl_run_get_mark (g_ptr_array_index (runs, i)) != mark)
      return FALSE;
  return runs->len > 0;
}

void
tl_window_update_mark_actions (TlWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (GPtrArray) subjects = tl_window_dup_subjects (self);
  gboolean may_write = tl_session_check_writable (self->session, NULL);
  gboolean can_mark = subjects->len > 0 && may_write;
  gboolean can_compare = subjects->len == 1 || subjects->len == 2;

  gtk_widget_action_set_enabled (widget, "win.star", can_mark);
  gtk_widget_action_set_enabled (widget, "win.reject", can_mark);
  gtk_widget_action_set_enabled (widget, "win.unreject", can_mark);
  gtk_widget_action_set_enabled (widget, "win.delete", can_mark);
  gtk_widget_action_set_enabled (widget, "win.name-run", can_mark);
  gtk_widget_action_set_enabled (widget, "win.compare", can_compare);
  gtk_widget_action_set_enabled (GTK_WIDGET (self->compare_page), "compare.prefer", may_write);
}

/* It may be on its way into another state still, and that it goes on is asked for after that; or
 * it never had its turn. */
static gboolean
may_go_on (TlRun *run)
{
  TlRunState state = tl_run_get_state (run);

  return tl_run_is_active (run) || state == TL_RUN_PAUSED || state == TL_RUN_NEW;
}

/* A rejected run takes no more time from the others; one that is taken back goes on to its hold. */
void
tl_window_set_mark (TlWindow *self, TlRun *run, TlMark mark)
{
  gboolean was_rejected = tl_run_get_mark (run) == TL_MARK_REJECTED;

  tl_run_set_mark (run, mark);
  if (mark == TL_MARK_REJECTED)
    tl_work_pause (self->work, run);
  else if (was_rejected && may_go_on (run)
           && tl_run_get_iteration (run) < tl_run_get_origin (run)->hold)
    tl_work_continue (self->work, run);
}

static void
set_marks (TlWindow *self, GPtrArray *runs, TlMark mark)
{
  tl_window_did (self, TL_DEED_MARKED, runs);
  for (guint i = 0; i < runs->len; i++)
    tl_window_set_mark (self, g_ptr_array_index (runs, i), mark);
  tl_family_pane_refresh (self->family);
  tl_window_update_actions (self);
}

/* Twice is once too many: it takes the mark away. */
static void
toggle_mark (TlWindow *self, TlMark mark)
{
  g_autoptr (GPtrArray) subjects = tl_window_dup_subjects (self);

  set_marks (self, subjects, all_have (subjects, mark) ? TL_MARK_NONE : mark);
}

static void
star_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  toggle_mark (TL_WINDOW (widget), TL_MARK_STARRED);
}

/* (transfer full) (nullable): NULL: it is in @note already */
static char *
add_line (const char *note, const char *line)
{
  if (note == NULL || *note == '\0')
    return g_strdup (line);
  return strstr (note, line) == NULL ? g_strdup_printf ("%s\n%s", note, line) : NULL;
}

/* From elsewhere, and never twice: a star for a run, by its id, and a note that says why. */
static void
prefer_run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;
  const char *why;
  gint64 id;
  TlRun *run;

  g_variant_get (parameter, "(x&s)", &id, &why);
  run = tl_session_find_run (self->session, id);
  if (run == NULL)
    return;
  if (!tl_session_check_writable (self->session, &error))
    {
      tl_window_show_error (self, error->message);
      return;
    }
  note = add_line (tl_run_get_note (run), why);
  if (note == NULL && tl_run_get_mark (run) == TL_MARK_STARRED)
    return;
  g_ptr_array_add (runs, run);
  set_marks (self, runs, TL_MARK_STARRED);
  if (note == NULL)
    return;
  tl_run_set_note (run, note);
  tl_window_did_note (self, why);
}

static void
reject_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  toggle_mark (TL_WINDOW (widget), TL_MARK_REJECTED);
}

static void
unreject_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) subjects = tl_window_dup_subjects (self);

  for (guint i = subjects->len; i > 0; i--)
    if (tl_run_get_mark (g_ptr_array_index (subjects, i - 1)) != TL_MARK_REJECTED)
      g_ptr_array_remove_index (subjects, i - 1);
  if (subjects->len == 0)
    return;
  set_marks (self, subjects, TL_MARK_NONE);
}

static void
name_run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_family_pane_name_run (TL_WINDOW (widget)->family);
}

/* --- Deleting -------------------------------------------------------------------------------- */

/* Until the window closes it can be taken back. */
static void
pause_with_children (TlWindow *self, TlRun *run)
{
  GListModel *children = tl_run_get_children (run);

  tl_work_pause (self->work, run);
  for (guint i = 0; i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (TlRun) child = g_list_model_get_item (children, i);

      pause_with_children (self, child);
    }
}

static void
say_deleted (TlWindow *self, GPtrArray *runs)
{
  const TlBarButton buttons[] = { { _ ("Undo"), "win.undelete" }, { NULL, NULL } };
  g_autofree char *title = tl_run_dup_title (g_ptr_array_index (runs, 0));
  g_autofree char *message = NULL;

  if (runs->len == 1)
    message = g_strdup_printf (_ ("Deleted “%s” and what left it."), title);
  else
    message =
      g_strdup_printf (ngettext ("Deleted %u run.", "Deleted %u runs.", runs->len), runs->len);
  tl_bar_show (self->bar, TL_BAR_QUESTION, message, buttons);
}

static gboolean
is_there (TlWindow *self, TlRun *run)
{
  return run != NULL && tl_session_find_run (self->session, tl_run_get_origin (run)->id) == run;
}

static void
delete_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) subjects = tl_window_dup_subjects (self);
  TlRun *parent = tl_run_get_parent (g_ptr_array_index (subjects, 0));

  tl_window_did (self, TL_DEED_DELETED, subjects);
  for (guint i = 0; i < subjects->len; i++)
    {
      pause_with_children (self, g_ptr_array_index (subjects, i));
      tl_session_delete_run (self->session, g_ptr_array_index (subjects, i));
    }
  if (!is_there (self, tl_window_get_run (self)))
    tl_session_set_selected (self->session, is_there (self, parent) ? parent : NULL);
  say_deleted (self, subjects);
  tl_window_update_actions (self);
}

/* --- Comparing ------------------------------------------------------------------------------- */

static guint64
get_compared_iteration (TlWindow *self, TlRun *run)
{
  return run == tl_window_get_run (self) && tl_window_is_past (self)
           ? tl_window_get_iteration (self)
           : TL_NOW;
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (GPtrArray) subjects = tl_window_dup_subjects (self);
  TlRun *first = subjects->len > 0 ? g_ptr_array_index (subjects, 0) : NULL;

  if (subjects->len == 2)
    tl_compare_page_compare (self->compare_page, first, TL_NOW, g_ptr_array_index (subjects, 1),
                             TL_NOW);
  else if (first != NULL && tl_window_is_past (self))
    /* The past of a run beside its present. */
    tl_compare_page_compare (self->compare_page, first, get_compared_iteration (self, first), first,
                             TL_NOW);
  else if (first != NULL)
    tl_compare_page_compare (self->compare_page, NULL, TL_NOW, first, TL_NOW);
  tl_window_show_view (self, "compare");
  tl_compare_page_focus (self->compare_page);
}

void
tl_window_install_mark_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.compare", NULL, compare_action);
  gtk_widget_class_install_action (class, "win.delete", NULL, delete_action);
  gtk_widget_class_install_action (class, "win.name-run", NULL, name_run_action);
  gtk_widget_class_install_action (class, "win.prefer-run", "(xs)", prefer_run_action);
  gtk_widget_class_install_action (class, "win.reject", NULL, reject_action);
  gtk_widget_class_install_action (class, "win.star", NULL, star_action);
  gtk_widget_class_install_action (class, "win.unreject", NULL, unreject_action);
}
