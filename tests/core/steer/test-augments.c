/* test-augments.c - augmentations with given parameters against kornia, and their gradients
 *
 * Where there is no golden, values are checked against the formula written out for single pixels,
 * and gradients against differences.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"
#include "core/steer/augments.h"
#include "tests/core/steer/golden.h"

#include <math.h>
#include <string.h>

#define N 4
#define SIZE 32
#define TOLERANCE 5e-5

typedef struct
{
  TlWeights *golden;
  gboolean on[N];
} Stage;

/* The parameter's row for each cutout: the golden has rows only for those that are on. */
static gdouble *
spread (const Stage *stage, const char *name, guint n_columns)
{
  g_autofree gdouble *rows = golden_numbers (stage->golden, NULL, "%s", name);
  gdouble *values = g_new0 (gdouble, N * n_columns);
  guint row = 0;

  for (guint i = 0; i < N; i++)
    if (stage->on[i])
      memcpy (values + i * n_columns, rows + row++ * n_columns, n_columns * sizeof *values);
  return values;
}

static TlTensor *
apply_affine (TlScope *s, TlTensor *x, const Stage *stage)
{
  g_autofree gdouble *translations = spread (stage, "affine.param.translations", 2);
  g_autofree gdouble *center = spread (stage, "affine.param.center", 2);
  g_autofree gdouble *scale = spread (stage, "affine.param.scale", 2);
  g_autofree gdouble *angle = spread (stage, "affine.param.angle", 1);
  g_autofree gdouble *sx = spread (stage, "affine.param.sx", 1);
  g_autofree gdouble *sy = spread (stage, "affine.param.sy", 1);
  g_autofree gdouble *matrices = golden_numbers (stage->golden, NULL, "affine.matrix");
  TlAffine rows[N];

  for (guint i = 0; i < N; i++)
    {
      TlHomography h;

      rows[i] = (TlAffine){ translations[2 * i],
                            translations[2 * i + 1],
                            center[2 * i],
                            center[2 * i + 1],
                            scale[2 * i],
                            scale[2 * i + 1],
                            angle[i],
                            sx[i],
                            sy[i] };
      tl_homography_from_affine (&h, &rows[i]);
      for (guint k = 0; stage->on[i] && k < 9; k++)
        g_assert_cmpfloat_with_epsilon (h.m[k], matrices[9 * i + k], 1e-5);
    }
  return tl_augment_affine (s, x, stage->on, rows);
}

static TlTensor *
apply_perspective (TlScope *s, TlTensor *x, const Stage *stage)
{
  g_autofree gdouble *from = spread (stage, "perspective.param.start_points", 8);
  g_autofree gdouble *to = spread (stage, "perspective.param.end_points", 8);
  g_autofree gdouble *matrices = golden_numbers (stage->golden, NULL, "perspective.matrix");
  TlQuad rows[N];

  for (guint i = 0; i < N; i++)
    {
      TlHomography h;

      memcpy (rows[i].from, from + 8 * i, sizeof rows[i].from);
      memcpy (rows[i].to, to + 8 * i, sizeof rows[i].to);
      if (!stage->on[i])
        continue;
      g_assert_true (tl_homography_from_points (&h, rows[i].from, rows[i].to));
      for (guint k = 0; k < 9; k++)
        g_assert_cmpfloat_with_epsilon (h.m[k], matrices[9 * i + k], 1e-4);
    }
  return tl_augment_perspective (s, x, stage->on, rows);
}

static TlTensor *
jitter_some (TlScope *s, TlTensor *x, const Stage *stage, gboolean additive)
{
  g_autofree gdouble *brightness = spread (stage, "jitter.param.brightness_factor", 1);
  g_autofree gdouble *contrast = spread (stage, "jitter.param.contrast_factor", 1);
  g_autofree gdouble *saturation = spread (stage, "jitter.param.saturation_factor", 1);
  g_autofree gdouble *hue = spread (stage, "jitter.param.hue_factor", 1);
  g_autofree gdouble *numbers = golden_numbers (stage->golden, NULL, "jitter.param.order");
  TlJitterStep order[4];
  TlColourJitter rows[N];

  for (guint i = 0; i < N; i++)
    {
      rows[i] = (TlColourJitter){ (gfloat) brightness[i], (gfloat) contrast[i],
                                  (gfloat) saturation[i], (gfloat) hue[i] };
      order[i] = (TlJitterStep) numbers[i];
    }
  return tl_augment_jitter (s, x, stage->on, rows, order, additive);
}

static TlTensor *
apply_jitter (TlScope *s, TlTensor *x, const Stage *stage)
{
  return jitter_some (s, x, stage, FALSE);
}

