/* background.c - what is behind the things
 *
 * Suns, moons and clouds keep out of the way of the things and of each other: a caption that names
 * them must be true.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/background.h"

#include "core/scenes/layout.h"
#include "core/scenes/objects.h"

#include <math.h>

/* Extras are at the left and the right edge, those of the sky at the upper one: so wide a strip. */
#define STRIP 0.33

static gdouble
between (TlPen *pen, gdouble low, gdouble high)
{
  return tl_random_range (&pen->random, low, high);
}

static gboolean
has_extra (const TlScene *scene, TlExtras extra)
{
  return (scene->extras & extra) != 0;
}

static gboolean
is_drawn (const TlPen *pen)
{
  return pen->style == TL_STYLE_LINE || pen->style == TL_STYLE_BLUEPRINT;
}

static void
draw_object (TlPen *pen, TlDraw draw, TlRgb colour, gdouble x, gdouble y, gdouble k,
             gboolean is_lively)
{
  TlLook look = { .colour = tl_pen_vary (pen, colour, 0.03), .is_lively = is_lively };
  gdouble outer = pen->unit;

  tl_pen_enter (pen, x, y, k, 0, FALSE);
  draw (pen, &look);
  tl_pen_leave (pen, outer);
}

/* Land below a curve through three heights. */
static void
draw_hill (TlPen *pen, gdouble left, gdouble middle, gdouble right, TlRgb colour)
{
  cairo_t *cr = pen->cr;

  cairo_move_to (cr, -0.1, 1.1);
  cairo_line_to (cr, -0.1, left);
  cairo_curve_to (cr, 0.15, left, 0.25, middle, 0.5, middle);
  cairo_curve_to (cr, 0.75, middle, 0.85, right, 1.1, right);
  cairo_line_to (cr, 1.1, 1.1);
  cairo_close_path (cr);
  tl_pen_land (pen, colour);
}

static void
draw_ground (TlPen *pen, gdouble y, TlRgb colour, gdouble roughness)
{
  gdouble left, middle, right;

  colour = tl_pen_vary (pen, colour, 0.03);
  right = y + between (pen, -1, 1) * roughness;
  middle = y + between (pen, -1, 1) * roughness;
  left = y + between (pen, -1, 1) * roughness;
  draw_hill (pen, left, middle, right, colour);
}

/* The side where things hide less; where both are as good, that where the first thing is not. */
static gboolean
is_left_free (TlPen *pen, const TlScene *scene, gdouble top, gdouble bottom)
{
  gdouble left = tl_layout_get_cover (scene, 0, STRIP, top, bottom);
  gdouble right = tl_layout_get_cover (scene, 1 - STRIP, 1, top, bottom);
  gboolean is_left = scene->n_things > 0 && scene->things[0].x > 0.5;

  if (scene->n_things == 0 || fabs (scene->things[0].x - 0.5) < 0.04)
    is_left = tl_pen_chance (pen, 0.5);
  return fabs (left - right) > 0.25 ? left < right : is_left;
}

static gdouble
pick_x (TlPen *pen, gboolean is_left)
{
  return is_left ? between (pen, 0.11, 0.22) : between (pen, 0.78, 0.89);
}

static gdouble
pick_free_x (TlPen *pen, const TlScene *scene, gdouble top, gdouble bottom)
{
  return pick_x (pen, is_left_free (pen, scene, top, bottom));
}

/* Beside the sun at @sun_x; -1: there is none. */
static void
draw_clouds (TlPen *pen, const TlScene *scene, gdouble sun_x, TlRgb colour)
{
  guint n = 1 + tl_random_below (&pen->random, 3), n_least = 2; /* "clouds" */
  gdouble x = sun_x < 0 ? pick_free_x (pen, scene, 0, STRIP) : pick_x (pen, sun_x < 0.5) + 0.3;

  for (guint i = 0; i < MAX (n, n_least); i++)
    {
      gdouble k = between (pen, 0.09, 0.15), y = between (pen, 0.08, 0.26);

      if (x > 1.05)
        x -= 1.0;
      /* The third comes round to where the sun is. */
      if (i == 2 && sun_x >= 0 && fabs (x - sun_x) < 0.18)
        return;
      draw_object (pen, tl_draw_cloud, colour, x, y, k, FALSE);
      x += between (pen, 0.26, 0.40);
    }
}

