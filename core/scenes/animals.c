/* animals.c - whole animals that have a face of their own (heads.c), sitting; the elephant stands
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

static void
draw_head (TlPen *pen, const TlLook *look, TlDraw head, gdouble x, gdouble y, gdouble k)
{
  gdouble outer = pen->unit;

  tl_pen_enter (pen, x, y, k, 0, FALSE);
  head (pen, look);
  tl_pen_leave (pen, outer);
}

/* Body, forelegs and feet of an animal that sits and looks at us. */
static void
draw_sitting (TlPen *pen, TlRgb fur, TlRgb belly, TlRgb paws)
{
  tl_pen_path (pen, "M-.3,-.1 Q-.78,.5 -.66,.98 L.66,.98 Q.78,.5 .3,-.1 Z", fur);
  tl_pen_dot (pen, 0, 0.48, 0.28, 0.40, belly);
  tl_pen_oval (pen, -0.48, 0.88, 0.25, 0.12, paws);
  tl_pen_oval (pen, 0.48, 0.88, 0.25, 0.12, paws);
  tl_pen_path (pen, "M-.3,.2 Q-.36,.6 -.3,.98 L-.04,.98 Q-.06,.8 -.08,.5 Z", fur);
  tl_pen_path (pen, "M.3,.2 Q.36,.6 .3,.98 L.04,.98 Q.06,.8 .08,.5 Z", fur);
}

/* Upright, arms at the sides. */
static void
draw_standing (TlPen *pen, TlRgb fur, TlRgb belly, TlRgb limbs)
{
  tl_pen_oval (pen, -0.30, 0.86, 0.26, 0.14, limbs);
  tl_pen_oval (pen, 0.30, 0.86, 0.26, 0.14, limbs);
  tl_pen_tilted_oval (pen, -0.54, 0.36, 0.15, 0.34, 0.5, limbs);
  tl_pen_tilted_oval (pen, 0.54, 0.36, 0.15, 0.34, -0.5, limbs);
  tl_pen_oval (pen, 0, 0.42, 0.55, 0.52, fur);
  tl_pen_dot (pen, 0, 0.50, 0.34, 0.36, belly);
}

void
tl_draw_raccoon (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, ring = TL_RGB (0.18, 0.17, 0.20);

  tl_pen_tube (pen, "M.5,.84 Q.98,.78 .84,.18", 0.32, c);
  tl_pen_patch (pen, "M.66,.62 L.84,.86 L.92,.74 L.74,.54 Z", ring);
  tl_pen_patch (pen, "M.72,.46 L1.01,.52 L1.01,.4 L.72,.34 Z", ring);
  tl_pen_patch (pen, "M.68,.18 Q.68,0 .83,.0 Q.99,0 1,.18 Z", ring);
  draw_sitting (pen, c, tl_rgb_lighten (c, 0.5), tl_rgb_darken (c, 0.55));
  draw_head (pen, look, tl_draw_raccoon_head, 0, -0.38, 0.62);
}

void
tl_draw_cat (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_tube (pen, "M.5,.86 Q1,.84 .82,.4 Q.7,.12 .9,.04", 0.17, c);
  draw_sitting (pen, c, tl_rgb_lighten (c, 0.6), c);
  tl_pen_line (pen, "M-.62,.5 L-.44,.5 M-.62,.66 L-.46,.66 M.62,.5 L.44,.5 M.62,.66 L.46,.66", 0.07,
               tl_rgb_darken (c, 0.32));
  draw_head (pen, look, tl_draw_cat_head, 0, -0.38, 0.60);
}

void
tl_draw_dog (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_tube (pen, "M.52,.8 Q.86,.76 .92,.36", 0.17, c);
  draw_sitting (pen, c, tl_rgb_lighten (c, 0.72), tl_rgb_lighten (c, 0.4));
  draw_head (pen, look, tl_draw_dog_head, 0, -0.40, 0.60);
  tl_pen_patch (pen, "M-.32,.12 Q0,.3 .32,.12 L.32,.24 Q0,.42 -.32,.24 Z",
                c.r > 0.8 && c.g < 0.4 ? TL_RGB (0.20, 0.45, 0.85) : TL_RGB (0.86, 0.18, 0.16));
  tl_pen_dot (pen, 0, 0.36, 0.08, 0.08, TL_RGB_LAMP);
}

