/* vehicles.c - what drives on land, and who drives it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

void
tl_draw_rider (TlPen *pen, const TlLook *look, gdouble x, gdouble y, gdouble k)
{
  TlLook head = { .colour = look->rider_colour };
  gdouble outer = pen->unit, inner;

  if (look->rider_head == NULL)
    return;

  tl_pen_enter (pen, x, y, k, 0, FALSE);
  inner = pen->unit;
  tl_pen_path (pen, "M-.62,1.1 Q-.62,.2 0,.15 Q.62,.2 .62,1.1 Z",
               tl_rgb_darken (look->rider_colour, 0.12));
  tl_pen_enter (pen, 0, -0.3, 0.82, 0, FALSE);
  look->rider_head (pen, &head);
  tl_pen_leave (pen, inner);
  tl_pen_leave (pen, outer);
}

static void
draw_wheel (TlPen *pen, gdouble x, gdouble y, gdouble r, TlRgb hub)
{
  tl_pen_oval (pen, x, y, r, r, TL_RGB_COAL);
  tl_pen_dot (pen, x, y, r * 0.52, r * 0.52, hub);
  tl_pen_dot (pen, x, y, r * 0.16, r * 0.16, TL_RGB (0.35, 0.34, 0.36));
}

/* With lugs around the tyre. */
static void
draw_tractor_wheel (TlPen *pen, gdouble x, gdouble y, gdouble r, guint n_lugs, TlRgb hub)
{
  tl_pen_star (pen, x, y, n_lugs, r * 1.03, r * 0.90, TL_RGB_COAL);
  tl_pen_dot (pen, x, y, r * 0.56, r * 0.56, hub);
  tl_pen_dot (pen, x, y, r * 0.18, r * 0.18, TL_RGB (0.30, 0.29, 0.31));
}

void
tl_draw_tractor (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.25);
  TlRgb hub = tl_rgb_get_luma (c) > 0.75 ? TL_RGB (0.85, 0.30, 0.20) : TL_RGB (0.98, 0.86, 0.35);

  tl_pen_box (pen, 0.52, -0.62, 0.11, 0.62, 0, TL_RGB (0.30, 0.30, 0.33));
  if (look->rider_head == NULL)
    tl_pen_path (pen, "M-.78,.1 L-.68,-.78 L-.02,-.78 L.12,.1 Z", TL_RGB_GLASS);
  else
    tl_draw_rider (pen, look, -0.28, -0.28, 0.56);
  if (look->rider_head == NULL)
    {
      tl_pen_line (pen, "M-.3,-.75 L-.28,.05", 0.08, deep);
      tl_pen_box (pen, -0.84, -0.95, 0.98, 0.20, 0.08, c);
    }
  tl_pen_path (pen, "M-.92,.02 L.0,.02 L.1,-.12 L.84,-.08 Q1,-.06 1,.12 L1,.46 L-.6,.5 Z", c);
  tl_pen_bar (pen, 0.30, 0.02, 0.06, 0.30, deep);
  tl_pen_bar (pen, 0.44, 0.02, 0.06, 0.30, deep);
  tl_pen_bar (pen, 0.58, 0.02, 0.06, 0.30, deep);
  tl_pen_dot (pen, 0.90, 0.10, 0.09, 0.09, TL_RGB_LAMP);
  tl_pen_box (pen, -0.2, 0.40, 1.0, 0.14, 0, TL_RGB (0.33, 0.33, 0.36));
  draw_tractor_wheel (pen, -0.42, 0.42, 0.56, 15, hub);
  draw_tractor_wheel (pen, 0.66, 0.70, 0.29, 12, hub);
}

