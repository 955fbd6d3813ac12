/* checkpoint-box.c - the checkpoints of one run, to walk through
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/family/checkpoint-box.h"

#include "core/session/session-checkpoints.h"
#include "ui/family/family-row.h"
#include "ui/family/thumbnail.h"
#include "ui/inner-button.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* More marks than this are a grey bar. */
#define MAX_MARKS 30

struct _TlCheckpointBox
{
  GtkWidget parent_instance;

  TlSession *session;      /* (nullable) */
  TlRun *run;              /* (nullable) */
  GListModel *checkpoints; /* (nullable): of TlCheckpoint */
  TlCheckpoint *current;   /* (nullable): now */
  gboolean is_filling;     /* the scale moves because its ends do */

  TlThumbnail *thumbnail;
  GtkLabel *title;
  GtkLabel *similarity;
  GtkLabel *kept;
  GtkScale *scale;
  GtkAdjustment *adjustment;
  GtkWidget *menu_button;
  GtkButton *star_button;
  GtkButton *reject_button;
};

static guint moved_signal;

G_DEFINE_FINAL_TYPE (TlCheckpointBox, tl_checkpoint_box, GTK_TYPE_WIDGET)

/* --- Words ----------------------------------------------------------------------------------- */

char *
tl_kept_print (TlKept kept)
{
  const struct
  {
    TlKept reason;
    const char *word;
  } reasons[] = {
    { TL_KEPT_STAR, _ ("starred") },          { TL_KEPT_TURN, _ ("before a turn") },
    { TL_KEPT_FORK, _ ("a fork left here") }, { TL_KEPT_HOLD, _ ("held here") },
    { TL_KEPT_END, _ ("its end") },           { TL_KEPT_PAUSE, _ ("paused here") },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (kept & reasons[i].reason)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", reasons[i].word);
  return g_string_free (text, text->len == 0);
}

static char *
print_title (TlCheckpointBox *self)
{
  if (self->run == NULL)
    return g_strdup ("");
  if (self->current == NULL)
    return g_strdup_printf (_ ("Now, iteration %lu"), (gulong) tl_run_get_iteration (self->run));
  return g_strdup_printf (_ ("Iteration %lu"),
                          (gulong) tl_checkpoint_get_iteration (self->current));
}

static void
update_words (TlCheckpointBox *self)
{
  g_autofree char *title = print_title (self);
  g_autofree char *similarity = NULL;
  g_autofree char *kept = NULL;
  gdouble value = NAN;

  if (self->current != NULL)
    {
      value = tl_checkpoint_get_similarity (self->current);
      kept = tl_kept_print (tl_checkpoint_get_kept (self->current));
    }
  else if (self->run != NULL)
    {
      value = tl_run_get_similarity (self->run);
      kept = g_strdup (tl_run_state_get_word (tl_run_get_state (self->run)));
    }
  if (!isnan (value))
    similarity = g_strdup_printf (_ ("similarity %.2f"), value);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->similarity, similarity != NULL ? similarity : "");
  gtk_label_set_label (self->kept, kept != NULL ? kept : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  title, -1);
}

static void
update_mark (TlCheckpointBox *self)
{
  TlMark mark = self->run != NULL ? tl_run_get_mark (self->run) : TL_MARK_NONE;
  gboolean is_starred = mark == TL_MARK_STARRED;

  gtk_button_set_icon_name (self->star_button,
                            is_starred ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->star_button),
                               is_starred ? _ ("Take the star away (K)") : _ ("Star it (K)"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->reject_button),
                               mark == TL_MARK_REJECTED ? _ ("Not rejected after all (Z)")
                                                        : _ ("Reject it (X)"));
  if (mark == TL_MARK_REJECTED)
    gtk_widget_add_css_class (GTK_WIDGET (self->reject_button), "rejected");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->reject_button), "rejected");
}

/* --- The scale ------------------------------------------------------------------------------- */

/* Of those that are older than now. */
static guint
count_past (TlCheckpointBox *self)
{
  guint n = self->checkpoints != NULL ? g_list_model_get_n_items (self->checkpoints) : 0;

  while (n > 0)
    {
      g_autoptr (TlCheckpoint) last = g_list_model_get_item (self->checkpoints, n - 1);

      if (tl_checkpoint_get_iteration (last) < tl_run_get_iteration (self->run))
        break;
      n--;
    }
  return n;
}

static guint
find_current (TlCheckpointBox *self, guint n)
{
  for (guint i = 0; i < n && self->current != NULL; i++)
    {
      g_autoptr (TlCheckpoint) item = g_list_model_get_item (self->checkpoints, i);

      if (item == self->current)
        return i;
    }
  return n;
}