/* Returns: where the sun is; -1: there is none */
static gdouble
draw_sun_or_moon (TlPen *pen, const TlScene *scene)
{
  gdouble x = pick_free_x (pen, scene, 0, STRIP), y = between (pen, 0.12, 0.20);

  if (has_extra (scene, TL_EXTRA_SUN))
    draw_object (pen, tl_draw_sun, TL_RGB (1.0, 0.86, 0.25), x, y, between (pen, 0.09, 0.13),
                 FALSE);
  if (has_extra (scene, TL_EXTRA_MOON))
    {
      gboolean is_full = tl_pen_chance (pen, 0.5);

      draw_object (pen, tl_draw_moon, TL_RGB (0.99, 0.95, 0.75), x, y, between (pen, 0.09, 0.12),
                   is_full);
    }
  return has_extra (scene, TL_EXTRA_SUN) ? x : -1;
}

static void
draw_stars (TlPen *pen, gdouble bottom)
{
  guint n = 10 + tl_random_below (&pen->random, 10);

  for (guint i = 0; i < n; i++)
    {
      gdouble x = between (pen, 0, 1), y = between (pen, 0, bottom),
              r = between (pen, 0.008, 0.022);
      gdouble outer = pen->unit;

      tl_pen_enter (pen, x, y, MAX (r, 0.8 * pen->pixel), 0, FALSE);
      if (is_drawn (pen))
        tl_pen_line (pen, "M0,-1 L0,1 M-1,0 L1,0", 0.5, TL_RGB_CHALK);
      else if (r > 0.015)
        tl_pen_patch (pen, "M0,-1.3 L.3,-.3 L1.3,0 L.3,.3 L0,1.3 L-.3,.3 L-1.3,0 L-.3,-.3 Z",
                      TL_RGB (1.0, 0.96, 0.72));
      else
        tl_pen_bar (pen, -0.5, -0.5, 1, 1, TL_RGB (0.98, 0.97, 0.92));
      tl_pen_leave (pen, outer);
    }
}

static void
draw_mountains (TlPen *pen, gdouble base, TlRgb rock, gboolean is_snowy)
{
  gdouble x = between (pen, -0.05, 0.12);

  for (guint i = 0; i < 4; i++)
    {
      gdouble height = between (pen, 0.20, 0.36), half = height * between (pen, 0.75, 0.95);
      gdouble outer = pen->unit;

      tl_pen_enter (pen, x, base - height / 2, height / 2, 0, FALSE);
      cairo_move_to (pen->cr, -2 * half / height, 1.2);
      cairo_line_to (pen->cr, 0, -1);
      cairo_line_to (pen->cr, 2 * half / height, 1.2);
      cairo_close_path (pen->cr);
      tl_pen_land (pen, i % 2 == 0 ? rock : tl_rgb_darken (rock, 0.12));
      if (is_snowy)
        {
          gdouble w = 1.1 * half / height / 2 * 0.62 * 2;

          cairo_move_to (pen->cr, 0, -1);
          cairo_line_to (pen->cr, w * 0.92, -0.38);
          cairo_line_to (pen->cr, w * 0.4, -0.52);
          cairo_line_to (pen->cr, 0, -0.28);
          cairo_line_to (pen->cr, -w * 0.42, -0.52);
          cairo_line_to (pen->cr, -w * 0.92, -0.38);
          cairo_close_path (pen->cr);
          tl_pen_land (pen, TL_RGB (0.97, 0.98, 1.0));
        }
      tl_pen_leave (pen, outer);
      x += between (pen, 0.24, 0.36);
    }
}

static void
draw_distance (TlPen *pen, const TlScene *scene, TlRgb rock)
{
  gboolean is_snowy;

  if (!has_extra (scene, TL_EXTRA_MOUNTAINS))
    return;

  is_snowy = tl_pen_chance (pen, 0.7);
  draw_mountains (pen, scene->horizon + 0.03, tl_pen_vary (pen, rock, 0.04), is_snowy);
}