void
tl_draw_car (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.22);

  if (look->rider_head != NULL)
    {
      tl_draw_rider (pen, look, -0.12, -0.12, 0.56);
      tl_pen_tube (pen, "M.36,.2 L.26,-.28", 0.08, TL_RGB (0.35, 0.35, 0.38));
    }
  else
    {
      tl_pen_path (
        pen, "M-.72,.16 L-.46,-.42 Q-.4,-.52 -.28,-.52 L.22,-.52 Q.33,-.52 .4,-.42 L.7,.16 Z", c);
      tl_pen_patch (pen, "M-.54,.1 L-.34,-.36 L-.08,-.36 L-.08,.1 Z", TL_RGB_GLASS);
      tl_pen_patch (pen, "M.04,.1 L.04,-.36 L.26,-.36 L.52,.1 Z", TL_RGB_GLASS);
    }
  tl_pen_path (pen,
               "M-1,.62 L-1,.3 Q-.98,.1 -.76,.1 L.66,.1 Q.98,.14 1,.42 L1,.62 Q1,.7 .9,.7 L-.9,.7 "
               "Q-1,.7 -1,.62 Z",
               c);
  tl_pen_bar (pen, -0.96, 0.50, 1.92, 0.09, deep);
  tl_pen_dot (pen, 0.90, 0.34, 0.10, 0.11, TL_RGB_LAMP);
  tl_pen_dot (pen, -0.93, 0.32, 0.06, 0.09, TL_RGB (0.85, 0.2, 0.15));
  tl_pen_line (pen, "M-.12,.26 L.04,.26", 0.06, deep);
  draw_wheel (pen, -0.54, 0.70, 0.29, TL_RGB_STEEL);
  draw_wheel (pen, 0.54, 0.70, 0.29, TL_RGB_STEEL);
}

void
tl_draw_bus (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_box (pen, -1, -0.68, 2, 1.42, 0.16, c);
  for (int i = 0; i < 4; i++)
    tl_pen_bar (pen, -0.90 + 0.37 * i, -0.50, 0.29, 0.42, TL_RGB_GLASS);
  if (look->rider_head != NULL)
    {
      tl_draw_rider (pen, look, -0.22, -0.24, 0.30);
      tl_pen_box (pen, -0.95, -0.06, 1.5, 0.4, 0, c);
    }
  tl_pen_bar (pen, 0.60, -0.50, 0.33, 1.06, TL_RGB (0.55, 0.78, 0.90));
  tl_pen_line (pen, "M.765,-.5 L.765,.55", 0.05, tl_rgb_darken (c, 0.35));
  tl_pen_bar (pen, -0.97, 0.16, 1.5, 0.11, tl_rgb_lighten (c, 0.65));
  tl_pen_dot (pen, 0.93, 0.60, 0.07, 0.07, TL_RGB_LAMP);
  draw_wheel (pen, -0.55, 0.74, 0.26, TL_RGB_STEEL);
  draw_wheel (pen, 0.40, 0.74, 0.26, TL_RGB_STEEL);
}

void
tl_draw_truck (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;
  TlRgb box = tl_rgb_get_luma (c) > 0.8 ? TL_RGB (0.62, 0.66, 0.72) : TL_RGB (0.93, 0.92, 0.88);

  tl_pen_box (pen, -1, 0.42, 1.95, 0.22, 0, TL_RGB (0.30, 0.30, 0.33));
  tl_pen_box (pen, -1, -0.72, 1.22, 1.22, 0.04, box);
  tl_pen_bar (pen, -1 + 0.12, -0.25, 0.98, 0.14, c);
  tl_pen_path (pen, "M.28,.6 L.28,-.42 L.66,-.42 Q.74,-.42 .78,-.32 L.9,.04 Q1,.06 1,.2 L1,.6 Z",
               c);
  tl_pen_patch (pen, "M.40,.04 L.40,-.28 L.64,-.28 L.76,.04 Z", TL_RGB_GLASS);
  if (look->rider_head != NULL)
    {
      tl_draw_rider (pen, look, 0.55, -0.30, 0.34);
      tl_pen_path (pen, "M.28,.6 L.28,.02 L.9,.04 Q1,.06 1,.2 L1,.6 Z", c);
    }
  tl_pen_dot (pen, 0.93, 0.32, 0.07, 0.08, TL_RGB_LAMP);
  draw_wheel (pen, -0.62, 0.74, 0.26, TL_RGB_STEEL);
  draw_wheel (pen, -0.05, 0.74, 0.26, TL_RGB_STEEL);
  draw_wheel (pen, 0.64, 0.74, 0.26, TL_RGB_STEEL);
}

