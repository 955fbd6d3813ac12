/* test-pixels.c - pictures between tensors and cairo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include "core/base/error.h"

#include <math.h>

#define WIDTH 67
#define HEIGHT 41
#define STRIDE (4 * WIDTH + 12)

/* Every byte in every channel; alpha and the end of each row are to be left alone. */
static void
fill (guint8 *pixels)
{
  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < STRIDE / 4; x++)
      {
        guint i = y * WIDTH + x;

        ((guint32 *) (pixels + y * STRIDE))[x] =
          0xff000000u | ((i * 7) & 0xff) << 16 | ((i * 11 + 3) & 0xff) << 8 | (255 - (i & 0xff));
      }
}

static void
check_round_trip (TlTensor *(*change) (TlScope *s, TlTensor *x))
{
  g_autofree guint8 *in = g_malloc (STRIDE * HEIGHT);
  g_autofree guint8 *out = g_malloc (STRIDE * HEIGHT);
  TlScope *s = tl_scope_open (NULL);

  fill (in);
  memcpy (out, in, STRIDE * HEIGHT);
  for (guint y = 0; y < HEIGHT; y++)
    memset (out + y * STRIDE, 0, 4 * WIDTH);
  g_assert_true (
    tl_to_argb32 (s, change (s, tl_from_argb32 (s, in, STRIDE, WIDTH, HEIGHT)), out, STRIDE));
  g_assert_cmpmem (in, STRIDE * HEIGHT, out, STRIDE * HEIGHT);
  check_scope_close (s);
}

static TlTensor *
as_three_dimensions (TlScope *s, TlTensor *x)
{
  return tl_reshape (s, x, TL_SHAPE (3, HEIGHT, WIDTH));
}

static TlTensor *
as_doubles (TlScope *s, TlTensor *x)
{
  return tl_to_dtype (s, x, TL_FLOAT64);
}

static void
test_round_trip (void)
{
  check_round_trip (tl_contiguous);
  check_round_trip (tl_channels_last);
  check_round_trip (as_three_dimensions);
  check_round_trip (as_doubles);
}

static void
test_channels_and_range (void)
{
  static const guint32 pixel = 0x00ff3300; /* alpha is ignored */
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_argb32 (s, (const guint8 *) &pixel, 4, 1, 1);

  check_close (s, x, (const gdouble[]){ 1, 0.2, 0 }, 3, 1e-7);
  check_scope_close (s);
}

typedef struct
{
  gfloat value;
  guint8 byte;
} Rounding;

static void
test_rounding_and_clamping (void)
{
  static const Rounding cases[] = {
    { -3, 0 },
    { 0.4f / 255, 0 },
    { 0.6f / 255, 1 },
    { 127.4f / 255, 127 },
    { 127.6f / 255, 128 },
    { 254.6f / 255, 255 },
    { 7, 255 },
    { INFINITY, 255 },
    { -INFINITY, 0 },
    { NAN, 0 },
  };
  TlScope *s = tl_scope_open (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint32 pixel = 0;
      guint32 byte = cases[i].byte;

      g_assert_true (
        tl_to_argb32 (s, tl_full (s, cases[i].value, TL_SHAPE (1, 3, 1, 1)), (guint8 *) &pixel, 4));
      g_assert_cmphex (pixel, ==, 0xff000000u | byte << 16 | byte << 8 | byte);
    }
  check_scope_close (s);
}

static void
test_other_shapes_are_refused (void)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  guint8 out[64];

  g_assert_false (tl_to_argb32 (s, tl_zeros (s, TL_SHAPE (1, 4, 2, 2)), out, 8));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/pixels/round-trip", test_round_trip);
  g_test_add_func ("/torch/pixels/channels-and-range", test_channels_and_range);
  g_test_add_func ("/torch/pixels/rounding-and-clamping", test_rounding_and_clamping);
  g_test_add_func ("/torch/pixels/other-shapes-are-refused", test_other_shapes_are_refused);
  return g_test_run ();
}