static void
draw_birds (TlPen *pen, const TlScene *scene)
{
  gdouble x = pick_free_x (pen, scene, 0.1, 0.45), y = between (pen, 0.12, 0.3), outer = pen->unit;

  for (guint i = 0; i < 3; i++)
    {
      tl_pen_enter (pen, x + between (pen, -0.06, 0.06), y + 0.06 * i, 0.04, 0, FALSE);
      tl_pen_line (pen, "M-1,-.2 Q-.5,-.9 0,.1 Q.5,-.9 1,-.2", 0.3, TL_RGB (0.2, 0.2, 0.26));
      tl_pen_leave (pen, outer);
    }
}

/* Over the whole picture, from about @top to about @bottom. */
static void
draw_wash (TlPen *pen, TlRgb top, gdouble top_amount, TlRgb bottom, gdouble bottom_amount)
{
  bottom = tl_pen_vary (pen, bottom, bottom_amount);
  top = tl_pen_vary (pen, top, top_amount);
  tl_pen_wash (pen, 0, 1, top, bottom);
}

static void
draw_day_sky (TlPen *pen, const TlScene *scene, TlRgb top, TlRgb bottom, TlRgb cloud)
{
  gdouble sun_x;

  draw_wash (pen, top, 0.04, bottom, 0.04);
  sun_x = draw_sun_or_moon (pen, scene);
  if (has_extra (scene, TL_EXTRA_CLOUDS))
    draw_clouds (pen, scene, sun_x, cloud);
}

static void
draw_flowers (TlPen *pen, gdouble horizon)
{
  for (guint i = 0; i < 9; i++)
    {
      gdouble x = between (pen, 0.02, 0.98), y = between (pen, horizon + 0.12, 0.98);
      TlRgb c = tl_colour_get_rgb (i % 3 == 0   ? TL_COLOUR_RED
                                   : i % 3 == 1 ? TL_COLOUR_YELLOW
                                                : TL_COLOUR_WHITE);

      if (is_drawn (pen))
        tl_pen_oval (pen, x, y, 0.013, 0.013, c);
      else
        tl_pen_dot (pen, x, y, MAX (0.013, pen->pixel), MAX (0.013, pen->pixel), c);
    }
}

/* Where green does not say that it is grass. */
static void
draw_tufts (TlPen *pen, gdouble horizon)
{
  for (guint i = 0; i < 8; i++)
    {
      gdouble k = between (pen, 0.025, 0.04), y = between (pen, horizon + 0.1, 0.97),
              x = between (pen, 0.02, 0.98);
      gdouble outer = pen->unit;

      tl_pen_enter (pen, x, y, k, 0, FALSE);
      tl_pen_line (pen, "M-.3,.8 L-1,-.5 M0,.8 L0,-1 M.3,.8 L1,-.5", 0.2, TL_RGB_LEAF);
      tl_pen_leave (pen, outer);
    }
}

static void
draw_meadow (TlPen *pen, const TlScene *scene)
{
  gboolean is_rainy = has_extra (scene, TL_EXTRA_RAIN);
  TlRgb grass = tl_pen_vary (pen, TL_RGB (0.44, 0.76, 0.30), 0.05);

  draw_day_sky (pen, scene, is_rainy ? TL_RGB (0.50, 0.60, 0.70) : TL_RGB (0.34, 0.66, 0.96),
                is_rainy ? TL_RGB (0.76, 0.82, 0.86) : TL_RGB (0.80, 0.93, 1.0),
                is_rainy ? TL_RGB (0.72, 0.75, 0.80) : TL_RGB_CHALK);
  draw_ground (pen, scene->horizon, tl_rgb_mix (grass, TL_RGB (0.60, 0.84, 0.62), 0.5), 0.05);
  draw_ground (pen, scene->horizon + 0.07, grass, 0.03);
  if (is_drawn (pen))
    draw_tufts (pen, scene->horizon);
  if (has_extra (scene, TL_EXTRA_FLOWERS))
    draw_flowers (pen, scene->horizon);
}

