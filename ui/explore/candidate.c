/* candidate.c - one start of many: its moving picture, seed, similarity and mark
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/candidate.h"

#include "ui/family/family-row.h"
#include "ui/family/thumbnail.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* How often a screen reader is told of what merely grows. */
#define NAME_EVERY G_USEC_PER_SEC

struct _TlCandidate
{
  GtkFlowBoxChild parent_instance;

  TlRun *run;
  char *judge; /* (nullable): the key of the one whose scores are shown */
  gint64 named_at;

  TlThumbnail *thumbnail;
  GtkLabel *seed;
  GtkLabel *similarity;
  GtkLabel *score;
  GtkImage *mark;
};

G_DEFINE_FINAL_TYPE (TlCandidate, tl_candidate, GTK_TYPE_FLOW_BOX_CHILD)

/* --- What is shown --------------------------------------------------------------------------- */

static char *
print_seed (TlRun *run)
{
  const TlRunOrigin *origin = tl_run_get_origin (run);

  /* Of siblings the seed says nothing. */
  if (origin->parent != NULL || tl_run_get_name (run) != NULL)
    return tl_run_dup_title (run);
  return g_strdup_printf ("%" G_GUINT64_FORMAT, tl_start_get_values (tl_run_get_start (run))->seed);
}

static gdouble
get_score (TlCandidate *self)
{
  return self->judge != NULL ? tl_run_get_score (self->run, self->judge, NULL) : NAN;
}

/* One thing more of a list. Takes @item. */
static void
append (GString *list, char *item)
{
  g_string_append_printf (list, ", %s", item);
  g_free (item);
}

/* Part of the interface to other programs (design.md, 5). */
static void
update_name (TlCandidate *self)
{
  TlMark mark = tl_run_get_mark (self->run);
  gdouble similarity = tl_run_get_similarity (self->run);
  GString *name = g_string_new (NULL);

  g_string_printf (name, _ ("Seed %s, iteration %lu"), gtk_label_get_label (self->seed),
                   (gulong) tl_run_get_iteration (self->run));
  if (!isnan (similarity))
    append (name, g_strdup_printf (_ ("similarity %.2f"), similarity));
  if (!isnan (get_score (self)))
    append (name, g_strdup_printf (_ ("judge %.2f"), get_score (self)));
  if (mark != TL_MARK_NONE)
    append (name, g_strdup (mark == TL_MARK_STARRED ? _ ("starred") : _ ("rejected")));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str,
                                  -1);
  g_string_free (name, TRUE);
  self->named_at = g_get_monotonic_time ();
}

static void
grown_cb (TlCandidate *self)
{
  guint64 hold = tl_run_get_origin (self->run)->hold;
  guint64 end = hold > 0 ? hold : MAX (tl_run_get_n_iterations (self->run), 1);
  guint64 iteration = tl_run_get_iteration (self->run);
  gdouble similarity = tl_run_get_similarity (self->run);
  g_autofree char *text = isnan (similarity) ? g_strdup ("") : g_strdup_printf ("%.2f", similarity);

  gtk_label_set_label (self->similarity, text);
  tl_thumbnail_set_growth (self->thumbnail, (gdouble) iteration / end);
  if (iteration >= end || g_get_monotonic_time () - self->named_at > NAME_EVERY)
    update_name (self);
}

static void
scored_cb (TlCandidate *self)
{
  gdouble score = get_score (self);
  g_autofree char *text = isnan (score) ? g_strdup ("") : g_strdup_printf ("%.2f", score);

  gtk_label_set_label (self->score, text);
  gtk_widget_set_visible (GTK_WIDGET (self->score), !isnan (score));
  update_name (self);
  gtk_flow_box_child_changed (GTK_FLOW_BOX_CHILD (self));
}

static void
update_mark (TlCandidate *self)
{
  TlMark mark = tl_run_get_mark (self->run);

  gtk_widget_set_visible (GTK_WIDGET (self->mark), mark != TL_MARK_NONE);
  gtk_image_set_from_icon_name (self->mark, mark == TL_MARK_STARRED ? "starred-symbolic"
                                                                    : "window-close-symbolic");
  if (mark == TL_MARK_REJECTED)
    gtk_widget_add_css_class (GTK_WIDGET (self), "rejected");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "rejected");
  update_name (self);
  gtk_flow_box_child_changed (GTK_FLOW_BOX_CHILD (self));
}

