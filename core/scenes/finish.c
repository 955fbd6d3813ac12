/* finish.c - what paint and paper do to a drawing: one pass over the pixels
 *
 * Filters would cost more than the drawing. Instead, tables of one tile say for each pixel where
 * its colour comes from and how much the material changes it; they repeat without a seam, and each
 * picture starts at another place of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/finish.h"

#include <math.h>
#include <string.h>

#define TILE 256
#define N_STROKES 12000
/* In pixels of the tile. */
#define HALF_LENGTH 6
#define HALF_WIDTH 2.2

typedef struct
{
  gint8 dx[TILE][TILE], dy[TILE][TILE]; /* to the middle of the stroke */
  gint8 light[TILE][TILE], bristle[TILE][TILE];
} Strokes;

typedef struct
{
  guint8 blotch[TILE][TILE], grain[TILE][TILE];
} Paper;

static void
paint_stroke (Strokes *strokes, TlRandom *random)
{
  gint cx = (gint) tl_random_below (random, TILE), cy = (gint) tl_random_below (random, TILE);
  /* Neighbours lie alike; the field closes over the edges of the tile. */
  gdouble angle = 0.9 * sin (2 * G_PI * cx / TILE) + 0.9 * cos (2 * G_PI * cy / TILE)
                  + 0.25 * tl_random_normal (random);
  gdouble c = cos (angle), s = sin (angle);
  gint light = (gint) tl_random_range (random, -44, 44);

  for (gint y = -HALF_LENGTH; y <= HALF_LENGTH; y++)
    for (gint x = -HALF_LENGTH; x <= HALF_LENGTH; x++)
      {
        gdouble along = c * x + s * y, across = c * y - s * x;
        gint tx = (cx + x) & (TILE - 1), ty = (cy + y) & (TILE - 1);

        if (fabs (along) > HALF_LENGTH || fabs (across) > HALF_WIDTH)
          continue;
        strokes->dx[ty][tx] = (gint8) -x;
        strokes->dy[ty][tx] = (gint8) -y;
        strokes->light[ty][tx] = (gint8) light;
        strokes->bristle[ty][tx] = (gint8) (30 * sin (across * 3.0));
      }
}

static const Strokes *
get_strokes (void)
{
  static Strokes *shared;

  if (g_once_init_enter (&shared))
    {
      Strokes *made = g_new0 (Strokes, 1);
      TlRandom random;

      tl_random_init (&random, 0, 0, TL_PURPOSE_SCENE, 2);
      for (guint i = 0; i < N_STROKES; i++)
        paint_stroke (made, &random);
      g_once_init_leave (&shared, made);
    }
  return shared;
}

/* Smooth noise that repeats, from a lattice of @n points a side. */
static void
add_noise (gfloat *sum, guint n, gfloat weight, TlRandom *random)
{
  g_autofree gfloat *lattice = g_new (gfloat, n * n);

  for (guint i = 0; i < n * n; i++)
    lattice[i] = (gfloat) tl_random_range (random, -1, 1);
  for (guint y = 0; y < TILE; y++)
    for (guint x = 0; x < TILE; x++)
      {
        gfloat u = (gfloat) x * n / TILE, v = (gfloat) y * n / TILE;
        guint i = (guint) u, j = (guint) v, i1 = (i + 1) % n, j1 = (j + 1) % n;
        gfloat fu = u - i, fv = v - j;

        fu = fu * fu * (3 - 2 * fu);
        fv = fv * fv * (3 - 2 * fv);
        sum[y * TILE + x] +=
          weight
          * ((lattice[j * n + i] * (1 - fu) + lattice[j * n + i1] * fu) * (1 - fv)
             + (lattice[j1 * n + i] * (1 - fu) + lattice[j1 * n + i1] * fu) * fv);
      }
}

static void
fill_tile (guint8 tile[TILE][TILE], const guint *lattices, guint n_lattices, TlRandom *random)
{
  g_autofree gfloat *sum = g_new0 (gfloat, TILE * TILE);

  for (guint i = 0; i < n_lattices; i++)
    add_noise (sum, lattices[i], i == 0 ? 0.7f : 0.4f, random);
  for (guint i = 0; i < TILE * TILE; i++)
    tile[i / TILE][i % TILE] = (guint8) CLAMP (128 + 128 * sum[i], 0, 255);
}

static const Paper *
get_paper (void)
{
  static Paper *shared;

  if (g_once_init_enter (&shared))
    {
      const guint blotches[] = { 8, 20, 64 }, grains[] = { 128, 64 };
      Paper *made = g_new (Paper, 1);
      TlRandom random;

      tl_random_init (&random, 0, 0, TL_PURPOSE_SCENE, 3);
      fill_tile (made->blotch, blotches, G_N_ELEMENTS (blotches), &random);
      fill_tile (made->grain, grains, G_N_ELEMENTS (grains), &random);
      g_once_init_leave (&shared, made);
    }
  return shared;
}

static guint32 *
get_row (const TlCanvas *canvas, guint y)
{
  return (guint32 *) (gpointer) (canvas->pixels + (gsize) canvas->stride * y);
}

static guint32
pack (gint r, gint g, gint b)
{
  return 0xFF000000u | (guint32) CLAMP (r, 0, 255) << 16 | (guint32) CLAMP (g, 0, 255) << 8
         | (guint32) CLAMP (b, 0, 255);
}

