/* pen.c - one way to say a shape, drawn in whichever style the scene has
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/pen.h"

#include <math.h>

/* Colours below this luma count as dark marks where a style has no colour. */
#define DARK 0.42

static TlRgb
pick_paper (TlPen *self)
{
  switch (self->style)
    {
    case TL_STYLE_CHALK:
      return tl_pen_chance (self, 0.5) ? TL_RGB (0.13, 0.22, 0.19) : TL_RGB (0.13, 0.14, 0.16);
    case TL_STYLE_BLUEPRINT:
      return tl_pen_vary (self, TL_RGB (0.10, 0.28, 0.60), 0.05);
    default:
      return tl_pen_vary (self, TL_RGB (0.97, 0.96, 0.93), 0.02);
    }
}

static TlRgb
pick_ink (TlPen *self)
{
  switch (self->style)
    {
    case TL_STYLE_CHALK:
      return TL_RGB (0.95, 0.95, 0.92);
    case TL_STYLE_BLUEPRINT:
      return TL_RGB (0.90, 0.95, 1.0);
    case TL_STYLE_LINE:
      return tl_pen_vary (self, TL_RGB (0.16, 0.15, 0.18), 0.06);
    default:
      return tl_pen_vary (self, TL_RGB (0.09, 0.07, 0.10), 0.04);
    }
}

static gdouble
pick_line (TlPen *self)
{
  static const struct
  {
    gdouble low, high;
  } widths[TL_N_STYLES] = {
    [TL_STYLE_CARTOON] = { 0.012, 0.019 }, [TL_STYLE_FLAT] = { 0.010, 0.010 },
    [TL_STYLE_LINE] = { 0.009, 0.014 },    [TL_STYLE_WATERCOLOUR] = { 0.012, 0.016 },
    [TL_STYLE_OIL] = { 0.010, 0.010 },     [TL_STYLE_PIXEL] = { 0.016, 0.016 },
    [TL_STYLE_CHALK] = { 0.012, 0.017 },   [TL_STYLE_BLUEPRINT] = { 0.008, 0.011 },
  };
  gdouble line = tl_random_range (&self->random, widths[self->style].low, widths[self->style].high);

  return MAX (line, 0.85 * self->pixel);
}

void
tl_pen_init (TlPen *self, cairo_t *cr, TlSceneStyle style, guint size, TlRandom random)
{
  *self = (TlPen){ .cr = cr, .style = style, .random = random, .pixel = 1.0 / size, .unit = 1 };
  self->paper = pick_paper (self);
  self->ink = pick_ink (self);
  self->line = pick_line (self);
  self->has_outline = style != TL_STYLE_FLAT && style != TL_STYLE_OIL;

  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  /* A fifth of a pixel is not seen, and halves the time of curves. */
  cairo_set_tolerance (cr, 0.2);
}

void
tl_pen_enter (TlPen *self, gdouble x, gdouble y, gdouble k, gdouble angle, gboolean flip)
{
  cairo_save (self->cr);
  cairo_translate (self->cr, x, y);
  if (angle != 0)
    cairo_rotate (self->cr, angle);
  cairo_scale (self->cr, flip ? -k : k, k);
  self->unit *= k;
}

void
tl_pen_leave (TlPen *self, gdouble outer)
{
  cairo_restore (self->cr);
  self->unit = outer;
}

gboolean
tl_pen_chance (TlPen *self, gdouble p)
{
  return tl_random_uniform (&self->random) < p;
}

/* Three draws, of which the first is only good for white and the second for black. That is two more
 * than are needed, but what is drawn later depends on how many there were, and the pictures of all
 * seeds were made with these. The last may leave 0 ... 1 by a little, which cairo clips. */
static gdouble
vary_channel (TlPen *self, gdouble value, gdouble amount)
{
  if (value + tl_random_range (&self->random, -amount, amount) > 1)
    return 1;
  if (value + tl_random_range (&self->random, -amount, amount) < 0)
    return 0;
  return value + tl_random_range (&self->random, -amount, amount);
}

TlRgb
tl_pen_vary (TlPen *self, TlRgb colour, gdouble amount)
{
  TlRgb varied;

  varied.r = vary_channel (self, colour.r, amount);
  varied.g = vary_channel (self, colour.g, amount);
  varied.b = vary_channel (self, colour.b, amount);
  return varied;
}

