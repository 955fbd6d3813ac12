/* test-sheet.c - contact sheets hold every picture, whatever their number, size and words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/sheet.h"

#include <math.h>
#include <string.h>

/* All of one colour. */
static TlFrame *
make_frame (guint width, guint height, guint32 color)
{
  guint32 *pixels = g_new (guint32, (gsize) width * height);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < (gsize) width * height; i++)
    pixels[i] = 0xff000000u | color;
  bytes = g_bytes_new_take (pixels, (gsize) width * height * 4);
  return tl_frame_new (width, height, (gsize) width * 4, bytes, 100, 0.3);
}

static guint
count_color (TlFrame *sheet, guint32 color)
{
  const guint8 *pixels = g_bytes_get_data (tl_frame_get_pixels (sheet), NULL);
  guint n = 0;

  for (guint y = 0; y < tl_frame_get_height (sheet); y++)
    for (guint x = 0; x < tl_frame_get_width (sheet); x++)
      {
        guint32 pixel;

        memcpy (&pixel, pixels + y * tl_frame_get_stride (sheet) + 4 * x, sizeof pixel);
        n += (pixel & 0xffffff) == color;
      }
  return n;
}

/* Unlike each other, the background and the words. */
static guint32
color_of (guint index)
{
  return 0x10ff00 + index * 0x050005;
}

static TlFrame *
draw (guint n, guint width, guint height, const char *title)
{
  g_autofree TlSheetCell *cells = g_new (TlSheetCell, n);
  g_autoptr (GError) error = NULL;
  TlFrame *sheet;

  for (guint i = 0; i < n; i++)
    cells[i] = (TlSheetCell){ make_frame (width, height, color_of (i)), G_MAXUINT64 - i,
                              i % 2 == 0 ? 0.25 : NAN, i % 4 == 0 ? 0.5 : NAN };
  sheet = tl_sheet_draw (cells, n, title, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    tl_frame_unref (cells[i].frame);
  return sheet;
}

static void
each_picture_is_there_once (void)
{
  for (guint n = 1; n <= 32; n++)
    {
      g_autoptr (TlFrame) sheet = draw (n, 24, 16, "a red tractor");

      for (guint i = 0; i < n; i++)
        g_assert_cmpuint (count_color (sheet, color_of (i)), ==, 24 * 16);
      /* Everything else is ground and words. */
      g_assert_cmpuint (count_color (sheet, 0x232323), >, 24 * 16);
    }
}

static void
large_pictures_are_drawn_smaller (void)
{
  g_autoptr (TlFrame) sheet = draw (2, 2048, 1024, NULL);
  guint n = count_color (sheet, color_of (1));

  g_assert_cmpuint (tl_frame_get_width (sheet), <, 2 * TL_SHEET_MAX_SIDE + 100);
  /* Less its edge, which is mixed with the ground. */
  g_assert_cmpuint (n, >, (TL_SHEET_MAX_SIDE - 4) * (TL_SHEET_MAX_SIDE / 2 - 4));
  g_assert_cmpuint (n, <=, TL_SHEET_MAX_SIDE * TL_SHEET_MAX_SIDE / 2);
}

static void
any_title_will_do (void)
{
  g_autofree char *endless = g_strnfill (20000, 'w');
  const char *const titles[] = {
    "", "a\nb\tc", "雪の ☃ tractor", "\xff\xfe broken", endless,
  };
  g_autoptr (TlFrame) plain = draw (3, 64, 64, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      g_autoptr (TlFrame) sheet = draw (3, 64, 64, titles[i]);

      g_assert_cmpuint (tl_frame_get_width (sheet), ==, tl_frame_get_width (plain));
      g_assert_cmpuint (count_color (sheet, color_of (2)), ==, 64 * 64);
    }
}

/* Words change the sheet, so they are on it. */
static void
words_are_drawn (void)
{
  g_autoptr (TlFrame) one = draw (1, 64, 64, "snow");
  g_autoptr (TlFrame) same = draw (1, 64, 64, "snow");
  g_autoptr (TlFrame) other = draw (1, 64, 64, "rain");

  g_assert_true (g_bytes_equal (tl_frame_get_pixels (one), tl_frame_get_pixels (same)));
  g_assert_false (g_bytes_equal (tl_frame_get_pixels (one), tl_frame_get_pixels (other)));
}

/* Beside the longest seed, and under a small picture, as well. */
static void
similarities_are_not_cut (void)
{
  const guint64 seeds[] = { 7, G_MAXUINT32, G_MAXUINT64 };
  g_autoptr (TlFrame) picture = make_frame (128, 128, color_of (0));

  for (gsize i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autoptr (TlFrame) one =
        tl_sheet_draw (&(TlSheetCell){ picture, seeds[i], 0.25, NAN }, 1, NULL, NULL);
      g_autoptr (TlFrame) other =
        tl_sheet_draw (&(TlSheetCell){ picture, seeds[i], 0.26, NAN }, 1, NULL, NULL);

      g_assert_false (g_bytes_equal (tl_frame_get_pixels (one), tl_frame_get_pixels (other)));
    }
}

static void
what_a_judge_says_is_drawn (void)
{
  g_autoptr (TlFrame) picture = make_frame (256, 64, color_of (0));
  const TlSheetCell cells[] = { { picture, 7, 0.25, NAN },
                                { picture, 7, 0.25, 0.5 },
                                { picture, 7, 0.25, 0.75 } };
  TlFrame *sheets[G_N_ELEMENTS (cells)];

  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++)
    sheets[i] = tl_sheet_draw (&cells[i], 1, NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      gsize next = (i + 1) % G_N_ELEMENTS (cells);

      g_assert_false (
        g_bytes_equal (tl_frame_get_pixels (sheets[i]), tl_frame_get_pixels (sheets[next])));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++)
    tl_frame_unref (sheets[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sheet/pictures", each_picture_is_there_once);
  g_test_add_func ("/sheet/large", large_pictures_are_drawn_smaller);
  g_test_add_func ("/sheet/titles", any_title_will_do);
  g_test_add_func ("/sheet/words", words_are_drawn);
  g_test_add_func ("/sheet/similarity", similarities_are_not_cut);
  g_test_add_func ("/sheet/judge", what_a_judge_says_is_drawn);
  return g_test_run ();
}