void
tl_draw_rabbit (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_oval (pen, 0.56, 0.74, 0.18, 0.18, tl_rgb_lighten (c, 0.6));
  tl_pen_oval (pen, 0, 0.58, 0.52, 0.42, c);
  tl_pen_dot (pen, 0, 0.62, 0.28, 0.30, tl_rgb_lighten (c, 0.6));
  tl_pen_oval (pen, -0.34, 0.88, 0.30, 0.12, c);
  tl_pen_oval (pen, 0.34, 0.88, 0.30, 0.12, c);
  draw_head (pen, look, tl_draw_rabbit_head, 0, -0.32, 0.70);
}

void
tl_draw_fox (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_path (pen, "M.3,.9 Q.6,.9 .58,.5 Q.56,.14 .96,-.06 Q1.12,.5 .9,.8 Q.7,1.02 .3,.98 Z", c);
  tl_pen_patch (pen, "M.66,.22 Q.74,.06 .95,-.04 Q1.03,.2 1,.36 Q.82,.24 .66,.22 Z", TL_RGB_CHALK);
  draw_sitting (pen, c, TL_RGB_CHALK, TL_RGB (0.22, 0.14, 0.12));
  draw_head (pen, look, tl_draw_fox_head, 0, -0.36, 0.62);
}

void
tl_draw_bear (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  draw_standing (pen, c, tl_rgb_lighten (c, 0.45), c);
  tl_pen_dot (pen, -0.30, 0.87, 0.13, 0.07, tl_rgb_lighten (c, 0.45));
  tl_pen_dot (pen, 0.30, 0.87, 0.13, 0.07, tl_rgb_lighten (c, 0.45));
  draw_head (pen, look, tl_draw_bear_head, 0, -0.40, 0.60);
}

void
tl_draw_pig (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.14);

  tl_pen_line (pen, "M-.86,.16 C-1.1,.1 -1.02,-.16 -.9,-.02 C-.8,.1 -1,.14 -1.02,-.1", 0.08,
               tl_rgb_darken (c, 0.25));
  tl_pen_box (pen, -0.70, 0.52, 0.22, 0.46, 0.06, deep);
  tl_pen_box (pen, 0.24, 0.52, 0.22, 0.46, 0.06, deep);
  tl_pen_oval (pen, -0.20, 0.28, 0.74, 0.50, c);
  tl_pen_box (pen, -0.42, 0.56, 0.22, 0.44, 0.06, c);
  tl_pen_box (pen, 0.04, 0.56, 0.22, 0.44, 0.06, c);
  draw_head (pen, look, tl_draw_pig_head, 0.42, -0.04, 0.54);
}

void
tl_draw_lion (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_tube (pen, "M.5,.86 Q.96,.86 .86,.3", 0.12, c);
  tl_pen_oval (pen, 0.86, 0.22, 0.13, 0.17,
               tl_rgb_mix (tl_rgb_darken (c, 0.35), TL_RGB (0.62, 0.28, 0.06), 0.6));
  draw_sitting (pen, c, tl_rgb_lighten (c, 0.5), c);
  draw_head (pen, look, tl_draw_lion_head, 0, -0.34, 0.60);
}

void
tl_draw_frog (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.18);

  tl_pen_tilted_oval (pen, -0.62, 0.52, 0.36, 0.28, -0.7, deep);
  tl_pen_tilted_oval (pen, 0.62, 0.52, 0.36, 0.28, 0.7, deep);
  tl_pen_oval (pen, 0, 0.48, 0.56, 0.44, c);
  tl_pen_dot (pen, 0, 0.56, 0.38, 0.32, tl_rgb_lighten (c, 0.6));
  tl_pen_path (pen, "M-.98,.96 L-.9,.8 L-.6,.78 L-.4,.96 Z", c);
  tl_pen_path (pen, "M.98,.96 L.9,.8 L.6,.78 L.4,.96 Z", c);
  tl_pen_path (pen, "M-.34,.5 L-.4,.96 L-.1,.96 L-.16,.5 Z", c);
  tl_pen_path (pen, "M.34,.5 L.4,.96 L.1,.96 L.16,.5 Z", c);
  draw_head (pen, look, tl_draw_frog_head, 0, -0.16, 0.66);
}

