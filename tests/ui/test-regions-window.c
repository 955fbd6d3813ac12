/* test-regions-window.c - the ways through a real window without a mouse
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

static gboolean
is_at (TlWindow *window, const char *name)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));
  GtkWidget *wanted = harness_find (GTK_WIDGET (window), name);

  return focus != NULL && wanted != NULL
         && (focus == wanted || gtk_widget_is_ancestor (focus, wanted));
}

/* Around once, and back. */
static void
test_regions (void)
{
  TlWindow *window = harness_open_window ();
  const char *const names[] = { "Picture", "Family", "Session", "Prompt 1" };

  harness_type (window, "Iterations", "3");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  gtk_widget_grab_focus (harness_find (GTK_WIDGET (window), "Prompt 1"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      harness_activate (window, "win.next-region");
      g_assert_true (is_at (window, names[i]));
    }
  for (guint i = G_N_ELEMENTS (names); i > 0; i--)
    {
      g_assert_true (is_at (window, names[i - 1]));
      harness_activate (window, "win.previous-region");
    }
  harness_close_window (window);
}

static gboolean
has_message (gpointer window)
{
  GtkWidget *button = harness_find (window, "Close this message");

  return button != NULL && gtk_widget_get_mapped (button) && gtk_widget_get_width (button) > 0;
}

/* A message is on the way, what is not shown is not. */
static void
test_regions_that_are_there (void)
{
  TlWindow *window = harness_open_window ();

  harness_type (window, "Iterations", "3");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  tl_window_show_error (window, "Something is wrong.");
  harness_wait (has_message, window);
  harness_activate (window, "win.toggle-family");
  gtk_widget_grab_focus (harness_find (GTK_WIDGET (window), "Picture"));
  harness_activate (window, "win.next-region");
  g_assert_true (is_at (window, "Close this message"));
  harness_activate (window, "win.next-region");
  g_assert_true (is_at (window, "Session"));
  harness_close_window (window);
}

static void
test_message_is_dismissed (void)
{
  TlWindow *window = harness_open_window ();

  tl_window_show_error (window, "Something is wrong.");
  g_assert_nonnull (tl_window_get_message (window));
  harness_activate (window, "win.dismiss");
  g_assert_null (tl_window_get_message (window));
  harness_close_window (window);
}

/* Whoever opens a candidate is at its picture. */
static void
test_view_takes_focus (void)
{
  TlWindow *window = harness_open_window ();
  GVariant *view = g_variant_ref_sink (g_variant_new_string ("explore"));
  GtkWidget *cell;

  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", view);
  harness_settle ();
  harness_type (window, "Seed", "40");
  harness_type (window, "Explore seeds", "2");
  harness_type (window, "Hold at", "5");
  harness_press (window, "Explore");
  cell = harness_find_prefix (GTK_WIDGET (window), "Seed 40");
  g_assert_nonnull (cell);
  gtk_widget_grab_focus (cell);
  gtk_widget_activate (cell);
  harness_settle ();
  g_assert_true (is_at (window, "Picture"));
  g_variant_unref (view);
  harness_close_window (window);
}

static guint
count_menu_buttons (GtkWidget *root)
{
  guint n = 0;

  if (GTK_IS_MENU_BUTTON (root))
    {
      GtkWidget *inner = gtk_widget_get_first_child (root);

      g_assert_true (GTK_IS_TOGGLE_BUTTON (inner));
      g_assert_null (gtk_test_accessible_check_relation (
        GTK_ACCESSIBLE (inner), GTK_ACCESSIBLE_RELATION_LABELLED_BY, root, NULL));
      g_assert_true (
        gtk_test_accessible_has_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL));
      n++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_menu_buttons (child);
  return n;
}

/* Where the focus is, a button within that has no words of its own. */
static void
test_menu_buttons_have_names (void)
{
  TlWindow *window = harness_open_window ();

  g_assert_cmpuint (count_menu_buttons (GTK_WIDGET (window)), ==, 6);
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/regions-window/regions", test_regions);
  g_test_add_func ("/regions-window/that-are-there", test_regions_that_are_there);
  g_test_add_func ("/regions-window/message-is-dismissed", test_message_is_dismissed);
  g_test_add_func ("/regions-window/view-takes-focus", test_view_takes_focus);
  g_test_add_func ("/window/menu-buttons-have-names", test_menu_buttons_have_names);
  return g_test_run ();
}
