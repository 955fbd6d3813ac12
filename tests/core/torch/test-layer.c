/* test-layer.c - filling layers from a file or from random numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/layer.h"

#include "core/base/error.h"
#include "core/weights/safetensors.h"

#include <math.h>
#include <string.h>

static const TlDevice cpu = { TL_CPU, 0 };

/* 1, 2, 3, ...: exact in every float type as long as they are few. */
static void
add_counting (TlSafetensorsWriter *writer, const char *name, const gint64 *shape, guint n_dims)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize n = 1;
  gfloat *data;

  for (guint i = 0; i < n_dims; i++)
    n *= (gsize) shape[i];
  data = g_new (gfloat, n);
  for (gsize i = 0; i < n; i++)
    data[i] = i + 1;
  bytes = g_bytes_new_take (data, n * sizeof *data);

  tl_safetensors_writer_add (writer, name, TL_FLOAT32, n_dims, shape, bytes);
}

static TlWeights *
open_writer (TlSafetensorsWriter *writer)
{
  g_autoptr (GBytes) bytes = tl_safetensors_writer_finish (writer);
  g_autoptr (GError) error = NULL;
  TlWeights *weights = tl_weights_new_from_safetensors (bytes, "test.safetensors", &error);

  g_assert_no_error (error);
  return weights;
}

static TlWeights *
make_weights (void)
{
  static const gint64 steps[] = { 7 };
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) count = g_bytes_new_static (steps, sizeof steps);

  add_counting (writer, "net.conv.weight", TL_SHAPE (2, 3, 2, 2));
  add_counting (writer, "net.conv.bias", TL_SHAPE (2));
  add_counting (writer, "net.linear.weight", TL_SHAPE (3, 4));
  add_counting (writer, "net.norm.weight", TL_SHAPE (5));
  add_counting (writer, "net.norm.bias", TL_SHAPE (5));
  add_counting (writer, "other.weight", TL_SHAPE (6));
  tl_safetensors_writer_add (writer, "net.norm.num_batches_tracked", TL_INT64, 0, NULL, count);
  return open_writer (writer);
}

static void
assert_counts (TlTensor *x, TlDtype dtype, gsize n)
{
  g_autofree gfloat *values = g_new (gfloat, n);
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (x);
  g_assert_cmpint (tl_tensor_get_dtype (x), ==, dtype);
  g_assert_true (tl_to_floats (s, x, values, n));
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (values[i], ==, i + 1);
  tl_scope_close (s, &error);
  g_assert_no_error (error);
}

static void
file_fills_layers (gconstpointer data)
{
  TlDtype dtype = GPOINTER_TO_INT (data);
  g_autoptr (TlWeights) weights = make_weights ();
  g_autoptr (TlLoader) loader = tl_loader_new (weights, "net.", dtype, cpu);
  g_autoptr (GError) error = NULL;
  TlConv conv = { NULL };
  TlLinear linear = { NULL };
  TlNorm norm = { NULL };

  tl_loader_conv (loader, &conv, 3, 2, 2, TRUE, "conv");
  tl_loader_linear (loader, &linear, 4, 3, FALSE, "line%s", "ar");
  tl_loader_norm (loader, &norm, 5, "norm");
  g_assert_false (tl_loader_has_failed (loader));
  tl_loader_finish (loader, &error);
  g_assert_no_error (error);

  assert_counts (conv.weight, dtype, 24);
  g_assert_cmpint (tl_tensor_get_n_dims (conv.weight), ==, 4);
  g_assert_cmpint (tl_tensor_get_size (conv.weight, 1), ==, 3);
  assert_counts (conv.bias, dtype, 2);
  assert_counts (linear.weight, dtype, 12);
  g_assert_null (linear.bias);
  assert_counts (norm.weight, TL_FLOAT32, 5);
  assert_counts (norm.bias, TL_FLOAT32, 5);

  tl_conv_clear (&conv);
  tl_linear_clear (&linear);
  tl_norm_clear (&norm);
  g_assert_null (conv.weight);
}

static void
take_any_size_and_float32 (void)
{
  g_autoptr (TlWeights) weights = make_weights ();
  g_autoptr (TlLoader) loader = tl_loader_new (weights, "", TL_BFLOAT16, cpu);
  g_autoptr (TlTensor) x = tl_loader_take (loader, TL_SHAPE (-1, 4), "net.linear.weight");
  g_autoptr (TlTensor) y = tl_loader_take_float32 (loader, TL_SHAPE (3, -1), "net.linear.weight");

  assert_counts (x, TL_BFLOAT16, 12);
  assert_counts (y, TL_FLOAT32, 12);
}

