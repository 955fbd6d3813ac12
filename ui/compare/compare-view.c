/* compare-view.c - two pictures in one place, or side by side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/compare/compare-view.h"

#include "ui/canvas/canvas.h"

#include <glib/gi18n-lib.h>

#define GAP 12
#define KEY_STEP 0.02

struct _TlCompareView
{
  GtkWidget parent_instance;

  TlCompareMode mode;
  TlFrame *frames[2];      /* (nullable) */
  GdkTexture *textures[2]; /* (nullable) */
  GdkTexture *difference;  /* (nullable) */
  gdouble border;
  gboolean is_blinked;
};

G_DEFINE_FINAL_TYPE (TlCompareView, tl_compare_view, GTK_TYPE_WIDGET)

/* --- What is said ---------------------------------------------------------------------------- */

static void
update_words (TlCompareView *self)
{
  g_autofree char *text = NULL;

  if (self->mode == TL_COMPARE_SLIDER)
    text = g_strdup_printf (_ ("A left of %.0f %%, B right of it"), 100 * self->border);
  else if (self->mode == TL_COMPARE_BLINK)
    text = g_strdup (self->is_blinked ? _ ("B is shown") : _ ("A is shown"));
  else if (self->mode == TL_COMPARE_SIDE)
    text = g_strdup (_ ("A left, B right"));
  else
    text = g_strdup (self->difference != NULL ? _ ("Where A and B differ it is bright")
                                              : _ ("The two are not of one size"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}

static void
changed (TlCompareView *self)
{
  update_words (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- Drawing --------------------------------------------------------------------------------- */

static graphene_rect_t
fit (GdkTexture *texture, const graphene_rect_t *into)
{
  gdouble ratio = gdk_paintable_get_intrinsic_aspect_ratio (GDK_PAINTABLE (texture));
  gdouble width = MIN (into->size.width, into->size.height * ratio);
  gdouble height = width / ratio;

  return GRAPHENE_RECT_INIT (into->origin.x + (into->size.width - width) / 2,
                             into->origin.y + (into->size.height - height) / 2, width, height);
}

static void
draw (GtkSnapshot *snapshot, GdkTexture *texture, const graphene_rect_t *into)
{
  graphene_rect_t rect;

  if (texture == NULL)
    return;
  rect = fit (texture, into);
  gtk_snapshot_append_texture (snapshot, texture, &rect);
}

static void
draw_border (TlCompareView *self, GtkSnapshot *snapshot, gdouble x, gdouble height)
{
  const GdkRGBA white = { 1, 1, 1, 0.9 };
  const GdkRGBA black = { 0, 0, 0, 0.5 };

  gtk_snapshot_append_color (snapshot, &black, &GRAPHENE_RECT_INIT (x - 2, 0, 4, height));
  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT (x - 1, 0, 2, height));
  gtk_snapshot_append_color (snapshot, &black,
                             &GRAPHENE_RECT_INIT (x - 5, height / 2 - 17, 10, 34));
  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT (x - 4, height / 2 - 16, 8, 32));
}

static void
draw_slider (TlCompareView *self, GtkSnapshot *snapshot, const graphene_rect_t *all)
{
  gdouble x = all->size.width * self->border;

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, x, all->size.height));
  draw (snapshot, self->textures[0], all);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_push_clip (snapshot,
                          &GRAPHENE_RECT_INIT (x, 0, all->size.width - x, all->size.height));
  draw (snapshot, self->textures[1], all);
  gtk_snapshot_pop (snapshot);
  draw_border (self, snapshot, x, all->size.height);
}

static void
draw_side (TlCompareView *self, GtkSnapshot *snapshot, const graphene_rect_t *all)
{
  gdouble half = MAX (1, (all->size.width - GAP) / 2);

  draw (snapshot, self->textures[0], &GRAPHENE_RECT_INIT (0, 0, half, all->size.height));
  draw (snapshot, self->textures[1], &GRAPHENE_RECT_INIT (half + GAP, 0, half, all->size.height));
}

static void
tl_compare_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TlCompareView *self = TL_COMPARE_VIEW (widget);
  graphene_rect_t all =
    GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget));

  switch (self->mode)
    {
    case TL_COMPARE_SIDE:
      draw_side (self, snapshot, &all);
      break;
    case TL_COMPARE_BLINK:
      draw (snapshot, self->textures[self->is_blinked ? 1 : 0], &all);
      break;
    case TL_COMPARE_DIFFERENCE:
      draw (snapshot, self->difference, &all);
      break;
    case TL_COMPARE_SLIDER:
    default:
      draw_slider (self, snapshot, &all);
    }
}