void
tl_draw_train (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.3);
  TlRgb smoke = TL_RGB (0.88, 0.89, 0.92), gold = TL_RGB (0.96, 0.78, 0.30);

  tl_pen_oval (pen, 0.12, -0.86, 0.20, 0.13, smoke);
  tl_pen_oval (pen, 0.36, -0.74, 0.18, 0.13, smoke);
  tl_pen_path (pen, "M.46,-.02 L.46,-.3 L.38,-.55 L.76,-.55 L.68,-.3 L.68,-.02 Z",
               TL_RGB (0.25, 0.25, 0.28));
  tl_pen_path (pen, "M.06,0 Q.06,-.34 .2,-.34 Q.34,-.34 .34,0 Z", gold);
  tl_pen_box (pen, -0.3, -0.14, 1.2, 0.60, 0.22, c);
  tl_pen_bar (pen, 0.08, -0.12, 0.07, 0.56, gold);
  tl_pen_bar (pen, 0.52, -0.12, 0.07, 0.56, gold);
  tl_pen_box (pen, -0.95, -0.60, 0.80, 1.10, 0, c);
  tl_pen_box (pen, -1.0, -0.76, 0.92, 0.18, 0.05, deep);
  tl_pen_box (pen, -0.80, -0.46, 0.50, 0.42, 0, TL_RGB_GLASS);
  if (look->rider_head != NULL)
    {
      tl_draw_rider (pen, look, -0.54, -0.24, 0.36);
      tl_pen_box (pen, -0.95, 0.0, 0.80, 0.50, 0, c);
    }
  tl_pen_path (pen, "M.72,.5 L.86,.5 L1,.98 L.64,.98 Z", TL_RGB (0.45, 0.44, 0.47));
  tl_pen_box (pen, -0.95, 0.44, 1.76, 0.14, 0, deep);
  draw_wheel (pen, -0.58, 0.68, 0.31, gold);
  draw_wheel (pen, 0.06, 0.76, 0.23, gold);
  draw_wheel (pen, 0.52, 0.76, 0.23, gold);
  tl_pen_dot (pen, 0.86, 0.02, 0.09, 0.10, TL_RGB_LAMP);
}

static void
draw_spoked_wheel (TlPen *pen, gdouble x, gdouble y, gdouble r)
{
  gdouble outer = pen->unit;

  tl_pen_enter (pen, x, y, r, 0, FALSE);
  tl_pen_line (pen, "M0,-1 L0,1 M-.87,-.5 L.87,.5 M-.87,.5 L.87,-.5", 0.06, TL_RGB_STEEL);
  tl_pen_line (pen, "M1,0 C1,1.33 -1,1.33 -1,0 C-1,-1.33 1,-1.33 1,0 Z", 0.20, TL_RGB_COAL);
  tl_pen_leave (pen, outer);
}

void
tl_draw_bicycle (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  draw_spoked_wheel (pen, -0.56, 0.56, 0.40);
  draw_spoked_wheel (pen, 0.56, 0.56, 0.40);
  tl_draw_rider (pen, look, -0.20, -0.54, 0.42);
  tl_pen_tube (pen, "M-.56,.56 L-.06,.6 L.36,-.08 L-.28,-.08 L-.56,.56 M-.06,.6 L-.34,-.26", 0.13,
               c);
  tl_pen_tube (pen, "M.56,.56 L.32,-.32", 0.13, c);
  tl_pen_line (pen, "M.16,-.42 L.34,-.36 L.52,-.46", 0.11, TL_RGB_COAL);
  tl_pen_path (pen, "M-.58,-.36 Q-.34,-.44 -.12,-.32 Q-.3,-.2 -.4,-.22 Z", TL_RGB_COAL);
  tl_pen_dot (pen, -0.06, 0.60, 0.11, 0.11, TL_RGB (0.35, 0.35, 0.38));
}
