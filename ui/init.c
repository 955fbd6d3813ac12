/* init.c - what the widgets need before the first of them is made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/init.h"

#include "tiller-resources.h"

#include <gtk/gtk.h>

#define MAX_SCALE 4      /* device pixels per pixel */
#define SCALABLE_SIZE 48 /* at which GTK draws a window's icon that comes in any size */

/* The icon of every window, as GTK asks for it (gtkwindow.c, icon_list_from_theme()), for as long
 * as the program goes on. GTK 4.8 keeps it only among the hundred icons that were used last, from
 * where a thread that loads another may drop it in the very moment in which the next window asks
 * for it: it then gets one that is being finalized, and the program ends. */
static void
keep_window_icon (GtkIconTheme *theme)
{
  g_autofree gint *sizes = gtk_icon_theme_get_icon_sizes (theme, "org.tiller.Tiller");

  for (guint i = 0; sizes[i] != 0; i++)
    for (gint scale = 1; scale <= MAX_SCALE; scale++)
      gtk_icon_theme_lookup_icon (theme, "org.tiller.Tiller", NULL,
                                  sizes[i] > 0 ? sizes[i] : SCALABLE_SIZE, scale,
                                  gtk_widget_get_default_direction (), 0);
}

void
tl_ui_init (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (display);
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  g_resources_register (tiller_get_resource ());
  gtk_css_provider_load_from_resource (style, "/org/tiller/Tiller/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (theme, "/org/tiller/Tiller/icons");
  keep_window_icon (theme);
}
