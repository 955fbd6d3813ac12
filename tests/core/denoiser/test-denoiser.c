/* test-denoiser.c - a denoiser's shapes, its bookkeeping of noise, and files that are not right
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/denoiser/denoiser.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/weights/safetensors.h"

#include <math.h>

#define E_DIM 6
#define N_AXES 3
#define WORDS 5
#define WIDTH TL_DENOISER_HEAD
#define N_BLOCKS 2
#define INNER 24

/* What every tensor of a file is called, in which shape. */
static const struct
{
  const char *name;
  guint n_dims;
  gint64 shape[2];
} tensors[] = {
  { "center", 1, { E_DIM } },
  { "axes", 2, { N_AXES, E_DIM } },
  { "spread", 1, { N_AXES } },
  { "silence", 2, { 1, WORDS } },
  { "in.weight", 2, { WIDTH, N_AXES } },
  { "in.bias", 1, { WIDTH } },
  { "place.weight", 2, { WIDTH, 18 } },
  { "level.weight", 2, { WIDTH, 9 } },
  { "words.weight", 2, { WIDTH, WORDS } },
  { "both.weight", 2, { WIDTH, WIDTH } },
  { "both.bias", 1, { WIDTH } },
  { "told.weight", 1, { WIDTH } },
  { "told.bias", 1, { WIDTH } },
  { "last.weight", 1, { WIDTH } },
  { "last.bias", 1, { WIDTH } },
  { "out.weight", 2, { N_AXES, WIDTH } },
  { "out.bias", 1, { N_AXES } },
};

static const struct
{
  const char *name;
  guint n_dims;
  gint64 shape[4];
} block_tensors[] = {
  { "ln_1.weight", 1, { WIDTH } },
  { "ln_1.bias", 1, { WIDTH } },
  { "attn.in_proj_weight", 2, { 3 * WIDTH, WIDTH } },
  { "attn.in_proj_bias", 1, { 3 * WIDTH } },
  { "attn.out_proj.weight", 2, { WIDTH, WIDTH } },
  { "attn.out_proj.bias", 1, { WIDTH } },
  { "ln_2.weight", 1, { WIDTH } },
  { "ln_2.bias", 1, { WIDTH } },
  { "mlp.c_fc.weight", 2, { INNER, WIDTH } },
  { "mlp.c_fc.bias", 1, { INNER } },
  { "mlp.c_proj.weight", 2, { WIDTH, INNER } },
  { "mlp.c_proj.bias", 1, { WIDTH } },
  { "near.weight", 4, { WIDTH, 1, 3, 3 } },
  { "told.weight", 2, { 2 * WIDTH, WIDTH } },
  { "told.bias", 1, { 2 * WIDTH } },
};

static void
add (TlSafetensorsWriter *writer, const char *name, guint n_dims, const gint64 *shape,
     TlRandom *random, const char *zero)
{
  g_autofree char *full = g_strconcat (TL_DENOISER_PREFIX, name, NULL);
  gsize n = 1;
  gfloat *values;
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < n_dims; i++)
    n *= (gsize) shape[i];
  values = g_new (gfloat, n);
  bytes = g_bytes_new_take (values, n * sizeof *values);
  tl_random_fill_normal (random, values, n);
  for (gsize i = 0; i < n; i++)
    {
      /* Axes at right angles, deviations that are none of them 0. */
      if (g_str_equal (name, "axes"))
        values[i] = i / E_DIM == i % E_DIM;
      else if (g_str_equal (name, "spread"))
        values[i] = (gfloat) (i + 1);
      else if (zero != NULL && g_str_has_suffix (name, zero))
        values[i] = 0;
      else if (n_dims >= 2)
        values[i] *= 0.2f;
    }
  tl_safetensors_writer_add (writer, full, TL_FLOAT32, n_dims, shape, bytes);
}

/* @left_out: (nullable): the tensor that is not there; @zero: (nullable): how the names of those
 * end that are all 0 */
static TlWeights *
make_file (const char *left_out, const char *zero)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  TlWeights *weights;
  TlRandom random;

  tl_random_init (&random, 7, 0, TL_PURPOSE_WEIGHTS, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (tensors); i++)
    if (g_strcmp0 (tensors[i].name, left_out) != 0)
      add (writer, tensors[i].name, tensors[i].n_dims, tensors[i].shape, &random, zero);
  for (guint block = 0; block < N_BLOCKS; block++)
    for (gsize i = 0; i < G_N_ELEMENTS (block_tensors); i++)
      {
        g_autofree char *name = g_strdup_printf ("resblocks.%u.%s", block, block_tensors[i].name);

        if (g_strcmp0 (name, left_out) != 0)
          add (writer, name, block_tensors[i].n_dims, block_tensors[i].shape, &random, zero);
      }
  bytes = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (bytes, "denoiser", &error);
  g_assert_no_error (error);
  return weights;
}

