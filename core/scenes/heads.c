/* heads.c - faces of the animals, seen from the front
 *
 * What sits on the meadow and what looks out of a tractor is the same face, so that it is known by
 * it. Colours other than the animal's own are those that make it this animal: a raccoon keeps its
 * mask whatever its fur.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

/* Runs @draw for the right side and, mirrored, for the left one. */
static void
draw_both (TlPen *pen, const TlLook *look, TlDraw draw)
{
  gdouble outer = pen->unit;

  for (int side = 0; side < 2; side++)
    {
      tl_pen_enter (pen, 0, 0, 1, 0, side == 1);
      draw (pen, look);
      tl_pen_leave (pen, outer);
    }
}

static void
draw_beads (TlPen *pen, gdouble x, gdouble y, gdouble r)
{
  tl_pen_bead (pen, -x, y, r);
  tl_pen_bead (pen, x, y, r);
}

/* Nose and the two arcs of a mouth. */
static void
draw_snout (TlPen *pen, gdouble y, gdouble r, TlRgb nose)
{
  gdouble outer = pen->unit;

  tl_pen_enter (pen, 0, y, r, 0, FALSE);
  tl_pen_line (pen, "M0,.4 L0,1.2 M-1.3,1.4 Q-.6,2.1 0,1.2 Q.6,2.1 1.3,1.4", 0.34, TL_RGB_COAL);
  tl_pen_patch (pen, "M-1,-.5 Q0,-.9 1,-.5 Q.9,.5 0,.8 Q-.9,.5 -1,-.5 Z", nose);
  tl_pen_leave (pen, outer);
}

static void
raccoon_ear (TlPen *pen, const TlLook *look)
{
  tl_pen_path (pen, "M.3,-.66 Q.4,-1 .66,-.98 Q.92,-.9 .86,-.4 Z",
               tl_rgb_darken (look->colour, 0.25));
  tl_pen_patch (pen, "M.46,-.66 Q.52,-.84 .66,-.84 Q.78,-.76 .74,-.5 Z", TL_RGB (0.93, 0.90, 0.88));
}

static void
raccoon_mask (TlPen *pen, const TlLook *look)
{
  tl_pen_patch (pen, "M.04,-.16 Q.3,-.62 .78,-.3 Q.98,-.1 .98,.2 Q.6,-.1 .04,.1 Z",
                TL_RGB (0.95, 0.94, 0.92));
  tl_pen_patch (pen,
                "M.08,-.02 Q.36,-.34 .68,-.1 Q.94,.14 .88,.38 Q.5,.46 .26,.3 Q.1,.16 .08,-.02 Z",
                TL_RGB (0.15, 0.14, 0.17));
  tl_pen_dot (pen, 0.40, 0.08, 0.16, 0.17, TL_RGB (1, 1, 1));
  tl_pen_bead (pen, 0.39, 0.09, 0.10);
}

void
tl_draw_raccoon_head (TlPen *pen, const TlLook *look)
{
  draw_both (pen, look, raccoon_ear);
  tl_pen_path (pen,
               "M-1.04,.26 Q-.96,-.76 0,-.78 Q.96,-.76 1.04,.26 Q.84,.4 .8,.52 Q.4,.92 0,.94 "
               "Q-.4,.92 -.8,.52 Q-.84,.4 -1.04,.26 Z",
               look->colour);
  tl_pen_patch (pen, "M-.5,.46 Q0,.02 .5,.46 Q.36,.86 0,.88 Q-.36,.86 -.5,.46 Z",
                TL_RGB (0.95, 0.94, 0.92));
  draw_both (pen, look, raccoon_mask);
  tl_pen_patch (pen, "M-.09,-.74 L.09,-.74 L.07,.1 L-.07,.1 Z", tl_rgb_darken (look->colour, 0.55));
  draw_snout (pen, 0.44, 0.15, TL_RGB_COAL);
}

static void
cat_ear (TlPen *pen, const TlLook *look)
{
  tl_pen_path (pen, "M.16,-.6 L.8,-1.02 L.92,-.1 Z", look->colour);
  tl_pen_patch (pen, "M.42,-.58 L.72,-.8 L.8,-.3 Z", TL_RGB_ROSE);
}

