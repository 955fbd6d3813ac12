/* buildings.c - houses and towers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

static TlRgb
pick_roof (TlRgb wall)
{
  return wall.r > 0.7 && wall.g < 0.6 ? TL_RGB (0.36, 0.32, 0.38) : TL_RGB (0.78, 0.28, 0.20);
}

static void
draw_window (TlPen *pen, gdouble x, gdouble y, gdouble w, TlRgb glass)
{
  tl_pen_box (pen, x - w / 2, y - w / 2, w, w, 0, glass);
  tl_pen_bar (pen, x - 0.025, y - w / 2, 0.05, w, TL_RGB_CHALK);
  tl_pen_bar (pen, x - w / 2, y - 0.025, w, 0.05, TL_RGB_CHALK);
}

void
tl_draw_house (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, roof = pick_roof (c);
  TlRgb glass = look->is_lively ? TL_RGB_LAMP : TL_RGB_GLASS;

  tl_pen_box (pen, 0.40, -0.88, 0.22, 0.56, 0, tl_rgb_darken (roof, 0.25));
  tl_pen_box (pen, -0.78, -0.16, 1.56, 1.16, 0, c);
  tl_pen_path (pen, "M-1,-.1 L0,-.98 L1,-.1 Z", roof);
  tl_pen_dot (pen, 0, -0.42, 0.13, 0.13, glass);
  tl_pen_box (pen, -0.17, 0.36, 0.36, 0.64, 0, TL_RGB (0.50, 0.30, 0.16));
  tl_pen_dot (pen, 0.10, 0.70, 0.045, 0.045, TL_RGB_LAMP);
  draw_window (pen, -0.48, 0.26, 0.36, glass);
  draw_window (pen, 0.50, 0.26, 0.36, glass);
}

/* Battlements along the top of a wall. */
static void
draw_merlons (TlPen *pen, gdouble x, gdouble y, gdouble w, guint n, TlRgb c)
{
  gdouble step = w / (2 * n - 1);

  cairo_move_to (pen->cr, x, y + step * 1.2);
  for (guint i = 0; i < n; i++)
    {
      cairo_line_to (pen->cr, x + 2 * i * step, y);
      cairo_line_to (pen->cr, x + (2 * i + 1) * step, y);
      cairo_line_to (pen->cr, x + (2 * i + 1) * step, y + step);
      if (i + 1 < n)
        cairo_line_to (pen->cr, x + (2 * i + 2) * step, y + step);
    }
  cairo_line_to (pen->cr, x + w, y + step * 1.2);
  tl_pen_path (pen, "Z", c);
}

void
tl_draw_castle (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.14), roof = pick_roof (c);
  TlRgb dark = TL_RGB (0.22, 0.18, 0.22);

  tl_pen_box (pen, -0.30, -0.42, 0.60, 0.8, 0, deep);
  tl_pen_path (pen, "M-.38,-.4 L0,-.9 L.38,-.4 Z", roof);
  tl_pen_path (pen, "M.0,-1.06 L.26,-.98 L0,-.9 Z", TL_RGB (0.95, 0.75, 0.2));
  draw_merlons (pen, -0.62, 0.06, 1.24, 5, c);
  tl_pen_box (pen, -0.62, 0.2, 1.24, 0.8, 0, c);
  for (int side = -1; side <= 1; side += 2)
    {
      tl_pen_box (pen, 0.74 * side - 0.24, -0.24, 0.48, 1.24, 0, c);
      draw_merlons (pen, 0.74 * side - 0.29, -0.42, 0.58, 3, deep);
      tl_pen_bar (pen, 0.74 * side - 0.06, 0.06, 0.12, 0.26, dark);
      tl_pen_bar (pen, 0.74 * side - 0.06, 0.52, 0.12, 0.22, dark);
    }
  tl_pen_bar (pen, -0.06, -0.24, 0.12, 0.22, dark);
  tl_pen_path (pen, "M-.24,1 L-.24,.66 Q-.24,.42 0,.42 Q.24,.42 .24,.66 L.24,1 Z",
               TL_RGB (0.45, 0.28, 0.15));
  tl_pen_line (pen, "M0,.44 L0,1", 0.04, dark);
}