/* @zero: as above */
static TlDenoiser *
load (const char *zero)
{
  g_autoptr (TlWeights) weights = make_file (NULL, zero);
  g_autoptr (GError) error = NULL;
  TlDenoiserConfig config;
  TlDenoiser *self;

  g_assert_true (tl_denoiser_config_infer (&config, weights));
  self = tl_denoiser_load (&config, weights, TL_FLOAT32, (TlDevice){ TL_CPU, 0 }, &error);
  g_assert_no_error (error);
  return self;
}

static TlTensor *
draw (TlScope *s, guint64 seed, const gint64 *shape, guint n_dims)
{
  TlTensor *x = tl_zeros (s, shape, n_dims);
  gsize n = tl_tensor_get_n_elements (x);
  g_autofree gfloat *values = g_new (gfloat, n);
  TlRandom random;

  tl_random_init (&random, seed, 0, TL_PURPOSE_WEIGHTS, 1);
  tl_random_fill_normal (&random, values, n);
  return tl_from_floats (s, values, shape, n_dims);
}

static gdouble
get_distance (TlScope *s, TlTensor *a, TlTensor *b)
{
  return tl_to_double (
    s, tl_amax (s, tl_reshape (s, tl_abs (s, tl_sub (s, a, b)), TL_SHAPE (-1)), 0, FALSE));
}

static void
test_infer (void)
{
  g_autoptr (TlWeights) weights = make_file (NULL, NULL);
  TlDenoiserConfig config;

  g_assert_true (tl_denoiser_config_infer (&config, weights));
  g_assert_cmpuint (config.e_dim, ==, E_DIM);
  g_assert_cmpuint (config.n_axes, ==, N_AXES);
  g_assert_cmpuint (config.words, ==, WORDS);
  g_assert_cmpuint (config.width, ==, WIDTH);
  g_assert_cmpuint (config.n_blocks, ==, N_BLOCKS);
  g_assert_cmpuint (config.inner, ==, INNER);
}

