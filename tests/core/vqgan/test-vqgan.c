/* test-vqgan.c - pictures to codes and back, against taming-transformers' own numbers
 *
 * The golden numbers were computed by the original code; how, is said in the manifest beside them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/vqgan.h"

#include "core/base/paths.h"
#include "tests/core/vqgan/support.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static const TlDevice cpu = { TL_CPU, 0 };

/* --- golden numbers --- */

/* Ten times what the reference's own float32 run is away from its double run. */
static gdouble
get_tolerance (JsonObject *one_case, const char *quantity)
{
  JsonObject *errors = json_object_get_object_member (one_case, "fp32_vs_fp64");

  errors = json_object_get_object_member (errors, quantity);
  return 10 * json_object_get_double_member (errors, "max_abs");
}

static void
compare_indices (TlScope *s, TlTensor *indices, TlTensor *expected, TlTensor *margin)
{
  gsize n = tl_tensor_get_n_elements (expected);
  g_autofree gint64 *a = g_new (gint64, n);
  g_autofree gint64 *b = g_new (gint64, n);
  g_autofree gfloat *m = g_new (gfloat, n);

  g_assert_true (tl_to_int64s (s, indices, a, n));
  g_assert_true (tl_to_int64s (s, expected, b, n));
  g_assert_true (tl_to_floats (s, margin, m, n));
  for (gsize i = 0; i < n; i++)
    if (m[i] > 1e-4)
      g_assert_cmpint (a[i], ==, b[i]);
}

static TlTensor *
get (TlScope *s, TlWeights *golden, gint64 index, const char *quantity)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".%s", index, quantity);

  return test_get (s, golden, name);
}

static void
check_case (TlVqgan *vqgan, TlWeights *golden, JsonObject *one_case)
{
  gint64 i = json_object_get_int_member (one_case, "case");
  TlScope *s = tl_scope_open (NULL);
  TlTensor *z = tl_vqgan_encode (s, vqgan, get (s, golden, i, "image"));
  TlTensor *indices = tl_vqgan_encode_indices (s, vqgan, z);
  TlTensor *z_q = tl_vqgan_lookup (s, vqgan, get (s, golden, i, "indices"));
  TlTensor *decoded = tl_vqgan_decode (s, vqgan, get (s, golden, i, "z_q"));
  gdouble z_error = test_largest_difference (s, z, get (s, golden, i, "z"));
  gdouble decoded_error = test_largest_difference (s, decoded, get (s, golden, i, "decoded"));

  g_test_message ("z %g, decoded %g", z_error, decoded_error);
  g_assert_cmpfloat (z_error, <, get_tolerance (one_case, "z"));
  g_assert_cmpfloat (decoded_error, <, get_tolerance (one_case, "decoded"));
  g_assert_cmpfloat (test_largest_difference (s, z_q, get (s, golden, i, "z_q")), ==, 0);
  compare_indices (s, indices, get (s, golden, i, "indices"), get (s, golden, i, "margin"));
  compare_indices (s, tl_vqgan_nearest (s, vqgan, z_q), get (s, golden, i, "indices"),
                   get (s, golden, i, "margin"));
  test_close (s);
}

static void
check_range (TlVqgan *vqgan, TlWeights *golden)
{
  TlScope *s = tl_scope_open (NULL);
  const gint64 shape[] = { 1, -1, 1, 1 };
  TlTensor *low = tl_reshape (s, test_get (s, golden, "z_min"), shape, 4);
  TlTensor *high = tl_reshape (s, test_get (s, golden, "z_max"), shape, 4);

  g_assert_cmpfloat (test_largest_difference (s, low, tl_vqgan_get_z_min (vqgan)), ==, 0);
  g_assert_cmpfloat (test_largest_difference (s, high, tl_vqgan_get_z_max (vqgan)), ==, 0);
  test_close (s);
}

static void
original_numbers (void)
{
  g_autoptr (TlWeights) golden = test_open_reference ("vqgan-f16.golden.safetensors");
  g_autoptr (TlWeights) weights = test_open_reference ("vqgan-f16.ckpt");
  g_autofree char *manifest = test_dup_reference ("vqgan-f16.golden.json");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (TlVqgan) vqgan = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *cases;

  if (golden == NULL || weights == NULL || manifest == NULL)
    return;
  vqgan = test_load (weights, TL_FLOAT32);
  json_parser_load_from_file (parser, manifest, &error);
  g_assert_no_error (error);
  cases =
    json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "cases");

  g_assert_cmpuint (json_array_get_length (cases), >, 0);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    check_case (vqgan, golden, json_array_get_object_element (cases, i));
  check_range (vqgan, golden);
}