static void
set_colour (TlPen *self, TlRgb c)
{
  cairo_set_source_rgb (self->cr, c.r, c.g, c.b);
}

/* What a fill of this colour is in the style. */
static TlRgb
tint_fill (TlPen *self, TlRgb c)
{
  gdouble luma = tl_rgb_get_luma (c);

  switch (self->style)
    {
    case TL_STYLE_LINE:
      return tl_rgb_mix (self->paper, self->ink, luma < 0.25 ? 0.75 : luma < DARK ? 0.22 : 0);
    case TL_STYLE_BLUEPRINT:
      return tl_rgb_mix (self->paper, self->ink, luma < 0.25 ? 0.28 : luma < DARK ? 0.16 : 0.07);
    case TL_STYLE_CHALK:
      return tl_rgb_mix (self->paper, c, 0.62);
    case TL_STYLE_WATERCOLOUR:
      return tl_rgb_mix (self->paper, c, 0.84);
    default:
      return c;
    }
}

/* What a mark upon a fill is. */
static TlRgb
tint_mark (TlPen *self, TlRgb c)
{
  gdouble luma = tl_rgb_get_luma (c);

  switch (self->style)
    {
    case TL_STYLE_LINE:
    case TL_STYLE_BLUEPRINT:
      return luma < DARK ? self->ink : tint_fill (self, c);
    case TL_STYLE_CHALK:
      return luma < 0.2 ? tl_rgb_mix (self->paper, c, 0.3) : tl_rgb_mix (self->paper, c, 0.85);
    case TL_STYLE_WATERCOLOUR:
      return tl_rgb_mix (self->paper, c, 0.92);
    default:
      return c;
    }
}

static TlRgb
tint_outline (TlPen *self, TlRgb c)
{
  switch (self->style)
    {
    case TL_STYLE_CHALK:
      return tl_rgb_mix (c, self->ink, 0.6);
    case TL_STYLE_WATERCOLOUR:
      return tl_rgb_mix (self->paper, tl_rgb_darken (c, 0.35), 0.8);
    default:
      return self->ink;
    }
}

static gboolean
is_drawn (const TlPen *self)
{
  return self->style == TL_STYLE_LINE || self->style == TL_STYLE_BLUEPRINT;
}

static void
paint (TlPen *self, TlRgb colour)
{
  set_colour (self, tint_fill (self, colour));
  if (!self->has_outline)
    {
      cairo_fill (self->cr);
      return;
    }

  cairo_fill_preserve (self->cr);
  set_colour (self, tint_outline (self, colour));
  cairo_set_line_width (self->cr, self->line / self->unit);
  cairo_stroke (self->cr);
}

static void
mark (TlPen *self, TlRgb colour)
{
  set_colour (self, tint_mark (self, colour));
  if (!is_drawn (self) || tl_rgb_get_luma (colour) < DARK)
    {
      cairo_fill (self->cr);
      return;
    }

  /* A light mark on a light shape is only seen by its edge. */
  cairo_fill_preserve (self->cr);
  set_colour (self, self->ink);
  cairo_set_line_width (self->cr, 0.6 * self->line / self->unit);
  cairo_stroke (self->cr);
}

/* Locale and hexadecimal do not matter to our own short numbers, so strtod() would only be slow. */
static gdouble
read_number (const char **text)
{
  const char *p = *text;
  gdouble value = 0, place = 1;
  gboolean negative;

  while (*p == ' ' || *p == ',')
    p++;
  negative = *p == '-';
  if (negative)
    p++;
  for (; g_ascii_isdigit (*p); p++)
    value = value * 10 + (*p - '0');
  if (*p == '.')
    for (p++; g_ascii_isdigit (*p); p++)
      value += (*p - '0') * (place *= 0.1);

  *text = p;
  return negative ? -value : value;
}

static void
quadratic_to (cairo_t *cr, gdouble x1, gdouble y1, gdouble x, gdouble y)
{
  gdouble x0, y0;

  cairo_get_current_point (cr, &x0, &y0);
  cairo_curve_to (cr, x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3, x + (x1 - x) * 2 / 3,
                  y + (y1 - y) * 2 / 3, x, y);
}

