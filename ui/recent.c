/* recent.c - sessions that were open lately
 *
 * The desktop's own list of recent files, as far as it holds sessions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

#include "core/session/title.h"

#define MAX_RECENT 10
#define MIME_TYPE "application/x-tiller-session"

void
tl_window_remember_recent (TlWindow *self)
{
  const char *path = tl_session_get_path (self->session);
  g_autofree char *uri = path != NULL ? g_filename_to_uri (path, NULL, NULL) : NULL;
  GtkRecentData data = { .display_name = (char *) tl_session_get_title (self->session),
                         .mime_type = (char *) MIME_TYPE,
                         .app_name = (char *) "Tiller",
                         .app_exec = (char *) "tiller %f" };

  if (uri != NULL)
    gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
}

static gint
compare_age (gconstpointer a, gconstpointer b)
{
  return g_date_time_compare (gtk_recent_info_get_modified ((GtkRecentInfo *) b),
                              gtk_recent_info_get_modified ((GtkRecentInfo *) a));
}

void
tl_window_fill_recent (TlWindow *self)
{
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());
  guint n = 0;

  items = g_list_sort (items, compare_age);
  g_menu_remove_all (self->recent_menu);
  for (GList *l = items; l != NULL && n < MAX_RECENT; l = l->next)
    if (g_str_has_suffix (gtk_recent_info_get_uri (l->data), TL_SESSION_SUFFIX)
        && gtk_recent_info_exists (l->data))
      {
        g_autofree char *action = g_action_print_detailed_name (
          "win.open-uri", g_variant_new_string (gtk_recent_info_get_uri (l->data)));

        g_menu_append (self->recent_menu, gtk_recent_info_get_display_name (l->data), action);
        n++;
      }
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
}