static TlTensor *
apply_jitter_0_5 (TlScope *s, TlTensor *x, const Stage *stage)
{
  return jitter_some (s, x, stage, TRUE);
}

static TlTensor *
apply_erasing (TlScope *s, TlTensor *x, const Stage *stage)
{
  g_autofree gdouble *xs = spread (stage, "erasing.param.xs", 1);
  g_autofree gdouble *ys = spread (stage, "erasing.param.ys", 1);
  g_autofree gdouble *widths = spread (stage, "erasing.param.widths", 1);
  g_autofree gdouble *heights = spread (stage, "erasing.param.heights", 1);
  g_autofree gdouble *values = spread (stage, "erasing.param.values", 1);
  TlEraser rows[N];

  for (guint i = 0; i < N; i++)
    rows[i] = (TlEraser){ (gint64) xs[i], (gint64) ys[i], (gint64) widths[i], (gint64) heights[i],
                          (gfloat) values[i] };
  return tl_augment_erase (s, x, stage->on, rows);
}

typedef struct
{
  const char *name, *parameters, *input;
  TlTensor *(*apply) (TlScope *s, TlTensor *x, const Stage *stage);
} Case;

static const Case cases[] = {
  { "affine", "affine", "input", apply_affine },
  { "perspective", "perspective", "affine.output", apply_perspective },
  { "jitter", "jitter", "perspective.output", apply_jitter },
  { "jitter_0_5", "jitter", "perspective.output", apply_jitter_0_5 },
  { "erasing", "erasing", "jitter.output", apply_erasing },
};

static void
test_reference (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (TlWeights) golden = golden_open ("augment.golden.safetensors");
  g_autofree gdouble *flags = NULL;
  Stage stage = { .golden = golden };
  TlTensor *x, *y, *gradient;
  TlScope *s;

  if (golden == NULL)
    return;

  flags = golden_numbers (golden, NULL, "%s.param.batch_prob", c->parameters);
  for (guint i = 0; i < N; i++)
    stage.on[i] = flags[i] != 0;

  s = tl_scope_open (NULL);
  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, golden_get (s, golden, "%s", c->input));
  y = c->apply (s, x, &stage);
  gradient = tl_backward (s, tl_sum (s, tl_mul (s, y, y), NULL, 0, FALSE), x);
  assert_near (s, y, golden_get (s, golden, "%s.output", c->name), TOLERANCE);
  assert_near (s, gradient, golden_get (s, golden, "%s.grad_of_sum_of_squares", c->name),
               TOLERANCE);
  close_scope (s);
}

/* --- without a golden --- */

static void
test_off_passes_unchanged (void)
{
  const gboolean on[N] = { FALSE, TRUE, FALSE, TRUE };
  const TlAffine affine = { .translate_x = 5, .scale_x = 1, .scale_y = 1, .angle = 20 };
  const TlAffine affines[N] = { affine, affine, affine, affine };
  const TlEraser eraser = { 0, 0, 9, 9, 1 }, erasers[N] = { eraser, eraser, eraser, eraser };
  const gfloat factors[N] = { 0.1f, 0.1f, 3, 3 };
  const TlColourJitter jitter = { 0.5f, 2, 2, 0.2f },
                       jitters[N] = { jitter, jitter, jitter, jitter };
  const TlJitterStep order[4] = { 3, 2, 1, 0 };
  const gdouble degrees[N] = { 9, 9, 9, 9 };
  const TlElastic elastic = { 5, 2, 3 };
  TlScope *s = tl_scope_open (NULL);
  /* Not within 0 ... 1, where clamping would show. */
  TlTensor *x = random_tensor (s, 5, -1, 2, TL_SHAPE (N, 3, SIZE, SIZE));
  g_autofree gfloat *noise = g_new (gfloat, N * 2 * SIZE * SIZE);
  TlTensor *results[6];

  g_assert_true (tl_to_floats (s, random_tensor (s, 6, -1, 1, TL_SHAPE (N, 2, SIZE, SIZE)), noise,
                               N * 2 * SIZE * SIZE));
  results[0] = tl_augment_affine (s, x, on, affines);
  results[1] = tl_augment_rotate (s, x, on, degrees);
  results[2] = tl_augment_bend (s, x, on, noise, &elastic);
  results[3] = tl_augment_erase (s, x, on, erasers);
  results[4] = tl_augment_jitter (s, x, on, jitters, order, FALSE);
  results[5] = tl_augment_sharpen (s, x, on, factors);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    for (gint64 k = 0; k < N; k++)
      {
        gdouble difference =
          largest_difference (s, tl_narrow (s, results[i], 0, k, 1), tl_narrow (s, x, 0, k, 1));

        g_assert_cmpint (difference > 1e-2, ==, on[k]);
        g_assert_true (on[k] || difference < 1e-4);
      }
  close_scope (s);
}