static void
cat_whiskers (TlPen *pen, const TlLook *look)
{
  TlRgb c = tl_rgb_get_luma (look->colour) < 0.35 ? TL_RGB (0.9, 0.9, 0.9) : TL_RGB_COAL;

  tl_pen_line (pen, "M.5,.36 L1.1,.26 M.5,.46 L1.1,.54", 0.05, c);
  if (tl_rgb_get_luma (look->colour) < 0.35)
    {
      tl_pen_dot (pen, 0.40, 0.04, 0.2, 0.2, TL_RGB (0.75, 0.90, 0.35));
      tl_pen_bead (pen, 0.40, 0.04, 0.10);
    }
  else
    {
      tl_pen_dot (pen, 0.40, 0.04, 0.17, 0.19, TL_RGB (0.45, 0.75, 0.30));
      tl_pen_bead (pen, 0.40, 0.04, 0.11);
    }
}

void
tl_draw_cat_head (TlPen *pen, const TlLook *look)
{
  TlRgb stripe = tl_rgb_darken (look->colour, 0.32);

  draw_both (pen, look, cat_ear);
  tl_pen_oval (pen, 0, 0.08, 0.95, 0.80, look->colour);
  tl_pen_line (pen, "M0,-.66 L0,-.36 M-.22,-.62 L-.18,-.4 M.22,-.62 L.18,-.4", 0.09, stripe);
  tl_pen_dot (pen, 0, 0.50, 0.40, 0.28, tl_rgb_lighten (look->colour, 0.72));
  draw_both (pen, look, cat_whiskers);
  draw_snout (pen, 0.36, 0.13, TL_RGB (0.92, 0.45, 0.50));
}

static void
dog_ear (TlPen *pen, const TlLook *look)
{
  tl_pen_path (pen, "M.46,-.72 Q.96,-.92 1.06,-.3 Q1.14,.42 .84,.48 Q.6,.44 .66,-.1 Z",
               tl_rgb_darken (look->colour, 0.42));
}

void
tl_draw_dog_head (TlPen *pen, const TlLook *look)
{
  gboolean is_pale = tl_rgb_get_luma (look->colour) > 0.8;
  TlRgb muzzle = is_pale ? TL_RGB (0.88, 0.84, 0.80) : tl_rgb_lighten (look->colour, 0.75);

  tl_pen_path (pen, "M-.72,.1 Q-.8,-.82 0,-.84 Q.8,-.82 .72,.1 Q.78,.86 0,.92 Q-.78,.86 -.72,.1 Z",
               look->colour);
  tl_pen_patch (pen, "M-.12,-.8 Q0,-.84 .12,-.8 Q.06,-.3 .2,.1 L-.2,.1 Q-.06,-.3 -.12,-.8 Z",
                muzzle);
  tl_pen_path (pen, "M-.17,.6 L.17,.6 L.17,.86 Q0,1.08 -.17,.86 Z", TL_RGB (0.95, 0.45, 0.48));
  tl_pen_dot (pen, 0, 0.40, 0.48, 0.36, muzzle);
  draw_both (pen, look, dog_ear);
  draw_beads (pen, 0.36, -0.14, 0.14);
  draw_snout (pen, 0.24, 0.22, TL_RGB_COAL);
}

static void
rabbit_ear (TlPen *pen, const TlLook *look)
{
  tl_pen_tilted_oval (pen, 0.30, -0.58, 0.19, 0.56, 0.16, look->colour);
  tl_pen_patch (pen, "M.24,-.2 Q.14,-.7 .36,-.96 Q.5,-.6 .36,-.2 Z", TL_RGB_ROSE);
}

void
tl_draw_rabbit_head (TlPen *pen, const TlLook *look)
{
  draw_both (pen, look, rabbit_ear);
  tl_pen_oval (pen, 0, 0.34, 0.66, 0.60, look->colour);
  tl_pen_dot (pen, -0.17, 0.60, 0.20, 0.15, tl_rgb_lighten (look->colour, 0.7));
  tl_pen_dot (pen, 0.17, 0.60, 0.20, 0.15, tl_rgb_lighten (look->colour, 0.7));
  tl_pen_box (pen, -0.10, 0.66, 0.20, 0.18, 0, TL_RGB (1, 1, 1));
  draw_beads (pen, 0.28, 0.22, 0.12);
  tl_pen_patch (pen, "M-.11,.42 L.11,.42 L0,.56 Z", TL_RGB (0.90, 0.42, 0.50));
}

