/* side-picker.c - which run, and which of its iterations, is one side of a comparison
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/compare/side-picker.h"

#include "ui/inner-button.h"

#include "core/session/session-checkpoints.h"

#include <glib/gi18n-lib.h>

struct _TlSidePicker
{
  GtkWidget parent_instance;

  TlSession *session;      /* (nullable) */
  TlRun *run;              /* (nullable) */
  guint64 iteration;       /* TL_NOW, or a checkpoint's */
  GListModel *checkpoints; /* (nullable): of the run */
  GArray *iterations;      /* guint64: behind the rows of `when` */
  gboolean is_filling;

  GtkLabel *letter;
  GtkDropDown *runs;
  GtkDropDown *when;
};

enum
{
  PROP_LETTER = 1,
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TlSidePicker, tl_side_picker, GTK_TYPE_WIDGET)

static void
add_row (TlSidePicker *self, GtkStringList *rows, guint64 iteration, const char *text)
{
  g_array_append_val (self->iterations, iteration);
  gtk_string_list_append (rows, text);
}

/* The newest first. */
static void
fill_when (TlSidePicker *self)
{
  g_autoptr (GtkStringList) rows = gtk_string_list_new (NULL);
  guint n = self->checkpoints != NULL ? g_list_model_get_n_items (self->checkpoints) : 0;
  guint selected = 0;

  g_array_set_size (self->iterations, 0);
  add_row (self, rows, TL_NOW, _ ("now"));
  for (guint i = n; i > 0; i--)
    {
      g_autoptr (TlCheckpoint) checkpoint = g_list_model_get_item (self->checkpoints, i - 1);
      guint64 iteration = tl_checkpoint_get_iteration (checkpoint);
      g_autofree char *text = g_strdup_printf ("%lu", (gulong) iteration);

      if (iteration == self->iteration)
        selected = self->iterations->len;
      add_row (self, rows, iteration, text);
    }
  self->is_filling = TRUE;
  gtk_drop_down_set_model (self->when, G_LIST_MODEL (rows));
  gtk_drop_down_set_selected (self->when, selected);
  self->is_filling = FALSE;
}

static void
set_run (TlSidePicker *self, TlRun *run, guint64 iteration)
{
  if (self->checkpoints != NULL)
    g_signal_handlers_disconnect_by_data (self->checkpoints, self);
  g_clear_object (&self->checkpoints);
  g_set_object (&self->run, run);
  self->iteration = iteration;
  if (run != NULL)
    {
      self->checkpoints = g_object_ref (tl_session_get_checkpoints (self->session, run));
      g_signal_connect_object (self->checkpoints, "items-changed", G_CALLBACK (fill_when), self,
                               G_CONNECT_SWAPPED);
    }
  fill_when (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
run_chosen_cb (TlSidePicker *self)
{
  TlRun *run = gtk_drop_down_get_selected_item (self->runs);

  if (!self->is_filling && run != self->run && self->session != NULL)
    set_run (self, run, TL_NOW);
}

static void
when_chosen_cb (TlSidePicker *self)
{
  guint selected = gtk_drop_down_get_selected (self->when);

  if (self->is_filling || selected >= self->iterations->len)
    return;
  self->iteration = g_array_index (self->iterations, guint64, selected);
  g_signal_emit (self, changed_signal, 0);
}

static void
tl_side_picker_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TlSidePicker *self = TL_SIDE_PICKER (object);
  const char *letter;
  g_autofree char *run_name = NULL;
  g_autofree char *when_name = NULL;

  if (id != PROP_LETTER)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  letter = g_value_get_string (value);
  run_name = g_strdup_printf (_ ("Run %s"), letter);
  when_name = g_strdup_printf (_ ("Iteration of run %s"), letter);
  gtk_label_set_label (self->letter, letter);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->runs), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  run_name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->when), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  when_name, -1);
}

static void
tl_side_picker_dispose (GObject *object)
{
  TlSidePicker *self = TL_SIDE_PICKER (object);
  GtkWidget *child;

  self->is_filling = TRUE;
  if (self->checkpoints != NULL)
    g_signal_handlers_disconnect_by_data (self->checkpoints, self);
  g_clear_object (&self->checkpoints);
  g_clear_object (&self->run);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_side_picker_parent_class)->dispose (object);
}

static void
tl_side_picker_finalize (GObject *object)
{
  g_array_unref (TL_SIDE_PICKER (object)->iterations);

  G_OBJECT_CLASS (tl_side_picker_parent_class)->finalize (object);
}

static void
tl_side_picker_class_init (TlSidePickerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = tl_side_picker_set_property;
  object_class->dispose = tl_side_picker_dispose;
  object_class->finalize = tl_side_picker_finalize;
  g_object_class_install_property (
    object_class, PROP_LETTER,
    g_param_spec_string ("letter", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (TL_TYPE_RUN);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/compare/side-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, TlSidePicker, letter);
  gtk_widget_class_bind_template_child (widget_class, TlSidePicker, runs);
  gtk_widget_class_bind_template_child (widget_class, TlSidePicker, when);
  gtk_widget_class_bind_template_callback (widget_class, run_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, when_chosen_cb);
}

static void
tl_side_picker_init (TlSidePicker *self)
{
  self->iterations = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->iteration = TL_NOW;
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->runs);
  tl_inner_button_name (self->when);
}

/* --- Public ---------------------------------------------------------------------------------- */

void
tl_side_picker_set_session (TlSidePicker *self, TlSession *session)
{
  g_set_object (&self->session, session);
  self->is_filling = TRUE;
  gtk_drop_down_set_model (self->runs, tl_session_get_runs (session));
  self->is_filling = FALSE;
  set_run (self, gtk_drop_down_get_selected_item (self->runs), TL_NOW);
}

void
tl_side_picker_choose (TlSidePicker *self, TlRun *run, guint64 iteration)
{
  GListModel *runs = gtk_drop_down_get_model (self->runs);
  guint n = runs != NULL ? g_list_model_get_n_items (runs) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TlRun) item = g_list_model_get_item (runs, i);

      if (item != run)
        continue;
      self->is_filling = TRUE;
      gtk_drop_down_set_selected (self->runs, i);
      self->is_filling = FALSE;
      set_run (self, run, iteration);
      return;
    }
}

TlRun *
tl_side_picker_get_run (TlSidePicker *self)
{
  return self->run;
}

guint64
tl_side_picker_get_iteration (TlSidePicker *self)
{
  return self->iteration;
}

char *
tl_side_picker_dup_title (TlSidePicker *self)
{
  g_autofree char *title = NULL;

  if (self->run == NULL)
    return g_strdup ("");
  title = tl_run_dup_title (self->run);
  /* Translators: a run and one of its iterations */
  return g_strdup_printf (
    _ ("%s at %lu"), title,
    (gulong) (self->iteration == TL_NOW ? tl_run_get_iteration (self->run) : self->iteration));
}
