/* test-viewport.c - which part of a picture shows where
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/canvas/viewport.h"

static TlViewport
make (gint view_width, gint view_height, gint picture_width, gint picture_height)
{
  return (TlViewport){ .view_width = view_width,
                       .view_height = view_height,
                       .picture_width = picture_width,
                       .picture_height = picture_height,
                       .margin = 20 };
}

/* The point of the picture under a point of the view. */
static void
find_point (const TlViewport *viewport, gdouble x, gdouble y, gdouble *px, gdouble *py)
{
  TlPlace place = tl_viewport_get_place (viewport);

  *px = (x - place.x) / place.width * viewport->picture_width;
  *py = (y - place.y) / place.height * viewport->picture_height;
}

static void
test_fit (void)
{
  TlViewport wide = make (840, 440, 200, 100);
  TlViewport tall = make (840, 440, 100, 200);
  TlPlace place = tl_viewport_get_place (&wide);

  g_assert_cmpfloat (tl_viewport_get_zoom (&wide), ==, 4);
  g_assert_cmpfloat (place.x, ==, 20);
  g_assert_cmpfloat (place.y, ==, 20);
  g_assert_cmpfloat (place.width, ==, 800);
  g_assert_cmpfloat (place.height, ==, 400);
  g_assert_cmpfloat (tl_viewport_get_zoom (&tall), ==, 2);
  g_assert_false (tl_viewport_can_pan (&wide));
}

static void
test_zoom_keeps_point (void)
{
  TlViewport viewport = make (800, 600, 512, 512);
  gdouble x0, y0, x1, y1;

  find_point (&viewport, 500, 200, &x0, &y0);
  tl_viewport_zoom_to (&viewport, 4, 500, 200);
  find_point (&viewport, 500, 200, &x1, &y1);
  /* The place is on whole device pixels. */
  g_assert_cmpfloat_with_epsilon (x0, x1, 0.2);
  g_assert_cmpfloat_with_epsilon (y0, y1, 0.2);
  g_assert_true (tl_viewport_can_pan (&viewport));
}

static void
test_zoom_out_is_centred (void)
{
  TlViewport viewport = make (800, 600, 512, 512);
  TlPlace place;

  tl_viewport_zoom_to (&viewport, 0.5, 10, 10);
  place = tl_viewport_get_place (&viewport);
  g_assert_cmpfloat (place.x, ==, (800 - 256) / 2);
  g_assert_cmpfloat (place.y, ==, (600 - 256) / 2);
}

static void
test_pan_stops_at_edge (void)
{
  TlViewport viewport = make (800, 600, 512, 512);
  TlPlace place;

  tl_viewport_zoom_to (&viewport, 4, 400, 300);
  tl_viewport_pan (&viewport, 100000, 100000);
  place = tl_viewport_get_place (&viewport);
  g_assert_cmpfloat (place.x, ==, 0);
  g_assert_cmpfloat (place.y, ==, 0);
  tl_viewport_pan (&viewport, -100000, -100000);
  place = tl_viewport_get_place (&viewport);
  g_assert_cmpfloat (place.x + place.width, ==, 800);
  g_assert_cmpfloat (place.y + place.height, ==, 600);
}

static void
test_limits (void)
{
  TlViewport viewport = make (800, 600, 512, 512);

  tl_viewport_zoom_to (&viewport, 1e9, 400, 300);
  g_assert_cmpfloat (tl_viewport_get_zoom (&viewport), ==, TL_ZOOM_MAX);
  tl_viewport_zoom_to (&viewport, 0, 400, 300);
  g_assert_cmpfloat (tl_viewport_get_zoom (&viewport), ==, TL_ZOOM_MIN);
  tl_viewport_fit (&viewport);
  g_assert_cmpfloat_with_epsilon (tl_viewport_get_zoom (&viewport), 560.0 / 512, 1e-9);
}

static void
test_nothing (void)
{
  TlViewport none = { 0 };
  TlPlace place = tl_viewport_get_place (&none);

  g_assert_cmpfloat (tl_viewport_get_zoom (&none), ==, 1);
  g_assert_cmpfloat (place.width, >=, 1);
}

static void
test_steps (void)
{
  g_assert_cmpfloat (tl_zoom_step (0.6, TRUE), ==, 0.75);
  g_assert_cmpfloat (tl_zoom_step (0.99, TRUE), ==, 1.5);
  g_assert_cmpfloat (tl_zoom_step (1, FALSE), ==, 0.75);
  g_assert_cmpfloat (tl_zoom_step (5.2, FALSE), ==, 4);
  g_assert_cmpfloat (tl_zoom_step (100, TRUE), ==, TL_ZOOM_MAX);
  g_assert_cmpfloat (tl_zoom_step (0.01, FALSE), ==, TL_ZOOM_MIN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/viewport/fit", test_fit);
  g_test_add_func ("/viewport/zoom-keeps-the-point", test_zoom_keeps_point);
  g_test_add_func ("/viewport/small-is-centred", test_zoom_out_is_centred);
  g_test_add_func ("/viewport/pan-stops-at-the-edge", test_pan_stops_at_edge);
  g_test_add_func ("/viewport/limits", test_limits);
  g_test_add_func ("/viewport/nothing", test_nothing);
  g_test_add_func ("/viewport/steps", test_steps);
  return g_test_run ();
}
