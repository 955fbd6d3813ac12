/* creatures.c - animals seen from the side or from above: birds, those of the sea, and small ones
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

static void
draw_flying_bird (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.25);

  tl_pen_path (pen, "M-.1,-.1 Q.0,-.8 -.5,-.98 Q-.62,-.4 -.44,.1 Z", deep);
  tl_pen_path (pen, "M-.56,.16 L-1,-.02 L-.98,.22 L-.94,.44 L-.5,.34 Z", deep);
  tl_pen_path (pen, "M-.66,.22 Q-.3,-.22 .3,-.2 Q.78,-.24 .8,.06 Q.7,.56 .0,.56 Q-.5,.5 -.66,.22 Z",
               c);
  tl_pen_patch (pen, "M-.36,.4 Q.2,.4 .6,.3 Q.36,.53 0,.53 Q-.24,.5 -.36,.4 Z",
                tl_rgb_lighten (c, 0.6));
  tl_pen_path (pen, "M.76,-.06 L1.02,.08 L.76,.18 Z", TL_RGB_BEAK);
  tl_pen_path (pen, "M-.3,.06 Q-.4,-.7 .06,-1 Q.42,-.6 .22,.1 Q0,.3 -.3,.06 Z",
               tl_rgb_lighten (c, 0.22));
  tl_pen_bead (pen, 0.56, 0.0, 0.10);
}

void
tl_draw_bird (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.28);

  if (look->is_lively)
    {
      draw_flying_bird (pen, look);
      return;
    }
  tl_pen_line (
    pen,
    "M-.06,.6 L-.06,.96 L-.18,.97 M-.06,.96 L.1,.97 M.18,.6 L.18,.96 L.06,.97 M.18,.96 L.34,.97",
    0.07, TL_RGB_BEAK);
  tl_pen_path (pen, "M-.5,.1 L-1,-.14 L-.96,.14 L-.9,.4 L-.4,.46 Z", deep);
  tl_pen_path (pen,
               "M-.62,.16 Q-.3,-.1 .0,-.3 Q.1,-.82 .5,-.82 Q.84,-.76 .82,-.4 Q.8,.0 .66,.3 Q.46,.7 "
               ".04,.7 Q-.5,.64 -.62,.16 Z",
               c);
  tl_pen_patch (pen, "M.74,-.2 Q.84,.1 .56,.44 Q.4,.64 .1,.65 Q.5,.3 .5,0 Z",
                tl_rgb_lighten (c, 0.62));
  tl_pen_path (pen, "M.78,-.56 L1.04,-.42 L.8,-.3 Z", TL_RGB_BEAK);
  tl_pen_path (pen, "M-.44,.18 Q-.1,-.24 .26,.02 Q.2,.5 -.2,.5 Q-.5,.48 -.66,.42 Z", deep);
  tl_pen_bead (pen, 0.52, -0.52, 0.105);
}

void
tl_draw_duck (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_path (pen,
               "M-1,-.02 Q-.74,.26 -.5,.22 L.1,.2 Q.36,.1 .22,-.24 Q.1,-.86 .5,-.9 Q.92,-.9 "
               ".88,-.42 Q.84,-.14 .7,.04 Q.86,.3 .76,.56 Q.56,.98 -.1,.98 Q-.9,.98 -1,-.02 Z",
               c);
  tl_pen_path (pen, "M.82,-.6 Q1.0,-.52 1.2,-.52 Q1.22,-.3 .98,-.26 L.8,-.3 Z",
               TL_RGB (0.98, 0.50, 0.10));
  tl_pen_path (pen, "M-.62,.42 Q-.1,.24 .34,.42 Q.2,.8 -.2,.78 Q-.5,.76 -.72,.52 Z",
               tl_rgb_darken (c, 0.18));
  tl_pen_bead (pen, 0.58, -0.58, 0.10);
}

void
tl_draw_fish (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.25);

  tl_pen_path (pen, "M-.3,-.36 Q.0,-.86 .42,-.52 Z", deep);
  tl_pen_path (pen, "M-.2,.4 Q-.06,.78 .2,.72 L.22,.46 Z", deep);
  tl_pen_path (pen, "M-.46,0 Q-.74,-.5 -1,-.52 Q-.86,0 -1,.52 Q-.74,.5 -.46,0 Z", deep);
  tl_pen_path (pen, "M-.6,0 Q-.2,-.62 .36,-.56 Q.86,-.46 1,0 Q.86,.46 .36,.56 Q-.2,.62 -.6,0 Z", c);
  tl_pen_patch (pen, "M-.36,.2 Q.3,.3 .88,.2 Q.7,.46 .36,.52 Q-.06,.52 -.36,.2 Z",
                tl_rgb_lighten (c, 0.5));
  tl_pen_line (pen, "M.34,-.46 Q.18,0 .34,.42", 0.07, deep);
  tl_pen_line (pen, "M-.02,-.2 Q.08,-.08 -.02,.06 M-.24,-.14 Q-.14,-.02 -.24,.12", 0.06, deep);
  tl_pen_eye (pen, 0.62, -0.14, 0.15);
  tl_pen_line (pen, "M.96,.1 Q.84,.18 .78,.14", 0.06, TL_RGB_COAL);
}

void
tl_draw_whale (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_line (pen, "M.36,-.3 Q.36,-.66 .1,-.7 M.36,-.3 Q.36,-.7 .62,-.74 M.36,-.3 L.36,-.86", 0.10,
               TL_RGB (0.62, 0.86, 0.98));
  tl_pen_path (pen,
               "M-.62,.3 Q-.8,.0 -.86,-.2 Q-1.06,-.24 -1.06,-.56 Q-.86,-.54 -.76,-.38 Q-.64,-.54 "
               "-.44,-.52 Q-.46,-.24 -.66,-.18 Q-.56,.06 -.3,.0 Z",
               c);
  tl_pen_path (
    pen,
    "M-.7,.16 Q-.4,.1 -.1,-.14 Q.3,-.4 .66,-.26 Q1.04,-.1 1,.36 Q.96,.8 .3,.86 Q-.5,.86 -.7,.16 Z",
    c);
  tl_pen_patch (pen, "M.98,.42 Q.9,.78 .3,.82 Q-.2,.8 -.44,.58 Q.3,.66 .98,.42 Z",
                TL_RGB (0.93, 0.95, 0.97));
  tl_pen_path (pen, "M.16,.5 Q.1,.84 -.2,.98 Q-.22,.64 -.1,.46 Z", tl_rgb_darken (c, 0.22));
  tl_pen_bead (pen, 0.66, 0.16, 0.085);
  tl_pen_line (pen, "M.98,.36 Q.8,.48 .66,.42", 0.05, TL_RGB_COAL);
}

void
tl_draw_turtle (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;
  TlRgb skin = c.g > c.r && c.g > c.b ? TL_RGB (0.70, 0.80, 0.42) : TL_RGB (0.55, 0.75, 0.40);

  tl_pen_path (pen, "M-.78,.6 L-1.04,.72 L-.7,.78 Z", skin);
  tl_pen_path (pen, "M-.66,.6 L-.66,.92 Q-.66,.98 -.58,.98 L-.32,.98 L-.26,.6 Z", skin);
  tl_pen_path (pen, "M.2,.6 L.26,.92 Q.28,.98 .36,.98 L.6,.98 L.56,.6 Z", skin);
  tl_pen_path (
    pen,
    "M.4,.62 Q.62,.5 .58,.1 Q.62,-.24 .86,-.2 Q1.1,-.14 1.04,.16 Q1,.34 .86,.36 Q.84,.7 .56,.74 Z",
    skin);
  tl_pen_path (pen, "M-.84,.62 Q-.8,-.42 -.1,-.44 Q.6,-.42 .66,.62 Z", c);
  tl_pen_patch (pen, "M-.3,-.2 L.12,-.2 L.24,.14 L-.08,.4 L-.42,.14 Z", tl_rgb_darken (c, 0.3));
  tl_pen_patch (pen, "M-.5,.22 L-.2,.46 L-.26,.56 L-.74,.56 Q-.72,.34 -.66,.18 Z",
                tl_rgb_darken (c, 0.3));
  tl_pen_patch (pen, "M.34,.2 L.04,.46 L.1,.56 L.56,.56 Q.54,.34 .46,.16 Z",
                tl_rgb_darken (c, 0.3));
  tl_pen_box (pen, -0.92, 0.54, 1.66, 0.15, 0.07, tl_rgb_lighten (c, 0.35));
  tl_pen_bead (pen, 0.88, 0.0, 0.075);
  tl_pen_line (pen, "M1.02,.2 Q.94,.26 .86,.22", 0.045, TL_RGB_COAL);
}

void
tl_draw_octopus (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.15);

  tl_pen_tube (pen, "M-.3,.3 Q-.5,.72 -.96,.6 M.3,.3 Q.5,.72 .96,.6", 0.20, deep);
  tl_pen_tube (pen, "M-.26,.3 Q-.3,.86 -.72,.9 M.26,.3 Q.3,.86 .72,.9", 0.20, c);
  tl_pen_tube (pen, "M-.1,.3 Q-.04,.84 -.3,.92 M.1,.3 Q.04,.84 .3,.92", 0.20, c);
  tl_pen_path (pen,
               "M-.44,.44 Q-.42,.16 -.6,-.14 Q-.76,-.94 0,-.98 Q.76,-.94 .6,-.14 Q.42,.16 .44,.44 "
               "Q0,.6 -.44,.44 Z",
               c);
  tl_pen_dot (pen, -0.26, -0.66, 0.10, 0.08, tl_rgb_lighten (c, 0.5));
  tl_pen_dot (pen, 0.02, -0.78, 0.06, 0.05, tl_rgb_lighten (c, 0.5));
  tl_pen_eye (pen, -0.22, -0.06, 0.18);
  tl_pen_eye (pen, 0.22, -0.06, 0.18);
  tl_pen_line (pen, "M-.16,.26 Q0,.38 .16,.26", 0.06, TL_RGB_COAL);
}

static void
draw_wing (TlPen *pen, TlRgb c)
{
  TlRgb spot = tl_rgb_get_luma (c) > 0.7 ? TL_RGB (0.98, 0.60, 0.25) : tl_rgb_lighten (c, 0.7);

  tl_pen_path (pen, "M.04,.1 Q.5,.12 .74,.34 Q.86,.76 .54,.88 Q.16,.82 .04,.24 Z",
               tl_rgb_darken (c, 0.18));
  tl_pen_path (pen, "M.04,-.06 Q.24,-.8 .76,-.88 Q1.06,-.76 .96,-.3 Q.8,.2 .04,.16 Z", c);
  tl_pen_dot (pen, 0.64, -0.46, 0.19, 0.19, spot);
  tl_pen_dot (pen, 0.36, -0.16, 0.10, 0.10, spot);
  tl_pen_dot (pen, 0.48, 0.54, 0.13, 0.13, spot);
}

void
tl_draw_butterfly (TlPen *pen, const TlLook *look)
{
  gdouble outer = pen->unit;

  for (int side = 0; side < 2; side++)
    {
      tl_pen_enter (pen, 0, 0, 1, 0, side == 1);
      draw_wing (pen, look->colour);
      tl_pen_leave (pen, outer);
    }
  tl_pen_line (pen, "M-.02,-.4 Q-.06,-.8 -.26,-.88 M.02,-.4 Q.06,-.8 .26,-.88", 0.05, TL_RGB_COAL);
  tl_pen_oval (pen, 0, 0.14, 0.09, 0.52, TL_RGB (0.28, 0.20, 0.18));
  tl_pen_oval (pen, 0, -0.40, 0.12, 0.12, TL_RGB (0.28, 0.20, 0.18));
}

void
tl_draw_snail (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, skin = TL_RGB (0.93, 0.78, 0.56);

  if (c.r > 0.85 && c.g > 0.75)
    skin = TL_RGB (0.80, 0.62, 0.42);
  tl_pen_tube (pen, "M.62,.2 L.56,-.3 M.8,.2 L.94,-.26", 0.08, skin);
  tl_pen_dot (pen, 0.55, -0.34, 0.10, 0.10, TL_RGB_COAL);
  tl_pen_dot (pen, 0.95, -0.31, 0.10, 0.10, TL_RGB_COAL);
  tl_pen_path (
    pen,
    "M-1,.96 Q-.6,.6 .2,.72 Q.46,.66 .46,.3 Q.5,.02 .74,.04 Q1.02,.08 .98,.42 Q.94,.98 .4,.98 Z",
    skin);
  tl_pen_oval (pen, -0.16, 0.06, 0.66, 0.70, c);
  tl_pen_line (pen,
               "M.34,.16 C.34,-.5 -.56,-.52 -.58,.06 C-.58,.56 .08,.56 .08,.1 C.08,-.22 -.32,-.2 "
               "-.3,.08 C-.28,.24 -.1,.22 -.1,.1",
               0.10, tl_rgb_darken (c, 0.35));
  tl_pen_line (pen, "M.94,.5 Q.86,.6 .76,.54", 0.05, TL_RGB_COAL);
}
