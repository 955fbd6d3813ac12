/* init.c - what the widgets need before the first of them is made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/init.h"

#include "tiller-resources.h"

#include <gtk/gtk.h>

void
tl_ui_init (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  g_resources_register (tiller_get_resource ());
  gtk_css_provider_load_from_resource (style, "/org/tiller/Tiller/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display),
                                    "/org/tiller/Tiller/icons");
}
