/* colour-kernels.cpp - inner loops of changes of colour, for the compiler to vectorise
 *
 * The same arithmetic, choices among equal channels and slopes on borders as the chain of
 * operations in core/steer/colour.c, which is kornia's; all choices are selections between values,
 * so that no pixel branches. The build names each copy in TL_COLOURS.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/torch/colours.h"

namespace
{

/* Below this chroma a pixel is grey and has no hue. */
const float GREY = 1.17549435e-38f;

/* Rec. 601 */
const float RED = 0.299f, GREEN = 0.587f, BLUE = 0.114f;

struct Rgb
{
  float r, g, b;
};

inline float
bound (float x, float least, float most)
{
  x = x < least ? least : x;
  return x > most ? most : x;
}

inline float
is_within (float x, float least, float most)
{
  return x >= least && x <= most ? 1.0f : 0.0f;
}

/* --- HSV --- */

/* Which channels are the largest and the smallest; of equal ones the first. */
struct Order
{
  bool is_green, is_blue;             /* the largest; red where neither */
  bool is_least_green, is_least_blue; /* the smallest, likewise */
};

struct Hsv
{
  float chroma, divisor, lead, saturation, value, depth;
};

inline Order
find_order (Rgb p)
{
  bool is_green = p.r < p.g, is_least_green = p.g < p.r;
  float larger = is_green ? p.g : p.r, smaller = is_least_green ? p.g : p.r;

  return { is_green, larger < p.b, is_least_green, p.b < smaller };
}

inline Hsv
find_hsv (Rgb p, Order o, float epsilon)
{
  float larger = o.is_green ? p.g : p.r, smaller = o.is_least_green ? p.g : p.r;
  float least = o.is_least_blue ? p.b : smaller;
  float lead = o.is_green ? p.b - p.r : p.g - p.b;
  Hsv hsv;

  hsv.value = o.is_blue ? p.b : larger;
  hsv.chroma = hsv.value - least;
  hsv.lead = o.is_blue ? p.r - p.g : lead;
  hsv.divisor = hsv.chroma < GREY ? 1.0f : hsv.chroma;
  hsv.saturation = hsv.chroma / (hsv.value + epsilon);
  hsv.depth = hsv.value * hsv.saturation;
  return hsv;
}

inline float
find_hue (Order o, const Hsv *hsv)
{
  float sextant = o.is_green ? 2.0f : 0.0f;

  return hsv->lead / hsv->divisor + (o.is_blue ? 4.0f : sextant);
}

/* Where the hue is, seen from a channel: 0 ... 6 */
inline float
wrap (float hue)
{
  return hue - 6.0f * __builtin_floorf (hue / 6.0f);
}

/* How much of the depth a channel has on top of the least: 1 ... 2 */
inline float
find_level (float k)
{
  float rising = bound (k - 1.0f, 1.0f, 2.0f), falling = bound (7.0f - k, 1.0f, 2.0f);

  return k < 3.0f ? rising : falling;
}

inline float
find_slope (float k)
{
  float rising = is_within (k - 1.0f, 1.0f, 2.0f), falling = -is_within (7.0f - k, 1.0f, 2.0f);

  return k < 3.0f ? rising : falling;
}

void
turn (TlPixels pixels, const float *__restrict x, const TlHueTurn *how, float *__restrict y)
{
  const ptrdiff_t n = pixels.n;
  const float sixths = how->sixths, epsilon = how->epsilon;

  for (ptrdiff_t i = pixels.begin; i < pixels.end; i++)
    {
      Rgb p = { x[i], x[n + i], x[2 * n + i] };
      Order o = find_order (p);
      Hsv hsv = find_hsv (p, o, epsilon);
      float hue = find_hue (o, &hsv) + sixths;
      float floor = hsv.value - 2.0f * hsv.depth;

      y[i] = hsv.depth * find_level (wrap (hue + 4.0f)) + floor;
      y[n + i] = hsv.depth * find_level (wrap (hue + 2.0f)) + floor;
      y[2 * n + i] = hsv.depth * find_level (wrap (hue)) + floor;
    }
}

