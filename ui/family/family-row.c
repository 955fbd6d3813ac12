/* family-row.c - a run in the tree: its picture, what it is called, how far it came
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/family/family-row.h"

#include "ui/family/thumbnail.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* How often a screen reader is told of what merely grows. */
#define NAME_EVERY G_USEC_PER_SEC

struct _TlFamilyRow
{
  GtkWidget parent_instance;

  TlRun *run; /* (nullable) */
  gint64 named_at;

  TlThumbnail *thumbnail;
  GtkLabel *title;
  GtkLabel *detail;
  GtkImage *mark;
  GtkImage *state;
};

G_DEFINE_FINAL_TYPE (TlFamilyRow, tl_family_row, GTK_TYPE_WIDGET)

/* --- Words ----------------------------------------------------------------------------------- */

static const struct
{
  const char *icon;
  const char *word;
} states[] = {
  [TL_RUN_NEW] = { "content-loading-symbolic", N_ ("not begun") },
  [TL_RUN_STARTING] = { "content-loading-symbolic", N_ ("starting") },
  [TL_RUN_RUNNING] = { "media-playback-start-symbolic", N_ ("going") },
  [TL_RUN_PAUSED] = { "media-playback-pause-symbolic", N_ ("paused") },
  [TL_RUN_STOPPED] = { "media-playback-stop-symbolic", N_ ("stopped") },
  [TL_RUN_FINISHED] = { "object-select-symbolic", N_ ("finished") },
  [TL_RUN_FAILED] = { "dialog-warning-symbolic", N_ ("ended by an error") },
  [TL_RUN_HELD] = { "media-playback-pause-symbolic", N_ ("held, to be picked") },
};

const char *
tl_run_state_get_icon (TlRunState state)
{
  return states[state].icon;
}

const char *
tl_run_state_get_word (TlRunState state)
{
  return _ (states[state].word);
}

char *
tl_run_print_detail (TlRun *run)
{
  gdouble similarity = tl_run_get_similarity (run);
  g_autofree char *iteration = g_strdup_printf ("%lu", (gulong) tl_run_get_iteration (run));

  if (isnan (similarity))
    return g_steal_pointer (&iteration);
  /* Translators: iteration and similarity */
  return g_strdup_printf (_ ("%s · %.2f"), iteration, similarity);
}

/* --- The row --------------------------------------------------------------------------------- */

static void
name_widget (GtkWidget *widget, const char *name)
{
  if (widget != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
}

/* One thing more of a list. Takes @item. */
static void
append (GString *list, char *item)
{
  g_string_append_printf (list, ", %s", item);
  g_free (item);
}

/* Neither the row of the list, which a screen reader stands on, nor the expander in it, which takes
 * the focus, has words of its own. */
static void
update_name (TlFamilyRow *self)
{
  GtkWidget *expander = gtk_widget_get_parent (GTK_WIDGET (self));
  GtkWidget *item = expander != NULL ? gtk_widget_get_parent (expander) : NULL;
  TlMark mark = tl_run_get_mark (self->run);
  gdouble similarity = tl_run_get_similarity (self->run);
  g_autofree char *title = tl_run_dup_title (self->run);
  GString *name = g_string_new (title);

  append (name, g_strdup_printf (_ ("iteration %lu"), (gulong) tl_run_get_iteration (self->run)));
  if (!isnan (similarity))
    append (name, g_strdup_printf (_ ("similarity %.2f"), similarity));
  append (name, g_strdup (tl_run_state_get_word (tl_run_get_state (self->run))));
  if (mark != TL_MARK_NONE)
    append (name, g_strdup (mark == TL_MARK_STARRED ? _ ("starred") : _ ("rejected")));
  name_widget (expander, name->str);
  name_widget (item, name->str);
  g_string_free (name, TRUE);
  self->named_at = g_get_monotonic_time ();
}

static void
update_mark (TlFamilyRow *self)
{
  TlMark mark = tl_run_get_mark (self->run);
  gboolean is_starred = mark == TL_MARK_STARRED;

  gtk_widget_set_visible (GTK_WIDGET (self->mark), mark != TL_MARK_NONE);
  gtk_image_set_from_icon_name (self->mark,
                                is_starred ? "starred-symbolic" : "window-close-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->mark),
                               is_starred ? _ ("starred") : _ ("rejected"));
  if (mark == TL_MARK_REJECTED)
    gtk_widget_add_css_class (GTK_WIDGET (self), "rejected");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "rejected");
  update_name (self);
}

static void
update_title (TlFamilyRow *self)
{
  g_autofree char *title = tl_run_dup_title (self->run);
  const char *note = tl_run_get_note (self->run);

  gtk_label_set_label (self->title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), note != NULL && *note != '\0' ? note : title);
  update_name (self);
}

static void
update_detail (TlFamilyRow *self)
{
  g_autofree char *detail = tl_run_print_detail (self->run);

  gtk_label_set_label (self->detail, detail);
  if (g_get_monotonic_time () - self->named_at > NAME_EVERY)
    update_name (self);
}

static void
update_state (TlFamilyRow *self)
{
  TlRunState state = tl_run_get_state (self->run);

  gtk_image_set_from_icon_name (self->state, tl_run_state_get_icon (state));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state), tl_run_state_get_word (state));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tl_run_state_get_word (state), -1);
  update_name (self);
}

static void
follow (TlFamilyRow *self)
{
  const struct
  {
    const char *signal;
    GCallback callback;
  } signals[] = {
    { "notify::mark", G_CALLBACK (update_mark) },
    { "notify::title", G_CALLBACK (update_title) },
    { "notify::note", G_CALLBACK (update_title) },
    { "notify::iteration", G_CALLBACK (update_detail) },
    { "notify::similarity", G_CALLBACK (update_detail) },
    { "notify::state", G_CALLBACK (update_state) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->run, signals[i].signal, signals[i].callback, self,
                             G_CONNECT_SWAPPED);
  update_mark (self);
  update_title (self);
  update_detail (self);
  update_state (self);
}

static void
tl_family_row_dispose (GObject *object)
{
  TlFamilyRow *self = TL_FAMILY_ROW (object);
  GtkWidget *child;

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_family_row_parent_class)->dispose (object);
}

static void
tl_family_row_class_init (TlFamilyRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_family_row_dispose;
  g_type_ensure (TL_TYPE_THUMBNAIL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "family-row");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/family/family-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TlFamilyRow, detail);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyRow, mark);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyRow, state);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyRow, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyRow, title);
}

static void
tl_family_row_init (TlFamilyRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
tl_family_row_set_run (TlFamilyRow *self, TlSession *session, TlRun *run)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  tl_thumbnail_show_run (self->thumbnail, session, run);
  if (run != NULL)
    follow (self);
}
