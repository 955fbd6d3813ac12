/* frame.c - one picture of a run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/frame.h"

#define BYTES_PER_PIXEL 4

struct _TlFrame
{
  guint width, height;
  gsize stride;
  GBytes *pixels;
  guint64 iteration;
  gdouble similarity;
};

G_DEFINE_BOXED_TYPE (TlFrame, tl_frame, tl_frame_ref, tl_frame_unref)

static void
clear (gpointer data)
{
  TlFrame *self = data;

  g_bytes_unref (self->pixels);
}

TlFrame *
tl_frame_new (guint width, guint height, gsize stride, GBytes *pixels, guint64 iteration,
              gdouble similarity)
{
  TlFrame *self;

  g_return_val_if_fail (width > 0 && height > 0, NULL);
  g_return_val_if_fail (stride / BYTES_PER_PIXEL >= width, NULL);
  g_return_val_if_fail (pixels != NULL && g_bytes_get_size (pixels) / stride >= height, NULL);

  self = g_atomic_rc_box_new (TlFrame);
  *self = (TlFrame){
    .width = width,
    .height = height,
    .stride = stride,
    .pixels = g_bytes_ref (pixels),
    .iteration = iteration,
    .similarity = similarity,
  };
  return self;
}

TlFrame *
tl_frame_ref (TlFrame *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
tl_frame_unref (TlFrame *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

guint
tl_frame_get_width (TlFrame *self)
{
  return self->width;
}

guint
tl_frame_get_height (TlFrame *self)
{
  return self->height;
}

gsize
tl_frame_get_stride (TlFrame *self)
{
  return self->stride;
}

GBytes *
tl_frame_get_pixels (TlFrame *self)
{
  return self->pixels;
}

guint64
tl_frame_get_iteration (TlFrame *self)
{
  return self->iteration;
}

gdouble
tl_frame_get_similarity (TlFrame *self)
{
  return self->similarity;
}
