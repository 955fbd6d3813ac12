/* figures.c - what stands on two legs and is no animal
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

void
tl_draw_robot_head (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, metal = TL_RGB (0.45, 0.47, 0.52);

  tl_pen_line (pen, "M0,-.6 L0,-.86", 0.10, metal);
  tl_pen_oval (pen, 0, -0.90, 0.13, 0.13, TL_RGB (0.95, 0.28, 0.22));
  tl_pen_box (pen, -1.0, -0.22, 0.24, 0.44, 0.06, metal);
  tl_pen_box (pen, 0.76, -0.22, 0.24, 0.44, 0.06, metal);
  tl_pen_box (pen, -0.80, -0.64, 1.60, 1.34, 0.18, c);
  for (int side = -1; side <= 1; side += 2)
    {
      tl_pen_dot (pen, 0.36 * side, -0.12, 0.24, 0.24, TL_RGB (1.0, 0.95, 0.60));
      tl_pen_dot (pen, 0.36 * side, -0.12, 0.11, 0.11, TL_RGB_COAL);
    }
  tl_pen_bar (pen, -0.44, 0.32, 0.88, 0.20, TL_RGB_CHALK);
  tl_pen_line (pen, "M-.22,.32 L-.22,.52 M0,.32 L0,.52 M.22,.32 L.22,.52", 0.05, TL_RGB_COAL);
}

void
tl_draw_robot (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, metal = TL_RGB (0.48, 0.50, 0.55);
  gdouble outer = pen->unit;

  tl_pen_box (pen, -0.36, 0.62, 0.24, 0.30, 0, metal);
  tl_pen_box (pen, 0.12, 0.62, 0.24, 0.30, 0, metal);
  tl_pen_box (pen, -0.46, 0.84, 0.38, 0.16, 0.05, tl_rgb_darken (c, 0.25));
  tl_pen_box (pen, 0.08, 0.84, 0.38, 0.16, 0.05, tl_rgb_darken (c, 0.25));
  tl_pen_tube (pen, "M-.5,.1 L-.78,.26 L-.76,.5", 0.16, metal);
  tl_pen_tube (pen, "M.5,.1 L.78,.26 L.76,.5", 0.16, metal);
  tl_pen_oval (pen, -0.76, 0.56, 0.14, 0.14, tl_rgb_darken (c, 0.25));
  tl_pen_oval (pen, 0.76, 0.56, 0.14, 0.14, tl_rgb_darken (c, 0.25));
  tl_pen_bar (pen, -0.12, -0.12, 0.24, 0.16, metal);
  tl_pen_box (pen, -0.52, 0.0, 1.04, 0.68, 0.10, c);
  tl_pen_box (pen, -0.30, 0.14, 0.60, 0.32, 0.04, TL_RGB (0.88, 0.92, 0.95));
  tl_pen_dot (pen, -0.15, 0.30, 0.075, 0.075, TL_RGB (0.92, 0.25, 0.22));
  tl_pen_dot (pen, 0.03, 0.30, 0.075, 0.075, TL_RGB (0.98, 0.78, 0.20));
  tl_pen_dot (pen, 0.20, 0.30, 0.06, 0.06, TL_RGB (0.20, 0.62, 0.30));
  tl_pen_enter (pen, 0, -0.48, 0.54, 0, FALSE);
  tl_draw_robot_head (pen, look);
  tl_pen_leave (pen, outer);
}

void
tl_draw_snowman_head (TlPen *pen, const TlLook *look)
{
  tl_pen_oval (pen, 0, 0.14, 0.72, 0.70, look->colour);
  tl_pen_box (pen, -0.46, -1.0, 0.92, 0.66, 0.05, TL_RGB (0.16, 0.15, 0.18));
  tl_pen_box (pen, -0.76, -0.44, 1.52, 0.18, 0.07, TL_RGB (0.16, 0.15, 0.18));
  tl_pen_bar (pen, -0.46, -0.60, 0.92, 0.14, TL_RGB (0.85, 0.22, 0.20));
  tl_pen_bead (pen, -0.26, -0.02, 0.11);
  tl_pen_bead (pen, 0.26, -0.02, 0.11);
  tl_pen_path (pen, "M-.04,.1 L.62,.26 L-.04,.34 Z", TL_RGB (0.97, 0.52, 0.12));
  tl_pen_line (pen, "M-.34,.46 Q0,.68 .3,.5", 0.08, TL_RGB_COAL);
}

void
tl_draw_snowman (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;
  gdouble outer = pen->unit;

  tl_pen_line (pen, "M-.3,.16 L-.86,-.16 M-.66,-.05 L-.7,-.28 M.3,.16 L.86,-.16 M.66,-.05 L.7,-.28",
               0.07, TL_RGB (0.42, 0.27, 0.15));
  tl_pen_oval (pen, 0, 0.62, 0.56, 0.38, c);
  tl_pen_oval (pen, 0, 0.12, 0.42, 0.34, c);
  tl_pen_dot (pen, 0, 0.14, 0.055, 0.055, TL_RGB_COAL);
  tl_pen_dot (pen, 0, 0.32, 0.055, 0.055, TL_RGB_COAL);
  tl_pen_enter (pen, 0, -0.46, 0.54, 0, FALSE);
  tl_draw_snowman_head (pen, look);
  tl_pen_leave (pen, outer);
  tl_pen_path (pen,
               "M-.32,-.12 Q0,.02 .32,-.12 L.34,.02 L.4,.3 L.22,.32 L.18,.08 Q-.1,.12 -.34,.02 Z",
               TL_RGB (0.85, 0.22, 0.20));
}

void
tl_draw_ghost (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_path (pen,
               "M-.68,.92 L-.7,-.2 C-.7,-1.24 .7,-1.24 .7,-.2 L.68,.92 Q.5,1.06 .36,.84 Q.2,.7 "
               ".12,.9 Q0,1.04 -.12,.9 Q-.2,.7 -.36,.84 Q-.5,1.06 -.68,.92 Z",
               c);
  tl_pen_path (pen, "M-.66,.0 Q-1.04,.06 -.96,.34 Q-.8,.42 -.66,.26 Z", c);
  tl_pen_path (pen, "M.66,.0 Q1.04,.06 .96,.34 Q.8,.42 .66,.26 Z", c);
  tl_pen_dot (pen, -0.26, -0.30, 0.15, 0.21, TL_RGB_COAL);
  tl_pen_dot (pen, 0.26, -0.30, 0.15, 0.21, TL_RGB_COAL);
  tl_pen_dot (pen, 0, 0.12, 0.13, 0.18, TL_RGB_COAL);
}

void
tl_draw_astronaut_head (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_oval (pen, 0, 0, 0.96, 0.92, c);
  tl_pen_box (pen, -0.66, -0.46, 1.32, 0.96, 0.42, TL_RGB (0.16, 0.24, 0.42));
  tl_pen_patch (pen, "M-.5,-.1 Q-.46,-.36 -.14,-.36 L-.3,-.06 Q-.4,.04 -.5,-.1 Z",
                TL_RGB (0.70, 0.88, 1.0));
  tl_pen_dot (pen, 0.34, 0.18, 0.12, 0.08, TL_RGB (0.98, 0.75, 0.35));
}

void
tl_draw_astronaut (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.18), metal = TL_RGB (0.55, 0.57, 0.62);
  gdouble outer = pen->unit;

  tl_pen_box (pen, -0.52, -0.12, 1.04, 0.70, 0.12, metal);
  tl_pen_tube (pen, "M-.36,.06 L-.74,.34 M.36,.06 L.78,-.12", 0.30, c);
  tl_pen_oval (pen, -0.78, 0.38, 0.15, 0.14, metal);
  tl_pen_oval (pen, 0.82, -0.16, 0.15, 0.14, metal);
  tl_pen_tube (pen, "M-.22,.5 L-.26,.82 M.22,.5 L.26,.82", 0.32, c);
  tl_pen_box (pen, -0.50, 0.84, 0.44, 0.16, 0.06, metal);
  tl_pen_box (pen, 0.06, 0.84, 0.44, 0.16, 0.06, metal);
  tl_pen_box (pen, -0.42, -0.06, 0.84, 0.68, 0.18, c);
  tl_pen_box (pen, -0.22, 0.16, 0.44, 0.26, 0.04, deep);
  tl_pen_dot (pen, -0.09, 0.28, 0.07, 0.07, TL_RGB (0.92, 0.25, 0.22));
  tl_pen_dot (pen, 0.09, 0.28, 0.07, 0.07, TL_RGB (0.25, 0.55, 0.92));
  tl_pen_enter (pen, 0, -0.48, 0.54, 0, FALSE);
  tl_draw_astronaut_head (pen, look);
  tl_pen_leave (pen, outer);
}