static void
trace (cairo_t *cr, const char *path)
{
  const char *p = path;
  gdouble n[6];

  while (*p != '\0')
    {
      char command = *p++;
      guint n_numbers = 0;

      switch (command)
        {
        case 'M':
        case 'L':
          n_numbers = 2;
          break;
        case 'Q':
          n_numbers = 4;
          break;
        case 'C':
          n_numbers = 6;
          break;
        case 'Z':
          cairo_close_path (cr);
          continue;
        default:
          g_assert (command == ' ');
          continue;
        }

      for (guint i = 0; i < n_numbers; i++)
        n[i] = read_number (&p);
      if (command == 'M')
        cairo_move_to (cr, n[0], n[1]);
      else if (command == 'L')
        cairo_line_to (cr, n[0], n[1]);
      else if (command == 'Q')
        quadratic_to (cr, n[0], n[1], n[2], n[3]);
      else
        cairo_curve_to (cr, n[0], n[1], n[2], n[3], n[4], n[5]);
    }
}

static void
trace_oval (cairo_t *cr, gdouble x, gdouble y, gdouble rx, gdouble ry, gdouble angle)
{
  cairo_matrix_t outer;

  cairo_get_matrix (cr, &outer);
  cairo_translate (cr, x, y);
  if (angle != 0)
    cairo_rotate (cr, angle);
  cairo_scale (cr, rx, ry);
  cairo_new_sub_path (cr);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_close_path (cr);
  cairo_set_matrix (cr, &outer);
}

void
tl_pen_path (TlPen *self, const char *path, TlRgb colour)
{
  trace (self->cr, path);
  paint (self, colour);
}

void
tl_pen_tilted_oval (TlPen *self, gdouble x, gdouble y, gdouble rx, gdouble ry, gdouble angle,
                    TlRgb colour)
{
  trace_oval (self->cr, x, y, rx, ry, angle);
  paint (self, colour);
}

void
tl_pen_oval (TlPen *self, gdouble x, gdouble y, gdouble rx, gdouble ry, TlRgb colour)
{
  tl_pen_tilted_oval (self, x, y, rx, ry, 0, colour);
}

void
tl_pen_box (TlPen *self, gdouble x, gdouble y, gdouble w, gdouble h, gdouble radius, TlRgb colour)
{
  cairo_t *cr = self->cr;

  if (radius == 0)
    {
      cairo_rectangle (cr, x, y, w, h);
    }
  else
    {
      cairo_new_sub_path (cr);
      cairo_arc (cr, x + w - radius, y + radius, radius, -G_PI / 2, 0);
      cairo_arc (cr, x + w - radius, y + h - radius, radius, 0, G_PI / 2);
      cairo_arc (cr, x + radius, y + h - radius, radius, G_PI / 2, G_PI);
      cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
      cairo_close_path (cr);
    }
  paint (self, colour);
}

void
tl_pen_star (TlPen *self, gdouble x, gdouble y, guint n, gdouble outer, gdouble inner, TlRgb colour)
{
  for (guint i = 0; i < 2 * n; i++)
    {
      gdouble angle = G_PI * i / n;
      gdouble radius = i % 2 == 0 ? outer : inner;

      cairo_line_to (self->cr, x + radius * sin (angle), y - radius * cos (angle));
    }
  cairo_close_path (self->cr);
  paint (self, colour);
}

void
tl_pen_tube (TlPen *self, const char *path, gdouble width, TlRgb colour)
{
  trace (self->cr, path);
  if (self->has_outline)
    {
      set_colour (self, tint_outline (self, colour));
      cairo_set_line_width (self->cr, width + self->line / self->unit);
      cairo_stroke_preserve (self->cr);
      width -= self->line / self->unit;
    }
  set_colour (self, tint_fill (self, colour));
  cairo_set_line_width (self->cr, MAX (width, 0.5 * self->pixel / self->unit));
  cairo_stroke (self->cr);
}

void
tl_pen_patch (TlPen *self, const char *path, TlRgb colour)
{
  trace (self->cr, path);
  mark (self, colour);
}

