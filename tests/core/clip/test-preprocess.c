/* test-preprocess.c - the resize and crop of CLIP's own reader
 *
 * Expected values are Pillow 9.4's, Image.resize (..., BICUBIC) of a picture of floats (mode F, so
 * that nothing is rounded) and the centre crop of torchvision.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/clip/preprocess.h"

#include <math.h>

#define N_POINTS 6

typedef struct
{
  gint64 width, height, out_width, out_height;
  struct
  {
    gint64 x, y;
    gdouble value;
  } points[N_POINTS];
} Case;

/* [1, 3, height, width], every channel the same */
static TlTensor *
make_picture (TlScope *s, gint64 width, gint64 height)
{
  gint64 n = width * height;
  g_autofree gfloat *values = g_new (gfloat, 3 * n);

  for (gint64 i = 0; i < 3 * n; i++)
    {
      gint64 x = i % width, y = i % n / width;

      values[i] = (gfloat) ((x * 7 + y * 13) % 11 / 10.0 + (x % 3 == 0 ? 0.05 * x : 0));
    }
  return tl_from_floats (s, values, TL_SHAPE (1, 3, height, width));
}

static void
check_points (TlScope *s, const Case *c, TlTensor *result)
{
  gint64 n = c->out_width * c->out_height;
  g_autofree gfloat *values = g_new0 (gfloat, 3 * n);

  g_assert_true (tl_to_floats (s, result, values, 3 * n));
  for (gint channel = 0; channel < 3; channel++)
    for (guint i = 0; i < N_POINTS; i++)
      {
        gint64 at = channel * n + c->points[i].y * c->out_width + c->points[i].x;

        g_assert_cmpfloat (fabs (values[at] - c->points[i].value), <, 2e-6);
      }
  g_assert_true (tl_scope_close (s, NULL));
}

static void
test_preprocess (void)
{
  static const Case cases[] = {
    { 40,
      28,
      8,
      8,
      { { 0, 0, 0.646368 },
        { 7, 0, 1.048722 },
        { 0, 7, 0.633084 },
        { 7, 7, 1.062199 },
        { 4, 4, 0.882456 },
        { 3, 2, 0.826551 } } },
    { 17,
      50,
      12,
      12,
      { { 0, 0, 0.420161 },
        { 11, 0, 0.795221 },
        { 0, 11, 0.355739 },
        { 11, 11, 0.555969 },
        { 6, 6, 0.879394 },
        { 3, 4, 0.664834 } } },
    { 10,
      9,
      16,
      16,
      { { 0, 0, -0.070055 },
        { 15, 0, 0.837031 },
        { 0, 15, 0.553756 },
        { 15, 15, 0.632744 },
        { 8, 8, 0.529508 },
        { 3, 5, 0.540207 } } },
    { 31,
      31,
      31,
      31,
      { { 0, 0, 0.0 },
        { 30, 0, 1.6 },
        { 0, 30, 0.5 },
        { 30, 30, 2.1 },
        { 15, 15, 1.05 },
        { 3, 10, 0.95 } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TlScope *s = tl_scope_open (NULL);
      TlTensor *picture = make_picture (s, cases[i].width, cases[i].height);

      check_points (s, &cases[i], tl_clip_preprocess (s, picture, cases[i].out_width));
    }
}

static void
test_resize (void)
{
  static const Case c = { 20,
                          15,
                          7,
                          11,
                          { { 0, 0, 0.475782 },
                            { 6, 0, 0.748124 },
                            { 0, 10, 0.46733 },
                            { 6, 10, 0.769843 },
                            { 3, 5, 0.592061 },
                            { 2, 7, 0.6114 } } };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *picture = make_picture (s, c.width, c.height);

  check_points (s, &c, tl_resize_antialiased (s, picture, c.out_height, c.out_width));
}

/* A few rows of pixels, a million long, would take weights for gigabytes. */
static void
test_thin (void)
{
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GError) error = NULL;

  tl_resize_antialiased (s, tl_zeros (s, TL_SHAPE (1, 3, 1, 1000000)), 1, 128000);
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

/* The map is linear: its gradient for an upstream of ones sums to what a picture of ones gives. */
static void
test_gradient (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *leaf, *gradient;

  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, make_picture (s, 23, 14));
  gradient = tl_backward (s, tl_sum (s, tl_clip_preprocess (s, leaf, 6), NULL, 0, FALSE), leaf);
  g_assert_cmpfloat (fabs (tl_to_double (s, tl_sum (s, gradient, NULL, 0, FALSE)) - 3 * 6 * 6), <,
                     1e-3);
  g_assert_true (tl_scope_close (s, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/preprocess/is-pillow's", test_preprocess);
  g_test_add_func ("/clip/preprocess/resize-to-any-size", test_resize);
  g_test_add_func ("/clip/preprocess/thin", test_thin);
  g_test_add_func ("/clip/preprocess/gradient", test_gradient);
  return g_test_run ();
}
