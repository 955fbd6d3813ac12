/* test-compare-view.c - what a hand does to two pictures in one place
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"
#include "ui/compare/compare-view.h"

typedef struct
{
  GtkWidget *window, *button;
  TlCompareView *view;
} Fixture;

static void
set_up (Fixture *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->window = gtk_window_new ();
  self->button = gtk_button_new_with_label ("elsewhere");
  self->view = g_object_new (TL_TYPE_COMPARE_VIEW, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->view));
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_window_set_child (GTK_WINDOW (self->window), box);
  tl_compare_view_set_mode (self->view, TL_COMPARE_BLINK);
  gtk_window_present (GTK_WINDOW (self->window));
  harness_settle ();
}

static gboolean
shows (Fixture *self, const char *what)
{
  g_autofree char *differs = gtk_test_accessible_check_property (
    GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, what);

  return differs == NULL;
}

static GtkEventController *
find_controller (Fixture *self, GType type)
{
  g_autoptr (GListModel) all = gtk_widget_observe_controllers (GTK_WIDGET (self->view));

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (all, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        return controller;
    }
  g_assert_not_reached ();
}

static gboolean
is_focused (gpointer widget)
{
  return gtk_widget_has_focus (widget);
}

/* The key is let go where nobody tells the view. */
static void
test_focus_leaves (void)
{
  GtkEventController *keys;
  gboolean is_done = FALSE;
  Fixture self;

  set_up (&self);
  gtk_widget_grab_focus (GTK_WIDGET (self.view));
  harness_wait (is_focused, self.view);
  keys = find_controller (&self, GTK_TYPE_EVENT_CONTROLLER_KEY);
  g_signal_emit_by_name (keys, "key-pressed", GDK_KEY_space, 65, 0, &is_done);
  g_assert_true (is_done);
  g_assert_true (shows (&self, "B is shown"));
  gtk_widget_grab_focus (self.button);
  harness_settle ();
  g_assert_true (shows (&self, "A is shown"));
  gtk_window_destroy (GTK_WINDOW (self.window));
}

/* The button is taken away by somebody else. */
static void
test_press_is_cancelled (void)
{
  GtkEventController *drag;
  Fixture self;

  set_up (&self);
  drag = find_controller (&self, GTK_TYPE_GESTURE_DRAG);
  g_signal_emit_by_name (drag, "drag-begin", 10.0, 10.0);
  g_assert_true (shows (&self, "B is shown"));
  g_signal_emit_by_name (drag, "cancel", NULL);
  g_assert_true (shows (&self, "A is shown"));
  gtk_window_destroy (GTK_WINDOW (self.window));
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/compare-view/focus-leaves", test_focus_leaves);
  g_test_add_func ("/compare-view/press-is-cancelled", test_press_is_cancelled);
  return g_test_run ();
}