static void
draw_sunset (TlPen *pen, const TlScene *scene)
{
  gdouble h = scene->horizon, sun_x = -1;

  tl_pen_wash (pen, 0, h * 0.5 + 0.02, tl_pen_vary (pen, TL_RGB (0.42, 0.24, 0.52), 0.04),
               TL_RGB (0.93, 0.42, 0.40));
  tl_pen_wash (pen, h * 0.5, 1, TL_RGB (0.93, 0.42, 0.40), TL_RGB (1.0, 0.84, 0.42));
  if (has_extra (scene, TL_EXTRA_SUN))
    {
      gdouble side = pick_free_x (pen, scene, h - 0.18, h) - 0.5, r;

      sun_x = 0.5 + side * between (pen, 0.75, 0.95);
      r = between (pen, 0.11, 0.15);
      tl_pen_oval (pen, sun_x, h - 0.03, r, r, TL_RGB (1.0, 0.90, 0.50));
    }
  if (has_extra (scene, TL_EXTRA_CLOUDS))
    draw_clouds (pen, scene, sun_x, TL_RGB (0.97, 0.66, 0.58));
  if (has_extra (scene, TL_EXTRA_BIRDS))
    draw_birds (pen, scene);
  draw_distance (pen, scene, TL_RGB (0.42, 0.26, 0.42));
  draw_ground (pen, h, TL_RGB (0.42, 0.25, 0.36), 0.04);
  draw_ground (pen, h + 0.08, TL_RGB (0.33, 0.21, 0.30), 0.02);
}

static void
draw_night (TlPen *pen, const TlScene *scene)
{
  tl_pen_wash (pen, 0, 1, tl_pen_vary (pen, TL_RGB (0.05, 0.07, 0.22), 0.02),
               TL_RGB (0.20, 0.25, 0.48));
  if (has_extra (scene, TL_EXTRA_STARS))
    draw_stars (pen, scene->horizon);
  draw_sun_or_moon (pen, scene);
  draw_ground (pen, scene->horizon, TL_RGB (0.10, 0.18, 0.26), 0.05);
  draw_ground (pen, scene->horizon + 0.08, TL_RGB (0.12, 0.25, 0.22), 0.02);
}

static void
draw_waves (TlPen *pen, gdouble top, gdouble bottom)
{
  for (guint i = 0; i < 9; i++)
    {
      gdouble k = between (pen, 0.035, 0.07), y = between (pen, top + 0.03, bottom),
              x = between (pen, 0, 1);
      gdouble outer = pen->unit;

      tl_pen_enter (pen, x, y, k, 0, FALSE);
      tl_pen_line (pen, "M-1,.2 Q-.5,-.4 0,.1 Q.5,.5 1,-.1", 0.20, TL_RGB (0.78, 0.92, 0.99));
      tl_pen_leave (pen, outer);
    }
}

static void
draw_sea (TlPen *pen, const TlScene *scene)
{
  gdouble h = scene->horizon - 0.06;

  draw_day_sky (pen, scene, TL_RGB (0.42, 0.74, 0.97), TL_RGB (0.88, 0.96, 1.0), TL_RGB_CHALK);
  if (has_extra (scene, TL_EXTRA_BIRDS))
    draw_birds (pen, scene);
  draw_distance (pen, scene, TL_RGB (0.48, 0.60, 0.66));
  draw_ground (pen, h, TL_RGB (0.14, 0.50, 0.80), 0);
  draw_ground (pen, h + 0.14, TL_RGB (0.10, 0.42, 0.74), 0.008);
  draw_waves (pen, h, has_extra (scene, TL_EXTRA_BEACH) ? 0.8 : 0.97);
  if (has_extra (scene, TL_EXTRA_BEACH))
    {
      draw_ground (pen, 0.825, TL_RGB (0.90, 0.96, 0.98), 0.012);
      draw_ground (pen, 0.85, TL_RGB (0.95, 0.84, 0.58), 0.012);
    }
}

