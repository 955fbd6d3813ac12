/* canvas-view.c - the canvas with what belongs to it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/canvas/canvas-view.h"

#include "ui/canvas/viewport.h"

#include <glib/gi18n-lib.h>

struct _TlCanvasView
{
  GtkWidget parent_instance;

  TlCanvas *canvas;
  GtkStack *empty;
  GtkLabel *waiting;
  GtkPopover *menu;
};

G_DEFINE_FINAL_TYPE (TlCanvasView, tl_canvas_view, GTK_TYPE_WIDGET)

static void
update_actions (TlCanvasView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean has_frame = tl_canvas_get_frame (self->canvas) != NULL;
  gdouble zoom = tl_canvas_get_zoom (self->canvas);

  gtk_widget_action_set_enabled (widget, "canvas.zoom-in", has_frame && zoom < TL_ZOOM_MAX);
  gtk_widget_action_set_enabled (widget, "canvas.zoom-out", has_frame && zoom > TL_ZOOM_MIN);
  gtk_widget_action_set_enabled (widget, "canvas.fit",
                                 has_frame && !tl_canvas_is_fitted (self->canvas));
  gtk_widget_action_set_enabled (widget, "canvas.actual-size", has_frame && zoom != 1);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlCanvas *canvas = TL_CANVAS_VIEW (widget)->canvas;
  gboolean up = g_str_equal (name, "canvas.zoom-in");

  tl_canvas_zoom_to (canvas, tl_zoom_step (tl_canvas_get_zoom (canvas), up));
}

static void
fit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_canvas_fit (TL_CANVAS_VIEW (widget)->canvas);
}

static void
actual_size_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_canvas_zoom_to (TL_CANVAS_VIEW (widget)->canvas, 1);
}

static void
open_menu (TlCanvasView *self, gdouble x, gdouble y)
{
  if (tl_canvas_get_frame (self->canvas) == NULL)
    return;
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle){ x, y, 1, 1 });
  gtk_popover_popup (self->menu);
}

static void
menu_pressed_cb (GtkGestureClick *gesture, gint n_press, gdouble x, gdouble y, TlCanvasView *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu (self, x, y);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlCanvasView *self = TL_CANVAS_VIEW (widget);

  open_menu (self, gtk_widget_get_width (GTK_WIDGET (self->canvas)) / 2.0,
             gtk_widget_get_height (GTK_WIDGET (self->canvas)) / 2.0);
}

/* Pure function of the .ui file: "250 %". */
static char *
print_zoom (GObject *object, gdouble zoom)
{
  /* Translators: how large the picture is shown */
  return g_strdup_printf (_ ("%.0f %%"), zoom * 100);
}

static gboolean
has_frame (GObject *object, TlFrame *frame)
{
  return frame != NULL;
}

static gboolean
is_empty (GObject *object, TlFrame *frame)
{
  return frame == NULL;
}

static void
tl_canvas_view_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_canvas_view_parent_class)->dispose (object);
}

/* Of several keys for the same, a menu shows the last. */
static void
install_actions (GtkWidgetClass *class)
{
  const struct
  {
    guint keyval;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = { { GDK_KEY_KP_Add, 0, "canvas.zoom-in" },
               { GDK_KEY_equal, 0, "canvas.zoom-in" },
               { GDK_KEY_plus, 0, "canvas.zoom-in" },
               { GDK_KEY_KP_Subtract, 0, "canvas.zoom-out" },
               { GDK_KEY_minus, 0, "canvas.zoom-out" },
               { GDK_KEY_KP_0, 0, "canvas.fit" },
               { GDK_KEY_0, 0, "canvas.fit" },
               { GDK_KEY_KP_1, 0, "canvas.actual-size" },
               { GDK_KEY_1, 0, "canvas.actual-size" },
               { GDK_KEY_Menu, 0, "canvas.menu" },
               { GDK_KEY_F10, GDK_SHIFT_MASK, "canvas.menu" } };

  gtk_widget_class_install_action (class, "canvas.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (class, "canvas.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (class, "canvas.fit", NULL, fit_action);
  gtk_widget_class_install_action (class, "canvas.actual-size", NULL, actual_size_action);
  gtk_widget_class_install_action (class, "canvas.menu", NULL, menu_action);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (class, keys[i].keyval, keys[i].modifiers, keys[i].action,
                                         NULL);
}

static void
tl_canvas_view_class_init (TlCanvasViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_canvas_view_dispose;
  g_type_ensure (TL_TYPE_CANVAS);
  install_actions (widget_class);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "canvas-view");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/canvas/canvas-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TlCanvasView, canvas);
  gtk_widget_class_bind_template_child (widget_class, TlCanvasView, empty);
  gtk_widget_class_bind_template_child (widget_class, TlCanvasView, menu);
  gtk_widget_class_bind_template_child (widget_class, TlCanvasView, waiting);
  gtk_widget_class_bind_template_callback (widget_class, has_frame);
  gtk_widget_class_bind_template_callback (widget_class, is_empty);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, print_zoom);
}

/* A tick in the menu, which is right whoever changes it. */
static void
add_smooth_action (TlCanvasView *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GPropertyAction) smooth = g_property_action_new ("smooth", self->canvas, "smooth");

  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (smooth));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "enlargement", G_ACTION_GROUP (group));
}

static void
tl_canvas_view_init (TlCanvasView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_smooth_action (self);
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
  g_signal_connect_swapped (self->canvas, "notify::zoom", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (self->canvas, "notify::frame", G_CALLBACK (update_actions), self);
  update_actions (self);
}

TlCanvas *
tl_canvas_view_get_canvas (TlCanvasView *self)
{
  return self->canvas;
}

void
tl_canvas_view_set_waiting (TlCanvasView *self, const char *message)
{
  if (message != NULL)
    gtk_label_set_label (self->waiting, message);
  gtk_stack_set_visible_child_name (self->empty, message != NULL ? "waiting" : "nothing");
}
