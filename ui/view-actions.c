/* view-actions.c - which view and which panes are shown
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

/* Narrower, and the right pane is a popover. */
#define FOLD_WIDTH 1100
/* Of the row of buttons below the candidates. */
#define TOOLS_HEIGHT 48

static gboolean
is_view (TlWindow *self, const char *name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->views), name) == 0;
}

gboolean
tl_window_is_exploring (TlWindow *self)
{
  return is_view (self, "explore");
}

static void
update_panes (TlWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->pane), self->shows_pane && !is_view (self, "compare"));
  gtk_widget_set_visible (GTK_WIDGET (self->family), self->shows_family || self->is_narrow);
  gtk_widget_set_visible (self->family_button, self->is_narrow);
}

/* Over a picture the message is above; the others have their tools there, so it is below. */
static void
place_bar (TlWindow *self)
{
  gboolean is_above = is_view (self, "steer");

  gtk_widget_set_valign (GTK_WIDGET (self->bar), is_above ? GTK_ALIGN_START : GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->bar), is_above ? 0 : TOOLS_HEIGHT);
}

void
tl_window_focus_view (TlWindow *self)
{
  if (is_view (self, "explore"))
    tl_explore_page_focus (self->explore_page);
  else if (is_view (self, "compare"))
    tl_compare_page_focus (self->compare_page);
  else
    gtk_widget_grab_focus (GTK_WIDGET (tl_steer_page_get_canvas (self->page)));
}

/* Who was in the view that is gone is at the picture now, where the keys are; who was elsewhere
 * stays there. */
static void
take_focus (TlWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (focus != NULL && is_view (self, "steer")
      && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->views)))
    tl_window_focus_view (self);
}

void
tl_window_view_changed (TlWindow *self)
{
  if (self->pictures == NULL)
    return;
  place_bar (self);
  take_focus (self);
  tl_steer_pane_set_explores (self->pane, tl_window_is_exploring (self));
  if (is_view (self, "compare") && tl_compare_page_is_idle (self->compare_page))
    tl_compare_page_compare (self->compare_page, NULL, TL_NOW, tl_window_get_run (self), TL_NOW);
  tl_window_update_estimate (self);
  update_panes (self);
  tl_window_update_actions (self);
}

void
tl_window_show_view (TlWindow *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->views, name);
}

/* The pane is the same one in both places. */
static gboolean
fold_cb (gpointer user_data)
{
  TlWindow *self = user_data;
  gboolean is_narrow = gtk_widget_get_width (GTK_WIDGET (self)) < FOLD_WIDTH;

  self->fold = 0;
  if (is_narrow == self->is_narrow)
    return G_SOURCE_REMOVE;
  self->is_narrow = is_narrow;
  g_object_ref (self->family);
  if (is_narrow)
    {
      gtk_box_remove (self->middle, GTK_WIDGET (self->family));
      gtk_popover_set_child (self->family_popover, GTK_WIDGET (self->family));
    }
  else
    {
      gtk_popover_popdown (self->family_popover);
      gtk_popover_set_child (self->family_popover, NULL);
      gtk_box_append (self->middle, GTK_WIDGET (self->family));
    }
  g_object_unref (self->family);
  update_panes (self);
  return G_SOURCE_REMOVE;
}

void
tl_window_check_width (TlWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  if ((gtk_widget_get_width (widget) < FOLD_WIDTH) != self->is_narrow && self->fold == 0)
    self->fold = g_idle_add (fold_cb, self);
}

static void
toggle_pane_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  self->shows_pane = !self->shows_pane;
  update_panes (self);
}

static void
toggle_family_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  if (self->is_narrow)
    {
      gtk_menu_button_popup (GTK_MENU_BUTTON (self->family_button));
      return;
    }
  self->shows_family = !self->shows_family;
  update_panes (self);
}

static void
show_view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_window_show_view (TL_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
focus_prompt_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  self->shows_pane = TRUE;
  if (is_view (self, "compare"))
    tl_window_show_view (self, "steer");
  update_panes (self);
  tl_steer_pane_focus_prompt (self->pane, TRUE);
}

static void
dismiss_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_bar_close (TL_WINDOW (widget)->bar);
}

void
tl_window_install_view_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.dismiss", NULL, dismiss_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Escape, 0, "win.dismiss", NULL);
  gtk_widget_class_install_action (class, "win.focus-prompt", NULL, focus_prompt_action);
  gtk_widget_class_install_action (class, "win.show-view", "s", show_view_action);
  gtk_widget_class_install_action (class, "win.toggle-family", NULL, toggle_family_action);
  gtk_widget_class_install_action (class, "win.toggle-pane", NULL, toggle_pane_action);
}