/* --- Hands ----------------------------------------------------------------------------------- */

static void
pressed_cb (GtkGestureDrag *drag, gdouble x, gdouble y, TlCompareView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->mode == TL_COMPARE_SLIDER)
    tl_compare_view_set_border (self, x / MAX (1, gtk_widget_get_width (GTK_WIDGET (self))));
  else if (self->mode == TL_COMPARE_BLINK)
    tl_compare_view_set_blinked (self, TRUE);
}

static void
dragged_cb (GtkGestureDrag *drag, gdouble dx, gdouble dy, TlCompareView *self)
{
  gdouble x = 0;

  gtk_gesture_drag_get_start_point (drag, &x, NULL);
  if (self->mode == TL_COMPARE_SLIDER)
    tl_compare_view_set_border (self, (x + dx) / MAX (1, gtk_widget_get_width (GTK_WIDGET (self))));
}

static void
released_cb (GtkGestureDrag *drag, gdouble dx, gdouble dy, TlCompareView *self)
{
  tl_compare_view_set_blinked (self, FALSE);
}

/* Another window has the keys, or the pointer, before they are let go of. */
static void
left_cb (TlCompareView *self)
{
  tl_compare_view_set_blinked (self, FALSE);
}

static gboolean
is_space (guint keyval)
{
  return keyval == GDK_KEY_space || keyval == GDK_KEY_KP_Space;
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode,
                GdkModifierType state, TlCompareView *self)
{
  if (is_space (keyval) && self->mode == TL_COMPARE_BLINK)
    tl_compare_view_set_blinked (self, TRUE);
  else if (self->mode == TL_COMPARE_SLIDER && keyval == GDK_KEY_Left)
    tl_compare_view_set_border (self, self->border - KEY_STEP);
  else if (self->mode == TL_COMPARE_SLIDER && keyval == GDK_KEY_Right)
    tl_compare_view_set_border (self, self->border + KEY_STEP);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
key_released_cb (GtkEventControllerKey *controller, guint keyval, guint keycode,
                 GdkModifierType state, TlCompareView *self)
{
  if (is_space (keyval))
    tl_compare_view_set_blinked (self, FALSE);
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_compare_view_dispose (GObject *object)
{
  TlCompareView *self = TL_COMPARE_VIEW (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->frames); i++)
    {
      g_clear_pointer (&self->frames[i], tl_frame_unref);
      g_clear_object (&self->textures[i]);
    }
  g_clear_object (&self->difference);

  G_OBJECT_CLASS (tl_compare_view_parent_class)->dispose (object);
}

static void
tl_compare_view_class_init (TlCompareViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_compare_view_dispose;
  widget_class->snapshot = tl_compare_view_snapshot;
  gtk_widget_class_set_css_name (widget_class, "compare-view");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/compare/compare-view.ui");
  gtk_widget_class_bind_template_callback (widget_class, dragged_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_released_cb);
  gtk_widget_class_bind_template_callback (widget_class, left_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
}

static void
tl_compare_view_init (TlCompareView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->border = 0.5;
  update_words (self);
}

/* --- Public ---------------------------------------------------------------------------------- */

void
tl_compare_view_set_mode (TlCompareView *self, TlCompareMode mode)
{
  self->mode = mode;
  self->is_blinked = FALSE;
  changed (self);
}

TlCompareMode
tl_compare_view_get_mode (TlCompareView *self)
{
  return self->mode;
}

void
tl_compare_view_set_frame (TlCompareView *self, guint side, TlFrame *frame)
{
  g_autoptr (TlFrame) difference = NULL;

  g_return_if_fail (side < G_N_ELEMENTS (self->frames));

  if (frame != NULL)
    tl_frame_ref (frame);
  g_clear_pointer (&self->frames[side], tl_frame_unref);
  g_clear_object (&self->textures[side]);
  g_clear_object (&self->difference);
  self->frames[side] = frame;
  self->textures[side] = tl_frame_dup_texture (frame);
  if (self->frames[0] != NULL && self->frames[1] != NULL)
    difference = tl_frame_new_difference (self->frames[0], self->frames[1]);
  self->difference = tl_frame_dup_texture (difference);
  changed (self);
}

void
tl_compare_view_set_border (TlCompareView *self, gdouble border)
{
  self->border = CLAMP (border, 0, 1);
  changed (self);
}

gdouble
tl_compare_view_get_border (TlCompareView *self)
{
  return self->border;
}

void
tl_compare_view_set_blinked (TlCompareView *self, gboolean is_blinked)
{
  if (self->is_blinked == is_blinked)
    return;
  self->is_blinked = is_blinked;
  changed (self);
}
