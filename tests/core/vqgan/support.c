/* support.c - what the tests of VQGAN share: checkpoints made of a configuration, and golden
 * numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/vqgan/support.h"

#include "core/base/random.h"
#include "core/weights/safetensors.h"

#include <math.h>
#include <string.h>

static const TlDevice cpu = { TL_CPU, 0 };

/* --- names and shapes --- */

void
test_add_tensor (GArray *list, const char *name, const gint64 *shape, guint n_dims)
{
  TestTensor tensor = { .n_dims = n_dims };

  g_strlcpy (tensor.name, name, sizeof tensor.name);
  for (guint i = 0; i < n_dims; i++)
    tensor.shape[i] = shape[i];
  g_array_append_val (list, tensor);
}

static void
add_pair (GArray *list, const char *name, const gint64 *shape, guint n_dims)
{
  g_autofree char *weight = g_strconcat (name, ".weight", NULL);
  g_autofree char *bias = g_strconcat (name, ".bias", NULL);

  test_add_tensor (list, weight, shape, n_dims);
  test_add_tensor (list, bias, shape, 1);
}

static void
add_conv (GArray *list, const char *path, const char *name, gint64 in, gint64 out, gint64 kernel)
{
  g_autofree char *full = g_strconcat (path, name, NULL);

  add_pair (list, full, TL_SHAPE (out, in, kernel, kernel));
}

static void
add_norm (GArray *list, const char *path, const char *name, gint64 channels)
{
  g_autofree char *full = g_strconcat (path, name, NULL);

  add_pair (list, full, TL_SHAPE (channels));
}

static void
add_res (GArray *list, const char *path, gint64 in, gint64 out)
{
  add_norm (list, path, ".norm1", in);
  add_conv (list, path, ".conv1", in, out, 3);
  add_norm (list, path, ".norm2", out);
  add_conv (list, path, ".conv2", out, out, 3);
  if (in != out)
    add_conv (list, path, ".nin_shortcut", in, out, 1);
}

static void
add_attn (GArray *list, const char *path, gint64 channels)
{
  static const char *const names[] = { ".q", ".k", ".v", ".proj_out" };

  add_norm (list, path, ".norm", channels);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    add_conv (list, path, names[i], channels, channels, 1);
}

/* One level of either side: "encoder.down" with n blocks, "decoder.up" with n + 1. */
static void
add_level (GArray *list, const TlVqganConfig *c, const char *side, guint level, guint n, gint64 in)
{
  gint64 out = c->ch * c->ch_mult[level];

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *block = g_strdup_printf ("%s.%u.block.%u", side, level, i);
      g_autofree char *attn = g_strdup_printf ("%s.%u.attn.%u", side, level, i);

      add_res (list, block, i == 0 ? in : out, out);
      if (c->has_attention[level])
        add_attn (list, attn, out);
    }
}

static void
add_middle (GArray *list, const TlVqganConfig *c, const char *side)
{
  gint64 width = c->ch * c->ch_mult[c->n_levels - 1];
  g_autofree char *block_1 = g_strconcat (side, ".mid.block_1", NULL);
  g_autofree char *attn_1 = g_strconcat (side, ".mid.attn_1", NULL);
  g_autofree char *block_2 = g_strconcat (side, ".mid.block_2", NULL);

  add_res (list, block_1, width, width);
  if (c->has_mid_attention)
    add_attn (list, attn_1, width);
  add_res (list, block_2, width, width);
}

static void
add_encoder (GArray *list, const TlVqganConfig *c)
{
  gint64 width = c->ch;

  add_conv (list, "encoder", ".conv_in", 3, width, 3);
  for (guint level = 0; level < c->n_levels; level++)
    {
      g_autofree char *down = g_strdup_printf ("encoder.down.%u.downsample", level);

      add_level (list, c, "encoder.down", level, c->n_res_blocks, width);
      width = c->ch * c->ch_mult[level];
      if (level != c->n_levels - 1 && c->has_resample_conv)
        add_conv (list, down, ".conv", width, width, 3);
    }
  add_middle (list, c, "encoder");
  add_norm (list, "encoder", ".norm_out", width);
  add_conv (list, "encoder", ".conv_out", width, c->z_channels, 3);
}

static void
add_decoder (GArray *list, const TlVqganConfig *c)
{
  gint64 width = c->ch * c->ch_mult[c->n_levels - 1];

  add_conv (list, "decoder", ".conv_in", c->z_channels, width, 3);
  add_middle (list, c, "decoder");
  for (guint i = 0; i < c->n_levels; i++)
    {
      guint level = c->n_levels - 1 - i;
      g_autofree char *up = g_strdup_printf ("decoder.up.%u.upsample", level);

      add_level (list, c, "decoder.up", level, c->n_res_blocks + 1, width);
      width = c->ch * c->ch_mult[level];
      if (level != 0 && c->has_resample_conv)
        add_conv (list, up, ".conv", width, width, 3);
    }
  add_norm (list, "decoder", ".norm_out", width);
  add_conv (list, "decoder", ".conv_out", width, 3, 3);
}

GArray *
test_list_tensors (const TlVqganConfig *c)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (TestTensor));
  const char *codes = c->is_gumbel ? "quantize.embed.weight" : "quantize.embedding.weight";

  add_encoder (list, c);
  add_decoder (list, c);
  add_conv (list, "quant_conv", "", c->z_channels, c->e_dim, 1);
  add_conv (list, "post_quant_conv", "", c->e_dim, c->z_channels, 1);
  test_add_tensor (list, codes, TL_SHAPE (c->n_codes, c->e_dim));
  if (c->is_gumbel)
    add_conv (list, "quantize", ".proj", c->e_dim, c->n_codes, 1);
  return list;
}

