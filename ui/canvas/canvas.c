/* canvas.c - the picture, live
 *
 * The viewport (viewport.h) knows where the picture goes; this file draws it there and turns wheel,
 * pinch, drag and keys into changes of the viewport. Up to 200 % the texture is handed to the
 * renderer; above, squares must stay squares, which only cairo's nearest filter promises in
 * GTK 4.8.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/canvas/canvas.h"

#include "ui/canvas/viewport.h"
#include "ui/run-keys.h"

#include <math.h>

#define NEAREST_ABOVE 2.0
#define MARGIN 24 /* logical pixels around a fitted picture */
#define PAN_KEY_STEP 48

struct _TlCanvas
{
  GtkWidget parent_instance;

  TlFrame *frame;
  GdkTexture *texture; /* over the frame's bytes */
  TlViewport viewport;
  gboolean smooth;

  gdouble pointer_x, pointer_y; /* logical pixels */
  gdouble drag_x, drag_y;       /* how far this drag has panned */
  gdouble pinch_zoom;           /* when the pinch began */
};

enum
{
  PROP_FRAME = 1,
  PROP_ZOOM,
  PROP_FITTED,
  PROP_SMOOTH,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (TlCanvas, tl_canvas, GTK_TYPE_WIDGET)

static gdouble
get_scale (TlCanvas *self)
{
  return gtk_widget_get_scale_factor (GTK_WIDGET (self));
}

static void
viewport_changed (TlCanvas *self)
{
  const char *cursor = tl_viewport_can_pan (&self->viewport) ? "grab" : NULL;

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), cursor);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FITTED]);
}

static void
zoom_at (TlCanvas *self, gdouble zoom, gdouble x, gdouble y)
{
  gdouble scale = get_scale (self);

  if (self->frame == NULL)
    return;

  tl_viewport_zoom_to (&self->viewport, zoom, x * scale, y * scale);
  viewport_changed (self);
}

static void
zoom_wheel (TlCanvas *self, gdouble dy)
{
  zoom_at (self, tl_viewport_get_zoom (&self->viewport) * pow (1.2, -dy), self->pointer_x,
           self->pointer_y);
}

/* A wheel zooms, as in painting programs; two fingers on a touchpad pan, and zoom with Ctrl. */
static gboolean
scroll_cb (GtkEventControllerScroll *controller, gdouble dx, gdouble dy, TlCanvas *self)
{
  GtkEventController *base = GTK_EVENT_CONTROLLER (controller);
  gboolean ctrl = gtk_event_controller_get_current_event_state (base) & GDK_CONTROL_MASK;

  if (self->frame == NULL)
    return GDK_EVENT_PROPAGATE;

  if (ctrl || gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_WHEEL)
    zoom_wheel (self, ctrl ? dy : dy != 0 ? dy : dx);
  else if (tl_viewport_can_pan (&self->viewport))
    tl_canvas_pan (self, -dx, -dy);
  return GDK_EVENT_STOP;
}

static void
motion_cb (GtkEventControllerMotion *controller, gdouble x, gdouble y, TlCanvas *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
}

static void
pinch_begin_cb (GtkGesture *gesture, GdkEventSequence *sequence, TlCanvas *self)
{
  self->pinch_zoom = tl_viewport_get_zoom (&self->viewport);
}

static void
pinch_cb (GtkGestureZoom *gesture, gdouble factor, TlCanvas *self)
{
  gdouble x, y;

  if (gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    zoom_at (self, self->pinch_zoom * factor, x, y);
}

static void
drag_begin_cb (GtkGestureDrag *gesture, gdouble x, gdouble y, TlCanvas *self)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = self->drag_y = 0;
  /* Else the drag carries the picture out of the window (see steer-page.c). */
  if (!tl_viewport_can_pan (&self->viewport) || (state & GDK_CONTROL_MASK) != 0)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
drag_update_cb (GtkGestureDrag *gesture, gdouble dx, gdouble dy, TlCanvas *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  tl_canvas_pan (self, dx - self->drag_x, dy - self->drag_y);
  self->drag_x = dx;
  self->drag_y = dy;
}

static void
pressed_cb (GtkGestureClick *gesture, gint n_press, gdouble x, gdouble y, TlCanvas *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press != 2 || self->frame == NULL)
    return;

  if (self->viewport.is_free)
    tl_canvas_fit (self);
  else
    zoom_at (self, 1, x, y);
}

