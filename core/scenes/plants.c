/* plants.c - trees, flowers and what grows on them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

void
tl_draw_tree (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_path (pen, "M-.16,1 Q-.08,.6 -.12,.1 L.12,.1 Q.08,.6 .18,1 Z", TL_RGB_WOOD);
  tl_pen_path (
    pen,
    "M-.5,.36 C-.92,.42 -1.02,-.08 -.74,-.2 C-.92,-.62 -.5,-.86 -.28,-.72 C-.1,-1.1 .42,-1.02 "
    ".44,-.68 C.82,-.72 .96,-.3 .74,-.1 C1,.12 .8,.5 .48,.36 C.3,.56 -.3,.56 -.5,.36 Z",
    c);
  tl_pen_patch (pen, "M-.5,-.34 C-.52,-.62 -.2,-.7 -.08,-.52 C-.2,-.56 -.38,-.5 -.5,-.34 Z",
                tl_rgb_lighten (c, 0.35));
  tl_pen_patch (pen, "M.18,-.48 C.26,-.72 .5,-.56 .48,-.42 C.4,-.5 .28,-.52 .18,-.48 Z",
                tl_rgb_lighten (c, 0.35));
  tl_pen_patch (pen, "M-.48,.28 Q0,.48 .5,.26 Q.0,.34 -.48,.28 Z", tl_rgb_darken (c, 0.25));
}

void
tl_draw_pine (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_box (pen, -0.12, 0.66, 0.24, 0.34, 0, TL_RGB_WOOD);
  tl_pen_path (pen, "M0,-.2 L.74,.72 Q.36,.62 0,.74 Q-.36,.62 -.74,.72 Z", tl_rgb_darken (c, 0.18));
  tl_pen_path (pen, "M0,-.6 L.58,.24 Q.28,.16 0,.26 Q-.28,.16 -.58,.24 Z", tl_rgb_darken (c, 0.06));
  tl_pen_path (pen, "M0,-1 L.42,-.24 Q.2,-.32 0,-.22 Q-.2,-.32 -.42,-.24 Z",
               tl_rgb_lighten (c, 0.1));
}

void
tl_draw_palm (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.15);

  tl_pen_path (pen, "M-.3,1 Q-.22,.2 .02,-.5 L.16,-.46 Q.0,.3 -.02,1 Z", TL_RGB (0.65, 0.45, 0.25));
  tl_pen_line (pen, "M-.22,.6 L-.04,.64 M-.16,.28 L.02,.32 M-.08,-.02 L.08,.02", 0.05,
               TL_RGB (0.45, 0.29, 0.15));
  tl_pen_path (pen, "M.08,-.5 Q-.5,-.98 -.94,-.4 Q-.5,-.6 .08,-.42 Z", deep);
  tl_pen_path (pen, "M.08,-.5 Q.7,-.98 1,-.36 Q.6,-.58 .08,-.42 Z", deep);
  tl_pen_path (pen, "M.08,-.52 Q-.5,-.5 -.7,.16 Q-.3,-.26 .1,-.38 Z", c);
  tl_pen_path (pen, "M.08,-.52 Q.66,-.5 .82,.16 Q.46,-.26 .06,-.38 Z", c);
  tl_pen_path (pen, "M.02,-.44 Q-.24,-.98 -.5,-.98 Q-.1,-1.1 .14,-.46 Z", c);
  tl_pen_path (pen, "M.04,-.46 Q.2,-.98 .52,-.98 Q.4,-.78 .16,-.44 Z", c);
  tl_pen_oval (pen, -0.02, -0.36, 0.11, 0.11, TL_RGB (0.42, 0.25, 0.12));
  tl_pen_oval (pen, 0.17, -0.34, 0.11, 0.11, TL_RGB (0.42, 0.25, 0.12));
}

void
tl_draw_flower (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;
  gboolean is_warm = c.r > 0.9 && c.g > 0.5 && c.b < 0.4;
  gdouble outer = pen->unit;

  tl_pen_tube (pen, "M0,1 Q.06,.5 0,0", 0.13, TL_RGB_LEAF);
  tl_pen_path (pen, "M.02,.8 Q.16,.34 .66,.4 Q.5,.8 .02,.8 Z", TL_RGB_LEAF);
  tl_pen_path (pen, "M.0,.9 Q-.16,.5 -.62,.54 Q-.46,.9 .0,.9 Z", TL_RGB_LEAF);
  for (int i = 0; i < 6; i++)
    {
      tl_pen_enter (pen, 0, -0.38, 1, i * G_PI / 3, FALSE);
      tl_pen_oval (pen, 0, -0.38, 0.22, 0.27, c);
      tl_pen_leave (pen, outer);
    }
  tl_pen_oval (pen, 0, -0.38, 0.22, 0.22,
               is_warm ? TL_RGB (0.45, 0.26, 0.12) : TL_RGB (0.99, 0.82, 0.22));
}

void
tl_draw_cactus (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.3);

  tl_pen_tube (pen, "M-.1,.36 L-.5,.36 Q-.64,.36 -.64,.16 L-.64,-.24", 0.26, c);
  tl_pen_tube (pen, "M.1,.14 L.5,.14 Q.64,.14 .64,-.06 L.64,-.5", 0.26, c);
  tl_pen_path (pen, "M-.25,1 L-.25,-.7 Q-.25,-.98 0,-.98 Q.25,-.98 .25,-.7 L.25,1 Z", c);
  tl_pen_line (pen, "M-.09,-.7 L-.09,.92 M.09,-.7 L.09,.92", 0.05, deep);
  tl_pen_line (pen, "M-.64,-.16 L-.64,.14 M.64,-.4 L.64,-.1", 0.045, deep);
  tl_pen_dot (pen, 0, -0.94, 0.12, 0.09, TL_RGB (0.98, 0.45, 0.62));
}

void
tl_draw_mushroom (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;
  TlRgb spot = tl_rgb_get_luma (c) > 0.85 ? TL_RGB (0.88, 0.35, 0.30) : TL_RGB_CHALK;

  tl_pen_path (pen, "M-.26,.0 Q-.2,.5 -.34,.92 Q0,1.06 .34,.92 Q.2,.5 .26,0 Z",
               TL_RGB (0.97, 0.93, 0.84));
  tl_pen_path (pen, "M-.96,.16 Q-1,-.9 0,-.94 Q1,-.9 .96,.16 Q.5,.34 0,.32 Q-.5,.34 -.96,.16 Z", c);
  tl_pen_dot (pen, -0.02, -0.52, 0.24, 0.20, spot);
  tl_pen_dot (pen, -0.58, -0.18, 0.18, 0.17, spot);
  tl_pen_dot (pen, 0.55, -0.26, 0.20, 0.18, spot);
  tl_pen_dot (pen, 0.08, 0.06, 0.17, 0.12, spot);
}

void
tl_draw_apple (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_path (pen,
               "M0,-.42 C-.3,-.66 -.96,-.6 -.94,.1 C-.92,.66 -.5,1.02 -.22,.98 Q0,.9 .22,.98 "
               "C.5,1.02 .92,.66 .94,.1 C.96,-.6 .3,-.66 0,-.42 Z",
               c);
  tl_pen_patch (pen, "M-.7,.04 Q-.7,-.32 -.4,-.36 Q-.5,-.12 -.52,.2 Q-.66,.24 -.7,.04 Z",
                tl_rgb_lighten (c, 0.6));
  tl_pen_line (pen, "M0,-.38 Q-.02,-.7 .1,-.92", 0.11, TL_RGB (0.40, 0.25, 0.13));
  tl_pen_path (pen, "M.06,-.6 Q.2,-1.02 .72,-.94 Q.6,-.56 .06,-.6 Z", TL_RGB_LEAF);
}

void
tl_draw_pumpkin (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.15);

  tl_pen_path (pen, "M-.12,-.4 Q-.06,-.7 -.16,-.84 L.12,-.92 Q.1,-.66 .14,-.4 Z",
               TL_RGB (0.36, 0.52, 0.20));
  tl_pen_oval (pen, -0.56, 0.28, 0.44, 0.62, deep);
  tl_pen_oval (pen, 0.56, 0.28, 0.44, 0.62, deep);
  tl_pen_oval (pen, -0.27, 0.27, 0.40, 0.68, c);
  tl_pen_oval (pen, 0.27, 0.27, 0.40, 0.68, c);
  tl_pen_oval (pen, 0, 0.28, 0.30, 0.70, tl_rgb_lighten (c, 0.12));
  if (look->is_lively)
    {
      tl_pen_patch (pen, "M-.52,.18 L-.34,-.12 L-.16,.18 Z M.52,.18 L.34,-.12 L.16,.18 Z",
                    TL_RGB_COAL);
      tl_pen_patch (pen,
                    "M-.58,.42 Q-.3,.5 -.2,.5 L-.1,.62 L0,.5 L.1,.62 L.2,.5 Q.3,.5 .58,.42 Q.4,.82 "
                    "0,.84 Q-.4,.82 -.58,.42 Z",
                    TL_RGB_COAL);
    }
}