/* --- checkpoints --- */

/* Uniform: near 1 for gains, else of standard deviation 1 / sqrt (fan in), so that signals keep
 * their size. */
static GBytes *
make_numbers (const TestTensor *t)
{
  TlRandom random;
  gboolean is_gain = t->n_dims == 1 && g_str_has_suffix (t->name, "weight");
  gboolean is_code = strstr (t->name, "embed") != NULL;
  gdouble scale = 0.1;
  gsize n = 1;
  gfloat *data;

  for (guint i = 0; i < t->n_dims; i++)
    n *= (gsize) t->shape[i];
  if (t->n_dims > 1 && !is_code)
    scale = 1 / sqrt ((gdouble) n / t->shape[0]);
  else if (is_code)
    scale = 1;

  data = g_new (gfloat, n);
  tl_random_init (&random, 1, 0, TL_PURPOSE_WEIGHTS, g_str_hash (t->name));
  for (gsize i = 0; i < n; i++)
    data[i] = (gfloat) (scale * sqrt (3) * tl_random_range (&random, -1, 1)) + (is_gain ? 1 : 0);
  return g_bytes_new_take (data, n * sizeof *data);
}

TlWeights *
test_pack (GArray *list, const char *prefix, guint n_groups)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  TlWeights *weights;

  if (n_groups > 0)
    {
      g_autofree char *number = g_strdup_printf ("%u", n_groups);

      tl_safetensors_writer_set_metadata (writer, "norm_groups", number);
    }
  for (guint i = 0; i < list->len; i++)
    {
      const TestTensor *t = &g_array_index (list, TestTensor, i);
      g_autofree char *name = g_strconcat (prefix, t->name, NULL);
      g_autoptr (GBytes) numbers = make_numbers (t);

      tl_safetensors_writer_add (writer, name, TL_FLOAT32, t->n_dims, t->shape, numbers);
    }
  file = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (file, "test.safetensors", &error);
  g_assert_no_error (error);
  return weights;
}

TlWeights *
test_make_weights (const TlVqganConfig *config)
{
  g_autoptr (GArray) list = test_list_tensors (config);

  return test_pack (list, config->prefix, config->n_groups);
}

TlVqgan *
test_load (TlWeights *weights, TlDtype dtype)
{
  g_autoptr (GError) error = NULL;
  TlVqganConfig config;
  TlVqgan *vqgan;

  tl_vqgan_config_infer (&config, weights, &error);
  g_assert_no_error (error);
  vqgan = tl_vqgan_load (&config, weights, dtype, cpu, &error);
  g_assert_no_error (error);
  return vqgan;
}

TlVqganConfig
test_small_config (void)
{
  return (TlVqganConfig){ .n_codes = 37,
                          .e_dim = 6,
                          .z_channels = 10,
                          .ch = 8,
                          .ch_mult = { 1, 2, 3 },
                          .n_levels = 3,
                          .n_res_blocks = 2,
                          .has_attention = { FALSE, TRUE, TRUE },
                          .has_mid_attention = TRUE,
                          .has_resample_conv = TRUE,
                          .n_groups = 4,
                          .downscale = 4 };
}

/* --- tensors --- */

void
test_close (TlScope *s)
{
  g_autoptr (GError) error = NULL;

  tl_scope_close (s, &error);
  g_assert_no_error (error);
}

char *
test_dup_reference (const char *name)
{
  const char *folder = g_getenv ("TL_REFERENCE_DIR");
  g_autofree char *path = g_build_filename (folder != NULL ? folder : "", name, NULL);

  if (folder != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip ("the reference folder (TL_REFERENCE_DIR) is not here");
  return NULL;
}

TlWeights *
test_open_reference (const char *name)
{
  g_autofree char *path = test_dup_reference (name);
  g_autoptr (GError) error = NULL;
  TlWeights *weights;

  if (path == NULL)
    return NULL;
  weights = tl_weights_open (path, &error);
  g_assert_no_error (error);
  return weights;
}

TlTensor *
test_get (TlScope *s, TlWeights *weights, const char *name)
{
  const TlBlob *blob = tl_weights_lookup (weights, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlTensor) x = NULL;

  g_assert_nonnull (blob);
  x = tl_tensor_new_from_bytes (blob->data, blob->n_bytes, blob->dtype, blob->shape, blob->strides,
                                blob->n_dims, TL_FLOAT32, &error);
  g_assert_no_error (error);
  /* Of its own, since the owned one goes with this function. */
  return tl_to_dtype (s, tl_clone (s, x), tl_dtype_is_float (blob->dtype) ? TL_FLOAT32 : TL_INT64);
}

gdouble
test_largest_difference (TlScope *s, TlTensor *a, TlTensor *b)
{
  TlTensor *difference = tl_abs (s, tl_sub (s, a, b));

  difference = tl_reshape (s, difference, TL_SHAPE (-1));
  return tl_to_double (s, tl_amax (s, difference, 0, FALSE));
}

TlTensor *
test_draw (TlScope *s, guint seed, guint width, guint height)
{
  g_autofree gfloat *data = g_new (gfloat, 3 * width * height);

  for (guint c = 0; c < 3; c++)
    for (guint y = 0; y < height; y++)
      for (guint x = 0; x < width; x++)
        data[(c * height + y) * width + x] =
          (gfloat) (0.8 * sin (seed + 0.11 * x * (c + 1) + 0.07 * y * (3 - c) + c));
  return tl_from_floats (s, data, TL_SHAPE (1, 3, height, width));
}