/* [n, h, w, c] in the file, as nerdyrodent's vector_quantize takes it -> [n, c, h, w] */
static TlTensor *
get_vq (TlScope *s, TlWeights *golden, const char *name)
{
  return tl_permute (s, test_get (s, golden, name), TL_SHAPE (0, 3, 1, 2));
}

static void
original_vector_quantize (void)
{
  g_autoptr (TlWeights) golden = test_open_reference ("steering-a.golden.safetensors");
  g_autoptr (TlWeights) weights = test_open_reference ("vqgan-f16.ckpt");
  g_autoptr (TlVqgan) vqgan = NULL;
  TlTensor *z, *y, *gradient;
  TlScope *s;

  if (golden == NULL || weights == NULL)
    return;
  vqgan = test_load (weights, TL_FLOAT32);
  s = tl_scope_open (NULL);
  tl_scope_set_grad (s, TRUE);
  z = tl_leaf (s, get_vq (s, golden, "piece.vq.input"));
  y = tl_vqgan_quantize (s, vqgan, z);
  g_assert_cmpfloat (test_largest_difference (s, y, get_vq (s, golden, "piece.vq.output")), <,
                     1e-6);
  gradient = tl_backward_from (s, y, get_vq (s, golden, "piece.vq.upstream"), z);
  g_assert_cmpfloat (test_largest_difference (s, gradient, get_vq (s, golden, "piece.vq.grad")), <,
                     1e-6);
  test_close (s);
}

/* --- Gumbel --- */

/* The codes are those of the largest logits, and the latent is made of their vectors. */
static void
gumbel_chooses_by_logits (void)
{
  TlVqganConfig config = test_small_config ();
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (TlVqgan) vqgan = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *picture = test_draw (s, 1, 24, 16);
  TlTensor *z, *logits, *latent, *expected;
  gint64 chosen[24], best[24];

  config.is_gumbel = TRUE;
  weights = test_make_weights (&config);
  vqgan = test_load (weights, TL_FLOAT32);

  z = tl_vqgan_encode (s, vqgan, picture);
  logits = tl_conv2d (s, z, test_get (s, weights, "quantize.proj.weight"),
                      test_get (s, weights, "quantize.proj.bias"), 1, 0, 1);
  g_assert_true (tl_to_int64s (s, tl_vqgan_encode_indices (s, vqgan, z), chosen, 24));
  g_assert_true (tl_to_int64s (s, tl_argmax (s, logits, 1), best, 24));
  g_assert_cmpmem (chosen, sizeof chosen, best, sizeof best);

  latent = tl_vqgan_encode_latent (s, vqgan, picture);
  expected = tl_vqgan_lookup (s, vqgan, tl_from_int64s (s, best, TL_SHAPE (1, 4, 6)));
  g_assert_cmpfloat (test_largest_difference (s, latent, expected), ==, 0);
  /* A code is nearest to itself, and quantising it changes nothing. */
  g_assert_cmpfloat (test_largest_difference (s, tl_vqgan_quantize (s, vqgan, latent), latent), <,
                     1e-6);
  test_close (s);
}

/* --- the same model in other files and precisions --- */

static TlTensor *
decode_noise (TlScope *s, TlVqgan *vqgan)
{
  const TlVqganConfig *config = tl_vqgan_get_config (vqgan);
  g_autofree gint64 *indices = g_new (gint64, 4 * 5);

  for (guint i = 0; i < 4 * 5; i++)
    indices[i] = i * 7 % config->n_codes;
  return tl_vqgan_decode (
    s, vqgan, tl_vqgan_lookup (s, vqgan, tl_from_int64s (s, indices, TL_SHAPE (1, 4, 5))));
}

static void
prefix_changes_nothing (void)
{
  TlVqganConfig config = test_small_config ();
  g_autoptr (TlWeights) plain_weights = test_make_weights (&config);
  g_autoptr (TlWeights) prefixed_weights = NULL;
  g_autoptr (TlVqgan) plain = test_load (plain_weights, TL_FLOAT32);
  g_autoptr (TlVqgan) prefixed = NULL;
  TlScope *s = tl_scope_open (NULL);

  g_strlcpy (config.prefix, "first_stage_model.", sizeof config.prefix);
  prefixed_weights = test_make_weights (&config);
  prefixed = test_load (prefixed_weights, TL_FLOAT32);
  g_assert_cmpfloat (
    test_largest_difference (s, decode_noise (s, plain), decode_noise (s, prefixed)), ==, 0);
  test_close (s);
}

