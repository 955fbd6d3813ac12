/* sky.c - what hangs in the sky, and two things of the house
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/objects.h"

void
tl_draw_sun (TlPen *pen, const TlLook *look)
{
  tl_pen_star (pen, 0, 0, 12, 1.0, 0.68,
               tl_rgb_mix (look->colour, TL_RGB (0.99, 0.62, 0.12), 0.55));
  tl_pen_oval (pen, 0, 0, 0.60, 0.60, look->colour);
  if (!look->is_lively)
    return;

  tl_pen_bead (pen, -0.2, -0.12, 0.09);
  tl_pen_bead (pen, 0.2, -0.12, 0.09);
  tl_pen_line (pen, "M-.26,.14 Q0,.4 .26,.14", 0.08, TL_RGB_COAL);
}

void
tl_draw_moon (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour, deep = tl_rgb_darken (c, 0.16);

  if (look->is_lively)
    {
      tl_pen_oval (pen, 0, 0, 0.96, 0.96, c);
      tl_pen_dot (pen, -0.34, -0.24, 0.24, 0.22, deep);
      tl_pen_dot (pen, 0.36, 0.16, 0.30, 0.28, deep);
      tl_pen_dot (pen, -0.20, 0.54, 0.16, 0.14, deep);
      tl_pen_dot (pen, 0.24, -0.56, 0.12, 0.11, deep);
      return;
    }
  tl_pen_path (pen,
               "M.36,-.94 C-.5,-1.06 -1,-.5 -.94,.1 C-.88,.74 -.2,1.1 .44,.88 C.9,.7 .92,.5 .92,.5 "
               "C.0,.7 -.4,.1 -.26,-.4 C-.18,-.7 .1,-.9 .36,-.94 Z",
               c);
}

void
tl_draw_cloud (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_path (pen,
               "M-.66,.5 C-1.1,.5 -1.1,-.06 -.68,-.08 C-.7,-.5 -.2,-.62 -.06,-.36 C.1,-.68 "
               ".66,-.58 .6,-.12 C1.06,-.14 1.1,.5 .66,.5 Z",
               c);
  tl_pen_patch (pen, "M-.84,.34 Q0,.5 .84,.34 Q.78,.46 .64,.47 L-.64,.47 Q-.78,.46 -.84,.34 Z",
                tl_rgb_darken (c, 0.12));
}

void
tl_draw_star (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_star (pen, 0, 0.06, 5, 1.04, 0.46, c);
  tl_pen_patch (pen, "M0,-.7 L.18,-.26 L0,.0 L-.18,-.26 Z", tl_rgb_lighten (c, 0.45));
}

static void
trace_band (TlPen *pen, gdouble outer, gdouble inner)
{
  cairo_arc (pen->cr, 0, 0.46, outer, G_PI, 2 * G_PI);
  cairo_arc_negative (pen->cr, 0, 0.46, inner, 2 * G_PI, G_PI);
  cairo_close_path (pen->cr);
}

void
tl_draw_rainbow (TlPen *pen, const TlLook *look)
{
  static const TlRgb bands[] = {
    { 0.90, 0.20, 0.20 }, { 0.98, 0.58, 0.14 }, { 0.99, 0.86, 0.22 },
    { 0.25, 0.70, 0.30 }, { 0.20, 0.48, 0.90 }, { 0.52, 0.28, 0.76 },
  };
  gboolean has_bands = pen->style != TL_STYLE_LINE && pen->style != TL_STYLE_BLUEPRINT;

  /* Outlines between the bands would leave no room for them; without colours there is nothing else.
   */
  if (has_bands)
    trace_band (pen, 0.94, 0.94 - 0.105 * G_N_ELEMENTS (bands));
  if (has_bands)
    tl_pen_path (pen, "", bands[0]);
  for (guint i = 0; i < G_N_ELEMENTS (bands); i++)
    {
      gdouble radius = 0.94 - 0.105 * i;

      trace_band (pen, radius, radius - 0.105);
      if (has_bands)
        tl_pen_patch (pen, "", bands[i]);
      else
        tl_pen_path (pen, "", bands[i]);
    }
  if (!look->is_lively)
    return;

  tl_pen_path (pen, "M-1,.56 C-1.14,.3 -.8,.2 -.7,.34 C-.56,.2 -.36,.34 -.44,.56 Z", TL_RGB_CHALK);
  tl_pen_path (pen, "M1,.56 C1.14,.3 .8,.2 .7,.34 C.56,.2 .36,.34 .44,.56 Z", TL_RGB_CHALK);
}