void
tl_draw_lighthouse (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;
  /* Yellow is seen on white. */
  gboolean is_white = tl_rgb_get_luma (c) > 0.9;
  TlRgb other = is_white ? TL_RGB (0.86, 0.24, 0.20) : TL_RGB_CHALK;

  if (look->is_lively)
    tl_pen_patch (pen, "M0,-.66 L1.3,-.98 L1.3,-.36 Z M0,-.66 L-1.3,-.98 L-1.3,-.36 Z",
                  TL_RGB (1.0, 0.95, 0.62));
  tl_pen_path (pen, "M-.62,1 Q-.5,.78 -.2,.8 L.3,.8 Q.56,.8 .66,1 Z", TL_RGB (0.52, 0.50, 0.50));
  tl_pen_path (pen, "M-.26,-.46 L.26,-.46 L.42,.88 L-.42,.88 Z", other);
  tl_pen_patch (pen, "M-.28,-.3 L.28,-.3 L.315,.0 L-.315,0 Z M-.35,.3 L.35,.3 L.385,.6 L-.385,.6 Z",
                c);
  tl_pen_box (pen, -0.34, -0.52, 0.68, 0.11, 0.02, TL_RGB (0.28, 0.28, 0.32));
  tl_pen_box (pen, -0.20, -0.80, 0.40, 0.30, 0, TL_RGB_LAMP);
  tl_pen_path (pen, "M-.28,-.78 Q-.2,-1 0,-1 Q.2,-1 .28,-.78 Z", is_white ? other : c);
  tl_pen_path (pen, "M-.13,.88 L-.13,.68 Q0,.56 .13,.68 L.13,.88 Z", TL_RGB (0.42, 0.27, 0.16));
}

void
tl_draw_windmill (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;
  gdouble outer = pen->unit;

  tl_pen_path (pen, "M-.3,-.3 L.3,-.3 L.52,1 L-.52,1 Z", c);
  tl_pen_path (pen, "M-.38,-.26 Q-.32,-.7 0,-.7 Q.32,-.7 .38,-.26 Z", pick_roof (c));
  tl_pen_path (pen, "M-.16,1 L-.16,.66 Q0,.5 .16,.66 L.16,1 Z", TL_RGB (0.45, 0.28, 0.15));
  tl_pen_bar (pen, -0.10, 0.16, 0.20, 0.22, TL_RGB_GLASS);
  for (int i = 0; i < 4; i++)
    {
      tl_pen_enter (pen, 0, -0.26, 1, 0.5 + i * G_PI / 2, FALSE);
      tl_pen_line (pen, "M0,0 L0,-.8", 0.07, TL_RGB_WOOD);
      tl_pen_box (pen, 0.02, -0.80, 0.22, 0.56, 0, TL_RGB (0.97, 0.95, 0.90));
      tl_pen_leave (pen, outer);
    }
  tl_pen_oval (pen, 0, -0.26, 0.09, 0.09, TL_RGB_WOOD);
}

void
tl_draw_tent (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_line (pen, "M0,-.66 L0,-.9", 0.07, TL_RGB_WOOD);
  tl_pen_path (pen, "M0,-.76 L1,1 L-1,1 Z", c);
  tl_pen_patch (pen, "M-.04,-.66 L-.62,1 L-.9,1 Z M.04,-.66 L.62,1 L.9,1 Z",
                tl_rgb_lighten (c, 0.6));
  tl_pen_path (pen, "M0,-.3 Q-.1,.5 -.4,1 L.4,1 Q.1,.5 0,-.3 Z", TL_RGB (0.24, 0.18, 0.20));
  tl_pen_path (pen, "M0,-.3 Q-.06,.5 -.4,1 L-.52,.9 Q-.2,.4 0,-.3 Z", tl_rgb_darken (c, 0.2));
  tl_pen_path (pen, "M0,-.94 L.3,-.84 L0,-.74 Z", TL_RGB (0.95, 0.78, 0.2));
}