void
tl_draw_penguin (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_oval (pen, -0.26, 0.92, 0.26, 0.09, TL_RGB_BEAK);
  tl_pen_oval (pen, 0.26, 0.92, 0.26, 0.09, TL_RGB_BEAK);
  tl_pen_path (pen, "M-.44,-.1 Q-.84,.2 -.86,.62 Q-.66,.6 -.44,.36 Z", c);
  tl_pen_path (pen, "M.44,-.1 Q.84,.2 .86,.62 Q.66,.6 .44,.36 Z", c);
  tl_pen_path (pen,
               "M-.44,-.4 Q-.66,.2 -.56,.66 Q-.42,.92 0,.92 Q.42,.92 .56,.66 Q.66,.2 .44,-.4 Z", c);
  tl_pen_patch (pen, "M-.34,-.1 Q-.5,.3 -.42,.62 Q-.3,.84 0,.84 Q.3,.84 .42,.62 Q.5,.3 .34,-.1 Z",
                TL_RGB_CHALK);
  draw_head (pen, look, tl_draw_penguin_head, 0, -0.46, 0.56);
}

void
tl_draw_owl (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.25), pale = tl_rgb_lighten (c, 0.55);

  tl_pen_line (pen, "M-.3,.86 L-.3,.98 M-.18,.86 L-.18,.98 M.3,.86 L.3,.98 M.18,.86 L.18,.98", 0.1,
               TL_RGB_BEAK);
  tl_pen_oval (pen, 0, 0.36, 0.62, 0.56, c);
  tl_pen_dot (pen, 0, 0.46, 0.38, 0.42, pale);
  tl_pen_line (pen, "M-.2,.4 L-.13,.5 L-.06,.4 M.06,.4 L.13,.5 L.2,.4 M-.07,.6 L0,.7 L.07,.6", 0.06,
               deep);
  tl_pen_path (pen, "M-.52,.0 Q-.9,.4 -.6,.84 Q-.38,.5 -.4,.1 Z", deep);
  tl_pen_path (pen, "M.52,.0 Q.9,.4 .6,.84 Q.38,.5 .4,.1 Z", deep);
  draw_head (pen, look, tl_draw_owl_head, 0, -0.38, 0.62);
}

void
tl_draw_elephant (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.16);

  tl_pen_tube (pen, "M-.9,-.05 Q-1.02,.2 -.94,.42", 0.06, deep);
  tl_pen_box (pen, -0.60, 0.34, 0.28, 0.64, 0.08, deep);
  tl_pen_box (pen, 0.20, 0.34, 0.28, 0.64, 0.08, deep);
  tl_pen_path (
    pen, "M-.94,.3 Q-1,-.5 -.2,-.54 Q.46,-.56 .5,.1 Q.5,.5 .3,.56 L-.7,.56 Q-.9,.52 -.94,.3 Z", c);
  tl_pen_box (pen, -0.90, 0.36, 0.29, 0.63, 0.08, c);
  tl_pen_box (pen, -0.06, 0.36, 0.29, 0.63, 0.08, c);
  tl_pen_path (pen,
               "M.12,-.3 Q.2,-.86 .56,-.82 Q.94,-.78 .96,-.2 Q.98,.3 .9,.6 Q.86,.84 .98,.8 "
               "Q1.04,.94 .84,.96 Q.62,.92 .68,.56 Q.72,.26 .62,.1 Q.2,.16 .12,-.3 Z",
               c);
  tl_pen_path (pen, "M.62,.1 Q.72,.16 .78,.1 Q.86,.3 1.04,.24 Q.86,.46 .68,.3 Z", TL_RGB_CHALK);
  tl_pen_path (pen, "M.36,-.62 Q-.1,-.74 -.16,-.26 Q-.14,.2 .16,.2 Q.42,.1 .44,-.3 Z", deep);
  tl_pen_patch (pen, "M.28,-.5 Q-.02,-.56 -.04,-.24 Q-.02,.06 .16,.06 Q.3,0 .32,-.28 Z",
                tl_rgb_mix (c, TL_RGB_ROSE, 0.55));
  tl_pen_bead (pen, 0.66, -0.36, 0.085);
  tl_pen_line (pen, "M.74,.42 L.9,.42 M.72,.6 L.86,.6", 0.04, tl_rgb_darken (c, 0.4));
}