void
tl_pen_dot (TlPen *self, gdouble x, gdouble y, gdouble rx, gdouble ry, TlRgb colour)
{
  trace_oval (self->cr, x, y, rx, ry, 0);
  mark (self, colour);
}

void
tl_pen_bar (TlPen *self, gdouble x, gdouble y, gdouble w, gdouble h, TlRgb colour)
{
  cairo_rectangle (self->cr, x, y, w, h);
  mark (self, colour);
}

void
tl_pen_line (TlPen *self, const char *path, gdouble width, TlRgb colour)
{
  gdouble least = 0.8 * self->pixel / self->unit;

  trace (self->cr, path);
  if (self->style == TL_STYLE_LINE || self->style == TL_STYLE_BLUEPRINT)
    {
      set_colour (self, self->ink);
      width = MIN (width, self->line / self->unit);
    }
  else
    set_colour (self, tint_mark (self, colour));
  cairo_set_line_width (self->cr, MAX (width, least));
  cairo_stroke (self->cr);
}

void
tl_pen_bead (TlPen *self, gdouble x, gdouble y, gdouble r)
{
  TlRgb dark = self->style == TL_STYLE_CHALK ? TL_RGB (0, 0, 0) : TL_RGB_COAL;

  tl_pen_dot (self, x, y, r, r * 1.15, dark);
  if (self->style == TL_STYLE_BLUEPRINT || r * self->unit < 1.2 * self->pixel)
    return;
  trace_oval (self->cr, x + r * 0.3, y - r * 0.4, r * 0.34, r * 0.34, 0);
  cairo_set_source_rgb (self->cr, 1, 1, 1);
  cairo_fill (self->cr);
}

void
tl_pen_eye (TlPen *self, gdouble x, gdouble y, gdouble r)
{
  if (self->style == TL_STYLE_BLUEPRINT || self->style == TL_STYLE_LINE)
    tl_pen_oval (self, x, y, r, r, TL_RGB (1, 1, 1));
  else
    tl_pen_dot (self, x, y, r, r, TL_RGB (1, 1, 1));
  tl_pen_bead (self, x + r * 0.15, y + r * 0.1, r * 0.58);
}

static TlRgb
tint_ground (TlPen *self, TlRgb c)
{
  switch (self->style)
    {
    case TL_STYLE_LINE:
      return self->paper;
    case TL_STYLE_BLUEPRINT:
      return self->paper;
    case TL_STYLE_CHALK:
      return tl_rgb_mix (self->paper, c, 0.30);
    case TL_STYLE_WATERCOLOUR:
      return tl_rgb_mix (self->paper, c, 0.72);
    default:
      return c;
    }
}

void
tl_pen_wash (TlPen *self, gdouble y0, gdouble y1, TlRgb top, TlRgb bottom)
{
  cairo_pattern_t *gradient;

  cairo_rectangle (self->cr, 0, y0, 1, y1 - y0);
  top = tint_ground (self, top);
  bottom = tint_ground (self, bottom);
  if (self->style == TL_STYLE_LINE || self->style == TL_STYLE_BLUEPRINT)
    {
      set_colour (self, top);
      cairo_fill (self->cr);
      return;
    }

  gradient = cairo_pattern_create_linear (0, y0, 0, y1);
  cairo_pattern_add_color_stop_rgb (gradient, 0, top.r, top.g, top.b);
  cairo_pattern_add_color_stop_rgb (gradient, 1, bottom.r, bottom.g, bottom.b);
  cairo_set_source (self->cr, gradient);
  cairo_fill (self->cr);
  cairo_pattern_destroy (gradient);
}

void
tl_pen_land (TlPen *self, TlRgb colour)
{
  set_colour (self, tint_ground (self, colour));
  if (self->style != TL_STYLE_LINE && self->style != TL_STYLE_BLUEPRINT
      && self->style != TL_STYLE_CHALK)
    {
      cairo_fill (self->cr);
      return;
    }

  cairo_fill_preserve (self->cr);
  set_colour (self, tl_rgb_mix (tint_ground (self, colour), self->ink, 0.6));
  cairo_set_line_width (self->cr, MAX (0.7 * self->line, 0.8 * self->pixel) / self->unit);
  cairo_stroke (self->cr);
}
