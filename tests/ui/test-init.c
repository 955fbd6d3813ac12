/* test-init.c - what the widgets find when the first of them is made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

/* More than GTK keeps of what was used last. */
#define N_OTHERS 200

static GtkIconPaintable *
look_up (const char *name, gint size)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());

  return gtk_icon_theme_lookup_icon (theme, name, NULL, size, 1, GTK_TEXT_DIR_LTR, 0);
}

/* A window that is opened after another has closed finds its icon, whatever was shown between. */
static void
test_window_icon_stays (void)
{
  GtkIconPaintable *icon = look_up ("org.tiller.Tiller", 48);
  gpointer watched = icon;

  g_object_add_weak_pointer (G_OBJECT (icon), &watched);
  g_object_unref (icon);
  for (gint i = 0; i < N_OTHERS; i++)
    g_object_unref (look_up ("tiller-dice-symbolic", 1 + i % 120));
  g_assert_nonnull (watched);
  g_object_remove_weak_pointer (G_OBJECT (icon), &watched);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/init/window-icon-stays", test_window_icon_stays);
  return g_test_run ();
}
