/* test-average.c - the mean of models
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/average.h"

#include "core/base/error.h"
#include "core/torch/layer.h"

/* A model with one matrix of three numbers, and a scalar of float16 unless that is 0. */
static TlWeights *
make_model (const char *name, const gfloat *values, guint16 half, gint64 columns)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) matrix = g_bytes_new (values, (gsize) columns * sizeof *values);
  g_autoptr (GBytes) scalar = g_bytes_new (&half, sizeof half), file = NULL;
  GError *error = NULL;
  TlWeights *model;

  tl_safetensors_writer_set_metadata (writer, "norm_groups", name);
  tl_safetensors_writer_add (writer, "matrix", TL_FLOAT32, 2, (const gint64[]){ 1, columns },
                             matrix);
  if (half != 0)
    tl_safetensors_writer_add (writer, "scalar", TL_FLOAT16, 0, NULL, scalar);
  file = tl_safetensors_writer_finish (writer);
  model = tl_weights_new_from_safetensors (file, name, &error);
  g_assert_no_error (error);
  return model;
}

static void
tensors_are_means (void)
{
  /* 0x4000 is 2, 0x4500 is 5 */
  g_autoptr (TlWeights) a = make_model ("8", (gfloat[]){ 1, -2, 0.5f }, 0x4000, 3);
  g_autoptr (TlWeights) b = make_model ("9", (gfloat[]){ 3, 2, 0.25f }, 0x4500, 3);
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) file = NULL;
  g_autoptr (TlWeights) mean = NULL;
  g_autoptr (TlLoader) loader = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *matrix, *scalar;
  GError *error = NULL;
  gfloat values[3];

  g_assert_true (tl_average_weights ((TlWeights *[]){ a, b }, 2, writer, &error));
  g_assert_no_error (error);
  file = tl_safetensors_writer_finish (writer);
  mean = tl_weights_new_from_safetensors (file, "mean", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tl_weights_get_n_blobs (mean), ==, 2);
  g_assert_cmpint (tl_weights_lookup (mean, "matrix")->dtype, ==, TL_FLOAT16);
  g_assert_cmpuint (tl_weights_lookup (mean, "scalar")->n_dims, ==, 0);
  g_assert_cmpstr (tl_weights_get_metadata (mean, "norm_groups"), ==, "8");

  loader = tl_loader_new (mean, "", TL_FLOAT32, (TlDevice){ TL_CPU, 0 });
  matrix = tl_loader_take (loader, TL_SHAPE (1, 3), "matrix");
  scalar = tl_loader_take (loader, NULL, 0, "scalar");
  g_assert_true (tl_loader_finish (loader, &error));
  tl_to_floats (s, matrix, values, 3);
  g_assert_cmpfloat (values[0], ==, 2);
  g_assert_cmpfloat (values[1], ==, 0);
  g_assert_cmpfloat (values[2], ==, 0.375f);
  g_assert_cmpfloat (tl_to_double (s, scalar), ==, 3.5);
  g_assert_true (tl_scope_close (s, &error));
  tl_tensor_free (matrix);
  tl_tensor_free (scalar);
}

/* The first lacks a tensor, the second has one of another shape, or lacks one. */
static void
other_models_are_refused (void)
{
  g_autoptr (TlWeights) whole = make_model ("whole", (gfloat[]){ 1, 2, 3 }, 0x4000, 3);
  g_autoptr (TlWeights) shorter = make_model ("shorter", (gfloat[]){ 1, 2 }, 0x4000, 2);
  g_autoptr (TlWeights) lacking = make_model ("lacking", (gfloat[]){ 1, 2, 3 }, 0, 3);
  TlWeights *const pairs[][2] = { { whole, shorter }, { whole, lacking }, { lacking, whole } };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
      g_autoptr (GError) error = NULL;

      g_assert_false (tl_average_weights (pairs[i], 2, writer, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == TL_ERROR);
      g_test_message ("%s", error->message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/average/tensors-are-means", tensors_are_means);
  g_test_add_func ("/train/average/other-models-are-refused", other_models_are_refused);
  return g_test_run ();
}
