/* session-button.c - what the session is called, when it was saved, and where it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/session/session-button.h"

#include "ui/inner-button.h"

#include "core/session/session-upkeep.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TICK_SECONDS 5

struct _TlSessionButton
{
  GtkWidget parent_instance;

  TlSession *session; /* (nullable) */
  guint tick;         /* timeout */

  GtkMenuButton *button;
  GtkPopover *popover;
  GtkLabel *title;
  GtkLabel *saved;
  GtkEditable *entry;
  GtkLabel *place;
  GtkLabel *size;
  GtkSpinButton *budget;
  GtkAdjustment *interval_adjustment;
  GtkWidget *interval_row;
};

G_DEFINE_FINAL_TYPE (TlSessionButton, tl_session_button, GTK_TYPE_WIDGET)

/* --- Words ----------------------------------------------------------------------------------- */

char *
tl_saved_print (gint64 saved_at, gint64 now)
{
  gint64 seconds = MAX (0, now - saved_at) / G_USEC_PER_SEC;

  if (saved_at == 0)
    return g_strdup ("");
  if (seconds < TICK_SECONDS)
    return g_strdup (_ ("saved just now"));
  if (seconds < 60)
    return g_strdup_printf (_ ("saved %d s ago"), (gint) seconds);
  if (seconds < 3600)
    return g_strdup_printf (_ ("saved %d min ago"), (gint) (seconds / 60));
  return g_strdup (_ ("saved"));
}

/* The home folder is not worth its letters. */
static char *
print_place (const char *path)
{
  const char *home = g_get_home_dir ();

  if (path == NULL)
    return g_strdup (_ ("It will have a file with its first run."));
  if (g_str_has_prefix (path, home) && path[strlen (home)] == G_DIR_SEPARATOR)
    return g_strconcat ("~", path + strlen (home), NULL);
  return g_filename_display_name (path);
}

static char *
print_size (TlSession *session)
{
  guint64 size = 0;
  g_autofree char *text = NULL;

  g_object_get (session, "size", &size, NULL);
  if (tl_session_get_path (session) == NULL)
    return g_strdup (_ ("Nothing on the disk yet"));
  text = g_format_size (size);
  return g_strdup_printf (_ ("%s on the disk"), text);
}

static void
update (TlSessionButton *self)
{
  gint64 saved_at = 0;
  gboolean has_problem = tl_session_get_problem (self->session) != NULL;
  TlAccess access = tl_session_get_access (self->session);
  g_autofree char *saved = NULL;
  g_autofree char *place = print_place (tl_session_get_path (self->session));
  g_autofree char *size = print_size (self->session);

  g_object_get (self->session, "saved-at", &saved_at, NULL);
  if (has_problem)
    saved = g_strdup (_ ("not saved"));
  else if (tl_session_get_path (self->session) == NULL)
    saved = g_strdup (_ ("nothing to save yet"));
  else if (access != TL_ACCESS_WRITE)
    saved = g_strdup (_ ("read-only"));
  else if (saved_at == 0)
    saved = g_strdup (_ ("saved"));
  else
    saved = tl_saved_print (saved_at, g_get_real_time ());
  gtk_label_set_label (self->title, tl_session_get_title (self->session));
  gtk_label_set_label (self->saved, saved);
  gtk_label_set_label (self->place, place);
  gtk_label_set_label (self->size, size);
  gtk_widget_set_sensitive (GTK_WIDGET (self->entry), access == TL_ACCESS_WRITE);
}

static gboolean
tick_cb (gpointer user_data)
{
  TlSessionButton *self = user_data;

  if (self->session != NULL)
    update (self);
  return G_SOURCE_CONTINUE;
}

/* --- The popover ----------------------------------------------------------------------------- */

static void
opened_cb (TlSessionButton *self)
{
  gtk_editable_set_text (self->entry, tl_session_get_title (self->session));
  gtk_spin_button_set_value (self->budget, tl_session_get_budget (self->session) / 1e9);
}

static void
rename_cb (TlSessionButton *self)
{
  gtk_popover_popdown (self->popover);
}

static void
closed_cb (TlSessionButton *self)
{
  g_autofree char *title = NULL;

  if (self->session == NULL)
    return;
  title = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  if (*title != '\0' && g_strcmp0 (title, tl_session_get_title (self->session)) != 0)
    tl_session_rename (self->session, title);
}

static void
budget_changed_cb (TlSessionButton *self)
{
  guint64 n_bytes = gtk_spin_button_get_value (self->budget) * 1e9;

  if (self->session != NULL
      && tl_session_get_budget (self->session) / 100000000 != n_bytes / 100000000)
    tl_session_set_budget (self->session, n_bytes);
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_session_button_dispose (GObject *object)
{
  TlSessionButton *self = TL_SESSION_BUTTON (object);
  GtkWidget *child;

  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_session_button_parent_class)->dispose (object);
}

static void
tl_session_button_class_init (TlSessionButtonClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_session_button_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/session/session-button.ui");
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, budget);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, button);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, entry);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, interval_adjustment);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, interval_row);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, place);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, popover);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, saved);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, size);
  gtk_widget_class_bind_template_child (widget_class, TlSessionButton, title);
  gtk_widget_class_bind_template_callback (widget_class, budget_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, rename_cb);
}

static void
tl_session_button_init (TlSessionButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->button);
  self->tick = g_timeout_add_seconds (TICK_SECONDS, tick_cb, self);
}

void
tl_session_button_set_session (TlSessionButton *self, TlSession *session)
{
  const char *const properties[] = { "notify::title",   "notify::path",   "notify::saved-at",
                                     "notify::problem", "notify::access", "notify::size" };

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    g_signal_connect_object (session, properties[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
tl_session_button_set_preferences (TlSessionButton *self, GSettings *preferences)
{
  gtk_widget_set_visible (self->interval_row, preferences != NULL);
  if (preferences != NULL)
    g_settings_bind (preferences, "checkpoint-every", self->interval_adjustment, "value",
                     G_SETTINGS_BIND_DEFAULT);
}

void
tl_session_button_rename (TlSessionButton *self)
{
  gtk_menu_button_popup (self->button);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
