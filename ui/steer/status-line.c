/* status-line.c - what the run on screen is doing, in one line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/status-line.h"

#include "ui/steer/status.h"

#include <glib/gi18n-lib.h>

struct _TlStatusLine
{
  GtkWidget parent_instance;

  TlRun *run;         /* (nullable) */
  TlBackend *backend; /* (nullable) */
  guint n_iterations;
  char *many;    /* (nullable): what they do */
  guint refresh; /* idle source */

  GtkLabel *status;
  GtkLabel *aside;
};

G_DEFINE_FINAL_TYPE (TlStatusLine, tl_status_line, GTK_TYPE_WIDGET)

/* A label names itself by its text; this one keeps its name, and the text describes it. */
static gboolean
refresh_cb (gpointer user_data)
{
  TlStatusLine *self = user_data;
  g_autofree char *status = self->run == NULL && self->many != NULL
                              ? tl_status_print_many (self->many, self->backend)
                              : tl_status_print (self->run, self->backend, self->n_iterations);

  self->refresh = 0;
  gtk_label_set_label (self->status, status);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->status), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Status"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status, -1);
  return G_SOURCE_REMOVE;
}

static void
queue_refresh (TlStatusLine *self)
{
  if (self->refresh == 0)
    self->refresh = g_idle_add (refresh_cb, self);
}

static void
tl_status_line_dispose (GObject *object)
{
  TlStatusLine *self = TL_STATUS_LINE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->refresh, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->backend);

  G_OBJECT_CLASS (tl_status_line_parent_class)->dispose (object);
}

static void
tl_status_line_finalize (GObject *object)
{
  g_free (TL_STATUS_LINE (object)->many);

  G_OBJECT_CLASS (tl_status_line_parent_class)->finalize (object);
}

static void
tl_status_line_class_init (TlStatusLineClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_status_line_dispose;
  G_OBJECT_CLASS (class)->finalize = tl_status_line_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/steer/status-line.ui");
  gtk_widget_class_bind_template_child (widget_class, TlStatusLine, aside);
  gtk_widget_class_bind_template_child (widget_class, TlStatusLine, status);
}

static void
tl_status_line_init (TlStatusLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  queue_refresh (self);
}

void
tl_status_line_show (TlStatusLine *self, TlRun *run, TlBackend *backend, guint n_iterations)
{
  if (self->run != run)
    {
      if (self->run != NULL)
        g_signal_handlers_disconnect_by_data (self->run, self);
      g_set_object (&self->run, run);
      if (run != NULL)
        g_signal_connect_object (run, "notify", G_CALLBACK (queue_refresh), self,
                                 G_CONNECT_SWAPPED);
    }
  g_set_object (&self->backend, backend);
  self->n_iterations = n_iterations;
  queue_refresh (self);
}

void
tl_status_line_set_many (TlStatusLine *self, const char *what)
{
  if (g_strcmp0 (self->many, what) == 0)
    return;
  g_free (self->many);
  self->many = g_strdup (what);
  queue_refresh (self);
}

void
tl_status_line_set_aside (TlStatusLine *self, const char *aside)
{
  gtk_label_set_label (self->aside, aside != NULL ? aside : "");
}
