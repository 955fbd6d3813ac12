/* craft.c - what sails and flies
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

void
tl_draw_boat (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  if (look->rider_head != NULL)
    tl_draw_rider (pen, look, -0.42, 0.10, 0.46);
  tl_pen_box (pen, -0.06, -0.98, 0.11, 1.5, 0.04, TL_RGB_WOOD);
  tl_pen_path (pen, "M.12,-.92 Q.82,-.35 .9,.36 L.12,.36 Z", TL_RGB_CHALK);
  if (look->rider_head == NULL)
    tl_pen_path (pen, "M-.14,-.78 Q-.62,-.2 -.72,.36 L-.14,.36 Z", TL_RGB (0.96, 0.90, 0.80));
  tl_pen_path (pen, "M0,-1 L.34,-.9 L0,-.8 Z", TL_RGB (0.90, 0.25, 0.22));
  tl_pen_path (pen, "M-1,.46 L1,.46 Q.9,.98 .56,1 L-.6,1 Q-.9,.98 -1,.46 Z", c);
  tl_pen_patch (pen, "M-.94,.6 L.94,.6 L.9,.7 L-.9,.7 Z", tl_rgb_lighten (c, 0.6));
}

void
tl_draw_airplane (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.22);

  tl_pen_path (pen, "M.0,-.1 L-.24,-.62 L.0,-.62 L.42,-.1 Z", deep);
  tl_pen_path (pen, "M-.96,-.72 L-.7,-.72 L-.36,-.1 L-.84,.02 Z", deep);
  if (look->rider_head != NULL)
    tl_draw_rider (pen, look, 0.42, -0.36, 0.40);
  tl_pen_path (pen,
               "M-.98,-.12 Q-.9,-.22 -.6,-.22 L.5,-.26 Q.96,-.2 1,.06 Q.98,.28 .6,.32 L-.1,.34 "
               "Q-.7,.28 -.98,-.12 Z",
               c);
  tl_pen_patch (pen, "M.62,-.2 Q.88,-.14 .93,0 L.62,0 Z", TL_RGB_GLASS);
  for (int i = 0; i < 4; i++)
    tl_pen_dot (pen, -0.46 + 0.27 * i, -0.05, 0.085, 0.085, TL_RGB_GLASS);
  tl_pen_path (pen, "M.3,.14 L-.36,.82 L-.62,.82 L-.2,.14 Z", tl_rgb_lighten (c, 0.35));
}

void
tl_draw_rocket (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;
  TlRgb body = tl_rgb_get_luma (c) > 0.8 ? TL_RGB (0.80, 0.83, 0.88) : TL_RGB (0.95, 0.95, 0.96);

  if (look->is_lively)
    {
      tl_pen_path (pen, "M-.26,.5 Q-.34,.8 0,1 Q.34,.8 .26,.5 Z", TL_RGB (0.98, 0.50, 0.12));
      tl_pen_patch (pen, "M-.13,.5 Q-.16,.72 0,.84 Q.16,.72 .13,.5 Z", TL_RGB (1.0, 0.88, 0.30));
    }
  tl_pen_path (pen, "M-.3,.05 Q-.68,.3 -.62,.86 L-.3,.58 Z", c);
  tl_pen_path (pen, "M.3,.05 Q.68,.3 .62,.86 L.3,.58 Z", c);
  tl_pen_path (pen,
               "M0,-1 Q.46,-.56 .42,.0 Q.4,.36 .28,.62 L-.28,.62 Q-.4,.36 -.42,0 Q-.46,-.56 0,-1 Z",
               body);
  tl_pen_path (pen, "M0,-1 Q.27,-.76 .36,-.46 L-.36,-.46 Q-.27,-.76 0,-1 Z", c);
  tl_pen_oval (pen, 0, -0.12, 0.21, 0.21, TL_RGB (0.45, 0.75, 0.95));
  if (look->rider_head != NULL)
    tl_draw_rider (pen, look, 0, -0.14, 0.26);
  tl_pen_bar (pen, -0.37, 0.24, 0.74, 0.12, c);
  tl_pen_box (pen, -0.22, 0.58, 0.44, 0.12, 0, TL_RGB (0.40, 0.40, 0.44));
}

void
tl_draw_balloon (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, stripe = tl_rgb_lighten (c, 0.62);

  if (tl_rgb_get_luma (c) > 0.85)
    stripe = TL_RGB (0.85, 0.32, 0.30);
  tl_pen_line (pen, "M-.34,.36 L-.17,.74 M.34,.36 L.17,.74 M-.1,.44 L-.08,.74 M.1,.44 L.08,.74",
               0.035, TL_RGB (0.35, 0.25, 0.18));
  tl_pen_path (pen,
               "M0,-1 C.52,-1 .82,-.62 .82,-.28 C.82,.06 .5,.24 .34,.46 L-.34,.46 C-.5,.24 "
               "-.82,.06 -.82,-.28 C-.82,-.62 -.52,-1 0,-1 Z",
               c);
  tl_pen_patch (pen,
                "M0,-.97 C.24,-.8 .3,-.5 .3,-.26 C.3,.04 .2,.26 .14,.44 L-.14,.44 C-.2,.26 -.3,.04 "
                "-.3,-.26 C-.3,-.5 -.24,-.8 0,-.97 Z",
                stripe);
  tl_pen_patch (pen,
                "M-.1,-.96 C-.5,-.8 -.66,-.5 -.64,-.26 C-.6,.04 -.36,.24 -.3,.44 L-.24,.44 "
                "C-.34,.2 -.46,0 -.48,-.26 C-.48,-.5 -.4,-.76 -.1,-.96 Z",
                stripe);
  tl_pen_patch (pen,
                "M.1,-.96 C.5,-.8 .66,-.5 .64,-.26 C.6,.04 .36,.24 .3,.44 L.24,.44 C.34,.2 .46,0 "
                ".48,-.26 C.48,-.5 .4,-.76 .1,-.96 Z",
                stripe);
  /* Before the envelope, or it would hide hats and ears. */
  tl_draw_rider (pen, look, 0, 0.62, 0.24);
  tl_pen_box (pen, -0.21, 0.70, 0.42, 0.30, 0.05, TL_RGB (0.66, 0.43, 0.22));
  tl_pen_line (pen, "M-.18,.82 L.18,.82", 0.04, TL_RGB (0.45, 0.28, 0.14));
}

void
tl_draw_ufo (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  if (look->is_lively)
    tl_pen_patch (pen, "M-.3,.3 L.3,.3 L.62,1 L-.62,1 Z", TL_RGB (0.80, 0.98, 0.72));
  tl_pen_path (pen, "M-.5,-.02 Q-.5,-.66 0,-.68 Q.5,-.66 .5,-.02 Z", TL_RGB_GLASS);
  if (look->rider_head != NULL)
    {
      tl_draw_rider (pen, look, 0, -0.22, 0.36);
    }
  else
    {
      tl_pen_oval (pen, 0, -0.22, 0.21, 0.25, TL_RGB (0.45, 0.82, 0.35));
      tl_pen_bead (pen, -0.09, -0.26, 0.07);
      tl_pen_bead (pen, 0.09, -0.26, 0.07);
    }
  tl_pen_oval (pen, 0, 0.18, 1.0, 0.30, c);
  tl_pen_patch (pen, "M-.76,.3 Q0,.62 .76,.3 Q0,.48 -.76,.3 Z", tl_rgb_darken (c, 0.3));
  for (int i = -2; i <= 2; i++)
    tl_pen_dot (pen, 0.36 * i, 0.24 - 0.025 * i * i, 0.085, 0.075, TL_RGB_LAMP);
}