static void
mark_scale (TlCheckpointBox *self, guint n)
{
  guint n_marks = 0;

  gtk_scale_clear_marks (self->scale);
  for (guint i = 0; i < n && n_marks < MAX_MARKS; i++)
    {
      g_autoptr (TlCheckpoint) item = g_list_model_get_item (self->checkpoints, i);

      if ((tl_checkpoint_get_kept (item) & ~TL_KEPT_PAUSE) == 0)
        continue;
      gtk_scale_add_mark (self->scale, i, GTK_POS_BOTTOM, NULL);
      n_marks++;
    }
}

static void
fill_scale (TlCheckpointBox *self)
{
  guint n = self->run != NULL ? count_past (self) : 0;

  self->is_filling = TRUE;
  gtk_adjustment_configure (self->adjustment, find_current (self, n), 0, n, 1, MAX (n / 10, 1), 0);
  mark_scale (self, n);
  gtk_widget_set_sensitive (GTK_WIDGET (self->scale), n > 0);
  self->is_filling = FALSE;
  update_words (self);
}

static void
show_current (TlCheckpointBox *self)
{
  if (self->current != NULL)
    tl_thumbnail_show_past (self->thumbnail, self->session, self->run,
                            tl_checkpoint_get_iteration (self->current));
  else
    tl_thumbnail_show_run (self->thumbnail, self->session, self->run);
  update_words (self);
}

/* The one that is looked at may be dropped meanwhile: then it is now that is looked at. */
static void
checkpoints_changed_cb (TlCheckpointBox *self)
{
  guint n = count_past (self);
  gboolean is_gone = self->current != NULL && find_current (self, n) == n;

  if (is_gone)
    g_clear_object (&self->current);
  fill_scale (self);
  if (!is_gone)
    return;
  show_current (self);
  g_signal_emit (self, moved_signal, 0);
}

static void
scale_moved_cb (TlCheckpointBox *self)
{
  guint position = lround (gtk_adjustment_get_value (self->adjustment));
  guint n;
  g_autoptr (TlCheckpoint) item = NULL;

  if (self->is_filling || self->run == NULL)
    return;
  n = count_past (self);
  if (position < n)
    item = g_list_model_get_item (self->checkpoints, position);
  if (!g_set_object (&self->current, item))
    return;
  show_current (self);
  g_signal_emit (self, moved_signal, 0);
}

/* The end of the scale is now: it only moves when now is past what was the last one. */
static void
iteration_changed_cb (TlCheckpointBox *self)
{
  if (count_past (self) != (guint) gtk_adjustment_get_upper (self->adjustment))
    checkpoints_changed_cb (self);
  else if (self->current == NULL)
    update_words (self);
}

static void
forget_run (TlCheckpointBox *self)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  if (self->checkpoints != NULL)
    g_signal_handlers_disconnect_by_data (self->checkpoints, self);
  g_clear_object (&self->checkpoints);
  g_clear_object (&self->current);
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_checkpoint_box_dispose (GObject *object)
{
  TlCheckpointBox *self = TL_CHECKPOINT_BOX (object);
  GtkWidget *child;

  forget_run (self);
  g_clear_object (&self->run);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_checkpoint_box_parent_class)->dispose (object);
}

static void
tl_checkpoint_box_class_init (TlCheckpointBoxClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_checkpoint_box_dispose;
  moved_signal = g_signal_new ("moved", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
  g_type_ensure (TL_TYPE_THUMBNAIL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/family/checkpoint-box.ui");
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, adjustment);
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, kept);
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, menu_button);
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, reject_button);
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, scale);
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, similarity);
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, star_button);
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, TlCheckpointBox, title);
  gtk_widget_class_bind_template_callback (widget_class, scale_moved_cb);
}

static void
tl_checkpoint_box_init (TlCheckpointBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->menu_button);
  update_mark (self);
}

void
tl_checkpoint_box_set_run (TlCheckpointBox *self, TlSession *session, TlRun *run)
{
  forget_run (self);
  g_set_object (&self->session, session);
  g_set_object (&self->run, run);
  if (run != NULL)
    {
      self->checkpoints = g_object_ref (tl_session_get_checkpoints (session, run));
      g_signal_connect_object (self->checkpoints, "items-changed",
                               G_CALLBACK (checkpoints_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::iteration", G_CALLBACK (iteration_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::similarity", G_CALLBACK (iteration_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::state", G_CALLBACK (iteration_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::mark", G_CALLBACK (update_mark), self,
                               G_CONNECT_SWAPPED);
    }
  fill_scale (self);
  show_current (self);
  update_mark (self);
}

TlCheckpoint *
tl_checkpoint_box_get_checkpoint (TlCheckpointBox *self)
{
  return self->current;
}

void
tl_checkpoint_box_go (TlCheckpointBox *self, gint by)
{
  gdouble value = gtk_adjustment_get_value (self->adjustment) + by;

  gtk_adjustment_set_value (self->adjustment, value);
}