static gboolean
pan_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  TlCanvas *self = TL_CANVAS (widget);
  gint dx, dy;

  if (!tl_viewport_can_pan (&self->viewport))
    return GDK_EVENT_PROPAGATE;
  g_variant_get (args, "(ii)", &dx, &dy);
  tl_canvas_pan (self, dx * PAN_KEY_STEP, dy * PAN_KEY_STEP);
  return GDK_EVENT_STOP;
}

static void
draw_squares (TlCanvas *self, GtkSnapshot *snapshot, const TlPlace *place, gdouble scale)
{
  gint width = gtk_widget_get_width (GTK_WIDGET (self));
  gint height = gtk_widget_get_height (GTK_WIDGET (self));
  GBytes *pixels = tl_frame_get_pixels (self->frame);
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
    (unsigned char *) g_bytes_get_data (pixels, NULL), CAIRO_FORMAT_RGB24,
    tl_frame_get_width (self->frame), tl_frame_get_height (self->frame),
    tl_frame_get_stride (self->frame));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  cairo_scale (cr, 1 / scale, 1 / scale);
  cairo_rectangle (cr, place->x, place->y, place->width, place->height);
  cairo_clip (cr);
  cairo_translate (cr, place->x, place->y);
  cairo_scale (cr, place->width / tl_frame_get_width (self->frame),
               place->height / tl_frame_get_height (self->frame));
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
tl_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TlCanvas *self = TL_CANVAS (widget);
  gdouble scale = get_scale (self);
  TlPlace place;

  if (self->frame == NULL)
    return;

  place = tl_viewport_get_place (&self->viewport);
  if (tl_viewport_get_zoom (&self->viewport) > NEAREST_ABOVE && !self->smooth)
    draw_squares (self, snapshot, &place, scale);
  else
    gtk_snapshot_append_texture (snapshot, self->texture,
                                 &GRAPHENE_RECT_INIT (place.x / scale, place.y / scale,
                                                      place.width / scale, place.height / scale));
}

static void
update_view_size (TlCanvas *self)
{
  gdouble scale = get_scale (self);

  self->viewport.view_width = round (gtk_widget_get_width (GTK_WIDGET (self)) * scale);
  self->viewport.view_height = round (gtk_widget_get_height (GTK_WIDGET (self)) * scale);
  self->viewport.margin = round (MARGIN * scale);
  viewport_changed (self);
}

static void
tl_canvas_size_allocate (GtkWidget *widget, gint width, gint height, gint baseline)
{
  update_view_size (TL_CANVAS (widget));
}

static void
tl_canvas_measure (GtkWidget *widget, GtkOrientation orientation, gint for_size, gint *minimum,
                   gint *natural, gint *minimum_baseline, gint *natural_baseline)
{
  *minimum = 160;
  *natural = 480;
}