static void
draw_seaweed (TlPen *pen, gdouble x)
{
  gboolean is_flipped = tl_pen_chance (pen, 0.5);
  gdouble k = between (pen, 0.12, 0.18), y = between (pen, 0.74, 0.82);
  gdouble outer = pen->unit;

  tl_pen_enter (pen, x, y, k, 0, is_flipped);
  tl_pen_tube (pen, "M0,1 Q-.4,.5 0,.1 Q.4,-.4 0,-.9", 0.18, TL_RGB (0.12, 0.55, 0.36));
  tl_pen_tube (pen, "M.2,1 Q.6,.6 .34,.2 Q.2,-.1 .46,-.4", 0.16, TL_RGB (0.18, 0.64, 0.40));
  tl_pen_leave (pen, outer);
}

static void
draw_underwater (TlPen *pen, const TlScene *scene)
{
  tl_pen_wash (pen, 0, 1, tl_pen_vary (pen, TL_RGB (0.30, 0.74, 0.88), 0.04),
               TL_RGB (0.04, 0.26, 0.52));
  if (!is_drawn (pen) && pen->style != TL_STYLE_CHALK)
    {
      cairo_set_source_rgba (pen->cr, 1, 1, 1, 0.10);
      cairo_move_to (pen->cr, 0.2, 0);
      cairo_line_to (pen->cr, 0.36, 0);
      cairo_line_to (pen->cr, 0.22, 1);
      cairo_line_to (pen->cr, -0.1, 1);
      cairo_move_to (pen->cr, 0.66, 0);
      cairo_line_to (pen->cr, 0.78, 0);
      cairo_line_to (pen->cr, 0.92, 1);
      cairo_line_to (pen->cr, 0.64, 1);
      cairo_fill (pen->cr);
    }
  draw_ground (pen, 0.87, TL_RGB (0.86, 0.77, 0.54), 0.02);
  if (has_extra (scene, TL_EXTRA_SEAWEED))
    {
      draw_seaweed (pen, between (pen, 0.05, 0.18));
      draw_seaweed (pen, between (pen, 0.82, 0.95));
      if (tl_pen_chance (pen, 0.5))
        draw_seaweed (pen, between (pen, 0.25, 0.75));
    }
  if (has_extra (scene, TL_EXTRA_BUBBLES))
    for (guint i = 0; i < 8; i++)
      {
        gdouble r = between (pen, 0.012, 0.03), y = between (pen, 0.04, 0.8),
                x = between (pen, 0, 1);

        tl_pen_oval (pen, x, y, r, r, TL_RGB (0.72, 0.92, 0.98));
      }
}

static void
draw_desert (TlPen *pen, const TlScene *scene)
{
  TlRgb sand = tl_pen_vary (pen, TL_RGB (0.95, 0.79, 0.46), 0.03);

  draw_day_sky (pen, scene, TL_RGB (0.40, 0.72, 0.94), TL_RGB (0.98, 0.93, 0.78), TL_RGB_CHALK);
  draw_ground (pen, scene->horizon, tl_rgb_darken (sand, 0.14), 0.06);
  if (has_extra (scene, TL_EXTRA_CACTI))
    {
      gdouble x = pick_free_x (pen, scene, scene->horizon - 0.2, scene->horizon);

      draw_object (pen, tl_draw_cactus, TL_RGB_LEAF, x, scene->horizon - 0.04,
                   between (pen, 0.11, 0.15), FALSE);
      if (tl_pen_chance (pen, 0.5))
        draw_object (pen, tl_draw_cactus, TL_RGB_LEAF, 1 - x, scene->horizon, 0.07, FALSE);
    }
  draw_ground (pen, scene->horizon + 0.08, sand, 0.04);
}

static void
draw_snow (TlPen *pen, const TlScene *scene)
{
  draw_day_sky (pen, scene, TL_RGB (0.55, 0.72, 0.90), TL_RGB (0.86, 0.92, 0.98), TL_RGB_CHALK);
  draw_distance (pen, scene, TL_RGB (0.58, 0.66, 0.78));
  draw_ground (pen, scene->horizon, TL_RGB (0.84, 0.90, 0.97), 0.05);
  for (guint i = 0; i < 2; i++)
    {
      gdouble x = i == 0 ? between (pen, 0.02, 0.2) : between (pen, 0.8, 0.98);

      if (tl_pen_chance (pen, 0.6))
        draw_object (pen, tl_draw_pine, TL_RGB (0.16, 0.42, 0.34), x, scene->horizon - 0.04,
                     between (pen, 0.10, 0.15), FALSE);
    }
  draw_ground (pen, scene->horizon + 0.08, TL_RGB (0.95, 0.97, 1.0), 0.02);
}