static void
fox_side (TlPen *pen, const TlLook *look)
{
  tl_pen_patch (pen, "M.0,.88 Q.1,.1 .62,.1 Q.92,.1 1.06,.18 Q.7,.66 .0,.9 Z", TL_RGB_CHALK);
}

static void
fox_ear (TlPen *pen, const TlLook *look)
{
  tl_pen_path (pen, "M.14,-.46 L.82,-1 L.96,.06 Z", look->colour);
  tl_pen_patch (pen, "M.46,-.52 L.74,-.78 L.8,-.34 Z", TL_RGB (0.25, 0.16, 0.14));
}

void
tl_draw_fox_head (TlPen *pen, const TlLook *look)
{
  draw_both (pen, look, fox_ear);
  tl_pen_path (pen,
               "M-1.1,.16 Q-.72,-.62 0,-.6 Q.72,-.62 1.1,.16 Q.66,.62 0,.98 Q-.66,.62 -1.1,.16 Z",
               look->colour);
  draw_both (pen, look, fox_side);
  draw_beads (pen, 0.40, 0.04, 0.13);
  tl_pen_dot (pen, 0, 0.84, 0.16, 0.14, TL_RGB_COAL);
}

void
tl_draw_bear_head (TlPen *pen, const TlLook *look)
{
  gboolean is_pale = tl_rgb_get_luma (look->colour) > 0.8;
  TlRgb muzzle = is_pale ? TL_RGB (0.86, 0.84, 0.82) : tl_rgb_lighten (look->colour, 0.55);

  for (int side = -1; side <= 1; side += 2)
    {
      tl_pen_oval (pen, 0.66 * side, -0.62, 0.32, 0.32, look->colour);
      tl_pen_dot (pen, 0.66 * side, -0.60, 0.17, 0.17, muzzle);
    }
  tl_pen_oval (pen, 0, 0.06, 0.90, 0.82, look->colour);
  tl_pen_oval (pen, 0, 0.40, 0.44, 0.36, muzzle);
  draw_beads (pen, 0.38, -0.10, 0.12);
  draw_snout (pen, 0.28, 0.17, TL_RGB_COAL);
}

static void
pig_ear (TlPen *pen, const TlLook *look)
{
  tl_pen_path (pen, "M.3,-.6 Q.7,-1.06 .98,-.8 Q1,-.4 .74,-.3 Z",
               tl_rgb_darken (look->colour, 0.14));
}

void
tl_draw_pig_head (TlPen *pen, const TlLook *look)
{
  TlRgb snout = tl_rgb_darken (look->colour, 0.14);

  tl_pen_oval (pen, 0, 0.06, 0.92, 0.82, look->colour);
  draw_both (pen, look, pig_ear);
  tl_pen_oval (pen, 0, 0.32, 0.42, 0.30, snout);
  tl_pen_dot (pen, -0.15, 0.32, 0.08, 0.13, tl_rgb_darken (look->colour, 0.6));
  tl_pen_dot (pen, 0.15, 0.32, 0.08, 0.13, tl_rgb_darken (look->colour, 0.6));
  draw_beads (pen, 0.42, -0.10, 0.12);
}

void
tl_draw_lion_head (TlPen *pen, const TlLook *look)
{
  TlRgb face = look->colour;
  TlRgb mane = tl_rgb_mix (tl_rgb_darken (face, 0.35), TL_RGB (0.62, 0.28, 0.06), 0.6);

  tl_pen_star (pen, 0, 0, 13, 1.12, 0.86, mane);
  for (int side = -1; side <= 1; side += 2)
    tl_pen_oval (pen, 0.50 * side, -0.54, 0.19, 0.19, face);
  tl_pen_oval (pen, 0, 0.06, 0.66, 0.64, face);
  tl_pen_dot (pen, 0, 0.38, 0.36, 0.26, tl_rgb_lighten (face, 0.65));
  draw_beads (pen, 0.28, -0.08, 0.11);
  draw_snout (pen, 0.24, 0.17, TL_RGB (0.35, 0.20, 0.15));
}