/* Random colours with greys, pure colours and equal channels among them, where choices are made. */
static TlTensor *
odd_colours (TlScope *s)
{
  static const gfloat odd[][3] = { { 0.5f, 0.5f, 0.5f }, { 0, 0, 0 },         { 0.8f, 0.8f, 0.8f },
                                   { 1, 0, 0 },          { 0, 1, 0 },         { 0, 0, 1 },
                                   { 1, 1, 0 },          { 0, 0.7f, 0.7f },   { 0.3f, 0, 0.3f },
                                   { 0.2f, 0.2f, 0.9f }, { 0.9f, 0.2f, 0.2f } };
  g_autofree gfloat *values = g_new (gfloat, N * 3 * SIZE * SIZE);

  g_assert_true (tl_to_floats (s, random_tensor (s, 9, 0, 1, TL_SHAPE (N, 3, SIZE, SIZE)), values,
                               N * 3 * SIZE * SIZE));
  for (guint i = 0; i < N; i++)
    for (guint k = 0; k < G_N_ELEMENTS (odd); k++)
      for (guint c = 0; c < 3; c++)
        values[(i * 3 + c) * SIZE * SIZE + k] = odd[k][c];
  return tl_from_floats (s, values, TL_SHAPE (N, 3, SIZE, SIZE));
}

/* What is done in one pass in float32 is what the chain of operations does, which float64 takes. */
static void
test_jitter_in_one_pass (void)
{
  const gboolean on[N] = { FALSE, TRUE, TRUE, TRUE };
  const TlColourJitter jitters[N] = {
    { 1, 1, 1.4f, 0.1f }, { 1, 1, 1.4f, 0.1f }, { 1, 1, 0.7f, -0.31f }, { 1.1f, 0.9f, 1, 0.4f }
  };
  const TlJitterStep order[4] = { TL_JITTER_SATURATION, TL_JITTER_HUE, TL_JITTER_CONTRAST,
                                  TL_JITTER_BRIGHTNESS };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *colours = odd_colours (s),
           *upstream = random_tensor (s, 10, -1, 1, TL_SHAPE (N, 3, SIZE, SIZE));

  tl_scope_set_grad (s, TRUE);
  for (gint additive = 0; additive < 2; additive++)
    {
      TlTensor *once = tl_leaf (s, colours);
      TlTensor *chain = tl_leaf (s, tl_to_dtype (s, colours, TL_FLOAT64));
      TlTensor *a = tl_augment_jitter (s, once, on, jitters, order, additive);
      TlTensor *b = tl_augment_jitter (s, chain, on, jitters, order, additive);

      assert_near (s, a, tl_to_dtype (s, b, TL_FLOAT32), 1e-5);
      a = tl_backward_from (s, a, upstream, once);
      b = tl_backward_from (s, b, tl_to_dtype (s, upstream, TL_FLOAT64), chain);
      assert_near (s, a, tl_to_dtype (s, b, TL_FLOAT32), 1e-3);
    }
  close_scope (s);
}

static gfloat
pixel (const gfloat *planes, gint64 channel, gint64 y, gint64 x)
{
  return planes[(channel * SIZE + y) * SIZE + x];
}

/* kornia.enhance.sharpness, written out for one pixel inside and one on the edge. */
static void
test_sharpness (void)
{
  const gboolean on[1] = { TRUE };
  const gfloat factor = 0.3f;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = random_tensor (s, 7, 0, 1, TL_SHAPE (1, 3, SIZE, SIZE));
  gfloat in[3 * SIZE * SIZE], out[3 * SIZE * SIZE];
  gdouble smooth = 0;

  g_assert_true (tl_to_floats (s, x, in, G_N_ELEMENTS (in)));
  g_assert_true (tl_to_floats (s, tl_augment_sharpen (s, x, on, &factor), out, G_N_ELEMENTS (out)));
  for (gint64 dy = -1; dy <= 1; dy++)
    for (gint64 dx = -1; dx <= 1; dx++)
      smooth += pixel (in, 1, 5 + dy, 8 + dx) * (dx == 0 && dy == 0 ? 5 : 1) / 13;
  g_assert_cmpfloat_with_epsilon (pixel (out, 1, 5, 8),
                                  smooth + (pixel (in, 1, 5, 8) - smooth) * factor, 1e-6);
  g_assert_cmpfloat (pixel (out, 2, 0, 9), ==, pixel (in, 2, 0, 9));
  g_assert_cmpfloat (pixel (out, 2, 9, SIZE - 1), ==, pixel (in, 2, 9, SIZE - 1));
  close_scope (s);
}

