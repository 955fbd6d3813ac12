/* draw.c - the picture of a scene
 *
 * Everything is drawn at the size that is asked for. Only pixel art is drawn smaller and enlarged.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/scene.h"

#include "core/scenes/background.h"
#include "core/scenes/finish.h"
#include "core/scenes/table.h"

#include <string.h>

static void
draw_grid (TlPen *pen)
{
  TlRgb c = tl_rgb_mix (pen->paper, pen->ink, 0.22);

  for (guint i = 1; i < 8; i++)
    {
      cairo_rectangle (pen->cr, i / 8.0 - pen->pixel / 2, 0, pen->pixel, 1);
      cairo_rectangle (pen->cr, 0, i / 8.0 - pen->pixel / 2, 1, pen->pixel);
    }
  cairo_set_source_rgb (pen->cr, c.r, c.g, c.b);
  cairo_fill (pen->cr);
}

/* Without it, things without outlines float over their meadow. */
static void
draw_shadow (TlPen *pen, const TlScene *scene, const TlThing *thing)
{
  const TlObject *object = tl_object_get (thing->kind);
  gboolean is_water =
    scene->background == TL_BACKGROUND_SEA && (object->traits & (TL_TRAIT_FLOATS | TL_TRAIT_SWIMS));

  if (!tl_scene_has_colours (scene) || scene->style == TL_STYLE_CHALK || is_water
      || scene->background == TL_BACKGROUND_SPACE || scene->background == TL_BACKGROUND_PLAIN
      || (object->traits & TL_TRAIT_SKY) != 0 || thing->y < scene->horizon + 0.07)
    return;

  cairo_save (pen->cr);
  cairo_translate (pen->cr, thing->x, thing->y - 0.01 * thing->k);
  cairo_scale (pen->cr, thing->k * object->half_width * 0.95, thing->k * 0.10);
  cairo_arc (pen->cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (pen->cr);
  cairo_set_source_rgba (pen->cr, 0.05, 0.05, 0.15, 0.22);
  cairo_fill (pen->cr);
}

static void
draw_thing (TlPen *pen, const TlScene *scene, const TlThing *thing, const TlThing *rider)
{
  gdouble outer = pen->unit, lean, stretch;
  gboolean can_tilt = (tl_object_get (thing->kind)->traits & (TL_TRAIT_FLIES | TL_TRAIT_SWIMS)) != 0
                      && thing->y < scene->horizon + 0.07;
  TlLook look = {
    .colour = tl_pen_vary (pen, tl_colour_get_rgb (thing->colour), 0.04),
    .is_lively = thing->is_lively,
  };

  if (rider != NULL)
    {
      look.rider_head = tl_object_get (rider->kind)->head;
      look.rider_colour = tl_pen_vary (pen, tl_colour_get_rgb (rider->colour), 0.04);
    }
  draw_shadow (pen, scene, thing);
  /* No two are quite alike. */
  lean = tl_random_range (&pen->random, -1, 1) * (can_tilt ? 0.16 : 0.035);
  stretch = tl_random_range (&pen->random, 0.92, 1.06);
  tl_pen_enter (pen, thing->x, thing->y - thing->k, thing->k, lean, thing->is_flipped);
  cairo_scale (pen->cr, stretch, 2 - stretch > 1.02 ? 1.02 : 2 - stretch);
  tl_object_get (thing->kind)->draw (pen, &look);
  tl_pen_leave (pen, outer);
}

/* Foam where the hull meets the sea. */
static void
draw_foam (TlPen *pen, const TlScene *scene, const TlThing *thing)
{
  gdouble outer = pen->unit;

  if (scene->background != TL_BACKGROUND_SEA
      || (tl_object_get (thing->kind)->traits & TL_TRAIT_FLOATS) == 0 || thing->y > 0.88)
    return;

  tl_pen_enter (pen, thing->x, thing->y - 0.06 * thing->k, thing->k, 0, FALSE);
  tl_pen_path (pen,
               "M-1.1,.16 L-1.1,.0 Q-.9,-.16 -.7,0 Q-.5,.14 -.3,0 Q-.1,-.14 .1,0 Q.3,.14 .5,0 "
               "Q.7,-.16 .9,0 L1.1,.04 L1.1,.16 Z",
               TL_RGB (0.52, 0.80, 0.96));
  tl_pen_leave (pen, outer);
}

static void
draw_things (TlPen *pen, const TlScene *scene)
{
  const TlThing *a = &scene->things[0], *b = &scene->things[1];

  if (scene->n_things == 0)
    return;

  if (scene->relation == TL_RELATION_DRIVING)
    {
      draw_thing (pen, scene, b, a);
      draw_foam (pen, scene, b);
      return;
    }

  if (scene->n_things == 2 && scene->relation != TL_RELATION_BEHIND)
    {
      draw_thing (pen, scene, b, NULL);
      draw_foam (pen, scene, b);
    }
  draw_thing (pen, scene, a, NULL);
  draw_foam (pen, scene, a);
  if (scene->relation == TL_RELATION_BEHIND)
    draw_thing (pen, scene, b, NULL);
}

static void
draw_at (const TlScene *scene, const TlCanvas *canvas, TlPen *pen)
{
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
    canvas->pixels, CAIRO_FORMAT_ARGB32, (int) canvas->size, (int) canvas->size, canvas->stride);
  cairo_t *cr = cairo_create (surface);
  TlRandom random;

  cairo_scale (cr, canvas->size, canvas->size);
  tl_random_init (&random, scene->seed, scene->index, TL_PURPOSE_SCENE, 1);
  tl_pen_init (pen, cr, scene->style, canvas->size, random);

  cairo_set_source_rgb (cr, pen->paper.r, pen->paper.g, pen->paper.b);
  cairo_paint (cr);
  if (scene->style == TL_STYLE_BLUEPRINT)
    draw_grid (pen);
  tl_background_draw (pen, scene);
  draw_things (pen, scene);
  if ((scene->extras & (TL_EXTRA_RAIN | TL_EXTRA_SNOWFALL)) != 0)
    tl_background_draw_weather (pen, scene);

  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* A large thing is still known from a few squares, a small one needs more. */
static void
draw_pixel_art (const TlScene *scene, const TlCanvas *canvas)
{
  gdouble k = scene->n_things > 0 ? scene->things[0].k : 1;
  guint side = MIN (canvas->size, k > 0.27 ? 40 : 64);
  g_autofree guint32 *small = NULL;
  TlCanvas grid;
  TlPen pen;

  /* Squares of one size. */
  while (canvas->size % side != 0 && side < canvas->size)
    side++;
  small = g_new (guint32, (gsize) side * side);
  grid = (TlCanvas){ (guint8 *) small, (gint) (side * sizeof *small), side };
  draw_at (scene, &grid, &pen);
  tl_finish_pixels (canvas, small, side);
}

void
tl_scene_draw (const TlScene *self, guint8 *pixels, gint stride, guint size)
{
  TlCanvas canvas = { pixels, stride, size };
  TlPen pen;

  g_return_if_fail (size >= TL_SCENE_MIN_SIZE && size <= TL_SCENE_MAX_SIZE);
  g_return_if_fail (stride % 4 == 0 && stride / 4 >= (gint) size);

  if (self->style == TL_STYLE_PIXEL)
    {
      draw_pixel_art (self, &canvas);
      return;
    }

  draw_at (self, &canvas, &pen);
  if (self->style == TL_STYLE_OIL)
    tl_finish_oil (&canvas, &pen.random);
  else if (self->style == TL_STYLE_WATERCOLOUR)
    tl_finish_watercolour (&canvas, pen.paper, &pen.random);
  else if (self->style == TL_STYLE_CHALK)
    tl_finish_chalk (&canvas, pen.paper, &pen.random);
}