static void
draw_forest (TlPen *pen, const TlScene *scene)
{
  TlRgb leaf = tl_pen_vary (pen, TL_RGB (0.14, 0.44, 0.22), 0.04);
  gboolean is_pines = tl_pen_chance (pen, 0.5);

  tl_pen_wash (pen, 0, 1, tl_pen_vary (pen, TL_RGB (0.62, 0.84, 0.78), 0.04),
               TL_RGB (0.86, 0.95, 0.82));
  draw_ground (pen, scene->horizon, TL_RGB (0.36, 0.58, 0.30), 0.02);
  for (guint i = 0; i < 6; i++)
    {
      gdouble k = between (pen, 0.20, 0.28);
      gdouble y = scene->horizon + 0.05 - k + between (pen, 0, 0.03);
      gdouble x = i * 0.19 + between (pen, -0.03, 0.05);
      TlDraw draw = is_pines || i % 3 == 2 ? tl_draw_pine : tl_draw_tree;

      draw_object (pen, draw, i % 2 == 0 ? leaf : tl_rgb_darken (leaf, 0.2), x, y, k, FALSE);
    }
  draw_ground (pen, scene->horizon + 0.07, TL_RGB (0.36, 0.62, 0.28), 0.015);
}

static void
draw_mountain_land (TlPen *pen, const TlScene *scene)
{
  draw_day_sky (pen, scene, TL_RGB (0.40, 0.68, 0.94), TL_RGB (0.86, 0.94, 0.99), TL_RGB_CHALK);
  draw_mountains (pen, scene->horizon + 0.03, tl_pen_vary (pen, TL_RGB (0.52, 0.55, 0.66), 0.05),
                  TRUE);
  draw_ground (pen, scene->horizon, TL_RGB (0.42, 0.66, 0.40), 0.03);
  draw_ground (pen, scene->horizon + 0.08, TL_RGB (0.48, 0.74, 0.36), 0.02);
}

static void
draw_city (TlPen *pen, gdouble base)
{
  static const TlRgb walls[] = {
    { 0.80, 0.62, 0.55 }, { 0.62, 0.68, 0.78 }, { 0.88, 0.80, 0.62 },
    { 0.70, 0.60, 0.68 }, { 0.72, 0.78, 0.72 },
  };

  for (gdouble x = -0.04; x < 1;)
    {
      gdouble w = between (pen, 0.15, 0.24), h = between (pen, 0.20, 0.42);
      TlRgb wall = walls[tl_random_below (&pen->random, G_N_ELEMENTS (walls))];

      cairo_rectangle (pen->cr, x, base - h, w - 0.01, h + 0.02);
      tl_pen_land (pen, wall);
      for (gdouble y = base - h + 0.035; y < base - 0.08; y += 0.085)
        for (gdouble u = x + 0.025; u < x + w - 0.045; u += 0.06)
          cairo_rectangle (pen->cr, u, y, 0.032, 0.045);
      if (is_drawn (pen) || pen->style == TL_STYLE_CHALK)
        tl_pen_land (pen, wall);
      else
        tl_pen_patch (pen, "", tl_rgb_mix (wall, TL_RGB (0.95, 0.95, 0.80), 0.65));
      x += w;
    }
}