static void
update_title (TlCandidate *self)
{
  g_autofree char *seed = print_seed (self->run);

  gtk_label_set_label (self->seed, seed);
  update_name (self);
}

static void
state_changed_cb (TlCandidate *self)
{
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               tl_run_state_get_word (tl_run_get_state (self->run)));
  update_name (self);
}

/* --- Laid out by hand ------------------------------------------------------------------------ */

static GdkContentProvider *
prepare_cb (GtkDragSource *source, gdouble x, gdouble y, TlCandidate *self)
{
  g_autoptr (GdkPaintable) icon = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, icon, (gint) x, (gint) y);
  return gdk_content_provider_new_typed (TL_TYPE_CANDIDATE, self);
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, gdouble x, gdouble y, TlCandidate *self)
{
  GtkFlowBoxChild *dragged = g_value_get_object (value);

  /* Another window's does not stand here. */
  if (dragged == NULL
      || gtk_widget_get_parent (GTK_WIDGET (dragged)) != gtk_widget_get_parent (GTK_WIDGET (self)))
    return FALSE;
  return gtk_widget_activate_action (GTK_WIDGET (self), "explore.lay", "(ii)",
                                     gtk_flow_box_child_get_index (dragged),
                                     gtk_flow_box_child_get_index (GTK_FLOW_BOX_CHILD (self)));
}

static void
add_dragging (TlCandidate *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (TL_TYPE_CANDIDATE, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), self);
  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_candidate_dispose (GObject *object)
{
  TlCandidate *self = TL_CANDIDATE (object);

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_pointer (&self->judge, g_free);

  G_OBJECT_CLASS (tl_candidate_parent_class)->dispose (object);
}

static void
tl_candidate_class_init (TlCandidateClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_candidate_dispose;
  g_type_ensure (TL_TYPE_THUMBNAIL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/explore/candidate.ui");
  gtk_widget_class_bind_template_child (widget_class, TlCandidate, mark);
  gtk_widget_class_bind_template_child (widget_class, TlCandidate, score);
  gtk_widget_class_bind_template_child (widget_class, TlCandidate, seed);
  gtk_widget_class_bind_template_child (widget_class, TlCandidate, similarity);
  gtk_widget_class_bind_template_child (widget_class, TlCandidate, thumbnail);
}

static void
tl_candidate_init (TlCandidate *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_dragging (self);
}

GtkWidget *
tl_candidate_new (TlSession *session, TlRun *run)
{
  TlCandidate *self = g_object_new (TL_TYPE_CANDIDATE, NULL);
  const struct
  {
    const char *signal;
    GCallback callback;
  } signals[] = {
    { "notify::iteration", G_CALLBACK (grown_cb) },
    { "notify::similarity", G_CALLBACK (grown_cb) },
    { "notify::mark", G_CALLBACK (update_mark) },
    { "notify::n-scores", G_CALLBACK (scored_cb) },
    { "notify::title", G_CALLBACK (update_title) },
    { "notify::state", G_CALLBACK (state_changed_cb) },
  };

  self->run = g_object_ref (run);
  tl_thumbnail_show_run (self->thumbnail, session, run);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (run, signals[i].signal, signals[i].callback, self, G_CONNECT_SWAPPED);
  update_title (self);
  grown_cb (self);
  update_mark (self);
  state_changed_cb (self);
  return GTK_WIDGET (self);
}

TlRun *
tl_candidate_get_run (TlCandidate *self)
{
  return self->run;
}

void
tl_candidate_set_judge (TlCandidate *self, const char *judge)
{
  char *copy = g_strdup (judge);

  g_free (self->judge);
  self->judge = copy;
  scored_cb (self);
}

void
tl_candidate_set_size (TlCandidate *self, guint size)
{
  tl_thumbnail_set_size (self->thumbnail, size);
}
