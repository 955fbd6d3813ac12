/* steer-page.c - one run and the fields that the next one or the next turn is made from
 *
 * News of a run come in bursts of several properties; what is shown of them is brought up to date
 * once, when the main loop has a moment.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/steer-page.h"

#include "ui/canvas/picture-content.h"
#include "ui/models/model-row.h"
#include "ui/steer/fine-control.h"
#include "ui/steer/prompt-view.h"
#include "ui/steer/seed-row.h"
#include "ui/steer/size-row.h"
#include "ui/steer/start-row.h"
#include "ui/steer/status.h"

#include <glib/gi18n-lib.h>

/* How often a screen reader is told of the picture while nothing but it changes. */
#define DESCRIBE_EVERY (5 * G_USEC_PER_SEC)

struct _TlSteerPage
{
  GtkWidget parent_instance;

  TlBackend *backend;
  gboolean is_loading;
  TlRun *run;
  TlBackend *run_backend;
  guint refresh; /* idle source */
  gint64 described_at;
  TlRunState described; /* state when the picture was described */

  GtkWidget *pane;
  TlPromptView *prompt_view;
  TlStartRow *start_row;
  TlSizeRow *size_row;
  TlSeedRow *seed_row;
  GtkSpinButton *iterations;
  TlModelRow *model_row;
  TlFineControl *fine_control;
  TlCanvasView *canvas_view;
  TlBar *bar;
  GtkLabel *status;
  GtkWidget *run_button;
  GtkWidget *apply_button;
};

enum
{
  PROP_SHOW_PANE = 1,
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TlSteerPage, tl_steer_page, GTK_TYPE_WIDGET)

/* --- What is shown of a run ----------------------------------------------------------------- */

static void
describe_picture (TlSteerPage *self)
{
  TlCanvas *canvas = tl_canvas_view_get_canvas (self->canvas_view);
  TlRunState state = tl_run_get_state (self->run);
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (state == self->described && now - self->described_at < DESCRIBE_EVERY)
    return;
  text = tl_status_describe (self->run, tl_canvas_get_frame (canvas));
  tl_canvas_set_description (canvas, text);
  self->described = state;
  self->described_at = now;
}

static void
update_waiting (TlSteerPage *self)
{
  TlRunState state = self->run != NULL ? tl_run_get_state (self->run) : TL_RUN_PAUSED;
  const char *message = NULL;

  if (state == TL_RUN_NEW || state == TL_RUN_STARTING || state == TL_RUN_RUNNING)
    message = _ ("The picture begins to form…");
  else if (self->backend == NULL && self->is_loading)
    message = _ ("Loading the model…");
  tl_canvas_view_set_waiting (self->canvas_view, message);
}

/* A label names itself by its text; this one keeps its name, and the text describes it. */
static void
set_status (TlSteerPage *self, const char *status)
{
  gtk_label_set_label (self->status, status);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->status), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Status"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status, -1);
}

static gboolean
refresh_cb (gpointer user_data)
{
  TlSteerPage *self = user_data;
  TlBackend *backend = self->run != NULL ? self->run_backend : self->backend;
  g_autofree char *status =
    tl_status_print (self->run, backend, tl_steer_page_get_n_iterations (self));

  self->refresh = 0;
  set_status (self, status);
  update_waiting (self);
  if (self->run != NULL)
    describe_picture (self);
  return G_SOURCE_REMOVE;
}

static void
queue_refresh (TlSteerPage *self)
{
  if (self->refresh == 0)
    self->refresh = g_idle_add (refresh_cb, self);
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
update_buttons (TlSteerPage *self)
{
  gboolean is_active = self->run != NULL && tl_run_is_active (self->run);
  gboolean is_going = tl_steer_page_is_going (self);

  gtk_widget_set_visible (self->run_button, !is_active);
  gtk_widget_set_visible (self->apply_button, self->run != NULL);
  set_suggested (self->run_button, !is_going);
  set_suggested (self->apply_button, is_going && tl_steer_page_has_changes (self));
}

static void
show_frame (TlSteerPage *self)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (self->run);

  if (frame != NULL)
    tl_canvas_set_frame (tl_canvas_view_get_canvas (self->canvas_view), frame);
}

static void
show_steer (TlSteerPage *self)
{
  TlPrompt *prompt = tl_steer_get_prompt (tl_run_get_steer (self->run));

  tl_prompt_list_set_reference (tl_prompt_view_get_list (self->prompt_view), prompt);
  update_buttons (self);
  g_signal_emit (self, changed_signal, 0);
}