void
turn_back (TlPixels pixels, const float *__restrict x, const float *__restrict upstream,
           const TlHueTurn *how, float *__restrict gradient)
{
  const ptrdiff_t n = pixels.n;
  const float sixths = how->sixths, epsilon = how->epsilon;

  for (ptrdiff_t i = pixels.begin; i < pixels.end; i++)
    {
      Rgb p = { x[i], x[n + i], x[2 * n + i] };
      Rgb up = { upstream[i], upstream[n + i], upstream[2 * n + i] };
      Order o = find_order (p);
      Hsv hsv = find_hsv (p, o, epsilon);
      float hue = find_hue (o, &hsv) + sixths;
      float kr = wrap (hue + 4.0f), kg = wrap (hue + 2.0f), kb = wrap (hue);
      float sum = up.r + up.g + up.b;
      float on_depth =
        up.r * find_level (kr) + up.g * find_level (kg) + up.b * find_level (kb) - 2.0f * sum;
      float on_hue =
        hsv.depth * (up.r * find_slope (kr) + up.g * find_slope (kg) + up.b * find_slope (kb));
      float raised = hsv.value + epsilon;
      float on_saturation = on_depth * hsv.value;
      float on_lead = on_hue / hsv.divisor;
      float through_hue = hsv.chroma < GREY ? 0.0f : -on_lead * hsv.lead / hsv.divisor;
      float on_chroma = on_saturation / raised + through_hue;
      float on_value =
        sum + on_depth * hsv.saturation - on_saturation * hsv.saturation / raised + on_chroma;
      /* What is the largest, what the smallest, and which two the lead is between. */
      float r = o.is_blue ? on_lead : o.is_green ? -on_lead : 0.0f;
      float g = o.is_blue ? -on_lead : o.is_green ? 0.0f : on_lead;
      float b = o.is_blue ? 0.0f : o.is_green ? on_lead : -on_lead;

      r += !o.is_blue && !o.is_green ? on_value : 0.0f;
      g += !o.is_blue && o.is_green ? on_value : 0.0f;
      b += o.is_blue ? on_value : 0.0f;
      r -= !o.is_least_blue && !o.is_least_green ? on_chroma : 0.0f;
      g -= !o.is_least_blue && o.is_least_green ? on_chroma : 0.0f;
      b -= o.is_least_blue ? on_chroma : 0.0f;
      gradient[i] = r;
      gradient[n + i] = g;
      gradient[2 * n + i] = b;
    }
}

/* --- saturation --- */

inline float
find_luma (Rgb p)
{
  return p.r * RED + p.g * GREEN + p.b * BLUE;
}

void
saturate (TlPixels pixels, const float *__restrict x, float factor, float *__restrict y)
{
  const ptrdiff_t n = pixels.n;

  for (ptrdiff_t i = pixels.begin; i < pixels.end; i++)
    {
      Rgb p = { x[i], x[n + i], x[2 * n + i] };
      float luma = find_luma (p);

      y[i] = bound (luma + (p.r - luma) * factor, 0.0f, 1.0f);
      y[n + i] = bound (luma + (p.g - luma) * factor, 0.0f, 1.0f);
      y[2 * n + i] = bound (luma + (p.b - luma) * factor, 0.0f, 1.0f);
    }
}

void
saturate_back (TlPixels pixels, const float *__restrict x, const float *__restrict upstream,
               float factor, float *__restrict gradient)
{
  const ptrdiff_t n = pixels.n;

  for (ptrdiff_t i = pixels.begin; i < pixels.end; i++)
    {
      Rgb p = { x[i], x[n + i], x[2 * n + i] };
      float luma = find_luma (p);
      float r = upstream[i] * is_within (luma + (p.r - luma) * factor, 0.0f, 1.0f);
      float g = upstream[n + i] * is_within (luma + (p.g - luma) * factor, 0.0f, 1.0f);
      float b = upstream[2 * n + i] * is_within (luma + (p.b - luma) * factor, 0.0f, 1.0f);
      float on_luma = (r + g + b) * (1.0f - factor);

      gradient[i] = r * factor + on_luma * RED;
      gradient[n + i] = g * factor + on_luma * GREEN;
      gradient[2 * n + i] = b * factor + on_luma * BLUE;
    }
}

} // namespace

extern const TlColours TL_COLOURS = { turn, turn_back, saturate, saturate_back };
