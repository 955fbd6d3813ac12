/* test-cutouts.c - cutouts against generate.py, their ranges, repeatability and gradients
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/cutouts.h"
#include "tests/core/steer/golden.h"

#define CUT_SIZE 32
#define N_RESAMPLES 5
#define N_POOLS 4

/* y against the golden, and the gradient of its sum of squares on x. */
static void
check_squares (TlScope *s, TlWeights *golden, const char *piece, TlTensor *x, TlTensor *y,
               gdouble tolerance)
{
  TlTensor *squares = tl_sum (s, tl_mul (s, y, y), NULL, 0, FALSE);

  assert_near (s, y, golden_get (s, golden, "%s.output", piece), tolerance);
  assert_near (s, tl_backward (s, squares, x),
               golden_get (s, golden, "%s.grad_of_sum_of_squares", piece), 4 * tolerance);
}

static void
test_resample (void)
{
  g_autoptr (TlWeights) golden = golden_open ("steering-a.golden.safetensors");

  for (guint k = 0; golden != NULL && k < N_RESAMPLES; k++)
    {
      g_autofree char *piece = g_strdup_printf ("piece.resample.%u", k);
      g_autofree gdouble *box = golden_numbers (golden, NULL, "%s.box", piece);
      TlScope *s = tl_scope_open (NULL);
      TlTensor *x, *crop;

      tl_scope_set_grad (s, TRUE);
      x = tl_leaf (s, golden_get (s, golden, "piece.resample.image"));
      crop = tl_narrow (s, x, 2, (gint64) box[1], (gint64) box[2]);
      crop = tl_narrow (s, crop, 3, (gint64) box[0], (gint64) box[2]);
      check_squares (s, golden, piece, x, tl_cutouts_resample (s, crop, CUT_SIZE, CUT_SIZE), 1e-5);
      close_scope (s);
    }
}

static void
test_pool (void)
{
  g_autoptr (TlWeights) golden = golden_open ("steering-a.golden.safetensors");

  for (guint k = 0; golden != NULL && k < N_POOLS; k++)
    {
      g_autofree char *piece = g_strdup_printf ("piece.pool.%u", k);
      TlScope *s = tl_scope_open (NULL);
      TlTensor *x;

      tl_scope_set_grad (s, TRUE);
      x = tl_leaf (s, golden_get (s, golden, "%s.input", piece));
      check_squares (s, golden, piece, x, tl_cutouts_pool (s, x, CUT_SIZE), 1e-6);
      close_scope (s);
    }
}

static void
test_crop (void)
{
  const TlBox boxes[] = { { 0, 0, 96 },   { 32, 0, 96 }, { 17, 23, 64 },
                          { 90, 60, 32 }, { 5, 41, 49 }, { 60, 3, 68 } };
  g_autoptr (TlWeights) golden = golden_open ("steering-a.golden.safetensors");
  TlScope *s;

  if (golden == NULL)
    return;

  s = tl_scope_open (NULL);
  assert_near (s,
               tl_cutouts_crop (s, golden_get (s, golden, "crop.image0"), boxes,
                                G_N_ELEMENTS (boxes), CUT_SIZE),
               golden_get (s, golden, "crop.cutouts0"), 1e-5);
  close_scope (s);
}