/* --- The picture, dragged out ----------------------------------------------------------------- */

static GdkContentProvider *
prepare_drag_cb (GtkDragSource *source, gdouble x, gdouble y, TlSteerPage *self)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (source));
  TlCanvas *canvas = tl_canvas_view_get_canvas (self->canvas_view);
  TlFrame *frame = tl_canvas_get_frame (canvas);
  gboolean pans = tl_canvas_can_pan (canvas) && (state & GDK_CONTROL_MASK) == 0;
  g_autoptr (TlRecipe) recipe = NULL;
  g_autofree char *prompt = NULL;
  TlExportFacts facts;

  if (frame == NULL || self->run == NULL || pans)
    return NULL;

  recipe = tl_run_dup_recipe (self->run, tl_frame_get_iteration (frame));
  prompt = tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (self->run)));
  facts = (TlExportFacts){ .prompt = prompt,
                           .seed = tl_start_get_values (tl_run_get_start (self->run))->seed,
                           .iteration = tl_frame_get_iteration (frame) };
  return tl_picture_content_new (frame, recipe, &facts);
}

static void
begin_drag_cb (GtkDragSource *source, GdkDrag *drag, TlSteerPage *self)
{
  TlCanvas *canvas = tl_canvas_view_get_canvas (self->canvas_view);
  g_autoptr (GdkPaintable) icon = tl_picture_content_dup_icon (tl_canvas_get_frame (canvas));

  gtk_drag_source_set_icon (source, icon, 0, 0);
}

