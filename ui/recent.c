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

/* (transfer container): the sessions that are still there, the newest first */
static GPtrArray *
find_recent (void)
{
  GPtrArray *found =
    g_ptr_array_new_with_free_func ((GDestroyNotify) (GCallback) gtk_recent_info_unref);
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());

  items = g_list_sort (items, compare_age);
  for (GList *l = items; l != NULL && found->len < MAX_RECENT; l = l->next)
    if (g_str_has_suffix (gtk_recent_info_get_uri (l->data), TL_SESSION_SUFFIX)
        && gtk_recent_info_exists (l->data))
      g_ptr_array_add (found, gtk_recent_info_ref (l->data));
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
  return found;
}

static gboolean
has_namesake (GPtrArray *infos, GtkRecentInfo *info)
{
  for (guint i = 0; i < infos->len; i++)
    if (g_ptr_array_index (infos, i) != info
        && g_strcmp0 (gtk_recent_info_get_display_name (g_ptr_array_index (infos, i)),
                      gtk_recent_info_get_display_name (info))
             == 0)
      return TRUE;
  return FALSE;
}

/* Sessions of one title are told apart by their files. An underscore would be a mnemonic. */
static char *
print_label (GPtrArray *infos, GtkRecentInfo *info)
{
  const char *title = gtk_recent_info_get_display_name (info);
  g_autoptr (GFile) file = g_file_new_for_uri (gtk_recent_info_get_uri (info));
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *label = NULL;
  g_auto (GStrv) parts = NULL;

  label = has_namesake (infos, info) ? g_strdup_printf ("%s – %s", title, name) : g_strdup (title);
  parts = g_strsplit (label, "_", -1);
  return g_strjoinv ("__", parts);
}

void
tl_window_fill_recent (TlWindow *self)
{
  g_autoptr (GPtrArray) infos = find_recent ();

  g_menu_remove_all (self->recent_menu);
  for (guint i = 0; i < infos->len; i++)
    {
      GtkRecentInfo *info = g_ptr_array_index (infos, i);
      g_autofree char *label = print_label (infos, info);
      g_autofree char *action = g_action_print_detailed_name (
        "win.open-uri", g_variant_new_string (gtk_recent_info_get_uri (info)));

      g_menu_append (self->recent_menu, label, action);
    }
}