void
tl_draw_planet (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour,
        ring = tl_rgb_lighten (tl_rgb_mix (c, TL_RGB (0.95, 0.80, 0.50), 0.6), 0.25);
  gdouble outer = pen->unit;

  tl_pen_enter (pen, 0, 0, 1, -0.35, FALSE);
  tl_pen_line (pen, "M-1,0 C-1,-.34 1,-.34 1,0", 0.13, ring);
  tl_pen_oval (pen, 0, 0, 0.64, 0.64, c);
  tl_pen_patch (pen, "M-.56,-.26 Q0,-.14 .56,-.26 L.61,-.12 Q0,.0 -.61,-.12 Z",
                tl_rgb_lighten (c, 0.35));
  tl_pen_patch (pen, "M-.6,.2 Q0,.36 .6,.2 L.5,.38 Q0,.5 -.5,.38 Z", tl_rgb_darken (c, 0.25));
  tl_pen_line (pen, "M-1,0 C-1,.34 1,.34 1,0", 0.13, ring);
  tl_pen_leave (pen, outer);
}

void
tl_draw_umbrella (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  tl_pen_line (pen, "M0,-.9 L0,.74 Q0,.96 .2,.96 Q.38,.96 .36,.76", 0.09,
               TL_RGB (0.42, 0.28, 0.18));
  tl_pen_path (pen,
               "M-.98,.06 C-.94,-1.14 .94,-1.14 .98,.06 Q.8,-.14 .64,.06 Q.48,-.14 .32,.06 "
               "Q.16,-.14 0,.06 Q-.16,-.14 -.32,.06 Q-.48,-.14 -.64,.06 Q-.8,-.14 -.98,.06 Z",
               c);
  tl_pen_patch (pen,
                "M0,-.82 C-.26,-.6 -.34,-.3 -.32,.02 Q-.16,-.14 0,.02 Q.16,-.14 .32,.02 C.34,-.3 "
                ".26,-.6 0,-.82 Z",
                tl_rgb_lighten (c, 0.55));
}

void
tl_draw_cup (TlPen *pen, const TlLook *look)
{
  TlRgb c = look->colour;

  if (look->is_lively)
    tl_pen_line (
      pen,
      "M-.36,-.4 Q-.5,-.6 -.34,-.74 Q-.2,-.86 -.34,-1 M.12,-.4 Q-.02,-.6 .14,-.74 Q.28,-.86 .14,-1",
      0.08, TL_RGB (0.90, 0.92, 0.95));
  tl_pen_tube (pen, "M.5,.08 Q.92,.02 .9,.32 Q.86,.62 .44,.6", 0.15, c);
  tl_pen_path (
    pen,
    "M-.7,-.16 L.56,-.16 Q.56,.6 .36,.84 Q.2,.94 -.07,.94 Q-.36,.94 -.5,.84 Q-.7,.6 -.7,-.16 Z", c);
  tl_pen_oval (pen, -0.07, -0.16, 0.63, 0.16, tl_rgb_lighten (c, 0.5));
  tl_pen_dot (pen, -0.07, -0.14, 0.50, 0.10, TL_RGB (0.40, 0.24, 0.14));
  tl_pen_patch (pen, "M-.56,.12 L-.42,.14 Q-.42,.5 -.3,.7 L-.38,.72 Q-.56,.5 -.56,.12 Z",
                tl_rgb_lighten (c, 0.5));
}
