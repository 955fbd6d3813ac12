/* thumbnail.c - a small picture of a run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/family/thumbnail.h"

#include "ui/canvas/canvas.h"

#define DEFAULT_SIZE 48
#define GROWTH_HEIGHT 5

struct _TlThumbnail
{
  GtkWidget parent_instance;

  TlSession *session; /* (nullable) */
  TlRun *run;         /* (nullable) */
  guint size;
  gdouble growth;
  GdkTexture *texture;   /* (nullable) */
  GCancellable *loading; /* (nullable) */
};

enum
{
  PROP_SIZE = 1,
};

G_DEFINE_FINAL_TYPE (TlThumbnail, tl_thumbnail, GTK_TYPE_WIDGET)

static void
set_frame (TlThumbnail *self, TlFrame *frame)
{
  g_clear_object (&self->texture);
  self->texture = tl_frame_dup_texture (frame);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cancel (TlThumbnail *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlThumbnail) self = user_data;
  g_autoptr (GError) error = NULL;
  /* A run without a picture yet has an empty thumbnail. */
  g_autoptr (TlFrame) frame = tl_session_load_frame_finish (TL_SESSION (source), result, &error);

  if (frame != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && source == G_OBJECT (self->session))
    set_frame (self, frame);
}

static void
load (TlThumbnail *self, guint64 iteration)
{
  cancel (self);
  if (self->session == NULL || self->run == NULL)
    return;
  self->loading = g_cancellable_new ();
  tl_session_load_frame_async (self->session, self->run, iteration, TRUE, self->loading, loaded_cb,
                               g_object_ref (self));
}

static void
frame_changed_cb (TlThumbnail *self)
{
  g_autoptr (TlFrame) frame = tl_run_dup_frame (self->run);

  cancel (self);
  set_frame (self, frame);
}

static void
set_run (TlThumbnail *self, TlSession *session, TlRun *run)
{
  cancel (self);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_func (self->run, frame_changed_cb, self);
  if (self->run != run)
    set_frame (self, NULL);
  g_set_object (&self->session, session);
  g_set_object (&self->run, run);
}

/* --- GtkWidget ------------------------------------------------------------------------------- */

static void
tl_thumbnail_measure (GtkWidget *widget, GtkOrientation orientation, gint for_size, gint *minimum,
                      gint *natural, gint *minimum_baseline, gint *natural_baseline)
{
  *minimum = *natural = (gint) TL_THUMBNAIL (widget)->size;
}

static void
draw_growth (TlThumbnail *self, GtkSnapshot *snapshot, gdouble width, gdouble height)
{
  const GdkRGBA trough = { 0, 0, 0, 0.45 };
  const GdkRGBA grown = { 1, 1, 1, 0.9 };
  gdouble y = height - GROWTH_HEIGHT;

  gtk_snapshot_append_color (snapshot, &trough, &GRAPHENE_RECT_INIT (0, y, width, GROWTH_HEIGHT));
  gtk_snapshot_append_color (
    snapshot, &grown, &GRAPHENE_RECT_INIT (0, y + 1, width * self->growth, GROWTH_HEIGHT - 2));
}

static void
tl_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TlThumbnail *self = TL_THUMBNAIL (widget);
  gdouble width = gtk_widget_get_width (widget);
  gdouble height = gtk_widget_get_height (widget);

  if (self->texture != NULL)
    {
      gdouble ratio = gdk_paintable_get_intrinsic_aspect_ratio (GDK_PAINTABLE (self->texture));
      gdouble w = MIN (width, height * ratio);
      gdouble h = w / ratio;

      gtk_snapshot_append_texture (snapshot, self->texture,
                                   &GRAPHENE_RECT_INIT ((width - w) / 2, (height - h) / 2, w, h));
    }
  if (self->growth < 1)
    draw_growth (self, snapshot, width, height);
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_thumbnail_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZE)
    g_value_set_uint (value, TL_THUMBNAIL (object)->size);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_thumbnail_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZE)
    tl_thumbnail_set_size (TL_THUMBNAIL (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_thumbnail_dispose (GObject *object)
{
  TlThumbnail *self = TL_THUMBNAIL (object);

  set_run (self, NULL, NULL);
  g_clear_object (&self->texture);

  G_OBJECT_CLASS (tl_thumbnail_parent_class)->dispose (object);
}

static void
tl_thumbnail_class_init (TlThumbnailClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = tl_thumbnail_get_property;
  object_class->set_property = tl_thumbnail_set_property;
  object_class->dispose = tl_thumbnail_dispose;
  widget_class->measure = tl_thumbnail_measure;
  widget_class->snapshot = tl_thumbnail_snapshot;
  g_object_class_install_property (
    object_class, PROP_SIZE,
    g_param_spec_uint ("size", NULL, NULL, 1, 4096, DEFAULT_SIZE,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));
  gtk_widget_class_set_css_name (widget_class, "thumbnail");
  /* Whatever it stands in says whose picture it is. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
tl_thumbnail_init (TlThumbnail *self)
{
  self->size = DEFAULT_SIZE;
  self->growth = 1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

void
tl_thumbnail_show_run (TlThumbnail *self, TlSession *session, TlRun *run)
{
  g_autoptr (TlFrame) frame = run != NULL ? tl_run_dup_frame (run) : NULL;

  set_run (self, session, run);
  if (run == NULL)
    return;
  g_signal_connect_object (run, "notify::frame", G_CALLBACK (frame_changed_cb), self,
                           G_CONNECT_SWAPPED);
  if (frame != NULL)
    set_frame (self, frame);
  else
    load (self, tl_run_get_iteration (run));
}

void
tl_thumbnail_show_past (TlThumbnail *self, TlSession *session, TlRun *run, guint64 iteration)
{
  set_run (self, session, run);
  load (self, iteration);
}

void
tl_thumbnail_set_size (TlThumbnail *self, guint size)
{
  if (self->size == size)
    return;

  self->size = size;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify (G_OBJECT (self), "size");
}

void
tl_thumbnail_set_growth (TlThumbnail *self, gdouble growth)
{
  self->growth = CLAMP (growth, 0, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
