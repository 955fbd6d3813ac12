/* run-keys.c - the keys that act on runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/run-keys.h"

void
tl_run_keys_add (GtkWidgetClass *class)
{
  const struct
  {
    guint keyval;
    const char *action;
  } keys[] = {
    /* Menus name the last of an action's keys: that of the keypad goes first. */
    { GDK_KEY_KP_Space, "win.toggle-pause" },
    { GDK_KEY_space, "win.toggle-pause" },
    { GDK_KEY_f, "win.fork" },
    { GDK_KEY_c, "win.compare" },
    { GDK_KEY_period, "win.star" },
    { GDK_KEY_k, "win.star" },
    { GDK_KEY_x, "win.reject" },
    { GDK_KEY_z, "win.unreject" },
    { GDK_KEY_r, "win.reseed" },
    { GDK_KEY_KP_Delete, "win.delete" },
    { GDK_KEY_Delete, "win.delete" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (class, keys[i].keyval, 0, keys[i].action, NULL);
}