static char *
to_file_name (const char *name, gpointer data)
{
  const char *folder = data;

  return g_strcmp0 (name, "values") == 0 ? g_strdup_printf ("%s.weight", folder) : g_strdup (name);
}

static void
names_are_mapped (void)
{
  g_autoptr (TlWeights) weights = make_weights ();
  g_autoptr (TlLoader) loader = tl_loader_new (weights, "net.", TL_FLOAT32, cpu);
  g_autoptr (TlTensor) x = NULL;
  g_autoptr (TlTensor) y = NULL;

  tl_loader_set_name_func (loader, to_file_name, (gpointer) "linear");
  x = tl_loader_take (loader, TL_SHAPE (3, 4), "values");
  y = tl_loader_take (loader, TL_SHAPE (5), "norm.bias");

  assert_counts (x, TL_FLOAT32, 12);
  assert_counts (y, TL_FLOAT32, 5);
}

/* Whatever fails, the message has the full name and the shapes, and a second failure changes
 * nothing. */
static void
failures_name_tensor_and_shapes (void)
{
  static const struct
  {
    const char *name;
    gint64 shape[2];
    guint n_dims;
    const char *message;
  } cases[] = {
    { "linear.weight", { 3, 5 }, 2, "“net.linear.weight” is [3, 4] in this file, expected [3, 5]" },
    { "linear.weight", { 12 }, 1, "“net.linear.weight” is [3, 4] in this file, expected [12]" },
    { "linear.weight",
      { -1, 5 },
      2,
      "“net.linear.weight” is [3, 4] in this file, expected [any, 5]" },
    { "absent.bias", { 3 }, 1, "“net.absent.bias” [3] is missing from this file" },
    { "norm.num_batches_tracked",
      { 0 },
      0,
      "“net.norm.num_batches_tracked” [] holds int64 in this file, expected [] of floating point "
      "numbers" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlWeights) weights = make_weights ();
      g_autoptr (TlLoader) loader = tl_loader_new (weights, "net.", TL_FLOAT32, cpu);
      g_autoptr (GError) error = NULL;
      TlNorm norm = { NULL };

      g_assert_null (tl_loader_take (loader, cases[i].shape, cases[i].n_dims, "%s", cases[i].name));
      g_assert_true (tl_loader_has_failed (loader));
      g_assert_null (tl_loader_take (loader, TL_SHAPE (9), "norm.bias"));
      tl_loader_norm (loader, &norm, 5, "norm");
      g_assert_null (norm.weight);

      g_assert_false (tl_loader_finish (loader, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
assert_finish (TlLoader *loader, const char *message)
{
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    {
      tl_loader_finish (loader, &error);
      g_assert_no_error (error);
      return;
    }
  g_assert_false (tl_loader_finish (loader, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_assert_cmpstr (error->message, ==, message);
}

/* "other.weight" lies outside the prefix and is nobody's business. */
static void
strays_under_the_prefix_are_errors (void)
{
  g_autoptr (TlWeights) weights = make_weights ();
  g_autoptr (TlLoader) loader = tl_loader_new (weights, "net.", TL_FLOAT32, cpu);
  g_autoptr (TlLoader) patient = tl_loader_new (weights, "net.", TL_FLOAT32, cpu);
  g_autoptr (TlLoader) whole = tl_loader_new (weights, "", TL_FLOAT32, cpu);
  TlConv conv = { NULL };
  TlNorm norm = { NULL };

  tl_loader_conv (loader, &conv, 3, 2, 2, TRUE, "conv");
  tl_conv_clear (&conv);
  assert_finish (loader,
                 "“net.linear.weight” [3, 4] and 2 more are in this file but are no part of "
                 "the model Tiller knows");

  tl_loader_norm (patient, &norm, 5, "norm");
  tl_norm_clear (&norm);
  tl_loader_ignore (patient, "conv.");
  tl_loader_ignore (patient, "linear.weight");
  assert_finish (patient, NULL);

  tl_loader_ignore (whole, "net.");
  assert_finish (whole, "“other.weight” [6] is in this file but is no part of the model Tiller "
                        "knows");
}

static void
read_floats (TlTensor *x, gfloat *out, gsize n)
{
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GError) error = NULL;

  tl_to_floats (s, x, out, n);
  tl_scope_close (s, &error);
  g_assert_no_error (error);
}

static void
random_layers_have_their_moments (void)
{
  enum
  {
    N = 64 * 32 * 3 * 3
  };
  g_autoptr (TlLoader) loader = tl_loader_new_random (3, TL_FLOAT32, cpu);
  g_autofree gfloat *values = g_new (gfloat, N);
  gdouble sum = 0, squares = 0, largest = 0;
  TlConv conv = { NULL };

  tl_loader_conv (loader, &conv, 32, 64, 3, FALSE, "conv");
  assert_finish (loader, NULL);
  read_floats (conv.weight, values, N);
  for (gsize i = 0; i < N; i++)
    {
      gdouble normal = values[i] * sqrt (32 * 3 * 3);

      sum += normal;
      squares += normal * normal;
      largest = MAX (largest, fabs (normal));
    }
  tl_conv_clear (&conv);

  /* Five standard errors of each estimate; the tails of a table of 4096 quantiles end at 3.67. */
  g_assert_cmpfloat (fabs (sum / N), <, 5 / sqrt (N));
  g_assert_cmpfloat (fabs (squares / N - 1), <, 5 * sqrt (2.0 / N));
  g_assert_cmpfloat (largest, >, 3.3);
  g_assert_cmpfloat (largest, <, 3.7);
}

static void
random_vectors_suit_their_names (void)
{
  static const struct
  {
    const char *name;
    gdouble value;
  } cases[] = {
    { "norm.weight", 1 },
    { "norm.bias", 0 },
    { "bn1.running_mean", 0 },
    { "bn1.running_var", 1 },
  };
  g_autoptr (TlLoader) loader = tl_loader_new_random (3, TL_FLOAT32, cpu);
  g_autoptr (TlTensor) embedding =
    tl_loader_take (loader, TL_SHAPE (100, 10), "quantize.embedding.weight");
  gfloat values[1000];
  gdouble squares = 0;

  read_floats (embedding, values, 1000);
  for (gsize i = 0; i < 1000; i++)
    squares += values[i] * values[i];
  g_assert_cmpfloat (fabs (sqrt (squares / 1000) / 0.02 - 1), <, 0.12);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlTensor) x = tl_loader_take (loader, TL_SHAPE (4), "%s", cases[i].name);

      read_floats (x, values, 4);
      for (guint j = 0; j < 4; j++)
        g_assert_cmpfloat (values[j], ==, cases[i].value);
    }
}

static void
random_numbers_follow_seed_and_name_not_order (void)
{
  static const struct
  {
    guint64 seed;
    const char *names[2];
  } orders[] = {
    { 3, { "a.weight", "b.weight" } },
    { 3, { "b.weight", "a.weight" } },
    { 4, { "a.weight", "b.weight" } },
  };
  gfloat a[3][15] = { 0 }, b[3][15] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (TlLoader) loader = tl_loader_new_random (orders[i].seed, TL_FLOAT32, cpu);

      for (guint j = 0; j < 2; j++)
        {
          const char *name = orders[i].names[j];
          g_autoptr (TlTensor) x = tl_loader_take (loader, TL_SHAPE (3, 5), "%s", name);

          read_floats (x, name[0] == 'a' ? a[i] : b[i], 15);
        }
    }

  g_assert_cmpmem (a[0], sizeof a[0], a[1], sizeof a[1]);
  g_assert_cmpmem (b[0], sizeof b[0], b[1], sizeof b[1]);
  g_assert_cmpint (memcmp (a[0], b[0], sizeof a[0]), !=, 0);
  g_assert_cmpint (memcmp (a[0], a[2], sizeof a[0]), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/layer/file/float32", GINT_TO_POINTER (TL_FLOAT32), file_fills_layers);
  g_test_add_data_func ("/layer/file/bfloat16", GINT_TO_POINTER (TL_BFLOAT16), file_fills_layers);
  g_test_add_data_func ("/layer/file/float16", GINT_TO_POINTER (TL_FLOAT16), file_fills_layers);
  g_test_add_func ("/layer/take/any-size-and-float32", take_any_size_and_float32);
  g_test_add_func ("/layer/names/are-mapped", names_are_mapped);
  g_test_add_func ("/layer/failure/names-tensor-and-shapes", failures_name_tensor_and_shapes);
  g_test_add_func ("/layer/strays/under-the-prefix-are-errors", strays_under_the_prefix_are_errors);
  g_test_add_func ("/layer/random/moments", random_layers_have_their_moments);
  g_test_add_func ("/layer/random/vectors-suit-their-names", random_vectors_suit_their_names);
  g_test_add_func ("/layer/random/follows-seed-and-name-not-order",
                   random_numbers_follow_seed_and_name_not_order);
  return g_test_run ();
}
