/* viewport.c - which part of a picture shows where
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/canvas/viewport.h"

#include <math.h>

static const gdouble steps[] = { 0.05, 0.1, 0.25, 0.5, 0.75, 1,  1.5, 2,  3,
                                 4,    6,   8,    12,  16,   24, 32,  48, 64 };

static gdouble
fit_zoom (const TlViewport *self)
{
  gdouble width = MAX (1, self->view_width - 2 * self->margin);
  gdouble height = MAX (1, self->view_height - 2 * self->margin);

  if (self->picture_width <= 0 || self->picture_height <= 0)
    return 1;
  return MIN (width / self->picture_width, height / self->picture_height);
}

/* Where the middle of the view may be along one side. A picture that is smaller than the view is
 * centred. */
static gdouble
limit_center (gdouble center, gint picture, gint view, gdouble zoom)
{
  gdouble half = view / zoom / 2;

  if (2 * half >= picture)
    return picture / 2.0;
  return CLAMP (center, half, picture - half);
}

static void
limit (TlViewport *self)
{
  self->center_x = limit_center (self->center_x, self->picture_width, self->view_width, self->zoom);
  self->center_y =
    limit_center (self->center_y, self->picture_height, self->view_height, self->zoom);
}

/* From here on zoom and centre count, starting at what is seen now. */
static void
set_free (TlViewport *self)
{
  if (self->is_free)
    return;

  self->zoom = fit_zoom (self);
  self->center_x = self->picture_width / 2.0;
  self->center_y = self->picture_height / 2.0;
  self->is_free = TRUE;
}

gdouble
tl_viewport_get_zoom (const TlViewport *self)
{
  return self->is_free ? self->zoom : fit_zoom (self);
}

TlPlace
tl_viewport_get_place (const TlViewport *self)
{
  TlViewport seen = *self;
  TlPlace place;

  set_free (&seen);
  limit (&seen);
  /* Whole device pixels: a picture at 100 % must not be blurred by half a pixel. */
  place.width = MAX (1, round (seen.picture_width * seen.zoom));
  place.height = MAX (1, round (seen.picture_height * seen.zoom));
  place.x = round (seen.view_width / 2.0 - seen.center_x * seen.zoom);
  place.y = round (seen.view_height / 2.0 - seen.center_y * seen.zoom);
  return place;
}

gboolean
tl_viewport_can_pan (const TlViewport *self)
{
  TlPlace place = tl_viewport_get_place (self);

  return place.width > self->view_width || place.height > self->view_height;
}

void
tl_viewport_fit (TlViewport *self)
{
  self->is_free = FALSE;
}

void
tl_viewport_zoom_to (TlViewport *self, gdouble zoom, gdouble x, gdouble y)
{
  gdouble from_middle_x = x - self->view_width / 2.0;
  gdouble from_middle_y = y - self->view_height / 2.0;
  gdouble picture_x, picture_y;

  set_free (self);
  limit (self);
  picture_x = self->center_x + from_middle_x / self->zoom;
  picture_y = self->center_y + from_middle_y / self->zoom;
  self->zoom = CLAMP (zoom, TL_ZOOM_MIN, TL_ZOOM_MAX);
  self->center_x = picture_x - from_middle_x / self->zoom;
  self->center_y = picture_y - from_middle_y / self->zoom;
  limit (self);
}

void
tl_viewport_pan (TlViewport *self, gdouble dx, gdouble dy)
{
  set_free (self);
  limit (self);
  self->center_x -= dx / self->zoom;
  self->center_y -= dy / self->zoom;
  limit (self);
}

gdouble
tl_zoom_step (gdouble zoom, gboolean up)
{
  const gdouble near = 1.02; /* a fitted 99 % counts as 100 % */

  if (up)
    {
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        if (steps[i] > zoom * near)
          return steps[i];
      return TL_ZOOM_MAX;
    }
  for (gint i = G_N_ELEMENTS (steps) - 1; i >= 0; i--)
    if (steps[i] < zoom / near)
      return steps[i];
  return TL_ZOOM_MIN;
}
