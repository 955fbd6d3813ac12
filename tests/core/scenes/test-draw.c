/* test-draw.c - pictures: the same from every thread, whole at every size, and unlike each other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/scene.h"

#include <string.h>

#define N_THREADS 4
#define N_PICTURES 160
#define SIZE 48

static guint8 *
draw (const TlScene *scene, guint size)
{
  guint8 *pixels = g_malloc0 ((gsize) size * size * 4);

  tl_scene_draw (scene, pixels, (gint) size * 4, size);
  return pixels;
}

static char *
hash (guint64 seed, guint64 index, guint size)
{
  g_autoptr (TlScene) scene = tl_scene_new (seed, index);
  g_autofree guint8 *pixels = draw (scene, size);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, pixels, (gsize) size * size * 4);
}

static gpointer
hash_all (gpointer data)
{
  GPtrArray *hashes = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < N_PICTURES; i++)
    g_ptr_array_add (hashes, hash (5, i, SIZE));
  return hashes;
}

static void
threads_draw_the_same (void)
{
  GThread *threads[N_THREADS];
  g_autoptr (GPtrArray) expected = NULL;
  g_autoptr (GHashTable) distinct = g_hash_table_new (g_str_hash, g_str_equal);

  /* First of all threads at once, so that they race for the textures. */
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("draw", hash_all, NULL);
  expected = hash_all (NULL);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_autoptr (GPtrArray) hashes = g_thread_join (threads[i]);

      for (guint j = 0; j < N_PICTURES; j++)
        g_assert_cmpstr (hashes->pdata[j], ==, expected->pdata[j]);
    }
  for (guint j = 0; j < N_PICTURES; j++)
    g_hash_table_add (distinct, expected->pdata[j]);
  g_assert_cmpuint (g_hash_table_size (distinct), ==, N_PICTURES);
}

/* Opaque, nothing written beside the rows, and not of one colour. */
static void
every_size_is_whole (void)
{
  static const guint sizes[] = { 16, 32, 48, 63, 64, 96, 100, 128, 200, 256 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes) * 4 * TL_N_STYLES; i++)
    {
      guint size = sizes[i % G_N_ELEMENTS (sizes)];
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      gint stride = (gint) size * 4 + 32;
      g_autofree guint8 *pixels = g_malloc ((gsize) stride * size);
      g_autoptr (TlScene) scene = NULL;
      gboolean is_uniform = TRUE;

      parts.style = (gint) (i / G_N_ELEMENTS (sizes)) % TL_N_STYLES;
      scene = tl_scene_new_from (&parts, 6, i);
      memset (pixels, 0xA5, (gsize) stride * size);
      tl_scene_draw (scene, pixels, stride, size);
      for (guint y = 0; y < size; y++)
        {
          const guint32 *row = (const guint32 *) (gpointer) (pixels + (gsize) stride * y);

          for (guint x = 0; x < size; x++)
            {
              g_assert_cmphex (row[x] >> 24, ==, 0xFF);
              is_uniform = is_uniform && row[x] == *(const guint32 *) (gpointer) pixels;
            }
          for (guint x = size; x < size + 8; x++)
            g_assert_cmphex (row[x], ==, 0xA5A5A5A5);
        }
      g_assert_false (is_uniform);
    }
}

/* Mean difference of the channels, 0 ... 255. */
static gdouble
compare (const guint8 *a, const guint8 *b, guint size)
{
  gdouble sum = 0;

  for (guint i = 0; i < size * size * 4; i++)
    sum += ABS (a[i] - b[i]);
  return sum / (size * size * 3);
}

static guint8 *
draw_object (TlObjectKind kind, TlSceneStyle style, gboolean is_there)
{
  TlScene scene = {
    .style = style,
    .background = TL_BACKGROUND_PLAIN,
    .backdrop = TL_COLOUR_WHITE,
    .horizon = 0.6,
    .n_things = is_there,
    .things = { { .kind = kind, .colour = TL_COLOUR_BLUE, .x = 0.5, .y = 0.9, .k = 0.4 } },
  };

  return draw (&scene, 64);
}