/* kornia.geometry.transform.elastic_transform2d, for one pixel: its displacement is a sum over all
 * of the noise that the kernel reaches. */
static void
test_elastic (void)
{
  const gboolean on[1] = { TRUE };
  const TlElastic elastic = { .kernel = 7, .sigma = 2, .alpha = 0.5 };
  const gint64 row = 2, column = 12;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *ramp =
    tl_reshape (s, tl_to_dtype (s, tl_arange (s, SIZE), TL_FLOAT32), TL_SHAPE (1, 1, 1, SIZE));
  gfloat noise[2 * SIZE * SIZE], out[3 * SIZE * SIZE];
  gdouble moved = 0, total = 0;

  tl_to_floats (s, random_tensor (s, 8, -1, 1, TL_SHAPE (1, 2, SIZE, SIZE)), noise,
                G_N_ELEMENTS (noise));
  ramp = tl_expand (s, ramp, TL_SHAPE (1, 3, SIZE, SIZE));
  tl_to_floats (s, tl_augment_bend (s, ramp, on, noise, &elastic), out, G_N_ELEMENTS (out));
  for (gint64 dy = -3; dy <= 3; dy++)
    for (gint64 dx = -3; dx <= 3; dx++)
      {
        gdouble weight = exp (-(dx * dx + dy * dy) / 8.0);

        total += weight;
        if (row + dy >= 0)
          moved += weight * noise[(row + dy) * SIZE + column + dx];
      }
  /* A ramp's value is where it was sampled. */
  moved = 2.0 * column / (SIZE - 1) - 1 + 0.5 * moved / total;
  g_assert_cmpfloat_with_epsilon (pixel (out, 0, row, column), ((moved + 1) * SIZE - 1) / 2, 1e-4);
  close_scope (s);
}

static void
parse (TlAugmentList *list, const char *text)
{
  g_autoptr (GError) error = NULL;

  tl_augment_list_parse (list, text, &error);
  g_assert_no_error (error);
}

static TlTensor *
apply_list (TlScope *s, TlTensor *x, gconstpointer data)
{
  TlAugmentList list;

  parse (&list, data);
  return tl_augment_all (s, x, &list, 11, 3);
}

static void
test_gradients (void)
{
  const char *const lists[] = {
    "affine(p=1)",          "perspective(p=1)", "rotation(p=1)",
    "elastic(alpha=5 p=1)", "erasing(p=1)",     "sharpness(p=0.5)",
    "noise(std=0.1 p=1)",   "jitter(p=0.6)",    "affine, perspective, jitter, erasing, sharpness",
  };
  TlScope *s = tl_scope_open (NULL);
  /* Away from the clamps. */
  TlTensor *x = random_tensor (s, 9, 0.3, 0.6, TL_SHAPE (N, 3, SIZE, SIZE));

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    assert_gradient (apply_list, lists[i], x, 1e-3, 0.02);
  close_scope (s);
}

/* What one augmentation draws does not depend on which others there are, nor on their order. */
static void
test_draws_are_apart (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = random_tensor (s, 10, 0, 1, TL_SHAPE (N, 3, SIZE, SIZE));
  TlTensor *eraser = apply_list (s, x, "erasing(p=1)");

  /* Rotations by nothing and jitter of nothing only draw. */
  assert_near (s, apply_list (s, x, "rotation(degrees=0 p=1), erasing(p=1)"), eraser, 1e-4);
  assert_near (s, apply_list (s, x, "erasing(p=1), affine(degrees=0 translate=0 shear=0)"), eraser,
               1e-4);
  assert_near (s, apply_list (s, x, "noise(std=0 p=1), erasing(p=1), elastic(p=0)"), eraser, 0);
  g_assert_cmpfloat (largest_difference (s, x, eraser), >, 0.1);
  assert_near (s, apply_list (s, x, "erasing(p=0), jitter(p=0), affine(p=0)"), x, 0);
  assert_near (s, apply_list (s, x, "affine, jitter, noise"),
               apply_list (s, x, "affine, jitter, noise"), 0);
  close_scope (s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/steer/augments/as-kornia/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_reference);
    }
  g_test_add_func ("/steer/augments/off-passes-unchanged", test_off_passes_unchanged);
  g_test_add_func ("/steer/augments/jitter-in-one-pass", test_jitter_in_one_pass);
  g_test_add_func ("/steer/augments/sharpness-written-out", test_sharpness);
  g_test_add_func ("/steer/augments/elastic-written-out", test_elastic);
  g_test_add_func ("/steer/augments/gradients", test_gradients);
  g_test_add_func ("/steer/augments/draws-are-apart", test_draws_are_apart);
  return g_test_run ();
}
