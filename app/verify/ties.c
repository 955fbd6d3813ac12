/* ties.c - where the gradient of a maximum is a matter of the last digit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/ties.h"
#include "config.h"

#define MAX_TIES 32
/* Enough to come out on top of the rounding of the addition itself. */
#define CLEARANCE 2e-7f

typedef struct
{
  const gfloat *pixels;
  gint64 height, width, size;
  gfloat margin;
  GArray *ties;
} Search;

/* Adaptive pooling's windows: floor (i · n / size) to ceil ((i + 1) · n / size). */
static gint64
window_start (gint64 i, gint64 n, gint64 size)
{
  return i * n / size;
}

static gint64
window_end (gint64 i, gint64 n, gint64 size)
{
  return ((i + 1) * n + size - 1) / size;
}

static void
search_window (const Search *self, gint64 channel, gint64 row, gint64 column)
{
  gint64 top = window_start (row, self->height, self->size);
  gint64 bottom = window_end (row, self->height, self->size);
  gint64 left = window_start (column, self->width, self->size);
  gint64 right = window_end (column, self->width, self->size);
  const gfloat *plane = self->pixels + channel * self->height * self->width;
  gfloat largest = -G_MAXFLOAT;

  for (gint64 y = top; y < bottom; y++)
    for (gint64 x = left; x < right; x++)
      largest = MAX (largest, plane[y * self->width + x]);

  for (gint64 y = top; y < bottom; y++)
    for (gint64 x = left; x < right; x++)
      {
        const gfloat *pixel = &plane[y * self->width + x];
        gfloat apart = largest - *pixel;
        Tie tie = { (gsize) (pixel - self->pixels), apart + CLEARANCE };

        if (apart > 0 && apart < self->margin && self->ties->len < MAX_TIES)
          g_array_append_val (self->ties, tie);
      }
}

GArray *
ties_find (TlScope *s, TlTensor *picture, gint64 size, gdouble margin)
{
  GArray *ties = g_array_new (FALSE, FALSE, sizeof (Tie));
  g_autofree gfloat *pixels = NULL;
  Search search = { .size = size, .margin = (gfloat) margin, .ties = ties };
  gsize n;

  if (tl_scope_has_failed (s))
    return ties;

  n = tl_tensor_get_n_elements (picture);
  pixels = g_new (gfloat, n);
  if (!tl_to_floats (s, picture, pixels, n))
    return ties;

  search.pixels = pixels;
  search.height = tl_tensor_get_size (picture, 2);
  search.width = tl_tensor_get_size (picture, 3);
  for (gint64 c = 0; c < 3; c++)
    for (gint64 row = 0; row < size; row++)
      for (gint64 column = 0; column < size; column++)
        search_window (&search, c, row, column);
  return ties;
}

TlTensor *
ties_make_nudge (TlScope *s, TlTensor *picture, GArray *chosen)
{
  g_autofree gfloat *lifts = NULL;
  gint64 height = tl_tensor_get_size (picture, 2), width = tl_tensor_get_size (picture, 3);

  if (tl_scope_has_failed (s))
    return NULL;

  lifts = g_new0 (gfloat, tl_tensor_get_n_elements (picture));
  for (guint i = 0; i < chosen->len; i++)
    {
      const Tie *tie = &g_array_index (chosen, Tie, i);

      lifts[tie->index] = tie->lift;
    }
  return tl_to_like (s, tl_from_floats (s, lifts, TL_SHAPE (1, 3, height, width)), picture);
}