/* All in blue, in one place and size: what differs is the drawing. */
static void
objects_differ (void)
{
  static const TlSceneStyle styles[] = { TL_STYLE_CARTOON, TL_STYLE_LINE, TL_STYLE_OIL };

  for (guint s = 0; s < G_N_ELEMENTS (styles); s++)
    {
      g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func (g_free);
      g_autofree guint8 *nothing = draw_object (0, styles[s], FALSE);

      for (guint i = 0; i < TL_N_OBJECTS; i++)
        g_ptr_array_add (pictures, draw_object (i, styles[s], TRUE));
      for (guint i = 0; i < TL_N_OBJECTS; i++)
        {
          g_assert_cmpfloat (compare (pictures->pdata[i], nothing, 64), >, 3);
          for (guint j = 0; j < i; j++)
            g_assert_cmpfloat (compare (pictures->pdata[i], pictures->pdata[j], 64), >, 3);
        }
    }
}

/* The colour that is named is the one that is seen. */
static void
colours_are_seen (void)
{
  TlScene scene = {
    .style = TL_STYLE_FLAT,
    .background = TL_BACKGROUND_PLAIN,
    .backdrop = TL_COLOUR_WHITE,
    .n_things = 1,
    .things = { { .kind = TL_OBJECT_CAR, .x = 0.5, .y = 0.9, .k = 0.4 } },
  };
  static const struct
  {
    TlColour colour;
    guint strong, weak; /* bytes of the pixel: blue 0, green 1, red 2 */
  } cases[] = {
    { TL_COLOUR_RED, 2, 0 },
    { TL_COLOUR_BLUE, 0, 2 },
    { TL_COLOUR_GREEN, 1, 2 },
    { TL_COLOUR_YELLOW, 2, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree guint8 *pixels = NULL;
      const guint8 *middle;

      scene.things[0].colour = cases[i].colour;
      pixels = draw (&scene, 100);
      /* Below the windows, between the wheels. */
      middle = pixels + (62 * 100 + 54) * 4;
      g_assert_cmpuint (middle[cases[i].strong], >, middle[cases[i].weak] + 60);
    }
}

typedef gboolean (*IsColour) (guint8 red, guint8 green, guint8 blue);

/* How many pixels of the rectangle, in pixels, are of a colour. */
static guint
count_pixels (const guint8 *pixels, guint size, guint left, guint right, IsColour is_colour)
{
  guint n = 0;

  for (guint y = 0; y < size; y++)
    for (guint x = left; x < right; x++)
      {
        const guint8 *p = pixels + (y * size + x) * 4;

        n += is_colour (p[2], p[1], p[0]);
      }
  return n;
}

static gboolean
is_red (guint8 red, guint8 green, guint8 blue)
{
  return red > 180 && green < 100 && blue < 100;
}

static gboolean
is_sunny (guint8 red, guint8 green, guint8 blue)
{
  return red > 235 && green > 150 && green < 235 && blue < 100;
}

static gboolean
is_white (guint8 red, guint8 green, guint8 blue)
{
  return MIN (MIN (red, green), blue) > 235;
}

static gboolean
is_dark (guint8 red, guint8 green, guint8 blue)
{
  return MAX (MAX (red, green), blue) < 60;
}

static void
yellow_lighthouses_are_not_red (void)
{
  TlScene scene = {
    .style = TL_STYLE_FLAT,
    .background = TL_BACKGROUND_PLAIN,
    .backdrop = TL_COLOUR_BLUE,
    .n_things = 1,
    .things = { { TL_OBJECT_LIGHTHOUSE, TL_COLOUR_YELLOW, 0.5, 0.9, 0.4, FALSE, FALSE } },
  };

  /* Shades differ. */
  for (scene.index = 0; scene.index < 40; scene.index++)
    {
      g_autofree guint8 *pixels = draw (&scene, 100);

      g_assert_cmpuint (count_pixels (pixels, 100, 0, 100, is_red), ==, 0);
    }
}

/* Away from what is in the sky, even if the first thing is on that side, on the ground. */
static void
suns_are_not_behind_things (void)
{
  TlScene scene = {
    .style = TL_STYLE_FLAT,
    .background = TL_BACKGROUND_MEADOW,
    .horizon = 0.6,
    .extras = TL_EXTRA_SUN,
    .n_things = 2,
    .things = { { TL_OBJECT_HOUSE, TL_COLOUR_BLUE, 0.26, 0.9, 0.2, FALSE, FALSE },
                { TL_OBJECT_BALLOON, TL_COLOUR_BLUE, 0.76, 0.5, 0.22, FALSE, FALSE } },
    .relation = TL_RELATION_NEXT_TO,
  };

  for (scene.index = 0; scene.index < 20; scene.index++)
    {
      g_autofree guint8 *pixels = draw (&scene, 100);

      g_assert_cmpuint (count_pixels (pixels, 100, 0, 50, is_sunny), >, 120);
    }
}

/* Where nothing is in their way, on either side. */
static void
suns_are_not_behind_clouds (void)
{
  TlScene scene = {
    .style = TL_STYLE_FLAT,
    .background = TL_BACKGROUND_MOUNTAINS,
    .horizon = 0.6,
    .extras = TL_EXTRA_SUN | TL_EXTRA_CLOUDS,
  };

  for (scene.index = 0; scene.index < 200; scene.index++)
    {
      g_autofree guint8 *pixels = draw (&scene, 100);

      g_assert_cmpuint (count_pixels (pixels, 100, 0, 100, is_sunny), >, 60);
    }
}

/* One is a third of the picture wide at most. */
static void
clouds_are_at_least_two (void)
{
  TlScene scene = {
    .style = TL_STYLE_FLAT,
    .background = TL_BACKGROUND_MEADOW,
    .horizon = 0.6,
    .extras = TL_EXTRA_CLOUDS,
  };

  for (scene.index = 0; scene.index < 60; scene.index++)
    {
      g_autofree guint8 *pixels = draw (&scene, 100);
      guint first = 0, last = 100;

      while (first < 100 && count_pixels (pixels, 100, first, first + 1, is_white) == 0)
        first++;
      while (last > first && count_pixels (pixels, 100, last - 1, last, is_white) == 0)
        last--;
      g_assert_cmpuint (last - first, >, 33);
    }
}

/* "a snowman with a black hat in a balloon" */
static void
hats_are_seen_in_balloons (void)
{
  TlScene scene = {
    .style = TL_STYLE_FLAT,
    .background = TL_BACKGROUND_PLAIN,
    .backdrop = TL_COLOUR_WHITE,
    .n_things = 2,
    .things = { { TL_OBJECT_SNOWMAN, TL_COLOUR_WHITE, 0.5, 0.9, 0.16, FALSE, FALSE },
                { TL_OBJECT_BALLOON, TL_COLOUR_YELLOW, 0.5, 0.9, 0.4, FALSE, FALSE } },
    .relation = TL_RELATION_DRIVING,
  };
  g_autofree guint8 *pixels = draw (&scene, 200);

  g_assert_cmpuint (count_pixels (pixels, 200, 0, 200, is_dark), >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenes/draw/threads-draw-the-same", threads_draw_the_same);
  g_test_add_func ("/scenes/draw/every-size-is-whole", every_size_is_whole);
  g_test_add_func ("/scenes/draw/objects-differ", objects_differ);
  g_test_add_func ("/scenes/draw/colours-are-seen", colours_are_seen);
  g_test_add_func ("/scenes/draw/yellow-lighthouses-are-not-red", yellow_lighthouses_are_not_red);
  g_test_add_func ("/scenes/draw/suns-are-not-behind-things", suns_are_not_behind_things);
  g_test_add_func ("/scenes/draw/suns-are-not-behind-clouds", suns_are_not_behind_clouds);
  g_test_add_func ("/scenes/draw/clouds-are-at-least-two", clouds_are_at_least_two);
  g_test_add_func ("/scenes/draw/hats-are-seen-in-balloons", hats_are_seen_in_balloons);
  return g_test_run ();
}