/* A file with some of it is told apart from one without, and from a whole one. */
static void
test_not_whole (void)
{
  static const char *const there[] = { "spread",
                                       "last.bias",
                                       "resblocks.1.attn.in_proj_weight",
                                       "resblocks.1.near.weight",
                                       "both.bias",
                                       "resblocks.1.told.weight" };
  static const char *const none[] = { "in.weight", "words.weight", "axes",
                                      "resblocks.0.mlp.c_fc.weight" };
  TlDenoiserConfig config;

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    {
      g_autoptr (TlWeights) weights = make_file (none[i], NULL);

      g_assert_false (tl_denoiser_config_infer (&config, weights));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (there); i++)
    {
      g_autoptr (TlWeights) weights = make_file (there[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (tl_denoiser_config_infer (&config, weights));
      g_assert_null (
        tl_denoiser_load (&config, weights, TL_FLOAT32, (TlDevice){ TL_CPU, 0 }, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, there[i]));
    }
}

static void
test_mix (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = draw (s, 1, TL_SHAPE (2, E_DIM, 3, 4)),
           *codes = draw (s, 2, TL_SHAPE (2, E_DIM, 3, 4));
  TlTensor *levels = tl_from_floats (s, (gfloat[]){ 0, 1 }, TL_SHAPE (2));
  TlTensor *mixture = tl_denoiser_mix (s, z, codes, levels);

  g_assert_cmpfloat (get_distance (s, tl_narrow (s, mixture, 0, 0, 1), tl_narrow (s, z, 0, 0, 1)),
                     <, 1e-6);
  g_assert_cmpfloat (
    get_distance (s, tl_narrow (s, mixture, 0, 1, 1), tl_narrow (s, codes, 0, 1, 1)), <, 1e-6);
  g_assert_true (tl_scope_close (s, NULL));
}

/* Cells in reading order, in deviations from the middle along the axes. */
static void
test_project (void)
{
  g_autoptr (TlDenoiser) self = load (NULL);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = draw (s, 1, TL_SHAPE (2, E_DIM, 2, 3));
  TlTensor *x = tl_denoiser_project (s, self, z);
  gfloat all[6 * 2 * N_AXES], latent[2 * E_DIM * 6], middle[N_AXES];
  TlTensor *zeros = tl_zeros (s, TL_SHAPE (1, E_DIM, 1, 1));

  g_assert_true (tl_to_floats (s, x, all, G_N_ELEMENTS (all)));
  g_assert_true (tl_to_floats (s, z, latent, G_N_ELEMENTS (latent)));
  g_assert_true (tl_to_floats (s, tl_denoiser_project (s, self, zeros), middle, N_AXES));
  for (guint cell = 0; cell < 6; cell++)
    for (guint i = 0; i < 2; i++)
      for (guint axis = 0; axis < N_AXES; axis++)
        g_assert_cmpfloat_with_epsilon (
          all[(cell * 2 + i) * N_AXES + axis],
          latent[(i * E_DIM + axis) * 6 + cell] / (gfloat) (axis + 1) + middle[axis], 1e-5);
  g_assert_true (tl_scope_close (s, NULL));
}

/* With next to no noise the answer is what was mixed, as far as it lies on the axes; one row does
 * not hear of another; any size. */
static void
test_run (void)
{
  g_autoptr (TlDenoiser) self = load (NULL);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = draw (s, 1, TL_SHAPE (2, E_DIM, 3, 4)), *words = draw (s, 3, TL_SHAPE (2, WORDS));
  TlTensor *levels = tl_full (s, 1e-6, TL_SHAPE (2)), *found, *alone, *other;
  const TlDenoiserWish wish = { words, 1 }, first = { tl_narrow (s, words, 0, 0, 1), 1 };
  const TlDenoiserWish none = { tl_zeros_like (s, words), 1 };

  found = tl_denoiser_run (s, self, z, levels, &wish);
  g_assert_cmpint (tl_tensor_get_size (found, 0), ==, 2);
  g_assert_cmpint (tl_tensor_get_size (found, 1), ==, E_DIM);
  g_assert_cmpint (tl_tensor_get_size (found, 2), ==, 3);
  g_assert_cmpint (tl_tensor_get_size (found, 3), ==, 4);
  g_assert_cmpfloat (
    get_distance (s, tl_denoiser_project (s, self, found), tl_denoiser_project (s, self, z)), <,
    1e-3);

  levels = tl_from_floats (s, (gfloat[]){ 0.5, 1 }, TL_SHAPE (2));
  found = tl_denoiser_run (s, self, z, levels, &wish);
  alone =
    tl_denoiser_run (s, self, tl_narrow (s, z, 0, 0, 1), tl_narrow (s, levels, 0, 0, 1), &first);
  g_assert_cmpfloat (get_distance (s, tl_narrow (s, found, 0, 0, 1), alone), <, 1e-4);
  other = tl_denoiser_run (s, self, z, levels, &none);
  g_assert_cmpfloat (get_distance (s, found, other), >, 1e-3);
  g_assert_true (tl_scope_close (s, NULL));
}

/* So many times as far from the answer for no words as the answer for some; it says no words louder
 * where there are none. */
static void
test_guidance (void)
{
  g_autoptr (TlDenoiser) self = load (NULL);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = draw (s, 1, TL_SHAPE (2, E_DIM, 3, 4)), *words = draw (s, 3, TL_SHAPE (2, WORDS));
  TlTensor *levels = tl_from_floats (s, (gfloat[]){ 0.5, 1 }, TL_SHAPE (2));
  TlDenoiserWish wish = { words, 1 }, none = { tl_zeros_like (s, words), 1 };
  TlTensor *said = tl_denoiser_run (s, self, z, levels, &wish);
  TlTensor *unsaid = tl_denoiser_run (s, self, z, levels, &none), *expected;

  for (gdouble guidance = 0; guidance <= 3; guidance += 1.5)
    {
      wish.guidance = none.guidance = guidance;
      expected = tl_add (s, unsaid, tl_mul_scalar (s, tl_sub (s, said, unsaid), guidance));
      g_assert_cmpfloat (get_distance (s, tl_denoiser_run (s, self, z, levels, &wish), expected), <,
                         1e-4);
      g_assert_cmpfloat (get_distance (s, tl_denoiser_run (s, self, z, levels, &none), unsaid), <,
                         1e-4);
    }
  g_assert_true (tl_scope_close (s, NULL));
}

/* Where attention has nothing to say a cell hears of those around it alone, from as far as there
 * are blocks, in its own row of the batch. */
static void
test_neighbours (void)
{
  g_autoptr (TlDenoiser) self = load ("attn.out_proj.weight");
  const gint64 height = 3, width = 6, cell = 0;
  gfloat change[6 * 3 * 2] = { 0 }, found[2 * 3 * 6 * N_AXES];
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = draw (s, 1, TL_SHAPE (2, E_DIM, height, width));
  TlTensor *words = draw (s, 3, TL_SHAPE (2, WORDS)), *levels = tl_full (s, 0.5, TL_SHAPE (2));
  const TlDenoiserWish wish = { words, 1 };
  TlTensor *changed, *a, *b;

  change[cell] = 1; /* of the first picture, in all numbers of the cell */
  changed = tl_add (s, z, tl_from_floats (s, change, TL_SHAPE (2, 1, height, width)));
  a = tl_denoiser_project (s, self, tl_denoiser_run (s, self, z, levels, &wish));
  b = tl_denoiser_project (s, self, tl_denoiser_run (s, self, changed, levels, &wish));
  g_assert_true (tl_to_floats (s, tl_abs (s, tl_sub (s, a, b)), found, G_N_ELEMENTS (found)));
  for (gint64 i = 0; i < height * width; i++)
    for (guint row = 0; row < 2; row++)
      {
        const gfloat *at = found + (i * 2 + row) * N_AXES;
        gdouble most = MAX (at[0], MAX (at[1], at[2]));

        if (row == 0 && i % width <= N_BLOCKS && i / width <= N_BLOCKS)
          g_assert_cmpfloat (most, >, 1e-4);
        else
          g_assert_cmpfloat (most, <, 1e-5);
      }
  g_assert_true (tl_scope_close (s, NULL));
}

/* The first answer is that on codes alone; the next, on its mixture with them half way to the last
 * level. */
static void
test_draw (void)
{
  g_autoptr (TlDenoiser) self = load (NULL);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *codes = draw (s, 1, TL_SHAPE (2, E_DIM, 3, 4)),
           *words = draw (s, 3, TL_SHAPE (2, WORDS));
  const TlDenoiserWish wish = { words, 1.5 };
  TlTensor *first, *second, *levels;

  first = tl_denoiser_run (s, self, codes, tl_full (s, 1, TL_SHAPE (2)), &wish);
  g_assert_cmpfloat (
    get_distance (s, tl_denoiser_draw (s, self, codes, &wish, &(TlDenoiserWay){ 1, 0.5, 1 }),
                  first),
    <, 1e-5);
  levels = tl_full (s, 0.75, TL_SHAPE (2));
  second = tl_denoiser_run (s, self, tl_denoiser_mix (s, first, codes, levels), levels, &wish);
  g_assert_cmpfloat (
    get_distance (s, tl_denoiser_draw (s, self, codes, &wish, &(TlDenoiserWay){ 1, 0.5, 2 }),
                  second),
    <, 1e-4);
  g_assert_cmpfloat (get_distance (s, first, second), >, 1e-3);
  g_assert_true (tl_scope_close (s, NULL));
}

/* The answer at level 0.4 after @n straight steps from @codes. */
static TlTensor *
draw_straight (TlScope *s, TlDenoiser *self, TlTensor *codes, const TlDenoiserWish *wish, guint n)
{
  TlTensor *mixture = codes;

  for (guint i = 0;; i++)
    {
      gdouble level = 1 - 0.6 * i / n, next = level - 0.6 / n;
      TlTensor *z = tl_denoiser_run (s, self, mixture, tl_full (s, level, TL_SHAPE (1)), wish);

      if (i == n)
        return z;
      mixture = tl_denoiser_mix (s, z, mixture, tl_full (s, next / level, TL_SHAPE (1)));
    }
}

/* Few answers lead to where many do, much nearer than as many straight steps. */
static void
test_few_answers (void)
{
  g_autoptr (TlDenoiser) self = load (NULL);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *codes = draw (s, 1, TL_SHAPE (1, E_DIM, 3, 4)),
           *words = draw (s, 3, TL_SHAPE (1, WORDS));
  const TlDenoiserWish wish = { words, 1.5 };
  const guint n = 4;
  TlTensor *exact = draw_straight (s, self, codes, &wish, 400);
  gdouble straight = get_distance (s, draw_straight (s, self, codes, &wish, n), exact);
  TlTensor *drawn =
    tl_denoiser_draw (s, self, codes, &wish, &(TlDenoiserWay){ 1, 0.4 - 0.6 / n, n + 1 });
  gdouble distance = get_distance (s, drawn, exact);

  g_test_message ("%g, with straight steps %g", distance, straight);
  g_assert_cmpfloat (distance, <, 0.4 * straight);
  g_assert_true (tl_scope_close (s, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/denoiser/infer", test_infer);
  g_test_add_func ("/denoiser/not-whole", test_not_whole);
  g_test_add_func ("/denoiser/mix", test_mix);
  g_test_add_func ("/denoiser/project", test_project);
  g_test_add_func ("/denoiser/run", test_run);
  g_test_add_func ("/denoiser/guidance", test_guidance);
  g_test_add_func ("/denoiser/neighbours", test_neighbours);
  g_test_add_func ("/denoiser/draw", test_draw);
  g_test_add_func ("/denoiser/few-answers", test_few_answers);
  return g_test_run ();
}
