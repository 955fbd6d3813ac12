/* test-difference.c - how far apart two pictures are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/compare/compare-view.h"

#include <math.h>

static TlFrame *
make_frame (guint width, guint height, guint32 pixel)
{
  guint32 *pixels = g_new (guint32, (gsize) width * height);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < (gsize) width * height; i++)
    pixels[i] = pixel;
  bytes = g_bytes_new_take (pixels, 4 * (gsize) width * height);
  return tl_frame_new (width, height, 4 * (gsize) width, bytes, 0, NAN);
}

static guint32
get_pixel (TlFrame *frame, gsize i)
{
  return ((const guint32 *) g_bytes_get_data (tl_frame_get_pixels (frame), NULL))[i];
}

static void
test_pixels (void)
{
  const struct
  {
    guint32 a, b, difference;
  } cases[] = {
    { 0xff102030, 0xff102030, 0xff000000 },
    { 0xff102030, 0xff112030, 0xff020000 },
    { 0xff000000, 0xff0000ff, 0xff0000ff },
    { 0xffffffff, 0xff000000, 0xffffffff },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlFrame) a = make_frame (3, 2, cases[i].a);
      g_autoptr (TlFrame) b = make_frame (3, 2, cases[i].b);
      g_autoptr (TlFrame) there = tl_frame_new_difference (a, b);
      g_autoptr (TlFrame) back = tl_frame_new_difference (b, a);

      g_assert_cmphex (get_pixel (there, 5), ==, cases[i].difference);
      g_assert_cmphex (get_pixel (back, 0), ==, cases[i].difference);
    }
}

static void
test_other_size (void)
{
  g_autoptr (TlFrame) a = make_frame (3, 2, 0xff000000);
  g_autoptr (TlFrame) b = make_frame (2, 3, 0xff000000);

  g_assert_null (tl_frame_new_difference (a, b));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/difference/pixels", test_pixels);
  g_test_add_func ("/difference/other-size", test_other_size);
  return g_test_run ();
}