static void
let_drag_out (TlSteerPage *self)
{
  GtkDragSource *source = gtk_drag_source_new ();

  g_signal_connect (source, "prepare", G_CALLBACK (prepare_drag_cb), self);
  g_signal_connect (source, "drag-begin", G_CALLBACK (begin_drag_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (tl_canvas_view_get_canvas (self->canvas_view)),
                             GTK_EVENT_CONTROLLER (source));
}

/* --- Fields --------------------------------------------------------------------------------- */

/* The pictures that clauses name, and no others. */
static GPtrArray *
dup_assets (TlSteerPage *self)
{
  TlPromptList *list = tl_prompt_view_get_list (self->prompt_view);
  GPtrArray *assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (TlClauseItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      TlAsset *asset = tl_prompt_list_find_asset (list, tl_clause_item_get_words (item));

      if (tl_clause_item_get_kind (item) == TL_CLAUSE_IMAGE && asset != NULL)
        g_ptr_array_add (assets, tl_asset_ref (asset));
    }
  return assets;
}

static TlSteer *
build_steer (TlSteerPage *self)
{
  g_autoptr (TlPrompt) prompt =
    tl_prompt_list_dup_prompt (tl_prompt_view_get_list (self->prompt_view));
  g_autoptr (GPtrArray) assets = dup_assets (self);
  TlSettings settings;

  tl_fine_control_get_settings (self->fine_control, &settings);
  settings.n_iterations = tl_steer_page_get_n_iterations (self);
  settings.init_weight = tl_start_row_get_hold (self->start_row);
  return tl_steer_new (prompt, &settings, assets);
}

static void
fields_changed_cb (TlSteerPage *self)
{
  if (self->run == NULL)
    queue_refresh (self);
  update_buttons (self);
  g_signal_emit (self, changed_signal, 0);
}

static char *
disclosure_icon (GObject *object, gboolean is_open)
{
  return g_strdup (is_open ? "pan-down-symbolic" : "pan-end-symbolic");
}

/* --- GObject -------------------------------------------------------------------------------- */

static void
tl_steer_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOW_PANE)
    g_value_set_boolean (value, gtk_widget_get_visible (TL_STEER_PAGE (object)->pane));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_steer_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOW_PANE)
    gtk_widget_set_visible (TL_STEER_PAGE (object)->pane, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_steer_page_dispose (GObject *object)
{
  TlSteerPage *self = TL_STEER_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->refresh, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->backend);
  g_clear_object (&self->run);
  g_clear_object (&self->run_backend);

  G_OBJECT_CLASS (tl_steer_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  g_type_ensure (TL_TYPE_BAR);
  g_type_ensure (TL_TYPE_CANVAS_VIEW);
  g_type_ensure (TL_TYPE_FINE_CONTROL);
  g_type_ensure (TL_TYPE_MODEL_ROW);
  g_type_ensure (TL_TYPE_PROMPT_VIEW);
  g_type_ensure (TL_TYPE_SEED_ROW);
  g_type_ensure (TL_TYPE_SIZE_ROW);
  g_type_ensure (TL_TYPE_START_ROW);
  gtk_widget_class_set_template_from_resource (class, "/org/tiller/Tiller/ui/steer/steer-page.ui");
  gtk_widget_class_bind_template_child (class, TlSteerPage, apply_button);
  gtk_widget_class_bind_template_child (class, TlSteerPage, bar);
  gtk_widget_class_bind_template_child (class, TlSteerPage, canvas_view);
  gtk_widget_class_bind_template_child (class, TlSteerPage, fine_control);
  gtk_widget_class_bind_template_child (class, TlSteerPage, iterations);
  gtk_widget_class_bind_template_child (class, TlSteerPage, model_row);
  gtk_widget_class_bind_template_child (class, TlSteerPage, pane);
  gtk_widget_class_bind_template_child (class, TlSteerPage, prompt_view);
  gtk_widget_class_bind_template_child (class, TlSteerPage, run_button);
  gtk_widget_class_bind_template_child (class, TlSteerPage, seed_row);
  gtk_widget_class_bind_template_child (class, TlSteerPage, size_row);
  gtk_widget_class_bind_template_child (class, TlSteerPage, start_row);
  gtk_widget_class_bind_template_child (class, TlSteerPage, status);
  gtk_widget_class_bind_template_callback (class, disclosure_icon);
  gtk_widget_class_bind_template_callback (class, fields_changed_cb);
}

static void
tl_steer_page_class_init (TlSteerPageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = tl_steer_page_get_property;
  object_class->set_property = tl_steer_page_set_property;
  object_class->dispose = tl_steer_page_dispose;
  g_object_class_install_property (
    object_class, PROP_SHOW_PANE,
    g_param_spec_boolean ("show-pane", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
tl_steer_page_init (TlSteerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (tl_prompt_view_get_list (self->prompt_view), "changed",
                           G_CALLBACK (fields_changed_cb), self, G_CONNECT_SWAPPED);
  let_drag_out (self);
  update_buttons (self);
  queue_refresh (self);
}

/* --- Public --------------------------------------------------------------------------------- */

void
tl_steer_page_set_backend (TlSteerPage *self, TlBackend *backend, gboolean is_loading)
{
  self->is_loading = is_loading;
  tl_model_row_set_backend (self->model_row, backend, is_loading);
  if (g_set_object (&self->backend, backend) && backend != NULL)
    {
      const TlBackendValues *values = tl_backend_get_values (backend);
      TlSettings settings;

      tl_backend_init_settings (backend, &settings);
      tl_fine_control_set_settings (self->fine_control, &settings);
      tl_size_row_set_step (self->size_row, values->step);
      tl_prompt_view_set_tokenizer (self->prompt_view, values->tokenizer, values->context);
    }
  queue_refresh (self);
}

void
tl_steer_page_set_run (TlSteerPage *self, TlRun *run, TlBackend *backend)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  g_set_object (&self->run_backend, backend);
  self->described_at = 0;
  if (run != NULL)
    {
      g_signal_connect_object (run, "notify", G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::state", G_CALLBACK (update_buttons), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::frame", G_CALLBACK (show_frame), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::steer", G_CALLBACK (show_steer), self,
                               G_CONNECT_SWAPPED);
      show_frame (self);
      show_steer (self);
    }
  queue_refresh (self);
}

gboolean
tl_steer_page_has_prompt (TlSteerPage *self)
{
  g_autoptr (TlPrompt) prompt =
    tl_prompt_list_dup_prompt (tl_prompt_view_get_list (self->prompt_view));

  return !tl_prompt_is_empty (prompt);
}

gboolean
tl_steer_page_is_going (TlSteerPage *self)
{
  return self->run != NULL
         && (tl_run_is_active (self->run) || tl_run_get_state (self->run) == TL_RUN_PAUSED);
}

gboolean
tl_steer_page_has_changes (TlSteerPage *self)
{
  g_autoptr (TlSteer) steer = NULL;

  if (self->run == NULL)
    return FALSE;
  steer = build_steer (self);
  return !tl_steer_equal (steer, tl_run_get_steer (self->run));
}

TlSteer *
tl_steer_page_dup_steer (TlSteerPage *self)
{
  gtk_spin_button_update (self->iterations);
  tl_prompt_view_remember (self->prompt_view);
  return build_steer (self);
}

TlStart *
tl_steer_page_take_start (TlSteerPage *self)
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
tl_steer_page_use_words (TlSteerPage *self, TlSteer *steer)
{
  TlPromptList *list = tl_prompt_view_get_list (self->prompt_view);
  GPtrArray *assets = tl_steer_get_assets (steer);
  g_autofree char *prompt = tl_prompt_print (tl_steer_get_prompt (steer));

  for (guint i = 0; i < assets->len; i++)
    tl_prompt_list_add_asset (list, g_ptr_array_index (assets, i));
  tl_prompt_list_set_text (list, prompt);
}

void
tl_steer_page_use_steer (TlSteerPage *self, TlSteer *steer)
{
  const TlSettings *settings = tl_steer_get_settings (steer);

  tl_steer_page_use_words (self, steer);
  tl_fine_control_set_settings (self->fine_control, settings);
  tl_start_row_set_hold (self->start_row, settings->init_weight);
  tl_steer_page_set_n_iterations (self, settings->n_iterations);
}

void
tl_steer_page_use_start (TlSteerPage *self, TlStart *start)
{
  const TlStartValues *values = tl_start_get_values (start);

  tl_steer_page_use_seed (self, values->seed);
  tl_size_row_set_size (self->size_row, values->width, values->height);
  tl_start_row_set_image (self->start_row, values->image);
  tl_start_row_set_fit (self->start_row, values->fit);
}

void
tl_steer_page_use_seed (TlSteerPage *self, guint64 seed)
{
  tl_seed_row_set_seed (self->seed_row, seed);
  tl_seed_row_set_locked (self->seed_row, TRUE);
}

/* The starter is good at these, so that the first Run shows what there is. */
void
tl_steer_page_write_example (TlSteerPage *self)
{
  const char *examples[] = { _ ("a red tractor under a blue sky"), _ ("a sailboat on the sea"),
                             _ ("a house at night"), _ ("a blue car on a road") };

  tl_prompt_list_set_text (tl_prompt_view_get_list (self->prompt_view),
                           examples[g_random_int_range (0, G_N_ELEMENTS (examples))]);
}

void
tl_steer_page_use_preferences (TlSteerPage *self, GSettings *preferences)
{
  tl_size_row_set_size (self->size_row, g_settings_get_uint (preferences, "picture-width"),
                        g_settings_get_uint (preferences, "picture-height"));
  tl_steer_page_set_n_iterations (self, g_settings_get_uint (preferences, "iterations"));
  g_settings_bind (preferences, "smooth-enlargement", tl_canvas_view_get_canvas (self->canvas_view),
                   "smooth", G_SETTINGS_BIND_DEFAULT);
}

void
tl_steer_page_keep_preferences (TlSteerPage *self, GSettings *preferences)
{
  guint width, height;

  tl_size_row_get_size (self->size_row, &width, &height);
  g_settings_set_uint (preferences, "picture-width", width);
  g_settings_set_uint (preferences, "picture-height", height);
  g_settings_set_uint (preferences, "iterations", tl_steer_page_get_n_iterations (self));
}

void
tl_steer_page_set_start_image (TlSteerPage *self, TlAsset *image)
{
  tl_start_row_set_image (self->start_row, image);
}

guint
tl_steer_page_get_n_iterations (TlSteerPage *self)
{
  return gtk_spin_button_get_value_as_int (self->iterations);
}

void
tl_steer_page_set_n_iterations (TlSteerPage *self, guint n_iterations)
{
  gtk_spin_button_set_value (self->iterations, n_iterations);
}

TlPromptList *
tl_steer_page_get_prompts (TlSteerPage *self)
{
  return tl_prompt_view_get_list (self->prompt_view);
}

TlBar *
tl_steer_page_get_bar (TlSteerPage *self)
{
  return self->bar;
}

TlCanvas *
tl_steer_page_get_canvas (TlSteerPage *self)
{
  return tl_canvas_view_get_canvas (self->canvas_view);
}

void
tl_steer_page_focus_prompt (TlSteerPage *self, gboolean select)
{
  tl_prompt_view_focus (self->prompt_view, select);
}
