/* steer-pane.c - the fields that the next run, the next turn or an exploration is made from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/steer-pane.h"

#include "ui/models/model-row.h"
#include "ui/steer/fine-control.h"
#include "ui/steer/prompt-view.h"
#include "ui/steer/seed-row.h"
#include "ui/steer/size-row.h"
#include "ui/steer/spin.h"
#include "ui/steer/start-row.h"

#include <glib/gi18n-lib.h>

struct _TlSteerPane
{
  GtkWidget parent_instance;

  TlRun *run;          /* (nullable) */
  TlSteer *past;       /* (nullable): in force at the past iteration that is looked at */
  TlSteer *shown;      /* (nullable): what the fields are compared with */
  TlSteer *settled;    /* (nullable): what they held when they were filled or taken last */
  TlBackend *backend;  /* (nullable): weak; what the next run is computed with */
  guint proposed;      /* the length that suits its models, or before there are any, any */
  guint proposed_side; /* and the size; 0: none is proposed */

  TlPromptView *prompt_view;
  TlStartRow *start_row;
  TlSizeRow *size_row;
  TlSeedRow *seed_row;
  GtkSpinButton *iterations;
  TlModelRow *model_row;
  TlFineControl *fine_control;
  GtkBox *explorer;
  GtkWidget *run_button;
  GtkWidget *apply_button;
  GtkWidget *undo_button;
  GtkWidget *explore_button;
  gboolean explores;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TlSteerPane, tl_steer_pane, GTK_TYPE_WIDGET)

/* (nullable): what the fields are compared with */
static TlSteer *
get_reference (TlSteerPane *self)
{
  if (self->run == NULL)
    return NULL;
  return self->past != NULL ? self->past : tl_run_get_steer (self->run);
}

