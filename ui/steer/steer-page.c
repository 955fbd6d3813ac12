/* steer-page.c - the picture of one run, live, or as it was
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/steer-page.h"

#include "ui/canvas/picture-content.h"
#include "ui/steer/status.h"

#include <glib/gi18n-lib.h>

/* How often a screen reader is told of the picture while nothing but it changes. */
#define DESCRIBE_EVERY (5 * G_USEC_PER_SEC)

struct _TlSteerPage
{
  GtkWidget parent_instance;

  TlRun *run; /* (nullable) */
  gboolean is_loading;
  gboolean is_past;
  gboolean is_own; /* what the canvas shows is a picture of this run, none of the one before it */
  guint refresh;   /* idle source */
  gint64 described_at;
  TlRunState described; /* state when the picture was described */

  TlCanvasView *canvas_view;
  GtkWidget *past_bar;
  GtkLabel *past_label;
};

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
  else if (self->is_loading)
    message = _ ("Loading the model…");
  tl_canvas_view_set_waiting (self->canvas_view, message);
}

/* News of a run come in bursts of several properties. */
static gboolean
refresh_cb (gpointer user_data)
{
  TlSteerPage *self = user_data;

  self->refresh = 0;
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

/* @frame: (nullable): of the run */
static void
put_frame (TlSteerPage *self, TlFrame *frame)
{
  self->is_own = frame != NULL;
  tl_canvas_set_frame (tl_canvas_view_get_canvas (self->canvas_view), frame);
}

static void
show_frame (TlSteerPage *self)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (self->run);

  if (frame != NULL && !self->is_past)
    put_frame (self, frame);
}

/* --- The picture, dragged out ----------------------------------------------------------------- */

static GdkContentProvider *
prepare_drag_cb (GtkDragSource *source, gdouble x, gdouble y, TlSteerPage *self)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (source));
  TlCanvas *canvas = tl_canvas_view_get_canvas (self->canvas_view);
  TlFrame *frame = tl_steer_page_get_frame (self);
  gboolean pans = tl_canvas_can_pan (canvas) && (state & GDK_CONTROL_MASK) == 0;
  g_autoptr (TlRecipe) recipe = NULL;
  g_autofree char *prompt = NULL;
  TlExportFacts facts;

  if (frame == NULL || pans)
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

/* --- GObject -------------------------------------------------------------------------------- */

static void
tl_steer_page_dispose (GObject *object)
{
  TlSteerPage *self = TL_STEER_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->refresh, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);

  G_OBJECT_CLASS (tl_steer_page_parent_class)->dispose (object);
}

static void
tl_steer_page_class_init (TlSteerPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const struct
  {
    guint keyval;
    gint by;
  } steps[] = { { GDK_KEY_Left, -1 },
                { GDK_KEY_Right, 1 },
                { GDK_KEY_Home, G_MININT },
                { GDK_KEY_End, G_MAXINT } };

  G_OBJECT_CLASS (class)->dispose = tl_steer_page_dispose;
  g_type_ensure (TL_TYPE_CANVAS_VIEW);
  /* From the canvas, where these keys have nothing to move. In the tree and the grid they go from
   * one run to another, as in every list. */
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    gtk_widget_class_add_binding_action (widget_class, steps[i].keyval, 0, "win.go-checkpoint", "i",
                                         steps[i].by);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/steer/steer-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TlSteerPage, canvas_view);
  gtk_widget_class_bind_template_child (widget_class, TlSteerPage, past_bar);
  gtk_widget_class_bind_template_child (widget_class, TlSteerPage, past_label);
}

static void
tl_steer_page_init (TlSteerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  let_drag_out (self);
  queue_refresh (self);
}

/* --- Public --------------------------------------------------------------------------------- */

void
tl_steer_page_set_run (TlSteerPage *self, TlRun *run, TlFrame *frame)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  self->described_at = 0;
  self->is_past = FALSE;
  gtk_widget_set_visible (self->past_bar, FALSE);
  self->is_own = FALSE;
  if (frame != NULL || run == NULL)
    put_frame (self, frame);
  if (run != NULL)
    {
      g_signal_connect_object (run, "notify", G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (run, "notify::frame", G_CALLBACK (show_frame), self,
                               G_CONNECT_SWAPPED);
      show_frame (self);
    }
  queue_refresh (self);
}

void
tl_steer_page_set_past (TlSteerPage *self, TlFrame *frame)
{
  g_autofree char *text = NULL;

  self->is_past = frame != NULL;
  self->described_at = 0;
  gtk_widget_set_visible (self->past_bar, self->is_past);
  if (frame != NULL)
    {
      /* Translators: over a picture of the past of a run */
      text = g_strdup_printf (_ ("As it was at %lu"), (gulong) tl_frame_get_iteration (frame));
      gtk_label_set_label (self->past_label, text);
      put_frame (self, frame);
    }
  else if (self->run != NULL)
    show_frame (self);
  queue_refresh (self);
}

TlFrame *
tl_steer_page_get_frame (TlSteerPage *self)
{
  return self->run != NULL && self->is_own
           ? tl_canvas_get_frame (tl_canvas_view_get_canvas (self->canvas_view))
           : NULL;
}

gboolean
tl_steer_page_is_past (TlSteerPage *self)
{
  return self->is_past;
}

void
tl_steer_page_set_loading (TlSteerPage *self, gboolean is_loading)
{
  self->is_loading = is_loading;
  queue_refresh (self);
}

TlCanvas *
tl_steer_page_get_canvas (TlSteerPage *self)
{
  return tl_canvas_view_get_canvas (self->canvas_view);
}