static void
test_boxes (void)
{
  const struct
  {
    gint64 width, height, least, most;
  } cases[] = { { 200, 100, 32, 100 }, { 64, 80, 32, 64 }, { 20, 70, 20, 20 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TlBox boxes[500], again[500];
      gint64 smallest = G_MAXINT64, largest_size = 0;

      tl_cutouts_draw_boxes (1, 2, G_N_ELEMENTS (boxes), 1, cases[i].width, cases[i].height,
                             CUT_SIZE, boxes);
      tl_cutouts_draw_boxes (1, 2, G_N_ELEMENTS (boxes), 1, cases[i].width, cases[i].height,
                             CUT_SIZE, again);
      g_assert_cmpmem (boxes, sizeof boxes, again, sizeof again);
      for (gsize k = 0; k < G_N_ELEMENTS (boxes); k++)
        {
          g_assert_cmpint (boxes[k].x, >=, 0);
          g_assert_cmpint (boxes[k].y, >=, 0);
          g_assert_cmpint (boxes[k].x + boxes[k].size, <=, cases[i].width);
          g_assert_cmpint (boxes[k].y + boxes[k].size, <=, cases[i].height);
          smallest = MIN (smallest, boxes[k].size);
          largest_size = MAX (largest_size, boxes[k].size);
        }
      g_assert_cmpint (smallest, ==, cases[i].least);
      g_assert_cmpint (largest_size, >=, cases[i].most - 1);
      g_assert_cmpint (largest_size, <=, cases[i].most);
    }
}

static TlSettings
make_settings (TlCutMethod method, const char *augments)
{
  g_autoptr (GError) error = NULL;
  TlSettings settings;

  tl_settings_init (&settings);
  settings.cut_method = method;
  settings.n_cutouts = 6;
  tl_augment_list_parse (&settings.augments, augments, &error);
  g_assert_no_error (error);
  return settings;
}

static TlTensor *
make (TlScope *s, TlTensor *picture, gconstpointer data)
{
  return tl_cutouts_make (s, picture, data);
}

/* Every method, of pictures larger and smaller than a cutout, wide and tall. */
static void
test_methods (void)
{
  const gint64 sizes[][2] = { { 48, 80 }, { 64, 40 }, { 24, 20 }, { 32, 32 } };

  for (gint method = 0; method < TL_N_CUT_METHODS; method++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        TlSettings settings = make_settings (method, "affine, perspective, jitter, erasing");
        TlCutting cutting = {
          .settings = &settings, .seed = 3, .iteration = 4, .cut_size = CUT_SIZE
        };
        TlScope *s = tl_scope_open (NULL);
        TlTensor *picture =
          random_tensor (s, 1, 0.3, 0.6, TL_SHAPE (1, 3, sizes[i][0], sizes[i][1]));
        TlTensor *cutouts = tl_cutouts_make (s, picture, &cutting);

        g_assert_cmpuint (tl_tensor_get_n_elements (cutouts), ==, 6 * 3 * CUT_SIZE * CUT_SIZE);
        assert_near (s, tl_cutouts_make (s, picture, &cutting), cutouts, 0);
        assert_gradient (make, &cutting, picture, 1e-3, 0.02);
        cutting.iteration = 5;
        g_assert_cmpfloat (largest_difference (s, tl_cutouts_make (s, picture, &cutting), cutouts),
                           >, 0.05);
        close_scope (s);
      }
}

/* Without anything random, fused is the picture itself, and crops are parts of it. */
static void
test_fused_geometry (void)
{
  TlSettings settings = make_settings (TL_CUT_FUSED, "none");
  TlCutting cutting = { .settings = &settings, .seed = 5, .cut_size = CUT_SIZE };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *ramp = tl_to_dtype (s, tl_arange (s, CUT_SIZE), TL_FLOAT32);
  gfloat out[6 * 3 * CUT_SIZE * CUT_SIZE];
  TlTensor *picture;

  ramp = tl_reshape (s, tl_mul_scalar (s, ramp, 1.0 / CUT_SIZE), TL_SHAPE (1, 1, 1, CUT_SIZE));
  picture = tl_expand (s, ramp, TL_SHAPE (1, 3, CUT_SIZE, CUT_SIZE));
  settings.noise = 0;
  settings.crop_min = settings.crop_max = 1;
  assert_near (s, tl_cutouts_make (s, picture, &cutting),
               tl_expand (s, picture, TL_SHAPE (6, 3, CUT_SIZE, CUT_SIZE)), 1e-5);

  /* Half of the picture: half the slope, no place outside. */
  settings.crop_min = settings.crop_max = 0.5;
  g_assert_true (tl_to_floats (s, tl_cutouts_make (s, picture, &cutting), out, G_N_ELEMENTS (out)));
  for (guint i = 0; i < 6; i++)
    {
      const gfloat *row = out + (gsize) i * 3 * CUT_SIZE * CUT_SIZE;

      g_assert_cmpfloat_with_epsilon (row[20] - row[10], 10 * 0.5 / CUT_SIZE, 1e-5);
    }
  close_scope (s);
}

/* An augmentation of the list has the same parameters whatever else is in it. */
static void
test_fused_order (void)
{
  TlSettings one = make_settings (TL_CUT_FUSED, "erasing(p=1), rotation(p=1)");
  TlSettings two =
    make_settings (TL_CUT_FUSED, "noise(std=0 p=1), rotation(p=1), jitter(p=0), erasing(p=1)");
  TlCutting first = { .settings = &one, .seed = 6, .cut_size = CUT_SIZE };
  TlCutting second = { .settings = &two, .seed = 6, .cut_size = CUT_SIZE };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *picture = random_tensor (s, 1, 0, 1, TL_SHAPE (1, 3, 48, 48));

  assert_near (s, tl_cutouts_make (s, picture, &first), tl_cutouts_make (s, picture, &second), 0);
  close_scope (s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steer/cutouts/resample-as-generate-py", test_resample);
  g_test_add_func ("/steer/cutouts/pool-as-generate-py", test_pool);
  g_test_add_func ("/steer/cutouts/crop-as-generate-py", test_crop);
  g_test_add_func ("/steer/cutouts/boxes-lie-inside", test_boxes);
  g_test_add_func ("/steer/cutouts/every-method-repeats-and-has-its-gradient", test_methods);
  g_test_add_func ("/steer/cutouts/fused-geometry", test_fused_geometry);
  g_test_add_func ("/steer/cutouts/fused-draws-are-apart", test_fused_order);
  return g_test_run ();
}