static void
set_suggested (GtkWidget *button, gboolean is_suggested)
{
  if (is_suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  else
    gtk_widget_remove_css_class (button, "suggested-action");
}

/* While a run goes on there is nothing to start, and before the first one nothing to turn. */
static void
update_buttons (TlSteerPane *self)
{
  gboolean is_active = self->run != NULL && tl_run_is_active (self->run);
  gboolean is_going = tl_steer_pane_is_going (self);

  gtk_widget_set_visible (self->run_button, !is_active && !self->explores);
  gtk_widget_set_visible (self->apply_button, self->run != NULL && !self->explores);
  gtk_widget_set_visible (self->undo_button, self->run != NULL && !self->explores);
  gtk_widget_set_visible (self->explore_button, self->explores);
  gtk_widget_set_visible (GTK_WIDGET (self->explorer), self->explores);
  set_suggested (self->run_button, !is_going);
  set_suggested (self->apply_button, is_going && tl_steer_pane_has_changes (self));
}

static void
show_steer (TlSteerPane *self)
{
  TlSteer *reference = get_reference (self);

  if (reference != NULL)
    tl_steer_ref (reference);
  g_clear_pointer (&self->shown, tl_steer_unref);
  self->shown = reference;
  tl_prompt_list_set_reference (tl_prompt_view_get_list (self->prompt_view),
                                reference != NULL ? tl_steer_get_prompt (reference) : NULL);
  update_buttons (self);
  g_signal_emit (self, changed_signal, 0);
}

/* --- Fields --------------------------------------------------------------------------------- */

static TlSteer *
build_steer (TlSteerPane *self)
{
  TlPromptList *list = tl_prompt_view_get_list (self->prompt_view);
  g_autoptr (TlPrompt) prompt = tl_prompt_list_dup_prompt (list);
  g_autoptr (GPtrArray) assets = tl_prompt_list_dup_assets (list, prompt);
  TlSettings settings;

  tl_fine_control_get_settings (self->fine_control, &settings);
  settings.n_iterations = tl_steer_pane_get_n_iterations (self);
  settings.init_weight = tl_start_row_get_hold (self->start_row);
  return tl_steer_new (prompt, &settings, assets);
}

/* What the fields hold now, nobody has written since. */
static void
settle (TlSteerPane *self)
{
  g_clear_pointer (&self->settled, tl_steer_unref);
  self->settled = build_steer (self);
}

static void
update_room (TlSteerPane *self)
{
  TlSettings settings;
  guint width, height;
  guint64 n_bytes;
  TlRoom room;

  if (self->backend == NULL)
    return;

  tl_fine_control_get_settings (self->fine_control, &settings);
  tl_size_row_get_settled_size (self->size_row, &width, &height);
  room = tl_backend_judge (self->backend, width, height, (guint) settings.n_cutouts, &n_bytes);
  tl_size_row_set_room (self->size_row, room, n_bytes);
}

static void
fields_changed_cb (TlSteerPane *self)
{
  update_room (self);
  update_buttons (self);
  g_signal_emit (self, changed_signal, 0);
}

static char *
disclosure_icon (GObject *object, gboolean is_open)
{
  return g_strdup (is_open ? "pan-down-symbolic" : "pan-end-symbolic");
}

/* A run that is made again takes turns by itself: fields in which nobody wrote go with it. */
static void
run_turned_cb (TlSteerPane *self)
{
  g_autoptr (TlSteer) steer = build_steer (self);

  if (self->past == NULL && self->shown != NULL && tl_steer_equal (steer, self->shown))
    tl_steer_pane_use_steer (self, tl_run_get_steer (self->run));
  show_steer (self);
}

/* --- GObject -------------------------------------------------------------------------------- */

static void
tl_steer_pane_dispose (GObject *object)
{
  TlSteerPane *self = TL_STEER_PANE (object);
  GtkWidget *child;

  g_clear_weak_pointer (&self->backend);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_pointer (&self->past, tl_steer_unref);
  g_clear_pointer (&self->shown, tl_steer_unref);
  g_clear_pointer (&self->settled, tl_steer_unref);

  G_OBJECT_CLASS (tl_steer_pane_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  g_type_ensure (TL_TYPE_FINE_CONTROL);
  g_type_ensure (TL_TYPE_MODEL_ROW);
  g_type_ensure (TL_TYPE_PROMPT_VIEW);
  g_type_ensure (TL_TYPE_SEED_ROW);
  g_type_ensure (TL_TYPE_SIZE_ROW);
  g_type_ensure (TL_TYPE_START_ROW);
  gtk_widget_class_set_template_from_resource (class, "/org/tiller/Tiller/ui/steer/steer-pane.ui");
  gtk_widget_class_bind_template_child (class, TlSteerPane, apply_button);
  gtk_widget_class_bind_template_child (class, TlSteerPane, explore_button);
  gtk_widget_class_bind_template_child (class, TlSteerPane, explorer);
  gtk_widget_class_bind_template_child (class, TlSteerPane, fine_control);
  gtk_widget_class_bind_template_child (class, TlSteerPane, iterations);
  gtk_widget_class_bind_template_child (class, TlSteerPane, model_row);
  gtk_widget_class_bind_template_child (class, TlSteerPane, prompt_view);
  gtk_widget_class_bind_template_child (class, TlSteerPane, run_button);
  gtk_widget_class_bind_template_child (class, TlSteerPane, seed_row);
  gtk_widget_class_bind_template_child (class, TlSteerPane, size_row);
  gtk_widget_class_bind_template_child (class, TlSteerPane, start_row);
  gtk_widget_class_bind_template_child (class, TlSteerPane, undo_button);
  gtk_widget_class_bind_template_callback (class, disclosure_icon);
  gtk_widget_class_bind_template_callback (class, fields_changed_cb);
  gtk_widget_class_bind_template_callback (class, update_room);
}

static void
tl_steer_pane_class_init (TlSteerPaneClass *class)
{
  G_OBJECT_CLASS (class)->dispose = tl_steer_pane_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
tl_steer_pane_init (TlSteerPane *self)
{
  guint height;

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (tl_prompt_view_get_list (self->prompt_view), "changed",
                           G_CALLBACK (fields_changed_cb), self, G_CONNECT_SWAPPED);
  self->proposed = tl_steer_pane_get_n_iterations (self);
  tl_size_row_get_settled_size (self->size_row, &self->proposed_side, &height);
  settle (self);
  update_buttons (self);
}

static void
use_settings (TlSteerPane *self, const TlSettings *settings)
{
  tl_fine_control_set_settings (self->fine_control, settings);
  tl_start_row_set_hold (self->start_row, settings->init_weight);
  gtk_spin_button_set_value (self->iterations, settings->n_iterations);
}

/* The length that suits the models, unless another one was wished for, or is that of a run which
 * was there before them. */
static void
propose_length (TlSteerPane *self, guint n_iterations)
{
  gboolean is_of_run = self->backend == NULL && self->run != NULL;
  gboolean is_wished = is_of_run || tl_steer_pane_get_n_iterations (self) != self->proposed;

  self->proposed = n_iterations;
  if (!is_wished)
    gtk_spin_button_set_value (self->iterations, n_iterations);
}

static gboolean
is_proposed_size (TlSteerPane *self)
{
  guint width, height;

  tl_size_row_get_settled_size (self->size_row, &width, &height);
  return width == self->proposed_side && height == self->proposed_side;
}

/* The size too, but not that of a run: a fork of it on other models keeps its size. */
static void
propose_size (TlSteerPane *self, guint side)
{
  gboolean is_wished = self->run != NULL || !is_proposed_size (self);

  self->proposed_side = side;
  if (!is_wished)
    tl_size_row_set_size (self->size_row, side, side);
}

/* --- Public --------------------------------------------------------------------------------- */

void
tl_steer_pane_set_backend (TlSteerPane *self, TlBackend *backend, gboolean is_loading)
{
  /* A run that was opened before its models were there is still what the fields say. */
  gboolean follows =
    self->backend == NULL && self->run != NULL && !tl_steer_pane_has_changes (self);
  gboolean is_written = tl_steer_pane_is_written (self);
  const TlBackendValues *values;
  TlSettings settings;

  tl_model_row_set_backend (self->model_row, backend, is_loading);
  if (backend == NULL || backend == self->backend)
    return;

  values = tl_backend_get_values (backend);
  tl_backend_init_settings (backend, &settings);
  tl_fine_control_set_settings (self->fine_control, &settings);
  propose_length (self, (guint) settings.n_iterations);
  propose_size (self, values->side);
  tl_size_row_set_step (self->size_row, values->step);
  tl_prompt_view_set_tokenizer (self->prompt_view, values->tokenizer, values->context);
  g_set_weak_pointer (&self->backend, backend);
  if (follows)
    use_settings (self, tl_steer_get_settings (get_reference (self)));
  if (!is_written)
    settle (self);
  update_room (self);
}

void
tl_steer_pane_set_run (TlSteerPane *self, TlRun *run)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  g_clear_pointer (&self->past, tl_steer_unref);
  if (run != NULL)
    {
      g_signal_connect_object (run, "notify::state", G_CALLBACK (update_buttons), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::steer", G_CALLBACK (run_turned_cb), self,
                               G_CONNECT_SWAPPED);
    }
  show_steer (self);
}

void
tl_steer_pane_set_past (TlSteerPane *self, TlSteer *steer)
{
  gboolean follows = self->run != NULL && !tl_steer_pane_has_changes (self);

  if (steer != NULL)
    tl_steer_ref (steer);
  g_clear_pointer (&self->past, tl_steer_unref);
  self->past = steer;
  if (follows)
    tl_steer_pane_use_steer (self, get_reference (self));
  show_steer (self);
}

void
tl_steer_pane_set_explorer (TlSteerPane *self, GtkWidget *fields)
{
  gtk_box_append (self->explorer, fields);
}

void
tl_steer_pane_set_explores (TlSteerPane *self, gboolean explores)
{
  self->explores = explores;
  update_buttons (self);
}

gboolean
tl_steer_pane_has_prompt (TlSteerPane *self)
{
  g_autoptr (TlPrompt) prompt =
    tl_prompt_list_dup_prompt (tl_prompt_view_get_list (self->prompt_view));

  return !tl_prompt_is_empty (prompt);
}

gboolean
tl_steer_pane_is_going (TlSteerPane *self)
{
  TlRunState state = self->run != NULL ? tl_run_get_state (self->run) : TL_RUN_STOPPED;

  return self->run != NULL
         && (tl_run_is_active (self->run) || state == TL_RUN_NEW || state == TL_RUN_PAUSED
             || state == TL_RUN_HELD);
}

gboolean
tl_steer_pane_has_changes (TlSteerPane *self)
{
  TlSteer *reference = get_reference (self);
  g_autoptr (TlSteer) steer = NULL;

  if (reference == NULL)
    return FALSE;
  steer = build_steer (self);
  return !tl_steer_equal (steer, reference);
}

gboolean
tl_steer_pane_is_written (TlSteerPane *self)
{
  g_autoptr (TlSteer) steer = NULL;

  if (self->run != NULL)
    return tl_steer_pane_has_changes (self);
  steer = build_steer (self);
  return !tl_steer_equal (steer, self->settled);
}

/* Kept with the other settings, so that the fields ask for what was steered by. */
static void
set_coarse_from (TlSteerPane *self, guint64 iteration)
{
  TlSettings settings;

  tl_fine_control_get_settings (self->fine_control, &settings);
  if (settings.coarse_from == (gint64) iteration)
    return;
  settings.coarse_from = (gint64) iteration;
  tl_fine_control_set_settings (self->fine_control, &settings);
}

static TlSteer *
dup_steer (TlSteerPane *self)
{
  tl_prompt_view_remember (self->prompt_view);
  settle (self);
  return tl_steer_ref (self->settled);
}

TlSteer *
tl_steer_pane_dup_steer (TlSteerPane *self)
{
  tl_steer_pane_commit (self);
  set_coarse_from (self, 0);
  return dup_steer (self);
}

static gboolean
has_other_words (TlSteerPane *self)
{
  g_autoptr (TlPrompt) prompt =
    tl_prompt_list_dup_prompt (tl_prompt_view_get_list (self->prompt_view));
  g_autofree char *words = tl_prompt_print (prompt);
  g_autofree char *before =
    self->shown != NULL ? tl_prompt_print (tl_steer_get_prompt (self->shown)) : NULL;

  return g_strcmp0 (words, before) != 0;
}

TlSteer *
tl_steer_pane_dup_turn (TlSteerPane *self, guint64 iteration)
{
  TlSettings settings;

  tl_steer_pane_commit (self);
  tl_fine_control_get_settings (self->fine_control, &settings);
  if (tl_settings_can_begin_forms (&settings) && has_other_words (self)
      && tl_fine_control_is_anew (self->fine_control))
    set_coarse_from (self, iteration);
  return dup_steer (self);
}

TlStart *
tl_steer_pane_take_start (TlSteerPane *self)
{
  TlStartValues values = {
    .seed = tl_seed_row_take (self->seed_row),
    .image = tl_start_row_get_image (self->start_row),
    .fit = tl_start_row_get_fit (self->start_row),
  };

  tl_size_row_get_size (self->size_row, &values.width, &values.height);
  return tl_start_new (&values);
}

void
tl_steer_pane_commit (TlSteerPane *self)
{
  tl_spin_button_settle (GTK_WIDGET (self));
}

void
tl_steer_pane_use_words (TlSteerPane *self, TlSteer *steer)
{
  TlPromptList *list = tl_prompt_view_get_list (self->prompt_view);
  GPtrArray *assets = tl_steer_get_assets (steer);
  g_autofree char *prompt = tl_prompt_print (tl_steer_get_prompt (steer));

  for (guint i = 0; i < assets->len; i++)
    tl_prompt_list_set_asset (list, g_ptr_array_index (assets, i));
  tl_prompt_list_set_text (list, prompt);
}

void
tl_steer_pane_use_steer (TlSteerPane *self, TlSteer *steer)
{
  tl_steer_pane_use_words (self, steer);
  use_settings (self, tl_steer_get_settings (steer));
  settle (self);
}

void
tl_steer_pane_use_start (TlSteerPane *self, TlStart *start)
{
  const TlStartValues *values = tl_start_get_values (start);

  tl_size_row_set_size (self->size_row, values->width, values->height);
  tl_start_row_set_image (self->start_row, values->image);
  tl_start_row_set_fit (self->start_row, values->fit);
}

void
tl_steer_pane_use_seed (TlSteerPane *self, guint64 seed, gboolean locked)
{
  tl_seed_row_set_seed (self->seed_row, seed);
  if (locked)
    tl_seed_row_set_locked (self->seed_row, TRUE);
  else
    tl_seed_row_take (self->seed_row);
}

/* The starter is good at these, so that the first Run shows what there is. */
void
tl_steer_pane_write_example (TlSteerPane *self)
{
  const char *examples[] = { _ ("an orange sailboat at night"), _ ("a green tree under a blue sky"),
                             _ ("a pine tree in the snow"), _ ("a red tractor under a blue sky") };

  tl_prompt_list_set_text (tl_prompt_view_get_list (self->prompt_view),
                           examples[g_random_int_range (0, G_N_ELEMENTS (examples))]);
  settle (self);
}

void
tl_steer_pane_remember (TlSteerPane *self)
{
  tl_prompt_view_remember (self->prompt_view);
}

void
tl_steer_pane_use_preferences (TlSteerPane *self, GSettings *preferences)
{
  guint length = g_settings_get_uint (preferences, "length");
  guint width = g_settings_get_uint (preferences, "picture-width");
  guint height = g_settings_get_uint (preferences, "picture-height");

  /* These are wishes, whatever the models propose. */
  if (width > 0 && height > 0)
    {
      tl_size_row_set_size (self->size_row, width, height);
      self->proposed_side = 0;
    }
  if (length > 0)
    {
      gtk_spin_button_set_value (self->iterations, length);
      self->proposed = 0;
    }
  settle (self);
}

void
tl_steer_pane_keep_preferences (TlSteerPane *self, GSettings *preferences)
{
  guint length = tl_steer_pane_get_n_iterations (self), width, height;

  tl_size_row_get_size (self->size_row, &width, &height);
  if (is_proposed_size (self))
    width = height = 0;
  g_settings_set_uint (preferences, "picture-width", width);
  g_settings_set_uint (preferences, "picture-height", height);
  g_settings_set_uint (preferences, "length", length != self->proposed ? length : 0);
}

void
tl_steer_pane_set_start_image (TlSteerPane *self, TlAsset *image)
{
  tl_start_row_set_image (self->start_row, image);
}

gboolean
tl_steer_pane_get_chosen_seed (TlSteerPane *self, guint64 *seed)
{
  *seed = tl_seed_row_get_seed (self->seed_row);
  return tl_seed_row_is_chosen (self->seed_row);
}

void
tl_steer_pane_get_size (TlSteerPane *self, guint *width, guint *height)
{
  tl_size_row_get_size (self->size_row, width, height);
}

void
tl_steer_pane_get_settled_size (TlSteerPane *self, guint *width, guint *height)
{
  tl_size_row_get_settled_size (self->size_row, width, height);
}

guint
tl_steer_pane_get_n_iterations (TlSteerPane *self)
{
  return gtk_spin_button_get_value_as_int (self->iterations);
}

TlPromptList *
tl_steer_pane_get_prompts (TlSteerPane *self)
{
  return tl_prompt_view_get_list (self->prompt_view);
}

void
tl_steer_pane_focus_prompt (TlSteerPane *self, gboolean select)
{
  tl_prompt_view_focus (self->prompt_view, select);
}