void
tl_draw_frog_head (TlPen *pen, const TlLook *look)
{
  for (int side = -1; side <= 1; side += 2)
    {
      tl_pen_oval (pen, 0.54 * side, -0.56, 0.36, 0.36, look->colour);
      tl_pen_eye (pen, 0.54 * side, -0.58, 0.24);
    }
  tl_pen_oval (pen, 0, 0.12, 1.02, 0.70, look->colour);
  tl_pen_dot (pen, 0, 0.50, 0.66, 0.26, tl_rgb_lighten (look->colour, 0.55));
  tl_pen_line (pen, "M-.72,.16 Q0,.66 .72,.16", 0.08, TL_RGB_COAL);
  tl_pen_dot (pen, -0.1, -0.04, 0.04, 0.05, TL_RGB_COAL);
  tl_pen_dot (pen, 0.1, -0.04, 0.04, 0.05, TL_RGB_COAL);
}

void
tl_draw_penguin_head (TlPen *pen, const TlLook *look)
{
  tl_pen_oval (pen, 0, 0.02, 0.86, 0.90, look->colour);
  tl_pen_patch (pen, "M0,-.2 Q.5,-.62 .66,-.1 Q.72,.7 0,.86 Q-.72,.7 -.66,-.1 Q-.5,-.62 0,-.2 Z",
                TL_RGB_CHALK);
  draw_beads (pen, 0.32, -0.04, 0.13);
  tl_pen_path (pen, "M-.26,.18 Q0,.02 .26,.18 Q.12,.44 0,.52 Q-.12,.44 -.26,.18 Z", TL_RGB_BEAK);
}

static void
owl_eye (TlPen *pen, const TlLook *look)
{
  tl_pen_oval (pen, 0.40, -0.06, 0.40, 0.40, TL_RGB (0.98, 0.93, 0.80));
  tl_pen_dot (pen, 0.38, -0.04, 0.26, 0.26, TL_RGB (0.98, 0.74, 0.15));
  tl_pen_bead (pen, 0.37, -0.03, 0.16);
}

void
tl_draw_owl_head (TlPen *pen, const TlLook *look)
{
  tl_pen_path (pen,
               "M-.9,-1 Q-.5,-.72 0,-.72 Q.5,-.72 .9,-1 Q1.02,-.2 .94,.3 Q.6,.9 0,.9 Q-.6,.9 "
               "-.94,.3 Q-1.02,-.2 -.9,-1 Z",
               look->colour);
  draw_both (pen, look, owl_eye);
  tl_pen_path (pen, "M-.14,.14 Q0,.04 .14,.14 L0,.5 Z", TL_RGB_BEAK);
}

static void
elephant_ear (TlPen *pen, const TlLook *look)
{
  tl_pen_path (pen, "M.4,-.6 Q.9,-1 1.1,-.4 Q1.2,.3 .82,.4 Q.56,.4 .44,.1 Z", look->colour);
  tl_pen_patch (pen, "M.56,-.46 Q.84,-.72 .96,-.34 Q1.02,.14 .8,.24 Q.64,.2 .56,0 Z", TL_RGB_ROSE);
}

void
tl_draw_elephant_head (TlPen *pen, const TlLook *look)
{
  draw_both (pen, look, elephant_ear);
  tl_pen_path (pen,
               "M-.56,.0 Q-.58,-.78 0,-.8 Q.58,-.78 .56,0 Q.5,.3 .24,.36 L.2,.74 Q.22,.84 .42,.78 "
               "Q.5,.98 .2,1.02 Q-.16,1.02 -.2,.7 L-.24,.36 Q-.5,.3 -.56,0 Z",
               look->colour);
  tl_pen_line (pen, "M-.18,.46 L.18,.46 M-.16,.62 L.16,.62", 0.05,
               tl_rgb_darken (look->colour, 0.35));
  draw_beads (pen, 0.28, -0.12, 0.11);
  tl_pen_patch (pen, "M-.3,.36 L-.22,.36 L-.26,.62 Q-.36,.52 -.3,.36 Z", TL_RGB_CHALK);
  tl_pen_patch (pen, "M.3,.36 L.22,.36 L.26,.62 Q.36,.52 .3,.36 Z", TL_RGB_CHALK);
}