static void
bfloat16_is_close_to_float32 (void)
{
  TlVqganConfig config = test_small_config ();
  g_autoptr (TlWeights) weights = test_make_weights (&config);
  g_autoptr (TlVqgan) exact = test_load (weights, TL_FLOAT32);
  g_autoptr (TlVqgan) rough = test_load (weights, TL_BFLOAT16);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *a = decode_noise (s, exact), *b = decode_noise (s, rough);
  TlTensor *difference = tl_sub (s, a, b);
  gdouble error = tl_to_double (s, tl_mean (s, tl_mul (s, difference, difference), NULL, 0, FALSE));
  gdouble power = tl_to_double (s, tl_mean (s, tl_mul (s, a, a), NULL, 0, FALSE));

  test_close (s);
  /* Eight bits a number, through some twenty layers: a few percent, but not none. */
  g_assert_cmpfloat (sqrt (error / power), <, 0.05);
  g_assert_cmpfloat (error, >, 0);
}

/* --- gradients --- */

typedef struct
{
  TlTensor *value, *gradient; /* (owned) */
} Gradient;

static void
gradient_clear (Gradient *self)
{
  g_clear_pointer (&self->value, tl_tensor_free);
  g_clear_pointer (&self->gradient, tl_tensor_free);
}

/* Of sum (picture · weights) with respect to z, with weights that differ everywhere. */
static Gradient
differentiate (TlVqgan *vqgan, const gfloat *z, const gint64 *shape, guint n_dims)
{
  TlScope *s = tl_scope_open (NULL);
  Gradient result;
  TlTensor *leaf, *picture, *loss;

  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, tl_from_floats (s, z, shape, n_dims));
  picture = tl_vqgan_decode (s, vqgan, leaf);
  loss = tl_mul (s, picture,
                 test_draw (s, 3, (guint) tl_tensor_get_size (picture, 3),
                            (guint) tl_tensor_get_size (picture, 2)));
  loss = tl_sum (s, loss, NULL, 0, FALSE);
  result.value = tl_own (loss);
  result.gradient = tl_own (tl_backward (s, loss, leaf));
  test_close (s);
  return result;
}

static void
fill_wavy (gfloat *z, gsize n)
{
  for (gsize i = 0; i < n; i++)
    z[i] = (gfloat) sin (1.7 * i);
}

static gdouble
read_number (TlTensor *x)
{
  TlScope *s = tl_scope_open (NULL);
  gdouble value = tl_to_double (s, x);

  test_close (s);
  return value;
}

/* Along a direction that touches every element: the slope of the secant is the gradient's share. */
static void
gradient_is_the_slope (void)
{
  enum
  {
    N = 6 * 2 * 3
  };
  TlVqganConfig config = test_small_config ();
  g_autoptr (TlWeights) weights = test_make_weights (&config);
  g_autoptr (TlVqgan) vqgan = test_load (weights, TL_FLOAT32);
  const gdouble step = 2e-3;
  gfloat z[N], ahead[N], behind[N], slopes[N];
  gdouble along = 0, secant;
  Gradient here, before, after;
  TlScope *s = tl_scope_open (NULL);

  fill_wavy (z, N);
  for (guint i = 0; i < N; i++)
    {
      ahead[i] = (gfloat) (z[i] + step * cos (i));
      behind[i] = (gfloat) (z[i] - step * cos (i));
    }
  here = differentiate (vqgan, z, TL_SHAPE (1, 6, 2, 3));
  after = differentiate (vqgan, ahead, TL_SHAPE (1, 6, 2, 3));
  before = differentiate (vqgan, behind, TL_SHAPE (1, 6, 2, 3));

  tl_to_floats (s, here.gradient, slopes, N);
  for (guint i = 0; i < N; i++)
    along += slopes[i] * cos (i);
  secant = (read_number (after.value) - read_number (before.value)) / (2 * step);
  g_test_message ("gradient %g, secant %g", along, secant);
  g_assert_cmpfloat (fabs (along), >, 1e-2);
  g_assert_cmpfloat (fabs (along - secant), <, 5e-3 * fabs (along) + 5e-3);

  test_close (s);
  gradient_clear (&here);
  gradient_clear (&before);
  gradient_clear (&after);
}

static void
recompute_changes_no_bit (void)
{
  enum
  {
    N = 6 * 3 * 5
  };
  TlVqganConfig config = test_small_config ();
  g_autoptr (TlWeights) weights = test_make_weights (&config);
  g_autoptr (TlVqgan) vqgan = test_load (weights, TL_FLOAT32);
  gfloat z[N], a[N], b[N];
  Gradient kept, recomputed;
  TlScope *s = tl_scope_open (NULL);

  fill_wavy (z, N);
  kept = differentiate (vqgan, z, TL_SHAPE (1, 6, 3, 5));
  tl_vqgan_set_budget (vqgan, 0);
  recomputed = differentiate (vqgan, z, TL_SHAPE (1, 6, 3, 5));

  tl_to_floats (s, kept.gradient, a, N);
  tl_to_floats (s, recomputed.gradient, b, N);
  test_close (s);
  g_assert_cmpmem (a, sizeof a, b, sizeof b);
  g_assert_cmpfloat (read_number (kept.value), ==, read_number (recomputed.value));
  gradient_clear (&kept);
  gradient_clear (&recomputed);
}