static void
tl_canvas_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlCanvas *self = TL_CANVAS (object);

  switch (id)
    {
    case PROP_FRAME:
      g_value_set_boxed (value, self->frame);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, tl_canvas_get_zoom (self));
      break;
    case PROP_FITTED:
      g_value_set_boolean (value, tl_canvas_is_fitted (self));
      break;
    case PROP_SMOOTH:
      g_value_set_boolean (value, self->smooth);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_canvas_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TlCanvas *self = TL_CANVAS (object);

  switch (id)
    {
    case PROP_FRAME:
      tl_canvas_set_frame (self, g_value_get_boxed (value));
      break;
    case PROP_SMOOTH:
      tl_canvas_set_smooth (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_canvas_finalize (GObject *object)
{
  TlCanvas *self = TL_CANVAS (object);

  g_clear_pointer (&self->frame, tl_frame_unref);
  g_clear_object (&self->texture);

  G_OBJECT_CLASS (tl_canvas_parent_class)->finalize (object);
}

static void
add_pan_keys (GtkWidgetClass *class)
{
  const struct
  {
    guint keyval;
    gint dx, dy;
  } keys[] = {
    { GDK_KEY_Left, 1, 0 }, { GDK_KEY_Right, -1, 0 }, { GDK_KEY_Up, 0, 1 }, { GDK_KEY_Down, 0, -1 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (class, keys[i].keyval, 0, pan_key_cb, "(ii)", keys[i].dx,
                                  keys[i].dy);
}

/* Keys that would disturb someone who types belong to the canvas, not to the window. */
static void
add_window_keys (GtkWidgetClass *class)
{
  tl_run_keys_add (class);
  gtk_widget_class_add_binding_action (class, GDK_KEY_c, GDK_CONTROL_MASK, "win.copy-picture",
                                       NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste", NULL);
}

static void
tl_canvas_class_init (TlCanvasClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags write = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tl_canvas_get_property;
  object_class->set_property = tl_canvas_set_property;
  object_class->finalize = tl_canvas_finalize;
  widget_class->snapshot = tl_canvas_snapshot;
  widget_class->size_allocate = tl_canvas_size_allocate;
  widget_class->measure = tl_canvas_measure;

  properties[PROP_FRAME] = g_param_spec_boxed ("frame", NULL, NULL, TL_TYPE_FRAME, write);
  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 0, G_MAXDOUBLE, 1, read);
  properties[PROP_FITTED] = g_param_spec_boolean ("fitted", NULL, NULL, TRUE, read);
  properties[PROP_SMOOTH] = g_param_spec_boolean ("smooth", NULL, NULL, FALSE, write);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  add_pan_keys (widget_class);
  add_window_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/canvas/canvas.ui");
  gtk_widget_class_bind_template_callback (widget_class, drag_begin_cb);
  gtk_widget_class_bind_template_callback (widget_class, drag_update_cb);
  gtk_widget_class_bind_template_callback (widget_class, motion_cb);
  gtk_widget_class_bind_template_callback (widget_class, pinch_begin_cb);
  gtk_widget_class_bind_template_callback (widget_class, pinch_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, scroll_cb);
}

static void
tl_canvas_init (TlCanvas *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (update_view_size), NULL);
}

GdkTexture *
tl_frame_dup_texture (TlFrame *frame)
{
  if (frame == NULL)
    return NULL;
  return gdk_memory_texture_new (tl_frame_get_width (frame), tl_frame_get_height (frame),
                                 GDK_MEMORY_DEFAULT, tl_frame_get_pixels (frame),
                                 tl_frame_get_stride (frame));
}

TlFrame *
tl_canvas_get_frame (TlCanvas *self)
{
  return self->frame;
}

void
tl_canvas_set_frame (TlCanvas *self, TlFrame *frame)
{
  gint width = frame != NULL ? (gint) tl_frame_get_width (frame) : 0;
  gint height = frame != NULL ? (gint) tl_frame_get_height (frame) : 0;

  if (self->frame == frame)
    return;

  g_clear_pointer (&self->frame, tl_frame_unref);
  g_clear_object (&self->texture);
  if (frame != NULL)
    self->frame = tl_frame_ref (frame);
  self->texture = tl_frame_dup_texture (frame);
  if (self->viewport.picture_width != width || self->viewport.picture_height != height)
    {
      self->viewport.picture_width = width;
      self->viewport.picture_height = height;
      tl_viewport_fit (&self->viewport);
      viewport_changed (self);
    }

  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRAME]);
}

gdouble
tl_canvas_get_zoom (TlCanvas *self)
{
  return tl_viewport_get_zoom (&self->viewport);
}

gboolean
tl_canvas_is_fitted (TlCanvas *self)
{
  return !self->viewport.is_free;
}

gboolean
tl_canvas_can_pan (TlCanvas *self)
{
  return tl_viewport_can_pan (&self->viewport);
}

void
tl_canvas_fit (TlCanvas *self)
{
  tl_viewport_fit (&self->viewport);
  viewport_changed (self);
}

void
tl_canvas_zoom_to (TlCanvas *self, gdouble zoom)
{
  zoom_at (self, zoom, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
           gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

void
tl_canvas_pan (TlCanvas *self, gdouble dx, gdouble dy)
{
  gdouble scale = get_scale (self);

  tl_viewport_pan (&self->viewport, dx * scale, dy * scale);
  viewport_changed (self);
}

gboolean
tl_canvas_get_smooth (TlCanvas *self)
{
  return self->smooth;
}

void
tl_canvas_set_smooth (TlCanvas *self, gboolean smooth)
{
  if (self->smooth == smooth)
    return;

  self->smooth = smooth;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SMOOTH]);
}

void
tl_canvas_set_description (TlCanvas *self, const char *description)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description, -1);
}