/* From @p towards @q by @t of 256. */
static guint32
blend (guint32 p, guint32 q, gint t)
{
  gint r = p >> 16 & 255, g = p >> 8 & 255, b = p & 255;
  gint r1 = q >> 16 & 255, g1 = q >> 8 & 255, b1 = q & 255;

  return pack (r + (r1 - r) * t / 256, g + (g1 - g) * t / 256, b + (b1 - b) * t / 256);
}

static guint32
pack_rgb (TlRgb c)
{
  return pack ((gint) (c.r * 255 + 0.5), (gint) (c.g * 255 + 0.5), (gint) (c.b * 255 + 0.5));
}

void
tl_finish_oil (const TlCanvas *canvas, TlRandom *random)
{
  const Strokes *strokes = get_strokes ();
  guint size = canvas->size, ox = tl_random_below (random, TILE),
        oy = tl_random_below (random, TILE);
  /* Pixels of the tile for one of the picture, so that strokes grow with it; 1 / 1024ths. */
  guint step = (guint) (1024 * tl_random_range (random, 0.85, 1.25) * TILE / size);
  gboolean has_bristles;
  gint reach = 1024;
  g_autofree guint32 *copy = g_new (guint32, (gsize) size * size);

  /* In a small picture, bristles and strokes one pixel wide would only be noise. */
  if (step > 2 * 1024)
    {
      /* Nor would a face of few pixels survive to be moved by as many. */
      reach = 700;
      step = 2 * 1024 + (step - 2 * 1024) / 4;
    }
  has_bristles = step <= 2 * 1024;
  for (guint y = 0; y < size; y++)
    memcpy (copy + (gsize) y * size, get_row (canvas, y), size * sizeof *copy);
  for (guint y = 0; y < size; y++)
    {
      guint32 *row = get_row (canvas, y);
      guint ty = (oy + y * step / 1024) & (TILE - 1);

      for (guint x = 0; x < size; x++)
        {
          guint tx = (ox + x * step / 1024) & (TILE - 1);
          gint sx = (gint) x + strokes->dx[ty][tx] * reach / (gint) step;
          gint sy = (gint) y + strokes->dy[ty][tx] * reach / (gint) step;
          guint32 p =
            copy[(gsize) CLAMP (sy, 0, (gint) size - 1) * size + CLAMP (sx, 0, (gint) size - 1)];
          gint light =
            (strokes->light[ty][tx] + (has_bristles ? strokes->bristle[ty][tx] : 0)) * 5 / 16;

          row[x] = pack ((gint) (p >> 16 & 255) + light, (gint) (p >> 8 & 255) + light,
                         (gint) (p & 255) + light);
        }
    }
}

void
tl_finish_watercolour (const TlCanvas *canvas, TlRgb paper, TlRandom *random)
{
  const Paper *texture = get_paper ();
  guint size = canvas->size, ox = tl_random_below (random, TILE),
        oy = tl_random_below (random, TILE);
  guint32 white = pack_rgb (paper);
  gint margin =
    tl_random_uniform (random) < 0.5 ? (gint) (256 * tl_random_range (random, 0.03, 0.07)) : -256;

  for (guint y = 0; y < size; y++)
    {
      guint32 *row = get_row (canvas, y);
      guint ty = y * TILE / size;
      gint edge_y = (gint) MIN (ty, TILE - 1 - ty);

      for (guint x = 0; x < size; x++)
        {
          guint tx = x * TILE / size;
          gint blotch = texture->blotch[(ty + oy) & (TILE - 1)][(tx + ox) & (TILE - 1)];
          gint grain = texture->grain[(ty + ox) & (TILE - 1)][(tx + oy) & (TILE - 1)];
          gint edge = MIN (edge_y, (gint) MIN (tx, TILE - 1 - tx)) + (blotch - 128) / 16;
          gint bare = CLAMP (margin - edge, 0, 6) * 256 / 6;

          row[x] =
            blend (row[x], white, MAX (bare, MAX (0, (blotch - 84) / 2 + (grain - 128) / 6)));
        }
    }
}

void
tl_finish_chalk (const TlCanvas *canvas, TlRgb board, TlRandom *random)
{
  const Paper *texture = get_paper ();
  guint size = canvas->size, ox = tl_random_below (random, TILE),
        oy = tl_random_below (random, TILE);
  guint32 dark = pack_rgb (board);

  for (guint y = 0; y < size; y++)
    {
      guint32 *row = get_row (canvas, y);

      for (guint x = 0; x < size; x++)
        {
          guint tx = x * TILE / size, ty = y * TILE / size;
          gint grain = texture->grain[(ty + oy) & (TILE - 1)][(tx + ox) & (TILE - 1)];

          row[x] = blend (row[x], dark, CLAMP ((grain - 96) * 5 / 4, 0, 150));
        }
    }
}

void
tl_finish_pixels (const TlCanvas *canvas, const guint32 *small, guint side)
{
  for (guint y = 0; y < canvas->size; y++)
    {
      guint32 *row = get_row (canvas, y);
      const guint32 *source = small + (gsize) (y * side / canvas->size) * side;

      for (guint x = 0; x < canvas->size; x++)
        row[x] = source[x * side / canvas->size];
    }
}