/* --- models without a file, and the one that ships --- */

static TlTensor *
decode_random (TlScope *s)
{
  const TlVqganConfig config = test_small_config ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TlVqgan) vqgan = tl_vqgan_load (&config, NULL, TL_FLOAT32, cpu, &error);

  g_assert_no_error (error);
  return decode_noise (s, vqgan);
}

static void
random_model_decodes_and_repeats (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *picture = decode_random (s);
  gdouble power;

  g_assert_cmpint (tl_tensor_get_size (picture, 1), ==, 3);
  g_assert_cmpint (tl_tensor_get_size (picture, 2), ==, 16);
  g_assert_cmpint (tl_tensor_get_size (picture, 3), ==, 20);
  g_assert_cmpfloat (test_largest_difference (s, picture, decode_random (s)), ==, 0);
  power = tl_to_double (s, tl_mean (s, tl_mul (s, picture, picture), NULL, 0, FALSE));
  g_assert_true (isfinite (power));
  g_assert_cmpfloat (power, >, 1e-3);
  test_close (s);
}

/* A disc over a horizon: one colour alone cannot be near it. */
static TlTensor *
draw_scene (TlScope *s, guint size)
{
  static const gfloat sky[] = { -0.4f, 0.2f, 0.8f }, grass[] = { -0.6f, 0.3f, -0.6f },
                      disc[] = { 0.8f, -0.7f, -0.6f };
  g_autofree gfloat *data = g_new (gfloat, 3 * size * size);

  for (guint i = 0; i < 3 * size * size; i++)
    {
      gdouble x = i % size / (gdouble) size - 0.5, y = i / size % size / (gdouble) size - 0.5;
      const gfloat *colour = x * x + y * y < 0.06 ? disc : y < 0.1 ? sky : grass;

      data[i] = colour[i / (size * size)];
    }
  return tl_from_floats (s, data, TL_SHAPE (1, 3, size, size));
}

/* Colours in [0, 1]. */
static gdouble
get_psnr (TlScope *s, TlTensor *a, TlTensor *b)
{
  TlTensor *d = tl_mul_scalar (s, tl_sub (s, a, b), 0.5);

  return -10 * log10 (tl_to_double (s, tl_mean (s, tl_mul (s, d, d), NULL, 0, FALSE)));
}

static void
starter_reconstructs_a_scene (void)
{
  g_autofree char *path = tl_path_starter ("starter-vqgan.safetensors");
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (TlVqgan) vqgan = NULL;
  g_autoptr (GError) error = NULL;
  TlTensor *scene, *mean, *again;
  TlScope *s;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the starter models are not here");
      return;
    }
  weights = tl_weights_open (path, &error);
  g_assert_no_error (error);
  vqgan = test_load (weights, TL_FLOAT32);
  g_assert_cmpuint (tl_vqgan_get_config (vqgan)->n_groups, ==, 8);

  s = tl_scope_open (NULL);
  scene = draw_scene (s, 128);
  mean = tl_mean (s, scene, (const gint64[]){ 2, 3 }, 2, TRUE);
  again = tl_vqgan_decode (s, vqgan,
                           tl_vqgan_quantize (s, vqgan, tl_vqgan_encode_latent (s, vqgan, scene)));
  g_test_message ("PSNR %g dB, of the mean colour %g dB", get_psnr (s, scene, again),
                  get_psnr (s, scene, mean));
  g_assert_cmpfloat (get_psnr (s, scene, again), >, get_psnr (s, scene, mean) + 6);
  test_close (s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vqgan/original/numbers", original_numbers);
  g_test_add_func ("/vqgan/original/vector-quantize", original_vector_quantize);
  g_test_add_func ("/vqgan/gumbel/chooses-by-logits", gumbel_chooses_by_logits);
  g_test_add_func ("/vqgan/prefix/changes-nothing", prefix_changes_nothing);
  g_test_add_func ("/vqgan/bfloat16/close-to-float32", bfloat16_is_close_to_float32);
  g_test_add_func ("/vqgan/gradient/is-the-slope", gradient_is_the_slope);
  g_test_add_func ("/vqgan/gradient/recompute-changes-no-bit", recompute_changes_no_bit);
  g_test_add_func ("/vqgan/random/decodes-and-repeats", random_model_decodes_and_repeats);
  g_test_add_func ("/vqgan/starter/reconstructs-a-scene", starter_reconstructs_a_scene);
  return g_test_run ();
}