static void
draw_street (TlPen *pen, const TlScene *scene)
{
  gboolean is_rainy = has_extra (scene, TL_EXTRA_RAIN);
  gdouble h = scene->horizon;

  draw_day_sky (pen, scene, is_rainy ? TL_RGB (0.52, 0.60, 0.68) : TL_RGB (0.45, 0.72, 0.95),
                is_rainy ? TL_RGB (0.76, 0.80, 0.84) : TL_RGB (0.88, 0.95, 0.99),
                is_rainy ? TL_RGB (0.72, 0.75, 0.80) : TL_RGB_CHALK);
  if (has_extra (scene, TL_EXTRA_CITY))
    draw_city (pen, h + 0.04);
  else
    draw_ground (pen, h, TL_RGB (0.50, 0.74, 0.40), 0.02);
  draw_ground (pen, h + 0.04, TL_RGB (0.76, 0.75, 0.73), 0);
  draw_ground (pen, h + 0.10, TL_RGB (0.40, 0.41, 0.45), 0);
  for (guint i = 0; i < 4; i++)
    {
      cairo_rectangle (pen->cr, 0.04 + i * 0.27, h + 0.10 + (0.9 - h) * 0.5, 0.14, 0.026);
      tl_pen_land (pen, TL_RGB (0.96, 0.95, 0.88));
    }
}

static void
draw_space (TlPen *pen, const TlScene *scene)
{
  static const TlColour planets[] = { TL_COLOUR_RED, TL_COLOUR_BLUE, TL_COLOUR_ORANGE,
                                      TL_COLOUR_PURPLE, TL_COLOUR_GREEN };

  draw_wash (pen, TL_RGB (0.04, 0.03, 0.12), 0.02, TL_RGB (0.16, 0.07, 0.28), 0.04);
  if (has_extra (scene, TL_EXTRA_STARS))
    draw_stars (pen, 1);
  if (has_extra (scene, TL_EXTRA_PLANET))
    {
      gdouble k = between (pen, 0.12, 0.17);
      gdouble y = tl_pen_chance (pen, 0.7) ? between (pen, 0.13, 0.22) : between (pen, 0.78, 0.87);
      gdouble x = pick_free_x (pen, scene, y - k, y + k);
      TlColour colour = planets[tl_random_below (&pen->random, G_N_ELEMENTS (planets))];

      draw_object (pen, tl_draw_planet, tl_colour_get_rgb (colour), x, y, k, FALSE);
    }
}

static void
draw_plain (TlPen *pen, const TlScene *scene)
{
  TlRgb c = tl_pen_vary (pen, tl_colour_get_rgb (scene->backdrop), 0.04);

  tl_pen_wash (pen, 0, 1, c, c);
}

void
tl_background_draw (TlPen *pen, const TlScene *scene)
{
  static void (*const draw[TL_N_BACKGROUNDS]) (TlPen *, const TlScene *) = {
    [TL_BACKGROUND_MEADOW] = draw_meadow,
    [TL_BACKGROUND_SUNSET] = draw_sunset,
    [TL_BACKGROUND_NIGHT] = draw_night,
    [TL_BACKGROUND_SEA] = draw_sea,
    [TL_BACKGROUND_UNDERWATER] = draw_underwater,
    [TL_BACKGROUND_DESERT] = draw_desert,
    [TL_BACKGROUND_SNOW] = draw_snow,
    [TL_BACKGROUND_FOREST] = draw_forest,
    [TL_BACKGROUND_MOUNTAINS] = draw_mountain_land,
    [TL_BACKGROUND_STREET] = draw_street,
    [TL_BACKGROUND_SPACE] = draw_space,
    [TL_BACKGROUND_PLAIN] = draw_plain,
  };

  draw[scene->background](pen, scene);
}

void
tl_background_draw_weather (TlPen *pen, const TlScene *scene)
{
  gdouble outer = pen->unit;

  for (guint i = 0; i < 26; i++)
    {
      gdouble x = between (pen, 0, 1), y = between (pen, 0, 1);

      if (has_extra (scene, TL_EXTRA_RAIN))
        {
          tl_pen_enter (pen, x, y, 0.03, 0, FALSE);
          tl_pen_line (pen, "M.4,-1 L-.4,1", 0.28, TL_RGB (0.78, 0.88, 0.98));
          tl_pen_leave (pen, outer);
        }
      else if (is_drawn (pen))
        tl_pen_oval (pen, x, y, 0.011, 0.011, TL_RGB_CHALK);
      else
        tl_pen_dot (pen, x, y, MAX (0.012, 0.8 * pen->pixel), MAX (0.012, 0.8 * pen->pixel),
                    TL_RGB (1, 1, 1));
    }
}
